//! Who opens an event, speaks or moderates: somebody with an account, or a name.
use sea_orm::entity::prelude::*;

use crate::enums::SpeakerRole;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_speaker")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    /// None: of the event as a whole.
    pub session_id: Option<Uuid>,
    pub position: i32,
    pub role: SpeakerRole,
    pub account_id: Option<Uuid>,
    /// None: the account's, or erased.
    pub name: Option<String>,
    pub title: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
