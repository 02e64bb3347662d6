//! What the scores of an edition came to, for all categories at once.
use sea_orm::entity::prelude::*;

use crate::enums::AwardListStatus;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award_list")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub edition_id: Uuid,
    /// From 1 up: a later one takes the place of a list of which an award was revoked.
    pub number: i32,
    pub status: AwardListStatus,
    /// Over what every category came to, hexadecimal.
    pub sha256: String,
    pub computed_by: Uuid,
    pub computed_at: DateTimeUtc,
    pub ratified_by: Option<Uuid>,
    pub ratified_at: Option<DateTimeUtc>,
    /// The letter by which it was ratified.
    pub letter_number: Option<String>,
    pub letter_date: Option<Date>,
    pub announced_at: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
