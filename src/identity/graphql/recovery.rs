//! Passwords, e-mail addresses and getting back in.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::{
    account::{Account, own_account},
    people::shown,
};
use crate::{
    graphql::{context::Ask, id::Kind, scalars::DateTime},
    identity::{account, recovery},
    payload,
};

/// The old and the new password.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password so far.
    current_password: String,
    /// The new one: hard to guess, 8 to 128 characters, and not made of your own name or address.
    new_password: String,
}

/// Another e-mail address.
#[derive(InputObject)]
pub struct RequestEmailChangeInput {
    /// The address you want to sign in with.
    new_email: String,
    /// Your password, once more.
    password: String,
}

/// The proof that the new address is yours.
#[derive(InputObject)]
pub struct ConfirmEmailChangeInput {
    /// The code that was sent there; small letters, blanks and hyphens make no difference.
    code: String,
}

/// Whose password was forgotten.
#[derive(InputObject)]
pub struct RequestPasswordResetInput {
    /// The address the person signs in with.
    email: String,
}

/// For whom a code is wanted.
#[derive(InputObject)]
pub struct IssueResetCodeInput {
    /// The person: every seat held has to be one you may fill.
    account: ID,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// The new password, by a code.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// The code from the letter or from an ADMIN; small letters, blanks and hyphens make no difference.
    code: String,
    /// The new password: hard to guess, 8 to 128 characters, and not made of the own name or address.
    new_password: String,
}

/// Whose second factor was lost.
#[derive(InputObject)]
pub struct ResetSecondFactorInput {
    /// The person: every seat held has to be one you may fill.
    account: ID,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// That a request was taken up. It is the same whether or not there is an account.
#[derive(SimpleObject)]
pub struct PasswordResetRequest {
    /// The address a code is on its way to, if an account signs in with it.
    email: String,
}

/// A code to be passed on to a person.
#[derive(SimpleObject)]
pub struct ResetCode {
    /// Whose password it resets.
    account: Account,
    /// The code, told this once.
    code: String,
    /// Until when it is good: 24 hours.
    expires_at: DateTime,
}

payload! {
    /// What became of `changePassword`.
    ChangePasswordPayload {
        /// Your account.
        account: Account
    }
}

payload! {
    /// What became of `requestEmailChange`. It does not tell whether another account has the address.
    RequestEmailChangePayload {
        /// Your account, with the address it still has.
        account: Account
    }
}

payload! {
    /// What became of `confirmEmailChange`.
    ConfirmEmailChangePayload {
        /// Your account, with its new address.
        account: Account
    }
}

payload! {
    /// What became of `requestPasswordReset`.
    RequestPasswordResetPayload {
        /// The request, taken up.
        request: PasswordResetRequest
    }
}

payload! {
    /// What became of `issueResetCode`.
    IssueResetCodePayload {
        /// The code, to be passed on.
        reset_code: ResetCode
    }
}

payload! {
    /// What became of `resetPassword`.
    ResetPasswordPayload {
        /// The account, ready to sign in with the new password.
        account: Account
    }
}

payload! {
    /// What became of `resetSecondFactor`.
    ResetSecondFactorPayload {
        /// The account, without a second factor.
        account: Account
    }
}

#[derive(Default)]
pub struct RecoveryMutation;

#[Object]
impl RecoveryMutation {
    /// Set another password. Your other sessions end.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        input: ChangePasswordInput,
    ) -> async_graphql::Result<ChangePasswordPayload> {
        let session = ctx.session()?;
        let (current, new) = (input.current_password, input.new_password);
        let (current, new) = (SecretString::from(current), SecretString::from(new));
        let address = ctx.request().address;
        let result = account::change_password(session, &ctx.command_field(), current, new, address).await;
        let (done, user_errors) = ctx.settle(result)?;
        let account = done.map(|()| own_account(ctx, session.actor.account)).transpose()?;
        Ok((account, user_errors).into())
    }

