//! Answering findings with the next submission.
use std::collections::HashSet;

use entity::{
    enums::{FindingActKind, FindingState},
    finding, report,
};
use serde::Serialize;
use uuid::Uuid;

use super::{ANSWERED, SUBJECT_TYPE, event};
use crate::{
    authz::ActingSeat,
    command::Write,
    error::{Code, Error, Refusal},
    feed,
    input::required,
    locale::Text,
    review::finding::{
        query,
        record::{self, Deed, LONGEST_TEXT, not_found},
    },
};

/// The most answers in one submission.
pub const MOST_ANSWERS: usize = 500;

/// So much of a finding is repeated to say which one is meant, characters.
const EXCERPT: usize = 80;

/// The answer to a finding.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    pub finding: Uuid,
    /// Whether the text says what was done, or why nothing was.
    pub remedied: bool,
    pub text: String,
}

/// An answer with what it answers.
pub(in crate::report) type Answered = (finding::Model, Answer);

/// Holds answers against the findings of a report, which the caller has locked, and tells everything that is wrong.
///
/// # Errors
/// Per answer `NotFound`, `WrongState`, `Invalid` for the second to one finding, `Required` and `TooLong` for its text;
/// `FindingUnanswered` for every MUST that is left open.
pub(in crate::report) async fn check(
    write: &Write,
    report: &report::Model,
    answers: &[Answer],
) -> Result<Vec<Answered>, Error> {
    if answers.len() > MOST_ANSWERS {
        let text = Text::new(
            format!("Paling banyak {MOST_ANSWERS} jawaban."),
            format!("At most {MOST_ANSWERS} answers."),
        );
        return Err(Refusal::new(Code::TooLong, text).at(["answers"]).into());
    }
    let mut findings = query::of_subjects(write.connection(), SUBJECT_TYPE, &[report.id]).await?;
    let findings = findings.remove(&report.id).unwrap_or_default();
    let mut named = HashSet::new();
    let mut refusals = Vec::new();
    let mut answered = Vec::with_capacity(answers.len());
    for (place, answer) in answers.iter().enumerate() {
        let is_first = named.insert(answer.finding);
        match one(&findings, answer, is_first) {
            Ok(found) => answered.push((found.clone(), answer.clone())),
            Err(refusal) => refusals.push(refusal.within(["answers".to_owned(), place.to_string()])),
        }
    }
    let left = unanswered(findings.iter().filter(|finding| !named.contains(&finding.id)));
    refusals.extend(left.into_iter().map(|refusal| refusal.at(["answers"])));
    if refusals.is_empty() {
        Ok(answered)
    } else {
        Err(Error::Refused(refusals))
    }
}

fn one<'f>(findings: &'f [finding::Model], answer: &Answer, is_first: bool) -> Result<&'f finding::Model, Refusal> {
    let found = findings.iter().find(|finding| finding.id == answer.finding);
    let found = found.ok_or_else(|| not_found().at(["finding"]))?;
    if !is_first {
        let text = Text::new(
            "Temuan ini dijawab lebih dari sekali.",
            "This finding is answered more than once.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["finding"]));
    }
    if found.state != FindingState::Open {
        return Err(record::wrong_state(found.state).at(["finding"]));
    }
    required(&answer.text, "text", LONGEST_TEXT)?;
    Ok(found)
}

/// What keeps a report from being submitted: a refusal for every MUST among these that waits for an answer.
#[must_use]
pub fn unanswered<'f>(findings: impl IntoIterator<Item = &'f finding::Model>) -> Vec<Refusal> {
    let owed = findings.into_iter().filter(|finding| is_owed(finding));
    let refusal = |finding: &finding::Model| {
        let what = excerpt(&finding.text);
        let text = Text::new(
            format!("Temuan wajib ini belum dijawab: “{what}”"),
            format!("This finding has to be answered: “{what}”"),
        );
        Refusal::new(Code::FindingUnanswered, text)
    };
    owed.map(refusal).collect()
}

fn is_owed(finding: &finding::Model) -> bool {
    use entity::enums::FindingSeverity::{Must, Note, Should};
    match (finding.severity, finding.state) {
        (Must, FindingState::Open) => true,
        (Must, FindingState::Answered | FindingState::Resolved) | (Should | Note, _) => false,
    }
}

/// The beginning of a text, marked where it goes on.
fn excerpt(text: &str) -> String {
    let mut characters = text.chars();
    let mut excerpt: String = characters.by_ref().take(EXCERPT).collect();
    if characters.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}

/// Writes the answers that came with a submission.
///
/// # Errors
/// The database's.
pub(in crate::report) async fn keep(
    write: &Write,
    report: &report::Model,
    seat: ActingSeat,
    answered: Vec<Answered>,
) -> Result<(), Error> {
    if answered.is_empty() {
        return Ok(());
    }
    let mut findings = Vec::with_capacity(answered.len());
    for (finding, answer) in answered {
        let deed = Deed {
            kind: FindingActKind::Answer,
            text: Some(answer.text),
            remedied: Some(answer.remedied),
            revision: Some(report.revision_number),
        };
        findings.push(record::act(write, &finding, seat, deed).await?);
    }
    let told = event(ANSWERED, report, Some((write.actor.account, seat.seat)), &findings);
    feed::publish(write.connection(), told, write.now).await
}
