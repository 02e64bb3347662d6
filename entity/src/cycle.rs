//! One round of a template: a period, an opening and a due moment, and whom it asks.
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::{PeriodKind, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "cycle")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub template_id: Uuid,
    pub code: String,
    pub name: String,
    pub period_kind: PeriodKind,
    pub period_start: Date,
    /// The last day of the period.
    pub period_end: Date,
    pub opens_at: DateTimeUtc,
    pub due_at: DateTimeUtc,
    /// The zone in which the due moment was stated, an IANA name.
    pub time_zone: String,
    /// The day whose tree the period is counted by.
    pub tree_date: Date,
    pub closed_at: Option<DateTimeUtc>,
    /// The unit that asks.
    pub owner_id: Uuid,
    /// The lock counter.
    pub version: i32,
    /// None: it was never worked out; its ledger is made at the next start.
    pub audience: Option<Audience>,
    /// The day on which the audience is looked up.
    pub audience_on: Date,
    /// Until when what comes still counts as on time; the due moment, or later.
    pub grace_until: DateTimeUtc,
    /// From when on nothing is taken any more but by extension.
    pub locks_at: Option<DateTimeUtc>,
    pub stage_id: Option<Uuid>,
    /// The number of the letter it stands on.
    pub basis_number: Option<String>,
    pub basis_date: Option<Date>,
    /// The letter itself.
    pub basis_file_id: Option<Uuid>,
    /// None: it came with the installation.
    pub created_by: Option<Uuid>,
    pub created_at: Option<DateTimeUtc>,
    pub closed_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Who is asked: units of these tiers beneath the owner, narrowed by what is given, and without the exceptions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Audience {
    pub tiers: Vec<Tier>,
    /// These units and all beneath them; empty: everybody beneath the owner.
    pub beneath: Vec<Uuid>,
    /// Exactly these; empty: no list.
    pub units: Vec<Uuid>,
    /// Not these, nor anybody beneath them.
    pub except: Vec<Uuid>,
}
