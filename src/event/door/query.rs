//! Reads of the door. Lists are for those who read the whole attendance of an event; commands read what belongs to an event they
//! have been let to.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or follows one that did"
)]
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::{DelegateStanding, EventActKind, ScanRuling},
    event, event_act, event_attendance, event_delegate, event_device, event_scan, event_scan_ruling, event_session,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, sea_query::LockType,
};
use uuid::Uuid;

use crate::{
    db::newest_first,
    error::Error,
    event::query::whole_attendance,
    page::{Page, Window},
    session::Actor,
};

/// So many ids fit in one statement of either database.
const MOST_IDS: usize = 900;

/// How many rows the inspection reads at a time.
const PAGE: u64 = 500;

fn is_postgres(connection: &impl ConnectionTrait) -> bool {
    connection.get_database_backend() == DatabaseBackend::Postgres
}

/// Which scans of an event are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct ScanFilter {
    pub event: Uuid,
    pub delegate: Option<Uuid>,
    pub session: Option<Uuid>,
    pub device: Option<Uuid>,
    /// Those that count for nothing, or those that have no fault.
    pub faulty: Option<bool>,
}

fn scans_filtered(filter: &ScanFilter) -> Select<event_scan::Entity> {
    let mut wanted = event_scan::Entity::find().filter(event_scan::Column::EventId.eq(filter.event));
    if let Some(delegate) = filter.delegate {
        wanted = wanted.filter(event_scan::Column::DelegateId.eq(delegate));
    }
    if let Some(session) = filter.session {
        wanted = wanted.filter(event_scan::Column::SessionId.eq(session));
    }
    if let Some(device) = filter.device {
        wanted = wanted.filter(event_scan::Column::DeviceId.eq(device));
    }
    match filter.faulty {
        Some(true) => wanted.filter(event_scan::Column::Fault.is_not_null()),
        Some(false) => wanted.filter(event_scan::Column::Fault.is_null()),
        None => wanted,
    }
}

/// A page of the scans of an event whose whole attendance the caller may read, those that arrived last first.
///
/// # Errors
/// The database's.
pub async fn page_of_scans(
    connection: &impl ConnectionTrait,
    filter: &ScanFilter,
    window: &Window<Uuid>,
) -> Result<Page<event_scan::Model>, Error> {
    newest_first(connection, scans_filtered(filter), event_scan::Column::Id, window).await
}

/// How many there are.
///
/// # Errors
/// The database's.
pub async fn count_scans(connection: &impl ConnectionTrait, filter: &ScanFilter) -> Result<u64, Error> {
    Ok(scans_filtered(filter).count(connection).await?)
}

/// The scans among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn scans_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<event_scan::Model>, Error> {
    Ok(event_scan::Entity::find()
        .filter(event_scan::Column::Id.is_in(ids.iter().copied()))
        .filter(event_scan::Column::EventId.in_subquery(whole_attendance(actor)))
        .all(connection)
        .await?)
}

/// The devices among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn devices_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<event_device::Model>, Error> {
    Ok(event_device::Entity::find()
        .filter(event_device::Column::Id.is_in(ids.iter().copied()))
        .filter(event_device::Column::EventId.in_subquery(whole_attendance(actor)))
        .all(connection)
        .await?)
}

/// Of which event a scan is, before its command looks whether the caller may know.
///
/// # Errors
/// The database's.
pub async fn event_of_scan(connection: &impl ConnectionTrait, scan: Uuid) -> Result<Option<Uuid>, Error> {
    let event = event_scan::Entity::find_by_id(scan).select_only();
    let event = event.column(event_scan::Column::EventId).into_tuple();
    Ok(event.one(connection).await?)
}

/// Of which event a device is, before its command looks whether the caller may know.
///
/// # Errors
/// The database's.
pub async fn event_of_device(connection: &impl ConnectionTrait, device: Uuid) -> Result<Option<Uuid>, Error> {
    let event = event_device::Entity::find_by_id(device).select_only();
    let event = event.column(event_device::Column::EventId).into_tuple();
    Ok(event.one(connection).await?)
}

/// Of which event a session is, before its command looks whether the caller may know.
///
/// # Errors
/// The database's.
pub async fn event_of_session(connection: &impl ConnectionTrait, session: Uuid) -> Result<Option<Uuid>, Error> {
    let event = event_session::Entity::find_by_id(session).select_only();
    let event = event.column(event_session::Column::EventId).into_tuple();
    Ok(event.one(connection).await?)
}

/// The event a device was paired with, as it stays until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn event_of_door(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<event::Model>, Error> {
    let mut wanted = event::Entity::find_by_id(id);
    if is_postgres(connection) {
        wanted = wanted.lock_shared();
    }
    Ok(wanted.one(connection).await?)
}

