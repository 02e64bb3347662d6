//! What was done to people, seats and tokens: one row per act, with its outbox row and its audit leaf.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{administrative_act, enums::ActKind};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{audit, clock::new_id, command::leave_trace, error::Error, feed::Event, territory::directory::Directory};

/// The type of the audited row.
pub const SUBJECT_TYPE: &str = "administrative_act";

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
    let row = administrative_act::Model {
        id: new_id(now),
        kind: act.kind,
        account_id: act.account,
        seat_id: act.seat,
        unit_id: act.unit,
        by_account: act.by,
        by_seat: act.by_seat,
        details: act.details,
        at: now,
    };
    row.clone().into_active_model().insert(connection).await?;
    let (subject_type, subject) = match (act.account, act.seat) {
        (Some(account), _) => ("account", account),
        (None, Some(seat)) => ("seat", seat),
        (None, None) => (SUBJECT_TYPE, row.id),
    };
    let event = Event {
        kind: event_kind(act.kind),
        subject_type,
        subject,
        unit: act.unit,
        payload: json!({
            "act": row.id,
            "account": act.account,
            "seat": act.seat,
            "unit": act.unit,
            "by": act.by,
            "bySeat": act.by_seat,
            "at": now,
        }),
    };
    let id = row.id;
    let subject = audit::Subject {
        subject_type: SUBJECT_TYPE,
        id,
        row: &row,
    };
    leave_trace(connection, event, subject, now).await?;
    Ok(id)
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
    }
}
