//! That a unit asks for somebody, or for itself, to be excused.
use sea_orm::entity::prelude::*;

use crate::enums::ExcuseState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_excuse")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub invitation_id: Uuid,
    pub unit_id: Uuid,
    /// None: nobody of the unit comes.
    pub delegate_id: Option<Uuid>,
    pub reason: String,
    pub file_id: Option<Uuid>,
    pub state: ExcuseState,
    pub asked_at: DateTimeUtc,
    pub decided_at: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
