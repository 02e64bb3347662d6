//! Writing a draft: in pieces, from anywhere, and on what others have submitted.
use std::{collections::BTreeSet, sync::Arc};

use entity::{
    draft::{self, Cites},
    enums::ReportCommand,
    report, template,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use uuid::Uuid;

use super::{
    answers, availability, files,
    merge::{Change, Conflict, merge},
    query,
    service::{Asked, allowed, one_locked, permitted, replayed, template_of},
    step::{check_version, outcome, write_if_unchanged},
    workflow,
};
use crate::{
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    locale::Text,
    session::Session,
};

/// The most reports a draft cites: Jawa Timur has 38 kabupaten/kota, and no kabupaten 100 kecamatan.
pub const MOST_CITED: usize = 100;

/// Changes the working draft, field by field.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    pub report: Uuid,
    /// The version the writer has read, which may be an older one.
    pub expected_version: i32,
    /// Field and answer; none clears the field. Fields not named stay as they are.
    pub answers: Vec<Change>,
    pub seat: Option<Uuid>,
}

/// What came of saving a piece of a draft.
pub enum Edited {
    Saved(Box<report::Model>),
    /// Nothing was saved.
    Conflicting {
        conflicts: Vec<Conflict>,
        template: Arc<template::Model>,
        current_version: i32,
    },
}

/// Changes what a draft cites.
#[derive(Clone, Debug, Serialize)]
pub struct Cite {
    pub report: Uuid,
    pub expected_version: i32,
    /// The reports whose submission in force is cited from now on.
    pub add: Vec<Uuid>,
    /// The reports that are cited no longer.
    pub remove: Vec<Uuid>,
    pub seat: Option<Uuid>,
}

/// Saves pieces of the working draft.
///
/// # Errors
/// `NotFound`, `Forbidden`, `StaleVersion`, `WrongState`, and per field `Invalid` for an unknown one
/// or an answer of another kind, and `TooLong`.
pub async fn edit(session: &Session, field: &str, input: Edit) -> Result<Edited, Error> {
    let write = match command::begin(session, field, "editReport", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return Ok(Edited::Saved(Box::new(replayed(session, *replay).await?))),
    };
    let report = one_locked(&write, input.report).await?;
    // A draft takes pieces of whoever read an older version; what has gone on since does not.
    if input.expected_version > report.version || !workflow::is_being_written(report.status) {
        check_version(&report, input.expected_version)?;
    }
    allowed(&write, &report, ReportCommand::Edit, input.seat).await?;
    let template = template_of(&write, &report).await?;
    let piece = checked_answers(&template, input.answers)?;
    let order: Vec<String> = piece.iter().map(|(key, _answer)| key.clone()).collect();
    let mut draft = query::draft(write.connection(), report.id).await?;
    let merged = merge(
        &draft.answers,
        &draft.saved,
        &piece,
        input.expected_version,
        report.version + 1,
    );
    let merged = match merged {
        Ok(merged) => merged,
        Err(conflicts) => {
            return Ok(Edited::Conflicting {
                conflicts,
                template,
                current_version: report.version,
            });
        }
    };
    let edited = match merged {
        Some(merged) => {
            draft.answers = merged.answers;
            draft.saved = merged.saved;
            let at = |field: &str| {
                let place = order.iter().rposition(|key| key == field).unwrap_or_default();
                vec!["answers".to_owned(), place.to_string(), "value".to_owned()]
            };
            files::hold(&write, &report, &template, &draft.answers, at).await?;
            save(&write, &report, draft).await?
        }
        None => report,
    };
    write.commit(outcome(&edited)).await?;
    Ok(Edited::Saved(Box::new(edited)))
}

