//! A piece of an upload that has come and is on disk.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file_piece")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub file_id: Uuid,
    /// Its first byte's place in the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub start_at: i64,
    pub length: i64,
    /// The name it has on disk.
    pub part_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
