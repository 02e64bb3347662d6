//! Who keeps what a dissolved unit left. It begins on the day of the dissolution by itself: everything here is found out of
//! the directory for the day that is asked about.
use chrono::NaiveDate;
use entity::{enums::Function, seat};
use uuid::Uuid;

use super::{
    directory::{Directory, is_valid},
    tree::Unit,
};
use crate::authz::ActingSeat;

/// Whether a unit is dissolved by a day.
#[must_use]
pub fn is_dissolved(unit: &Unit, day: NaiveDate) -> bool {
    unit.dissolved_on.is_some_and(|end| end <= day)
}

impl Directory {
    /// The unit that keeps what a dissolved one left: the nearest above it that exists; none while it exists itself.
    #[must_use]
    pub fn keeper_of(&self, unit: Uuid, day: NaiveDate) -> Option<&Unit> {
        let unit = self.tree.get(unit).filter(|unit| is_dissolved(unit, day))?;
        let mut above = self.tree.ancestors_and_self(unit.id).skip(1);
        above.find(|above| is_valid(day, above.formed_on, above.dissolved_on))
    }

    /// The seats that keep what a dissolved unit left: in the unit that keeps it the HEAD seats marked for that, or where
    /// none is, all of them.
    #[must_use]
    pub fn custodians_of(&self, unit: Uuid, day: NaiveDate) -> Vec<&seat::Model> {
        let keeper = self.keeper_of(unit, day);
        keeper.map_or_else(Vec::new, |keeper| self.custodians_in(keeper.id, day))
    }

    /// The seats of a unit that keep what those beneath it leave when they are dissolved.
    #[must_use]
    pub fn custodians_in(&self, unit: Uuid, day: NaiveDate) -> Vec<&seat::Model> {
        let mut seats = self.seats_of(unit, day);
        seats.retain(|seat| seat.function == Function::Head);
        if seats.iter().any(|seat| seat.custodian) {
            seats.retain(|seat| seat.custodian);
        }
        seats
    }

    /// Whether a seat keeps what a unit left.
    #[must_use]
    pub fn keeps(&self, seat: &ActingSeat, unit: Uuid, day: NaiveDate) -> bool {
        let here = |keeper: &Unit| keeper.id == seat.unit;
        self.keeper_of(unit, day).is_some_and(here) && self.is_custodian(seat, day)
    }

    /// The dissolved units whose leavings a seat keeps.
    #[must_use]
    pub fn kept_by(&self, seat: &ActingSeat, day: NaiveDate) -> Vec<Uuid> {
        if !self.is_custodian(seat, day) {
            return Vec::new();
        }
        let gone = |unit: &Unit| !is_valid(day, unit.formed_on, unit.dissolved_on);
        let beneath = self.tree.reached_through(seat.unit, gone).into_iter();
        beneath
            .filter(|unit| is_dissolved(unit, day))
            .map(|unit| unit.id)
            .collect()
    }

    /// In a program's hands a HEAD seat is none, and so keeps nothing.
    fn is_custodian(&self, seat: &ActingSeat, day: NaiveDate) -> bool {
        let mut custodians = self.custodians_in(seat.unit, day).into_iter();
        seat.function == Function::Head && custodians.any(|custodian| custodian.id == seat.seat)
    }
}
