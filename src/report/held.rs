//! How long each side held a report: pure, of its history and its way.
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    enums::{ReportStatus, Tier},
    transition,
};
use uuid::Uuid;

use super::workflow::{Place, Way, next};

/// Whose it was to do the next thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The unit whose report it is: to write, to correct, or to hand over.
    Author,
    /// An endorsing unit between.
    Tier,
    Ri,
    /// Nobody's: it was decided, or given up.
    Nobody,
}

impl Side {
    pub const ALL: [Self; 4] = [Self::Author, Self::Tier, Self::Ri, Self::Nobody];
}

/// A time for which one side held a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub side: Side,
    /// None where it is nobody's.
    pub unit: Option<Uuid>,
    pub since: DateTime<Utc>,
    /// None: still.
    pub until: Option<DateTime<Utc>>,
}

impl Span {
    /// How long it lasted, or has lasted by now.
    #[must_use]
    pub fn length(&self, now: DateTime<Utc>) -> TimeDelta {
        self.until.unwrap_or(now).max(self.since) - self.since
    }
}

/// The units that can hold a report, by today's tree.
pub struct Holders<'a> {
    pub author: Uuid,
    pub ri: Uuid,
    /// The desk of an endorsing tier.
    pub desk: &'a dyn Fn(Tier) -> Option<Uuid>,
}

/// The times for which each held a report, from its start on, without gap or overlap; what follows in the same hands is one.
#[must_use]
pub fn spans(history: &[transition::Model], way: &Way, holders: &Holders<'_>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut place = None;
    for step in history {
        let reached = reached(place, step, way);
        place = Some(reached);
        let (side, unit) = holders.of(reached);
        if let Some(last) = spans.last_mut() {
            if (last.side, last.unit) == (side, unit) {
                continue;
            }
            last.until = Some(step.at);
        }
        spans.push(Span {
            side,
            unit,
            since: step.at,
            until: None,
        });
    }
    spans
}

/// How long each side held it in all.
#[must_use]
pub fn sums(spans: &[Span], now: DateTime<Utc>) -> [(Side, TimeDelta); 4] {
    Side::ALL.map(|side| {
        let of_side = spans.iter().filter(|span| span.side == side);
        (side, of_side.map(|span| span.length(now)).sum())
    })
}

/// Where a step led. The history keeps the status; whose turn it was follows from the workflow.
fn reached(from: Option<Place>, step: &transition::Model, way: &Way) -> Place {
    let followed = from.and_then(|from| next(from, step.command, way).ok());
    followed
        .filter(|place| place.status == step.to_status)
        .unwrap_or_else(|| Place::at(step.to_status))
}

impl Holders<'_> {
    fn of(&self, place: Place) -> (Side, Option<Uuid>) {
        match place.status {
            ReportStatus::Draft | ReportStatus::Returned | ReportStatus::RevisionAsked | ReportStatus::Endorsed => {
                (Side::Author, Some(self.author))
            }
            ReportStatus::Submitted | ReportStatus::TierReview => {
                (Side::Tier, place.reviewing.and_then(|tier| (self.desk)(tier)))
            }
            ReportStatus::HandedOver | ReportStatus::Received | ReportStatus::ExpertReview => (Side::Ri, Some(self.ri)),
            ReportStatus::Accepted | ReportStatus::Evaluated | ReportStatus::Declined | ReportStatus::Abandoned => {
                (Side::Nobody, None)
            }
        }
    }
}
