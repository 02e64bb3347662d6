//! Deciding on what single units owe: more time, or none of it. One act for each of them, and all of them or none.
use std::{collections::BTreeSet, mem::take};

use chrono::{DateTime, Utc};
use entity::{
    cycle, cycle_passing,
    enums::{ObligationActKind, ObligationStanding},
    obligation, obligation_act,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, UpdateMany, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    check::{self, LONGEST_REASON, MOST_LISTED, Wrong},
    query,
    sight::{closed, decision_on, forbidden, granted, is_visible, not_found},
    trace::act_event_kind,
};
use crate::{
    audit::{self, SubjectType},
    authz::{ActingSeat, Decision, Verdict, policy::cycle::Action, which_seat},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    feed::{self, Event},
    locale::Text,
    report::{catalogue, ledger, query as reports},
    session::{Actor, Session},
};

/// Decides on what units owe in a round.
#[derive(Clone, Debug, Serialize)]
pub struct Free {
    pub kind: ObligationActKind,
    pub cycle: Uuid,
    pub units: Vec<Uuid>,
    pub reason: String,
    /// Of an extension.
    pub until: Option<DateTime<Utc>>,
    pub seat: Option<Uuid>,
}

/// An act with what it was about.
pub type Freed = (obligation_act::Model, obligation::Model);

/// A round as it is decided on.
struct Round {
    cycle: cycle::Model,
    passings: Vec<cycle_passing::Model>,
}

/// Carries a decision out.
///
/// # Errors
/// `NotFound` for the round and for units it does not ask or whose obligations are hidden, `Forbidden`, `OwnWork`,
/// `SeatAmbiguous`, `CycleNotOpen`, `WrongState` for what has come or was decided already, `Required`, `TooLong`, `Invalid`.
pub async fn free(session: &Session, (field, name): (&str, &str), input: Free) -> Result<Vec<Freed>, Error> {
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let units = named(&input.units)?;
    let cycle = reports::cycle_held(write.connection(), input.cycle).await?;
    let cycle = cycle.filter(|cycle| is_visible(&write.actor, cycle.owner_id));
    let cycle = cycle.ok_or_else(|| not_found().at(["cycle"]))?;
    let passings = query::passings(write.connection(), cycle.id).await?;
    let round = Round { cycle, passings };
    let rows = query::obligations_locked(write.connection(), round.cycle.id, &units).await?;
    let seat = deciding_seat(&write.actor, &round, &rows, &input)?;
    if round.cycle.closed_at.is_some() {
        return Err(closed().into());
    }
    let reason = checked(&write, &round, (&rows, seat), &input)?;
    write_standing(&write, &round, (&rows, seat), &input).await?;
    let freed = acts(&write, rows, (&input, &reason), seat);
    leave_traces(&write, &freed).await?;
    let ids: Vec<Uuid> = freed.iter().map(|(act, _row)| act.id).collect();
    write.commit(json!({ "acts": ids, "cycle": round.cycle.id })).await?;
    Ok(freed)
}

async fn replayed(session: &Session, mut replay: Replay) -> Result<Vec<Freed>, Error> {
    let ids: Vec<Uuid> = serde_json::from_value(take(&mut replay.outcome["acts"])).map_err(Error::internal)?;
    let freed = query::acts(session.services.db.reader(), &ids).await?;
    let Some((_act, row)) = freed.first() else {
        return Err(Error::internal("an outcome without its acts"));
    };
    let cycle = catalogue::cycle(&session.services, row.cycle_id).await?;
    let passings = query::passings(session.services.db.reader(), cycle.id).await?;
    let round = (&*cycle, &passings[..]);
    let sees = |row: &obligation::Model| {
        let mut seats = replay.actor.seats.iter();
        seats.any(|seat| decision_on(&replay.actor, seat, Action::Extend, round, row) != Decision::Hidden)
    };
    if freed.iter().all(|(_act, row)| sees(row)) {
        Ok(freed)
    } else {
        Err(not_found().at(["units"]).into())
    }
}

/// The units, each once.
fn named(units: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    if units.is_empty() {
        let text = Text::new("Sebutkan unitnya.", "Say which units.");
        return Err(Refusal::new(Code::Required, text).at(["units"]).into());
    }
    if units.len() > MOST_LISTED {
        return Err(check::too_many().at(["units"]).into());
    }
    let once: BTreeSet<Uuid> = units.iter().copied().collect();
    Ok(once.into_iter().collect())
}

/// Where a unit stands in the input.
fn place(input: &Free, unit: Uuid) -> [String; 2] {
    let place = input.units.iter().position(|named| *named == unit).unwrap_or_default();
    ["units".to_owned(), place.to_string()]
}

