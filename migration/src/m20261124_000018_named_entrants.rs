//! Erasing people whom entries for awards know by name alone, too.
use sea_orm_migration::prelude::*;

use crate::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, NAMED).await
    }
}

const NAMED: &str = r"
-- As named_erasure, of those whom entries for awards name: beside it, and in one order with it, so that a server of before can
-- read what it knows.
CREATE TABLE named_erasure_entry (
    proposal_id {uuid} NOT NULL REFERENCES proposal (id),
    position INTEGER NOT NULL CHECK (position > 0),
    entry_id {uuid} NOT NULL REFERENCES award_entry (id),
    PRIMARY KEY (proposal_id, position)
);
";
