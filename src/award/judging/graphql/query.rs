//! Reading juries and one's own scorings in the API.
use async_graphql::{Context, InputObject, Object};
use uuid::Uuid;

use super::{
    types::{AwardPanel, AwardScoring},
    words::{AwardPanelStatus, AwardRound, AwardScoringState},
};
use crate::{
    award::judging::query::{self, Filter, ScoringFilter},
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
    AwardPanelConnection,
    AwardPanelEdge,
    AwardPanel,
    CountedPanels,
    "juries"
);

/// How many juries a filter finds, counted when asked for.
pub struct CountedPanels(Filter);

impl CountedPanels {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

connection!(
    AwardScoringConnection,
    AwardScoringEdge,
    AwardScoring,
    CountedScorings,
    "your scorings"
);

/// How many scorings a filter finds, counted when asked for.
pub struct CountedScorings(ScoringFilter);

impl CountedScorings {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::scoring_count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Which juries are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardPanelFilter {
    /// Of these editions.
    edition: Option<IdFilter>,
    /// Of these categories.
    category: Option<IdFilter>,
    /// Of these units.
    unit: Option<IdFilter>,
    /// Of this round.
    round: Option<AwardRound>,
    /// Of this status.
    status: Option<AwardPanelStatus>,
}

impl AwardPanelFilter {
    fn resolve(self) -> Result<Filter, Error> {
        Ok(Filter {
            edition: ids(Kind::AwardEdition, self.edition)?,
            category: ids(Kind::AwardCategory, self.category)?,
            unit: ids(Kind::Unit, self.unit)?,
            round: self.round.map(Into::into),
            status: self.status.map(Into::into),
        })
    }
}

/// Chooses by how far you are.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardScoringStateFilter {
    /// Exactly this one.
    eq: Option<AwardScoringState>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<AwardScoringState>>,
}

/// Which of your scorings are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardScoringFilter {
    /// In these juries.
    panel: Option<IdFilter>,
    /// By how far you are.
    state: Option<AwardScoringStateFilter>,
}

impl AwardScoringFilter {
    fn resolve(self) -> Result<ScoringFilter, Error> {
        let AwardScoringStateFilter { eq, any } = self.state.unwrap_or_default();
        let states = either(eq, any)?;
        Ok(ScoringFilter {
            panel: ids(Kind::AwardPanel, self.panel)?,
            state: states.map(|states| states.into_iter().flat_map(AwardScoringState::kept).collect()),
        })
    }
}

#[derive(Default)]
pub struct AwardJudgingQuery;

#[Object]
impl AwardJudgingQuery {
    /// The juries you may know of, those opened last first: those of your unit, of editions of your unit, and those you judge in.
    async fn award_panels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AwardPanelFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<AwardPanelConnection> {
        const LIST: &str = "award-panels";
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
        let page = page.map(|row| (cursor(LIST, &row.id), AwardPanel(row)));
        Ok(AwardPanelConnection::new(page, CountedPanels(filter)))
    }

    /// What you judge as a juror, assigned last first: each of the entries before your juries but those you have a conflict of
    /// interest with.
    async fn award_scorings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AwardScoringFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<AwardScoringConnection> {
        const LIST: &str = "award-scorings";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Uuid>(LIST)?;
        let page = query::scoring_page(session.services.db.reader(), &session.actor, &filter, &window).await?;
        let page = page.map(|row| (cursor(LIST, &row.id), AwardScoring(row)));
        Ok(AwardScoringConnection::new(page, CountedScorings(filter)))
    }
}
