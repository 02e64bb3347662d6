//! Stages of elections, by which periods are named. They may recur in a few regions only, and a round of such a stage asks
//! nobody elsewhere.
use std::sync::Arc;

use chrono::NaiveDate;
use entity::{
    election_stage::{self, Regions},
    enums::ReportingActKind,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    check::{self, LONGEST_NAME, MOST_LISTED, Wrong},
    query,
    sight::{decision, forbidden, granted, not_found, stale},
    trace::{self, About},
};
use crate::{
    authz::{ActingSeat, Decision, policy::cycle::Action, which_seat},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::is_taken,
    error::{Code, Error, Refusal},
    locale::Text,
    report::{catalogue, ledger},
    session::{Actor, Session},
};

/// A stage that is to be.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    pub code: String,
    pub name: String,
    pub round: i32,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// Empty: in the whole country.
    pub regions: Vec<Uuid>,
    pub seat: Option<Uuid>,
}

/// Changes a stage; what is not given stays.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    pub stage: Uuid,
    pub expected_version: i32,
    pub name: Option<String>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub regions: Option<Vec<Uuid>>,
    pub seat: Option<Uuid>,
}

/// Whether somebody may make and change stages now.
#[must_use]
pub fn may_manage(actor: &Actor) -> bool {
    let root = actor.directory.tree.root().id;
    let mut seats = actor.seats.iter();
    seats.any(|seat| decision(actor, seat, Action::ManageStages, root) == Decision::Allowed)
}

