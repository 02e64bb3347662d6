//! Whom a round asks: pure, a rule looked up in the hierarchy of a day.
use std::collections::HashSet;

use entity::cycle;
use uuid::Uuid;

use crate::territory::history::{History, Life};

/// The units a round asks, by the hierarchy of its day. `takes_place` says whether the stage the round belongs to takes place where
/// a unit is.
pub fn asked<'h>(cycle: &cycle::Model, history: &'h History, takes_place: impl Fn(&Life) -> bool) -> Vec<&'h Life> {
    let Some(audience) = &cycle.audience else {
        return Vec::new();
    };
    let day = cycle.audience_on;
    let listed: HashSet<Uuid> = audience.units.iter().copied().collect();
    let within_any = |unit: Uuid, tops: &[Uuid]| tops.iter().any(|top| history.was_within(unit, *top, day));
    let asks = |life: &&Life| {
        life.exists_on(day)
            && audience.tiers.contains(&life.tier)
            && (listed.is_empty() || listed.contains(&life.id))
            && history.was_within(life.id, cycle.owner_id, day)
            && (audience.beneath.is_empty() || within_any(life.id, &audience.beneath))
            && !within_any(life.id, &audience.except)
            && takes_place(life)
    };
    history.lives().filter(asks).collect()
}
