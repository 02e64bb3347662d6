//! A round of awards: who gives them, by which rules, and how far it is.
use sea_orm::entity::prelude::*;

use crate::enums::AwardEditionStatus;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award_edition")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The issuer: RI, or a province.
    pub unit_id: Uuid,
    pub title: String,
    pub description: Option<String>,
    /// The zone its moments are told in, an IANA name.
    pub time_zone: String,
    /// What is looked at: from and to, both included.
    pub evidence_from: Date,
    pub evidence_to: Date,
    /// Until when entries are taken.
    pub entries_by: DateTimeUtc,
    /// For how many days after the announcement objections are taken.
    pub objection_days: i32,
    /// The letter it rests on.
    pub letter_number: Option<String>,
    pub letter_date: Option<Date>,
    pub letter_file_id: Option<Uuid>,
    /// The rules as they were published, canonical JSON, and their SHA-256, hexadecimal.
    pub rules: Option<String>,
    pub rules_sha256: Option<String>,
    pub rules_published_at: Option<DateTimeUtc>,
    pub status: AwardEditionStatus,
    pub announced_at: Option<DateTimeUtc>,
    /// Where it was announced.
    pub event_id: Option<Uuid>,
    pub objections_until: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub created_by: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
