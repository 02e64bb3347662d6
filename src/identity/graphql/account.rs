//! A person, as far as others may know one.
use async_graphql::{Context, ID, Object};
use uuid::Uuid;

use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::EmailAddress},
    identity::known::{knows, knows_contact},
    session::Actor,
    territory::directory::Person,
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
        let person = actor
            .directory
            .person(account)
            .filter(|_person| knows(actor, account))?;
        Some(Self::new(person, knows_contact(actor, account)))
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

/// The account of somebody who has just proved to be its owner.
///
/// # Errors
/// When it is not in the directory.
pub(super) fn own_account(ctx: &Context<'_>, account: Uuid) -> async_graphql::Result<Account> {
    let directory = ctx.request().services.directory.load();
    let person = directory
        .person(account)
        .ok_or_else(|| Error::internal("an account that is not in the directory"))?;
    Ok(Account::new(person, true))
}
