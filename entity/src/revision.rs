//! A frozen submission.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub report_id: Uuid,
    pub number: i32,
    /// Canonical JSON (RFC 8785); `sha256` is over exactly these bytes.
    pub content: String,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub submitted_at: DateTimeUtc,
    pub account_id: Uuid,
    pub seat_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
