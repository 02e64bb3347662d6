//! Programs of units and their tokens, for those who look after them.
use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::enums;
use uuid::Uuid;

use super::{
    account::Account,
    loader::{LastUseOf, UseLoader},
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, Known},
        problem::of_field,
        scalars::DateTime,
    },
    identity::program,
    territory::{graphql::Unit, programs},
};

connection!(
    ServiceAccountConnection,
    ServiceAccountEdge,
    ServiceAccount,
    Known,
    "service accounts"
);
connection!(
    AccessTokenConnection,
    AccessTokenEdge,
    AccessToken,
    Known,
    "access tokens"
);

/// What a program's token is for. Its rights are these, within those its maker has in the program's unit on the day of
/// each request. No scope decides anything.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::Scope")]
pub enum AccessScope {
    /// `reports:read`: to read the reports its maker sees from the unit.
    ReportsRead,
    /// `reports:draft`: to start reports of the unit and to edit their drafts, and to read as `reports:read` does.
    ReportsDraft,
    /// `people:read`: to be told who people are, and their contacts, where its maker is. It means something only beside
    /// a scope of reports; without it no person is named.
    PeopleRead,
    /// `events:checkin`: to work the doors of the unit's events, as its maker may, such as a gate that reads badges. It reads
    /// `doorKit`, and nothing else of events.
    EventsCheckin,
}

#[derive(Clone, Debug)]
pub struct ServiceAccount(pub programs::Program);

/// A program of a unit, such as the one that draws figures from a media monitor. It has no rights of its own: they come
/// with its tokens, from those who make them. Its name is told to whoever sees what it did.
#[Object]
impl ServiceAccount {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::ServiceAccount.id(self.0.id)
    }

    /// What its unit calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The unit it works for.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// Who made it; null when people of that unit are outside what you may see.
    async fn created_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.created_by)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was ended, and all its tokens with it; null while it is in use.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// Its tokens, the latest first, those that no longer hold included; null for those who do not look after it.
    async fn tokens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<async_graphql::Result<AccessTokenConnection>> {
        let session = match ctx.session() {
            Ok(session) if program::sees(&session.actor, self.0.unit_id) => session,
            Ok(_session) => return None,
            Err(error) => return Some(Err(error.into())),
        };
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        // The newest directory: it knows what this very request has made.
        let directory = session.services.directory.load();
        let tokens = directory.programs.tokens_of(self.0.id).cloned();
        let page = arguments.page_of("access-tokens", tokens, |token| token.id, true);
        let connection = page.map(|(page, total)| {
            AccessTokenConnection::new(page.map(|(cursor, token)| (cursor, AccessToken(token))), total)
        });
        Some(connection.map_err(Into::into))
    }
}

impl ServiceAccount {
    /// The program that did something.
    #[must_use]
    pub fn of(ctx: &Context<'_>, program: Uuid) -> Option<async_graphql::Result<Self>> {
        let directory = ctx.request().services.directory.load();
        directory.programs.program(program).cloned().map(Self).map(Ok)
    }
}

#[derive(Clone, Debug)]
pub struct AccessToken(pub programs::AccessToken);

/// By what a program proves itself. The token's text was shown when it was made and is kept nowhere.
#[Object]
impl AccessToken {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::AccessToken.id(self.0.id)
    }

    /// What its maker calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The last four characters of its text, to tell it by.
    async fn hint(&self) -> &str {
        &self.0.hint
    }

    /// What it is for.
    async fn scopes(&self) -> Vec<AccessScope> {
        self.0.scopes.iter().copied().map(Into::into).collect()
    }

    /// The networks it may be used from, such as `203.0.113.0/24`; empty where it may be used from anywhere.
    async fn address_ranges(&self) -> &[String] {
        &self.0.address_ranges
    }

    /// The program it is for.
    async fn service_account(&self, ctx: &Context<'_>) -> async_graphql::Result<ServiceAccount> {
        match ServiceAccount::of(ctx, self.0.program) {
            Some(program) => program,
            None => Err(Error::internal("a token without its program").into()),
        }
    }

    /// Who made it and whose rights bound it; null when people of that unit are outside what you may see.
    async fn created_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.created_by)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// From when on it is refused.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it was taken away; null when it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// When it was used last, to the minute or so; null when it never was.
    async fn last_used_at(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<DateTime>> {
        let used = self.last_use(ctx).await;
        used.map(|used| used.map(|(at, _from)| DateTime(at))).transpose()
    }

    /// The address it was used from last; null when it never was.
    async fn last_used_address(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        let used = self.last_use(ctx).await;
        used.map(|used| used.and_then(|(_at, from)| from)).transpose()
    }
}

type LastUse = Option<(chrono::DateTime<chrono::Utc>, Option<String>)>;

impl AccessToken {
    async fn last_use(&self, ctx: &Context<'_>) -> Result<LastUse, async_graphql::Error> {
        let loader = ctx.data_unchecked::<DataLoader<UseLoader>>();
        loader.load_one(LastUseOf(self.0.id)).await.map_err(of_field)
    }
}

#[derive(Default)]
pub struct ProgramQuery;

#[Object]
impl ProgramQuery {
    /// The programs of the units you look after, in the order they were made, ended ones included: HEAD and COORDINATOR
    /// those of the own unit, ADMIN also those of the units beneath it.
    async fn service_accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this unit alone.")] unit: Option<ID>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ServiceAccountConnection> {
        let actor = &ctx.session()?.actor;
        let unit = unit.map(|id| Kind::Unit.uuid(&id)).transpose()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let wanted =
            actor.directory.programs.all().filter(|program| {
                unit.is_none_or(|unit| unit == program.unit_id) && program::sees(actor, program.unit_id)
            });
        let (page, total) = arguments.page_of("service-accounts", wanted, |program| program.id, false)?;
        let page = page.map(|(cursor, program)| (cursor, ServiceAccount(program.clone())));
        Ok(ServiceAccountConnection::new(page, total))
    }
}
