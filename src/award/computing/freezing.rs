//! What a list is reckoned from, as it is frozen: figures and sheets of whoever stood before the issuer's juries.
use std::collections::{BTreeMap, HashMap};

use entity::{
    award_candidate, award_category,
    award_category::Source,
    award_edition, award_entry, award_panel,
    enums::{AwardEntryStatus, AwardPanelStatus, AwardRound},
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::query::{self, Sheet};
use crate::{
    award::ranking::inputs::{self, Criterion, CriterionKind, Entry, Inputs, Scheme},
    error::{Code, Error, Refusal},
    locale::Text,
};

/// A category as it is reckoned.
#[derive(Clone, Debug)]
pub struct Frozen {
    pub category: Uuid,
    pub inputs: Inputs,
}

/// How a category honours, in the words of the ranking.
#[must_use]
pub fn scheme(category: &award_category::Model) -> Scheme {
    Scheme {
        kind: category.scheme,
        places: category.places,
        nominees: category.nominees,
    }
}

/// What a jury of a category is reckoned from by the rules of the edition; a province's makes its shortlist with
/// `Scheme::shortlist` of its quota.
///
/// # Errors
/// Where the rules were never published.
pub fn inputs(
    edition: &award_edition::Model,
    category: &award_category::Model,
    scheme: Scheme,
    entries: Vec<Entry>,
) -> Result<Inputs, Error> {
    let seed = edition.rules_sha256.clone();
    let criterion = |criterion: &award_category::Criterion| Criterion {
        key: criterion.key.clone(),
        weight: criterion.weight,
        kind: CriterionKind::of(&criterion.source),
    };
    let inputs = Inputs {
        scheme,
        criteria: category.criteria.0.iter().map(criterion).collect(),
        calibration_minimum: category.calibration_minimum,
        tie_breaks: category.tie_breaks.0.clone(),
        seed: seed.ok_or_else(|| Error::internal("an edition without rules is reckoned"))?,
        entries,
    };
    Ok(inputs.sorted())
}

/// An entry of a jury: its figures as they were when judging was opened, and what its jurors' sheets come to, under the names that
/// they have in the category.
///
/// # Errors
/// Where a figure or a total has another form than it was written in.
pub fn entry(
    candidate: &award_candidate::Model,
    category: &award_category::Model,
    sheets: &[(String, &str)],
) -> Result<Entry, Error> {
    let is_indicator = |key: &str| {
        let mut criteria = category.criteria.0.iter();
        criteria.any(|criterion| criterion.key == key && !matches!(criterion.source, Source::Rubric { .. }))
    };
    let figures = candidate.figures.0.iter().filter(|(key, _figure)| is_indicator(key));
    let figures: Result<BTreeMap<_, _>, Error> = figures
        .map(|(key, figure)| Ok((key.clone(), figure.parse().map_err(Error::internal)?)))
        .collect();
    let sheets: Result<Vec<_>, Error> = sheets
        .iter()
        .map(|(juror, total)| {
            Ok(inputs::Sheet {
                juror: juror.clone(),
                total: total.parse().map_err(Error::internal)?,
            })
        })
        .collect();
    Ok(Entry {
        id: candidate.entry_id,
        revoked: false,
        figures: figures?,
        sheets: sheets?,
    })
}

/// What jurors are called in a category, J1, J2 and so on, by chance: neither when they were appointed nor their ids tell who
/// is who, and in another category they are called otherwise.
#[must_use]
pub fn pseudonyms(jurors: impl Iterator<Item = Uuid>) -> HashMap<Uuid, String> {
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

/// What every category of an edition is reckoned from, once all its juries are done.
///
/// # Errors
/// Everything that is missing: `WrongState` of juries at work and of entries no jury saw, `QuorumMissing` of entries with too few
/// sheets; the database's.
pub async fn freeze(
    connection: &impl ConnectionTrait,
    edition: &award_edition::Model,
    categories: &[award_category::Model],
) -> Result<Vec<Frozen>, Error> {
    let panels = query::panels(connection, edition.id).await?;
    let entries = query::entries(connection, edition.id).await?;
    let candidates = query::candidates(connection, edition.id).await?;
    let mut sheets: HashMap<Uuid, Vec<Sheet>> = HashMap::new();
    for sheet in query::sheets(connection, edition.id).await? {
        sheets.entry(sheet.candidate).or_default().push(sheet);
    }
    let (mut frozen, mut faults) = (Vec::with_capacity(categories.len()), Vec::new());
    for (place, category) in categories.iter().enumerate() {
        let stage = Stage {
            edition,
            category,
            panels: panels.iter().filter(|panel| panel.category_id == category.id).collect(),
            entries: entries
                .iter()
                .filter(|entry| entry.category_id == category.id)
                .collect(),
            candidates: &candidates,
            sheets: &sheets,
        };
        let wrong = stage.faults();
        if wrong.is_empty() {
            frozen.push(stage.frozen()?);
        }
        let at = ["edition".to_owned(), "categories".to_owned(), place.to_string()];
        faults.extend(wrong.into_iter().map(|fault| fault.within(at.clone())));
    }
    if faults.is_empty() {
        Ok(frozen)
    } else {
        Err(Error::Refused(faults))
    }
}

/// What there is of one category.
struct Stage<'a> {
    edition: &'a award_edition::Model,
    category: &'a award_category::Model,
    panels: Vec<&'a award_panel::Model>,
    entries: Vec<&'a award_entry::Model>,
    candidates: &'a [award_candidate::Model],
    sheets: &'a HashMap<Uuid, Vec<Sheet>>,
}

impl<'a> Stage<'a> {
    /// The candidates of the issuer's jury that are still in the running, in the order of their ids.
    fn running(&self) -> Vec<&'a award_candidate::Model> {
        let jury = self.panels.iter().find(|panel| panel.round == AwardRound::Issuer);
        let Some(jury) = jury else { return Vec::new() };
        let before = self.candidates.iter().filter(|candidate| candidate.panel_id == jury.id);
        before
            .filter(|candidate| {
                let mut entries = self.entries.iter();
                entries.any(|entry| entry.id == candidate.entry_id && is_running(entry.status))
            })
            .collect()
    }

    fn faults(&self) -> Vec<Refusal> {
        let mut faults = Vec::new();
        if self.panels.iter().any(|panel| panel.status == AwardPanelStatus::Open) {
            let text = Text::new(
                "Penjurian kategori ini belum ditutup.",
                "A jury of this category is still at work.",
            );
            faults.push(Refusal::new(Code::WrongState, text));
        }
        let running = self.running();
        let unseen = self.entries.iter().filter(|entry| is_running(entry.status));
        let unseen = unseen.filter(|entry| !running.iter().any(|candidate| candidate.entry_id == entry.id));
        let unseen = unseen.count();
        if unseen > 0 {
            let text = Text::new(
                format!("{unseen} entri kategori ini belum dinilai juri pemberi penghargaan."),
                format!("{unseen} entries of this category have not been before the issuer's jury."),
            );
            faults.push(Refusal::new(Code::WrongState, text));
        }
        let minimum = usize::try_from(self.category.sheets_minimum).unwrap_or_default();
        let of = |candidate: &award_candidate::Model| self.sheets.get(&candidate.id).map_or(0, Vec::len);
        let short = running.iter().filter(|candidate| of(candidate) < minimum).count();
        if short > 0 {
            let text = Text::new(
                format!(
                    "{short} entri kategori ini belum memiliki {minimum} lembar nilai; buka kembali penjuriannya dan tunjuk \
                     juri lain."
                ),
                format!(
                    "{short} entries of this category have fewer than {minimum} sheets; open its jury again with \
                     `reopenJudging` and appoint others."
                ),
            );
            faults.push(Refusal::new(Code::QuorumMissing, text));
        }
        faults
    }

    fn frozen(&self) -> Result<Frozen, Error> {
        let running = self.running();
        let is_judged = self.category.criteria.0.iter();
        let is_judged = is_judged
            .clone()
            .any(|criterion| matches!(criterion.source, Source::Rubric { .. }));
        let of = |candidate: &award_candidate::Model| {
            let sheets = self.sheets.get(&candidate.id).filter(|_sheets| is_judged);
            sheets.map(Vec::as_slice).unwrap_or_default()
        };
        let jurors = running
            .iter()
            .flat_map(|candidate| of(candidate))
            .map(|sheet| sheet.juror);
        let names = pseudonyms(jurors);
        let made: Result<Vec<Entry>, Error> = running
            .iter()
            .map(|candidate| {
                let sheets = of(candidate).iter();
                let sheets: Vec<(String, &str)> = sheets
                    .filter_map(|sheet| Some((names.get(&sheet.juror)?.clone(), sheet.total.as_str())))
                    .collect();
                entry(candidate, self.category, &sheets)
            })
            .collect();
        Ok(Frozen {
            category: self.category.id,
            inputs: inputs(self.edition, self.category, scheme(self.category), made?)?,
        })
    }
}

/// Whether an entry can still be given a place.
fn is_running(status: AwardEntryStatus) -> bool {
    use AwardEntryStatus as Is;
    match status {
        Is::Eligible | Is::Shortlisted => true,
        Is::Draft
        | Is::Submitted
        | Is::Returned
        | Is::Ineligible
        | Is::NotListed
        | Is::Ranked
        | Is::Awarded
        | Is::Unplaced
        | Is::Withdrawn
        | Is::Disqualified => false,
    }
}
