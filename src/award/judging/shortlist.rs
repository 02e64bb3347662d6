//! What the round of a province comes to: as many as the rules say pass on to RI, by the ranking that everybody can recompute.
use std::collections::{BTreeMap, HashMap};

use entity::{award_candidate, award_category, award_category::Source, award_edition};
use uuid::Uuid;

use crate::{
    award::ranking::{
        self, Outcome, Ranking,
        inputs::{Criterion, CriterionKind, Entry, Inputs, Scheme, Sheet},
    },
    error::Error,
};

/// What a candidate came to with a jury.
pub struct Judged<'a> {
    pub candidate: &'a award_candidate::Model,
    /// What each juror's last complete sheet comes to.
    pub sheets: Vec<(Uuid, &'a str)>,
}

/// What a round of a province is reckoned from. Jurors are called J1, J2 and so on, by chance.
///
/// # Errors
/// Where the rules were never published, or a figure has another form than it was written in.
pub fn inputs(
    edition: &award_edition::Model,
    (category, quota): (&award_category::Model, i32),
    judged: &[Judged<'_>],
) -> Result<Inputs, Error> {
    let names = pseudonyms(
        judged
            .iter()
            .flat_map(|one| one.sheets.iter().map(|(juror, _total)| *juror)),
    );
    let seed = edition.rules_sha256.clone();
    let criteria = category.criteria.0.iter().map(|criterion| Criterion {
        key: criterion.key.clone(),
        weight: criterion.weight,
        kind: match criterion.source {
            Source::Rubric { .. } => CriterionKind::Judged,
            Source::OnTime | Source::Reported { .. } | Source::Evaluated | Source::Attended => CriterionKind::Indicator,
        },
    });
    let entries: Result<Vec<Entry>, Error> = judged.iter().map(|one| entry(one, &names)).collect();
    let inputs = Inputs {
        scheme: Scheme::Unranked { count: quota },
        criteria: criteria.collect(),
        calibration_minimum: category.calibration_minimum,
        tie_breaks: category.tie_breaks.0.clone(),
        seed: seed.ok_or_else(|| Error::internal("a jury of an edition without rules"))?,
        entries: entries?,
    };
    Ok(inputs.sorted())
}

fn entry(judged: &Judged<'_>, names: &HashMap<Uuid, String>) -> Result<Entry, Error> {
    let figures = judged.candidate.figures.0.iter();
    let figures: Result<BTreeMap<_, _>, Error> = figures
        .map(|(key, figure)| Ok((key.clone(), figure.parse().map_err(Error::internal)?)))
        .collect();
    let sheets: Result<Vec<Sheet>, Error> = judged
        .sheets
        .iter()
        .map(|(juror, total)| {
            Ok(Sheet {
                juror: names.get(juror).cloned().unwrap_or_default(),
                total: total.parse().map_err(Error::internal)?,
            })
        })
        .collect();
    Ok(Entry {
        id: judged.candidate.entry_id,
        figures: figures?,
        sheets: sheets?,
    })
}

/// Neither when they were appointed nor their ids tell who is who.
fn pseudonyms(jurors: impl Iterator<Item = Uuid>) -> HashMap<Uuid, String> {
    let mut drawn: Vec<(Uuid, u64)> = Vec::new();
    for juror in jurors {
        if !drawn.iter().any(|(known, _lot)| *known == juror) {
            drawn.push((juror, rand::random()));
        }
    }
    drawn.sort_by_key(|(_juror, lot)| *lot);
    let named = drawn.into_iter().zip(1_u32..);
    named
        .map(|((juror, _lot), number)| (juror, format!("J{number}")))
        .collect()
}

/// What a round comes to, and the entries that pass on.
///
/// # Errors
/// Where the inputs have no order, which those made here have.
pub fn result(inputs: &Inputs) -> Result<(Ranking, Vec<Uuid>), Error> {
    let ranking = ranking::rank(inputs).map_err(Error::Refused)?;
    let listed = ranking
        .entries
        .iter()
        .filter(|ranked| ranked.outcome == Outcome::Winner);
    let listed = listed.map(|ranked| ranked.entry).collect();
    Ok((ranking, listed))
}
