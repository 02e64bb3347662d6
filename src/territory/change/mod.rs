//! Dated changes of the hierarchy: units are formed, renamed, moved, split, merged and dissolved, each time by a decree, and
//! nothing of the past is rewritten.
//!
//! A command makes a [`Plan`], tries it on the history of all days, shows it in a dry run or carries it out in one
//! transaction. What takes effect on a day to come is settled on that day (`territory::settle`).
pub mod dissolve;
pub mod divide;
pub mod election;
pub mod form;
mod plan;
pub mod query;
pub mod single;
pub mod undo;
mod writing;

use chrono::{Days, NaiveDate};
use entity::{enums::UnitChangeKind, unit_touch};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use uuid::Uuid;

pub use plan::{Beginning, Plan, about};
pub use writing::{Attested, CUSTODY_PASSED, event_kind};

use super::{history::Fault, seating, tree::Unit};
use crate::{
    authz::{
        ActingSeat, Decision, Standing,
        policy::territory::{Action, decide},
    },
    clock::new_id,
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    legal_basis::LegalBasis,
    locale::Text,
    session::{Actor, Session},
};

/// The longest name of a unit, characters.
pub const LONGEST_NAME: usize = 200;

/// How far ahead a change may be entered, days: a year further on is more likely a slip of the hand.
pub const FURTHEST_AHEAD: u64 = 731;

/// What every change of the hierarchy is asked with.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    pub basis: LegalBasis,
    /// The day it takes effect.
    pub on: NaiveDate,
    /// Shows what it would do and does nothing.
    pub dry_run: bool,
    pub seat: Option<Uuid>,
}

/// What a change did, or would do.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// None: it was a dry run.
    pub change: Option<Uuid>,
    pub touches: Vec<unit_touch::Model>,
    /// How many units a command on many has left as they were.
    pub skipped: usize,
}

/// What a repetition of a command is answered by.
#[derive(Serialize, Deserialize)]
struct Kept {
    change: Uuid,
    #[serde(default)]
    skipped: usize,
}

/// A command as it is known by its idempotency key.
struct Known<'a, I>(&'a Order, &'a I);

impl<I: Serialize> Serialize for Known<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0, self.1).serialize(serializer)
    }
}

/// Carries a change out, or shows what it would do. `plan` fills the plan in, or says why not, and tells which seat acts.
///
/// # Errors
/// What `plan` says; `Required`, `TooLong` and `Invalid` for basis and day; `Invalid` and `AlreadyExists` where the units
/// would not fit together on some day; `ChildrenRemain`; `OwnSeat`; and what [`command::begin_on_directory`] says.
pub async fn carry_out<I: Serialize>(
    session: &Session,
    (field, name): (&str, &str),
    order: &Order,
    (kind, input): (UnitChangeKind, &I),
    plan: impl FnOnce(&Write, &mut Plan) -> Result<ActingSeat, Error>,
) -> Result<Outcome, Error> {
    let (write, mut planned, basis) = match open(session, (field, name), order, (kind, input)).await? {
        Opened::Fresh(write, planned, basis) => (write, planned, basis),
        Opened::Replay(outcome) => return Ok(outcome),
    };
    let seat = plan(&write, &mut planned)?;
    finish(write, order, (planned, basis), seat).await
}

/// A command on units that has begun.
enum Opened {
    /// To be planned.
    Fresh(Box<Write>, Plan, LegalBasis),
    /// What it did when it was sent before.
    Replay(Outcome),
}

/// Begins a command, or tells again what it did.
async fn open<I: Serialize>(
    session: &Session,
    (field, name): (&str, &str),
    order: &Order,
    (kind, input): (UnitChangeKind, &I),
) -> Result<Opened, Error> {
    let write = match command::begin_on_directory(session, field, name, &Known(order, input)).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let Kept { change, skipped } = serde_json::from_value(replay.outcome).map_err(Error::internal)?;
            let touches = query::touches_of(session.services.db.reader(), change).await?;
            return Ok(Opened::Replay(Outcome {
                change: Some(change),
                touches,
                skipped,
            }));
        }
    };
    let basis = checked(order, write.actor.today)?;
    let plan = Plan::new(new_id(write.now), kind, order.on, write.actor.directory.tree.root().id);
    Ok(Opened::Fresh(write, plan, basis))
}

/// Tries a plan and writes it.
async fn finish(
    write: Box<Write>,
    order: &Order,
    (mut plan, basis): (Plan, LegalBasis),
    seat: ActingSeat,
) -> Result<Outcome, Error> {
    let actor = &write.actor;
    check_ends_once(&plan, actor)?;
    check_lives_a_day(&plan, actor)?;
    let history = plan.tried_on(&actor.directory.history);
    history.check().map_err(|fault| refusal_of(fault, &plan, actor))?;
    let seats = seating::seats_of(&plan.formed, write.now);
    writing::tell_of_seats(&mut plan, actor, &seats)?;
    writing::tell_of_reports(write.connection(), &mut plan).await?;
    if order.dry_run {
        return Ok(Outcome {
            change: None,
            touches: plan.touches,
            skipped: plan.skipped,
        });
    }
    writing::write(&write, (&plan, &history), &basis, seat, seats).await?;
    super::settle::settle(write.connection(), &actor.directory, &history, actor.today).await?;
    crate::report::ledger::follow_hierarchy(write.connection(), &actor.directory, &history, write.now).await?;
    let kept = Kept {
        change: plan.change,
        skipped: plan.skipped,
    };
    write.commit(json!(kept)).await?;
    Ok(Outcome {
        change: Some(plan.change),
        touches: plan.touches,
        skipped: plan.skipped,
    })
}

