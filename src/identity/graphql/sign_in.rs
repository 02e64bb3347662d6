//! Signing in, staying in, signing out.
use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::account::{Account, own_account};
use crate::{
    graphql::{context::Ask, scalars::DateTime},
    identity::service,
    payload,
};

/// Tokens of one sign-in on one device. Keep them secret; send the access token as `Authorization: Bearer …`.
#[derive(SimpleObject)]
pub struct SignInSession {
    /// Proves who you are until `expiresAt`.
    access_token: String,
    /// Gets the next pair of tokens, once. Using it again later ends the session.
    refresh_token: String,
    /// When the access token runs out.
    expires_at: DateTime,
    /// Whose session it is.
    account: Account,
}

fn session(ctx: &Context<'_>, signed_in: service::SignedIn) -> async_graphql::Result<SignInSession> {
    Ok(SignInSession {
        account: own_account(ctx, signed_in.proof.account())?,
        access_token: signed_in.access_token,
        refresh_token: signed_in.refresh_token,
        expires_at: DateTime(signed_in.expires_at),
    })
}

/// Who wants in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The address of the account; upper and lower case are alike.
    email: String,
    /// The password.
    password: String,
    /// The code of the authenticator app, or a recovery code. Accounts without a second factor ignore it.
    one_time_code: Option<String>,
    /// What the person calls this device, to recognise the session later; at most 100 characters.
    device_name: Option<String>,
}

/// Which session to carry on.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The refresh token given last.
    refresh_token: String,
}

/// Which sessions to end.
#[derive(InputObject)]
pub struct SignOutInput {
    /// All your sessions on all devices, instead of this one only.
    #[graphql(default)]
    everywhere: bool,
}

payload! {
    /// What became of signing in.
    SignInPayload {
        /// The session that was opened.
        session: SignInSession
    }
}

payload! {
    /// What became of refreshing.
    RefreshSessionPayload {
        /// The session with its new tokens.
        session: SignInSession
    }
}

payload! {
    /// What became of signing out.
    SignOutPayload {
        /// The account that was signed out.
        account: Account
    }
}

#[derive(Default)]
pub struct SignInMutation;

#[Object]
impl SignInMutation {
    /// Open a session. An unknown address and a wrong password are answered alike: INVALID_CREDENTIALS. After a right
    /// password an account with a second factor is asked for its code (SECOND_FACTOR_REQUIRED, INVALID_SECOND_FACTOR), and
    /// one that needs a second factor and has none is told to set one up (SECOND_FACTOR_ENROLMENT_REQUIRED). Too many
    /// attempts are refused with RATE_LIMITED.
    async fn sign_in(&self, ctx: &Context<'_>, input: SignInInput) -> async_graphql::Result<SignInPayload> {
        let SignInInput {
            email,
            password,
            one_time_code,
            device_name,
        } = input;
        let command = service::SignIn {
            email,
            password: SecretString::from(password),
            one_time_code,
            device_name,
            address: ctx.request().address,
        };
        let result = service::sign_in(&ctx.request().services, command).await;
        let (signed_in, user_errors) = ctx.settle(result)?;
        let session = signed_in.map(|signed_in| session(ctx, signed_in)).transpose()?;
        Ok((session, user_errors).into())
    }

    /// Exchange a refresh token for a new pair of tokens. The old one is spent: used again after a grace of 20 seconds
    /// it ends the session, because one of its two users is a thief.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        input: RefreshSessionInput,
    ) -> async_graphql::Result<RefreshSessionPayload> {
        let result = service::refresh(&ctx.request().services, &input.refresh_token, ctx.request().address).await;
        let (signed_in, user_errors) = ctx.settle(result)?;
        let session = signed_in.map(|signed_in| session(ctx, signed_in)).transpose()?;
        Ok((session, user_errors).into())
    }

    /// End the session of the access token, or all of yours, on every server within a second.
    async fn sign_out(&self, ctx: &Context<'_>, input: SignOutInput) -> async_graphql::Result<SignOutPayload> {
        let session = ctx.session()?;
        service::sign_out(session, input.everywhere).await?;
        Ok((Some(own_account(ctx, session.actor.account)?), Vec::new()).into())
    }
}
