//! What invited units answer: who comes, that nobody comes, and who comes instead.
use entity::{
    enums::{DelegateStanding, EventActKind, InvitationReply, RecordType},
    event, event_delegate, event_invitation,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    arranging::wrong_state,
    draft, query,
    running::LONGEST_REASON,
    sight::{Guest, invitation_not_found},
    trace::{About, Act, record, record_all},
    workflow::{takes_replies, takes_substitutes},
};
use crate::{
    authz::{ActingSeat, policy::event::UnitAction},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    faults::{fault, within},
    file::attachment,
    input::{required, trimmed},
    legal_basis::LegalBasis,
    locale::Text,
    session::Session,
};

/// Somebody a unit sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Somebody with an account who sits in the unit, or else a name.
    pub account: Option<Uuid>,
    pub name: Option<String>,
    pub title: Option<String>,
    /// The surat tugas.
    pub letter: Option<LegalBasis>,
    pub letter_file: Option<Uuid>,
}

/// What a unit answers.
#[derive(Clone, Debug, Serialize)]
pub enum Answer {
    /// It comes: these, and nobody else.
    Confirm {
        keep: Vec<Uuid>,
        name: Vec<Named>,
    },
    Decline {
        reason: String,
    },
}

/// Answers an invitation.
#[derive(Clone, Debug, Serialize)]
pub struct Reply {
    pub invitation: Uuid,
    pub expected_version: i32,
    pub answer: Answer,
    pub seat: Option<Uuid>,
}

