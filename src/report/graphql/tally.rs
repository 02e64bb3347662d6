//! What a cycle has brought, counted by the tree of its period.
use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::NaiveDate;
use uuid::Uuid;

use super::cycle::ReportCycle;
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::Date},
    report::{
        catalogue,
        tally::{self, Counts, Tally},
    },
    territory::graphql::Unit,
};

#[derive(Clone)]
pub struct ReportTally {
    counts: Arc<Counts>,
    cycle: Uuid,
    day: NaiveDate,
    unit: Uuid,
    tally: Tally,
}

impl ReportTally {
    fn of(&self, ctx: &Context<'_>, unit: Uuid) -> Result<Self, Error> {
        let history = &ctx.session()?.actor.directory.history;
        Ok(Self {
            unit,
            tally: tally::tally(&self.counts, history, unit, self.day),
            ..self.clone()
        })
    }
}

/// What a cycle has brought from a unit and from all that were beneath it in the cycle's period. Units that have moved since
/// count where they were: the numbers may hold reports that you cannot open, because access follows today's tree.
#[Object]
impl ReportTally {
    /// The unit.
    async fn unit(&self) -> Unit {
        Unit(self.unit)
    }

    /// The cycle.
    async fn cycle(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportCycle> {
        let cycle = catalogue::cycle(&ctx.request().services, self.cycle).await?;
        Ok(ReportCycle(cycle))
    }

    /// The day whose tree it is counted by: the `treeDate` of the cycle.
    async fn on(&self) -> Date {
        Date(self.day)
    }

    /// Reports that were submitted at least once, those given up left out.
    async fn submitted(&self) -> i64 {
        self.tally.submitted
    }

    /// Of these, the ones that are accepted.
    async fn accepted(&self) -> i64 {
        self.tally.accepted
    }

    /// Of these, the ones that are declined.
    async fn declined(&self) -> i64 {
        self.tally.declined
    }

    /// The same of each unit that was directly beneath on that day, by the name it had. Their sum and what came from the unit
    /// itself are the numbers above.
    async fn children(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReportTally>> {
        let history = &ctx.session()?.actor.directory.history;
        let children = tally::children(history, self.unit, self.day);
        let children = children.into_iter().map(|unit| self.of(ctx, unit));
        Ok(children.collect::<Result<_, _>>()?)
    }
}

#[derive(Default)]
pub struct ReportTallyQuery;

#[Object]
impl ReportTallyQuery {
    /// How many reports a cycle has brought from a unit and what was beneath it, by the tree of the period. Null when you may
    /// not read the reports that the unit submits: who may count is decided by today's tree, what is counted by that of
    /// the period.
    async fn report_tally(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cycle's global id.")] cycle: ID,
        #[graphql(desc = "The unit's global id.")] unit: ID,
    ) -> Option<async_graphql::Result<ReportTally>> {
        let found = match (Kind::ReportCycle.uuid(&cycle), Kind::Unit.uuid(&unit)) {
            (Ok(cycle), Ok(unit)) => found(ctx, cycle, unit).await,
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        found.map_err(Into::into).transpose()
    }
}

async fn found(ctx: &Context<'_>, cycle: Uuid, unit: Uuid) -> Result<Option<ReportTally>, Error> {
    let session = ctx.session()?;
    let catalogue = session.services.catalogue.load();
    let Some(cycle) = catalogue.cycle(cycle) else {
        return Ok(None);
    };
    let Some(counts) = tally::counts(session, cycle, unit).await? else {
        return Ok(None);
    };
    let day = cycle.tree_date;
    Ok(Some(ReportTally {
        tally: tally::tally(&counts, &session.actor.directory.history, unit, day),
        counts: Arc::new(counts),
        cycle: cycle.id,
        day,
        unit,
    }))
}
