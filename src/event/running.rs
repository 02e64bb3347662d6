//! From published to over: inviting the audience, and the steps of an event.
use std::collections::BTreeMap;

use entity::{
    enums::{EventActKind, EventStatus, InvitationReply, Tier},
    event, event_invitation,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    arranging::{outcome, replayed, told, write_if_unchanged, wrong_state},
    audience, query,
    sight::{self, stale},
    trace::{About, Act, record, record_all},
    workflow::{self, Refused, Step, needs_reason},
};
use crate::{
    authz::{ActingSeat, policy::event::Action},
    clock::new_id,
    command::{self, Begun, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    input::{invalid, optional, required},
    locale::Text,
    session::{Actor, Session},
    territory::tree::Unit,
};

/// The longest reason, characters.
pub const LONGEST_REASON: usize = 2_000;

/// How many units are invited at once when they are invited later.
const MOST_INVITED: usize = 600;

/// Publishes an event, or shows whom it would invite.
#[derive(Clone, Debug, Serialize)]
pub struct Publish {
    pub event: Uuid,
    pub expected_version: i32,
    pub dry_run: bool,
    pub seat: Option<Uuid>,
}

/// Whom an event invites.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invited {
    /// How many units of each tier.
    pub units: BTreeMap<Tier, usize>,
    /// How many people hold the positions the rule names, where it names any.
    pub people: Option<usize>,
    /// How many delegates the units may name together.
    pub places: usize,
}

/// What was published, or would be.
#[derive(Clone, Debug)]
pub struct Published {
    /// None: it was a dry run.
    pub event: Option<event::Model>,
    pub invited: Invited,
}

/// Publishes an event: what its rule means now is invited, in the same transaction. One that was postponed keeps its
/// invitations and what was answered.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` for the letter, `Invalid` for an audience
/// of nobody, for units another wave has invited, and for dates that have passed.
pub async fn publish(session: &Session, field: &str, input: Publish) -> Result<Published, Error> {
    let write = match command::begin(session, field, "publishEvent", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let event = replayed(session, *replay).await?;
            let invited = invited_so_far(session, &event).await?;
            return Ok(Published {
                event: Some(event),
                invited,
            });
        }
    };
    let (row, seat) = commanded(&write, input.event, input.expected_version, input.seat).await?;
    let status = workflow::next(row.status, Step::Publish).map_err(|Refused| wrong_state(row.status))?;
    if row.letter_number.is_none() {
        let text = Text::new(
            "Sebutkan nomor dan tanggal surat undangan sebelum menerbitkan.",
            "Name the letter of invitation, its number and date, before publishing.",
        );
        return Err(Refusal::new(Code::Required, text).at(["letter"]).into());
    }
    let again = row.status == EventStatus::Postponed;
    if again && row.starts_at <= write.now {
        let text = Text::new(
            "Tetapkan waktu baru sebelum menerbitkan kembali.",
            "Set a new time before publishing it again.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["event", "startsAt"]).into());
    }
    let units = if again { Vec::new() } else { meant(&write, &row).await? };
    let invited = if again {
        invited_so_far(session, &row).await?
    } else {
        counted(&row, &units, &write.actor)
    };
    if input.dry_run {
        return Ok(Published { event: None, invited });
    }
    let after = event::Model {
        status,
        published_at: row.published_at.or(Some(write.now)),
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    let invitations = units.iter().map(|unit| invitation(&after, unit, &write, false));
    insert_all(write.connection(), invitations.collect()).await?;
    let mut details = told(&after);
    details["invited"] = json!(invited.units);
    let act = Act {
        kind: EventActKind::Publish,
        about: About::Event,
        details,
        reason: None,
    };
    record(&write, &after, seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(Published {
        event: Some(after),
        invited,
    })
}

/// The event as a command is decided on it, as the caller has read it, and the seat that commands it.
async fn commanded(
    write: &Write,
    id: Uuid,
    expected_version: i32,
    seat: Option<Uuid>,
) -> Result<(event::Model, ActingSeat), Error> {
    let (row, seat) = sight::held(write.connection(), &write.actor, id, (Action::Command, seat)).await?;
    if row.version != expected_version {
        return Err(stale(&row).into());
    }
    Ok((row, seat))
}

/// The units the rule means, none of them invited by another wave.
async fn meant<'w>(write: &'w Write, row: &event::Model) -> Result<Vec<&'w Unit>, Error> {
    let units = audience::invited(&row.audience, row.unit_id, &write.actor.directory, write.actor.today);
    if units.is_empty() {
        let waves = query::waves(write.connection(), &write.actor, &[row.id]).await?;
        let has_waves = waves.iter().any(|wave| wave.status != EventStatus::Cancelled);
        if has_waves && row.audience.tiers.is_empty() {
            return Ok(units);
        }
        let refusal = invalid(
            "audience",
            "Aturan ini tidak mengundang unit mana pun.",
            "This rule invites no unit at all.",
        );
        return Err(refusal.within(["event"]).into());
    }
    let Some(series) = row.parent_id else {
        return Ok(units);
    };
    let waves = query::waves(write.connection(), &write.actor, &[series]).await?;
    let others = waves
        .iter()
        .filter(|wave| wave.id != row.id && wave.status != EventStatus::Cancelled)
        .map(|wave| wave.id);
    let others: Vec<Uuid> = others.collect();
    let elsewhere = query::invitations_of(write.connection(), &others).await?;
    let twice = units
        .iter()
        .filter(|unit| elsewhere.iter().any(|invitation| invitation.unit_id == unit.id));
    let twice: Vec<&str> = twice.map(|unit| unit.name.as_str()).collect();
    if twice.is_empty() {
        return Ok(units);
    }
    let (count, first) = (twice.len(), twice.first().copied().unwrap_or_default());
    let text = Text::new(
        format!("{count} unit sudah diundang pada gelombang lain, antara lain {first}."),
        format!("{count} units are invited to another wave already, among them {first}."),
    );
    Err(Refusal::new(Code::Invalid, text).at(["event", "audience"]).into())
}

