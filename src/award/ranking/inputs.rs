//! What a category is reckoned from, frozen: nothing else has a part in who comes before whom.
use std::{
    collections::{BTreeMap, HashSet},
    fmt,
};

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

use super::amount::Hundredths;
use crate::{
    error::{Code, Refusal},
    faults::{fault, few, filled, of_bounds, of_each, of_keys, placed, twice, within},
};

pub const MOST_CRITERIA: usize = 40;
pub const MOST_WEIGHT: i32 = 1_000_000;
pub const MOST_ENTRIES: usize = 100_000;

/// The most that judge one entry. That a better sheet never harms is shown up to here (`docs/awards.md`).
pub const MOST_SHEETS: usize = 100;

/// The most that can win or be named.
pub const MOST_PLACES: i32 = 100_000;

const LONGEST_JUROR: usize = 40;

/// All that decides a category in a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs {
    pub scheme: Scheme,
    /// At least one, in the order of the rules.
    pub criteria: Vec<Criterion>,
    /// How many sheets a juror needs to be calibrated; None: nobody is.
    pub calibration_minimum: Option<i32>,
    /// The keys of criteria that decide between equals, the first first.
    pub tie_breaks: Vec<String>,
    /// The SHA-256 of the edition's rules, hexadecimal: what lots are drawn from.
    pub seed: String,
    pub entries: Vec<Entry>,
}

/// How many are honoured, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Scheme {
    /// First, second, third and so on, then those who are named.
    Ranked { places: i32, nominees: i32 },
    /// So many equals.
    Unranked { count: i32 },
    /// One.
    Single {},
}

impl Scheme {
    /// How many win.
    #[must_use]
    pub fn winners(self) -> usize {
        let count = match self {
            Self::Ranked { places, .. } => places,
            Self::Unranked { count } => count,
            Self::Single {} => 1,
        };
        usize::try_from(count).unwrap_or_default()
    }

    /// How many are named after those who win.
    #[must_use]
    pub fn nominees(self) -> usize {
        match self {
            Self::Ranked { nominees, .. } => usize::try_from(nominees).unwrap_or_default(),
            Self::Unranked { .. } | Self::Single {} => 0,
        }
    }
}

/// One thing that entries are judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Criterion {
    pub key: String,
    /// What it counts for beside the others.
    pub weight: i32,
    pub kind: CriterionKind,
}

/// Where the part of a criterion comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CriterionKind {
    /// From the sheets of jurors; at most one of a category.
    Judged,
    /// From a figure of the entry.
    Indicator,
}

/// One that may win.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    #[serde(deserialize_with = "one_form")]
    pub id: Uuid,
    /// Of each indicator, under the key of its criterion.
    #[serde(deserialize_with = "each_once")]
    pub figures: BTreeMap<String, Hundredths>,
    /// What each of its jurors came to.
    pub sheets: Vec<Sheet>,
}

/// What one juror's scores of an entry come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sheet {
    /// The same juror is called the same in all of the category.
    pub juror: String,
    pub total: Hundredths,
}

impl Inputs {
    /// Where among the criteria the one stands that jurors judge.
    #[must_use]
    pub fn judged(&self) -> Option<usize> {
        self.criteria
            .iter()
            .position(|criterion| criterion.kind == CriterionKind::Judged)
    }

    /// The same in the one order in which it is kept: entries by id, sheets by juror.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.entries.sort_by_key(|entry| entry.id);
        for entry in &mut self.entries {
            entry.sheets.sort_by(|one, other| by_juror(&one.juror, &other.juror));
        }
        self
    }
}

/// J2 before J10: the shorter first, then by the alphabet.
#[must_use]
pub fn by_juror(one: &str, other: &str) -> std::cmp::Ordering {
    (one.len(), one).cmp(&(other.len(), other))
}

/// An id in the one form that lots are drawn from: small letters, with hyphens.
pub(super) fn one_form<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    let text = String::deserialize(deserializer)?;
    let id = Uuid::try_parse(&text)
        .ok()
        .filter(|id| id.hyphenated().to_string() == text);
    id.ok_or_else(|| de::Error::custom("an id is a UUID in small letters, with hyphens"))
}

/// An object none of whose keys comes twice; of two, readers could differ in which counts.
fn each_once<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Hundredths>, D::Error> {
    struct EachOnce;

    impl<'de> de::Visitor<'de> for EachOnce {
        type Value = BTreeMap<String, Hundredths>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("figures under the keys of their criteria")
        }

        fn visit_map<A: de::MapAccess<'de>>(self, mut given: A) -> Result<Self::Value, A::Error> {
            let mut figures = BTreeMap::new();
            while let Some((key, figure)) = given.next_entry::<String, Hundredths>()? {
                if figures.contains_key(&key) {
                    return Err(de::Error::custom(format_args!("the figure `{key}` is given twice")));
                }
                figures.insert(key, figure);
            }
            Ok(figures)
        }
    }

    deserializer.deserialize_map(EachOnce)
}

/// Everything for which no order can be told, each at its place.
#[must_use]
pub fn faults(inputs: &Inputs) -> Vec<Refusal> {
    let mut faults = Vec::new();
    faults.extend(within("scheme", of_scheme(inputs.scheme)));
    faults.extend(within("criteria", of_criteria(&inputs.criteria)));
    if let Some(minimum) = inputs.calibration_minimum {
        // By the mean of a single sheet every sheet would come to the same.
        faults.extend(of_bounds("calibrationMinimum", (2, minimum), i32::MAX));
    }
    faults.extend(within("tieBreaks", of_tie_breaks(inputs)));
    if !is_sha256(&inputs.seed) {
        faults.push(no_sha256().at(["seed"]));
    }
    faults.extend(within("entries", of_entries(inputs)));
    faults
}

