//! What was done about a finding: raised, noted, answered, resolved, reopened. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::FindingActKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "finding_act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub finding_id: Uuid,
    pub kind: FindingActKind,
    /// The answer, or the reason.
    pub text: Option<String>,
    /// Of an answer: whether it says what was done, or why nothing was.
    pub remedied: Option<bool>,
    /// Of an answer: the number of the submission it came with.
    pub revision: Option<i32>,
    pub account_id: Uuid,
    pub seat_id: Uuid,
    /// The unit that acted.
    pub unit_id: Uuid,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
