//! Counting by the tree of the period: a report counts for the units that stood above its unit on the day of its cycle,
//! whoever may open it today.
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{cycle, enums::ReportStatus};
use uuid::Uuid;

use super::query;
use crate::{
    authz::{
        Decision,
        policy::report::{Action, Relations, State, decide},
    },
    error::Error,
    session::{Actor, Session},
    territory::history::{History, Life},
};

/// How many reports of each unit have come so far, once submitted.
pub type Counts = HashMap<Uuid, Vec<(ReportStatus, i64)>>;

/// What a cycle has brought from a unit and those beneath it on the day of the cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Reports that were submitted at least once, those given up left out.
    pub submitted: i64,
    pub accepted: i64,
    pub declined: i64,
}

impl Tally {
    fn add(&mut self, status: ReportStatus, count: i64) {
        match status {
            // Given up: as if it had not come.
            ReportStatus::Abandoned => {}
            ReportStatus::Accepted => {
                self.submitted += count;
                self.accepted += count;
            }
            ReportStatus::Declined => {
                self.submitted += count;
                self.declined += count;
            }
            ReportStatus::Draft
            | ReportStatus::Submitted
            | ReportStatus::TierReview
            | ReportStatus::Returned
            | ReportStatus::Endorsed
            | ReportStatus::HandedOver
            | ReportStatus::Received => self.submitted += count,
        }
    }
}

/// What came from a unit and those that were beneath it on a day.
#[must_use]
pub fn tally(counts: &Counts, history: &History, unit: Uuid, day: NaiveDate) -> Tally {
    let mut tally = Tally::default();
    let own = history.life(unit).filter(|life| life.exists_on(day));
    let beneath = history.descendants_on(unit, day);
    for life in own.into_iter().chain(beneath) {
        for (status, count) in counts.get(&life.id).into_iter().flatten() {
            tally.add(*status, *count);
        }
    }
    tally
}

/// The units directly beneath one on a day, by the name they had.
#[must_use]
pub fn children(history: &History, unit: Uuid, day: NaiveDate) -> Vec<Uuid> {
    let mut children: Vec<&Life> = history.children_on(unit, day).collect();
    children.sort_by_key(|life| (life.name_on(day), life.id));
    children.into_iter().map(|life| life.id).collect()
}

/// What a cycle has brought, unit by unit; None for who may not read the submitted reports of the unit that is asked about,
/// which is who may count what was beneath it.
///
/// # Errors
/// The database's.
pub async fn counts(session: &Session, cycle: &cycle::Model, unit: Uuid) -> Result<Option<Counts>, Error> {
    if !may_count(&session.actor, unit) {
        return Ok(None);
    }
    let counted = query::counts_by_unit(session.services.db.reader(), cycle.id).await?;
    let mut counts = Counts::new();
    for (unit, status, count) in counted {
        counts.entry(unit).or_default().push((status, count));
    }
    Ok(Some(counts))
}

/// Whether any seat of the actor may read what is submitted by a unit. Everybody reads by the tree in force; only the
/// numbers are those of the period.
fn may_count(actor: &Actor, unit: Uuid) -> bool {
    let state = State {
        status: ReportStatus::Submitted,
        submitted: true,
    };
    let mut seats = actor.seats.iter();
    seats.any(|seat| {
        let standing = actor.standing(seat, unit);
        decide(seat.function, Action::Read, standing, Relations::default(), state) == Decision::Allowed
    })
}
