//! Commands on excuses and attendance sheets in the API.
use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object};

use super::{excuse::Excuse, sheet::AttendanceSheet, words::PresenceClaim};
use crate::{
    error::Error,
    event::{
        attendance::{
            correcting::{self, Correct},
            excusing::{self, Ask as AskExcuse, Decide},
            sealing,
            workflow::Step,
            writing::{self, Advance, Edit, Said, Written},
        },
        graphql::types::Event,
        running,
    },
    graphql::{context::Ask, id::Kind, input::change, problem::UserError},
    payload,
    proposal::graphql::Proposal,
};

/// Who is to be excused, and why.
#[derive(InputObject)]
pub struct RequestExcuseInput {
    /// The invitation of your unit.
    invitation: ID,
    /// Who does not come; left out: nobody of the unit does.
    delegate: Option<ID>,
    /// Why, at most 2,000 characters.
    reason: String,
    /// What shows it: a file that you uploaded.
    file: Option<ID>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What a host decides on an excuse.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExcuseDecision {
    /// To excuse.
    Grant,
    /// Not to excuse, and to say why.
    Refuse,
}

/// What becomes of an excuse.
#[derive(InputObject)]
pub struct DecideExcuseInput {
    /// The excuse.
    excuse: ID,
    /// The version you read.
    expected_version: i32,
    /// What you decide.
    decision: ExcuseDecision,
    /// Why, at most 2,000 characters; owed when it is refused.
    reason: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What is said of somebody in a session.
#[derive(InputObject)]
pub struct AttendanceEntryInput {
    /// Who: a delegate of the unit who is expected, or was let in.
    delegate: ID,
    /// In which session: one in which attendance is taken.
    session: ID,
    /// What is said; left out: nothing any more.
    claim: Option<PresenceClaim>,
    /// What is said to that, at most 500 characters.
    note: Option<String>,
    /// What shows it: at most 5 files that you uploaded.
    evidence: Option<Vec<ID>>,
}

impl AttendanceEntryInput {
    fn resolve(self) -> Result<Said, Error> {
        Ok(Said {
            delegate: Kind::EventDelegate.uuid(&self.delegate)?,
            session: Kind::EventSession.uuid(&self.session)?,
            claim: self.claim.map(Into::into),
            note: self.note,
            evidence: Kind::File.uuids(&self.evidence.unwrap_or_default())?,
        })
    }
}

fn entries(given: Vec<AttendanceEntryInput>) -> Result<Vec<Said>, Error> {
    given.into_iter().map(AttendanceEntryInput::resolve).collect()
}

/// What a unit says of its own people.
#[derive(InputObject)]
pub struct EditAttendanceInput {
    /// The sheet.
    sheet: ID,
    /// The version you read; 0 where nobody has written in it.
    expected_version: i32,
    /// What is said, at most 500 entries: each replaces what was said of the same person in the same session, all else stays.
    #[graphql(default)]
    entries: Vec<AttendanceEntryInput>,
    /// What is said of all of it, at most 2,000 characters; null takes it away.
    note: MaybeUndefined<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which sheet is submitted.
#[derive(InputObject)]
pub struct SubmitAttendanceInput {
    /// The sheet.
    sheet: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which sheet is right.
#[derive(InputObject)]
pub struct VerifyAttendanceInput {
    /// The sheet.
    sheet: ID,
    /// The version you read.
    expected_version: i32,
    /// What is said to that, at most 2,000 characters.
    reason: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which sheet is to be written again, and why.
#[derive(InputObject)]
pub struct ReturnAttendanceInput {
    /// The sheet.
    sheet: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What a sealed sheet should have said.
#[derive(InputObject)]
pub struct CorrectAttendanceInput {
    /// The sheet.
    sheet: ID,
    /// The version you read.
    expected_version: i32,
    /// What is to be said instead, at most 500 entries; all else stays as it is sealed.
    #[graphql(default)]
    entries: Vec<AttendanceEntryInput>,
    /// What is said of all of it, at most 2,000 characters; null takes it away.
    note: MaybeUndefined<String>,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which event's attendance is sealed.
#[derive(InputObject)]
pub struct FinaliseEventInput {
    /// The event.
    event: ID,
    /// The version you read.
    expected_version: i32,
    /// Why sheets are sealed that are not verified, at most 2,000 characters; owed where there are any.
    reason: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `requestExcuse`.
    RequestExcusePayload {
        /// The excuse, asked for.
        excuse: Excuse
    }
}

payload! {
    /// What became of `decideExcuse`.
    DecideExcusePayload {
        /// The excuse, decided.
        excuse: Excuse
    }
}

payload! {
    /// What became of `editAttendance`.
    EditAttendancePayload {
        /// The sheet.
        sheet: AttendanceSheet
    }
}

payload! {
    /// What became of `submitAttendance`.
    SubmitAttendancePayload {
        /// The sheet, submitted.
        sheet: AttendanceSheet
    }
}

payload! {
    /// What became of `verifyAttendance`.
    VerifyAttendancePayload {
        /// The sheet, verified.
        sheet: AttendanceSheet
    }
}

payload! {
    /// What became of `returnAttendance`.
    ReturnAttendancePayload {
        /// The sheet, returned.
        sheet: AttendanceSheet
    }
}

payload! {
    /// What became of `correctAttendance`.
    CorrectAttendancePayload {
        /// The proposal, which another person confirms.
        proposal: Proposal
    }
}

payload! {
    /// What became of `finaliseEvent`.
    FinaliseEventPayload {
        /// The event, sealed.
        event: Event
    }
}

fn sheet((invitation, row): Written) -> AttendanceSheet {
    AttendanceSheet::of(invitation, Some(row))
}

fn advance(given: (&ID, i32), reason: Option<String>, seat: Option<&ID>) -> Result<Advance, Error> {
    Ok(Advance {
        sheet: Kind::AttendanceSheet.uuid(given.0)?,
        expected_version: given.1,
        reason,
        seat: Kind::Seat.maybe(seat)?,
    })
}

async fn settle(
    ctx: &Context<'_>,
    step: Step,
    input: Advance,
) -> async_graphql::Result<(Option<AttendanceSheet>, Vec<UserError>)> {
    let result = writing::settle(ctx.session()?, &ctx.command_field(), step, input).await;
    Ok(ctx.settle(result.map(sheet))?)
}

#[derive(Default)]
pub struct AttendanceMutation;

#[Object]
impl AttendanceMutation {
    /// Ask for somebody, or for your whole unit, to be excused from an event, until its attendance is sealed: HEAD of the unit,
    /// at RI a COORDINATOR; a reason is owed. The host is told.
    async fn request_excuse(
        &self,
        ctx: &Context<'_>,
        input: RequestExcuseInput,
    ) -> async_graphql::Result<RequestExcusePayload> {
        let ask = AskExcuse {
            invitation: Kind::EventInvitation.uuid(&input.invitation)?,
            delegate: Kind::EventDelegate.maybe(input.delegate.as_ref())?,
            reason: input.reason,
            file: Kind::File.maybe(input.file.as_ref())?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = excusing::request(ctx.session()?, &ctx.command_field(), ask).await;
        Ok(ctx.settle(result.map(Excuse))?.into())
    }

    /// Grant an excuse or refuse it, which owes a reason: HEAD of the host, at RI also a COORDINATOR, but never who asked for
    /// it. The unit is told.
    async fn decide_excuse(
        &self,
        ctx: &Context<'_>,
        input: DecideExcuseInput,
    ) -> async_graphql::Result<DecideExcusePayload> {
        let decide = Decide {
            excuse: Kind::Excuse.uuid(&input.excuse)?,
            expected_version: input.expected_version,
            grant: input.decision == ExcuseDecision::Grant,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = excusing::decide(ctx.session()?, &ctx.command_field(), decide).await;
        Ok(ctx.settle(result.map(Excuse))?.into())
    }

    /// Write down who of your unit was there, while the event runs and until the sheet is submitted: STAFF or HEAD of the unit.
    /// Nobody else reads it before it is submitted. The host's own people need no sheet.
    async fn edit_attendance(
        &self,
        ctx: &Context<'_>,
        input: EditAttendanceInput,
    ) -> async_graphql::Result<EditAttendancePayload> {
        let edit = Edit {
            sheet: Kind::AttendanceSheet.uuid(&input.sheet)?,
            expected_version: input.expected_version,
            entries: entries(input.entries)?,
            note: change(input.note),
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = writing::edit(ctx.session()?, &ctx.command_field(), edit).await;
        Ok(ctx.settle(result.map(sheet))?.into())
    }

    /// Submit the sheet of your unit once the event is over and it speaks of everybody in every session: HEAD of the unit, at
    /// RI a COORDINATOR. The host is told.
    async fn submit_attendance(
        &self,
        ctx: &Context<'_>,
        input: SubmitAttendanceInput,
    ) -> async_graphql::Result<SubmitAttendancePayload> {
        let advance = advance((&input.sheet, input.expected_version), None, input.seat.as_ref())?;
        let result = writing::submit(ctx.session()?, &ctx.command_field(), advance).await;
        Ok(ctx.settle(result.map(sheet))?.into())
    }

    /// Verify what a unit submitted: HEAD of the host, at RI also a COORDINATOR, but never who submitted it. The unit is told.
    async fn verify_attendance(
        &self,
        ctx: &Context<'_>,
        input: VerifyAttendanceInput,
    ) -> async_graphql::Result<VerifyAttendancePayload> {
        let given = (&input.sheet, input.expected_version);
        let advance = advance(given, input.reason, input.seat.as_ref())?;
        Ok(settle(ctx, Step::Verify, advance).await?.into())
    }

    /// Return what a unit submitted, also after it was verified: who may verify it; a reason is owed, and the unit is told. It
    /// writes it again and submits it again.
    async fn return_attendance(
        &self,
        ctx: &Context<'_>,
        input: ReturnAttendanceInput,
    ) -> async_graphql::Result<ReturnAttendancePayload> {
        let given = (&input.sheet, input.expected_version);
        let advance = advance(given, Some(input.reason), input.seat.as_ref())?;
        Ok(settle(ctx, Step::Return, advance).await?.into())
    }

    /// Seal the attendance of an event that is over: HEAD of the host, at RI also a COORDINATOR. Refused while walk-ins,
    /// conflicts of the door or excuses are not decided on, and while waves are neither sealed nor cancelled. Of units with a
    /// submitted sheet that is sealed, of all others what the door says; where sheets are not verified a reason is owed.
    async fn finalise_event(
        &self,
        ctx: &Context<'_>,
        input: FinaliseEventInput,
    ) -> async_graphql::Result<FinaliseEventPayload> {
        let advance = running::Advance {
            event: Kind::Event.uuid(&input.event)?,
            expected_version: input.expected_version,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = sealing::finalise(ctx.session()?, &ctx.command_field(), advance).await;
        Ok(ctx.settle(result.map(Event::from))?.into())
    }

    /// Propose to correct what is sealed of the people of a unit: HEAD of the unit or of the host, at RI also a COORDINATOR; a
    /// reason is owed. Another person who may seal the event confirms it with `confirmProposal`: then it is sealed anew, beside
    /// what was sealed before.
    async fn correct_attendance(
        &self,
        ctx: &Context<'_>,
        input: CorrectAttendanceInput,
    ) -> async_graphql::Result<CorrectAttendancePayload> {
        let correct = Correct {
            sheet: Kind::AttendanceSheet.uuid(&input.sheet)?,
            expected_version: input.expected_version,
            entries: entries(input.entries)?,
            note: change(input.note),
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = correcting::propose(ctx.session()?, &ctx.command_field(), correct).await;
        Ok(ctx.settle(result.map(Proposal))?.into())
    }
}
