//! Somebody who judges in a panel.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award_juror")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub panel_id: Uuid,
    /// The seat, and its holder when appointed.
    pub seat_id: Uuid,
    pub account_id: Uuid,
    pub appointed_by: Uuid,
    pub appointed_at: DateTimeUtc,
    pub removed_at: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
