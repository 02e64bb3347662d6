//! What was done to people, seats and tokens: one row per act, with its outbox row and its audit leaf.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{administrative_act, enums::ActKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    audit::{self, SubjectType},
    clock::new_id,
    db::insert_all,
    error::Error,
    feed::{self, Event},
    territory::directory::Directory,
};

/// What an event is about that is about nobody and no seat.
const SUBJECT_TYPE: &str = "administrative_act";

/// One act.
#[derive(Clone, Debug)]
pub struct Act {
    pub kind: ActKind,
    /// The person it was done to, where it was done to one.
    pub account: Option<Uuid>,
    /// The seat it is about.
    pub seat: Option<Uuid>,
    /// In whose scope it falls.
    pub unit: Uuid,
    pub by: Uuid,
    /// None: done by oneself, as oneself.
    pub by_seat: Option<Uuid>,
    /// What else is to be remembered. It may name people: it is never part of an event, and it is emptied by an erasure.
    pub details: Value,
}

impl Act {
    /// What somebody did to the own account.
    #[must_use]
    pub fn on_oneself(kind: ActKind, account: Uuid, directory: &Directory, today: NaiveDate) -> Self {
        Self {
            kind,
            account: Some(account),
            seat: None,
            unit: unit_of(directory, account, today),
            by: account,
            by_seat: None,
            details: json!({}),
        }
    }
}

/// In whose scope what concerns a person falls: the unit of the first seat, RI's for who has none.
#[must_use]
pub fn unit_of(directory: &Directory, account: Uuid, today: NaiveDate) -> Uuid {
    let mut units = directory.units_of(account, today);
    units.next().unwrap_or_else(|| directory.tree.root().id)
}

/// Writes an act with what it leaves behind, and gives its id.
///
/// # Errors
/// The database's.
pub async fn record(connection: &impl ConnectionTrait, act: Act, now: DateTime<Utc>) -> Result<Uuid, Error> {
    let rows = record_all(connection, vec![act], now).await?;
    rows.first()
        .copied()
        .ok_or_else(|| Error::internal("an act that was not written"))
}

/// Writes acts with what they leave behind, in few statements, and gives their ids.
///
/// # Errors
/// The database's.
pub async fn record_all(
    connection: &impl ConnectionTrait,
    acts: Vec<Act>,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, Error> {
    let rows: Vec<_> = acts.into_iter().map(|act| row(act, now)).collect();
    insert_all(connection, rows.clone()).await?;
    feed::publish_all(connection, rows.iter().map(event).collect(), now).await?;
    let subjects: Vec<_> = rows
        .iter()
        .map(|row| audit::Subject {
            subject_type: SubjectType::AdministrativeAct,
            id: row.id,
            row,
        })
        .collect();
    audit::attest_all(connection, &subjects, now).await?;
    Ok(rows.iter().map(|row| row.id).collect())
}

fn row(act: Act, now: DateTime<Utc>) -> administrative_act::Model {
    administrative_act::Model {
        id: new_id(now),
        kind: act.kind,
        account_id: act.account,
        seat_id: act.seat,
        unit_id: act.unit,
        by_account: act.by,
        by_seat: act.by_seat,
        details: act.details,
        at: now,
    }
}

fn event(row: &administrative_act::Model) -> Event {
    let (subject_type, subject) = match (row.account_id, row.seat_id) {
        (Some(account), _) => ("account", account),
        (None, Some(seat)) => ("seat", seat),
        (None, None) => (SUBJECT_TYPE, row.id),
    };
    Event {
        kind: event_kind(row.kind),
        subject_type,
        subject,
        unit: row.unit_id,
        payload: json!({
            "act": row.id,
            "account": row.account_id,
            "seat": row.seat_id,
            "unit": row.unit_id,
            "by": row.by_account,
            "bySeat": row.by_seat,
            "at": row.at,
        }),
    }
}

/// The kind of event an act leaves in the feed.
#[must_use]
pub fn event_kind(kind: ActKind) -> &'static str {
    match kind {
        ActKind::AccountInvited => "account.invited",
        ActKind::InvitationRevoked => "invitation.revoked",
        ActKind::AccountActivated => "account.activated",
        ActKind::AccountDeactivated => "account.deactivated",
        ActKind::AccountReactivated => "account.reactivated",
        ActKind::EmailChanged => "account.email_changed",
        ActKind::PasswordChanged => "account.password_changed",
        ActKind::PasswordReset => "account.password_reset",
        ActKind::ResetCodeIssued => "account.reset_code_issued",
        ActKind::SecondFactorEnrolled => "account.second_factor_enrolled",
        ActKind::SecondFactorDisabled => "account.second_factor_disabled",
        ActKind::SecondFactorReset => "account.second_factor_reset",
        ActKind::RecoveryCodesRegenerated => "account.recovery_codes_regenerated",
        ActKind::SeatCreated => "seat.created",
        ActKind::SeatUpdated => "seat.updated",
        ActKind::SeatEnded => "seat.ended",
        ActKind::HolderAppointed => "holder.appointed",
        ActKind::HolderEnded => "holder.ended",
        ActKind::ServiceAccountCreated => "service_account.created",
        ActKind::ServiceAccountEnded => "service_account.ended",
        ActKind::AccessTokenCreated => "access_token.created",
        ActKind::AccessTokenRevoked => "access_token.revoked",
        ActKind::PersonalDataExported => "account.personal_data_exported",
        ActKind::ErasureProposed => "account.erasure_proposed",
        ActKind::ErasureRejected => "account.erasure_rejected",
        ActKind::PersonErased => "account.erased",
        ActKind::NamedPeopleSought => "named_person.sought",
        ActKind::NamedErasureProposed => "named_person.erasure_proposed",
        ActKind::NamedErasureRejected => "named_person.erasure_rejected",
        ActKind::NamedPersonErased => "named_person.erased",
    }
}
