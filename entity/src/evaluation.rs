//! The national evaluation of a round. It is prepared while it is open; when it closes it freezes what it counts.
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::Tier;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evaluation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub cycle_id: Uuid,
    /// The unit that evaluates.
    pub unit_id: Uuid,
    /// The number it is filed under.
    pub number: Option<String>,
    /// Paragraphs, parted by empty lines; may be empty while it is open.
    pub summary: String,
    pub sections: SectionNotes,
    /// What is to be recommended when it closes.
    pub proposed: Proposals,
    /// None while it is open.
    pub figures: Option<Figures>,
    /// Of all of it in canonical JSON, hexadecimal.
    pub sha256: Option<String>,
    /// The link of the audit's chain it was frozen at, and its place.
    pub head_position: Option<i64>,
    pub head_link: Option<String>,
    pub opened_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is said of sections, at most once of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct SectionNotes(pub Vec<SectionNote>);

/// What the reports show on one of their sections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionNote {
    /// The key of the section in the template.
    pub section: String,
    pub strengths: Vec<String>,
    pub weaknesses: Vec<String>,
}

/// What is to be recommended, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Proposals(pub Vec<Proposal>);

/// Something a unit is to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub unit: Uuid,
    pub text: String,
    pub due_on: Date,
}

/// What the reports of a round come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Figures {
    pub all: Group,
    /// From the highest down; those that were asked.
    pub tiers: Vec<Group>,
    /// By the codes of the provinces.
    pub provinces: Vec<Group>,
    /// In the order of the rubric; none where nobody scored.
    pub criteria: Vec<CriterionFigure>,
    /// In the order of the template, and last what was found on the whole.
    pub sections: Vec<SectionFigure>,
}

/// What units that belong together come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub tier: Option<Tier>,
    pub province: Option<Uuid>,
    /// Units that were asked.
    pub expected: i64,
    /// Of them: those of which something came.
    pub submitted: i64,
    pub on_time: i64,
    pub evaluated: i64,
    pub declined: i64,
    pub pending: i64,
    /// None where no evaluated report has a score.
    pub scores: Option<Distribution>,
}

/// How figures from 0 to 100 are spread, each with two places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    pub count: i64,
    pub least: String,
    pub most: String,
    pub mean: String,
    pub median: String,
    pub deviation: String,
    /// How many lie in each tenth, from the lowest up: below 10, below 20, and so on; 100 belongs to the last.
    pub tenths: Vec<i64>,
}

/// How one criterion was scored, from 0 to 100 whatever its scale: a mean for each report, and how those are spread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionFigure {
    pub key: String,
    pub title: String,
    pub scores: Distribution,
}

/// What was found in one section of the evaluated reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionFigure {
    /// None: the report as a whole.
    pub section: Option<String>,
    pub title: String,
    pub must: i64,
    pub should: i64,
    pub notes: i64,
    /// Of all of them: those that were settled.
    pub resolved: i64,
}
