//! Rounds in which reports are asked for, as the API shows them.
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, dataloader::DataLoader};
use entity::{cycle, cycle_passing, enums};

use super::{stage::ElectionStage, template::ReportTemplate};
use crate::{
    authz::{Decision, policy::cycle::Action},
    connection,
    error::{Error, Refusal},
    file::graphql::{File, FileLoader},
    graphql::{
        context::{Ask, RequestContext},
        id::Kind,
        legal_basis::LegalBasis,
        page::{Arguments, IdFilter, Known, OrderDirection, cursor, either},
        planned::{AskResolvers, Planned, Told, leaf, object},
        problem::{UserErrorCode, of_field},
        scalars::{Date, DateTime},
    },
    identity::graphql::Account,
    page::window_of,
    report::{
        catalogue,
        cycle::sight::{closed, decision, forbidden, is_in_line, is_visible},
    },
    session::Session,
    territory::graphql::{CodeFilter, Tier, Unit, ids},
};

connection!(planned ReportCycleConnection, ReportCycleEdge, ReportCycle, Known, "rounds");
connection!(
    CyclePassingConnection,
    CyclePassingEdge,
    CyclePassing,
    Known,
    "units that passed a round on"
);

/// What span of time a cycle asks about.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::PeriodKind")]
pub enum PeriodKind {
    /// A month.
    Monthly,
    /// A quarter.
    Quarterly,
    /// A year.
    Annual,
    /// A stage of an election, told at its end.
    StageFinal,
    /// Anything else.
    AdHoc,
}

/// Whom a round asks: the units of these tiers beneath its owner, narrowed by what else is given.
#[derive(SimpleObject)]
pub struct ReportAudience {
    /// Units of these tiers.
    tiers: Vec<Tier>,
    /// Of these, only those that are one of these units or beneath one; empty: wherever they are.
    beneath: Vec<Unit>,
    /// Of these, only these; empty: all of them.
    units: Vec<Unit>,
    /// Neither these nor anybody beneath them.
    except: Vec<Unit>,
}

/// What can be done to a round.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportCycleAction {
    /// `editReportCycle`.
    Edit,
    /// `closeReportCycle`.
    Close,
    /// `passOnReportCycle`.
    PassOn,
}

/// Whether something can be done to a round now, by you.
#[derive(SimpleObject)]
pub struct ReportCycleActionAvailability {
    /// What.
    action: ReportCycleAction,
    /// Whether the mutation would be let through, its input apart.
    allowed: bool,
    /// Why not; null when it is allowed.
    code: Option<UserErrorCode>,
    /// The same as a sentence; null when it is allowed.
    message: Option<String>,
}

#[derive(Clone)]
pub struct CyclePassing(Arc<cycle_passing::Model>);

/// That a unit passed a round on: it awaits the reports of those beneath it earlier than the owner does. The owner counts by
/// its own moment all the same.
#[Object]
impl CyclePassing {
    /// The unit that passed it on.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// When it awaits the reports of those beneath it.
    async fn due_at(&self) -> DateTime {
        DateTime(self.0.due_at)
    }

    /// The letter it stands on.
    async fn legal_basis(&self) -> LegalBasis {
        LegalBasis {
            number: self.0.basis_number.clone(),
            date: Date(self.0.basis_date),
        }
    }

    /// The letter itself; null where it was not attached.
    async fn letter(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        letter(ctx, self.0.basis_file_id?).await
    }

    /// The lock counter: hand it back as `expectedVersion` when you pass the round on anew.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Who did; null when people of that unit are outside what you may see.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id)
    }

    /// When it was last passed on.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

async fn letter(ctx: &Context<'_>, id: uuid::Uuid) -> Option<async_graphql::Result<File>> {
    let loader = ctx.data_unchecked::<DataLoader<FileLoader>>();
    loader.load_one(id).await.map_err(of_field).transpose()
}

#[derive(Clone)]
pub struct ReportCycle(pub Arc<cycle::Model>);

impl ReportCycle {
    /// A round by itself, for whoever may know of it.
    #[must_use]
    pub fn visible_to(session: &Session, row: &Arc<cycle::Model>) -> Option<Self> {
        is_visible(&session.actor, row.owner_id).then(|| Self(Arc::clone(row)))
    }

