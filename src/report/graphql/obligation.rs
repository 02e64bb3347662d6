//! What units owe, as the API shows it.
use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, dataloader::DataLoader};
use chrono::NaiveDate;
use entity::{enums, obligation, obligation_act};
use uuid::Uuid;

use super::{
    cycle::ReportCycle,
    loader::{ActsOf, LedgerLoader, VisibleReport, VisibleReports},
    query::DateTimeRange,
    types::Report,
};
use crate::{
    clock::day_in,
    connection,
    error::Error,
    graphql::{
        context::{Ask, RequestContext},
        id::Kind,
        page::{Arguments, IdFilter, OrderDirection, cursor, either},
        planned::{AskResolvers, Planned, Told, fetched, leaf, object, try_leaf},
        problem::of_field,
        scalars::{Date, DateTime},
    },
    identity::{graphql::Account, reach::knows_people_of},
    report::{
        catalogue::{self, Catalogue},
        obligation::{State, state_by},
        owed::{
            completeness::Counts,
            perspective::Perspective,
            query::{self, Filter, Key, View},
        },
        query as reports,
    },
    session::{Actor, Session},
    territory::graphql::{Seat, SeatHolder, TierFilter, Unit, ids, tiers},
};

/// How what a unit owes stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "State")]
pub enum ObligationState {
    /// The round has not opened.
    Scheduled,
    /// Awaited, and still in time, grace included.
    Open,
    /// Awaited, and late.
    Overdue,
    /// The first submission that was not withdrawn came in time.
    MetOnTime,
    /// It came late.
    MetLate,
    /// The tier above has excused it, with a reason.
    Excused,
    /// The owner of the round has waived it, with a reason.
    Waived,
    /// The unit was dissolved before it was due, or is asked no longer.
    NotApplicable,
    /// The round was closed without it.
    Unmet,
}

/// What was decided about what a unit owes.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ObligationActKind")]
pub enum ObligationActKind {
    /// It got more time.
    Extend,
    /// The tier above has excused it.
    Excuse,
    /// The owner of the round has waived it.
    Waive,
    /// What was excused or waived is expected again.
    Restore,
}

pub struct ObligationAct {
    act: obligation_act::Model,
    of: Uuid,
}

impl ObligationAct {
    pub(super) fn of(act: obligation_act::Model, unit: Uuid) -> Self {
        Self { act, of: unit }
    }
}

/// A decision about what a unit owes in a round.
#[Object]
impl ObligationAct {
    /// What was decided.
    async fn kind(&self) -> ObligationActKind {
        self.act.kind.into()
    }

    /// The unit that owes.
    async fn unit(&self) -> Unit {
        Unit(self.of)
    }

    /// The new moment, of an extension; else null.
    async fn until(&self) -> Option<DateTime> {
        self.act.until.map(DateTime)
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.act.reason
    }

    /// The unit that decided.
    async fn decided_by(&self) -> Unit {
        Unit(self.act.unit_id)
    }

    /// The seat that decided.
    async fn seat(&self) -> Seat {
        Seat(self.act.seat_id)
    }

    /// The person who decided; null when people of that unit are outside what you may see.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.act.account_id)
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.act.at)
    }
}

#[derive(Clone)]
pub struct Obligation {
    row: Arc<obligation::Model>,
    /// The moment by which its reader judges it.
    until: chrono::DateTime<chrono::Utc>,
}

impl Obligation {
    /// As somebody sees it.
    #[must_use]
    pub fn seen_by(actor: &Actor, catalogue: &Catalogue, row: obligation::Model) -> Self {
        Self::from_perspective(&Perspective::of_actor(catalogue, actor), row)
    }

    fn from_perspective(perspective: &Perspective, row: obligation::Model) -> Self {
        let until = perspective.until(&row);
        Self {
            row: Arc::new(row),
            until,
        }
    }

    async fn round(&self, ctx: &Context<'_>) -> Result<Arc<entity::cycle::Model>, Error> {
        catalogue::cycle(&ctx.request().services, self.row.cycle_id).await
    }

    async fn standing(&self, ctx: &Context<'_>) -> Result<State, Error> {
        let cycle = self.round(ctx).await?;
        let now = ctx.session()?.now();
        Ok(state_by(&self.row, self.until, &cycle, now))
    }
}