/// Changes which submissions of units beneath the next submission rests on. To cite a report again is to cite what is in
/// force of it now.
///
/// # Errors
/// `NotFound`, `Forbidden`, `StaleVersion`, `WrongState`; per report `NotFound`, `Invalid` where it is of no unit beneath,
/// `WrongState` where nothing of it is in force; `TooLong` for more than [`MOST_CITED`].
pub async fn cite(session: &Session, field: &str, input: Cite) -> Result<report::Model, Error> {
    let write = match command::begin(session, field, "citeReports", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    if input.add.len() > MOST_CITED {
        return Err(too_many().into());
    }
    let asked = Asked {
        report: input.report,
        expected_version: input.expected_version,
        seat: input.seat,
    };
    let (report, _seat, _place) = permitted(&write, asked, ReportCommand::Edit).await?;
    let added = citable(&write, &report, &input.add).await?;
    let mut draft = query::draft(write.connection(), report.id).await?;
    let known = query::revision_marks(write.connection(), &draft.cites.0).await?;
    let dropped: BTreeSet<Uuid> = input.add.iter().chain(&input.remove).copied().collect();
    let mut cites: Vec<Uuid> = known
        .iter()
        .filter(|mark| !dropped.contains(&mark.report))
        .map(|mark| mark.revision)
        .chain(added)
        .collect();
    // Ids sort by time: the order in which they were submitted.
    cites.sort_unstable();
    cites.dedup();
    if cites.len() > MOST_CITED {
        return Err(too_many().into());
    }
    let cited = if Cites(cites.clone()) == draft.cites {
        report
    } else {
        draft.cites = Cites(cites);
        save(&write, &report, draft).await?
    };
    write.commit(outcome(&cited)).await?;
    Ok(cited)
}

/// Writes a changed draft, and its report one version on.
pub(super) async fn save(
    write: &Write,
    report: &report::Model,
    mut draft: draft::Model,
) -> Result<report::Model, Error> {
    draft.updated_at = write.now;
    draft.into_active_model().reset_all().update(write.connection()).await?;
    let saved = report::Model {
        version: report.version + 1,
        updated_at: write.now,
        ..report.clone()
    };
    write_if_unchanged(write.connection(), report, &saved).await?;
    Ok(saved)
}

/// The submissions in force of reports of units beneath.
async fn citable(write: &Write, recap: &report::Model, reports: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let found = query::by_ids(write.connection(), &write.actor, reports).await?;
    let tree = &write.actor.directory.tree;
    let mut refusals = Vec::new();
    let mut revisions = Vec::with_capacity(reports.len());
    for (place, id) in reports.iter().enumerate() {
        let at = |refusal: Refusal| refusal.at(["add".to_owned(), place.to_string()]);
        match found.iter().find(|report| report.id == *id) {
            None => refusals.push(at(availability::not_found())),
            Some(report) if report.unit_id == recap.unit_id || !tree.is_within(report.unit_id, recap.unit_id) => {
                refusals.push(at(not_beneath()));
            }
            Some(report) => match workflow::revision_in_force(report) {
                Some(revision) => revisions.push(revision),
                None => refusals.push(at(nothing_in_force())),
            },
        }
    }
    if refusals.is_empty() {
        Ok(revisions)
    } else {
        Err(Error::Refused(refusals))
    }
}

impl Edited {
    /// The report, or why nothing was saved.
    ///
    /// # Errors
    /// `FieldConflict` for every field that two want to say different things.
    pub fn saved(self) -> Result<report::Model, Error> {
        match self {
            Self::Saved(report) => Ok(*report),
            Self::Conflicting {
                conflicts,
                template,
                current_version,
            } => {
                let refusal = |conflict: &Conflict| refused(conflict, &template, current_version);
                Err(Error::Refused(conflicts.iter().map(refusal).collect()))
            }
        }
    }
}

fn refused(conflict: &Conflict, template: &template::Model, current_version: i32) -> Refusal {
    let field = answers::fields(template).find(|field| field.key == conflict.field);
    let label = field.map_or(conflict.field.as_str(), |field| &field.label);
    let text = Text::new(
        format!("“{label}” sudah disimpan dengan isi lain sejak Anda membukanya."),
        format!("“{label}” was saved with another answer since you read it."),
    );
    let refusal = Refusal {
        current_version: Some(current_version),
        ..Refusal::new(Code::FieldConflict, text)
    };
    refusal.at(["answers".to_owned(), conflict.place.to_string(), "value".to_owned()])
}

/// The answers as they are kept, or everything that is wrong with them.
fn checked_answers(template: &template::Model, given: Vec<Change>) -> Result<Vec<Change>, Error> {
    let mut refusals = Vec::new();
    let mut kept: Vec<Change> = Vec::with_capacity(given.len());
    let mut named = BTreeSet::new();
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
        if !named.insert(key.clone()) {
            let text = Text::new(
                format!("Isian `{key}` disebut lebih dari sekali."),
                format!("The field `{key}` is named more than once."),
            );
            refusals.push(Refusal::new(Code::Invalid, text).at(at("field")));
            continue;
        }
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

fn not_beneath() -> Refusal {
    let text = Text::new(
        "Yang dirujuk adalah laporan unit di bawah unit laporan ini.",
        "Only reports of units beneath the unit of this report are cited.",
    );
    Refusal::new(Code::Invalid, text)
}

fn nothing_in_force() -> Refusal {
    let text = Text::new(
        "Laporan ini ditarik, ditolak, atau dibatalkan; tidak ada kiriman yang dapat dirujuk.",
        "This report was withdrawn, declined or given up; nothing of it can be cited.",
    );
    Refusal::new(Code::WrongState, text)
}

fn too_many() -> Refusal {
    let text = Text::new(
        format!("Paling banyak {MOST_CITED} laporan dirujuk."),
        format!("At most {MOST_CITED} reports are cited."),
    );
    Refusal::new(Code::TooLong, text).at(["add"])
}
