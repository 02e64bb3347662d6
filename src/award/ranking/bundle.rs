//! The file from which an edition is reckoned again far from the server that wrote it: the rules, what every category was
//! reckoned from, and what it is said to have come to.
//!
//! What is hashed is canonical JSON (RFC 8785) in UTF-8. `resultsSha256` is over `results`, and each result names the hash of
//! its inputs, each of which names that of the rules as its seed: whoever has ratified the one hash has ratified all of it.
//! Names are beside what is hashed, so that a person who is erased can leave them without a hash that breaks.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    inputs::{Inputs, faults, is_sha256, no_sha256, one_form},
    order::{Ranking, rank},
};
use crate::{
    audit::canonical_json,
    digest::sha256,
    error::{Code, Error, Refusal},
    faults::{fault, within},
};

/// What every bundle calls itself.
pub const TYPE: &str = "jenjang-award-bundle";

/// The version that is written and read: other fields, or another way to reckon, are another version.
pub const VERSION: u32 = 1;

/// The largest file that is read, bytes.
pub const LARGEST: usize = 256 << 20;

/// An edition as it is handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bundle {
    pub typ: String,
    pub version: u32,
    pub edition: Edition,
    pub rules: Rules,
    pub categories: Vec<Category>,
    /// In the order of the categories.
    pub results: Vec<CategoryResult>,
    /// What was ratified: the SHA-256 of the results, hexadecimal.
    pub results_sha256: String,
}

/// Which edition it is. Told, not hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Edition {
    #[serde(deserialize_with = "one_form")]
    pub id: Uuid,
    pub title: String,
    pub issuer: Unit,
    pub evidence_from: NaiveDate,
    pub evidence_to: NaiveDate,
    /// Which list of the edition, from 1 up.
    pub list: i32,
    pub computed_at: DateTime<Utc>,
    pub ratified_at: DateTime<Utc>,
    pub announced_at: DateTime<Utc>,
}

/// A unit, as it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Unit {
    #[serde(deserialize_with = "one_form")]
    pub id: Uuid,
    pub code: String,
    pub name: String,
}

/// The rules as they were published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rules {
    /// Canonical JSON, byte for byte what was hashed.
    pub text: String,
    /// Hexadecimal.
    pub sha256: String,
}

/// A category in a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Category {
    #[serde(deserialize_with = "one_form")]
    pub category: Uuid,
    pub title: String,
    pub round: Round,
    /// Whose round it is: a province that makes its shortlist, or the issuer.
    pub unit: Unit,
    /// Who is behind the ids of the entries. Told, not hashed.
    pub entrants: Vec<Entrant>,
    pub inputs: Inputs,
}

/// Whose jury judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Round {
    /// A province's, which makes its shortlist.
    Provinsi,
    /// The issuer's, which awards.
    Issuer,
}

/// Who is behind an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entrant {
    #[serde(deserialize_with = "one_form")]
    pub entry: Uuid,
    /// Who is entered, or whose person, or who named an outsider.
    pub unit: Unit,
    /// The person or the outsider; None of a unit, and of a person who was erased.
    pub name: Option<String>,
}

/// What a category in a round came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CategoryResult {
    #[serde(deserialize_with = "one_form")]
    pub category: Uuid,
    pub round: Round,
    #[serde(deserialize_with = "one_form")]
    pub unit: Uuid,
    /// Of its inputs in canonical JSON, hexadecimal.
    pub inputs_sha256: String,
    pub ranking: Ranking,
}

impl CategoryResult {
    /// What inputs come to.
    ///
    /// # Errors
    /// Everything that is wrong with the inputs.
    pub fn of(category: Uuid, round: Round, unit: Uuid, inputs: &Inputs) -> Result<Self, Vec<Refusal>> {
        let ranking = rank(inputs)?;
        let canonical = canonical_json(inputs).map_err(|_error| vec![unwritable()])?;
        Ok(Self {
            category,
            round,
            unit,
            inputs_sha256: sha256(&canonical),
            ranking,
        })
    }
}

/// What is ratified: the SHA-256 of results in canonical JSON, hexadecimal.
///
/// # Errors
/// None of ours lacks a JSON form.
pub fn hash(results: &[CategoryResult]) -> Result<String, Error> {
    Ok(sha256(&canonical_json(&results)?))
}

