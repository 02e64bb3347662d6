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
        page::{Arguments, IdFilter, Known, OrderDirection, either, search_words},
        scalars::Date,
    },
    territory::{as_of::AsOf, tree},
};

connection!(planned UnitConnection, UnitEdge, Unit, Known, "units");

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
    pub eq: Option<String>,
    /// Any of these, at most 100.
    #[graphql(name = "in")]
    pub any: Option<Vec<String>>,
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

/// The units of a page, sorted by what they were called then; order and day are part of the cursor.
pub(super) fn unit_page(
    as_of: AsOf<'_>,
    units: Vec<&tree::Unit>,
    order: UnitOrder,
    arguments: &Arguments,
) -> Result<UnitConnection, Error> {
    let key = |unit: &&tree::Unit| match order.field {
        UnitOrderField::Code => (as_of.code(unit).to_owned(), unit.id),
        UnitOrderField::Name => (as_of.name(unit).to_owned(), unit.id),
    };
    let descending = order.direction == OrderDirection::Desc;
    let list = of_day(format!("units:{:?}:{:?}", order.field, order.direction), as_of);
    let (page, total) = arguments.page_of(&list, units, key, descending)?;
    let page = page.map(|(cursor, unit)| (cursor, Unit(unit.id)));
    Ok(UnitConnection::new(page, total))
}

/// The units above one, the nearest first. Each is of another tier, so that the tier is the place in the list.
pub(super) fn ancestor_page(as_of: AsOf<'_>, unit: Uuid, arguments: &Arguments) -> Result<UnitConnection, Error> {
    let list = of_day("ancestors".to_owned(), as_of);
    let (page, total) = arguments.page_of(&list, as_of.ancestors(unit), |unit| unit.tier, true)?;
    let page = page.map(|(cursor, unit)| (cursor, Unit(unit.id)));
    Ok(UnitConnection::new(page, total))
}

/// The name of a list whose order is that of a day: its cursors mean nothing on another.
pub(super) fn of_day(list: String, as_of: AsOf<'_>) -> String {
    match as_of.day() {
        None => list,
        Some(day) => format!("{list}:{day}"),
    }
}

fn wanted_units<'d>(as_of: AsOf<'d>, filter: UnitFilter, search: Option<String>) -> Result<Vec<&'d tree::Unit>, Error> {
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
    let mut wanted = as_of.units();
    wanted.retain(|unit| {
        tiers.as_ref().is_none_or(|tiers| tiers.contains(&unit.tier))
            && codes
                .as_ref()
                .is_none_or(|codes| codes.iter().any(|code| code == as_of.code(unit)))
            && parents
                .as_ref()
                .is_none_or(|parents| as_of.parent(unit).is_some_and(|parent| parents.contains(&parent)))
            && tops
                .as_ref()
                .is_none_or(|tops| tops.iter().any(|top| as_of.is_within(unit.id, *top)))
            && contains(as_of.name(unit), &words)
    });
    Ok(wanted)
}

/// The tiers a filter allows.
///
/// # Errors
/// `BadInput` for too many.
pub fn tiers(filter: Option<TierFilter>) -> Result<Option<Vec<enums::Tier>>, Error> {
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
    /// permanent one. With `on`, the unit in the region that bore the code on that day, or the unit if it existed then. Null
    /// when there is none.
    async fn unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The official code of the unit's region, such as `32.75`; `RI` for the national body.")]
        code: Option<String>,
        #[graphql(desc = "The unit's global id.")] id: Option<ID>,
        #[graphql(
            desc = "By the hierarchy of this day; by the one in force, dissolved units included, when left out."
        )]
        on: Option<Date>,
    ) -> Option<async_graphql::Result<Unit>> {
        let found = ctx.session().and_then(|session| {
            let actor = &session.actor;
            let as_of = AsOf::new(&actor.directory, on.map(|day| day.0));
            match (&code, &id) {
                (Some(code), None) => Ok(as_of.unit_by_code(code, actor.today)),
                (None, Some(id)) => Ok(as_of.unit(Kind::Unit.uuid(id)?)),
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

    /// The units of all tiers, dissolved ones included; with `on`, those that existed on that day, chosen and sorted by the
    /// names, codes and places they had then. Fields of the units take `on` for themselves.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that existed on this day, by the hierarchy of that day.")] on: Option<Date>,
        #[graphql(desc = "Which ones.")] filter: Option<UnitFilter>,
        #[graphql(desc = "Sorted how; by code when left out.")] order_by: Option<UnitOrder>,
        #[graphql(desc = "Words that all occur in the name, whatever their case.")] search: Option<String>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<UnitConnection> {
        let as_of = AsOf::new(&ctx.session()?.actor.directory, on.map(|day| day.0));
        let wanted = wanted_units(as_of, filter.unwrap_or_default(), search)?;
        Ok(unit_page(
            as_of,
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
