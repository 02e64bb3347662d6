//! What the records of units come to within the period an edition looks at: the figures of the indicators and the facts that
//! eligibility asks for, both reckoned from the same rows. docs/awards.md tells what counts.
//!
//! What counts is what the issuer or RI asked for: rounds they own, events they host. What a province asks of its own units
//! besides cannot raise or lower them in an award of RI.
mod query;
pub mod record;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::{award_category, award_category::Source, award_edition};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::error::Error;
use record::Record;

/// What is needed of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    pub owed: bool,
    pub reports: bool,
    pub open_musts: bool,
    pub evaluated: bool,
    pub sessions: bool,
    /// The code of a template and the key of a number in it.
    pub sums: Vec<(String, String)>,
}

impl Wants {
    /// For the figures of the indicators of categories.
    pub fn of_criteria<'c>(categories: impl IntoIterator<Item = &'c award_category::Model>) -> Self {
        let mut wants = Self::default();
        for criterion in categories.into_iter().flat_map(|category| &category.criteria.0) {
            match &criterion.source {
                Source::Rubric { .. } => {}
                Source::OnTime => wants.owed = true,
                Source::Evaluated => wants.evaluated = true,
                Source::Attended => wants.sessions = true,
                Source::Reported { template, field, .. } => {
                    wants.reports = true;
                    let sum = (template.clone(), field.clone());
                    if !wants.sums.contains(&sum) {
                        wants.sums.push(sum);
                    }
                }
            }
        }
        wants
    }

    /// And for the rules of eligibility of a category.
    #[must_use]
    pub fn and_eligibility(mut self, category: &award_category::Model) -> Self {
        let asked = &category.eligibility;
        self.owed |= asked.obligations_met;
        self.open_musts |= asked.no_open_must;
        self.reports |= asked.reported;
        self.sessions |= asked.attended_percent.is_some();
        self
    }
}

/// What the records of units come to, as far as it is wanted, at a moment. Every unit is answered, in statements whose number
/// does not depend on how many units there are, save that the texts of reports are read a few hundred at a time.
///
/// # Errors
/// The database's.
pub async fn records(
    connection: &impl ConnectionTrait,
    edition: &award_edition::Model,
    wants: &Wants,
    units: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, Record>, Error> {
    let mut records: HashMap<Uuid, Record> = units.iter().map(|unit| (*unit, Record::default())).collect();
    if wants.owed || wants.reports || wants.open_musts || wants.evaluated {
        let rounds = query::rounds(connection, edition).await?;
        query::owed(connection, &rounds, (wants, units), now, &mut records).await?;
        query::reported(connection, &rounds, (wants, units), &mut records).await?;
        query::evaluated(connection, &rounds, (wants, units), &mut records).await?;
    }
    if wants.sessions {
        query::attended(connection, edition, units, &mut records).await?;
    }
    Ok(records)
}

/// The figures of the indicators of categories for units, by category and unit, as they stand at a moment: each `0.00` to
/// `100.00` under the key of its criterion, rounded once, halves up. Criteria that jurors score have none. A unit without a
/// basis - it owed nothing, was invited to nothing, was not evaluated - has `0.00`.
///
/// # Errors
/// The database's.
pub async fn figures(
    connection: &impl ConnectionTrait,
    edition: &award_edition::Model,
    categories: &[award_category::Model],
    units: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<(Uuid, Uuid), BTreeMap<String, String>>, Error> {
    let records = records(connection, edition, &Wants::of_criteria(categories), units, now).await?;
    let mut figures = HashMap::new();
    for category in categories {
        for (unit, record) in &records {
            figures.insert((category.id, *unit), record.figures(&category.criteria).collect());
        }
    }
    Ok(figures)
}
