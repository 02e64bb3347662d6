//! Reads what waits about awards. None of it is ever due.
use std::collections::HashMap;

use entity::{award_edition, award_entry, award_objection, review_assignment};
use sea_orm::{ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryOrder, QuerySelect, Select, sea_query::Expr};
use uuid::Uuid;

use super::{
    key::Key,
    kind::Kind,
    query::{Range, Subject, Waiting, undated},
};
use crate::{
    award::{
        query as editions,
        waiting::{OfAwards, query as waiting},
    },
    error::Error,
    session::Actor,
};

/// In which direction, and how many at most.
pub(super) type Stretch<'a> = (&'a Order, u64);

/// How many wait within a range.
pub(super) async fn count(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    wait: OfAwards,
    range: &Range,
) -> Result<u64, Error> {
    match wait {
        OfAwards::Verify | OfAwards::Mend => {
            let select = waiting::of_entries(actor, wait);
            counted(connection, select, award_entry::Column::Id, range).await
        }
        OfAwards::Score => {
            let select = waiting::of_jurors(connection, actor).await?;
            counted(connection, select, review_assignment::Column::Id, range).await
        }
        OfAwards::Decide => {
            let select = waiting::of_objections(actor);
            counted(connection, select, award_objection::Column::Id, range).await
        }
    }
}

/// Those that wait within a range, with their editions.
pub(super) async fn found(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    (kind, wait): (Kind, OfAwards),
    range: &Range,
    stretch: Stretch<'_>,
) -> Result<Vec<Waiting>, Error> {
    let task = |id: Uuid, subject: Subject| Waiting {
        key: Key::new(kind, None, id),
        subject,
    };
    match wait {
        OfAwards::Verify | OfAwards::Mend => {
            let select = waiting::of_entries(actor, wait);
            let rows = listed(connection, select, award_entry::Column::Id, (range, stretch)).await?;
            let editions = by_id(connection, actor, rows.iter().map(|row| row.edition_id)).await?;
            let told = rows.into_iter().filter_map(|row| {
                let edition = editions.get(&row.edition_id)?.clone();
                Some(task(row.id, Subject::Entry(Box::new((row, edition)))))
            });
            Ok(told.collect())
        }
        OfAwards::Score => {
            let select = waiting::of_jurors(connection, actor).await?;
            let rows = listed(connection, select, review_assignment::Column::Id, (range, stretch)).await?;
            if rows.is_empty() {
                return Ok(Vec::new());
            }
            let candidates: Vec<Uuid> = rows.iter().map(|row| row.subject_id).collect();
            let editions = waiting::editions_of(connection, actor, &candidates).await?;
            let told = rows.into_iter().filter_map(|row| {
                let edition = editions.get(&row.subject_id)?.clone();
                Some(task(row.id, Subject::Scoring(Box::new((row, edition)))))
            });
            Ok(told.collect())
        }
        OfAwards::Decide => {
            let select = waiting::of_objections(actor);
            let rows = listed(connection, select, award_objection::Column::Id, (range, stretch)).await?;
            let editions = by_id(connection, actor, rows.iter().map(|row| row.edition_id)).await?;
            let told = rows.into_iter().filter_map(|row| {
                let edition = editions.get(&row.edition_id)?.clone();
                Some(task(row.id, Subject::Objection(Box::new((row, edition)))))
            });
            Ok(told.collect())
        }
    }
}

async fn counted<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Option<Select<E>>,
    id: E::Column,
    range: &Range,
) -> Result<u64, Error>
where
    E::Model: Send + Sync,
{
    match select {
        Some(select) => Ok(undated(select, Expr::col((E::default(), id)), range)
            .count(connection)
            .await?),
        None => Ok(0),
    }
}

async fn listed<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Option<Select<E>>,
    id: E::Column,
    (range, (direction, limit)): (&Range, Stretch<'_>),
) -> Result<Vec<E::Model>, Error> {
    let Some(select) = select else {
        return Ok(Vec::new());
    };
    Ok(undated(select, Expr::col((E::default(), id)), range)
        .order_by(id, direction.clone())
        .limit(limit)
        .all(connection)
        .await?)
}

/// The editions of what was found.
async fn by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, award_edition::Model>, Error> {
    let ids: Vec<Uuid> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = editions::by_ids(connection, actor, &ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
