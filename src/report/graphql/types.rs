//! A report, as the API shows it.
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{draft, enums, report, template};

use super::{
    cycle::ReportCycle,
    finding::{FindingConnection, FindingFilter, findings_of, findings_page, follows},
    handover::ReportHandover,
    held::ReportHeld,
    history::{ReportTransitionConnection, history_page},
    loader::{
        DraftOf, HandoverOf, HistoryOf, ReceiptsOf, ReportLoader, ReviewsOf, RevisionId, RubricOf, SheetsOf,
        StaleRecap, TiesOf, VisibleReports,
    },
    receipt::{Openness, Receipt},
    review::ReviewAssignment,
    revision::{ReportDraft, ReportRevision},
    revision_change::{ReportFieldChange, between},
    score::{ReviewResult, criteria},
    template::ReportTemplate,
    writing::{ReportProblem, ReportSuggestion},
};
use crate::{
    authz::{ActingSeat, Decision, policy::review as review_rules},
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::Arguments,
        planned::{Planned, Told, leaf, object},
        problem::{UserErrorCode, of_field},
        scalars::{Date, DateTime},
    },
    identity::graphql::Account,
    report::{
        answers,
        availability::{Case, examines_findings, hangs_on_findings, is_of_review, reads_draft},
        catalogue,
        finding::{answering::unanswered, availability::Open},
        held::{Holders, spans},
        query::Handover,
        ties::Ties,
        workflow::Way,
    },
    territory::graphql::Unit,
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
    /// Received at RI, waiting for experts to be assigned or, where none review it, for the decision.
    Received,
    /// Under review by experts of RI.
    ExpertReview,
    /// Sent back to its unit by the experts, or reopened, to be revised.
    RevisionAsked,
    /// Accepted. The end of the way, unless the acceptance is retracted within 24 hours.
    Accepted,
    /// Counted in a national evaluation, as it was accepted.
    Evaluated,
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
    /// `assignReviews`.
    Assign,
    /// `askRevision`.
    AskRevision,
    /// `acceptReport`.
    Accept,
    /// `declineReport`.
    Decline,
    /// `retractAcceptance`.
    RetractAcceptance,
    /// `closeEvaluation`.
    Evaluate,
    /// `reopenReport`.
    Reopen,
    /// `abandonReport`.
    Abandon,
    /// `setOpenness`.
    SetOpenness,
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

#[derive(Clone)]
pub struct Report(pub Arc<report::Model>);

impl From<report::Model> for Report {
    fn from(row: report::Model) -> Self {
        Self(Arc::new(row))
    }
}

/// The commands that act on a report that exists.
const COMMANDS: [enums::ReportCommand; 18] = [
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
    enums::ReportCommand::Assign,
    enums::ReportCommand::AskRevision,
    enums::ReportCommand::Accept,
    enums::ReportCommand::Decline,
    enums::ReportCommand::RetractAcceptance,
    enums::ReportCommand::Reopen,
    enums::ReportCommand::Abandon,
    enums::ReportCommand::SetOpenness,
];

impl Report {
    /// The version of the template it is pinned to.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn pinned_template(&self, ctx: &Context<'_>) -> Result<Arc<template::Model>, Error> {
        catalogue::template(&ctx.request().services, self.0.template_id).await
    }

    async fn handover_in_force(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Handover>> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader.load_one(HandoverOf(self.0.id)).await.map_err(of_field);
        found.transpose()
    }

    /// Asks for them only of whom they make a difference: who sits at RI.
    pub(super) async fn ties(&self, ctx: &Context<'_>) -> async_graphql::Result<Ties> {
        let seats = &ctx.session()?.actor.seats;
        let reviews = |function| matches!(function, enums::Function::Expert | enums::Function::Coordinator);
        if !seats.iter().any(|seat| reviews(seat.function)) {
            return Ok(Ties::default());
        }
        let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
        let found = loader.load_one(TiesOf(self.0.id)).await.map_err(of_field)?;
        Ok(found.unwrap_or_default())
    }

    /// The draft with its template, for who may read it.
    async fn readable_draft(
        &self,
        ctx: &Context<'_>,
    ) -> Option<async_graphql::Result<(Arc<template::Model>, draft::Model)>> {
        let (session, template) = match (ctx.session(), self.pinned_template(ctx).await) {
            (Ok(session), Ok(template)) => (session, template),
            (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
        };
        if !reads_draft(&session.actor, &self.0) {
            return None;
        }
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader.load_one(DraftOf(self.0.id)).await.map_err(of_field);
        found.transpose().map(|draft| Ok((template, draft?)))
    }

    /// Asks for what was found only where it makes a difference: while the report is examined.
    async fn open(&self, ctx: &Context<'_>) -> async_graphql::Result<Open> {
        if !examines_findings(self.0.status) {
            return Ok(Open::default());
        }
        Ok(Open::among(&findings_of(ctx, self.0.id).await?))
    }

    async fn can(&self, ctx: &Context<'_>, command: enums::ReportCommand) -> async_graphql::Result<bool> {
        let session = ctx.session()?;
        let ties = self.ties(ctx).await?;
        let open = if hangs_on_findings(command) {
            self.open(ctx).await?
        } else {
            Open::default()
        };
        let template = self.pinned_template(ctx).await?;
        let case = Case {
            report: &self.0,
            template: &template,
            ties: &ties,
            open,
            now: session.now(),
        };
        Ok(case.check(&session.actor, command, None).is_ok())
    }
}

