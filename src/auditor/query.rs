//! Reads leaves and audited rows as they are, for the operator alone. No scope: what is told of a row is its type and its id.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the module's query module; nobody but the operator is told of what it reads"
)]
use std::collections::{HashMap, HashSet};

use entity::{
    administrative_act, attendance_seal, audit_leaf, award_act, award_revision, certificate, enums::ActKind, event_act,
    event_scan, finding, finding_act, handover_act, invitation, obligation_act, pulse, receipt, region, region_edition,
    region_past, reporting_act, review_act, rubric, template, transition, unit_change, unit_touch,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::rows::Home;
use crate::{
    audit::{SubjectType, canonical_json, chain::AUDIT_PULSE},
    certificate::Issued,
    error::Error,
    report::template::writing::{Publication, Retirement},
    review::{finding::record::Raised, rubric::writing as rubrics},
    territory::{
        change::Attested,
        edition::service::{self as editions, changes_of},
        regions::Regions,
    },
};

/// How many leaves or rows are read at a time.
pub(super) const PAGE: u64 = 1_000;

/// The linked leaves after a position, in order.
pub(super) async fn linked(
    connection: &impl ConnectionTrait,
    after: i64,
    most: u64,
) -> Result<Vec<audit_leaf::Model>, Error> {
    Ok(audit_leaf::Entity::find()
        .filter(audit_leaf::Column::Position.gt(after))
        .order_by(audit_leaf::Column::Position, Order::Asc)
        .limit(most)
        .all(connection)
        .await?)
}

/// The linked leaves after a position whose position divides by a number, in order.
pub(super) async fn linked_each(
    connection: &impl ConnectionTrait,
    after: i64,
    every: i64,
) -> Result<Vec<audit_leaf::Model>, Error> {
    Ok(audit_leaf::Entity::find()
        .filter(audit_leaf::Column::Position.gt(after))
        .filter(Expr::col(audit_leaf::Column::Position).modulo(every).eq(0))
        .order_by(audit_leaf::Column::Position, Order::Asc)
        .limit(PAGE)
        .all(connection)
        .await?)
}

/// The first position after another one that a leaf has, read by itself: of a leaf that cannot be read.
pub(super) async fn next_position(connection: &impl ConnectionTrait, after: i64) -> Result<Option<i64>, Error> {
    let next: Option<Option<i64>> = audit_leaf::Entity::find()
        .select_only()
        .column(audit_leaf::Column::Position)
        .filter(audit_leaf::Column::Position.gt(after))
        .order_by(audit_leaf::Column::Position, Order::Asc)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(next.flatten())
}

/// The leaves that are not linked yet, after one of them, by their ids.
pub(super) async fn unlinked(connection: &impl ConnectionTrait, after: Uuid) -> Result<Vec<audit_leaf::Model>, Error> {
    Ok(audit_leaf::Entity::find()
        .filter(audit_leaf::Column::Position.is_null())
        .filter(audit_leaf::Column::Id.gt(after))
        .order_by(audit_leaf::Column::Id, Order::Asc)
        .limit(PAGE)
        .all(connection)
        .await?)
}

/// How many leaves are not linked yet.
pub(super) async fn unlinked_count(connection: &impl ConnectionTrait) -> Result<u64, Error> {
    Ok(audit_leaf::Entity::find()
        .filter(audit_leaf::Column::Position.is_null())
        .count(connection)
        .await?)
}

/// A leaf as it is now.
pub(super) async fn leaf(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<audit_leaf::Model>, Error> {
    Ok(audit_leaf::Entity::find_by_id(id).one(connection).await?)
}

/// How many leaves are linked, as it is kept beside them; None where that is gone.
pub(super) async fn kept_count(connection: &impl ConnectionTrait) -> Result<Option<i64>, Error> {
    let kept = pulse::Entity::find_by_id(AUDIT_PULSE).one(connection).await?;
    Ok(kept.map(|pulse| pulse.version))
}

/// The leaves whose salts were destroyed by an erasure, as the erasures list them.
pub(super) async fn erased(connection: &impl ConnectionTrait) -> Result<HashSet<Uuid>, Error> {
    let details: Vec<Value> = administrative_act::Entity::find()
        .select_only()
        .column(administrative_act::Column::Details)
        .filter(administrative_act::Column::Kind.is_in([ActKind::PersonErased, ActKind::NamedPersonErased]))
        .into_tuple()
        .all(connection)
        .await?;
    let listed = details.iter().filter_map(|details| details.get("leaves")?.as_array());
    let ids = listed.flatten().filter_map(|id| id.as_str()?.parse().ok());
    Ok(ids.collect())
}

/// What these rows say, canonical, as they were attested. What is gone is not in it; it fails where one cannot be read.
pub(super) async fn sayings(
    connection: &impl ConnectionTrait,
    subject_type: SubjectType,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, String>, Error> {
    match subject_type {
        SubjectType::Transition => {
            let rows = transition::Entity::find().filter(transition::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::AdministrativeAct => {
            let rows =
                administrative_act::Entity::find().filter(administrative_act::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::ReportingAct => {
            let rows = reporting_act::Entity::find().filter(reporting_act::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::ObligationAct => {
            let rows = obligation_act::Entity::find().filter(obligation_act::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::UnitChange => unit_changes(connection, ids).await,
        SubjectType::RegionEdition => region_editions(connection, ids).await,
        SubjectType::RegionEditionByLines => {
            let rows = region_edition::Entity::find().filter(region_edition::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::TemplatePublication => publications(connection, ids).await,
        SubjectType::TemplateRetirement => {
            let said = |row: &template::Model| Ok((row.id, canonical_json(&Retirement::of(row))?));
            templates(connection, ids).await?.iter().map(said).collect()
        }
        SubjectType::RubricPublication => rubric_publications(connection, ids).await,
        SubjectType::RubricRetirement => {
            let said = |row: &rubric::Model| Ok((row.id, canonical_json(&rubrics::Retirement::of(row))?));
            rubrics_among(connection, ids).await?.iter().map(said).collect()
        }
        SubjectType::Finding => {
            let rows = finding::Entity::find().filter(finding::Column::Id.is_in(ids.iter().copied()));
            let said = |row: &finding::Model| Ok((row.id, canonical_json(&Raised::from(row))?));
            rows.all(connection).await?.iter().map(said).collect()
        }
        SubjectType::FindingAct => {
            let rows = finding_act::Entity::find().filter(finding_act::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::ReviewAct => {
            let rows = review_act::Entity::find().filter(review_act::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::Receipt => {
            let rows = receipt::Entity::find().filter(receipt::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::HandoverAct => {
            let rows = handover_act::Entity::find().filter(handover_act::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::EventAct => {
            let rows = event_act::Entity::find().filter(event_act::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::AwardAct => {
            let rows = award_act::Entity::find().filter(award_act::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::AwardRevision => {
            let rows = award_revision::Entity::find().filter(award_revision::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::EventScan => {
            let rows = event_scan::Entity::find().filter(event_scan::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::AttendanceSeal => {
            let rows = attendance_seal::Entity::find().filter(attendance_seal::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
        SubjectType::Certificate => {
            let rows = certificate::Entity::find().filter(certificate::Column::Id.is_in(ids.iter().copied()));
            let said = |row: &certificate::Model| Ok((row.id, canonical_json(&Issued::from(row))?));
            rows.all(connection).await?.iter().map(said).collect()
        }
        SubjectType::Invitation => {
            let rows = invitation::Entity::find().filter(invitation::Column::Id.is_in(ids.iter().copied()));
            said(rows.all(connection).await?, |row| row.id)
        }
    }
}

fn said<M: Serialize>(rows: Vec<M>, id: fn(&M) -> Uuid) -> Result<HashMap<Uuid, String>, Error> {
    rows.iter().map(|row| Ok((id(row), canonical_json(row)?))).collect()
}

async fn templates(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<template::Model>, Error> {
    let rows = template::Entity::find().filter(template::Column::Id.is_in(ids.iter().copied()));
    Ok(rows.all(connection).await?)
}

async fn publications(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
    let kept: Vec<(Uuid, Value, Value, Value)> = template::Entity::find()
        .select_only()
        .columns([
            template::Column::Id,
            template::Column::Route,
            template::Column::Sections,
            template::Column::Comparisons,
        ])
        .filter(template::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let mut said = HashMap::new();
    for row in templates(connection, ids).await? {
        let is_all = kept.iter().any(|(id, route, sections, comparisons)| {
            *id == row.id
                && is_all_read(route, &row.route)
                && is_all_read(sections, &row.sections)
                && is_all_read(comparisons, &row.comparisons)
        });
        let says = canonical_json(&Publication::of(&row))?;
        said.insert(row.id, if is_all { says } else { UNREAD.to_owned() });
    }
    Ok(said)
}

async fn rubrics_among(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<rubric::Model>, Error> {
    let rows = rubric::Entity::find().filter(rubric::Column::Id.is_in(ids.iter().copied()));
    Ok(rows.all(connection).await?)
}

async fn rubric_publications(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
    let kept: Vec<(Uuid, Value)> = rubric::Entity::find()
        .select_only()
        .columns([rubric::Column::Id, rubric::Column::Criteria])
        .filter(rubric::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let mut said = HashMap::new();
    for row in rubrics_among(connection, ids).await? {
        let mut kept = kept.iter();
        let is_all = kept.any(|(id, criteria)| *id == row.id && is_all_read(criteria, &row.criteria));
        let says = canonical_json(&rubrics::Publication::of(&row))?;
        said.insert(row.id, if is_all { says } else { UNREAD.to_owned() });
    }
    Ok(said)
}

/// What a row says of which something was passed over: nothing that was ever attested.
const UNREAD: &str = "";

/// Whether everything in a JSON column is in what was read of it: a word that is not known would be passed over.
fn is_all_read(kept: &Value, read: &impl Serialize) -> bool {
    fn is_within(kept: &Value, read: &Value) -> bool {
        match (kept, read) {
            (Value::Object(kept), Value::Object(read)) => kept
                .iter()
                .all(|(key, kept)| read.get(key).is_some_and(|read| is_within(kept, read))),
            (Value::Array(kept), Value::Array(read)) => {
                kept.len() == read.len() && kept.iter().zip(read).all(|(kept, read)| is_within(kept, read))
            }
            (kept, read) => kept == read,
        }
    }
    serde_json::to_value(read).is_ok_and(|read| is_within(kept, &read))
}

async fn unit_changes(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
    let changes = unit_change::Entity::find().filter(unit_change::Column::Id.is_in(ids.iter().copied()));
    let changes = changes.all(connection).await?;
    let touches = unit_touch::Entity::find()
        .filter(unit_touch::Column::ChangeId.is_in(ids.iter().copied()))
        .order_by_asc(unit_touch::Column::UnitId)
        .all(connection)
        .await?;
    let kept: Vec<(Uuid, Uuid, Value)> = unit_touch::Entity::find()
        .select_only()
        .columns([
            unit_touch::Column::ChangeId,
            unit_touch::Column::UnitId,
            unit_touch::Column::Details,
        ])
        .filter(unit_touch::Column::ChangeId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let kept: HashMap<(Uuid, Uuid), Value> = kept
        .into_iter()
        .map(|(change, unit, details)| ((change, unit), details))
        .collect();
    let is_all = |touch: &unit_touch::Model| {
        let kept = kept.get(&(touch.change_id, touch.unit_id));
        kept.is_some_and(|kept| is_all_read(kept, &touch.details))
    };
    let mut of_each: HashMap<Uuid, Vec<unit_touch::Model>> = HashMap::new();
    for touch in touches {
        of_each.entry(touch.change_id).or_default().push(touch);
    }
    let mut said = HashMap::new();
    for change in &changes {
        let touches = of_each.get(&change.id).map_or(&[][..], Vec::as_slice);
        let says = canonical_json(&Attested { change, touches })?;
        said.insert(
            change.id,
            if touches.iter().all(is_all) {
                says
            } else {
                UNREAD.to_owned()
            },
        );
    }
    Ok(said)
}

async fn region_editions(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
    let editions = region_edition::Entity::find().filter(region_edition::Column::Id.is_in(ids.iter().copied()));
    let editions = editions.all(connection).await?;
    let regions = Regions::new(
        region::Entity::find().all(connection).await?,
        region_past::Entity::find().all(connection).await?,
    );
    let mut said = HashMap::new();
    for edition in &editions {
        let attested = editions::Attested::of(edition, &changes_of(&regions, edition.id));
        said.insert(edition.id, canonical_json(&attested)?);
    }
    Ok(said)
}

/// Whether a row is there, whatever it says.
pub(super) async fn is_there(connection: &impl ConnectionTrait, home: Home, id: Uuid) -> Result<bool, Error> {
    let sql = format!("SELECT 1 FROM {} WHERE id = $1", home.table);
    let row = connection
        .query_one_raw(Statement::from_sql_and_values(
            connection.get_database_backend(),
            sql,
            [id.into()],
        ))
        .await?;
    Ok(row.is_some())
}

/// The rows that have to be attested and that no leaf attests, after one of them, by their ids.
pub(super) async fn unattested(connection: &impl ConnectionTrait, home: Home, after: Uuid) -> Result<Vec<Uuid>, Error> {
    let table = home.table;
    let words: Vec<String> = home.types.iter().map(|one| format!("'{}'", one.word())).collect();
    let backend = connection.get_database_backend();
    let readable = match backend {
        DatabaseBackend::Sqlite => "length(id) = 16",
        _ => "TRUE",
    };
    let sql = format!(
        "SELECT id FROM {table} WHERE id > $1 AND {readable} AND {} AND NOT EXISTS (
             SELECT 1 FROM audit_leaf WHERE audit_leaf.subject_type IN ({}) AND audit_leaf.subject_id = {table}.id
         ) ORDER BY id LIMIT {PAGE}",
        home.owes,
        words.join(", "),
    );
    let rows = connection
        .query_all_raw(Statement::from_sql_and_values(backend, sql, [after.into()]))
        .await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// How many rows have a key that is none; PostgreSQL would not keep one.
pub(super) async fn without_a_key(connection: &impl ConnectionTrait, home: Home) -> Result<i64, Error> {
    let backend = connection.get_database_backend();
    if backend != DatabaseBackend::Sqlite {
        return Ok(0);
    }
    let sql = format!(
        "SELECT COUNT(*) AS number FROM {} WHERE typeof(id) <> 'blob' OR length(id) <> 16",
        home.table
    );
    let row = connection.query_one_raw(Statement::from_string(backend, sql)).await?;
    let row = row.ok_or_else(|| Error::internal("a count without a row"))?;
    Ok(row.try_get("", "number")?)
}
