//! What is found in reports, as the API shows it.
use async_graphql::{Context, Enum, ID, InputObject, Object, dataloader::DataLoader};
use entity::{enums, finding, finding_act, template};
use uuid::Uuid;

use super::{
    loader::{FindingActsOf, FindingsOf, ReportLoader, VisibleReport, VisibleReports},
    revision_change::{ReportFieldChange, between},
    types::Report,
};
use crate::{
    authz::Decision,
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, Known, either},
        planned::{Planned, Told, leaf, object},
        problem::of_field,
        scalars::{Date, DateTime},
    },
    identity::graphql::Account,
    report::{
        availability::Case,
        finding::{
            availability::{self, Open},
            place,
        },
        ties::Ties,
    },
    territory::graphql::{Seat, Unit},
};

/// How much a finding asks of the unit whose report it is about.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::FindingSeverity")]
pub enum FindingSeverity {
    /// It has to be answered: until it is, the report is neither submitted again nor endorsed.
    Must,
    /// An answer is expected, but nothing waits for it.
    Should,
    /// Nothing is asked.
    Note,
}

/// Where a finding stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::FindingState")]
pub enum FindingState {
    /// Waiting for an answer, for the first time or anew.
    Open,
    /// Answered in a submission, waiting for who raised it.
    Answered,
    /// Settled by who raised it.
    Resolved,
}

/// What is done about a finding.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::FindingActKind")]
pub enum FindingActKind {
    /// `raiseFinding`.
    Raise,
    /// `acknowledgeFindings`.
    Acknowledge,
    /// Answered with `submitReport`.
    Answer,
    /// `resolveFinding`.
    Resolve,
    /// `reopenFinding`.
    Reopen,
}

#[derive(Clone)]
pub struct FindingAct(finding_act::Model);

/// Something that was done about a finding.
#[Object]
impl FindingAct {
    /// What was done.
    async fn kind(&self) -> FindingActKind {
        self.0.kind.into()
    }

    /// The answer, or why it was resolved or reopened; null where nothing was said.
    async fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// Of an answer: true where it says what was done, false where it says why nothing was. Else null.
    async fn remedied(&self) -> Option<bool> {
        self.0.remedied
    }

    /// Of an answer: the number of the submission it came with. Else null.
    async fn revision(&self) -> Option<i32> {
        self.0.revision
    }

    /// The seat that acted.
    async fn seat(&self) -> Seat {
        Seat(self.0.seat_id)
    }

