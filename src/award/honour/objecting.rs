//! Objecting to what was announced, and deciding on it. An objection that is upheld changes no row: whoever commands the edition
//! goes on to revoke the award.
use entity::{
    award, award_category, award_edition, award_entry, award_objection,
    enums::{AwardActKind, AwardObjectionState, RecordType},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::query;
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::award::{Action, EntryAction},
    },
    award::{
        arranging::wrong_state,
        query as editions,
        running::LONGEST_REASON,
        sight::{Case, Entrant},
        trace::{About, Act, record},
        workflow::is_announced,
    },
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::is_taken,
    error::{Code, Error, Refusal},
    file::attachment,
    input::{Wrong, required},
    locale::Text,
    session::{Actor, Session},
};

/// Objects to an award, or to having got none.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectTo {
    pub category: Uuid,
    /// None: that what was entered got nothing.
    pub award: Option<Uuid>,
    pub reason: String,
    pub file: Option<Uuid>,
    pub seat: Option<Uuid>,
}

/// Objects to what was announced of a category: a HEAD of a unit that entered something there, or is entered, within the time the
/// rules promise.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; `WrongState` before the announcement and when the time is over; `Required`,
/// `TooLong`, `Invalid` and `NotFound` for what is said, all at once; `AlreadyExists` while the same is not answered.
pub async fn object(session: &Session, field: &str, input: ObjectTo) -> Result<award_objection::Model, Error> {
    let write = match command::begin(session, field, "objectToAward", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (edition, category) = category(&write, input.category).await?;
    let connection = write.connection();
    let units: Vec<Uuid> = write.actor.seats.iter().map(|seat| seat.unit).collect();
    let entries = query::entries_of(connection, category.id, &units).await?;
    let seat = objecting_seat(&write.actor, (&edition, &entries), input.seat)?;
    is_time(&write, &edition)?;
    let reason = checked(&write, (&category, seat, &entries), &input).await?;
    let row = award_objection::Model {
        id: new_id(write.now),
        edition_id: edition.id,
        category_id: category.id,
        award_id: input.award,
        unit_id: seat.unit,
        reason: reason.clone(),
        file_id: input.file,
        state: AwardObjectionState::Open,
        answer: None,
        filed_by: write.actor.account,
        filed_at: write.now,
        decided_by: None,
        decided_at: None,
        version: 1,
    };
    // Before the row names it: what is not there cannot be named.
    if let Some(file) = input.file {
        let record = (RecordType::AwardObjection, row.id);
        if !attachment::hold_letter(connection, &write.actor, record, file, write.now).await? {
            return Err(attachment::not_found().at(["file"]).into());
        }
    }
    let inserted = row.clone().into_active_model().insert(connection).await;
    if let Err(error) = inserted {
        return Err(if is_taken(&error) {
            already_open().into()
        } else {
            error.into()
        });
    }
    leave(&write, (&edition, &row), seat, (AwardActKind::ObjectToAward, reason)).await?;
    write.commit(outcome(row.id)).await?;
    Ok(row)
}

/// The category with its edition, which is not closed meanwhile.
async fn category(write: &Write, id: Uuid) -> Result<(award_edition::Model, award_category::Model), Error> {
    let (connection, actor) = (write.connection(), &write.actor);
    let missing = || {
        let text = Text::new("Kategori tidak ditemukan.", "The category was not found.");
        Refusal::new(Code::NotFound, text).at(["category"])
    };
    let found = editions::categories_by_id(connection, actor, &[id]).await?;
    let category = found.into_iter().next().ok_or_else(missing)?;
    let edition = editions::shared(connection, actor, category.edition_id).await?;
    Ok((edition.ok_or_else(missing)?, category))
}

/// The seat that objects: one that may for any of its unit's entries.
fn objecting_seat(
    actor: &Actor,
    (edition, entries): (&award_edition::Model, &[award_entry::Model]),
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    let may = |seat: &ActingSeat, entry: &award_entry::Model| {
        let theirs = [entry.unit_id, entry.nominator_id].contains(&seat.unit);
        theirs && Entrant::of(edition, entry).decision(actor, seat, EntryAction::Object) == Decision::Allowed
    };
    actor.seat_that_may(named, Refusal::forbidden().at(["category"]), |seat| {
        if entries.iter().any(|entry| may(seat, entry)) {
            Decision::Allowed
        } else {
            Decision::Forbidden
        }
    })
}

/// Objections are taken from the announcement on, for as many days as the rules promise.
fn is_time(write: &Write, edition: &award_edition::Model) -> Result<(), Refusal> {
    match edition.objections_until.filter(|_until| is_announced(edition.status)) {
        None => Err(wrong_state(edition.status).at(["category"])),
        Some(until) if until < write.now => {
            let text = Text::new("Masa keberatan sudah lewat.", "The time for objections is over.");
            Err(Refusal::new(Code::WrongState, text).at(["category"]))
        }
        Some(_until) => Ok(()),
    }
}

/// Everything that is wrong with an objection; otherwise its reason.
async fn checked(
    write: &Write,
    (category, seat, entries): (&award_category::Model, ActingSeat, &[award_entry::Model]),
    input: &ObjectTo,
) -> Result<String, Error> {
    let connection = write.connection();
    let mut wrong = Wrong::default();
    let reason = wrong.note(required(&input.reason, "reason", LONGEST_REASON));
    if let Some(id) = input.award {
        let found = query::by_ids(connection, &write.actor, &[id]).await?;
        let row = found.into_iter().find(|row| row.category_id == category.id);
        wrong.extend(match row {
            None => Some(award_not_found()),
            Some(row) if row.revoked_at.is_some() => Some(revoked_already()),
            Some(_row) => None,
        });
    } else {
        let own = entries
            .iter()
            .filter(|entry| [entry.unit_id, entry.nominator_id].contains(&seat.unit));
        let own: Vec<Uuid> = own.map(|entry| entry.id).collect();
        let honoured = query::honoured(connection, &own).await?;
        if own.iter().all(|entry| honoured.contains(entry)) {
            let text = Text::new(
                "Semua entri unit Anda mendapat penghargaan; sebutkan penghargaan yang Anda beratkan.",
                "Everything your unit entered was honoured; name the award you object to.",
            );
            wrong.extend([Refusal::new(Code::Invalid, text).at(["award"])]);
        }
    }
    wrong.settle()?;
    reason.ok_or_else(|| Error::internal("an objection without its reason"))
}

/// Decides on an objection.
#[derive(Clone, Debug, Serialize)]
pub struct Decide {
    pub objection: Uuid,
    pub expected_version: i32,
    pub upheld: bool,
    pub answer: String,
    pub seat: Option<Uuid>,
}

/// Upholds or rejects an objection, with an answer: who commands the edition, never who filed it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `OwnWork`, `StaleVersion`, `WrongState`; `Required` and `TooLong` for the answer.
pub async fn decide(session: &Session, field: &str, input: Decide) -> Result<award_objection::Model, Error> {
    let write = match command::begin(session, field, "decideObjection", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let connection = write.connection();
    let found = query::objections_by_id(connection, &write.actor, &[input.objection]).await?;
    let row = found.into_iter().next().ok_or_else(not_found)?;
    let edition = editions::shared(connection, &write.actor, row.edition_id).await?;
    let edition = edition.ok_or_else(not_found)?;
    let seat = deciding_seat(&write.actor, (&edition, &row), input.seat)?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    if row.state != AwardObjectionState::Open {
        return Err(decided_already().into());
    }
    let answer = required(&input.answer, "answer", LONGEST_REASON)?;
    let (state, kind) = if input.upheld {
        (AwardObjectionState::Upheld, AwardActKind::UpholdObjection)
    } else {
        (AwardObjectionState::Rejected, AwardActKind::RejectObjection)
    };
    let after = award_objection::Model {
        state,
        answer: Some(answer.clone()),
        decided_by: Some(write.actor.account),
        decided_at: Some(write.now),
        version: row.version + 1,
        ..row.clone()
    };
    let written = award_objection::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(award_objection::Column::Id.eq(row.id))
        .filter(award_objection::Column::Version.eq(row.version))
        .filter(award_objection::Column::State.eq(AwardObjectionState::Open))
        .exec(connection)
        .await?;
    if written.rows_affected != 1 {
        return Err(stale(&row).into());
    }
    leave(&write, (&edition, &after), seat, (kind, answer)).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// The seat that decides on an objection the actor was shown. Asked by the command and by whoever shows a button.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`, `OwnWork`.
pub fn deciding_seat(
    actor: &Actor,
    (edition, row): (&award_edition::Model, &award_objection::Model),
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    let seat = Case::of_issuer(edition).seat(actor, Action::Command, named);
    let seat = seat.map_err(|refusal| match refusal.code {
        Code::Forbidden => refusal.at(["objection"]),
        _ => refusal,
    })?;
    if row.filed_by == actor.account {
        let text = Text::new(
            "Keberatan yang Anda ajukan sendiri diputus oleh orang lain.",
            "Somebody else decides on an objection you made.",
        );
        return Err(Refusal::new(Code::OwnWork, text).at(["objection"]));
    }
    Ok(seat)
}

async fn leave(
    write: &Write,
    (edition, row): (&award_edition::Model, &award_objection::Model),
    seat: ActingSeat,
    (kind, reason): (AwardActKind, String),
) -> Result<(), Error> {
    let act = Act {
        kind,
        about: About::Objection {
            id: row.id,
            unit: row.unit_id,
        },
        details: json!({
            "version": row.version,
            "state": row.state,
            "category": row.category_id,
            "award": row.award_id,
            "file": row.file_id,
        }),
        reason: Some(reason),
    };
    record(write, edition, seat, act).await.map(drop)
}

/// The one answer for an award that is absent or hidden.
#[must_use]
pub fn award_not_found() -> Refusal {
    let text = Text::new("Penghargaan tidak ditemukan.", "The award was not found.");
    Refusal::new(Code::NotFound, text).at(["award"])
}

/// That an award was revoked before.
#[must_use]
pub fn revoked_already() -> Refusal {
    let text = Text::new("Penghargaan ini sudah dicabut.", "This award was revoked already.");
    Refusal::new(Code::WrongState, text).at(["award"])
}

/// That an award is not what it was when it was read.
#[must_use]
pub fn stale_award(row: &award::Model) -> Refusal {
    let text = Text::new(
        "Penghargaan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This award has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}

fn not_found() -> Refusal {
    let text = Text::new("Keberatan tidak ditemukan.", "The objection was not found.");
    Refusal::new(Code::NotFound, text).at(["objection"])
}

fn stale(row: &award_objection::Model) -> Refusal {
    let text = Text::new(
        "Keberatan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This objection has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}

fn decided_already() -> Refusal {
    let text = Text::new("Keberatan ini sudah diputus.", "This objection was decided already.");
    Refusal::new(Code::WrongState, text).at(["objection"])
}

fn already_open() -> Refusal {
    let text = Text::new(
        "Unit Anda sudah mengajukan keberatan ini; tunggulah jawabannya.",
        "Your unit has made this objection already; wait for the answer.",
    );
    Refusal::new(Code::AlreadyExists, text).at(["category"])
}

fn outcome(objection: Uuid) -> Value {
    json!({ "objection": objection })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<award_objection::Model, Error> {
    let id = outcome["objection"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without an objection"))?;
    let found = query::objections_by_id(session.services.db.reader(), &actor, &[id]).await?;
    found.into_iter().next().ok_or_else(|| not_found().into())
}
