//! The jury of a category in a round: of a province for its own units, or of the issuer.
use sea_orm::entity::prelude::*;

use crate::enums::{AwardPanelStatus, AwardRound};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award_panel")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub edition_id: Uuid,
    pub category_id: Uuid,
    /// Whose jury it is.
    pub unit_id: Uuid,
    pub round: AwardRound,
    pub status: AwardPanelStatus,
    pub opened_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
    /// Of a province's round: what its shortlist was made of and what it came to, canonical JSON.
    pub inputs: Option<String>,
    pub result: Option<String>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
