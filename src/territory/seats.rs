//! The seats of a unit: they are made, worded, and ended; people come and go by `holding`.
use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::{
    enums::{ActKind, Function, Position},
    holder, seat,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    change::{FURTHEST_AHEAD, too_far_ahead},
    holding::{Doing, act_of_ending, replayed},
    tree::Unit,
};
use crate::{
    authz::{ActingSeat, policy::identity::Action},
    clock::new_id,
    command::{self, Begun},
    db::insert_all,
    error::{Code, Error, Refusal},
    identity::{
        act::{self, Act},
        invitation,
        reach::{keeps_an_administrator_elsewhere, last_admin, own, seat_over_unit},
    },
    input::required,
    locale::Text,
    session::{Actor, Session},
};

/// The longest local title or division name, characters.
pub const LONGEST_TITLE: usize = 200;

/// Makes a seat in a unit.
#[derive(Clone, Debug, Serialize)]
pub struct CreateSeat {
    pub unit: Uuid,
    pub position: Position,
    pub function: Function,
    pub local_title: String,
    pub division_name: Option<String>,
    /// None: from today, or from the day the unit is formed.
    pub valid_from: Option<NaiveDate>,
    pub custodian: bool,
    pub seat: Option<Uuid>,
}

/// Words a seat otherwise, or makes it a custodian's.
#[derive(Clone, Debug, Serialize)]
pub struct UpdateSeat {
    pub update: Uuid,
    /// None: as it is.
    pub local_title: Option<String>,
    pub division: Division,
    /// None: as it is.
    pub custodian: Option<bool>,
    pub seat: Option<Uuid>,
}

/// What becomes of a seat's division.
#[derive(Clone, Debug, Serialize)]
pub enum Division {
    Kept,
    Cleared,
    Named(String),
}

/// Ends a seat.
#[derive(Clone, Debug, Serialize)]
pub struct EndSeat {
    pub end: Uuid,
    /// The first day it no longer exists; None: today.
    pub on: Option<NaiveDate>,
    pub seat: Option<Uuid>,
}

/// Makes a seat in a unit the actor may fill such seats of. Gives its id.
///
/// # Errors
/// `NotFound` for the unit, `Forbidden`, `Required` and `TooLong` for the titles, `Invalid` for a function RI alone has, for a
/// custodian that is no HEAD, and for a day on which the unit does not exist or that lies too far ahead.
pub async fn create(session: &Session, field: &str, input: CreateSeat) -> Result<Uuid, Error> {
    let write = match command::begin_on_directory(session, field, "createSeat", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(&replay.outcome, "seat"),
    };
    let actor = &write.actor;
    let unit = standing_unit(actor, input.unit).ok_or_else(|| Error::not_found("unit"))?;
    check_function(input.function, unit)?;
    let by = seat_over_unit(actor, input.seat, Action::Manage(input.function), unit)?;
    check_custodian(input.custodian, input.function)?;
    let seat = NewSeat {
        unit: unit.id,
        position: input.position,
        function: input.function,
        local_title: required(&input.local_title, "localTitle", LONGEST_TITLE)?,
        division_name: division(input.division_name.as_deref())?,
        valid_from: first_day(actor, unit, input.valid_from)?,
        valid_to: unit.dissolved_on,
        custodian: input.custodian,
    };
    let by = Doing { actor, seat: by };
    let made = write_seats(write.connection(), vec![(seat, by)], write.now).await?;
    let id = made.first().map(|seat| seat.id);
    write.commit(json!({ "seat": id })).await?;
    id.ok_or_else(|| Error::internal("a seat that was not written"))
}

/// Words a seat otherwise that the actor may fill. What it is and may do never changes: that would be another seat. Gives
/// its id.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnSeat`, `WrongState` for one that has ended, `Required` and `TooLong` for the titles, `Invalid`
/// for a custodian that is no HEAD.
pub async fn update(session: &Session, field: &str, input: UpdateSeat) -> Result<Uuid, Error> {
    let write = match command::begin_on_directory(session, field, "updateSeat", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(&replay.outcome, "seat"),
    };
    let actor = &write.actor;
    let (seat, by) = seat_to_change(actor, (input.update, "update"), input.seat)?;
    check_custodian(input.custodian.unwrap_or_default(), seat.function)?;
    let local_title = match &input.local_title {
        Some(local_title) => required(local_title, "localTitle", LONGEST_TITLE)?,
        None => seat.local_title.clone(),
    };
    let division_name = match &input.division {
        Division::Kept => seat.division_name.clone(),
        Division::Cleared => None,
        Division::Named(name) => division(Some(name))?,
    };
    let custodian = input.custodian.unwrap_or(seat.custodian);
    seat::Entity::update_many()
        .col_expr(seat::Column::LocalTitle, Expr::value(local_title.as_str()))
        .col_expr(seat::Column::DivisionName, Expr::value(division_name.as_deref()))
        .col_expr(seat::Column::Custodian, Expr::value(custodian))
        .filter(seat::Column::Id.eq(seat.id))
        .exec(write.connection())
        .await?;
    let wording = |title: &str, division: Option<&str>, custodian: bool| json!({ "title": title, "division": division, "custodian": custodian });
    let details = json!({
        "before": wording(&seat.local_title, seat.division_name.as_deref(), seat.custodian),
        "after": wording(&local_title, division_name.as_deref(), custodian),
    });
    let act = act_on(seat, ActKind::SeatUpdated, details, Doing { actor, seat: by });
    act::record(write.connection(), act, write.now).await?;
    let id = seat.id;
    write.commit(json!({ "seat": id })).await?;
    Ok(id)
}

