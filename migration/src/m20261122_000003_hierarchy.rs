//! A hierarchy that is true in time: dated changes of units, what they were called and whom they were beneath from which day
//! on, editions of the list of regions, and what each replaced.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [UNITS, SEATS, REGIONS] {
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

// `name`, `parent_id` and `acting_superior_id` of a unit are those in force; what it began with stays beside them, and
// `unit_fact` holds what was decided since.
const UNITS: &str = r"
ALTER TABLE unit ADD COLUMN ad_hoc BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE unit ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE unit ADD COLUMN formed_name {text} NOT NULL DEFAULT '';
ALTER TABLE unit ADD COLUMN formed_parent_id {uuid} REFERENCES unit (id);
UPDATE unit SET ad_hoc = (tier = 'KECAMATAN'), formed_name = name, formed_parent_id = parent_id;
CREATE INDEX unit_region ON unit (region_id);

CREATE TABLE unit_change (
    id {uuid} PRIMARY KEY,
    kind {text} NOT NULL,
    effective_on {date} NOT NULL,
    basis_number {text} NOT NULL,
    basis_date {date} NOT NULL,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    by_account {uuid} NOT NULL REFERENCES account (id),
    by_seat {uuid} NOT NULL REFERENCES seat (id),
    undoes {uuid} UNIQUE REFERENCES unit_change (id),
    at {time} NOT NULL
);

CREATE TABLE unit_touch (
    change_id {uuid} NOT NULL REFERENCES unit_change (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    effect {text} NOT NULL,
    effective_on {date} NOT NULL,
    details {json} NOT NULL,
    PRIMARY KEY (change_id, unit_id)
);
CREATE INDEX unit_touch_unit ON unit_touch (unit_id, change_id);

CREATE TABLE unit_fact (
    change_id {uuid} NOT NULL REFERENCES unit_change (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    kind {text} NOT NULL CHECK (kind IN ('NAME','PARENT','ACTING_SUPERIOR')),
    valid_from {date} NOT NULL,
    name {text},
    other_unit_id {uuid} REFERENCES unit (id),
    voided_by {uuid} REFERENCES unit_change (id),
    PRIMARY KEY (change_id, unit_id, kind),
    CHECK ((kind = 'NAME') = (name IS NOT NULL)),
    CHECK (kind <> 'PARENT' OR other_unit_id IS NOT NULL)
);
CREATE INDEX unit_fact_unit ON unit_fact (unit_id);
";

const SEATS: &str = r"
ALTER TABLE seat ADD COLUMN custodian BOOLEAN NOT NULL DEFAULT FALSE;
";

// `code`, `kind`, `name` and `parent_id` of a region are those in force, since `state_from`; `region_past` holds what they
// were before, each state with the edition that made it so. Two regions may exchange their codes in one edition, which no unique index lets pass; the command and a
// test see to it that no code means two regions on one day.
const REGIONS: &str = r"
CREATE TABLE region_edition (
    id {uuid} PRIMARY KEY,
    name {text} NOT NULL,
    basis_number {text},
    basis_date {date},
    effective_on {date},
    sha256 {text} NOT NULL,
    added INTEGER NOT NULL,
    renamed INTEGER NOT NULL,
    moved INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    by_account {uuid} REFERENCES account (id),
    by_seat {uuid} REFERENCES seat (id),
    at {time} NOT NULL
);

ALTER TABLE region ADD COLUMN state_from {date};
ALTER TABLE region ADD COLUMN edition_id {uuid} REFERENCES region_edition (id);
ALTER TABLE region ADD COLUMN ended_by {uuid} REFERENCES region_edition (id);

CREATE TABLE region_past (
    region_id {uuid} NOT NULL REFERENCES region (id),
    valid_from {date},
    valid_to {date} NOT NULL,
    code {text} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('PROVINSI','KABUPATEN','KOTA','KABUPATEN_ADMINISTRASI','KOTA_ADMINISTRASI','KECAMATAN','DISTRIK')),
    name {text} NOT NULL,
    parent_id {uuid} REFERENCES region (id),
    edition_id {uuid} REFERENCES region_edition (id),
    PRIMARY KEY (region_id, valid_to),
    CHECK (valid_from IS NULL OR valid_from < valid_to)
);
CREATE INDEX region_past_code ON region_past (code);
DROP INDEX region_code_now;
CREATE INDEX region_code ON region (code);
";