fn checked(order: &Order, today: NaiveDate) -> Result<LegalBasis, Error> {
    let basis = order.basis.checked()?;
    let furthest = today.checked_add_days(Days::new(FURTHEST_AHEAD));
    if furthest.is_some_and(|furthest| furthest < order.on) {
        return Err(too_far_ahead("on"));
    }
    Ok(basis)
}

/// That a day lies too far ahead.
pub(crate) fn too_far_ahead(field: &str) -> Error {
    too_far().at([field]).into()
}

fn too_far() -> Refusal {
    let text = Text::new(
        "Tanggal berlaku paling jauh dua tahun ke depan.",
        "It may take effect at most two years from now.",
    );
    Refusal::new(Code::Invalid, text)
}

/// The actor's seat that may change these units and place them beneath those: one that stands above every one of the
/// first, and in or above every one of the second. Units are open to everybody, so nothing is hidden here.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`.
pub(crate) fn seat_over(
    actor: &Actor,
    named: Option<Uuid>,
    changed: &[Uuid],
    above: &[Uuid],
) -> Result<ActingSeat, Refusal> {
    let may = |seat: &ActingSeat, action, units: &[Uuid]| {
        let allows = |unit: &Uuid| decide(seat.function, action, actor.standing(seat, *unit)) == Decision::Allowed;
        units.iter().all(allows)
    };
    actor.seat_that_may(named, not_above(), |seat| {
        if may(seat, Action::ChangeUnit, changed) && may(seat, Action::PlaceUnits, above) {
            Decision::Allowed
        } else {
            Decision::Forbidden
        }
    })
}

/// The actor's seat that may put units beneath its own unit, where none was named to put them beneath.
fn seat_placing_at_home(actor: &Actor, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
    actor.seat_that_may(named, not_above(), |seat| {
        decide(seat.function, Action::PlaceUnits, Standing::Own)
    })
}

fn not_above() -> Refusal {
    let text = Text::new(
        "Hanya ADMIN dari unit di atasnya yang berwenang melakukan ini.",
        "Only an ADMIN of a unit above may do this.",
    );
    Refusal::new(Code::Forbidden, text)
}

/// A unit that exists on a day, at the version the caller has read.
///
/// # Errors
/// `NotFound`, `StaleVersion`, `WrongState` when it is dissolved or to be dissolved by then, `Invalid` for a day before
/// it was formed.
pub(crate) fn standing_on<'a>(
    actor: &'a Actor,
    (unit, field): (Uuid, &str),
    expected_version: Option<i32>,
    on: NaiveDate,
) -> Result<&'a Unit, Error> {
    let directory = &actor.directory;
    let unit = directory.tree.get(unit).ok_or_else(|| Error::not_found(field))?;
    if expected_version.is_some_and(|expected| expected != unit.version) {
        return Err(stale(unit).into());
    }
    if unit.formed_on.is_some_and(|formed| on < formed) {
        let text = Text::new(
            format!("{} belum dibentuk pada tanggal itu.", unit.name),
            format!("{} had not been formed by that day.", unit.name),
        );
        return Err(Refusal::new(Code::Invalid, text).at(["on"]).into());
    }
    if unit.dissolved_on.is_some_and(|end| end <= on) {
        let text = Text::new(
            format!("{} sudah dibubarkan pada tanggal itu.", unit.name),
            format!("{} is dissolved by that day.", unit.name),
        );
        return Err(Refusal::new(Code::WrongState, text).at([field]).into());
    }
    Ok(unit)
}

/// That somebody else changed the unit since the caller read it.
pub(crate) fn stale(unit: &Unit) -> Refusal {
    let text = Text::new(
        "Unit ini telah diubah sejak Anda membacanya.",
        "The unit has changed since you read it.",
    );
    Refusal::stale(text, unit.version)
}

/// That no unit is dissolved which is to be dissolved already: undoing either would not tell what the other decided.
fn check_ends_once(plan: &Plan, actor: &Actor) -> Result<(), Error> {
    if plan.undoes.is_some() {
        return Ok(());
    }
    let ended = plan
        .ended
        .iter()
        .filter_map(|(unit, _on)| actor.directory.tree.get(*unit));
    let mut twice = ended.filter_map(|unit| Some((unit, unit.dissolved_on?)));
    let Some((unit, on)) = twice.next() else {
        return Ok(());
    };
    let text = Text::new(
        format!(
            "Pembubaran {} per {on} sudah diputuskan; batalkan itu dahulu.",
            unit.name
        ),
        format!(
            "It is decided already that {} is dissolved on {on}; undo that first.",
            unit.name
        ),
    );
    let field = plan.places.get(&unit.id).cloned();
    let field = field.unwrap_or_else(|| vec!["unit".to_owned()]);
    Err(Refusal::new(Code::WrongState, text).at(field).into())
}

