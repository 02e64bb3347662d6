//! What an edition has to be before it is kept, and before its rules are published: everything that is wrong is told at once.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    award_category::{Criteria, Eligibility, Source, TieBreaks},
    enums::{AwardRecipient, AwardScheme, Tier},
    rubric,
    template::Shape,
};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    clock::day_in_jakarta,
    error::{Code, Error, Refusal},
    faults::{LONGEST_NAME, fault, few, filled, named, of_bounds, of_keys, placed, short, within},
    input::{Wrong, invalid, near, time_zone},
    legal_basis::{self, LegalBasis},
    report::catalogue::Catalogue,
};

/// The longest description, characters.
pub const LONGEST_DESCRIPTION: usize = 10_000;

/// How many categories an edition has at most.
const MOST_CATEGORIES: usize = 50;

/// How many criteria a category has at most.
const MOST_CRITERIA: usize = 30;

/// The heaviest a criterion weighs.
const HEAVIEST: i32 = 1_000;

/// How many win at most, how many are named after them, and how many a province passes on.
const MOST_PLACES: i32 = 600;

/// How many sheets an entry, or a juror, can be asked for.
const MOST_SHEETS: i32 = 100;

/// How long objections are taken at most, days.
const MOST_OBJECTION_DAYS: i32 = 365;

/// The longest period that is looked at, days.
const LONGEST_PERIOD: i64 = 3_660;

/// An edition as it is meant to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub title: String,
    pub description: Option<String>,
    pub time_zone: String,
    pub evidence_from: NaiveDate,
    pub evidence_to: NaiveDate,
    pub entries_by: DateTime<Utc>,
    pub objection_days: i32,
    pub letter: Option<LegalBasis>,
    pub letter_file: Option<Uuid>,
    pub categories: Vec<Category>,
}

/// What is awarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Category {
    /// One that is there already.
    pub id: Option<Uuid>,
    pub title: String,
    pub description: Option<String>,
    pub recipient: AwardRecipient,
    pub tier: Tier,
    pub scheme: AwardScheme,
    pub places: i32,
    pub nominees: i32,
    pub shortlist: Option<i32>,
    pub criteria: Criteria,
    pub tie_breaks: TieBreaks,
    pub eligibility: Eligibility,
    pub sheets_minimum: i32,
    pub calibration_minimum: Option<i32>,
    pub outlier_points: Option<i32>,
}

impl Category {
    /// The rubric its jurors score by, where it has jurors.
    #[must_use]
    pub fn rubric(&self) -> Option<Uuid> {
        rubric_of(&self.criteria)
    }
}

/// The rubric among criteria.
#[must_use]
pub fn rubric_of(criteria: &Criteria) -> Option<Uuid> {
    criteria.0.iter().find_map(|criterion| match criterion.source {
        Source::Rubric { rubric } => Some(rubric),
        Source::OnTime | Source::Reported { .. } | Source::Evaluated | Source::Attended => None,
    })
}

/// What a plan names and has to be there.
pub struct Known<'k> {
    /// The tier of the issuer.
    pub issuer: Tier,
    /// The published rubrics among those it names that the issuer may judge by.
    pub rubrics: &'k [rubric::Model],
    pub catalogue: &'k Catalogue,
}

/// Everything that is wrong with a plan.
///
/// # Errors
/// All of it at once.
pub fn check(plan: &Plan, known: &Known<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    let mut wrong = Wrong::default();
    wrong.extend(named("title", &plan.title, LONGEST_NAME));
    wrong.extend(described(plan.description.as_deref()));
    wrong.note(time_zone(&plan.time_zone));
    wrong.extend(moments(plan, now));
    wrong.extend(of_bounds(
        "objectionDays",
        (0, plan.objection_days),
        MOST_OBJECTION_DAYS,
    ));
    wrong.extend(legal_basis::faults(
        plan.letter.as_ref(),
        plan.letter_file.is_some(),
        day_in_jakarta(now),
    ));
    let categories = few(plan.categories.len(), MOST_CATEGORIES)
        .into_iter()
        .collect::<Vec<_>>();
    let of_each = plan
        .categories
        .iter()
        .enumerate()
        .flat_map(|(place, category)| within(place, of_category(category, known)));
    wrong.extend(
        categories
            .into_iter()
            .chain(of_each)
            .map(|fault| fault.within(["categories"])),
    );
    wrong.settle()
}

