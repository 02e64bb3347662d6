//! Devices, scans and what they come to in the API.
use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{enums, event, event_attendance, event_delegate, event_device, event_scan, event_session};
use uuid::Uuid;

use super::{
    loader::{AttendanceOf, RulingOn, VisibleDelegate, VisibleDevice},
    words::{ScanDirection, ScanFault, ScanMethod, ScanOutcome, ScanRuling},
};
use crate::{
    authz::policy::event::{Action, UnitAction},
    event::{
        door::{
            kit::{Guest as Expected, Kit},
            query,
            ruling::{self, Conflict},
            scanning::Answer,
        },
        graphql::{
            invitation::EventDelegate,
            loader::{EventLoader, SessionsOf, Visible, VisibleInvitation},
            types::{Event, EventSession},
            words::EventStatus,
        },
        sight::{Case, Guest},
    },
    graphql::{context::Ask, id::Kind, problem::of_field, scalars::DateTime},
    identity::{door_key::DoorCode, graphql::Account},
};

fn loader<'r>(ctx: &Context<'r>) -> &'r DataLoader<EventLoader> {
    ctx.data_unchecked::<DataLoader<EventLoader>>()
}

/// A session of an event that has been shown.
async fn session(ctx: &Context<'_>, (event, id): (Uuid, Uuid)) -> Option<async_graphql::Result<EventSession>> {
    let found = loader(ctx).load_one(SessionsOf(event)).await.map_err(of_field);
    let one = |rows: Option<Vec<event_session::Model>>| rows?.into_iter().find(|row| row.id == id).map(EventSession);
    found.map(one).transpose()
}

#[derive(Clone)]
pub struct DoorDevice(pub event_device::Model);

/// A device at the door of an event. Read by the host and those above it, and by itself.
#[Object]
impl DoorDevice {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::DoorDevice.id(self.0.id)
    }

    /// What the host calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The event; null for the device itself, which reads `doorKit`.
    async fn event(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Event>> {
        Event::visible(ctx, self.0.event_id).await
    }

    /// Until when it can be paired.
    async fn pairing_expires_at(&self) -> DateTime {
        DateTime(self.0.pairing_expires_at)
    }

    /// When it was paired; null while it was not.
    async fn paired_at(&self) -> Option<DateTime> {
        self.0.paired_at.map(DateTime)
    }

    /// When it was revoked; null while it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// When it last sent something; null while it never did.
    async fn last_seen_at(&self) -> Option<DateTime> {
        self.0.last_seen_at.map(DateTime)
    }
}

#[derive(Clone)]
pub struct Scan(pub event_scan::Model);

