//! Reads what an evaluation is told from, as it stands now: what was asked, what came of it, and how that was scored.
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use entity::{
    cycle,
    enums::{EvaluationOutcome, ObligationStanding, ReportStatus, Tier},
    evaluation::Figures,
    evaluation_entry, obligation, report,
    rubric::{Criteria, Scores},
    template,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    figures::{self, Found, score},
    query,
};
use crate::{
    error::Error,
    report::{catalogue, reviewing},
    review::rubric,
    services::Services,
    session::Actor,
};

/// How a round stands.
pub struct Standing {
    pub template: Arc<template::Model>,
    /// Every unit that was asked or from which something came, by its id. The evaluation they belong to is not named yet.
    pub entries: Vec<evaluation_entry::Model>,
    /// The reports that are accepted, and would be frozen.
    pub accepted: Vec<report::Model>,
    criteria: Criteria,
    sheets: Vec<Vec<Scores>>,
    found: Vec<Found>,
}

/// How a round stands; `held` keeps its reports as they are until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn standing(
    connection: &impl ConnectionTrait,
    services: &Services,
    actor: &Actor,
    cycle: &cycle::Model,
    held: bool,
) -> Result<Standing, Error> {
    let template = catalogue::template(services, cycle.template_id).await?;
    let reports = query::reports(connection, cycle.id, held).await?;
    let obligations = query::obligations(connection, cycle.id).await?;
    let accepted: Vec<report::Model> = reports
        .iter()
        .filter(|report| report.status == ReportStatus::Accepted)
        .cloned()
        .collect();
    let ids: Vec<Uuid> = accepted.iter().map(|report| report.id).collect();
    let revisions: Vec<Uuid> = accepted.iter().filter_map(|report| report.revision_id).collect();
    let criteria = match template.route.rubric {
        Some(id) => rubric::query::by_id(connection, id).await?.map(|row| row.criteria),
        None => None,
    };
    let criteria = criteria.unwrap_or_default();
    let mut sheets = reviewing::query::sheets(connection, actor, &ids).await?;
    let scores = |(id, scored): (Uuid, Vec<reviewing::query::Scored>)| {
        let scores: Vec<Scores> = scored.into_iter().map(|(_assignment, sheet)| sheet.scores).collect();
        (id, scores)
    };
    let sheets: HashMap<Uuid, Vec<Scores>> = sheets.drain().map(scores).collect();
    let hashes = query::hashes(connection, &revisions).await?;
    let reader = Reader {
        criteria: &criteria,
        sheets: &sheets,
        hashes: &hashes,
        actor,
    };
    let mut entries = Vec::with_capacity(obligations.len());
    let live = |unit: Uuid| {
        let of_unit = reports.iter().filter(|report| report.unit_id == unit);
        // Of one that was declined and one that came after it, the later.
        of_unit.max_by_key(|report| (report.status != ReportStatus::Declined, report.id))
    };
    for owed in &obligations {
        if owed.standing == ObligationStanding::NotApplicable && live(owed.unit_id).is_none() {
            continue;
        }
        entries.push(reader.owed(owed, live(owed.unit_id)));
    }
    let asked: HashSet<Uuid> = obligations.iter().map(|owed| owed.unit_id).collect();
    let mut unasked: Vec<Uuid> = reports.iter().map(|report| report.unit_id).collect();
    unasked.retain(|unit| !asked.contains(unit));
    unasked.sort_unstable();
    unasked.dedup();
    entries.extend(unasked.into_iter().filter_map(|unit| reader.unasked(live(unit)?)));
    entries.sort_unstable_by_key(|entry| entry.unit_id);
    let found = query::found(connection, &ids).await?;
    Ok(Standing {
        sheets: ids
            .iter()
            .map(|id| sheets.get(id).cloned().unwrap_or_default())
            .collect(),
        template,
        entries,
        accepted,
        criteria,
        found,
    })
}

impl Standing {
    /// What it comes to.
    #[must_use]
    pub fn figures(&self, actor: &Actor) -> Figures {
        let tree = &actor.directory.tree;
        let mut provinces: Vec<_> = tree
            .subtree(tree.root().id)
            .iter()
            .filter(|unit| unit.tier == Tier::Provinsi)
            .collect();
        provinces.sort_unstable_by(|left, right| (&left.code, left.id).cmp(&(&right.code, right.id)));
        let provinces: Vec<Uuid> = provinces.into_iter().map(|unit| unit.id).collect();
        figures::figures(&figures::Material {
            entries: &self.entries,
            criteria: &self.criteria,
            sheets: &self.sheets,
            found: &self.found,
            sections: &self.template.sections,
            provinces: &provinces,
        })
    }

