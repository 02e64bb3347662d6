//! What is awarded within an edition: to whom, by what, and how many.
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::{AwardRecipient, AwardScheme, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award_category")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub edition_id: Uuid,
    /// From 1 up.
    pub position: i32,
    pub title: String,
    pub description: Option<String>,
    pub recipient: AwardRecipient,
    /// Whose units, or whose people; of outsiders, whose units may name them.
    pub tier: Tier,
    pub scheme: AwardScheme,
    /// How many win.
    pub places: i32,
    /// How many are named after those who win.
    pub nominees: i32,
    /// How many each province passes on to RI; none: the issuer judges alone.
    pub shortlist: Option<i32>,
    pub criteria: Criteria,
    pub tie_breaks: TieBreaks,
    pub eligibility: Eligibility,
    /// How many sheets an entry needs.
    pub sheets_minimum: i32,
    /// How many sheets a juror needs to be calibrated; none: nobody is.
    pub calibration_minimum: Option<i32>,
    /// How far from the median a sheet is looked at again, points; none: none is.
    pub outlier_points: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What it is judged by, in order; at least one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Criteria(pub Vec<Criterion>);

/// One thing an entry is judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Stable within the category; figures are filed under it.
    pub key: String,
    pub title: String,
    /// What it counts for beside the others.
    pub weight: i32,
    pub source: Source,
}

/// Where the figure of a criterion comes from, 0 to 100 with two places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Source {
    /// What jurors score by a rubric; at most one of a category.
    Rubric { rubric: Uuid },
    /// The share of what it owed within the period that it submitted in time.
    OnTime,
    /// The sum of a field of its accepted reports of the period, beside what earns the full figure, a decimal number.
    Reported {
        template: String,
        field: String,
        full: String,
    },
    /// The mean score of its reports that national evaluations of the period counted.
    Evaluated,
    /// The share of the counted sessions, of sealed events of the period it was invited to, at which somebody of it was.
    Attended,
}

/// The keys of criteria that decide between equals, the first first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct TieBreaks(pub Vec<String>);

/// What a unit has to have done to be entered; everything that is asked has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Eligibility {
    /// Nothing it owed within the period is missing.
    pub obligations_met: bool,
    /// No finding it must settle is open on a report of the period.
    pub no_open_must: bool,
    /// A report of the period was accepted.
    pub reported: bool,
    /// It was at so many of a hundred sessions of the period at least.
    pub attended_percent: Option<i32>,
}
