//! Units ask for somebody, or for themselves, to be excused; the host decides.
use entity::{
    enums::{EventActKind, ExcuseState, RecordType},
    event_delegate, event_excuse, event_invitation,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{held, query, workflow::takes_excuses};
use crate::{
    authz::policy::event::UnitAction,
    clock::new_id,
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    event::{
        self as events,
        arranging::wrong_state,
        running::LONGEST_REASON,
        sight::Guest,
        trace::{About, Act, record},
    },
    file::attachment,
    input::{Wrong, optional, required},
    locale::Text,
    session::Session,
};

/// Asks for an excuse.
#[derive(Clone, Debug, Serialize)]
pub struct Ask {
    pub invitation: Uuid,
    /// None: nobody of the unit comes.
    pub delegate: Option<Uuid>,
    pub reason: String,
    pub file: Option<Uuid>,
    pub seat: Option<Uuid>,
}

/// Asks for a delegate, or for the whole unit, to be excused, from the invitation until the attendance is sealed.
///
/// # Errors
/// `NotFound` for the invitation, the delegate and the file; `Forbidden`, `SeatAmbiguous`, `WrongState`; `AlreadyExists` where
/// the same was asked and is not refused; `Required` and `TooLong` for the reason.
pub async fn request(session: &Session, field: &str, input: Ask) -> Result<event_excuse::Model, Error> {
    let write = match command::begin(session, field, "requestExcuse", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (event, row) = held::invitation(&write, input.invitation, "invitation").await?;
    let asked = (UnitAction::Answer, input.seat);
    let seat = held::seat(&write, Guest::of(&event, &row), asked, "invitation")?;
    if !takes_excuses(event.status) {
        return Err(wrong_state(event.status).at(["invitation"]).into());
    }
    let reason = checked(&write, &row, &input).await?;
    let excuse = event_excuse::Model {
        id: new_id(write.now),
        event_id: event.id,
        invitation_id: row.id,
        unit_id: row.unit_id,
        delegate_id: input.delegate,
        reason: reason.clone(),
        file_id: input.file,
        state: ExcuseState::Asked,
        asked_at: write.now,
        decided_at: None,
        version: 1,
    };
    excuse.clone().into_active_model().insert(write.connection()).await?;
    let act = Act {
        kind: EventActKind::AskExcuse,
        about: about(&excuse),
        details: told(&excuse),
        reason: Some(reason),
    };
    record(&write, &event, seat, act).await?;
    write.commit(outcome(&excuse)).await?;
    Ok(excuse)
}

/// What is wrong with what is asked, all of it; otherwise the reason.
async fn checked(write: &Write, row: &event_invitation::Model, input: &Ask) -> Result<String, Error> {
    let connection = write.connection();
    let mut wrong = Wrong::default();
    let reason = wrong.note(required(&input.reason, "reason", LONGEST_REASON));
    let people = events::query::delegates_of_invitations(connection, &[row.id]).await?;
    let comes = |person: &event_delegate::Model| Some(person.id) == input.delegate && held::is_expected(person);
    if input.delegate.is_some() && !people.iter().any(comes) {
        wrong.extend([events::replying::delegate_not_found().at(["delegate"])]);
    }
    let before = query::excuses_of(connection, &[row.id]).await?;
    let same = |excuse: &event_excuse::Model| {
        let covers = excuse.delegate_id.is_none() || excuse.delegate_id == input.delegate;
        covers && excuse.state != ExcuseState::Refused
    };
    if before.iter().any(same) {
        let text = Text::new("Izin ini sudah dimintakan.", "This excuse has been asked for already.");
        wrong.extend([Refusal::new(Code::AlreadyExists, text).at(["delegate"])]);
    }
    if let Some(file) = input.file {
        let record = (RecordType::EventInvitation, row.id);
        if !attachment::hold_letter(connection, &write.actor, record, file, write.now).await? {
            wrong.extend([attachment::not_found().at(["file"])]);
        }
    }
    wrong.settle()?;
    reason.ok_or_else(|| Error::internal("a reason that was neither given nor refused"))
}

/// Decides on an excuse.
#[derive(Clone, Debug, Serialize)]
pub struct Decide {
    pub excuse: Uuid,
    pub expected_version: i32,
    pub grant: bool,
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Grants an excuse, or refuses it, which owes a reason: never who asked for it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` and `TooLong`.
pub async fn decide(session: &Session, field: &str, input: Decide) -> Result<event_excuse::Model, Error> {
    let write = match command::begin(session, field, "decideExcuse", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let connection = write.connection();
    let known = query::excuses_by_id(connection, &write.actor, &[input.excuse])
        .await?
        .pop();
    let known = known.ok_or_else(|| not_found().at(["excuse"]))?;
    let (event, invitation) = held::invitation(&write, known.invitation_id, "excuse").await?;
    // Read again, now that nobody else decides for the unit.
    let row = query::held_excuse(connection, known.id).await?;
    let row = row.ok_or_else(|| not_found().at(["excuse"]))?;
    let acts = events::query::acts(connection, &[row.id]).await?;
    let acts = acts.get(&row.id).map_or(&[][..], Vec::as_slice);
    let guest = Guest {
        submitted: held::was_done_by(acts, EventActKind::AskExcuse, write.actor.account),
        ..Guest::of(&event, &invitation)
    };
    let seat = held::seat(&write, guest, (UnitAction::Settle, input.seat), "excuse")?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    if !takes_excuses(event.status) || row.state != ExcuseState::Asked {
        return Err(decided_already(&row).into());
    }
    let reason = if input.grant {
        optional(input.reason.as_deref(), "reason", LONGEST_REASON)?
    } else {
        Some(required(
            input.reason.as_deref().unwrap_or_default(),
            "reason",
            LONGEST_REASON,
        )?)
    };
    let (state, kind) = if input.grant {
        (ExcuseState::Granted, EventActKind::GrantExcuse)
    } else {
        (ExcuseState::Refused, EventActKind::RefuseExcuse)
    };
    let after = event_excuse::Model {
        state,
        decided_at: Some(write.now),
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    let act = Act {
        kind,
        about: about(&after),
        details: told(&after),
        reason,
    };
    record(&write, &event, seat, act).await?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

async fn write_if_unchanged(
    write: &Write,
    before: &event_excuse::Model,
    after: &event_excuse::Model,
) -> Result<(), Error> {
    let written = event_excuse::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(event_excuse::Column::Id.eq(before.id))
        .filter(event_excuse::Column::Version.eq(before.version))
        .filter(event_excuse::Column::State.eq(before.state))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before).into())
    }
}

fn about(row: &event_excuse::Model) -> About {
    About::Excuse {
        id: row.id,
        unit: row.unit_id,
    }
}

fn told(row: &event_excuse::Model) -> Value {
    json!({
        "version": row.version,
        "state": row.state,
        "invitation": row.invitation_id,
        "delegate": row.delegate_id,
    })
}

fn stale(row: &event_excuse::Model) -> Refusal {
    let text = Text::new(
        "Izin ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This excuse has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}

fn decided_already(row: &event_excuse::Model) -> Refusal {
    let text = match row.state {
        ExcuseState::Asked => Text::new(
            "Izin tidak dapat diputuskan sekarang.",
            "Excuses are not decided on now.",
        ),
        ExcuseState::Granted => Text::new("Izin ini sudah diberikan.", "This excuse was granted already."),
        ExcuseState::Refused => Text::new("Izin ini sudah ditolak.", "This excuse was refused already."),
    };
    Refusal::new(Code::WrongState, text).at(["excuse"])
}

/// The one answer for an excuse that is absent or hidden.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new("Izin tidak ditemukan.", "The excuse was not found.");
    Refusal::new(Code::NotFound, text)
}

fn outcome(row: &event_excuse::Model) -> Value {
    json!({ "excuse": row.id })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<event_excuse::Model, Error> {
    let id = outcome["excuse"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without an excuse"))?;
    let found = query::excuses_by_id(session.services.db.reader(), &actor, &[id]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| not_found().at(["excuse"]).into())
}
