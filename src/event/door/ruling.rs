//! What is decided about scans: annulled soon after, or told which of several count. The scan itself stays as it was.
use std::collections::BTreeSet;

use chrono::Duration;
use entity::{
    enums::{EventActKind, ScanRuling},
    event_attendance, event_delegate, event_scan, event_scan_ruling,
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    desk::{self, Caller, Opened, Wanted},
    device::at,
    merge,
    presence::{marks, reckon},
    query,
};
use crate::{
    authz::policy::event::Action,
    command::{self, Begun},
    db::insert_all,
    error::{Code, Error, Refusal},
    event::{
        arranging::wrong_state,
        query::by_ids,
        running::LONGEST_REASON,
        sight::{self, Case},
        trace::{About, Act, record, record_by},
        workflow::takes_scans,
    },
    input::{invalid, required},
    locale::Text,
    session::Session,
};

/// How long after it arrived a scan may be annulled, minutes.
pub const ANNUL_MINUTES: i64 = 15;

/// How many scans are ruled on at once.
const MOST_SCANS: usize = 500;

/// Annuls a scan.
#[derive(Clone, Debug, Serialize)]
pub struct Annul {
    pub scan: Uuid,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// A scan with what was decided about it.
#[derive(Clone, Debug)]
pub struct Ruled {
    pub scan: event_scan::Model,
    pub attendance: Option<event_attendance::Model>,
}

fn scan_not_found() -> Refusal {
    let text = Text::new("Pemindaian tidak ditemukan.", "The scan was not found.");
    Refusal::new(Code::NotFound, text).at(["scan"])
}

fn state(id: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::new(Code::WrongState, Text::new(id.into(), en.into())).at(["scan"])
}

/// Annuls a scan within fifteen minutes of its arrival: who keeps the door, and a device or a program its own. It counts for nothing then, and
/// stays.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; `WrongState` once it is too late, was decided on, or never counted; `Required` and
/// `TooLong` for the reason.
pub async fn annul(caller: &Caller<'_>, field: &str, input: Annul) -> Result<Ruled, Error> {
    let event = query::event_of_scan(caller.services().db.reader(), input.scan).await?;
    if let Caller::Person(session) = caller {
        // Who reads no scans is not told that there is one.
        let known = by_ids(
            session.services.db.reader(),
            &session.actor,
            &[event.unwrap_or_default()],
        )
        .await?;
        let reads = |row: &entity::event::Model| Case::of_host(row).may(&session.actor, Action::ReadAttendance);
        if !known.iter().any(reads) {
            return Err(scan_not_found().into());
        }
    }
    let wanted = Wanted {
        field,
        name: "annulCheckIn",
        event: Some(event.unwrap_or_default()),
        seat: input.seat,
    };
    let opened = desk::open(caller, wanted, &input).await;
    let desk = match opened.map_err(|error| at(error, &scan_not_found()))? {
        Opened::Fresh(desk) => desk,
        Opened::Replay(replay) => {
            let connection = caller.services().db.reader();
            let scan = query::scans_by_id(connection, &replay.actor, &[input.scan])
                .await?
                .pop();
            return ruled(connection, scan.ok_or_else(scan_not_found)?).await;
        }
    };
    let (connection, now) = (desk.connection(), desk.now());
    let scan = query::scan(connection, input.scan).await?;
    let scan = scan.filter(|row| desk.takes_back(row)).ok_or_else(scan_not_found)?;
    let Some(delegate) = scan.delegate_id.filter(|_delegate| scan.fault.is_none()) else {
        return Err(state(
            "Pemindaian ini memang tidak dihitung.",
            "This scan counts for nothing as it is.",
        )
        .into());
    };
    let delegates = query::delegates_held(connection, desk.event.id, &[delegate]).await?;
    if let Some(before) = query::rulings_on(connection, &[scan.id]).await?.pop() {
        return Err(match before.ruling {
            ScanRuling::Annulled => state("Pemindaian ini sudah dibatalkan.", "This scan is annulled already."),
            ScanRuling::Counted | ScanRuling::SetAside => state(
                "Penyelenggara sudah memutuskan pemindaian ini.",
                "The host has decided on this scan already.",
            ),
        }
        .into());
    }
    if now - scan.arrived_at > Duration::minutes(ANNUL_MINUTES) {
        return Err(state(
            format!("Pemindaian hanya dapat dibatalkan dalam {ANNUL_MINUTES} menit."),
            format!("A scan can be annulled for {ANNUL_MINUTES} minutes only."),
        )
        .into());
    }
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    let unit = delegates.first().map_or(desk.event.unit_id, |row| row.unit_id);
    let act = Act {
        kind: EventActKind::AnnulScan,
        about: About::Scan { id: scan.id, unit },
        details: json!({ "scan": scan.id, "delegate": delegate, "session": scan.session_id }),
        reason: Some(reason),
    };
    let acts = record_by(connection, &desk.event, (desk.by().await?, now), vec![act]).await?;
    let ruling = event_scan_ruling::Model {
        scan_id: scan.id,
        event_id: desk.event.id,
        ruling: ScanRuling::Annulled,
        act_id: acts.first().copied().unwrap_or_default(),
        at: now,
    };
    insert_all(connection, vec![ruling]).await?;
    reckon(connection, &delegates).await?;
    let told = ruled(connection, scan).await?;
    desk.commit(json!({ "scan": told.scan.id })).await?;
    Ok(told)
}

async fn ruled(connection: &impl ConnectionTrait, scan: event_scan::Model) -> Result<Ruled, Error> {
    let rows = query::attendance(connection, &scan.delegate_id.into_iter().collect::<Vec<_>>()).await?;
    let attendance = rows.into_iter().find(|row| Some(row.session_id) == scan.session_id);
    Ok(Ruled { scan, attendance })
}

/// Scans of one person in one session of which somebody has to say which count.
#[derive(Clone, Debug)]
pub struct Conflict {
    pub delegate: event_delegate::Model,
    pub session: Uuid,
    /// By the clocks of the doors, the earliest first.
    pub scans: Vec<event_scan::Model>,
}

/// The conflicts of an event whose whole attendance the caller may read.
///
/// # Errors
/// The database's.
pub async fn conflicts(connection: &impl ConnectionTrait, event: Uuid) -> Result<Vec<Conflict>, Error> {
    let disputed = query::disputed(connection, event).await?;
    conflicts_of(connection, &disputed).await
}

async fn conflicts_of(connection: &impl ConnectionTrait, delegates: &[Uuid]) -> Result<Vec<Conflict>, Error> {
    let people = query::delegates(connection, delegates).await?;
    let scans = query::sound_scans(connection, delegates).await?;
    let rulings = query::rulings(connection, delegates).await?;
    let mut found = Vec::new();
    for ((delegate, session), marks) in marks(&scans, &rulings) {
        let Some(delegate) = people.iter().find(|row| row.id == delegate) else {
            continue;
        };
        for group in merge::presence(&marks).conflicts {
            let of_group = group.iter().filter_map(|id| scans.iter().find(|row| row.id == *id));
            found.push(Conflict {
                delegate: delegate.clone(),
                session,
                scans: of_group.cloned().collect(),
            });
        }
    }
    Ok(found)
}

/// Decides a conflict.
#[derive(Clone, Debug, Serialize)]
pub struct Decide {
    pub event: Uuid,
    /// The scans that count.
    pub count: Vec<Uuid>,
    /// Those that do not. Both together are those of one conflict.
    pub set_aside: Vec<Uuid>,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Decides which of the scans of a conflict count: who commands the event. A scan that arrives later may be in conflict with one
/// that counts, and is listed then.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `WrongState`; `Invalid` where these are not the scans of one conflict as it is now;
/// `Required` and `TooLong` for the reason.
pub async fn decide(session: &Session, field: &str, input: Decide) -> Result<event_delegate::Model, Error> {
    let write = match command::begin(session, field, "decideCheckInConflict", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let id = id_in(&replay.outcome)?;
            let connection = session.services.db.reader();
            let found = crate::event::query::delegates_by_id(connection, &replay.actor, &[id]).await?;
            return found.into_iter().next().ok_or_else(|| Error::not_found("event"));
        }
    };
    let connection = write.connection();
    let asked = (Action::Command, input.seat);
    let (event, seat) = sight::shared(connection, &write.actor, input.event, asked).await?;
    if !takes_scans(event.status) {
        return Err(wrong_state(event.status).into());
    }
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    let named: Vec<Uuid> = input.count.iter().chain(&input.set_aside).copied().collect();
    let meant: BTreeSet<Uuid> = named.iter().copied().collect();
    if named.len() > MOST_SCANS || meant.len() != named.len() {
        return Err(not_that_conflict().into());
    }
    let scans = query::scans(connection, &named).await?;
    let delegate = scans.first().filter(|row| row.event_id == event.id);
    let delegate = delegate.and_then(|row| row.delegate_id).ok_or_else(not_that_conflict)?;
    // Held before it is looked at: what arrives meanwhile waits, and is in conflict with what was decided.
    let held = query::delegates_held(connection, event.id, &[delegate]).await?;
    let open = conflicts_of(connection, &[delegate]).await?;
    let conflict = open
        .into_iter()
        .find(|conflict| conflict.scans.iter().map(|row| row.id).collect::<BTreeSet<_>>() == meant);
    let conflict = conflict.ok_or_else(not_that_conflict)?;
    let act = Act {
        kind: EventActKind::RuleScans,
        about: About::Delegate {
            id: conflict.delegate.id,
            unit: conflict.delegate.unit_id,
        },
        details: json!({ "session": conflict.session, "counted": input.count, "setAside": input.set_aside }),
        reason: Some(reason),
    };
    let act = record(&write, &event, seat, act).await?;
    let ruling = |scan: &Uuid, ruling: ScanRuling| event_scan_ruling::Model {
        scan_id: *scan,
        event_id: event.id,
        ruling,
        act_id: act,
        at: write.now,
    };
    let counted = input.count.iter().map(|scan| ruling(scan, ScanRuling::Counted));
    let set_aside = input.set_aside.iter().map(|scan| ruling(scan, ScanRuling::SetAside));
    let rulings = counted.chain(set_aside).map(IntoActiveModel::into_active_model);
    // One that counted before may be in a conflict again.
    event_scan_ruling::Entity::insert_many(rulings)
        .on_conflict(
            OnConflict::column(event_scan_ruling::Column::ScanId)
                .update_columns([
                    event_scan_ruling::Column::Ruling,
                    event_scan_ruling::Column::ActId,
                    event_scan_ruling::Column::At,
                ])
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await?;
    reckon(connection, &held).await?;
    write.commit(json!({ "delegate": conflict.delegate.id })).await?;
    Ok(conflict.delegate)
}

fn not_that_conflict() -> Refusal {
    invalid(
        "count",
        "Sebutkan semua pemindaian dari satu konflik sebagaimana tercatat sekarang, masing-masing sekali.",
        "Name all the scans of one conflict as it is listed now, each once.",
    )
}

fn id_in(outcome: &Value) -> Result<Uuid, Error> {
    let id = outcome["delegate"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::internal("an outcome without a delegate"))
}
