//! Setting the second factor up, and doing away with it.
use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use crate::{
    error::Error,
    graphql::{context::Ask, scalars::DateTime},
    identity::second_factor::{self, Again, Credentials, Enroller, State},
    payload,
};

/// Your second factor: codes of an authenticator app, which a sign-in asks for beside the password.
#[derive(SimpleObject)]
pub struct SecondFactor {
    /// Since when a sign-in asks for it; null where it does not.
    confirmed_at: Option<DateTime>,
    /// How many recovery codes you have not used yet. Below three, make new ones with `regenerateRecoveryCodes`.
    recovery_codes_left: i32,
    /// Whether a seat you hold asks for a second factor: then it can be replaced, but not done away with.
    required: bool,
}

impl From<State> for SecondFactor {
    fn from(state: State) -> Self {
        Self {
            confirmed_at: state.confirmed_at.map(DateTime),
            recovery_codes_left: i32::try_from(state.recovery_codes_left).unwrap_or(i32::MAX),
            required: state.required,
        }
    }
}

/// What an authenticator app needs to know. Show it to nobody and keep it nowhere else.
#[derive(SimpleObject)]
pub struct TotpEnrolment {
    /// The secret in Base32, to be typed in: 6 digits, 30 seconds, SHA-1, as every app assumes.
    secret: String,
    /// The same as `otpauth://totp/…`, to be shown as a QR code.
    uri: String,
}

/// Who you are, where you cannot sign in because a second factor is missing. Throttled like `signIn`.
#[derive(InputObject)]
pub struct CredentialsInput {
    /// The address of the account; upper and lower case are alike.
    email: String,
    /// The password.
    password: String,
}

/// For whom to begin.
#[derive(InputObject)]
pub struct EnrolTotpInput {
    /// Leave it out when you are signed in.
    credentials: Option<CredentialsInput>,
    /// Your password once more, when you are signed in and have no second factor yet.
    password: Option<String>,
    /// The code of the second factor in force, or a recovery code, where there is one already.
    code: Option<String>,
}

/// The proof that the app is set up.
#[derive(InputObject)]
pub struct ConfirmTotpInput {
    /// Leave it out when you are signed in.
    credentials: Option<CredentialsInput>,
    /// The six digits the app shows now.
    code: String,
}

/// The proof that it is really you.
#[derive(InputObject)]
pub struct DisableTotpInput {
    /// Your password.
    password: String,
    /// The six digits the app shows now, or a recovery code.
    code: String,
}

/// The proof that it is really you.
#[derive(InputObject)]
pub struct RegenerateRecoveryCodesInput {
    /// The six digits the app shows now, or a recovery code.
    code: String,
}

payload! {
    /// What became of `enrolTotp`.
    EnrolTotpPayload {
        /// What to set the app up with. It is not in force until `confirmTotp`.
        enrolment: TotpEnrolment
    }
}

payload! {
    /// What became of `confirmTotp`.
    ConfirmTotpPayload {
        /// Ten codes for the day the app is lost, each good for one sign-in. They are shown this once.
        recovery_codes: Vec<String>
    }
}

payload! {
    /// What became of `disableTotp`.
    DisableTotpPayload {
        /// Your second factor, which is in force no more.
        second_factor: SecondFactor
    }
}

payload! {
    /// What became of `regenerateRecoveryCodes`.
    RegenerateRecoveryCodesPayload {
        /// Ten new codes; the old ones are worth nothing. They are shown this once.
        recovery_codes: Vec<String>
    }
}

/// Whoever brings credentials, else whoever is signed in.
fn enroller<'c>(ctx: &Context<'c>, credentials: Option<CredentialsInput>) -> Result<Enroller<'c>, Error> {
    let request = ctx.request();
    match credentials {
        Some(CredentialsInput { email, password }) => {
            let credentials = Credentials {
                email,
                password: SecretString::from(password),
                address: request.address,
            };
            Ok(Enroller::Credentials(&request.services, credentials))
        }
        None => Ok(Enroller::Session(ctx.session()?, ctx.command_field())),
    }
}

#[derive(Default)]
pub struct SecondFactorViewer;

#[Object]
impl SecondFactorViewer {
    /// Your second factor.
    async fn second_factor(&self, ctx: &Context<'_>) -> async_graphql::Result<SecondFactor> {
        Ok(second_factor::state(ctx.session()?).await?.into())
    }
}

#[derive(Default)]
pub struct SecondFactorMutation;

#[Object]
impl SecondFactorMutation {
    /// Begin to set up an authenticator app. Nothing changes until `confirmTotp`; beginning again gives another secret.
    /// Where a second factor is in force its code is needed, so that a password alone never replaces it; where none is, the
    /// password, so that a session left open does not lock its owner out.
    async fn enrol_totp(&self, ctx: &Context<'_>, input: EnrolTotpInput) -> async_graphql::Result<EnrolTotpPayload> {
        let who = enroller(ctx, input.credentials)?;
        let again = input.password.map(|password| Again {
            password: SecretString::from(password),
            address: ctx.request().address,
        });
        let (enrolment, user_errors) = ctx.settle(second_factor::enrol(who, input.code.as_deref(), again).await)?;
        let enrolment = enrolment.map(|enrolment| TotpEnrolment {
            secret: enrolment.secret,
            uri: enrolment.uri,
        });
        Ok((enrolment, user_errors).into())
    }

    /// Put the authenticator app in force. All your other sessions end, and the recovery codes of an earlier app are worth
    /// nothing any more. Ten wrong codes an hour are let in, wherever they are sent from.
    async fn confirm_totp(
        &self,
        ctx: &Context<'_>,
        input: ConfirmTotpInput,
    ) -> async_graphql::Result<ConfirmTotpPayload> {
        let who = enroller(ctx, input.credentials)?;
        Ok(ctx.settle(second_factor::confirm(who, &input.code).await)?.into())
    }

    /// Do away with your second factor. All your other sessions end. FORBIDDEN where a seat you hold asks for one.
    async fn disable_totp(
        &self,
        ctx: &Context<'_>,
        input: DisableTotpInput,
    ) -> async_graphql::Result<DisableTotpPayload> {
        let session = ctx.session()?;
        let (password, address) = (SecretString::from(input.password), ctx.request().address);
        let disabled = second_factor::disable(session, ctx.command_field(), password, &input.code, address).await;
        let (disabled, user_errors) = ctx.settle(disabled)?;
        let second_factor = match disabled {
            Some(()) => Some(second_factor::state(session).await?.into()),
            None => None,
        };
        Ok((second_factor, user_errors).into())
    }

    /// Make ten new recovery codes in place of the old ones.
    async fn regenerate_recovery_codes(
        &self,
        ctx: &Context<'_>,
        input: RegenerateRecoveryCodesInput,
    ) -> async_graphql::Result<RegenerateRecoveryCodesPayload> {
        let session = ctx.session()?;
        let codes = second_factor::regenerate_recovery_codes(session, ctx.command_field(), &input.code).await;
        Ok(ctx.settle(codes)?.into())
    }
}
