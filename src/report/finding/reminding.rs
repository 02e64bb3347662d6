//! Reminds of findings whose answer is due: three days before, or on one of the days that are left, once. The mark is
//! written in the transaction that publishes it, under the lock of the pulse of reminders.
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::{finding, report};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{DUE_SOON, event, query};
use crate::{
    clock::day_in_jakarta,
    command::{self, Changes},
    error::Error,
    feed::{self, Event},
    reminder::hold_pulse,
    services::Services,
};

/// How many days before it is due an answer is reminded of.
const DAYS_BEFORE: u64 = 3;

/// How many are reminded of in one transaction.
const BATCH: u64 = 500;

/// Reminds of everything there is to remind of now, and tells how many findings that were.
///
/// # Errors
/// The database's; what was reminded of before stays so.
pub async fn remind(services: &Arc<Services>) -> Result<usize, Error> {
    let span = span(day_in_jakarta(services.clock.now()));
    let mut reminded = 0;
    while !query::due(services.db.reader(), span, 1).await?.is_empty() {
        let write = command::begin_unsigned(services, Changes::Records).await?;
        let connection = write.connection();
        hold_pulse(connection).await?;
        let due = query::due(connection, span, BATCH).await?;
        if due.is_empty() {
            break;
        }
        mark(connection, &due, write.now).await?;
        feed::publish_all(connection, events(&due), write.now).await?;
        write.commit().await?;
        reminded += due.len();
    }
    Ok(reminded)
}

/// The days on which what is reminded of today is due.
fn span(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let last = today.checked_add_days(Days::new(DAYS_BEFORE));
    (today, last.unwrap_or(NaiveDate::MAX))
}

async fn mark(
    connection: &impl ConnectionTrait,
    due: &[(finding::Model, report::Model)],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = due.iter().map(|(finding, _report)| finding.id).collect();
    finding::Entity::update_many()
        .col_expr(finding::Column::RemindedAt, Expr::value(now))
        .filter(finding::Column::Id.is_in(ids))
        .exec(connection)
        .await?;
    Ok(())
}

/// One for every report; they come in the order of the reports.
fn events(due: &[(finding::Model, report::Model)]) -> Vec<Event> {
    let by_report = due.chunk_by(|(_one, left), (_other, right)| left.id == right.id);
    let told = by_report.filter_map(|of_one| {
        let (_finding, report) = of_one.first()?;
        let findings = of_one.iter().map(|(finding, _report)| finding);
        Some(event(DUE_SOON, report, None, findings))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::{NaiveDate, span};

    #[test]
    fn three_days_before_and_on_the_days_that_are_left() {
        let day = |day| NaiveDate::from_ymd_opt(2025, 1, day).expect("a day");
        assert_eq!(span(day(21)), (day(21), day(24)));
    }
}