    /// Whether an action would be let through now.
    fn check(&self, session: &Session, action: ReportCycleAction) -> Result<(), Refusal> {
        let rule = match action {
            ReportCycleAction::Edit | ReportCycleAction::Close => Action::Manage,
            ReportCycleAction::PassOn => Action::PassOn,
        };
        let mut seats = session.actor.seats.iter();
        if !seats.any(|seat| decision(&session.actor, seat, rule, self.0.owner_id) == Decision::Allowed) {
            return Err(forbidden());
        }
        if self.0.closed_at.is_some() {
            return Err(closed());
        }
        Ok(())
    }
}

impl ReportCycle {
    /// The round of a record, for a field that is told by a plan.
    ///
    /// # Errors
    /// It is not known here yet.
    pub(super) fn planned(request: &RequestContext, id: uuid::Uuid) -> Result<Option<Self>, AskResolvers> {
        let catalogue = request.services.catalogue.load();
        let known = catalogue.cycle(id).ok_or(AskResolvers)?;
        Ok(Some(Self(Arc::clone(known))))
    }
}

impl Planned for ReportCycle {
    fn told(field: &str) -> Option<Told<Self>> {
        Some(match field {
            "id" => leaf(|cycle, _request| Kind::ReportCycle.id(cycle.0.id)),
            "code" => leaf(|cycle, _request| cycle.0.code.clone()),
            "name" => leaf(|cycle, _request| cycle.0.name.clone()),
            "version" => leaf(|cycle, _request| cycle.0.version),
            "owner" => object(|cycle, _request| Ok(Some(Unit(cycle.0.owner_id)))),
            "periodKind" => leaf(|cycle, _request| PeriodKind::from(cycle.0.period_kind)),
            "periodStart" => leaf(|cycle, _request| Date(cycle.0.period_start)),
            "periodEnd" => leaf(|cycle, _request| Date(cycle.0.period_end)),
            "opensAt" => leaf(|cycle, _request| DateTime(cycle.0.opens_at)),
            "dueAt" => leaf(|cycle, _request| DateTime(cycle.0.due_at)),
            "graceUntil" => leaf(|cycle, _request| DateTime(cycle.0.grace_until)),
            "closedAt" => leaf(|cycle, _request| cycle.0.closed_at.map(DateTime)),
            _ => return None,
        })
    }
}

