//! *Sertifikat*: all it says is what was signed, with the name whose hash was.
use chrono::{DateTime, Utc};
use paper::CertificatePaper;
use uuid::Uuid;

use super::{payload::About, query, verification::signed};
use crate::{
    error::Error,
    identity::erasure::MARKER,
    papers::words::{letterhead, moment, zone_of},
    session::Session,
    statement::page::indonesian,
};

/// The paper of a certificate the caller sees; None where there is none.
///
/// # Errors
/// Where the certificate does not verify: nothing is printed that is not signed. The database's.
pub async fn of(session: &Session, id: Uuid, origin: &str) -> Result<Option<CertificatePaper>, Error> {
    let connection = session.services.db.reader();
    let row = query::by_ids(connection, &session.actor, &[id]).await?.pop();
    let Some(row) = row else { return Ok(None) };
    let Some(found) = query::by_code(connection, &row.code).await? else {
        return Ok(None);
    };
    let row = &found.certificate;
    let said = signed(row, &found.key).ok_or_else(|| Error::internal("a certificate that does not verify"))?;
    let About::Attendance { event } = said.about;
    let zone = zone_of(&event.time_zone);
    let at = |text: &str| -> Result<DateTime<Utc>, Error> {
        Ok(DateTime::parse_from_rfc3339(text).map_err(Error::internal)?.to_utc())
    };
    Ok(Some(CertificatePaper {
        letterhead: letterhead(&session.actor.directory, said.issuer.id),
        number: number(&said.code),
        name: row.name.clone().unwrap_or_else(|| MARKER.to_owned()),
        unit: said.unit.name,
        event: event.title,
        place: event.place,
        began: moment(at(&event.starts_at)?, zone),
        ended: moment(at(&event.ends_at)?, zone),
        issuer: said.issuer.name,
        issued: moment(at(&said.issued_at)?, zone),
        key_id: said.kid,
        verify_url: format!("{origin}/verify/{}", said.code),
        code: said.code,
        revoked: row.revoked_at.map(|at| {
            let because = row.revoked_because.as_deref().unwrap_or_default();
            format!("DICABUT pada {}: {because}", indonesian(at))
        }),
    }))
}

/// What it is filed under: the beginning of its code.
fn number(code: &str) -> String {
    format!("SK-{}", code.chars().take(9).collect::<String>())
}
