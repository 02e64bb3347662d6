//! Reports and what hangs on them.
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{cycle, draft::Answers, enums, report, revision, template, transition};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    loader::{DraftOf, HandoverOf, HistoryOf, ReportLoader, RevisionId, of_field},
    query::{ReportConnection, ReportOrder, report_page},
};
use crate::{
    authz::{Decision, policy::report::Action},
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, Known, cursor},
        problem::UserErrorCode,
        scalars::{Date, DateTime, Sha256},
    },
    identity::graphql::Account,
    page::window_of,
    report::{
        availability::Case,
        query::{Filter, Handover},
    },
    territory::graphql::{Seat, Tier, Unit},
};

/// Where a report stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ReportStatus")]
pub enum ReportStatus {
    /// Being written by its unit.
    Draft,
    /// Waiting at the desk of the next endorsing tier.
    Submitted,
    /// Taken up by the endorsing tier.
    TierReview,
    /// Sent back to its unit with a reason.
    Returned,
    /// Endorsed by all who have to; waiting to be handed over to RI.
    Endorsed,
    /// Handed over, waiting to be received.
    HandedOver,
    /// Received at RI, waiting for the decision.
    Received,
    /// Accepted. The end of the way, unless the acceptance is retracted within 24 hours.
    Accepted,
    /// Declined by whoever has the last word.
    Declined,
    /// Given up by its unit.
    Abandoned,
}

/// What can be done to a report.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ReportCommand")]
pub enum ReportCommand {
    /// `startReport`.
    Start,
    /// `editReport`.
    Edit,
    /// `submitReport`.
    Submit,
    /// `withdrawReport`.
    Withdraw,
    /// `takeReport`.
    Take,
    /// `releaseReport`.
    Release,
    /// `returnReport`.
    Return,
    /// `endorseReport`.
    Endorse,
    /// `handOverReports`.
    HandOver,
    /// `receiveReports`.
    Receive,
    /// `refuseHandover`.
    RefuseHandover,
    /// `acceptReport`.
    Accept,
    /// `declineReport`.
    Decline,
    /// `retractAcceptance`.
    RetractAcceptance,
    /// `abandonReport`.
    Abandon,
}

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

/// What became of a report in its handover.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::HandoverOutcome")]
pub enum HandoverOutcome {
    /// Not answered yet.
    Pending,
    /// Received.
    Received,
    /// Refused; the report went back to its giver.
    Refused,
}

/// What a report asks for, and the way it takes. A version never changes.
pub struct ReportTemplate(pub template::Model);

#[Object]
impl ReportTemplate {
    /// The global id of this version.
    pub async fn id(&self) -> ID {
        Kind::ReportTemplate.id(self.0.id)
    }

    /// A stable name that all its versions share.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Which version this is, from 1 up.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The tiers whose units write it.
    async fn author_tiers(&self) -> Vec<Tier> {
        self.0.route.authors.iter().copied().map(Tier::from).collect()
    }

    /// The tiers that endorse it on its way up; of these, those above the author's.
    async fn endorsing_tiers(&self) -> Vec<Tier> {
        self.0.route.endorsers.iter().copied().map(Tier::from).collect()
    }

    /// The tier that has the last word. `RI` receives by handover; a lower tier accepts by endorsing.
    async fn terminal_tier(&self) -> Tier {
        self.0.route.terminal.into()
    }

    /// What it asks, in order.
    async fn sections(&self) -> Vec<ReportSection> {
        let section = |section: &template::Section| ReportSection {
            key: section.key.clone(),
            title: section.title.clone(),
            guidance: section.guidance.clone(),
        };
        self.0.sections.0.iter().map(section).collect()
    }
}

/// One question of a template.
#[derive(SimpleObject)]
pub struct ReportSection {
    /// Answers are filed under it.
    key: String,
    /// The question.
    title: String,
    /// What a good answer tells.
    guidance: String,
}

/// One round of a template.
pub struct ReportCycle(pub cycle::Model);

