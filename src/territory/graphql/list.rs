//! Lists of units, out of memory.
use async_graphql::{Context, ID, InputObject, Object};
use entity::enums;
use uuid::Uuid;

use super::unit::{Tier, Unit};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, Known, OrderDirection, cursor, either, search_words},
    },
    page::window_of,
    territory::{directory::Directory, tree},
};

connection!(UnitConnection, UnitEdge, Unit, Known, "units");

/// What a list of units is sorted by.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UnitOrderField {
    /// The official code.
    #[default]
    Code,
    /// The name, by its bytes.
    Name,
}

/// How a list of units is sorted.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct UnitOrder {
    /// By what.
    field: UnitOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Chooses by tier.
#[derive(InputObject, Clone, Debug, Default)]
pub struct TierFilter {
    /// Exactly this one.
    eq: Option<Tier>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<Tier>>,
}

/// Chooses by official code.
#[derive(InputObject, Clone, Debug, Default)]
pub struct CodeFilter {
    /// Exactly this one.
    eq: Option<String>,
    /// Any of these, at most 100.
    #[graphql(name = "in")]
    any: Option<Vec<String>>,
}

/// Which units are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct UnitFilter {
    /// By level.
    tier: Option<TierFilter>,
    /// By official code.
    code: Option<CodeFilter>,
    /// By the unit directly above.
    parent: Option<IdFilter>,
    /// These units and all beneath them.
    underneath: Option<IdFilter>,
}

/// The units of a page, sorted; the order is part of the cursor.
pub(super) fn unit_page(
    mut units: Vec<&tree::Unit>,
    order: UnitOrder,
    arguments: &Arguments,
) -> Result<UnitConnection, Error> {
    let key = |unit: &tree::Unit| match order.field {
        UnitOrderField::Code => (unit.code.clone(), unit.id),
        UnitOrderField::Name => (unit.name.clone(), unit.id),
    };
    let descending = order.direction == OrderDirection::Desc;
    let list = format!("units:{:?}:{:?}", order.field, order.direction);
    let window = arguments.window(&list)?;
    units.sort_by_cached_key(|unit| key(unit));
    if descending {
        units.reverse();
    }
    let total = Known(units.len());
    let page = window_of(units.into_iter().map(|unit| (key(unit), unit)), &window, descending);
    Ok(UnitConnection::new(
        page.map(|unit| (cursor(&list, &key(unit)), Unit(unit.id))),
        total,
    ))
}

fn wanted_units(directory: &Directory, filter: UnitFilter, search: Option<String>) -> Result<Vec<&tree::Unit>, Error> {
    let UnitFilter {
        tier,
        code,
        parent,
        underneath,
    } = filter;
    let tiers = tiers(tier)?;
    let codes = codes(code)?;
    let parents = ids(Kind::Unit, parent)?;
    let tops = ids(Kind::Unit, underneath)?;
    let words = search_words(search)?;
    let wanted = directory.tree.all().iter().filter(|unit| {
        tiers.as_ref().is_none_or(|tiers| tiers.contains(&unit.tier))
            && codes.as_ref().is_none_or(|codes| codes.contains(&unit.code))
            && parents
                .as_ref()
                .is_none_or(|parents| unit.parent.is_some_and(|parent| parents.contains(&parent)))
            && tops
                .as_ref()
                .is_none_or(|tops| tops.iter().any(|top| directory.tree.is_within(unit.id, *top)))
            && contains(&unit.name, &words)
    });
    Ok(wanted.collect())
}

pub(super) fn tiers(filter: Option<TierFilter>) -> Result<Option<Vec<enums::Tier>>, Error> {
    let TierFilter { eq, any } = filter.unwrap_or_default();
    Ok(either(eq, any)?.map(|tiers| tiers.into_iter().map(Into::into).collect()))
}

pub(super) fn codes(filter: Option<CodeFilter>) -> Result<Option<Vec<String>>, Error> {
    let CodeFilter { eq, any } = filter.unwrap_or_default();
    either(eq, any)
}

/// The ids a filter allows.
///
/// # Errors
/// `BadInput` for an id of another type.
pub fn ids(kind: Kind, filter: Option<IdFilter>) -> Result<Option<Vec<Uuid>>, Error> {
    let IdFilter { eq, any } = filter.unwrap_or_default();
    either(eq, any)?.map(|ids| kind.uuids(&ids)).transpose()
}

pub(super) fn contains(name: &str, words: &[String]) -> bool {
    let name = if words.is_empty() {
        String::new()
    } else {
        name.to_lowercase()
    };
    words.iter().all(|word| name.contains(word))
}

#[derive(Default)]
pub struct TerritoryQuery;

#[Object]
impl TerritoryQuery {
    /// A unit by its official code or by its id: give exactly one. Of several bodies in one region the code means the
    /// permanent one. Null when there is none.
    async fn unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The official code of the unit's region, such as `32.75`; `RI` for the national body.")]
        code: Option<String>,
        #[graphql(desc = "The unit's global id.")] id: Option<ID>,
    ) -> Option<async_graphql::Result<Unit>> {
        let found = ctx.session().and_then(|session| {
            let directory = &session.actor.directory;
            match (&code, &id) {
                (Some(code), None) => Ok(directory.unit_by_code_on(code, session.actor.today)),
                (None, Some(id)) => Ok(directory.tree.get(Kind::Unit.uuid(id)?)),
                _ => Err(Error::bad_input(
                    "Berikan `code` atau `id`, salah satu saja.",
                    "Give either `code` or `id`.",
                )),
            }
        });
        found
            .map(|unit| unit.map(|unit| Unit(unit.id)))
            .map_err(Into::into)
            .transpose()
    }

    /// The units of all tiers, dissolved ones included.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<UnitFilter>,
        #[graphql(desc = "Sorted how; by code when left out.")] order_by: Option<UnitOrder>,
        #[graphql(desc = "Words that all occur in the name, whatever their case.")] search: Option<String>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<UnitConnection> {
        let directory = &ctx.session()?.actor.directory;
        let wanted = wanted_units(directory, filter.unwrap_or_default(), search)?;
        Ok(unit_page(
            wanted,
            order_by.unwrap_or_default(),
            &Arguments {
                first,
                last,
                after,
                before,
            },
        )?)
    }
}
