//! Leaves are linked: each link is a hash over the one before and its leaf, so that none can be altered, taken out or put in
//! without all that follow.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in CHAIN {
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

// A leaf has neither until the sequencer links it, those that were there before this step too. The pulse keeps how many are
// linked, so that one that is missing at the end is missed.
const CHAIN: [&str; 5] = [
    "ALTER TABLE audit_leaf ADD COLUMN position BIGINT",
    "ALTER TABLE audit_leaf ADD COLUMN link {bytes}",
    "CREATE UNIQUE INDEX audit_leaf_position ON audit_leaf (position) WHERE position IS NOT NULL",
    "CREATE INDEX audit_leaf_unlinked ON audit_leaf (id) WHERE position IS NULL",
    "INSERT INTO pulse (name, version) VALUES ('audit', 0)",
];
