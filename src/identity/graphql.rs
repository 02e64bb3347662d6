//! Accounts and sessions in the API.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::SecretString;
use uuid::Uuid;

use super::service;
use crate::{
    authz::{
        Decision,
        policy::territory::{Action, decide},
    },
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        scalars::{DateTime, EmailAddress},
    },
    payload,
    session::Actor,
    territory::{directory::Person, graphql::Seat},
};

#[derive(Clone, Debug)]
pub struct Account {
    id: Uuid,
    name: String,
    email: Option<EmailAddress>,
}

/// A person who can sign in. Seats act, persons are recorded: what a person may do lies in the seats held.
#[Object]
impl Account {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Account.id(self.id)
    }

    /// The person's name.
    async fn name(&self) -> &str {
        &self.name
    }

    /// The address the person signs in with; null for those who may know the person but not the contact.
    async fn email(&self) -> Option<&EmailAddress> {
        self.email.as_ref()
    }
}

impl Account {
    /// The account, if the actor may know who it is: oneself, or who sits in the own unit or beneath it.
    #[must_use]
    pub fn visible_to(actor: &Actor, account: Uuid) -> Option<Self> {
        let own = account == actor.account;
        let person = actor
            .directory
            .person(account)
            .filter(|_person| own || sees(actor, account, Action::ReadHolders))?;
        Some(Self::new(person, own || sees(actor, account, Action::ReadContacts)))
    }

    /// The person who did something, for a field that is null when the reader may not know who it was.
    #[must_use]
    pub fn of(ctx: &Context<'_>, account: Uuid) -> Option<async_graphql::Result<Self>> {
        match ctx.session() {
            Ok(session) => Self::visible_to(&session.actor, account).map(Ok),
            Err(error) => Some(Err(error.into())),
        }
    }

    fn new(person: &Person, with_contact: bool) -> Self {
        let email = with_contact.then(|| EmailAddress(person.email.clone()));
        Self {
            id: person.id,
            name: person.name.clone(),
            email,
        }
    }
}

/// Whether any seat of the actor reaches any unit the person sits in.
fn sees(actor: &Actor, account: Uuid, action: Action) -> bool {
    let mut units = actor.directory.units_of(account, actor.today);
    units.any(|unit| {
        actor
            .seats
            .iter()
            .any(|seat| decide(seat.function, action, actor.standing(seat, unit)) == Decision::Allowed)
    })
}

pub struct Viewer;

/// You: the account and the seats this request may act from.
#[Object]
impl Viewer {
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

fn own_account(ctx: &Context<'_>, account: Uuid) -> async_graphql::Result<Account> {
    let directory = ctx.request().services.directory.load();
    let person = directory
        .person(account)
        .ok_or_else(|| Error::internal("an account that is not in the directory"))?;
    Ok(Account::new(person, true))
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
    /// The code of the second factor. Accounts without a second factor ignore it.
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
pub struct IdentityQuery;

#[Object]
impl IdentityQuery {
    /// You; null when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        ctx.request().session.as_ref().map(|_session| Viewer)
    }
}

#[derive(Default)]
pub struct IdentityMutation;

#[Object]
impl IdentityMutation {
    /// Open a session. An unknown address and a wrong password are answered alike: INVALID_CREDENTIALS.
    /// Too many attempts are refused with RATE_LIMITED.
    async fn sign_in(&self, ctx: &Context<'_>, input: SignInInput) -> async_graphql::Result<SignInPayload> {
        let SignInInput {
            email,
            password,
            one_time_code: _without_second_factor,
            device_name,
        } = input;
        let command = service::SignIn {
            email,
            password: SecretString::from(password),
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
        let result = service::refresh(&ctx.request().services, &input.refresh_token).await;
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
