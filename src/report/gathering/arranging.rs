//! Scheduling a gathering, changing and cancelling it, each with an act that says who did so and why.
use chrono::{DateTime, Utc};
use entity::{
    enums::{HandoverActKind, HandoverOutcome},
    handover_act, handover_expected, handover_session, handover_session_receiver,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::query::{self, Gathering};
use crate::{
    audit::{self, SubjectType},
    authz::{ActingSeat, Decision, policy::handover::arranges},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    feed::Event,
    input::{optional, required},
    locale::Text,
    report::{
        handover::{LONGEST_PLACE, check_receivers},
        step::LONGEST_REASON,
    },
    session::Session,
    territory::directory::is_valid,
};

/// The most units one gathering may expect.
pub const MOST_UNITS: usize = 100;

/// The longest note, characters.
pub const LONGEST_NOTE: usize = 2_000;

/// Arranges a gathering.
#[derive(Clone, Debug, Serialize)]
pub struct Schedule {
    pub place: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub agenda: Vec<Item>,
    /// Seats at RI.
    pub receivers: Vec<Uuid>,
    pub note: Option<String>,
    pub seat: Option<Uuid>,
}

/// A unit and its place on the agenda.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    pub unit: Uuid,
    pub order: i32,
}

/// Changes a gathering: what is left out stays.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    pub session: Uuid,
    pub expected_version: i32,
    pub place: Option<String>,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub agenda: Option<Vec<Item>>,
    pub receivers: Option<Vec<Uuid>>,
    pub note: Option<String>,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Cancels a gathering.
#[derive(Clone, Debug, Serialize)]
pub struct Cancel {
    pub session: Uuid,
    pub expected_version: i32,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// A gathering as it is arranged: what an act keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Arrangement {
    pub place: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub note: Option<String>,
    /// Units in their order.
    pub agenda: Vec<Uuid>,
    pub receivers: Vec<Uuid>,
}

/// The kind of event an act leaves in the feed.
#[must_use]
pub fn event_kind(kind: HandoverActKind) -> &'static str {
    match kind {
        HandoverActKind::Scheduled => "handover.scheduled",
        HandoverActKind::Changed => "handover.changed",
        HandoverActKind::Cancelled => "handover.cancelled",
    }
}

