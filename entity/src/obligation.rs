//! What one unit owes in one round, and what became of it. Where it stood in the tree is kept as of the day by which the
//! round is counted. Whether it is open, overdue or unmet is told from this and the clock, and so is not kept.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::{ObligationStanding, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "obligation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub cycle_id: Uuid,
    pub unit_id: Uuid,
    /// Whom the unit was beneath, not who acted for that one; None for RI.
    pub parent_id: Option<Uuid>,
    /// The unit itself or its ancestor of that tier.
    pub provinsi_id: Option<Uuid>,
    pub kabupaten_kota_id: Option<Uuid>,
    pub kecamatan_id: Option<Uuid>,
    /// Of the unit.
    pub tier: Tier,
    pub standing: ObligationStanding,
    /// The moment its owner awaits it, extensions included.
    pub due_at: DateTimeUtc,
    /// Until when it counts as on time: with grace and extension.
    pub on_time_until: DateTimeUtc,
    /// The earlier moment by which the nearest unit that passed the round on awaits it.
    pub passed_due_at: Option<DateTimeUtc>,
    pub extended: bool,
    /// The first submit that was not withdrawn.
    pub met_at: Option<DateTimeUtc>,
    /// The live report.
    pub report_id: Option<Uuid>,
    pub accepted_at: Option<DateTimeUtc>,
    /// The report was declined, which does not undo that it came.
    pub declined: bool,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
