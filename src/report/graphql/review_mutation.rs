//! Assigning experts, and what they answer.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    review::{ReviewAssignment, ReviewPlanRow},
    types::Report,
};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, problem::UserError, scalars::Date},
    payload,
    proposal::graphql::Proposal,
    report::reviewing::{
        answer::{Answer, MakeLead, answer, make_lead},
        assign::{Assign, Done, To, assign},
        reopen::{Reopen, propose},
    },
    review::assignment::Step,
    territory::graphql::Seat,
};

/// How reports are spread over experts.
#[derive(InputObject)]
pub struct ReviewSpreadInput {
    /// So many experts for each report, 1 to 10.
    per_report: i32,
    /// Only over these seats; left out, over every expert whose portfolio covers a report.
    among: Option<Vec<ID>>,
}

/// What is to be reviewed by whom. Give `reviewers` or `spread`.
#[derive(InputObject)]
pub struct AssignReviewsInput {
    /// The reports, 1 to 600: all of them are assigned, or none.
    reports: Vec<ID>,
    /// The seats of experts, 1 to 10, each of which is to review every one of the reports.
    reviewers: Option<Vec<ID>>,
    /// To spread the reports evenly, by what each expert still has to complete, over those whose portfolio covers them.
    spread: Option<ReviewSpreadInput>,
    /// Which of `reviewers` leads; left out, the first where nobody leads yet.
    lead: Option<ID>,
    /// By when the sheets are awaited.
    due_on: Option<Date>,
    /// Whether to tell only what would be done.
    #[graphql(default)]
    dry_run: bool,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl AssignReviewsInput {
    fn resolve(self) -> Result<Assign, Error> {
        let to = match (self.reviewers, self.spread) {
            (Some(reviewers), None) => To::Each(Kind::Seat.uuids(&reviewers)?),
            (None, Some(spread)) => To::Spread {
                per_report: spread.per_report,
                among: spread.among.map(|among| Kind::Seat.uuids(&among)).transpose()?,
            },
            _ => {
                return Err(Error::bad_input(
                    "Berikan `reviewers` atau `spread`.",
                    "Give either `reviewers` or `spread`.",
                ));
            }
        };
        Ok(Assign {
            reports: Kind::Report.uuids(&self.reports)?,
            to,
            lead: Kind::Seat.maybe(self.lead.as_ref())?,
            due_on: self.due_on.map(|date| date.0),
            dry_run: self.dry_run,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// What became of `assignReviews`.
#[derive(SimpleObject)]
pub struct AssignReviewsPayload {
    /// Who reviews which report, in the order the reports were named; null when there are user errors.
    plan: Option<Vec<ReviewPlanRow>>,
    /// The new assignments; empty for a dry run, null when there are user errors.
    assignments: Option<Vec<ReviewAssignment>>,
    /// Why nothing was done; empty when it was, or would be.
    user_errors: Vec<UserError>,
}

fn row((report, reviewers): (entity::report::Model, Vec<crate::report::reviewing::plan::Candidate>)) -> ReviewPlanRow {
    ReviewPlanRow {
        report: Report::from(report),
        reviewers: reviewers.into_iter().map(|one| Seat(one.seat)).collect(),
    }
}

/// Which review you take on.
#[derive(InputObject)]
pub struct AcknowledgeReviewInput {
    /// The assignment.
    assignment: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Declares the input of a step that owes a reason.
macro_rules! giving_up {
    ($(#[$about:meta])* $name:ident, $step:ident) => {
        $(#[$about])*
        #[derive(InputObject)]
        pub struct $name {
            /// The assignment.
            assignment: ID,
            /// The version you read.
            expected_version: i32,
            /// Why, at most 2,000 characters.
            reason: String,
            /// Which of your seats acts; may be left out when exactly one may.
            seat: Option<ID>,
        }

        impl $name {
            fn resolve(self) -> Result<Answer, Error> {
                Ok(Answer {
                    assignment: Kind::ReviewAssignment.uuid(&self.assignment)?,
                    expected_version: self.expected_version,
                    step: Step::$step,
                    reason: Some(self.reason),
                    seat: Kind::Seat.maybe(self.seat.as_ref())?,
                })
            }
        }
    };
}

giving_up! {
    /// Which review you decline, and why.
    DeclineReviewInput, Decline
}

giving_up! {
    /// Which review you recuse from, and why.
    RecuseReviewInput, Recuse
}

giving_up! {
    /// Which review is taken away from its expert, and why.
    LapseReviewInput, Lapse
}

/// Who is to lead a review.
#[derive(InputObject)]
pub struct MakeReviewLeadInput {
    /// The assignment of the expert who is to lead.
    assignment: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `acknowledgeReview`.
    AcknowledgeReviewPayload {
        /// The assignment, acknowledged.
        assignment: ReviewAssignment
    }
}

payload! {
    /// What became of `declineReview`.
    DeclineReviewPayload {
        /// The assignment, declined.
        assignment: ReviewAssignment
    }
}

payload! {
    /// What became of `recuseReview`.
    RecuseReviewPayload {
        /// The assignment, recused from.
        assignment: ReviewAssignment
    }
}

payload! {
    /// What became of `lapseReview`.
    LapseReviewPayload {
        /// The assignment, taken away.
        assignment: ReviewAssignment
    }
}

payload! {
    /// What became of `makeReviewLead`.
    MakeReviewLeadPayload {
        /// The assignment, in the lead.
        assignment: ReviewAssignment
    }
}

/// Which accepted report to reopen, and why.
#[derive(InputObject)]
pub struct ReopenReportInput {
    /// The report.
    report: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters: the unit is told what to revise.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `reopenReport`.
    ReopenReportPayload {
        /// The proposal, which another COORDINATOR has to confirm.
        proposal: Proposal
    }
}

#[derive(Default)]
pub struct ReviewMutation;

#[Object]
impl ReviewMutation {
    /// Assign experts to received reports, or further ones to reports under review, by name or spread evenly. COORDINATOR
    /// without a conflict of interest. Nobody is assigned to a report of a unit they have a conflict of interest with.
    async fn assign_reviews(
        &self,
        ctx: &Context<'_>,
        input: AssignReviewsInput,
    ) -> async_graphql::Result<AssignReviewsPayload> {
        let result = assign(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        let (done, user_errors) = ctx.settle(result)?;
        let (plan, assignments) = done
            .map(|Done { rows, assignments }| {
                let plan = rows.into_iter().map(row).collect();
                (plan, assignments.into_iter().map(ReviewAssignment).collect())
            })
            .unzip();
        Ok(AssignReviewsPayload {
            plan,
            assignments,
            user_errors,
        })
    }

    /// Take on a review you are assigned to.
    async fn acknowledge_review(
        &self,
        ctx: &Context<'_>,
        input: AcknowledgeReviewInput,
    ) -> async_graphql::Result<AcknowledgeReviewPayload> {
        let given = Answer {
            assignment: Kind::ReviewAssignment.uuid(&input.assignment)?,
            expected_version: input.expected_version,
            step: Step::Acknowledge,
            reason: None,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = answer(ctx.session()?, (&ctx.command_field(), "acknowledgeReview"), given).await;
        Ok(ctx.settle(result.map(ReviewAssignment))?.into())
    }

    /// Decline a review you are assigned to, before you take it on; a reason is owed.
    async fn decline_review(
        &self,
        ctx: &Context<'_>,
        input: DeclineReviewInput,
    ) -> async_graphql::Result<DeclineReviewPayload> {
        let given = input.resolve()?;
        let result = answer(ctx.session()?, (&ctx.command_field(), "declineReview"), given).await;
        Ok(ctx.settle(result.map(ReviewAssignment))?.into())
    }

    /// Recuse from a review you are part of; a reason is owed. For a conflict of interest declare that: it recuses you from
    /// everything it concerns.
    async fn recuse_review(
        &self,
        ctx: &Context<'_>,
        input: RecuseReviewInput,
    ) -> async_graphql::Result<RecuseReviewPayload> {
        let given = input.resolve()?;
        let result = answer(ctx.session()?, (&ctx.command_field(), "recuseReview"), given).await;
        Ok(ctx.settle(result.map(ReviewAssignment))?.into())
    }

    /// Take a review away from an expert who has not completed it, to assign it to another. COORDINATOR; a reason is owed.
    async fn lapse_review(
        &self,
        ctx: &Context<'_>,
        input: LapseReviewInput,
    ) -> async_graphql::Result<LapseReviewPayload> {
        let given = input.resolve()?;
        let result = answer(ctx.session()?, (&ctx.command_field(), "lapseReview"), given).await;
        Ok(ctx.settle(result.map(ReviewAssignment))?.into())
    }

    /// Propose to reopen an accepted report, so that its unit revises it. COORDINATOR; a reason is owed. Another COORDINATOR
    /// has to confirm it with `confirmProposal` within 72 hours.
    async fn reopen_report(
        &self,
        ctx: &Context<'_>,
        input: ReopenReportInput,
    ) -> async_graphql::Result<ReopenReportPayload> {
        let reopen = Reopen {
            report: Kind::Report.uuid(&input.report)?,
            expected_version: input.expected_version,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = propose(ctx.session()?, &ctx.command_field(), reopen).await;
        Ok(ctx.settle(result.map(Proposal))?.into())
    }

    /// Put an expert in the lead of a review; who led before reviews on. COORDINATOR.
    async fn make_review_lead(
        &self,
        ctx: &Context<'_>,
        input: MakeReviewLeadInput,
    ) -> async_graphql::Result<MakeReviewLeadPayload> {
        let made = MakeLead {
            assignment: Kind::ReviewAssignment.uuid(&input.assignment)?,
            expected_version: input.expected_version,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = make_lead(ctx.session()?, &ctx.command_field(), made).await;
        Ok(ctx.settle(result.map(ReviewAssignment))?.into())
    }
}
