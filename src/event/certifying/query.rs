//! Who was present at an event, and what is certified of whom.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the query module of certificates of attendance; each read follows one that applied the scope"
)]
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    attendance_seal,
    attendance_sheet::{self, Entries},
    certificate,
    enums::{DelegateStanding, EventActKind, PresenceClaim},
    event_act, event_attendance, event_delegate,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use super::SUBJECT;
use crate::error::Error;

/// The ids of everybody who is or was to come to an event.
#[must_use]
pub fn delegates_of(event: Uuid) -> SelectStatement {
    event_delegate::Entity::find()
        .select_only()
        .column(event_delegate::Column::Id)
        .filter(event_delegate::Column::EventId.eq(event))
        .into_query()
}

/// Who was present at an event: expected, and there in at least one session. This is the one place that says so. Of a unit whose
/// sheet was sealed, the newest seal says it; of everybody else, and of whoever came without an invitation, the door does.
///
/// # Errors
/// The database's.
pub async fn present_at(connection: &impl ConnectionTrait, event: Uuid) -> Result<Vec<event_delegate::Model>, Error> {
    let sealed = newest_seals(connection, event).await?;
    let said: HashSet<Uuid> = sealed
        .values()
        .flat_map(|entries| &entries.0)
        .filter(|entry| entry.claim == PresenceClaim::Present)
        .map(|entry| entry.delegate)
        .collect();
    let inside: HashSet<Uuid> = entered(connection, event)
        .await?
        .into_iter()
        .map(|(delegate, _session, _at)| delegate)
        .collect();
    let mut delegates = event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.eq(event))
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected))
        .order_by(event_delegate::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    delegates.retain(|delegate| {
        let has_seal = delegate
            .invitation_id
            .is_some_and(|invitation| sealed.contains_key(&invitation));
        if has_seal { &said } else { &inside }.contains(&delegate.id)
    });
    Ok(delegates)
}

/// What the newest seal says of each invitation whose sheet was sealed.
async fn newest_seals(connection: &impl ConnectionTrait, event: Uuid) -> Result<HashMap<Uuid, Entries>, Error> {
    let sheets: Vec<(Uuid, Uuid, i32)> = attendance_sheet::Entity::find()
        .select_only()
        .columns([
            attendance_sheet::Column::Id,
            attendance_sheet::Column::InvitationId,
            attendance_sheet::Column::Sealed,
        ])
        .filter(attendance_sheet::Column::EventId.eq(event))
        .filter(attendance_sheet::Column::Sealed.gt(0))
        .into_tuple()
        .all(connection)
        .await?;
    let of_event = attendance_sheet::Entity::find()
        .select_only()
        .column(attendance_sheet::Column::Id)
        .filter(attendance_sheet::Column::EventId.eq(event))
        .into_query();
    let seals = attendance_seal::Entity::find()
        .filter(attendance_seal::Column::SheetId.in_subquery(of_event))
        .all(connection)
        .await?;
    let newest: HashMap<(Uuid, i32), Uuid> = sheets
        .into_iter()
        .map(|(sheet, invitation, number)| ((sheet, number), invitation))
        .collect();
    let said = seals.into_iter().filter_map(|seal| {
        let invitation = newest.get(&(seal.sheet_id, seal.number))?;
        Some((*invitation, seal.entries))
    });
    Ok(said.collect())
}

/// Who first entered which session of an event when.
///
/// # Errors
/// The database's.
pub async fn entered(
    connection: &impl ConnectionTrait,
    event: Uuid,
) -> Result<Vec<(Uuid, Uuid, DateTime<Utc>)>, Error> {
    Ok(event_attendance::Entity::find()
        .select_only()
        .columns([
            event_attendance::Column::DelegateId,
            event_attendance::Column::SessionId,
            event_attendance::Column::FirstIn,
        ])
        .filter(event_attendance::Column::EventId.eq(event))
        .filter(event_attendance::Column::FirstIn.is_not_null())
        .into_tuple()
        .all(connection)
        .await?)
}

/// The certificates of attendance that stand otherwise than the acts on them tell: revoked without an act, or in force although
/// one revoked them. What revokes is not among what a certificate's own leaf attests.
///
/// # Errors
/// The database's.
pub async fn misstated(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, Error> {
    let told: Vec<Uuid> = event_act::Entity::find()
        .select_only()
        .column(event_act::Column::AboutId)
        .filter(event_act::Column::Kind.eq(EventActKind::RevokeCertificate))
        .into_tuple()
        .all(connection)
        .await?;
    let revoked: Vec<Uuid> = certificate::Entity::find()
        .select_only()
        .column(certificate::Column::Id)
        .filter(certificate::Column::SubjectType.eq(SUBJECT))
        .filter(certificate::Column::RevokedAt.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    let (told, revoked): (BTreeSet<Uuid>, BTreeSet<Uuid>) = (told.into_iter().collect(), revoked.into_iter().collect());
    Ok(told.symmetric_difference(&revoked).copied().collect())
}

/// The event a delegate comes to.
///
/// # Errors
/// The database's.
pub async fn event_of(connection: &impl ConnectionTrait, delegate: Uuid) -> Result<Option<Uuid>, Error> {
    Ok(event_delegate::Entity::find_by_id(delegate)
        .select_only()
        .column(event_delegate::Column::EventId)
        .into_tuple()
        .one(connection)
        .await?)
}
