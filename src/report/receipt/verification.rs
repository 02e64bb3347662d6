//! What anybody is told who has the code of a receipt. Nothing is told that is not signed: what the row says beside it is
//! only compared.
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Openness, Position, ReportCommand},
    receipt, receipt_key,
};
use serde::Serialize;

use super::{
    payload::{Payload, TYP, VERSION},
    query::{self, Found},
};
use crate::{
    error::Error,
    identity::receipt_key::is_signed,
    services::Services,
    statement::{
        payload::moment,
        verification::{Signed, read_code},
    },
};

/// What is told of a receipt.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    pub code: String,
    /// Whether the signature is that of the server's key over what it says, computed at this moment.
    pub valid: bool,
    /// What was signed; null where the signature does not hold.
    pub receipt: Option<Shown>,
    /// What was done to the report since that takes something back, earliest first.
    pub since: Vec<Since>,
    /// Whether the revision that was received is the one in force.
    pub is_revision_in_force: bool,
}

/// What a receipt shows in public.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// Null where the report is exempt.
    pub report: Option<ShownReport>,
    pub giver: ShownSeat,
    pub receiver: ShownSeat,
    /// Null where the report is exempt: places have the names of units.
    pub place: Option<String>,
    pub handed_over_at: String,
    pub received_at: String,
    pub revision: i32,
    pub sha256: String,
    /// For whoever verifies it alone; null where the report is exempt.
    pub signed: Option<Signed>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownReport {
    pub template: String,
    pub cycle: String,
    pub unit_code: String,
    pub unit: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownSeat {
    pub position: Position,
    /// Null where it would tell the unit of an exempt report; so is the unit.
    pub title: Option<String>,
    pub unit: Option<String>,
}

/// Something that was taken back.
#[derive(Clone, Debug, Serialize)]
pub struct Since {
    pub what: Sequel,
    pub at: DateTime<Utc>,
}

/// What may take back what a receipt seems to promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sequel {
    Declined,
    AcceptanceRetracted,
    Reopened,
}

/// Which steps are told in public. That a report was accepted is not among them: it may still be taken back.
fn sequel(command: ReportCommand) -> Option<Sequel> {
    match command {
        ReportCommand::Decline => Some(Sequel::Declined),
        ReportCommand::RetractAcceptance => Some(Sequel::AcceptanceRetracted),
        ReportCommand::Reopen => Some(Sequel::Reopened),
        ReportCommand::Start
        | ReportCommand::Edit
        | ReportCommand::Submit
        | ReportCommand::Withdraw
        | ReportCommand::Take
        | ReportCommand::Release
        | ReportCommand::Return
        | ReportCommand::Endorse
        | ReportCommand::HandOver
        | ReportCommand::Receive
        | ReportCommand::RefuseHandover
        | ReportCommand::Assign
        | ReportCommand::AskRevision
        | ReportCommand::Accept
        | ReportCommand::Abandon
        | ReportCommand::Evaluate
        | ReportCommand::SetOpenness => None,
    }
}

/// Looks a receipt up by its code, however it was typed. None: there is no such receipt.
///
/// # Errors
/// `RateLimited`; the database's.
pub async fn verify(services: &Services, typed: &str, address: IpAddr) -> Result<Option<Verified>, Error> {
    match read_code(services, typed, address)? {
        Some(code) => look_up(services, &code).await,
        None => Ok(None),
    }
}

/// The receipt of a code, told to whoever has the code.
///
/// # Errors
/// The database's.
pub async fn look_up(services: &Services, code: &str) -> Result<Option<Verified>, Error> {
    let found = query::by_code(services.db.reader(), code).await?;
    Ok(found.as_ref().map(told))
}

fn told(found: &Found) -> Verified {
    let signed = signed(&found.receipt, &found.key);
    if signed.is_none() {
        tracing::error!(receipt = %found.receipt.id, "a receipt does not verify");
    }
    Verified {
        code: found.receipt.code.clone(),
        valid: signed.is_some(),
        receipt: signed.map(|payload| shown(found, payload)),
        since: sequels(found),
        is_revision_in_force: found.revision_in_force == Some(found.receipt.revision_id),
    }
}

/// What takes something back of what was done since, earliest first.
pub(in crate::report) fn sequels(found: &Found) -> Vec<Since> {
    let since = found.since.iter();
    since
        .filter_map(|(command, at)| sequel(*command).map(|what| Since { what, at: *at }))
        .collect()
}

/// What was signed, if it was, and if it is of the row it stands in.
pub(in crate::report) fn signed(row: &receipt::Model, key: &receipt_key::Model) -> Option<Payload> {
    if !is_signed(&row.payload, &row.signature, key) {
        return None;
    }
    let payload = Payload::read(&row.payload).ok()?;
    let fits = payload.typ == TYP
        && payload.version == VERSION
        && (payload.id, &payload.code, &payload.kid) == (row.id, &row.code, &row.kid)
        && (payload.report.id, payload.revision.id) == (row.report_id, row.revision_id)
        && payload.received_at == moment(row.issued_at);
    fits.then_some(payload)
}

fn shown(found: &Found, payload: Payload) -> Shown {
    let is_open = match found.openness {
        Openness::Public | Openness::Internal => true,
        Openness::Exempt => false,
    };
    let seat = |seat: super::payload::Seat, is_open: bool| ShownSeat {
        position: seat.position,
        title: is_open.then_some(seat.title),
        unit: is_open.then_some(seat.unit.name),
    };
    Shown {
        report: is_open.then_some(ShownReport {
            template: payload.report.template.name,
            cycle: payload.report.cycle.name,
            unit_code: payload.unit.code,
            unit: payload.unit.name,
        }),
        giver: seat(payload.giver, is_open),
        // RI receives: that tells nothing of the unit.
        receiver: seat(payload.receiver, true),
        place: is_open.then_some(payload.handover.place),
        handed_over_at: payload.handover.at,
        received_at: payload.received_at,
        revision: payload.revision.number,
        sha256: payload.revision.sha256,
        signed: is_open.then(|| Signed {
            payload: found.receipt.payload.clone(),
            signature: found.receipt.signature.clone(),
            kid: found.receipt.kid.clone(),
        }),
    }
}
