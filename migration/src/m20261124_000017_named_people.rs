//! Erasing people whom events know by name alone, and a word of a proposal for it.
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
-- Who is one person, of those whom events name without an account, as a proposal to erase that person says.
CREATE TABLE named_erasure (
    proposal_id {uuid} NOT NULL REFERENCES proposal (id),
    position INTEGER NOT NULL CHECK (position > 0),
    delegate_id {uuid} REFERENCES event_delegate (id),
    -- No reference: whoever edits an event may take its speakers out.
    speaker_id {uuid},
    PRIMARY KEY (proposal_id, position),
    CHECK ((delegate_id IS NULL) <> (speaker_id IS NULL))
);
";
