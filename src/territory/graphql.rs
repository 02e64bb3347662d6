//! Regions, units and seats in the API. All of it comes from the snapshot: no field here asks the database.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::enums;
use uuid::Uuid;

use super::{
    directory::{self, Directory},
    tree,
};
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::territory::{Action, decide},
    },
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, Known, OrderDirection, cursor, either},
        scalars::Date,
    },
    identity::graphql::Account,
    page::window_of,
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

/// What a seat is in the organisation.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::Position")]
pub enum Position {
    /// Chair.
    Ketua,
    /// Member.
    Anggota,
    /// Coordinator of a division.
    Kordiv,
    /// Deputy coordinator of a division.
    WakilKordiv,
    /// Head of the secretariat.
    KepalaSekretariat,
    /// Head of a sub-section.
    Kasubbag,
    /// Staff.
    Staf,
    /// Deputy, at RI.
    Deputi,
    /// Sub-coordinator, at RI.
    SubKoordinator,
    /// Expert staff, at RI.
    TenagaAhli,
    /// Anything else; see the local title.
    Other,
}

/// What a seat may do.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::Function", name = "SeatFunction")]
pub enum Function {
    /// Drafts.
    Staff,
    /// Submits, endorses, returns and hands over for the unit.
    Head,
    /// Manages units, seats and accounts; never decides on content.
    Admin,
    /// Reads the own unit and everything beneath it.
    Observer,
    /// Decides at RI.
    Coordinator,
    /// Receives and reviews at RI, outside the tree.
    Expert,
}

/// A place in law, of the reference list of the Ministry of Home Affairs. Open to every signed-in account.
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

/// A body in a region for a time. Open to every signed-in account; the people in it are not.
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
}

/// A place in a unit. Seats act, persons are recorded.
#[derive(Clone, Debug)]
pub struct Seat(pub Uuid);

impl Seat {
    fn row<'a>(&self, ctx: &Context<'a>) -> Result<&'a entity::seat::Model, Error> {
        ctx.session()?
            .actor
            .directory
            .seat(self.0)
            .ok_or_else(|| Error::internal("a seat that is not in the directory"))
    }
}

#[Object]
impl Seat {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Seat.id(self.0)
    }

    /// The unit it belongs to.
    async fn unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Unit> {
        Ok(Unit(self.row(ctx)?.unit_id))
    }

    /// What it is in the organisation: it says who is invited.
    async fn position(&self, ctx: &Context<'_>) -> async_graphql::Result<Position> {
        Ok(self.row(ctx)?.position.into())
    }

    /// What it may do.
    async fn function(&self, ctx: &Context<'_>) -> async_graphql::Result<Function> {
        Ok(self.row(ctx)?.function.into())
    }

    /// The title as the unit words it.
    async fn local_title<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<&'a str> {
        Ok(&self.row(ctx)?.local_title)
    }

    /// The division as the unit names it; it is named differently almost everywhere. Null when the unit named none.
    async fn division_name<'a>(&self, ctx: &Context<'a>) -> Option<async_graphql::Result<&'a str>> {
        self.row(ctx)
            .map(|row| row.division_name.as_deref())
            .map_err(Into::into)
            .transpose()
    }

    /// Who holds it today, acting holders included. Null when the people of its unit are outside what you may see.
    async fn holders(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<SeatHolder>>> {
        let (actor, row) = match (ctx.session(), self.row(ctx)) {
            (Ok(session), Ok(row)) => (&session.actor, row),
            (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
        };
        let reads = |seat: &ActingSeat| {
            decide(seat.function, Action::ReadHolders, actor.standing(seat, row.unit_id)) == Decision::Allowed
        };
        if !actor.seats.iter().any(reads) {
            return None;
        }
        let holders = actor
            .directory
            .holders_of(self.0, actor.today)
            .into_iter()
            .filter_map(|holder| {
                Some(SeatHolder {
                    account: Account::visible_to(actor, holder.account_id)?,
                    acting: holder.acting,
                    valid_from: Date(holder.valid_from),
                    valid_to: holder.valid_to.map(Date),
                })
            });
        Some(Ok(holders.collect()))
    }
}

/// Who holds a seat, from when to when.
#[derive(SimpleObject)]
pub struct SeatHolder {
    /// The person.
    account: Account,
    /// Whether the person acts for the holder (Plt).
    acting: bool,
    /// The first day.
    valid_from: Date,
    /// The first day after; null while no end is set.
    valid_to: Option<Date>,
}

connection!(UnitConnection, UnitEdge, Unit, Known, "units");
connection!(RegionConnection, RegionEdge, Region, Known, "regions");

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

/// Which regions are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct RegionFilter {
    /// By level.
    tier: Option<TierFilter>,
    /// By official code.
    code: Option<CodeFilter>,
    /// By the region directly above.
    parent: Option<IdFilter>,
}

/// The units of a page, sorted; the order is part of the cursor.
fn unit_page(mut units: Vec<&tree::Unit>, order: UnitOrder, arguments: &Arguments) -> Result<UnitConnection, Error> {
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
    let words = words(search);
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

fn tiers(filter: Option<TierFilter>) -> Result<Option<Vec<enums::Tier>>, Error> {
    let TierFilter { eq, any } = filter.unwrap_or_default();
    Ok(either(eq, any)?.map(|tiers| tiers.into_iter().map(Into::into).collect()))
}

fn codes(filter: Option<CodeFilter>) -> Result<Option<Vec<String>>, Error> {
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

fn words(search: Option<String>) -> Vec<String> {
    search
        .unwrap_or_default()
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

fn contains(name: &str, words: &[String]) -> bool {
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
    /// A unit by official code, such as `32.75`, or `RI`; of several bodies in one region the permanent one. Null when there is none.
    async fn unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The official code of the unit's region; `RI` for the national body.")] code: String,
    ) -> Option<async_graphql::Result<Unit>> {
        match ctx.session() {
            Ok(session) => session
                .actor
                .directory
                .unit_by_code(&code)
                .map(|unit| Ok(Unit(unit.id))),
            Err(error) => Some(Err(error.into())),
        }
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

    /// The regions of the reference list, by code.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn regions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<RegionFilter>,
        #[graphql(desc = "Words that all occur in the display name, whatever their case.")] search: Option<String>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RegionConnection> {
        let directory = &ctx.session()?.actor.directory;
        let RegionFilter { tier, code, parent } = filter.unwrap_or_default();
        let (tiers, codes, parents) = (tiers(tier)?, codes(code)?, ids(Kind::Region, parent)?);
        let words = words(search);
        let wanted = directory.regions().iter().filter(|region| {
            tiers
                .as_ref()
                .is_none_or(|tiers| tiers.contains(&directory::tier_of(region.kind)))
                && codes.as_ref().is_none_or(|codes| codes.contains(&region.code))
                && parents
                    .as_ref()
                    .is_none_or(|parents| region.parent_id.is_some_and(|parent| parents.contains(&parent)))
                && contains(&directory::display_name(region), &words)
        });
        let wanted: Vec<_> = wanted.collect();
        let key = |region: &entity::region::Model| (region.code.clone(), region.id);
        let window = Arguments {
            first,
            last,
            after,
            before,
        }
        .window("regions")?;
        let total = Known(wanted.len());
        let page = window_of(wanted.into_iter().map(|region| (key(region), region)), &window, false);
        Ok(RegionConnection::new(
            page.map(|region| (cursor("regions", &key(region)), Region(region.id))),
            total,
        ))
    }
}
