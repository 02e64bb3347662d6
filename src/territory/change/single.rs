//! Changes of one unit that go on existing: its name, and whom it is beneath.
use entity::enums::UnitChangeKind;
use serde::Serialize;
use uuid::Uuid;

use super::{Order, Outcome, carry_out, named, seat_over, stale, standing_on};
use crate::{
    error::{Code, Error, Refusal},
    locale::Text,
    session::Session,
};

/// Gives a unit another name.
#[derive(Clone, Debug, Serialize)]
pub struct Rename {
    pub unit: Uuid,
    pub expected_version: i32,
    pub name: String,
}

/// Puts a unit beneath another one.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    pub unit: Uuid,
    pub expected_version: i32,
    pub parent: Uuid,
}

/// Renames a unit.
///
/// # Errors
/// `NotFound`, `Forbidden`, `StaleVersion`, `WrongState`, `Required` and `TooLong` for the name, `Invalid` when it is called
/// so already, and what [`carry_out`] says.
pub async fn rename(session: &Session, field: &str, order: Order, input: Rename) -> Result<Outcome, Error> {
    let call = (field, "renameUnit");
    carry_out(
        session,
        call,
        &order,
        (UnitChangeKind::Rename, &input),
        |write, plan| {
            let (actor, directory) = (&write.actor, &write.actor.directory);
            let unit = standing_on(actor, (input.unit, "unit"), Some(input.expected_version), order.on)?;
            let seat = seat_over(actor, order.seat, &[unit.id], &[])?;
            let name = named(&input.name, "name")?;
            plan.unit = unit.id;
            plan.rename(directory, unit, order.on, &name);
            let called = directory.history.life(unit.id).map(|life| life.name_on(order.on));
            if called == Some(name.as_str()) {
                let text = Text::new(
                    "Nama itu sudah dipakai unit ini.",
                    "The unit is called so already on that day.",
                );
                return Err(Refusal::new(Code::Invalid, text).at(["name"]).into());
            }
            Ok(seat)
        },
    )
    .await
}

/// Moves a unit. What a dissolved unit has left may be moved too: custody passes on, and no statistics change.
///
/// # Errors
/// `NotFound` for unit or parent, `Forbidden`, `StaleVersion`, `Invalid` when it is there already or the parent is not of a
/// higher tier or does not exist, and what [`carry_out`] says.
pub async fn relocate(session: &Session, field: &str, order: Order, input: Move) -> Result<Outcome, Error> {
    let call = (field, "moveUnit");
    carry_out(session, call, &order, (UnitChangeKind::Move, &input), |write, plan| {
        let (actor, directory) = (&write.actor, &write.actor.directory);
        let unit = directory.tree.get(input.unit);
        let unit = unit.ok_or_else(|| Error::not_found("unit"))?;
        if unit.version != input.expected_version {
            return Err(stale(unit).into());
        }
        if unit.dissolved_on.is_none_or(|end| order.on < end) {
            standing_on(actor, (unit.id, "unit"), None, order.on)?;
        }
        let parent = standing_on(actor, (input.parent, "parent"), None, order.on)?;
        let seat = seat_over(actor, order.seat, &[unit.id], &[parent.id])?;
        let life = directory.history.life(unit.id);
        if life.is_some_and(|life| life.parent_on(order.on) == Some(parent.id)) {
            let text = Text::new(
                "Unit ini sudah berada di bawah unit itu.",
                "The unit is beneath that one already on that day.",
            );
            return Err(Refusal::new(Code::Invalid, text).at(["parent"]).into());
        }
        plan.unit = unit.id;
        plan.relocate(directory, unit, order.on, parent.id);
        Ok(seat)
    })
    .await
}
