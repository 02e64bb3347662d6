//! The steps of one report, each in one transaction that leaves everything behind or nothing.
use std::sync::Arc;

use chrono::NaiveDate;
use entity::{
    citation,
    enums::{RecordType, ReportCommand},
    report, report_text, revision, template,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde::Serialize;
use uuid::Uuid;

use super::{
    availability::{self, Case, hangs_on_findings},
    catalogue, files,
    finding::{
        answering,
        availability::{Open, open},
    },
    obligation::{self, Shut},
    query, reviewing,
    revision::{Cited, freeze, words},
    step::{Act, at_report, check_version, checked_reason, outcome, placed, record, write_if_unchanged},
    ties::Ties,
    workflow::Place,
};
use crate::{
    authz::ActingSeat,
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    file::attachment,
    locale::Text,
    review::query::share_conflicts,
    session::Session,
};

/// Moves one report one step.
#[derive(Clone, Debug, Serialize)]
pub struct Advance {
    pub report: Uuid,
    pub expected_version: i32,
    pub command: ReportCommand,
    pub reason: Option<String>,
    /// Until when a returned report is awaited.
    pub due_on: Option<NaiveDate>,
    /// What a submission says to what was found. Left out where there is nothing, so that older keys still fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<answering::Answer>,
    pub seat: Option<Uuid>,
}

/// Moves a report one step and records who moved it, or leaves everything as it was. Of two offices deciding at once one
/// wins and one is `StaleVersion`.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `FindingOpen`, `FindingMissing`, `Required` for a missing
/// reason or section, what `answering::check` says of a submission, and what [`command::begin`] says.
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
    let reason = checked_reason(input.command, input.reason.as_deref())?;
    check_due_on(&write, input.due_on)?;
    let mut moved = placed(&report, place, write.now);
    moved.return_due_on = if matches!(input.command, ReportCommand::Return | ReportCommand::AskRevision) {
        input.due_on
    } else {
        None
    };
    if input.command == ReportCommand::Submit {
        check_still_taken(&write, &report).await?;
        submit(&write, seat, &mut moved, &input.answers).await?;
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
pub(super) async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<report::Model, Error> {
    let id = outcome["report"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a report"))?;
    let report = query::by_id(session.services.db.reader(), &actor, id).await?;
    report.ok_or_else(|| at_report(availability::not_found(), "report").into())
}

/// Which report a command is about, as its caller has seen it.
pub(super) struct Asked {
    pub report: Uuid,
    pub expected_version: i32,
    pub seat: Option<Uuid>,
}

/// Locks a report the actor sees and finds the seat that may carry the command out, and where it leads.
pub(super) async fn permitted(
    write: &Write,
    asked: Asked,
    command: ReportCommand,
) -> Result<(report::Model, ActingSeat, Place), Error> {
    let report = one_locked(write, asked.report).await?;
    // Who lost a race is told so, not that the winner's outcome leaves nothing to do.
    check_version(&report, asked.expected_version)?;
    let (seat, place) = allowed(write, &report, command, asked.seat).await?;
    Ok((report, seat, place))
}

/// The seat that may carry a command out on a report, and where it leads.
pub(super) async fn allowed(
    write: &Write,
    report: &report::Model,
    command: ReportCommand,
    seat: Option<Uuid>,
) -> Result<(ActingSeat, Place), Error> {
    let ties = ties(write, report).await?;
    let template = template_of(write, report).await?;
    let open = if hangs_on_findings(command) {
        open(write.connection(), report).await?
    } else {
        Open::default()
    };
    let case = Case {
        report,
        template: &template,
        ties: &ties,
        open,
        now: write.now,
    };
    let checked = case.check(&write.actor, command, seat);
    checked.map_err(|refusal| at_report(refusal, "report").into())
}

pub(super) async fn one_locked(write: &Write, id: Uuid) -> Result<report::Model, Error> {
    let found = query::locked(write.connection(), &write.actor, &[id]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| at_report(availability::not_found(), "report").into())
}

/// What ties the actor to a report that is locked. Nobody adds to the actor's conflicts of interest until the transaction
/// ends.
pub(super) async fn ties(write: &Write, report: &report::Model) -> Result<Ties, Error> {
    share_conflicts(write.connection(), &[write.actor.account]).await?;
    let mut ties = reviewing::query::ties(write.connection(), &write.actor, &[report.id]).await?;
    Ok(ties.remove(&report.id).unwrap_or_default())
}

pub(super) async fn template_of(write: &Write, report: &report::Model) -> Result<Arc<template::Model>, Error> {
    catalogue::template(write.services(), report.template_id).await
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

pub(super) fn shut_refusal(shut: Shut) -> Refusal {
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

/// Freezes the draft and keeps what it answers. Everything that stands in the way is told at once.
async fn submit(
    write: &Write,
    seat: ActingSeat,
    report: &mut report::Model,
    answers: &[answering::Answer],
) -> Result<(), Error> {
    let answered = answering::check(write, report, answers).await;
    let answered = match (freeze_revision(write, seat, report).await, answered) {
        (Ok(()), answered) => answered?,
        (Err(Error::Refused(mut refusals)), Err(Error::Refused(more))) => {
            refusals.extend(more);
            return Err(Error::Refused(refusals));
        }
        (Err(error), _) => return Err(error),
    };
    answering::keep(write, report, seat, answered).await
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
    let draft = query::draft(write.connection(), report.id).await?;
    let cited = query::revision_marks(write.connection(), &draft.cites.0).await?;
    let number = report.revision_number + 1;
    let attached = files::of(write, &draft.answers).await?;
    let asked = (&*template, &*cycle);
    let frozen = freeze(report, number, unit, asked, &draft.answers, (&attached, cites(&cited)))?;
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
    attachment::freeze(
        write.connection(),
        (RecordType::Report, report.id),
        revision.id,
        write.now,
    )
    .await?;
    let citation = |mark: query::Mark| citation::Model {
        revision_id: revision.id,
        cited_revision_id: mark.revision,
        report_id: report.id,
        cited_report_id: mark.report,
    };
    let citations = cited.into_iter().map(citation).collect();
    revision.into_active_model().insert(write.connection()).await?;
    insert_all(write.connection(), citations).await?;
    report_text::Entity::update_many()
        .col_expr(
            report_text::Column::Words,
            Expr::value(words(unit, &template, &cycle, Some(&draft.answers))),
        )
        .filter(report_text::Column::ReportId.eq(report.id))
        .exec(write.connection())
        .await?;
    Ok(())
}

/// What the submission says of what it cites, by report.
fn cites(marks: &[query::Mark]) -> Vec<Cited> {
    let mut cites: Vec<Cited> = marks
        .iter()
        .map(|mark| Cited {
            report: mark.report,
            revision: mark.number,
            sha256: mark.sha256.clone(),
        })
        .collect();
    cites.sort_unstable_by_key(|cited| cited.report);
    cites
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
