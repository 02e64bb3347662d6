//! One round of a template: a period, an opening and a due moment.
use sea_orm::entity::prelude::*;

use crate::enums::PeriodKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
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
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
