//! Sends what waits. A mail is claimed by moving its next attempt forward, sent outside any transaction, and deleted when
//! it was taken: a process that is killed in between sends it again, so a letter may arrive twice, but never not at all.
use chrono::{DateTime, Duration, Utc};
use entity::mail;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    Item, Letter, open, query,
    transport::{Transport, Undelivered},
};
use crate::{error::Error, identity::recovery, notice::copying, services::Services};

/// How many are sent side by side.
const BATCH: u64 = 8;

/// How long a sender keeps what it has claimed, minutes: longer than a letter may take.
const CLAIMED_MINUTES: i64 = 5;

/// The longest pause between two attempts, minutes.
const LONGEST_PAUSE_MINUTES: i64 = 6 * 60;

/// After how many hours a mail is given up.
const GIVEN_UP_HOURS: i64 = 72;

/// What became of an attempt.
enum Outcome {
    /// Taken by the server, or there was nothing to send: the mail is done with.
    Done,
    /// To be tried again.
    Failed,
    /// No attempt will help.
    Hopeless,
}

/// Sends the next of what is due, and tells how many were tried; 0: nothing is due.
///
/// # Errors
/// The database's; what was claimed is then tried again later.
pub async fn send_due(services: &Services, transport: &Transport) -> Result<usize, Error> {
    if !query::is_any_due(services.db.reader(), services.clock.now()).await? {
        return Ok(0);
    }
    let claimed = claim(services).await?;
    let attempts = claimed.iter().map(|mail| attempt(services, transport, mail));
    let outcomes = futures_util::future::join_all(attempts).await;
    for (mail, outcome) in claimed.iter().zip(outcomes) {
        settle(services, mail, outcome).await?;
    }
    Ok(claimed.len())
}

/// Takes what is due for this process alone, counted as attempted, so that one that kills its sender is not tried for ever.
async fn claim(services: &Services) -> Result<Vec<mail::Model>, Error> {
    let now = services.clock.now();
    let transaction = services.db.begin().await?;
    let due = query::due_and_locked(transaction.connection(), now, BATCH).await?;
    mail::Entity::update_many()
        .col_expr(mail::Column::Attempts, Expr::cust("attempts + 1"))
        .col_expr(
            mail::Column::NextAttemptAt,
            Expr::value(now + Duration::minutes(CLAIMED_MINUTES)),
        )
        .filter(mail::Column::Id.is_in(due.iter().map(|mail| mail.id)))
        .exec(transaction.connection())
        .await?;
    transaction.commit().await?;
    let counted = due.into_iter().map(|mail| mail::Model {
        attempts: mail.attempts + 1,
        ..mail
    });
    Ok(counted.collect())
}

async fn attempt(services: &Services, transport: &Transport, mail: &mail::Model) -> Outcome {
    let letter = match letter(services, mail).await {
        Ok(Found::Letter(letter)) => letter,
        Ok(Found::Nothing) => return Outcome::Done,
        Ok(Found::Late) => return Outcome::Hopeless,
        Err(error) => {
            tracing::warn!(mail = %mail.id, ?error, "an e-mail could not be written");
            return Outcome::Failed;
        }
    };
    match transport.send(&letter).await {
        Ok(()) => Outcome::Done,
        Err(why) => {
            tracing::warn!(mail = %mail.id, attempts = mail.attempts, ?why, "an e-mail could not be sent");
            match why {
                Undelivered::Unwritable => Outcome::Hopeless,
                Undelivered::Unreachable | Undelivered::Refused(_) => Outcome::Failed,
            }
        }
    }
}

/// What is to be sent.
enum Found {
    Letter(Letter),
    /// There is nothing to be said to anybody.
    Nothing,
    /// It is of no use any more.
    Late,
}

impl From<Option<Letter>> for Found {
    fn from(letter: Option<Letter>) -> Self {
        letter.map_or(Self::Nothing, Self::Letter)
    }
}

async fn letter(services: &Services, mail: &mail::Model) -> Result<Found, Error> {
    match open(&services.identity.vault, mail)? {
        Item::Letter(letter) => Ok(Found::Letter(letter)),
        Item::Perishable { letter: _, until } if until <= services.clock.now() => Ok(Found::Late),
        Item::Perishable { letter, until: _ } => Ok(Found::Letter(letter)),
        Item::PasswordReset { email } => Ok(recovery::letter_for(services, mail, &email).await?.into()),
        Item::Notice { notice } => match mail.account_id {
            Some(account) => Ok(copying::letter_for(services, account, notice).await?.into()),
            None => Ok(Found::Nothing),
        },
    }
}

/// Deletes what is done with, and puts off what is to be tried again.
async fn settle(services: &Services, mail: &mail::Model, outcome: Outcome) -> Result<(), Error> {
    let again = match outcome {
        Outcome::Failed => next_attempt(mail, services.clock.now()),
        Outcome::Done | Outcome::Hopeless => None,
    };
    let transaction = services.db.begin().await?;
    if let Some(at) = again {
        mail::Entity::update_many()
            .col_expr(mail::Column::NextAttemptAt, Expr::value(at))
            .filter(mail::Column::Id.eq(mail.id))
            .exec(transaction.connection())
            .await?;
    } else {
        mail::Entity::delete_by_id(mail.id)
            .exec(transaction.connection())
            .await?;
    }
    transaction.commit().await?;
    if again.is_none() && !matches!(outcome, Outcome::Done) {
        tracing::error!(mail = %mail.id, attempts = mail.attempts, "an e-mail was given up");
    }
    Ok(())
}

/// After 1, 2, 4, … minutes and at most six hours; None once the mail is three days old.
fn next_attempt(mail: &mail::Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let doublings = u32::try_from(mail.attempts - 1).unwrap_or(0);
    let minutes = 1_i64.checked_shl(doublings.min(62)).unwrap_or(LONGEST_PAUSE_MINUTES);
    let next = now + Duration::minutes(minutes.min(LONGEST_PAUSE_MINUTES));
    (now < mail.created_at + Duration::hours(GIVEN_UP_HOURS)).then_some(next)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn pauses_double_up_to_six_hours_until_it_is_given_up() {
        let written = DateTime::from_timestamp(1_737_000_000, 0).expect("a moment");
        let mail = |attempts| mail::Model {
            id: Uuid::nil(),
            content: Vec::new(),
            account_id: None,
            created_at: written,
            attempts,
            next_attempt_at: written,
        };
        let pause = |attempts, now: DateTime<Utc>| Some((next_attempt(&mail(attempts), now)? - now).num_minutes());
        let first: Vec<_> = (1..=10).map(|attempts| pause(attempts, written)).collect();
        let expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360].map(Some);
        assert_eq!(first, expected);
        assert_eq!(pause(i32::MAX, written), Some(360));
        assert_eq!(pause(3, written + Duration::hours(72) - Duration::seconds(1)), Some(4));
        assert_eq!(pause(3, written + Duration::hours(72)), None);
    }
}
