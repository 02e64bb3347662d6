//! Taking a new edition of the list of regions over, in one transaction. The dry run does the same and does not commit.
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use entity::{region, region_edition, region_past};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    compare::{Change, Doubt, Effect, What, compare},
    fit::{self, Misfit},
    reading::{self, not_yet, place},
};
use crate::{
    audit::{self, SubjectType},
    authz::{
        ActingSeat,
        policy::territory::{Action, decide},
    },
    clock::new_id,
    command::{self, Begun, Write},
    db::insert_all,
    digest::sha256,
    error::{Code, Error, Refusal},
    feed::Event,
    input::required,
    legal_basis::LegalBasis,
    locale::Text,
    session::{Actor, Session},
    territory::{
        change::LONGEST_NAME,
        directory::{Directory, is_valid},
        regions::{Regions, State},
        tree::Unit,
    },
};

/// What the event of an edition is about.
const SUBJECT_TYPE: &str = "region_edition";

/// The kind of event an edition leaves in the feed.
pub const EVENT_KIND: &str = "regions.imported";

/// The most refusals one answer lists.
const MOST_REFUSALS: usize = 100;

/// The most regions a refusal names.
const MOST_CANDIDATES: usize = 5;

/// A new edition of the list.
#[derive(Clone, Debug, Serialize)]
pub struct ImportRegions {
    pub name: String,
    pub basis: LegalBasis,
    /// From when on it holds, where a line says nothing else.
    pub effective_on: NaiveDate,
    pub csv: String,
    /// Shows what it would do and does nothing.
    pub dry_run: bool,
    pub seat: Option<Uuid>,
}

/// What became of an edition.
#[derive(Debug)]
pub enum Imported {
    /// It is in force; what it changed is in the directory.
    Edition(Uuid),
    /// What it would change.
    DryRun(Vec<Change>),
}

/// Takes an edition over.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`; `Required`, `TooLong` and `Invalid` for name, basis and day; at `csv`, line and column
/// what is wrong with the list or could mean two things; and what [`command::begin_on_directory`] says.
pub async fn import(session: &Session, field: &str, input: ImportRegions) -> Result<Imported, Error> {
    let write = match command::begin_on_directory(session, field, "importRegions", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let edition = serde_json::from_value(replay.outcome["edition"].clone()).map_err(Error::internal)?;
            return Ok(Imported::Edition(edition));
        }
    };
    let seat = seat_of_ri(&write.actor, input.seat)?;
    let name = required(&input.name, "name", LONGEST_NAME)?;
    let basis = input.basis.checked()?;
    if write.actor.today < input.effective_on {
        return Err(not_yet().at(["effectiveOn"]).into());
    }
    let changes = changes(&write, &input)?;
    let count = |effect| {
        changes
            .iter()
            .filter(|change| change.effects().contains(&effect))
            .count()
    };
    let count = |effect| i32::try_from(count(effect)).unwrap_or(i32::MAX);
    let edition = region_edition::Model {
        id: new_id(write.now),
        name,
        basis_number: Some(basis.number),
        basis_date: Some(basis.date),
        effective_on: Some(input.effective_on),
        sha256: sha256(&input.csv),
        added: count(Effect::Added),
        renamed: count(Effect::Renamed),
        moved: count(Effect::Moved),
        ended: count(Effect::Ended),
        by_account: Some(write.actor.account),
        by_seat: Some(seat.seat),
        at: write.now,
    };
    write_all(&write, &edition, &changes).await?;
    leave_trace(&write, &edition, &changes).await?;
    if input.dry_run {
        // Dropped without a commit, the transaction leaves nothing: not even the idempotency key.
        return Ok(Imported::DryRun(changes));
    }
    write.commit(json!({ "edition": edition.id })).await?;
    Ok(Imported::Edition(edition.id))
}

/// What an edition changed, as the directory knows it.
#[must_use]
pub fn changes_of(regions: &Regions, edition: Uuid) -> Vec<Change> {
    let mut changes = Vec::new();
    for row in regions.all() {
        let mut before: Option<State<'_>> = None;
        for state in regions.states(row.id) {
            if state.edition == Some(edition) {
                changes.push(Change {
                    region: row.id,
                    before: before.map(What::from),
                    after: Some(state.into()),
                    on: state.from,
                    line: None,
                });
            }
            before = Some(state);
        }
        if row.ended_by == Some(edition) {
            changes.push(Change {
                region: row.id,
                before: before.map(What::from),
                after: None,
                on: row.valid_to,
                line: None,
            });
        }
    }
    changes
}

