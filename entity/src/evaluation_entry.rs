//! How a closed evaluation counts one unit. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::{EvaluationOutcome, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "evaluation_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub evaluation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: Uuid,
    pub tier: Tier,
    /// The unit itself or its ancestor of that tier, in the tree the round is counted by.
    pub provinsi_id: Option<Uuid>,
    pub outcome: EvaluationOutcome,
    /// None where nothing came.
    pub on_time: Option<bool>,
    pub report_id: Option<Uuid>,
    /// What of the report was frozen.
    pub revision_id: Option<Uuid>,
    /// The hash of that revision, hexadecimal.
    pub sha256: Option<String>,
    /// How many complete sheets its score is the mean of.
    pub sheets: i32,
    /// From 0 to 100, to two places.
    pub score: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