/// Answers an invitation, or answers it anew while replies are taken: who was named and is not any more is withdrawn, and the
/// code of such a person opens no door.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; `TooLong` beyond the quota; `CapacityReached` where
/// there is no room; and at its place what is wrong with each person.
pub async fn reply(session: &Session, field: &str, input: Reply) -> Result<event_invitation::Model, Error> {
    let write = match command::begin(session, field, "replyInvitation", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (event, row, seat) = answered(&write, input.invitation, input.seat).await?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    if !takes_replies(event.status) {
        return Err(wrong_state(event.status).into());
    }
    let delegates = query::delegates_of_invitations(write.connection(), &[row.id]).await?;
    let expected: Vec<_> = delegates.into_iter().filter(is_expected).collect();
    let (status, reason, kind, comes) = match input.answer {
        Answer::Decline { reason } => {
            let reason = required(&reason, "reason", LONGEST_REASON)?;
            withdraw(&write, &expected, &[]).await?;
            (
                InvitationReply::Declined,
                Some(reason),
                EventActKind::Decline,
                Vec::new(),
            )
        }
        Answer::Confirm { keep, name } => {
            let kept = kept(&expected, &keep)?;
            check_named(&write, (&event, &row), &kept, &name).await?;
            withdraw(&write, &expected, &keep).await?;
            let new = delegates_of(&write, &row, &name, None)?;
            hold_letters(&write, row.id, &name).await?;
            let comes = kept.iter().map(|row| row.id).chain(new.iter().map(|row| row.id));
            let comes: Vec<Uuid> = comes.collect();
            insert_all(write.connection(), new).await?;
            (InvitationReply::Confirmed, None, EventActKind::Confirm, comes)
        }
    };
    let after = event_invitation::Model {
        status,
        reason: reason.clone(),
        replied_at: Some(write.now),
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    let act = Act {
        kind,
        about: About::Invitation {
            id: after.id,
            unit: after.unit_id,
        },
        details: json!({ "version": after.version, "status": after.status, "delegates": comes }),
        reason,
    };
    record(&write, &event, seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

fn is_expected(row: &event_delegate::Model) -> bool {
    row.standing == DelegateStanding::Expected && !row.walk_in
}

/// The invitation as a command is decided on it, with its event and the seat that answers for the unit.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; the database's.
pub async fn answered(
    write: &Write,
    id: Uuid,
    seat: Option<Uuid>,
) -> Result<(event::Model, event_invitation::Model, ActingSeat), Error> {
    // Room and names are of the whole event, so that units answer one after the other.
    let found = query::held_invitation_alone(write.connection(), &write.actor, id).await?;
    let (event, row) = found.ok_or_else(|| invitation_not_found().at(["invitation"]))?;
    let seat = Guest::of(&event, &row).seat(&write.actor, UnitAction::Answer, seat);
    let seat = seat.map_err(|refusal| match refusal.code {
        // It was found, by way of somebody it names at the least.
        Code::NotFound => Refusal::forbidden().at(["invitation"]),
        _ if refusal.field.is_empty() => refusal.at(["invitation"]),
        _ => refusal,
    })?;
    Ok((event, row, seat))
}

fn kept<'e>(expected: &'e [event_delegate::Model], keep: &[Uuid]) -> Result<Vec<&'e event_delegate::Model>, Error> {
    let (mut kept, mut faults) = (Vec::new(), Vec::new());
    for (place, id) in keep.iter().enumerate() {
        match expected.iter().find(|row| row.id == *id) {
            Some(row) if !keep[..place].contains(id) => kept.push(row),
            _ => {
                let text = Text::new("Utusan tidak ditemukan.", "The delegate was not found.");
                faults.push(Refusal::new(Code::NotFound, text).at(["keep".to_owned(), place.to_string()]));
            }
        }
    }
    if faults.is_empty() {
        Ok(kept)
    } else {
        Err(Error::Refused(faults))
    }
}

/// Everything that is wrong with whom a unit sends.
async fn check_named(
    write: &Write,
    (event, row): (&event::Model, &event_invitation::Model),
    kept: &[&event_delegate::Model],
    name: &[Named],
) -> Result<(), Error> {
    let mut faults = Vec::new();
    let comes = kept.len() + name.len();
    let quota = usize::try_from(row.quota).unwrap_or_default();
    if comes == 0 {
        faults.push(fault(Code::Required, "Sebutkan siapa yang hadir.", "Say who comes.").at(["delegates"]));
    } else if quota < comes {
        let text = Text::new(
            format!("Unit ini dapat mengutus paling banyak {quota} orang."),
            format!("This unit may send at most {quota}."),
        );
        faults.push(Refusal::new(Code::TooLong, text).at(["delegates"]));
    }
    let others = query::delegates_of_event(write.connection(), event.id).await?;
    let others: Vec<_> = others
        .iter()
        .filter(|other| other.standing == DelegateStanding::Expected)
        .filter(|other| other.invitation_id != Some(row.id) || kept.iter().any(|kept| kept.id == other.id))
        .collect();
    for (place, named) in name.iter().enumerate() {
        let mut of_one = faults_of(write, row.unit_id, named);
        let comes_already = named.account.is_some_and(|account| {
            others.iter().any(|other| other.account_id == Some(account))
                || name[..place].iter().any(|earlier| earlier.account == Some(account))
        });
        if comes_already {
            of_one.push(
                fault(
                    Code::AlreadyExists,
                    "Orang ini sudah terdaftar.",
                    "This person is named already.",
                )
                .at(["account"]),
            );
        }
        faults.extend(within(place, of_one).map(|fault| fault.within(["delegates"])));
    }
    if let Some(capacity) = event.capacity.and_then(|capacity| usize::try_from(capacity).ok()) {
        let elsewhere = others
            .iter()
            .filter(|other| other.invitation_id != Some(row.id))
            .count();
        if capacity < elsewhere + comes {
            let left = capacity.saturating_sub(elsewhere);
            let text = Text::new(
                format!("Tempat yang tersisa: {left}."),
                format!("There is room for {left} more."),
            );
            faults.push(Refusal::new(Code::TooLong, text).at(["delegates"]));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(faults))
    }
}

fn faults_of(write: &Write, unit: Uuid, named: &Named) -> Vec<Refusal> {
    let who = (named.account, named.name.as_deref());
    let mut faults = draft::person(who, named.title.as_deref(), &write.actor);
    let sits_there = |account: Uuid| {
        let mut units = write.actor.directory.units_of(account, write.actor.today);
        units.any(|sits_in| sits_in == unit)
    };
    if faults.is_empty() && named.account.is_some_and(|account| !sits_there(account)) {
        let stranger = fault(
            Code::Invalid,
            "Orang ini tidak menjabat di unit ini; sebutkan namanya tanpa akun.",
            "This person holds no seat of the unit; give the name without the account.",
        );
        faults.push(stranger.at(["account"]));
    }
    if let Some(Err(refusal)) = named.letter.as_ref().map(LegalBasis::checked) {
        faults.push(refusal.at(["letter", "number"]));
    }
    if named
        .letter
        .as_ref()
        .is_some_and(|letter| write.actor.today < letter.date)
    {
        let future = fault(
            Code::Invalid,
            "Tanggal surat tidak boleh di masa depan.",
            "A letter cannot be signed in the future.",
        );
        faults.push(future.at(["letter", "date"]));
    }
    if named.letter_file.is_some() && named.letter.is_none() {
        faults.push(fault(Code::Required, "Sebutkan nomor surat.", "Name the letter.").at(["letter"]));
    }
    faults
}

async fn withdraw(write: &Write, expected: &[event_delegate::Model], keep: &[Uuid]) -> Result<(), Error> {
    for row in expected.iter().filter(|row| !keep.contains(&row.id)) {
        stand(write, row, DelegateStanding::Withdrawn).await?;
    }
    Ok(())
}

/// Changes the standing of a delegate where it is still as it was decided on.
async fn stand(write: &Write, row: &event_delegate::Model, standing: DelegateStanding) -> Result<(), Error> {
    let after = event_delegate::Model {
        standing,
        version: row.version + 1,
        ..row.clone()
    };
    let written = event_delegate::Entity::update_many()
        .set(after.into_active_model().reset_all())
        .filter(event_delegate::Column::Id.eq(row.id))
        .filter(event_delegate::Column::Version.eq(row.version))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale_delegate(row).into())
    }
}

