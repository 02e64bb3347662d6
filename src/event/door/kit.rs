//! What a door takes along where there is no network: the keys that codes are signed by, whose codes were revoked, whom to expect
//! by name, and the sessions. Nothing else: no accounts, no addresses, no letters.
use chrono::{DateTime, Utc};
use entity::{
    enums::{DelegateStanding, EventStatus},
    event, event_session,
};
use uuid::Uuid;

use super::{
    desk::{Caller, name_of, of_program},
    device::Device,
    query,
};
use crate::{
    authz::policy::event::Action,
    error::{Code, Error, Refusal},
    event::{
        arranging::wrong_state,
        query::{by_ids, delegates_of_event, sessions},
        sight::{Case, not_found},
    },
    locale::Text,
    services::Services,
};

/// Somebody to expect.
#[derive(Clone, Debug)]
pub struct Guest {
    pub delegate: Uuid,
    /// None of somebody who was erased.
    pub name: Option<String>,
    pub title: Option<String>,
    pub unit: String,
    /// At the door without having been named, and somebody is to decide.
    pub pending: bool,
}

/// What a door takes along.
#[derive(Clone, Debug)]
pub struct Kit {
    pub event: event::Model,
    pub taken_at: DateTime<Utc>,
    /// By which codes are verified: the name of each, and its 32 bytes.
    pub keys: Vec<(String, Vec<u8>)>,
    pub sessions: Vec<event_session::Model>,
    pub guests: Vec<Guest>,
    /// Whose codes open no door any more.
    pub revoked: Vec<Uuid>,
}

fn is_carried(status: EventStatus) -> bool {
    match status {
        EventStatus::Published | EventStatus::RegistrationClosed | EventStatus::Running | EventStatus::Ended => true,
        EventStatus::Draft | EventStatus::Final | EventStatus::Cancelled | EventStatus::Postponed => false,
    }
}

/// What the door of an event takes along: for who keeps it, for its devices, and for programs whose token is for doors, until the
/// attendance is sealed.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Required` for the event, `WrongState`; the database's.
pub async fn kit(caller: &Caller<'_>, event: Option<Uuid>) -> Result<Kit, Error> {
    let services = caller.services();
    let connection = services.db.reader();
    let row = match caller {
        Caller::Device(_services, device) => of_device(services, *device, event).await?,
        Caller::Person(session) => {
            let Some(event) = event else {
                let text = Text::new("Sebutkan kegiatannya.", "Name the event.");
                return Err(Refusal::new(Code::Required, text).at(["event"]).into());
            };
            let row = by_ids(connection, &session.actor, &[event]).await?.pop();
            let row = row.ok_or_else(not_found)?;
            if !Case::of_host(&row).may(&session.actor, Action::KeepDoor) {
                return Err(Refusal::forbidden().into());
            }
            row
        }
        Caller::Program(session, _program) => {
            let row = match event {
                Some(event) => query::event_of_door(connection, event).await?,
                None => {
                    let text = Text::new("Sebutkan kegiatannya.", "Name the event.");
                    return Err(Refusal::new(Code::Required, text).at(["event"]).into());
                }
            };
            of_program(&session.actor, row, None)?.0
        }
    };
    if !is_carried(row.status) {
        return Err(wrong_state(row.status).into());
    }
    let directory = services.directory.load();
    let delegates = delegates_of_event(connection, row.id).await?;
    let (mut guests, mut revoked) = (Vec::new(), Vec::new());
    for delegate in &delegates {
        match delegate.standing {
            DelegateStanding::Replaced | DelegateStanding::Withdrawn | DelegateStanding::Refused => {
                revoked.push(delegate.id);
            }
            DelegateStanding::Expected | DelegateStanding::Pending => {
                let unit = directory.tree.get(delegate.unit_id);
                guests.push(Guest {
                    delegate: delegate.id,
                    name: name_of(&directory, delegate),
                    title: delegate.title.clone(),
                    unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
                    pending: delegate.standing == DelegateStanding::Pending,
                });
            }
        }
    }
    let now = services.clock.now();
    Ok(Kit {
        taken_at: now,
        keys: services.identity.doors.public_keys(now),
        sessions: sessions(connection, &[row.id]).await?,
        guests,
        revoked,
        event: row,
    })
}

async fn of_device(services: &Services, device: Device, event: Option<Uuid>) -> Result<event::Model, Error> {
    if event.is_some_and(|event| event != device.event()) {
        return Err(not_found().into());
    }
    let row = query::event_of_door(services.db.reader(), device.event()).await?;
    row.ok_or_else(|| not_found().into())
}
