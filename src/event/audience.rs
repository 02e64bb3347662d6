//! Whom the rule of an event means: pure, looked up in the tree in force.
use std::collections::HashSet;

use chrono::NaiveDate;
use entity::event::Audience;
use uuid::Uuid;

use crate::territory::{
    directory::{Directory, is_valid},
    tree::Unit,
};

/// The units within the host's subtree that a rule means, in the order of the tree.
#[must_use]
pub fn invited<'d>(audience: &Audience, host: Uuid, directory: &'d Directory, today: NaiveDate) -> Vec<&'d Unit> {
    let tree = &directory.tree;
    let listed: HashSet<Uuid> = audience.units.iter().copied().collect();
    let within_any = |unit: Uuid, tops: &[Uuid]| tops.iter().any(|top| tree.is_within(unit, *top));
    let means = |unit: &&Unit| {
        is_valid(today, unit.formed_on, unit.dissolved_on)
            && audience.tiers.contains(&unit.tier)
            && (listed.is_empty() || listed.contains(&unit.id))
            && (audience.beneath.is_empty() || within_any(unit.id, &audience.beneath))
            && !within_any(unit.id, &audience.except)
    };
    tree.subtree(host).iter().filter(means).collect()
}

/// How many people a rule means who sit in the units it means: those in the named positions, or none where it names no
/// position and leaves it to the units.
#[must_use]
pub fn people_meant(audience: &Audience, units: &[&Unit], directory: &Directory, today: NaiveDate) -> usize {
    let seats = units.iter().flat_map(|unit| directory.seats_of(unit.id, today));
    let meant = seats.filter(|seat| audience.positions.contains(&seat.position));
    meant.map(|seat| directory.holders_of(seat.id, today).len()).sum()
}
