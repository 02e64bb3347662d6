//! Reading reports.
use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::{
    receipt::Openness,
    types::{Report, ReportStatus},
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, OrderDirection, cursor, either, search_text},
        scalars::DateTime,
    },
    report::{
        query::{self, Filter, Key, Order},
        search::Wanted,
    },
    territory::graphql::ids,
};

connection!(planned ReportConnection, ReportEdge, Report, Counted, "reports");

/// How many reports a filter finds: counted in the database, and only when asked for.
pub struct Counted(pub(super) Filter);

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

/// What a list of reports is sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ReportOrderField {
    /// When it was started.
    #[default]
    CreatedAt,
    /// When the revision in force was submitted; those never submitted count as the earliest.
    SubmittedAt,
}

/// How a list of reports is sorted.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct ReportOrder {
    /// By what.
    field: ReportOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

impl Default for ReportOrder {
    /// The latest first: what came in last is what a reviewer looks for.
    fn default() -> Self {
        Self {
            field: ReportOrderField::SubmittedAt,
            direction: OrderDirection::Desc,
        }
    }
}

/// Chooses by status.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ReportStatusFilter {
    /// Exactly this one.
    eq: Option<ReportStatus>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<ReportStatus>>,
}

/// Chooses by openness.
#[derive(InputObject, Clone, Debug, Default)]
pub struct OpennessFilter {
    /// Exactly this one.
    eq: Option<Openness>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<Openness>>,
}

/// Chooses by moment.
#[derive(InputObject, Clone, Debug, Default)]
pub struct DateTimeRange {
    /// At this moment or later.
    pub(super) from: Option<DateTime>,
    /// Before this moment.
    pub(super) before: Option<DateTime>,
}

/// Which reports are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ReportFilter {
    /// By where they stand.
    status: Option<ReportStatusFilter>,
    /// By the unit whose report it is.
    unit: Option<IdFilter>,
    /// Reports of these units and of all beneath them.
    underneath: Option<IdFilter>,
    /// By template version.
    template: Option<IdFilter>,
    /// By cycle.
    cycle: Option<IdFilter>,
    /// By how open they are.
    openness: Option<OpennessFilter>,
    /// By when the revision in force was submitted.
    submitted: Option<DateTimeRange>,
}

impl ReportFilter {
    pub(super) fn resolve(self, search: Option<String>) -> Result<Filter, Error> {
        let ReportStatusFilter { eq, any } = self.status.unwrap_or_default();
        let OpennessFilter {
            eq: open,
            any: any_open,
        } = self.openness.unwrap_or_default();
        let DateTimeRange { from, before } = self.submitted.unwrap_or_default();
        Ok(Filter {
            status: either(eq, any)?.map(|statuses| statuses.into_iter().map(Into::into).collect()),
            unit: ids(Kind::Unit, self.unit)?,
            underneath: ids(Kind::Unit, self.underneath)?,
            template: ids(Kind::ReportTemplate, self.template)?,
            cycle: ids(Kind::ReportCycle, self.cycle)?,
            handover_session: None,
            openness: either(open, any_open)?.map(|open| open.into_iter().map(Into::into).collect()),
            submitted_from: from.map(|moment| moment.0),
            submitted_before: before.map(|moment| moment.0),
            words: Wanted::of(&search_text(search)?),
        })
    }
}

/// A page of the reports in scope.
pub(super) async fn report_page(
    ctx: &Context<'_>,
    filter: Filter,
    order: ReportOrder,
    arguments: &Arguments,
) -> async_graphql::Result<ReportConnection> {
    let session = ctx.session()?;
    let list = format!("reports:{:?}:{:?}", order.field, order.direction);
    let sorted_by = match order.field {
        ReportOrderField::CreatedAt => Order::Created,
        ReportOrderField::SubmittedAt => Order::Submitted,
    };
    let window = arguments.window::<Key>(&list)?;
    let descending = order.direction == OrderDirection::Desc;
    let page = query::page(
        session.services.db.reader(),
        &session.actor,
        &filter,
        (sorted_by, descending),
        &window,
    )
    .await?;
    let page = page.map(|row| (cursor(&list, &Key::of(&row, sorted_by)), Report::from(row)));
    Ok(ReportConnection::new(page, Counted(filter)))
}

#[derive(Default)]
pub struct ReportQuery;

#[Object]
impl ReportQuery {
    /// A report by id; null when there is none that you may see.
    async fn report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report's global id.")] id: ID,
    ) -> Option<async_graphql::Result<Report>> {
        let (session, id) = match (ctx.session(), Kind::Report.uuid(&id)) {
            (Ok(session), Ok(id)) => (session, id),
            (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
        };
        let found = query::by_id(session.services.db.reader(), &session.actor, id).await;
        found.map(|row| row.map(Report::from)).map_err(Into::into).transpose()
    }

    /// The reports you may see.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ReportFilter>,
        #[graphql(desc = "Sorted how; latest submission first when left out.")] order_by: Option<ReportOrder>,
        #[graphql(
            desc = "Words, the last of which may be the beginning of one, that all occur in what was submitted or in the names around it, whatever their case and accents; none find everything. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReportConnection> {
        ctx.session()?;
        let filter = filter.unwrap_or_default().resolve(search)?;
        report_page(
            ctx,
            filter,
            order_by.unwrap_or_default(),
            &Arguments {
                first,
                last,
                after,
                before,
            },
        )
        .await
    }
}
