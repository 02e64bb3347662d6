//! Who comes without having been named: kept at once, with the moment they came; they are there once somebody lets them in.
use entity::{
    enums::{DelegateStanding, EventActKind, ScanDirection, ScanMethod},
    event_delegate, event_scan,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    desk::{self, Caller, Desk, Opened, Wanted},
    device::at,
    presence::reckon,
    query,
    scanning::{LONGEST_NONCE, One, attest, moment_at, sound},
};
use crate::{
    audit,
    authz::policy::event::Action,
    clock::{day_in_jakarta, new_id},
    command::{self, Begun},
    db::insert_all,
    error::{Code, Error, Refusal},
    event::{
        arranging::wrong_state,
        draft,
        query::{delegates_by_id, invitations_of, sessions},
        replying::delegate_not_found,
        running::LONGEST_REASON,
        sight,
        trace::{About, Act, record, record_by},
        workflow::takes_scans,
    },
    faults::{LONGEST_NAME, fault, named, short},
    input::{optional, required},
    locale::Text,
    session::Session,
    territory::directory::is_valid,
};

/// Somebody who was not named stands at the door.
#[derive(Clone, Debug, Serialize)]
pub struct Add {
    /// A device may leave it out.
    pub event: Option<Uuid>,
    pub unit: Uuid,
    /// Somebody with an account, or else a name. Devices and programs know nobody's account.
    pub account: Option<Uuid>,
    pub name: Option<String>,
    pub title: Option<String>,
    pub session: Option<Uuid>,
    pub nonce: String,
    pub client_time: String,
    pub seat: Option<Uuid>,
}

/// Adds somebody who was not named, with a scan by hand that counts once the person is let in. The nonce is that of the scan:
/// sent again, the same person is told.
///
/// # Errors
/// What [`desk::open`] says, and everything that is wrong with the person, the unit, the session, the nonce and the time.
pub async fn add(caller: &Caller<'_>, field: &str, input: Add) -> Result<event_delegate::Model, Error> {
    let wanted = Wanted {
        field,
        name: "addWalkIn",
        event: input.event,
        seat: input.seat,
    };
    let desk = match desk::open(caller, wanted, &input).await? {
        Opened::Fresh(desk) => desk,
        Opened::Replay(replay) => {
            let id = id_in(&replay.outcome)?;
            let found = delegates_by_id(caller.services().db.reader(), &replay.actor, &[id]).await?;
            return found.into_iter().next().ok_or_else(|| Error::not_found("event"));
        }
    };
    let (connection, now) = (desk.connection(), desk.now());
    let said = (
        input.unit,
        input.account,
        input.name.as_deref().map(str::trim),
        input.title.as_deref().map(str::trim),
        input.session,
    );
    let content: [u8; 32] = Sha256::digest(audit::canonical_json(&("walk-in", said))?).into();
    let opened_at = query::opened_at(connection, desk.event.id).await?;
    let came = moment_at(&input.client_time, now, opened_at);
    let mut faults = faults_of(&desk, &input).await?;
    if came.is_none() {
        let text = Text::new(
            "Tulis waktu menurut RFC 3339, bukan di masa depan dan bukan jauh sebelum pintu dibuka.",
            "Write the time as RFC 3339, not in the future and not long before the door was opened.",
        );
        faults.push(Refusal::new(Code::Invalid, text).at(["clientTime"]));
    }
    let there = query::by_nonces(
        connection,
        (desk.event.id, desk.source()),
        std::slice::from_ref(&input.nonce),
    )
    .await?;
    if let Some(found) = there.get(&input.nonce) {
        if found.content_sha256 == content
            && let Some(delegate) = found.delegate_id
        {
            let told = query::delegates(connection, &[delegate]).await?;
            return told
                .into_iter()
                .next()
                .ok_or_else(|| Error::internal("a scan of nobody"));
        }
        let text = Text::new(
            "Nonce ini sudah dipakai untuk pemindaian lain.",
            "Another scan has this nonce.",
        );
        faults.push(Refusal::new(Code::AlreadyExists, text).at(["nonce"]));
    }
    let (Some(session), Some(came), true) = (input.session, came, faults.is_empty()) else {
        return Err(Error::Refused(faults));
    };
    let invitations = invitations_of(connection, &[desk.event.id]).await?;
    let trimmed = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let row = event_delegate::Model {
        id: new_id(now),
        event_id: desk.event.id,
        invitation_id: invitations
            .iter()
            .find(|row| row.unit_id == input.unit)
            .map(|row| row.id),
        unit_id: input.unit,
        account_id: input.account,
        name: trimmed(&input.name),
        title: trimmed(&input.title),
        standing: DelegateStanding::Pending,
        walk_in: true,
        replaces_id: None,
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        named_at: now,
        version: 1,
    };
    row.clone().into_active_model().insert(connection).await?;
    let one = One {
        delegate: row.id,
        session,
        method: ScanMethod::Hand,
        direction: ScanDirection::In,
        nonce: input.nonce,
        content_sha256: content,
        at: came,
    };
    let scan = event_scan::Model {
        source_id: desk.source(),
        ..sound((desk.event.id, desk.account(), desk.device()), one, now)?
    };
    insert_all(connection, vec![scan.clone()]).await?;
    attest(connection, &[scan], now).await?;
    reckon(connection, std::slice::from_ref(&row)).await?;
    let act = Act {
        kind: EventActKind::AddWalkIn,
        about: About::Delegate {
            id: row.id,
            unit: row.unit_id,
        },
        details: json!({ "delegate": row.id, "session": session, "device": desk.device() }),
        reason: None,
    };
    record_by(connection, &desk.event, (desk.by().await?, now), vec![act]).await?;
    desk.commit(json!({ "delegate": row.id })).await?;
    Ok(row)
}