/// Ends a seat the actor may fill, on a day that may lie ahead. Whoever sits there then leaves it, who was to sit there later
/// never comes to, and invitations that would last longer are taken back. A seat that has not begun never does. Gives its
/// id.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnSeat` when the actor is among those who leave, `LastAdmin`, `WrongState` when it ends by that day
/// already, `Invalid` for a day that has passed or lies too far ahead.
pub async fn end(session: &Session, field: &str, input: EndSeat) -> Result<Uuid, Error> {
    let write = match command::begin_on_directory(session, field, "endSeat", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(&replay.outcome, "seat"),
    };
    let (actor, directory) = (&write.actor, &write.actor.directory);
    let (seat, by) = seat_to_change(actor, (input.end, "end"), input.seat)?;
    let on = input.on.unwrap_or(actor.today);
    check_end(seat, on, actor.today)?;
    let holders = directory.holders_ever(seat.id).iter();
    let leaving: Vec<&holder::Model> = holders
        .filter(|holder| holder.valid_to.is_none_or(|to| on < to))
        .collect();
    if leaving.iter().any(|holder| holder.account_id == actor.account) {
        return Err(own("end"));
    }
    let national_admin = seat.function == Function::Admin && seat.unit_id == directory.tree.root().id;
    if national_admin && !keeps_an_administrator_elsewhere(directory, seat.id, on) {
        return Err(last_admin("end"));
    }
    // A seat that was to begin later keeps that day, and never exists.
    let ends_on = seat.valid_from.map_or(on, |from| from.max(on));
    seat::Entity::update_many()
        .col_expr(seat::Column::ValidTo, Expr::value(ends_on))
        .filter(seat::Column::Id.eq(seat.id))
        .exec(write.connection())
        .await?;
    let doing = Doing { actor, seat: by };
    let mut acts = vec![act_on(seat, ActKind::SeatEnded, json!({ "to": ends_on }), doing)];
    acts.extend(leaving.iter().map(|holder| act_of_ending(holder, seat, on, doing)));
    empty(write.connection(), &leaving, on).await?;
    act::record_all(write.connection(), acts, write.now).await?;
    invitation::revoke_outlasting(&write, &[seat.id], on, by).await?;
    let id = seat.id;
    write.commit(json!({ "seat": id })).await?;
    Ok(id)
}

/// Lets those who hold a seat leave it; who would only come later is taken back.
async fn empty(connection: &impl ConnectionTrait, leaving: &[&holder::Model], on: NaiveDate) -> Result<(), Error> {
    let (begun, never): (Vec<&holder::Model>, Vec<&holder::Model>) =
        leaving.iter().partition(|holder| holder.valid_from < on);
    holder::Entity::update_many()
        .col_expr(holder::Column::ValidTo, Expr::value(on))
        .filter(holder::Column::Id.is_in(begun.iter().map(|holder| holder.id)))
        .exec(connection)
        .await?;
    holder::Entity::delete_many()
        .filter(holder::Column::Id.is_in(never.iter().map(|holder| holder.id)))
        .exec(connection)
        .await?;
    Ok(())
}

/// A seat as it is to be.
pub(crate) struct NewSeat {
    pub unit: Uuid,
    pub position: Position,
    pub function: Function,
    pub local_title: String,
    pub division_name: Option<String>,
    pub valid_from: NaiveDate,
    /// The day its unit is to be dissolved, where that is decided.
    pub valid_to: Option<NaiveDate>,
    pub custodian: bool,
}

impl NewSeat {
    /// As it will be kept.
    pub(crate) fn as_row(&self, id: Uuid) -> seat::Model {
        seat::Model {
            id,
            unit_id: self.unit,
            position: self.position,
            function: self.function,
            local_title: self.local_title.clone(),
            division_name: self.division_name.clone(),
            valid_from: Some(self.valid_from),
            valid_to: self.valid_to,
            custodian: self.custodian,
        }
    }
}

