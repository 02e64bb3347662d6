//! A report of a unit for a cycle. `version` is its lock counter; a revision is a frozen submission.
use sea_orm::entity::prelude::*;

use crate::enums::{Openness, ReportStatus, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit_id: Uuid,
    /// The unit itself or its ancestor of that tier, by today's tree; rewritten when a unit moves.
    pub provinsi_id: Option<Uuid>,
    pub kabupaten_kota_id: Option<Uuid>,
    pub kecamatan_id: Option<Uuid>,
    pub template_id: Uuid,
    pub cycle_id: Uuid,
    pub status: ReportStatus,
    pub version: i32,
    /// Whose turn it is while SUBMITTED or TIER_REVIEW.
    pub reviewing_tier: Option<Tier>,
    /// The revision in force.
    pub revision_id: Option<Uuid>,
    /// 0 until the first submit.
    pub revision_number: i32,
    /// Those above see the report from then on.
    pub first_submitted_at: Option<DateTimeUtc>,
    pub submitted_at: Option<DateTimeUtc>,
    /// `submitted_at` in microseconds, 0 when never submitted: a sort key without nulls.
    pub submitted_rank: i64,
    /// The person who submitted the revision in force.
    pub submitted_by: Option<Uuid>,
    /// Until when a returned report is awaited.
    pub return_due_on: Option<Date>,
    pub accepted_at: Option<DateTimeUtc>,
    /// The name the client gave it.
    pub client_id: Option<Uuid>,
    pub created_by: Uuid,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// Who may be told of it beyond those who work on it.
    pub openness: Openness,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