#[Object]
impl ReportCycle {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::ReportCycle.id(self.0.id)
    }

    /// A stable name.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The template version it asks for.
    async fn template(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportTemplate> {
        let template = ctx.request().services.catalogue.template(self.0.template_id);
        Ok(ReportTemplate(
            template
                .cloned()
                .ok_or_else(|| Error::internal("a cycle without its template"))?,
        ))
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

    /// When reports may be started.
    async fn opens_at(&self) -> DateTime {
        DateTime(self.0.opens_at)
    }

    /// Until when they are due; a later one is late, not refused.
    async fn due_at(&self) -> DateTime {
        DateTime(self.0.due_at)
    }

    /// The zone in which the due moment was stated, an IANA name.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// When it was closed; null while reports may still be started.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }
}

/// The answer to one section.
#[derive(SimpleObject, Clone, Deserialize)]
pub struct ReportAnswer {
    /// The section's key in the template.
    key: String,
    /// The section's title.
    title: String,
    /// What the unit wrote.
    text: String,
}

/// A frozen submission: it never changes, whatever becomes of the report.
pub struct ReportRevision(revision::Model);

#[Object]
impl ReportRevision {
    /// Which submission of this report it is, from 1 up.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// When it was submitted.
    async fn submitted_at(&self) -> DateTime {
        DateTime(self.0.submitted_at)
    }

    /// The seat that submitted it.
    async fn submitted_from(&self) -> Seat {
        Seat(self.0.seat_id)
    }

    /// The person who submitted it; null when people of that unit are outside what you may see.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        person(ctx, self.0.account_id)
    }

    /// SHA-256 over the bytes of `content`.
    async fn sha256(&self) -> Sha256 {
        Sha256(self.0.sha256.clone())
    }

    /// The submission as canonical JSON (RFC 8785): the very bytes that were hashed.
    async fn content(&self) -> &str {
        &self.0.content
    }

    /// The answers, in the order of the template.
    async fn answers(&self) -> async_graphql::Result<Vec<ReportAnswer>> {
        #[derive(Deserialize)]
        struct Content {
            sections: Vec<ReportAnswer>,
        }
        let content: Content = serde_json::from_str(&self.0.content).map_err(Error::internal)?;
        Ok(content.sections)
    }
}

/// The working text of a report. Its own unit's alone.
#[derive(SimpleObject)]
pub struct ReportDraft {
    /// One per section of the template, in order; the text is empty where nothing was written yet.
    answers: Vec<ReportAnswer>,
    /// When it was last saved.
    updated_at: DateTime,
}

/// One step in the life of a report.
#[derive(Clone)]
pub struct ReportTransition(transition::Model);

#[Object]
impl ReportTransition {
    /// What was done.
    async fn command(&self) -> ReportCommand {
        self.0.command.into()
    }

    /// The status before; null for the first step.
    async fn from_status(&self) -> Option<ReportStatus> {
        self.0.from_status.map(Into::into)
    }

    /// The status it led to.
    async fn to_status(&self) -> ReportStatus {
        self.0.to_status.into()
    }

    /// The version the report reached by it.
    async fn version(&self) -> i32 {
        self.0.version
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
        person(ctx, self.0.account_id)
    }

    /// Why; null where no reason is asked for and none was given.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

connection!(
    ReportTransitionConnection,
    ReportTransitionEdge,
    ReportTransition,
    Known,
    "steps in the life of a report"
);

/// How a report changed hands.
pub struct ReportHandover(Handover);

#[Object]
impl ReportHandover {
    /// The session in which it did.
    async fn session(&self) -> HandoverSession {
        HandoverSession(self.0.act.session_id)
    }

    /// Where.
    async fn place(&self) -> &str {
        &self.0.act.place
    }

    /// When, as the givers stated it.
    async fn at(&self) -> DateTime {
        DateTime(self.0.act.at)
    }

    /// The seat that gave it.
    async fn giver(&self) -> Seat {
        Seat(self.0.act.seat_id)
    }

    /// The seats named to receive it.
    async fn receivers(&self) -> Vec<Seat> {
        self.0.receivers.iter().copied().map(Seat).collect()
    }

    /// What became of it.
    async fn outcome(&self) -> HandoverOutcome {
        self.0.item.outcome.into()
    }

    /// The seat that received it; null while nobody has.
    async fn decided_by(&self) -> Option<Seat> {
        self.0.item.seat_id.map(Seat)
    }

    /// When it was received; null while it was not.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.item.decided_at.map(DateTime)
    }
}

/// A gathering in which reports change hands. Seen by the unit that opened it, those beneath it, and whoever sees a report handed over in it.
#[derive(Clone)]
pub struct HandoverSession(pub Uuid);

