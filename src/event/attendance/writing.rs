//! A unit writes down who of its people was there, and stands by it; the host verifies it, or returns it.
use std::collections::HashSet;

use entity::{
    attendance_sheet::{self, Entries, Entry},
    enums::{EventActKind, PresenceClaim, RecordType, SheetStatus},
    event_invitation,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    held::{self, Sheet, stale, wrong_state},
    workflow::{self, Refused, Step, is_time_for},
};
use crate::{
    audit::canonical_json,
    authz::{ActingSeat, policy::event::UnitAction},
    command::{self, Begun, Replay, Write},
    digest::sha256,
    error::{Code, Error, Refusal},
    event::{
        self as events,
        arranging::wrong_state as wrong_state_of_event,
        running::LONGEST_REASON,
        sight::{Guest, invitation_not_found},
        trace::{About, Act, record},
    },
    faults::{fault, few, short},
    file::attachment,
    input::{check_length, optional, required},
    locale::Text,
    session::Session,
};

/// How many entries are written at once.
pub const MOST_ENTRIES: usize = 500;

/// How many files show what an entry says.
pub const MOST_EVIDENCE: usize = 5;

/// The longest note on an entry, characters.
pub const LONGEST_NOTE: usize = 500;

/// The longest note on a sheet, characters.
pub const LONGEST_SHEET_NOTE: usize = 2_000;

/// What is to be said of somebody in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    pub delegate: Uuid,
    pub session: Uuid,
    /// None: nothing any more.
    pub claim: Option<PresenceClaim>,
    pub note: Option<String>,
    pub evidence: Vec<Uuid>,
}

/// Writes in a sheet.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    /// The invitation it belongs to.
    pub sheet: Uuid,
    pub expected_version: i32,
    pub entries: Vec<Said>,
    /// None: it stays.
    pub note: Option<Option<String>>,
    pub seat: Option<Uuid>,
}

/// A sheet after a command: the invitation, and what is written.
pub type Written = (event_invitation::Model, attendance_sheet::Model);

