//! Making programs and their tokens, and taking them away.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::service_account::{AccessScope, AccessToken, ServiceAccount};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, problem::UserError, scalars::DateTime},
    identity::program,
    payload,
};

/// Which program to make.
#[derive(InputObject)]
pub struct CreateServiceAccountInput {
    /// The unit it works for.
    unit: ID,
    /// What it is called, at most 100 characters.
    name: String,
    /// The seat that acts.
    seat: Option<ID>,
}

/// Which program to end.
#[derive(InputObject)]
pub struct EndServiceAccountInput {
    /// The program.
    service_account: ID,
    /// The seat that acts.
    seat: Option<ID>,
}

/// Which token to make.
#[derive(InputObject)]
pub struct CreateAccessTokenInput {
    /// The program it is for.
    service_account: ID,
    /// What it is called, at most 100 characters.
    name: String,
    /// What it is for. What your own seats in the unit do not give is refused.
    scopes: Vec<AccessScope>,
    /// From when on it is refused: in the future, at most 365 days away.
    expires_at: DateTime,
    /// The addresses it may be used from, each alone or as a network such as `203.0.113.0/24`, at most 20; from anywhere
    /// when left out.
    #[graphql(default)]
    address_ranges: Vec<String>,
    /// The seat that acts.
    seat: Option<ID>,
}

/// Which token to take away.
#[derive(InputObject)]
pub struct RevokeAccessTokenInput {
    /// The token.
    access_token: ID,
    /// The seat that acts.
    seat: Option<ID>,
}

payload! {
    /// What became of `createServiceAccount`.
    CreateServiceAccountPayload {
        /// The program, without a token yet.
        service_account: ServiceAccount
    }
}

payload! {
    /// What became of `endServiceAccount`.
    EndServiceAccountPayload {
        /// The program, ended.
        service_account: ServiceAccount
    }
}

payload! {
    /// What became of `revokeAccessToken`.
    RevokeAccessTokenPayload {
        /// The token, revoked.
        access_token: AccessToken
    }
}

/// What became of `createAccessToken`.
#[derive(SimpleObject)]
pub struct CreateAccessTokenPayload {
    /// The token as it will be listed; null when there are user errors.
    access_token: Option<AccessToken>,
    /// Its text, to be sent as `Authorization: Bearer …`. It is shown this once and kept nowhere: null when there are
    /// user errors, and when the command was sent again under its idempotency key.
    token: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

fn seat(id: Option<&ID>) -> Result<Option<uuid::Uuid>, Error> {
    id.map(|id| Kind::Seat.uuid(id)).transpose()
}

#[derive(Default)]
pub struct ProgramMutation;

#[Object]
impl ProgramMutation {
    /// Make a program of a unit. HEAD or COORDINATOR of the unit.
    async fn create_service_account(
        &self,
        ctx: &Context<'_>,
        input: CreateServiceAccountInput,
    ) -> async_graphql::Result<CreateServiceAccountPayload> {
        let session = ctx.session()?;
        let command = program::Create {
            unit: Kind::Unit.uuid(&input.unit)?,
            name: input.name,
            seat: seat(input.seat.as_ref())?,
        };
        let result = program::create(session, &ctx.command_field(), command).await;
        Ok(ctx.settle(result.map(ServiceAccount))?.into())
    }

    /// End a program: none of its tokens is accepted any more. HEAD or COORDINATOR of the unit, ADMIN of the unit or of
    /// one above it.
    async fn end_service_account(
        &self,
        ctx: &Context<'_>,
        input: EndServiceAccountInput,
    ) -> async_graphql::Result<EndServiceAccountPayload> {
        let session = ctx.session()?;
        let command = program::End {
            program: Kind::ServiceAccount.uuid(&input.service_account)?,
            seat: seat(input.seat.as_ref())?,
        };
        let result = program::end(session, &ctx.command_field(), command).await;
        Ok(ctx.settle(result.map(ServiceAccount))?.into())
    }

    /// Make a token for a program. It acts with your rights in the program's unit, within its scopes, for as long as you
    /// have them, and what it does is recorded as done by you through the program. HEAD or COORDINATOR of the unit.
    async fn create_access_token(
        &self,
        ctx: &Context<'_>,
        input: CreateAccessTokenInput,
    ) -> async_graphql::Result<CreateAccessTokenPayload> {
        let session = ctx.session()?;
        let command = program::CreateToken {
            program: Kind::ServiceAccount.uuid(&input.service_account)?,
            name: input.name,
            scopes: input.scopes.into_iter().map(Into::into).collect(),
            expires_at: input.expires_at.0,
            address_ranges: input.address_ranges,
            seat: seat(input.seat.as_ref())?,
        };
        let result = program::create_token(session, &ctx.command_field(), command).await;
        let (created, user_errors) = ctx.settle(result)?;
        let (access_token, token) = match created {
            Some(program::Created { token, secret }) => (Some(AccessToken(token)), secret),
            None => (None, None),
        };
        Ok(CreateAccessTokenPayload {
            access_token,
            token,
            user_errors,
        })
    }

    /// Take a token away, on every server within a second. HEAD or COORDINATOR of the unit, ADMIN of the unit or of one
    /// above it.
    async fn revoke_access_token(
        &self,
        ctx: &Context<'_>,
        input: RevokeAccessTokenInput,
    ) -> async_graphql::Result<RevokeAccessTokenPayload> {
        let session = ctx.session()?;
        let command = program::RevokeToken {
            token: Kind::AccessToken.uuid(&input.access_token)?,
            seat: seat(input.seat.as_ref())?,
        };
        let result = program::revoke_token(session, &ctx.command_field(), command).await;
        Ok(ctx.settle(result.map(AccessToken))?.into())
    }
}