fn id_in(outcome: &Value) -> Result<Uuid, Error> {
    let id = outcome["delegate"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::internal("an outcome without a delegate"))
}

async fn faults_of(desk: &Desk, input: &Add) -> Result<Vec<Refusal>, Error> {
    let who = (input.account, input.name.as_deref());
    let mut faults = match desk.write() {
        Some(write) => draft::person(who, input.title.as_deref(), &write.actor),
        None if input.account.is_some() => {
            let text = Text::new(
                "Perangkat dan program menyebut orang dengan namanya saja.",
                "A device or a program tells people by their name alone.",
            );
            vec![Refusal::new(Code::Invalid, text).at(["account"])]
        }
        None => {
            let mut faults: Vec<Refusal> = named("name", input.name.as_deref().unwrap_or_default(), LONGEST_NAME)
                .into_iter()
                .collect();
            faults.extend(short("title", input.title.as_deref().unwrap_or_default(), LONGEST_NAME));
            faults
        }
    };
    let today = day_in_jakarta(desk.now());
    let unit = desk.directory().tree.get(input.unit);
    if !unit.is_some_and(|unit| is_valid(today, unit.formed_on, unit.dissolved_on)) {
        faults.push(fault(Code::NotFound, "Unit tidak ditemukan.", "The unit was not found.").at(["unit"]));
    }
    let sessions = sessions(desk.connection(), &[desk.event.id]).await?;
    if !sessions.iter().any(|row| Some(row.id) == input.session && row.counted) {
        let text = Text::new(
            "Sesi ini bukan sesi kegiatan yang kehadirannya dicatat.",
            "This is no session of the event in which attendance is taken.",
        );
        faults.push(Refusal::new(Code::NotFound, text).at(["session"]));
    }
    faults.extend(named("nonce", &input.nonce, LONGEST_NONCE));
    if let Some(account) = input.account {
        let others = crate::event::query::delegates_of_event(desk.connection(), desk.event.id).await?;
        let comes = |row: &&event_delegate::Model| {
            row.account_id == Some(account)
                && matches!(row.standing, DelegateStanding::Expected | DelegateStanding::Pending)
        };
        if others.iter().any(|row| comes(&row)) && !sent_before(desk, input).await? {
            let text = Text::new("Orang ini sudah terdaftar.", "This person is named already.");
            faults.push(Refusal::new(Code::AlreadyExists, text).at(["account"]));
        }
    }
    Ok(faults)
}

