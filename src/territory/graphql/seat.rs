//! Seats in the API, and who holds them for those who may know.
use async_graphql::{Context, ID, Object};
use entity::enums;
use uuid::Uuid;

use super::unit::Unit;
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::Date},
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

    /// Who holds it today, acting holders included. Null when the people of its unit are outside what you may see.
    async fn holders(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<SeatHolder>>> {
        let (actor, row) = match (ctx.session(), self.row(ctx)) {
            (Ok(session), Ok(row)) => (&session.actor, row),
            (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
        };
        if !knows_people_of(actor, row.unit_id) {
            return None;
        }
        let holders = actor
            .directory
            .holders_of(self.0, actor.today)
            .into_iter()
            .filter_map(|holder| SeatHolder::visible_to(actor, holder));
        Some(Ok(holders.collect()))
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
    /// The holder, if the actor may know the person.
    #[must_use]
    pub fn visible_to(actor: &Actor, holder: &entity::holder::Model) -> Option<Self> {
        Some(Self {
            row: holder.clone(),
            account: Account::visible_to(actor, holder.account_id)?,
        })
    }
}
