//! What commands on events are given.
use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::event;

use super::words::{EventKind, EventMode, SpeakerRole};
use crate::{
    error::Error,
    event::{
        arranging::{Changes, Create, Edit},
        draft::{Material, Plan, Session, Speaker},
        replying::Named,
        running::Advance,
    },
    graphql::{id::Kind, input::change, legal_basis::LegalBasisInput, scalars::DateTime},
    territory::graphql::{Position, Tier},
};

/// Whom an event invites: units of these tiers within the host's subtree, narrowed by what is given.
#[derive(InputObject, Default)]
pub struct EventAudienceInput {
    /// The tiers. Empty for a series, whose waves invite.
    tiers: Vec<Tier>,
    /// These units and everybody beneath them, at most 600; left out: everybody within the host's subtree.
    beneath: Option<Vec<ID>>,
    /// Exactly these units, at most 600; left out: no list.
    units: Option<Vec<ID>>,
    /// Not these units, nor anybody beneath them, at most 600.
    except: Option<Vec<ID>>,
    /// Who of a unit is meant, such as its KETUA and ANGGOTA; left out: whomever it names.
    positions: Option<Vec<Position>>,
}

impl EventAudienceInput {
    fn resolve(self) -> Result<event::Audience, Error> {
        let units = |ids: Option<Vec<ID>>| Kind::Unit.uuids(&ids.unwrap_or_default());
        let positions = self.positions.unwrap_or_default();
        Ok(event::Audience {
            tiers: self.tiers.into_iter().map(Into::into).collect(),
            beneath: units(self.beneath)?,
            units: units(self.units)?,
            except: units(self.except)?,
            positions: positions.into_iter().map(Into::into).collect(),
        })
    }
}

/// A part of an event.
#[derive(InputObject)]
pub struct EventSessionInput {
    /// A session that is there already; left out: a new one.
    id: Option<ID>,
    /// What it is about, at most 200 characters.
    title: String,
    /// The room, at most 200 characters; left out where that is the event's place.
    place: Option<String>,
    /// When it begins: within the event.
    starts_at: DateTime,
    /// When it ends: within the event.
    ends_at: DateTime,
    /// Whether attendance is taken in it.
    #[graphql(default = true)]
    counted: bool,
}

impl EventSessionInput {
    fn resolve(self) -> Result<Session, Error> {
        Ok(Session {
            id: Kind::EventSession.maybe(self.id.as_ref())?,
            title: self.title,
            place: self.place,
            starts_at: self.starts_at.0,
            ends_at: self.ends_at.0,
            counted: self.counted,
        })
    }
}

/// Who opens an event, speaks or moderates: somebody with an account, or a name.
#[derive(InputObject)]
pub struct EventSpeakerInput {
    /// What they do there.
    role: SpeakerRole,
    /// Somebody with an account whom you may know.
    account: Option<ID>,
    /// The name of somebody without an account, at most 200 characters.
    name: Option<String>,
    /// What they are, at most 200 characters.
    title: Option<String>,
    /// The place of the session in the list of sessions, from 0 up; left out: of the event as a whole.
    session: Option<i32>,
}

/// A place in a list; one before its beginning is one that is not there.
fn place(given: i32) -> usize {
    usize::try_from(given).unwrap_or(usize::MAX)
}

impl EventSpeakerInput {
    fn resolve(self) -> Result<Speaker, Error> {
        Ok(Speaker {
            role: self.role.into(),
            account: Kind::Account.maybe(self.account.as_ref())?,
            name: self.name,
            title: self.title,
            session: self.session.map(place),
        })
    }
}

/// A file that belongs to an event: one that you uploaded, or that the event has already.
#[derive(InputObject)]
pub struct EventMaterialInput {
    /// The file.
    file: ID,
    /// What it is, at most 200 characters.
    title: String,
    /// The place of the session in the list of sessions, from 0 up; left out: of the event as a whole.
    session: Option<i32>,
}

impl EventMaterialInput {
    fn resolve(self) -> Result<Material, Error> {
        Ok(Material {
            file: Kind::File.uuid(&self.file)?,
            title: self.title,
            session: self.session.map(place),
        })
    }
}

fn sessions(given: Vec<EventSessionInput>) -> Result<Vec<Session>, Error> {
    given.into_iter().map(EventSessionInput::resolve).collect()
}

fn speakers(given: Vec<EventSpeakerInput>) -> Result<Vec<Speaker>, Error> {
    given.into_iter().map(EventSpeakerInput::resolve).collect()
}

