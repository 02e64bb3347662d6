//! What somebody who was entered has to say against what was announced.
use sea_orm::entity::prelude::*;

use crate::enums::AwardObjectionState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award_objection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub edition_id: Uuid,
    pub category_id: Uuid,
    /// What is objected to; none: that the own entry got nothing.
    pub award_id: Option<Uuid>,
    /// Who objects.
    pub unit_id: Uuid,
    pub reason: String,
    pub file_id: Option<Uuid>,
    pub state: AwardObjectionState,
    pub answer: Option<String>,
    pub filed_by: Uuid,
    pub filed_at: DateTimeUtc,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
