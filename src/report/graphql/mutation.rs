//! Acting on reports. Every command takes an `Idempotency-Key` header, so that a client on a bad connection may send it
//! again: it is carried out once.
use async_graphql::{Context, Object, SimpleObject};

use super::{
    handover::HandoverSession,
    input::{
        AbandonReportInput, AcceptReportInput, AskRevisionInput, AttachFileInput, CiteReportsInput, DeclineReportInput,
        EditReportInput, EndorseReportInput, HandOverReportsInput, ReceiveReportsInput, RefuseHandoverInput,
        ReleaseReportInput, RetractAcceptanceInput, ReturnReportInput, SetOpennessInput, StartReportInput,
        StartReportsInput, SubmitReportInput, TakeReportInput, WithdrawReportInput,
    },
    types::Report,
    writing::{ReportFieldConflict, StartReportsOutcome},
};
use crate::{
    error::Error,
    graphql::{context::Ask, problem::UserError},
    payload,
    report::{
        files,
        handover::{self, Answer, Done},
        openness,
        service::{self, Advance},
        starting,
        writing::{self, Edited},
    },
};

payload! {
    /// What became of `startReport`.
    StartReportPayload {
        /// The report, a draft.
        report: Report
    }
}

/// What became of `editReport`.
#[derive(SimpleObject)]
pub struct EditReportPayload {
    /// The report, saved; null when there are user errors.
    report: Option<Report>,
    /// The fields that were saved with another answer since you read the report, one for each user error
    /// FIELD_CONFLICT. To save yours all the same, send it again with `currentVersion`.
    conflicts: Vec<ReportFieldConflict>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

payload! {
    /// What became of `startReports`.
    StartReportsPayload {
        /// What was begun.
        outcome: StartReportsOutcome
    }
}

payload! {
    /// What became of `citeReports`.
    CiteReportsPayload {
        /// The report, whose draft cites what was asked for.
        report: Report
    }
}

payload! {
    /// What became of `attachFile`.
    AttachFilePayload {
        /// The report, with the file in its draft.
        report: Report
    }
}

payload! {
    /// What became of `submitReport`.
    SubmitReportPayload {
        /// The report, submitted.
        report: Report
    }
}

payload! {
    /// What became of `withdrawReport`.
    WithdrawReportPayload {
        /// The report, a draft again.
        report: Report
    }
}

payload! {
    /// What became of `takeReport`.
    TakeReportPayload {
        /// The report, under review.
        report: Report
    }
}

payload! {
    /// What became of `releaseReport`.
    ReleaseReportPayload {
        /// The report, submitted.
        report: Report
    }
}

payload! {
    /// What became of `returnReport`.
    ReturnReportPayload {
        /// The report, returned.
        report: Report
    }
}

payload! {
    /// What became of `endorseReport`.
    EndorseReportPayload {
        /// The report, one tier on.
        report: Report
    }
}

payload! {
    /// What became of `askRevision`.
    AskRevisionPayload {
        /// The report, to be revised by its unit.
        report: Report
    }
}

payload! {
    /// What became of `acceptReport`.
    AcceptReportPayload {
        /// The report, accepted.
        report: Report
    }
}

payload! {
    /// What became of `declineReport`.
    DeclineReportPayload {
        /// The report, declined.
        report: Report
    }
}

payload! {
    /// What became of `retractAcceptance`.
    RetractAcceptancePayload {
        /// The report, received again.
        report: Report
    }
}

payload! {
    /// What became of `abandonReport`.
    AbandonReportPayload {
        /// The report, abandoned.
        report: Report
    }
}

payload! {
    /// What became of `setOpenness`.
    SetOpennessPayload {
        /// The report, as open as it is from now on.
        report: Report
    }
}

payload! {
    /// What became of `refuseHandover`.
    RefuseHandoverPayload {
        /// The report, back with its giver.
        report: Report
    }
}

payload! {
    /// What became of `receiveReports`.
    ReceiveReportsPayload {
        /// The reports, in the order they were named.
        reports: Vec<Report>
    }
}

/// What became of `handOverReports`.
#[derive(SimpleObject)]
pub struct HandOverReportsPayload {
    /// The reports, in the order they were named; null when there are user errors.
    reports: Option<Vec<Report>>,
    /// The session they were handed over in; null when there are user errors.
    session: Option<HandoverSession>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Carries a step out and tells what became of it.
async fn step(
    ctx: &Context<'_>,
    name: &str,
    advance: Result<Advance, Error>,
) -> async_graphql::Result<(Option<Report>, Vec<UserError>)> {
    let result = service::advance(ctx.session()?, &ctx.command_field(), name, advance?).await;
    Ok(ctx.settle(result.map(Report::from))?)
}

/// Answers a handover and tells what became of it.
async fn answer(
    ctx: &Context<'_>,
    answer: Result<Answer, Error>,
) -> async_graphql::Result<(Option<Vec<Report>>, Vec<UserError>)> {
    let result = handover::answer(ctx.session()?, &ctx.command_field(), answer?).await;
    Ok(ctx.settle(result.map(reports))?)
}

fn reports(done: Done) -> Vec<Report> {
    done.reports.into_iter().map(Report::from).collect()
}

#[derive(Default)]
pub struct ReportMutation;

#[Object]
impl ReportMutation {
    /// Begin the report of a unit for a round. STAFF or HEAD of the unit.
    async fn start_report(
        &self,
        ctx: &Context<'_>,
        input: StartReportInput,
    ) -> async_graphql::Result<StartReportPayload> {
        let session = ctx.session()?;
        let result = starting::start(session, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Report::from))?.into())
    }

