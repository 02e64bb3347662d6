//! By which moment lateness is judged. A unit that has passed a round on, and those beneath it, go by the earlier moment it
//! set; everybody else by that of the round.
use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{cycle, obligation};
use uuid::Uuid;

use super::standing_on;
use crate::{
    authz::Standing,
    report::{
        catalogue::Catalogue,
        obligation::{State, state_by},
    },
    session::Actor,
    territory::history::History,
};

/// The rounds that are judged by the moment to which they were passed on.
#[derive(Clone, Debug, Default)]
pub struct Perspective {
    passed_on: HashSet<Uuid>,
}

impl Perspective {
    /// That of a unit.
    #[must_use]
    pub fn of_unit(catalogue: &Catalogue, history: &History, unit: Uuid) -> Self {
        Self::where_passed_on(catalogue, |passer, day| is_within(history, unit, passer, day))
    }

    /// That of somebody with all seats: of two that differ the higher one counts.
    #[must_use]
    pub fn of_actor(catalogue: &Catalogue, actor: &Actor) -> Self {
        let history = &actor.directory.history;
        Self::where_passed_on(catalogue, |passer, day| {
            let mut seats = actor.seats.iter();
            !actor.seats.is_empty() && seats.all(|seat| is_within(history, seat.unit, passer, day))
        })
    }

    fn where_passed_on(catalogue: &Catalogue, within: impl Fn(Uuid, NaiveDate) -> bool) -> Self {
        let cycles = catalogue.cycles().into_iter();
        let passed_on = cycles.filter(|cycle| {
            let mut passings = catalogue.passings(cycle.id);
            passings.any(|passing| within(passing.unit_id, cycle.tree_date))
        });
        Self {
            passed_on: passed_on.map(|cycle| cycle.id).collect(),
        }
    }

    /// The rounds in it.
    #[must_use]
    pub fn passed_on(&self) -> &HashSet<Uuid> {
        &self.passed_on
    }

    /// Until when what is owed counts as in time.
    #[must_use]
    pub fn until(&self, obligation: &obligation::Model) -> DateTime<Utc> {
        let passed = self.passed_on.contains(&obligation.cycle_id);
        let earlier = obligation.passed_due_at.filter(|_due| passed);
        earlier.unwrap_or(obligation.on_time_until)
    }

    /// How what is owed stands.
    #[must_use]
    pub fn state(&self, obligation: &obligation::Model, cycle: &cycle::Model, now: DateTime<Utc>) -> State {
        state_by(obligation, self.until(obligation), cycle, now)
    }
}

fn is_within(history: &History, unit: Uuid, top: Uuid, day: NaiveDate) -> bool {
    matches!(standing_on(history, top, unit, day), Standing::Own | Standing::Above)
}
