//! Taking scans: one at a time at a door with a network, or many that were made without one. Each entry stands alone and is
//! answered on its own; what was sent before is told again and counts once; what is wrong is kept with what is wrong about it.
use std::collections::HashMap;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use entity::{
    enums::{DelegateStanding, ScanDirection, ScanFault, ScanMethod},
    event_attendance, event_delegate, event_scan, event_session,
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    desk::{self, Caller, Desk, Opened, Wanted, name_of},
    presence::reckon,
    query,
};
use crate::{
    audit,
    authz::policy::event::Action,
    clock::new_id,
    digest::hexadecimal,
    error::{Error, Refusal},
    event,
    faults::filled,
    identity::door_key::{DoorCode, NoCode},
    territory::directory::Directory,
};

/// How many scans are taken at once.
pub const MOST_SCANS: usize = 500;

/// The longest nonce, characters.
pub const LONGEST_NONCE: usize = 100;

/// How far the clock of a door may be ahead, minutes.
pub const AHEAD_MINUTES: i64 = 5;

/// How long before the host opened the door people may have been scanned, hours.
pub const EARLY_HOURS: i64 = 24;

/// Whom a scan is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Shown {
    /// What was in the picture.
    Code(String),
    /// Somebody on the list; None: what was given is no id of anybody.
    Person(Option<Uuid>),
}

/// A scan as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub nonce: String,
    pub shown: Shown,
    /// None: what was given is no id of a session.
    pub session: Option<Uuid>,
    pub direction: ScanDirection,
    pub method: ScanMethod,
    /// When, by the clock of the door, as it was written.
    pub client_time: String,
}

/// Scans of one door.
#[derive(Clone, Debug, Serialize)]
pub struct Scans {
    /// A device may leave it out.
    pub event: Option<Uuid>,
    pub entries: Vec<Entry>,
    pub seat: Option<Uuid>,
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// It is kept.
    Taken,
    /// It was sent before, and is kept once.
    Duplicate,
    /// It is kept, although another scan of the same source has its nonce.
    NonceReused,
    /// It is not kept: it has no nonce, or one that is too long.
    Rejected,
}

/// What is told of an entry.
#[derive(Clone, Debug)]
pub struct Answer {
    pub nonce: String,
    pub outcome: Outcome,
    /// None where it was rejected.
    pub scan: Option<event_scan::Model>,
    /// None where the code was nobody's.
    pub delegate: Option<event_delegate::Model>,
    /// What the person is called at the door.
    pub name: Option<String>,
    /// The person's unit.
    pub unit: Option<String>,
    /// What the scans of the person in the session come to.
    pub attendance: Option<event_attendance::Model>,
}

/// What was done with an entry, as it is kept for a repetition.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Done {
    nonce: String,
    outcome: Outcome,
    scan: Option<Uuid>,
}

/// Takes scans, in one transaction.
///
/// # Errors
/// What [`desk::open`] says; `Required` and `TooLong` for `list`, the field the entries are in. Nothing else: what is wrong with
/// an entry is told of the entry.
pub async fn take(
    caller: &Caller<'_>,
    (field, name): (&str, &str),
    list: &str,
    scans: Scans,
) -> Result<Vec<Answer>, Error> {
    let wanted = Wanted {
        field,
        name,
        event: scans.event,
        seat: scans.seat,
    };
    let desk = match desk::open(caller, wanted, &scans).await? {
        Opened::Fresh(desk) => desk,
        Opened::Replay(replay) => {
            let connection = caller.services().db.reader();
            let done: Vec<Done> = serde_json::from_value(replay.outcome["scans"].clone()).map_err(Error::internal)?;
            let event = id_in(&replay.outcome)?;
            let row = event::query::by_ids(connection, &replay.actor, &[event]).await?.pop();
            let row = row.ok_or_else(|| event::sight::not_found().at(["event"]))?;
            // It tells who came: to who reads that still, and not to who has only been invited since.
            if !event::sight::Case::of_host(&row).may(&replay.actor, Action::ReadAttendance) {
                return Err(Refusal::forbidden().at(["event"]).into());
            }
            return told(connection, &replay.actor.directory, done).await;
        }
    };
    if let Some(fault) = filled(&scans.entries, MOST_SCANS) {
        return Err(fault.at([list]).into());
    }
    let done = taken(&desk, &scans.entries).await?;
    let answers = told(desk.connection(), desk.directory(), done.clone()).await?;
    let outcome = json!({ "event": desk.event.id, "scans": done });
    desk.commit(outcome).await?;
    Ok(answers)
}

