//! Reminders: a week and a day before something is awaited, and on the day after; and then, once, how many of those beneath
//! it have not sent, to each unit above. What was reminded of is written in the transaction that publishes it, under the lock
//! of one pulse, so that of two processes one reminds, and one that is killed has reminded or has not.
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::{cycle, enums::ReminderStage, obligation, reminder, reminder_summary};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::query::{self, Missing};
use crate::{
    clock::{day_in, start_of_day_in},
    command::{self, Changes},
    db::insert_all,
    error::Error,
    feed::{self, Event},
    reminder::hold_pulse,
    services::Services,
};

/// Something is due within a week.
pub const DUE_SOON: &str = "obligation.due_soon";
/// Something is overdue since yesterday.
pub const OVERDUE: &str = "obligation.overdue";
/// Some beneath a unit have not sent.
pub const MISSING: &str = "report_cycle.missing";

/// How many are reminded in one transaction.
const BATCH: u64 = 500;

/// For how many days it is still worth telling that something became overdue, if nobody was there to tell it in time.
const STILL_NEWS_DAYS: u64 = 7;

const STAGES: [ReminderStage; 3] = [ReminderStage::Week, ReminderStage::Day, ReminderStage::Overdue];

/// The moments at which what is awaited is in a stage now: from the first, before the second. They are days of the zone in
/// which the round was stated.
#[must_use]
pub fn span(stage: ReminderStage, zone: &str, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let today = day_in(zone, now);
    let start = |day: NaiveDate| start_of_day_in(zone, day);
    let later = |days| start(today.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX));
    match stage {
        // From the seventh day before on; whoever was not there on that day is reminded on one of the next.
        ReminderStage::Week => (later(2), later(8)),
        ReminderStage::Day => (now, later(2)),
        ReminderStage::Overdue => {
            let first = today
                .checked_sub_days(Days::new(STILL_NEWS_DAYS))
                .unwrap_or(NaiveDate::MIN);
            (start(first), start(today))
        }
    }
}

/// Reminds of everything there is to remind of now, and tells how many reminders there were.
///
/// # Errors
/// The database's; what was reminded before stays so.
pub async fn remind(services: &Arc<Services>) -> Result<usize, Error> {
    let mut reminded = 0;
    while next(services.db.reader(), services).await?.is_some() {
        let write = command::begin_unsigned(services, Changes::Records).await?;
        let connection = write.connection();
        hold_pulse(connection).await?;
        let Some(due) = next(connection, services).await? else {
            break;
        };
        reminded += publish(connection, due, write.now).await?;
        write.commit().await?;
    }
    Ok(reminded)
}

/// What is to be told next.
enum Due {
    Reminders(ReminderStage, Vec<obligation::Model>),
    Summaries(Arc<cycle::Model>, Vec<Missing>),
}

async fn next(connection: &impl ConnectionTrait, services: &Services) -> Result<Option<Due>, Error> {
    let now = services.clock.now();
    let catalogue = services.catalogue.load();
    for cycle in catalogue.cycles() {
        if now < cycle.opens_at || cycle.closed_at.is_some_and(|closed| closed <= now) {
            continue;
        }
        for stage in STAGES {
            let span = span(stage, &cycle.time_zone, now);
            let rows = query::to_remind(connection, cycle.id, stage, span, BATCH).await?;
            if !rows.is_empty() {
                return Ok(Some(Due::Reminders(stage, rows)));
            }
        }
        let span = span(ReminderStage::Overdue, &cycle.time_zone, now);
        let missing = query::to_summarise(connection, cycle.id, span).await?;
        if !missing.is_empty() {
            return Ok(Some(Due::Summaries(Arc::clone(cycle), missing)));
        }
    }
    Ok(None)
}

async fn publish(connection: &impl ConnectionTrait, due: Due, now: DateTime<Utc>) -> Result<usize, Error> {
    let events: Vec<Event> = match due {
        Due::Reminders(stage, rows) => {
            let marks = rows.iter().map(|row| mark(row, stage, now)).collect();
            insert_all(connection, marks).await?;
            rows.iter().map(|row| reminding(row, stage)).collect()
        }
        Due::Summaries(cycle, missing) => {
            let mark = |missing: &Missing| reminder_summary::Model {
                cycle_id: cycle.id,
                unit_id: missing.unit,
                at: now,
            };
            insert_all(connection, missing.iter().map(mark).collect()).await?;
            missing.iter().map(|missing| summing_up(&cycle, missing)).collect()
        }
    };
    let told = events.len();
    feed::publish_all(connection, events, now).await?;
    Ok(told)
}

/// By when it is awaited: before it is due by the due moment, afterwards by the one until which it was in time.
fn awaited_at(row: &obligation::Model, stage: ReminderStage) -> DateTime<Utc> {
    row.passed_due_at.unwrap_or(match stage {
        ReminderStage::Week | ReminderStage::Day => row.due_at,
        ReminderStage::Overdue => row.on_time_until,
    })
}

fn mark(row: &obligation::Model, stage: ReminderStage, now: DateTime<Utc>) -> reminder::Model {
    reminder::Model {
        obligation_id: row.id,
        stage,
        awaited_at: awaited_at(row, stage),
        at: now,
    }
}

fn reminding(row: &obligation::Model, stage: ReminderStage) -> Event {
    Event {
        kind: match stage {
            ReminderStage::Week | ReminderStage::Day => DUE_SOON,
            ReminderStage::Overdue => OVERDUE,
        },
        subject_type: "obligation",
        subject: row.id,
        unit: row.unit_id,
        payload: json!({
            "obligation": row.id,
            "cycle": row.cycle_id,
            "unit": row.unit_id,
            "stage": stage,
            "awaitedAt": awaited_at(row, stage),
        }),
    }
}

fn summing_up(cycle: &cycle::Model, missing: &Missing) -> Event {
    Event {
        kind: MISSING,
        subject_type: "report_cycle",
        subject: cycle.id,
        unit: missing.unit,
        payload: json!({
            "cycle": cycle.id,
            "unit": missing.unit,
            "missing": missing.missing,
            "asked": missing.asked,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).expect("a moment").to_utc()
    }

    #[test]
    fn each_stage_has_its_days_in_the_zone_of_the_round() {
        let due = moment("2025-01-31T23:59:59+09:00");
        let stages = |now: &str| -> Vec<ReminderStage> {
            let now = moment(now);
            let within = |stage: &ReminderStage| {
                let (from, before) = span(*stage, "Asia/Jayapura", now);
                from <= due && due < before
            };
            STAGES.into_iter().filter(within).collect()
        };
        assert_eq!(stages("2025-01-23T23:59:59+09:00"), []);
        assert_eq!(stages("2025-01-24T00:00:00+09:00"), [ReminderStage::Week]);
        assert_eq!(stages("2025-01-29T23:59:59+09:00"), [ReminderStage::Week]);
        assert_eq!(stages("2025-01-30T00:00:00+09:00"), [ReminderStage::Day]);
        assert_eq!(stages("2025-01-31T23:59:59+09:00"), [ReminderStage::Day]);
        assert_eq!(stages("2025-02-01T00:00:00+09:00"), [ReminderStage::Overdue]);
        assert_eq!(stages("2025-02-07T23:59:59+09:00"), [ReminderStage::Overdue]);
        assert_eq!(stages("2025-02-08T00:00:00+09:00"), []);
    }
}
