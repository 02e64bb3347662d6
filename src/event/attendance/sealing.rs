//! Sealing the attendance of an event: what units have said, the door's word where they have said nothing, and a hash over it.
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    attendance_seal,
    attendance_sheet::{self, Entries, Entry},
    enums::{EventActKind, EventStatus, PresenceClaim, SheetStatus},
    event, event_attendance, event_delegate, event_invitation, event_session,
};
use sea_orm::{EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    held::{Excused, by_line, is_expected},
    query::{self, OpenMatters},
    recap::came,
    workflow::is_said,
};
use crate::{
    audit::{self, canonical_json, chain},
    authz::policy::event::Action,
    clock::new_id,
    command::{self, Begun, Write},
    db::insert_all,
    digest::{hexadecimal, sha256},
    error::{Code, Error, Refusal},
    event::{
        self as events,
        arranging::{outcome, replayed, told, write_if_unchanged, wrong_state},
        running::{Advance, LONGEST_REASON},
        sight::{self, stale},
        trace::{About, Act, record},
        workflow::{self, Refused, Step},
    },
    input::{optional, required},
    locale::Text,
    session::Session,
};

/// How many sheets are written in one statement: SQLite binds at most 32,766 values in one.
const BATCH: usize = 900;

/// Seals the attendance of an event: of every invitation what its unit has said where it stands by it, else the door's word,
/// and whoever the door says nothing of is absent, or excused. One act tells of all of it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`; `WrongState` for an event that is not over, and for each matter
/// nobody has decided; `Required` for the reason where sheets are not verified, and `TooLong`.
pub async fn finalise(session: &Session, field: &str, input: Advance) -> Result<event::Model, Error> {
    let write = match command::begin(session, field, "finaliseEvent", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let connection = write.connection();
    let asked = (Action::Command, input.seat);
    let (row, seat) = sight::held(connection, &write.actor, input.event, asked).await?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    let status = workflow::next(row.status, Step::Finalise).map_err(|Refused| wrong_state(row.status))?;
    let waves = query::waves_of(connection, &[row.id]).await?;
    let all = All::of(&write, &row).await?;
    let reason = decidable(&write, &row, (&waves, &all), input.reason.as_deref()).await?;
    let sealed = all.sealed(&row, write.now)?;
    let strangers = all.strangers();
    let head = chain::sealed_head(connection).await?;
    let mut after = event::Model {
        status,
        finalised_at: Some(write.now),
        head_position: head.as_ref().map(|head| head.position),
        head_link: head.map(|head| hexadecimal(&head.link)),
        version: row.version + 1,
        ..row.clone()
    };
    let hashes: Vec<_> = sealed
        .iter()
        .map(|(_sheet, seal)| (seal.sheet_id, &*seal.sha256))
        .collect();
    after.sha256 = Some(sha256(&content(&after, (&hashes, &strangers, &waves))?));
    write_if_unchanged(&write, &row, &after).await?;
    let unverified = all.unverified();
    write_sealed(&write, sealed).await?;
    let mut details = told(&after);
    details["sealed"] = json!(all.invitations.len());
    details["unverified"] = json!(unverified);
    details["sha256"] = json!(after.sha256);
    details["auditHead"] = json!(after.head_position.zip(after.head_link.as_ref()));
    let act = Act {
        kind: EventActKind::Finalise,
        about: About::Event,
        details,
        reason,
    };
    record(&write, &after, seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// That nothing is open, and the reason, where one is owed.
async fn decidable(
    write: &Write,
    row: &event::Model,
    (waves, all): (&[event::Model], &All),
    reason: Option<&str>,
) -> Result<Option<String>, Error> {
    let open = query::open_matters(write.connection(), row.id).await?;
    let going_on = |wave: &&event::Model| !matches!(wave.status, EventStatus::Final | EventStatus::Cancelled);
    let mut faults = open_faults(open, waves.iter().filter(going_on).count());
    let unverified = all.unverified();
    let reason = if unverified > 0 {
        required(reason.unwrap_or_default(), "reason", LONGEST_REASON).map(Some)
    } else {
        optional(reason, "reason", LONGEST_REASON)
    };
    match reason {
        Ok(reason) if faults.is_empty() => Ok(reason),
        Ok(_reason) => Err(Error::Refused(faults)),
        Err(fault) => {
            faults.push(unverified_fault(unverified, fault));
            Err(Error::Refused(faults))
        }
    }
}

fn open_faults(open: OpenMatters, waves: usize) -> Vec<Refusal> {
    let waves = u64::try_from(waves).unwrap_or(u64::MAX);
    let told = [
        (
            open.walk_ins,
            "walkIns",
            "tamu tanpa undangan belum diputuskan",
            "walk-ins are not decided on",
        ),
        (
            open.conflicts,
            "conflicts",
            "pertentangan catatan pintu belum diputuskan",
            "conflicts of the door are not decided on",
        ),
        (
            open.excuses,
            "excuses",
            "izin belum diputuskan",
            "excuses are not decided on",
        ),
        (
            waves,
            "waves",
            "gelombang belum disegel atau dibatalkan",
            "waves are neither sealed nor cancelled",
        ),
    ];
    told.into_iter()
        .filter(|(count, _field, _id, _en)| *count > 0)
        .map(|(count, field, id, en)| {
            let text = Text::new(format!("{count} {id}."), format!("{count} {en}."));
            Refusal::new(Code::WrongState, text).at(["event", field])
        })
        .collect()
}

fn unverified_fault(unverified: usize, fault: Refusal) -> Refusal {
    if fault.code != Code::Required {
        return fault;
    }
    let text = Text::new(
        format!("{unverified} daftar hadir belum diverifikasi; sebutkan mengapa tetap disegel."),
        format!("{unverified} attendance sheets are not verified; say why they are sealed all the same."),
    );
    Refusal { text, ..fault }
}

/// All that is sealed at an event.
struct All {
    host: Uuid,
    invitations: Vec<event_invitation::Model>,
    /// Everybody who is expected, or was let in.
    people: Vec<event_delegate::Model>,
    sessions: Vec<event_session::Model>,
    sheets: HashMap<Uuid, attendance_sheet::Model>,
    door: HashMap<(Uuid, Uuid), event_attendance::Model>,
    excused: Excused,
}

impl All {
    async fn of(write: &Write, row: &event::Model) -> Result<Self, Error> {
        let connection = write.connection();
        let people = events::query::delegates_of_event(connection, row.id).await?;
        let sessions = events::query::sessions(connection, &[row.id]).await?;
        let sheets = query::sheets_at(connection, &[row.id]).await?;
        let door = query::door_at(connection, &[row.id]).await?;
        let granted = query::granted_at(connection, row.id).await?;
        Ok(Self {
            host: row.unit_id,
            invitations: events::query::invitations_of(connection, &[row.id]).await?,
            people: people.into_iter().filter(is_expected).collect(),
            sessions: sessions.into_iter().filter(|session| session.counted).collect(),
            sheets: sheets.into_iter().map(|row| (row.invitation_id, row)).collect(),
            door: door
                .into_iter()
                .map(|row| ((row.delegate_id, row.session_id), row))
                .collect(),
            excused: Excused::of(&granted),
        })
    }

    /// How many units send somebody and have no verified sheet. Who sends nobody has nothing to say, and the host's own
    /// people need no sheet.
    fn unverified(&self) -> usize {
        let sending: HashSet<Uuid> = self.people.iter().filter_map(|person| person.invitation_id).collect();
        let verified = |invitation: &event_invitation::Model| {
            let sheet = self.sheets.get(&invitation.id);
            sheet.is_some_and(|sheet| sheet.status == SheetStatus::Verified)
        };
        let owed = self.invitations.iter().filter(|invitation| {
            invitation.unit_id != self.host && sending.contains(&invitation.id) && !verified(invitation)
        });
        owed.count()
    }

    /// Every sheet as it is sealed, with its first seal, in the order of their ids.
    fn sealed(
        &self,
        event: &event::Model,
        now: DateTime<Utc>,
    ) -> Result<Vec<(attendance_sheet::Model, attendance_seal::Model)>, Error> {
        let mut of_each: HashMap<Uuid, Vec<&event_delegate::Model>> = HashMap::new();
        for person in &self.people {
            if let Some(invitation) = person.invitation_id {
                of_each.entry(invitation).or_default().push(person);
            }
        }
        let mut invitations: Vec<_> = self.invitations.iter().collect();
        invitations.sort_by_key(|invitation| invitation.id);
        let seal = |invitation: &&event_invitation::Model| {
            let people = of_each.get(&invitation.id).map_or(&[][..], Vec::as_slice);
            let before = self.sheets.get(&invitation.id);
            let sheet = attendance_sheet::Model {
                id: invitation.id,
                event_id: event.id,
                invitation_id: invitation.id,
                unit_id: invitation.unit_id,
                status: SheetStatus::Sealed,
                entries: self.entries(people, before),
                note: before
                    .filter(|row| is_said(row.status))
                    .and_then(|row| row.note.clone()),
                submitted_at: before.and_then(|row| row.submitted_at),
                sealed: 1,
                version: before.map_or(0, |row| row.version) + 1,
            };
            let seal = sealed(&sheet, now)?;
            Ok((sheet, seal))
        };
        invitations.iter().map(seal).collect()
    }

    /// What is sealed of people, in the order of delegates and sessions.
    fn entries(&self, people: &[&event_delegate::Model], before: Option<&attendance_sheet::Model>) -> Entries {
        let said = before.filter(|row| is_said(row.status));
        let said = by_line(said.map(|row| row.entries.0.as_slice()).unwrap_or_default());
        let mut entries = Vec::with_capacity(people.len() * self.sessions.len());
        for person in people {
            for session in &self.sessions {
                let said = said.get(&(person.id, session.id)).copied();
                let entry = said.cloned();
                entries.push(entry.unwrap_or_else(|| self.by_the_door(person, session.id)));
            }
        }
        entries.sort_by_key(|entry| (entry.delegate, entry.session));
        Entries(entries)
    }

    fn by_the_door(&self, person: &event_delegate::Model, session: Uuid) -> Entry {
        let door = self.door.get(&(person.id, session));
        let claim = if door.is_some_and(came) {
            PresenceClaim::Present
        } else if self.excused.covers(person) {
            PresenceClaim::Excused
        } else {
            PresenceClaim::Absent
        };
        Entry {
            delegate: person.id,
            session,
            claim,
            note: None,
            evidence: Vec::new(),
        }
    }

    /// Who came without an invitation of the unit: no sheet speaks of them, the event's hash does.
    fn strangers(&self) -> Vec<Stranger> {
        let people: Vec<_> = self
            .people
            .iter()
            .filter(|person| person.invitation_id.is_none())
            .collect();
        strangers(&people, self.door.values())
    }
}

/// Somebody who was let in without an invitation of the unit, and in which sessions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Stranger {
    delegate: Uuid,
    unit: Uuid,
    sessions: Vec<Uuid>,
}

pub(super) fn strangers<'d>(
    people: &[&event_delegate::Model],
    door: impl Iterator<Item = &'d event_attendance::Model>,
) -> Vec<Stranger> {
    let mut sessions: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in door.filter(|row| came(row)) {
        sessions.entry(row.delegate_id).or_default().push(row.session_id);
    }
    let mut strangers: Vec<Stranger> = people
        .iter()
        .map(|person| {
            let mut sessions = sessions.remove(&person.id).unwrap_or_default();
            sessions.sort_unstable();
            Stranger {
                delegate: person.id,
                unit: person.unit_id,
                sessions,
            }
        })
        .collect();
    strangers.sort();
    strangers
}

/// The seal of a sheet as it is now.
///
/// # Errors
/// What cannot be written as JSON.
pub(super) fn sealed(sheet: &attendance_sheet::Model, now: DateTime<Utc>) -> Result<attendance_seal::Model, Error> {
    let mut seal = attendance_seal::Model {
        id: new_id(now),
        sheet_id: sheet.id,
        number: sheet.sealed,
        entries: sheet.entries.clone(),
        note: sheet.note.clone(),
        sha256: String::new(),
        sealed_at: now,
    };
    seal.sha256 = sha256(&said(&seal, (sheet.event_id, sheet.unit_id))?);
    Ok(seal)
}

/// All a seal says, in canonical JSON: what is hashed, and by whoever checks it later.
///
/// # Errors
/// What cannot be written as JSON.
pub fn said(seal: &attendance_seal::Model, (event, unit): (Uuid, Uuid)) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Content<'a> {
        typ: &'static str,
        event: Uuid,
        sheet: Uuid,
        unit: Uuid,
        number: i32,
        entries: &'a [Entry],
        note: Option<&'a str>,
    }
    canonical_json(&Content {
        typ: "jenjang-attendance-sheet",
        event,
        sheet: seal.sheet_id,
        unit,
        number: seal.number,
        entries: &seal.entries.0,
        note: seal.note.as_deref(),
    })
}

