//! The history of reports: what was done, by which seat, by whom, when, why. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::{Openness, ReportCommand, ReportStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "transition")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub report_id: Uuid,
    /// The version the report reached by it.
    pub version: i32,
    pub command: ReportCommand,
    pub from_status: Option<ReportStatus>,
    pub to_status: ReportStatus,
    pub seat_id: Uuid,
    pub account_id: Uuid,
    /// The unit that acted.
    pub unit_id: Uuid,
    pub reason: Option<String>,
    pub revision_id: Option<Uuid>,
    pub at: DateTimeUtc,
    /// The program that did it with the person's rights. Left out where there was none, so that older leaves still fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account_id: Option<Uuid>,
    /// How open the report is from then on, where the step said so. Left out elsewhere, for the same reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openness: Option<Openness>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
