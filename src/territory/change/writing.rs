//! How a plan is written: units, facts, seats and holders, the change with what it touched, and what it leaves behind.
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use entity::{
    enums::UnitEffect,
    holder, seat, unit, unit_change, unit_fact,
    unit_touch::{self, EndedHolder, EndedSeat},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::Plan;
use crate::{
    audit::{self, SubjectType},
    authz::ActingSeat,
    command::Write,
    db::insert_all,
    error::Error,
    feed::{self, Event},
    identity::{invitation, reach::own},
    legal_basis::LegalBasis,
    report,
    session::Actor,
    territory::{directory::Directory, history::History},
};

/// Ids in one statement: SQLite binds at most 32,766 values.
const IDS: usize = 30_000;

/// Tells in the plan which seats are made, and which seats end and who leaves them.
///
/// # Errors
/// `OwnSeat` when the actor would be one of them.
pub(super) fn tell_of_seats(plan: &mut Plan, actor: &Actor, made: &[seat::Model]) -> Result<(), Error> {
    let mut made_in: HashMap<Uuid, i32> = HashMap::new();
    for seat in made {
        *made_in.entry(seat.unit_id).or_default() += 1;
    }
    for touch in &mut plan.touches {
        touch.details.seats_made = made_in.get(&touch.unit_id).copied().unwrap_or_default();
        if touch.effect != UnitEffect::Dissolved {
            continue;
        }
        let on = touch.effective_on;
        let outlasts = |end: Option<NaiveDate>| end.is_none_or(|end| on < end);
        for id in actor.directory.seats_ever(touch.unit_id) {
            let Some(seat) = actor.directory.seat(*id).filter(|seat| outlasts(seat.valid_to)) else {
                continue;
            };
            touch.details.seats_ended.push(EndedSeat {
                seat: seat.id,
                valid_to: seat.valid_to,
            });
            let holders = actor.directory.holders_ever(seat.id).iter();
            for holder in holders.filter(|holder| outlasts(holder.valid_to)) {
                if holder.account_id == actor.account {
                    return Err(own("unit"));
                }
                touch.details.holders_ended.push(EndedHolder {
                    holder: holder.id,
                    seat: seat.id,
                    account: holder.account_id,
                    acting: holder.acting,
                    valid_from: holder.valid_from,
                    valid_to: holder.valid_to,
                });
            }
        }
    }
    Ok(())
}

/// Tells in the plan how many open reports each dissolved unit leaves.
///
/// # Errors
/// The database's.
pub(super) async fn tell_of_reports(connection: &impl ConnectionTrait, plan: &mut Plan) -> Result<(), Error> {
    let dissolved = plan
        .touches
        .iter()
        .filter(|touch| touch.effect == UnitEffect::Dissolved);
    let dissolved: Vec<Uuid> = dissolved.map(|touch| touch.unit_id).collect();
    let mut open = HashMap::new();
    for units in dissolved.chunks(IDS) {
        open.extend(report::query::open_reports(connection, units).await?);
    }
    for touch in &mut plan.touches {
        touch.details.open_reports = open.get(&touch.unit_id).copied().unwrap_or_default();
    }
    Ok(())
}

/// A change as it is attested: what was ordered, and everything it touched.
#[derive(Serialize)]
pub struct Attested<'a> {
    pub change: &'a unit_change::Model,
    /// By the ids of the units, as they are read again.
    pub touches: &'a [unit_touch::Model],
}

/// Writes a plan with everything it leaves behind.
///
/// # Errors
/// The database's.
pub(super) async fn write(
    write: &Write,
    (plan, history): (&Plan, &History),
    basis: &LegalBasis,
    by: ActingSeat,
    seats: Vec<seat::Model>,
) -> Result<(), Error> {
    let connection = write.connection();
    insert_all(connection, plan.formed.clone()).await?;
    insert_all(connection, seats).await?;
    let change = unit_change::Model {
        id: plan.change,
        kind: plan.kind,
        effective_on: plan.on,
        basis_number: basis.number.clone(),
        basis_date: basis.date,
        unit_id: plan.unit,
        by_account: write.actor.account,
        by_seat: by.seat,
        undoes: plan.undoes,
        at: write.now,
    };
    insert_all(connection, vec![change.clone()]).await?;
    insert_all(connection, plan.touches.clone()).await?;
    insert_all(connection, plan.facts.clone()).await?;
    void_facts(connection, plan).await?;
    count_up(connection, plan).await?;
    end_units(connection, plan).await?;
    end_seats(write, plan, by).await?;
    restore_seats(connection, plan, &write.actor.directory).await?;
    let events = plan.touches.iter().map(|touch| event(&change, touch));
    let events = events.chain(custody_events(&change, plan, history)).collect();
    feed::publish_all(connection, events, write.now).await?;
    let mut touches = plan.touches.clone();
    touches.sort_by_key(|touch| touch.unit_id);
    let subject = audit::Subject {
        subject_type: SubjectType::UnitChange,
        id: change.id,
        row: &Attested {
            change: &change,
            touches: &touches,
        },
    };
    audit::attest(connection, subject, write.now).await
}