/// What is missing for the rules to be published: a draft may have no category yet.
///
/// # Errors
/// `Required` at `categories`; `Invalid` for a moment that has passed.
pub fn check_publishable(plan: &Plan, now: DateTime<Utc>) -> Result<(), Error> {
    let mut wrong = Wrong::default();
    wrong.extend(filled(&plan.categories, MOST_CATEGORIES).map(|fault| fault.at(["categories"])));
    if plan.entries_by <= now {
        wrong.extend([invalid(
            "entriesBy",
            "Tenggat pengajuan sudah lewat.",
            "The time until which entries are taken has passed.",
        )]);
    }
    wrong.settle()
}

fn described(description: Option<&str>) -> Option<Refusal> {
    short("description", description.unwrap_or_default(), LONGEST_DESCRIPTION)
}

fn moments(plan: &Plan, now: DateTime<Utc>) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = near("entriesBy", plan.entries_by, now).err().into_iter().collect();
    for (field, day) in [("evidenceFrom", plan.evidence_from), ("evidenceTo", plan.evidence_to)] {
        let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
        faults.extend(near(field, midnight, now).err());
    }
    let days = (plan.evidence_to - plan.evidence_from).num_days();
    if !(0..=LONGEST_PERIOD).contains(&days) {
        faults.push(invalid(
            "evidenceTo",
            "Masa yang dinilai berakhir setelah dimulai, dan paling lama sepuluh tahun.",
            "The period that is looked at ends after it begins, and lasts ten years at most.",
        ));
    }
    faults
}

fn of_category(category: &Category, known: &Known<'_>) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = named("title", &category.title, LONGEST_NAME).into_iter().collect();
    faults.extend(described(category.description.as_deref()));
    faults.extend(of_tier(category, known.issuer));
    faults.extend(of_scheme(category));
    faults.extend(of_criteria(category, known));
    faults.extend(of_recipient(category));
    faults.extend(of_jury(category));
    if let Some(percent) = category.eligibility.attended_percent {
        let outside = of_bounds("attendedPercent", (1, percent), 100).into_iter();
        faults.extend(outside.map(|fault| fault.within(["eligibility"])));
    }
    faults
}

/// RI honours provinces and kabupaten/kota, a province its kabupaten/kota.
fn of_tier(category: &Category, issuer: Tier) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let fits = match category.tier {
        Tier::Provinsi => issuer == Tier::Ri,
        Tier::KabupatenKota => matches!(issuer, Tier::Ri | Tier::Provinsi),
        Tier::Ri | Tier::Kecamatan => false,
    };
    if !fits {
        faults.push(invalid(
            "tier",
            "RI memberi penghargaan kepada provinsi dan kabupaten/kota, provinsi kepada kabupaten/kotanya.",
            "RI honours provinces and kabupaten/kota, a province its kabupaten/kota.",
        ));
    }
    if let Some(shortlist) = category.shortlist {
        faults.extend(of_bounds("shortlist", (1, shortlist), MOST_PLACES));
        if issuer != Tier::Ri || category.tier != Tier::KabupatenKota || category.rubric().is_none() {
            faults.push(invalid(
                "shortlist",
                "Babak provinsi hanya ada pada penghargaan RI bagi kabupaten/kota yang dinilai juri.",
                "There is a round of provinces only in awards of RI for kabupaten/kota that jurors judge.",
            ));
        }
    }
    faults
}

fn of_scheme(category: &Category) -> Vec<Refusal> {
    let mut faults = of_bounds("places", (1, category.places), MOST_PLACES);
    faults.extend(of_bounds("nominees", (0, category.nominees), MOST_PLACES));
    if category.scheme == AwardScheme::Single && category.places != 1 {
        faults.push(invalid("places", "Pemenangnya satu.", "There is one winner."));
    }
    faults
}

fn of_criteria(category: &Category, known: &Known<'_>) -> Vec<Refusal> {
    let criteria = &category.criteria.0;
    let mut faults: Vec<Refusal> = filled(criteria, MOST_CRITERIA).into_iter().collect();
    faults.extend(placed(of_keys(criteria.iter().map(|criterion| criterion.key.as_str()))));
    for (place, criterion) in criteria.iter().enumerate() {
        let mut of_one: Vec<Refusal> = named("title", &criterion.title, LONGEST_NAME).into_iter().collect();
        of_one.extend(of_bounds("weight", (1, criterion.weight), HEAVIEST));
        of_one.extend(of_source(&criterion.source, known));
        faults.extend(within(place, of_one));
    }
    let judged = criteria
        .iter()
        .filter(|criterion| matches!(criterion.source, Source::Rubric { .. }));
    if judged.count() > 1 {
        faults.push(fault(
            Code::Invalid,
            "Juri menilai dengan satu instrumen dalam satu kategori.",
            "Jurors judge by one rubric in a category.",
        ));
    }
    let mut faults: Vec<Refusal> = faults.into_iter().map(|fault| fault.within(["criteria"])).collect();
    let keys = &category.tie_breaks.0;
    for (place, key) in keys.iter().enumerate() {
        let known = criteria.iter().any(|criterion| criterion.key == *key);
        if !known || keys[..place].contains(key) {
            let strange = fault(
                Code::Invalid,
                "Penentu urutan menyebut kriteria kategori ini, masing-masing sekali.",
                "What decides between equals are criteria of the category, each once.",
            );
            faults.push(strange.at(["tieBreaks".to_owned(), place.to_string()]));
        }
    }
    faults
}

