//! Who sits where, from when to when: people are appointed to seats and leave them.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    enums::{ActKind, Function},
    holder, seat,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::directory::{Directory, overlap};
use crate::{
    authz::{ActingSeat, policy::identity::Action},
    clock::new_id,
    command::{self, Begun},
    error::{Code, Error, Refusal},
    identity::{
        act::{self, Act},
        reach::{keeps_an_administrator, knows, last_admin, own, seat_over_unit},
    },
    locale::Text,
    session::{Actor, Session},
};

/// From when to when, and how, somebody holds a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tenure {
    /// Plt: in the place of the holder.
    pub acting: bool,
    pub from: NaiveDate,
    /// The first day after; None: without an end.
    pub to: Option<NaiveDate>,
}

/// Puts a person into a seat.
#[derive(Clone, Debug, Serialize)]
pub struct Appoint {
    pub to: Uuid,
    pub account: Uuid,
    pub tenure: Tenure,
    pub seat: Option<Uuid>,
}

/// Lets a person leave a seat.
#[derive(Clone, Debug, Serialize)]
pub struct End {
    pub holder: Uuid,
    /// The first day the seat is no longer held.
    pub on: Option<NaiveDate>,
    pub seat: Option<Uuid>,
}

/// Appoints a person the actor may know to a seat the actor may fill. Gives the id of the holder.
///
/// # Errors
/// `NotFound` for seat or account, `Forbidden`, `OwnSeat`, `AlreadyExists` where the seat is held, `Invalid` dates, and
/// what [`command::begin`] says.
pub async fn appoint(session: &Session, field: &str, input: Appoint) -> Result<Uuid, Error> {
    let write = match command::begin_on_directory(session, field, "appointHolder", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(&replay.outcome, "holder"),
    };
    let (seat, by) = seat_to_fill(&write.actor, input.to, input.seat)?;
    if input.account == write.actor.account {
        return Err(own("account"));
    }
    let directory = &write.actor.directory;
    let person = directory.person(input.account);
    let person = person.filter(|person| knows(&write.actor, person.id));
    let person = person.ok_or_else(|| Error::not_found("account"))?;
    if !person.active {
        let text = Text::new("Akun ini dinonaktifkan.", "This account is deactivated.");
        return Err(Refusal::new(Code::WrongState, text).at(["account"]).into());
    }
    check_tenure(directory, seat, Some(person.id), input.tenure)?;
    let by = Doing {
        actor: &write.actor,
        seat: by,
    };
    let id = place(write.connection(), seat, person.id, input.tenure, by, write.now).await?;
    write.commit(json!({ "holder": id })).await?;
    Ok(id)
}

/// Ends what somebody holds, on a day that may lie ahead. What began today, or has not begun, is taken back altogether. Gives
/// the seat.
///
/// # Errors
/// `NotFound` for the holder, `Forbidden`, `OwnSeat`, `LastAdmin`, `WrongState` when it has ended, `Invalid` for a day before
/// it began.
pub async fn end(session: &Session, field: &str, input: End) -> Result<Uuid, Error> {
    let write = match command::begin_on_directory(session, field, "endHolder", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(&replay.outcome, "seat"),
    };
    let (actor, directory) = (&write.actor, &write.actor.directory);
    let holder = directory.holder(input.holder);
    // Who may not know the person does not learn that there is a holder.
    let holder = holder.filter(|holder| knows(actor, holder.account_id));
    let holder = holder.ok_or_else(|| Error::not_found("holder"))?;
    if holder.account_id == actor.account {
        return Err(own("holder"));
    }
    let (seat, unit) = directory
        .seat_with_unit(holder.seat_id)
        .ok_or_else(|| Error::not_found("holder"))?;
    let by = seat_over_unit(actor, input.seat, Action::Manage(seat.function), unit)?;
    let on = input.on.unwrap_or(actor.today);
    check_end(holder, on, actor.today)?;
    let national_admin = seat.function == Function::Admin && unit.id == directory.tree.root().id;
    if national_admin && !keeps_an_administrator(directory, holder.account_id, on.max(actor.today)) {
        return Err(last_admin("holder"));
    }
    if on <= holder.valid_from {
        take_back(write.connection(), holder).await?;
    } else {
        let ended = holder::Entity::update_many()
            .col_expr(holder::Column::ValidTo, Expr::value(on))
            .filter(holder::Column::Id.eq(holder.id))
            .exec(write.connection())
            .await?;
        if ended.rows_affected != 1 {
            return Err(Error::not_found("holder"));
        }
    }
    let by = Doing { actor, seat: by };
    let act = act_of_ending(holder, seat, on, by);
    act::record(write.connection(), act, write.now).await?;
    let id = seat.id;
    write.commit(json!({ "seat": id })).await?;
    Ok(id)
}

/// Who does something, from which seat.
#[derive(Clone, Copy)]
pub(crate) struct Doing<'a> {
    pub actor: &'a Actor,
    pub seat: ActingSeat,
}

/// What is remembered of somebody's leaving a seat.
pub(super) fn act_of_ending(holder: &holder::Model, seat: &seat::Model, on: NaiveDate, by: Doing<'_>) -> Act {
    Act {
        kind: ActKind::HolderEnded,
        account: Some(holder.account_id),
        seat: Some(seat.id),
        unit: seat.unit_id,
        by: by.actor.account,
        by_seat: Some(by.seat.seat),
        details: json!({ "holder": holder.id, "acting": holder.acting, "from": holder.valid_from, "to": on }),
    }
}

