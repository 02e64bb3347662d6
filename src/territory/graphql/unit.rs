//! Units in the API.
use async_graphql::{Context, ID, Object};
use entity::enums;
use uuid::Uuid;

use super::{
    holders::SeatHolderConnection,
    list::{TierFilter, UnitConnection, UnitOrder, ancestor_page, tiers, unit_page},
    region::Region,
    seat::Seat,
};
use crate::{
    error::Error,
    graphql::{
        context::{Ask, RequestContext},
        id::Kind,
        page::Arguments,
        planned::{AskResolvers, Planned, Told, leaf, object, try_leaf},
        scalars::Date,
    },
    identity::reach::knows_people_of,
    territory::{as_of::AsOf, directory::is_valid, tree},
};

/// The level of a unit in the hierarchy.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::Tier")]
pub enum Tier {
    /// Bawaslu RI, the national body.
    Ri,
    /// A province.
    Provinsi,
    /// A regency or city.
    KabupatenKota,
    /// A district; its bodies are formed for an election and dissolved afterwards.
    Kecamatan,
}

/// What kind of supervisory body a unit is.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::BodyKind")]
pub enum BodyKind {
    /// The national Bawaslu.
    BawasluRi,
    /// Bawaslu of a province.
    BawasluProvinsi,
    /// Bawaslu of a regency or city.
    BawasluKabupatenKota,
    /// The ad hoc Panwaslu of a district.
    PanwasluKecamatan,
    /// Panwaslih Aceh.
    PanwaslihProvinsi,
    /// Panwaslih of a regency or city in Aceh.
    PanwaslihKabupatenKota,
}

#[derive(Clone, Debug)]
pub struct Unit(pub Uuid);

impl Unit {
    fn row<'a>(&self, ctx: &Context<'a>) -> Result<&'a tree::Unit, Error> {
        ctx.session()?
            .actor
            .directory
            .tree
            .get(self.0)
            .ok_or_else(|| Error::internal("a unit that is not in the directory"))
    }

    /// The unit, with the hierarchy it is asked by.
    fn then<'a>(&self, ctx: &Context<'a>, on: Option<Date>) -> Result<(AsOf<'a>, &'a tree::Unit), Error> {
        let as_of = AsOf::new(&ctx.session()?.actor.directory, on.map(|day| day.0));
        Ok((as_of, self.row(ctx)?))
    }
}

/// The row of a unit, for a field that is told by a plan.
fn row<'r>(unit: &Unit, request: &'r RequestContext) -> Result<&'r tree::Unit, AskResolvers> {
    let session = request.session.get().ok_or(AskResolvers)?;
    session.actor.directory.tree.get(unit.0).ok_or(AskResolvers)
}

/// What is in force of what changes with time: a day that is asked for is an argument, and for those resolvers are asked.
impl Planned for Unit {
    fn told(field: &str) -> Option<Told<Self>> {
        Some(match field {
            "id" => leaf(|unit, _request| Kind::Unit.id(unit.0)),
            "code" => try_leaf(|unit, request| Ok(row(unit, request)?.code.clone())),
            "name" => try_leaf(|unit, request| Ok(row(unit, request)?.name.clone())),
            "version" => try_leaf(|unit, request| Ok(row(unit, request)?.version)),
            "adHoc" => try_leaf(|unit, request| Ok(row(unit, request)?.ad_hoc)),
            "tier" => try_leaf(|unit, request| Ok(Tier::from(row(unit, request)?.tier))),
            "bodyKind" => try_leaf(|unit, request| Ok(BodyKind::from(row(unit, request)?.body_kind))),
            "parent" => object(|unit, request| Ok(row(unit, request)?.parent.map(Unit))),
            "timeZone" => try_leaf(|unit, request| Ok(row(unit, request)?.time_zone.clone())),
            "formedOn" => try_leaf(|unit, request| Ok(row(unit, request)?.formed_on.map(Date))),
            "dissolvedOn" => try_leaf(|unit, request| Ok(row(unit, request)?.dissolved_on.map(Date))),
            _ => return None,
        })
    }
}

