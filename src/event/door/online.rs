//! Attendance from afar: the host shows a code in the session, and delegates with an account enter it.
use std::net::IpAddr;

use entity::{
    enums::{EventActKind, EventMode, EventStatus, ScanDirection, ScanMethod},
    event_delegate, event_session,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    device::at,
    presence::reckon,
    query,
    scanning::{One, attest, sound},
};
use crate::{
    clock::new_id,
    command::{self, Begun},
    db::insert_all,
    error::{Code, Error, Refusal},
    event::{
        arranging::wrong_state,
        query::{delegates_by_id, sessions_by_id, shared},
        sight,
        trace::{About, Act, record},
    },
    identity::{
        attempts::{Purpose, throttle},
        code::{code_hash, invalid_code, screen_code},
    },
    locale::Text,
    session::Session,
};

/// Shows a code in a session.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    pub session: Uuid,
    pub seat: Option<Uuid>,
}

fn session_not_found() -> Refusal {
    let text = Text::new("Sesi tidak ditemukan.", "The session was not found.");
    Refusal::new(Code::NotFound, text).at(["session"])
}

/// Makes a code for a session of an event that people attend from afar, in place of the one before: who keeps the door, while the
/// event runs.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `WrongState`; `Invalid` where nobody attends from afar, or no attendance is taken.
pub async fn open(session: &Session, field: &str, input: Open) -> Result<event_session::Model, Error> {
    let write = match command::begin(session, field, "openSessionCode", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let found = sessions_by_id(session.services.db.reader(), &replay.actor, &[input.session]).await?;
            return found.into_iter().next().ok_or_else(|| session_not_found().into());
        }
    };
    let connection = write.connection();
    // Who is invited knows of the sessions: such are told that they may not, not that it is absent.
    let visible = sessions_by_id(connection, &write.actor, &[input.session]).await?.pop();
    let visible = visible.ok_or_else(session_not_found)?;
    let asked = (crate::authz::policy::event::Action::KeepDoor, input.seat);
    let found = sight::shared(connection, &write.actor, visible.event_id, asked).await;
    let (event, seat) = found.map_err(|error| at(error, &session_not_found()))?;
    if event.status != EventStatus::Running {
        return Err(wrong_state(event.status).at(["session"]).into());
    }
    let row = query::session_held(connection, input.session).await?;
    let row = row.ok_or_else(session_not_found)?;
    if event.mode == EventMode::InPerson || !row.counted {
        let text = Text::new(
            "Sesi ini tidak diikuti secara daring, atau kehadirannya tidak dicatat.",
            "Nobody attends this session from afar, or no attendance is taken in it.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["session"]).into());
    }
    let after = event_session::Model {
        join_code: Some(screen_code()),
        ..row
    };
    after.clone().into_active_model().reset_all().update(connection).await?;
    let act = Act {
        kind: EventActKind::OpenSession,
        about: About::Session(after.id),
        details: json!({ "session": after.id }),
        reason: None,
    };
    record(&write, &event, seat, act).await?;
    write.commit(json!({ "session": after.id })).await?;
    Ok(after)
}

/// Enters the code of a session.
#[derive(Clone, Debug, Serialize)]
pub struct Attend {
    pub session: Uuid,
    pub code: String,
    pub direction: ScanDirection,
}

/// Attends a session from afar, by the code that is shown in it, or leaves it: a delegate with an account, for oneself.
///
/// # Errors
/// `NotFound` for the session, `Forbidden` for who is not expected, `WrongState`, `InvalidCode`, `RateLimited`.
pub async fn attend(
    session: &Session,
    field: &str,
    input: Attend,
    address: IpAddr,
) -> Result<event_delegate::Model, Error> {
    // Forty bits are guessed by nobody who may try a few times a minute.
    let key = format!("session {} {}", input.session, session.actor.account);
    throttle(&session.services, Purpose::CodeRedemption, &key, address).await?;
    let write = match command::begin(session, field, "attendOnline", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let id = replay.outcome["delegate"].as_str().and_then(|id| id.parse().ok());
            let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a delegate"))?;
            let found = delegates_by_id(session.services.db.reader(), &replay.actor, &[id]).await?;
            return found.into_iter().next().ok_or_else(|| session_not_found().into());
        }
    };
    let connection = write.connection();
    let visible = sessions_by_id(connection, &write.actor, &[input.session]).await?.pop();
    let visible = visible.ok_or_else(session_not_found)?;
    let event = shared(connection, &write.actor, visible.event_id).await?;
    let event = event.ok_or_else(session_not_found)?;
    let me = query::expected(connection, event.id, write.actor.account).await?;
    let Some(me) = me else {
        let text = Text::new(
            "Anda tidak terdaftar sebagai utusan pada kegiatan ini.",
            "You are not named as a delegate to this event.",
        );
        return Err(Refusal::new(Code::Forbidden, text).at(["session"]).into());
    };
    if event.status != EventStatus::Running {
        return Err(wrong_state(event.status).at(["session"]).into());
    }
    // Read once more: the event is held, and a code that was replaced before is good no more.
    let row = query::session_held(connection, input.session).await?;
    let shown = row.as_ref().and_then(|row| row.join_code.as_deref());
    if shown.is_none_or(|shown| code_hash(shown) != code_hash(&input.code)) {
        return Err(invalid_code());
    }
    let held = query::delegates_held(connection, event.id, &[me.id]).await?;
    let one = One {
        delegate: me.id,
        session: input.session,
        method: ScanMethod::Online,
        direction: input.direction,
        nonce: new_id(write.now).to_string(),
        content_sha256: code_hash(&input.code),
        at: write.now,
    };
    let scan = sound((event.id, Some(write.actor.account), None), one, write.now)?;
    insert_all(connection, vec![scan.clone()]).await?;
    attest(connection, &[scan], write.now).await?;
    reckon(connection, &held).await?;
    write.commit(json!({ "delegate": me.id })).await?;
    Ok(me)
}
