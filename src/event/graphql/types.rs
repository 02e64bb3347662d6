//! An event in the API, with its programme.
use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{enums, event, event_act, event_material, event_session, event_speaker};
use uuid::Uuid;

use super::{
    invitation::EventDelegate,
    loader::{ActsOn, EventLoader, MaterialsOf, RepliesTo, SessionsOf, SpeakersOf, Visible, WavesOf},
    words::{EventActKind, EventKind, EventMode, EventStatus, EventStep, SpeakerRole},
};
use crate::{
    authz::policy::event::Action,
    event::{
        certifying::graphql::{self as certifying, CertificateConnection},
        door::graphql::{
            query::{ScanConnection, ScanFilter, scans},
            types::{self as door, CheckInConflict, DoorDevice},
        },
        evaluation::graphql::{EventEvaluationConnection, EventEvaluationStateFilter, of_event},
        outcome::graphql::EventOutcome,
        query::Replies,
        running,
        sight::Case,
        workflow::{Step, next, takes_replies},
    },
    file::graphql::{File, FileLoader},
    graphql::{
        context::Ask,
        id::Kind,
        legal_basis::LegalBasis,
        page::Arguments,
        problem::of_field,
        scalars::{Date, DateTime, Sha256},
    },
    identity::graphql::Account,
    territory::graphql::{Position, Seat, Tier, Unit},
};

/// A file of a record that has been shown.
pub(in crate::event) async fn file(ctx: &Context<'_>, id: Option<Uuid>) -> Option<async_graphql::Result<File>> {
    let loader = ctx.data_unchecked::<DataLoader<FileLoader>>();
    loader.load_one(id?).await.map_err(of_field).transpose()
}

/// A letter, where there is one.
pub(super) fn letter(number: Option<&String>, date: Option<chrono::NaiveDate>) -> Option<LegalBasis> {
    Some(LegalBasis {
        number: number?.clone(),
        date: Date(date?),
    })
}

/// The name of somebody with an account, or without one.
pub(super) fn name(
    ctx: &Context<'_>,
    (account, name): (Option<Uuid>, Option<&String>),
) -> Option<async_graphql::Result<String>> {
    let directory = match ctx.session() {
        Ok(session) => &session.actor.directory,
        Err(error) => return Some(Err(error.into())),
    };
    let person = account.and_then(|account| directory.person(account));
    person.map(|person| &person.name).or(name).cloned().map(Ok)
}

/// Whom an event invites: units of these tiers within the host's subtree, narrowed by what is given.
#[derive(SimpleObject)]
pub struct EventAudience {
    /// The tiers; empty for a series, whose waves invite.
    tiers: Vec<Tier>,
    /// These units and everybody beneath them; empty: everybody within the host's subtree.
    beneath: Vec<Unit>,
    /// Exactly these units; empty: no list.
    units: Vec<Unit>,
    /// Not these units, nor anybody beneath them.
    except: Vec<Unit>,
    /// Who of a unit is meant, such as its KETUA and ANGGOTA; empty: whomever it names.
    positions: Vec<Position>,
}

impl From<&event::Audience> for EventAudience {
    fn from(audience: &event::Audience) -> Self {
        let units = |ids: &[Uuid]| ids.iter().copied().map(Unit).collect();
        Self {
            tiers: audience.tiers.iter().copied().map(Into::into).collect(),
            beneath: units(&audience.beneath),
            units: units(&audience.units),
            except: units(&audience.except),
            positions: audience.positions.iter().copied().map(Into::into).collect(),
        }
    }
}

/// What invited units have answered, in numbers.
#[derive(SimpleObject, Default)]
pub struct ReplyCount {
    /// Units that are invited and have not answered.
    invited: i32,
    /// Units that come.
    confirmed: i32,
    /// Units that do not come.
    declined: i32,
    /// Units that had not answered when registration closed.
    no_reply: i32,
    /// People who are expected.
    delegates: i32,
}

impl ReplyCount {
    fn of(replies: &Replies) -> Self {
        let count = |status: enums::InvitationReply| {
            let count = replies.units.get(&status).copied().unwrap_or_default();
            i32::try_from(count).unwrap_or(i32::MAX)
        };
        Self {
            invited: count(enums::InvitationReply::Invited),
            confirmed: count(enums::InvitationReply::Confirmed),
            declined: count(enums::InvitationReply::Declined),
            no_reply: count(enums::InvitationReply::NoReply),
            delegates: i32::try_from(replies.delegates).unwrap_or(i32::MAX),
        }
    }
}

#[derive(Clone)]
pub struct EventSpeaker(pub event_speaker::Model);

/// Who opens an event, speaks or moderates.
#[Object]
impl EventSpeaker {
    /// The global id. It stays while the host changes its programme and keeps the name; `node` finds no speakers.
    async fn id(&self) -> ID {
        Kind::EventSpeaker.id(self.0.id)
    }

    /// What they do there.
    async fn role(&self) -> SpeakerRole {
        self.0.role.into()
    }

    /// The person's name; null of somebody who was erased.
    async fn name(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        name(ctx, (self.0.account_id, self.0.name.as_ref()))
    }