/// Writes seats with the acts of making them, in few statements.
pub(crate) async fn write_seats(
    connection: &impl ConnectionTrait,
    new: Vec<(NewSeat, Doing<'_>)>,
    now: DateTime<Utc>,
) -> Result<Vec<seat::Model>, Error> {
    let mut rows = Vec::with_capacity(new.len());
    let mut acts = Vec::with_capacity(new.len());
    for (seat, by) in new {
        let row = seat.as_row(new_id(now));
        let details = json!({ "function": row.function, "title": row.local_title });
        acts.push(act_on(&row, ActKind::SeatCreated, details, by));
        rows.push(row);
    }
    insert_all(connection, rows.clone()).await?;
    act::record_all(connection, acts, now).await?;
    Ok(rows)
}

fn act_on(seat: &seat::Model, kind: ActKind, details: serde_json::Value, by: Doing<'_>) -> Act {
    Act {
        kind,
        account: None,
        seat: Some(seat.id),
        unit: seat.unit_id,
        by: by.actor.account,
        by_seat: Some(by.seat.seat),
        details,
    }
}

/// A seat that exists or is to, and the actor's seat that may change it. Nobody changes the own seat.
fn seat_to_change<'a>(
    actor: &'a Actor,
    (id, field): (Uuid, &str),
    named: Option<Uuid>,
) -> Result<(&'a seat::Model, ActingSeat), Error> {
    let found = actor.directory.seat_with_unit(id);
    let (seat, unit) = found.ok_or_else(|| Error::not_found(field))?;
    let by = seat_over_unit(actor, named, Action::Manage(seat.function), unit)?;
    if seat.valid_to.is_some_and(|end| end <= actor.today) {
        let text = Text::new("Jabatan ini sudah berakhir.", "This seat has ended already.");
        return Err(Refusal::new(Code::WrongState, text).at([field]).into());
    }
    if actor.seats.iter().any(|own| own.seat == seat.id) {
        return Err(own(field));
    }
    Ok((seat, by))
}

fn check_end(seat: &seat::Model, on: NaiveDate, today: NaiveDate) -> Result<(), Error> {
    if seat.valid_to.is_some_and(|end| end <= on) {
        let text = Text::new(
            "Jabatan ini sudah berakhir pada hari itu.",
            "The seat has ended by that day already.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["end"]).into());
    }
    if on < today {
        let text = Text::new(
            "Jabatan tidak dapat diakhiri pada hari yang sudah lewat.",
            "A seat cannot end on a day that has passed.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["validTo"]).into());
    }
    check_ahead(on, today, "validTo")
}

/// The first day of a seat: within those of its unit.
fn first_day(actor: &Actor, unit: &Unit, asked: Option<NaiveDate>) -> Result<NaiveDate, Error> {
    let earliest = unit.formed_on.map_or(actor.today, |formed| formed.max(actor.today));
    let from = asked.unwrap_or(earliest);
    check_ahead(from, actor.today, "validFrom")?;
    let formed = unit.formed_on.is_none_or(|formed| formed <= from);
    let stands = unit.dissolved_on.is_none_or(|end| from < end);
    if formed && stands {
        return Ok(from);
    }
    let text = Text::new(
        "Unit ini tidak ada pada hari itu.",
        "The unit does not exist on that day.",
    );
    Err(Refusal::new(Code::Invalid, text).at(["validFrom"]).into())
}

fn check_ahead(day: NaiveDate, today: NaiveDate, field: &str) -> Result<(), Error> {
    let furthest = today.checked_add_days(Days::new(FURTHEST_AHEAD));
    if furthest.is_some_and(|furthest| furthest < day) {
        return Err(too_far_ahead(field));
    }
    Ok(())
}

/// What dissolved units leave is kept by somebody who decides.
fn check_custodian(custodian: bool, function: Function) -> Result<(), Error> {
    if !custodian || function == Function::Head {
        return Ok(());
    }
    let text = Text::new(
        "Hanya jabatan HEAD yang menyimpan peninggalan unit yang dibubarkan.",
        "Only a HEAD seat keeps what dissolved units have left.",
    );
    Err(Refusal::new(Code::Invalid, text).at(["custodian"]).into())
}

/// COORDINATOR and EXPERT decide for the country: such a seat anywhere else would mean nothing.
pub(crate) fn check_function(function: Function, unit: &Unit) -> Result<(), Error> {
    let national = matches!(function, Function::Coordinator | Function::Expert);
    if !national || unit.parent.is_none() {
        return Ok(());
    }
    let text = Text::new(
        "Fungsi ini hanya ada di Bawaslu RI.",
        "This function exists at Bawaslu RI only.",
    );
    Err(Refusal::new(Code::Invalid, text).at(["function"]).into())
}

fn division(given: Option<&str>) -> Result<Option<String>, Refusal> {
    given
        .map(|name| required(name, "divisionName", LONGEST_TITLE))
        .transpose()
}

/// A unit that has not been dissolved.
fn standing_unit(actor: &Actor, id: Uuid) -> Option<&Unit> {
    let unit = actor.directory.tree.get(id)?;
    unit.dissolved_on.is_none_or(|day| actor.today < day).then_some(unit)
}