fn id_in(outcome: &Value) -> Result<Uuid, Error> {
    let id = outcome["event"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::internal("an outcome without an event"))
}

/// What entries are judged by.
struct Ground {
    now: DateTime<Utc>,
    /// None: it was opened before that was written down.
    opened_at: Option<DateTime<Utc>>,
    sessions: Vec<event_session::Model>,
    delegates: HashMap<Uuid, event_delegate::Model>,
}

/// Who an entry says it is of, as far as that can be told without a list.
type Named = Result<Uuid, ScanFault>;

fn named(desk: &Desk, shown: &Shown) -> Named {
    match shown {
        Shown::Person(id) => id.ok_or(ScanFault::Malformed),
        Shown::Code(text) => match desk.services().identity.doors.read(text, desk.now()) {
            Ok(DoorCode { event, delegate }) if event == desk.event.id => Ok(delegate),
            Ok(_elsewhere) => Err(ScanFault::OtherEvent),
            Err(NoCode::Malformed) => Err(ScanFault::Malformed),
            Err(NoCode::Forged) => Err(ScanFault::Forged),
        },
    }
}

/// A moment as a door writes it, at microseconds; None where it is none.
fn moment(written: &str) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(written.trim()).ok()?.to_utc();
    // What the databases can keep.
    (1..=9999)
        .contains(&chrono::Datelike::year(&moment))
        .then(|| moment.trunc_subsecs(6))
}

impl Ground {
    /// The row of an entry.
    fn row(&self, desk: &Desk, entry: &Entry, named: &Named) -> Result<event_scan::Model, Error> {
        let at = moment(&entry.client_time);
        let delegate = named.ok().and_then(|id| self.delegates.get(&id));
        let session = self.sessions.iter().find(|row| Some(row.id) == entry.session);
        let fault = match (named, delegate.map(|row| row.standing)) {
            (Err(fault), _) => Some(*fault),
            (Ok(_id), None) => Some(ScanFault::Unknown),
            (Ok(_id), Some(DelegateStanding::Replaced | DelegateStanding::Withdrawn)) => Some(ScanFault::Revoked),
            (Ok(_id), Some(DelegateStanding::Refused)) => Some(ScanFault::Refused),
            // Of a walk-in somebody has still to decide; the scan counts if the person is let in.
            (Ok(_id), Some(DelegateStanding::Expected | DelegateStanding::Pending)) => None,
        };
        let fault = fault.or_else(|| {
            if !session.is_some_and(|row| row.counted) {
                return Some(ScanFault::Unknown);
            }
            let may_be = at.is_some_and(|at| self.may_be(at));
            (!may_be).then_some(ScanFault::WrongTime)
        });
        Ok(event_scan::Model {
            id: new_id(self.now),
            event_id: desk.event.id,
            session_id: session.map(|row| row.id),
            delegate_id: delegate.map(|row| row.id),
            device_id: desk.device(),
            account_id: desk.account(),
            source_id: desk.source(),
            nonce: entry.nonce.clone(),
            content_sha256: content(entry, at)?.to_vec(),
            direction: entry.direction,
            method: entry.method,
            client_at: at.unwrap_or(self.now),
            arrived_at: self.now,
            fault,
        })
    }

    /// Whether somebody can have been at the door then.
    fn may_be(&self, at: DateTime<Utc>) -> bool {
        let early = Duration::hours(EARLY_HOURS);
        at <= self.now + Duration::minutes(AHEAD_MINUTES) && self.opened_at.is_none_or(|opened| opened - early <= at)
    }
}

/// What an entry says, whatever zone its time is written in.
fn content(entry: &Entry, at: Option<DateTime<Utc>>) -> Result<[u8; 32], Error> {
    let written = at.map_or_else(|| entry.client_time.clone(), |at| at.to_rfc3339());
    let shown = match &entry.shown {
        Shown::Code(text) => Shown::Code(text.trim().to_owned()),
        Shown::Person(id) => Shown::Person(*id),
    };
    let canonical = audit::canonical_json(&(shown, entry.session, entry.direction, entry.method, written))?;
    Ok(Sha256::digest(canonical).into())
}

