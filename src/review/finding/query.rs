//! The only door to the tables of findings. Their scope is that of the record they are about: what is read here is read for
//! a record the caller has been shown, or for a command that holds it.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read follows one that applied the record's scope"
)]
use std::collections::HashMap;

use entity::{finding, finding_act};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use crate::error::Error;

fn of(subject_type: &str, subjects: &[Uuid]) -> Select<finding::Entity> {
    finding::Entity::find()
        .filter(finding::Column::SubjectType.eq(subject_type))
        .filter(finding::Column::SubjectId.is_in(subjects.iter().copied()))
        .order_by(finding::Column::Id, Order::Asc)
}

fn by_subject(found: Vec<finding::Model>) -> HashMap<Uuid, Vec<finding::Model>> {
    let mut by_subject: HashMap<Uuid, Vec<finding::Model>> = HashMap::new();
    for finding in found {
        by_subject.entry(finding.subject_id).or_default().push(finding);
    }
    by_subject
}

/// What was found in these records, each in the order in which it was.
///
/// # Errors
/// The database's.
pub async fn of_subjects(
    connection: &impl ConnectionTrait,
    subject_type: &str,
    subjects: &[Uuid],
) -> Result<HashMap<Uuid, Vec<finding::Model>>, Error> {
    Ok(by_subject(of(subject_type, subjects).all(connection).await?))
}

/// Findings by id, in the order of their ids, of records the command holds.
///
/// # Errors
/// The database's.
pub async fn by_ids(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<finding::Model>, Error> {
    Ok(finding::Entity::find()
        .filter(finding::Column::Id.is_in(ids.iter().copied()))
        .order_by(finding::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// What was done about these findings, each earliest first.
///
/// # Errors
/// The database's.
pub async fn acts_of(
    connection: &impl ConnectionTrait,
    findings: &[Uuid],
) -> Result<HashMap<Uuid, Vec<finding_act::Model>>, Error> {
    let mut by_finding: HashMap<Uuid, Vec<finding_act::Model>> = HashMap::new();
    let acts = finding_act::Entity::find()
        .filter(finding_act::Column::FindingId.is_in(findings.iter().copied()))
        .order_by(finding_act::Column::Id, Order::Asc);
    for act in acts.all(connection).await? {
        by_finding.entry(act.finding_id).or_default().push(act);
    }
    Ok(by_finding)
}
