//! What commands at the door are given. What devices send in bulk is read leniently: a value that makes no sense is told of its
//! scan, never of all of them.
use async_graphql::{ID, InputObject};
use entity::enums;

use super::words::ScanDirection;
use crate::{
    error::Error,
    event::door::scanning::{Entry, Scans, Shown},
    graphql::id::Kind,
};

/// Whom a scan is of: a code that was scanned, or somebody on the list.
fn shown(code: Option<String>, delegate: Option<&ID>) -> (Shown, enums::ScanMethod) {
    match (code, delegate) {
        (None, Some(delegate)) => (
            Shown::Person(Kind::EventDelegate.uuid(delegate).ok()),
            enums::ScanMethod::Hand,
        ),
        // Both, or neither, is no code of anybody.
        (Some(_), Some(_)) => (Shown::Code(String::new()), enums::ScanMethod::Code),
        (code, None) => (Shown::Code(code.unwrap_or_default()), enums::ScanMethod::Code),
    }
}

/// A scan as a door made it.
#[derive(InputObject)]
pub struct ScanInput {
    /// What tells it from every other scan of this device or account at this event, 1 to 100 characters: made with the scan, and
    /// the same each time it is sent.
    nonce: String,
    /// What the picture holds. Give this or `delegate`.
    code: Option<String>,
    /// Somebody on the list, picked by hand.
    delegate: Option<ID>,
    /// The session.
    session: ID,
    /// Which way.
    direction: ScanDirection,
    /// When, by the clock of the door: a moment as RFC 3339 writes it. One that cannot be read is told of this scan alone.
    client_time: String,
}

impl ScanInput {
    fn resolve(self) -> Entry {
        let (shown, method) = shown(self.code, self.delegate.as_ref());
        Entry {
            nonce: self.nonce,
            shown,
            session: Kind::EventSession.uuid(&self.session).ok(),
            direction: self.direction.into(),
            method,
            client_time: self.client_time,
        }
    }
}

/// Scans of one door, made with or without a network.
#[derive(InputObject)]
pub struct SyncCheckInsInput {
    /// The event; a device may leave it out.
    event: Option<ID>,
    /// The scans, 1 to 500, in any order.
    scans: Vec<ScanInput>,
    /// Which of your seats acts; may be left out when exactly one may, and by a device.
    seat: Option<ID>,
}

