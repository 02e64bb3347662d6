//! Acting on rubrics.
use async_graphql::{Context, ID, Object};

use super::{
    input::{CreateRubricInput, DiscardRubricInput, EditRubricInput, PublishRubricInput, RetireRubricInput},
    types::Rubric,
};
use crate::{
    graphql::{context::Ask, id::Kind},
    payload,
    review::rubric::service,
};

payload! {
    /// What became of `createRubric`.
    CreateRubricPayload {
        /// The draft.
        rubric: Rubric
    }
}

payload! {
    /// What became of `editRubric`.
    EditRubricPayload {
        /// The draft as it is now.
        rubric: Rubric
    }
}

payload! {
    /// What became of `publishRubric`.
    PublishRubricPayload {
        /// The version, published.
        rubric: Rubric
    }
}

payload! {
    /// What became of `retireRubric`.
    RetireRubricPayload {
        /// The version, retired.
        rubric: Rubric
    }
}

payload! {
    /// What became of `discardRubric`.
    DiscardRubricPayload {
        /// The id of the draft, which is no more.
        discarded: ID
    }
}

#[derive(Default)]
pub struct RubricMutation;

#[Object]
impl RubricMutation {
    /// Make a draft of a rubric, or of the next version of one, by which works can be judged once it is published. A draft
    /// may be incomplete; `faults` tells what is still wrong. COORDINATOR of RI, or HEAD of the permanent unit of a provinsi
    /// or kabupaten/kota.
    async fn create_rubric(
        &self,
        ctx: &Context<'_>,
        input: CreateRubricInput,
    ) -> async_graphql::Result<CreateRubricPayload> {
        let result = service::create(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Rubric))?.into())
    }

    /// Change a draft. What is published never changes: make its next version. Whoever may make one may.
    async fn edit_rubric(&self, ctx: &Context<'_>, input: EditRubricInput) -> async_graphql::Result<EditRubricPayload> {
        let (asked, content) = input.resolve()?;
        let result = service::edit(ctx.session()?, &ctx.command_field(), asked, content).await;
        Ok(ctx.settle(result.map(Rubric))?.into())
    }

    /// Publish a draft: it is known to everybody beneath and above its unit, works may be judged by it, and it never changes
    /// again. Everything that is wrong with it is told at once, each at its place in the rubric. Whoever may make one may.
    async fn publish_rubric(
        &self,
        ctx: &Context<'_>,
        input: PublishRubricInput,
    ) -> async_graphql::Result<PublishRubricPayload> {
        let result = service::publish(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Rubric))?.into())
    }

    /// Retire a published version: nothing new may be judged by it. What was begun goes on, and it stays to be read. Whoever
    /// may make one may; a reason is owed.
    async fn retire_rubric(
        &self,
        ctx: &Context<'_>,
        input: RetireRubricInput,
    ) -> async_graphql::Result<RetireRubricPayload> {
        let (asked, reason) = input.resolve()?;
        let result = service::retire(ctx.session()?, &ctx.command_field(), asked, reason).await;
        Ok(ctx.settle(result.map(Rubric))?.into())
    }

    /// Throw a draft away. Whoever may make one may.
    async fn discard_rubric(
        &self,
        ctx: &Context<'_>,
        input: DiscardRubricInput,
    ) -> async_graphql::Result<DiscardRubricPayload> {
        let result = service::discard(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(|id| Kind::Rubric.id(id)))?.into())
    }
}
