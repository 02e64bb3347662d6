//! Reading rubrics.
use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::types::{Rubric, RubricStatus};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor, either},
    },
    review::rubric::query::{self, Filter},
    territory::graphql::ids,
};

connection!(RubricConnection, RubricEdge, Rubric, Counted, "rubrics");

/// How many rubrics a filter finds, counted when asked for.
pub struct Counted(Filter);

impl Counted {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Chooses by where versions stand.
#[derive(InputObject, Clone, Debug, Default)]
pub struct RubricStatusFilter {
    /// Exactly this one.
    eq: Option<RubricStatus>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<RubricStatus>>,
}

/// Which versions are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct RubricFilter {
    /// The versions of the rubric with this code.
    code: Option<String>,
    /// By where they stand.
    status: Option<RubricStatusFilter>,
    /// By the unit whose rubrics they are.
    owner: Option<IdFilter>,
}

impl RubricFilter {
    fn resolve(self) -> Result<Filter, Error> {
        let RubricStatusFilter { eq, any } = self.status.unwrap_or_default();
        Ok(Filter {
            code: self.code,
            status: either(eq, any)?.map(|statuses| statuses.into_iter().map(Into::into).collect()),
            owner: ids(Kind::Unit, self.owner)?,
        })
    }
}

#[derive(Default)]
pub struct RubricQuery;

#[Object]
impl RubricQuery {
    /// A version of a rubric; null when there is none that you may see.
    async fn rubric(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the version.")] id: ID,
    ) -> Option<async_graphql::Result<Rubric>> {
        let session = match ctx.session() {
            Ok(session) => session,
            Err(error) => return Some(Err(error.into())),
        };
        let found = match Kind::Rubric.uuid(&id) {
            Ok(id) => query::visible(session.services.db.reader(), &session.actor, id).await,
            Err(error) => Err(error),
        };
        let found = found.map_err(Into::into).transpose()?;
        Some(found.map(Rubric))
    }

    /// What works can be judged by, and what is being prepared: every version that you may see, the newest first.
    async fn rubrics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<RubricFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RubricConnection> {
        let list = "rubrics";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Uuid>(list)?;
        let page = query::page(session.services.db.reader(), &session.actor, &filter, &window).await?;
        let page = page.map(|row| (cursor(list, &row.id), Rubric(row)));
        Ok(RubricConnection::new(page, Counted(filter)))
    }
}
