//! The devices of a door: announced by the host, paired once by a code, and from then on known by a token that opens the door of
//! that one event and nothing else.
use std::{net::IpAddr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{EventActKind, EventStatus},
    event, event_device,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::query;
use crate::{
    authz::{ActingSeat, policy::event::Action},
    clock::new_id,
    command::{self, Begun, Changes, Replay, Write},
    error::{Code, Error, Refusal},
    event::{
        arranging::wrong_state,
        sight::{self, Case},
        trace::{About, Act, By, record, record_by},
    },
    faults::few,
    identity::{
        attempts::{Purpose, throttle},
        code::{code_hash, code_key, invalid_code, new_code},
        refresh::token_hash,
        secret::{DOOR_PREFIX, is_door_secret, new_door_secret},
    },
    input::required,
    locale::Text,
    services::Services,
    session::Session,
};

/// How long a pairing code holds, minutes.
pub const PAIRING_MINUTES: i64 = 15;

/// The longest name of a device, characters.
pub const LONGEST_NAME: usize = 100;

/// How many devices an event may have that are not revoked.
pub const MOST_DEVICES: usize = 200;

/// A device that has proved itself. It is no account and has no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    id: Uuid,
    event: Uuid,
}

impl Device {
    #[must_use]
    pub fn id(self) -> Uuid {
        self.id
    }

    /// The one event whose door it works.
    #[must_use]
    pub fn event(self) -> Uuid {
        self.event
    }
}

/// Whether a bearer token is meant to be that of a device.
#[must_use]
pub fn is_of_device(token: &str) -> bool {
    token.starts_with(DOOR_PREFIX)
}

/// The device that a token speaks for.
///
/// # Errors
/// `Unauthenticated` when it is none of ours, or its device was revoked; the database's.
pub async fn authenticate(services: &Services, token: &str) -> Result<Device, Error> {
    if !is_door_secret(token) {
        return Err(Error::Unauthenticated);
    }
    let found = query::device_by_token(services.db.reader(), &token_hash(token)).await?;
    let row = found.filter(is_good).ok_or(Error::Unauthenticated)?;
    Ok(Device {
        id: row.id,
        event: row.event_id,
    })
}

/// Whether a device was paired and not revoked.
#[must_use]
pub fn is_good(row: &event_device::Model) -> bool {
    row.paired_at.is_some() && row.revoked_at.is_none()
}

/// Announces a device.
#[derive(Clone, Debug, Serialize)]
pub struct Add {
    pub event: Uuid,
    pub name: String,
    pub seat: Option<Uuid>,
}

/// A device that was announced, with the code to pair it by. It has no `Debug`.
pub struct Added {
    pub device: event_device::Model,
    pub code: String,
}

/// Whether an event may still have doors.
fn is_open(status: EventStatus) -> bool {
    match status {
        EventStatus::Published | EventStatus::RegistrationClosed | EventStatus::Running | EventStatus::Ended => true,
        EventStatus::Draft | EventStatus::Final | EventStatus::Cancelled | EventStatus::Postponed => false,
    }
}

/// Announces a device for the door of an event, once it is published: who keeps the door. The pairing code is kept as a hash;
/// sent again under its idempotency key, the same code is told.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `WrongState`; `Required` and `TooLong` for the name; `TooLong` for too many.
pub async fn add(session: &Session, field: &str, input: Add) -> Result<Added, Error> {
    let write = match command::begin(session, field, "addDoorDevice", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return added_before(session, *replay).await,
    };
    let connection = write.connection();
    let asked = (Action::KeepDoor, input.seat);
    let (event, seat) = sight::shared(connection, &write.actor, input.event, asked).await?;
    if !is_open(event.status) {
        return Err(wrong_state(event.status).into());
    }
    let name = required(&input.name, "name", LONGEST_NAME)?;
    let others = query::devices_of(connection, &[event.id]).await?;
    let others = others.iter().filter(|device| device.revoked_at.is_none()).count();
    if let Some(fault) = few(others + 1, MOST_DEVICES) {
        return Err(fault.at(["event"]).into());
    }
    let (code, hash) = new_code();
    let device = event_device::Model {
        id: new_id(write.now),
        event_id: event.id,
        name,
        pairing_sha256: hash.to_vec(),
        pairing_expires_at: write.now + Duration::minutes(PAIRING_MINUTES),
        token_sha256: None,
        paired_at: None,
        revoked_at: None,
        last_seen_at: None,
        version: 1,
    };
    device.clone().into_active_model().insert(connection).await?;
    let act = Act {
        kind: EventActKind::AddDevice,
        about: About::Device(device.id),
        details: json!({ "device": device.id }),
        reason: None,
    };
    record(&write, &event, seat, act).await?;
    let sealed = write
        .services()
        .identity
        .vault
        .seal(&sealed_for(device.id), code.as_bytes());
    let sealed = STANDARD.encode(sealed.map_err(Error::internal)?);
    write.commit(json!({ "device": device.id, "code": sealed })).await?;
    Ok(Added { device, code })
}

