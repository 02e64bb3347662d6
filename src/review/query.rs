//! The only door to the tables of the review. What is read for somebody's eyes is read within the policy; what a command is
//! decided on is read as it is.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope or serves a command that did"
)]
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    account, conflict,
    enums::{Function, ReviewSubjectType},
    portfolio_entry, review_assignment, review_portfolio,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::assignment::OVER;
use crate::{
    authz::{
        Decision,
        policy::review::{Action, Relations, decide},
    },
    db::newest_first,
    error::Error,
    page::{Page, Window},
    session::Actor,
};

/// Holds what is known of a person's conflicts until the transaction ends: who decides on it waits, and so does who adds to
/// it. Taken after the record and before what hangs on it.
///
/// # Errors
/// The database's.
pub async fn hold_conflicts(connection: &impl ConnectionTrait, person: Uuid) -> Result<(), Error> {
    hold(connection, &[person], true).await
}

/// As [`hold_conflicts`], for those who decide on them together.
///
/// # Errors
/// The database's.
pub async fn share_conflicts(connection: &impl ConnectionTrait, people: &[Uuid]) -> Result<(), Error> {
    hold(connection, people, false).await
}

async fn hold(connection: &impl ConnectionTrait, people: &[Uuid], alone: bool) -> Result<(), Error> {
    // On SQLite there is one writer.
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    let wanted = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::Id.is_in(people.iter().copied()))
        .order_by(account::Column::Id, Order::Asc);
    let wanted = if alone {
        wanted.lock(sea_orm::sea_query::LockType::NoKeyUpdate)
    } else {
        wanted.lock_shared()
    };
    let _held: Vec<Uuid> = wanted.into_tuple().all(connection).await?;
    Ok(())
}

/// What was said of these people's conflicts of interest and counts on a day.
///
/// # Errors
/// The database's.
pub async fn conflicts_in_force(
    connection: &impl ConnectionTrait,
    people: &[Uuid],
    today: NaiveDate,
) -> Result<Vec<conflict::Model>, Error> {
    Ok(conflict::Entity::find()
        .filter(conflict::Column::AccountId.is_in(people.iter().copied()))
        .filter(in_force(today))
        .all(connection)
        .await?)
}

/// That a conflict counts on a day.
#[must_use]
pub fn in_force(today: NaiveDate) -> Condition {
    Condition::all().add(conflict::Column::LiftedAt.is_null()).add(
        Condition::any()
            .add(conflict::Column::Until.is_null())
            .add(conflict::Column::Until.gt(today)),
    )
}

/// Which conflicts of interest somebody may know of.
fn conflicts_visible_to(actor: &Actor) -> Condition {
    let reads = |own| {
        let relations = Relations {
            own,
            ..Relations::default()
        };
        let mut seats = actor.seats.iter();
        seats.any(|seat| decide(seat.function, Action::ReadConflict, relations) == Decision::Allowed)
    };
    if reads(false) {
        return Condition::all();
    }
    let own = Condition::all().add(conflict::Column::AccountId.eq(actor.account));
    if reads(true) {
        own
    } else {
        // Said outright, not left to what an empty condition means to the library.
        own.add(Expr::value(1).eq(0))
    }
}

/// Which conflicts of interest are wanted.
#[derive(Clone, Debug, Default)]
pub struct ConflictFilter {
    pub person: Option<Vec<Uuid>>,
    /// Exactly with one of these units.
    pub unit: Option<Vec<Uuid>>,
    /// Only those that count on that day.
    pub in_force_on: Option<NaiveDate>,
}

fn conflicts_filtered(actor: &Actor, filter: &ConflictFilter) -> Select<conflict::Entity> {
    let mut wanted = conflict::Entity::find().filter(conflicts_visible_to(actor));
    if let Some(people) = &filter.person {
        wanted = wanted.filter(conflict::Column::AccountId.is_in(people.iter().copied()));
    }
    if let Some(units) = &filter.unit {
        wanted = wanted.filter(conflict::Column::UnitId.is_in(units.iter().copied()));
    }
    if let Some(day) = filter.in_force_on {
        wanted = wanted.filter(in_force(day));
    }
    wanted
}

/// A page of the conflicts of interest somebody may know of, the latest first.
///
/// # Errors
/// The database's.
pub async fn conflict_page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &ConflictFilter,
    window: &Window<Uuid>,
) -> Result<Page<conflict::Model>, Error> {
    newest_first(
        connection,
        conflicts_filtered(actor, filter),
        conflict::Column::Id,
        window,
    )
    .await
}

/// How many they are.
///
/// # Errors
/// The database's.
pub async fn conflict_count(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &ConflictFilter,
) -> Result<u64, Error> {
    Ok(conflicts_filtered(actor, filter).count(connection).await?)
}

/// Those among these ids that somebody may know of.
///
/// # Errors
/// The database's.
pub async fn conflicts_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<conflict::Model>, Error> {
    Ok(conflict::Entity::find()
        .filter(conflict::Column::Id.is_in(ids.iter().copied()))
        .filter(conflicts_visible_to(actor))
        .all(connection)
        .await?)
}

