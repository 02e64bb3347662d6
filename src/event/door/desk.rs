//! Who stands at the door, with the transaction: somebody who keeps it, a device that was paired with it, or a program of the
//! host's whose token is for doors. The nonces of its scans are what makes the uploads of a device or a program safe to repeat;
//! idempotency keys are for people.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{event, event_delegate, event_scan};
use sea_orm::DatabaseTransaction;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    device::{self, Device},
    query,
};
use crate::{
    authz::{ActingSeat, Verdict, policy::event::Action, which_seat},
    command::{self, Begun, Changes, Replay, Unsigned, Write},
    error::{Code, Error, Refusal},
    event::{
        arranging::wrong_state,
        sight::{self, Case, not_found},
        trace::By,
        workflow::takes_scans,
    },
    locale::Text,
    services::Services,
    session::{Actor, Session},
    territory::directory::Directory,
};

/// Who asks.
pub enum Caller<'a> {
    Person(&'a Session),
    Device(&'a Arc<Services>, Device),
    /// The request of a program, and which one.
    Program(&'a Session, Uuid),
}

impl Caller<'_> {
    #[must_use]
    pub fn services(&self) -> &Services {
        match self {
            Self::Person(session) | Self::Program(session, _) => &session.services,
            Self::Device(services, _device) => services,
        }
    }
}

/// A transaction at the door of an event.
pub struct Desk {
    hold: Hold,
    services: Arc<Services>,
    /// It stays as it is until the transaction ends, and takes scans.
    pub event: event::Model,
}

enum Hold {
    Person(Box<Write>, ActingSeat),
    Device(Unsigned, Device),
    /// With the seat of its maker that it acts with.
    Program(Box<Write>, ActingSeat, Uuid),
}

/// A door that was opened, or something that was done there before.
pub enum Opened {
    Fresh(Box<Desk>),
    Replay(Box<Replay>),
}

/// What is to be done, and where.
pub struct Wanted<'a> {
    /// Tells several commands of one document apart.
    pub field: &'a str,
    pub name: &'a str,
    /// A device may leave it out.
    pub event: Option<Uuid>,
    pub seat: Option<Uuid>,
}

/// Begins something at the door of an event that takes scans.
///
/// # Errors
/// `Unauthenticated` once a device is revoked; `NotFound`, `Forbidden`, `SeatAmbiguous`, `Required` for the event, `WrongState`.
pub async fn open(caller: &Caller<'_>, wanted: Wanted<'_>, input: &impl Serialize) -> Result<Opened, Error> {
    let desk = match caller {
        Caller::Person(session) => {
            let write = match command::begin(session, wanted.field, wanted.name, input).await? {
                Begun::Fresh(write) => write,
                Begun::Replay(replay) => return Ok(Opened::Replay(replay)),
            };
            let event = wanted.event.ok_or_else(unnamed)?;
            let asked = (Action::KeepDoor, wanted.seat);
            let (event, seat) = sight::shared(write.connection(), &write.actor, event, asked).await?;
            Desk {
                hold: Hold::Person(write, seat),
                services: Arc::clone(&session.services),
                event,
            }
        }
        Caller::Device(services, device) => {
            if wanted.event.is_some_and(|event| event != device.event()) {
                return Err(not_found().at(["event"]).into());
            }
            let unsigned = command::begin_unsigned(services, Changes::Records).await?;
            // The event before what belongs to it: all commands take their locks in this order.
            let event = query::event_of_door(unsigned.connection(), device.event()).await?;
            let row = query::device_held(unsigned.connection(), device.id()).await?;
            if !row.is_some_and(|row| device::is_good(&row)) {
                return Err(Error::Unauthenticated);
            }
            device::note_seen(unsigned.connection(), device.id(), unsigned.now).await?;
            Desk {
                hold: Hold::Device(unsigned, *device),
                services: Arc::clone(services),
                event: event.ok_or_else(|| not_found().at(["event"]))?,
            }
        }
        Caller::Program(session, program) => {
            let mut session = (*session).clone();
            session.idempotency_key = None;
            let write = match command::begin(&session, wanted.field, wanted.name, input).await? {
                Begun::Fresh(write) => write,
                Begun::Replay(_replay) => return Err(Error::internal("a replay without a key")),
            };
            let event = wanted.event.ok_or_else(unnamed)?;
            let event = query::event_of_door(write.connection(), event).await?;
            let (event, seat) = of_program(&write.actor, event, wanted.seat)?;
            Desk {
                hold: Hold::Program(write, seat, *program),
                services: Arc::clone(&session.services),
                event,
            }
        }
    };
    if !takes_scans(desk.event.status) {
        return Err(wrong_state(desk.event.status).into());
    }
    Ok(Opened::Fresh(Box::new(desk)))
}

