//! The only door to lists, and to what they are reckoned from. Every read follows an edition that was shown or is commanded.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or follows one that did"
)]
use std::collections::HashMap;

use entity::{
    award, award_candidate, award_entry, award_list, award_list_category, award_objection, award_panel,
    enums::{AssignmentState, AwardObjectionState},
    review_assignment, score_sheet,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use crate::error::Error;

/// The juries of an edition.
///
/// # Errors
/// The database's.
pub async fn panels(connection: &impl ConnectionTrait, edition: Uuid) -> Result<Vec<award_panel::Model>, Error> {
    Ok(award_panel::Entity::find()
        .filter(award_panel::Column::EditionId.eq(edition))
        .order_by_asc(award_panel::Column::Id)
        .all(connection)
        .await?)
}

/// What stood before the juries of an edition.
///
/// # Errors
/// The database's.
pub async fn candidates(
    connection: &impl ConnectionTrait,
    edition: Uuid,
) -> Result<Vec<award_candidate::Model>, Error> {
    Ok(award_candidate::Entity::find()
        .filter(award_candidate::Column::PanelId.in_subquery(panels_of(edition)))
        .order_by_asc(award_candidate::Column::Id)
        .all(connection)
        .await?)
}

fn panels_of(edition: Uuid) -> SelectStatement {
    award_panel::Entity::find()
        .select_only()
        .column(award_panel::Column::Id)
        .filter(award_panel::Column::EditionId.eq(edition))
        .into_query()
}

/// What one juror's scores of a candidate come to.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub candidate: Uuid,
    pub juror: Uuid,
    /// From 0.00 to 100.00.
    pub total: String,
}

/// The last complete sheet of each juror on each candidate of an edition; who was recused or taken off counts no more.
///
/// # Errors
/// The database's.
pub async fn sheets(connection: &impl ConnectionTrait, edition: Uuid) -> Result<Vec<Sheet>, Error> {
    let judged = award_candidate::Entity::find()
        .select_only()
        .column(award_candidate::Column::Id)
        .filter(award_candidate::Column::PanelId.in_subquery(panels_of(edition)))
        .into_query();
    let complete = review_assignment::Entity::find()
        .filter(review_assignment::Column::SubjectId.in_subquery(judged))
        .filter(review_assignment::Column::State.eq(AssignmentState::Complete));
    let assignments: Vec<(Uuid, Uuid, Uuid)> = complete
        .clone()
        .select_only()
        .column(review_assignment::Column::Id)
        .column(review_assignment::Column::SubjectId)
        .column(review_assignment::Column::AccountId)
        .into_tuple()
        .all(connection)
        .await?;
    let of_complete = complete
        .select_only()
        .column(review_assignment::Column::Id)
        .into_query();
    let totals: Vec<(Uuid, String)> = score_sheet::Entity::find()
        .select_only()
        .column(score_sheet::Column::AssignmentId)
        .column(score_sheet::Column::Total)
        .filter(score_sheet::Column::AssignmentId.in_subquery(of_complete))
        .order_by_asc(score_sheet::Column::Number)
        .into_tuple()
        .all(connection)
        .await?;
    // The later takes the place of the earlier.
    let mut last: HashMap<Uuid, String> = totals.into_iter().collect();
    let sheets = assignments.into_iter().filter_map(|(assignment, candidate, juror)| {
        Some(Sheet {
            candidate,
            juror,
            total: last.remove(&assignment)?,
        })
    });
    Ok(sheets.collect())
}

/// The entries of an edition.
///
/// # Errors
/// The database's.
pub async fn entries(connection: &impl ConnectionTrait, edition: Uuid) -> Result<Vec<award_entry::Model>, Error> {
    Ok(award_entry::Entity::find()
        .filter(award_entry::Column::EditionId.eq(edition))
        .order_by_asc(award_entry::Column::Id)
        .all(connection)
        .await?)
}

/// The entries that lists which were shown name.
///
/// # Errors
/// The database's.
pub async fn entries_by_ids(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<award_entry::Model>, Error> {
    Ok(award_entry::Entity::find()
        .filter(award_entry::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?)
}

/// The lists of editions, the first of each first.
///
/// # Errors
/// The database's.
pub async fn lists(connection: &impl ConnectionTrait, editions: &[Uuid]) -> Result<Vec<award_list::Model>, Error> {
    Ok(award_list::Entity::find()
        .filter(award_list::Column::EditionId.is_in(editions.iter().copied()))
        .order_by_asc(award_list::Column::EditionId)
        .order_by_asc(award_list::Column::Number)
        .all(connection)
        .await?)
}

/// What lists came to, category by category.
///
/// # Errors
/// The database's.
pub async fn list_categories(
    connection: &impl ConnectionTrait,
    lists: &[Uuid],
) -> Result<Vec<award_list_category::Model>, Error> {
    Ok(award_list_category::Entity::find()
        .filter(award_list_category::Column::ListId.is_in(lists.iter().copied()))
        .all(connection)
        .await?)
}

/// Who was honoured in an edition.
///
/// # Errors
/// The database's.
pub async fn awards(connection: &impl ConnectionTrait, edition: Uuid) -> Result<Vec<award::Model>, Error> {
    Ok(award::Entity::find()
        .filter(award::Column::EditionId.eq(edition))
        .order_by_asc(award::Column::Id)
        .all(connection)
        .await?)
}

/// How many objections to an edition wait for a decision.
///
/// # Errors
/// The database's.
pub async fn open_objections(connection: &impl ConnectionTrait, edition: Uuid) -> Result<u64, Error> {
    Ok(award_objection::Entity::find()
        .filter(award_objection::Column::EditionId.eq(edition))
        .filter(award_objection::Column::State.eq(AwardObjectionState::Open))
        .count(connection)
        .await?)
}