impl Planned for Report {
    fn told(field: &str) -> Option<Told<Self>> {
        Some(match field {
            "id" => leaf(|report, _request| Kind::Report.id(report.0.id)),
            "version" => leaf(|report, _request| report.0.version),
            "status" => leaf(|report, _request| ReportStatus::from(report.0.status)),
            "unit" => object(|report, _request| Ok(Some(Unit(report.0.unit_id)))),
            "cycle" => object(|report, request| ReportCycle::planned(request, report.0.cycle_id)),
            "createdAt" => leaf(|report, _request| DateTime(report.0.created_at)),
            "updatedAt" => leaf(|report, _request| DateTime(report.0.updated_at)),
            "submittedAt" => leaf(|report, _request| report.0.submitted_at.map(DateTime)),
            "submittedBy" => object(|report, request| Account::planned(request, report.0.submitted_by)),
            "firstSubmittedAt" => leaf(|report, _request| report.0.first_submitted_at.map(DateTime)),
            "acceptedAt" => leaf(|report, _request| report.0.accepted_at.map(DateTime)),
            "returnDueOn" => leaf(|report, _request| report.0.return_due_on.map(Date)),
            _ => return None,
        })
    }
}

/// What the sheets come to, for who may read that.
async fn review_result(ctx: &Context<'_>, report: &Report) -> Result<Option<ReviewResult>, async_graphql::Error> {
    let session = ctx.session()?;
    let template = report.pinned_template(ctx).await?;
    let Some(rubric) = template.route.rubric else {
        return Ok(None);
    };
    let ties = report.ties(ctx).await?;
    let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
    let sheets = loader.load_one(SheetsOf(report.0.id)).await.map_err(of_field)?;
    let sheets = sheets.unwrap_or_default();
    let account = session.actor.account;
    let completed = sheets
        .iter()
        .any(|(assignment, _sheet)| assignment.account_id == account);
    let reads = |seat: &ActingSeat| {
        let relations = review_rules::Relations {
            assigned: ties.reviewing.iter().any(|(reviewing, _lead)| *reviewing == seat.seat),
            completed,
            conflicted: ties.conflicted,
            decided: matches!(
                report.0.status,
                enums::ReportStatus::Accepted | enums::ReportStatus::Evaluated | enums::ReportStatus::Declined
            ),
            ..review_rules::Relations::default()
        };
        review_rules::decide(seat.function, review_rules::Action::ReadResult, relations) == Decision::Allowed
    };
    if !session.actor.seats.iter().any(reads) {
        return Ok(None);
    }
    let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
    let rubric = loader.load_one(RubricOf(rubric)).await.map_err(of_field)?;
    Ok(Some(ReviewResult {
        sheets,
        criteria: criteria(rubric)?,
        quorum: template.route.quorum(),
    }))
}