    /// The unit that acted.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
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

#[derive(Clone)]
pub struct Finding(pub finding::Model);

/// What a reviewer found in a submission. Whoever sees the submissions of the report sees it, save those at RI who have a
/// conflict of interest with its unit; for all others it does not exist.
#[Object]
impl Finding {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Finding.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`. To take note of a finding leaves it as it is.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The report it is about; null once you may no longer see it.
    async fn report(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Report>> {
        self.its_report(ctx).await
    }

    /// The number of the submission it was raised on.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// The key of the section of the template it is about; null where it is about the whole report.
    async fn section(&self) -> Option<&str> {
        self.0.section.as_deref()
    }

    /// The key of the field of the template it is about; null where it is about a section or the whole report.
    async fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// What that field, or else that section, is called; null where it is about the whole report.
    async fn title(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        let report = match self.its_report(ctx).await? {
            Ok(report) => report,
            Err(error) => return Some(Err(error)),
        };
        let template = match report.pinned_template(ctx).await {
            Ok(template) => template,
            Err(error) => return Some(Err(error.into())),
        };
        let title = place::title(&template, self.0.section.as_deref(), self.0.field.as_deref())?;
        Some(Ok(title.to_owned()))
    }

    /// How much it asks.
    async fn severity(&self) -> FindingSeverity {
        self.0.severity.into()
    }

    /// What was found.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Until when an answer is awaited; null where no date was set.
    async fn due_on(&self) -> Option<Date> {
        self.0.due_on.map(Date)
    }

    /// Where it stands.
    async fn state(&self) -> FindingState {
        self.0.state.into()
    }

    /// When it was raised.
    async fn raised_at(&self) -> DateTime {
        DateTime(self.0.raised_at)
    }

    /// The person who raised it; null when people of that unit are outside what you may see.
    async fn raised_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.raised_by)
    }

    /// The seat that raised it.
    async fn raised_from(&self) -> Seat {
        Seat(self.0.raised_seat)
    }

    /// The unit that raised it, which also resolves or reopens it.
    async fn raising_unit(&self) -> Unit {
        Unit(self.0.raised_unit)
    }

    /// When the unit of the report first took note of it; null while it has not.
    async fn acknowledged_at(&self) -> Option<DateTime> {
        self.0.acknowledged_at.map(DateTime)
    }

    /// The person who took note of it; null while nobody has, and when people of that unit are outside what you may see.
    async fn acknowledged_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.acknowledged_by?)
    }

    /// The number of the submission that answered it last; null while none has.
    async fn answered_in(&self) -> Option<i32> {
        self.0.answered_in
    }

    /// What was done about it, earliest first.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<FindingAct>> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let acts = loader.load_one(FindingActsOf(self.0.id)).await.map_err(of_field)?;
        Ok(acts.unwrap_or_default().into_iter().map(FindingAct).collect())
    }

    /// What of the field or section it is about is answered otherwise than in the submission it was raised on: in the one
    /// that answered it last, or while none has in the last there is. Null once you may no longer see the report.
    async fn changes(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<ReportFieldChange>>> {
        let report = match self.its_report(ctx).await? {
            Ok(report) => report,
            Err(error) => return Some(Err(error)),
        };
        let last = self.0.answered_in.unwrap_or(report.0.revision_number);
        let changes = between(ctx, &report, self.0.revision, last).await?;
        Some(changes.map(|changes| changes.into_iter().filter(|change| self.concerns(change)).collect()))
    }

    /// Whether you may resolve it now.
    async fn viewer_can_resolve(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::FindingActKind::Resolve).await
    }

    /// Whether you may reopen it now.
    async fn viewer_can_reopen(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::FindingActKind::Reopen).await
    }
}

impl Planned for Finding {
    fn told(field: &str) -> Option<Told<Self>> {
        Some(match field {
            "id" => leaf(|finding, _request| Kind::Finding.id(finding.0.id)),
            "version" => leaf(|finding, _request| finding.0.version),
            "revision" => leaf(|finding, _request| finding.0.revision),
            "section" => leaf(|finding, _request| finding.0.section.clone()),
            "field" => leaf(|finding, _request| finding.0.field.clone()),
            "severity" => leaf(|finding, _request| FindingSeverity::from(finding.0.severity)),
            "text" => leaf(|finding, _request| finding.0.text.clone()),
            "dueOn" => leaf(|finding, _request| finding.0.due_on.map(Date)),
            "state" => leaf(|finding, _request| FindingState::from(finding.0.state)),
            "raisedAt" => leaf(|finding, _request| DateTime(finding.0.raised_at)),
            "raisedBy" => object(|finding, request| Account::planned(request, Some(finding.0.raised_by))),
            "raisingUnit" => object(|finding, _request| Ok(Some(Unit(finding.0.raised_unit)))),
            "acknowledgedAt" => leaf(|finding, _request| finding.0.acknowledged_at.map(DateTime)),
            "acknowledgedBy" => object(|finding, request| Account::planned(request, finding.0.acknowledged_by)),
            "answeredIn" => leaf(|finding, _request| finding.0.answered_in),
            _ => return None,
        })
    }
}

impl Finding {
    /// Which finding it is.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.0.id
    }

    async fn its_report(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Report>> {
        let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
        let found = loader.load_one(VisibleReport(self.0.subject_id)).await;
        found.map(|row| row.map(Report::from)).map_err(of_field).transpose()
    }

    fn concerns(&self, change: &ReportFieldChange) -> bool {
        let of_field = self.0.field.as_ref().is_none_or(|field| change.is_of_field(field));
        let of_section = self
            .0
            .section
            .as_ref()
            .is_none_or(|section| change.is_of_section(section));
        of_field && of_section
    }

    async fn can(&self, ctx: &Context<'_>, kind: enums::FindingActKind) -> async_graphql::Result<bool> {
        let session = ctx.session()?;
        let Some(report) = self.its_report(ctx).await.transpose()? else {
            return Ok(false);
        };
        let template = report.pinned_template(ctx).await?;
        let ties = report.ties(ctx).await?;
        let case = case(&report, &template, &ties, session.now());
        Ok(availability::settling_seat(&case, &session.actor, &self.0, kind, None).is_ok())
    }
}

/// A report as the rules on findings look at it.
fn case<'c>(
    report: &'c Report,
    template: &'c template::Model,
    ties: &'c Ties,
    now: chrono::DateTime<chrono::Utc>,
) -> Case<'c> {
    Case {
        report: &report.0,
        template,
        ties,
        open: Open::default(),
        now,
    }
}

connection!(planned FindingConnection, FindingEdge, Finding, Known, "findings");

/// Chooses by severity.
#[derive(InputObject, Clone, Debug, Default)]
pub struct FindingSeverityFilter {
    /// Exactly this one.
    eq: Option<FindingSeverity>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<FindingSeverity>>,
}

/// Chooses by state.
#[derive(InputObject, Clone, Debug, Default)]
pub struct FindingStateFilter {
    /// Exactly this one.
    eq: Option<FindingState>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<FindingState>>,
}

/// Which findings are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct FindingFilter {
    /// By how much they ask.
    severity: Option<FindingSeverityFilter>,
    /// By where they stand.
    state: Option<FindingStateFilter>,
}

/// A page of what was found in one report, in the order in which it was: of nothing for who is not told of it.
pub(super) async fn findings_page(
    ctx: &Context<'_>,
    report: &Report,
    filter: FindingFilter,
    arguments: &Arguments,
) -> async_graphql::Result<FindingConnection> {
    let FindingSeverityFilter { eq, any } = filter.severity.unwrap_or_default();
    let severities = either(eq, any)?;
    let FindingStateFilter { eq, any } = filter.state.unwrap_or_default();
    let states = either(eq, any)?;
    let is_wanted = |finding: &finding::Model| {
        let by_severity = severities
            .as_ref()
            .is_none_or(|any| any.contains(&finding.severity.into()));
        by_severity && states.as_ref().is_none_or(|any| any.contains(&finding.state.into()))
    };
    let mut found = if follows(ctx, report).await? {
        findings_of(ctx, report.0.id).await?
    } else {
        Vec::new()
    };
    found.retain(is_wanted);
    let (page, total) = arguments.page_of("findings", found, |finding| finding.id, false)?;
    let page = page.map(|(cursor, finding)| (cursor, Finding(finding)));
    Ok(FindingConnection::new(page, total))
}

/// Whether the viewer is told what is found in a report and of the steps of its review.
pub(super) async fn follows(ctx: &Context<'_>, report: &Report) -> async_graphql::Result<bool> {
    let session = ctx.session()?;
    let template = report.pinned_template(ctx).await?;
    let ties = report.ties(ctx).await?;
    let case = case(report, &template, &ties, session.now());
    let mut seats = session.actor.seats.iter();
    Ok(seats.any(|seat| case.follows(&session.actor, seat) == Decision::Allowed))
}

/// What was found in a report the viewer has been shown.
pub(super) async fn findings_of(ctx: &Context<'_>, report: Uuid) -> Result<Vec<finding::Model>, async_graphql::Error> {
    let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
    let found = loader.load_one(FindingsOf(report)).await.map_err(of_field)?;
    Ok(found.unwrap_or_default())
}

/// Findings by id, as far as the viewer may see them.
///
/// # Errors
/// The database's.
pub async fn by_ids(session: &crate::session::Session, ids: &[Uuid]) -> Result<Vec<Finding>, Error> {
    let found = crate::report::finding::query::visible(session.services.db.reader(), &session.actor, ids).await?;
    Ok(found.into_iter().map(Finding).collect())
}
