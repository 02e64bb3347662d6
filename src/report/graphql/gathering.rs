//! Gatherings in the API: who arranges them, who is expected, what each has done.
use async_graphql::{Context, Enum, ID, InputObject, Object, dataloader::DataLoader};
use entity::{enums, handover_act};
use uuid::Uuid;

use super::{
    handover::HandoverSession,
    loader::{VisibleReport, VisibleReports},
    query::DateTimeRange,
    types::Report,
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor},
        problem::of_field,
        scalars::DateTime,
    },
    identity::graphql::Account,
    payload,
    report::gathering::{
        arranging::{self, Cancel, Change, Item, Schedule},
        query::{self, Filter},
        rows::{Done, Row},
    },
    territory::graphql::{Seat, Unit, ids},
};

/// What a unit has done in a session.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Done")]
pub enum HandoverProgress {
    /// It is expected, and has handed nothing over.
    Missing,
    /// Something of it waits to be received.
    HandedOver,
    /// All it handed over was received, apart from what was refused.
    Received,
    /// All it handed over was refused.
    Refused,
}

pub struct HandoverRow(pub Row);

/// A unit in a session, and what it has done there.
#[Object]
impl HandoverRow {
    /// The unit.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit)
    }

    /// Its place on the agenda, from 1 up; null where it came without being expected.
    async fn order(&self) -> Option<i32> {
        self.0.order
    }

    /// What it has done; null where that is not for you to know.
    async fn progress(&self) -> Option<HandoverProgress> {
        self.0.done.map(Into::into)
    }

    /// What it handed over here, refused or not, as far as you see it.
    async fn reports(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Report>> {
        let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
        let mut ids: Vec<Uuid> = self.0.given.iter().map(|given| given.report).collect();
        ids.dedup();
        let keys = ids.iter().copied().map(VisibleReport);
        let mut found = loader.load_many(keys).await.map_err(of_field)?;
        let found = ids.into_iter().filter_map(|id| found.remove(&VisibleReport(id)));
        Ok(found.map(Report::from).collect())
    }
}

/// What was done to a session.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::HandoverActKind")]
pub enum HandoverActKind {
    /// It was scheduled.
    Scheduled,
    /// Its place, its time, its agenda or who receives was changed.
    Changed,
    /// It was cancelled.
    Cancelled,
}

pub struct HandoverAct(pub handover_act::Model);

