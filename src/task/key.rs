//! The place of a task in the list: by the moment it is due, those without one last, then by what it is about.
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::kind::Kind;
use crate::clock::{day_in_jakarta, start_of_day_in};

/// Stays what it is as long as the task is there, whatever becomes of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    due: Due,
    /// The report, the obligation or the proposal.
    pub subject: Uuid,
    pub kind: Kind,
}

/// When something is due: microseconds, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Due(i64);

const NEVER: Due = Due(i64::MAX);

/// The last day there is, for what is not due on any.
pub(super) const NO_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

impl Key {
    #[must_use]
    pub fn new(kind: Kind, due: Option<DateTime<Utc>>, subject: Uuid) -> Self {
        let due = due.map_or(NEVER, |due| Due(due.timestamp_micros()));
        Self { due, subject, kind }
    }

    /// When it is due; None: nobody said.
    #[must_use]
    pub fn due(&self) -> Option<DateTime<Utc>> {
        (self.due != NEVER)
            .then(|| DateTime::from_timestamp_micros(self.due.0))
            .flatten()
    }

    /// The last day that is over by then, and whether it is over just then.
    pub(super) fn day(&self) -> (NaiveDate, bool) {
        let Some(due) = self.due() else { return (NO_DAY, true) };
        let day = over_by(due);
        (day, end_of(day) == Some(due))
    }
}

/// The last day that is over by a moment.
pub(super) fn over_by(moment: DateTime<Utc>) -> NaiveDate {
    day_in_jakarta(moment).pred_opt().unwrap_or(NaiveDate::MIN)
}

/// When something is due that is due on a day: as the day ends in Jakarta.
pub(super) fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    let next = (day < NO_DAY).then(|| day.checked_add_days(Days::new(1))).flatten();
    next.map(|next| start_of_day_in("Asia/Jakarta", next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_due_comes_last() {
        let key = |due, subject| Key::new(Kind::ReportToTake, due, Uuid::from_u128(subject));
        let far = DateTime::from_timestamp(4_000_000_000, 0);
        assert!(key(far, 2) < key(None, 1) && key(None, 1) < key(None, 2));
        assert_eq!(key(None, 1).due(), None);
        assert_eq!(key(far, 1).due(), far);
    }

    #[test]
    fn a_day_is_over_when_the_next_begins_in_jakarta() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 31).expect("a day");
        let over = end_of(day).expect("a moment");
        assert_eq!(over.to_rfc3339(), "2026-01-31T17:00:00+00:00");
        let key = |due| Key::new(Kind::ReportToCorrect, Some(due), Uuid::nil());
        assert_eq!(key(over).day(), (day, true));
        let later = over + chrono::Duration::microseconds(1);
        assert_eq!(key(later).day(), (day, false));
        let earlier = over - chrono::Duration::microseconds(1);
        assert_eq!(key(earlier).day(), (day.pred_opt().expect("a day"), false));
        assert_eq!(end_of(NO_DAY), None);
    }
}
