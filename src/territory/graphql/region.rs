//! Regions in the API.
use async_graphql::{Context, ID, Object, SimpleObject};
use entity::enums;
use uuid::Uuid;

use super::{
    edition::RegionEdition,
    region_list::{RegionConnection, region_page},
};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, page::Arguments, scalars::Date},
    territory::regions::State,
};

/// What a region is called in law.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::RegionKind")]
pub enum RegionKind {
    /// Province.
    Provinsi,
    /// Regency.
    Kabupaten,
    /// City.
    Kota,
    /// Administrative regency, of DKI Jakarta.
    KabupatenAdministrasi,
    /// Administrative city, of DKI Jakarta.
    KotaAdministrasi,
    /// District.
    Kecamatan,
    /// District in the provinces of Papua.
    Distrik,
}

#[derive(Clone, Debug)]
pub struct Region(pub Uuid);

impl Region {
    fn row<'a>(&self, ctx: &Context<'a>) -> Result<&'a entity::region::Model, Error> {
        let region = ctx.session()?.actor.directory.region(self.0);
        region.ok_or_else(unknown)
    }

    /// What it was on a day, or without one what is in force.
    fn state<'a>(&self, ctx: &Context<'a>, on: Option<Date>) -> Result<State<'a>, Error> {
        let places = &ctx.session()?.actor.directory.places;
        places.seen(self.0, on.map(|on| on.0)).ok_or_else(unknown)
    }
}

fn unknown() -> Error {
    Error::internal("a region that is not in the directory")
}

/// A place in law, of the reference list of the Ministry of Home Affairs. Open to every signed-in account. Without `on` a
/// field tells what is in force; with `on` what was so on that day, on a day before the region was listed its first
/// state, and after it ended its last.
#[Object]
impl Region {
    /// The global id. It stays when the code changes.
    pub async fn id(&self) -> ID {
        Kind::Region.id(self.0)
    }

    /// The dotted official code, such as `32.75`. Codes are re-issued: never use one as an identity.
    async fn code<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The day; what is in force when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<&'a str> {
        Ok(self.state(ctx, on)?.code)
    }

    /// What it is called in law.
    async fn kind(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; what is in force when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<RegionKind> {
        Ok(self.state(ctx, on)?.kind.into())
    }

    /// The name without the words Kabupaten or Kota. Not unique: Bekasi is both.
    async fn name<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The day; what is in force when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<&'a str> {
        Ok(self.state(ctx, on)?.name)
    }

    /// The kind with the name: "Kota Bekasi".
    async fn display_name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; what is in force when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<String> {
        Ok(self.state(ctx, on)?.display_name())
    }

    /// A name no other region has: the kind with the name, the region above, and further ones where it takes them:
    /// "Kabupaten Bekasi, Jawa Barat".
    async fn qualified_name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; what is in force when left out.")] on: Option<Date>,
    ) -> async_graphql::Result<String> {
        let places = &ctx.session()?.actor.directory.places;
        let name = places.qualified_name(self.0, on.map(|on| on.0));
        Ok(name.ok_or_else(unknown)?)
    }

    /// The region it lies in; null for a province.
    async fn parent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; what is in force when left out.")] on: Option<Date>,
    ) -> Option<async_graphql::Result<Region>> {
        let parent = self.state(ctx, on).map(|state| state.parent.map(Self));
        parent.map_err(Into::into).transpose()
    }

    /// The regions that lie directly in it on a day, by their codes of that day.
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today when left out.")] on: Option<Date>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RegionConnection> {
        let actor = &ctx.session()?.actor;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let day = on.map_or(actor.today, |on| on.0);
        let children = region_page(&actor.directory, day, &arguments, |state| state.parent == Some(self.0));
        Ok(children?)
    }

    /// All it ever was, the oldest first: codes, names and places with their days.
    async fn history(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<RegionState>> {
        let states = ctx.session()?.actor.directory.places.states(self.0);
        Ok(states.map(RegionState::from).collect())
    }

    /// The first day it is valid; null when that was before the records begin.
    async fn valid_from(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Date>> {
        self.row(ctx)
            .map(|row| row.valid_from.map(Date))
            .map_err(Into::into)
            .transpose()
    }

    /// The first day it is no longer valid; null while it is.
    async fn valid_to(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Date>> {
        self.row(ctx)
            .map(|row| row.valid_to.map(Date))
            .map_err(Into::into)
            .transpose()
    }
}

/// What a region was for a time.
#[derive(SimpleObject)]
pub struct RegionState {
    /// The dotted official code.
    code: String,
    /// What it was called in law.
    kind: RegionKind,
    /// The name without the words Kabupaten or Kota.
    name: String,
    /// The kind with the name: "Kota Bekasi".
    display_name: String,
    /// The region it lay in; null for a province.
    parent: Option<Region>,
    /// The first day it was so; null when that was before the records begin.
    valid_from: Option<Date>,
    /// The first day it was something else, or no longer listed; null while it is in force.
    valid_to: Option<Date>,
    /// The edition of the list that made it so; null when that was before editions were kept.
    edition: Option<RegionEdition>,
}

impl From<State<'_>> for RegionState {
    fn from(state: State<'_>) -> Self {
        Self {
            code: state.code.to_owned(),
            kind: state.kind.into(),
            name: state.name.to_owned(),
            display_name: state.display_name(),
            parent: state.parent.map(Region),
            valid_from: state.from.map(Date),
            valid_to: state.to.map(Date),
            edition: state.edition.map(RegionEdition),
        }
    }
}
