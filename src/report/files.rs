//! Files in reports: which a field takes, and that the report holds exactly those its answers name.
use std::collections::HashSet;

use entity::{
    draft::{Answer, Answers},
    enums::{RecordType, ReportCommand},
    file, report,
    template::{self, Field, Shape},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    answers, query,
    service::{Asked, permitted, replayed, template_of},
    step::outcome,
    writing::save,
};
use crate::{
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    file::{attachment, query as files},
    locale::Text,
    session::Session,
};

/// Puts a file into the working draft.
#[derive(Clone, Debug, Serialize)]
pub struct Attach {
    pub report: Uuid,
    pub expected_version: i32,
    /// The key of the field.
    pub field: String,
    pub file: Uuid,
    pub seat: Option<Uuid>,
}

/// Adds a file to the answer of a field; one that is there already stays where it is.
///
/// # Errors
/// As [`super::writing::edit`]; `NotFound` for a file that is none of the actor's, and `Invalid`, `TooLarge` or `TooLong`
/// where the field does not take it.
pub async fn attach(session: &Session, response_key: &str, input: Attach) -> Result<report::Model, Error> {
    let write = match command::begin(session, response_key, "attachFile", &input).await? {
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
    let field = answers::fields(&template).find(|field| field.key == input.field);
    if !field.is_some_and(|field| matches!(field.shape, Shape::File { .. })) {
        let text = Text::new(
            format!("Templat ini tidak memiliki isian berkas `{}`.", input.field),
            format!("The template has no field `{}` that takes files.", input.field),
        );
        return Err(Refusal::new(Code::Invalid, text).at(["field"]).into());
    }
    let mut draft = query::draft(write.connection(), report.id).await?;
    let mut held = match draft.answers.0.get(&input.field) {
        Some(Answer::Files(held)) => held.clone(),
        Some(Answer::Integer(_) | Answer::Text(_) | Answer::Rows(_)) | None => Vec::new(),
    };
    if held.contains(&input.file) {
        write.commit(outcome(&report)).await?;
        return Ok(report);
    }
    held.push(input.file);
    draft.answers.0.insert(input.field.clone(), Answer::Files(held));
    draft.saved.0.insert(input.field, report.version + 1);
    hold(&write, &report, &template, &draft.answers, |_field| {
        vec!["file".to_owned()]
    })
    .await?;
    let saved = save(&write, &report, draft).await?;
    write.commit(outcome(&saved)).await?;
    Ok(saved)
}

/// Makes a report hold the files its answers name, after the new ones were checked. `at` says where in the command's input
/// the answer to a field stands.
///
/// # Errors
/// As [`attach`].
pub(super) async fn hold(
    write: &Write,
    report: &report::Model,
    template: &template::Model,
    answers: &Answers,
    at: impl Fn(&str) -> Vec<String>,
) -> Result<(), Error> {
    if !answers::fields(template).any(|field| matches!(field.shape, Shape::File { .. })) {
        return Ok(());
    }
    let held: HashSet<Uuid> = attachment::held(write.connection(), report.id)
        .await?
        .into_iter()
        .collect();
    check(write, report, template, answers, &held, &at).await?;
    let named: Vec<Uuid> = named(answers).collect();
    let gone = attachment::hold(write.connection(), (RecordType::Report, report.id), &named, write.now).await?;
    let lost = by_field(template, answers).filter(|(_field, files)| files.iter().any(|file| gone.contains(file)));
    refuse(
        lost.map(|(field, _files)| attachment::not_found().at(at(&field.key)))
            .collect(),
    )
}

/// Holds what the answers name and the report does not hold yet against the fields and against who gives it.
async fn check(
    write: &Write,
    report: &report::Model,
    template: &template::Model,
    answers: &Answers,
    held: &HashSet<Uuid>,
    at: impl Fn(&str) -> Vec<String>,
) -> Result<(), Error> {
    let is_new = |file: &&Uuid| !held.contains(*file);
    let changed = || by_field(template, answers).filter(|(_field, files)| files.iter().any(|file| is_new(&file)));
    // First of all, so that no more is looked up than fields may take.
    let crowded = changed().filter_map(|(field, files)| Some(too_many(field, files.len())?.at(at(&field.key))));
    refuse(crowded.collect())?;
    let new: Vec<Uuid> = changed()
        .flat_map(|(_field, files)| files.iter().filter(is_new).copied())
        .collect();
    let found = attachment::attachable(write.connection(), &write.actor, report, &new).await?;
    let mut refusals = Vec::new();
    for (field, files) in changed() {
        let wrong = files
            .iter()
            .filter(is_new)
            .filter_map(|id| match found.iter().find(|file| file.id == *id) {
                Some(file) => unfit(field, file),
                None => Some(attachment::not_found()),
            });
        refusals.extend(wrong.map(|refusal| refusal.at(at(&field.key))));
    }
    refuse(refusals)
}

fn refuse(refusals: Vec<Refusal>) -> Result<(), Error> {
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(refusals))
    }
}

/// The files that answers name, in the order of the fields' keys and of the answers.
fn named(answers: &Answers) -> impl Iterator<Item = Uuid> {
    let lists = answers.0.values().filter_map(|answer| match answer {
        Answer::Files(files) => Some(files),
        Answer::Integer(_) | Answer::Text(_) | Answer::Rows(_) => None,
    });
    lists.flatten().copied()
}

/// The fields that take files, with those they have.
fn by_field<'a>(
    template: &'a template::Model,
    answers: &'a Answers,
) -> impl Iterator<Item = (&'a Field, &'a Vec<Uuid>)> {
    answers::fields(template).filter_map(|field| match answers.0.get(&field.key) {
        Some(Answer::Files(files)) => Some((field, files)),
        Some(Answer::Integer(_) | Answer::Text(_) | Answer::Rows(_)) | None => None,
    })
}

/// The files a submission is frozen with.
///
/// # Errors
/// The database's.
pub(super) async fn of(write: &Write, answers: &Answers) -> Result<Vec<file::Model>, Error> {
    let named: Vec<Uuid> = named(answers).collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let mut files = files::stored(write.connection(), &named).await?;
    files.sort_by_key(|file| file.id);
    Ok(files)
}

/// Why a field does not take a file.
fn unfit(field: &Field, file: &file::Model) -> Option<Refusal> {
    let Shape::File { types, largest, .. } = &field.shape else {
        return None;
    };
    if !types.is_empty() && !types.contains(&file.media_type) {
        let taken = types.join(", ");
        let text = Text::new(
            format!("“{}” hanya menerima berkas berjenis {taken}.", field.label),
            format!("“{}” takes files of these types only: {taken}.", field.label),
        );
        return Some(Refusal::new(Code::Invalid, text));
    }
    (file.size > *largest).then(|| {
        let text = Text::new(
            format!("“{}” menerima berkas paling besar {largest} byte.", field.label),
            format!("“{}” takes files of at most {largest} bytes.", field.label),
        );
        Refusal::new(Code::TooLarge, text)
    })
}

/// That a field would have more files than it takes.
fn too_many(field: &Field, count: usize) -> Option<Refusal> {
    let Shape::File { most, .. } = &field.shape else {
        return None;
    };
    (count > *most as usize).then(|| {
        let text = Text::new(
            format!("“{}” menerima paling banyak {most} berkas.", field.label),
            format!("“{}” takes at most {most} files.", field.label),
        );
        Refusal::new(Code::TooLong, text)
    })
}
