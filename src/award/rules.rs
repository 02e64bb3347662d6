//! The rules of an edition as they are published: canonical JSON that is hashed, so that what was announced can be held against
//! what was promised. docs/awards.md tells each field.
use chrono::NaiveDate;
use entity::{
    award_category::{self, Eligibility, Source},
    award_edition,
    enums::{AwardRecipient, AwardScheme, Tier},
    rubric,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    audit,
    error::Error,
    statement::payload::{Unit, moment, unit},
    territory::directory::Directory,
};

/// What the text is.
pub const TYP: &str = "jenjang-award-rules";

/// The version of the fields, and of the method by which figures become places.
pub const VERSION: u32 = 1;

/// The rules of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rules {
    pub typ: String,
    pub version: u32,
    /// The edition's.
    pub id: Uuid,
    pub issuer: Unit,
    pub title: String,
    pub description: Option<String>,
    pub time_zone: String,
    /// Both included.
    pub evidence_from: NaiveDate,
    pub evidence_to: NaiveDate,
    pub entries_by: String,
    pub objection_days: i32,
    /// The letter it rests on.
    pub letter: Option<Letter>,
    pub categories: Vec<Category>,
}

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    pub number: String,
    pub date: NaiveDate,
}

/// What is awarded, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Category {
    pub id: Uuid,
    pub title: String,
    pub description: Option<String>,
    pub recipient: AwardRecipient,
    pub tier: Tier,
    pub scheme: AwardScheme,
    pub places: i32,
    pub nominees: i32,
    pub shortlist: Option<i32>,
    pub criteria: Vec<Criterion>,
    pub tie_breaks: Vec<String>,
    pub eligibility: Eligibility,
    pub sheets_minimum: i32,
    pub calibration_minimum: Option<i32>,
    pub outlier_points: Option<i32>,
}

/// One thing an entry is judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Criterion {
    pub key: String,
    pub title: String,
    pub weight: i32,
    pub source: Source,
    /// The rubric in full, where jurors score by one.
    pub rubric: Option<Rubric>,
}

/// A rubric as it is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    pub code: String,
    pub version: i32,
    pub name: String,
    pub criteria: rubric::Criteria,
}

impl Rules {
    /// The rules of an edition, with its categories in their order and the rubrics they name.
    ///
    /// # Errors
    /// Where the issuer is not in the directory.
    pub fn of(
        edition: &award_edition::Model,
        categories: &[award_category::Model],
        rubrics: &[rubric::Model],
        directory: &Directory,
    ) -> Result<Self, Error> {
        let letter = edition.letter_number.clone().zip(edition.letter_date);
        Ok(Self {
            typ: TYP.to_owned(),
            version: VERSION,
            id: edition.id,
            issuer: unit(directory, edition.unit_id)?,
            title: edition.title.clone(),
            description: edition.description.clone(),
            time_zone: edition.time_zone.clone(),
            evidence_from: edition.evidence_from,
            evidence_to: edition.evidence_to,
            entries_by: moment(edition.entries_by),
            objection_days: edition.objection_days,
            letter: letter.map(|(number, date)| Letter { number, date }),
            categories: categories
                .iter()
                .map(|category| Category::of(category, rubrics))
                .collect(),
        })
    }

    /// The text that is hashed.
    ///
    /// # Errors
    /// None in practice: all of it has a JSON form.
    pub fn canonical(&self) -> Result<String, Error> {
        audit::canonical_json(self)
    }
}

impl Category {
    fn of(row: &award_category::Model, rubrics: &[rubric::Model]) -> Self {
        let criteria = row.criteria.0.iter().map(|criterion| Criterion {
            key: criterion.key.clone(),
            title: criterion.title.clone(),
            weight: criterion.weight,
            source: criterion.source.clone(),
            rubric: match criterion.source {
                Source::Rubric { rubric } => rubrics.iter().find(|row| row.id == rubric).map(Rubric::from),
                Source::OnTime | Source::Reported { .. } | Source::Evaluated | Source::Attended => None,
            },
        });
        Self {
            id: row.id,
            title: row.title.clone(),
            description: row.description.clone(),
            recipient: row.recipient,
            tier: row.tier,
            scheme: row.scheme,
            places: row.places,
            nominees: row.nominees,
            shortlist: row.shortlist,
            criteria: criteria.collect(),
            tie_breaks: row.tie_breaks.0.clone(),
            eligibility: row.eligibility.clone(),
            sheets_minimum: row.sheets_minimum,
            calibration_minimum: row.calibration_minimum,
            outlier_points: row.outlier_points,
        }
    }
}

impl From<&rubric::Model> for Rubric {
    fn from(row: &rubric::Model) -> Self {
        Self {
            code: row.code.clone(),
            version: row.version,
            name: row.name.clone(),
            criteria: row.criteria.clone(),
        }
    }
}