fn materials(given: Vec<EventMaterialInput>) -> Result<Vec<Material>, Error> {
    given.into_iter().map(EventMaterialInput::resolve).collect()
}

/// An event to be drafted, of the unit of the seat that acts.
#[derive(InputObject)]
pub struct CreateEventInput {
    /// What it is called, at most 200 characters.
    title: String,
    /// What it is; at least one.
    kinds: Vec<EventKind>,
    /// How people attend.
    mode: EventMode,
    /// What it is about, at most 10,000 characters.
    description: Option<String>,
    /// Where, at most 200 characters; owed unless it is online only.
    place: Option<String>,
    /// Where to attend it online, beginning with `https://`; owed unless it is in person only.
    online_url: Option<String>,
    /// When it begins.
    starts_at: DateTime,
    /// When it ends.
    ends_at: DateTime,
    /// The zone of the place: Asia/Jakarta, Asia/Makassar or Asia/Jayapura.
    #[graphql(default = "Asia/Jakarta")]
    time_zone: String,
    /// How many delegates a unit may name, 1 to 100.
    quota: i32,
    /// How many delegates there is room for in all; left out: as many as are named.
    capacity: Option<i32>,
    /// Whom it invites; left out for a series, whose waves invite.
    audience: Option<EventAudienceInput>,
    /// Until when units are to reply; left out: until it begins.
    reply_by: Option<DateTime>,
    /// The letter of invitation; owed when it is published.
    letter: Option<LegalBasisInput>,
    /// The letter itself: a file that you uploaded.
    letter_file: Option<ID>,
    /// The agenda, at most 100 sessions; left out: one session as long as the event.
    sessions: Option<Vec<EventSessionInput>>,
    /// Who opens it, speaks and moderates, in the order of the programme, at most 200.
    speakers: Option<Vec<EventSpeakerInput>>,
    /// Its materials, at most 200.
    materials: Option<Vec<EventMaterialInput>>,
    /// The series it is a wave of: an event of the same unit. Owed together with `wave`.
    series: Option<ID>,
    /// Which wave it is, from 1 up.
    wave: Option<i32>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl CreateEventInput {
    pub(super) fn resolve(self) -> Result<Create, Error> {
        let series = Kind::Event.maybe(self.series.as_ref())?;
        let wave_of = match (series, self.wave) {
            (Some(series), Some(wave)) => Some((series, wave)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                return Err(Error::bad_input(
                    "Berikan `series` dan `wave` bersama-sama, atau tidak keduanya.",
                    "Give `series` and `wave` together, or neither.",
                ));
            }
        };
        Ok(Create {
            plan: Plan {
                title: self.title,
                kinds: self.kinds.into_iter().map(Into::into).collect(),
                mode: self.mode.into(),
                description: self.description,
                place: self.place,
                online_url: self.online_url,
                starts_at: self.starts_at.0,
                ends_at: self.ends_at.0,
                time_zone: self.time_zone,
                quota: self.quota,
                capacity: self.capacity,
                audience: self.audience.unwrap_or_default().resolve()?,
                reply_by: self.reply_by.unwrap_or(self.starts_at).0,
                letter: self.letter.map(Into::into),
                letter_file: Kind::File.maybe(self.letter_file.as_ref())?,
                sessions: sessions(self.sessions.unwrap_or_default())?,
                speakers: speakers(self.speakers.unwrap_or_default())?,
                materials: materials(self.materials.unwrap_or_default())?,
            },
            wave_of,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// What is to change about an event. What is left out stays as it is; null takes away what may be missing.
#[derive(InputObject)]
pub struct EditEventInput {
    /// The event.
    event: ID,
    /// The version you read.
    expected_version: i32,
    /// What it is called, at most 200 characters.
    title: Option<String>,
    /// What it is; at least one.
    kinds: Option<Vec<EventKind>>,
    /// How people attend.
    mode: Option<EventMode>,
    /// What it is about, at most 10,000 characters. May change until its attendance is sealed.
    description: MaybeUndefined<String>,
    /// Where, at most 200 characters.
    place: MaybeUndefined<String>,
    /// Where to attend it online. May change until its attendance is sealed.
    online_url: MaybeUndefined<String>,
    /// When it begins.
    starts_at: Option<DateTime>,
    /// When it ends.
    ends_at: Option<DateTime>,
    /// The zone of the place: Asia/Jakarta, Asia/Makassar or Asia/Jayapura.
    time_zone: Option<String>,
    /// How many delegates a unit may name, 1 to 100; only more, once units were invited.
    quota: Option<i32>,
    /// How many delegates there is room for in all.
    capacity: MaybeUndefined<i32>,
    /// Whom it invites; only while it is a draft.
    audience: Option<EventAudienceInput>,
    /// Until when units are to reply.
    reply_by: Option<DateTime>,
    /// The letter of invitation.
    letter: MaybeUndefined<LegalBasisInput>,
    /// The letter itself.
    letter_file: MaybeUndefined<ID>,
    /// The whole agenda, at most 100 sessions. Sessions that stay are named by their ids.
    sessions: Option<Vec<EventSessionInput>>,
    /// Everybody who opens it, speaks and moderates. May change until its attendance is sealed.
    speakers: Option<Vec<EventSpeakerInput>>,
    /// All its materials. May change until its attendance is sealed.
    materials: Option<Vec<EventMaterialInput>>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl EditEventInput {
    pub(super) fn resolve(self) -> Result<Edit, Error> {
        let letter_file = change(self.letter_file).map(|file| Kind::File.maybe(file.as_ref()));
        let kinds = self.kinds;
        Ok(Edit {
            event: Kind::Event.uuid(&self.event)?,
            expected_version: self.expected_version,
            plan: Changes {
                title: self.title,
                kinds: kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()),
                mode: self.mode.map(Into::into),
                description: change(self.description),
                place: change(self.place),
                online_url: change(self.online_url),
                starts_at: self.starts_at.map(|moment| moment.0),
                ends_at: self.ends_at.map(|moment| moment.0),
                time_zone: self.time_zone,
                quota: self.quota,
                capacity: change(self.capacity),
                audience: self.audience.map(EventAudienceInput::resolve).transpose()?,
                reply_by: self.reply_by.map(|moment| moment.0),
                letter: change(self.letter).map(|letter| letter.map(Into::into)),
                letter_file: letter_file.transpose()?,
                sessions: self.sessions.map(sessions).transpose()?,
                speakers: self.speakers.map(speakers).transpose()?,
                materials: self.materials.map(materials).transpose()?,
            },
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// Somebody a unit sends: somebody with an account who sits in the unit, or a name.
#[derive(InputObject)]
pub struct DelegateInput {
    /// Somebody with an account who holds a seat of the unit.
    account: Option<ID>,
    /// The name of somebody without an account, at most 200 characters.
    name: Option<String>,
    /// What the person is, at most 200 characters.
    title: Option<String>,
    /// The letter that sends the person (surat tugas).
    letter: Option<LegalBasisInput>,
    /// The letter itself: a file that you uploaded.
    letter_file: Option<ID>,
}

impl DelegateInput {
    pub(super) fn resolve(self) -> Result<Named, Error> {
        Ok(Named {
            account: Kind::Account.maybe(self.account.as_ref())?,
            name: self.name,
            title: self.title,
            letter: self.letter.map(Into::into),
            letter_file: Kind::File.maybe(self.letter_file.as_ref())?,
        })
    }
}

/// The input of a step of an event.
macro_rules! step_input {
    ($(#[$about:meta])* $name:ident, $(#[$reason_about:meta])* $reason:ty) => {
        $(#[$about])*
        #[derive(InputObject)]
        pub struct $name {
            /// The event.
            event: ID,
            /// The version you read.
            expected_version: i32,
            $(#[$reason_about])*
            reason: $reason,
            /// Which of your seats acts; may be left out when exactly one may.
            seat: Option<ID>,
        }

        impl $name {
            pub(super) fn resolve(self) -> Result<Advance, Error> {
                Ok(Advance {
                    event: Kind::Event.uuid(&self.event)?,
                    expected_version: self.expected_version,
                    reason: self.reason.into(),
                    seat: Kind::Seat.maybe(self.seat.as_ref())?,
                })
            }
        }
    };
}

step_input! {
    /// Which event is to take place later, and why.
    PostponeEventInput,
    /// Why, at most 2,000 characters.
    String
}

step_input! {
    /// Which event is not to take place, and why.
    CancelEventInput,
    /// Why, at most 2,000 characters.
    String
}

step_input! {
    /// Of which event no reply is to be taken any more.
    CloseRegistrationInput,
    /// Why, at most 2,000 characters.
    Option<String>
}

step_input! {
    /// Which event begins.
    StartEventInput,
    /// Why, at most 2,000 characters.
    Option<String>
}

step_input! {
    /// Which event is over.
    EndEventInput,
    /// Why, at most 2,000 characters.
    Option<String>
}