fn sealed_for(device: Uuid) -> String {
    format!("pairing code:{device}")
}

async fn added_before(session: &Session, Replay { actor, outcome }: Replay) -> Result<Added, Error> {
    let id = id_in(&outcome)?;
    let found = query::devices_by_id(session.services.db.reader(), &actor, &[id]).await?;
    let device = found.into_iter().next().ok_or_else(|| Error::not_found("event"))?;
    let sealed = outcome["code"].as_str().unwrap_or_default();
    let sealed = STANDARD.decode(sealed).map_err(Error::internal)?;
    let vault = &session.services.identity.vault;
    let code = vault.open(&sealed_for(device.id), &sealed).map_err(Error::internal)?;
    let code = String::from_utf8(code).map_err(Error::internal)?;
    Ok(Added { device, code })
}

fn id_in(outcome: &Value) -> Result<Uuid, Error> {
    let id = outcome["device"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::internal("an outcome without a device"))
}

/// A device that was paired. It shows its token once, so it has no `Debug`.
pub struct Paired {
    pub device: event_device::Model,
    pub event: event::Model,
    pub token: String,
}

/// Pairs a device: the code is the whole right, and good once.
///
/// # Errors
/// `InvalidCode`, whatever the reason; `RateLimited`.
pub async fn pair(services: &Arc<Services>, code: &str, address: IpAddr) -> Result<Paired, Error> {
    let hash = code_hash(code);
    throttle(services, Purpose::CodeRedemption, &code_key(&hash), address).await?;
    let known = query::device_by_pairing(services.db.reader(), &hash).await?;
    let known = known.ok_or_else(invalid_code)?;
    let unsigned = command::begin_unsigned(services, Changes::Records).await?;
    let (connection, now) = (unsigned.connection(), unsigned.now);
    let event = query::event_of_door(connection, known.event_id).await?;
    let event = event.filter(|event| is_open(event.status)).ok_or_else(invalid_code)?;
    let before = query::device_held(connection, known.id).await?;
    let waits =
        |row: &event_device::Model| row.paired_at.is_none() && row.revoked_at.is_none() && now < row.pairing_expires_at;
    let before = before.filter(waits).ok_or_else(invalid_code)?;
    let token = new_door_secret();
    let device = event_device::Model {
        token_sha256: Some(token_hash(&token).to_vec()),
        paired_at: Some(now),
        last_seen_at: Some(now),
        version: before.version + 1,
        ..before.clone()
    };
    write_if_unchanged(connection, &before, &device)
        .await?
        .then_some(())
        .ok_or_else(invalid_code)?;
    let by = announcer(connection, device.id).await?;
    let act = Act {
        kind: EventActKind::PairDevice,
        about: About::Device(device.id),
        details: json!({ "device": device.id }),
        reason: None,
    };
    record_by(connection, &event, (by, now), vec![act]).await?;
    unsigned.commit().await?;
    Ok(Paired { device, event, token })
}

/// Who announced a device: it acts for them.
///
/// # Errors
/// The database's.
pub(super) async fn announcer(connection: &impl ConnectionTrait, device: Uuid) -> Result<By, Error> {
    let act = query::announced(connection, device).await?;
    let act = act.ok_or_else(|| Error::internal("a device that nobody announced"))?;
    Ok(By {
        account: act.account_id,
        seat: act.seat_id,
        unit: act.unit_id,
    })
}

