//! One version of what a report asks for, and the route it takes. A version never changes.
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::Tier;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "template")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub code: String,
    pub version: i32,
    pub name: String,
    pub route: Route,
    pub sections: Sections,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Who writes, who endorses on the way up, and where the way ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Route {
    /// The tiers whose units write this report.
    pub authors: Vec<Tier>,
    /// The tiers that endorse, from the lowest up; only those strictly above the author's count for a report.
    pub endorsers: Vec<Tier>,
    /// The tier that has the last word. Below `Ri` its endorsement accepts the report.
    pub terminal: Tier,
}

/// What a report is asked to tell, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Sections(pub Vec<Section>);

/// One question of a template, answered in text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Stable within the template; answers are filed under it.
    pub key: String,
    pub title: String,
    /// What a good answer tells.
    pub guidance: String,
}