/// What a unit owes in one round, seen by the unit itself and by those that stood above it on the day the round is counted
/// by. Where the round was passed on, the unit that did so and those beneath it judge by the earlier moment it set;
/// everybody else by that of the round.
#[Object]
impl Obligation {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Obligation.id(self.row.id)
    }

    /// The lock counter.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// The round.
    async fn cycle(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportCycle> {
        Ok(ReportCycle(self.round(ctx).await?))
    }

    /// Who owes it.
    async fn unit(&self) -> Unit {
        Unit(self.row.unit_id)
    }

    /// Whom the unit was beneath on the day the round is counted by, not who acted for that one; null for RI.
    async fn parent_of_record(&self) -> Option<Unit> {
        self.row.parent_id.map(Unit)
    }

    /// How it stands now.
    async fn state(&self, ctx: &Context<'_>) -> async_graphql::Result<ObligationState> {
        Ok(self.standing(ctx).await?.into())
    }

    /// When it is due, extensions included.
    async fn due_at(&self) -> DateTime {
        DateTime(self.row.due_at)
    }

    /// Until when it counts as in time: with grace and extension.
    async fn on_time_until(&self) -> DateTime {
        DateTime(self.row.on_time_until)
    }

    /// The earlier moment by which the nearest unit that passed the round on awaits it; null where nobody did.
    async fn passed_due_at(&self) -> Option<DateTime> {
        self.row.passed_due_at.map(DateTime)
    }

    /// Whether the unit was given more time.
    async fn extended(&self) -> bool {
        self.row.extended
    }

    /// For how many days it has been OVERDUE, by the calendar of the zone in which the round was stated; null while it is not.
    async fn days_overdue(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<i64>> {
        let found = async {
            if self.standing(ctx).await? != State::Overdue {
                return Ok(None);
            }
            let (cycle, now) = (self.round(ctx).await?, ctx.session()?.now());
            let day = |moment| day_in(&cycle.time_zone, moment);
            Ok(Some((day(now) - day(self.until)).num_days()))
        };
        let found: Result<Option<i64>, Error> = found.await;
        found.map_err(Into::into).transpose()
    }

    /// When it came: the first submission that was not withdrawn; null before.
    async fn met_at(&self) -> Option<DateTime> {
        self.row.met_at.map(DateTime)
    }

    /// The report; null before it is begun, and where you may not see it: that is decided by the tree of today.
    async fn report(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Report>> {
        let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
        let found = loader
            .load_one(VisibleReport(self.row.report_id?))
            .await
            .map_err(of_field);
        found.transpose().map(|found| found.map(Report::from))
    }

    /// When the report was accepted; null while it is not.
    async fn accepted_at(&self) -> Option<DateTime> {
        self.row.accepted_at.map(DateTime)
    }

    /// Whether the report was declined, which does not undo that it came.
    async fn declined(&self) -> bool {
        self.row.declined
    }

    /// What was decided about it, earliest first.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ObligationAct>> {
        let loader = ctx.data_unchecked::<DataLoader<LedgerLoader>>();
        let acts = loader.load_one(ActsOf(self.row.id)).await.map_err(of_field)?;
        Ok(acts
            .unwrap_or_default()
            .into_iter()
            .map(|act| ObligationAct::of(act, self.row.unit_id))
            .collect())
    }

    /// Whom to ask: who holds the HEAD seats of the unit today, or once it is dissolved who keeps what it left. Null when the
    /// people of the unit are outside what you may see.
    async fn contacts(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<SeatHolder>>> {
        match ctx.session() {
            Ok(session) => contacts(&session.actor, self.row.unit_id).map(Ok),
            Err(error) => Some(Err(error.into())),
        }
    }
}

impl Planned for Obligation {
    fn told(field: &str) -> Option<Told<Self>> {
        Some(match field {
            "id" => leaf(|owed, _request| Kind::Obligation.id(owed.row.id)),
            "version" => leaf(|owed, _request| owed.row.version),
            "cycle" => object(|owed, request| ReportCycle::planned(request, owed.row.cycle_id)),
            "unit" => object(|owed, _request| Ok(Some(Unit(owed.row.unit_id)))),
            "parentOfRecord" => object(|owed, _request| Ok(owed.row.parent_id.map(Unit))),
            "state" => try_leaf(|owed: &Self, request| {
                let catalogue = request.services.catalogue.load();
                let cycle = catalogue.cycle(owed.row.cycle_id).ok_or(AskResolvers)?;
                let now = request.session.get().ok_or(AskResolvers)?.now();
                Ok(ObligationState::from(state_by(&owed.row, owed.until, cycle, now)))
            }),
            "dueAt" => leaf(|owed, _request| DateTime(owed.row.due_at)),
            "onTimeUntil" => leaf(|owed, _request| DateTime(owed.row.on_time_until)),
            "passedDueAt" => leaf(|owed, _request| owed.row.passed_due_at.map(DateTime)),
            "extended" => leaf(|owed, _request| owed.row.extended),
            "metAt" => leaf(|owed, _request| owed.row.met_at.map(DateTime)),
            "report" => fetched(
                |owed: &Self| owed.row.report_id,
                |ids, request| Box::pin(async move { visible_reports(request, &ids).await }),
            ),
            "acceptedAt" => leaf(|owed, _request| owed.row.accepted_at.map(DateTime)),
            "declined" => leaf(|owed, _request| owed.row.declined),
            _ => return None,
        })
    }
}

/// Those of these reports that the viewer may see.
async fn visible_reports(request: &RequestContext, ids: &[Uuid]) -> Result<HashMap<Uuid, Report>, Error> {
    let session = request.session.get().ok_or(Error::Unauthenticated)?;
    let found = reports::by_ids(session.services.db.reader(), &session.actor, ids).await?;
    Ok(found.into_iter().map(|row| (row.id, Report::from(row))).collect())
}

fn contacts(actor: &Actor, unit: Uuid) -> Option<Vec<SeatHolder>> {
    if !knows_people_of(actor, unit) {
        return None;
    }
    let (directory, today) = (&actor.directory, actor.today);
    let seats = match directory.keeper_of(unit, today) {
        Some(keeper) => directory.custodians_in(keeper.id, today),
        None => {
            let mut seats = directory.seats_of(unit, today);
            seats.retain(|seat| seat.function == enums::Function::Head);
            seats
        }
    };
    let holders = seats.into_iter().flat_map(|seat| directory.holders_of(seat.id, today));
    Some(
        holders
            .filter_map(|holder| SeatHolder::visible_to(actor, holder))
            .collect(),
    )
}

connection!(planned
    ObligationConnection,
    ObligationEdge,
    Obligation,
    CountedInScope,
    "obligations"
);

/// How many obligations a filter finds: counted in the database, and only when asked for.
pub struct CountedInScope(View, Filter);

impl CountedInScope {
    async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        let Self(view, filter) = self;
        query::count(session.services.db.reader(), &session.actor, view, filter).await
    }
}

/// What a list of obligations is sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ObligationOrderField {
    /// When it is due, and of one moment by unit.
    #[default]
    DueAt,
}

