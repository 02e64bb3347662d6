//! A use case per function, each in one transaction that leaves everything behind or nothing.
use entity::{
    enums::{RubricStatus, TemplateStatus},
    template::{self, Comparison, Comparisons, Route, Section, Sections},
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    availability::{self, Command, check, decision_in, is_visible},
    faults::faults,
    tidy::tidied,
    writing::{delete_if_unchanged, stale, tell_of_publication, tell_of_retirement, write_if_unchanged},
};
use crate::{
    authz::{ActingSeat, Verdict, policy::template::Action, which_seat},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    faults::{keeps_from_saving, of_code},
    locale::Text,
    report::{catalogue, query, step::LONGEST_REASON},
    review::rubric::query as rubrics,
    session::{Actor, Session},
    territory::tree::Unit,
};

/// What a template says. What is not given stays, or is taken from the version it begins with.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Content {
    pub name: Option<String>,
    pub description: Option<String>,
    pub route: Option<Route>,
    pub sections: Option<Vec<Section>>,
    pub comparisons: Option<Vec<Comparison>>,
}

/// Makes a draft: of a new template, or of the next version of one.
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
    pub template: Uuid,
    pub expected_version: i32,
    pub seat: Option<Uuid>,
}

/// Makes a draft.
///
/// # Errors
/// `NotFound` for the owner or the version to begin with, `Forbidden`, `SeatAmbiguous`, `AlreadyExists` for a code of
/// another unit and for a second draft, `Required`, `Invalid` and `TooLong` for what it says, and what [`command::begin`]
/// says.
pub async fn create(session: &Session, field: &str, input: Create) -> Result<template::Model, Error> {
    let write = match command::begin(session, field, "createReportTemplate", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    // Whoever changes templates takes turns: codes and versions are given out one after the other.
    catalogue::bump(write.connection()).await?;
    let owner = owner_of(&write.actor, &input)?;
    let begun_with = begun_with(&write, input.from).await?;
    let versions = query::template_versions(write.connection(), &input.code).await?;
    let mut refusals: Vec<Refusal> = of_code(&input.code).into_iter().collect();
    refusals.extend(taken(&versions, owner.id));
    let draft = new_draft(&write, &input.code, next_version(&versions), owner, begun_with);
    let draft = tidied(with(draft, input.content.clone()));
    if begun_with_nothing(&input) {
        let text = Text::new("Sebutkan jalur laporannya.", "Say which way its reports take.");
        refusals.push(Refusal::new(Code::Required, text).at(["route"]));
    }
    check_savable(&draft, owner, refusals)?;
    draft.clone().into_active_model().insert(write.connection()).await?;
    finish(session, *write, &draft).await?;
    Ok(draft)
}

/// Changes a draft.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` for the name, `TooLong`, and what
/// [`command::begin`] says.
pub async fn edit(session: &Session, field: &str, asked: Asked, content: Content) -> Result<template::Model, Error> {
    let write = match command::begin(session, field, "editReportTemplate", &(&asked, &content)).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (before, _seat) = permitted(&write, &asked, Command::Edit).await?;
    let after = tidied(with(
        template::Model {
            lock_version: before.lock_version + 1,
            ..before.clone()
        },
        content,
    ));
    check_savable(&after, unit_of(&write.actor, &after)?, Vec::new())?;
    write_if_unchanged(write.connection(), &before, &after).await?;
    finish(session, *write, &after).await?;
    Ok(after)
}

/// Publishes a draft: from now on it never changes, and rounds may ask by it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, every fault of the template, and what
/// [`command::begin`] says.
pub async fn publish(session: &Session, field: &str, asked: Asked) -> Result<template::Model, Error> {
    let write = match command::begin(session, field, "publishReportTemplate", &asked).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (before, seat) = permitted(&write, &asked, Command::Publish).await?;
    let mut faults = faults(&before, unit_of(&write.actor, &before)?.tier);
    faults.extend(rubric_fault(&write, &before).await?);
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let after = template::Model {
        status: TemplateStatus::Published,
        lock_version: before.lock_version + 1,
        published_by: Some(write.actor.account),
        published_at: Some(write.now),
        ..before.clone()
    };
    write_if_unchanged(write.connection(), &before, &after).await?;
    tell_of_publication(&write, &after, seat).await?;
    finish(session, *write, &after).await?;
    Ok(after)
}

/// A rubric that nobody may score by: not there, not the owner's, or not published.
async fn rubric_fault(write: &Write, template: &template::Model) -> Result<Option<Refusal>, Error> {
    let Some(id) = template.route.rubric else {
        return Ok(None);
    };
    let rubric = rubrics::by_id(write.connection(), id).await?;
    let fits =
        rubric.is_some_and(|rubric| rubric.status == RubricStatus::Published && rubric.owner_id == template.owner_id);
    let text = Text::new(
        "Ini bukan rubrik yang sudah diterbitkan unit pemilik templat.",
        "This is not a published rubric of the unit whose template it is.",
    );
    Ok((!fits).then(|| Refusal::new(Code::Invalid, text).at(["route", "rubric"])))
}

/// Retires a published version: no new round may ask by it, what was asked goes on.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` and `TooLong` for the reason, and
/// what [`command::begin`] says.
pub async fn retire(session: &Session, field: &str, asked: Asked, reason: String) -> Result<template::Model, Error> {
    let write = match command::begin(session, field, "retireReportTemplate", &(&asked, &reason)).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (before, seat) = permitted(&write, &asked, Command::Retire).await?;
    let reason = checked_reason(&reason)?;
    let after = template::Model {
        status: TemplateStatus::Retired,
        lock_version: before.lock_version + 1,
        retired_by: Some(write.actor.account),
        retired_at: Some(write.now),
        retired_reason: Some(reason),
        ..before.clone()
    };
    write_if_unchanged(write.connection(), &before, &after).await?;
    tell_of_retirement(&write, &after, seat).await?;
    finish(session, *write, &after).await?;
    Ok(after)
}

/// Takes a draft away, of which nobody outside its unit has ever known.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, and what [`command::begin`] says.
pub async fn discard(session: &Session, field: &str, asked: Asked) -> Result<Uuid, Error> {
    let write = match command::begin(session, field, "discardReportTemplate", &asked).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(_done) => return Ok(asked.template),
    };
    let (draft, _seat) = permitted(&write, &asked, Command::Discard).await?;
    delete_if_unchanged(write.connection(), &draft).await?;
    finish(session, *write, &draft).await?;
    Ok(draft.id)
}