/// Whether a nonce can be kept.
fn is_nonce(nonce: &str) -> bool {
    !nonce.trim().is_empty() && nonce.chars().count() <= LONGEST_NONCE
}

/// Where a scan is kept whose nonce another has.
fn other_nonce(row: &event_scan::Model) -> String {
    format!("{}~{}", row.nonce, &hexadecimal(&row.content_sha256)[..16])
}

/// Takes entries, and reckons anew whom they are of.
async fn taken(desk: &Desk, entries: &[Entry]) -> Result<Vec<Done>, Error> {
    let connection = desk.connection();
    let named: Vec<Named> = entries.iter().map(|entry| named(desk, &entry.shown)).collect();
    let ids: Vec<Uuid> = named.iter().filter_map(|named| named.ok()).collect();
    let delegates = query::delegates_held(connection, desk.event.id, &ids).await?;
    let ground = Ground {
        now: desk.now(),
        opened_at: query::opened_at(connection, desk.event.id).await?,
        sessions: event::query::sessions(connection, &[desk.event.id]).await?,
        delegates: delegates.iter().map(|row| (row.id, row.clone())).collect(),
    };
    let mut rows = Vec::with_capacity(entries.len());
    for (entry, named) in entries.iter().zip(&named) {
        let row = is_nonce(&entry.nonce).then(|| ground.row(desk, entry, named));
        rows.push(row.transpose()?);
    }
    let done = kept(desk, &rows).await?;
    reckon(connection, &delegates).await?;
    let answers = entries.iter().zip(done).map(|(entry, (outcome, scan))| Done {
        nonce: entry.nonce.clone(),
        outcome,
        scan,
    });
    Ok(answers.collect())
}

/// How often it is looked again what a rival upload of the same source has kept meanwhile.
const ATTEMPTS: usize = 5;

/// Keeps rows whose nonces are free, and says of each what became of it and which scan has what it says.
async fn kept(desk: &Desk, rows: &[Option<event_scan::Model>]) -> Result<Vec<(Outcome, Option<Uuid>)>, Error> {
    let connection = desk.connection();
    let key = (desk.event.id, desk.source());
    let both = |row: &event_scan::Model| [row.nonce.clone(), other_nonce(row)];
    let nonces: Vec<String> = rows.iter().flatten().flat_map(both).collect();
    let mut ours: HashMap<Uuid, Outcome> = HashMap::new();
    for _attempt in 0..ATTEMPTS {
        let mut there = query::by_nonces(connection, key, &nonces).await?;
        let (mut new, mut done) = (Vec::new(), Vec::with_capacity(rows.len()));
        for row in rows {
            let Some(row) = row else {
                done.push((Outcome::Rejected, None));
                continue;
            };
            let (nonce, outcome) = match there.get(&row.nonce) {
                Some(found) if found.content_sha256 != row.content_sha256 => (other_nonce(row), Outcome::NonceReused),
                Some(_) | None => (row.nonce.clone(), Outcome::Taken),
            };
            if let Some(found) = there.get(&nonce) {
                let outcome = ours.get(&row.id).filter(|_outcome| found.id == row.id);
                done.push((outcome.copied().unwrap_or(Outcome::Duplicate), Some(found.id)));
                continue;
            }
            let row = event_scan::Model {
                nonce: nonce.clone(),
                ..row.clone()
            };
            ours.insert(row.id, outcome);
            done.push((outcome, Some(row.id)));
            there.insert(nonce, row.clone());
            new.push(row);
        }
        if insert(connection, new, desk.now()).await? {
            return Ok(done);
        }
    }
    Err(Error::internal("the nonces of a door were taken at every attempt"))
}

