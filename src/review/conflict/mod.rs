//! Conflicts of interest: who must not review what of which unit, nor decide on it.
use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use entity::{
    conflict,
    enums::{ConflictKind, ReviewActKind},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::review::{Action, Relations, decide},
        which_seat,
    },
    clock::new_id,
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    input::required,
    locale::Text,
    review::{
        About, Act,
        assignment::{self, Step},
        query, record,
    },
    session::{Actor, Session},
    territory::directory::Directory,
};

pub mod graphql;

/// How long the unit somebody sat in is a conflict of interest, years.
pub const FORMER_UNIT_YEARS: i32 = 5;

/// The longest reason, characters.
pub const LONGEST_REASON: usize = 2_000;

/// Says that somebody has a conflict of interest.
#[derive(Clone, Debug, Serialize)]
pub struct Declare {
    /// None: the actor.
    pub person: Option<Uuid>,
    pub kind: ConflictKind,
    pub unit: Uuid,
    pub until: Option<NaiveDate>,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Says that a conflict of interest is over.
#[derive(Clone, Debug, Serialize)]
pub struct Lift {
    pub conflict: Uuid,
    pub expected_version: i32,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// The units somebody sits in or has sat in within the years that count, each of which is a conflict without anybody's
/// saying so. RI is none: who reviews sits there.
#[must_use]
pub fn former_units(directory: &Directory, account: Uuid, today: NaiveDate) -> BTreeSet<Uuid> {
    let since = today.with_year(today.year() - FORMER_UNIT_YEARS).unwrap_or(today);
    let root = directory.tree.root().id;
    let tenures = directory.tenures_of(account).into_iter();
    let counting = tenures
        .filter(|tenure| tenure.valid_from <= today && tenure.valid_to.is_none_or(|end| since < end))
        .filter_map(|tenure| directory.seat(tenure.seat_id))
        .map(|seat| seat.unit_id);
    counting.filter(|unit| *unit != root).collect()
}

/// Whether a person has a conflict with a unit: one of the rows, or where they sat, covers it.
#[must_use]
pub fn is_conflicted(
    directory: &Directory,
    rows: &[conflict::Model],
    (account, unit, today): (Uuid, Uuid, NaiveDate),
) -> bool {
    let declared = rows
        .iter()
        .filter(|row| row.account_id == account && is_in_force(row, today));
    let covers = |top: Uuid| directory.tree.is_within(unit, top);
    declared.map(|row| row.unit_id).any(covers) || former_units(directory, account, today).into_iter().any(covers)
}

/// Whether it counts on a day.
#[must_use]
pub fn is_in_force(row: &conflict::Model, today: NaiveDate) -> bool {
    row.lifted_at.is_none() && row.until.is_none_or(|until| today < until)
}

/// Declares a conflict of interest of one's own, or pins one on another person. Whatever that person was assigned to of the
/// unit, or of one beneath it, is recused from at once.
///
/// # Errors
/// `Forbidden`, `OwnWork` for pinning one on oneself, `SeatAmbiguous`, `NotFound` for the person or the unit, `Required`,
/// `TooLong`, `Invalid`, `AlreadyExists`, and what [`command::begin`] says.
pub async fn declare(session: &Session, field: &str, input: Declare) -> Result<conflict::Model, Error> {
    let (name, action, kind) = match input.person {
        None => (
            "declareConflict",
            Action::DeclareConflict,
            ReviewActKind::DeclareConflict,
        ),
        Some(_person) => ("pinConflict", Action::PinConflict, ReviewActKind::PinConflict),
    };
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let actor = &write.actor;
    let person = input.person.unwrap_or(actor.account);
    let own = person == actor.account;
    let seats = if own {
        query::seats_reviewing(write.connection(), person).await?
    } else {
        Vec::new()
    };
    let seat = seat_that_may(actor, action, (own, &seats), input.seat)?;
    let reason = check(&write, &input, person)?;
    query::hold_conflicts(write.connection(), person).await?;
    let rows = query::conflicts_in_force(write.connection(), &[person], actor.today).await?;
    if rows.iter().any(|row| row.unit_id == input.unit) {
        return Err(already_known().into());
    }
    let row = conflict::Model {
        id: new_id(write.now),
        account_id: person,
        kind: input.kind,
        unit_id: input.unit,
        until: input.until,
        reason,
        declared_by: actor.account,
        declared_at: write.now,
        lifted_by: None,
        lifted_at: None,
        version: 1,
    };
    row.clone().into_active_model().insert(write.connection()).await?;
    let act = Act {
        kind,
        about: About::Conflict(&row),
        details: details(&row),
        // What it says of a person stays with the conflict, from which it can be erased.
        reason: None,
    };
    record(&write, seat, act).await?;
    recuse_from_all(&write, &row, seat).await?;
    write.commit(outcome(&row)).await?;
    Ok(row)
}

/// Lifts a conflict of interest of another person.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState` for one that is over, `Required`,
/// `TooLong`, and what [`command::begin`] says.
pub async fn lift(session: &Session, field: &str, input: Lift) -> Result<conflict::Model, Error> {
    let write = match command::begin(session, field, "liftConflict", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let before = query::conflict_locked(write.connection(), &write.actor, input.conflict).await?;
    let before = before.ok_or_else(not_found)?;
    let own = before.account_id == write.actor.account;
    let seat = seat_that_may(&write.actor, Action::LiftConflict, (own, &[]), input.seat)?;
    if before.version != input.expected_version {
        return Err(stale(before.version).into());
    }
    if !is_in_force(&before, write.actor.today) {
        let text = Text::new(
            "Benturan kepentingan ini sudah tidak berlaku.",
            "This conflict of interest is over.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["conflict"]).into());
    }
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    let after = conflict::Model {
        lifted_by: Some(write.actor.account),
        lifted_at: Some(write.now),
        version: before.version + 1,
        ..before.clone()
    };
    let written = conflict::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(conflict::Column::Id.eq(before.id))
        .filter(conflict::Column::Version.eq(before.version))
        .filter(conflict::Column::LiftedAt.is_null())
        .exec(write.connection())
        .await?;
    if written.rows_affected != 1 {
        return Err(stale(before.version).into());
    }
    let act = Act {
        kind: ReviewActKind::LiftConflict,
        about: About::Conflict(&after),
        details: details(&after),
        reason: Some(reason),
    };
    record(&write, seat, act).await?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

/// Which seat may do it. `own`: it is about the actor, who is assigned to review something from these seats.
fn seat_that_may(
    actor: &Actor,
    action: Action,
    (own, reviewing): (bool, &[Uuid]),
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    let relations = |seat: &ActingSeat| Relations {
        own,
        assigned: reviewing.contains(&seat.seat),
        ..Relations::default()
    };
    match which_seat(&actor.seats, named, |seat| {
        decide(seat.function, action, relations(seat))
    }) {
        Verdict::Granted(seat) => Ok(seat),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous()),
        Verdict::OwnWork => {
            let text = Text::new(
                "Ini menyangkut diri Anda sendiri; COORDINATOR lain harus melakukannya.",
                "This concerns yourself; another COORDINATOR has to.",
            );
            Err(Refusal::new(Code::OwnWork, text))
        }
        Verdict::Forbidden | Verdict::Hidden => Err(Refusal::forbidden()),
    }
}

/// Checks everything there is to check, and gives the reason as it will be kept.
fn check(write: &Write, input: &Declare, person: Uuid) -> Result<String, Error> {
    let directory = &write.actor.directory;
    let mut refusals = Vec::new();
    if input.person.is_some() && !may_review(write, person) {
        let text = Text::new(
            "Orang ini tidak memegang jabatan Tenaga Ahli atau COORDINATOR.",
            "This person holds no seat of an expert or coordinator.",
        );
        refusals.push(Refusal::new(Code::NotFound, text).at(["person"]));
    }
    match directory.tree.get(input.unit) {
        None => {
            let text = Text::new("Unit tidak ditemukan.", "The unit was not found.");
            refusals.push(Refusal::new(Code::NotFound, text).at(["unit"]));
        }
        Some(unit) if unit.parent.is_none() => {
            let text = Text::new(
                "Benturan kepentingan menyangkut unit di bawah RI.",
                "A conflict of interest concerns a unit beneath RI.",
            );
            refusals.push(Refusal::new(Code::Invalid, text).at(["unit"]));
        }
        Some(_unit) => {}
    }
    if input.until.is_some_and(|until| until <= write.actor.today) {
        let text = Text::new(
            "Hari berakhirnya harus di masa depan.",
            "The day it ends has to lie in the future.",
        );
        refusals.push(Refusal::new(Code::Invalid, text).at(["until"]));
    }
    let reason = required(&input.reason, "reason", LONGEST_REASON).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        String::new()
    });
    if refusals.is_empty() {
        Ok(reason)
    } else {
        Err(Error::Refused(refusals))
    }
}

/// Whether a person reviews or decides at RI, so that a conflict of theirs matters.
fn may_review(write: &Write, person: Uuid) -> bool {
    let of_person = Relations {
        own: true,
        ..Relations::default()
    };
    let seats = write.actor.directory.acting_seats(person, write.actor.today);
    seats
        .iter()
        .any(|seat| decide(seat.function, Action::DeclareConflict, of_person) == Decision::Allowed)
}

/// Whoever has a conflict is no longer part of the reviews it concerns.
async fn recuse_from_all(write: &Write, row: &conflict::Model, seat: ActingSeat) -> Result<(), Error> {
    let tree = &write.actor.directory.tree;
    for held in query::live_assignments_of(write.connection(), row.account_id).await? {
        if tree.is_within(held.unit_id, row.unit_id) {
            assignment::advance(write, &held, Step::Recuse, (seat, None)).await?;
        }
    }
    Ok(())
}

fn details(row: &conflict::Model) -> Value {
    json!({ "kind": row.kind, "unit": row.unit_id, "until": row.until, "version": row.version })
}

fn outcome(row: &conflict::Model) -> Value {
    json!({ "conflict": row.id })
}

async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<conflict::Model, Error> {
    let id = outcome["conflict"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without its conflict"))?;
    let found = query::conflicts_by_id(session.services.db.reader(), &actor, &[id]).await?;
    found.into_iter().next().ok_or_else(|| not_found().into())
}

fn not_found() -> Refusal {
    let text = Text::new(
        "Benturan kepentingan tidak ditemukan.",
        "The conflict of interest was not found.",
    );
    Refusal::new(Code::NotFound, text).at(["conflict"])
}

fn already_known() -> Refusal {
    let text = Text::new(
        "Benturan kepentingan dengan unit ini sudah tercatat.",
        "A conflict of interest with this unit is on record.",
    );
    Refusal::new(Code::AlreadyExists, text).at(["unit"])
}

fn stale(version: i32) -> Refusal {
    let text = Text::new(
        "Catatan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, version)
}
