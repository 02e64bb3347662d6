//! Finding something in a report that lies before one.
use chrono::NaiveDate;
use entity::{enums::FindingSeverity, finding, template};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    RAISED, SUBJECT_TYPE,
    availability::{Open, raising_seat},
    event, place, query,
};
use crate::{
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    feed,
    input::required,
    locale::Text,
    report::{
        availability::Case,
        service::{one_locked, template_of, ties},
        step::{at_report, check_version},
    },
    review::finding::record::{self, Found, LONGEST_TEXT, Subject},
    session::Session,
};

/// The most that is found in one act.
pub const MOST_RAISED: usize = 50;

/// What somebody finds in a report.
#[derive(Clone, Debug, Serialize)]
pub struct Raise {
    pub report: Uuid,
    pub expected_version: i32,
    pub findings: Vec<Finding>,
    pub seat: Option<Uuid>,
}

/// One thing that is found.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    pub section: Option<String>,
    pub field: Option<String>,
    pub severity: FindingSeverity,
    pub text: String,
    pub due_on: Option<NaiveDate>,
}

/// Writes down what was found in a report under review. The report stays where it is, at the same version.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, and of each finding `Required`,
/// `TooLong` and `Invalid`.
pub async fn raise(session: &Session, field: &str, input: Raise) -> Result<Vec<finding::Model>, Error> {
    let write = match command::begin(session, field, "raiseFinding", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let report = one_locked(&write, input.report).await?;
    check_version(&report, input.expected_version)?;
    let template = template_of(&write, &report).await?;
    let case = Case {
        report: &report,
        template: &template,
        ties: &ties(&write, &report).await?,
        open: Open::default(),
        now: write.now,
    };
    let seat = raising_seat(&case, &write.actor, input.seat).map_err(|refusal| at_report(refusal, "report"))?;
    let found = checked(&write, &template, input.findings)?;
    let subject = Subject {
        subject_type: SUBJECT_TYPE,
        id: report.id,
        unit: report.unit_id,
        revision: report.revision_number,
    };
    let raised = record::raise(&write, subject, seat, found).await?;
    let told = event(RAISED, &report, Some((write.actor.account, seat.seat)), &raised);
    feed::publish(write.connection(), told, write.now).await?;
    write.commit(outcome(&raised)).await?;
    Ok(raised)
}

/// What a repetition is answered by.
pub(super) fn outcome(findings: &[finding::Model]) -> serde_json::Value {
    let ids: Vec<Uuid> = findings.iter().map(|finding| finding.id).collect();
    json!({ "findings": ids })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
pub(super) async fn replayed(
    session: &Session,
    Replay { actor, outcome }: Replay,
) -> Result<Vec<finding::Model>, Error> {
    let ids: Vec<Uuid> = serde_json::from_value(outcome["findings"].clone()).map_err(Error::internal)?;
    let found = query::visible(session.services.db.reader(), &actor, &ids).await?;
    if found.len() == ids.len() {
        Ok(found)
    } else {
        Err(record::not_found().into())
    }
}

/// What was found as it is kept, or everything that is wrong with it.
fn checked(write: &Write, template: &template::Model, given: Vec<Finding>) -> Result<Vec<Found>, Error> {
    if given.is_empty() {
        let text = Text::new("Sebutkan setidaknya satu temuan.", "Name at least one finding.");
        return Err(Refusal::new(Code::Required, text).at(["findings"]).into());
    }
    if given.len() > MOST_RAISED {
        let text = Text::new(
            format!("Paling banyak {MOST_RAISED} temuan sekaligus."),
            format!("At most {MOST_RAISED} findings at a time."),
        );
        return Err(Refusal::new(Code::TooLong, text).at(["findings"]).into());
    }
    let mut refusals = Vec::new();
    let mut found = Vec::with_capacity(given.len());
    for (position, finding) in given.into_iter().enumerate() {
        match one(write, template, finding) {
            Ok(one) => found.push(one),
            Err(refusal) => refusals.push(refusal.within(["findings".to_owned(), position.to_string()])),
        }
    }
    if refusals.is_empty() {
        Ok(found)
    } else {
        Err(Error::Refused(refusals))
    }
}

fn one(write: &Write, template: &template::Model, given: Finding) -> Result<Found, Refusal> {
    let (section, field) = place::named(template, given.section, given.field)?;
    if given.due_on.is_some_and(|due| due < write.actor.today) {
        let text = Text::new(
            "Batas waktu tidak boleh di masa lalu.",
            "The due date cannot lie in the past.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["dueOn"]));
    }
    Ok(Found {
        section,
        field,
        severity: given.severity,
        text: required(&given.text, "text", LONGEST_TEXT)?,
        due_on: given.due_on,
    })
}
