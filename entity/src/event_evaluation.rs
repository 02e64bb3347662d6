//! What a rubric says of a unit at the end of an event.
use sea_orm::entity::prelude::*;

use crate::{enums::EventEvaluationState, rubric::Scores};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_evaluation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub unit_id: Uuid,
    pub rubric_id: Uuid,
    pub scores: Scores,
    pub note: Option<String>,
    /// From 0 to 100 with two places; none while it is a draft.
    pub total: Option<String>,
    pub state: EventEvaluationState,
    /// What the unit says to it; owed where it objects.
    pub reply: Option<String>,
    pub issued_at: Option<DateTimeUtc>,
    pub replied_at: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
