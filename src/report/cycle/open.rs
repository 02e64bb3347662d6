//! Opening a round: the units it asks are looked up, and what each of them owes is written down, in one transaction.
use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    cycle::{self, Audience},
    election_stage,
    enums::{PeriodKind, RecordType, ReportingActKind, Tier},
    template,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    check::{self, LONGEST_NAME, Moments, Wrong},
    query,
    sight::{decision, forbidden, is_visible, not_found},
    trace::{self, About},
};
use crate::{
    authz::{ActingSeat, Decision, Verdict, policy::cycle::Action, which_seat},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::is_taken,
    error::{Code, Error, Refusal},
    file::attachment,
    legal_basis::LegalBasis,
    locale::Text,
    report::{catalogue, ledger, query as reports},
    session::{Actor, Session},
    territory::tree::Unit,
};

/// A round to be opened.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    pub template: Uuid,
    pub code: String,
    pub name: String,
    pub period_kind: PeriodKind,
    pub period_start: NaiveDate,
    pub period_end: NaiveDate,
    pub opens_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub time_zone: String,
    /// None: until it is due.
    pub grace_until: Option<DateTime<Utc>>,
    pub locks_at: Option<DateTime<Utc>>,
    /// None: the last day of the period.
    pub tree_date: Option<NaiveDate>,
    pub audience: Audience,
    /// None: the day whose tree counts.
    pub audience_on: Option<NaiveDate>,
    pub stage: Option<Uuid>,
    pub basis: Option<LegalBasis>,
    /// The letter itself, a file that was uploaded.
    pub letter: Option<Uuid>,
    /// None: the unit of the seat that acts.
    pub owner: Option<Uuid>,
    /// Shows whom it would ask and does nothing.
    pub dry_run: bool,
    pub seat: Option<Uuid>,
}

/// What was opened, or would be.
#[derive(Clone, Debug)]
pub struct Opened {
    /// None: it was a dry run.
    pub cycle: Option<Arc<cycle::Model>>,
    /// How many units of each tier are asked.
    pub asked: BTreeMap<Tier, usize>,
}

/// Opens a round, or shows whom it would ask.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`, `NotFound` for template, stage, owner and units, `Required`, `TooLong` and `Invalid` for
/// everything that does not fit, all at once, `AlreadyExists` for the code, and what [`command::begin`] says.
pub async fn open(session: &Session, field: &str, input: Open) -> Result<Opened, Error> {
    let write = match command::begin(session, field, "openReportCycle", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let connection = write.connection();
    // Templates and rounds change one after the other, so that what is read from here on stays as it is.
    catalogue::bump(connection).await?;
    let (seat, owner) = opening_seat(&write, &input)?;
    let template = reports::template(connection, input.template).await?;
    let stage = match input.stage {
        Some(stage) => Some(
            reports::stage(connection, stage)
                .await?
                .ok_or_else(|| Error::not_found("stage"))?,
        ),
        None => None,
    };
    let cycle = checked(&write, input.clone(), owner, template)?;
    let asked = counted(&write, &cycle, stage.as_ref())?;
    if input.dry_run {
        return Ok(Opened { cycle: None, asked });
    }
    let inserted = cycle.clone().into_active_model().insert(connection).await;
    inserted.map_err(|error| if is_taken(&error) { code_taken() } else { error.into() })?;
    if let Some(letter) = cycle.basis_file_id {
        hold_letter(&write, (RecordType::Cycle, cycle.id), letter).await?;
    }
    let directory = &write.actor.directory;
    ledger::keep(connection, &cycle, directory, &directory.history, write.now).await?;
    let about = About::Round(&cycle);
    trace::record(&write, ReportingActKind::CycleOpened, about, &cycle, (seat, None)).await?;
    trace::commit(session, write, json!({ "cycle": cycle.id })).await?;
    Ok(Opened {
        cycle: Some(Arc::new(cycle)),
        asked,
    })
}

/// Makes a round, or its passing on, hold its letter.
pub(super) async fn hold_letter(write: &Write, record: (RecordType, Uuid), letter: Uuid) -> Result<(), Error> {
    if attachment::hold_letter(write.connection(), &write.actor, record, letter, write.now).await? {
        return Ok(());
    }
    Err(attachment::not_found().at(["letter"]).into())
}

async fn replayed(session: &Session, replay: Replay) -> Result<Opened, Error> {
    let cycle = catalogue::cycle(&session.services, trace::id_in(&replay.outcome, "cycle")?).await?;
    if !is_visible(&replay.actor, cycle.owner_id) {
        return Err(forbidden().into());
    }
    let asked = query::asked_by_tier(session.services.db.reader(), cycle.id).await?;
    let count = |(tier, count)| Ok((tier, usize::try_from(count).map_err(Error::internal)?));
    Ok(Opened {
        cycle: Some(cycle),
        asked: asked.into_iter().map(count).collect::<Result<_, Error>>()?,
    })
}

/// Units are open to everybody, so that nothing is hidden here.
fn opening_seat<'w>(write: &'w Write, input: &Open) -> Result<(ActingSeat, &'w Unit), Error> {
    let actor = &write.actor;
    let owner = input.owner.map(|owner| actor.directory.tree.get(owner));
    let owner = owner
        .map(|owner| owner.ok_or_else(|| Error::not_found("owner")))
        .transpose()?;
    let verdict = which_seat(&actor.seats, input.seat, |seat| {
        let owner = owner.map_or(seat.unit, |owner| owner.id);
        match decision(actor, seat, Action::Manage, owner) {
            Decision::Allowed => Decision::Allowed,
            Decision::Forbidden | Decision::OwnWork | Decision::Hidden => Decision::Forbidden,
        }
    });
    let seat = match verdict {
        Verdict::Granted(seat) => seat,
        Verdict::Ambiguous => return Err(Refusal::seat_ambiguous().into()),
        Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => {
            return Err(forbidden().at(input.owner.map(|_owner| "owner")).into());
        }
    };
    let own = actor.directory.tree.get(seat.unit);
    Ok((seat, own.ok_or_else(|| Error::internal("a seat without its unit"))?))
}