/// Arranges a gathering.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`, per unit and receiver what is wrong with it, and what [`command::begin`] says.
pub async fn schedule(session: &Session, field: &str, input: Schedule) -> Result<Uuid, Error> {
    let write = match command::begin(session, field, "scheduleHandover", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let seat = write.actor.seat_that_may(input.seat, Refusal::forbidden(), |seat| {
        arranges(seat.function, seat.tier, write.actor.standing(seat, seat.unit))
    })?;
    let asked = Asked {
        place: input.place,
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        agenda: input.agenda,
        receivers: input.receivers,
        note: input.note,
    };
    let arranged = checked(&write, seat, asked)?;
    let row = with(
        handover_session::Model::opened(new_id(write.now), seat.unit, write.now),
        &arranged,
    );
    row.clone().into_active_model().insert(write.connection()).await?;
    write_agenda(&write, row.id, &arranged).await?;
    let act = Act {
        kind: HandoverActKind::Scheduled,
        seat,
        reason: None,
        told: (arranged.agenda.clone(), arranged.receivers.clone()),
    };
    record(&write, &row, &arranged, act).await?;
    write.commit(outcome(row.id)).await?;
    Ok(row.id)
}

/// Changes a gathering.
///
/// # Errors
/// As [`schedule`]; `NotFound`, `StaleVersion`, `WrongState`, `Required` for a missing reason.
pub async fn change(session: &Session, field: &str, input: Change) -> Result<Uuid, Error> {
    let write = match command::begin(session, field, "changeHandover", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (gathering, seat) = arranged(&write, input.session, input.expected_version, input.seat).await?;
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    let before = arrangement(&gathering)?;
    let agenda = input.agenda.unwrap_or_else(|| {
        let expected = gathering.expected.iter();
        let kept = expected.map(|expected| Item {
            unit: expected.unit_id,
            order: expected.position,
        });
        kept.collect()
    });
    let asked = Asked {
        place: input.place.unwrap_or_else(|| before.place.clone()),
        starts_at: input.starts_at.unwrap_or(before.starts_at),
        ends_at: input.ends_at.unwrap_or(before.ends_at),
        agenda,
        receivers: input.receivers.unwrap_or_else(|| before.receivers.clone()),
        note: input.note.or_else(|| before.note.clone()),
    };
    let after = checked(&write, seat, asked)?;
    check_kept(&write, &gathering, &after).await?;
    let row = handover_session::Model {
        version: gathering.row.version + 1,
        ..with(gathering.row.clone(), &after)
    };
    write_if_unchanged(&write, &gathering.row, &row).await?;
    clear_agenda(&write, row.id).await?;
    write_agenda(&write, row.id, &after).await?;
    // Who is expected no longer is told, too.
    let both = |before: &[Uuid], after: &[Uuid]| {
        let mut all = [before, after].concat();
        all.sort_unstable();
        all.dedup();
        all
    };
    let act = Act {
        kind: HandoverActKind::Changed,
        seat,
        reason: Some(reason),
        told: (
            both(&before.agenda, &after.agenda),
            both(&before.receivers, &after.receivers),
        ),
    };
    record(&write, &row, &after, act).await?;
    write.commit(outcome(row.id)).await?;
    Ok(row.id)
}

/// Cancels a gathering in which nothing has changed hands.
///
/// # Errors
/// As [`change`].
pub async fn cancel(session: &Session, field: &str, input: Cancel) -> Result<Uuid, Error> {
    let write = match command::begin(session, field, "cancelHandover", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (gathering, seat) = arranged(&write, input.session, input.expected_version, input.seat).await?;
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    if !units_given(&write, gathering.row.id).await?.is_empty() {
        let text = Text::new(
            "Sudah ada laporan yang diserahkan dalam sesi ini; sesi tidak dapat dibatalkan.",
            "Reports have been handed over in this session; it cannot be cancelled.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["session"]).into());
    }
    let row = handover_session::Model {
        version: gathering.row.version + 1,
        cancelled_at: Some(write.now),
        ..gathering.row.clone()
    };
    write_if_unchanged(&write, &gathering.row, &row).await?;
    let left = arrangement(&gathering)?;
    let act = Act {
        kind: HandoverActKind::Cancelled,
        seat,
        reason: Some(reason),
        told: (left.agenda.clone(), left.receivers.clone()),
    };
    record(&write, &row, &left, act).await?;
    write.commit(outcome(row.id)).await?;
    Ok(row.id)
}

/// Whether reports of these units may be handed over in a gathering: it was not cancelled, and they are expected, or who hands
/// them over is who arranged it. What nobody arranged is open to whoever sees it.
///
/// # Errors
/// `NotFound`, `WrongState`, `NotExpected`.
pub(in crate::report) async fn check_joined(
    write: &Write,
    id: Uuid,
    seat: ActingSeat,
    units: impl Iterator<Item = Uuid>,
) -> Result<(), Error> {
    let held = query::held(write.connection(), &write.actor, id).await?;
    let row = held.ok_or_else(|| Error::not_found("session"))?;
    if row.cancelled_at.is_some() {
        return Err(cancelled().into());
    }
    if row.starts_at.is_none() || row.unit_id == seat.unit {
        return Ok(());
    }
    let gathering = query::gathering(write.connection(), id).await?;
    let is_expected = |unit: Uuid| gathering.expected.iter().any(|expected| expected.unit_id == unit);
    let unexpected = |(place, unit): (usize, Uuid)| {
        let text = Text::new(
            "Unit ini tidak ada dalam agenda sesi; hanya yang menjadwalkannya yang dapat menambahkan.",
            "This unit is not on the agenda of the session; only who scheduled it may add one.",
        );
        let refusal = Refusal::new(Code::NotExpected, text).at(["reports".to_owned(), place.to_string()]);
        (!is_expected(unit)).then_some(refusal)
    };
    let refusals: Vec<Refusal> = units.enumerate().filter_map(unexpected).collect();
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(refusals))
    }
}

/// A gathering that was arranged and not cancelled, as the caller has seen it, and the seat that may change it.
async fn arranged(
    write: &Write,
    id: Uuid,
    expected_version: i32,
    seat: Option<Uuid>,
) -> Result<(Gathering, ActingSeat), Error> {
    let held = query::held(write.connection(), &write.actor, id).await?;
    let row = held.ok_or_else(|| Error::not_found("session"))?;
    if row.version != expected_version {
        return Err(stale(&row));
    }
    let seat = write.actor.seat_that_may(seat, Refusal::forbidden(), |seat| {
        arranges(seat.function, seat.tier, write.actor.standing(seat, row.unit_id))
    })?;
    if row.cancelled_at.is_some() {
        return Err(cancelled().into());
    }
    if row.starts_at.is_none() {
        let text = Text::new(
            "Sesi ini tidak dijadwalkan; tidak ada yang dapat diubah.",
            "Nobody scheduled this session; there is nothing to change.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["session"]).into());
    }
    Ok((query::gathering(write.connection(), id).await?, seat))
}

fn cancelled() -> Refusal {
    let text = Text::new("Sesi ini sudah dibatalkan.", "This session was cancelled.");
    Refusal::new(Code::WrongState, text).at(["session"])
}

fn stale(row: &handover_session::Model) -> Error {
    let text = Text::new(
        "Sesi ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This session has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version).into()
}

/// What is asked for, before it is looked at.
struct Asked {
    place: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    agenda: Vec<Item>,
    receivers: Vec<Uuid>,
    note: Option<String>,
}

/// Checks all of it and tells everything that is wrong at once.
fn checked(write: &Write, seat: ActingSeat, asked: Asked) -> Result<Arrangement, Error> {
    let mut refusals = Vec::new();
    let place = required(&asked.place, "place", LONGEST_PLACE).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        String::new()
    });
    let note = optional(asked.note.as_deref(), "note", LONGEST_NOTE).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        None
    });
    refusals.extend(check_times(write, asked.starts_at, asked.ends_at));
    refusals.extend(check_agenda(write, seat, &asked.agenda));
    refusals.extend(check_receivers(write, &asked.receivers));
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let mut agenda = asked.agenda;
    // Who is given the same place keeps the order of the list.
    agenda.sort_by_key(|item| item.order);
    let mut receivers = asked.receivers;
    receivers.sort_unstable();
    receivers.dedup();
    Ok(Arrangement {
        place,
        starts_at: asked.starts_at,
        ends_at: asked.ends_at,
        note,
        agenda: agenda.into_iter().map(|item| item.unit).collect(),
        receivers,
    })
}