/// How a list of obligations is sorted.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct ObligationOrder {
    /// By what.
    #[graphql(default)]
    field: ObligationOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Chooses by how it stands.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ObligationStateFilter {
    /// Exactly so.
    eq: Option<ObligationState>,
    /// In any of these ways.
    #[graphql(name = "in")]
    any: Option<Vec<ObligationState>>,
}

/// Chooses rounds by the last day of their period.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct PeriodRange {
    /// On this day or later.
    from: Option<Date>,
    /// On this day or before.
    to: Option<Date>,
}

/// Which obligations are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ObligationFilter {
    /// By round.
    cycle: Option<IdFilter>,
    /// By when the period of the round ended.
    period: Option<PeriodRange>,
    /// By the unit that owes.
    unit: Option<IdFilter>,
    /// Of these units and of all that were beneath them on the day the round is counted by.
    underneath: Option<IdFilter>,
    /// By the level of the unit.
    tier: Option<TierFilter>,
    /// By how it stands now. `OVERDUE` makes the nag list.
    state: Option<ObligationStateFilter>,
    /// By when it is due.
    due: Option<DateTimeRange>,
}

impl ObligationFilter {
    fn resolve(self, session: &Session, catalogue: &Catalogue) -> Result<Filter, Error> {
        let ObligationStateFilter { eq, any } = self.state.unwrap_or_default();
        let DateTimeRange { from, before } = self.due.unwrap_or_default();
        let history = &session.actor.directory.history;
        let tops = ids(Kind::Unit, self.underneath)?;
        let with_tier = |unit| history.life(unit).map(|life| (life.tier, unit));
        let named = ids(Kind::ReportCycle, self.cycle)?;
        let of_period = self.period.map(|period| rounds_of(catalogue, period));
        Ok(Filter {
            cycle: match (named, of_period) {
                (Some(named), Some(of_period)) => {
                    Some(named.into_iter().filter(|cycle| of_period.contains(cycle)).collect())
                }
                (named, of_period) => named.or(of_period),
            },
            unit: ids(Kind::Unit, self.unit)?,
            underneath: tops.map(|tops| tops.into_iter().filter_map(with_tier).collect()),
            tier: tiers(self.tier)?,
            state: either(eq, any)?.map(|states| states.into_iter().map(Into::into).collect()),
            due_from: from.map(|moment| moment.0),
            due_before: before.map(|moment| moment.0),
        })
    }
}

