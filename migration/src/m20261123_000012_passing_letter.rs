//! Who passes a round on may attach the letter.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, LETTER).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "steps are not undone: restore a backup instead".to_owned(),
        ))
    }
}

// Like that of a round, the file is held by an `attachment`, which is refused by name where there is no such file. A server of
// the release before leaves it null.
const LETTER: &str = "ALTER TABLE cycle_passing ADD COLUMN basis_file_id {uuid}";
