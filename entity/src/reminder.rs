//! That a unit was reminded of what it owes, so that it is so once.
use sea_orm::entity::prelude::*;

use crate::enums::ReminderStage;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub obligation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub stage: ReminderStage,
    /// Of which moment: whoever is given more time is reminded again.
    #[sea_orm(primary_key, auto_increment = false)]
    pub awaited_at: DateTimeUtc,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