/// What is asked of the policy: to take something back is asked like doing it.
fn action(kind: ObligationActKind, row: &obligation::Model) -> Action {
    match (kind, row.standing) {
        (ObligationActKind::Extend, _) => Action::Extend,
        (ObligationActKind::Excuse, _) | (ObligationActKind::Restore, ObligationStanding::Excused) => Action::Excuse,
        (ObligationActKind::Waive | ObligationActKind::Restore, _) => Action::Waive,
    }
}

/// The one seat that may do it to all of them.
fn deciding_seat(actor: &Actor, round: &Round, rows: &[obligation::Model], input: &Free) -> Result<ActingSeat, Error> {
    let decision = |seat: &ActingSeat, row: &obligation::Model| {
        let action = action(input.kind, row);
        decision_on(actor, seat, action, (&round.cycle, &round.passings), row)
    };
    let mut wrong = Wrong::default();
    for unit in input.units.iter().collect::<BTreeSet<_>>() {
        let row = rows.iter().find(|row| row.unit_id == *unit);
        let verdict = row.map_or(Verdict::Hidden, |row| {
            which_seat(&actor.seats, input.seat, |seat| decision(seat, row))
        });
        // That several could is asked of all of them together.
        if verdict != Verdict::Ambiguous {
            wrong.note(granted(verdict).map_err(|refusal| refusal.at(place(input, *unit))));
        }
    }
    wrong.settle()?;
    let verdict = which_seat(&actor.seats, input.seat, |seat| {
        if rows.iter().all(|row| decision(seat, row) == Decision::Allowed) {
            Decision::Allowed
        } else {
            Decision::Forbidden
        }
    });
    match verdict {
        Verdict::Granted(seat) => Ok(seat),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous().into()),
        Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => Err(forbidden().at(["units"]).into()),
    }
}

/// Whether the seat speaks for the owner, or for a unit that passed the round on.
fn speaks_for_owner(round: &Round, seat: ActingSeat) -> bool {
    seat.unit == round.cycle.owner_id
}

/// Whether the decision can be carried out now; then the reason as it is kept.
fn checked(
    write: &Write,
    round: &Round,
    (rows, seat): (&[obligation::Model], ActingSeat),
    input: &Free,
) -> Result<String, Error> {
    let mut wrong = Wrong::default();
    let reason = wrong.note(check::text(&input.reason, LONGEST_REASON, "reason"));
    if let Some(until) = input.until {
        wrong.note(future(until, write.now));
        wrong.note(check::near("until", until, write.now));
    }
    for row in rows {
        let refusal = state_of(row, input.kind).or_else(|| later(round, (row, seat), input.until));
        wrong.extend(refusal.map(|refusal| refusal.at(place(input, row.unit_id))));
    }
    wrong.settle()?;
    reason.ok_or_else(|| Error::internal("what was checked is missing"))
}

fn future(until: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if now < until {
        return Ok(());
    }
    let text = Text::new("Batas waktu harus di masa depan.", "It has to be due in the future.");
    Err(Refusal::new(Code::Invalid, text).at(["until"]))
}

/// Why what is owed does not let it be done now.
fn state_of(row: &obligation::Model, kind: ObligationActKind) -> Option<Refusal> {
    let freed = matches!(row.standing, ObligationStanding::Excused | ObligationStanding::Waived);
    let text = match kind {
        ObligationActKind::Restore if freed => return None,
        ObligationActKind::Restore => Text::new(
            "Laporan unit ini tidak sedang dibebaskan.",
            "This unit has not been freed from its report.",
        ),
        _ if row.met_at.is_some() => Text::new(
            "Laporan unit ini sudah dikirim.",
            "The report of this unit has come already.",
        ),
        _ if freed => Text::new(
            "Unit ini sudah dibebaskan dari laporan ini.",
            "This unit has been freed from its report already.",
        ),
        _ if row.standing == ObligationStanding::NotApplicable => Text::new(
            "Laporan ini tidak diharapkan dari unit ini.",
            "This unit owes no report.",
        ),
        ObligationActKind::Extend | ObligationActKind::Excuse | ObligationActKind::Waive => return None,
    };
    Some(Refusal::new(Code::WrongState, text))
}