#[Object]
impl HandoverSession {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::HandoverSession.id(self.0)
    }

    /// The reports handed over in it and not refused, as far as you may see them, latest first.
    async fn reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReportConnection> {
        let filter = Filter {
            handover_session: Some(self.0),
            ..Filter::default()
        };
        report_page(
            ctx,
            filter,
            ReportOrder::default(),
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

/// Whether a command may be carried out now, by you.
#[derive(SimpleObject)]
pub struct ReportActionAvailability {
    /// The command.
    action: ReportCommand,
    /// Whether the mutation would be let through, its input apart.
    allowed: bool,
    /// Why not; null when it is allowed.
    code: Option<UserErrorCode>,
    /// The same as a sentence; null when it is allowed.
    message: Option<String>,
}

/// A report of a unit for a cycle. Its own unit sees all of it; those above it see it from its first submit on, and of it
/// only what was submitted; a named receiver sees it once it was handed over. For all others it does not exist.
#[derive(Clone)]
pub struct Report(pub Arc<report::Model>);

impl From<report::Model> for Report {
    fn from(row: report::Model) -> Self {
        Self(Arc::new(row))
    }
}

/// The commands that act on a report that exists.
const COMMANDS: [enums::ReportCommand; 14] = [
    enums::ReportCommand::Edit,
    enums::ReportCommand::Submit,
    enums::ReportCommand::Withdraw,
    enums::ReportCommand::Take,
    enums::ReportCommand::Release,
    enums::ReportCommand::Return,
    enums::ReportCommand::Endorse,
    enums::ReportCommand::HandOver,
    enums::ReportCommand::Receive,
    enums::ReportCommand::RefuseHandover,
    enums::ReportCommand::Accept,
    enums::ReportCommand::Decline,
    enums::ReportCommand::RetractAcceptance,
    enums::ReportCommand::Abandon,
];

impl Report {
    fn template<'a>(&self, ctx: &Context<'a>) -> Result<&'a template::Model, Error> {
        let template = ctx.request().services.catalogue.template(self.0.template_id);
        template.ok_or_else(|| Error::internal("a report without its template"))
    }

    async fn handover_in_force(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Handover>> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader.load_one(HandoverOf(self.0.id)).await.map_err(of_field);
        found.transpose()
    }

    /// Asks for the receivers only where they make a difference: while the report waits to be received.
    async fn receivers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Uuid>> {
        let handed_over = match self.0.status {
            enums::ReportStatus::HandedOver
            | enums::ReportStatus::Received
            | enums::ReportStatus::Accepted
            | enums::ReportStatus::Declined => true,
            enums::ReportStatus::Draft
            | enums::ReportStatus::Submitted
            | enums::ReportStatus::TierReview
            | enums::ReportStatus::Returned
            | enums::ReportStatus::Endorsed
            | enums::ReportStatus::Abandoned => false,
        };
        if !handed_over {
            return Ok(Vec::new());
        }
        match self.handover_in_force(ctx).await {
            Some(handover) => Ok(handover?.receivers),
            None => Ok(Vec::new()),
        }
    }

    async fn can(&self, ctx: &Context<'_>, command: enums::ReportCommand) -> async_graphql::Result<bool> {
        let session = ctx.session()?;
        let receivers = self.receivers(ctx).await?;
        let case = Case {
            report: &self.0,
            template: self.template(ctx)?,
            receivers: &receivers,
            now: session.now(),
        };
        Ok(case.check(&session.actor, command, None).is_ok())
    }
}

