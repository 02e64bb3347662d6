//! Receipts: what the server attests of a report that was received, the public halves of the keys it does so with, how open a
//! report is, and gatherings that are arranged before they take place.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [OPENNESS, RECEIPTS, GATHERINGS].into_iter();
        for statement in statements.flat_map(|part| part.split(";\n")) {
            if !statement.trim().is_empty() {
                crate::run(manager, statement).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "steps are not undone: restore a backup instead".to_owned(),
        ))
    }
}

const OPENNESS: &str = r"
ALTER TABLE report ADD COLUMN openness {text} NOT NULL DEFAULT 'INTERNAL' CHECK (openness IN ('PUBLIC','INTERNAL','EXEMPT'));
CREATE INDEX report_openness ON report (openness, submitted_rank, id);
ALTER TABLE transition ADD COLUMN openness {text} CHECK (openness IN ('PUBLIC','INTERNAL','EXEMPT'));
";

// `payload` is the text that was signed, byte for byte. A key is written down before it signs, and never deleted.
const RECEIPTS: &str = r"
CREATE TABLE receipt_key (
    kid {text} PRIMARY KEY,
    public_key {bytes} NOT NULL,
    made_at {time} NOT NULL,
    recorded_at {time} NOT NULL
);

CREATE TABLE receipt (
    id {uuid} PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    report_id {uuid} NOT NULL REFERENCES report (id),
    revision_id {uuid} NOT NULL REFERENCES revision (id),
    handover_id {uuid} NOT NULL REFERENCES handover (id),
    session_id {uuid} NOT NULL REFERENCES handover_session (id),
    payload {text} NOT NULL,
    kid {text} NOT NULL REFERENCES receipt_key (kid),
    signature {text} NOT NULL,
    issued_at {time} NOT NULL,
    UNIQUE (handover_id, report_id)
);
CREATE INDEX receipt_of_report ON receipt (report_id, id);
CREATE INDEX receipt_of_session ON receipt (session_id, id);
";

// A session that nobody arranged has neither place nor time: its handovers have.
const GATHERINGS: &str = r"
ALTER TABLE handover_session ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE handover_session ADD COLUMN place {text};
ALTER TABLE handover_session ADD COLUMN starts_at {time};
ALTER TABLE handover_session ADD COLUMN ends_at {time};
ALTER TABLE handover_session ADD COLUMN note {text};
ALTER TABLE handover_session ADD COLUMN cancelled_at {time};
CREATE INDEX handover_session_unit ON handover_session (unit_id, id);

CREATE TABLE handover_expected (
    session_id {uuid} NOT NULL REFERENCES handover_session (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (session_id, unit_id)
);
CREATE INDEX handover_expected_unit ON handover_expected (unit_id, session_id);

CREATE TABLE handover_session_receiver (
    session_id {uuid} NOT NULL REFERENCES handover_session (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    PRIMARY KEY (session_id, seat_id)
);
CREATE INDEX handover_session_receiver_seat ON handover_session_receiver (seat_id, session_id);

CREATE TABLE handover_act (
    id {uuid} PRIMARY KEY,
    session_id {uuid} NOT NULL REFERENCES handover_session (id),
    kind {text} NOT NULL CHECK (kind IN ('SCHEDULED','CHANGED','CANCELLED')),
    details {json} NOT NULL,
    reason {text},
    account_id {uuid} NOT NULL REFERENCES account (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    at {time} NOT NULL
);
CREATE INDEX handover_act_session ON handover_act (session_id, id);
";