/// A body in a region for a time. Open to every signed-in account; the people in it are not.
///
/// Fields that change with time take `on`, a day in WIB that may lie ahead. Without it they tell what is in force: today's
/// names and places, and every dissolved unit beneath the one that keeps what it left, which is what access follows. With
/// it they tell of that day, on which there are only the units that existed then; statistics of a period follow that.
#[Object]
impl Unit {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Unit.id(self.0)
    }

    /// The official code of its region, such as `32.75`; `RI` for the national body.
    async fn code<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "As it was on this day; as it is in force when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<&'a str> {
        let (as_of, row) = self.then(ctx, on)?;
        Ok(as_of.code(row))
    }

    /// The lock counter: it grows with every change that touches the unit, and commands on it ask for the one you have read.
    async fn version(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(self.row(ctx)?.version)
    }

    /// Whether it was formed for an election: the kecamatan bodies, and the second Panwaslih of Aceh.
    async fn ad_hoc(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.row(ctx)?.ad_hoc)
    }

    /// The name it goes by: "Bawaslu Kota Bekasi". On a day before it was formed, the one it was formed with.
    async fn name<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "As it was on this day; as it is in force when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<&'a str> {
        let (as_of, row) = self.then(ctx, on)?;
        Ok(as_of.name(row))
    }

    /// Whether it exists on a day.
    async fn exists(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<bool> {
        let row = self.row(ctx)?;
        let day = on.map_or(ctx.session()?.actor.today, |day| day.0);
        Ok(is_valid(day, row.formed_on, row.dissolved_on))
    }

    /// Its level in the hierarchy.
    async fn tier(&self, ctx: &Context<'_>) -> async_graphql::Result<Tier> {
        Ok(self.row(ctx)?.tier.into())
    }

    /// What kind of body it is.
    async fn body_kind(&self, ctx: &Context<'_>) -> async_graphql::Result<BodyKind> {
        Ok(self.row(ctx)?.body_kind.into())
    }

    /// The region it acts in; null for RI, which acts in all.
    async fn region(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Region>> {
        self.row(ctx)
            .map(|row| row.region.map(Region))
            .map_err(Into::into)
            .transpose()
    }

    /// The unit above it in the tree; null for RI. Of a dissolved unit: the one that keeps what it left; null with a day on
    /// which it did not exist.
    async fn parent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As it was on this day; as it is in force when left out.")] on: Option<Date>,
    ) -> Option<async_graphql::Result<Unit>> {
        self.then(ctx, on)
            .map(|(as_of, row)| as_of.parent(row).map(Unit))
            .map_err(Into::into)
            .transpose()
    }

    /// The unit that decides in the place of the parent, which keeps reading; null when the parent decides itself.
    async fn acting_superior(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As it was on this day; as it is in force when left out.")] on: Option<Date>,
    ) -> Option<async_graphql::Result<Unit>> {
        self.then(ctx, on)
            .map(|(as_of, row)| as_of.acting_superior(row).map(Unit))
            .map_err(Into::into)
            .transpose()
    }

    /// The way down to it from RI, itself last. Empty with a day on which it did not exist.
    async fn path(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As it was on this day; as it is in force when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<Vec<Unit>> {
        let (as_of, row) = self.then(ctx, on)?;
        Ok(as_of.path(row).into_iter().map(|unit| Unit(unit.id)).collect())
    }

    /// The time zone its days and deadlines are told in, an IANA name.
    async fn time_zone<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<&'a str> {
        Ok(&self.row(ctx)?.time_zone)
    }

    /// The day it was formed; null when that was before the records begin.
    async fn formed_on(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Date>> {
        self.row(ctx)
            .map(|row| row.formed_on.map(Date))
            .map_err(Into::into)
            .transpose()
    }

    /// The first day it no longer exists; null while it does.
    async fn dissolved_on(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Date>> {
        self.row(ctx)
            .map(|row| row.dissolved_on.map(Date))
            .map_err(Into::into)
            .transpose()
    }

    /// The units above it, the nearest first. Empty with a day on which it did not exist.
    async fn ancestors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As it was on this day; as it is in force when left out.")] on: Option<Date>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<UnitConnection> {
        let (as_of, row) = self.then(ctx, on)?;
        Ok(ancestor_page(
            as_of,
            row.id,
            &Arguments {
                first,
                last,
                after,
                before,
            },
        )?)
    }

    /// The units directly beneath it, by code; dissolved ones that it keeps are among them where no day is asked for.
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As it was on this day; as it is in force when left out.")] on: Option<Date>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<UnitConnection> {
        let (as_of, row) = self.then(ctx, on)?;
        Ok(unit_page(
            as_of,
            as_of.children(row.id),
            UnitOrder::default(),
            &Arguments {
                first,
                last,
                after,
                before,
            },
        )?)
    }

    /// Every unit beneath it, by code; dissolved ones that it keeps are among them where no day is asked for.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn descendants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As it was on this day; as it is in force when left out.")] on: Option<Date>,
        #[graphql(desc = "Only those of these levels.")] tier: Option<TierFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<UnitConnection> {
        let (as_of, row) = self.then(ctx, on)?;
        let tiers = tiers(tier)?;
        let mut beneath = as_of.descendants(row.id);
        beneath.retain(|unit| tiers.as_ref().is_none_or(|tiers| tiers.contains(&unit.tier)));
        Ok(unit_page(
            as_of,
            beneath,
            UnitOrder::default(),
            &Arguments {
                first,
                last,
                after,
                before,
            },
        )?)
    }

    /// Its seats, in the order they were made: what they are is open, who holds them is not.
    async fn seats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those that exist on this day; today when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<Vec<Seat>> {
        let actor = &ctx.session()?.actor;
        let day = on.map_or(actor.today, |day| day.0);
        let seats = actor.directory.seats_of(self.0, day);
        Ok(seats.into_iter().map(|seat| Seat(seat.id)).collect())
    }

    /// Who holds its seats on a day, acting holders included, in the order the seats were made. Null when its people are
    /// outside what you may see; whoever has left since is told by name alone, unless you may know the person today.
    async fn holders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today when left out.")] on: Option<Date>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<async_graphql::Result<SeatHolderConnection>> {
        let actor = match ctx.session() {
            Ok(session) => &session.actor,
            Err(error) => return Some(Err(error.into())),
        };
        if !knows_people_of(actor, self.0) {
            return None;
        }
        let day = on.map_or(actor.today, |day| day.0);
        let seats = actor.directory.seats_of(self.0, day).into_iter();
        let holders = seats.flat_map(|seat| actor.directory.holders_of(seat.id, day));
        let page = SeatHolderConnection::by_seat(
            actor,
            holders.collect(),
            on.map(|day| day.0),
            &Arguments {
                first,
                last,
                after,
                before,
            },
        );
        Some(page.map_err(Into::into))
    }

    /// The seats in whose custody it is once it is dissolved: HEAD seats of the nearest unit above that exists. They carry on
    /// the reports it left open. Empty while it exists.
    async fn custodians(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Seat>> {
        let actor = &ctx.session()?.actor;
        let seats = actor.directory.custodians_of(self.0, actor.today).into_iter();
        Ok(seats.map(|seat| Seat(seat.id)).collect())
    }
}