/// Whether there is a scan of this nonce: then it is not the person who is twice, it is the command.
async fn sent_before(desk: &Desk, input: &Add) -> Result<bool, Error> {
    let nonce = std::slice::from_ref(&input.nonce);
    let there = query::by_nonces(desk.connection(), (desk.event.id, desk.source()), nonce).await?;
    Ok(!there.is_empty())
}

/// Decides whether a walk-in comes in.
#[derive(Clone, Debug, Serialize)]
pub struct Decide {
    pub delegate: Uuid,
    pub expected_version: i32,
    pub admit: bool,
    /// Owed where the person does not.
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Lets a walk-in in, or not: who commands the event. What was scanned of the person meanwhile counts from then on.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; `Required` and `TooLong` for the reason.
pub async fn decide(session: &Session, field: &str, input: Decide) -> Result<event_delegate::Model, Error> {
    let absent = || delegate_not_found().at(["delegate"]);
    let write = match command::begin(session, field, "decideWalkIn", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let id = id_in(&replay.outcome)?;
            let found = delegates_by_id(session.services.db.reader(), &replay.actor, &[id]).await?;
            return found.into_iter().next().ok_or_else(|| absent().into());
        }
    };
    let connection = write.connection();
    let known = delegates_by_id(connection, &write.actor, &[input.delegate])
        .await?
        .pop();
    let known = known.ok_or_else(absent)?;
    let asked = (Action::Command, input.seat);
    let shared = sight::shared(connection, &write.actor, known.event_id, asked).await;
    let (event, seat) = shared.map_err(|error| at(error, &absent()))?;
    let held = query::delegates_held(connection, event.id, &[known.id]).await?;
    let before = held.into_iter().next().ok_or_else(absent)?;
    if before.version != input.expected_version {
        let text = Text::new(
            "Orang ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
            "This person has changed since you read it; read it again and decide anew.",
        );
        return Err(Refusal::stale(text, before.version).into());
    }
    if !takes_scans(event.status) {
        return Err(wrong_state(event.status).into());
    }
    if before.standing != DelegateStanding::Pending {
        let text = Text::new(
            "Tidak ada yang perlu diputuskan tentang orang ini.",
            "There is nothing to decide about this person.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["delegate"]).into());
    }
    let reason = input.reason.as_deref().unwrap_or_default();
    let (standing, kind, reason) = if input.admit {
        let reason = optional(Some(reason), "reason", LONGEST_REASON)?;
        (DelegateStanding::Expected, EventActKind::AdmitWalkIn, reason)
    } else {
        let reason = required(reason, "reason", LONGEST_REASON)?;
        (DelegateStanding::Refused, EventActKind::RefuseWalkIn, Some(reason))
    };
    let after = event_delegate::Model {
        standing,
        version: before.version + 1,
        ..before.clone()
    };
    event_delegate::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(event_delegate::Column::Id.eq(before.id))
        .filter(event_delegate::Column::Version.eq(before.version))
        .exec(connection)
        .await?;
    reckon(connection, std::slice::from_ref(&after)).await?;
    let act = Act {
        kind,
        about: About::Delegate {
            id: after.id,
            unit: after.unit_id,
        },
        details: json!({ "version": after.version, "standing": after.standing }),
        reason,
    };
    record(&write, &event, seat, act).await?;
    write.commit(json!({ "delegate": after.id })).await?;
    Ok(after)
}