fn counted(row: &event::Model, units: &[&Unit], actor: &Actor) -> Invited {
    let mut by_tier = BTreeMap::new();
    for unit in units {
        *by_tier.entry(unit.tier).or_default() += 1;
    }
    let names_positions = !row.audience.positions.is_empty();
    Invited {
        units: by_tier,
        people: names_positions.then(|| audience::people_meant(&row.audience, units, &actor.directory, actor.today)),
        places: units.len() * usize::try_from(row.quota).unwrap_or_default(),
    }
}

/// Whom an event has invited, for its host.
async fn invited_so_far(session: &Session, row: &event::Model) -> Result<Invited, Error> {
    let mut invited = Invited::default();
    for invitation in query::invitations_of(session.services.db.reader(), &[row.id]).await? {
        *invited.units.entry(invitation.tier).or_default() += 1;
        invited.places += usize::try_from(invitation.quota).unwrap_or_default();
    }
    Ok(invited)
}

fn invitation(row: &event::Model, unit: &Unit, write: &Write, late: bool) -> event_invitation::Model {
    let tree = &write.actor.directory.tree;
    event_invitation::Model {
        id: new_id(write.now),
        event_id: row.id,
        unit_id: unit.id,
        tier: unit.tier,
        provinsi_id: tree.ancestor_at(unit.id, Tier::Provinsi).map(|province| province.id),
        quota: row.quota,
        status: InvitationReply::Invited,
        reason: None,
        late,
        invited_at: write.now,
        replied_at: None,
        reminded_at: None,
        version: 1,
    }
}

/// The units that the rule of an event means today and that are not invited: formed later, or moved beneath the host.
///
/// # Errors
/// The database's.
pub async fn uninvited<'a>(session: &'a Session, row: &event::Model) -> Result<Vec<&'a Unit>, Error> {
    let actor = &session.actor;
    let mut units = audience::invited(&row.audience, row.unit_id, &actor.directory, actor.today);
    let invitations = query::invitations_of(session.services.db.reader(), &[row.id]).await?;
    units.retain(|unit| !invitations.iter().any(|invitation| invitation.unit_id == unit.id));
    Ok(units)
}

/// Invites units later.
#[derive(Clone, Debug, Serialize)]
pub struct Invite {
    pub event: Uuid,
    pub units: Vec<Uuid>,
    pub seat: Option<Uuid>,
}