#[Object]
impl Report {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Report.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`, so that nobody decides on something that has changed.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Where it stands.
    async fn status(&self) -> ReportStatus {
        self.0.status.into()
    }

    /// The unit whose report it is.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// What it asks for.
    #[graphql(name = "template")]
    async fn asked(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportTemplate> {
        Ok(ReportTemplate(self.template(ctx)?.clone()))
    }

    /// The round it belongs to.
    async fn cycle(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportCycle> {
        let cycle = ctx.request().services.catalogue.cycle(self.0.cycle_id);
        Ok(ReportCycle(
            cycle
                .cloned()
                .ok_or_else(|| Error::internal("a report without its cycle"))?,
        ))
    }

    /// The unit whose turn it is while SUBMITTED or TIER_REVIEW, else null.
    async fn reviewing_unit(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Unit>> {
        let directory = match ctx.session() {
            Ok(session) => &session.actor.directory,
            Err(error) => return Some(Err(error.into())),
        };
        let unit = directory.tree.superior_at(self.0.unit_id, self.0.reviewing_tier?)?;
        Some(Ok(Unit(unit.id)))
    }

    /// When it was started.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When anything about it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// When the revision in force was submitted; null before the first submit.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.submitted_at.map(DateTime)
    }

    /// When it was submitted for the first time; null before.
    async fn first_submitted_at(&self) -> Option<DateTime> {
        self.0.first_submitted_at.map(DateTime)
    }

    /// When it was accepted; null while it is not.
    async fn accepted_at(&self) -> Option<DateTime> {
        self.0.accepted_at.map(DateTime)
    }

    /// Until when a returned report is awaited; null where no date was set.
    async fn return_due_on(&self) -> Option<Date> {
        self.0.return_due_on.map(Date)
    }

    /// The submission in force; null before the first submit.
    async fn revision(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReportRevision>> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader.load_one(RevisionId(self.0.revision_id?)).await.map_err(of_field);
        found.map(|revision| revision.map(ReportRevision)).transpose()
    }

    /// The working text; null for everybody outside the own unit.
    async fn draft(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReportDraft>> {
        let (actor, now, template) = match (ctx.session(), self.template(ctx)) {
            (Ok(session), Ok(template)) => (&session.actor, session.now(), template),
            (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
        };
        let case = Case {
            report: &self.0,
            template,
            receivers: &[],
            now,
        };
        if !actor
            .seats
            .iter()
            .any(|seat| case.decision(actor, seat, Action::ReadDraft) == Decision::Allowed)
        {
            return None;
        }
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader
            .load_one(DraftOf(self.0.id))
            .await
            .map_err(of_field)
            .transpose()?;
        Some(found.map(|draft| ReportDraft {
            answers: answers(template, &draft.answers),
            updated_at: DateTime(draft.updated_at),
        }))
    }

    /// What was done to it, earliest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReportTransitionConnection> {
        let list = "report-history";
        let window = Arguments {
            first,
            last,
            after,
            before,
        }
        .window(list)?;
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let steps = loader
            .load_one(HistoryOf(self.0.id))
            .await
            .map_err(of_field)?
            .unwrap_or_default();
        let total = Known(steps.len());
        let page = window_of(steps.into_iter().map(|step| (step.version, step)), &window, false);
        Ok(ReportTransitionConnection::new(
            page.map(|step| (cursor(list, &step.version), ReportTransition(step))),
            total,
        ))
    }

    /// How it changed hands; null before it did, and after a handover was refused.
    async fn handover(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReportHandover>> {
        let handover = self.handover_in_force(ctx).await;
        handover.map(|handover| handover.map(ReportHandover))
    }

    /// Every command with whether you may carry it out now, from the very rules the mutations run by.
    async fn available_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReportActionAvailability>> {
        let session = ctx.session()?;
        let language = ctx.request().language;
        let receivers = self.receivers(ctx).await?;
        let case = Case {
            report: &self.0,
            template: self.template(ctx)?,
            receivers: &receivers,
            now: session.now(),
        };
        let availability = |command: enums::ReportCommand| {
            let refusal = case.check(&session.actor, command, None).err();
            ReportActionAvailability {
                action: command.into(),
                allowed: refusal.is_none(),
                code: refusal.as_ref().map(|refusal| refusal.code.into()),
                message: refusal.map(|refusal| refusal.text.in_language(language).to_owned()),
            }
        };
        Ok(COMMANDS.into_iter().map(availability).collect())
    }

    /// Whether you may edit the draft now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Edit).await
    }

    /// Whether you may submit it now, its sections being answered.
    async fn viewer_can_submit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Submit).await
    }

    /// Whether you may take it up now.
    async fn viewer_can_take(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Take).await
    }

    /// Whether you may return it now.
    async fn viewer_can_return(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Return).await
    }

    /// Whether you may endorse it now.
    async fn viewer_can_endorse(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Endorse).await
    }

    /// Whether you may hand it over now.
    async fn viewer_can_hand_over(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::HandOver).await
    }

    /// Whether you may receive it now.
    async fn viewer_can_receive(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Receive).await
    }

    /// Whether you may accept it now.
    async fn viewer_can_accept(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Accept).await
    }

    /// Whether you may decline it now.
    async fn viewer_can_decline(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Decline).await
    }

    /// Whether you may withdraw it now.
    async fn viewer_can_withdraw(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Withdraw).await
    }

    /// Whether you may release it now.
    async fn viewer_can_release(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Release).await
    }

    /// Whether you may refuse its handover now.
    async fn viewer_can_refuse_handover(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::RefuseHandover).await
    }

    /// Whether you may retract its acceptance now.
    async fn viewer_can_retract_acceptance(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::RetractAcceptance).await
    }

    /// Whether you may abandon it now.
    async fn viewer_can_abandon(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Abandon).await
    }
}

fn answers(template: &template::Model, draft: &Answers) -> Vec<ReportAnswer> {
    let answer = |section: &template::Section| ReportAnswer {
        key: section.key.clone(),
        title: section.title.clone(),
        text: draft.0.get(&section.key).cloned().unwrap_or_default(),
    };
    template.sections.0.iter().map(answer).collect()
}

fn person(ctx: &Context<'_>, account: Uuid) -> Option<async_graphql::Result<Account>> {
    match ctx.session() {
        Ok(session) => Account::visible_to(&session.actor, account).map(Ok),
        Err(error) => Some(Err(error.into())),
    }
}
