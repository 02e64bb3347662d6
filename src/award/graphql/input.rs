//! What commands on editions of awards are given.
use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::award_category::{Criteria, Criterion, Eligibility, Source, TieBreaks};

use super::words::{AwardRecipient, AwardScheme, AwardSource};
use crate::{
    award::{
        arranging::{Changes, Create, Edit},
        draft::{Category, Plan},
    },
    error::Error,
    graphql::{
        id::Kind,
        input::change,
        legal_basis::LegalBasisInput,
        scalars::{Date, DateTime, Decimal},
    },
    territory::graphql::Tier,
};

/// One thing entries are judged by.
#[derive(InputObject)]
pub struct AwardCriterionInput {
    /// Small letters a-z, digits and hyphens; unique within the category.
    key: String,
    /// What is judged, at most 200 characters.
    title: String,
    /// What it counts for beside the others, 1 to 1,000.
    weight: i32,
    /// Where its figure comes from; RUBRIC at most once in a category.
    source: AwardSource,
    /// By what jurors score: a published rubric. Owed with RUBRIC, and with nothing else.
    rubric: Option<ID>,
    /// The code of the template in whose reports a number is summed up. Owed with REPORTED, and with nothing else.
    template: Option<String>,
    /// The key of the number that is summed up. Owed with REPORTED, and with nothing else.
    field: Option<String>,
    /// The sum that earns 100. Owed with REPORTED, and with nothing else.
    full: Option<Decimal>,
}

impl AwardCriterionInput {
    fn resolve(self) -> Result<Criterion, Error> {
        let rubric = Kind::Rubric.maybe(self.rubric.as_ref())?;
        let source = match (self.source, rubric, (self.template, self.field, self.full)) {
            (AwardSource::Rubric, Some(rubric), (None, None, None)) => Source::Rubric { rubric },
            (AwardSource::Reported, None, (Some(template), Some(field), Some(full))) => Source::Reported {
                template,
                field,
                full: full.0.normalize().to_string(),
            },
            (AwardSource::OnTime, None, (None, None, None)) => Source::OnTime,
            (AwardSource::Evaluated, None, (None, None, None)) => Source::Evaluated,
            (AwardSource::Attended, None, (None, None, None)) => Source::Attended,
            _ => {
                return Err(Error::bad_input(
                    "Berikan `rubric` bersama RUBRIC; `template`, `field` dan `full` bersama REPORTED; selain itu tidak satu pun.",
                    "Give `rubric` with RUBRIC; `template`, `field` and `full` with REPORTED; none of them otherwise.",
                ));
            }
        };
        Ok(Criterion {
            key: self.key,
            title: self.title,
            weight: self.weight,
            source,
        })
    }
}

/// What a unit has to have done to be entered; everything that is asked has to hold.
#[derive(InputObject, Default)]
pub struct AwardEligibilityInput {
    /// Nothing it owed within the period is missing.
    #[graphql(default)]
    obligations_met: bool,
    /// No finding that has to be settled is open on a report of the period.
    #[graphql(default)]
    no_open_must: bool,
    /// A report of the period was accepted.
    #[graphql(default)]
    reported: bool,
    /// It was at so many of a hundred counted sessions of the period at least, 1 to 100.
    attended_percent: Option<i32>,
}

impl From<AwardEligibilityInput> for Eligibility {
    fn from(rules: AwardEligibilityInput) -> Self {
        Self {
            obligations_met: rules.obligations_met,
            no_open_must: rules.no_open_must,
            reported: rules.reported,
            attended_percent: rules.attended_percent,
        }
    }
}

/// What is awarded: to whom, by what, and how many.
#[derive(InputObject)]
pub struct AwardCategoryInput {
    /// A category that is there already; left out: a new one.
    id: Option<ID>,
    /// What it is called, at most 200 characters.
    title: String,
    /// What it is about, at most 10,000 characters.
    description: Option<String>,
    /// Whom it honours.
    #[graphql(default_with = "AwardRecipient::Unit")]
    recipient: AwardRecipient,
    /// PROVINSI or KABUPATEN_KOTA: whose units or people are entered; of outsiders, whose units may name them.
    tier: Tier,
    /// How those who win stand to each other.
    scheme: AwardScheme,
    /// How many win, 1 to 600; 1 with SINGLE.
    places: i32,
    /// How many are named after those who win, 0 to 600.
    #[graphql(default)]
    nominees: i32,
    /// How many each province passes on to RI, 1 to 600; left out: there is no round of the provinces.
    shortlist: Option<i32>,
    /// What it is judged by, 1 to 30. People and outsiders are judged by jurors alone.
    criteria: Vec<AwardCriterionInput>,
    /// The keys of the criteria that decide between equals, the first first.
    #[graphql(default)]
    tie_breaks: Vec<String>,
    /// What a unit has to have done to be entered; left out: nothing.
    eligibility: Option<AwardEligibilityInput>,
    /// How many sheets an entry needs, 1 to 100; left out where there is no rubric.
    #[graphql(default)]
    sheets_minimum: i32,
    /// How many sheets a juror needs for harshness to be made even, 2 to 100; left out: it is left as it is.
    calibration_minimum: Option<i32>,
    /// How many points from the median of an entry a sheet may lie before it is looked at again, 1 to 100.
    outlier_points: Option<i32>,
}

