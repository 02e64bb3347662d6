//! A use case per function, each in one transaction that leaves everything behind or nothing.
use std::sync::Arc;

use chrono::NaiveDate;
use entity::{
    cycle,
    draft::{self, Answer},
    enums::{Function, PeriodKind, ReportCommand, ReportStatus, Tier},
    report, report_text, revision, template,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, SqlErr, sea_query::Expr};
use serde::Serialize;
use uuid::Uuid;

use super::{
    answers,
    availability::{self, Case},
    catalogue,
    cycle::{query::asks_any, sight::is_visible},
    obligation::{self, Shut},
    query,
    revision::{freeze, words},
    step::{Act, at_report, check_version, checked_reason, outcome, placed, record, write_if_unchanged},
    workflow::{Place, Way},
};
use crate::{
    authz::{
        ActingSeat, Verdict,
        policy::report::{Action, Relations, State, decide},
        which_seat,
    },
    clock::new_id,
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    locale::Text,
    session::Session,
    territory::tree::Unit,
};

/// Begins a report of a unit for a cycle.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    pub cycle: Uuid,
    /// Whose report; may be left out by who sits in one unit only.
    pub unit: Option<Uuid>,
    pub client_id: Option<Uuid>,
    pub seat: Option<Uuid>,
}

/// Changes the working draft, field by field.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    pub report: Uuid,
    pub expected_version: i32,
    /// Field and answer; none clears the field. Fields not named stay as they are.
    pub answers: Vec<(String, Option<Answer>)>,
    pub seat: Option<Uuid>,
}

/// Moves one report one step.
#[derive(Clone, Debug, Serialize)]
pub struct Advance {
    pub report: Uuid,
    pub expected_version: i32,
    pub command: ReportCommand,
    pub reason: Option<String>,
    /// Until when a returned report is awaited.
    pub due_on: Option<NaiveDate>,
    pub seat: Option<Uuid>,
}