/// The rounds whose period ends in a span.
fn rounds_of(catalogue: &Catalogue, PeriodRange { from, to }: PeriodRange) -> Vec<Uuid> {
    let within = |day: NaiveDate| from.is_none_or(|from| from.0 <= day) && to.is_none_or(|to| day <= to.0);
    let cycles = catalogue.cycles().into_iter();
    cycles
        .filter(|cycle| within(cycle.period_end))
        .map(|cycle| cycle.id)
        .collect()
}

#[derive(Default)]
pub struct ObligationQuery;

#[Object]
impl ObligationQuery {
    /// What units owe, as far as you may read it: what the own unit owes, and what those owe that stood beneath it on the day
    /// a round is counted by. With `filter: {state: {eq: OVERDUE}}` it is the list of whom to ask, the longest overdue first.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn obligations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ObligationFilter>,
        #[graphql(desc = "Sorted how; the earliest due first when left out.")] order_by: Option<ObligationOrder>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ObligationConnection> {
        let session = ctx.session()?;
        let order = order_by.unwrap_or_default();
        let list = format!("obligations:{:?}:{:?}", order.field, order.direction);
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Key>(&list)?;
        let catalogue = session.services.catalogue.load();
        let filter = filter.unwrap_or_default().resolve(session, &catalogue)?;
        let view = View {
            perspective: Perspective::of_actor(&catalogue, &session.actor),
            catalogue,
            now: session.now(),
        };
        let descending = order.direction == OrderDirection::Desc;
        let connection = session.services.db.reader();
        let page = query::page(connection, &session.actor, &view, &filter, descending, &window).await?;
        let page = page.map(|row| {
            let place = cursor(&list, &Key::from(&row));
            (place, Obligation::from_perspective(&view.perspective, row))
        });
        Ok(ObligationConnection::new(page, CountedInScope(view, filter)))
    }
}

/// How many obligations stand how.
#[derive(SimpleObject, Clone, Copy, Debug)]
pub struct ObligationCounts {
    /// Asked for, of units that were there to be asked: all of those below but `notApplicable`.
    expected: i64,
    /// Came, in time or late.
    submitted: i64,
    /// Came in time.
    on_time: i64,
    /// Came late.
    late: i64,
    /// The round has not opened.
    scheduled: i64,
    /// Awaited, and still in time.
    open: i64,
    /// Awaited, and late.
    overdue: i64,
    /// Excused by the tier above, and nothing came.
    excused: i64,
    /// Waived by the owner of the round, and nothing came.
    waived: i64,
    /// Of units that were dissolved before it was due, or are asked no longer.
    not_applicable: i64,
    /// The round was closed without it.
    unmet: i64,
    /// Of what came: accepted.
    accepted: i64,
    /// Of what came: declined.
    declined: i64,
}

impl Planned for ObligationCounts {
    fn told(field: &str) -> Option<Told<Self>> {
        Some(match field {
            "expected" => leaf(|counts, _request| counts.expected),
            "submitted" => leaf(|counts, _request| counts.submitted),
            "onTime" => leaf(|counts, _request| counts.on_time),
            "late" => leaf(|counts, _request| counts.late),
            "scheduled" => leaf(|counts, _request| counts.scheduled),
            "open" => leaf(|counts, _request| counts.open),
            "overdue" => leaf(|counts, _request| counts.overdue),
            "excused" => leaf(|counts, _request| counts.excused),
            "waived" => leaf(|counts, _request| counts.waived),
            "notApplicable" => leaf(|counts, _request| counts.not_applicable),
            "unmet" => leaf(|counts, _request| counts.unmet),
            "accepted" => leaf(|counts, _request| counts.accepted),
            "declined" => leaf(|counts, _request| counts.declined),
            _ => return None,
        })
    }
}

impl From<Counts> for ObligationCounts {
    fn from(counts: Counts) -> Self {
        Self {
            expected: counts.expected(),
            submitted: counts.submitted(),
            on_time: counts.on_time,
            late: counts.late,
            scheduled: counts.scheduled,
            open: counts.open,
            overdue: counts.overdue,
            excused: counts.excused,
            waived: counts.waived,
            not_applicable: counts.not_applicable,
            unmet: counts.unmet,
            accepted: counts.accepted,
            declined: counts.declined,
        }
    }
}
