//! What was done to an edition of awards and to what belongs to it. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::AwardActKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "award_act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub edition_id: Uuid,
    pub kind: AwardActKind,
    /// `edition`, `entry`, `panel`, `juror`, `scoring`, `list`, `award` or `objection`.
    pub about_type: String,
    pub about_id: Uuid,
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