/// Starts a report, or gives the one that was started before under the same client id.
///
/// # Errors
/// `NotFound` for the cycle or unit, `CycleNotOpen`, `NotExpected`, `AlreadyExists`, and what [`command::begin`] says.
pub async fn start(session: &Session, field: &str, input: Start) -> Result<report::Model, Error> {
    let write = match command::begin(session, field, "startReport", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let cycle = known_cycle(&write, input.cycle).await?;
    let template = catalogue::template(write.services(), cycle.template_id).await?;
    let (seat, unit) = starting_seat(&write, &input)?;
    if let Some(client_id) = input.client_id
        && let Some(known) = query::by_client_id(write.connection(), &write.actor, client_id).await?
    {
        return if known.cycle_id == cycle.id && known.unit_id == unit.id {
            Ok(known)
        } else {
            Err(exists("clientId"))
        };
    }
    check_expected(&write, &cycle, &template, unit).await?;
    let report = new_report(&write, &cycle, unit, input.client_id);
    report
        .clone()
        .into_active_model()
        .insert(write.connection())
        .await
        .map_err(already_started)?;
    let empty = draft::Model {
        report_id: report.id,
        answers: draft::Answers::default(),
        updated_at: write.now,
        saved: draft::Saved::default(),
        cites: draft::Cites::default(),
    };
    empty.into_active_model().insert(write.connection()).await?;
    let text = report_text::Model {
        report_id: report.id,
        words: words(unit, &template, &cycle, None),
    };
    text.into_active_model().insert(write.connection()).await?;
    let act = Act {
        seat,
        command: ReportCommand::Start,
        from: None,
        reason: None,
    };
    record(&write, None, &report, act).await?;
    write.commit(outcome(&report)).await?;
    Ok(report)
}

/// Saves pieces of the working draft.
///
/// # Errors
/// `NotFound`, `Forbidden`, `StaleVersion`, `WrongState`, and per field `Invalid` for an unknown one
/// or an answer of another kind, and `TooLong`.
pub async fn edit(session: &Session, field: &str, input: Edit) -> Result<report::Model, Error> {
    let write = match command::begin(session, field, "editReport", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = Asked {
        report: input.report,
        expected_version: input.expected_version,
        seat: input.seat,
    };
    let (report, _seat, _place) = permitted(&write, asked, ReportCommand::Edit).await?;
    let template = template_of(&write, &report).await?;
    let changes = checked_answers(&template, input.answers)?;
    let edited_version = report.version + 1;
    let mut drafts = query::drafts(write.connection(), &[report.id]).await?;
    let mut draft = drafts
        .remove(&report.id)
        .ok_or_else(|| Error::internal("a report without its draft"))?;
    for (key, answer) in changes {
        draft.saved.0.insert(key.clone(), edited_version);
        match answer {
            Some(answer) => drop(draft.answers.0.insert(key, answer)),
            None => drop(draft.answers.0.remove(&key)),
        }
    }
    draft.updated_at = write.now;
    draft.into_active_model().reset_all().update(write.connection()).await?;
    let edited = report::Model {
        version: edited_version,
        updated_at: write.now,
        ..report.clone()
    };
    write_if_unchanged(write.connection(), &report, &edited).await?;
    write.commit(outcome(&edited)).await?;
    Ok(edited)
}

/// Moves a report one step and records who moved it, or leaves everything as it was. Of two offices deciding at once one
/// wins and one is `StaleVersion`.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` for a missing reason or
/// section, and what [`command::begin`] says.
pub async fn advance(session: &Session, field: &str, name: &str, input: Advance) -> Result<report::Model, Error> {
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = Asked {
        report: input.report,
        expected_version: input.expected_version,
        seat: input.seat,
    };
    let (report, seat, place) = permitted(&write, asked, input.command).await?;
    let reason = checked_reason(input.command, input.reason)?;
    check_due_on(&write, input.due_on)?;
    let mut moved = placed(&write, &report, place);
    moved.return_due_on = if input.command == ReportCommand::Return {
        input.due_on
    } else {
        None
    };
    if input.command == ReportCommand::Submit {
        check_still_taken(&write, &report).await?;
        freeze_revision(&write, seat, &mut moved).await?;
    }
    write_if_unchanged(write.connection(), &report, &moved).await?;
    record(
        &write,
        Some(&report),
        &moved,
        Act {
            seat,
            command: input.command,
            from: Some(report.status),
            reason,
        },
    )
    .await?;
    write.commit(outcome(&moved)).await?;
    Ok(moved)
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<report::Model, Error> {
    let id = outcome["report"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a report"))?;
    let report = query::by_id(session.services.db.reader(), &actor, id).await?;
    report.ok_or_else(|| at_report(availability::not_found(), "report").into())
}

/// Which report a command is about, as its caller has seen it.
struct Asked {
    report: Uuid,
    expected_version: i32,
    seat: Option<Uuid>,
}

/// Locks a report the actor sees and finds the seat that may carry the command out, and where it leads.
async fn permitted(
    write: &Write,
    asked: Asked,
    command: ReportCommand,
) -> Result<(report::Model, ActingSeat, Place), Error> {
    let report = one_locked(write, asked.report).await?;
    // Who lost a race is told so, not that the winner's outcome leaves nothing to do.
    check_version(&report, asked.expected_version)?;
    let receivers = receivers(write, &report).await?;
    let template = template_of(write, &report).await?;
    let case = Case {
        report: &report,
        template: &template,
        receivers: &receivers,
        now: write.now,
    };
    let checked = case.check(&write.actor, command, asked.seat);
    let (seat, place) = checked.map_err(|refusal| at_report(refusal, "report"))?;
    Ok((report, seat, place))
}

async fn one_locked(write: &Write, id: Uuid) -> Result<report::Model, Error> {
    let found = query::locked(write.connection(), &write.actor, &[id]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| at_report(availability::not_found(), "report").into())
}

/// Who was named to receive a report. Only an expert's rights hang on it.
async fn receivers(write: &Write, report: &report::Model) -> Result<Vec<Uuid>, Error> {
    if !write.actor.seats.iter().any(|seat| seat.function == Function::Expert) {
        return Ok(Vec::new());
    }
    let mut handovers = query::handovers_in_force(write.connection(), &[report.id]).await?;
    Ok(handovers
        .remove(&report.id)
        .map(|handover| handover.receivers)
        .unwrap_or_default())
}

pub(super) async fn template_of(write: &Write, report: &report::Model) -> Result<Arc<template::Model>, Error> {
    catalogue::template(write.services(), report.template_id).await
}

fn starting_seat<'w>(write: &'w Write, input: &Start) -> Result<(ActingSeat, &'w Unit), Error> {
    let actor = &write.actor;
    let state = State {
        status: ReportStatus::Draft,
        submitted: false,
    };
    let verdict = which_seat(&actor.seats, input.seat, |seat| {
        let unit = input.unit.unwrap_or(seat.unit);
        let standing = actor.standing(seat, unit);
        decide(
            seat.function,
            Action::Do(ReportCommand::Start),
            standing,
            Relations::default(),
            state,
        )
    });
    let seat = match verdict {
        Verdict::Granted(seat) => seat,
        Verdict::Ambiguous => return Err(Refusal::seat_ambiguous().into()),
        // Units are public, so there is nothing to hide: the caller just may not write for it.
        Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => {
            let known = input.unit.is_none_or(|unit| actor.directory.tree.get(unit).is_some());
            return Err(if known {
                may_not_write(input.unit.is_some())
            } else {
                Error::not_found("unit")
            });
        }
    };
    let unit = actor
        .directory
        .tree
        .get(input.unit.unwrap_or(seat.unit))
        .ok_or_else(|| Error::not_found("unit"))?;
    Ok((seat, unit))
}

/// A round that the actor may know of, or that asks a unit of the actor's though it is hidden: the unit has moved since.
async fn known_cycle(write: &Write, id: Uuid) -> Result<cycle::Model, Error> {
    let cycle = query::cycle_held(write.connection(), id).await?;
    let visible = cycle
        .as_ref()
        .is_some_and(|cycle| is_visible(&write.actor, cycle.owner_id));
    let units: Vec<Uuid> = write.actor.seats.iter().map(|seat| seat.unit).collect();
    // Asked of a hidden round and of an absent one alike.
    let known = visible || asks_any(write.connection(), id, &units).await?;
    cycle.filter(|_cycle| known).ok_or_else(|| Error::not_found("cycle"))
}

async fn check_expected(
    write: &Write,
    cycle: &cycle::Model,
    template: &template::Model,
    unit: &Unit,
) -> Result<(), Error> {
    let owed = query::obligation_held(write.connection(), cycle.id, unit.id).await?;
    // Whoever has something to tell may answer a call that names no period, expected or not.
    let is_volunteer = owed.is_none() && cycle.period_kind == PeriodKind::AdHoc;
    obligation::takes(cycle, owed.as_ref(), write.now).map_err(|shut| shut_refusal(shut).at(["cycle"]))?;
    let is_asked = (owed.is_some() || is_volunteer) && template.route.authors.contains(&unit.tier);
    if !is_asked || !Way::of(&template.route, unit.tier).leads_somewhere() {
        let text = Text::new(
            "Laporan ini tidak diminta dari unit Anda.",
            "This report is not asked of your unit.",
        );
        return Err(Refusal::new(Code::NotExpected, text).at(["cycle"]).into());
    }
    Ok(())
}

/// What has not come yet is taken as long as its round takes it; what came before may come again.
async fn check_still_taken(write: &Write, report: &report::Model) -> Result<(), Error> {
    let cycle = query::cycle_held(write.connection(), report.cycle_id).await?;
    let cycle = cycle.ok_or_else(|| Error::internal("a report without its round"))?;
    let owed = query::obligation_held(write.connection(), cycle.id, report.unit_id).await?;
    if owed.as_ref().is_some_and(|owed| owed.met_at.is_some()) {
        return Ok(());
    }
    match obligation::takes(&cycle, owed.as_ref(), write.now) {
        // What was begun may be sent, though nobody insists on it any more.
        Ok(()) | Err(Shut::NotExpected) => Ok(()),
        Err(shut) => Err(shut_refusal(shut).at(["report"]).into()),
    }
}

fn shut_refusal(shut: Shut) -> Refusal {
    let (code, text) = match shut {
        Shut::NotOpened => (
            Code::CycleNotOpen,
            Text::new("Periode laporan ini belum dibuka.", "This cycle has not opened yet."),
        ),
        Shut::Closed => (
            Code::CycleNotOpen,
            Text::new("Periode laporan ini sudah ditutup.", "This cycle is closed."),
        ),
        Shut::Locked => (
            Code::CycleNotOpen,
            Text::new(
                "Periode laporan ini sudah dikunci; mintalah perpanjangan waktu.",
                "This cycle is locked; ask for more time.",
            ),
        ),
        Shut::NotExpected => (
            Code::NotExpected,
            Text::new(
                "Unit Anda dibebaskan dari laporan ini.",
                "Your unit has been freed from this report.",
            ),
        ),
    };
    Refusal::new(code, text)
}

fn new_report(write: &Write, cycle: &cycle::Model, unit: &Unit, client_id: Option<Uuid>) -> report::Model {
    let ancestor = |tier| {
        write
            .actor
            .directory
            .tree
            .ancestor_at(unit.id, tier)
            .map(|unit| unit.id)
    };
    report::Model {
        id: new_id(write.now),
        unit_id: unit.id,
        provinsi_id: ancestor(Tier::Provinsi),
        kabupaten_kota_id: ancestor(Tier::KabupatenKota),
        kecamatan_id: ancestor(Tier::Kecamatan),
        template_id: cycle.template_id,
        cycle_id: cycle.id,
        status: ReportStatus::Draft,
        version: 1,
        reviewing_tier: None,
        revision_id: None,
        revision_number: 0,
        first_submitted_at: None,
        submitted_at: None,
        submitted_rank: 0,
        submitted_by: None,
        return_due_on: None,
        accepted_at: None,
        client_id,
        created_by: write.actor.account,
        created_at: write.now,
        updated_at: write.now,
    }
}

async fn freeze_revision(write: &Write, seat: ActingSeat, report: &mut report::Model) -> Result<(), Error> {
    let template = template_of(write, report).await?;
    let cycle = catalogue::cycle(write.services(), report.cycle_id).await?;
    let unit = write
        .actor
        .directory
        .tree
        .get(report.unit_id)
        .ok_or_else(|| Error::internal("a report without its unit"))?;
    let drafts = query::drafts(write.connection(), &[report.id]).await?;
    let answers = drafts
        .get(&report.id)
        .map(|draft| draft.answers.clone())
        .unwrap_or_default();
    let number = report.revision_number + 1;
    let frozen = freeze(report, number, unit, &template, &cycle, &answers)?;
    let revision = revision::Model {
        id: new_id(write.now),
        report_id: report.id,
        number,
        content: frozen.content,
        sha256: frozen.sha256,
        submitted_at: write.now,
        account_id: write.actor.account,
        seat_id: seat.seat,
    };
    report.revision_id = Some(revision.id);
    report.revision_number = number;
    report.first_submitted_at = report.first_submitted_at.or(Some(write.now));
    report.submitted_at = Some(write.now);
    report.submitted_rank = write.now.timestamp_micros();
    report.submitted_by = Some(write.actor.account);
    revision.into_active_model().insert(write.connection()).await?;
    report_text::Entity::update_many()
        .col_expr(
            report_text::Column::Words,
            Expr::value(words(unit, &template, &cycle, Some(&answers))),
        )
        .filter(report_text::Column::ReportId.eq(report.id))
        .exec(write.connection())
        .await?;
    Ok(())
}

fn check_due_on(write: &Write, due_on: Option<NaiveDate>) -> Result<(), Error> {
    if due_on.is_none_or(|due| due >= write.actor.today) {
        return Ok(());
    }
    let text = Text::new(
        "Batas waktu tidak boleh di masa lalu.",
        "The due date cannot lie in the past.",
    );
    Err(Refusal::new(Code::Invalid, text).at(["dueOn"]).into())
}

/// The answers as they are kept, or everything that is wrong with them.
fn checked_answers(
    template: &template::Model,
    given: Vec<(String, Option<Answer>)>,
) -> Result<Vec<(String, Option<Answer>)>, Error> {
    let mut refusals = Vec::new();
    let mut kept = Vec::with_capacity(given.len());
    for (place, (key, answer)) in given.into_iter().enumerate() {
        let at = |name: &str| ["answers".to_owned(), place.to_string(), name.to_owned()];
        let Some(field) = answers::fields(template).find(|field| field.key == key) else {
            let text = Text::new(
                format!("Isian `{key}` tidak ada pada templat ini."),
                format!("The template has no field `{key}`."),
            );
            refusals.push(Refusal::new(Code::Invalid, text).at(at("field")));
            continue;
        };
        match answer.map(|answer| answers::kept(field, answer)).transpose() {
            Ok(answer) => kept.push((key, answer.flatten())),
            Err(wrong) => refusals.extend(wrong.into_iter().map(|refusal| refusal.within(at("value")))),
        }
    }
    if refusals.is_empty() {
        Ok(kept)
    } else {
        Err(Error::Refused(refusals))
    }
}

fn may_not_write(unit_was_named: bool) -> Error {
    let text = Text::new(
        "Jabatan Anda tidak berwenang menulis laporan unit ini.",
        "None of your seats may write a report for this unit.",
    );
    Refusal::new(Code::Forbidden, text)
        .at(unit_was_named.then_some("unit"))
        .into()
}

fn exists(field: &str) -> Error {
    let text = Text::new(
        "Laporan untuk unit dan periode ini sudah ada.",
        "There is a report of this unit for this cycle already.",
    );
    Refusal::new(Code::AlreadyExists, text).at([field]).into()
}

fn already_started(error: sea_orm::DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => exists("cycle"),
        _ => error.into(),
    }
}