fn unnamed() -> Refusal {
    let text = Text::new("Sebutkan kegiatannya.", "Name the event.");
    Refusal::new(Code::Required, text).at(["event"])
}

/// An event whose door a program may work, with the seat of its maker by which it does: one of the program's unit. There are no
/// others for a program, since it reads no events.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`.
pub(super) fn of_program(
    actor: &Actor,
    event: Option<event::Model>,
    named: Option<Uuid>,
) -> Result<(event::Model, ActingSeat), Refusal> {
    let (unit, seats) = actor.door_seats().unwrap_or_default();
    let event = event.filter(|event| event.unit_id == unit);
    let event = event.ok_or_else(|| not_found().at(["event"]))?;
    let case = Case::of_host(&event);
    match which_seat(&seats, named, |seat| case.decision(actor, seat, Action::KeepDoor)) {
        Verdict::Granted(seat) => Ok((event, seat)),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous()),
        Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => Err(Refusal::forbidden().at(["event"])),
    }
}

impl Desk {
    #[must_use]
    pub fn connection(&self) -> &DatabaseTransaction {
        match &self.hold {
            Hold::Person(write, _) | Hold::Program(write, ..) => write.connection(),
            Hold::Device(unsigned, _device) => unsigned.connection(),
        }
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.hold {
            Hold::Person(write, _) | Hold::Program(write, ..) => write.now,
            Hold::Device(unsigned, _device) => unsigned.now,
        }
    }

    #[must_use]
    pub fn services(&self) -> &Services {
        &self.services
    }

    #[must_use]
    pub fn directory(&self) -> &Directory {
        match &self.hold {
            Hold::Person(write, _) | Hold::Program(write, ..) => &write.actor.directory,
            Hold::Device(unsigned, _device) => &unsigned.directory,
        }
    }

    /// The person's command, where it is one.
    #[must_use]
    pub fn write(&self) -> Option<&Write> {
        match &self.hold {
            Hold::Person(write, _seat) => Some(write),
            Hold::Device(..) | Hold::Program(..) => None,
        }
    }

    /// The door: the device, the program, or the account.
    #[must_use]
    pub fn source(&self) -> Uuid {
        match &self.hold {
            Hold::Person(write, _seat) => write.actor.account,
            Hold::Device(_unsigned, device) => device.id(),
            Hold::Program(_write, _seat, program) => *program,
        }
    }

    /// The person, or the one whose rights the program acts with; None of a device.
    #[must_use]
    pub fn account(&self) -> Option<Uuid> {
        match &self.hold {
            Hold::Person(write, _) | Hold::Program(write, ..) => Some(write.actor.account),
            Hold::Device(..) => None,
        }
    }

    /// Whether what was scanned is this door's to take back: a keeper's everything, a machine's what it scanned itself.
    #[must_use]
    pub fn takes_back(&self, scan: &event_scan::Model) -> bool {
        match &self.hold {
            Hold::Person(..) => true,
            Hold::Device(..) | Hold::Program(..) => scan.source_id == self.source(),
        }
    }

    /// The device, where it is one.
    #[must_use]
    pub fn device(&self) -> Option<Uuid> {
        match &self.hold {
            Hold::Person(..) | Hold::Program(..) => None,
            Hold::Device(_unsigned, device) => Some(device.id()),
        }
    }

    /// For whom acts are recorded: a device acts for whoever announced it, a program for whoever made its token.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn by(&self) -> Result<By, Error> {
        match &self.hold {
            Hold::Person(write, seat) | Hold::Program(write, seat, _) => Ok(By {
                account: write.actor.account,
                seat: seat.seat,
                unit: seat.unit,
            }),
            Hold::Device(unsigned, device) => device::announcer(unsigned.connection(), device.id()).await,
        }
    }

    /// Makes everything durable, with the outcome a person's repetition will be answered by.
    ///
    /// # Errors
    /// The database's; then nothing was written.
    pub async fn commit(self, outcome: Value) -> Result<(), Error> {
        match self.hold {
            Hold::Person(write, _) | Hold::Program(write, ..) => write.commit(outcome).await,
            Hold::Device(unsigned, _device) => unsigned.commit().await,
        }
    }
}

/// The name a delegate is called by at the door; None of somebody who was erased.
#[must_use]
pub fn name_of(directory: &Directory, row: &event_delegate::Model) -> Option<String> {
    let person = row.account_id.and_then(|account| directory.person(account));
    person.map(|person| &person.name).or(row.name.as_ref()).cloned()
}