fn check_times(write: &Write, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Option<Refusal> {
    let text = if ends_at <= starts_at {
        Text::new("Sesi berakhir setelah dimulai.", "A session ends after it begins.")
    } else if ends_at <= write.now {
        Text::new("Waktu sesi sudah lewat.", "The session lies in the past.")
    } else {
        return None;
    };
    Some(Refusal::new(Code::Invalid, text).at(["endsAt"]))
}

fn check_agenda(write: &Write, seat: ActingSeat, agenda: &[Item]) -> Vec<Refusal> {
    if agenda.is_empty() || agenda.len() > MOST_UNITS {
        let text = Text::new(
            format!("Sebutkan 1 sampai {MOST_UNITS} unit."),
            format!("Name 1 to {MOST_UNITS} units."),
        );
        return vec![Refusal::new(Code::Invalid, text).at(["agenda"])];
    }
    let unfit = |(place, item): (usize, &Item)| {
        let unit = write.actor.directory.tree.get(item.unit);
        let exists = unit.filter(|unit| is_valid(write.actor.today, unit.formed_on, unit.dissolved_on));
        let named_before = agenda.iter().take(place).any(|before| before.unit == item.unit);
        let (code, text) = match exists {
            None => (
                Code::NotFound,
                Text::new("Unit tidak ditemukan.", "The unit was not found."),
            ),
            Some(_unit) if named_before => (
                Code::Invalid,
                Text::new("Unit ini disebut dua kali.", "This unit is named twice."),
            ),
            // RI receives.
            Some(unit) if unit.id == write.actor.directory.tree.root().id => (
                Code::Invalid,
                Text::new("RI menerima, tidak menyerahkan.", "RI receives and hands nothing over."),
            ),
            Some(unit) => {
                let standing = write.actor.standing(&seat, unit.id);
                match arranges(seat.function, seat.tier, standing) {
                    Decision::Allowed => return None,
                    Decision::Forbidden | Decision::OwnWork | Decision::Hidden => {
                        (Code::Forbidden, Refusal::forbidden().text)
                    }
                }
            }
        };
        Some(Refusal::new(code, text).at(["agenda".to_owned(), place.to_string(), "unit".to_owned()]))
    };
    agenda.iter().enumerate().filter_map(unfit).collect()
}

/// Who has handed over stays on the agenda.
async fn check_kept(write: &Write, gathering: &Gathering, after: &Arrangement) -> Result<(), Error> {
    let given = units_given(write, gathering.row.id).await?;
    let expected = gathering.expected.iter().map(|expected| expected.unit_id);
    let mut gone = expected.filter(|unit| !after.agenda.contains(unit));
    if gone.any(|unit| given.contains(&unit)) {
        let text = Text::new(
            "Unit yang sudah menyerahkan laporan dalam sesi ini tidak dapat dikeluarkan dari agenda.",
            "A unit that has handed a report over in this session stays on its agenda.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["agenda"]).into());
    }
    Ok(())
}

/// The units of which something was handed over in it and not refused.
async fn units_given(write: &Write, id: Uuid) -> Result<Vec<Uuid>, Error> {
    let given = query::given(write.connection(), &[id]).await?.remove(&id);
    let given = given.unwrap_or_default().into_iter();
    Ok(given
        .filter(|given| given.outcome != HandoverOutcome::Refused)
        .map(|given| given.unit)
        .collect())
}

/// A session as it is arranged.
pub(crate) fn with(row: handover_session::Model, arranged: &Arrangement) -> handover_session::Model {
    handover_session::Model {
        place: Some(arranged.place.clone()),
        starts_at: Some(arranged.starts_at),
        ends_at: Some(arranged.ends_at),
        note: arranged.note.clone(),
        ..row
    }
}

fn arrangement(gathering: &Gathering) -> Result<Arrangement, Error> {
    let row = &gathering.row;
    let (Some(place), Some(starts_at), Some(ends_at)) = (row.place.clone(), row.starts_at, row.ends_at) else {
        return Err(Error::internal("a gathering that was arranged without place or time"));
    };
    Ok(Arrangement {
        place,
        starts_at,
        ends_at,
        note: row.note.clone(),
        agenda: gathering.expected.iter().map(|expected| expected.unit_id).collect(),
        receivers: gathering.receivers.clone(),
    })
}

async fn write_if_unchanged(
    write: &Write,
    before: &handover_session::Model,
    after: &handover_session::Model,
) -> Result<(), Error> {
    let written = handover_session::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(handover_session::Column::Id.eq(before.id))
        .filter(handover_session::Column::Version.eq(before.version))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before))
    }
}

