//! How long each side held a report.
use async_graphql::{Enum, SimpleObject};
use chrono::TimeDelta;

use crate::{
    graphql::scalars::DateTime,
    report::held::{Side, Span, sums},
    territory::graphql::Unit,
};

/// Whose it is to do the next thing about a report.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Side")]
pub enum ReportSide {
    /// The unit whose report it is: to write, to correct, or to hand over.
    Author,
    /// An endorsing unit between.
    Tier,
    /// RI.
    Ri,
    /// Nobody: it was decided, or given up.
    Nobody,
}

/// A time for which one unit held a report.
#[derive(SimpleObject)]
pub struct ReportHolding {
    /// The unit, of an endorsing tier the one that stands there today; null where it was nobody's.
    unit: Option<Unit>,
    /// Which side it is on.
    side: ReportSide,
    /// From when on.
    since: DateTime,
    /// Until when; null while it still does.
    until: Option<DateTime>,
    /// How long it lasted, or has lasted by now, in whole seconds.
    seconds: i32,
}

/// How long one side held a report in all.
#[derive(SimpleObject)]
pub struct ReportHeldBy {
    /// The side.
    side: ReportSide,
    /// How long, in whole seconds.
    seconds: i32,
}

/// How long each side held a report.
#[derive(SimpleObject)]
pub struct ReportHeld {
    /// One time after the other, from its start until now, without a gap.
    holdings: Vec<ReportHolding>,
    /// How long each side held it in all.
    sums: Vec<ReportHeldBy>,
}

fn seconds(length: TimeDelta) -> i32 {
    i32::try_from(length.num_seconds()).unwrap_or(i32::MAX)
}

impl ReportHeld {
    pub(super) fn new(spans: &[Span], now: chrono::DateTime<chrono::Utc>) -> Self {
        let holding = |span: &Span| ReportHolding {
            unit: span.unit.map(Unit),
            side: span.side.into(),
            since: DateTime(span.since),
            until: span.until.map(DateTime),
            seconds: seconds(span.length(now)),
        };
        let sum = |(side, length): (Side, TimeDelta)| ReportHeldBy {
            side: side.into(),
            seconds: seconds(length),
        };
        Self {
            holdings: spans.iter().map(holding).collect(),
            sums: sums(spans, now).into_iter().map(sum).collect(),
        }
    }
}
