//! Changes of one unit that goes on existing: its name, whom it is beneath, and who acts for that one.
use entity::enums::UnitChangeKind;
use serde::Serialize;
use uuid::Uuid;

use super::{LONGEST_NAME, Order, Outcome, carry_out, seat_over, stale, standing_on};
use crate::{
    error::{Code, Error, Refusal},
    input::required,
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

/// Lets another unit decide on a unit in the place of its parent.
#[derive(Clone, Debug, Serialize)]
pub struct SetActingSuperior {
    pub unit: Uuid,
    pub expected_version: i32,
    /// None: the parent decides again.
    pub superior: Option<Uuid>,
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
            let name = required(&input.name, "name", LONGEST_NAME)?;
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

/// Sets or ends the acting superior of a unit.
///
/// # Errors
/// `NotFound` for either, `Forbidden`, `StaleVersion`, `WrongState`, `Invalid` when it is so already, when nobody acts or when
/// the superior is not of a higher tier or does not exist as long as it acts, and what [`carry_out`] says.
pub async fn set_acting_superior(
    session: &Session,
    field: &str,
    order: Order,
    input: SetActingSuperior,
) -> Result<Outcome, Error> {
    let call = (field, "setActingSuperior");
    let kind = UnitChangeKind::ActingSuperior;
    carry_out(session, call, &order, (kind, &input), |write, plan| {
        let (actor, directory) = (&write.actor, &write.actor.directory);
        let unit = standing_on(actor, (input.unit, "unit"), Some(input.expected_version), order.on)?;
        let superior = input.superior;
        let superior = superior.map(|superior| standing_on(actor, (superior, "superior"), None, order.on));
        let superior = superior.transpose()?.map(|superior| superior.id);
        let above: Vec<Uuid> = superior.into_iter().collect();
        let seat = seat_over(actor, order.seat, &[unit.id], &above)?;
        let life = directory.history.life(unit.id);
        let acting = life.and_then(|life| life.acting_superior_on(order.on));
        let parent = life.and_then(|life| life.parent_on(order.on));
        if acting == superior || superior.is_some_and(|superior| Some(superior) == parent) {
            return Err(decides_already(superior));
        }
        plan.unit = unit.id;
        plan.set_acting_superior(directory, unit, order.on, superior);
        Ok(seat)
    })
    .await
}

fn decides_already(superior: Option<Uuid>) -> Error {
    let text = match superior {
        Some(_unit) => Text::new(
            "Unit itu sudah menjadi atasan unit ini pada tanggal itu.",
            "That unit decides on this one already on that day.",
        ),
        None => Text::new(
            "Pada tanggal itu tidak ada yang bertindak sebagai atasan unit ini.",
            "Nobody acts as the superior of this unit on that day.",
        ),
    };
    Refusal::new(Code::Invalid, text).at(["superior"]).into()
}
