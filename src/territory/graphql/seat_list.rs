//! The list of seats, out of memory.
use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{enums, seat};
use uuid::Uuid;

use super::{
    list::{TierFilter, contains, ids, of_day, tiers},
    seat::{Function, Position, Seat},
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, Known, OrderDirection, either, search_words},
        scalars::Date,
    },
    identity::reach::knows_people_of,
    session::Actor,
    territory::{as_of::AsOf, directory::is_valid, tree},
};

connection!(SeatConnection, SeatEdge, Seat, Known, "seats");

/// What a list of seats is sorted by.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SeatOrderField {
    /// The official code of the unit's region; within a unit the order the seats were made in.
    #[default]
    Code,
    /// The local title, by its bytes.
    LocalTitle,
}

/// How a list of seats is sorted.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct SeatOrder {
    /// By what.
    field: SeatOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Chooses by what seats may do.
#[derive(InputObject, Clone, Debug, Default)]
pub struct FunctionFilter {
    /// Exactly this one.
    eq: Option<Function>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<Function>>,
}

impl FunctionFilter {
    /// The functions a filter allows.
    ///
    /// # Errors
    /// `BadInput` for too many.
    pub fn functions(filter: Option<Self>) -> Result<Option<Vec<enums::Function>>, Error> {
        let Self { eq, any } = filter.unwrap_or_default();
        Ok(either(eq, any)?.map(|functions| functions.into_iter().map(Into::into).collect()))
    }
}

/// Chooses by what seats are in the organisation.
#[derive(InputObject, Clone, Debug, Default)]
pub struct PositionFilter {
    /// Exactly this one.
    eq: Option<Position>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<Position>>,
}

/// Which seats are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct SeatFilter {
    /// By the unit they belong to.
    unit: Option<IdFilter>,
    /// Those of these units and of all beneath them.
    underneath: Option<IdFilter>,
    /// By the level of the unit.
    tier: Option<TierFilter>,
    /// By what they are in the organisation.
    position: Option<PositionFilter>,
    /// By what they may do.
    function: Option<FunctionFilter>,
    /// Only those that nobody holds in earnest, or only those that somebody does. It tells of people: seats whose holders
    /// you may not know are left out whichever is asked for.
    vacant: Option<bool>,
}

/// The filter, read.
struct Wanted<'d> {
    actor: &'d Actor,
    as_of: AsOf<'d>,
    day: NaiveDate,
    units: Option<Vec<Uuid>>,
    tops: Option<Vec<Uuid>>,
    tiers: Option<Vec<enums::Tier>>,
    positions: Option<Vec<enums::Position>>,
    functions: Option<Vec<enums::Function>>,
    vacant: Option<bool>,
    words: Vec<String>,
}

impl<'d> Wanted<'d> {
    fn read(
        actor: &'d Actor,
        on: Option<NaiveDate>,
        filter: SeatFilter,
        search: Option<String>,
    ) -> Result<Self, Error> {
        let PositionFilter { eq, any } = filter.position.unwrap_or_default();
        let positions = either(eq, any)?;
        Ok(Self {
            actor,
            as_of: AsOf::new(&actor.directory, on),
            day: on.unwrap_or(actor.today),
            units: ids(Kind::Unit, filter.unit)?,
            tops: ids(Kind::Unit, filter.underneath)?,
            tiers: tiers(filter.tier)?,
            positions: positions.map(|positions| positions.into_iter().map(Into::into).collect()),
            functions: FunctionFilter::functions(filter.function)?,
            vacant: filter.vacant,
            words: search_words(search)?,
        })
    }

    /// The seats with their units.
    fn found(&self) -> Vec<(&'d tree::Unit, &'d seat::Model)> {
        let directory = &self.actor.directory;
        let seats = directory.seats().filter(|seat| self.holds(seat));
        let seats = seats.filter_map(|seat| Some((directory.tree.get(seat.unit_id)?, seat)));
        seats
            .filter(|(unit, _seat)| self.tiers.as_ref().is_none_or(|tiers| tiers.contains(&unit.tier)))
            .collect()
    }

    fn holds(&self, seat: &seat::Model) -> bool {
        is_valid(self.day, seat.valid_from, seat.valid_to)
            && among(self.positions.as_deref(), seat.position)
            && among(self.functions.as_deref(), seat.function)
            && among(self.units.as_deref(), seat.unit_id)
            && self
                .tops
                .as_ref()
                .is_none_or(|tops| tops.iter().any(|top| self.as_of.is_within(seat.unit_id, *top)))
            && contains(&titles(seat), &self.words)
            && self.vacant.is_none_or(|vacant| self.is_known_to_be(seat, vacant))
    }

    fn is_known_to_be(&self, seat: &seat::Model, vacant: bool) -> bool {
        knows_people_of(self.actor, seat.unit_id) && self.actor.directory.is_vacant(seat.id, self.day) == Some(vacant)
    }
}

fn among<T: PartialEq>(allowed: Option<&[T]>, found: T) -> bool {
    allowed.is_none_or(|allowed| allowed.contains(&found))
}

fn titles(seat: &seat::Model) -> String {
    format!(
        "{} {}",
        seat.local_title,
        seat.division_name.as_deref().unwrap_or_default()
    )
}

#[derive(Default)]
pub struct SeatQuery;

#[Object]
impl SeatQuery {
    /// The seats of all units that exist on a day. They are open to everybody, who holds them is not: with
    /// `filter.vacant` only those whose holders you may know are listed and counted.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn seats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those that exist on this day, by the hierarchy of that day; today's when left out.")]
        on: Option<Date>,
        #[graphql(desc = "Which ones.")] filter: Option<SeatFilter>,
        #[graphql(desc = "Sorted how; by the code of their unit when left out.")] order_by: Option<SeatOrder>,
        #[graphql(desc = "Words that all occur in the local title or the name of the division, whatever their case.")]
        search: Option<String>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<SeatConnection> {
        let actor = &ctx.session()?.actor;
        let wanted = Wanted::read(actor, on.map(|day| day.0), filter.unwrap_or_default(), search)?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        Ok(page(&wanted, order_by.unwrap_or_default(), &arguments)?)
    }
}

/// The seats of a page, sorted; order and day are part of the cursor.
fn page(wanted: &Wanted<'_>, order: SeatOrder, arguments: &Arguments) -> Result<SeatConnection, Error> {
    let as_of = wanted.as_of;
    let key = |(unit, seat): &(&tree::Unit, &seat::Model)| match order.field {
        SeatOrderField::Code => (as_of.code(unit).to_owned(), seat.id),
        SeatOrderField::LocalTitle => (seat.local_title.clone(), seat.id),
    };
    let descending = order.direction == OrderDirection::Desc;
    let list = of_day(format!("seats:{:?}:{:?}", order.field, order.direction), as_of);
    let (page, total) = arguments.page_of(&list, wanted.found(), key, descending)?;
    let page = page.map(|(cursor, (_unit, seat))| (cursor, Seat(seat.id)));
    Ok(SeatConnection::new(page, total))
}
