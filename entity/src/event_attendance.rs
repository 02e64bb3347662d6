//! What the scans of a delegate in a session come to: reckoned anew with each, never written by itself.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_attendance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub delegate_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    pub event_id: Uuid,
    pub unit_id: Uuid,
    /// None: nothing counts.
    pub first_in: Option<DateTimeUtc>,
    /// None while inside.
    pub last_out: Option<DateTimeUtc>,
    pub inside: bool,
    /// How long inside, of the intervals that have ended.
    pub seconds: i64,
    /// Whether something is to be decided.
    pub conflict: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
