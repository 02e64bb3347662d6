//! Opening the next round of juries: what is before each, with its figures frozen.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    award_candidate::{self, Figures},
    award_category, award_edition, award_entry, award_panel,
    enums::{AwardActKind, AwardEditionStatus, AwardEntryStatus, AwardPanelStatus, AwardRecipient, AwardRound},
};
use uuid::Uuid;

use super::query;
use crate::{
    award::{
        arranging::{outcome, replayed, write_if_unchanged, wrong_state},
        indicator, query as editions,
        running::{Advance, commanded, leave, stepped},
        workflow::Step,
    },
    clock::new_id,
    command::{self, Begun, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    locale::Text,
    session::Session,
};

/// Opens the juries of the next round: of the provinces for categories that have such a round, otherwise of the issuer; and once those
/// of the provinces are closed, of the issuer for what they passed on.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`; `WrongState` where the edition is, while entries wait to be verified,
/// while a jury of a province is at work, and where no round is left.
pub async fn open(session: &Session, field: &str, input: Advance) -> Result<award_edition::Model, Error> {
    let write = match command::begin(session, field, "openJudging", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = commanded(&write, &input).await?;
    let status = stepped(&row, Step::OpenJudging)?;
    let connection = write.connection();
    let categories = editions::categories(connection, &[row.id]).await?;
    let juries = if row.status == AwardEditionStatus::Judging {
        second_round(&write, &row, &categories).await?
    } else {
        first_round(&write, &row, &categories).await?
    };
    let (panels, candidates) = juries.rows(&write, &row);
    insert_all(connection, panels).await?;
    insert_all(connection, candidates).await?;
    let after = award_edition::Model {
        status,
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    leave(&write, &after, seat, (AwardActKind::OpenJudging, None)).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// What is before each jury, by whose it is and of which category and round.
#[derive(Default)]
struct Juries(BTreeMap<(Uuid, Uuid, AwardRound), Vec<(award_entry::Model, Figures)>>);

impl Juries {
    fn add(&mut self, (category, unit, round): (Uuid, Uuid, AwardRound), entry: award_entry::Model, figures: Figures) {
        let before = self.0.entry((category, unit, round)).or_default();
        before.push((entry, figures));
    }

    fn rows(
        self,
        write: &Write,
        edition: &award_edition::Model,
    ) -> (Vec<award_panel::Model>, Vec<award_candidate::Model>) {
        let (mut panels, mut candidates) = (Vec::with_capacity(self.0.len()), Vec::new());
        for ((category_id, unit_id, round), before) in self.0 {
            let id = new_id(write.now);
            panels.push(award_panel::Model {
                id,
                edition_id: edition.id,
                category_id,
                unit_id,
                round,
                status: AwardPanelStatus::Open,
                opened_at: write.now,
                closed_at: None,
                inputs: None,
                result: None,
                version: 1,
            });
            candidates.extend(before.into_iter().map(|(entry, figures)| award_candidate::Model {
                id: new_id(write.now),
                panel_id: id,
                entry_id: entry.id,
                unit_id: entry.unit_id,
                figures,
            }));
        }
        (panels, candidates)
    }
}

async fn first_round(
    write: &Write,
    edition: &award_edition::Model,
    categories: &[award_category::Model],
) -> Result<Juries, Error> {
    let connection = write.connection();
    let waiting = query::waiting(connection, edition.id).await?;
    if waiting > 0 {
        let text = Text::new(
            format!("{waiting} entri belum selesai diverifikasi."),
            format!("{waiting} entries are not verified yet."),
        );
        return Err(Refusal::new(Code::WrongState, text).at(["edition", "entries"]).into());
    }
    let entries = query::entries_in(connection, edition.id, AwardEntryStatus::Eligible).await?;
    let units: BTreeSet<Uuid> = entries.iter().map(|entry| entry.unit_id).collect();
    let units: Vec<Uuid> = units.into_iter().collect();
    let mut figures = indicator::figures(connection, edition, categories, &units, write.now).await?;
    let mut juries = Juries::default();
    for entry in entries {
        let category = categories.iter().find(|category| category.id == entry.category_id);
        let category = category.ok_or_else(|| Error::internal("an entry without its category"))?;
        let of_entry = (category.id, entry.unit_id);
        let frozen = match category.recipient {
            AwardRecipient::Unit => figures.remove(&of_entry).unwrap_or_default(),
            // By jurors alone.
            AwardRecipient::Person | AwardRecipient::Outsider => BTreeMap::new(),
        };
        let whose = match category.shortlist {
            Some(_quota) => (category.id, entry.provinsi_id, AwardRound::Provinsi),
            None => (category.id, edition.unit_id, AwardRound::Issuer),
        };
        juries.add(whose, entry, Figures(frozen));
    }
    Ok(juries)
}

/// The figures stay as they were when the provinces judged.
async fn second_round(
    write: &Write,
    edition: &award_edition::Model,
    categories: &[award_category::Model],
) -> Result<Juries, Error> {
    let connection = write.connection();
    let panels = query::of_edition(connection, edition.id).await?;
    let passes_on = |category: &Uuid| {
        let mut passing = categories.iter().filter(|category| category.shortlist.is_some());
        passing.any(|row| row.id == *category)
    };
    let of_provinces = panels.iter().filter(|panel| panel.round == AwardRound::Provinsi);
    let at_work = of_provinces
        .filter(|panel| panel.status == AwardPanelStatus::Open)
        .count();
    if at_work > 0 {
        let text = Text::new(
            format!("{at_work} dewan juri provinsi belum ditutup."),
            format!("{at_work} juries of provinces are still at work."),
        );
        return Err(Refusal::new(Code::WrongState, text).at(["edition", "panels"]).into());
    }
    let opened = |panel: &award_panel::Model| panel.round == AwardRound::Issuer && passes_on(&panel.category_id);
    let listed = query::entries_in(connection, edition.id, AwardEntryStatus::Shortlisted).await?;
    if panels.iter().any(opened) || listed.is_empty() {
        return Err(wrong_state(edition.status).into());
    }
    let before = query::candidates_of_edition(connection, edition.id).await?;
    let mut figures: HashMap<Uuid, Figures> = before.into_iter().map(|row| (row.entry_id, row.figures)).collect();
    let mut juries = Juries::default();
    for entry in listed {
        let figures = figures.remove(&entry.id).unwrap_or_default();
        juries.add((entry.category_id, edition.unit_id, AwardRound::Issuer), entry, figures);
    }
    Ok(juries)
}
