//! A complete sheet of scores. Never updated: a changed score makes another.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::rubric::Scores;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "score_sheet")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub assignment_id: Uuid,
    /// From 1 up.
    pub number: i32,
    /// What was submitted and scored.
    pub revision_id: Uuid,
    pub rubric_id: Uuid,
    pub scores: Scores,
    /// On the whole; may be empty.
    pub comment: String,
    /// From 0 to 100, to two places.
    pub total: String,
    /// All of it in canonical JSON, as it was hashed.
    pub content: String,
    pub sha256: String,
    pub account_id: Uuid,
    pub seat_id: Uuid,
    pub completed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