    /// Begin the reports of many units for a round: of your own units as STAFF or HEAD; of units beneath as HEAD or
    /// COORDINATOR of the unit that owns the round or has passed it on. Each draft is its unit's from then on, and hidden
    /// from above until it is submitted. All of them or none; what was begun before stays as it is.
    async fn start_reports(
        &self,
        ctx: &Context<'_>,
        input: StartReportsInput,
    ) -> async_graphql::Result<StartReportsPayload> {
        let session = ctx.session()?;
        let result = starting::start_many(session, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(StartReportsOutcome::from))?.into())
    }

    /// Save pieces of the draft. STAFF or HEAD of the unit; once that is dissolved, its custodian. A piece that was saved
    /// already is saved, so that it may be sent again until it is answered.
    async fn edit_report(&self, ctx: &Context<'_>, input: EditReportInput) -> async_graphql::Result<EditReportPayload> {
        let session = ctx.session()?;
        let edited = writing::edit(session, &ctx.command_field(), input.resolve()?).await;
        let conflicts = edited.as_ref().map(ReportFieldConflict::all).unwrap_or_default();
        let result = edited.and_then(Edited::saved);
        let (report, user_errors) = ctx.settle(result.map(Report::from))?;
        Ok(EditReportPayload {
            report,
            conflicts,
            user_errors,
        })
    }

    /// Say on which submissions of units beneath a draft rests. STAFF or HEAD of the unit; once that is dissolved, its
    /// custodian. The next submission freezes them with their hashes.
    async fn cite_reports(
        &self,
        ctx: &Context<'_>,
        input: CiteReportsInput,
    ) -> async_graphql::Result<CiteReportsPayload> {
        let session = ctx.session()?;
        let result = writing::cite(session, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Report::from))?.into())
    }

    /// Put an uploaded file into the draft, as the last of its field. STAFF or HEAD of the unit, who uploaded it or reads it
    /// in a report of the same unit; once the unit is dissolved, its custodian.
    async fn attach_file(&self, ctx: &Context<'_>, input: AttachFileInput) -> async_graphql::Result<AttachFilePayload> {
        let session = ctx.session()?;
        let result = files::attach(session, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Report::from))?.into())
    }

    /// Submit the draft: it is frozen as a revision and goes to the next endorsing tier, or is endorsed at once where
    /// none endorses. What was found in an earlier submission is answered with it, and every MUST has to be. HEAD of the
    /// unit.
    async fn submit_report(
        &self,
        ctx: &Context<'_>,
        input: SubmitReportInput,
    ) -> async_graphql::Result<SubmitReportPayload> {
        Ok(step(ctx, "submitReport", input.resolve()).await?.into())
    }

    /// Take a submitted report back before anybody has taken it up. HEAD of the unit; a reason is owed.
    async fn withdraw_report(
        &self,
        ctx: &Context<'_>,
        input: WithdrawReportInput,
    ) -> async_graphql::Result<WithdrawReportPayload> {
        Ok(step(ctx, "withdrawReport", input.resolve()).await?.into())
    }

    /// Take up a submitted report for review. HEAD or STAFF of the endorsing unit.
    async fn take_report(&self, ctx: &Context<'_>, input: TakeReportInput) -> async_graphql::Result<TakeReportPayload> {
        Ok(step(ctx, "takeReport", input.resolve()).await?.into())
    }

    /// Put a report back that was taken up. HEAD or STAFF of the endorsing unit.
    async fn release_report(
        &self,
        ctx: &Context<'_>,
        input: ReleaseReportInput,
    ) -> async_graphql::Result<ReleaseReportPayload> {
        Ok(step(ctx, "releaseReport", input.resolve()).await?.into())
    }

    /// Send a report back to the unit that wrote it, saying what to correct. HEAD of the endorsing unit.
    async fn return_report(
        &self,
        ctx: &Context<'_>,
        input: ReturnReportInput,
    ) -> async_graphql::Result<ReturnReportPayload> {
        Ok(step(ctx, "returnReport", input.resolve()).await?.into())
    }

    /// Endorse a report: it goes to the next endorsing tier, to the handover, or is accepted where this tier has the
    /// last word. Not while a finding of severity MUST waits for its answer. HEAD of the endorsing unit.
    async fn endorse_report(
        &self,
        ctx: &Context<'_>,
        input: EndorseReportInput,
    ) -> async_graphql::Result<EndorseReportPayload> {
        Ok(step(ctx, "endorseReport", input.resolve()).await?.into())
    }

    /// Send a report under review back to the unit that wrote it, saying what to revise; the tiers between are told, and it
    /// comes back to the experts. The lead EXPERT; a reason is owed.
    async fn ask_revision(
        &self,
        ctx: &Context<'_>,
        input: AskRevisionInput,
    ) -> async_graphql::Result<AskRevisionPayload> {
        Ok(step(ctx, "askRevision", input.resolve()).await?.into())
    }

    /// Accept a received report, or one whose experts have completed their sheets. COORDINATOR.
    async fn accept_report(
        &self,
        ctx: &Context<'_>,
        input: AcceptReportInput,
    ) -> async_graphql::Result<AcceptReportPayload> {
        Ok(step(ctx, "acceptReport", input.resolve()).await?.into())
    }

    /// Decline a report where its way ends: COORDINATOR once received, HEAD of the last endorsing tier while under
    /// review. A reason is owed.
    async fn decline_report(
        &self,
        ctx: &Context<'_>,
        input: DeclineReportInput,
    ) -> async_graphql::Result<DeclineReportPayload> {
        Ok(step(ctx, "declineReport", input.resolve()).await?.into())
    }

    /// Take an acceptance back within 24 hours. COORDINATOR; a reason is owed.
    async fn retract_acceptance(
        &self,
        ctx: &Context<'_>,
        input: RetractAcceptanceInput,
    ) -> async_graphql::Result<RetractAcceptancePayload> {
        Ok(step(ctx, "retractAcceptance", input.resolve()).await?.into())
    }

    /// Give up a draft or a returned report; the unit may then start anew. HEAD of the unit; a reason is owed.
    async fn abandon_report(
        &self,
        ctx: &Context<'_>,
        input: AbandonReportInput,
    ) -> async_graphql::Result<AbandonReportPayload> {
        Ok(step(ctx, "abandonReport", input.resolve()).await?.into())
    }

    /// Say who may be told of a report beyond those who work on it: HEAD of the unit until it is decided on, COORDINATOR at
    /// any time. A reason is owed.
    async fn set_openness(
        &self,
        ctx: &Context<'_>,
        input: SetOpennessInput,
    ) -> async_graphql::Result<SetOpennessPayload> {
        let result = openness::set(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Report::from))?.into())
    }

    /// Hand endorsed reports over to RI, together or one by one: their unit's HEAD, or the HEAD of its province for a
    /// whole province. All of them change hands, or none.
    async fn hand_over_reports(
        &self,
        ctx: &Context<'_>,
        input: HandOverReportsInput,
    ) -> async_graphql::Result<HandOverReportsPayload> {
        let result = handover::hand_over(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        let (done, user_errors) = ctx.settle(result)?;
        let session = done.as_ref().and_then(|done| done.session).map(HandoverSession);
        Ok(HandOverReportsPayload {
            reports: done.map(reports),
            session,
            user_errors,
        })
    }

    /// Receive reports that were handed over. A seat named to receive, or COORDINATOR. All of them, or none.
    async fn receive_reports(
        &self,
        ctx: &Context<'_>,
        input: ReceiveReportsInput,
    ) -> async_graphql::Result<ReceiveReportsPayload> {
        Ok(answer(ctx, input.resolve()).await?.into())
    }

    /// Refuse to receive a report; it goes back to its giver. A seat named to receive, or COORDINATOR; a reason is owed.
    async fn refuse_handover(
        &self,
        ctx: &Context<'_>,
        input: RefuseHandoverInput,
    ) -> async_graphql::Result<RefuseHandoverPayload> {
        let (reports, user_errors) = answer(ctx, input.resolve()).await?;
        Ok((reports.and_then(|reports| reports.into_iter().next()), user_errors).into())
    }
}