impl SyncCheckInsInput {
    pub(super) fn resolve(self) -> Result<Scans, Error> {
        Ok(Scans {
            event: Kind::Event.maybe(self.event.as_ref())?,
            entries: self.scans.into_iter().map(ScanInput::resolve).collect(),
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

macro_rules! one_scan_input {
    ($(#[$about:meta])* $name:ident, $direction:ident) => {
        $(#[$about])*
        #[derive(InputObject)]
        pub struct $name {
            /// The event; a device may leave it out.
            event: Option<ID>,
            /// What tells it from every other scan of this device or account at this event, 1 to 100 characters.
            nonce: String,
            /// What the picture holds. Give this or `delegate`.
            code: Option<String>,
            /// Somebody on the list, picked by hand.
            delegate: Option<ID>,
            /// The session.
            session: ID,
            /// When, by the clock of the door: a moment as RFC 3339 writes it.
            client_time: String,
            /// Which of your seats acts; may be left out when exactly one may, and by a device.
            seat: Option<ID>,
        }

        impl $name {
            pub(super) fn resolve(self) -> Result<Scans, Error> {
                let (shown, method) = shown(self.code, self.delegate.as_ref());
                let entry = Entry {
                    nonce: self.nonce,
                    shown,
                    session: Kind::EventSession.uuid(&self.session).ok(),
                    direction: enums::ScanDirection::$direction,
                    method,
                    client_time: self.client_time,
                };
                Ok(Scans {
                    event: Kind::Event.maybe(self.event.as_ref())?,
                    entries: vec![entry],
                    seat: Kind::Seat.maybe(self.seat.as_ref())?,
                })
            }
        }
    };
}

one_scan_input! {
    /// Who came in.
    CheckInInput, In
}

one_scan_input! {
    /// Who went out.
    CheckOutInput, Out
}

/// Somebody on a list on paper, or who was seen.
#[derive(InputObject)]
pub struct EnteredAttendanceInput {
    /// What tells it from every other scan of yours at this event, 1 to 100 characters.
    nonce: String,
    /// The delegate.
    delegate: ID,
    /// The session.
    session: ID,
    /// Which way.
    #[graphql(default_with = "ScanDirection::In")]
    direction: ScanDirection,
    /// When, as the list says: a moment as RFC 3339 writes it.
    at: String,
}

/// Where an entry by hand comes from.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntrySource {
    /// Somebody was seen at the door: it counts like a door of its own.
    Hand,
    /// A list on paper that people signed. It tells again what a door may have told, and is in conflict with none.
    Paper,
}

/// Who was there by a list.
#[derive(InputObject)]
pub struct EnterAttendanceInput {
    /// The event.
    event: ID,
    /// Where it comes from.
    source: EntrySource,
    /// The entries, 1 to 500, in any order.
    entries: Vec<EnteredAttendanceInput>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl EnterAttendanceInput {
    pub(super) fn resolve(self) -> Result<Scans, Error> {
        let method = match self.source {
            EntrySource::Hand => enums::ScanMethod::Hand,
            EntrySource::Paper => enums::ScanMethod::Paper,
        };
        let entry = |entry: EnteredAttendanceInput| Entry {
            nonce: entry.nonce,
            shown: Shown::Person(Kind::EventDelegate.uuid(&entry.delegate).ok()),
            session: Kind::EventSession.uuid(&entry.session).ok(),
            direction: entry.direction.into(),
            method,
            client_time: entry.at,
        };
        Ok(Scans {
            event: Some(Kind::Event.uuid(&self.event)?),
            entries: self.entries.into_iter().map(entry).collect(),
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// Which device to announce.
#[derive(InputObject)]
pub struct AddDoorDeviceInput {
    /// The event.
    pub(super) event: ID,
    /// What to call it, such as its door, at most 100 characters.
    pub(super) name: String,
    /// Which of your seats acts; may be left out when exactly one may.
    pub(super) seat: Option<ID>,
}

/// The code of a device.
#[derive(InputObject)]
pub struct PairDoorDeviceInput {
    /// The pairing code, however it was typed.
    pub(super) code: String,
}

/// Which device to revoke.
#[derive(InputObject)]
pub struct RevokeDoorDeviceInput {
    /// The device.
    pub(super) device: ID,
    /// Which of your seats acts; may be left out when exactly one may.
    pub(super) seat: Option<ID>,
}

/// Which scan to annul.
#[derive(InputObject)]
pub struct AnnulCheckInInput {
    /// The scan.
    pub(super) scan: ID,
    /// Why, at most 2,000 characters.
    pub(super) reason: String,
    /// Which of your seats acts; may be left out when exactly one may, and by a device.
    pub(super) seat: Option<ID>,
}

/// Somebody who came without having been named.
#[derive(InputObject)]
pub struct AddWalkInInput {
    /// The event; a device may leave it out.
    pub(super) event: Option<ID>,
    /// For which unit the person comes.
    pub(super) unit: ID,
    /// Somebody with an account whom you may know; not for a device.
    pub(super) account: Option<ID>,
    /// The name of somebody without an account, at most 200 characters.
    pub(super) name: Option<String>,
    /// What the person is, at most 200 characters.
    pub(super) title: Option<String>,
    /// The session the person came to.
    pub(super) session: ID,
    /// What tells this from every other scan of this device or account at this event, 1 to 100 characters: sent again, the same
    /// person is told.
    pub(super) nonce: String,
    /// When, by the clock of the door: a moment as RFC 3339 writes it.
    pub(super) client_time: String,
    /// Which of your seats acts; may be left out when exactly one may, and by a device.
    pub(super) seat: Option<ID>,
}

/// Whether a walk-in comes in.
#[derive(InputObject)]
pub struct DecideWalkInInput {
    /// The walk-in.
    pub(super) delegate: ID,
    /// The version you read.
    pub(super) expected_version: i32,
    /// Whether the person comes in.
    pub(super) admit: bool,
    /// Why, at most 2,000 characters; owed where the person does not.
    pub(super) reason: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    pub(super) seat: Option<ID>,
}

/// Which scans of a conflict count.
#[derive(InputObject)]
pub struct DecideCheckInConflictInput {
    /// The event.
    pub(super) event: ID,
    /// Those that count.
    pub(super) count: Vec<ID>,
    /// Those that do not. Both together are the scans of one conflict, as it is listed now.
    pub(super) set_aside: Vec<ID>,
    /// Why, at most 2,000 characters.
    pub(super) reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    pub(super) seat: Option<ID>,
}

/// In which session to show a code.
#[derive(InputObject)]
pub struct OpenSessionCodeInput {
    /// The session.
    pub(super) session: ID,
    /// Which of your seats acts; may be left out when exactly one may.
    pub(super) seat: Option<ID>,
}

/// The code of a session.
#[derive(InputObject)]
pub struct AttendOnlineInput {
    /// The session.
    pub(super) session: ID,
    /// The code that is shown in it, however it was typed.
    pub(super) code: String,
    /// Whether you come or go.
    #[graphql(default_with = "ScanDirection::In")]
    pub(super) direction: ScanDirection,
}
