//! Instruments of review: what a work is judged by, in versions.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in RUBRICS.split(";\n").filter(|statement| !statement.trim().is_empty()) {
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

const RUBRICS: &str = r"
CREATE TABLE rubric (
    id {uuid} PRIMARY KEY,
    code {text} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    owner_id {uuid} NOT NULL REFERENCES unit (id),
    name {text} NOT NULL,
    description {text} NOT NULL,
    criteria {json} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('DRAFT','PUBLISHED','RETIRED')),
    lock_version INTEGER NOT NULL CHECK (lock_version > 0),
    created_by {uuid} REFERENCES account (id),
    created_at {time},
    published_by {uuid} REFERENCES account (id),
    published_at {time},
    retired_by {uuid} REFERENCES account (id),
    retired_at {time},
    retired_reason {text},
    UNIQUE (code, version)
);
-- A rubric has one draft at a time.
CREATE UNIQUE INDEX rubric_draft ON rubric (code) WHERE status = 'DRAFT';
CREATE INDEX rubric_owner ON rubric (owner_id);
";
