//! Making seats, filling and emptying them.
use async_graphql::{Context, ID, InputObject, Object};

use super::seat::{Function, Position, Seat, SeatHolder};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::Date},
    payload,
    territory::holding::{self, Appoint, CreateSeat, End, Tenure},
};

/// A seat to be made.
#[derive(InputObject)]
pub struct CreateSeatInput {
    /// The unit it belongs to.
    unit: ID,
    /// What it is in the organisation.
    position: Position,
    /// What it may do. COORDINATOR and EXPERT exist at RI only.
    function: Function,
    /// The title as the unit words it; at most 200 characters.
    local_title: String,
    /// The division as the unit names it; at most 200 characters.
    division_name: Option<String>,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Who is to hold which seat.
#[derive(InputObject)]
pub struct AppointHolderInput {
    /// The seat to be filled: one that you may fill, and not your own.
    appoint_to: ID,
    /// The person, whom you may know already; others are invited with `inviteAccount`.
    account: ID,
    /// Whether the person acts for the seat's holder (Plt), beside whom the seat is then held.
    #[graphql(default)]
    acting: bool,
    /// The first day, which may lie ahead; today when left out.
    valid_from: Option<Date>,
    /// The first day after; without an end when left out.
    valid_to: Option<Date>,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Who is to leave a seat.
#[derive(InputObject)]
pub struct EndHolderInput {
    /// Who holds it.
    holder: ID,
    /// The first day it is no longer held, which may lie ahead; today when left out. What began today, or has not
    /// begun, is taken back.
    valid_to: Option<Date>,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `createSeat`.
    CreateSeatPayload {
        /// The seat.
        seat: Seat
    }
}

payload! {
    /// What became of `appointHolder`.
    AppointHolderPayload {
        /// Who holds the seat now, or is to.
        holder: SeatHolder
    }
}

payload! {
    /// What became of `endHolder`.
    EndHolderPayload {
        /// The seat that is left.
        seat: Seat
    }
}

#[derive(Default)]
pub struct TerritoryMutation;

#[Object]
impl TerritoryMutation {
    /// Make a seat in a unit. An ADMIN makes seats of every function in units beneath, and STAFF and OBSERVER seats in the
    /// own; RI's ADMINs make RI's.
    async fn create_seat(&self, ctx: &Context<'_>, input: CreateSeatInput) -> async_graphql::Result<CreateSeatPayload> {
        let command = CreateSeat {
            unit: Kind::Unit.uuid(&input.unit)?,
            position: input.position.into(),
            function: input.function.into(),
            local_title: input.local_title,
            division_name: input.division_name,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = holding::create_seat(ctx.session()?, &ctx.command_field(), command).await;
        let (seat, user_errors) = ctx.settle(result)?;
        Ok((seat.map(Seat), user_errors).into())
    }

    /// Put a person into a seat, from a day on that may lie ahead. It takes effect on every server within a second.
    async fn appoint_holder(
        &self,
        ctx: &Context<'_>,
        input: AppointHolderInput,
    ) -> async_graphql::Result<AppointHolderPayload> {
        let session = ctx.session()?;
        let command = Appoint {
            to: Kind::Seat.uuid(&input.appoint_to)?,
            account: Kind::Account.uuid(&input.account)?,
            tenure: Tenure {
                acting: input.acting,
                from: input.valid_from.map_or(session.actor.today, |day| day.0),
                to: input.valid_to.map(|day| day.0),
            },
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = holding::appoint(session, &ctx.command_field(), command).await;
        let (holder, user_errors) = ctx.settle(result)?;
        let actor = &ctx.session()?.actor;
        let holder = holder
            .map(|id| {
                let row = actor.directory.holder(id);
                row.and_then(|row| SeatHolder::visible_to(actor, row))
                    .ok_or_else(|| Error::not_found("appointTo"))
            })
            .transpose()?;
        Ok((holder, user_errors).into())
    }

    /// Let a person leave a seat, on a day that may lie ahead. It takes effect on every server within a second of that day's
    /// beginning in WIB. RI always keeps an ADMIN who stays.
    async fn end_holder(&self, ctx: &Context<'_>, input: EndHolderInput) -> async_graphql::Result<EndHolderPayload> {
        let command = End {
            holder: Kind::SeatHolder.uuid(&input.holder)?,
            on: input.valid_to.map(|day| day.0),
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = holding::end(ctx.session()?, &ctx.command_field(), command).await;
        let (seat, user_errors) = ctx.settle(result)?;
        Ok((seat.map(Seat), user_errors).into())
    }
}
