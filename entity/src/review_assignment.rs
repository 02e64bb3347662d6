//! The review of one record by one expert.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::{AssignmentState, ReviewSubjectType};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "review_assignment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub subject_type: ReviewSubjectType,
    pub subject_id: Uuid,
    /// Whose record it is.
    pub unit_id: Uuid,
    /// The seat it was assigned to, and its holder then.
    pub seat_id: Uuid,
    pub account_id: Uuid,
    /// Whether the expert speaks for the others.
    pub lead: bool,
    pub state: AssignmentState,
    pub due_on: Option<Date>,
    pub assigned_by: Uuid,
    pub assigned_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