async fn clear_agenda(write: &Write, session: Uuid) -> Result<(), Error> {
    handover_expected::Entity::delete_many()
        .filter(handover_expected::Column::SessionId.eq(session))
        .exec(write.connection())
        .await?;
    handover_session_receiver::Entity::delete_many()
        .filter(handover_session_receiver::Column::SessionId.eq(session))
        .exec(write.connection())
        .await?;
    Ok(())
}

async fn write_agenda(write: &Write, session_id: Uuid, arranged: &Arrangement) -> Result<(), Error> {
    let (expected, receivers) = agenda_rows(session_id, arranged);
    insert_all(write.connection(), expected).await?;
    insert_all(write.connection(), receivers).await
}

/// Who is expected in a session, in their order, and who receives.
pub(crate) fn agenda_rows(
    session_id: Uuid,
    arranged: &Arrangement,
) -> (Vec<handover_expected::Model>, Vec<handover_session_receiver::Model>) {
    let expected = arranged
        .agenda
        .iter()
        .zip(1..)
        .map(|(unit, position)| handover_expected::Model {
            session_id,
            unit_id: *unit,
            position,
        });
    let receivers = arranged.receivers.iter().map(|seat| handover_session_receiver::Model {
        session_id,
        seat_id: *seat,
    });
    (expected.collect(), receivers.collect())
}

/// What was done, beyond the state it led to.
struct Act {
    kind: HandoverActKind,
    seat: ActingSeat,
    reason: Option<String>,
    /// The units and seats that are told.
    told: (Vec<Uuid>, Vec<Uuid>),
}

async fn record(write: &Write, row: &handover_session::Model, arranged: &Arrangement, act: Act) -> Result<(), Error> {
    let kept = handover_act::Model {
        id: new_id(write.now),
        session_id: row.id,
        kind: act.kind,
        details: serde_json::to_value(arranged).map_err(Error::internal)?,
        reason: act.reason,
        account_id: write.actor.account,
        seat_id: act.seat.seat,
        unit_id: act.seat.unit,
        at: write.now,
    };
    insert_all(write.connection(), vec![kept.clone()]).await?;
    let subject = audit::Subject {
        subject_type: SubjectType::HandoverAct,
        id: kept.id,
        row: &kept,
    };
    write.leave_trace(event(row, &kept, act.told), subject).await
}

/// What is left in the feed of an act, for the units and seats that are told.
pub(crate) fn event(
    row: &handover_session::Model,
    act: &handover_act::Model,
    (units, receivers): (Vec<Uuid>, Vec<Uuid>),
) -> Event {
    Event {
        kind: event_kind(act.kind),
        subject_type: "handover_session",
        subject: row.id,
        unit: row.unit_id,
        payload: json!({
            "session": row.id,
            "version": row.version,
            "place": row.place,
            "startsAt": row.starts_at,
            "endsAt": row.ends_at,
            "units": units,
            "receivers": receivers,
            "by": act.account_id,
            "bySeat": act.seat_id,
            "at": act.at,
        }),
    }
}

fn outcome(session: Uuid) -> Value {
    json!({ "session": session })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<Uuid, Error> {
    let id = outcome["session"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a session"))?;
    let found = query::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    let found = found.first().map(|row| row.id);
    found.ok_or_else(|| Error::not_found("session"))
}
