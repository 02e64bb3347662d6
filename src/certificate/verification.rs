//! What anybody is told who has the code of a certificate. Nothing is told that is not signed: what the row says beside it is
//! only compared. The name stands on the paper the code was read from, so it is told too, for as long as its hash is the signed
//! one and the person was not erased.
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use entity::{certificate, enums::CertificateKind, receipt_key};
use serde::Serialize;

use super::{
    payload::{About, Award, Event, Holder, Payload, TYP, VERSION},
    query::{self, Found},
};
use crate::{
    digest::hexadecimal,
    error::Error,
    identity::receipt_key::is_signed,
    services::Services,
    statement::{
        payload::moment,
        verification::{Signed, read_code},
    },
};

/// What a certificate is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Standing {
    Valid,
    Revoked,
    NotAuthentic,
}

/// What is told of a certificate.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    pub code: String,
    /// Computed at this moment.
    pub standing: Standing,
    /// What was signed; null where the signature does not hold.
    pub certificate: Option<Shown>,
    /// Null unless it was revoked.
    pub revocation: Option<Revocation>,
}

/// What a certificate shows in public.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    pub kind: CertificateKind,
    /// Null where the person was erased.
    pub name: Option<String>,
    /// With which the signed hash of the name is computed, hexadecimal; null where the person was erased.
    pub salt: Option<String>,
    pub unit: String,
    pub unit_code: String,
    pub issuer: String,
    /// Null of an award.
    pub event: Option<Event>,
    /// Null of attendance.
    pub award: Option<Award>,
    pub issued_at: String,
    /// For whoever verifies it alone.
    pub signed: Signed,
}

/// That a certificate is worth nothing any more.
#[derive(Clone, Debug, Serialize)]
pub struct Revocation {
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// Looks a certificate up by its code, however it was typed. None: there is no such certificate.
///
/// # Errors
/// `RateLimited`; the database's.
pub async fn verify(services: &Services, typed: &str, address: IpAddr) -> Result<Option<Verified>, Error> {
    match read_code(services, typed, address)? {
        Some(code) => look_up(services, &code).await,
        None => Ok(None),
    }
}

/// The certificate of a code, told to whoever has the code.
///
/// # Errors
/// The database's.
pub async fn look_up(services: &Services, code: &str) -> Result<Option<Verified>, Error> {
    let found = query::by_code(services.db.reader(), code).await?;
    Ok(found.as_ref().map(told))
}

fn told(found: &Found) -> Verified {
    let row = &found.certificate;
    let signed = signed(row, &found.key);
    if signed.is_none() {
        tracing::error!(certificate = %row.id, "a certificate does not verify");
    }
    let revocation = row.revoked_at.map(|at| Revocation {
        at,
        reason: row.revoked_because.clone().unwrap_or_default(),
    });
    let standing = match (&signed, &revocation) {
        (None, _) => Standing::NotAuthentic,
        (Some(_), Some(_)) => Standing::Revoked,
        (Some(_), None) => Standing::Valid,
    };
    Verified {
        code: row.code.clone(),
        standing,
        certificate: signed.map(|payload| shown(row, payload)),
        revocation,
    }
}

/// What was signed, if it was, if it is of the row it stands in, and if the name beside it is the one that was hashed.
#[must_use]
pub fn signed(row: &certificate::Model, key: &receipt_key::Model) -> Option<Payload> {
    if !is_signed(&row.payload, &row.signature, key) {
        return None;
    }
    let payload = Payload::read(&row.payload).ok()?;
    let named = row.name.as_deref().zip(row.salt.as_deref());
    let fits = payload.typ == TYP
        && payload.version == VERSION
        && (payload.id, &payload.code, &payload.kid) == (row.id, &row.code, &row.kid)
        && (payload.about.kind(), payload.issuer.id, payload.unit.id) == (row.kind, row.issuer_id, row.unit_id)
        && payload.issued_at == moment(row.issued_at)
        && named.is_none_or(|(name, salt)| Holder::of(name, salt) == payload.holder);
    fits.then_some(payload)
}

fn shown(row: &certificate::Model, payload: Payload) -> Shown {
    let (event, award) = match payload.about {
        About::Attendance { event } => (Some(event), None),
        About::Award { award } => (None, Some(award)),
    };
    Shown {
        kind: row.kind,
        name: row.name.clone(),
        salt: row.salt.as_deref().map(hexadecimal),
        unit: payload.unit.name,
        unit_code: payload.unit.code,
        issuer: payload.issuer.name,
        event,
        award,
        issued_at: payload.issued_at,
        signed: Signed {
            payload: row.payload.clone(),
            signature: row.signature.clone(),
            kid: row.kid.clone(),
        },
    }
}
