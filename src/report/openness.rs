//! How open a report is: who may be told of it beyond those who work on it. Said with a reason, and kept in its history.
use entity::{
    enums::{Openness, ReportCommand},
    report,
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    service::{Asked, permitted, replayed},
    step::{Act, checked_reason, outcome, placed, record, write_if_unchanged},
};
use crate::{
    command::{self, Begun},
    error::{Code, Error, Refusal},
    locale::Text,
    session::Session,
};

/// Says how open a report is.
#[derive(Clone, Debug, Serialize)]
pub struct SetOpenness {
    pub report: Uuid,
    pub expected_version: i32,
    pub openness: Openness,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Says how open a report is from now on.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` for a missing reason, `Invalid` where it
/// is so already, and what [`command::begin`] says.
pub async fn set(session: &Session, field: &str, input: SetOpenness) -> Result<report::Model, Error> {
    const COMMAND: ReportCommand = ReportCommand::SetOpenness;
    let write = match command::begin(session, field, "setOpenness", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = Asked {
        report: input.report,
        expected_version: input.expected_version,
        seat: input.seat,
    };
    let (report, seat, place) = permitted(&write, asked, COMMAND).await?;
    let reason = checked_reason(COMMAND, Some(&input.reason))?;
    if report.openness == input.openness {
        let text = Text::new(
            "Keterbukaan laporan ini sudah demikian.",
            "That is how open this report is already.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["openness"]).into());
    }
    let moved = report::Model {
        openness: input.openness,
        accepted_at: report.accepted_at,
        ..placed(&report, place, write.now)
    };
    write_if_unchanged(write.connection(), &report, &moved).await?;
    let act = Act {
        seat,
        command: COMMAND,
        from: Some(report.status),
        reason,
    };
    record(&write, Some(&report), &moved, act).await?;
    write.commit(outcome(&moved)).await?;
    Ok(moved)
}
