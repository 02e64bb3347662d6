//! What a unit says of its own people, in the API.
use std::collections::HashMap;

use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{
    attendance_correction, attendance_seal,
    attendance_sheet::{self, Entry},
    enums::{self, EventActKind},
    event, event_act, event_attendance, event_delegate, event_invitation, event_session, proposal,
};
use uuid::Uuid;

use super::{
    loader::{CorrectionsOf, DoorOf, ExcusesOf, SealsOf, SheetOf},
    words::{PresenceClaim, SheetStatus},
};
use crate::{
    authz::policy::event::UnitAction,
    event::{
        attendance::{
            held::{Excused, by_line, is_expected, was_done_by},
            recap::came,
            workflow::{Step, is_said, is_time_for, next},
        },
        graphql::{
            invitation::{EventDelegate, EventInvitation},
            loader::{ActsOn, DelegatesOf, EventLoader, SessionsOf, Visible},
            types::{Event, EventAct, EventSession},
        },
        sight::Guest,
    },
    file::graphql::{File, FileLoader},
    graphql::{
        context::Ask,
        id::Kind,
        problem::of_field,
        scalars::{DateTime, Sha256},
    },
    proposal::graphql::Proposal,
};

/// The sheet of an invitation, also before anybody has written in it.
#[derive(Clone)]
pub struct AttendanceSheet {
    invitation: Box<event_invitation::Model>,
    row: Option<Box<attendance_sheet::Model>>,
}

impl AttendanceSheet {
    #[must_use]
    pub fn of(invitation: event_invitation::Model, row: Option<attendance_sheet::Model>) -> Self {
        Self {
            invitation: Box::new(invitation),
            row: row.map(Box::new),
        }
    }

    /// The sheet of an invitation that has been shown; None where the host's own people need none.
    ///
    /// # Errors
    /// The database's.
    pub async fn of_invitation(
        ctx: &Context<'_>,
        invitation: &event_invitation::Model,
        event: &event::Model,
    ) -> Option<async_graphql::Result<Self>> {
        if event.unit_id == invitation.unit_id && event.status != enums::EventStatus::Final {
            return None;
        }
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let row = loader.load_one(SheetOf(invitation.id)).await.map_err(of_field);
        Some(row.map(|row| Self::of(invitation.clone(), row)))
    }

    /// One that something points to; None where the reader may not know of it.
    pub async fn visible(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<Self>> {
        let found = async {
            let Some(invitation) = EventInvitation::visible(ctx, id).await.transpose()? else {
                return Ok(None);
            };
            let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
            let row = loader.load_one(SheetOf(id)).await.map_err(of_field)?;
            Ok(Some(Self::of(invitation.0, row)))
        };
        found.await.transpose()
    }

    fn belongs_to(&self) -> Of {
        Of {
            event: self.invitation.event_id,
            invitation: self.invitation.id,
        }
    }

    fn version_now(&self) -> i32 {
        self.row.as_ref().map_or(0, |row| row.version)
    }

    fn status_now(&self) -> enums::SheetStatus {
        self.row.as_ref().map_or(enums::SheetStatus::Draft, |row| row.status)
    }

    async fn to(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<event::Model>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let found = loader.load_one(Visible(self.invitation.event_id)).await;
        found.map_err(of_field).transpose()
    }

    async fn all_acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<event_act::Model>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let acts = loader.load_one(ActsOn(self.invitation.id)).await.map_err(of_field)?;
        let of_sheet = |act: &event_act::Model| act.about_type == "sheet";
        Ok(acts.into_iter().flatten().filter(of_sheet).collect())
    }

    /// What is said, as far as the reader may see it: what a unit is still writing is its own.
    async fn said(&self, ctx: &Context<'_>) -> async_graphql::Result<&[Entry]> {
        let Some(row) = &self.row else { return Ok(&[]) };
        if is_said(row.status) || self.may_write(ctx).await? {
            Ok(&row.entries.0)
        } else {
            Ok(&[])
        }
    }