/// Something that was done to a session.
#[Object]
impl HandoverAct {
    /// What.
    async fn kind(&self) -> HandoverActKind {
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

connection!(
    HandoverSessionConnection,
    HandoverSessionEdge,
    HandoverSession,
    Counted,
    "sessions in which reports change hands"
);

/// How many sessions a filter finds: counted only when asked for.
pub struct Counted(Filter);

impl Counted {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Which sessions are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct HandoverSessionFilter {
    /// Scheduled or opened by these units, or expecting them.
    unit: Option<IdFilter>,
    /// By when they begin; those that nobody scheduled have no beginning and are left out.
    starts: Option<DateTimeRange>,
    /// Whether they were cancelled.
    cancelled: Option<bool>,
}

impl HandoverSessionFilter {
    fn resolve(self) -> Result<Filter, Error> {
        let DateTimeRange { from, before } = self.starts.unwrap_or_default();
        Ok(Filter {
            unit: ids(Kind::Unit, self.unit)?,
            starts_from: from.map(|moment| moment.0),
            starts_before: before.map(|moment| moment.0),
            cancelled: self.cancelled,
        })
    }
}

/// A unit that is expected, and its place on the agenda.
#[derive(InputObject)]
pub struct HandoverAgendaInput {
    /// The unit.
    unit: ID,
    /// Its place: the smallest comes first. Units of one place come in the order of this list.
    order: i32,
}

fn items(agenda: &[HandoverAgendaInput]) -> Result<Vec<Item>, Error> {
    let item = |given: &HandoverAgendaInput| -> Result<Item, Error> {
        Ok(Item {
            unit: Kind::Unit.uuid(&given.unit)?,
            order: given.order,
        })
    };
    agenda.iter().map(item).collect()
}

/// Where and when reports are to change hands, and who is expected.
#[derive(InputObject)]
pub struct ScheduleHandoverInput {
    /// Where, at most 200 characters.
    place: String,
    /// When it begins.
    starts_at: DateTime,
    /// When it ends: after it begins, and not in the past.
    ends_at: DateTime,
    /// The units that are to hand over, 1 to 100, each once.
    agenda: Vec<HandoverAgendaInput>,
    /// The seats that are to receive: of experts or coordinators at RI, 1 to 20.
    receivers: Vec<ID>,
    /// What else the units should know, at most 2,000 characters.
    note: Option<String>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl ScheduleHandoverInput {
    fn resolve(self) -> Result<Schedule, Error> {
        Ok(Schedule {
            starts_at: self.starts_at.0,
            ends_at: self.ends_at.0,
            agenda: items(&self.agenda)?,
            receivers: Kind::Seat.uuids(&self.receivers)?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
            place: self.place,
            note: self.note,
        })
    }
}

/// What is to change about a session. What is left out stays as it is.
#[derive(InputObject)]
pub struct ChangeHandoverInput {
    /// The session.
    session: ID,
    /// The version you read.
    expected_version: i32,
    /// Where, at most 200 characters.
    place: Option<String>,
    /// When it begins.
    starts_at: Option<DateTime>,
    /// When it ends.
    ends_at: Option<DateTime>,
    /// All units that are to hand over. Who has handed over already stays.
    agenda: Option<Vec<HandoverAgendaInput>>,
    /// All seats that are to receive.
    receivers: Option<Vec<ID>>,
    /// What else the units should know; an empty text takes the note away.
    note: Option<String>,
    /// Why, at most 2,000 characters.
    reason: String,
    /// The seat that acts.
    seat: Option<ID>,
}

impl ChangeHandoverInput {
    fn resolve(self) -> Result<Change, Error> {
        let receivers = self.receivers.as_ref().map(|seats| Kind::Seat.uuids(seats));
        Ok(Change {
            session: Kind::HandoverSession.uuid(&self.session)?,
            expected_version: self.expected_version,
            starts_at: self.starts_at.map(|moment| moment.0),
            ends_at: self.ends_at.map(|moment| moment.0),
            agenda: self.agenda.as_deref().map(items).transpose()?,
            receivers: receivers.transpose()?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
            place: self.place,
            note: self.note,
            reason: self.reason,
        })
    }
}

/// Which session is not to take place, and why.
#[derive(InputObject)]
pub struct CancelHandoverInput {
    /// The session.
    session: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// The seat that acts.
    seat: Option<ID>,
}

impl CancelHandoverInput {
    fn resolve(self) -> Result<Cancel, Error> {
        Ok(Cancel {
            session: Kind::HandoverSession.uuid(&self.session)?,
            expected_version: self.expected_version,
            reason: self.reason,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

payload! {
    /// What became of `scheduleHandover`.
    ScheduleHandoverPayload {
        /// The session.
        session: HandoverSession
    }
}

payload! {
    /// What became of `changeHandover`.
    ChangeHandoverPayload {
        /// The session, changed.
        session: HandoverSession
    }
}

payload! {
    /// What became of `cancelHandover`.
    CancelHandoverPayload {
        /// The session, cancelled.
        session: HandoverSession
    }
}

#[derive(Default)]
pub struct GatheringMutation;

#[Object]
impl GatheringMutation {
    /// Schedule a session in which units hand their reports over to RI: HEAD of a province, for it and the units beneath, or
    /// COORDINATOR. The HEAD and STAFF of the units and those who are to receive are told.
    async fn schedule_handover(
        &self,
        ctx: &Context<'_>,
        input: ScheduleHandoverInput,
    ) -> async_graphql::Result<ScheduleHandoverPayload> {
        let result = arranging::schedule(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(HandoverSession))?.into())
    }

    /// Change a session that was scheduled. Who may schedule it; a reason is owed. Everybody who was or is expected is told.
    async fn change_handover(
        &self,
        ctx: &Context<'_>,
        input: ChangeHandoverInput,
    ) -> async_graphql::Result<ChangeHandoverPayload> {
        let result = arranging::change(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(HandoverSession))?.into())
    }

    /// Cancel a session in which nothing has been handed over. Who may schedule it; a reason is owed. Everybody who was
    /// expected is told.
    async fn cancel_handover(
        &self,
        ctx: &Context<'_>,
        input: CancelHandoverInput,
    ) -> async_graphql::Result<CancelHandoverPayload> {
        let result = arranging::cancel(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(HandoverSession))?.into())
    }
}

#[derive(Default)]
pub struct GatheringQuery;

#[Object]
impl GatheringQuery {
    /// A session in which reports change hands, by id; null when there is none that you may see.
    async fn handover_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session's global id.")] id: ID,
    ) -> Option<async_graphql::Result<HandoverSession>> {
        let (session, id) = match (ctx.session(), Kind::HandoverSession.uuid(&id)) {
            (Ok(session), Ok(id)) => (session, id),
            (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
        };
        let found = query::by_ids(session.services.db.reader(), &session.actor, &[id]).await;
        let found = found.map(|rows| rows.first().map(|row| HandoverSession(row.id)));
        found.map_err(Into::into).transpose()
    }

    /// The sessions in which reports change hands that you may see, the newest first.
    async fn handover_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<HandoverSessionFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<HandoverSessionConnection> {
        const LIST: &str = "handover-sessions";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Uuid>(LIST)?;
        let page = query::page(session.services.db.reader(), &session.actor, &filter, &window).await?;
        let page = page.map(|row| (cursor(LIST, &row.id), HandoverSession(row.id)));
        Ok(HandoverSessionConnection::new(page, Counted(filter)))
    }
}
