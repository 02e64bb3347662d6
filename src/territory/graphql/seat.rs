//! Seats in the API, and who holds them for those who may know.
use async_graphql::{Context, ID, Object, SimpleObject};
use entity::enums;
use uuid::Uuid;

use super::unit::Unit;
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::territory::{Action, decide},
    },
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::Date},
    identity::graphql::Account,
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
        let reads = |seat: &ActingSeat| {
            decide(seat.function, Action::ReadHolders, actor.standing(seat, row.unit_id)) == Decision::Allowed
        };
        if !actor.reads_people() || !actor.seats.iter().any(reads) {
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
