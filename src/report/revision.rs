//! What a submission freezes: the answers with what they answer, as canonical JSON, and its SHA-256.
use entity::{cycle, draft::Answers, report, template};
use serde::Serialize;

use crate::{
    audit::canonical_json,
    digest::sha256,
    error::{Code, Error, Refusal},
    locale::Text,
    territory::tree::Unit,
};

/// The longest answer to one section, characters.
pub const LONGEST_ANSWER: usize = 20_000;

#[derive(Serialize)]
struct Content<'a> {
    /// Tells what this JSON is wherever it turns up.
    typ: &'static str,
    report: uuid::Uuid,
    number: i32,
    unit: Named<'a>,
    template: Versioned<'a>,
    cycle: &'a str,
    sections: Vec<Answered<'a>>,
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
struct Answered<'a> {
    key: &'a str,
    title: &'a str,
    text: &'a str,
}

/// A frozen text and its hash.
pub struct Frozen {
    /// Canonical JSON (RFC 8785).
    pub content: String,
    /// SHA-256 of exactly those bytes, lower-case hexadecimal.
    pub sha256: String,
}

/// Freezes the answers of a report as its revision `number`.
///
/// # Errors
/// `Required`, one per section that has no answer.
pub fn freeze(
    report: &report::Model,
    number: i32,
    unit: &Unit,
    template: &template::Model,
    cycle: &cycle::Model,
    answers: &Answers,
) -> Result<Frozen, Error> {
    let mut missing = Vec::new();
    let mut sections = Vec::with_capacity(template.sections.0.len());
    for section in &template.sections.0 {
        let text = answers.0.get(&section.key).map_or("", |text| text.trim());
        if text.is_empty() {
            missing.push(unanswered(&section.key, &section.title));
        }
        sections.push(Answered {
            key: &section.key,
            title: &section.title,
            text,
        });
    }
    if !missing.is_empty() {
        return Err(Error::Refused(missing));
    }
    let content = canonical_json(&Content {
        typ: "jenjang.report-revision.v1",
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
        sections,
    })?;
    let sha256 = sha256(&content);
    Ok(Frozen { content, sha256 })
}

/// The words a report is found by, lower case.
#[must_use]
pub fn words(unit: &Unit, template: &template::Model, cycle: &cycle::Model, answers: Option<&Answers>) -> String {
    let mut words = format!("{} {} {} {}", unit.name, unit.code, template.name, cycle.name);
    for text in answers.into_iter().flat_map(|answers| answers.0.values()) {
        words.push('\n');
        words.push_str(text);
    }
    words.to_lowercase()
}

fn unanswered(key: &str, title: &str) -> Refusal {
    let text = Text::new(
        format!("Bagian “{title}” belum diisi."),
        format!("The section “{title}” has no answer yet."),
    );
    Refusal::new(Code::Required, text).at(["report", "sections", key])
}
