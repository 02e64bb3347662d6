//! Seats, units and moments as papers write them.
use chrono::{DateTime, Utc};
use paper::{Letterhead, Moment, Seat, Zone};
use uuid::Uuid;

use crate::territory::directory::Directory;

/// The zone of a unit's clocks.
pub(super) fn zone(directory: &Directory, unit: Uuid) -> Zone {
    match directory.tree.get(unit).map(|unit| unit.time_zone.as_str()) {
        Some("Asia/Makassar") => Zone::Wita,
        Some("Asia/Jayapura") => Zone::Wit,
        Some(_) | None => Zone::Wib,
    }
}

pub(super) fn moment(at: DateTime<Utc>, zone: Zone) -> Moment {
    Moment { at, zone }
}

/// What stands at the head of a unit's papers: its name and that of the unit above, which is all that is known of it.
pub(super) fn letterhead(directory: &Directory, unit: Uuid) -> Letterhead {
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
pub(super) fn seat(directory: &Directory, id: Uuid) -> Option<Seat> {
    let seat = directory.seat(id)?;
    Some(Seat {
        position: seat.local_title.clone(),
        unit: unit_name(directory, seat.unit_id),
    })
}

pub(super) fn unit_name(directory: &Directory, id: Uuid) -> String {
    directory
        .tree
        .get(id)
        .map_or_else(String::new, |unit| unit.name.clone())
}
