//! Who is asking.
use async_graphql::{Context, Object};

use super::account::{Account, own_account};
use crate::{graphql::context::Ask, territory::graphql::Seat};

#[derive(Default)]
pub struct IdentityViewer;

#[Object]
impl IdentityViewer {
    /// Your account.
    async fn account(&self, ctx: &Context<'_>) -> async_graphql::Result<Account> {
        own_account(ctx, ctx.session()?.actor.account)
    }

    /// The seats you hold today, acting ones included. Commands take an optional `seat`; it may be left out when
    /// exactly one of these is allowed to act.
    async fn seats(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Seat>> {
        Ok(ctx.session()?.actor.seats.iter().map(|seat| Seat(seat.seat)).collect())
    }
}
