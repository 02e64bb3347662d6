//! Making seats, filling and emptying them.
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

use super::seat::{Function, Position, Seat, SeatHolder};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::Date},
    payload,
    territory::{
        holding::{self, Appoint, End, Tenure},
        seats::{self, CreateSeat, Division, EndSeat, UpdateSeat},
    },
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
    /// The first day it exists, on which its unit has to exist, and which may have passed or lie up to two years ahead;
    /// today when left out, or the day a unit is formed on that does not exist yet.
    valid_from: Option<Date>,
    /// Whether it keeps what dissolved units beneath its own have left. A HEAD seat alone may.
    #[graphql(default)]
    custodian: bool,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// How a seat is worded. What is left out stays as it is; what the seat is and may do never changes.
#[derive(InputObject)]
pub struct UpdateSeatInput {
    /// The seat: one that you may fill, and not your own.
    update: ID,
    /// The title as the unit words it; at most 200 characters.
    local_title: MaybeUndefined<String>,
    /// The division as the unit names it; at most 200 characters. Null takes it away.
    division_name: MaybeUndefined<String>,
    /// Whether it keeps what dissolved units beneath its own have left. A HEAD seat alone may.
    custodian: Option<bool>,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which seat is to end.
#[derive(InputObject)]
pub struct EndSeatInput {
    /// The seat: one that you may fill, and not your own.
    end: ID,
    /// The first day it no longer exists, which may lie up to two years ahead; today when left out.
    valid_to: Option<Date>,
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
    /// What became of `updateSeat`.
    UpdateSeatPayload {
        /// The seat.
        seat: Seat
    }
}

payload! {
    /// What became of `endSeat`.
    EndSeatPayload {
        /// The seat, with the day it ends on.
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
    /// own; RI's ADMINs make RI's. A unit begins with the standard seats of its kind.
    async fn create_seat(&self, ctx: &Context<'_>, input: CreateSeatInput) -> async_graphql::Result<CreateSeatPayload> {
        let command = CreateSeat {
            unit: Kind::Unit.uuid(&input.unit)?,
            position: input.position.into(),
            function: input.function.into(),
            local_title: input.local_title,
            division_name: input.division_name,
            valid_from: input.valid_from.map(|day| day.0),
            custodian: input.custodian,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = seats::create(ctx.session()?, &ctx.command_field(), command).await;
        let (seat, user_errors) = ctx.settle(result)?;
        Ok((seat.map(Seat), user_errors).into())
    }

    /// Word a seat as the unit does, or have it keep what dissolved units beneath have left. Whoever may make such a seat may.
    /// What it is and may do never changes: that would be another seat.
    async fn update_seat(&self, ctx: &Context<'_>, input: UpdateSeatInput) -> async_graphql::Result<UpdateSeatPayload> {
        let command = UpdateSeat {
            update: Kind::Seat.uuid(&input.update)?,
            local_title: match input.local_title {
                MaybeUndefined::Undefined => None,
                // A seat without a title is refused as one with an empty title is.
                MaybeUndefined::Null => Some(String::new()),
                MaybeUndefined::Value(title) => Some(title),
            },
            division: match input.division_name {
                MaybeUndefined::Undefined => Division::Kept,
                MaybeUndefined::Null => Division::Cleared,
                MaybeUndefined::Value(name) => Division::Named(name),
            },
            custodian: input.custodian,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = seats::update(ctx.session()?, &ctx.command_field(), command).await;
        let (seat, user_errors) = ctx.settle(result)?;
        Ok((seat.map(Seat), user_errors).into())
    }

    /// End a seat, on a day that may lie ahead. From that day on nobody sits in it or acts from it, on every server within a
    /// second; who was to sit there later never does, and open invitations that would last longer are revoked. What was
    /// done from it stays. Whoever may make such a seat may end it; RI always keeps an ADMIN who stays.
    async fn end_seat(&self, ctx: &Context<'_>, input: EndSeatInput) -> async_graphql::Result<EndSeatPayload> {
        let command = EndSeat {
            end: Kind::Seat.uuid(&input.end)?,
            on: input.valid_to.map(|day| day.0),
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = seats::end(ctx.session()?, &ctx.command_field(), command).await;
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
        let (appointed, mut user_errors) = ctx.settle(result)?;
        let actor = &ctx.session()?.actor;
        let shown = appointed.map(|id| {
            let row = actor.directory.holder(id);
            // The seat may have ended since, and taken the appointment along.
            row.and_then(|row| SeatHolder::visible_to(actor, row))
                .ok_or_else(|| Error::not_found("appointTo"))
        });
        let (holder, gone) = ctx.settle(shown.transpose())?;
        user_errors.extend(gone);
        Ok((holder.flatten(), user_errors).into())
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
