//! What was done to a session in which reports change hands, by whom and from which seat. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::HandoverActKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "handover_act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub session_id: Uuid,
    pub kind: HandoverActKind,
    /// The session as it was left.
    pub details: Json,
    pub reason: Option<String>,
    pub account_id: Uuid,
    pub seat_id: Uuid,
    /// The unit that acted.
    pub unit_id: Uuid,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
