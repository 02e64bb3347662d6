//! Findings in reports, within the scope of the reports.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module; each read applies the scope, or serves the reminding alone"
)]
use chrono::NaiveDate;
use entity::{enums::FindingState, finding, report};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, Order, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::SUBJECT_TYPE;
use crate::{
    error::Error,
    report::{query::follows, workflow},
    session::Actor,
};

/// Those among these findings that the actor is told of, in the order of their ids. Absent and hidden ones are missing
/// alike.
///
/// # Errors
/// The database's.
pub async fn visible(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<finding::Model>, Error> {
    Ok(finding::Entity::find()
        .filter(finding::Column::Id.is_in(ids.iter().copied()))
        .filter(finding::Column::SubjectType.eq(SUBJECT_TYPE))
        .filter(follows(actor, (finding::Entity, finding::Column::SubjectId)))
        .order_by(finding::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// The findings nobody was reminded of whose answer is due between two days, of reports somebody works on, with their
/// reports.
pub(super) async fn due(
    connection: &impl ConnectionTrait,
    (first, last): (NaiveDate, NaiveDate),
    most: u64,
) -> Result<Vec<(finding::Model, report::Model)>, Error> {
    let found = finding::Entity::find()
        .select_also(report::Entity)
        .join(
            JoinType::InnerJoin,
            finding::Entity::belongs_to(report::Entity)
                .from(finding::Column::SubjectId)
                .to(report::Column::Id)
                .into(),
        )
        .filter(finding::Column::SubjectType.eq(SUBJECT_TYPE))
        .filter(finding::Column::State.eq(FindingState::Open))
        .filter(finding::Column::RemindedAt.is_null())
        .filter(finding::Column::DueOn.between(first, last))
        .filter(report::Column::Status.is_not_in(workflow::AT_AN_END))
        .order_by(finding::Column::SubjectId, Order::Asc)
        .order_by(finding::Column::Id, Order::Asc)
        .limit(most)
        .all(connection)
        .await?;
    let with_report = |(finding, report): (finding::Model, Option<report::Model>)| Some((finding, report?));
    Ok(found.into_iter().filter_map(with_report).collect())
}