    /// How many came and are still to be decided on.
    #[must_use]
    pub fn pending(&self) -> usize {
        let pending = |entry: &&evaluation_entry::Model| entry.outcome == EvaluationOutcome::Pending;
        self.entries.iter().filter(pending).count()
    }

    /// From when on no acceptance among those it would freeze can be retracted any more.
    #[must_use]
    pub fn settled_at(&self) -> Option<DateTime<Utc>> {
        let last = self.accepted.iter().filter_map(|report| report.accepted_at).max();
        last.map(|last| last + chrono::Duration::hours(crate::report::availability::RETRACTION_HOURS))
    }
}

struct Reader<'a> {
    criteria: &'a Criteria,
    sheets: &'a HashMap<Uuid, Vec<Scores>>,
    hashes: &'a HashMap<Uuid, String>,
    actor: &'a Actor,
}

impl Reader<'_> {
    fn owed(&self, owed: &obligation::Model, report: Option<&report::Model>) -> evaluation_entry::Model {
        let nothing = match owed.standing {
            ObligationStanding::Expected => EvaluationOutcome::Missing,
            ObligationStanding::Excused | ObligationStanding::Waived | ObligationStanding::NotApplicable => {
                EvaluationOutcome::Excused
            }
        };
        let entry = evaluation_entry::Model {
            on_time: owed.met_at.map(|met| met <= owed.on_time_until),
            outcome: nothing,
            ..blank(owed.unit_id, owed.tier, owed.provinsi_id)
        };
        match report {
            Some(report) => with(entry, self.came(report)),
            None => entry,
        }
    }

    /// Of a unit that nobody asked it came in time, whenever it did.
    fn unasked(&self, report: &report::Model) -> Option<evaluation_entry::Model> {
        let unit = self.actor.directory.tree.get(report.unit_id)?;
        let entry = evaluation_entry::Model {
            on_time: Some(true),
            ..blank(unit.id, unit.tier, report.provinsi_id)
        };
        Some(with(entry, self.came(report)))
    }

    fn came(&self, report: &report::Model) -> Came {
        let outcome = match report.status {
            ReportStatus::Accepted | ReportStatus::Evaluated => EvaluationOutcome::Evaluated,
            ReportStatus::Declined => EvaluationOutcome::Declined,
            // It came and was taken back.
            ReportStatus::Draft | ReportStatus::Abandoned => return Came::default(),
            ReportStatus::Submitted
            | ReportStatus::TierReview
            | ReportStatus::Returned
            | ReportStatus::Endorsed
            | ReportStatus::HandedOver
            | ReportStatus::Received
            | ReportStatus::ExpertReview
            | ReportStatus::RevisionAsked => EvaluationOutcome::Pending,
        };
        let frozen = outcome == EvaluationOutcome::Evaluated;
        let none = Vec::new();
        let sheets = self.sheets.get(&report.id).filter(|_sheets| frozen).unwrap_or(&none);
        Came {
            outcome: Some(outcome),
            report: Some(report.id),
            revision: report.revision_id.filter(|_revision| frozen),
            sha256: report
                .revision_id
                .filter(|_revision| frozen)
                .and_then(|revision| self.hashes.get(&revision).cloned()),
            sheets: i32::try_from(sheets.len()).unwrap_or(i32::MAX),
            score: score(self.criteria, sheets).map(|score| score.to_string()),
        }
    }
}

/// A unit of which nothing came.
fn blank(unit_id: Uuid, tier: Tier, provinsi_id: Option<Uuid>) -> evaluation_entry::Model {
    evaluation_entry::Model {
        evaluation_id: Uuid::nil(),
        unit_id,
        tier,
        provinsi_id,
        outcome: EvaluationOutcome::Missing,
        on_time: None,
        report_id: None,
        revision_id: None,
        sha256: None,
        sheets: 0,
        score: None,
    }
}

/// What became of a report that came.
#[derive(Default)]
struct Came {
    outcome: Option<EvaluationOutcome>,
    report: Option<Uuid>,
    revision: Option<Uuid>,
    sha256: Option<String>,
    sheets: i32,
    score: Option<String>,
}

/// An entry, once something came.
fn with(entry: evaluation_entry::Model, came: Came) -> evaluation_entry::Model {
    let Some(outcome) = came.outcome else { return entry };
    evaluation_entry::Model {
        outcome,
        report_id: came.report,
        revision_id: came.revision,
        sha256: came.sha256,
        sheets: came.sheets,
        score: came.score,
        ..entry
    }
}
