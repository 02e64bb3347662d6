//! A person, as far as others may know one.
use async_graphql::{Context, ID, Object};
use uuid::Uuid;

use crate::{
    error::Error,
    graphql::{
        context::{Ask, RequestContext},
        id::Kind,
        page::Arguments,
        planned::{AskResolvers, Planned, Told, leaf},
        scalars::EmailAddress,
    },
    identity::reach::{knows, knows_contact},
    session::Actor,
    territory::{
        directory::Person,
        graphql::{SeatHolder, SeatHolderConnection},
    },
};

#[derive(Clone, Debug)]
pub struct Account {
    id: Uuid,
    name: String,
    email: Option<EmailAddress>,
    active: bool,
    erased: bool,
}

/// Whether somebody can sign in.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// The person can sign in.
    Active,
    /// An ADMIN has closed the account; its seats act no more.
    Deactivated,
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

    /// Whether the person can sign in.
    async fn status(&self) -> AccountStatus {
        if self.active {
            AccountStatus::Active
        } else {
            AccountStatus::Deactivated
        }
    }

    /// The seats the person holds or is to hold, as far as they lie in units whose people you may know.
    async fn seats(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<SeatHolder>> {
        let actor = &ctx.session()?.actor;
        let holdings = actor.directory.holdings(self.id, actor.today).into_iter();
        Ok(holdings
            .filter_map(|holding| SeatHolder::visible_to(actor, holding.holder))
            .collect())
    }

    /// The person's seats through time, held, over and still to be held, as far as they lie in units whose people you may
    /// know; what began last first.
    async fn tenures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<SeatHolderConnection> {
        let actor = &ctx.session()?.actor;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let tenures = actor.directory.tenures_of(self.id);
        Ok(SeatHolderConnection::newest_first(actor, tenures, &arguments)?)
    }
}

impl Planned for Account {
    fn told(field: &str) -> Option<Told<Self>> {
        Some(match field {
            "id" => leaf(|account, _request| Kind::Account.id(account.id)),
            "name" => leaf(|account, _request| account.name.clone()),
            "erased" => leaf(|account, _request| account.erased),
            // That the address is read has to be noted, so its resolver is asked.
            _ => return None,
        })
    }
}

impl Account {
    /// The account, if the actor may know who it is: oneself, or who sits in the own unit or beneath it. The marker of an
    /// erased person is known where the person sat; a program knows nobody unless it is to read people.
    #[must_use]
    pub fn visible_to(actor: &Actor, account: Uuid) -> Option<Self> {
        let person = actor
            .directory
            .person(account)
            .filter(|_person| knows(actor, account))?;
        Some(Self::seen_by(actor, person))
    }

    /// A person whom the actor may know, with what else of the person the actor may see.
    #[must_use]
    pub(super) fn seen_by(actor: &Actor, person: &Person) -> Self {
        Self::new(person, knows_contact(actor, person.id))
    }

    /// The person who did something, for a field that is null when the reader may not know who it was.
    #[must_use]
    pub fn of(ctx: &Context<'_>, account: Uuid) -> Option<async_graphql::Result<Self>> {
        match ctx.session() {
            Ok(session) => Self::visible_to(&session.actor, account).map(Ok),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// As [`Self::of`], for a field that is told by a plan.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn planned(request: &RequestContext, account: Option<Uuid>) -> Result<Option<Self>, AskResolvers> {
        let session = request.session.get().ok_or(AskResolvers)?;
        Ok(account.and_then(|account| Self::visible_to(&session.actor, account)))
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
            active: person.active,
            erased: person.erased,
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
