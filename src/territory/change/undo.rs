//! A change is undone by another one: what it said is void from then on, who ended exists again, who was formed never was.
use std::collections::HashMap;

use entity::{
    enums::{UnitChangeKind, UnitEffect},
    unit_change, unit_touch,
    unit_touch::{Details, EndedHolder, EndedSeat},
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

use super::{Opened, Order, Outcome, Plan, about, finish, open, query, seat_over};
use crate::{
    authz::ActingSeat,
    command::Write,
    error::{Code, Error, Refusal},
    identity::reach::own,
    locale::Text,
    report,
    session::{Actor, Session},
    territory::directory::Directory,
};

/// Undoes a change.
#[derive(Clone, Debug, Serialize)]
pub struct Undo {
    pub change: Uuid,
}

impl Plan {
    /// Takes back what a change did to each unit, on the day it did it.
    pub fn undo(&mut self, directory: &Directory, undone: &unit_change::Model, touches: &[unit_touch::Model]) {
        self.unit = undone.unit_id;
        self.on = undone.effective_on;
        self.undoes = Some(undone.id);
        for touch in touches {
            let Some(unit) = directory.tree.get(touch.unit_id) else {
                continue;
            };
            let mut details = about(unit);
            match touch.effect {
                UnitEffect::Formed => {
                    self.ended.push((unit.id, Some(touch.effective_on)));
                    details.seats_ended = seats_made_since(directory, touch);
                }
                UnitEffect::Dissolved => {
                    self.ended.push((unit.id, None));
                    restore(directory, touch, &mut details);
                }
                UnitEffect::Renamed
                | UnitEffect::Moved
                | UnitEffect::ActingSuperiorSet
                | UnitEffect::ActingSuperiorEnded
                | UnitEffect::Split
                | UnitEffect::MergedInto
                | UnitEffect::Undone => {}
            }
            self.touch(unit.id, UnitEffect::Undone, touch.effective_on, details);
        }
        self.tell_what_is_so_again(directory, touches);
    }

    /// Tells of each unit what it is called and whom it is beneath once the change is undone.
    fn tell_what_is_so_again(&mut self, directory: &Directory, touches: &[unit_touch::Model]) {
        let tried = self.tried_on(&directory.history);
        let effects = touches.iter().map(|touch| (touch.unit_id, touch.effect));
        let effects: HashMap<Uuid, UnitEffect> = effects.collect();
        for touch in &mut self.touches {
            let (id, on) = (touch.unit_id, touch.effective_on);
            let (Some(before), Some(now)) = (directory.history.life(id), tried.life(id)) else {
                continue;
            };
            let details = &mut touch.details;
            now.name_on(on).clone_into(&mut details.name);
            details.former_name = (before.name_on(on) != now.name_on(on)).then(|| before.name_on(on).to_owned());
            let acting = matches!(
                effects.get(&id),
                Some(UnitEffect::ActingSuperiorSet | UnitEffect::ActingSuperiorEnded)
            );
            let (formerly, above) = if acting {
                (before.acting_superior_on(on), now.acting_superior_on(on))
            } else {
                (before.parent_on(on), now.parent_on(on))
            };
            details.above = above;
            details.formerly_above = formerly.filter(|_former| formerly != above);
        }
    }
}

/// The seats of a unit that never was: all there are, since nobody ever sat in one.
fn seats_made_since(directory: &Directory, formed: &unit_touch::Model) -> Vec<EndedSeat> {
    let seats = directory.seats_ever(formed.unit_id).iter();
    let seats = seats.filter_map(|seat| directory.seat(*seat));
    let open = seats.filter(|seat| seat.valid_to.is_none_or(|end| formed.effective_on < end));
    open.map(|seat| EndedSeat {
        seat: seat.id,
        valid_to: seat.valid_to,
    })
    .collect()
}

/// Tells which seats and holders come back with a unit: those that ended with it, and nothing that was decided about since.
fn restore(directory: &Directory, dissolved: &unit_touch::Model, details: &mut Details) {
    let on = dissolved.effective_on;
    let ended_then = |ended: &&EndedSeat| {
        let seat = directory.seat(ended.seat);
        seat.is_some_and(|seat| seat.valid_to == Some(on))
    };
    let comes_back = |ended: &&EndedHolder| {
        let person = directory.person(ended.account);
        let as_left = match directory.holder(ended.holder) {
            Some(holder) => holder.valid_to == Some(on),
            // Whoever was to sit there only later was taken out.
            None => on <= ended.valid_from,
        };
        as_left && person.is_some_and(|person| !person.erased)
    };
    let seats = dissolved.details.seats_ended.iter().filter(ended_then);
    details.seats_restored = seats.cloned().collect();
    let restored = &details.seats_restored;
    let holders = dissolved.details.holders_ended.iter().filter(comes_back);
    let holders = holders.filter(|holder| restored.iter().any(|seat| seat.seat == holder.seat));
    details.holders_restored = holders.cloned().collect();
}

/// Undoes a change.
///
/// # Errors
/// `NotFound` for the change; `Forbidden`; `OwnSeat` for whoever would get a seat back; `WrongState` when it is undone already,
/// is itself an undoing, or something that came after it stands in the way; and what [`super::carry_out`] says.
pub async fn undo(session: &Session, field: &str, order: Order, input: Undo) -> Result<Outcome, Error> {
    let call = (field, "undoUnitChange");
    let (write, mut plan, basis) = match open(session, call, &order, (UnitChangeKind::Undo, &input)).await? {
        Opened::Fresh(write, plan, basis) => (write, plan, basis),
        Opened::Replay(outcome) => return Ok(outcome),
    };
    let (actor, connection) = (&write.actor, write.connection());
    let undone = query::by_ids(connection, &[input.change]).await?.pop();
    let undone = undone.ok_or_else(|| Error::not_found("change"))?;
    let touches = query::touches_of(connection, undone.id).await?;
    let seat = seat_to_undo(actor, order.seat, &touches)?;
    check_undoable(&write, &undone, &touches).await?;
    plan.undo(&actor.directory, &undone, &touches);
    let mut restored = plan.touches.iter().flat_map(|touch| &touch.details.holders_restored);
    if restored.any(|holder| holder.account == actor.account) {
        return Err(own("change"));
    }
    finish(write, &order, (plan, basis), seat).await
}

/// The actor's seat that may do to all these units what was done to them, back to where they were.
fn seat_to_undo(actor: &Actor, named: Option<Uuid>, touches: &[unit_touch::Model]) -> Result<ActingSeat, Refusal> {
    let changed: Vec<Uuid> = touches.iter().map(|touch| touch.unit_id).collect();
    let above: Vec<Uuid> = touches
        .iter()
        .filter_map(|touch| touch.details.formerly_above)
        .collect();
    seat_over(actor, named, &changed, &above)
}

async fn check_undoable(
    write: &Write,
    undone: &unit_change::Model,
    touches: &[unit_touch::Model],
) -> Result<(), Error> {
    let (directory, connection) = (&write.actor.directory, write.connection());
    if undone.kind == UnitChangeKind::Undo {
        return Err(wrong_state(
            "Pembatalan tidak dapat dibatalkan; buat perubahan baru.",
            "What undoes a change is not undone; make the change anew.",
        ));
    }
    if !query::undoings(connection, &[undone.id]).await?.is_empty() {
        return Err(wrong_state(
            "Perubahan ini sudah dibatalkan.",
            "The change is undone already.",
        ));
    }
    let mut formed = Vec::new();
    for touch in touches {
        let Some(unit) = directory.tree.get(touch.unit_id) else {
            continue;
        };
        match touch.effect {
            UnitEffect::Formed if unit.dissolved_on.is_some() => {
                return Err(wrong_state(
                    format!("{} sudah dibubarkan; batalkan pembubarannya dahulu.", unit.name),
                    format!("{} was dissolved since; undo that first.", unit.name),
                ));
            }
            UnitEffect::Formed => formed.push(unit.id),
            UnitEffect::Dissolved
            | UnitEffect::Renamed
            | UnitEffect::Moved
            | UnitEffect::ActingSuperiorSet
            | UnitEffect::ActingSuperiorEnded
            | UnitEffect::Split
            | UnitEffect::MergedInto
            | UnitEffect::Undone => {}
        }
    }
    check_nothing_began(connection, directory, &formed).await
}

/// That units which are to have never been have done nothing yet.
async fn check_nothing_began(
    connection: &impl ConnectionTrait,
    directory: &Directory,
    formed: &[Uuid],
) -> Result<(), Error> {
    let is_taken = |unit: &Uuid| {
        let mut seats = directory.seats_ever(*unit).iter();
        seats.any(|seat| !directory.holders_ever(*seat).is_empty())
    };
    let has_program = |unit: &Uuid| directory.programs.all().any(|program| program.unit_id == *unit);
    let began = match formed.iter().find(|unit| is_taken(unit) || has_program(unit)) {
        Some(unit) => Some(*unit),
        None => report::query::unit_with_records(connection, formed).await?,
    };
    let name = began.and_then(|unit| directory.tree.get(unit)).map(|unit| &unit.name);
    match name {
        None => Ok(()),
        Some(name) => Err(wrong_state(
            format!("{name} sudah memiliki pejabat atau catatan; bubarkan saja."),
            format!("{name} has people or records already; dissolve it instead."),
        )),
    }
}

fn wrong_state(id: impl Into<String>, en: impl Into<String>) -> Error {
    let text = Text::new(id.into(), en.into());
    Refusal::new(Code::WrongState, text).at(["change"]).into()
}
