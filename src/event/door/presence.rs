//! What scans come to, as it is kept: reckoned anew with each, in the transaction that adds it, under a lock on the delegate.
use std::collections::{BTreeMap, HashMap};

use entity::{
    enums::{DelegateStanding, ScanRuling},
    event_attendance, event_delegate, event_scan,
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use uuid::Uuid;

use super::{
    merge::{Mark, Presence, presence},
    query,
};
use crate::error::Error;

/// Rows in one statement.
const BATCH: usize = 900;

/// Whether somebody's scans count: a walk-in's do once somebody has let the person in.
#[must_use]
pub fn is_admitted(standing: DelegateStanding) -> bool {
    match standing {
        DelegateStanding::Expected => true,
        DelegateStanding::Replaced
        | DelegateStanding::Withdrawn
        | DelegateStanding::Pending
        | DelegateStanding::Refused => false,
    }
}

/// The marks of delegates by person and session: all that has no fault.
#[must_use]
pub fn marks(scans: &[event_scan::Model], rulings: &HashMap<Uuid, ScanRuling>) -> BTreeMap<(Uuid, Uuid), Vec<Mark>> {
    let mut marks: BTreeMap<(Uuid, Uuid), Vec<Mark>> = BTreeMap::new();
    for row in scans.iter().filter(|row| row.fault.is_none()) {
        let Some(pair) = row.delegate_id.zip(row.session_id) else {
            continue;
        };
        marks.entry(pair).or_default().push(Mark {
            scan: row.id,
            source: row.source_id,
            nonce: row.nonce.clone(),
            direction: row.direction,
            method: row.method,
            at: row.client_at,
            ruling: rulings.get(&row.id).copied(),
        });
    }
    marks
}

/// The row that says what the scans of somebody in a session come to.
#[must_use]
pub fn row(delegate: &event_delegate::Model, session: Uuid, presence: &Presence) -> event_attendance::Model {
    event_attendance::Model {
        delegate_id: delegate.id,
        session_id: session,
        event_id: delegate.event_id,
        unit_id: delegate.unit_id,
        first_in: presence.first_in(),
        last_out: presence.last_out(),
        inside: presence.inside(),
        seconds: presence.seconds(),
        conflict: !presence.conflicts.is_empty(),
    }
}

/// What scans of delegates come to, a row each for whom there are any, by person and session.
#[must_use]
pub fn rows(
    delegates: &[event_delegate::Model],
    marks: &BTreeMap<(Uuid, Uuid), Vec<Mark>>,
) -> Vec<event_attendance::Model> {
    let by_id: HashMap<Uuid, &event_delegate::Model> = delegates.iter().map(|row| (row.id, row)).collect();
    let rows = marks.iter().filter_map(|((delegate, session), marks)| {
        let delegate = *by_id.get(delegate)?;
        let told = if is_admitted(delegate.standing) {
            presence(marks)
        } else {
            Presence::default()
        };
        Some(row(delegate, *session, &told))
    });
    rows.collect()
}

/// Reckons anew what the scans of delegates come to that the caller holds, and gives the rows.
///
/// # Errors
/// The database's.
pub async fn reckon(
    connection: &impl ConnectionTrait,
    delegates: &[event_delegate::Model],
) -> Result<Vec<event_attendance::Model>, Error> {
    let ids: Vec<Uuid> = delegates.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let scans = query::sound_scans(connection, &ids).await?;
    let rulings = query::rulings(connection, &ids).await?;
    let rows = rows(delegates, &marks(&scans, &rulings));
    for some in rows.chunks(BATCH) {
        use event_attendance::Column::{Conflict, DelegateId, FirstIn, Inside, LastOut, Seconds, SessionId};
        event_attendance::Entity::insert_many(some.iter().cloned().map(IntoActiveModel::into_active_model))
            .on_conflict(
                OnConflict::columns([DelegateId, SessionId])
                    .update_columns([FirstIn, LastOut, Inside, Seconds, Conflict])
                    .to_owned(),
            )
            .exec_without_returning(connection)
            .await?;
    }
    Ok(rows)
}