    /// Ask for another e-mail address: a code is sent there, to be given to `confirmEmailChange` within 24 hours. UNAVAILABLE
    /// where the server sends no e-mail.
    async fn request_email_change(
        &self,
        ctx: &Context<'_>,
        input: RequestEmailChangeInput,
    ) -> async_graphql::Result<RequestEmailChangePayload> {
        let session = ctx.session()?;
        let (field, address) = (ctx.command_field(), ctx.request().address);
        let password = SecretString::from(input.password);
        let result = account::request_email_change(session, &field, &input.new_email, password, address).await;
        let (done, user_errors) = ctx.settle(result)?;
        let account = done.map(|()| own_account(ctx, session.actor.account)).transpose()?;
        Ok((account, user_errors).into())
    }

    /// Take the new e-mail address over. The old one is told.
    async fn confirm_email_change(
        &self,
        ctx: &Context<'_>,
        input: ConfirmEmailChangeInput,
    ) -> async_graphql::Result<ConfirmEmailChangePayload> {
        let session = ctx.session()?;
        let address = ctx.request().address;
        let result = account::confirm_email_change(session, &ctx.command_field(), &input.code, address).await;
        let (done, user_errors) = ctx.settle(result)?;
        let account = done.map(|()| own_account(ctx, session.actor.account)).transpose()?;
        Ok((account, user_errors).into())
    }

    /// Ask for a code by e-mail, good for an hour. The answer is the same whether or not there is an account. UNAVAILABLE
    /// where the server sends no e-mail: then an ADMIN issues a code.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        input: RequestPasswordResetInput,
    ) -> async_graphql::Result<RequestPasswordResetPayload> {
        let request = ctx.request();
        let result = recovery::request_password_reset(&request.services, &input.email, request.address).await;
        let (done, user_errors) = ctx.settle(result)?;
        let request = done.map(|()| PasswordResetRequest { email: input.email });
        Ok((request, user_errors).into())
    }

    /// Make a code with which a person sets a new password, good for 24 hours. The person and the ADMINs of the tier above
    /// are told. Who took off the person's second factor within 24 hours cannot do this, nor the other way round.
    async fn issue_reset_code(
        &self,
        ctx: &Context<'_>,
        input: IssueResetCodeInput,
    ) -> async_graphql::Result<IssueResetCodePayload> {
        let id = Kind::Account.uuid(&input.account)?;
        let seat = Kind::Seat.maybe(input.seat.as_ref())?;
        let result = recovery::issue_code(ctx.session()?, &ctx.command_field(), id, seat).await;
        let result = result.and_then(|issued| {
            Ok(ResetCode {
                account: shown(ctx, issued.account)?,
                code: issued.code,
                expires_at: DateTime(issued.expires_at),
            })
        });
        Ok(ctx.settle(result)?.into())
    }

    /// Set a new password by a code. Every session ends. Nobody has to be signed in: the code is the right.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        input: ResetPasswordInput,
    ) -> async_graphql::Result<ResetPasswordPayload> {
        let request = ctx.request();
        let new = SecretString::from(input.new_password);
        let result = recovery::reset_password(&request.services, &input.code, new, request.address).await;
        let (account, user_errors) = ctx.settle(result)?;
        let account = account.map(|account| own_account(ctx, account)).transpose()?;
        Ok((account, user_errors).into())
    }

    /// Take off the second factor of a person who lost it. The person and the ADMINs of the tier above are told. Who issued a
    /// code for the person's password within 24 hours cannot do this, nor the other way round.
    async fn reset_second_factor(
        &self,
        ctx: &Context<'_>,
        input: ResetSecondFactorInput,
    ) -> async_graphql::Result<ResetSecondFactorPayload> {
        let id = Kind::Account.uuid(&input.account)?;
        let seat = Kind::Seat.maybe(input.seat.as_ref())?;
        let result = recovery::reset_second_factor(ctx.session()?, &ctx.command_field(), id, seat).await;
        let result = result.and_then(|()| shown(ctx, id));
        Ok(ctx.settle(result)?.into())
    }
}
