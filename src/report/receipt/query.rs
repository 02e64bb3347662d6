//! The only door to the receipts. A receipt is seen by whoever sees its report; by its code it is found by everybody.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads receipts; each read applies the scope of reports, or is by a code the caller had to know"
)]
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Openness, ReportCommand},
    receipt, receipt_key, report, transition,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{error::Error, report::query::sees, session::Actor};

/// How many are read at once by whoever looks them all through.
const STRETCH: u64 = 1_000;

/// The visible receipts among these.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<receipt::Model>, Error> {
    Ok(receipt::Entity::find()
        .filter(receipt::Column::Id.is_in(ids.iter().copied()))
        .filter(sees(actor, (receipt::Entity, receipt::Column::ReportId)))
        .all(connection)
        .await?)
}

/// The receipts of reports the caller has already been shown, each report's earliest first.
///
/// # Errors
/// The database's.
pub async fn of_reports(
    connection: &impl ConnectionTrait,
    reports: &[Uuid],
) -> Result<HashMap<Uuid, Vec<receipt::Model>>, Error> {
    let mut receipts: HashMap<Uuid, Vec<receipt::Model>> = HashMap::new();
    let found = receipt::Entity::find()
        .filter(receipt::Column::ReportId.is_in(reports.iter().copied()))
        .order_by_asc(receipt::Column::Id);
    for receipt in found.all(connection).await? {
        receipts.entry(receipt.report_id).or_default().push(receipt);
    }
    Ok(receipts)
}

/// The next receipts by id, for whoever looks them all through.
pub(super) async fn after(connection: &impl ConnectionTrait, id: Uuid) -> Result<Vec<receipt::Model>, Error> {
    Ok(receipt::Entity::find()
        .filter(receipt::Column::Id.gt(id))
        .order_by_asc(receipt::Column::Id)
        .limit(STRETCH)
        .all(connection)
        .await?)
}

/// A receipt with what is needed to say whether it is good, and what came after it.
pub struct Found {
    pub receipt: receipt::Model,
    pub key: receipt_key::Model,
    pub openness: Openness,
    /// The revision of the report in force now.
    pub revision_in_force: Option<Uuid>,
    /// What was done to the report since, earliest first.
    pub since: Vec<(ReportCommand, DateTime<Utc>)>,
}

/// The receipt of a code, for whoever has the code.
///
/// # Errors
/// The database's.
pub async fn by_code(connection: &impl ConnectionTrait, code: &str) -> Result<Option<Found>, Error> {
    let found = receipt::Entity::find()
        .filter(receipt::Column::Code.eq(code))
        .one(connection)
        .await?;
    let Some(receipt) = found else { return Ok(None) };
    let key = receipt_key::Entity::find_by_id(&receipt.kid).one(connection).await?;
    let key = key.ok_or_else(|| Error::internal("a receipt without its key"))?;
    let report = report::Entity::find_by_id(receipt.report_id).one(connection).await?;
    let report = report.ok_or_else(|| Error::internal("a receipt without its report"))?;
    let since = transition::Entity::find()
        .filter(transition::Column::ReportId.eq(report.id))
        .filter(transition::Column::At.gte(receipt.issued_at))
        .order_by_asc(transition::Column::Version)
        .all(connection)
        .await?;
    // What led to the receipt itself happened in the same moment.
    let received = since.iter().position(|step| step.command == ReportCommand::Receive);
    let since = since.iter().skip(received.map_or(0, |place| place + 1));
    Ok(Some(Found {
        since: since.map(|step| (step.command, step.at)).collect(),
        openness: report.openness,
        revision_in_force: report.revision_id,
        receipt,
        key,
    }))
}
