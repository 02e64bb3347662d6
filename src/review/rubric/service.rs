//! A use case per function, each in one transaction that leaves everything behind or nothing.
use entity::{
    enums::RubricStatus,
    rubric::{self, Criteria, Criterion},
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    availability::{self, Command, check, decision_in},
    faults::faults,
    query,
    writing::{delete_if_unchanged, stale, tell_of_publication, tell_of_retirement, write_if_unchanged},
};
use crate::{
    authz::{ActingSeat, Verdict, policy::rubric::Action, which_seat},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::is_taken,
    error::{Code, Error, Refusal},
    faults::{keeps_from_saving, of_code},
    input::required,
    locale::Text,
    session::{Actor, Session},
};

/// The longest reason, characters.
pub const LONGEST_REASON: usize = 2_000;

/// What a rubric says. What is not given stays, or is taken from the version it begins with.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Content {
    pub name: Option<String>,
    pub description: Option<String>,
    pub criteria: Option<Vec<Criterion>>,
}

/// Makes a draft: of a new rubric, or of the next version of one.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    pub code: String,
    /// Whose it is; may be left out by who could speak for one unit only.
    pub owner: Option<Uuid>,
    /// The version it begins with.
    pub from: Option<Uuid>,
    pub content: Content,
    pub seat: Option<Uuid>,
}

/// Which version something is done to, as its caller has seen it.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    pub rubric: Uuid,
    pub expected_version: i32,
    pub seat: Option<Uuid>,
}

