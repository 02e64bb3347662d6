//! Dissolving a unit, alone or with everything beneath it. It stays in the tree, marked, beneath the unit that keeps what it
//! left (`territory::custody`).
use entity::enums::UnitChangeKind;
use serde::Serialize;
use uuid::Uuid;

use super::{Order, Outcome, carry_out, seat_over, standing_on};
use crate::{
    error::{Code, Error, Refusal},
    locale::Text,
    session::Session,
};

/// Dissolves a unit.
#[derive(Clone, Debug, Serialize)]
pub struct Dissolve {
    pub unit: Uuid,
    pub expected_version: i32,
    /// With everything beneath it.
    pub cascade: bool,
}

/// Dissolves a unit from a day on. Of those beneath it one that ends earlier keeps its day.
///
/// # Errors
/// `NotFound`, `Forbidden`, `StaleVersion`, `WrongState` when it is dissolved by that day, `ChildrenRemain` unless it
/// cascades, and what [`carry_out`] says.
pub async fn dissolve(session: &Session, field: &str, order: Order, input: Dissolve) -> Result<Outcome, Error> {
    let call = (field, "dissolveUnit");
    carry_out(
        session,
        call,
        &order,
        (UnitChangeKind::Dissolve, &input),
        |write, plan| {
            let (actor, directory) = (&write.actor, &write.actor.directory);
            let unit = standing_on(actor, (input.unit, "unit"), Some(input.expected_version), order.on)?;
            let beneath = directory.history.descendants_on(unit.id, order.on);
            let mut changed = vec![unit.id];
            if input.cascade {
                changed.extend(beneath.iter().map(|life| life.id));
            }
            let seat = seat_over(actor, order.seat, &changed, &[])?;
            if !input.cascade && !beneath.is_empty() {
                return Err(children_remain(&unit.name, beneath.len()));
            }
            plan.unit = unit.id;
            for unit in changed.iter().filter_map(|unit| directory.tree.get(*unit)) {
                plan.dissolve(unit, order.on);
            }
            Ok(seat)
        },
    )
    .await
}

fn children_remain(name: &str, count: usize) -> Error {
    let text = Text::new(
        format!("{name} masih membawahi {count} unit; bubarkan juga semuanya, atau pindahkan dahulu."),
        format!("{name} still has {count} units beneath it; dissolve them with it, or move them first."),
    );
    Refusal::new(Code::ChildrenRemain, text).at(["unit"]).into()
}