/// The template, if it is there for whoever asks by it.
fn known_template(
    actor: &Actor,
    owner: &Unit,
    template: Option<template::Model>,
    wrong: &mut Wrong,
) -> Option<template::Model> {
    let known = template.filter(|template| is_visible(actor, template.owner_id));
    let template = wrong.note(known.ok_or_else(|| not_found().at(["template"])))?;
    let is_of_owner_or_above = actor.directory.tree.is_within(owner.id, template.owner_id);
    wrong.note(check::template(&template, is_of_owner_or_above));
    Some(template)
}

/// The round as it is kept, or everything that is wrong with it.
fn checked(write: &Write, input: Open, owner: &Unit, template: Option<template::Model>) -> Result<cycle::Model, Error> {
    let (actor, now) = (&write.actor, write.now);
    let mut wrong = Wrong::default();
    let template = known_template(actor, owner, template, &mut wrong);
    let code = wrong.note(check::code(&input.code, owner));
    let name = wrong.note(check::text(&input.name, LONGEST_NAME, "name"));
    let time_zone = wrong.note(check::time_zone(&input.time_zone));
    let basis = input.basis.as_ref().map(|basis| check::basis(basis, actor.today));
    let basis = wrong.note(basis.transpose()).flatten();
    if input.letter.is_some() && input.basis.is_none() {
        let text = Text::new("Sebutkan nomor dan tanggal suratnya.", "Say which letter it is.");
        wrong.extend([Refusal::new(Code::Required, text).at(["legalBasis"])]);
    }
    wrong.note(check::period(input.period_kind, input.period_start, input.period_end));
    let grace_until = input.grace_until.unwrap_or(input.due_at);
    let moments = Moments {
        opens_at: input.opens_at,
        due_at: input.due_at,
        grace_until,
        locks_at: input.locks_at,
    };
    wrong.extend(check::moments(&moments, now));
    let tree_date = input.tree_date.unwrap_or(input.period_end);
    let audience_on = input.audience_on.unwrap_or(tree_date);
    wrong.note(check::near_day("treeDate", tree_date, now));
    if input.audience_on.is_some() {
        wrong.note(check::near_day("audienceOn", audience_on, now));
    }
    let authors = template
        .as_ref()
        .map_or(&input.audience.tiers, |template| &template.route.authors);
    let (history, asker) = (&actor.directory.history, (owner.id, audience_on));
    wrong.extend(check::audience(&input.audience, authors, asker, history));
    wrong.settle()?;
    let missing = || Error::internal("what was checked is missing");
    Ok(cycle::Model {
        id: new_id(now),
        template_id: input.template,
        code: code.ok_or_else(missing)?,
        name: name.ok_or_else(missing)?,
        period_kind: input.period_kind,
        period_start: input.period_start,
        period_end: input.period_end,
        opens_at: input.opens_at,
        due_at: input.due_at,
        time_zone: time_zone.ok_or_else(missing)?,
        tree_date,
        closed_at: None,
        owner_id: owner.id,
        version: 1,
        audience: Some(plain(input.audience)),
        audience_on,
        grace_until,
        locks_at: input.locks_at,
        stage_id: input.stage,
        basis_number: basis.as_ref().map(|basis| basis.number.clone()),
        basis_date: basis.map(|basis| basis.date),
        basis_file_id: input.letter,
        created_by: Some(actor.account),
        created_at: Some(now),
        closed_by: None,
    })
}

/// The rule without repetitions.
fn plain(mut audience: Audience) -> Audience {
    audience.tiers.sort_unstable();
    audience.tiers.dedup();
    for units in [&mut audience.beneath, &mut audience.units, &mut audience.except] {
        units.sort_unstable();
        units.dedup();
    }
    audience
}

fn counted(
    write: &Write,
    cycle: &cycle::Model,
    stage: Option<&election_stage::Model>,
) -> Result<BTreeMap<Tier, usize>, Error> {
    let directory = &write.actor.directory;
    let mut asked = BTreeMap::new();
    for life in ledger::asked(cycle, stage, directory, &directory.history) {
        *asked.entry(life.tier).or_default() += 1;
    }
    if asked.is_empty() {
        return Err(check::nobody_asked().into());
    }
    Ok(asked)
}

fn code_taken() -> Error {
    let text = Text::new(
        "Kode ini sudah dipakai periode lain.",
        "There is another round by this code.",
    );
    Refusal::new(Code::AlreadyExists, text).at(["code"]).into()
}
