//! Files: what is uploaded, in pieces and then whole, and which records hold it.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in FILES.split(";\n").filter(|statement| !statement.trim().is_empty()) {
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

// A row of `file` is an upload until `stored_at` is set. Several files may have one content, which is one `stored_object`.
// What kinds of record an attachment may belong to is left open: later slices bring their own.
const FILES: &str = r"
CREATE TABLE stored_object (
    sha256 {text} PRIMARY KEY,
    size BIGINT NOT NULL,
    stored_at {time} NOT NULL
);

CREATE TABLE file (
    id {uuid} PRIMARY KEY,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    name {text} NOT NULL,
    media_type {text} NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    sha256 {text} NOT NULL,
    begun_by {uuid} NOT NULL REFERENCES account (id),
    program_id {uuid} REFERENCES service_account (id),
    begun_at {time} NOT NULL,
    received BIGINT NOT NULL DEFAULT 0,
    stored_at {time},
    idle_since {time} NOT NULL,
    CHECK (received >= 0 AND received <= size),
    CHECK (stored_at IS NULL OR received = size)
);
CREATE INDEX file_unit ON file (unit_id);
CREATE INDEX file_sha256 ON file (sha256);
CREATE INDEX file_begun_by ON file (begun_by);
CREATE INDEX file_idle ON file (idle_since);

CREATE TABLE file_piece (
    file_id {uuid} NOT NULL REFERENCES file (id),
    start_at BIGINT NOT NULL,
    length BIGINT NOT NULL CHECK (length > 0),
    part_id {uuid} NOT NULL UNIQUE,
    PRIMARY KEY (file_id, start_at)
);

CREATE TABLE attachment (
    id {uuid} PRIMARY KEY,
    file_id {uuid} NOT NULL REFERENCES file (id),
    record_type {text} NOT NULL,
    record_id {uuid} NOT NULL,
    frozen_in {uuid},
    attached_at {time} NOT NULL
);
CREATE INDEX attachment_file ON attachment (file_id);
CREATE UNIQUE INDEX attachment_working ON attachment (record_id, file_id) WHERE frozen_in IS NULL;
CREATE UNIQUE INDEX attachment_frozen ON attachment (frozen_in, file_id) WHERE frozen_in IS NOT NULL;
";
