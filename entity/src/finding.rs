//! What whoever reviews a record finds in it: of a report, a section or a field, as it was submitted.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::{FindingSeverity, FindingState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "finding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What kind of record it is about: `report`.
    pub subject_type: String,
    pub subject_id: Uuid,
    /// The unit whose record it is.
    pub unit_id: Uuid,
    /// The number of the submission it was raised on.
    pub revision: i32,
    /// The key of the section; none where it is about the whole.
    pub section: Option<String>,
    /// The key of the field; none where it is about more than one.
    pub field: Option<String>,
    pub severity: FindingSeverity,
    pub text: String,
    /// Until when an answer is awaited.
    pub due_on: Option<Date>,
    pub state: FindingState,
    pub raised_by: Uuid,
    pub raised_seat: Uuid,
    pub raised_unit: Uuid,
    pub raised_at: DateTimeUtc,
    /// Who of the unit took note of it first.
    pub acknowledged_by: Option<Uuid>,
    pub acknowledged_at: Option<DateTimeUtc>,
    /// The number of the submission that answered it last.
    pub answered_in: Option<i32>,
    /// When it was reminded of, which is done once.
    pub reminded_at: Option<DateTimeUtc>,
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
