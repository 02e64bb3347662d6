//! Reading templates, out of memory.
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::{enums, template};

use super::template::{ReportTemplate, ReportTemplateStatus};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, Known, OrderDirection, cursor, either, search_words},
    },
    page::window_of,
    report::{catalogue::Catalogue, template::availability::is_visible},
    session::Actor,
    territory::graphql::ids,
};

connection!(
    ReportTemplateConnection,
    ReportTemplateEdge,
    ReportTemplate,
    Known,
    "templates"
);

/// What a list of templates is sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ReportTemplateOrderField {
    /// The code, then the version.
    #[default]
    Code,
    /// The name, by its bytes, then code and version.
    Name,
}

/// How a list of templates is sorted.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct ReportTemplateOrder {
    /// By what.
    field: ReportTemplateOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Chooses by where versions stand.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ReportTemplateStatusFilter {
    /// Exactly this one.
    eq: Option<ReportTemplateStatus>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<ReportTemplateStatus>>,
}

/// Which versions are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ReportTemplateFilter {
    /// The versions of the template with this code.
    code: Option<String>,
    /// By where they stand.
    status: Option<ReportTemplateStatusFilter>,
    /// By the unit whose templates they are.
    owner: Option<IdFilter>,
}

fn wanted(
    actor: &Actor,
    catalogue: &Catalogue,
    filter: ReportTemplateFilter,
    search: Option<String>,
) -> Result<Vec<Arc<template::Model>>, Error> {
    let ReportTemplateStatusFilter { eq, any } = filter.status.unwrap_or_default();
    let statuses: Option<Vec<enums::TemplateStatus>> =
        either(eq, any)?.map(|statuses| statuses.into_iter().map(Into::into).collect());
    let owners = ids(Kind::Unit, filter.owner)?;
    let words = search_words(search)?;
    let is_wanted = |template: &template::Model| {
        let words_of = format!("{} {}", template.code, template.name).to_lowercase();
        filter.code.as_ref().is_none_or(|code| *code == template.code)
            && statuses.as_ref().is_none_or(|any| any.contains(&template.status))
            && owners.as_ref().is_none_or(|any| any.contains(&template.owner_id))
            && words.iter().all(|word| words_of.contains(word))
    };
    let found = catalogue.templates().into_iter();
    Ok(found
        .filter(|template| is_visible(actor, template) && is_wanted(template))
        .map(Arc::clone)
        .collect())
}

#[derive(Default)]
pub struct TemplateQuery;

#[Object]
impl TemplateQuery {
    /// A version of a template, by its id or by its code: give exactly one. By code it is the version asked for, or the
    /// newest published one. Null when there is none that you may see.
    async fn report_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the version.")] id: Option<ID>,
        #[graphql(desc = "The code that all versions share.")] code: Option<String>,
        #[graphql(desc = "Beside the code: which version.")] version: Option<i32>,
    ) -> Option<async_graphql::Result<ReportTemplate>> {
        let found = ctx.session().and_then(|session| {
            let catalogue = session.services.catalogue.load();
            let found = match (&id, &code, version) {
                (Some(id), None, None) => catalogue.template(Kind::ReportTemplate.uuid(id)?),
                (None, Some(code), Some(version)) => catalogue.template_version(code, version),
                (None, Some(code), None) => catalogue.newest_published(code),
                _ => {
                    return Err(Error::bad_input(
                        "Berikan `id`, atau `code` dengan atau tanpa `version`.",
                        "Give either `id`, or `code` with or without `version`.",
                    ));
                }
            };
            Ok(found
                .filter(|template| is_visible(&session.actor, template))
                .map(Arc::clone))
        });
        found
            .map(|template| template.map(ReportTemplate))
            .map_err(Into::into)
            .transpose()
    }

    /// What reports can be asked for, and what is being prepared: every version that you may see.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn report_templates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ReportTemplateFilter>,
        #[graphql(desc = "Sorted how; by code and version when left out.")] order_by: Option<ReportTemplateOrder>,
        #[graphql(desc = "Words that all occur in the code or the name, whatever their case.")] search: Option<String>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReportTemplateConnection> {
        let session = ctx.session()?;
        let catalogue = session.services.catalogue.load();
        let mut found = wanted(&session.actor, &catalogue, filter.unwrap_or_default(), search)?;
        let order = order_by.unwrap_or_default();
        let key = |template: &template::Model| {
            let name = match order.field {
                ReportTemplateOrderField::Code => String::new(),
                ReportTemplateOrderField::Name => template.name.clone(),
            };
            (name, template.code.clone(), template.version)
        };
        let descending = order.direction == OrderDirection::Desc;
        let list = format!("templates:{:?}:{:?}", order.field, order.direction);
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window(&list)?;
        found.sort_by_cached_key(|template| key(template));
        if descending {
            found.reverse();
        }
        let total = Known(found.len());
        let keyed = found.into_iter().map(|template| (key(&template), template));
        let page = window_of(keyed, &window, descending);
        let page = page.map(|template| (cursor(&list, &key(&template)), ReportTemplate(template)));
        Ok(ReportTemplateConnection::new(page, total))
    }
}
