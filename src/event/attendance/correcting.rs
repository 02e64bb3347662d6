//! Correcting what is sealed: one person proposes it, of the unit or of the host, and another one of the host confirms it.
use entity::{
    attendance_correction, attendance_sheet,
    enums::{EventActKind, ProposedCommand},
    event, proposal,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    held::{self, Sheet, stale, wrong_state},
    query, sealing,
    workflow::{self, Refused, Step, is_time_for},
    writing::{LONGEST_SHEET_NOTE, Said, faults_of, hold_evidence, merged, write_if_unchanged},
};
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::event::{Action, Ties, UnitAction, decide},
    },
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    event::{
        self as events,
        arranging::wrong_state as wrong_state_of_event,
        sight::Guest,
        trace::{About, Act, record},
    },
    faults::fault,
    input::{check_length, optional},
    locale::Text,
    proposal::service::{self as proposals, Opening},
    session::{Actor, Session},
};

/// Proposes a correction.
#[derive(Clone, Debug, Serialize)]
pub struct Correct {
    /// The invitation the sheet belongs to.
    pub sheet: Uuid,
    pub expected_version: i32,
    /// What is to be said instead; everything else stays as it is sealed.
    pub entries: Vec<Said>,
    /// None: it stays.
    pub note: Option<Option<String>>,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Whether a seat may confirm the corrections of events that a unit holds: who commands them.
#[must_use]
pub fn decision(actor: &Actor, seat: &ActingSeat, host: Uuid) -> Decision {
    let published = Ties {
        published: true,
        ..Ties::default()
    };
    decide(seat.function, Action::Command, actor.standing(seat, host), published)
}

/// Proposes to correct what is sealed of the people of a unit: a HEAD of the unit or of the host.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; `Required` and `TooLong`; `AlreadyExists` while
/// another one is proposed; `Invalid` where nothing would change; and at its place what is wrong with each entry.
pub async fn propose(session: &Session, field: &str, input: Correct) -> Result<proposal::Model, Error> {
    let write = match command::begin(session, field, "correctAttendance", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return proposals::proposed_before(session, *replay).await,
    };
    let sheet = held::sheet(&write, input.sheet).await?;
    let seat = proposer(&write, &sheet, input.seat)?;
    if sheet.version() != input.expected_version {
        return Err(stale(sheet.version()).into());
    }
    let before = correctable(&sheet)?;
    let note = checked(&sheet, before, &input)?;
    hold_evidence(&write, &sheet, &input.entries).await?;
    let entries = merged(&sheet, &before.entries.0, &input.entries);
    if entries == before.entries && note == before.note {
        let same = fault(
            Code::Invalid,
            "Usulan ini tidak mengubah apa pun.",
            "This would change nothing.",
        );
        return Err(same.at(["entries"]).into());
    }
    let opening = Opening {
        command: ProposedCommand::CorrectAttendance,
        subject_type: "attendance_sheet",
        subject: before.id,
        unit: sheet.event.unit_id,
        expected_version: Some(before.version),
        reason: proposals::owed_reason(&input.reason)?,
    };
    let reason = opening.reason.clone();
    let proposed = proposals::open(&write, seat, opening).await?;
    let correction = attendance_correction::Model {
        proposal_id: proposed.id,
        sheet_id: before.id,
        entries,
        note,
    };
    correction.into_active_model().insert(write.connection()).await?;
    let told = (EventActKind::ProposeCorrection, json!({ "proposal": proposed.id }));
    trace(&write, (&sheet.event, before), seat, told, Some(reason)).await?;
    write.commit(proposals::outcome(&proposed)).await?;
    Ok(proposed)
}

/// The seat that proposes: one that answers for the unit, or one that settles for the host.
fn proposer(write: &Write, sheet: &Sheet, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
    let guest = Guest::of(&sheet.event, &sheet.invitation);
    let own = held::seat(write, guest, (UnitAction::Answer, named), "sheet");
    match own {
        Err(refusal) if refusal.code == Code::Forbidden => {
            held::seat(write, guest, (UnitAction::Settle, named), "sheet")
        }
        Ok(_) | Err(_) => own,
    }
}

/// What is sealed, where it can be corrected.
fn correctable(sheet: &Sheet) -> Result<&attendance_sheet::Model, Refusal> {
    if !is_time_for(Step::Correct, sheet.event.status) {
        return Err(wrong_state_of_event(sheet.event.status).at(["sheet"]));
    }
    workflow::next(sheet.status(), Step::Correct).map_err(|Refused| wrong_state(sheet.status()))?;
    sheet.row.as_ref().ok_or_else(|| wrong_state(sheet.status()))
}

/// Everything that is wrong with a correction; otherwise the note the sheet is to have.
fn checked(sheet: &Sheet, before: &attendance_sheet::Model, input: &Correct) -> Result<Option<String>, Error> {
    let mut faults = faults_of(sheet, &input.entries);
    for (place, said) in input.entries.iter().enumerate() {
        if said.claim.is_none() {
            let missing = fault(
                Code::Required,
                "Sebutkan kehadirannya.",
                "Say whether the person was there.",
            );
            faults.push(missing.at(["entries".to_owned(), place.to_string(), "claim".to_owned()]));
        }
    }
    if let Some(note) = &input.note {
        faults.extend(check_length(note.as_deref().unwrap_or_default(), "note", LONGEST_SHEET_NOTE).err());
    }
    faults.extend(proposals::owed_reason(&input.reason).err());
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    Ok(match &input.note {
        Some(note) => optional(note.as_deref(), "note", LONGEST_SHEET_NOTE)?,
        None => before.note.clone(),
    })
}

/// Seals a sheet anew as a proposal that is being confirmed would have it, in the transaction of the confirmation.
///
/// # Errors
/// `NotFound`, `StaleVersion`, `WrongState`; the database's.
pub async fn carry_out(write: &Write, seat: ActingSeat, proposal: &proposal::Model) -> Result<(), Error> {
    let sheet = held::sheet(write, proposal.subject_id).await;
    let sheet = sheet.map_err(|error| error.at("proposal"))?;
    if proposal.expected_version != Some(sheet.version()) {
        return Err(stale(sheet.version()).at(["proposal"]).into());
    }
    let before = correctable(&sheet).map_err(|refusal| refusal.at(["proposal"]))?;
    let correction = query::correction(write.connection(), proposal.id).await?;
    let correction = correction.ok_or_else(|| Error::internal("a proposal that corrects nothing"))?;
    let after = attendance_sheet::Model {
        entries: correction.entries,
        note: correction.note,
        sealed: before.sealed + 1,
        version: before.version + 1,
        ..before.clone()
    };
    let seal = sealing::sealed(&after, write.now)?;
    write_if_unchanged(write, &sheet, &after).await?;
    let details = json!({
        "proposal": proposal.id,
        "seal": seal.id,
        "number": seal.number,
        "sha256": seal.sha256,
        "proposedBy": proposal.proposed_by,
    });
    sealing::write_seals(write, vec![seal]).await?;
    let told = (EventActKind::CorrectSheet, details);
    trace(write, (&sheet.event, &after), seat, told, Some(proposal.reason.clone())).await
}

/// Notes that a correction was rejected, or withdrawn by who proposed it.
///
/// # Errors
/// The database's.
pub async fn reject(
    write: &Write,
    seat: ActingSeat,
    proposal: &proposal::Model,
    reason: Option<String>,
) -> Result<(), Error> {
    let sheet = held::sheet(write, proposal.subject_id).await;
    let sheet = sheet.map_err(|error| error.at("proposal"))?;
    let row = sheet.row.as_ref().ok_or_else(gone)?;
    let told = (EventActKind::RejectCorrection, json!({ "proposal": proposal.id }));
    trace(write, (&sheet.event, row), seat, told, reason).await
}

/// Keeps what is decided on with a sheet as it is until the transaction ends; whether the actor may know of it is told by what
/// follows.
///
/// # Errors
/// The database's.
pub async fn hold(write: &Write, sheet: Uuid) -> Result<(), Error> {
    let held = events::query::held_invitation(write.connection(), &write.actor, sheet).await;
    held.map(drop)
}

fn gone() -> Refusal {
    let text = Text::new("Daftar hadir tidak ditemukan.", "The attendance sheet was not found.");
    Refusal::new(Code::NotFound, text).at(["proposal"])
}

async fn trace(
    write: &Write,
    (event, sheet): (&event::Model, &attendance_sheet::Model),
    seat: ActingSeat,
    (kind, details): (EventActKind, Value),
    reason: Option<String>,
) -> Result<(), Error> {
    let act = Act {
        kind,
        about: About::Sheet {
            id: sheet.id,
            unit: sheet.unit_id,
        },
        details,
        reason,
    };
    record(write, event, seat, act).await.map(drop)
}
