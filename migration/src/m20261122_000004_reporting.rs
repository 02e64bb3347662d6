//! What is owed and what is asked: templates with typed fields and an owner, rounds with an audience, the ledger of
//! obligations, stages of elections, drafts saved in pieces, and citations of other reports.
use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let fields = match manager.get_database_backend() {
            DatabaseBackend::Postgres => FIELDS_ON_POSTGRES,
            _ => FIELDS_ON_SQLITE,
        };
        for part in [TEMPLATES, fields, CYCLES, OBLIGATIONS, WRITING] {
            // SQLite takes one change of a table at a time, so each is sent by itself.
            for statement in part.split(";\n").filter(|statement| !statement.trim().is_empty()) {
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

const TEMPLATES: &str = r"
ALTER TABLE template ADD COLUMN owner_id {uuid} REFERENCES unit (id);
UPDATE template SET owner_id = (SELECT id FROM unit WHERE parent_id IS NULL);
ALTER TABLE template ADD COLUMN status {text} NOT NULL DEFAULT 'PUBLISHED' CHECK (status IN ('DRAFT','PUBLISHED','RETIRED'));
ALTER TABLE template ADD COLUMN lock_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE template ADD COLUMN description {text} NOT NULL DEFAULT '';
ALTER TABLE template ADD COLUMN comparisons {json} NOT NULL DEFAULT '[]';
ALTER TABLE template ADD COLUMN created_by {uuid} REFERENCES account (id);
ALTER TABLE template ADD COLUMN created_at {time};
ALTER TABLE template ADD COLUMN published_by {uuid} REFERENCES account (id);
ALTER TABLE template ADD COLUMN published_at {time};
ALTER TABLE template ADD COLUMN retired_by {uuid} REFERENCES account (id);
ALTER TABLE template ADD COLUMN retired_at {time};
ALTER TABLE template ADD COLUMN retired_reason {text};
-- A template has one draft at a time.
CREATE UNIQUE INDEX template_draft ON template (code) WHERE status = 'DRAFT';
INSERT INTO pulse (name, version) VALUES ('catalogue', 1);
";

// What was a question answered in text becomes a section with one field of text under the same key.
const FIELDS_ON_POSTGRES: &str = r"
UPDATE template SET sections = (
    SELECT jsonb_agg(section || jsonb_build_object('fields', jsonb_build_array(jsonb_build_object(
        'key', section -> 'key', 'label', section -> 'title', 'guidance', '', 'required', true,
        'shape', jsonb_build_object('type', 'TEXT', 'longest', 20000)))) ORDER BY place)
    FROM jsonb_array_elements(sections) WITH ORDINALITY AS each (section, place));
";

const FIELDS_ON_SQLITE: &str = r"
UPDATE template SET sections = (
    SELECT json_group_array(json_set(value, '$.fields', json_array(json_object(
        'key', json_extract(value, '$.key'), 'label', json_extract(value, '$.title'), 'guidance', '',
        'required', json('true'), 'shape', json_object('type', 'TEXT', 'longest', 20000)))))
    FROM (SELECT value FROM json_each(template.sections) ORDER BY key));
";

// Rounds of before have no audience yet; the process that first starts on them gives them one with their ledger.
const CYCLES: &str = r"
CREATE TABLE election_stage (
    id {uuid} PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    round INTEGER NOT NULL CHECK (round > 0),
    starts_on {date} NOT NULL,
    ends_on {date} NOT NULL,
    regions {json} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    created_by {uuid} REFERENCES account (id),
    created_at {time} NOT NULL,
    CHECK (starts_on <= ends_on)
);
ALTER TABLE cycle ADD COLUMN owner_id {uuid} REFERENCES unit (id);
UPDATE cycle SET owner_id = (SELECT id FROM unit WHERE parent_id IS NULL);
ALTER TABLE cycle ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE cycle ADD COLUMN audience {json};
ALTER TABLE cycle ADD COLUMN audience_on {date};
UPDATE cycle SET audience_on = tree_date;
ALTER TABLE cycle ADD COLUMN grace_until {time};
UPDATE cycle SET grace_until = due_at;
ALTER TABLE cycle ADD COLUMN locks_at {time};
ALTER TABLE cycle ADD COLUMN stage_id {uuid} REFERENCES election_stage (id);
ALTER TABLE cycle ADD COLUMN basis_number {text};
ALTER TABLE cycle ADD COLUMN basis_date {date};
ALTER TABLE cycle ADD COLUMN basis_file_id {uuid};
ALTER TABLE cycle ADD COLUMN created_by {uuid} REFERENCES account (id);
ALTER TABLE cycle ADD COLUMN created_at {time};
ALTER TABLE cycle ADD COLUMN closed_by {uuid} REFERENCES account (id);

CREATE TABLE cycle_passing (
    id {uuid} PRIMARY KEY,
    cycle_id {uuid} NOT NULL REFERENCES cycle (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    due_at {time} NOT NULL,
    basis_number {text} NOT NULL,
    basis_date {date} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    account_id {uuid} NOT NULL REFERENCES account (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    at {time} NOT NULL,
    UNIQUE (cycle_id, unit_id)
);

CREATE TABLE reporting_act (
    id {uuid} PRIMARY KEY,
    kind {text} NOT NULL,
    cycle_id {uuid} REFERENCES cycle (id),
    stage_id {uuid} REFERENCES election_stage (id),
    details {json} NOT NULL,
    reason {text},
    account_id {uuid} NOT NULL REFERENCES account (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    at {time} NOT NULL,
    CHECK ((cycle_id IS NULL) <> (stage_id IS NULL))
);
";

const OBLIGATIONS: &str = r"
CREATE TABLE obligation (
    id {uuid} PRIMARY KEY,
    cycle_id {uuid} NOT NULL REFERENCES cycle (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    parent_id {uuid} REFERENCES unit (id),
    provinsi_id {uuid} REFERENCES unit (id),
    kabupaten_kota_id {uuid} REFERENCES unit (id),
    kecamatan_id {uuid} REFERENCES unit (id),
    tier {text} NOT NULL CHECK (tier IN ('RI','PROVINSI','KABUPATEN_KOTA','KECAMATAN')),
    standing {text} NOT NULL CHECK (standing IN ('EXPECTED','EXCUSED','WAIVED','NOT_APPLICABLE')),
    due_at {time} NOT NULL,
    on_time_until {time} NOT NULL,
    passed_due_at {time},
    extended BOOLEAN NOT NULL DEFAULT FALSE,
    met_at {time},
    report_id {uuid} REFERENCES report (id),
    accepted_at {time},
    declined BOOLEAN NOT NULL DEFAULT FALSE,
    version INTEGER NOT NULL CHECK (version > 0),
    -- What came of it, and until when what has not come is still in time: by the day of the round, and by the earlier one to
    -- which it was passed on. Kept by the database itself, so that a round is counted off an index.
    outcome {text} GENERATED ALWAYS AS (
        CASE WHEN met_at <= on_time_until THEN 'ON_TIME' WHEN met_at IS NOT NULL THEN 'LATE' ELSE standing END) STORED,
    awaited_until {time} GENERATED ALWAYS AS (
        CASE WHEN met_at IS NULL AND standing = 'EXPECTED' THEN on_time_until END) STORED,
    passed_outcome {text} GENERATED ALWAYS AS (
        CASE WHEN met_at <= COALESCE(passed_due_at, on_time_until) THEN 'ON_TIME'
             WHEN met_at IS NOT NULL THEN 'LATE' ELSE standing END) STORED,
    passed_awaited_until {time} GENERATED ALWAYS AS (
        CASE WHEN met_at IS NULL AND standing = 'EXPECTED' THEN COALESCE(passed_due_at, on_time_until) END) STORED,
    verdict {text} GENERATED ALWAYS AS (
        CASE WHEN accepted_at IS NOT NULL THEN 'ACCEPTED' WHEN declined THEN 'DECLINED' END) STORED,
    UNIQUE (cycle_id, unit_id)
);
-- A round is counted off an index alone, in the order in which it is grouped.
CREATE INDEX obligation_recap ON obligation (cycle_id, provinsi_id, outcome, awaited_until, verdict, tier);
CREATE INDEX obligation_cycle ON obligation (cycle_id, due_at, unit_id, id);
CREATE INDEX obligation_unit ON obligation (unit_id, due_at, id);
CREATE INDEX obligation_provinsi ON obligation (provinsi_id, due_at, unit_id, id);
CREATE INDEX obligation_kabupaten_kota ON obligation (kabupaten_kota_id, due_at, unit_id, id);
CREATE INDEX obligation_due ON obligation (due_at, unit_id, id);
-- What is still owed is little beside what was ever owed, and what is asked for most.
CREATE INDEX obligation_owed ON obligation (due_at, unit_id, id) WHERE met_at IS NULL AND standing = 'EXPECTED';
CREATE INDEX obligation_owed_provinsi ON obligation (provinsi_id, due_at, unit_id, id) WHERE met_at IS NULL AND standing = 'EXPECTED';
CREATE INDEX obligation_owed_kabupaten_kota ON obligation (kabupaten_kota_id, due_at, unit_id, id) WHERE met_at IS NULL AND standing = 'EXPECTED';
CREATE INDEX obligation_report ON obligation (report_id) WHERE report_id IS NOT NULL;

CREATE TABLE obligation_act (
    id {uuid} PRIMARY KEY,
    obligation_id {uuid} NOT NULL REFERENCES obligation (id),
    kind {text} NOT NULL,
    reason {text} NOT NULL,
    until {time},
    account_id {uuid} NOT NULL REFERENCES account (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    at {time} NOT NULL
);
CREATE INDEX obligation_act_of ON obligation_act (obligation_id, id);

-- Who was reminded of what, and which unit was told how many beneath it have not sent.
INSERT INTO pulse (name, version) VALUES ('reminders', 0);
CREATE TABLE reminder (
    obligation_id {uuid} NOT NULL REFERENCES obligation (id),
    stage {text} NOT NULL CHECK (stage IN ('WEEK','DAY','OVERDUE')),
    awaited_at {time} NOT NULL,
    at {time} NOT NULL,
    PRIMARY KEY (obligation_id, stage, awaited_at)
);
CREATE TABLE reminder_summary (
    cycle_id {uuid} NOT NULL REFERENCES cycle (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    at {time} NOT NULL,
    PRIMARY KEY (cycle_id, unit_id)
);
";

const WRITING: &str = r"
ALTER TABLE draft ADD COLUMN saved {json} NOT NULL DEFAULT '{}';
ALTER TABLE draft ADD COLUMN cites {json} NOT NULL DEFAULT '[]';
-- From where a draft that was filled in by itself has its first answers.
ALTER TABLE draft ADD COLUMN prefilled_from {uuid} REFERENCES revision (id);
CREATE TABLE citation (
    revision_id {uuid} NOT NULL REFERENCES revision (id),
    cited_revision_id {uuid} NOT NULL REFERENCES revision (id),
    report_id {uuid} NOT NULL REFERENCES report (id),
    cited_report_id {uuid} NOT NULL REFERENCES report (id),
    PRIMARY KEY (revision_id, cited_revision_id)
);
CREATE INDEX citation_cited ON citation (cited_report_id, report_id);
CREATE INDEX citation_report ON citation (report_id);
";