fn of_source(source: &Source, known: &Known<'_>) -> Vec<Refusal> {
    match source {
        Source::OnTime | Source::Evaluated | Source::Attended => Vec::new(),
        Source::Rubric { rubric } => {
            let missing = || {
                fault(
                    Code::NotFound,
                    "Instrumen tidak ditemukan.",
                    "The rubric was not found.",
                )
            };
            let there = known.rubrics.iter().any(|row| row.id == *rubric);
            (!there).then(|| missing().at(["rubric"])).into_iter().collect()
        }
        Source::Reported { template, field, full } => {
            let mut faults = Vec::new();
            let template = known.catalogue.newest_published(template);
            let fields = template.iter().flat_map(|template| &template.sections.0);
            let mut fields = fields.flat_map(|section| &section.fields);
            let counts = fields
                .any(|asked| asked.key == *field && matches!(asked.shape, Shape::Integer(_) | Shape::Decimal { .. }));
            if template.is_none() {
                let missing = fault(
                    Code::NotFound,
                    "Templat tidak ditemukan.",
                    "The template was not found.",
                );
                faults.push(missing.at(["template"]));
            } else if !counts {
                let missing = fault(
                    Code::NotFound,
                    "Templat tidak memiliki isian angka ini.",
                    "The template asks for no such number.",
                );
                faults.push(missing.at(["field"]));
            }
            let positive = full.parse::<Decimal>().is_ok_and(|full| {
                full > Decimal::ZERO && full.scale() <= 6 && full < Decimal::from(1_000_000_000_000_i64)
            });
            if !positive {
                faults.push(invalid(
                    "full",
                    "Sebutkan angka di atas nol, paling banyak enam angka di belakang koma.",
                    "Say a number above zero, of at most six decimal places.",
                ));
            }
            faults
        }
    }
}

/// Indicators and rules of eligibility speak of units: a person or an outsider is judged.
fn of_recipient(category: &Category) -> Vec<Refusal> {
    if category.recipient == AwardRecipient::Unit {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let indicators = category
        .criteria
        .0
        .iter()
        .any(|criterion| !matches!(criterion.source, Source::Rubric { .. }));
    if indicators {
        faults.push(invalid(
            "criteria",
            "Orang dan pihak luar hanya dinilai oleh juri.",
            "People and outsiders are judged by jurors alone.",
        ));
    }
    if category.recipient == AwardRecipient::Outsider && category.eligibility != Eligibility::default() {
        faults.push(invalid(
            "eligibility",
            "Syarat ini berlaku bagi unit dan orangnya.",
            "These rules are for units and their people.",
        ));
    }
    faults
}

fn of_jury(category: &Category) -> Vec<Refusal> {
    if category.rubric().is_none() {
        let asked = [
            ("sheetsMinimum", category.sheets_minimum != 0),
            ("calibrationMinimum", category.calibration_minimum.is_some()),
            ("outlierPoints", category.outlier_points.is_some()),
        ];
        let idle = asked
            .into_iter()
            .filter(|(_field, given)| *given)
            .map(|(field, _given)| {
                invalid(
                    field,
                    "Tanpa instrumen penilaian tidak ada juri.",
                    "Without a rubric there are no jurors.",
                )
            });
        return idle.collect();
    }
    let mut faults = of_bounds("sheetsMinimum", (1, category.sheets_minimum), MOST_SHEETS);
    if let Some(minimum) = category.calibration_minimum {
        faults.extend(of_bounds("calibrationMinimum", (2, minimum), MOST_SHEETS));
    }
    if let Some(points) = category.outlier_points {
        faults.extend(of_bounds("outlierPoints", (1, points), 100));
    }
    faults
}
