//! Reminds experts of reports they are to score: three days before the day, or on one of the days that are left, and once it
//! is over; then it is also told who has not even answered. What was told is written in the transaction that publishes it,
//! under the lock of the pulse of reminders.
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use entity::{
    enums::{AssignmentState, ReviewReminderStage},
    review_assignment, review_reminder,
};
use serde_json::json;

use super::query;
use crate::{
    clock::day_in_jakarta,
    command::{self, Changes},
    db::insert_all,
    error::Error,
    feed::{self, Event},
    reminder::hold_pulse,
    review::assignment::{DUE_SOON, OVERDUE, SILENT},
    services::Services,
};

/// How many days before it is due a sheet is reminded of.
const DAYS_BEFORE: u64 = 3;

/// How many are reminded of in one transaction.
const BATCH: u64 = 500;

/// Reminds of everything there is to remind of now, and tells how many reviews that were.
///
/// # Errors
/// The database's; what was reminded of before stays so.
pub async fn remind(services: &Arc<Services>) -> Result<usize, Error> {
    let today = day_in_jakarta(services.clock.now());
    let mut reminded = 0;
    for stage in [ReviewReminderStage::Soon, ReviewReminderStage::Overdue] {
        while !query::to_remind(services.db.reader(), (stage, today), 1)
            .await?
            .is_empty()
        {
            let write = command::begin_unsigned(services, Changes::Records).await?;
            let connection = write.connection();
            hold_pulse(connection).await?;
            let due = query::to_remind(connection, (stage, today), BATCH).await?;
            if due.is_empty() {
                break;
            }
            let mark = |row: &review_assignment::Model| review_reminder::Model {
                assignment_id: row.id,
                stage,
                at: write.now,
            };
            insert_all(connection, due.iter().map(mark).collect()).await?;
            let events = due.iter().flat_map(|row| events(row, stage)).collect();
            feed::publish_all(connection, events, write.now).await?;
            write.commit().await?;
            reminded += due.len();
        }
    }
    Ok(reminded)
}

/// The last day on which what is reminded of as due soon is due.
pub(super) fn last_day(today: NaiveDate) -> NaiveDate {
    let last = today.checked_add_days(Days::new(DAYS_BEFORE));
    last.unwrap_or(NaiveDate::MAX)
}

fn events(row: &review_assignment::Model, stage: ReviewReminderStage) -> Vec<Event> {
    let event = |kind| Event {
        kind,
        subject_type: "report",
        subject: row.subject_id,
        unit: row.unit_id,
        payload: json!({
            "assignment": row.id,
            "reviewer": row.account_id,
            "state": row.state,
            "dueOn": row.due_on,
            "by": null,
        }),
    };
    match stage {
        ReviewReminderStage::Soon => vec![event(DUE_SOON)],
        ReviewReminderStage::Overdue if row.state == AssignmentState::Assigned => vec![event(OVERDUE), event(SILENT)],
        ReviewReminderStage::Overdue => vec![event(OVERDUE)],
    }
}
