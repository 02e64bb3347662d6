//! What a submission freezes: the answers with what they answer, as canonical JSON, and its SHA-256.
use std::collections::BTreeMap;

use entity::{
    cycle,
    draft::{Answer, Answers},
    file, report, template,
};
use serde::{Deserialize, Serialize};

use super::{answers, search};
use crate::{
    audit::canonical_json,
    digest::sha256,
    error::{Error, Refusal},
    territory::tree::Unit,
};

#[derive(Serialize)]
struct Content<'a> {
    /// Tells what this JSON is wherever it turns up.
    typ: &'static str,
    report: uuid::Uuid,
    number: i32,
    unit: Named<'a>,
    template: Versioned<'a>,
    cycle: &'a str,
    sections: Vec<Section<'a>>,
    /// What it rests on, by report.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cites: Vec<Cited>,
    /// What the answers name by id, so that the hash stands for the files' bytes, too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<SubmittedFile>,
}

/// A file as it was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubmittedFile {
    pub id: uuid::Uuid,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
}

impl From<&file::Model> for SubmittedFile {
    fn from(file: &file::Model) -> Self {
        Self {
            id: file.id,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            sha256: file.sha256.clone(),
        }
    }
}

/// A submission of another report, exactly as it was.
#[derive(Serialize)]
pub struct Cited {
    pub report: uuid::Uuid,
    /// The number of the submission.
    pub revision: i32,
    pub sha256: String,
}

#[derive(Serialize)]
struct Named<'a> {
    code: &'a str,
    id: uuid::Uuid,
    name: &'a str,
}

#[derive(Serialize)]
struct Versioned<'a> {
    code: &'a str,
    version: i32,
}

#[derive(Serialize)]
struct Section<'a> {
    key: &'a str,
    title: &'a str,
    fields: Vec<Answered<'a>>,
}

#[derive(Serialize)]
struct Answered<'a> {
    key: &'a str,
    label: &'a str,
    /// None where nothing was answered.
    value: Option<&'a Answer>,
}

/// A frozen text and its hash.
pub struct Frozen {
    /// Canonical JSON (RFC 8785).
    pub content: String,
    /// SHA-256 of exactly those bytes, lower-case hexadecimal.
    pub sha256: String,
}

/// Freezes the answers of a report, with the files they name, as its revision `number`.
///
/// # Errors
/// What [`answers::problems`] tells, each at its place in the report.
pub fn freeze(
    report: &report::Model,
    number: i32,
    unit: &Unit,
    (template, cycle): (&template::Model, &cycle::Model),
    answers: &Answers,
    (files, cites): (&[file::Model], Vec<Cited>),
) -> Result<Frozen, Error> {
    let problems = answers::problems(template, answers);
    if !problems.is_empty() {
        let at_report = |problem: Refusal| problem.within(["report", "answers"]);
        return Err(Error::Refused(problems.into_iter().map(at_report).collect()));
    }
    let sections = template.sections.0.iter().map(|section| Section {
        key: &section.key,
        title: &section.title,
        fields: section
            .fields
            .iter()
            .map(|field| Answered {
                key: &field.key,
                label: &field.label,
                value: answers.0.get(&field.key),
            })
            .collect(),
    });
    let content = canonical_json(&Content {
        typ: "jenjang.report-revision.v2",
        report: report.id,
        number,
        unit: Named {
            code: &unit.code,
            id: unit.id,
            name: &unit.name,
        },
        template: Versioned {
            code: &template.code,
            version: template.version,
        },
        cycle: &cycle.code,
        sections: sections.collect(),
        files: files.iter().map(SubmittedFile::from).collect(),
        cites,
    })?;
    let sha256 = sha256(&content);
    Ok(Frozen { content, sha256 })
}

/// The words a report is found by.
#[must_use]
pub fn words(unit: &Unit, template: &template::Model, cycle: &cycle::Model, answers: Option<&Answers>) -> String {
    let mut words = format!("{} {} {} {}", unit.name, unit.code, template.name, cycle.name);
    if let Some(answers) = answers {
        let answered = answers::fields(template).filter_map(|field| Some((field, answers.0.get(&field.key)?)));
        for (field, answer) in answered {
            words.push('\n');
            words.push_str(&answers::text(&field.shape, answer));
        }
    }
    search::kept(&words)
}

/// What a submission says, read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    pub answers: Answers,
    /// The version of the template it answers.
    pub template_version: i32,
    /// The files its answers name.
    pub files: Vec<SubmittedFile>,
    /// How many submissions of others it rests on.
    pub citations: usize,
}

/// Reads a submission back.
///
/// # Errors
/// When the content is no submission.
pub fn read(content: &str) -> Result<Submitted, Error> {
    let content: Written = serde_json::from_str(content).map_err(Error::internal)?;
    let mut answers = BTreeMap::new();
    for section in content.sections {
        // Until sections had fields, each was one text.
        answers.extend(section.text.map(|text| (section.key, Answer::Text(text))));
        let fields = section.fields.into_iter();
        answers.extend(fields.filter_map(|field| Some((field.key, field.value?))));
    }
    Ok(Submitted {
        answers: Answers(answers),
        template_version: content.template.version,
        files: content.files,
        citations: content.cites.len(),
    })
}

/// The answers of a submission, read back.
///
/// # Errors
/// When the content is no submission.
pub fn answers_of(content: &str) -> Result<Answers, Error> {
    Ok(read(content)?.answers)
}

/// A field that two submissions answer differently.
pub struct Changed<'a> {
    pub section: &'a template::Section,
    pub field: &'a template::Field,
    pub before: Option<&'a Answer>,
    pub after: Option<&'a Answer>,
}

/// The fields that two submissions answer differently, in the order of the template.
#[must_use]
pub fn changed<'a>(template: &'a template::Model, before: &'a Answers, after: &'a Answers) -> Vec<Changed<'a>> {
    let sections = template.sections.0.iter();
    let fields = sections.flat_map(|section| section.fields.iter().map(move |field| (section, field)));
    let changed = fields.map(|(section, field)| Changed {
        section,
        field,
        before: before.0.get(&field.key),
        after: after.0.get(&field.key),
    });
    changed.filter(|changed| changed.before != changed.after).collect()
}

/// What is read back of a submission, of this form or of the one before it.
#[derive(Deserialize)]
struct Written {
    template: WrittenTemplate,
    sections: Vec<WrittenSection>,
    #[serde(default)]
    files: Vec<SubmittedFile>,
    #[serde(default)]
    cites: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct WrittenTemplate {
    version: i32,
}

#[derive(Deserialize)]
struct WrittenSection {
    key: String,
    text: Option<String>,
    #[serde(default)]
    fields: Vec<WrittenField>,
}

#[derive(Deserialize)]
struct WrittenField {
    key: String,
    value: Option<Answer>,
}