fn delegates_of(
    write: &Write,
    row: &event_invitation::Model,
    name: &[Named],
    replaces: Option<Uuid>,
) -> Result<Vec<event_delegate::Model>, Error> {
    let delegate = |named: &Named| -> Result<event_delegate::Model, Error> {
        let letter = named.letter.as_ref().map(LegalBasis::checked).transpose()?;
        Ok(event_delegate::Model {
            id: new_id(write.now),
            event_id: row.event_id,
            invitation_id: Some(row.id),
            unit_id: row.unit_id,
            account_id: named.account,
            name: trimmed(named.name.as_deref()),
            title: trimmed(named.title.as_deref()),
            standing: DelegateStanding::Expected,
            walk_in: false,
            replaces_id: replaces,
            letter_number: letter.as_ref().map(|letter| letter.number.clone()),
            letter_date: letter.map(|letter| letter.date),
            letter_file_id: named.letter_file,
            named_at: write.now,
            version: 1,
        })
    };
    name.iter().map(delegate).collect()
}

async fn hold_letters(write: &Write, invitation: Uuid, name: &[Named]) -> Result<(), Error> {
    let mut missing = Vec::new();
    for (place, file) in name
        .iter()
        .enumerate()
        .filter_map(|(place, named)| Some((place, named.letter_file?)))
    {
        let record = (RecordType::EventInvitation, invitation);
        if !attachment::hold_letter(write.connection(), &write.actor, record, file, write.now).await? {
            let path = ["delegates".to_owned(), place.to_string(), "letterFile".to_owned()];
            missing.push(attachment::not_found().at(path));
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(missing))
    }
}

