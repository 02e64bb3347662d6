//! National evaluations of rounds, and recommendations with their follow-up.
use sea_orm_migration::prelude::*;

use crate::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, EVALUATION).await
    }
}

const EVALUATION: &str = r"
CREATE TABLE evaluation (
    id {uuid} PRIMARY KEY,
    cycle_id {uuid} NOT NULL UNIQUE REFERENCES cycle (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    number {text},
    summary {text} NOT NULL,
    sections {json} NOT NULL,
    proposed {json} NOT NULL,
    -- What it froze when it closed.
    figures {json},
    sha256 {text},
    head_position BIGINT,
    head_link {text},
    opened_at {time} NOT NULL,
    closed_at {time},
    version INTEGER NOT NULL CHECK (version > 0),
    CHECK ((closed_at IS NULL) = (figures IS NULL)),
    CHECK ((closed_at IS NULL) = (sha256 IS NULL)),
    CHECK ((head_position IS NULL) = (head_link IS NULL))
);
CREATE TABLE evaluation_entry (
    evaluation_id {uuid} NOT NULL REFERENCES evaluation (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    tier {text} NOT NULL CHECK (tier IN ('RI','PROVINSI','KABUPATEN_KOTA','KECAMATAN')),
    provinsi_id {uuid} REFERENCES unit (id),
    outcome {text} NOT NULL CHECK (outcome IN ('EVALUATED','DECLINED','PENDING','MISSING','EXCUSED')),
    on_time BOOLEAN,
    report_id {uuid} REFERENCES report (id),
    revision_id {uuid} REFERENCES revision (id),
    sha256 {text},
    sheets INTEGER NOT NULL CHECK (sheets >= 0),
    score {text},
    PRIMARY KEY (evaluation_id, unit_id)
);
CREATE INDEX evaluation_entry_report ON evaluation_entry (report_id) WHERE report_id IS NOT NULL;

-- What is recommended follows from things of more than one kind, which their slices know.
CREATE TABLE recommendation (
    id {uuid} PRIMARY KEY,
    subject_type {text} NOT NULL,
    subject_id {uuid} NOT NULL,
    position INTEGER NOT NULL CHECK (position > 0),
    -- Who recommends, and who is to follow.
    issuer_id {uuid} NOT NULL REFERENCES unit (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    text {text} NOT NULL,
    due_on {date} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('OPEN','ANSWERED','CLOSED')),
    made_at {time} NOT NULL,
    reminded_at {time},
    version INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (subject_type, subject_id, position)
);
CREATE INDEX recommendation_unit ON recommendation (unit_id, id);
CREATE INDEX recommendation_due ON recommendation (due_on) WHERE state = 'OPEN';
";