fn of_scheme(scheme: Scheme) -> Vec<Refusal> {
    match scheme {
        Scheme::Ranked { places, nominees } => {
            let mut faults = of_bounds("places", (1, places), MOST_PLACES);
            faults.extend(of_bounds("nominees", (0, nominees), MOST_PLACES));
            faults
        }
        Scheme::Unranked { count } => of_bounds("count", (1, count), MOST_PLACES),
        Scheme::Single {} => Vec::new(),
    }
}

fn of_criteria(criteria: &[Criterion]) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = filled(criteria, MOST_CRITERIA).into_iter().collect();
    faults.extend(placed(of_keys(criteria.iter().map(|criterion| criterion.key.as_str()))));
    faults.extend(of_each(criteria, |criterion| {
        of_bounds("weight", (1, criterion.weight), MOST_WEIGHT)
    }));
    let judged = criteria.iter().enumerate();
    let judged = judged.filter(|(_place, criterion)| criterion.kind == CriterionKind::Judged);
    faults.extend(judged.skip(1).map(|(place, _second)| {
        let second = fault(
            Code::Invalid,
            "Paling banyak satu kriteria yang dinilai juri.",
            "At most one criterion is judged.",
        );
        second.at([place.to_string(), "kind".to_owned()])
    }));
    faults
}

fn of_tie_breaks(inputs: &Inputs) -> Vec<Refusal> {
    let mut seen = HashSet::new();
    let placed = inputs.tie_breaks.iter().enumerate();
    let wrong = placed.filter_map(|(place, key)| {
        let known = inputs.criteria.iter().any(|criterion| criterion.key == *key);
        let wrong = if known {
            (!seen.insert(key)).then(twice)
        } else {
            Some(no_criterion())
        };
        wrong.map(|wrong| wrong.at([place.to_string()]))
    });
    wrong.collect()
}

fn of_entries(inputs: &Inputs) -> Vec<Refusal> {
    let judged = inputs.judged().is_some();
    let indicators = inputs.criteria.iter();
    let indicators: HashSet<&str> = indicators
        .filter(|criterion| criterion.kind == CriterionKind::Indicator)
        .map(|criterion| criterion.key.as_str())
        .collect();
    let mut seen = HashSet::new();
    let mut faults: Vec<Refusal> = few(inputs.entries.len(), MOST_ENTRIES).into_iter().collect();
    for (place, entry) in inputs.entries.iter().enumerate() {
        if !seen.insert(entry.id) {
            faults.push(twice().at([place.to_string(), "id".to_owned()]));
        }
        let of_entry =
            within("figures", of_figures(&indicators, entry)).chain(within("sheets", of_sheets(judged, entry)));
        faults.extend(of_entry.map(|fault| fault.within([place.to_string()])));
    }
    faults
}

fn of_figures(indicators: &HashSet<&str>, entry: &Entry) -> Vec<Refusal> {
    let missing = indicators.iter().filter(|key| !entry.figures.contains_key(**key));
    let mut missing: Vec<&str> = missing.copied().collect();
    missing.sort_unstable();
    let missing = missing.into_iter().map(|key| {
        let missing = fault(
            Code::Required,
            "Angka kriteria ini tidak ada.",
            "There is no figure of this criterion.",
        );
        missing.at([key])
    });
    let unknown = entry.figures.keys().filter(|key| !indicators.contains(key.as_str()));
    missing.chain(unknown.map(|key| no_criterion().at([key]))).collect()
}

fn of_sheets(judged: bool, entry: &Entry) -> Vec<Refusal> {
    if !judged {
        let needless = fault(
            Code::Invalid,
            "Tidak ada kriteria yang dinilai juri.",
            "No criterion is judged.",
        );
        return (!entry.sheets.is_empty()).then_some(needless).into_iter().collect();
    }
    let mut faults: Vec<Refusal> = filled(&entry.sheets, MOST_SHEETS).into_iter().collect();
    let mut seen = HashSet::new();
    for (place, sheet) in entry.sheets.iter().enumerate() {
        let wrong = if is_juror(&sheet.juror) {
            (!seen.insert(&sheet.juror)).then(twice)
        } else {
            Some(fault(
                Code::Invalid,
                format!("Nama juri terdiri atas 1 sampai {LONGEST_JUROR} huruf A-Z, a-z dan angka."),
                format!("A juror is called by 1 to {LONGEST_JUROR} letters A-Z, a-z and digits."),
            ))
        };
        faults.extend(wrong.map(|wrong| wrong.at([place.to_string(), "juror".to_owned()])));
    }
    faults
}

fn is_juror(name: &str) -> bool {
    (1..=LONGEST_JUROR).contains(&name.len()) && name.bytes().all(|sign| sign.is_ascii_alphanumeric())
}

/// Whether a text has the form of a SHA-256: 64 hexadecimal digits, small letters.
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|sign| matches!(sign, b'0'..=b'9' | b'a'..=b'f'))
}

pub(super) fn no_sha256() -> Refusal {
    fault(
        Code::Invalid,
        "SHA-256 ditulis dengan 64 angka heksadesimal huruf kecil.",
        "A SHA-256 is 64 hexadecimal digits, small letters.",
    )
}

fn no_criterion() -> Refusal {
    fault(Code::Invalid, "Kriteria ini tidak ada.", "There is no such criterion.")
}