/// All that was sealed of an event, in canonical JSON: the first seals by the ids of their sheets, who came without an
/// invitation, the sealed waves of a series by their ids, and where the audit's chain stood.
///
/// # Errors
/// What cannot be written as JSON.
pub(super) fn content(
    row: &event::Model,
    (seals, strangers, waves): (&[(Uuid, &str)], &[Stranger], &[event::Model]),
) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Sealed<'a> {
        id: Uuid,
        sha256: Option<&'a str>,
    }
    #[derive(Serialize)]
    struct Content<'a> {
        typ: &'static str,
        event: Uuid,
        sheets: Vec<Sealed<'a>>,
        uninvited: &'a [Stranger],
        waves: Vec<Sealed<'a>>,
        audit_head: Option<(i64, &'a str)>,
    }
    let mut sheets: Vec<_> = seals
        .iter()
        .map(|(id, sha256)| Sealed {
            id: *id,
            sha256: Some(sha256),
        })
        .collect();
    sheets.sort_by_key(|sheet| sheet.id);
    let sealed = waves.iter().filter(|wave| wave.status == EventStatus::Final);
    let mut waves: Vec<_> = sealed
        .map(|wave| Sealed {
            id: wave.id,
            sha256: wave.sha256.as_deref(),
        })
        .collect();
    waves.sort_by_key(|wave| wave.id);
    canonical_json(&Content {
        typ: "jenjang-event-attendance",
        event: row.id,
        sheets,
        uninvited: strangers,
        waves,
        audit_head: row.head_position.zip(row.head_link.as_deref()),
    })
}

