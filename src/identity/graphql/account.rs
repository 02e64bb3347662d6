//! A person, as far as others may know one.
use async_graphql::{Context, ID, Object};
use uuid::Uuid;

use crate::{
    authz::{
        Decision,
        policy::territory::{Action, decide},
    },
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::EmailAddress},
    session::Actor,
    territory::directory::Person,
};

#[derive(Clone, Debug)]
pub struct Account {
    id: Uuid,
    name: String,
    email: Option<EmailAddress>,
    erased: bool,
}

/// A person who can sign in. Seats act, persons are recorded: what a person may do lies in the seats held.
#[Object]
impl Account {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Account.id(self.id)
    }

    /// The person's name; `(dihapus)` of one who was erased.
    async fn name(&self) -> &str {
        &self.name
    }

    /// The address the person signs in with; null for those who may know the person but not the contact, and of one who
    /// was erased. That you read another person's is told to that person in `Viewer.contactReads`.
    async fn email(&self, ctx: &Context<'_>) -> Option<&EmailAddress> {
        let email = self.email.as_ref()?;
        ctx.reads_contact_of(self.id);
        Some(email)
    }

    /// Whether this is only the marker of a person whose data was erased: what was done stays, who did it is forgotten.
    async fn erased(&self) -> bool {
        self.erased
    }
}

impl Account {
    /// The account, if the actor may know who it is: oneself, or who sits in the own unit or beneath it. The marker of an
    /// erased person is known where the person sat.
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

    /// The person a record is about, for those who may see the record: the contact only where it is theirs to see.
    #[must_use]
    pub fn of_record(actor: &Actor, account: Uuid) -> Option<Self> {
        let known = Self::visible_to(actor, account);
        known.or_else(|| Some(Self::new(actor.directory.person(account)?, false)))
    }

    fn new(person: &Person, with_contact: bool) -> Self {
        let email = (with_contact && !person.erased).then(|| EmailAddress(person.email.clone()));
        Self {
            id: person.id,
            name: person.name.clone(),
            email,
            erased: person.erased,
        }
    }
}

/// Whether any seat of the actor reaches any unit the person sits in.
fn sees(actor: &Actor, account: Uuid, action: Action) -> bool {
    let directory = &actor.directory;
    let reaches = |unit: Uuid| {
        actor
            .seats
            .iter()
            .any(|seat| decide(seat.function, action, actor.standing(seat, unit)) == Decision::Allowed)
    };
    if directory.person(account).is_some_and(|person| person.erased) {
        directory.units_ever_of(account).any(reaches)
    } else {
        directory.units_of(account, actor.today).any(reaches)
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
