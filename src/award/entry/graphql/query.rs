//! Reading entries in the API.
use async_graphql::{Context, InputObject, Object};
use uuid::Uuid;

use super::{types::AwardEntry, words::AwardEntryStatus};
use crate::{
    award::entry::query::{self, Filter},
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor, either},
    },
    territory::graphql::ids,
};

connection!(
    AwardEntryConnection,
    AwardEntryEdge,
    AwardEntry,
    CountedEntries,
    "entries for awards"
);

/// How many entries a filter finds, counted when asked for.
pub struct CountedEntries(Filter);

impl CountedEntries {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Chooses by where an entry stands, as far as you are told.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardEntryStatusFilter {
    /// Exactly this one.
    eq: Option<AwardEntryStatus>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<AwardEntryStatus>>,
}

/// Which entries are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardEntryFilter {
    /// For awards of these editions.
    edition: Option<IdFilter>,
    /// In these categories.
    category: Option<IdFilter>,
    /// Of these units, or of people of them, or named by them.
    unit: Option<IdFilter>,
    /// Of units of these provinces, and of the provinces themselves, as it was when they were entered.
    province: Option<IdFilter>,
    /// By where they stand, as far as you are told.
    status: Option<AwardEntryStatusFilter>,
}

impl AwardEntryFilter {
    fn resolve(self) -> Result<Filter, Error> {
        let AwardEntryStatusFilter { eq, any } = self.status.unwrap_or_default();
        let statuses = either(eq, any)?;
        Ok(Filter {
            edition: ids(Kind::AwardEdition, self.edition)?,
            category: ids(Kind::AwardCategory, self.category)?,
            unit: ids(Kind::Unit, self.unit)?,
            province: ids(Kind::Unit, self.province)?,
            status: statuses.map(|statuses| statuses.into_iter().map(Into::into).collect()),
        })
    }
}

#[derive(Default)]
pub struct AwardEntryQuery;

#[Object]
impl AwardEntryQuery {
    /// The entries for awards you may see, those made last first: those of your unit and beneath it, those you entered, those for
    /// awards your unit gives, and those you judge.
    async fn award_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AwardEntryFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<AwardEntryConnection> {
        const LIST: &str = "award-entries";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Uuid>(LIST)?;
        let page = query::page(session.services.db.reader(), &session.actor, &filter, &window).await?;
        let page = page.map(|row| (cursor(LIST, &row.id), AwardEntry::from(row)));
        Ok(AwardEntryConnection::new(page, CountedEntries(filter)))
    }
}