/// The units of today whose region lies in another region than that of the unit above them, once these changes are made:
/// they wait for `moveUnit`.
#[must_use]
pub fn astray<'a>(directory: &'a Directory, changes: &[Change], today: NaiveDate) -> Vec<&'a Unit> {
    let moved: HashMap<Uuid, Option<Uuid>> = changes
        .iter()
        .filter_map(|change| Some((change.region, change.after.as_ref()?.parent)))
        .collect();
    let lies_in = |region: Uuid| {
        let listed = || directory.region(region).and_then(|row| row.parent_id);
        moved.get(&region).copied().unwrap_or_else(listed)
    };
    let is_astray = |unit: &&Unit| {
        let (Some(region), Some(parent)) = (unit.region, unit.parent.and_then(|parent| directory.tree.get(parent)))
        else {
            return false;
        };
        is_valid(today, unit.formed_on, unit.dissolved_on) && lies_in(region) != parent.region
    };
    directory.tree.all().iter().filter(is_astray).collect()
}

fn seat_of_ri(actor: &Actor, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
    let root = actor.directory.tree.root().id;
    let text = Text::new(
        "Edisi baru daftar wilayah hanya dimasukkan oleh ADMIN RI.",
        "Only an ADMIN of RI may take a new edition of the list over.",
    );
    actor.seat_that_may(named, Refusal::new(Code::Forbidden, text), |seat| {
        decide(seat.function, Action::ImportRegions, actor.standing(seat, root))
    })
}

fn changes(write: &Write, input: &ImportRegions) -> Result<Vec<Change>, Error> {
    let regions = &write.actor.directory.places;
    let lines = reading::read(&input.csv, write.actor.today).map_err(bounded)?;
    let listed: Vec<&region::Model> = regions.in_force().collect();
    let fresh = || new_id(write.now);
    let changes = compare(&listed, &lines, input.effective_on, fresh);
    let changes = changes.map_err(|doubts| bounded(doubts.iter().map(|doubt| doubtful(regions, doubt)).collect()))?;
    let fits = fit::check(regions, &changes);
    fits.map_err(|misfits| bounded(misfits.iter().map(|misfit| misfitting(regions, misfit)).collect()))?;
    Ok(changes)
}

/// A hundred refusals are enough to go on with; the last says how many there are.
fn bounded(mut refusals: Vec<Refusal>) -> Error {
    let all = refusals.len();
    if all > MOST_REFUSALS {
        let listed = MOST_REFUSALS - 1;
        refusals.truncate(listed);
        let text = Text::new(
            format!("Semuanya ada {all} masalah; {listed} yang pertama disebutkan."),
            format!("There are {all} problems in all; the first {listed} are listed."),
        );
        refusals.push(Refusal::new(Code::TooLong, text).at(["csv"]));
    }
    Error::Refused(refusals)
}

/// A region as it is told in a sentence: "91.01 Kabupaten Merauke".
fn told(regions: &Regions, id: Uuid) -> String {
    regions.get(id).map_or_else(String::new, |row| {
        let state = State::of(row);
        format!("{} {}", state.code, state.display_name())
    })
}

fn doubtful(regions: &Regions, doubt: &Doubt) -> Refusal {
    match doubt {
        Doubt::Ambiguous { line, candidates } => {
            let named = candidates.iter().take(MOST_CANDIDATES).map(|id| told(regions, *id));
            let mut named = named.collect::<Vec<_>>().join("; ");
            if candidates.len() > MOST_CANDIDATES {
                named.push_str("; …");
            }
            let text = Text::new(
                format!(
                    "Baris {line} dapat berarti lebih dari satu wilayah: {named}; atau wilayah baru. Nyatakan kode \
                     lamanya pada previous_code, atau - untuk wilayah baru."
                ),
                format!(
                    "Line {line} could be about more than one region: {named}; or a new one. State its former code as \
                     previous_code, or - for a new region."
                ),
            );
            Refusal::new(Code::Ambiguous, text).at(place(*line, "previous_code"))
        }
        Doubt::NoSuchPrevious { line } => {
            let text = Text::new(
                "Tidak ada wilayah setingkat yang berlaku dengan kode ini.",
                "No region of this tier that is in force has this code.",
            );
            Refusal::new(Code::NotFound, text).at(place(*line, "previous_code"))
        }
        Doubt::PreviousTaken { line, by } => {
            let text = Text::new(
                format!("Baris {by} sudah menyatakan kode lama ini."),
                format!("Line {by} states this former code already."),
            );
            Refusal::new(Code::AlreadyExists, text).at(place(*line, "previous_code"))
        }
    }
}

fn misfitting(regions: &Regions, misfit: &Misfit) -> Refusal {
    let (Misfit::TooEarly { line, .. } | Misfit::CodeTaken { line, .. } | Misfit::NoParent { line, .. }) = misfit;
    let (code, text) = match misfit {
        Misfit::TooEarly { since, .. } => (
            Code::Invalid,
            Text::new(
                format!("Yang digantikannya berlaku sejak {since}; perubahannya harus sesudah itu."),
                format!("What it replaces is in force since {since}; it has to change after that day."),
            ),
        ),
        Misfit::CodeTaken { other, .. } => (
            Code::Invalid,
            Text::new(
                format!("Kodenya masih berarti {} pada hari itu.", told(regions, *other)),
                format!("Its code still means {} on that day.", told(regions, *other)),
            ),
        ),
        Misfit::NoParent { parent, .. } => {
            let parent = parent.map_or_else(String::new, |parent| told(regions, parent));
            (
                Code::Invalid,
                Text::new(
                    format!("Wilayah di atasnya {parent} tidak ada sepanjang waktu itu."),
                    format!("The region above it {parent} does not exist all that time."),
                ),
            )
        }
    };
    let field = line.map_or_else(|| vec!["effectiveOn".to_owned()], |line| place(line, "effective_on"));
    Refusal::new(code, text).at(field)
}

