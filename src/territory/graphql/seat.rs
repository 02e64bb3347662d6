//! Seats in the API, and who holds them for those who may know.
use async_graphql::{Context, ID, Object};
use entity::enums;
use uuid::Uuid;

use super::{holders::SeatHolderConnection, unit::Unit};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, page::Arguments, scalars::Date},
    identity::{graphql::Account, reach::knows_people_of},
    session::Actor,
};

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

/// A place in a unit. Seats act, persons are recorded.
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

    /// The first day it exists; null when that was before the records begin.
    async fn valid_from(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Date>> {
        self.row(ctx)
            .map(|row| row.valid_from.map(Date))
            .map_err(Into::into)
            .transpose()
    }

    /// The first day it no longer exists, which may lie ahead; null while no end is set.
    async fn valid_to(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Date>> {
        self.row(ctx)
            .map(|row| row.valid_to.map(Date))
            .map_err(Into::into)
            .transpose()
    }

    /// Whether it keeps what dissolved units beneath its own have left.
    async fn custodian(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.row(ctx)?.custodian)
    }

    /// Whether nobody holds it in earnest; who only acts for a holder (Plt) does not fill it. Null when the people of its
    /// unit are outside what you may see, and with a day on which it does not exist.
    async fn vacant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On this day; today when left out.")] on: Option<Date>,
    ) -> Option<async_graphql::Result<bool>> {
        self.for_those_who_know(ctx, |actor| {
            let day = on.map_or(actor.today, |day| day.0);
            Ok(actor.directory.is_vacant(self.0, day))
        })
    }

    /// Who holds it, acting holders included. Null when the people of its unit are outside what you may see; whoever has
    /// left since is told by name alone, unless you may know the person today.
    async fn holders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On this day; today when left out.")] on: Option<Date>,
    ) -> Option<async_graphql::Result<Vec<SeatHolder>>> {
        self.for_those_who_know(ctx, |actor| {
            let day = on.map_or(actor.today, |day| day.0);
            let holders = actor.directory.holders_of(self.0, day).into_iter();
            let visible = holders.filter_map(|holder| SeatHolder::visible_to(actor, holder));
            Ok(Some(visible.collect()))
        })
    }

    /// Everybody who ever held it, holds it or is to hold it, acting holders included, who began last first. Null when the
    /// people of its unit are outside what you may see; whoever has left since is told by name alone, unless you may know
    /// the person today.
    async fn tenures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<async_graphql::Result<SeatHolderConnection>> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        self.for_those_who_know(ctx, |actor| {
            let tenures = actor.directory.holders_ever(self.0).iter().collect();
            SeatHolderConnection::newest_first(actor, tenures, &arguments).map(Some)
        })
    }
}

impl Seat {
    /// What is told only to those who may know the people of its unit.
    fn for_those_who_know<T>(
        &self,
        ctx: &Context<'_>,
        tell: impl FnOnce(&Actor) -> Result<Option<T>, Error>,
    ) -> Option<async_graphql::Result<T>> {
        let told = ctx.session().and_then(|session| {
            if knows_people_of(&session.actor, self.row(ctx)?.unit_id) {
                tell(&session.actor)
            } else {
                Ok(None)
            }
        });
        told.map_err(Into::into).transpose()
    }
}

#[derive(Clone)]
pub struct SeatHolder {
    row: entity::holder::Model,
    account: Account,
}

/// Who holds a seat, from when to when.
#[Object]
impl SeatHolder {
    /// The global id, by which `endHolder` takes it.
    pub async fn id(&self) -> ID {
        Kind::SeatHolder.id(self.row.id)
    }

    /// The seat that is held.
    async fn seat(&self) -> Seat {
        Seat(self.row.seat_id)
    }

    /// The person.
    async fn account(&self) -> &Account {
        &self.account
    }

    /// Whether the person acts for the holder (Plt).
    async fn acting(&self) -> bool {
        self.row.acting
    }

    /// The first day.
    async fn valid_from(&self) -> Date {
        Date(self.row.valid_from)
    }

    /// The first day after; null while no end is set.
    async fn valid_to(&self) -> Option<Date> {
        self.row.valid_to.map(Date)
    }
}

impl SeatHolder {
    /// The holder, if the actor may know who sits in that unit or it is the actor. A person who has left stands there as in
    /// any record: by name, and with the contact only for those who may know it today.
    #[must_use]
    pub fn visible_to(actor: &Actor, holder: &entity::holder::Model) -> Option<Self> {
        let own = holder.account_id == actor.account && actor.reads_people();
        let unit = actor.directory.seat(holder.seat_id)?.unit_id;
        if !own && !knows_people_of(actor, unit) {
            return None;
        }
        Some(Self {
            row: holder.clone(),
            account: Account::of_record(actor, holder.account_id)?,
        })
    }

    pub(super) fn row(&self) -> &entity::holder::Model {
        &self.row
    }
}
