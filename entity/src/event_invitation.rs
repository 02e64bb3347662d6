//! That a unit is invited to an event, and what it answered.
use sea_orm::entity::prelude::*;

use crate::enums::{InvitationReply, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_invitation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub unit_id: Uuid,
    /// As the hierarchy was when it was invited.
    pub tier: Tier,
    pub provinsi_id: Option<Uuid>,
    pub quota: i32,
    pub status: InvitationReply,
    /// Why it declined.
    pub reason: Option<String>,
    /// Offered after the event was published.
    pub late: bool,
    pub invited_at: DateTimeUtc,
    pub replied_at: Option<DateTimeUtc>,
    pub reminded_at: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
