//! The devices somebody is signed in on.
use async_graphql::{Context, ID, InputObject, Object};
use entity::session;

use super::account::{Account, own_account};
use crate::{
    connection,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, Known},
        scalars::DateTime,
    },
    identity::{query, sessions},
    payload,
};

#[derive(Clone, Debug)]
pub struct AccountSession(session::Model);

/// One sign-in of yours on one device.
#[Object]
impl AccountSession {
    /// The global id.
    async fn id(&self) -> ID {
        Kind::AccountSession.id(self.0.id)
    }

    /// What you called the device; null when you called it nothing.
    async fn device_name(&self) -> Option<&str> {
        self.0.device_name.as_deref()
    }

    /// When you signed in.
    async fn signed_in_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the session was last carried on, to the life of an access token.
    async fn last_used_at(&self) -> DateTime {
        DateTime(self.0.last_used_at)
    }

    /// When it runs out unless it is carried on.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// The network address you signed in from; null for sessions older than this field.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// The network address it was last carried on from; null for sessions older than this field.
    async fn last_address(&self) -> Option<&str> {
        self.0.last_address.as_deref()
    }

    /// Whether this request came by it.
    async fn current(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(sessions::current(ctx.session()?) == Some(self.0.id))
    }
}

connection!(
    AccountSessionConnection,
    AccountSessionEdge,
    AccountSession,
    Known,
    "sessions"
);

/// Which session to end.
#[derive(InputObject)]
pub struct RevokeSessionInput {
    /// One of your sessions.
    session: ID,
}

/// Which sessions to end.
#[derive(InputObject)]
pub struct RevokeAllSessionsInput {
    /// All but the one this request comes by; otherwise that one too.
    #[graphql(default = true)]
    except_current: bool,
}

payload! {
    /// What became of `revokeSession`.
    RevokeSessionPayload {
        /// Your account.
        account: Account
    }
}

payload! {
    /// What became of `revokeAllSessions`.
    RevokeAllSessionsPayload {
        /// Your account.
        account: Account
    }
}

#[derive(Default)]
pub struct SessionViewer;

#[Object]
impl SessionViewer {
    /// Where you are signed in, the session used last first.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<AccountSessionConnection> {
        let session = ctx.session()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let reader = session.services.db.reader();
        let open = query::sessions_of(reader, session.actor.account, session.now()).await?;
        let (page, total) = arguments.page_of("sessions", open, |row| (row.last_used_at, row.id), true)?;
        let page = page.map(|(cursor, row)| (cursor, AccountSession(row)));
        Ok(AccountSessionConnection::new(page, total))
    }
}

#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// End one of your sessions, on every server within a second.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        input: RevokeSessionInput,
    ) -> async_graphql::Result<RevokeSessionPayload> {
        let session = ctx.session()?;
        let result = sessions::revoke(session, Kind::AccountSession.uuid(&input.session)?).await;
        let (done, user_errors) = ctx.settle(result)?;
        let account = done.map(|()| own_account(ctx, session.actor.account)).transpose()?;
        Ok((account, user_errors).into())
    }

    /// End your sessions on all devices, on every server within a second.
    async fn revoke_all_sessions(
        &self,
        ctx: &Context<'_>,
        input: RevokeAllSessionsInput,
    ) -> async_graphql::Result<RevokeAllSessionsPayload> {
        let session = ctx.session()?;
        let result = sessions::revoke_all(session, input.except_current).await;
        let (done, user_errors) = ctx.settle(result)?;
        let account = done.map(|()| own_account(ctx, session.actor.account)).transpose()?;
        Ok((account, user_errors).into())
    }
}
