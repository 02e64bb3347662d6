//! Regions in the API.
use async_graphql::{Context, ID, Object};
use entity::enums;
use uuid::Uuid;

use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::Date},
    territory::directory,
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
        ctx.session()?
            .actor
            .directory
            .region(self.0)
            .ok_or_else(|| Error::internal("a region that is not in the directory"))
    }
}

/// A place in law, of the reference list of the Ministry of Home Affairs. Open to every signed-in account.
#[Object]
impl Region {
    /// The global id. It stays when the code changes.
    pub async fn id(&self) -> ID {
        Kind::Region.id(self.0)
    }

    /// The dotted official code, such as `32.75`. Codes are re-issued: never use one as an identity.
    async fn code<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<&'a str> {
        Ok(&self.row(ctx)?.code)
    }

    /// What it is called in law.
    async fn kind(&self, ctx: &Context<'_>) -> async_graphql::Result<RegionKind> {
        Ok(self.row(ctx)?.kind.into())
    }

    /// The name without the words Kabupaten or Kota. Not unique: Bekasi is both.
    async fn name<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<&'a str> {
        Ok(&self.row(ctx)?.name)
    }

    /// The kind with the name: "Kota Bekasi".
    async fn display_name(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        Ok(directory::display_name(self.row(ctx)?))
    }

    /// The region it lies in; null for a province.
    async fn parent(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Region>> {
        match self.row(ctx) {
            Ok(row) => row.parent_id.map(|parent| Ok(Self(parent))),
            Err(error) => Some(Err(error.into())),
        }
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