/// Writes in the sheet of a unit: what is given replaces what was said of the same person in the same session, all else stays.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, and at its place what is wrong with each entry.
pub async fn edit(session: &Session, field: &str, input: Edit) -> Result<Written, Error> {
    let write = match command::begin(session, field, "editAttendance", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let sheet = held::sheet(&write, input.sheet).await?;
    permitted(&write, &sheet, (UnitAction::Draft, input.seat), input.expected_version)?;
    let status = stepped(&sheet, Step::Edit)?;
    let mut faults = faults_of(&sheet, &input.entries);
    if let Some(note) = &input.note {
        faults.extend(check_length(note.as_deref().unwrap_or_default(), "note", LONGEST_SHEET_NOTE).err());
    }
    settled(faults)?;
    hold_evidence(&write, &sheet, &input.entries).await?;
    let before = sheet.row.as_ref();
    let note = match &input.note {
        Some(note) => optional(note.as_deref(), "note", LONGEST_SHEET_NOTE)?,
        None => before.and_then(|row| row.note.clone()),
    };
    let said = before.map(|row| row.entries.0.as_slice()).unwrap_or_default();
    let after = attendance_sheet::Model {
        status,
        entries: merged(&sheet, said, &input.entries),
        note,
        ..blank(&sheet)
    };
    write_if_unchanged(&write, &sheet, &after).await?;
    write.commit(outcome(&sheet)).await?;
    Ok((sheet.invitation, after))
}

/// The row of a sheet, one version on.
fn blank(sheet: &Sheet) -> attendance_sheet::Model {
    let row = sheet.row.clone().unwrap_or_else(|| attendance_sheet::Model {
        id: sheet.invitation.id,
        event_id: sheet.event.id,
        invitation_id: sheet.invitation.id,
        unit_id: sheet.invitation.unit_id,
        status: SheetStatus::Draft,
        entries: Entries::default(),
        note: None,
        submitted_at: None,
        sealed: 0,
        version: 0,
    });
    attendance_sheet::Model {
        version: row.version + 1,
        ..row
    }
}

/// The seat that may, of a sheet that is as the caller has read it. The host's own people need no sheet.
fn permitted(
    write: &Write,
    sheet: &Sheet,
    asked: (UnitAction, Option<Uuid>),
    expected_version: i32,
) -> Result<ActingSeat, Refusal> {
    let seat = held::seat(write, Guest::of(&sheet.event, &sheet.invitation), asked, "sheet")?;
    if sheet.version() != expected_version {
        return Err(stale(sheet.version()));
    }
    Ok(seat)
}

/// Where a step leads.
fn stepped(sheet: &Sheet, step: Step) -> Result<SheetStatus, Refusal> {
    if sheet.event.unit_id == sheet.invitation.unit_id {
        let text = Text::new(
            "Penyelenggara tidak menyusun daftar hadir untuk orangnya sendiri: catatan pintu yang berlaku.",
            "The host writes no sheet on its own people: the door's word is sealed.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["sheet"]));
    }
    let status = workflow::next(sheet.status(), step).map_err(|Refused| wrong_state(sheet.status()))?;
    if !is_time_for(step, sheet.event.status) {
        return Err(wrong_state_of_event(sheet.event.status).at(["sheet"]));
    }
    Ok(status)
}

/// Everything that is wrong with entries, each at its place.
pub(super) fn faults_of(sheet: &Sheet, entries: &[Said]) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = few(entries.len(), MOST_ENTRIES)
        .map(|fault| fault.at(["entries"]))
        .into_iter()
        .collect();
    let mut seen = HashSet::new();
    for (place, said) in entries.iter().enumerate().take(MOST_ENTRIES) {
        let mut of_one = faults_of_one(sheet, said);
        if !seen.insert((said.delegate, said.session)) {
            of_one.push(fault(
                Code::Invalid,
                "Orang ini sudah disebut untuk sesi ini.",
                "This person is named for this session already.",
            ));
        }
        let place = place.to_string();
        faults.extend(of_one.into_iter().map(|fault| fault.within(["entries", &place])));
    }
    faults
}

fn faults_of_one(sheet: &Sheet, said: &Said) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let person = sheet.people.iter().find(|person| person.id == said.delegate);
    if person.is_none() {
        faults.push(events::replying::delegate_not_found().at(["delegate"]));
    }
    if !sheet.sessions.iter().any(|session| session.id == said.session) {
        faults.push(
            fault(
                Code::NotFound,
                "Tidak ada sesi seperti ini yang kehadirannya dicatat.",
                "There is no such session in which attendance is taken.",
            )
            .at(["session"]),
        );
    }
    let excused = person.is_some_and(|person| sheet.excused.covers(person));
    if said.claim == Some(PresenceClaim::Excused) && person.is_some() && !excused {
        faults.push(not_excused().at(["claim"]));
    }
    faults.extend(short("note", said.note.as_deref().unwrap_or_default(), LONGEST_NOTE));
    faults.extend(few(said.evidence.len(), MOST_EVIDENCE).map(|fault| fault.at(["evidence"])));
    faults
}

fn not_excused() -> Refusal {
    fault(
        Code::Invalid,
        "Izin untuk orang ini belum diberikan; mintalah dahulu dengan requestExcuse.",
        "No excuse was granted for this person; ask for one first with requestExcuse.",
    )
}

fn settled(faults: Vec<Refusal>) -> Result<(), Error> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(faults))
    }
}

/// Makes the invitation hold what shows it: such a file is read by whoever reads the invitation.
pub(super) async fn hold_evidence(write: &Write, sheet: &Sheet, entries: &[Said]) -> Result<(), Error> {
    let record = (RecordType::EventInvitation, sheet.invitation.id);
    let mut missing = Vec::new();
    let mut held = HashSet::new();
    for (place, said) in entries.iter().enumerate() {
        for (of_entry, file) in said.evidence.iter().enumerate() {
            if held.contains(file) {
                continue;
            }
            if attachment::hold_letter(write.connection(), &write.actor, record, *file, write.now).await? {
                held.insert(*file);
            } else {
                let path = [
                    "entries".to_owned(),
                    place.to_string(),
                    "evidence".to_owned(),
                    of_entry.to_string(),
                ];
                missing.push(attachment::not_found().at(path));
            }
        }
    }
    settled(missing)
}

