//! How full one bucket of attempts is. A row that has run empty may be forgotten.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttle")]
pub struct Model {
    /// A keyed hash of what is counted: neither addresses nor e-mail addresses are kept.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Vec<u8>,
    /// When every attempt of the bucket is free again, microseconds of Unix time.
    pub full_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