/// Puts a person into a seat, with the act of it.
async fn place(
    connection: &impl ConnectionTrait,
    seat: &seat::Model,
    account: Uuid,
    tenure: Tenure,
    by: Doing<'_>,
    now: DateTime<Utc>,
) -> Result<Uuid, Error> {
    let act = Act {
        kind: ActKind::HolderAppointed,
        account: Some(account),
        seat: Some(seat.id),
        unit: seat.unit_id,
        by: by.actor.account,
        by_seat: Some(by.seat.seat),
        details: json!({ "acting": tenure.acting, "from": tenure.from, "to": tenure.to }),
    };
    seat_person(connection, seat.id, account, tenure, act, now).await
}

/// Writes the holder and the act that tells of it.
pub(crate) async fn seat_person(
    connection: &impl ConnectionTrait,
    seat: Uuid,
    account: Uuid,
    tenure: Tenure,
    act: Act,
    now: DateTime<Utc>,
) -> Result<Uuid, Error> {
    let row = holder::Model {
        id: new_id(now),
        seat_id: seat,
        account_id: account,
        acting: tenure.acting,
        valid_from: tenure.from,
        valid_to: tenure.to,
    };
    let id = row.id;
    row.into_active_model().insert(connection).await?;
    act::record(connection, act, now).await?;
    Ok(id)
}

/// The seat a person is to be put into, and the actor's seat that may do so. Nobody fills the own seat.
///
/// # Errors
/// `NotFound` for the seat, `OwnSeat`, `Forbidden`, `SeatAmbiguous`.
pub(crate) fn seat_to_fill(actor: &Actor, id: Uuid, named: Option<Uuid>) -> Result<(&seat::Model, ActingSeat), Error> {
    let found = actor.directory.seat_with_unit(id).filter(|(seat, unit)| {
        let lasts = |end: Option<NaiveDate>| end.is_none_or(|end| actor.today < end);
        lasts(seat.valid_to) && lasts(unit.dissolved_on)
    });
    let (seat, unit) = found.ok_or_else(|| Error::not_found("appointTo"))?;
    let by = seat_over_unit(actor, named, Action::Manage(seat.function), unit)?;
    if actor.seats.iter().any(|own| own.seat == seat.id) {
        return Err(own("appointTo"));
    }
    Ok((seat, by))
}

/// Whether a seat may be held so: within its own days, by nobody else in earnest at the same time, by nobody twice.
///
/// # Errors
/// `Invalid` dates; `AlreadyExists`.
pub(crate) fn check_tenure(
    directory: &Directory,
    seat: &seat::Model,
    account: Option<Uuid>,
    tenure: Tenure,
) -> Result<(), Error> {
    if tenure.to.is_some_and(|to| to <= tenure.from) {
        let text = Text::new(
            "Hari berakhir harus sesudah hari mulai.",
            "The day it ends has to come after the day it begins.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["validTo"]).into());
    }
    let begins_early = seat.valid_from.is_some_and(|from| tenure.from < from);
    let ends_late = seat.valid_to.is_some_and(|end| tenure.to.is_none_or(|to| end < to));
    if begins_early || ends_late {
        let text = Text::new(
            "Jabatan ini tidak ada sepanjang masa itu.",
            "The seat does not exist for all of that time.",
        );
        let field = if begins_early { "validFrom" } else { "validTo" };
        return Err(Refusal::new(Code::Invalid, text).at([field]).into());
    }
    let span = (tenure.from, tenure.to);
    let mut rivals = directory
        .holders_ever(seat.id)
        .iter()
        .filter(|holder| overlap(span, (holder.valid_from, holder.valid_to)));
    let taken = rivals.any(|holder| (!holder.acting && !tenure.acting) || Some(holder.account_id) == account);
    if taken {
        let text = Text::new(
            "Jabatan ini sudah diisi pada masa itu; akhiri dahulu, atau tunjuk sebagai pelaksana tugas.",
            "The seat is held in that time; end that first, or appoint as acting.",
        );
        return Err(Refusal::new(Code::AlreadyExists, text).at(["appointTo"]).into());
    }
    Ok(())
}

fn check_end(holder: &holder::Model, on: NaiveDate, today: NaiveDate) -> Result<(), Error> {
    if holder.valid_to.is_some_and(|end| end <= today) {
        let text = Text::new("Masa jabatan ini sudah berakhir.", "This has ended already.");
        return Err(Refusal::new(Code::WrongState, text).at(["holder"]).into());
    }
    // What began on an earlier day can only be ended; a mistake of today is taken back.
    if on <= holder.valid_from && holder.valid_from < today {
        let text = Text::new(
            "Hari berakhir harus sesudah hari mulai.",
            "The day it ends has to come after the day it began.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["validTo"]).into());
    }
    Ok(())
}

/// Takes an appointment back that was in force for no whole day; the acts of making and taking it back stay.
async fn take_back(connection: &impl ConnectionTrait, holder: &holder::Model) -> Result<(), Error> {
    holder::Entity::delete_by_id(holder.id).exec(connection).await?;
    Ok(())
}

pub(super) fn replayed(outcome: &Value, key: &str) -> Result<Uuid, Error> {
    serde_json::from_value(outcome[key].clone()).map_err(Error::internal)
}