/// That a code was scanned, or somebody entered by hand, also where it counts for nothing. It never changes. Read by the host of
/// the event and those above it; whoever scanned is told what became of it.
#[Object]
impl Scan {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Scan.id(self.0.id)
    }

    /// Whom it is of; null where it is nobody's, and for a device.
    async fn delegate(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventDelegate>> {
        let found = loader(ctx).load_one(VisibleDelegate(self.0.delegate_id?)).await;
        found.map(|row| row.map(EventDelegate)).map_err(of_field).transpose()
    }

    /// In which session; null where it named none of the event.
    async fn session(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventSession>> {
        session(ctx, (self.0.event_id, self.0.session_id?)).await
    }

    /// The device that scanned; null where somebody with an account did, and for a device.
    async fn device(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<DoorDevice>> {
        let found = loader(ctx).load_one(VisibleDevice(self.0.device_id?)).await;
        found.map(|row| row.map(DoorDevice)).map_err(of_field).transpose()
    }

    /// The person who scanned; null of a device, and where people of that unit are outside what you may see.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        if ctx.request().device.is_some() {
            return None;
        }
        Account::of(ctx, self.0.account_id?)
    }

    /// The nonce it is kept under. Of one that another scan of the same source had already, with something appended.
    async fn nonce(&self) -> &str {
        &self.0.nonce
    }

    /// Which way.
    async fn direction(&self) -> ScanDirection {
        self.0.direction.into()
    }

    /// How.
    async fn method(&self) -> ScanMethod {
        self.0.method.into()
    }

    /// When, by the clock of the door; when it arrived, where that could not be read.
    async fn client_time(&self) -> DateTime {
        DateTime(self.0.client_at)
    }

    /// When it arrived here.
    async fn arrived_at(&self) -> DateTime {
        DateTime(self.0.arrived_at)
    }

    /// Why it counts for nothing; null where it counts, unless it was ruled out.
    async fn fault(&self) -> Option<ScanFault> {
        self.0.fault.map(Into::into)
    }

    /// What was decided about it; null where nothing was.
    async fn ruling(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ScanRuling>> {
        let found = loader(ctx).load_one(RulingOn(self.0.id)).await.map_err(of_field);
        found.map(|ruling| ruling.map(Into::into)).transpose()
    }
}

#[derive(Clone)]
pub struct DoorAttendance(pub event_attendance::Model);

/// What the scans of somebody in a session come to. It hangs on the scans alone, and on what was decided about them.
#[Object]
impl DoorAttendance {
    /// The session.
    async fn session(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventSession>> {
        session(ctx, (self.0.event_id, self.0.session_id)).await
    }

    /// When the person first came in; null where nothing counts.
    async fn first_in(&self) -> Option<DateTime> {
        self.0.first_in.map(DateTime)
    }

    /// When the person last went out; null while inside.
    async fn last_out(&self) -> Option<DateTime> {
        self.0.last_out.map(DateTime)
    }

    /// Whether the person is inside, as far as is known.
    async fn inside(&self) -> bool {
        self.0.inside
    }

    /// How long the stays lasted together that have ended, seconds.
    async fn seconds(&self) -> i64 {
        self.0.seconds
    }

    /// Whether somebody has to decide which scans count.
    async fn conflict(&self) -> bool {
        self.0.conflict
    }
}

/// What became of a scan that was sent, with what to say at the door.
#[derive(SimpleObject)]
pub struct ScanAnswer {
    /// The nonce that was sent.
    nonce: String,
    /// What became of it.
    outcome: ScanOutcome,
    /// Why it counts for nothing; null where it counts, or was not kept.
    fault: Option<ScanFault>,
    /// The scan as it is kept; null where it was rejected.
    scan: Option<Scan>,
    /// The global id of the delegate; null where the code is nobody's.
    delegate: Option<ID>,
    /// The person's name; null of somebody who was erased, or where the code is nobody's.
    name: Option<String>,
    /// The person's unit; null where the code is nobody's.
    unit: Option<String>,
    /// What the scans of the person in the session come to with this one; null where none counts.
    attendance: Option<DoorAttendance>,
}

impl From<Answer> for ScanAnswer {
    fn from(answer: Answer) -> Self {
        Self {
            nonce: answer.nonce,
            outcome: answer.outcome.into(),
            fault: answer.scan.as_ref().and_then(|row| row.fault).map(Into::into),
            delegate: answer.delegate.as_ref().map(|row| Kind::EventDelegate.id(row.id)),
            name: answer.name,
            unit: answer.unit,
            attendance: answer.attendance.map(DoorAttendance),
            scan: answer.scan.map(Scan),
        }
    }
}

/// Scans of one person in one session of which somebody has to say which count.
pub struct CheckInConflict(Conflict);

/// Scans of one person in one session of which somebody has to say which count: the same code came in at two doors, close together
/// or while the person was inside. All of them count until it is decided.
#[Object]
impl CheckInConflict {
    /// Whom they are of.
    async fn delegate(&self) -> EventDelegate {
        EventDelegate(self.0.delegate.clone())
    }

    /// The session.
    async fn session(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventSession>> {
        session(ctx, (self.0.delegate.event_id, self.0.session)).await
    }

    /// The scans, by the clocks of the doors, the earliest first.
    async fn scans(&self) -> Vec<Scan> {
        self.0.scans.iter().cloned().map(Scan).collect()
    }
}

/// A key by which door codes are verified.
#[derive(SimpleObject)]
pub struct DoorKey {
    /// What it is called in the header of a code.
    kid: String,
    /// The public half: Ed25519, 32 bytes in base64url.
    public_key: String,
}

/// A session in which attendance is taken, as a door needs it.
#[derive(SimpleObject)]
pub struct DoorSession {
    /// The global id, for `session` of a scan.
    session: ID,
    /// What it is about.
    title: String,
    /// The room; null where that is the event's place.
    place: Option<String>,
    /// When it begins.
    starts_at: DateTime,
    /// When it ends.
    ends_at: DateTime,
}

/// Somebody to expect, as a door needs it.
#[derive(SimpleObject)]
pub struct DoorGuest {
    /// The global id, for `delegate` of a scan by hand.
    delegate: ID,
    /// What the door code of the person has as `sub`.
    sub: String,
    /// The name; null of somebody who was erased.
    name: Option<String>,
    /// What the person is, as the unit says.
    title: Option<String>,
    /// The person's unit.
    unit: String,
    /// Whether somebody has still to decide whether the person comes in.
    pending: bool,
}

/// What a door takes along where there is no network: nothing but this.
#[derive(SimpleObject)]
pub struct DoorKit {
    /// The global id of the event.
    event: ID,
    /// What a door code of this event has as `evt`.
    evt: String,
    /// What the event is called.
    title: String,
    /// Where it stands.
    status: EventStatus,
    /// The zone of the place, an IANA name.
    time_zone: String,
    /// When this was read: how old a list is that a door works by.
    taken_at: DateTime,
    /// The keys that codes are signed by.
    keys: Vec<DoorKey>,
    /// The sessions in which attendance is taken, in their order.
    sessions: Vec<DoorSession>,
    /// Whom to expect.
    guests: Vec<DoorGuest>,
    /// Whose codes open the door no more, as `sub` of the code.
    revoked: Vec<String>,
}

/// An id as door codes have it.
fn short(id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

impl From<Expected> for DoorGuest {
    fn from(guest: Expected) -> Self {
        Self {
            delegate: Kind::EventDelegate.id(guest.delegate),
            sub: short(guest.delegate),
            name: guest.name,
            title: guest.title,
            unit: guest.unit,
            pending: guest.pending,
        }
    }
}

impl From<Kit> for DoorKit {
    fn from(kit: Kit) -> Self {
        let key = |(kid, public): (String, Vec<u8>)| DoorKey {
            kid,
            public_key: URL_SAFE_NO_PAD.encode(public),
        };
        let session = |row: event_session::Model| DoorSession {
            session: Kind::EventSession.id(row.id),
            title: row.title,
            place: row.place,
            starts_at: DateTime(row.starts_at),
            ends_at: DateTime(row.ends_at),
        };
        let counted = kit.sessions.into_iter().filter(|row| row.counted);
        Self {
            event: Kind::Event.id(kit.event.id),
            evt: short(kit.event.id),
            title: kit.event.title,
            status: kit.event.status.into(),
            time_zone: kit.event.time_zone,
            taken_at: DateTime(kit.taken_at),
            keys: kit.keys.into_iter().map(key).collect(),
            sessions: counted.map(session).collect(),
            guests: kit.guests.into_iter().map(Into::into).collect(),
            revoked: kit.revoked.into_iter().map(short).collect(),
        }
    }
}

/// The devices of an event, for who may read its whole attendance.
pub async fn devices(ctx: &Context<'_>, event: Uuid) -> async_graphql::Result<Vec<DoorDevice>> {
    let rows = query::devices_of(ctx.session()?.services.db.reader(), &[event]).await?;
    Ok(rows.into_iter().map(DoorDevice).collect())
}

/// The walk-ins of an event, for who may read its whole attendance.
pub async fn walk_ins(ctx: &Context<'_>, event: Uuid) -> async_graphql::Result<Vec<EventDelegate>> {
    let rows = query::walk_ins(ctx.session()?.services.db.reader(), event).await?;
    Ok(rows.into_iter().map(EventDelegate).collect())
}

/// The conflicts of an event, for who may read its whole attendance.
pub async fn conflicts(ctx: &Context<'_>, event: Uuid) -> async_graphql::Result<Vec<CheckInConflict>> {
    let found = ruling::conflicts(ctx.session()?.services.db.reader(), event).await?;
    Ok(found.into_iter().map(CheckInConflict).collect())
}

/// What the scans of somebody come to who has been shown, in the order of the sessions.
pub async fn attendance(ctx: &Context<'_>, row: &event_delegate::Model) -> async_graphql::Result<Vec<DoorAttendance>> {
    let found = loader(ctx).load_one(AttendanceOf(row.id)).await.map_err(of_field)?;
    let sessions = loader(ctx).load_one(SessionsOf(row.event_id)).await.map_err(of_field)?;
    let sessions = sessions.unwrap_or_default();
    let mut found = found.unwrap_or_default();
    found.sort_by_key(|row| sessions.iter().position(|session| session.id == row.session_id));
    Ok(found.into_iter().map(DoorAttendance).collect())
}

/// The code that lets somebody in who has been shown: for those who answer for the unit, for who keeps the door, and for the
/// person; None for everybody else, and where the person is not expected.
pub async fn door_code(ctx: &Context<'_>, row: &event_delegate::Model) -> Option<async_graphql::Result<String>> {
    let code = async {
        if row.standing != enums::DelegateStanding::Expected {
            return Ok(None);
        }
        let event = loader(ctx).load_one(Visible(row.event_id)).await.map_err(of_field)?;
        let Some(event) = event.filter(lets_in) else {
            return Ok(None);
        };
        if !may_show(ctx, &event, row).await? {
            return Ok(None);
        }
        let services = &ctx.session()?.services;
        let code = DoorCode {
            event: event.id,
            delegate: row.id,
        };
        Ok(Some(services.identity.doors.make(code, services.clock.now())?))
    };
    code.await.transpose()
}

fn lets_in(event: &event::Model) -> bool {
    use enums::EventStatus::{Cancelled, Draft, Ended, Final, Postponed, Published, RegistrationClosed, Running};
    match event.status {
        Published | RegistrationClosed | Running | Ended | Postponed => true,
        Draft | Final | Cancelled => false,
    }
}

async fn may_show(ctx: &Context<'_>, event: &event::Model, row: &event_delegate::Model) -> async_graphql::Result<bool> {
    let actor = &ctx.session()?.actor;
    if row.account_id == Some(actor.account) || Case::of_host(event).may(actor, Action::KeepDoor) {
        return Ok(true);
    }
    let Some(invitation) = row.invitation_id else {
        return Ok(false);
    };
    let found = loader(ctx).load_one(VisibleInvitation(invitation)).await;
    let invitation = found.map_err(of_field)?;
    Ok(invitation.is_some_and(|invitation| Guest::of(event, &invitation).may(actor, UnitAction::Draft)))
}

/// The code that is shown in a session, for who keeps the door; None for everybody else, and while there is none.
pub async fn join_code(ctx: &Context<'_>, row: &event_session::Model) -> Option<async_graphql::Result<String>> {
    let code = row.join_code.clone()?;
    let shown = async {
        let event = loader(ctx).load_one(Visible(row.event_id)).await.map_err(of_field)?;
        let Some(event) = event else { return Ok(None) };
        let keeps = Case::of_host(&event).may(&ctx.session()?.actor, Action::KeepDoor);
        Ok(keeps.then_some(code))
    };
    shown.await.transpose()
}
