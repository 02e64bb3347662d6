//! What whoever reviews a record finds in it, and what is done about each.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in STATEMENTS {
            crate::run(manager, statement).await?;
        }
        Ok(())
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "steps are not undone: restore a backup instead".to_owned(),
        ))
    }
}

// `subject_type` takes any word: other records than reports will be reviewed, and SQLite cannot widen a CHECK.
const STATEMENTS: [&str; 6] = [
    r"
CREATE TABLE finding (
    id {uuid} PRIMARY KEY,
    subject_type {text} NOT NULL,
    subject_id {uuid} NOT NULL,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    revision INTEGER NOT NULL CHECK (revision > 0),
    section {text},
    field {text},
    severity {text} NOT NULL CHECK (severity IN ('MUST','SHOULD','NOTE')),
    text {text} NOT NULL,
    due_on {date},
    state {text} NOT NULL CHECK (state IN ('OPEN','ANSWERED','RESOLVED')),
    raised_by {uuid} NOT NULL REFERENCES account (id),
    raised_seat {uuid} NOT NULL REFERENCES seat (id),
    raised_unit {uuid} NOT NULL REFERENCES unit (id),
    raised_at {time} NOT NULL,
    acknowledged_by {uuid} REFERENCES account (id),
    acknowledged_at {time},
    answered_in INTEGER CHECK (answered_in > 0),
    reminded_at {time},
    version INTEGER NOT NULL CHECK (version > 0),
    CHECK (field IS NULL OR section IS NOT NULL),
    CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)),
    CHECK (state <> 'ANSWERED' OR answered_in IS NOT NULL)
)",
    "CREATE INDEX finding_of ON finding (subject_id, id)",
    // What keeps a record from going on is little beside what was ever found.
    "CREATE INDEX finding_owed ON finding (subject_id) WHERE state = 'OPEN' AND severity = 'MUST'",
    "CREATE INDEX finding_due ON finding (due_on) WHERE state = 'OPEN' AND reminded_at IS NULL",
    r"
CREATE TABLE finding_act (
    id {uuid} PRIMARY KEY,
    finding_id {uuid} NOT NULL REFERENCES finding (id),
    kind {text} NOT NULL CHECK (kind IN ('RAISE','ACKNOWLEDGE','ANSWER','RESOLVE','REOPEN')),
    text {text},
    remedied BOOLEAN,
    revision INTEGER,
    account_id {uuid} NOT NULL REFERENCES account (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    at {time} NOT NULL,
    CHECK ((kind = 'ANSWER') = (remedied IS NOT NULL)),
    CHECK ((kind = 'ANSWER') = (revision IS NOT NULL))
)",
    "CREATE INDEX finding_act_of ON finding_act (finding_id, id)",
];