/// Makes everything durable and known to this process; others know within half a second.
async fn finish(session: &Session, write: Write, template: &template::Model) -> Result<(), Error> {
    write.commit(outcome(template)).await?;
    if let Err(error) = catalogue::reload(&session.services).await {
        // What was written stands; the next confirmation takes it over.
        tracing::warn!(?error, "reading the changed catalogue failed");
    }
    Ok(())
}

fn outcome(template: &template::Model) -> Value {
    json!({ "template": template.id })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<template::Model, Error> {
    let id = outcome["template"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a template"))?;
    let found = query::template(session.services.db.reader(), id).await?;
    let visible = found.filter(|template| is_visible(&actor, template));
    visible.ok_or_else(|| availability::not_found().at(["template"]).into())
}

/// Reads the version a command is about, after everybody who changes templates at this moment, and finds the seat that may.
async fn permitted(write: &Write, asked: &Asked, command: Command) -> Result<(template::Model, ActingSeat), Error> {
    catalogue::bump(write.connection()).await?;
    let found = query::template(write.connection(), asked.template).await?;
    let visible = found.filter(|template| is_visible(&write.actor, template));
    let template = visible.ok_or_else(|| availability::not_found().at(["template"]))?;
    // Who lost a race is told so, not that the winner's outcome leaves nothing to do.
    if template.lock_version != asked.expected_version {
        return Err(stale(&template));
    }
    match check(&write.actor, &template, command, asked.seat) {
        Ok(seat) => Ok((template, seat)),
        Err(refusal) if refusal.field.is_empty() => Err(refusal.at(["template"]).into()),
        Err(refusal) => Err(refusal.into()),
    }
}

/// The unit a new template is of.
fn owner_of<'a>(actor: &'a Actor, input: &Create) -> Result<&'a Unit, Error> {
    let verdict = which_seat(&actor.seats, input.seat, |seat| {
        let owner = input.owner.unwrap_or(seat.unit);
        decision_in(actor, seat, Action::Manage, owner, TemplateStatus::Draft)
    });
    let tree = &actor.directory.tree;
    let named = input
        .owner
        .map(|owner| tree.get(owner).ok_or_else(|| Error::not_found("owner")));
    let named = named.transpose()?;
    match (verdict, named) {
        (Verdict::Granted(seat), named) => named
            .or_else(|| tree.get(seat.unit))
            .ok_or_else(|| Error::internal("a seat without its unit")),
        (Verdict::Ambiguous, _) => Err(Refusal::seat_ambiguous().into()),
        // Units are public, so there is nothing to hide: the caller just does not speak for it.
        (Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden, named) => {
            Err(availability::forbidden().at(named.map(|_owner| "owner")).into())
        }
    }
}