    async fn may_write(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let event = self.to(ctx).await.transpose()?;
        let actor = &ctx.session()?.actor;
        Ok(event.is_some_and(|event| Guest::of(&event, &self.invitation).may(actor, UnitAction::Draft)))
    }

    async fn may(&self, ctx: &Context<'_>, step: Step, actions: &[UnitAction]) -> async_graphql::Result<bool> {
        let Some(event) = self.to(ctx).await.transpose()? else {
            return Ok(false);
        };
        let of_host = event.unit_id == self.invitation.unit_id && step != Step::Correct;
        if of_host || next(self.status_now(), step).is_err() || !is_time_for(step, event.status) {
            return Ok(false);
        }
        let actor = &ctx.session()?.actor;
        let acts = self.all_acts(ctx).await?;
        let settles = matches!(step, Step::Verify | Step::Return);
        let guest = Guest {
            submitted: settles && was_done_by(&acts, EventActKind::SubmitSheet, actor.account),
            ..Guest::of(&event, &self.invitation)
        };
        Ok(actions.iter().any(|action| guest.may(actor, *action)))
    }

    async fn lines_of(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AttendanceLine>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let (invitation, event) = (self.invitation.id, self.invitation.event_id);
        let people = loader.load_one(DelegatesOf(invitation)).await.map_err(of_field)?;
        let sessions = loader
            .load_one(SessionsOf(event))
            .await
            .map_err(of_field)?
            .unwrap_or_default();
        let door = loader
            .load_one(DoorOf(invitation))
            .await
            .map_err(of_field)?
            .unwrap_or_default();
        let excuses = loader
            .load_one(ExcusesOf(invitation))
            .await
            .map_err(of_field)?
            .unwrap_or_default();
        let excused = Excused::of(&excuses);
        let said = by_line(self.said(ctx).await?);
        let door: HashMap<_, _> = door
            .iter()
            .map(|row| ((row.delegate_id, row.session_id), row))
            .collect();
        let mut lines = Vec::new();
        for person in people.into_iter().flatten().filter(is_expected) {
            for session in sessions.iter().filter(|session| session.counted) {
                let key = (person.id, session.id);
                let (entry, door) = (said.get(&key).copied(), door.get(&key).copied());
                lines.push(AttendanceLine {
                    excused: excused.covers(&person),
                    person: person.clone(),
                    session: session.clone(),
                    entry: entry.cloned(),
                    door: door.filter(|row| came(row) || row.conflict).cloned(),
                });
            }
        }
        Ok(lines)
    }
}

