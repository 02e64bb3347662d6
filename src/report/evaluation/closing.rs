//! Closing an evaluation: every accepted report of the round is frozen with its score, the figures are told for good, and what
//! is recommended goes out, all in one transaction.
use chrono::{DateTime, SecondsFormat, Utc};
use entity::{
    cycle,
    enums::{RecommendationSource, ReportCommand, ReviewActKind},
    evaluation::{self, Figures},
    evaluation_entry, report,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    material::{self, Standing},
    preparing::{held, outcome, replayed, write_if_unchanged},
    query,
};
use crate::{
    audit,
    authz::ActingSeat,
    command::{self, Begun, Write},
    db::insert_all,
    digest::{hexadecimal, sha256},
    error::{Code, Error, Refusal},
    input::{optional, required},
    locale::Text,
    report::{
        availability::Case,
        catalogue,
        finding::availability::Open,
        step::{Act as Step, LONGEST_REASON, placed, record as record_step, write_if_unchanged as write_report},
        ties::Ties,
    },
    review::{About, Act, recommendation::making, record},
    session::Session,
};

/// Closes an evaluation.
#[derive(Clone, Debug, Serialize)]
pub struct Close {
    pub evaluation: Uuid,
    pub expected_version: i32,
    /// Owed while reports that came are not decided on: they are left out for good.
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Closes it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState` when it is closed, when nothing was accepted or when
/// an acceptance can still be retracted; `Required` for the summary, or for the reason to leave reports out; what
/// `making::faults` says of the recommendations.
pub async fn close(session: &Session, field: &str, input: Close) -> Result<evaluation::Model, Error> {
    let write = match command::begin(session, field, "closeEvaluation", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = held(&write, input.evaluation, input.expected_version, input.seat).await?;
    let cycle = catalogue::cycle(write.services(), row.cycle_id).await?;
    let standing = material::standing(write.connection(), write.services(), &write.actor, &cycle, true).await?;
    let reason = check(&write, &row, &standing, input.reason.as_deref())?;
    for report in &standing.accepted {
        freeze(&write, seat, report, &standing).await?;
    }
    let entries = with_evaluation(&standing, row.id);
    let closed = frozen(&write, &row, &cycle, (&standing, &entries)).await?;
    write_if_unchanged(&write, &row, &closed).await?;
    insert_all(write.connection(), entries.clone()).await?;
    let act = Act {
        kind: ReviewActKind::CloseEvaluation,
        about: About::Evaluation(&closed),
        details: json!({
            "version": closed.version,
            "cycle": closed.cycle_id,
            "sha256": closed.sha256,
            "units": entries.iter().map(|entry| entry.unit_id).collect::<Vec<_>>(),
        }),
        reason,
    };
    record(&write, seat, act).await?;
    let source = (RecommendationSource::Evaluation, closed.id);
    making::make(&write, seat, source, closed.unit_id, &closed.proposed.0).await?;
    write.commit(outcome(&closed)).await?;
    Ok(closed)
}

/// Everything that keeps it from closing, at once; the reason where it may.
fn check(
    write: &Write,
    row: &evaluation::Model,
    standing: &Standing,
    reason: Option<&str>,
) -> Result<Option<String>, Error> {
    let mut refusals = Vec::new();
    if standing.accepted.is_empty() {
        let text = Text::new(
            "Belum ada laporan periode ini yang disetujui.",
            "No report of this cycle has been accepted.",
        );
        refusals.push(Refusal::new(Code::WrongState, text).at(["evaluation"]));
    } else if let Some(settled) = standing.settled_at().filter(|settled| write.now < *settled) {
        refusals.push(too_early(settled));
    }
    if row.summary.is_empty() {
        let text = Text::new(
            "Tulis ringkasannya terlebih dahulu dengan editEvaluation.",
            "Write its summary first, by editEvaluation.",
        );
        refusals.push(Refusal::new(Code::Required, text).at(["evaluation"]));
    }
    let proposed = making::faults(write, row.unit_id, &row.proposed.0, "recommendations");
    // What was written well may no longer do: a day has passed, a unit is gone.
    refusals.extend(proposed.into_iter().map(|fault| fault.within(["evaluation"])));
    let reason = if standing.pending() > 0 {
        required(reason.unwrap_or_default(), "reason", LONGEST_REASON)
            .map(Some)
            .map_err(|fault| pending(standing.pending(), fault))
    } else {
        optional(reason, "reason", LONGEST_REASON)
    };
    match reason {
        Ok(reason) if refusals.is_empty() => Ok(reason),
        Ok(_reason) => Err(Error::Refused(refusals)),
        Err(refusal) => {
            refusals.push(refusal);
            Err(Error::Refused(refusals))
        }
    }
}

fn too_early(settled: DateTime<Utc>) -> Refusal {
    let from = settled.to_rfc3339_opts(SecondsFormat::Secs, true);
    let text = Text::new(
        format!("Persetujuan terakhir masih dapat ditarik; evaluasi dapat ditutup mulai {from}."),
        format!("The last acceptance can still be retracted; the evaluation can be closed from {from} on."),
    );
    Refusal::new(Code::WrongState, text).at(["evaluation"])
}

fn pending(many: usize, fault: Refusal) -> Refusal {
    if fault.code != Code::Required {
        return fault;
    }
    let text = Text::new(
        format!("{many} laporan belum diputuskan dan tidak akan ikut dievaluasi; sebutkan alasannya."),
        format!("{many} reports are not decided on and would be left out; say why."),
    );
    Refusal { text, ..fault }
}

/// Freezes a report as it was accepted.
async fn freeze(write: &Write, seat: ActingSeat, report: &report::Model, standing: &Standing) -> Result<(), Error> {
    const COMMAND: ReportCommand = ReportCommand::Evaluate;
    let case = Case {
        report,
        template: &standing.template,
        ties: &Ties::default(),
        open: Open::default(),
        now: write.now,
    };
    let (seat, place) = case.check(&write.actor, COMMAND, Some(seat.seat))?;
    let moved = placed(report, place, write.now);
    write_report(write.connection(), report, &moved).await?;
    let step = Step {
        seat,
        command: COMMAND,
        from: Some(report.status),
        reason: None,
    };
    record_step(write, Some(report), &moved, step).await
}

async fn frozen(
    write: &Write,
    row: &evaluation::Model,
    cycle: &cycle::Model,
    (standing, entries): (&Standing, &[evaluation_entry::Model]),
) -> Result<evaluation::Model, Error> {
    let head = audit::chain::sealed_head(write.connection()).await?;
    let figures = standing.figures(&write.actor);
    let mut closed = evaluation::Model {
        head_position: head.as_ref().map(|head| head.position),
        head_link: head.map(|head| hexadecimal(&head.link)),
        closed_at: Some(write.now),
        version: row.version + 1,
        figures: Some(figures),
        ..row.clone()
    };
    closed.sha256 = Some(sha256(&content(&closed, &cycle.code, entries)?));
    Ok(closed)
}

fn with_evaluation(standing: &Standing, evaluation_id: Uuid) -> Vec<evaluation_entry::Model> {
    let entries = standing.entries.iter();
    entries
        .map(|entry| evaluation_entry::Model {
            evaluation_id,
            ..entry.clone()
        })
        .collect()
}

/// All a closed evaluation says, in canonical JSON: what is hashed when it closes, and by whoever checks it later.
///
/// # Errors
/// What cannot be written as JSON.
pub fn content(row: &evaluation::Model, cycle: &str, entries: &[evaluation_entry::Model]) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Content<'a> {
        typ: &'static str,
        evaluation: Uuid,
        cycle: &'a str,
        number: Option<&'a str>,
        summary: &'a str,
        sections: &'a evaluation::SectionNotes,
        recommendations: &'a evaluation::Proposals,
        figures: Option<&'a Figures>,
        entries: &'a [evaluation_entry::Model],
        audit_head: Option<(i64, &'a str)>,
    }
    audit::canonical_json(&Content {
        typ: "jenjang-national-evaluation",
        evaluation: row.id,
        cycle,
        number: row.number.as_deref(),
        summary: &row.summary,
        sections: &row.sections,
        recommendations: &row.proposed,
        figures: row.figures.as_ref(),
        entries,
        audit_head: row.head_position.zip(row.head_link.as_deref()),
    })
}

/// Whether a closed evaluation is still what it was when it closed.
///
/// # Errors
/// The database's.
pub async fn is_intact(
    connection: &impl sea_orm::ConnectionTrait,
    row: &evaluation::Model,
    cycle: &str,
) -> Result<bool, Error> {
    let entries = query::entries(connection, row.id).await?;
    Ok(row.sha256 == Some(sha256(&content(row, cycle, &entries)?)))
}