/// Writes the sheets, also those nobody had written in, their seals and what attests those, in few statements.
async fn write_sealed(
    write: &Write,
    sealed: Vec<(attendance_sheet::Model, attendance_seal::Model)>,
) -> Result<(), Error> {
    use attendance_sheet::Column;
    let (sheets, seals): (Vec<_>, Vec<_>) = sealed.into_iter().unzip();
    let mut sheets = sheets.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while sheets.peek().is_some() {
        let batch = sheets.by_ref().take(BATCH);
        // Nobody writes a sheet while the event is held.
        let replace = OnConflict::column(Column::Id)
            .update_columns([
                Column::Status,
                Column::Entries,
                Column::Note,
                Column::Sealed,
                Column::Version,
            ])
            .to_owned();
        attendance_sheet::Entity::insert_many(batch)
            .on_conflict(replace)
            .exec_without_returning(write.connection())
            .await?;
    }
    write_seals(write, seals).await
}

/// Writes seals with what attests them.
///
/// # Errors
/// The database's.
pub(super) async fn write_seals(write: &Write, seals: Vec<attendance_seal::Model>) -> Result<(), Error> {
    let subjects: Vec<_> = seals
        .iter()
        .map(|seal| audit::Subject {
            subject_type: audit::SubjectType::AttendanceSeal,
            id: seal.id,
            row: seal,
        })
        .collect();
    audit::attest_all(write.connection(), &subjects, write.now).await?;
    insert_all(write.connection(), seals.clone()).await
}
