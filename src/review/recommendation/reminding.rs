//! Reminds of recommendations whose answer is due: seven days before, or on one of the days that are left, once. The mark is
//! written in the transaction that publishes it, under the lock of the pulse of reminders.
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use entity::recommendation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use super::{DUE_SOON, query};
use crate::{
    clock::day_in_jakarta,
    command::{self, Changes},
    error::Error,
    feed::{self, Event},
    reminder::hold_pulse,
    services::Services,
};

/// How many days before it is due an answer is reminded of: it takes a unit longer than an answer to a finding.
const DAYS_BEFORE: u64 = 7;

/// How many are reminded of in one transaction.
const BATCH: u64 = 500;

/// Reminds of everything there is to remind of now, and tells how many that were.
///
/// # Errors
/// The database's; what was reminded of before stays so.
pub async fn remind(services: &Arc<Services>) -> Result<usize, Error> {
    let today = day_in_jakarta(services.clock.now());
    let span = (
        today,
        today.checked_add_days(Days::new(DAYS_BEFORE)).unwrap_or(NaiveDate::MAX),
    );
    let mut reminded = 0;
    while !query::due(services.db.reader(), span, 1).await?.is_empty() {
        let write = command::begin_unsigned(services, Changes::Records).await?;
        let connection = write.connection();
        hold_pulse(connection).await?;
        let due = query::due(connection, span, BATCH).await?;
        if due.is_empty() {
            break;
        }
        let ids: Vec<Uuid> = due.iter().map(|row| row.id).collect();
        recommendation::Entity::update_many()
            .col_expr(recommendation::Column::RemindedAt, Expr::value(write.now))
            .filter(recommendation::Column::Id.is_in(ids))
            .exec(connection)
            .await?;
        feed::publish_all(connection, due.iter().map(event).collect(), write.now).await?;
        write.commit().await?;
        reminded += due.len();
    }
    Ok(reminded)
}

fn event(row: &recommendation::Model) -> Event {
    Event {
        kind: DUE_SOON,
        subject_type: "recommendation",
        subject: row.id,
        unit: row.unit_id,
        payload: json!({ "state": row.state, "dueOn": row.due_on, "issuer": row.issuer_id }),
    }
}