/// The device that has a token.
///
/// # Errors
/// The database's.
pub async fn device_by_token(
    connection: &impl ConnectionTrait,
    sha256: &[u8],
) -> Result<Option<event_device::Model>, Error> {
    Ok(event_device::Entity::find()
        .filter(event_device::Column::TokenSha256.eq(sha256))
        .one(connection)
        .await?)
}

/// The device that a pairing code was made for.
///
/// # Errors
/// The database's.
pub async fn device_by_pairing(
    connection: &impl ConnectionTrait,
    sha256: &[u8],
) -> Result<Option<event_device::Model>, Error> {
    Ok(event_device::Entity::find()
        .filter(event_device::Column::PairingSha256.eq(sha256))
        .one(connection)
        .await?)
}

/// A device, which nobody else changes until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn device_held(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<event_device::Model>, Error> {
    let mut wanted = event_device::Entity::find_by_id(id);
    if is_postgres(connection) {
        wanted = wanted.lock(LockType::NoKeyUpdate);
    }
    Ok(wanted.one(connection).await?)
}

/// The devices of events whose whole attendance the caller may read, in the order they were made.
///
/// # Errors
/// The database's.
pub async fn devices_of(connection: &impl ConnectionTrait, events: &[Uuid]) -> Result<Vec<event_device::Model>, Error> {
    Ok(event_device::Entity::find()
        .filter(event_device::Column::EventId.is_in(events.iter().copied()))
        .order_by(event_device::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// How a device was announced: it acts for whoever did.
///
/// # Errors
/// The database's.
pub async fn announced(connection: &impl ConnectionTrait, device: Uuid) -> Result<Option<event_act::Model>, Error> {
    Ok(event_act::Entity::find()
        .filter(event_act::Column::AboutId.eq(device))
        .filter(event_act::Column::Kind.eq(EventActKind::AddDevice))
        .one(connection)
        .await?)
}

/// When the door of an event was opened.
///
/// # Errors
/// The database's.
pub async fn opened_at(connection: &impl ConnectionTrait, event: Uuid) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(event_act::Entity::find()
        .select_only()
        .column(event_act::Column::At)
        .filter(event_act::Column::AboutId.eq(event))
        .filter(event_act::Column::Kind.eq(EventActKind::Start))
        .into_tuple()
        .one(connection)
        .await?)
}

/// Those of these delegates that belong to an event, in the order in which all commands hold them: nobody else reckons what they
/// come to until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn delegates_held(
    connection: &impl ConnectionTrait,
    event: Uuid,
    ids: &[Uuid],
) -> Result<Vec<event_delegate::Model>, Error> {
    let mut found = Vec::new();
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    for some in sorted.chunks(MOST_IDS) {
        let mut wanted = event_delegate::Entity::find()
            .filter(event_delegate::Column::EventId.eq(event))
            .filter(event_delegate::Column::Id.is_in(some.iter().copied()))
            .order_by(event_delegate::Column::Id, Order::Asc);
        if is_postgres(connection) {
            wanted = wanted.lock(LockType::NoKeyUpdate);
        }
        found.extend(wanted.all(connection).await?);
    }
    Ok(found)
}

/// The delegates among these, whom the caller has been shown.
///
/// # Errors
/// The database's.
pub async fn delegates(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<event_delegate::Model>, Error> {
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?)
}

/// Who came without having been named to events whose whole attendance the caller may read, earliest first.
///
/// # Errors
/// The database's.
pub async fn walk_ins(connection: &impl ConnectionTrait, event: Uuid) -> Result<Vec<event_delegate::Model>, Error> {
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.eq(event))
        .filter(event_delegate::Column::WalkIn.eq(true))
        .order_by(event_delegate::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// As whom somebody with an account is expected at an event.
///
/// # Errors
/// The database's.
pub async fn expected(
    connection: &impl ConnectionTrait,
    event: Uuid,
    account: Uuid,
) -> Result<Option<event_delegate::Model>, Error> {
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.eq(event))
        .filter(event_delegate::Column::AccountId.eq(account))
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected))
        .one(connection)
        .await?)
}

/// What was scanned under these nonces at an event by one source.
///
/// # Errors
/// The database's.
pub async fn by_nonces(
    connection: &impl ConnectionTrait,
    (event, source): (Uuid, Uuid),
    nonces: &[String],
) -> Result<HashMap<String, event_scan::Model>, Error> {
    let mut found = HashMap::new();
    for some in nonces.chunks(MOST_IDS) {
        let wanted = event_scan::Entity::find()
            .filter(event_scan::Column::EventId.eq(event))
            .filter(event_scan::Column::SourceId.eq(source))
            .filter(event_scan::Column::Nonce.is_in(some.iter().cloned()));
        let rows = wanted.all(connection).await?;
        found.extend(rows.into_iter().map(|row| (row.nonce.clone(), row)));
    }
    Ok(found)
}