/// Whether it was written.
async fn write_if_unchanged(
    connection: &impl ConnectionTrait,
    before: &event_device::Model,
    after: &event_device::Model,
) -> Result<bool, Error> {
    let written = event_device::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(event_device::Column::Id.eq(before.id))
        .filter(event_device::Column::Version.eq(before.version))
        .exec(connection)
        .await?;
    Ok(written.rows_affected == 1)
}

/// Notes that a device was there.
///
/// # Errors
/// The database's.
pub(super) async fn note_seen(
    connection: &impl ConnectionTrait,
    device: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    use sea_orm::sea_query::Expr;
    event_device::Entity::update_many()
        .col_expr(event_device::Column::LastSeenAt, Expr::value(now))
        .filter(event_device::Column::Id.eq(device))
        .exec(connection)
        .await?;
    Ok(())
}

/// Takes the token of a device away.
#[derive(Clone, Debug, Serialize)]
pub struct Revoke {
    pub device: Uuid,
    pub seat: Option<Uuid>,
}

/// The one answer for a device that is absent or hidden.
#[must_use]
pub fn device_not_found() -> Refusal {
    let text = Text::new("Perangkat tidak ditemukan.", "The device was not found.");
    Refusal::new(Code::NotFound, text).at(["device"])
}

/// Revokes a device: who keeps the door. What it scanned stays; nothing more is taken from it. Doing it twice is no error.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`.
pub async fn revoke(session: &Session, field: &str, input: Revoke) -> Result<event_device::Model, Error> {
    let write = match command::begin(session, field, "revokeDoorDevice", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let id = id_in(&replay.outcome)?;
            let found = query::devices_by_id(session.services.db.reader(), &replay.actor, &[id]).await?;
            return found.into_iter().next().ok_or_else(|| device_not_found().into());
        }
    };
    let (event, seat) = kept(
        &write,
        query::event_of_device(write.connection(), input.device).await?,
        input.seat,
    )
    .await
    .map_err(|error| at(error, &device_not_found()))?;
    let before = query::device_held(write.connection(), input.device).await?;
    let before = before.ok_or_else(device_not_found)?;
    if before.revoked_at.is_some() {
        write.commit(json!({ "device": before.id })).await?;
        return Ok(before);
    }
    let after = event_device::Model {
        revoked_at: Some(write.now),
        version: before.version + 1,
        ..before.clone()
    };
    if !write_if_unchanged(write.connection(), &before, &after).await? {
        return Err(Error::internal("a device that changed while it was held"));
    }
    let act = Act {
        kind: EventActKind::RevokeDevice,
        about: About::Device(after.id),
        details: json!({ "device": after.id }),
        reason: None,
    };
    record(&write, &event, seat, act).await?;
    write.commit(json!({ "device": after.id })).await?;
    Ok(after)
}

/// The event of something of its door, and the seat that keeps it. Who may not even read the attendance is told it is absent.
async fn kept(write: &Write, event: Option<Uuid>, seat: Option<Uuid>) -> Result<(event::Model, ActingSeat), Error> {
    let (connection, actor, event) = (write.connection(), &write.actor, event.unwrap_or_default());
    let found = sight::shared(connection, actor, event, (Action::KeepDoor, seat)).await;
    let Err(Error::Refused(refusals)) = &found else {
        return found;
    };
    if refusals.iter().any(|refusal| refusal.code == Code::Forbidden) {
        let row = crate::event::query::by_ids(connection, actor, &[event]).await?;
        let reads = |row: &event::Model| Case::of_host(row).may(actor, Action::ReadAttendance);
        if !row.iter().any(reads) {
            return Err(sight::not_found().at(["event"]).into());
        }
    }
    found
}

/// The same refusal, told of what the caller named: of the event they named nothing.
pub(super) fn at(error: Error, absent: &Refusal) -> Error {
    let told = |refusal: Refusal| match refusal.code {
        Code::NotFound => absent.clone(),
        _ if refusal.field == ["event"] => refusal.at(absent.field.clone()),
        _ => refusal,
    };
    match error {
        Error::Refused(refusals) => Error::Refused(refusals.into_iter().map(told).collect()),
        error => error,
    }
}