/// Inserts scans with their leaves; whether none of them met a rival that has its nonce. The leaves of those that did are not
/// written, and what was inserted is found the next time.
async fn insert(
    connection: &impl ConnectionTrait,
    mut new: Vec<event_scan::Model>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    if new.is_empty() {
        return Ok(true);
    }
    // Rivals wait for each other in one order.
    new.sort_by(|one, other| one.nonce.cmp(&other.nonce));
    let inserted = event_scan::Entity::insert_many(new.iter().cloned().map(IntoActiveModel::into_active_model))
        .on_conflict_do_nothing()
        .exec_without_returning(connection)
        .await?;
    let all = matches!(inserted, sea_orm::TryInsertResult::Inserted(count) if usize::try_from(count) == Ok(new.len()));
    if !all {
        let ids: Vec<Uuid> = new.iter().map(|row| row.id).collect();
        let there = query::scans(connection, &ids).await?;
        new.retain(|row| there.iter().any(|found| found.id == row.id));
    }
    attest(connection, &new, now).await?;
    Ok(all)
}

/// Attests scans that were kept.
///
/// # Errors
/// The database's.
pub(super) async fn attest(
    connection: &impl ConnectionTrait,
    rows: &[event_scan::Model],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let subjects: Vec<_> = rows
        .iter()
        .map(|row| audit::Subject {
            subject_type: audit::SubjectType::EventScan,
            id: row.id,
            row,
        })
        .collect();
    audit::attest_all(connection, &subjects, now).await
}

/// Tells what was done, with what it comes to now.
async fn told(connection: &impl ConnectionTrait, directory: &Directory, done: Vec<Done>) -> Result<Vec<Answer>, Error> {
    let ids: Vec<Uuid> = done.iter().filter_map(|done| done.scan).collect();
    let scans = query::scans(connection, &ids).await?;
    let scans: HashMap<Uuid, event_scan::Model> = scans.into_iter().map(|row| (row.id, row)).collect();
    let mut people: Vec<Uuid> = scans.values().filter_map(|row| row.delegate_id).collect();
    people.sort_unstable();
    people.dedup();
    let delegates = query::delegates(connection, &people).await?;
    let delegates: HashMap<Uuid, event_delegate::Model> = delegates.into_iter().map(|row| (row.id, row)).collect();
    let attendance = query::attendance(connection, &people).await?;
    let attendance: HashMap<(Uuid, Uuid), event_attendance::Model> = attendance
        .into_iter()
        .map(|row| ((row.delegate_id, row.session_id), row))
        .collect();
    let answers = done.into_iter().map(|done| {
        let scan = done.scan.and_then(|id| scans.get(&id)).cloned();
        let delegate = scan.as_ref().and_then(|row| delegates.get(&row.delegate_id?)).cloned();
        let pair = scan.as_ref().and_then(|row| row.delegate_id.zip(row.session_id));
        Answer {
            nonce: done.nonce,
            outcome: done.outcome,
            name: delegate.as_ref().and_then(|row| name_of(directory, row)),
            unit: delegate
                .as_ref()
                .and_then(|row| directory.tree.get(row.unit_id))
                .map(|unit| unit.name.clone()),
            attendance: pair.and_then(|pair| attendance.get(&pair)).cloned(),
            scan,
            delegate,
        }
    });
    Ok(answers.collect())
}

/// What a single scan is made of, for those that are taken by other commands.
pub(super) struct One {
    pub delegate: Uuid,
    pub session: Uuid,
    pub method: ScanMethod,
    pub direction: ScanDirection,
    pub nonce: String,
    pub content_sha256: [u8; 32],
    pub at: DateTime<Utc>,
}

/// The row of a scan that is good.
pub(super) fn sound(
    (event, account, device): (Uuid, Option<Uuid>, Option<Uuid>),
    one: One,
    now: DateTime<Utc>,
) -> Result<event_scan::Model, Error> {
    let source = device.or(account);
    Ok(event_scan::Model {
        id: new_id(now),
        event_id: event,
        session_id: Some(one.session),
        delegate_id: Some(one.delegate),
        device_id: device,
        account_id: account,
        source_id: source.ok_or_else(|| Error::internal("a scan of nobody"))?,
        nonce: one.nonce,
        content_sha256: one.content_sha256.to_vec(),
        direction: one.direction,
        method: one.method,
        client_at: one.at,
        arrived_at: now,
        fault: None,
    })
}

/// When a door says it was, if that can be.
pub(super) fn moment_at(written: &str, now: DateTime<Utc>, opened_at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let ground = Ground {
        now,
        opened_at,
        sessions: Vec::new(),
        delegates: HashMap::new(),
    };
    moment(written).filter(|at| ground.may_be(*at))
}