async fn write_all(write: &Write, edition: &region_edition::Model, changes: &[Change]) -> Result<(), Error> {
    let connection = write.connection();
    insert_all(connection, vec![edition.clone()]).await?;
    let added = changes.iter().filter(|change| change.before.is_none());
    insert_all(connection, added.filter_map(|change| row_of(change, edition)).collect()).await?;
    let regions = &write.actor.directory.places;
    let changed = || {
        changes
            .iter()
            .filter(|change| change.before.is_some() && change.after.is_some())
    };
    insert_all(
        connection,
        changed().filter_map(|change| past_of(regions, change)).collect(),
    )
    .await?;
    for change in changed() {
        let Some(after) = &change.after else { continue };
        region::Entity::update_many()
            .col_expr(region::Column::Code, Expr::value(after.code.as_str()))
            .col_expr(region::Column::Kind, Expr::value(after.kind))
            .col_expr(region::Column::Name, Expr::value(after.name.as_str()))
            .col_expr(region::Column::ParentId, Expr::value(after.parent))
            .col_expr(region::Column::StateFrom, Expr::value(change.on))
            .col_expr(region::Column::EditionId, Expr::value(edition.id))
            .filter(region::Column::Id.eq(change.region))
            .exec(connection)
            .await?;
    }
    end(connection, edition, changes).await
}

async fn end(
    connection: &impl ConnectionTrait,
    edition: &region_edition::Model,
    changes: &[Change],
) -> Result<(), Error> {
    let mut ended: BTreeMap<Option<NaiveDate>, Vec<Uuid>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.after.is_none()) {
        ended.entry(change.on).or_default().push(change.region);
    }
    for (on, regions) in ended {
        region::Entity::update_many()
            .col_expr(region::Column::ValidTo, Expr::value(on))
            .col_expr(region::Column::EndedBy, Expr::value(edition.id))
            .filter(region::Column::Id.is_in(regions))
            .exec(connection)
            .await?;
    }
    Ok(())
}

fn row_of(change: &Change, edition: &region_edition::Model) -> Option<region::Model> {
    let after = change.after.clone()?;
    Some(region::Model {
        id: change.region,
        code: after.code,
        kind: after.kind,
        name: after.name,
        parent_id: after.parent,
        valid_from: change.on,
        valid_to: None,
        state_from: change.on,
        edition_id: Some(edition.id),
        ended_by: None,
    })
}

fn past_of(regions: &Regions, change: &Change) -> Option<region_past::Model> {
    let state = State::of(regions.get(change.region)?);
    Some(region_past::Model {
        region_id: change.region,
        valid_from: state.from,
        valid_to: change.on?,
        code: state.code.to_owned(),
        kind: state.kind,
        name: state.name.to_owned(),
        parent_id: state.parent,
        edition_id: state.edition,
    })
}

/// An edition as it is attested: with all it changed, as that is read again.
#[derive(Serialize)]
pub struct Attested<'a> {
    edition: &'a region_edition::Model,
    /// By the ids of the regions.
    changes: Vec<Change>,
}

impl<'a> Attested<'a> {
    /// The lines of the list are left out: they are not kept.
    #[must_use]
    pub fn of(edition: &'a region_edition::Model, changes: &[Change]) -> Self {
        let unlined = |change: &Change| Change {
            line: None,
            ..change.clone()
        };
        let mut changes: Vec<Change> = changes.iter().map(unlined).collect();
        changes.sort_by_key(|change| change.region);
        Self { edition, changes }
    }
}

async fn leave_trace(write: &Write, edition: &region_edition::Model, changes: &[Change]) -> Result<(), Error> {
    let event = Event {
        kind: EVENT_KIND,
        subject_type: SUBJECT_TYPE,
        subject: edition.id,
        unit: write.actor.directory.tree.root().id,
        payload: json!({
            "edition": edition.id,
            "name": edition.name,
            "effectiveOn": edition.effective_on,
            "added": edition.added,
            "renamed": edition.renamed,
            "moved": edition.moved,
            "ended": edition.ended,
            "by": edition.by_account,
            "bySeat": edition.by_seat,
            "at": edition.at,
        }),
    };
    let record = audit::Subject {
        subject_type: SubjectType::RegionEdition,
        id: edition.id,
        row: &Attested::of(edition, changes),
    };
    write.leave_trace(event, record).await
}