impl AwardCategoryInput {
    fn resolve(self) -> Result<Category, Error> {
        let criteria: Vec<Criterion> = self
            .criteria
            .into_iter()
            .map(AwardCriterionInput::resolve)
            .collect::<Result<_, Error>>()?;
        Ok(Category {
            id: Kind::AwardCategory.maybe(self.id.as_ref())?,
            title: self.title,
            description: self.description,
            recipient: self.recipient.into(),
            tier: self.tier.into(),
            scheme: self.scheme.into(),
            places: self.places,
            nominees: self.nominees,
            shortlist: self.shortlist,
            criteria: Criteria(criteria),
            tie_breaks: TieBreaks(self.tie_breaks),
            eligibility: self.eligibility.unwrap_or_default().into(),
            sheets_minimum: self.sheets_minimum,
            calibration_minimum: self.calibration_minimum,
            outlier_points: self.outlier_points,
        })
    }
}

fn categories(given: Vec<AwardCategoryInput>) -> Result<Vec<Category>, Error> {
    given.into_iter().map(AwardCategoryInput::resolve).collect()
}

/// An edition of awards to be drafted, of the unit of the seat that acts: RI, or a province.
#[derive(InputObject)]
pub struct CreateAwardEditionInput {
    /// What it is called, at most 200 characters.
    title: String,
    /// What it is about, at most 10,000 characters.
    description: Option<String>,
    /// The zone its moments are told in: Asia/Jakarta, Asia/Makassar or Asia/Jayapura.
    #[graphql(default = "Asia/Jakarta")]
    time_zone: String,
    /// The first day that is looked at.
    evidence_from: Date,
    /// The last day that is looked at, at most ten years later.
    evidence_to: Date,
    /// Until when entries are taken.
    entries_by: DateTime,
    /// For how many days after the announcement objections are taken, 0 to 365.
    #[graphql(default = 14)]
    objection_days: i32,
    /// The letter it rests on.
    letter: Option<LegalBasisInput>,
    /// The letter itself: a file that you uploaded.
    letter_file: Option<ID>,
    /// What is awarded, in order, at most 50; owed when its rules are published.
    #[graphql(default)]
    categories: Vec<AwardCategoryInput>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl CreateAwardEditionInput {
    pub(super) fn resolve(self) -> Result<Create, Error> {
        Ok(Create {
            plan: Plan {
                title: self.title,
                description: self.description,
                time_zone: self.time_zone,
                evidence_from: self.evidence_from.0,
                evidence_to: self.evidence_to.0,
                entries_by: self.entries_by.0,
                objection_days: self.objection_days,
                letter: self.letter.map(Into::into),
                letter_file: Kind::File.maybe(self.letter_file.as_ref())?,
                categories: categories(self.categories)?,
            },
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// What is to change about a draft. What is left out stays as it is; null takes away what may be missing.
#[derive(InputObject)]
pub struct EditAwardEditionInput {
    /// The edition.
    edition: ID,
    /// The version you read.
    expected_version: i32,
    /// What it is called, at most 200 characters.
    title: Option<String>,
    /// What it is about, at most 10,000 characters.
    description: MaybeUndefined<String>,
    /// The zone its moments are told in: Asia/Jakarta, Asia/Makassar or Asia/Jayapura.
    time_zone: Option<String>,
    /// The first day that is looked at.
    evidence_from: Option<Date>,
    /// The last day that is looked at, at most ten years later.
    evidence_to: Option<Date>,
    /// Until when entries are taken.
    entries_by: Option<DateTime>,
    /// For how many days after the announcement objections are taken, 0 to 365.
    objection_days: Option<i32>,
    /// The letter it rests on.
    letter: MaybeUndefined<LegalBasisInput>,
    /// The letter itself.
    letter_file: MaybeUndefined<ID>,
    /// Everything that is awarded, in order, at most 50. Categories that stay are named by their ids.
    categories: Option<Vec<AwardCategoryInput>>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl EditAwardEditionInput {
    pub(super) fn resolve(self) -> Result<Edit, Error> {
        let letter_file = change(self.letter_file).map(|file| Kind::File.maybe(file.as_ref()));
        Ok(Edit {
            edition: Kind::AwardEdition.uuid(&self.edition)?,
            expected_version: self.expected_version,
            plan: Changes {
                title: self.title,
                description: change(self.description),
                time_zone: self.time_zone,
                evidence_from: self.evidence_from.map(|day| day.0),
                evidence_to: self.evidence_to.map(|day| day.0),
                entries_by: self.entries_by.map(|moment| moment.0),
                objection_days: self.objection_days,
                letter: change(self.letter).map(|letter| letter.map(Into::into)),
                letter_file: letter_file.transpose()?,
                categories: self.categories.map(categories).transpose()?,
            },
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}
