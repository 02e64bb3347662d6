//! Commands on what was announced, in the API.
use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::objection::AwardObjection;
use crate::{
    award::honour::{
        objecting::{self, Decide, ObjectTo},
        revoking::{self, Revoke},
    },
    graphql::{context::Ask, id::Kind},
    payload,
    proposal::graphql::Proposal,
};

/// What is objected to, and why.
#[derive(InputObject)]
pub struct ObjectToAwardInput {
    /// The category in which your unit entered something.
    category: ID,
    /// The award of that category that is objected to; left out: that what your unit entered got none.
    award: Option<ID>,
    /// Why, at most 2,000 characters.
    reason: String,
    /// What proves it: a file that you uploaded.
    file: Option<ID>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// How an objection is decided.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardObjectionDecision {
    /// It is right.
    Uphold,
    /// It is not.
    Reject,
}

/// How to decide on which objection, and what to answer.
#[derive(InputObject)]
pub struct DecideObjectionInput {
    /// The objection.
    objection: ID,
    /// The version you read.
    expected_version: i32,
    /// How.
    decision: AwardObjectionDecision,
    /// What to answer, at most 2,000 characters.
    answer: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which award is to be taken back, and why.
#[derive(InputObject)]
pub struct RevokeAwardInput {
    /// The award.
    award: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters. Once it is confirmed everybody reads it who reads the award or looks its certificate up: name
    /// nobody in it.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `objectToAward`.
    ObjectToAwardPayload {
        /// The objection, waiting for its answer.
        objection: AwardObjection
    }
}

payload! {
    /// What became of `decideObjection`.
    DecideObjectionPayload {
        /// The objection, decided.
        objection: AwardObjection
    }
}

payload! {
    /// What became of `revokeAward`.
    RevokeAwardPayload {
        /// The proposal, waiting for another person.
        proposal: Proposal
    }
}

#[derive(Default)]
pub struct HonourMutation;

#[Object]
impl HonourMutation {
    /// Object to an award of a category in which your unit entered something, or to having got none there: HEAD of the unit that
    /// entered it or that it is about, until `objectionsUntil` of the edition. Read by your unit, by those above it and by the
    /// issuer, and by nobody else.
    async fn object_to_award(
        &self,
        ctx: &Context<'_>,
        input: ObjectToAwardInput,
    ) -> async_graphql::Result<ObjectToAwardPayload> {
        let given = ObjectTo {
            category: Kind::AwardCategory.uuid(&input.category)?,
            award: Kind::Award.maybe(input.award.as_ref())?,
            reason: input.reason,
            file: Kind::File.maybe(input.file.as_ref())?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = objecting::object(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardObjection::from))?.into())
    }

    /// Uphold or reject an objection: HEAD of the issuer, at RI a COORDINATOR, but never who filed it; an answer is owed. Nothing that
    /// was announced changes by it: of one that is upheld, `revokeAward` takes the award back.
    async fn decide_objection(
        &self,
        ctx: &Context<'_>,
        input: DecideObjectionInput,
    ) -> async_graphql::Result<DecideObjectionPayload> {
        let given = Decide {
            objection: Kind::AwardObjection.uuid(&input.objection)?,
            expected_version: input.expected_version,
            upheld: input.decision == AwardObjectionDecision::Uphold,
            answer: input.answer,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = objecting::decide(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardObjection::from))?.into())
    }

    /// Propose that an award be taken back: HEAD of the issuer, at RI a COORDINATOR; a reason is owed. Once another person who may
    /// confirms it (`confirmProposal`), the award and its certificate are revoked for good, and whoever looks the certificate up is
    /// told when and why. Nobody takes its place: that needs another list, ratified and announced.
    async fn revoke_award(
        &self,
        ctx: &Context<'_>,
        input: RevokeAwardInput,
    ) -> async_graphql::Result<RevokeAwardPayload> {
        let given = Revoke {
            award: Kind::Award.uuid(&input.award)?,
            expected_version: input.expected_version,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = revoking::propose(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(Proposal))?.into())
    }
}