/// Every unit that is touched is one version on, so that of two who decide on what they both read one is told.
async fn count_up(connection: &impl ConnectionTrait, plan: &Plan) -> Result<(), Error> {
    let touched = plan.touches.iter().filter(|touch| touch.effect != UnitEffect::Formed);
    let touched: Vec<Uuid> = touched.map(|touch| touch.unit_id).collect();
    for units in touched.chunks(IDS) {
        unit::Entity::update_many()
            .col_expr(unit::Column::Version, Expr::col(unit::Column::Version).add(1))
            .filter(unit::Column::Id.is_in(units.iter().copied()))
            .exec(connection)
            .await?;
    }
    Ok(())
}

async fn end_units(connection: &impl ConnectionTrait, plan: &Plan) -> Result<(), Error> {
    for (on, units) in by_day(plan.ended.iter().map(|(unit, on)| (*on, *unit)).collect()) {
        for units in units.chunks(IDS) {
            unit::Entity::update_many()
                .col_expr(unit::Column::DissolvedOn, Expr::value(on))
                .filter(unit::Column::Id.is_in(units.iter().copied()))
                .exec(connection)
                .await?;
        }
    }
    Ok(())
}

/// What an undone change said is kept, marked as never having been so.
async fn void_facts(connection: &impl ConnectionTrait, plan: &Plan) -> Result<(), Error> {
    let Some(undone) = plan.undoes else { return Ok(()) };
    unit_fact::Entity::update_many()
        .col_expr(unit_fact::Column::VoidedBy, Expr::value(plan.change))
        .filter(unit_fact::Column::ChangeId.eq(undone))
        .exec(connection)
        .await?;
    Ok(())
}

/// Seats end with their unit, and so does whoever sits there; who was to sit there only later, or was invited to, never
/// does.
async fn end_seats(write: &Write, plan: &Plan, by: ActingSeat) -> Result<(), Error> {
    let connection = write.connection();
    let (mut seats, mut left, mut never) = (Vec::new(), Vec::new(), Vec::new());
    for touch in &plan.touches {
        let on = touch.effective_on;
        seats.extend(touch.details.seats_ended.iter().map(|ended| (Some(on), ended.seat)));
        for ended in &touch.details.holders_ended {
            if ended.valid_from < on {
                left.push((Some(on), ended.holder));
            } else {
                never.push(ended.holder);
            }
        }
    }
    seats_end(connection, seats.clone()).await?;
    for (on, seats) in by_day(seats) {
        let Some(on) = on else { continue };
        for seats in seats.chunks(IDS) {
            invitation::revoke_outlasting(write, seats, on, by).await?;
        }
    }
    for holders in never.chunks(IDS) {
        holder::Entity::delete_many()
            .filter(holder::Column::Id.is_in(holders.iter().copied()))
            .exec(connection)
            .await?;
    }
    holders_end(connection, left).await
}