    /// What they are, as the programme says.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// The account, where they have one and people of their unit are within what you may see.
    async fn account(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id?)
    }

    /// The session; null: of the event as a whole.
    async fn session(&self) -> Option<ID> {
        self.0.session_id.map(|id| Kind::EventSession.id(id))
    }
}

#[derive(Clone)]
pub struct EventMaterial(pub event_material::Model);

/// A file that belongs to an event, read by whoever reads the event.
#[Object]
impl EventMaterial {
    /// What it is.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The file; null where it is gone.
    async fn file(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        file(ctx, Some(self.0.file_id)).await
    }

    /// The session it belongs to; null: to the event as a whole.
    async fn session(&self) -> Option<ID> {
        self.0.session_id.map(|id| Kind::EventSession.id(id))
    }
}

#[derive(Clone)]
pub struct EventSession(pub event_session::Model);

/// A part of an event.
#[Object]
impl EventSession {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::EventSession.id(self.0.id)
    }

    /// Its place in the agenda, from 1 up.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// What it is about.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The room; null where that is the event's place.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// When it begins.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }

    /// Whether attendance is taken in it.
    async fn counted(&self) -> bool {
        self.0.counted
    }

    /// The code that `openSessionCode` made, to be shown to those who attend from afar; null while there is none, and for
    /// everybody but those who keep the door.
    async fn join_code(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        door::join_code(ctx, &self.0).await
    }
}

#[derive(Clone)]
pub struct EventAct(pub event_act::Model);

/// Something that was done to an event, or to what belongs to it.
#[Object]
impl EventAct {
    /// What.
    async fn kind(&self) -> EventActKind {
        self.0.kind.into()
    }

    /// Why; null where no reason is owed.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The seat that acted.
    async fn seat(&self) -> Seat {
        Seat(self.0.seat_id)
    }

    /// The person who acted; null when people of that unit are outside what you may see.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id)
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

/// What was done to something of an event.
pub(in crate::event) async fn acts_on(ctx: &Context<'_>, id: Uuid) -> async_graphql::Result<Vec<EventAct>> {
    let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
    let acts = loader.load_one(ActsOn(id)).await.map_err(of_field)?;
    Ok(acts.unwrap_or_default().into_iter().map(EventAct).collect())
}

#[derive(Clone)]
pub struct Event(pub Box<event::Model>);

impl From<event::Model> for Event {
    fn from(row: event::Model) -> Self {
        Self(Box::new(row))
    }
}

impl Event {
    /// One that something points to; None where the reader may not know of it.
    pub async fn visible(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<Self>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let found = loader.load_one(Visible(id)).await.map_err(of_field);
        found.map(|row| row.map(Self::from)).transpose()
    }

