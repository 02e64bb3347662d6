//! The closed sets of words of attendance.
use async_graphql::Enum;
use entity::enums;

use crate::event::attendance::recap;

/// What became of a request to be excused.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ExcuseState")]
pub enum ExcuseState {
    /// The host has not decided.
    Asked,
    /// Excused.
    Granted,
    /// Not excused.
    Refused,
}

/// Where the attendance sheet of a unit stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::SheetStatus")]
pub enum SheetStatus {
    /// The unit writes it, or has not begun to.
    Draft,
    /// The unit stands by it, and the host has not decided.
    Submitted,
    /// The host has returned it, and the unit writes it again.
    Returned,
    /// The host agrees.
    Verified,
    /// Sealed with its event.
    Sealed,
}

/// What is said of somebody in a session.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::PresenceClaim")]
pub enum PresenceClaim {
    /// Was there.
    Present,
    /// Was not there.
    Absent,
    /// Was not there and is excused; only where an excuse was granted.
    Excused,
}

/// Whether somebody is at an event, was, or was not.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "recap::Presence")]
pub enum Presence {
    /// The event is not over, and the door says nothing of them.
    Expected,
    /// There; once the attendance is sealed, was there.
    Present,
    /// Was there, and has left.
    Left,
    /// The event is over and the door says nothing of them. What comes late can change that until the attendance is sealed.
    Absent,
    /// Did not come, and was excused.
    Excused,
}

/// What attendance is counted together by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "recap::GroupBy")]
pub enum AttendanceGrouping {
    /// By the tier of the units when they were invited.
    Tier,
    /// By the province in which the units lay when they were invited.
    Province,
    /// By the waves of a series (gelombang).
    Wave,
    /// By the sessions in which attendance is taken. Each counts all the units of its event.
    Session,
}