/// A report of a unit for a cycle. Its own unit sees all of it; those above it see it from its first submit on, and of it
/// only what was submitted; a named receiver sees it once it was handed over. For all others it does not exist.
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
        Ok(ReportTemplate(self.pinned_template(ctx).await?))
    }

    /// The round it belongs to.
    async fn cycle(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportCycle> {
        let cycle = catalogue::cycle(&ctx.request().services, self.0.cycle_id).await?;
        Ok(ReportCycle(cycle))
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

    /// The person who submitted the revision in force; null before the first submit, and when people of that unit are outside
    /// what you may see.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.submitted_by?)
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
        let template = self.0.template_id;
        found
            .map(|revision| revision.map(|row| ReportRevision { row, template }))
            .transpose()
    }

    /// The working text; null for everybody but the own unit and, once that is dissolved, its custodians.
    async fn draft(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReportDraft>> {
        let read = self.readable_draft(ctx).await?;
        Some(read.map(|(template, draft)| ReportDraft::new(template, draft)))
    }

    /// What stands in the way of submitting the draft, told by the very checks that `submitReport` makes: of findings, that
    /// they are still to be answered with it; null for everybody
    /// who does not read the draft.
    async fn problems(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<ReportProblem>>> {
        let (template, draft) = match self.readable_draft(ctx).await? {
            Ok(read) => read,
            Err(error) => return Some(Err(error)),
        };
        let found = match findings_of(ctx, self.0.id).await {
            Ok(found) => found,
            Err(error) => return Some(Err(error)),
        };
        let mut problems = answers::problems(&template, &draft.answers);
        problems.extend(unanswered(&found));
        Some(Ok(ReportProblem::told(problems, ctx.request().language)))
    }

    /// What the submissions that the draft cites come to, for every number it asks for: to be taken over or not. Null for
    /// everybody who does not read the draft.
    async fn suggestions(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<ReportSuggestion>>> {
        match self.readable_draft(ctx).await? {
            Ok((template, draft)) => Some(ReportSuggestion::all(ctx, &template, &draft).await),
            Err(error) => Some(Err(error)),
        }
    }

    /// Whether the submission in force cites another that no longer is: submitted anew since, withdrawn, declined or given
    /// up.
    async fn is_recap_stale(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let Some(revision) = self.0.revision_id else {
            return Ok(false);
        };
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let stale = loader.load_one(StaleRecap(revision)).await.map_err(of_field)?;
        Ok(stale.is_some())
    }

    /// What was done to it, earliest first. At RI, those who have a conflict of interest with its unit are told neither that
    /// experts were assigned nor that they asked for a revision, nor why.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReportTransitionConnection> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let steps = loader.load_one(HistoryOf(self.0.id)).await.map_err(of_field)?;
        let mut steps = steps.unwrap_or_default();
        if steps.iter().any(|step| is_of_review(step.command)) && !follows(ctx, self).await? {
            steps.retain(|step| !is_of_review(step.command));
        }
        Ok(history_page(
            steps,
            &Arguments {
                first,
                last,
                after,
                before,
            },
        )?)
    }

    /// What was found in its submissions, in the order in which it was; empty at RI for who has a conflict of interest with
    /// its unit.
    async fn findings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<FindingFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<FindingConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        findings_page(ctx, self, filter.unwrap_or_default(), &arguments).await
    }

    /// What two of its submissions answer differently, in the order of the template; null where there is no submission of
    /// one of these numbers.
    async fn revision_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the one submission, from 1 up.")] from: i32,
        #[graphql(desc = "The number of the other.")] to: i32,
    ) -> Option<async_graphql::Result<Vec<ReportFieldChange>>> {
        between(ctx, self, from, to).await
    }

    /// How long each side held it, from its start until now.
    async fn held(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportHeld> {
        let session = ctx.session()?;
        let template = self.pinned_template(ctx).await?;
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let history = loader.load_one(HistoryOf(self.0.id)).await.map_err(of_field)?;
        let tree = &session.actor.directory.tree;
        let holders = Holders {
            author: self.0.unit_id,
            ri: tree.root().id,
            desk: &|tier| tree.superior_at(self.0.unit_id, tier).map(|unit| unit.id),
        };
        let tier = tree
            .get(self.0.unit_id)
            .map_or(enums::Tier::Kecamatan, |unit| unit.tier);
        let way = Way::of(&template.route, tier);
        let spans = spans(&history.unwrap_or_default(), &way, &holders);
        Ok(ReportHeld::new(&spans, session.now()))
    }

    /// How it changed hands; null before it did, and after a handover was refused.
    async fn handover(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReportHandover>> {
        let handover = self.handover_in_force(ctx).await;
        handover.map(|handover| handover.map(ReportHandover))
    }

    /// Who reviews it, in the order they were assigned, those who gave it up included; empty for everybody but COORDINATORs
    /// and the experts who review it themselves.
    async fn reviews(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReviewAssignment>> {
        let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
        let found = loader.load_one(ReviewsOf(self.0.id)).await.map_err(of_field)?;
        Ok(found.unwrap_or_default().into_iter().map(ReviewAssignment).collect())
    }

    /// What the sheets of the experts come to, for what was submitted last: told to COORDINATORs, to experts who have
    /// completed theirs and, once it is decided on, to everybody who sees the report; never with who scored what. Null
    /// otherwise, and where no experts review it.
    async fn review_result(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReviewResult>> {
        review_result(ctx, self).await.transpose()
    }

    /// Who may be told of it beyond those who work on it.
    async fn openness(&self) -> Openness {
        self.0.openness.into()
    }

    /// What the server attests of it: a receipt for each time it was received, earliest first.
    async fn receipts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Receipt>> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader.load_one(ReceiptsOf(self.0.id)).await.map_err(of_field)?;
        let receipts = found.unwrap_or_default().into_iter().map(Receipt::of);
        Ok(receipts.collect::<Result<_, _>>()?)
    }

    /// Every command with whether you may carry it out now, from the very rules the mutations run by.
    async fn available_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReportActionAvailability>> {
        let session = ctx.session()?;
        let language = ctx.request().language;
        let ties = self.ties(ctx).await?;
        let template = self.pinned_template(ctx).await?;
        let case = Case {
            report: &self.0,
            template: &template,
            ties: &ties,
            open: self.open(ctx).await?,
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

    /// Whether you may assign experts to it now.
    async fn viewer_can_assign(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Assign).await
    }

    /// Whether you may ask for a revision of it now.
    async fn viewer_can_ask_revision(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::AskRevision).await
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

    /// Whether you may propose to reopen it now.
    async fn viewer_can_reopen(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Reopen).await
    }

    /// Whether you may abandon it now.
    async fn viewer_can_abandon(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::Abandon).await
    }

    /// Whether you may say how open it is now.
    async fn viewer_can_set_openness(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, enums::ReportCommand::SetOpenness).await
    }
}
