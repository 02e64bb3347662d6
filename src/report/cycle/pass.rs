//! Passing a round on: the unit in between asks those beneath it for the same by an earlier moment.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{
    cycle, cycle_passing,
    enums::{RecordType, ReportingActKind},
    obligation,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    check::{self, Wrong},
    manage::{at_cycle, replayed},
    open::hold_letter,
    query,
    sight::{closed, decision, granted, is_visible, not_found, stale},
    trace::{self, About},
};
use crate::{
    authz::{ActingSeat, Decision, policy::cycle::Action, which_seat},
    clock::new_id,
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    legal_basis::LegalBasis,
    locale::Text,
    report::catalogue,
    session::Session,
};

/// Passes a round on, or changes how it was passed on.
#[derive(Clone, Debug, Serialize)]
pub struct Pass {
    pub cycle: Uuid,
    pub due_at: DateTime<Utc>,
    pub basis: LegalBasis,
    /// The letter itself, a file that was uploaded.
    pub letter: Option<Uuid>,
    /// Which unit passes it on; may be left out by who sits in one unit only.
    pub unit: Option<Uuid>,
    /// Of the passing on that is changed.
    pub expected_version: Option<i32>,
    pub seat: Option<Uuid>,
}

/// Passes a round on.
///
/// # Errors
/// `NotFound` for the round and for the file of the letter, `Forbidden`, `SeatAmbiguous`, `CycleNotOpen`, `NotExpected` where
/// nobody beneath is asked, `StaleVersion`, and `Required`, `TooLong` and `Invalid` for moment and letter.
pub async fn pass_on(session: &Session, field: &str, input: Pass) -> Result<Arc<cycle::Model>, Error> {
    let write = match command::begin(session, field, "passOnReportCycle", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let connection = write.connection();
    catalogue::bump(connection).await?;
    let cycle = query::cycle_locked(connection, input.cycle).await?;
    let cycle = cycle.filter(|cycle| is_visible(&write.actor, cycle.owner_id));
    let cycle = cycle.ok_or_else(|| not_found().at(["cycle"]))?;
    let seat = passing_seat(&write, &cycle, &input)?;
    if cycle.closed_at.is_some() {
        return Err(closed().into());
    }
    if !query::asks_beneath(connection, cycle.id, seat.unit).await? {
        return Err(asks_nobody_beneath());
    }
    let passings = query::passings(connection, cycle.id).await?;
    let known = passings.iter().find(|passing| passing.unit_id == seat.unit);
    if let (Some(expected), Some(known)) = (input.expected_version, known)
        && known.version != expected
    {
        return Err(stale(known.version).into());
    }
    let mut wrong = Wrong::default();
    let basis = wrong.note(check::basis(&input.basis, write.actor.today));
    let latest = awaited(&write, &cycle, &passings, seat.unit);
    wrong.note(earlier(input.due_at, latest, write.now));
    wrong.settle()?;
    let basis = basis.ok_or_else(|| Error::internal("what was checked is missing"))?;
    let passing = cycle_passing::Model {
        id: known.map_or_else(|| new_id(write.now), |known| known.id),
        cycle_id: cycle.id,
        unit_id: seat.unit,
        due_at: input.due_at,
        basis_number: basis.number,
        basis_date: basis.date,
        basis_file_id: input.letter,
        version: known.map_or(1, |known| known.version + 1),
        account_id: write.actor.account,
        seat_id: seat.seat,
        at: write.now,
    };
    let row = passing.clone().into_active_model();
    match known {
        None => row.insert(connection).await?,
        Some(_known) => row.reset_all().update(connection).await?,
    };
    if let Some(letter) = passing.basis_file_id {
        hold_letter(&write, (RecordType::CyclePassing, passing.id), letter).await?;
    }
    tell_beneath(connection, &passing, known.map(|known| known.due_at), &passings).await?;
    let about = About::Passing(&cycle, passing.due_at);
    trace::record(&write, ReportingActKind::CyclePassedOn, about, &passing, (seat, None)).await?;
    trace::commit(session, write, json!({ "cycle": cycle.id })).await?;
    Ok(Arc::new(cycle))
}

fn passing_seat(write: &Write, cycle: &cycle::Model, input: &Pass) -> Result<ActingSeat, Error> {
    let actor = &write.actor;
    let verdict = which_seat(&actor.seats, input.seat, |seat| {
        if input.unit.is_some_and(|unit| unit != seat.unit) {
            return Decision::Forbidden;
        }
        decision(actor, seat, Action::PassOn, cycle.owner_id)
    });
    Ok(granted(verdict).map_err(at_cycle)?)
}

/// When the unit itself is awaited: by whoever above it passed the round on, or by its owner.
fn awaited(write: &Write, cycle: &cycle::Model, passings: &[cycle_passing::Model], unit: Uuid) -> DateTime<Utc> {
    let mut above = write.actor.directory.tree.ancestors_and_self(unit).skip(1);
    let nearest = above.find_map(|above| passings.iter().find(|passing| passing.unit_id == above.id));
    nearest.map_or(cycle.due_at, |passing| Ord::min(passing.due_at, cycle.due_at))
}

fn earlier(due_at: DateTime<Utc>, latest: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    let text = if due_at <= now {
        Text::new("Batas waktu harus di masa depan.", "It has to be due in the future.")
    } else if latest <= due_at {
        Text::new(
            "Batas waktu harus lebih awal daripada batas waktu unit Anda sendiri.",
            "It has to be due before your own unit is awaited.",
        )
    } else {
        return Ok(());
    };
    Err(Refusal::new(Code::Invalid, text).at(["dueAt"]))
}

/// Writes the earlier moment down for all beneath whom nobody nearer has asked, but for those who were given another one.
async fn tell_beneath(
    connection: &impl ConnectionTrait,
    passing: &cycle_passing::Model,
    before: Option<DateTime<Utc>>,
    passings: &[cycle_passing::Model],
) -> Result<(), Error> {
    use obligation::Column::{CycleId, KabupatenKotaId, PassedDueAt, ProvinsiId, UnitId, Version};
    let others = passings.iter().map(|other| other.unit_id);
    let nearer: Vec<Uuid> = others.filter(|other| *other != passing.unit_id).collect();
    // A kabupaten/kota is nearer than the province to all beneath it, not to itself.
    let asked_nearer = Condition::all()
        .add(ProvinsiId.eq(passing.unit_id))
        .add(KabupatenKotaId.is_in(nearer))
        .add(Expr::col(KabupatenKotaId).ne(Expr::col(UnitId)));
    let reached = obligation::Entity::update_many()
        .col_expr(PassedDueAt, Expr::value(passing.due_at))
        .col_expr(Version, Expr::cust("version + 1"))
        .filter(CycleId.eq(passing.cycle_id))
        .filter(query::beneath(passing.unit_id))
        .filter(Condition::any().add(KabupatenKotaId.is_null()).add(asked_nearer.not()));
    let reached = match before {
        Some(before) => reached.filter(
            Condition::any()
                .add(PassedDueAt.is_null())
                .add(PassedDueAt.eq(before))
                .add(PassedDueAt.lt(passing.due_at)),
        ),
        None => reached,
    };
    reached.exec(connection).await?;
    Ok(())
}

fn asks_nobody_beneath() -> Error {
    let text = Text::new(
        "Periode ini tidak meminta laporan dari unit di bawah unit Anda.",
        "This round asks nobody beneath your unit.",
    );
    Refusal::new(Code::NotExpected, text).at(["cycle"]).into()
}