fn unit_of<'a>(actor: &'a Actor, template: &template::Model) -> Result<&'a Unit, Error> {
    let unit = actor.directory.tree.get(template.owner_id);
    unit.ok_or_else(|| Error::internal("a template without its owner"))
}

/// The version a draft begins with, of any template the actor sees.
async fn begun_with(write: &Write, from: Option<Uuid>) -> Result<Option<template::Model>, Error> {
    let Some(from) = from else { return Ok(None) };
    let found = query::template(write.connection(), from).await?;
    let visible = found.filter(|template| is_visible(&write.actor, template));
    match visible {
        Some(template) => Ok(Some(template)),
        None => Err(availability::not_found().at(["from"]).into()),
    }
}

fn begun_with_nothing(input: &Create) -> bool {
    input.from.is_none() && input.content.route.is_none()
}

/// Why a code cannot be used for another draft.
fn taken(versions: &[template::Model], owner: Uuid) -> Option<Refusal> {
    let text = if versions.iter().any(|version| version.owner_id != owner) {
        Text::new(
            "Kode ini sudah dipakai oleh unit lain.",
            "Another unit has a template of this code.",
        )
    } else if versions.iter().any(|version| version.status == TemplateStatus::Draft) {
        Text::new(
            "Templat ini sudah memiliki konsep; terbitkan atau buang dahulu.",
            "This template has a draft already; publish or discard it first.",
        )
    } else {
        return None;
    };
    Some(Refusal::new(Code::AlreadyExists, text).at(["code"]))
}

fn next_version(versions: &[template::Model]) -> i32 {
    versions.iter().map(|version| version.version).max().unwrap_or_default() + 1
}

fn new_draft(
    write: &Write,
    code: &str,
    version: i32,
    owner: &Unit,
    begun_with: Option<template::Model>,
) -> template::Model {
    let (name, description, route, sections, comparisons) = match begun_with {
        Some(from) => (from.name, from.description, from.route, from.sections, from.comparisons),
        None => {
            let nowhere = Route {
                authors: Vec::new(),
                endorsers: Vec::new(),
                terminal: owner.tier,
                experts: false,
                quorum: None,
                rubric: None,
            };
            let (sections, comparisons) = (Sections(Vec::new()), Comparisons::default());
            (String::new(), String::new(), nowhere, sections, comparisons)
        }
    };
    template::Model {
        id: new_id(write.now),
        code: code.to_owned(),
        version,
        name,
        route,
        sections,
        owner_id: owner.id,
        status: TemplateStatus::Draft,
        lock_version: 1,
        description,
        comparisons,
        created_by: Some(write.actor.account),
        created_at: Some(write.now),
        published_by: None,
        published_at: None,
        retired_by: None,
        retired_at: None,
        retired_reason: None,
    }
}

/// A template that says something else.
fn with(template: template::Model, content: Content) -> template::Model {
    template::Model {
        name: content.name.unwrap_or(template.name),
        description: content.description.unwrap_or(template.description),
        route: content.route.unwrap_or(template.route),
        sections: content.sections.map_or(template.sections, Sections),
        comparisons: content.comparisons.map_or(template.comparisons, Comparisons),
        ..template
    }
}

/// A draft may be wrong, but what it says has to be of a size.
fn check_savable(draft: &template::Model, owner: &Unit, mut refusals: Vec<Refusal>) -> Result<(), Error> {
    refusals.extend(faults(draft, owner.tier).into_iter().filter(keeps_from_saving));
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(refusals))
    }
}

fn checked_reason(reason: &str) -> Result<String, Error> {
    let reason = reason.trim();
    let (code, text) = if reason.is_empty() {
        let text = Text::new("Alasan wajib diisi.", "A reason has to be given.");
        (Code::Required, text)
    } else if reason.chars().count() > LONGEST_REASON {
        let text = Text::new(
            format!("Alasan paling panjang {LONGEST_REASON} karakter."),
            format!("A reason has at most {LONGEST_REASON} characters."),
        );
        (Code::TooLong, text)
    } else {
        return Ok(reason.to_owned());
    };
    Err(Refusal::new(code, text).at(["reason"]).into())
}
