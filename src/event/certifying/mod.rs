//! Certificates of attendance: who was present by the sealed attendance gets one.
use entity::{
    certificate,
    enums::{CertificateKind, EventActKind, EventStatus},
    event,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

pub mod graphql;
pub mod query;

use super::{
    arranging::{outcome, replayed, wrong_state},
    running::LONGEST_REASON,
    sight,
    trace::{About, Act, record},
};
use crate::{
    authz::policy::event::Action,
    certificate::{
        issuing::{self, Deserving},
        payload, query as certificates,
    },
    command::{self, Begun, Replay},
    db::Db,
    error::{Code, Error, Refusal},
    input::required,
    locale::Text,
    session::Session,
};

/// What the certificates of attendance are of.
pub const SUBJECT: &str = "event_delegate";

/// Gives everybody a certificate who was present.
#[derive(Clone, Debug, Serialize)]
pub struct Issue {
    pub event: Uuid,
    pub seat: Option<Uuid>,
}

/// Signs a certificate for everybody who was present at a sealed event and has none. Whoever has one keeps it, also one that
/// was revoked; so it may be given again after a correction. Nobody is given one who was erased since.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; `WrongState` until the attendance is sealed.
pub async fn issue(session: &Session, field: &str, input: Issue) -> Result<event::Model, Error> {
    let write = match command::begin(session, field, "issueCertificates", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (Action::Command, input.seat);
    let (row, seat) = sight::held(write.connection(), &write.actor, input.event, asked).await?;
    if row.status != EventStatus::Final {
        return Err(wrong_state(row.status).into());
    }
    let connection = write.connection();
    let of_event = query::delegates_of(row.id);
    let have = certificates::have(connection, CertificateKind::Attendance, of_event).await?;
    let present = query::present_at(connection, row.id).await?;
    let directory = &write.actor.directory;
    let about = payload::About::Attendance { event: (&row).into() };
    let deserving = present
        .into_iter()
        .filter(|delegate| !have.contains(&delegate.id))
        .filter_map(|delegate| {
            let name = match delegate.account_id {
                Some(account) => directory
                    .person(account)
                    .filter(|person| !person.erased)
                    .map(|person| person.name.clone()),
                None => delegate.name,
            };
            Some(Deserving {
                about: about.clone(),
                subject: delegate.id,
                unit: delegate.unit_id,
                account: delegate.account_id,
                name: name?,
            })
        });
    let deserving: Vec<Deserving> = deserving.collect();
    // What changes nothing leaves nothing.
    if !deserving.is_empty() {
        let issued = issuing::issue(&write, row.unit_id, SUBJECT, &deserving).await?;
        let act = Act {
            kind: EventActKind::IssueCertificates,
            about: About::Event,
            details: json!({ "version": row.version, "status": row.status, "certificates": issued.len() }),
            reason: None,
        };
        record(&write, &row, seat, act).await?;
    }
    write.commit(outcome(row.id)).await?;
    Ok(row)
}

/// Takes a certificate back.
#[derive(Clone, Debug, Serialize)]
pub struct Revoke {
    pub certificate: Uuid,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Revokes a certificate of attendance, for good; why is told to whoever looks it up.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; `Invalid` for the certificate of an award; `WrongState` when it was revoked before;
/// `Required` and `TooLong` for the reason.
pub async fn revoke(session: &Session, field: &str, input: Revoke) -> Result<certificate::Model, Error> {
    let write = match command::begin(session, field, "revokeCertificate", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed_certificate(session, *replay).await,
    };
    let connection = write.connection();
    let found = certificates::by_ids(connection, &write.actor, &[input.certificate]).await?;
    let found = found.into_iter().next();
    let row = found.ok_or_else(|| certificate_not_found().at(["certificate"]))?;
    if row.subject_type != SUBJECT {
        let text = Text::new(
            "Sertifikat penghargaan dicabut bersama penghargaannya, dengan `revokeAward`.",
            "The certificate of an award is revoked with the award, by `revokeAward`.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["certificate"]).into());
    }
    let event = query::event_of(connection, row.subject_id).await?;
    let event = event.ok_or_else(|| Error::internal("a certificate of no event"))?;
    let asked = (Action::Command, input.seat);
    // Whoever sees the certificate is told that it is not theirs to revoke, also where the event is none of theirs.
    let held = sight::held(connection, &write.actor, event, asked).await;
    let (event, seat) = held.map_err(of_certificate)?;
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    let revoked = certificate::Entity::update_many()
        .col_expr(certificate::Column::RevokedAt, Expr::value(write.now))
        .col_expr(certificate::Column::RevokedBecause, Expr::value(reason.clone()))
        .filter(certificate::Column::Id.eq(row.id))
        .filter(certificate::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    if revoked.rows_affected != 1 {
        let text = Text::new("Sertifikat ini sudah dicabut.", "This certificate was revoked already.");
        return Err(Refusal::new(Code::WrongState, text).at(["certificate"]).into());
    }
    let act = Act {
        kind: EventActKind::RevokeCertificate,
        about: About::Certificate {
            id: row.id,
            unit: row.unit_id,
        },
        details: json!({ "certificate": row.id, "delegate": row.subject_id }),
        reason: Some(reason.clone()),
    };
    record(&write, &event, seat, act).await?;
    let after = certificate::Model {
        revoked_at: Some(write.now),
        revoked_because: Some(reason),
        ..row
    };
    write.commit(json!({ "certificate": after.id })).await?;
    Ok(after)
}

/// What is refused of the event, told of the certificate that was named.
fn of_certificate(error: Error) -> Error {
    let Error::Refused(refusals) = error else { return error };
    let told = refusals.into_iter().map(|refusal| match refusal.code {
        Code::NotFound | Code::Forbidden => Refusal::forbidden().at(["certificate"]),
        _ => refusal,
    });
    Error::Refused(told.collect())
}

/// Certificates of attendance that were revoked, or are in force, behind the acts on them; a sentence each.
///
/// # Errors
/// The database's.
pub async fn faults(db: &Db) -> Result<Vec<String>, Error> {
    let misstated = query::misstated(db.reader()).await?;
    let told = |id: &Uuid| format!("certificate {id} is revoked or not otherwise than its acts tell");
    Ok(misstated.iter().map(told).collect())
}

/// The one answer for a certificate that is absent or hidden.
fn certificate_not_found() -> Refusal {
    let text = Text::new("Sertifikat tidak ditemukan.", "The certificate was not found.");
    Refusal::new(Code::NotFound, text)
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed_certificate(
    session: &Session,
    Replay { actor, outcome }: Replay,
) -> Result<certificate::Model, Error> {
    let id = outcome["certificate"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a certificate"))?;
    let found = certificates::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| certificate_not_found().at(["certificate"]).into())
}
