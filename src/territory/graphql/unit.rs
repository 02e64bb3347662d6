//! Units in the API.
use async_graphql::{Context, ID, Object};
use entity::enums;
use uuid::Uuid;

use super::{
    list::{UnitConnection, UnitOrder, unit_page},
    region::Region,
    seat::Seat,
};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, page::Arguments, scalars::Date},
    territory::tree,
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
}

/// A body in a region for a time. Open to every signed-in account; the people in it are not.
#[Object]
impl Unit {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Unit.id(self.0)
    }

    /// The official code of its region, such as `32.75`; `RI` for the national body.
    async fn code<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<&'a str> {
        Ok(&self.row(ctx)?.code)
    }

    /// The lock counter: it grows with every change that touches the unit, and commands on it ask for the one you have read.
    async fn version(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(self.row(ctx)?.version)
    }

    /// Whether it was formed for an election: the kecamatan bodies, and the second Panwaslih of Aceh.
    async fn ad_hoc(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.row(ctx)?.ad_hoc)
    }

    /// The name it goes by: "Bawaslu Kota Bekasi".
    async fn name<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<&'a str> {
        Ok(&self.row(ctx)?.name)
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

    /// The unit above it in the tree; null for RI.
    async fn parent(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Unit>> {
        self.row(ctx)
            .map(|row| row.parent.map(Unit))
            .map_err(Into::into)
            .transpose()
    }

    /// The unit that decides in the place of the parent, which keeps reading; null when the parent decides itself.
    async fn acting_superior(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Unit>> {
        self.row(ctx)
            .map(|row| row.acting_superior.map(Unit))
            .map_err(Into::into)
            .transpose()
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

    /// The units directly beneath it, by code.
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<UnitConnection> {
        let directory = &ctx.session()?.actor.directory;
        let children = directory
            .tree
            .subtree(self.0)
            .iter()
            .filter(|unit| unit.parent == Some(self.0))
            .collect();
        Ok(unit_page(
            children,
            UnitOrder::default(),
            &Arguments {
                first,
                last,
                after,
                before,
            },
        )?)
    }

    /// Its seats that exist today: what they are is open, who holds them is not.
    async fn seats(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Seat>> {
        let actor = &ctx.session()?.actor;
        Ok(actor
            .directory
            .seats_of(self.0, actor.today)
            .into_iter()
            .map(|seat| Seat(seat.id))
            .collect())
    }

    /// The seats in whose custody it is once it is dissolved: HEAD seats of the nearest unit above that exists. They carry on
    /// the reports it left open. Empty while it exists.
    async fn custodians(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Seat>> {
        let actor = &ctx.session()?.actor;
        let seats = actor.directory.custodians_of(self.0, actor.today).into_iter();
        Ok(seats.map(|seat| Seat(seat.id)).collect())
    }
}