    /// Whether the viewer may do something to it, as one of its host or of those above the host.
    pub fn may(&self, ctx: &Context<'_>, action: Action) -> async_graphql::Result<bool> {
        Ok(Case::of_host(&self.0).may(&ctx.session()?.actor, action))
    }
}

/// Something units meet for. While it is a draft, only its host knows of it; once published, also those above the host, the
/// invited units, those above them, and the people named in it.
#[Object]
impl Event {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Event.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The unit that holds it.
    async fn host(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// The series it is a wave of; null where it is none, or you may not know of it.
    async fn series(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Event>> {
        Self::visible(ctx, self.0.parent_id?).await
    }

    /// Which wave of its series it is (gelombang), from 1 up.
    async fn wave(&self) -> Option<i32> {
        self.0.wave
    }

    /// The waves of this series that you may know of, in their order; empty where it is none.
    async fn waves(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Event>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let waves = loader.load_one(WavesOf(self.0.id)).await.map_err(of_field)?;
        Ok(waves.unwrap_or_default().into_iter().map(Self::from).collect())
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is; at least one.
    async fn kinds(&self) -> Vec<EventKind> {
        self.0.kinds.0.iter().copied().map(Into::into).collect()
    }

    /// How people attend.
    async fn mode(&self) -> EventMode {
        self.0.mode.into()
    }

    /// What it is about.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Where; null where it is online only.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// Where to attend it online; null where it is in person only.
    async fn online_url(&self) -> Option<&str> {
        self.0.online_url.as_deref()
    }

    /// When it begins.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }

    /// The zone of the place, in which its times are meant: Asia/Jakarta, Asia/Makassar or Asia/Jayapura.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// How many delegates a unit may name.
    async fn quota(&self) -> i32 {
        self.0.quota
    }

    /// How many delegates there is room for in all; null: as many as are named.
    async fn capacity(&self) -> Option<i32> {
        self.0.capacity
    }

    /// Whom it invites. What it meant when the event was published is pinned in the invitations.
    async fn audience(&self) -> EventAudience {
        EventAudience::from(&self.0.audience)
    }

    /// Until when units are to reply. It is reminded of, and does not close by itself.
    async fn reply_by(&self) -> DateTime {
        DateTime(self.0.reply_by)
    }

    /// The letter of invitation; null while none was named.
    async fn letter(&self) -> Option<LegalBasis> {
        letter(self.0.letter_number.as_ref(), self.0.letter_date)
    }

    /// The letter itself; null where it was not attached.
    async fn letter_file(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        file(ctx, self.0.letter_file_id).await
    }

    /// Where it stands.
    async fn status(&self) -> EventStatus {
        self.0.status.into()
    }

    /// When it was first published.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// When its attendance was sealed.
    async fn finalised_at(&self) -> Option<DateTime> {
        self.0.finalised_at.map(DateTime)
    }

    /// The hash over its sealed attendance; null before.
    async fn sha256(&self) -> Option<Sha256> {
        self.0.sha256.clone().map(Sha256)
    }

    /// The agenda: at least one session.
    async fn sessions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EventSession>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let rows = loader.load_one(SessionsOf(self.0.id)).await.map_err(of_field)?;
        Ok(rows.unwrap_or_default().into_iter().map(EventSession).collect())
    }

    /// Who opens it, speaks and moderates, in the order of the programme.
    async fn speakers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EventSpeaker>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let rows = loader.load_one(SpeakersOf(self.0.id)).await.map_err(of_field)?;
        Ok(rows.unwrap_or_default().into_iter().map(EventSpeaker).collect())
    }

    /// Its materials, in their order.
    async fn materials(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EventMaterial>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let rows = loader.load_one(MaterialsOf(self.0.id)).await.map_err(of_field)?;
        Ok(rows.unwrap_or_default().into_iter().map(EventMaterial).collect())
    }

    /// What was done to the event itself, the earliest first; null where you may not read that: its host and those above do.
    async fn acts(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<EventAct>>> {
        match self.may(ctx, Action::ReadAttendance) {
            Ok(true) => Some(acts_on(ctx, self.0.id).await),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// What the invited units have answered so far; null where you may not read that: its host and those above do.
    async fn replies(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReplyCount>> {
        let counted = async {
            if !self.may(ctx, Action::ReadAttendance)? {
                return Ok(None);
            }
            let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
            let replies = loader.load_one(RepliesTo(self.0.id)).await.map_err(of_field)?;
            Ok::<_, async_graphql::Error>(Some(ReplyCount::of(&replies.unwrap_or_default())))
        };
        counted.await.transpose()
    }

    /// The devices of its door, in the order they were announced; null where you may not read that: its host and those above do.
    async fn door_devices(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<DoorDevice>>> {
        match self.may(ctx, Action::ReadAttendance) {
            Ok(true) => Some(door::devices(ctx, self.0.id).await),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Who came without having been named, also those who were not let in; null where you may not read that: its host and those
    /// above do.
    async fn walk_ins(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<EventDelegate>>> {
        match self.may(ctx, Action::ReadAttendance) {
            Ok(true) => Some(door::walk_ins(ctx, self.0.id).await),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Scans of which somebody has to say which count; null where you may not read that: its host and those above do.
    async fn check_in_conflicts(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<CheckInConflict>>> {
        match self.may(ctx, Action::ReadAttendance) {
            Ok(true) => Some(door::conflicts(ctx, self.0.id).await),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Everything that was scanned or entered at its door, those that arrived last first, also what counts for nothing; null where
    /// you may not read that: its host and those above do.
    async fn scans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ScanFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<async_graphql::Result<ScanConnection>> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        match self.may(ctx, Action::ReadAttendance) {
            Ok(true) => Some(scans(ctx, self.0.id, filter, arguments).await),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// The units that its rule means today and that are not invited, such as those formed later; empty for whoever may not
    /// invite them with `inviteUnits`.
    async fn uninvited(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Unit>> {
        if !takes_replies(self.0.status) || !self.may(ctx, Action::Command)? {
            return Ok(Vec::new());
        }
        let units = running::uninvited(ctx.session()?, &self.0).await?;
        Ok(units.into_iter().map(|unit| Unit(unit.id)).collect())
    }

    /// The certificates of attendance that you may know of, those issued last first: all of them for the host and those above
    /// it, of the own people for a unit and those above it, the own for everybody.
    async fn certificates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<CertificateConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        certifying::of_event(ctx, self.0.id, arguments).await
    }

    /// What came of it: its minutes, and what is recommended. Null until the event has begun.
    async fn outcome(&self) -> Option<EventOutcome> {
        EventOutcome::of(&self.0)
    }

    /// How units were judged at its end, as far as you may see that, the latest first.
    async fn evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By where they stand.")] state: Option<EventEvaluationStateFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<EventEvaluationConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        of_event(ctx, self.0.id, state, arguments).await
    }

    /// Whether you may change it now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let over = matches!(self.0.status, enums::EventStatus::Final | enums::EventStatus::Cancelled);
        Ok(!over && self.may(ctx, Action::Prepare)?)
    }

    /// What may be done with it now by you.
    async fn available_steps(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EventStep>> {
        if !self.may(ctx, Action::Command)? {
            return Ok(Vec::new());
        }
        let follows = |step: &Step| next(self.0.status, *step).is_ok();
        Ok(Step::ALL.into_iter().filter(follows).map(Into::into).collect())
    }
}
