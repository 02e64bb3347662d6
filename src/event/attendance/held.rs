//! What a command on the attendance of a unit is decided on, and which seat may.
use std::collections::{HashMap, HashSet};

use entity::{
    attendance_sheet::{self, Entry},
    enums::{DelegateStanding, EventActKind, ExcuseState, SheetStatus},
    event, event_act, event_delegate, event_excuse, event_invitation, event_session,
};
use uuid::Uuid;

use super::query;
use crate::{
    authz::{ActingSeat, policy::event::UnitAction},
    command::Write,
    error::{Code, Error, Refusal},
    event::{
        self as events,
        sight::{Guest, invitation_not_found},
    },
    locale::Text,
};

/// The invitation of a unit that a command is decided on, with its event. Neither changes until the transaction ends, and
/// commands on what a unit says of its people come one after the other.
///
/// # Errors
/// `NotFound` at the field; the database's.
pub async fn invitation(
    write: &Write,
    id: Uuid,
    field: &str,
) -> Result<(event::Model, event_invitation::Model), Error> {
    let found = events::query::held_invitation(write.connection(), &write.actor, id).await?;
    found.ok_or_else(|| invitation_not_found().at([field]).into())
}

/// The seat that may. What was found exists: who may not is told so.
///
/// # Errors
/// `Forbidden`, `OwnWork`, `SeatAmbiguous`, at the field.
pub fn seat(
    write: &Write,
    guest: Guest<'_>,
    (action, named): (UnitAction, Option<Uuid>),
    field: &str,
) -> Result<ActingSeat, Refusal> {
    guest
        .seat(&write.actor, action, named)
        .map_err(|refusal| match refusal.code {
            Code::NotFound => Refusal::forbidden().at([field]),
            _ if refusal.field.is_empty() => refusal.at([field]),
            _ => refusal,
        })
}

/// A sheet with all that is needed to write in it.
pub struct Sheet {
    pub event: event::Model,
    pub invitation: event_invitation::Model,
    /// None: nobody has written in it.
    pub row: Option<attendance_sheet::Model>,
    /// Whom it speaks of: everybody of the unit who is expected, or was let in.
    pub people: Vec<event_delegate::Model>,
    /// Of which sessions.
    pub sessions: Vec<event_session::Model>,
    pub excused: Excused,
}

impl Sheet {
    #[must_use]
    pub fn version(&self) -> i32 {
        self.row.as_ref().map_or(0, |row| row.version)
    }

    #[must_use]
    pub fn status(&self) -> SheetStatus {
        self.row.as_ref().map_or(SheetStatus::Draft, |row| row.status)
    }
}

/// The sheet of a unit as a command is decided on it.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn sheet(write: &Write, id: Uuid) -> Result<Sheet, Error> {
    let connection = write.connection();
    let (event, invitation) = invitation(write, id, "sheet").await?;
    let people = events::query::delegates_of_invitations(connection, &[invitation.id]).await?;
    let sessions = events::query::sessions(connection, &[event.id]).await?;
    let excuses = query::excuses_of(connection, &[invitation.id]).await?;
    Ok(Sheet {
        row: query::sheets_of(connection, &[invitation.id]).await?.pop(),
        people: people.into_iter().filter(is_expected).collect(),
        sessions: sessions.into_iter().filter(|session| session.counted).collect(),
        excused: Excused::of(&excuses),
        event,
        invitation,
    })
}

/// Whether somebody is spoken of in the sheet of the unit.
#[must_use]
pub fn is_expected(row: &event_delegate::Model) -> bool {
    row.standing == DelegateStanding::Expected
}

/// What is said, by whom it is said of and in which session.
#[must_use]
pub fn by_line(entries: &[Entry]) -> HashMap<(Uuid, Uuid), &Entry> {
    let entries = entries.iter();
    entries.map(|entry| ((entry.delegate, entry.session), entry)).collect()
}

/// Who was excused.
#[derive(Clone, Debug, Default)]
pub struct Excused {
    /// The invitations of units that were excused as a whole.
    pub units: HashSet<Uuid>,
    pub people: HashSet<Uuid>,
}

impl Excused {
    /// By what was granted among these.
    pub fn of<'e>(excuses: impl IntoIterator<Item = &'e event_excuse::Model>) -> Self {
        let mut excused = Self::default();
        for excuse in excuses.into_iter().filter(|row| row.state == ExcuseState::Granted) {
            match excuse.delegate_id {
                Some(delegate) => excused.people.insert(delegate),
                None => excused.units.insert(excuse.invitation_id),
            };
        }
        excused
    }

    /// Whether somebody was, or the whole unit.
    #[must_use]
    pub fn covers(&self, person: &event_delegate::Model) -> bool {
        self.people.contains(&person.id) || person.invitation_id.is_some_and(|unit| self.units.contains(&unit))
    }
}

/// Whether it was this person who last did something, by the acts on it.
#[must_use]
pub fn was_done_by(acts: &[event_act::Model], kind: EventActKind, account: Uuid) -> bool {
    let last = acts.iter().rev().find(|act| act.kind == kind);
    last.is_some_and(|act| act.account_id == account)
}

/// That a sheet has changed since it was read.
#[must_use]
pub fn stale(version: i32) -> Refusal {
    let text = Text::new(
        "Daftar hadir ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This attendance sheet has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, version)
}

/// That a step does not follow from where a sheet stands.
#[must_use]
pub fn wrong_state(status: SheetStatus) -> Refusal {
    let (id, en) = match status {
        SheetStatus::Draft => ("masih disusun", "still being written"),
        SheetStatus::Submitted => ("sudah dikirim", "submitted"),
        SheetStatus::Returned => ("sudah dikembalikan", "returned"),
        SheetStatus::Verified => ("sudah diverifikasi", "verified"),
        SheetStatus::Sealed => ("sudah disegel", "sealed"),
    };
    let text = Text::new(
        format!("Daftar hadir ini {id}; perintah tersebut tidak dapat dilakukan sekarang."),
        format!("This attendance sheet is {en}; the command does not follow from there."),
    );
    Refusal::new(Code::WrongState, text).at(["sheet"])
}
