//! Looking people up, and closing and opening their accounts.
use async_graphql::{Context, ID, InputObject, Object};
use entity::enums;
use uuid::Uuid;

use super::account::Account;
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, Known, search_words},
    },
    identity::{
        account::{self, Standing},
        reach::knows,
    },
    payload,
    session::Actor,
    territory::{
        directory::Person,
        graphql::{FunctionFilter, ids},
    },
};

connection!(AccountConnection, AccountEdge, Account, Known, "accounts");

/// Which people are wanted; everything given has to hold, for one and the same seat of the person.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AccountFilter {
    /// By the unit the person sits in.
    unit: Option<IdFilter>,
    /// Who sits in these units or beneath them.
    underneath: Option<IdFilter>,
    /// By what the person's seat may do.
    function: Option<FunctionFilter>,
    /// Only those who can sign in, or only those whose account is closed.
    active: Option<bool>,
}

/// The filter, read.
struct Wanted {
    units: Option<Vec<Uuid>>,
    tops: Option<Vec<Uuid>>,
    functions: Option<Vec<enums::Function>>,
    active: Option<bool>,
    words: Vec<String>,
}

impl Wanted {
    fn read(filter: AccountFilter, search: Option<String>) -> Result<Self, Error> {
        Ok(Self {
            units: ids(Kind::Unit, filter.unit)?,
            tops: ids(Kind::Unit, filter.underneath)?,
            functions: FunctionFilter::functions(filter.function)?,
            active: filter.active,
            words: search_words(search)?,
        })
    }

    fn holds(&self, actor: &Actor, person: &Person) -> bool {
        self.active.is_none_or(|active| active == person.active)
            && self.names(person)
            && knows(actor, person.id)
            && self.sits(actor, person.id)
    }

    fn names(&self, person: &Person) -> bool {
        let name = if self.words.is_empty() {
            String::new()
        } else {
            person.name.to_lowercase()
        };
        self.words.iter().all(|word| name.contains(word))
    }

    /// Whether one seat of the person fits all that is said of seats. Only seats the reader may know of count, or the
    /// filter would tell of the others.
    fn sits(&self, actor: &Actor, person: Uuid) -> bool {
        if self.units.is_none() && self.tops.is_none() && self.functions.is_none() {
            return true;
        }
        let known = |unit| person == actor.account || crate::identity::reach::knows_people_of(actor, unit);
        actor.directory.holdings(person, actor.today).iter().any(|holding| {
            let unit = holding.unit.id;
            known(unit)
                && self.units.as_ref().is_none_or(|units| units.contains(&unit))
                && self
                    .tops
                    .as_ref()
                    .is_none_or(|tops| tops.iter().any(|top| actor.directory.tree.is_within(unit, *top)))
                && self
                    .functions
                    .as_ref()
                    .is_none_or(|functions| functions.contains(&holding.seat.function))
        })
    }
}

/// Whose account to close.
#[derive(InputObject)]
pub struct DeactivateAccountInput {
    /// The person: every seat held has to be one you may fill.
    account: ID,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Whose account to open again.
#[derive(InputObject)]
pub struct ReactivateAccountInput {
    /// The person: every seat held has to be one you may fill.
    account: ID,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `deactivateAccount`.
    DeactivateAccountPayload {
        /// The account, closed.
        account: Account
    }
}

payload! {
    /// What became of `reactivateAccount`.
    ReactivateAccountPayload {
        /// The account, open again.
        account: Account
    }
}

#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// A person by the id of the account; null when there is nobody whom you may know.
    async fn account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account's global id.")] id: ID,
    ) -> Option<async_graphql::Result<Account>> {
        let found = ctx.session().and_then(|session| {
            let id = Kind::Account.uuid(&id)?;
            Ok(Account::visible_to(&session.actor, id))
        });
        found.map_err(Into::into).transpose()
    }

    /// The people you may know: those of your own unit and of all beneath it, by name.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AccountFilter>,
        #[graphql(desc = "Words that all occur in the name, whatever their case.")] search: Option<String>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<AccountConnection> {
        let actor = &ctx.session()?.actor;
        let wanted = Wanted::read(filter.unwrap_or_default(), search)?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let people = actor.directory.people().filter(|person| wanted.holds(actor, person));
        let key = |person: &&Person| (person.name.clone(), person.id);
        let (page, total) = arguments.page_of("accounts", people, key, false)?;
        let page = page.map(|(cursor, person)| (cursor, Account::seen_by(actor, person)));
        Ok(AccountConnection::new(page, total))
    }
}

#[derive(Default)]
pub struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// Close a person's account: every session ends within a second, and the seats act no more until it is opened again.
    /// RI always keeps an ADMIN who stays.
    async fn deactivate_account(
        &self,
        ctx: &Context<'_>,
        input: DeactivateAccountInput,
    ) -> async_graphql::Result<DeactivateAccountPayload> {
        let done = set_active(ctx, "deactivateAccount", &input.account, input.seat.as_ref(), false).await?;
        Ok(done.into())
    }

    /// Open a closed account again.
    async fn reactivate_account(
        &self,
        ctx: &Context<'_>,
        input: ReactivateAccountInput,
    ) -> async_graphql::Result<ReactivateAccountPayload> {
        let done = set_active(ctx, "reactivateAccount", &input.account, input.seat.as_ref(), true).await?;
        Ok(done.into())
    }
}

type Settled = (Option<Account>, Vec<crate::graphql::problem::UserError>);

async fn set_active(
    ctx: &Context<'_>,
    name: &str,
    account: &ID,
    seat: Option<&ID>,
    active: bool,
) -> async_graphql::Result<Settled> {
    let command = Standing {
        account: Kind::Account.uuid(account)?,
        active,
        seat: Kind::Seat.maybe(seat)?,
    };
    let result = account::set_active(ctx.session()?, &ctx.command_field(), name, command).await;
    let result = result.and_then(|id| shown(ctx, id));
    Ok(ctx.settle(result)?)
}

/// A person as the actor may see them now, after a command on them.
pub(super) fn shown(ctx: &Context<'_>, account: Uuid) -> Result<Account, Error> {
    ctx.request().session.renew();
    Account::visible_to(&ctx.session()?.actor, account).ok_or_else(|| Error::not_found("account"))
}