/// That no unit is dissolved on the day it was formed, which is how a forming that was undone is kept.
fn check_lives_a_day(plan: &Plan, actor: &Actor) -> Result<(), Error> {
    let formed_on = |unit: Uuid| actor.directory.tree.get(unit).and_then(|unit| unit.formed_on);
    let mut ends = plan.ended.iter().filter(|_end| plan.undoes.is_none());
    match ends.find(|(unit, on)| on.is_some() && formed_on(*unit) == *on) {
        Some((unit, _on)) => Err(refusal_of(Fault::Ends { unit: *unit }, plan, actor)),
        None => Ok(()),
    }
}

/// Why units cannot be so: in words, and where the input asked for it.
fn refusal_of(fault: Fault, plan: &Plan, actor: &Actor) -> Error {
    let formed = |unit: Uuid| plan.formed.iter().find(|row| row.id == unit);
    let name = |unit: Uuid| -> String {
        let known = || actor.directory.tree.get(unit).map(|unit| unit.name.clone());
        formed(unit)
            .map(|row| row.name.clone())
            .or_else(known)
            .unwrap_or_default()
    };
    let (code, text, about, field) = match fault {
        Fault::Orphan { unit, parent } if plan.ends(parent) => {
            let text = Text::new(
                format!("{} masih membawahi {}.", name(parent), name(unit)),
                format!("{} still has {} beneath it.", name(parent), name(unit)),
            );
            (Code::ChildrenRemain, text, parent, dissolved_at(plan))
        }
        Fault::Orphan { unit, parent } => {
            let text = Text::new(
                format!(
                    "{} tidak ada sepanjang masa {} berada di bawahnya.",
                    name(parent),
                    name(unit)
                ),
                format!(
                    "{} does not exist for all the time {} would be beneath it.",
                    name(parent),
                    name(unit)
                ),
            );
            let field = if formed(unit).is_some() { "parent" } else { "on" };
            (Code::Invalid, text, unit, field)
        }
        Fault::NotHigher { unit, parent } => {
            let text = Text::new(
                format!("{} tidak lebih tinggi dari {}.", name(parent), name(unit)),
                format!("{} is not of a higher tier than {}.", name(parent), name(unit)),
            );
            (Code::Invalid, text, unit, "parent")
        }
        Fault::Superior { unit, superior } if plan.ends(superior) => {
            let text = Text::new(
                format!("{} masih bertindak sebagai atasan {}.", name(superior), name(unit)),
                format!("{} still acts as the superior of {}.", name(superior), name(unit)),
            );
            (Code::WrongState, text, superior, dissolved_at(plan))
        }
        Fault::Superior { unit, superior } => {
            let text = Text::new(
                format!(
                    "{} harus lebih tinggi dari {}, dan ada selama bertindak sebagai atasannya.",
                    name(superior),
                    name(unit)
                ),
                format!(
                    "{} has to be of a higher tier than {}, and to exist as long as it acts as its superior.",
                    name(superior),
                    name(unit)
                ),
            );
            (Code::Invalid, text, unit, "superior")
        }
        Fault::Overlap { unit, other } => {
            let text = Text::new(
                format!(
                    "{} dan {} akan ada di satu wilayah pada waktu yang sama.",
                    name(unit),
                    name(other)
                ),
                format!(
                    "{} and {} would exist in one region at the same time.",
                    name(unit),
                    name(other)
                ),
            );
            // Which of the two is named first is chance; the one that is new is the one asked for.
            let asked = if formed(unit).is_some() { unit } else { other };
            (Code::AlreadyExists, text, asked, "region")
        }
        Fault::Ends { unit } => {
            let text = Text::new(
                format!(
                    "{} akan dibubarkan sebelum ada satu hari pun; batalkan pembentukannya.",
                    name(unit)
                ),
                format!(
                    "{} would be dissolved before it existed for a day; undo its forming instead.",
                    name(unit)
                ),
            );
            (Code::Invalid, text, unit, "on")
        }
    };
    if plan.undoes.is_some() {
        // Nothing of the input is wrong but the choice of the change: what came after it stands in the way.
        return Refusal::new(Code::WrongState, text).at(["change"]).into();
    }
    let place = plan.places.get(&about).cloned();
    let field = match place {
        Some(place) if formed(about).is_some() => [place, vec![field.to_owned()]].concat(),
        Some(place) => place,
        None => vec![field.to_owned()],
    };
    Refusal::new(code, text).at(field).into()
}

/// Where in the input of a dissolution the units were named: one by itself, or those beneath others.
fn dissolved_at(plan: &Plan) -> &'static str {
    if plan.ends(plan.unit) { "unit" } else { "underneath" }
}