/// What an invited unit says of the attendance of its own people, beside what the door says of them. Read by whoever reads the
/// invitation; what the unit is still writing only by who may write in it.
#[Object]
impl AttendanceSheet {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::AttendanceSheet.id(self.invitation.id)
    }

    /// The lock counter: hand it back as `expectedVersion`. It is 0 while nobody has written in it.
    async fn version(&self) -> i32 {
        self.version_now()
    }

    /// The invitation it belongs to.
    async fn invitation(&self) -> EventInvitation {
        EventInvitation((*self.invitation).clone())
    }

    /// The event.
    async fn event(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Event>> {
        Event::visible(ctx, self.invitation.event_id).await
    }

    /// Where it stands.
    async fn status(&self) -> SheetStatus {
        self.status_now().into()
    }

    /// A line for each delegate who is expected and each session in which attendance is taken.
    async fn lines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AttendanceLine>> {
        self.lines_of(ctx).await
    }

    /// In how many lines the unit says something else than the door.
    async fn differences(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let differing = self.lines_of(ctx).await?.iter().filter(|line| line.differ()).count();
        Ok(i32::try_from(differing).unwrap_or(i32::MAX))
    }

    /// What the unit says of all of it; null where nothing, or where it is still being written and not yours.
    async fn note(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<&str>> {
        let row = self.row.as_ref()?;
        match self.may_write(ctx).await {
            Ok(own) if own || is_said(row.status) => row.note.as_deref().map(Ok),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// When it was last submitted; null before.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.row.as_ref()?.submitted_at.map(DateTime)
    }

    /// The sealed versions, the first first: number 1 with the event, another with each correction.
    async fn seals(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AttendanceSeal>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let seals = loader.load_one(SealsOf(self.invitation.id)).await.map_err(of_field)?;
        let of = self.belongs_to();
        let seals = seals.into_iter().flatten();
        Ok(seals.map(|row| AttendanceSeal { row, of }).collect())
    }

    /// The corrections that were proposed, the latest first, as far as you may see proposals: those who decide on them, and
    /// who proposed them.
    async fn corrections(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AttendanceCorrection>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let found = loader
            .load_one(CorrectionsOf(self.invitation.id))
            .await
            .map_err(of_field)?;
        let of = self.belongs_to();
        let found = found.into_iter().flatten();
        Ok(found
            .map(|(row, proposal)| AttendanceCorrection { row, proposal, of })
            .collect())
    }

    /// What was done to it, the earliest first.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EventAct>> {
        Ok(self.all_acts(ctx).await?.into_iter().map(EventAct).collect())
    }

    /// Whether you may write in it now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, Step::Edit, &[UnitAction::Draft]).await
    }

    /// Whether you may submit it now, once it speaks of everybody.
    async fn viewer_can_submit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, Step::Submit, &[UnitAction::Answer]).await
    }

    /// Whether you may verify it now.
    async fn viewer_can_verify(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, Step::Verify, &[UnitAction::Settle]).await
    }

    /// Whether you may return it now.
    async fn viewer_can_return(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, Step::Return, &[UnitAction::Settle]).await
    }

    /// Whether you may propose to correct it now.
    async fn viewer_can_correct(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.may(ctx, Step::Correct, &[UnitAction::Answer, UnitAction::Settle])
            .await
    }
}

/// Somebody in a session: what the unit says, and what the door says.
pub struct AttendanceLine {
    person: event_delegate::Model,
    session: event_session::Model,
    entry: Option<Entry>,
    door: Option<event_attendance::Model>,
    excused: bool,
}

impl AttendanceLine {
    fn differ(&self) -> bool {
        let Some(entry) = &self.entry else { return false };
        let says_came = entry.claim == enums::PresenceClaim::Present;
        says_came != self.door.as_ref().is_some_and(came)
    }
}

/// What the door says of somebody in a session.
#[derive(SimpleObject)]
pub struct DoorWord {
    /// When they first came in; null where nothing counts.
    first_in: Option<DateTime>,
    /// When they last left; null while they are inside.
    last_out: Option<DateTime>,
    /// Whether they are inside, or were when the door closed.
    inside: bool,
    /// How long they were inside, of the times that have ended, seconds.
    seconds: i32,
    /// Whether two doors say what cannot both be, and nobody has decided.
    conflict: bool,
}

impl From<&event_attendance::Model> for DoorWord {
    fn from(row: &event_attendance::Model) -> Self {
        Self {
            first_in: row.first_in.map(DateTime),
            last_out: row.last_out.map(DateTime),
            inside: row.inside,
            seconds: i32::try_from(row.seconds).unwrap_or(i32::MAX),
            conflict: row.conflict,
        }
    }
}

/// Somebody in a session: what the unit says of them beside what the door says.
#[Object]
impl AttendanceLine {
    /// Who.
    async fn delegate(&self) -> EventDelegate {
        EventDelegate(self.person.clone())
    }

    /// In which session.
    async fn session(&self) -> EventSession {
        EventSession(self.session.clone())
    }

    /// What the unit says; null while it says nothing, or is still writing and you are not of it.
    async fn claim(&self) -> Option<PresenceClaim> {
        Some(self.entry.as_ref()?.claim.into())
    }

    /// What it says to that.
    async fn note(&self) -> Option<&str> {
        self.entry.as_ref()?.note.as_deref()
    }

