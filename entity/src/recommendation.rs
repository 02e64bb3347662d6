//! Something a unit is to do, and how far it is. What was said to it is kept as acts.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::{RecommendationSource, RecommendationState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "recommendation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What it follows from.
    pub subject_type: RecommendationSource,
    pub subject_id: Uuid,
    /// From 1 up.
    pub position: i32,
    /// The unit that recommends.
    pub issuer_id: Uuid,
    /// The unit that is to follow.
    pub unit_id: Uuid,
    pub text: String,
    /// Until when an answer is awaited.
    pub due_on: Date,
    pub state: RecommendationState,
    pub made_at: DateTimeUtc,
    /// When it was reminded of, which is done once for every due date.
    pub reminded_at: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
