//! What an export asks the tables, beside the reads of reports in general.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module of the slice; each read applies the scope or follows one that did"
)]
use std::collections::HashMap;

use entity::{enums::ReportStatus, obligation, report};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{error::Error, report::query::visible_to, session::Actor};

/// Where what was submitted does not stand: the unit has taken it back or given it up, or it never came.
pub(super) const NOT_STANDING: [ReportStatus; 2] = [ReportStatus::Draft, ReportStatus::Abandoned];

/// The visible reports of a round of which a submission stands, each with its unit.
pub(super) async fn standing(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    cycle: Uuid,
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    Ok(report::Entity::find()
        .select_only()
        .columns([report::Column::Id, report::Column::UnitId])
        .filter(report::Column::CycleId.eq(cycle))
        .filter(report::Column::RevisionId.is_not_null())
        .filter(report::Column::Status.is_not_in(NOT_STANDING))
        .filter(visible_to(actor))
        .into_tuple()
        .all(connection)
        .await?)
}

/// What the ledger of a round says of units whose reports the caller has already been shown.
pub(super) async fn owed(
    connection: &impl ConnectionTrait,
    cycle: Uuid,
    units: &[Uuid],
) -> Result<HashMap<Uuid, obligation::Model>, Error> {
    let owed = obligation::Entity::find()
        .filter(obligation::Column::CycleId.eq(cycle))
        .filter(obligation::Column::UnitId.is_in(units.iter().copied()))
        .all(connection)
        .await?;
    Ok(owed.into_iter().map(|row| (row.unit_id, row)).collect())
}
