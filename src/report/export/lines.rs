//! Submissions as JSON Lines, an object each, in the words of the API: pure.
use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use entity::{cycle, draft::Answer};
use sea_orm::ActiveEnum;
use serde::Serialize;
use uuid::Uuid;

use super::record::Record;
use crate::{clock::offset_of, error::Error, report::revision::SubmittedFile};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    report: String,
    unit: UnitNamed<'a>,
    status: String,
    submission: i32,
    sha256: &'a str,
    submitted_at: Option<String>,
    due_at: Option<String>,
    timeliness: Option<&'static str>,
    accepted_at: Option<String>,
    template_version: i32,
    citations: usize,
    answers: BTreeMap<&'a str, Value<'a>>,
}

#[derive(Serialize)]
struct UnitNamed<'a> {
    code: &'a str,
    name: &'a str,
    tier: String,
}

/// An answer as it was submitted, but files with what they are.
#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Answer(&'a Answer),
    Files(Vec<FileNamed<'a>>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileNamed<'a> {
    id: String,
    name: &'a str,
    media_type: &'a str,
    size: i64,
    sha256: &'a str,
}

/// How the API names records.
#[derive(Clone, Copy)]
pub struct Names {
    pub report: fn(Uuid) -> String,
    pub file: fn(Uuid) -> String,
}

/// Some lines of the file.
///
/// # Errors
/// When something has no JSON form, which nothing lacks.
pub fn lines(cycle: &cycle::Model, records: &[Record], names: Names) -> Result<Vec<u8>, Error> {
    let offset = offset_of(&cycle.time_zone);
    let mut lines = Vec::new();
    for record in records {
        serde_json::to_writer(&mut lines, &line(record, offset, names)).map_err(Error::internal)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

fn line(record: &Record, offset: FixedOffset, names: Names) -> Line<'_> {
    let moment = |moment: Option<DateTime<Utc>>| {
        let moment = moment?.with_timezone(&offset);
        Some(moment.to_rfc3339_opts(SecondsFormat::AutoSi, false))
    };
    let answers = record.submitted.answers.0.iter();
    Line {
        report: (names.report)(record.report.id),
        unit: UnitNamed {
            code: &record.unit_code,
            name: &record.unit_name,
            tier: record.tier.to_value(),
        },
        status: record.report.status.to_value(),
        submission: record.number,
        sha256: &record.sha256,
        submitted_at: moment(record.report.submitted_at),
        due_at: moment(record.owed.as_ref().map(|owed| owed.due_at)),
        timeliness: record.timeliness(),
        accepted_at: moment(record.report.accepted_at),
        template_version: record.submitted.template_version,
        citations: record.submitted.citations,
        answers: answers
            .map(|(key, answer)| (key.as_str(), value(answer, record, names)))
            .collect(),
    }
}

fn value<'a>(answer: &'a Answer, record: &'a Record, names: Names) -> Value<'a> {
    match answer {
        Answer::Files(files) => {
            let known = |id: &Uuid| record.submitted.files.iter().find(|file| file.id == *id);
            let named = |file: &'a SubmittedFile| FileNamed {
                id: (names.file)(file.id),
                name: &file.name,
                media_type: &file.media_type,
                size: file.size,
                sha256: &file.sha256,
            };
            Value::Files(files.iter().filter_map(known).map(named).collect())
        }
        answer => Value::Answer(answer),
    }
}