/// What a sheet says with what is said anew, in the order of delegates and sessions: of nobody else, and of no other session.
pub(super) fn merged(sheet: &Sheet, before: &[Entry], said: &[Said]) -> Entries {
    let replaced: HashSet<_> = said.iter().map(|said| (said.delegate, said.session)).collect();
    let people: HashSet<Uuid> = sheet.people.iter().map(|person| person.id).collect();
    let sessions: HashSet<Uuid> = sheet.sessions.iter().map(|session| session.id).collect();
    let stays = |entry: &&Entry| {
        let counts = people.contains(&entry.delegate) && sessions.contains(&entry.session);
        counts && !replaced.contains(&(entry.delegate, entry.session))
    };
    let new = said.iter().filter_map(|said| {
        let note = said.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        Some(Entry {
            delegate: said.delegate,
            session: said.session,
            claim: said.claim?,
            note: note.map(str::to_owned),
            evidence: said.evidence.clone(),
        })
    });
    let kept = before.iter().filter(stays).cloned();
    let mut entries: Vec<Entry> = kept.chain(new).collect();
    entries.sort_by_key(|entry| (entry.delegate, entry.session));
    Entries(entries)
}

/// Takes a sheet one step on.
#[derive(Clone, Debug, Serialize)]
pub struct Advance {
    pub sheet: Uuid,
    pub expected_version: i32,
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Submits a sheet that speaks of everybody in every session: the unit stands by it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; `Required` where something is not said yet, `Invalid`
/// where somebody is said to be excused who is not.
pub async fn submit(session: &Session, field: &str, input: Advance) -> Result<Written, Error> {
    let write = match command::begin(session, field, "submitAttendance", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let sheet = held::sheet(&write, input.sheet).await?;
    let seat = permitted(&write, &sheet, (UnitAction::Answer, input.seat), input.expected_version)?;
    let status = stepped(&sheet, Step::Submit)?;
    settled(incomplete(&sheet))?;
    let after = attendance_sheet::Model {
        status,
        submitted_at: Some(write.now),
        ..blank(&sheet)
    };
    write_if_unchanged(&write, &sheet, &after).await?;
    trace(&write, &sheet, seat, (EventActKind::SubmitSheet, &after, None)).await?;
    write.commit(outcome(&sheet)).await?;
    Ok((sheet.invitation, after))
}

/// What keeps a sheet from being submitted.
fn incomplete(sheet: &Sheet) -> Vec<Refusal> {
    let said = sheet.row.as_ref().map(|row| row.entries.0.as_slice());
    let said = held::by_line(said.unwrap_or_default());
    if sheet.people.is_empty() {
        let text = Text::new(
            "Unit ini tidak mengutus siapa pun; tidak ada yang perlu dikirim.",
            "Nobody is expected for this unit; there is nothing to submit.",
        );
        return vec![Refusal::new(Code::Required, text).at(["sheet"])];
    }
    let mut faults = Vec::new();
    let mut missing = 0_usize;
    for person in &sheet.people {
        for session in &sheet.sessions {
            let entry = said.get(&(person.id, session.id));
            match entry.map(|entry| entry.claim) {
                None => missing += 1,
                Some(PresenceClaim::Excused) if !sheet.excused.covers(person) => {
                    faults.push(not_excused().at(["sheet"]));
                }
                Some(PresenceClaim::Present | PresenceClaim::Absent | PresenceClaim::Excused) => {}
            }
        }
    }
    if missing > 0 {
        let text = Text::new(
            format!("Kehadiran belum diisi untuk {missing} orang dan sesi."),
            format!("Attendance is not said yet of {missing} people and sessions."),
        );
        faults.push(Refusal::new(Code::Required, text).at(["sheet"]));
    }
    faults
}

/// Verifies what a unit submitted, or returns it, which owes a reason: never who submitted it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` and `TooLong`.
pub async fn settle(session: &Session, field: &str, step: Step, input: Advance) -> Result<Written, Error> {
    let (name, kind) = match step {
        Step::Verify => ("verifyAttendance", EventActKind::VerifySheet),
        Step::Return => ("returnAttendance", EventActKind::ReturnSheet),
        Step::Edit | Step::Submit | Step::Seal | Step::Correct => {
            return Err(Error::internal("a step with a command of its own"));
        }
    };
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let sheet = held::sheet(&write, input.sheet).await?;
    let acts = events::query::acts(write.connection(), &[sheet.invitation.id]).await?;
    let acts = acts.get(&sheet.invitation.id).map_or(&[][..], Vec::as_slice);
    let guest = Guest {
        submitted: held::was_done_by(acts, EventActKind::SubmitSheet, write.actor.account),
        ..Guest::of(&sheet.event, &sheet.invitation)
    };
    let seat = held::seat(&write, guest, (UnitAction::Settle, input.seat), "sheet")?;
    if sheet.version() != input.expected_version {
        return Err(stale(sheet.version()).into());
    }
    let status = stepped(&sheet, step)?;
    let reason = if workflow::needs_reason(step) {
        let given = input.reason.as_deref().unwrap_or_default();
        Some(required(given, "reason", LONGEST_REASON)?)
    } else {
        optional(input.reason.as_deref(), "reason", LONGEST_REASON)?
    };
    let after = attendance_sheet::Model {
        status,
        ..blank(&sheet)
    };
    write_if_unchanged(&write, &sheet, &after).await?;
    trace(&write, &sheet, seat, (kind, &after, reason)).await?;
    write.commit(outcome(&sheet)).await?;
    Ok((sheet.invitation, after))
}

/// What was said is in the act by its hash alone: it may name what somebody was ill with.
async fn trace(
    write: &Write,
    sheet: &Sheet,
    seat: ActingSeat,
    (kind, after, reason): (EventActKind, &attendance_sheet::Model, Option<String>),
) -> Result<(), Error> {
    let act = Act {
        kind,
        about: About::Sheet {
            id: after.id,
            unit: after.unit_id,
        },
        details: json!({
            "version": after.version,
            "status": after.status,
            "entries": after.entries.0.len(),
            "sha256": sha256(&canonical_json(&after.entries)?),
        }),
        reason,
    };
    record(write, &sheet.event, seat, act).await.map(drop)
}

/// Writes a sheet where it is still as it was decided on.
pub(super) async fn write_if_unchanged(
    write: &Write,
    sheet: &Sheet,
    after: &attendance_sheet::Model,
) -> Result<(), Error> {
    let Some(before) = &sheet.row else {
        // The invitation is held: nobody else writes the first version.
        after.clone().into_active_model().insert(write.connection()).await?;
        return Ok(());
    };
    let written = attendance_sheet::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(attendance_sheet::Column::Id.eq(before.id))
        .filter(attendance_sheet::Column::Version.eq(before.version))
        .filter(attendance_sheet::Column::Status.eq(before.status))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before.version).into())
    }
}

fn outcome(sheet: &Sheet) -> Value {
    json!({ "sheet": sheet.invitation.id })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<Written, Error> {
    let id = outcome["sheet"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a sheet"))?;
    let reader = session.services.db.reader();
    let invitation = events::query::invitations_by_id(reader, &actor, &[id]).await?.pop();
    let invitation = invitation.ok_or_else(|| invitation_not_found().at(["sheet"]))?;
    let row = super::query::sheets_of(reader, &[id]).await?.pop();
    row.map(|row| (invitation, row))
        .ok_or_else(|| Error::internal("a sheet that was written is gone"))
}
