//! What the round of a province comes to: as many as the rules say pass on to RI, by the ranking that everybody can recompute.
use entity::{award_candidate, award_category, award_edition};
use uuid::Uuid;

use crate::{
    award::{
        computing::freezing::{self, pseudonyms},
        ranking::{
            self, Outcome, Ranking,
            inputs::{Entry, Inputs, Scheme},
        },
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
    let jurors = judged.iter().flat_map(|one| &one.sheets);
    let names = pseudonyms(jurors.map(|(juror, _total)| *juror));
    let entry = |one: &Judged<'_>| {
        let sheets = one.sheets.iter();
        let sheets = sheets.map(|(juror, total)| (names.get(juror).cloned().unwrap_or_default(), *total));
        freezing::entry(one.candidate, category, &sheets.collect::<Vec<_>>())
    };
    let entries: Result<Vec<Entry>, Error> = judged.iter().map(entry).collect();
    freezing::inputs(edition, category, Scheme::shortlist(quota), entries?)
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