/// Makes a draft.
///
/// # Errors
/// `NotFound` for the owner or the version to begin with, `Forbidden`, `SeatAmbiguous`, `AlreadyExists` for a code of
/// another unit and for a second draft, `Required`, `Invalid` and `TooLong` for what it says, and what [`command::begin`]
/// says.
pub async fn create(session: &Session, field: &str, input: Create) -> Result<rubric::Model, Error> {
    let write = match command::begin(session, field, "createRubric", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let owner = owner_of(&write.actor, &input)?;
    let begun_with = begun_with(&write, input.from).await?;
    let versions = query::versions(write.connection(), &input.code).await?;
    let mut refusals: Vec<Refusal> = of_code(&input.code).into_iter().collect();
    refusals.extend(taken(&versions, owner));
    let version = versions.iter().map(|version| version.version).max().unwrap_or_default() + 1;
    let draft = new_draft(&write, (input.code, version), owner, begun_with);
    let draft = tidied(with(draft, input.content));
    check_savable(&draft, refusals)?;
    let written = draft.clone().into_active_model().insert(write.connection()).await;
    match written {
        Ok(_row) => {}
        // Somebody took the code, or made the next version, since the versions were read.
        Err(error) if is_taken(&error) => return Err(second_draft().at(["code"]).into()),
        Err(error) => return Err(error.into()),
    }
    write.commit(outcome(&draft)).await?;
    Ok(draft)
}

/// Changes a draft.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` for the name, `TooLong`, and what
/// [`command::begin`] says.
pub async fn edit(session: &Session, field: &str, asked: Asked, content: Content) -> Result<rubric::Model, Error> {
    let write = match command::begin(session, field, "editRubric", &(&asked, &content)).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (before, _seat) = permitted(&write, &asked, Command::Edit).await?;
    let after = rubric::Model {
        lock_version: before.lock_version + 1,
        ..before.clone()
    };
    let after = tidied(with(after, content));
    check_savable(&after, Vec::new())?;
    write_if_unchanged(write.connection(), &before, &after).await?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

/// Publishes a draft: from now on it never changes, and works may be judged by it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, every fault of the rubric, and what
/// [`command::begin`] says.
pub async fn publish(session: &Session, field: &str, asked: Asked) -> Result<rubric::Model, Error> {
    let write = match command::begin(session, field, "publishRubric", &asked).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (before, seat) = permitted(&write, &asked, Command::Publish).await?;
    let faults = faults(&before);
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let after = rubric::Model {
        status: RubricStatus::Published,
        lock_version: before.lock_version + 1,
        published_by: Some(write.actor.account),
        published_at: Some(write.now),
        ..before.clone()
    };
    write_if_unchanged(write.connection(), &before, &after).await?;
    tell_of_publication(&write, &after, seat).await?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

/// Retires a published version: nothing new may be judged by it, what was begun goes on.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` and `TooLong` for the reason, and
/// what [`command::begin`] says.
pub async fn retire(session: &Session, field: &str, asked: Asked, reason: String) -> Result<rubric::Model, Error> {
    let write = match command::begin(session, field, "retireRubric", &(&asked, &reason)).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (before, seat) = permitted(&write, &asked, Command::Retire).await?;
    let reason = required(&reason, "reason", LONGEST_REASON)?;
    let after = rubric::Model {
        status: RubricStatus::Retired,
        lock_version: before.lock_version + 1,
        retired_by: Some(write.actor.account),
        retired_at: Some(write.now),
        retired_reason: Some(reason),
        ..before.clone()
    };
    write_if_unchanged(write.connection(), &before, &after).await?;
    tell_of_retirement(&write, &after, seat).await?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

/// Takes a draft away, of which nobody outside its unit has ever known.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, and what [`command::begin`] says.
pub async fn discard(session: &Session, field: &str, asked: Asked) -> Result<Uuid, Error> {
    let write = match command::begin(session, field, "discardRubric", &asked).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(_done) => return Ok(asked.rubric),
    };
    let (draft, _seat) = permitted(&write, &asked, Command::Discard).await?;
    delete_if_unchanged(write.connection(), &draft).await?;
    write.commit(outcome(&draft)).await?;
    Ok(draft.id)
}

fn outcome(rubric: &rubric::Model) -> Value {
    json!({ "rubric": rubric.id })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<rubric::Model, Error> {
    let id = outcome["rubric"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a rubric"))?;
    let found = query::visible(session.services.db.reader(), &actor, id).await?;
    found.ok_or_else(|| availability::not_found().at(["rubric"]).into())
}

/// Reads the version a command is about, and finds the seat that may.
async fn permitted(write: &Write, asked: &Asked, command: Command) -> Result<(rubric::Model, ActingSeat), Error> {
    let found = query::visible(write.connection(), &write.actor, asked.rubric).await?;
    let rubric = found.ok_or_else(|| availability::not_found().at(["rubric"]))?;
    // Who lost a race is told so, not that the winner's outcome leaves nothing to do.
    if rubric.lock_version != asked.expected_version {
        return Err(stale(&rubric));
    }
    match check(&write.actor, &rubric, command, asked.seat) {
        Ok(seat) => Ok((rubric, seat)),
        Err(refusal) if refusal.field.is_empty() => Err(refusal.at(["rubric"]).into()),
        Err(refusal) => Err(refusal.into()),
    }
}

/// The unit a new rubric is of.
fn owner_of(actor: &Actor, input: &Create) -> Result<Uuid, Error> {
    if let Some(owner) = input.owner
        && actor.directory.tree.get(owner).is_none()
    {
        return Err(Error::not_found("owner"));
    }
    let verdict = which_seat(&actor.seats, input.seat, |seat| {
        let owner = input.owner.unwrap_or(seat.unit);
        decision_in(actor, seat, Action::Manage, owner, RubricStatus::Draft)
    });
    match verdict {
        Verdict::Granted(seat) => Ok(input.owner.unwrap_or(seat.unit)),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous().into()),
        // Units are public, so there is nothing to hide: the caller just does not speak for it.
        Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => {
            Err(availability::forbidden().at(input.owner.map(|_owner| "owner")).into())
        }
    }
}

/// The version a draft begins with, of any rubric the actor sees.
async fn begun_with(write: &Write, from: Option<Uuid>) -> Result<Option<rubric::Model>, Error> {
    let Some(from) = from else { return Ok(None) };
    match query::visible(write.connection(), &write.actor, from).await? {
        Some(rubric) => Ok(Some(rubric)),
        None => Err(availability::not_found().at(["from"]).into()),
    }
}

/// Why a code cannot be used for another draft.
fn taken(versions: &[rubric::Model], owner: Uuid) -> Option<Refusal> {
    let refusal = if versions.iter().any(|version| version.owner_id != owner) {
        let text = Text::new(
            "Kode ini sudah dipakai oleh unit lain.",
            "Another unit has a rubric of this code.",
        );
        Refusal::new(Code::AlreadyExists, text)
    } else if versions.iter().any(|version| version.status == RubricStatus::Draft) {
        second_draft()
    } else {
        return None;
    };
    Some(refusal.at(["code"]))
}

fn second_draft() -> Refusal {
    let text = Text::new(
        "Instrumen ini sudah memiliki konsep; terbitkan atau buang dahulu.",
        "This rubric has a draft already; publish or discard it first.",
    );
    Refusal::new(Code::AlreadyExists, text)
}

fn new_draft(
    write: &Write,
    (code, version): (String, i32),
    owner: Uuid,
    begun_with: Option<rubric::Model>,
) -> rubric::Model {
    let (name, description, criteria) = match begun_with {
        Some(from) => (from.name, from.description, from.criteria),
        None => (String::new(), String::new(), Criteria::default()),
    };
    rubric::Model {
        id: new_id(write.now),
        code,
        version,
        owner_id: owner,
        name,
        description,
        criteria,
        status: RubricStatus::Draft,
        lock_version: 1,
        created_by: Some(write.actor.account),
        created_at: Some(write.now),
        published_by: None,
        published_at: None,
        retired_by: None,
        retired_at: None,
        retired_reason: None,
    }
}

/// A rubric that says something else.
fn with(rubric: rubric::Model, content: Content) -> rubric::Model {
    rubric::Model {
        name: content.name.unwrap_or(rubric.name),
        description: content.description.unwrap_or(rubric.description),
        criteria: content.criteria.map_or(rubric.criteria, Criteria),
        ..rubric
    }
}

/// The rubric as it is kept: without the blanks around its texts.
fn tidied(mut rubric: rubric::Model) -> rubric::Model {
    let trim = |text: &mut String| *text = text.trim().to_owned();
    trim(&mut rubric.name);
    trim(&mut rubric.description);
    for criterion in &mut rubric.criteria.0 {
        trim(&mut criterion.title);
        trim(&mut criterion.guidance);
        let anchors = &mut criterion.scale.anchors;
        anchors.iter_mut().for_each(|anchor| trim(&mut anchor.sentence));
    }
    rubric
}

/// A draft may be wrong, but what it says has to be of a size.
fn check_savable(draft: &rubric::Model, mut refusals: Vec<Refusal>) -> Result<(), Error> {
    refusals.extend(faults(draft).into_iter().filter(keeps_from_saving));
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(refusals))
    }
}
