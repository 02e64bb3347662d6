//! What each unit has done in a gathering, in the order of its agenda, as far as somebody may know.
use entity::enums::{HandoverOutcome, ReportStatus};
use uuid::Uuid;

use super::query::{Gathering, Given};
use crate::{
    authz::{Decision, policy::report},
    session::Actor,
};

/// What a unit has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is expected, and has handed nothing over.
    Missing,
    /// Something of it waits to be received.
    HandedOver,
    /// All it handed over was received.
    Received,
    /// All it handed over was refused.
    Refused,
}

/// One unit.
#[derive(Clone, Debug)]
pub struct Row {
    pub unit: Uuid,
    /// Its place on the agenda, from 1 up; None: it was not expected.
    pub order: Option<i32>,
    /// None: the actor may not know.
    pub done: Option<Done>,
    /// What it handed over; empty where the actor may not know.
    pub given: Vec<Given>,
}

/// The rows of a gathering: first the agenda, then who came without being expected.
#[must_use]
pub fn rows(actor: &Actor, gathering: &Gathering, given: &[Given]) -> Vec<Row> {
    let of = |unit: Uuid| {
        given
            .iter()
            .filter(move |given| given.unit == unit)
            .cloned()
            .collect::<Vec<_>>()
    };
    let expected = gathering.expected.iter().map(|expected| {
        let known = knows(actor, gathering, expected.unit_id);
        let given = if known { of(expected.unit_id) } else { Vec::new() };
        Row {
            unit: expected.unit_id,
            order: Some(expected.position),
            done: known.then(|| done(&given)),
            given,
        }
    });
    let mut others: Vec<Uuid> = given.iter().map(|given| given.unit).collect();
    others.sort_unstable();
    others.dedup();
    let is_expected = |unit: &Uuid| gathering.expected.iter().any(|expected| expected.unit_id == *unit);
    let others = others
        .into_iter()
        .filter(|unit| !is_expected(unit) && knows(actor, gathering, *unit));
    let others = others.map(|unit| {
        let given = of(unit);
        Row {
            unit,
            order: None,
            done: Some(done(&given)),
            given,
        }
    });
    expected.chain(others).collect()
}

fn done(given: &[Given]) -> Done {
    let is = |outcome: HandoverOutcome| given.iter().any(|given| given.outcome == outcome);
    if given.is_empty() {
        Done::Missing
    } else if is(HandoverOutcome::Pending) {
        Done::HandedOver
    } else if is(HandoverOutcome::Received) {
        Done::Received
    } else {
        Done::Refused
    }
}

/// Whether the actor may know what a unit has handed over: from the unit itself, from above it, or as one who receives here.
fn knows(actor: &Actor, gathering: &Gathering, unit: Uuid) -> bool {
    actor.seats.iter().any(|seat| {
        let relations = report::Relations {
            receiver: gathering.receivers.contains(&seat.seat),
            ..report::Relations::default()
        };
        // As of a report that has been submitted: nothing else is handed over.
        let state = report::State {
            status: ReportStatus::HandedOver,
            submitted: true,
        };
        let standing = actor.standing(seat, unit);
        report::decide(seat.function, report::Action::Read, standing, relations, state) == Decision::Allowed
    })
}
