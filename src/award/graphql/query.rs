//! Reading editions of awards in the API.
use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::{types::AwardEdition, words::AwardEditionStatus};
use crate::{
    award::query::{self, Filter},
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
    AwardEditionConnection,
    AwardEditionEdge,
    AwardEdition,
    CountedEditions,
    "editions of awards"
);

/// How many editions a filter finds, counted when asked for.
pub struct CountedEditions(Filter);

impl CountedEditions {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Chooses by where an edition stands.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardEditionStatusFilter {
    /// Exactly this one.
    eq: Option<AwardEditionStatus>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<AwardEditionStatus>>,
}

/// Which editions are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardEditionFilter {
    /// Given by these units.
    issuer: Option<IdFilter>,
    /// By where they stand.
    status: Option<AwardEditionStatusFilter>,
}

impl AwardEditionFilter {
    fn resolve(self) -> Result<Filter, Error> {
        let AwardEditionStatusFilter { eq, any } = self.status.unwrap_or_default();
        let statuses = either(eq, any)?;
        Ok(Filter {
            issuer: ids(Kind::Unit, self.issuer)?,
            status: statuses.map(|statuses| statuses.into_iter().map(Into::into).collect()),
        })
    }
}

#[derive(Default)]
pub struct AwardEditionQuery;

#[Object]
impl AwardEditionQuery {
    /// An edition of awards, by id; null when there is none that you may see.
    async fn award_edition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The edition's global id.")] id: ID,
    ) -> Option<async_graphql::Result<AwardEdition>> {
        let id = match ctx.session().and_then(|_session| Kind::AwardEdition.uuid(&id)) {
            Ok(id) => id,
            Err(error) => return Some(Err(error.into())),
        };
        AwardEdition::visible(ctx, id).await
    }

    /// The editions of awards you may see, those made last first.
    async fn award_editions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AwardEditionFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<AwardEditionConnection> {
        const LIST: &str = "award-editions";
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
        let page = page.map(|row| (cursor(LIST, &row.id), AwardEdition::from(row)));
        Ok(AwardEditionConnection::new(page, CountedEditions(filter)))
    }
}
