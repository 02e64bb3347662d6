//! *Tanda Terima Laporan*: all it says is what was signed, and what has happened to the report since.
use chrono::{DateTime, Utc};
use entity::enums;
use paper::{AuditHead, HandedReport, Openness, ReceiptPaper, Seat};
use uuid::Uuid;

use crate::{
    error::Error,
    papers::words::{letterhead, moment, zone},
    report::receipt::{
        payload,
        query::{self, Found},
        verification::{Sequel, sequels, signed},
    },
    session::Session,
    statement::page::indonesian,
};

/// The paper of a receipt the caller sees; None where there is none.
///
/// # Errors
/// Where the receipt does not verify: nothing is printed that is not signed. The database's.
pub async fn of(session: &Session, id: Uuid, origin: &str) -> Result<Option<ReceiptPaper>, Error> {
    let connection = session.services.db.reader();
    let row = query::by_ids(connection, &session.actor, &[id])
        .await?
        .into_iter()
        .next();
    let Some(row) = row else { return Ok(None) };
    let Some(found) = query::by_code(connection, &row.code).await? else {
        return Ok(None);
    };
    let said = signed(&found.receipt, &found.key).ok_or_else(|| Error::internal("a receipt that does not verify"))?;
    let directory = &session.actor.directory;
    let receiving = said.receiver.unit.id;
    let zone = zone(directory, receiving);
    let at = |text: &str| -> Result<DateTime<Utc>, Error> {
        let at = DateTime::parse_from_rfc3339(text).map_err(Error::internal)?;
        Ok(at.to_utc())
    };
    let seat = |seat: &payload::Seat| Seat {
        position: seat.title.clone(),
        unit: seat.unit.name.clone(),
    };
    Ok(Some(ReceiptPaper {
        letterhead: letterhead(directory, receiving),
        number: number(&said.code),
        report: HandedReport {
            title: said.report.template.name,
            period: said.report.cycle.name,
            unit: said.unit.name,
            revision: u32::try_from(said.revision.number).map_err(Error::internal)?,
            sha256: said.revision.sha256,
        },
        giver: seat(&said.giver),
        receiver: seat(&said.receiver),
        place: said.handover.place,
        handed_over: moment(at(&said.handover.at)?, zone),
        received: moment(at(&said.received_at)?, zone),
        openness: match found.openness {
            enums::Openness::Public => Openness::Public,
            enums::Openness::Internal => Openness::Internal,
            enums::Openness::Exempt => Openness::Exempt,
        },
        audit_head: said.audit_head.map(|head| AuditHead {
            position: head.position,
            link: head.link,
        }),
        key_id: said.kid,
        verify_url: format!("{origin}/verify/{}", said.code),
        code: said.code,
        since: since(&found),
    }))
}

/// What it is filed under: the beginning of its code.
pub(super) fn number(code: &str) -> String {
    format!("TT-{}", code.chars().take(9).collect::<String>())
}

fn since(found: &Found) -> Option<String> {
    let sequels = sequels(found);
    let told = sequels.iter().map(|since| {
        let what = match since.what {
            Sequel::Declined => "Laporan kemudian ditolak pada",
            Sequel::AcceptanceRetracted => "Persetujuan atas laporan ditarik kembali pada",
            Sequel::Reopened => "Laporan dibuka kembali untuk diperbaiki pada",
        };
        format!("{what} {}.", indonesian(since.at))
    });
    let mut told: Vec<String> = told.collect();
    if found.revision_in_force != Some(found.receipt.revision_id) {
        told.push("Laporan telah diperbaiki sejak diterima; revisi ini bukan lagi yang berlaku.".to_owned());
    }
    (!told.is_empty()).then(|| told.join(" "))
}