/// Sends somebody else.
#[derive(Clone, Debug, Serialize)]
pub struct Substitute {
    pub delegate: Uuid,
    pub expected_version: i32,
    /// With the surat tugas, which is owed.
    pub by: Named,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Sends somebody else than was named, until the door opens: the code of the one who was named opens it no more.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` for the letter and the reason, and what is
/// wrong with the person.
pub async fn substitute(session: &Session, field: &str, input: Substitute) -> Result<event_delegate::Model, Error> {
    let write = match command::begin(session, field, "substituteDelegate", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed_delegate(session, *replay).await,
    };
    let connection = write.connection();
    let known = query::delegates_by_id(connection, &write.actor, &[input.delegate])
        .await?
        .pop();
    let invitation = known.as_ref().and_then(|row| row.invitation_id);
    let invitation = invitation.ok_or_else(|| delegate_not_found().at(["delegate"]))?;
    let (event, row, seat) = answered(&write, invitation, input.seat).await?;
    // Read again, now that nobody else answers for the unit.
    let delegates = query::delegates_of_invitations(connection, &[row.id]).await?;
    let before = delegates.iter().find(|row| row.id == input.delegate);
    let before = before.ok_or_else(|| delegate_not_found().at(["delegate"]))?;
    if before.version != input.expected_version {
        return Err(stale_delegate(before).into());
    }
    if !takes_substitutes(event.status) {
        return Err(wrong_state(event.status).into());
    }
    if !is_expected(before) {
        let text = Text::new(
            "Utusan ini sudah tidak diharapkan.",
            "This delegate is not expected any more.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["delegate"]).into());
    }
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    check_substitute(&write, (&event, &row), before, &input.by).await?;
    stand(&write, before, DelegateStanding::Replaced).await?;
    let by = std::slice::from_ref(&input.by);
    hold_letters(&write, row.id, by).await?;
    let made = delegates_of(&write, &row, by, Some(before.id))?;
    let after = made.first().cloned().ok_or_else(|| Error::internal("nobody instead"))?;
    insert_all(connection, made).await?;
    let act = Act {
        kind: EventActKind::Substitute,
        about: About::Delegate {
            id: after.id,
            unit: after.unit_id,
        },
        details: json!({ "replaces": before.id, "letter": after.letter_number }),
        reason: Some(reason),
    };
    record_all(&write, &event, seat, vec![act]).await?;
    write.commit(json!({ "delegate": after.id })).await?;
    Ok(after)
}

async fn check_substitute(
    write: &Write,
    (event, row): (&event::Model, &event_invitation::Model),
    before: &event_delegate::Model,
    by: &Named,
) -> Result<(), Error> {
    let mut faults = faults_of(write, row.unit_id, by);
    if by.letter.is_none() {
        let missing = fault(
            Code::Required,
            "Sebutkan nomor dan tanggal surat tugas.",
            "Name the letter that sends this person, its number and date.",
        );
        faults.push(missing.at(["letter"]));
    }
    let others = query::delegates_of_event(write.connection(), event.id).await?;
    let mut others = others
        .iter()
        .filter(|other| other.standing == DelegateStanding::Expected && other.id != before.id);
    if by.account.is_some() && others.any(|other| other.account_id == by.account) {
        let text = Text::new("Orang ini sudah terdaftar.", "This person is named already.");
        faults.push(Refusal::new(Code::AlreadyExists, text).at(["account"]));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Refused(
        faults.into_iter().map(|fault| fault.within(["by"])).collect(),
    ))
}

async fn write_if_unchanged(
    write: &Write,
    before: &event_invitation::Model,
    after: &event_invitation::Model,
) -> Result<(), Error> {
    let written = event_invitation::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(event_invitation::Column::Id.eq(before.id))
        .filter(event_invitation::Column::Version.eq(before.version))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before).into())
    }
}

fn stale(row: &event_invitation::Model) -> Refusal {
    let text = Text::new(
        "Undangan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This invitation has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}

fn stale_delegate(row: &event_delegate::Model) -> Refusal {
    let text = Text::new(
        "Utusan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This delegate has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}

/// The one answer for a delegate that is absent or hidden.
#[must_use]
pub fn delegate_not_found() -> Refusal {
    let text = Text::new("Utusan tidak ditemukan.", "The delegate was not found.");
    Refusal::new(Code::NotFound, text)
}

fn outcome(invitation: Uuid) -> Value {
    json!({ "invitation": invitation })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<event_invitation::Model, Error> {
    let id = outcome["invitation"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without an invitation"))?;
    let found = query::invitations_by_id(session.services.db.reader(), &actor, &[id]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| invitation_not_found().at(["invitation"]).into())
}

async fn replayed_delegate(
    session: &Session,
    Replay { actor, outcome }: Replay,
) -> Result<event_delegate::Model, Error> {
    let id = outcome["delegate"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a delegate"))?;
    let found = query::delegates_by_id(session.services.db.reader(), &actor, &[id]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| delegate_not_found().at(["delegate"]).into())
}
