//! Commands on editions of awards in the API.
use async_graphql::{Context, ID, InputObject, Object};

use super::{
    input::{CreateAwardEditionInput, EditAwardEditionInput},
    types::AwardEdition,
};
use crate::{
    award::{
        arranging,
        running::{self, Advance},
        workflow::Step,
    },
    error::Error,
    graphql::{context::Ask, id::Kind, problem::UserError},
    payload,
};

macro_rules! edition_steps {
    ($($(#[$about:meta])* $name:ident;)*) => {
        $(
            $(#[$about])*
            #[derive(InputObject)]
            pub struct $name {
                /// The edition.
                edition: ID,
                /// The version you read.
                expected_version: i32,
                /// Which of your seats acts; may be left out when exactly one may.
                seat: Option<ID>,
            }

            impl $name {
                fn resolve(self) -> Result<Advance, Error> {
                    Ok(Advance {
                        edition: Kind::AwardEdition.uuid(&self.edition)?,
                        expected_version: self.expected_version,
                        reason: None,
                        seat: Kind::Seat.maybe(self.seat.as_ref())?,
                    })
                }
            }
        )*
    };
}

edition_steps! {
    /// Which edition's rules to publish.
    PublishAwardRulesInput;
    /// Which edition is to take entries.
    OpenNominationsInput;
    /// Which edition is to take entries no more.
    CloseNominationsInput;
}

/// Which edition comes to nothing, and why.
#[derive(InputObject)]
pub struct VoidAwardEditionInput {
    /// The edition.
    edition: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

macro_rules! edition_payloads {
    ($($(#[$about:meta])* $name:ident, $(#[$what:meta])*;)*) => {
        $(payload! {
            $(#[$about])*
            $name {
                $(#[$what])*
                edition: AwardEdition
            }
        })*
    };
}

edition_payloads! {
    /// What became of `createAwardEdition`.
    CreateAwardEditionPayload,
    /// The edition, a draft.
    ;
    /// What became of `editAwardEdition`.
    EditAwardEditionPayload,
    /// The edition, changed.
    ;
    /// What became of `publishAwardRules`.
    PublishAwardRulesPayload,
    /// The edition, with its rules.
    ;
    /// What became of `openNominations`.
    OpenNominationsPayload,
    /// The edition, taking entries.
    ;
    /// What became of `closeNominations`.
    CloseNominationsPayload,
    /// The edition.
    ;
    /// What became of `voidAwardEdition`.
    VoidAwardEditionPayload,
    /// The edition, void.
    ;
}

async fn step(
    ctx: &Context<'_>,
    step: Step,
    input: Advance,
) -> async_graphql::Result<(Option<AwardEdition>, Vec<UserError>)> {
    let result = running::advance(ctx.session()?, &ctx.command_field(), step, input).await;
    Ok(ctx.settle(result.map(AwardEdition::from))?)
}

#[derive(Default)]
pub struct AwardEditionMutation;

#[Object]
impl AwardEditionMutation {
    /// Draft an edition of awards: STAFF or HEAD of a province, at RI STAFF or a COORDINATOR. Nobody else knows of it until its
    /// rules are published.
    async fn create_award_edition(
        &self,
        ctx: &Context<'_>,
        input: CreateAwardEditionInput,
    ) -> async_graphql::Result<CreateAwardEditionPayload> {
        let input = input.resolve()?;
        let result = arranging::create(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEdition::from))?.into())
    }

    /// Change a draft: STAFF or HEAD of the issuer, at RI STAFF or a COORDINATOR. Once its rules are published an edition does not
    /// change any more; another takes its place.
    async fn edit_award_edition(
        &self,
        ctx: &Context<'_>,
        input: EditAwardEditionInput,
    ) -> async_graphql::Result<EditAwardEditionPayload> {
        let input = input.resolve()?;
        let result = arranging::edit(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEdition::from))?.into())
    }

    /// Publish the rules of an edition, with the rubrics they name, under one hash: HEAD of the issuer, at RI a COORDINATOR.
    async fn publish_award_rules(
        &self,
        ctx: &Context<'_>,
        input: PublishAwardRulesInput,
    ) -> async_graphql::Result<PublishAwardRulesPayload> {
        let input = input.resolve()?;
        let result = running::publish_rules(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEdition::from))?.into())
    }

    /// Take entries from now on: HEAD of the issuer, at RI a COORDINATOR.
    async fn open_nominations(
        &self,
        ctx: &Context<'_>,
        input: OpenNominationsInput,
    ) -> async_graphql::Result<OpenNominationsPayload> {
        Ok(step(ctx, Step::OpenNominations, input.resolve()?).await?.into())
    }

    /// Take entries no more, once the time that was promised has passed: HEAD of the issuer, at RI a COORDINATOR. Those that were
    /// submitted are verified; those that were returned may be submitted again.
    async fn close_nominations(
        &self,
        ctx: &Context<'_>,
        input: CloseNominationsInput,
    ) -> async_graphql::Result<CloseNominationsPayload> {
        Ok(step(ctx, Step::CloseNominations, input.resolve()?).await?.into())
    }

    /// Void an edition that was not announced: HEAD of the issuer, at RI a COORDINATOR; a reason is owed.
    async fn void_award_edition(
        &self,
        ctx: &Context<'_>,
        input: VoidAwardEditionInput,
    ) -> async_graphql::Result<VoidAwardEditionPayload> {
        let input = Advance {
            edition: Kind::AwardEdition.uuid(&input.edition)?,
            expected_version: input.expected_version,
            reason: Some(input.reason),
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        Ok(step(ctx, Step::Void, input).await?.into())
    }
}
