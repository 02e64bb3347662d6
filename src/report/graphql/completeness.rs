//! How complete rounds are, as the API shows it.
use async_graphql::{Context, ID, Object, SimpleObject};

use super::{cycle::ReportCycle, obligation::ObligationCounts};
use crate::{
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        planned::{Listed, Planned, Told, object, part},
        scalars::Date,
    },
    report::owed::completeness::{self, Asked, MOST_ROUNDS},
    territory::graphql::{Tier, Unit},
};

/// What came through one unit.
#[derive(SimpleObject)]
pub struct UnitCompleteness {
    /// The unit.
    unit: Unit,
    /// What it and those beneath it owed.
    counts: ObligationCounts,
}

impl Planned for UnitCompleteness {
    fn told(field: &str) -> Option<Told<Self>> {
        match field {
            "unit" => Some(object(|through, _request| Ok(Some(through.unit.clone())))),
            "counts" => Some(part(|through: &Self| &through.counts)),
            _ => None,
        }
    }
}

/// What came in one round.
#[derive(SimpleObject)]
pub struct CycleCompleteness {
    /// The round.
    cycle: ReportCycle,
    /// What was owed in it.
    counts: ObligationCounts,
}

pub struct Completeness {
    counted: completeness::Completeness,
    tier: Option<Tier>,
}

/// How complete and how timely rounds are for a unit and those that were beneath it on the day each round is counted by. The
/// numbers may hold what you cannot open, because who opens a report is decided by the tree of today. Lateness is judged
/// as the unit asked about judges it: by the earlier moment where it, or one above it, has passed the round on.
#[Object]
impl Completeness {
    /// The unit asked about.
    async fn unit(&self) -> Unit {
        Unit(self.counted.unit)
    }

    /// The tier whose units alone are counted; null: all.
    async fn tier(&self) -> Option<Tier> {
        self.tier
    }

    /// All rounds and units together.
    async fn counts(&self) -> ObligationCounts {
        self.counted.total().into()
    }

    /// The same through each unit directly beneath, by name: for one round of RI its recapitulation by province. What the unit
    /// itself owes is in `counts` alone.
    async fn children(&self, ctx: &Context<'_>) -> async_graphql::Result<Listed<UnitCompleteness>> {
        let children = self.counted.children(&ctx.session()?.actor).into_iter();
        let child = children.map(|(unit, counts)| UnitCompleteness {
            unit: Unit(unit),
            counts: counts.into(),
        });
        Ok(child.collect::<Vec<_>>().into())
    }

    /// The same round by round, by due moment: the trend.
    async fn cycles(&self) -> Vec<CycleCompleteness> {
        let cycles = self.counted.by_cycle().into_iter();
        let cycle = cycles.map(|(cycle, counts)| CycleCompleteness {
            cycle: ReportCycle(cycle),
            counts: counts.into(),
        });
        cycle.collect()
    }
}

#[derive(Default)]
pub struct CompletenessQuery;

#[Object]
impl CompletenessQuery {
    /// How complete and how timely rounds are for a unit and those that were beneath it. Null where you may not read what the
    /// unit owes: that may the unit itself and those that stood above it on the day a round is counted by; and where you
    /// may not know of the round.
    #[expect(clippy::too_many_arguments, reason = "each narrows what is counted")]
    async fn completeness(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit's global id.")] unit: ID,
        #[graphql(desc = "Count units of this tier alone.")] tier: Option<Tier>,
        #[graphql(desc = "This round alone.")] cycle: Option<ID>,
        #[graphql(desc = "Rounds of this template, whatever its version.")] template: Option<ID>,
        #[graphql(desc = "Rounds whose period ends on this day or later.")] from: Option<Date>,
        #[graphql(desc = "Rounds whose period ends on this day or before.")] to: Option<Date>,
        #[graphql(desc = "Only so many of them, the latest due; 1 to 60. There may not be more than 60 in all.")]
        last: Option<i32>,
    ) -> Option<async_graphql::Result<Completeness>> {
        let asked = || {
            Ok::<_, Error>(Asked {
                unit: Kind::Unit.uuid(&unit)?,
                tier: tier.map(Into::into),
                cycle: Kind::ReportCycle.maybe(cycle.as_ref())?,
                template: Kind::ReportTemplate.maybe(template.as_ref())?,
                from: from.map(|day| day.0),
                to: to.map(|day| day.0),
                last: last.map(rounds).transpose()?,
            })
        };
        let found = match (ctx.session(), asked()) {
            (Ok(session), Ok(asked)) => completeness::completeness(session, &asked).await,
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        let found = found.map(|found| found.map(|counted| Completeness { counted, tier }));
        found.map_err(Into::into).transpose()
    }
}

fn rounds(last: i32) -> Result<usize, Error> {
    let rounds = usize::try_from(last)
        .ok()
        .filter(|rounds| (1..=MOST_ROUNDS).contains(rounds));
    rounds.ok_or_else(|| {
        Error::bad_input(
            format!("`last` terletak antara 1 dan {MOST_ROUNDS}."),
            format!("`last` lies between 1 and {MOST_ROUNDS}."),
        )
    })
}
