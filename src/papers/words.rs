//! Seats, units and moments as papers write them.
use chrono::{DateTime, Utc};
use paper::{Letterhead, Moment, Seat, Zone};
use uuid::Uuid;

use crate::territory::directory::Directory;

/// The zone of a unit's clocks.
pub(crate) fn zone(directory: &Directory, unit: Uuid) -> Zone {
    let unit = directory.tree.get(unit);
    unit.map_or(Zone::Wib, |unit| zone_of(&unit.time_zone))
}

/// A zone by its name.
pub(crate) fn zone_of(name: &str) -> Zone {
    match name {
        "Asia/Makassar" => Zone::Wita,
        "Asia/Jayapura" => Zone::Wit,
        _ => Zone::Wib,
    }
}

pub(crate) fn moment(at: DateTime<Utc>, zone: Zone) -> Moment {
    Moment { at, zone }
}

/// What stands at the head of a unit's papers: its name and that of the unit above, which is all that is known of it.
pub(crate) fn letterhead(directory: &Directory, unit: Uuid) -> Letterhead {
    let unit = directory.tree.get(unit);
    let above = unit
        .and_then(|unit| unit.parent)
        .and_then(|parent| directory.tree.get(parent));
    Letterhead {
        superior: above.map(|above| above.name.clone()),
        unit: unit.map_or_else(String::new, |unit| unit.name.clone()),
        lines: Vec::new(),
    }
}

/// A seat by its title.
pub(crate) fn seat(directory: &Directory, id: Uuid) -> Option<Seat> {
    let seat = directory.seat(id)?;
    Some(Seat {
        position: seat.local_title.clone(),
        unit: unit_name(directory, seat.unit_id),
    })
}

pub(crate) fn unit_name(directory: &Directory, id: Uuid) -> String {
    directory
        .tree
        .get(id)
        .map_or_else(String::new, |unit| unit.name.clone())
}