/// One round of a template: a unit asks those beneath it for a report on a period by a moment in time. It is known to its
/// owner, to those above it and to all beneath it; for everybody else it does not exist.
#[Object]
impl ReportCycle {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::ReportCycle.id(self.0.id)
    }

    /// A stable name, unique in the whole country. Those of units below RI begin with the unit's code.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The unit that asks.
    async fn owner(&self) -> Unit {
        Unit(self.0.owner_id)
    }

    /// The template version it asks for.
    async fn template(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportTemplate> {
        let template = catalogue::template(&ctx.request().services, self.0.template_id).await?;
        Ok(ReportTemplate(template))
    }

    /// What span of time it asks about.
    async fn period_kind(&self) -> PeriodKind {
        self.0.period_kind.into()
    }

    /// The first day of the period.
    async fn period_start(&self) -> Date {
        Date(self.0.period_start)
    }

    /// The last day of the period.
    async fn period_end(&self) -> Date {
        Date(self.0.period_end)
    }

    /// The stage of an election it belongs to, whose regions alone are asked; null for none.
    async fn stage(&self, ctx: &Context<'_>) -> Option<ElectionStage> {
        let catalogue = ctx.request().services.catalogue.load();
        let stage = catalogue.stage(self.0.stage_id?)?;
        Some(ElectionStage(Arc::clone(stage)))
    }

    /// The day whose tree its reports are counted by.
    async fn tree_date(&self) -> Date {
        Date(self.0.tree_date)
    }

    /// Whom it asks.
    async fn audience(&self) -> ReportAudience {
        let rule = self.0.audience.clone().unwrap_or_default();
        let units = |units: Vec<uuid::Uuid>| units.into_iter().map(Unit).collect();
        ReportAudience {
            tiers: rule.tiers.into_iter().map(Tier::from).collect(),
            beneath: units(rule.beneath),
            units: units(rule.units),
            except: units(rule.except),
        }
    }

    /// The day on which the units it asks were looked up.
    async fn audience_on(&self) -> Date {
        Date(self.0.audience_on)
    }

    /// When reports may be started.
    async fn opens_at(&self) -> DateTime {
        DateTime(self.0.opens_at)
    }

    /// Until when they are due; a later one is late, not refused.
    async fn due_at(&self) -> DateTime {
        DateTime(self.0.due_at)
    }

    /// Until when what comes still counts as on time: the due moment, or later.
    async fn grace_until(&self) -> DateTime {
        DateTime(self.0.grace_until)
    }

    /// From when on nothing is taken any more that has not come before, but of units that were given more time; null: until
    /// it is closed.
    async fn locks_at(&self) -> Option<DateTime> {
        self.0.locks_at.map(DateTime)
    }

    /// The zone in which the due moment was stated, an IANA name.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// The letter it stands on; null where none was named.
    async fn legal_basis(&self) -> Option<LegalBasis> {
        Some(LegalBasis {
            number: self.0.basis_number.clone()?,
            date: Date(self.0.basis_date?),
        })
    }

    /// The letter itself; null where it was not attached.
    async fn letter(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        letter(ctx, self.0.basis_file_id?).await
    }

    /// When it was opened; null for those that came with the installation.
    async fn created_at(&self) -> Option<DateTime> {
        self.0.created_at.map(DateTime)
    }

    /// Who opened it; null for those that came with the installation, and when you may not know the person.
    async fn created_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.created_by?)
    }

    /// When it was closed; null while reports may still be started.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// The units in your own line that passed it on with an earlier moment: your own, those above it, and those beneath it.
    /// Earliest first.
    async fn passings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<CyclePassingConnection> {
        let actor = &ctx.session()?.actor;
        let list = "passings";
        let window = Arguments {
            first,
            last,
            after,
            before,
        }
        .window(list)?;
        let catalogue = ctx.request().services.catalogue.load();
        let mut passings: Vec<_> = catalogue
            .passings(self.0.id)
            .filter(|passing| is_in_line(actor, passing.unit_id))
            .cloned()
            .collect();
        passings.sort_unstable_by_key(|passing| passing.id);
        let total = Known(passings.len());
        let page = window_of(
            passings.into_iter().map(|passing| (passing.id, passing)),
            &window,
            false,
        );
        Ok(CyclePassingConnection::new(
            page.map(|passing| (cursor(list, &passing.id), CyclePassing(passing))),
            total,
        ))
    }

    /// What can be done to it with whether you may do it now, from the very rules the mutations run by.
    async fn available_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReportCycleActionAvailability>> {
        let session = ctx.session()?;
        let language = ctx.request().language;
        let actions = [
            ReportCycleAction::Edit,
            ReportCycleAction::Close,
            ReportCycleAction::PassOn,
        ];
        let availability = |action| {
            let refusal = self.check(session, action).err();
            ReportCycleActionAvailability {
                action,
                allowed: refusal.is_none(),
                code: refusal.as_ref().map(|refusal| refusal.code.into()),
                message: refusal.map(|refusal| refusal.text.in_language(language).to_owned()),
            }
        };
        Ok(actions.into_iter().map(availability).collect())
    }

    /// Whether you may change and close it now.
    async fn viewer_can_manage(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.check(ctx.session()?, ReportCycleAction::Edit).is_ok())
    }

    /// Whether you may pass it on now, if it asks anybody beneath your unit.
    async fn viewer_can_pass_on(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.check(ctx.session()?, ReportCycleAction::PassOn).is_ok())
    }
}

/// Chooses by kind of period.
#[derive(InputObject, Clone, Debug, Default)]
pub struct PeriodKindFilter {
    /// Exactly this one.
    eq: Option<PeriodKind>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<PeriodKind>>,
}

/// Which rounds are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ReportCycleFilter {
    /// By their stable name.
    code: Option<CodeFilter>,
    /// By template version.
    template: Option<IdFilter>,
    /// By the unit that asks.
    owner: Option<IdFilter>,
    /// By the stage of an election they belong to.
    stage: Option<IdFilter>,
    /// By kind of period.
    period_kind: Option<PeriodKindFilter>,
    /// Those that are closed, or those that are not.
    closed: Option<bool>,
}

/// A filter with its ids read.
struct Wanted {
    code: Option<Vec<String>>,
    template: Option<Vec<uuid::Uuid>>,
    owner: Option<Vec<uuid::Uuid>>,
    stage: Option<Vec<uuid::Uuid>>,
    period_kind: Option<Vec<enums::PeriodKind>>,
    closed: Option<bool>,
}

