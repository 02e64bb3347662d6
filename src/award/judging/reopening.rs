//! Opening a closed jury of the issuer again, where a conflict of interest became known too late.
use std::collections::HashMap;

use entity::{
    award_panel,
    enums::{AssignmentState, AwardActKind, AwardEditionStatus, AwardPanelStatus, AwardRound},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    appointing::{next_version, outcome, replayed, write_if_unchanged},
    query,
    sight::{Chaired, chaired_at, is_running},
};
use crate::{
    award::{
        arranging::wrong_state,
        running::LONGEST_REASON,
        trace::{About, Act, record},
    },
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    faults::fault,
    input::required,
    session::Session,
};

/// Opens a closed jury again.
#[derive(Clone, Debug, Serialize)]
pub struct Reopen {
    pub panel: Uuid,
    pub expected_version: i32,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Opens a closed jury of the issuer again, as long as nothing is computed: where jurors were recused since, and what they had scored
/// has fewer sheets than the rules ask for. What others completed stays and counts; who is appointed now judges, and the jury is closed
/// anew.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`; `WrongState` once it was computed, for a jury at work, for one of a
/// province, whose shortlist stands as it was reckoned, and where no sheet is missing; `Required` and `TooLong` for the reason.
pub async fn reopen(session: &Session, field: &str, input: Reopen) -> Result<award_panel::Model, Error> {
    let write = match command::begin(session, field, "reopenJudging", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let held = chaired_at(&write, (input.panel, input.expected_version, input.seat)).await?;
    may_be_reopened(&held)?;
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    let short = short(&write, &held).await?;
    if short == 0 {
        let whole = fault(
            Code::WrongState,
            "Tidak ada entri yang kekurangan lembar nilai; penjurian tetap ditutup.",
            "No entry lacks a sheet; the jury stays closed.",
        );
        return Err(whole.at(["panel"]).into());
    }
    let after = award_panel::Model {
        status: AwardPanelStatus::Open,
        closed_at: None,
        ..next_version(&held.panel)
    };
    write_if_unchanged(&write, &held.panel, &after).await?;
    let act = Act {
        kind: AwardActKind::ReopenJudging,
        about: About::Panel {
            id: after.id,
            unit: after.unit_id,
        },
        details: json!({ "status": after.status, "version": after.version, "short": short }),
        reason: Some(reason),
    };
    record(&write, &held.edition, held.seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

fn may_be_reopened(held: &Chaired) -> Result<(), Refusal> {
    if held.edition.status != AwardEditionStatus::Judging {
        return Err(wrong_state(held.edition.status).at(["panel"]));
    }
    let refused = |id: &'static str, en: &'static str| Err(fault(Code::WrongState, id, en).at(["panel"]));
    match (held.panel.status, held.panel.round) {
        (AwardPanelStatus::Open, _) => refused("Penjurian ini masih berjalan.", "This jury is at work."),
        (AwardPanelStatus::Closed, AwardRound::Provinsi) => refused(
            "Daftar pendek provinsi tetap sebagaimana dihitung saat penjurian ditutup.",
            "The shortlist of a province stands as it was reckoned when its jury was closed.",
        ),
        (AwardPanelStatus::Closed, AwardRound::Issuer) => Ok(()),
    }
}

/// How many candidates in the running have fewer complete sheets than the rules ask for.
async fn short(write: &Write, held: &Chaired) -> Result<usize, Error> {
    let connection = write.connection();
    let mut complete: HashMap<Uuid, i32> = HashMap::new();
    for row in query::live_on(connection, held.panel.id).await? {
        if row.state == AssignmentState::Complete {
            *complete.entry(row.subject_id).or_default() += 1;
        }
    }
    let candidates = query::candidates(connection, held.panel.id, false).await?;
    let running = candidates
        .iter()
        .filter(|(_row, entry)| is_running(entry, held.panel.round));
    let short = running.filter(|(row, _entry)| {
        let sheets = complete.get(&row.id).copied().unwrap_or_default();
        sheets < held.category.sheets_minimum
    });
    Ok(short.count())
}
