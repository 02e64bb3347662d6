//! Acting on templates.
use async_graphql::{Context, ID, Object};

use super::{
    template::ReportTemplate,
    template_input::{
        CreateReportTemplateInput, DiscardReportTemplateInput, EditReportTemplateInput, PublishReportTemplateInput,
        RetireReportTemplateInput,
    },
};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind},
    payload,
    report::template::service,
};

payload! {
    /// What became of `createReportTemplate`.
    CreateReportTemplatePayload {
        /// The draft.
        template: ReportTemplate
    }
}

payload! {
    /// What became of `editReportTemplate`.
    EditReportTemplatePayload {
        /// The draft as it is now.
        template: ReportTemplate
    }
}

payload! {
    /// What became of `publishReportTemplate`.
    PublishReportTemplatePayload {
        /// The version, published.
        template: ReportTemplate
    }
}

payload! {
    /// What became of `retireReportTemplate`.
    RetireReportTemplatePayload {
        /// The version, retired.
        template: ReportTemplate
    }
}

payload! {
    /// What became of `discardReportTemplate`.
    DiscardReportTemplatePayload {
        /// The id of the draft, which is no more.
        discarded: ID
    }
}

#[derive(Default)]
pub struct TemplateMutation;

#[Object]
impl TemplateMutation {
    /// Make a draft of a template, or of the next version of one, by which units beneath can be asked for reports once it is
    /// published. A draft may be incomplete; `faults` tells what is still wrong. COORDINATOR of RI, or HEAD of the permanent
    /// unit of a provinsi or kabupaten/kota.
    async fn create_report_template(
        &self,
        ctx: &Context<'_>,
        input: CreateReportTemplateInput,
    ) -> async_graphql::Result<CreateReportTemplatePayload> {
        let session = ctx.session()?;
        let result = match input.resolve() {
            Ok(create) => service::create(session, &ctx.command_field(), create).await,
            Err(error) => Err(error),
        };
        Ok(ctx.settle(result.map(ReportTemplate::from))?.into())
    }

    /// Change a draft. What is published never changes: make its next version. Whoever may make one may.
    async fn edit_report_template(
        &self,
        ctx: &Context<'_>,
        input: EditReportTemplateInput,
    ) -> async_graphql::Result<EditReportTemplatePayload> {
        let session = ctx.session()?;
        let result = match input.resolve() {
            Ok((asked, content)) => service::edit(session, &ctx.command_field(), asked, content).await,
            Err(error) => Err(error),
        };
        Ok(ctx.settle(result.map(ReportTemplate::from))?.into())
    }

    /// Publish a draft: it is known to everybody beneath and above its unit, rounds may ask by it, and it never changes
    /// again. Everything that is wrong with it is told at once, each at its place in the template. Whoever may make one may.
    async fn publish_report_template(
        &self,
        ctx: &Context<'_>,
        input: PublishReportTemplateInput,
    ) -> async_graphql::Result<PublishReportTemplatePayload> {
        let result = service::publish(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(ReportTemplate::from))?.into())
    }

    /// Retire a published version: no new round may ask by it. What was asked by it goes on, and it stays to be read. Whoever
    /// may make one may; a reason is owed.
    async fn retire_report_template(
        &self,
        ctx: &Context<'_>,
        input: RetireReportTemplateInput,
    ) -> async_graphql::Result<RetireReportTemplatePayload> {
        let (asked, reason) = input.resolve()?;
        let result = service::retire(ctx.session()?, &ctx.command_field(), asked, reason).await;
        Ok(ctx.settle(result.map(ReportTemplate::from))?.into())
    }

    /// Throw a draft away. Whoever may make one may.
    async fn discard_report_template(
        &self,
        ctx: &Context<'_>,
        input: DiscardReportTemplateInput,
    ) -> async_graphql::Result<DiscardReportTemplatePayload> {
        let result: Result<_, Error> = service::discard(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(|id| Kind::ReportTemplate.id(id)))?.into())
    }
}