/// The scans of delegates the caller has been shown, but those that count for nothing.
///
/// # Errors
/// The database's.
pub async fn sound_scans(
    connection: &impl ConnectionTrait,
    delegates: &[Uuid],
) -> Result<Vec<event_scan::Model>, Error> {
    let mut found = Vec::new();
    for some in delegates.chunks(MOST_IDS) {
        let wanted = event_scan::Entity::find()
            .filter(event_scan::Column::DelegateId.is_in(some.iter().copied()))
            .filter(event_scan::Column::Fault.is_null());
        found.extend(wanted.all(connection).await?);
    }
    Ok(found)
}

/// What was decided about the scans of delegates the caller has been shown.
///
/// # Errors
/// The database's.
pub async fn rulings(
    connection: &impl ConnectionTrait,
    delegates: &[Uuid],
) -> Result<HashMap<Uuid, ScanRuling>, Error> {
    let mut found = HashMap::new();
    for some in delegates.chunks(MOST_IDS) {
        let scans = event_scan::Entity::find()
            .select_only()
            .column(event_scan::Column::Id)
            .filter(event_scan::Column::DelegateId.is_in(some.iter().copied()));
        let rows = event_scan_ruling::Entity::find()
            .filter(event_scan_ruling::Column::ScanId.in_subquery(scans.into_query()))
            .all(connection)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.scan_id, row.ruling)));
    }
    Ok(found)
}

/// What was decided about scans the caller has been shown.
///
/// # Errors
/// The database's.
pub async fn rulings_on(
    connection: &impl ConnectionTrait,
    scans: &[Uuid],
) -> Result<Vec<event_scan_ruling::Model>, Error> {
    Ok(event_scan_ruling::Entity::find()
        .filter(event_scan_ruling::Column::ScanId.is_in(scans.iter().copied()))
        .all(connection)
        .await?)
}

/// The scan with an id, which the caller has been let to.
///
/// # Errors
/// The database's.
pub async fn scan(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<event_scan::Model>, Error> {
    Ok(event_scan::Entity::find_by_id(id).one(connection).await?)
}

/// The scans with these ids, which the caller has been shown.
///
/// # Errors
/// The database's.
pub async fn scans(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<event_scan::Model>, Error> {
    let mut found = Vec::new();
    for some in ids.chunks(MOST_IDS) {
        let wanted = event_scan::Entity::find().filter(event_scan::Column::Id.is_in(some.iter().copied()));
        found.extend(wanted.all(connection).await?);
    }
    Ok(found)
}

/// What the scans of delegates the caller has been shown come to.
///
/// # Errors
/// The database's.
pub async fn attendance(
    connection: &impl ConnectionTrait,
    delegates: &[Uuid],
) -> Result<Vec<event_attendance::Model>, Error> {
    let mut found = Vec::new();
    for some in delegates.chunks(MOST_IDS) {
        let wanted =
            event_attendance::Entity::find().filter(event_attendance::Column::DelegateId.is_in(some.iter().copied()));
        found.extend(wanted.all(connection).await?);
    }
    Ok(found)
}

/// Of whom something is to be decided at an event whose whole attendance the caller may read.
///
/// # Errors
/// The database's.
pub async fn disputed(connection: &impl ConnectionTrait, event: Uuid) -> Result<Vec<Uuid>, Error> {
    Ok(event_attendance::Entity::find()
        .select_only()
        .column(event_attendance::Column::DelegateId)
        .distinct()
        .filter(event_attendance::Column::EventId.eq(event))
        .filter(event_attendance::Column::Conflict.eq(true))
        .order_by(event_attendance::Column::DelegateId, Order::Asc)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Everybody who was scanned, a page of them after somebody, for the inspection.
///
/// # Errors
/// The database's.
pub async fn scanned_after(
    connection: &impl ConnectionTrait,
    after: Uuid,
) -> Result<Vec<event_delegate::Model>, Error> {
    let scanned = event_scan::Entity::find()
        .select_only()
        .column(event_scan::Column::DelegateId)
        .filter(event_scan::Column::DelegateId.is_not_null());
    let reckoned = event_attendance::Entity::find()
        .select_only()
        .column(event_attendance::Column::DelegateId);
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::Id.gt(after))
        .filter(
            sea_orm::Condition::any()
                .add(event_delegate::Column::Id.in_subquery(scanned.into_query()))
                .add(event_delegate::Column::Id.in_subquery(reckoned.into_query())),
        )
        .order_by(event_delegate::Column::Id, Order::Asc)
        .limit(PAGE)
        .all(connection)
        .await?)
}

/// How many scans there are, for the inspection.
///
/// # Errors
/// The database's.
pub async fn count_all(connection: &impl ConnectionTrait) -> Result<u64, Error> {
    Ok(event_scan::Entity::find().count(connection).await?)
}

/// A session, which nobody else changes until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn session_held(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<event_session::Model>, Error> {
    let mut wanted = event_session::Entity::find_by_id(id);
    if is_postgres(connection) {
        wanted = wanted.lock(LockType::NoKeyUpdate);
    }
    Ok(wanted.one(connection).await?)
}