impl ReportCycleFilter {
    fn resolve(self) -> Result<Wanted, Error> {
        let CodeFilter { eq, any } = self.code.unwrap_or_default();
        let code = either(eq, any)?;
        let PeriodKindFilter { eq, any } = self.period_kind.unwrap_or_default();
        let kinds = either(eq, any)?;
        Ok(Wanted {
            code,
            template: ids(Kind::ReportTemplate, self.template)?,
            owner: ids(Kind::Unit, self.owner)?,
            stage: ids(Kind::ElectionStage, self.stage)?,
            period_kind: kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()),
            closed: self.closed,
        })
    }
}

impl Wanted {
    fn takes(&self, cycle: &cycle::Model) -> bool {
        let among = |wanted: &Option<Vec<uuid::Uuid>>, id| wanted.as_ref().is_none_or(|wanted| wanted.contains(&id));
        let of_stage = |wanted: &Vec<uuid::Uuid>| cycle.stage_id.is_some_and(|stage| wanted.contains(&stage));
        among(&self.template, cycle.template_id)
            && among(&self.owner, cycle.owner_id)
            && self.stage.as_ref().is_none_or(of_stage)
            && self.code.as_ref().is_none_or(|codes| codes.contains(&cycle.code))
            && self
                .period_kind
                .as_ref()
                .is_none_or(|kinds| kinds.contains(&cycle.period_kind))
            && self.closed.is_none_or(|closed| closed == cycle.closed_at.is_some())
    }
}

/// What a list of rounds is sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ReportCycleOrderField {
    /// When they are due, then their code.
    #[default]
    DueAt,
}

/// How a list of rounds is sorted.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct ReportCycleOrder {
    /// By what.
    field: ReportCycleOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

impl Default for ReportCycleOrder {
    /// The latest first: what is asked now is what most look for.
    fn default() -> Self {
        Self {
            field: ReportCycleOrderField::DueAt,
            direction: OrderDirection::Desc,
        }
    }
}

#[derive(Default)]
pub struct ReportCycleQuery;

#[Object]
impl ReportCycleQuery {
    /// A round by its id or by its code; null when there is none that you may know of.
    async fn report_cycle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: Option<ID>,
        #[graphql(desc = "The code.")] code: Option<String>,
    ) -> Option<async_graphql::Result<ReportCycle>> {
        let found = ctx.session().and_then(|session| {
            let catalogue = session.services.catalogue.load();
            let found = match (&id, &code) {
                (Some(id), None) => catalogue.cycle(Kind::ReportCycle.uuid(id)?).cloned(),
                (None, Some(code)) => catalogue.cycles().into_iter().find(|row| row.code == *code).cloned(),
                _ => {
                    return Err(Error::bad_input(
                        "Berikan `code` atau `id`, salah satu saja.",
                        "Give either `code` or `id`.",
                    ));
                }
            };
            Ok(found.and_then(|row| ReportCycle::visible_to(session, &row)))
        });
        found.map_err(Into::into).transpose()
    }

    /// The rounds in which your unit, those beneath it or those above it ask for reports.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn report_cycles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ReportCycleFilter>,
        #[graphql(desc = "Sorted how; those due last come first when left out.")] order_by: Option<ReportCycleOrder>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReportCycleConnection> {
        let session = ctx.session()?;
        let order = order_by.unwrap_or_default();
        let wanted = filter.unwrap_or_default().resolve()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let list = format!("cycles:{:?}:{:?}", order.field, order.direction);
        let window = arguments.window(&list)?;
        let key = |row: &cycle::Model| (row.due_at.timestamp_micros(), row.code.clone());
        let catalogue = session.services.catalogue.load();
        let mut rows: Vec<Arc<cycle::Model>> = catalogue.cycles().into_iter().cloned().collect();
        rows.retain(|row| wanted.takes(row) && is_visible(&session.actor, row.owner_id));
        let descending = order.direction == OrderDirection::Desc;
        if descending {
            rows.reverse();
        }
        let total = Known(rows.len());
        let page = window_of(rows.into_iter().map(|row| (key(&row), row)), &window, descending);
        Ok(ReportCycleConnection::new(
            page.map(|row| (cursor(&list, &key(&row)), ReportCycle(row))),
            total,
        ))
    }
}