    /// What shows it.
    async fn evidence(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<File>> {
        files(ctx, self.entry.as_ref()).await
    }

    /// What the door says; null where it says nothing.
    async fn door(&self) -> Option<DoorWord> {
        self.door.as_ref().map(DoorWord::from)
    }

    /// Whether the person, or the whole unit, was excused.
    async fn excused(&self) -> bool {
        self.excused
    }

    /// Whether the unit says something else than the door.
    async fn differs(&self) -> bool {
        self.differ()
    }
}

async fn files(ctx: &Context<'_>, entry: Option<&Entry>) -> async_graphql::Result<Vec<File>> {
    let loader = ctx.data_unchecked::<DataLoader<FileLoader>>();
    let ids = entry.map(|entry| entry.evidence.clone()).unwrap_or_default();
    let mut found = loader.load_many(ids.clone()).await.map_err(of_field)?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// What entries belong to.
#[derive(Clone, Copy)]
struct Of {
    event: Uuid,
    invitation: Uuid,
}

/// An attendance sheet as it was sealed.
pub struct AttendanceSeal {
    row: attendance_seal::Model,
    of: Of,
}

/// An attendance sheet as it was sealed. It never changes; a correction is another one.
#[Object]
impl AttendanceSeal {
    /// From 1 up; 1 was sealed with the event.
    async fn number(&self) -> i32 {
        self.row.number
    }

    /// What it says of everybody.
    async fn entries(&self) -> Vec<AttendanceEntry> {
        entries(&self.row.entries.0, self.of)
    }

    /// What the unit says of all of it.
    async fn note(&self) -> Option<&str> {
        self.row.note.as_deref()
    }

    /// The SHA-256 of all of it in canonical JSON, hexadecimal.
    async fn sha256(&self) -> Sha256 {
        Sha256(self.row.sha256.clone())
    }

    /// When it was sealed.
    async fn sealed_at(&self) -> DateTime {
        DateTime(self.row.sealed_at)
    }
}

/// What was proposed to correct.
pub struct AttendanceCorrection {
    row: attendance_correction::Model,
    proposal: proposal::Model,
    of: Of,
}

/// What somebody proposed a sealed sheet to say. Another person confirms or rejects it, with `confirmProposal` or
/// `rejectProposal`.
#[Object]
impl AttendanceCorrection {
    /// The proposal: who made it, why, and what became of it.
    async fn proposal(&self) -> Proposal {
        Proposal(self.proposal.clone())
    }

    /// What the sheet would say of everybody.
    async fn entries(&self) -> Vec<AttendanceEntry> {
        entries(&self.row.entries.0, self.of)
    }

    /// What the unit would say of all of it.
    async fn note(&self) -> Option<&str> {
        self.row.note.as_deref()
    }
}

fn entries(entries: &[Entry], of: Of) -> Vec<AttendanceEntry> {
    let entries = entries.iter().cloned();
    entries.map(|entry| AttendanceEntry { entry, of }).collect()
}

/// What is said of somebody in a session.
pub struct AttendanceEntry {
    entry: Entry,
    of: Of,
}

/// What is said of somebody in a session.
#[Object]
impl AttendanceEntry {
    /// Who.
    async fn delegate(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventDelegate>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let people = loader.load_one(DelegatesOf(self.of.invitation)).await.map_err(of_field);
        let mine = |person: &event_delegate::Model| person.id == self.entry.delegate;
        let found = people.map(|people| people.into_iter().flatten().find(mine));
        found.map(|found| found.map(EventDelegate)).transpose()
    }

    /// In which session.
    async fn session(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventSession>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let sessions = loader.load_one(SessionsOf(self.of.event)).await.map_err(of_field);
        let this = |session: &event_session::Model| session.id == self.entry.session;
        let found = sessions.map(|sessions| sessions.into_iter().flatten().find(this));
        found.map(|found| found.map(EventSession)).transpose()
    }

    /// What is said.
    async fn claim(&self) -> PresenceClaim {
        self.entry.claim.into()
    }

    /// What is said to that.
    async fn note(&self) -> Option<&str> {
        self.entry.note.as_deref()
    }

    /// What shows it.
    async fn evidence(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<File>> {
        files(ctx, Some(&self.entry)).await
    }
}
