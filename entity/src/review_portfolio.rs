//! What an expert is to look after: one for each seat, with the entries it is made of beside it.
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "review_portfolio")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seat_id: Uuid,
    /// The lock counter.
    pub version: i32,
    pub updated_at: DateTimeUtc,
    pub updated_by: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
