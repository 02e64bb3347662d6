//! Who issued a code for a new password: it is worth no more than the right of who did.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, ISSUERS).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "steps are not undone: restore a backup instead".to_owned(),
        ))
    }
}

// Null of a code that was sent by e-mail, and of one that a server of the release before issues. Those it has issued are told by
// the act of that, which was written with the same moment.
const ISSUERS: &str = r"
ALTER TABLE one_time_code ADD COLUMN issued_by {uuid} REFERENCES account (id);
ALTER TABLE one_time_code ADD COLUMN issued_from {uuid} REFERENCES seat (id)
    CHECK ((issued_by IS NULL) = (issued_from IS NULL));
UPDATE one_time_code SET (issued_by, issued_from) = (
    SELECT act.by_account, act.by_seat
    FROM administrative_act AS act
    WHERE act.kind = 'RESET_CODE_ISSUED'
        AND act.account_id = one_time_code.account_id
        AND act.at = one_time_code.created_at
        AND act.by_seat IS NOT NULL
    ORDER BY act.id
    LIMIT 1
)
WHERE purpose = 'PASSWORD_RESET';
";