/// Makes a stage.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`, `Required`, `TooLong`, `Invalid`, `NotFound` for a region, `AlreadyExists` for the code.
pub async fn create(session: &Session, field: &str, input: Create) -> Result<Arc<election_stage::Model>, Error> {
    let write = match command::begin(session, field, "createElectionStage", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    catalogue::bump(write.connection()).await?;
    let seat = managing_seat(&write.actor, input.seat)?;
    let mut wrong = Wrong::default();
    let code = wrong.note(check::code(&input.code, write.actor.directory.tree.root()));
    let stage = election_stage::Model {
        id: new_id(write.now),
        code: code.unwrap_or_default(),
        name: input.name,
        round: input.round,
        starts_on: input.starts_on,
        ends_on: input.ends_on,
        regions: Regions(input.regions),
        version: 1,
        created_by: Some(write.actor.account),
        created_at: write.now,
    };
    let stage = checked(&write, stage, wrong)?;
    let inserted = stage.clone().into_active_model().insert(write.connection()).await;
    inserted.map_err(|error| if is_taken(&error) { code_taken() } else { error.into() })?;
    finish(session, write, (stage, ReportingActKind::StageCreated), seat).await
}

/// Changes a stage. The rounds of it that are open ask whom they would ask now.
///
/// # Errors
/// As [`create`], `NotFound` for the stage, and `StaleVersion`.
pub async fn edit(session: &Session, field: &str, input: Edit) -> Result<Arc<election_stage::Model>, Error> {
    let write = match command::begin(session, field, "editElectionStage", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let connection = write.connection();
    catalogue::bump(connection).await?;
    let seat = managing_seat(&write.actor, input.seat)?;
    let stage = query::stage_locked(connection, input.stage).await?;
    let stage = stage.ok_or_else(|| Error::not_found("stage"))?;
    if stage.version != input.expected_version {
        return Err(stale(stage.version).into());
    }
    let edited = election_stage::Model {
        name: input.name.unwrap_or_else(|| stage.name.clone()),
        starts_on: input.starts_on.unwrap_or(stage.starts_on),
        ends_on: input.ends_on.unwrap_or(stage.ends_on),
        regions: input.regions.map_or_else(|| stage.regions.clone(), Regions),
        version: stage.version + 1,
        ..stage.clone()
    };
    let edited = checked(&write, edited, Wrong::default())?;
    let written = election_stage::Entity::update_many()
        .set(edited.clone().into_active_model().reset_all())
        .filter(election_stage::Column::Id.eq(stage.id))
        .filter(election_stage::Column::Version.eq(stage.version))
        .exec(connection)
        .await?;
    if written.rows_affected != 1 {
        return Err(stale(stage.version).into());
    }
    let directory = &write.actor.directory;
    for cycle in query::open_cycles_of_stage(connection, stage.id).await? {
        ledger::keep(connection, &cycle, directory, &directory.history, write.now).await?;
    }
    finish(session, write, (edited, ReportingActKind::StageChanged), seat).await
}

async fn finish(
    session: &Session,
    write: Box<Write>,
    (stage, kind): (election_stage::Model, ReportingActKind),
    seat: ActingSeat,
) -> Result<Arc<election_stage::Model>, Error> {
    trace::record(&write, kind, About::Stage(&stage), &stage, (seat, None)).await?;
    trace::commit(session, write, json!({ "stage": stage.id })).await?;
    Ok(Arc::new(stage))
}

async fn replayed(session: &Session, replay: Replay) -> Result<Arc<election_stage::Model>, Error> {
    if !may_manage(&replay.actor) {
        return Err(forbidden().into());
    }
    let id = trace::id_in(&replay.outcome, "stage")?;
    if let Some(stage) = session.services.catalogue.load().stage(id) {
        return Ok(Arc::clone(stage));
    }
    let newest = catalogue::reload(&session.services).await?;
    let stage = newest.stage(id).map(Arc::clone);
    stage.ok_or_else(|| Error::internal("an outcome without its stage"))
}

/// Stages are open to everybody, so that nothing is hidden here.
fn managing_seat(actor: &Actor, named: Option<Uuid>) -> Result<ActingSeat, Error> {
    let root = actor.directory.tree.root().id;
    let verdict = which_seat(&actor.seats, named, |seat| {
        match decision(actor, seat, Action::ManageStages, root) {
            Decision::Hidden => Decision::Forbidden,
            decision => decision,
        }
    });
    let refused = |refusal: Refusal| {
        if refusal.code == Code::NotFound {
            forbidden()
        } else {
            refusal
        }
    };
    Ok(granted(verdict).map_err(refused)?)
}

/// The stage as it is kept, or everything that is wrong with it.
fn checked(write: &Write, mut stage: election_stage::Model, mut wrong: Wrong) -> Result<election_stage::Model, Error> {
    stage.name = wrong
        .note(check::text(&stage.name, LONGEST_NAME, "name"))
        .unwrap_or_default();
    if stage.round < 1 {
        wrong.extend([check::invalid(
            "round",
            "Putaran dihitung dari 1.",
            "Rounds are counted from 1.",
        )]);
    }
    wrong.note(check::near_day("startsOn", stage.starts_on, write.now));
    wrong.note(check::near_day("endsOn", stage.ends_on, write.now));
    if stage.ends_on < stage.starts_on {
        let refusal = check::invalid(
            "endsOn",
            "Tahapan tidak boleh berakhir sebelum dimulai.",
            "A stage cannot end before it begins.",
        );
        wrong.extend([refusal]);
    }
    if stage.regions.0.len() > MOST_LISTED {
        wrong.extend([check::too_many().at(["regions"])]);
    }
    for (place, region) in stage.regions.0.iter().enumerate() {
        if write.actor.directory.region(*region).is_none() {
            wrong.extend([not_found().at(["regions".to_owned(), place.to_string()])]);
        }
    }
    wrong.settle()?;
    stage.regions.0.sort_unstable();
    stage.regions.0.dedup();
    Ok(stage)
}

fn code_taken() -> Error {
    let text = Text::new(
        "Kode ini sudah dipakai tahapan lain.",
        "There is another stage by this code.",
    );
    Refusal::new(Code::AlreadyExists, text).at(["code"]).into()
}