/// Seats and holders that ended with their unit have the ends they had before.
async fn restore_seats(connection: &impl ConnectionTrait, plan: &Plan, directory: &Directory) -> Result<(), Error> {
    let (mut seats, mut stay, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for touch in &plan.touches {
        let restored = touch.details.seats_restored.iter();
        seats.extend(restored.map(|ended| (ended.valid_to, ended.seat)));
        for ended in &touch.details.holders_restored {
            if directory.holder(ended.holder).is_some() {
                stay.push((ended.valid_to, ended.holder));
            } else {
                again.push(as_before(ended));
            }
        }
    }
    seats_end(connection, seats).await?;
    holders_end(connection, stay).await?;
    insert_all(connection, again).await
}

fn as_before(ended: &EndedHolder) -> holder::Model {
    holder::Model {
        id: ended.holder,
        seat_id: ended.seat,
        account_id: ended.account,
        acting: ended.acting,
        valid_from: ended.valid_from,
        valid_to: ended.valid_to,
    }
}

async fn seats_end(connection: &impl ConnectionTrait, ends: Vec<(Option<NaiveDate>, Uuid)>) -> Result<(), Error> {
    for (on, seats) in by_day(ends) {
        for seats in seats.chunks(IDS) {
            seat::Entity::update_many()
                .col_expr(seat::Column::ValidTo, Expr::value(on))
                .filter(seat::Column::Id.is_in(seats.iter().copied()))
                .exec(connection)
                .await?;
        }
    }
    Ok(())
}

async fn holders_end(connection: &impl ConnectionTrait, ends: Vec<(Option<NaiveDate>, Uuid)>) -> Result<(), Error> {
    for (on, holders) in by_day(ends) {
        for holders in holders.chunks(IDS) {
            holder::Entity::update_many()
                .col_expr(holder::Column::ValidTo, Expr::value(on))
                .filter(holder::Column::Id.is_in(holders.iter().copied()))
                .exec(connection)
                .await?;
        }
    }
    Ok(())
}

/// What ends, by the day on which it does.
fn by_day(ends: Vec<(Option<NaiveDate>, Uuid)>) -> BTreeMap<Option<NaiveDate>, Vec<Uuid>> {
    let mut days: BTreeMap<Option<NaiveDate>, Vec<Uuid>> = BTreeMap::new();
    for (day, id) in ends {
        days.entry(day).or_default().push(id);
    }
    days
}

fn event(change: &unit_change::Model, touch: &unit_touch::Model) -> Event {
    Event {
        kind: event_kind(touch.effect),
        subject_type: "unit",
        subject: touch.unit_id,
        unit: touch.unit_id,
        payload: json!({
            "change": change.id,
            "unit": touch.unit_id,
            "code": touch.details.code,
            "name": touch.details.name,
            "above": touch.details.above,
            "effectiveOn": touch.effective_on,
            "by": change.by_account,
            "bySeat": change.by_seat,
            "at": change.at,
        }),
    }
}

/// The kind of event a change leaves for each unit that keeps what others left.
pub const CUSTODY_PASSED: &str = "unit.custody_passed";

/// One event for each unit that is going to keep something, however many units beneath it are dissolved.
fn custody_events(change: &unit_change::Model, plan: &Plan, history: &History) -> Vec<Event> {
    let mut kept: BTreeMap<Uuid, (usize, i64)> = BTreeMap::new();
    let dissolved = |touch: &&unit_touch::Model| touch.effect == UnitEffect::Dissolved;
    for touch in plan.touches.iter().filter(dissolved) {
        let mut above = history.ancestors_on(touch.unit_id, touch.effective_on);
        if let Some(keeper) = above.find(|above| above.exists_on(touch.effective_on)) {
            let (units, reports) = kept.entry(keeper.id).or_default();
            *units += 1;
            *reports += touch.details.open_reports;
        }
    }
    let event = |(keeper, (units, reports))| Event {
        kind: CUSTODY_PASSED,
        subject_type: "unit",
        subject: keeper,
        unit: keeper,
        payload: json!({
            "change": change.id,
            "unit": keeper,
            "units": units,
            "openReports": reports,
            "effectiveOn": change.effective_on,
            "by": change.by_account,
            "bySeat": change.by_seat,
            "at": change.at,
        }),
    };
    kept.into_iter().map(event).collect()
}

/// The kind of event a change leaves in the feed for each unit it touches.
#[must_use]
pub fn event_kind(effect: UnitEffect) -> &'static str {
    match effect {
        UnitEffect::Formed => "unit.formed",
        UnitEffect::Renamed => "unit.renamed",
        UnitEffect::Moved => "unit.moved",
        UnitEffect::ActingSuperiorSet => "unit.acting_superior_set",
        UnitEffect::ActingSuperiorEnded => "unit.acting_superior_ended",
        UnitEffect::Split => "unit.split",
        UnitEffect::MergedInto => "unit.merged_into",
        UnitEffect::Dissolved => "unit.dissolved",
        UnitEffect::Undone => "unit.change_undone",
    }
}
