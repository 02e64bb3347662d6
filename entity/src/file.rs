//! A file of a unit: an upload until all of it has arrived and was found to be what it was said to be.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose room it takes up.
    pub unit_id: Uuid,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Lower-case hexadecimal, stated before the first byte came.
    pub sha256: String,
    pub begun_by: Uuid,
    /// The program that began it for the account.
    pub program_id: Option<Uuid>,
    pub begun_at: DateTimeUtc,
    /// How many bytes have come.
    pub received: i64,
    /// When it was whole and found good; none while it is an upload.
    pub stored_at: Option<DateTimeUtc>,
    /// When something was last done with it. Attached to nothing, it is forgotten a day later.
    pub idle_since: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