/// Invites units beneath the host that are not invited yet, while replies are taken.
///
/// # Errors
/// `NotFound` for the event and, at its place, for each unit that is not beneath the host; `Forbidden`, `SeatAmbiguous`,
/// `WrongState`, `Required`, `TooLong`; `AlreadyExists` for each unit that is invited.
pub async fn invite(session: &Session, field: &str, input: Invite) -> Result<event::Model, Error> {
    let write = match command::begin(session, field, "inviteUnits", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (Action::Command, input.seat);
    let (row, seat) = sight::held(write.connection(), &write.actor, input.event, asked).await?;
    if !workflow::takes_replies(row.status) {
        return Err(wrong_state(row.status).into());
    }
    if let Some(fault) = crate::faults::filled(&input.units, MOST_INVITED) {
        return Err(fault.at(["units"]).into());
    }
    let known = query::invitations_of(write.connection(), &[row.id]).await?;
    let units = invitable(&write, &row, &input.units, &known)?;
    let invitations: Vec<_> = units.iter().map(|unit| invitation(&row, unit, &write, true)).collect();
    insert_all(write.connection(), invitations.clone()).await?;
    let acts = invitations.iter().map(|invitation| Act {
        kind: EventActKind::Invite,
        about: About::Invitation {
            id: invitation.id,
            unit: invitation.unit_id,
        },
        details: json!({ "unit": invitation.unit_id, "quota": invitation.quota }),
        reason: None,
    });
    record_all(&write, &row, seat, acts.collect()).await?;
    write.commit(outcome(row.id)).await?;
    Ok(row)
}

fn invitable<'w>(
    write: &'w Write,
    row: &event::Model,
    wanted: &[Uuid],
    known: &[event_invitation::Model],
) -> Result<Vec<&'w Unit>, Error> {
    let directory = &write.actor.directory;
    let (mut units, mut faults) = (Vec::new(), Vec::new());
    for (place, id) in wanted.iter().enumerate() {
        let exists = |unit: &&Unit| {
            crate::territory::directory::is_valid(write.actor.today, unit.formed_on, unit.dissolved_on)
                && directory.tree.is_within(unit.id, row.unit_id)
        };
        let twice = wanted[..place].contains(id) || known.iter().any(|invitation| invitation.unit_id == *id);
        let fault = match directory.tree.get(*id).filter(exists) {
            None => (
                Code::NotFound,
                Text::new("Unit tidak ditemukan.", "The unit was not found."),
            ),
            Some(_unit) if twice => (
                Code::AlreadyExists,
                Text::new("Unit ini sudah diundang.", "This unit is invited already."),
            ),
            Some(unit) => {
                units.push(unit);
                continue;
            }
        };
        faults.push(Refusal::new(fault.0, fault.1).at(["units".to_owned(), place.to_string()]));
    }
    if faults.is_empty() {
        Ok(units)
    } else {
        Err(Error::Refused(faults))
    }
}

/// Takes an event one step on.
#[derive(Clone, Debug, Serialize)]
pub struct Advance {
    pub event: Uuid,
    pub expected_version: i32,
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Postpones, cancels, closes registration, starts or ends an event. Where registration closes, units that have not answered
/// are noted as such.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, and `Required` and `TooLong` for the reason.
pub async fn advance(session: &Session, field: &str, step: Step, input: Advance) -> Result<event::Model, Error> {
    let (name, kind) = match step {
        Step::Postpone => ("postponeEvent", EventActKind::Postpone),
        Step::Cancel => ("cancelEvent", EventActKind::Cancel),
        Step::CloseRegistration => ("closeRegistration", EventActKind::CloseRegistration),
        Step::Start => ("startEvent", EventActKind::Start),
        Step::End => ("endEvent", EventActKind::End),
        Step::Publish | Step::Finalise => return Err(Error::internal("a step with a command of its own")),
    };
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = commanded(&write, input.event, input.expected_version, input.seat).await?;
    let status = workflow::next(row.status, step).map_err(|Refused| wrong_state(row.status))?;
    let reason = if needs_reason(step) {
        Some(required(
            input.reason.as_deref().unwrap_or_default(),
            "reason",
            LONGEST_REASON,
        )?)
    } else {
        optional(input.reason.as_deref(), "reason", LONGEST_REASON)?
    };
    let after = event::Model {
        status,
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    if matches!(step, Step::CloseRegistration | Step::Start) {
        note_silence(&write, row.id).await?;
    }
    let act = Act {
        kind,
        about: About::Event,
        details: told(&after),
        reason,
    };
    record(&write, &after, seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

async fn note_silence(write: &Write, event: Uuid) -> Result<(), Error> {
    event_invitation::Entity::update_many()
        .col_expr(event_invitation::Column::Status, Expr::value(InvitationReply::NoReply))
        .col_expr(event_invitation::Column::Version, Expr::cust("version + 1"))
        .filter(event_invitation::Column::EventId.eq(event))
        .filter(event_invitation::Column::Status.eq(InvitationReply::Invited))
        .exec(write.connection())
        .await?;
    Ok(())
}