/// One that somebody may know of, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn conflict_locked(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<conflict::Model>, Error> {
    let mut wanted = conflict::Entity::find_by_id(id).filter(conflicts_visible_to(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// The seats from which somebody is part of a review, of reports or as a juror of awards.
///
/// # Errors
/// The database's.
pub async fn seats_reviewing(connection: &impl ConnectionTrait, person: Uuid) -> Result<Vec<Uuid>, Error> {
    Ok(review_assignment::Entity::find()
        .select_only()
        .distinct()
        .column(review_assignment::Column::SeatId)
        .filter(review_assignment::Column::AccountId.eq(person))
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .into_tuple()
        .all(connection)
        .await?)
}

/// What a person is part of reviewing, for whoever takes the person out of it: locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn live_assignments_of(
    connection: &impl ConnectionTrait,
    person: Uuid,
) -> Result<Vec<review_assignment::Model>, Error> {
    let mut wanted = review_assignment::Entity::find()
        .filter(review_assignment::Column::AccountId.eq(person))
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .order_by(review_assignment::Column::Id, Order::Asc);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.all(connection).await?)
}

/// Who is part of the reviews of these records, for whoever changes that: locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn live_assignments_on(
    connection: &impl ConnectionTrait,
    subject_type: ReviewSubjectType,
    subjects: &[Uuid],
) -> Result<Vec<review_assignment::Model>, Error> {
    let mut wanted = review_assignment::Entity::find()
        .filter(review_assignment::Column::SubjectType.eq(subject_type))
        .filter(review_assignment::Column::SubjectId.is_in(subjects.iter().copied()))
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .order_by(review_assignment::Column::Id, Order::Asc);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.all(connection).await?)
}

/// How many reviews of one kind of record each of these people still has to complete, by person. For whoever spreads more over
/// them.
///
/// # Errors
/// The database's.
pub async fn loads(
    connection: &impl ConnectionTrait,
    subject_type: ReviewSubjectType,
    people: &[Uuid],
) -> Result<HashMap<Uuid, i64>, Error> {
    use entity::enums::AssignmentState::{Acknowledged, Assigned, Draft};
    let counted: Vec<(Uuid, i64)> = review_assignment::Entity::find()
        .select_only()
        .column(review_assignment::Column::AccountId)
        .column_as(review_assignment::Column::Id.count(), "open")
        .filter(review_assignment::Column::SubjectType.eq(subject_type))
        .filter(review_assignment::Column::AccountId.is_in(people.iter().copied()))
        .filter(review_assignment::Column::State.is_in([Assigned, Acknowledged, Draft]))
        .group_by(review_assignment::Column::AccountId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(counted.into_iter().collect())
}

/// A portfolio with its entries.
#[derive(Clone, Debug)]
pub struct Portfolio {
    pub row: review_portfolio::Model,
    pub entries: Vec<portfolio_entry::Model>,
}

/// The portfolios somebody may know of, by seat.
///
/// # Errors
/// The database's.
pub async fn portfolios(connection: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Portfolio>, Error> {
    let allowed = |own: bool, function: Function| {
        let relations = Relations {
            own,
            ..Relations::default()
        };
        decide(function, Action::ReadPortfolio, relations) == Decision::Allowed
    };
    let all = actor.seats.iter().any(|seat| allowed(false, seat.function));
    let own = actor.seats.iter().filter(|seat| allowed(true, seat.function));
    let mut wanted = review_portfolio::Entity::find().order_by(review_portfolio::Column::SeatId, Order::Asc);
    if !all {
        wanted = wanted.filter(review_portfolio::Column::SeatId.is_in(own.map(|seat| seat.seat)));
    }
    let rows = wanted.all(connection).await?;
    let mut entries: HashMap<Uuid, Vec<portfolio_entry::Model>> = HashMap::new();
    for entry in entries_of(connection, rows.iter().map(|row| row.seat_id).collect()).await? {
        entries.entry(entry.seat_id).or_default().push(entry);
    }
    let with_entries = rows.into_iter().map(|row| Portfolio {
        entries: entries.remove(&row.seat_id).unwrap_or_default(),
        row,
    });
    Ok(with_entries.collect())
}

/// What these seats look after, for whoever spreads records over them.
///
/// # Errors
/// The database's.
pub async fn entries_of(
    connection: &impl ConnectionTrait,
    seats: Vec<Uuid>,
) -> Result<Vec<portfolio_entry::Model>, Error> {
    Ok(portfolio_entry::Entity::find()
        .filter(portfolio_entry::Column::SeatId.is_in(seats))
        .order_by(portfolio_entry::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// The portfolio of a seat, for whoever sets it: locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn portfolio_locked(
    connection: &impl ConnectionTrait,
    seat: Uuid,
) -> Result<Option<review_portfolio::Model>, Error> {
    let mut wanted = review_portfolio::Entity::find_by_id(seat);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}
