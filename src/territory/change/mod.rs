//! Dated changes of the hierarchy: units are formed, renamed, moved, split, merged and dissolved, each time by a decree, and
//! nothing of the past is rewritten.
//!
//! A command makes a [`Plan`], tries it on the history of all days, shows it in a dry run or carries it out in one
//! transaction. What takes effect on a day to come is settled on that day (`territory::settle`).
pub mod dissolve;
pub mod election;
mod plan;
pub mod query;
pub mod single;
mod writing;

use chrono::{Days, NaiveDate};
use entity::{enums::UnitChangeKind, unit_touch};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use uuid::Uuid;

pub use plan::{Beginning, Plan, about};
pub use writing::{CUSTODY_PASSED, event_kind};

use super::{history::Fault, seating, tree::Unit};
use crate::{
    authz::{
        ActingSeat, Decision, Standing, Verdict,
        policy::territory::{Action, decide},
        which_seat,
    },
    clock::new_id,
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    locale::Text,
    session::{Actor, Session},
};

/// The longest number of a decree, and the longest name of a unit, characters.
pub const LONGEST_NAME: usize = 200;

/// How far ahead a change may be entered, days: a year further on is more likely a slip of the hand.
pub const FURTHEST_AHEAD: u64 = 731;

/// What a change stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegalBasis {
    /// The number of the decree.
    pub number: String,
    /// The day it was signed.
    pub date: NaiveDate,
}

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
    let write = match command::begin_on_directory(session, field, name, &Known(order, input)).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let Kept { change, skipped } = serde_json::from_value(replay.outcome).map_err(Error::internal)?;
            let touches = query::touches_of(session.services.db.reader(), change).await?;
            return Ok(Outcome {
                change: Some(change),
                touches,
                skipped,
            });
        }
    };
    let basis = checked(order, write.actor.today)?;
    let mut planned = Plan::new(new_id(write.now), kind, order.on, write.actor.directory.tree.root().id);
    let seat = plan(&write, &mut planned)?;
    finish(write, order, (planned, basis), seat).await
}

/// Tries a plan and writes it.
async fn finish(
    write: Box<Write>,
    order: &Order,
    (mut plan, basis): (Plan, LegalBasis),
    seat: ActingSeat,
) -> Result<Outcome, Error> {
    let actor = &write.actor;
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
    let basis = LegalBasis {
        number: named(&order.basis.number, "legalBasis")?,
        date: order.basis.date,
    };
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

/// A name or a number as it is kept: without blanks around it.
pub(crate) fn named(given: &str, field: &str) -> Result<String, Error> {
    let given = given.trim();
    if given.is_empty() {
        let text = Text::new("Isian ini wajib.", "This is required.");
        return Err(Refusal::new(Code::Required, text).at([field]).into());
    }
    if given.chars().count() > LONGEST_NAME {
        let text = Text::new(
            format!("Paling panjang {LONGEST_NAME} karakter."),
            format!("At most {LONGEST_NAME} characters."),
        );
        return Err(Refusal::new(Code::TooLong, text).at([field]).into());
    }
    Ok(given.to_owned())
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
) -> Result<ActingSeat, Error> {
    let may = |seat: &ActingSeat, action, units: &[Uuid]| {
        let allows = |unit: &Uuid| decide(seat.function, action, actor.standing(seat, *unit)) == Decision::Allowed;
        units.iter().all(allows)
    };
    let verdict = which_seat(&actor.seats, named, |seat| {
        if may(seat, Action::ChangeUnit, changed) && may(seat, Action::PlaceUnits, above) {
            Decision::Allowed
        } else {
            Decision::Forbidden
        }
    });
    granted(verdict)
}

/// The actor's seat that may put units beneath its own unit, where none was named to put them beneath.
fn seat_placing_at_home(actor: &Actor, named: Option<Uuid>) -> Result<ActingSeat, Error> {
    granted(which_seat(&actor.seats, named, |seat| {
        decide(seat.function, Action::PlaceUnits, Standing::Own)
    }))
}

fn granted(verdict: Verdict) -> Result<ActingSeat, Error> {
    match verdict {
        Verdict::Granted(seat) => Ok(seat),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous().into()),
        Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => Err(Error::refused(
            Code::Forbidden,
            Text::new(
                "Hanya ADMIN dari unit di atasnya yang berwenang melakukan ini.",
                "Only an ADMIN of a unit above may do this.",
            ),
        )),
    }
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
    Refusal {
        current_version: Some(unit.version),
        ..Refusal::new(Code::StaleVersion, text).at(["expectedVersion"])
    }
}

/// Why units cannot be so, in words.
fn refusal_of(fault: Fault, plan: &Plan, actor: &Actor) -> Error {
    let name = |unit: Uuid| -> String {
        let formed = plan.formed.iter().find(|row| row.id == unit);
        let known = || actor.directory.tree.get(unit).map(|unit| unit.name.clone());
        formed.map(|row| row.name.clone()).or_else(known).unwrap_or_default()
    };
    let refuse = |code, id: String, en: String, field: &str| Refusal::new(code, Text::new(id, en)).at([field]).into();
    match fault {
        Fault::Orphan { unit, parent } if plan.ends(parent) => refuse(
            Code::ChildrenRemain,
            format!("{} masih membawahi {}.", name(parent), name(unit)),
            format!("{} still has {} beneath it.", name(parent), name(unit)),
            dissolved_at(plan),
        ),
        Fault::Orphan { unit, parent } => refuse(
            Code::Invalid,
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
            "on",
        ),
        Fault::NotHigher { unit, parent } => refuse(
            Code::Invalid,
            format!("{} tidak lebih tinggi dari {}.", name(parent), name(unit)),
            format!("{} is not of a higher tier than {}.", name(parent), name(unit)),
            "parent",
        ),
        Fault::Superior { unit, superior } => refuse(
            Code::Invalid,
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
            if plan.ends(superior) {
                dissolved_at(plan)
            } else {
                "superior"
            },
        ),
        Fault::Overlap { unit, other } => refuse(
            Code::AlreadyExists,
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
            "region",
        ),
        Fault::Ends { unit } => refuse(
            Code::Invalid,
            format!("{} akan dibubarkan sebelum dibentuk.", name(unit)),
            format!("{} would be dissolved before it was formed.", name(unit)),
            "on",
        ),
    }
}

/// Where in the input of a dissolution the units were named: one by itself, or those beneath others.
fn dissolved_at(plan: &Plan) -> &'static str {
    if plan.ends(plan.unit) { "unit" } else { "underneath" }
}