/// Why a moment gives a unit no more time: who passed the round on gives as much as the owner does, and no more.
fn later(
    round: &Round,
    (row, seat): (&obligation::Model, ActingSeat),
    until: Option<DateTime<Utc>>,
) -> Option<Refusal> {
    let until = until?;
    let owner = speaks_for_owner(round, seat);
    let due_at = if owner {
        row.due_at
    } else {
        row.passed_due_at.unwrap_or(row.due_at)
    };
    let text = if until <= due_at {
        Text::new(
            "Unit ini sudah mempunyai waktu selama itu.",
            "This unit has as much time already.",
        )
    } else if !owner && row.due_at < until {
        Text::new(
            "Batas waktu pemilik periode tidak dapat dilampaui.",
            "It cannot be later than its owner awaits it.",
        )
    } else {
        return None;
    };
    Some(Refusal::new(Code::Invalid, text))
}

/// Writes what is decided where it still stands as it was decided on.
async fn write_standing(
    write: &Write,
    round: &Round,
    (rows, seat): (&[obligation::Model], ActingSeat),
    input: &Free,
) -> Result<(), Error> {
    use obligation::Column::{DueAt, Extended, OnTimeUntil, PassedDueAt, Standing};
    let connection = write.connection();
    let standing = |standing: ObligationStanding| of(rows).col_expr(Standing, Expr::value(standing));
    let change = match (input.kind, input.until) {
        (ObligationActKind::Extend, Some(until)) if speaks_for_owner(round, seat) => of(rows)
            .col_expr(DueAt, Expr::value(until))
            .col_expr(Extended, Expr::value(true)),
        (ObligationActKind::Extend, until) => of(rows).col_expr(PassedDueAt, Expr::value(until)),
        (ObligationActKind::Excuse, _) => standing(ObligationStanding::Excused),
        (ObligationActKind::Waive, _) => standing(ObligationStanding::Waived),
        (ObligationActKind::Restore, _) => standing(ObligationStanding::Expected),
    };
    let change = match input.kind {
        ObligationActKind::Restore => {
            change.filter(Standing.is_in([ObligationStanding::Excused, ObligationStanding::Waived]))
        }
        ObligationActKind::Extend | ObligationActKind::Excuse | ObligationActKind::Waive => change
            .filter(Standing.eq(ObligationStanding::Expected))
            .filter(obligation::Column::MetAt.is_null()),
    };
    let change = change.col_expr(obligation::Column::Version, Expr::cust("version + 1"));
    if change.exec(connection).await?.rows_affected != rows.len() as u64 {
        return Err(Error::internal("an obligation changed while it was held"));
    }
    if let (ObligationActKind::Extend, Some(until), true) = (input.kind, input.until, speaks_for_owner(round, seat)) {
        of(rows)
            .col_expr(OnTimeUntil, Expr::value(until))
            .filter(OnTimeUntil.lt(until))
            .exec(connection)
            .await?;
    }
    if input.kind == ObligationActKind::Restore {
        let directory = &write.actor.directory;
        ledger::keep(connection, &round.cycle, directory, &directory.history, write.now).await?;
    }
    Ok(())
}

/// A change of just these.
fn of(rows: &[obligation::Model]) -> UpdateMany<obligation::Entity> {
    obligation::Entity::update_many().filter(obligation::Column::Id.is_in(rows.iter().map(|row| row.id)))
}

fn acts(write: &Write, rows: Vec<obligation::Model>, (input, reason): (&Free, &str), seat: ActingSeat) -> Vec<Freed> {
    let act = |row: obligation::Model| {
        let act = obligation_act::Model {
            id: new_id(write.now),
            obligation_id: row.id,
            kind: input.kind,
            reason: reason.to_owned(),
            until: input.until,
            account_id: write.actor.account,
            seat_id: seat.seat,
            unit_id: seat.unit,
            at: write.now,
        };
        (act, row)
    };
    rows.into_iter().map(act).collect()
}

async fn leave_traces(write: &Write, freed: &[Freed]) -> Result<(), Error> {
    let connection = write.connection();
    insert_all(connection, freed.iter().map(|(act, _row)| act.clone()).collect()).await?;
    let subjects: Vec<_> = freed
        .iter()
        .map(|(act, _row)| audit::Subject {
            subject_type: SubjectType::ObligationAct,
            id: act.id,
            row: act,
        })
        .collect();
    audit::attest_all(connection, &subjects, write.now).await?;
    let event = |(act, row): &Freed| Event {
        kind: act_event_kind(act.kind),
        subject_type: "obligation",
        subject: row.id,
        unit: row.unit_id,
        payload: json!({
            "obligation": row.id,
            "cycle": row.cycle_id,
            "unit": row.unit_id,
            "act": act.id,
            "until": act.until,
            "by": act.account_id,
            "bySeat": act.seat_id,
            "at": act.at,
        }),
    };
    feed::publish_all(connection, freed.iter().map(event).collect(), write.now).await
}
