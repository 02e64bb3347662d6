//! *Sertifikat* and *piagam penghargaan*: all they say is what was signed, with the name whose hash was.
use chrono::{DateTime, Utc};
use paper::{AwardPaper, CertificatePaper, Moment, Zone};
use uuid::Uuid;

use super::{
    page::honour_words,
    payload::{About, Award, Event, Payload},
    query::{self, Found},
    verification::signed,
};
use crate::{
    error::Error,
    identity::erasure::MARKER,
    papers::words::{letterhead, moment, zone_of},
    session::Session,
    statement::page::indonesian,
    territory::directory::Directory,
};

/// A certificate as it is printed.
pub enum Paper {
    Attendance(Box<CertificatePaper>),
    Award(Box<AwardPaper>),
}

impl Paper {
    /// What it is filed under.
    #[must_use]
    pub fn number(&self) -> &str {
        match self {
            Self::Attendance(paper) => &paper.number,
            Self::Award(paper) => &paper.number,
        }
    }
}

/// The paper of a certificate the caller sees; None where there is none.
///
/// # Errors
/// Where the certificate does not verify: nothing is printed that is not signed. The database's.
pub async fn of(session: &Session, id: Uuid, origin: &str) -> Result<Option<Paper>, Error> {
    let connection = session.services.db.reader();
    let row = query::by_ids(connection, &session.actor, &[id]).await?.pop();
    let Some(row) = row else { return Ok(None) };
    let Some(found) = query::by_code(connection, &row.code).await? else {
        return Ok(None);
    };
    let said = signed(&found.certificate, &found.key);
    let said = said.ok_or_else(|| Error::internal("a certificate that does not verify"))?;
    let told = Told {
        directory: &session.actor.directory,
        found: &found,
        origin,
    };
    let paper = match said.about.clone() {
        About::Attendance { event } => Paper::Attendance(Box::new(told.attendance(said, event)?)),
        About::Award { award } => Paper::Award(Box::new(told.award(said, &award)?)),
    };
    Ok(Some(paper))
}

/// What a paper is told by, beside what was signed.
struct Told<'t> {
    directory: &'t Directory,
    found: &'t Found,
    origin: &'t str,
}

impl Told<'_> {
    fn attendance(&self, said: Payload, event: Event) -> Result<CertificatePaper, Error> {
        let zone = zone_of(&event.time_zone);
        Ok(CertificatePaper {
            letterhead: letterhead(self.directory, said.issuer.id),
            number: number("SK", &said.code),
            name: self.name(),
            unit: said.unit.name,
            event: event.title,
            place: event.place,
            began: at(&event.starts_at, zone)?,
            ended: at(&event.ends_at, zone)?,
            issuer: said.issuer.name,
            issued: at(&said.issued_at, zone)?,
            key_id: said.kid,
            verify_url: self.address(&said.code),
            code: said.code,
            revoked: self.revoked(),
        })
    }

    fn award(&self, said: Payload, award: &Award) -> Result<AwardPaper, Error> {
        let zone = zone_of(&award.time_zone);
        let name = self.name();
        // A unit is named once.
        let unit = (name != said.unit.name).then_some(said.unit.name);
        Ok(AwardPaper {
            letterhead: letterhead(self.directory, said.issuer.id),
            number: number("PP", &said.code),
            name,
            unit,
            honour: honour_words(award).0,
            category: award.category.title.clone(),
            edition: award.edition.title.clone(),
            announced: at(&award.announced_at, zone)?,
            letter: award
                .list
                .letter
                .as_ref()
                .map(|letter| (letter.number.clone(), letter.date)),
            issuer: said.issuer.name,
            issued: at(&said.issued_at, zone)?,
            key_id: said.kid,
            verify_url: self.address(&said.code),
            code: said.code,
            revoked: self.revoked(),
        })
    }

    fn name(&self) -> String {
        let name = self.found.certificate.name.clone();
        name.unwrap_or_else(|| MARKER.to_owned())
    }

    fn address(&self, code: &str) -> String {
        format!("{}/verify/{code}", self.origin)
    }

    fn revoked(&self) -> Option<String> {
        let row = &self.found.certificate;
        let because = row.revoked_because.as_deref().unwrap_or_default();
        row.revoked_at
            .map(|at| format!("DICABUT pada {}: {because}", indonesian(at)))
    }
}

fn at(text: &str, zone: Zone) -> Result<Moment, Error> {
    let at: DateTime<Utc> = DateTime::parse_from_rfc3339(text).map_err(Error::internal)?.to_utc();
    Ok(moment(at, zone))
}

/// What it is filed under: the beginning of its code.
fn number(letters: &str, code: &str) -> String {
    format!("{letters}-{}", code.chars().take(9).collect::<String>())
}