/// A bundle out of a file.
///
/// # Errors
/// Everything that keeps it from being reckoned: one thing where it has another form, else each at its place.
pub fn read(file: &[u8]) -> Result<Bundle, Vec<Refusal>> {
    if file.len() > LARGEST {
        let large = fault(
            Code::TooLarge,
            format!("Berkas paling besar {} MiB.", LARGEST >> 20),
            format!("The file may be {} MiB at most.", LARGEST >> 20),
        );
        return Err(vec![large]);
    }
    let bundle: Bundle = serde_json::from_slice(file).map_err(|error| {
        let other = fault(
            Code::Invalid,
            format!("Ini bukan bundel penghargaan versi {VERSION}: {error}."),
            format!("It is no award bundle of version {VERSION}: {error}."),
        );
        vec![other]
    })?;
    let faults = of_bundle(&bundle);
    if faults.is_empty() { Ok(bundle) } else { Err(faults) }
}

fn of_bundle(bundle: &Bundle) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if (bundle.typ.as_str(), bundle.version) != (TYPE, VERSION) {
        let unknown = fault(
            Code::Invalid,
            format!("Hanya `{TYPE}` versi {VERSION} yang dikenal."),
            format!("Only `{TYPE}` of version {VERSION} is known."),
        );
        faults.push(unknown.at(["typ"]));
    }
    if !is_sha256(&bundle.rules.sha256) {
        faults.push(no_sha256().at(["rules", "sha256"]));
    }
    for (place, category) in bundle.categories.iter().enumerate() {
        let of_inputs = within("inputs", self::faults(&category.inputs));
        faults.extend(of_inputs.map(|fault| fault.within(["categories".to_owned(), place.to_string()])));
    }
    faults
}

/// What a bundle comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recomputed {
    /// Canonical JSON: what `results` of the bundle has to be.
    pub results: String,
    /// Where the bundle says something else; empty where it agrees.
    pub contradictions: Vec<Refusal>,
}

/// Reckons a bundle again, from the rules and the inputs alone, and holds the result against what the bundle says.
///
/// # Errors
/// Everything that keeps it from being reckoned.
pub fn recompute(bundle: &Bundle) -> Result<Recomputed, Vec<Refusal>> {
    let mut contradictions = Vec::new();
    if sha256(&bundle.rules.text) != bundle.rules.sha256 {
        let other = fault(
            Code::Invalid,
            "SHA-256 ini bukan hasil hash teks peraturan.",
            "The rules do not hash to this SHA-256.",
        );
        contradictions.push(other.at(["rules", "sha256"]));
    }
    let mut results = Vec::with_capacity(bundle.categories.len());
    let mut faults = Vec::new();
    for (place, category) in bundle.categories.iter().enumerate() {
        let at = ["categories".to_owned(), place.to_string(), "inputs".to_owned()];
        if category.inputs.seed != bundle.rules.sha256 {
            let other = fault(
                Code::Invalid,
                "Undian tidak memakai SHA-256 peraturan.",
                "The lots are not drawn from the SHA-256 of the rules.",
            );
            contradictions.push(other.at(["seed"]).within(at.clone()));
        }
        match CategoryResult::of(category.category, category.round, category.unit.id, &category.inputs) {
            Ok(result) => results.push(result),
            Err(wrong) => faults.extend(wrong.into_iter().map(|fault| fault.within(at.clone()))),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    contradictions.extend(differing(&results, &bundle.results));
    let results = canonical_json(&results).map_err(|_error| vec![unwritable()])?;
    if sha256(&results) != bundle.results_sha256 {
        let other = fault(
            Code::Invalid,
            "SHA-256 ini bukan hasil hash dari hasil penghitungan ulang.",
            "What was recomputed does not hash to this SHA-256.",
        );
        contradictions.push(other.at(["resultsSha256"]));
    }
    Ok(Recomputed {
        results,
        contradictions,
    })
}

/// Where the results are not those that were told.
fn differing(results: &[CategoryResult], told: &[CategoryResult]) -> Vec<Refusal> {
    let mut differing = Vec::new();
    if results.len() != told.len() {
        let other = fault(
            Code::Invalid,
            "Jumlah hasil tidak sama dengan jumlah kategori.",
            "There are not as many results as categories.",
        );
        differing.push(other.at(["results"]));
    }
    let pairs = results.iter().zip(told).enumerate();
    let others = pairs.filter(|(_place, (result, told))| result != told);
    differing.extend(others.map(|(place, _pair)| {
        let other = fault(
            Code::Invalid,
            "Penghitungan ulang memberi hasil lain.",
            "Recomputing gives another result.",
        );
        other.at(["results".to_owned(), place.to_string()])
    }));
    differing
}

fn unwritable() -> Refusal {
    fault(
        Code::Invalid,
        "Ini tidak dapat ditulis sebagai JSON.",
        "It cannot be written as JSON.",
    )
}
