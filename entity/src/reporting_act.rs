//! What was done to a round or to a stage of an election, by whom and from which seat. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::ReportingActKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "reporting_act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: ReportingActKind,
    pub cycle_id: Option<Uuid>,
    pub stage_id: Option<Uuid>,
    /// The round, its passing on or the stage, as it was left.
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
