//! Acting on what is found in reports.
use async_graphql::{Context, ID, InputObject, Object};
use entity::enums;

use super::finding::{Finding, FindingSeverity};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::Date},
    payload,
    report::finding::{
        answering,
        raising::{self, Raise},
        settling::{self, Acknowledge, Settle},
    },
};

/// One thing that was found.
#[derive(InputObject)]
pub struct FindingInput {
    /// The key of the section of the template it is about. Left out, that of the field; without a field, it is about the
    /// whole report.
    section: Option<String>,
    /// The key of the field of the template it is about.
    field: Option<String>,
    /// How much it asks.
    severity: FindingSeverity,
    /// What was found, at most 4,000 characters.
    text: String,
    /// Until when an answer is awaited; not in the past.
    due_on: Option<Date>,
}

/// What was found, and in which report.
#[derive(InputObject)]
pub struct RaiseFindingInput {
    /// The report, which your unit has under review.
    report: ID,
    /// The version of the report you read.
    expected_version: i32,
    /// What was found, 1 to 50: all of it is written down, or nothing.
    findings: Vec<FindingInput>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl RaiseFindingInput {
    fn resolve(self) -> Result<Raise, Error> {
        let finding = |input: FindingInput| raising::Finding {
            section: input.section,
            field: input.field,
            severity: input.severity.into(),
            text: input.text,
            due_on: input.due_on.map(|day| day.0),
        };
        Ok(Raise {
            report: Kind::Report.uuid(&self.report)?,
            expected_version: self.expected_version,
            findings: self.findings.into_iter().map(finding).collect(),
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// Which findings are taken note of.
#[derive(InputObject)]
pub struct AcknowledgeFindingsInput {
    /// The findings, 1 to 100, of reports of your unit. One that was noted before stays as it is.
    findings: Vec<ID>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl AcknowledgeFindingsInput {
    fn resolve(&self) -> Result<Acknowledge, Error> {
        Ok(Acknowledge {
            findings: Kind::Finding.uuids(&self.findings)?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// Which finding is settled.
#[derive(InputObject)]
pub struct ResolveFindingInput {
    /// The finding.
    finding: ID,
    /// The version of the finding you read.
    expected_version: i32,
    /// Why, at most 2,000 characters; owed where the finding was not answered.
    reason: Option<String>,
    /// The seat that acts.
    seat: Option<ID>,
}

/// Which finding is opened again, and why.
#[derive(InputObject)]
pub struct ReopenFindingInput {
    /// The finding.
    finding: ID,
    /// The version of the finding you read.
    expected_version: i32,
    /// What is still missing, at most 2,000 characters.
    reason: String,
    /// The seat that acts.
    seat: Option<ID>,
}

/// What a submission says to a finding.
#[derive(InputObject)]
pub struct FindingAnswerInput {
    /// The finding, which waits for an answer.
    finding: ID,
    /// True where `text` says what was done, false where it says why nothing was.
    remedied: bool,
    /// The answer, at most 4,000 characters.
    text: String,
}

impl FindingAnswerInput {
    pub(super) fn resolve(self) -> Result<answering::Answer, Error> {
        Ok(answering::Answer {
            finding: Kind::Finding.uuid(&self.finding)?,
            remedied: self.remedied,
            text: self.text,
        })
    }
}

payload! {
    /// What became of `raiseFinding`.
    RaiseFindingPayload {
        /// The findings, in the order they were given.
        findings: Vec<Finding>
    }
}

payload! {
    /// What became of `acknowledgeFindings`.
    AcknowledgeFindingsPayload {
        /// The findings, all of them noted, in the order in which they were raised.
        findings: Vec<Finding>
    }
}

payload! {
    /// What became of `resolveFinding`.
    ResolveFindingPayload {
        /// The finding, resolved.
        finding: Finding
    }
}

payload! {
    /// What became of `reopenFinding`.
    ReopenFindingPayload {
        /// The finding, open again.
        finding: Finding
    }
}

fn shown(found: Vec<entity::finding::Model>) -> Vec<Finding> {
    found.into_iter().map(Finding).collect()
}

#[derive(Default)]
pub struct FindingMutation;

#[Object]
impl FindingMutation {
    /// Write down what was found in a report that your unit has under review: of a field, a section or the whole. HEAD or
    /// STAFF of the endorsing unit, and nobody of what they submitted themselves. The report stays where it is, at the same
    /// version; its unit is told at once.
    async fn raise_finding(
        &self,
        ctx: &Context<'_>,
        input: RaiseFindingInput,
    ) -> async_graphql::Result<RaiseFindingPayload> {
        let result = raising::raise(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(shown))?.into())
    }

    /// Take note of findings in reports of your unit, so that who raised them sees that they have arrived. STAFF or HEAD of
    /// the unit; once that is dissolved, its custodian. All of them or none.
    async fn acknowledge_findings(
        &self,
        ctx: &Context<'_>,
        input: AcknowledgeFindingsInput,
    ) -> async_graphql::Result<AcknowledgeFindingsPayload> {
        let result = settling::acknowledge(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(shown))?.into())
    }

    /// Settle a finding, as long as the report is not at its end. HEAD or STAFF of the unit that raised it; a reason is owed
    /// where it was not answered.
    async fn resolve_finding(
        &self,
        ctx: &Context<'_>,
        input: ResolveFindingInput,
    ) -> async_graphql::Result<ResolveFindingPayload> {
        let settle = Settle {
            finding: Kind::Finding.uuid(&input.finding)?,
            expected_version: input.expected_version,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let kind = enums::FindingActKind::Resolve;
        let result = settling::settle(ctx.session()?, &ctx.command_field(), kind, settle).await;
        Ok(ctx.settle(result.map(Finding))?.into())
    }

    /// Open a finding again that was answered or resolved, while your unit has the report under review: it has to be
    /// answered anew. HEAD or STAFF of the unit that raised it; a reason is owed.
    async fn reopen_finding(
        &self,
        ctx: &Context<'_>,
        input: ReopenFindingInput,
    ) -> async_graphql::Result<ReopenFindingPayload> {
        let settle = Settle {
            finding: Kind::Finding.uuid(&input.finding)?,
            expected_version: input.expected_version,
            reason: Some(input.reason),
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let kind = enums::FindingActKind::Reopen;
        let result = settling::settle(ctx.session()?, &ctx.command_field(), kind, settle).await;
        Ok(ctx.settle(result.map(Finding))?.into())
    }
}
