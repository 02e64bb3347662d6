//! What is done about findings between two submissions: the unit takes note of them, whoever raised them settles them or
//! asks for more.
use entity::{enums::FindingActKind, finding, report};
use serde::Serialize;
use uuid::Uuid;

use super::{
    ACKNOWLEDGED, REOPENED, RESOLVED,
    availability::{Open, noting_seat, settling_seat},
    event, query,
    raising::{outcome, replayed},
};
use crate::{
    authz::ActingSeat,
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    feed,
    locale::Text,
    report::{
        availability::Case,
        query::locked,
        service::{template_of, ties},
        step::at_report,
    },
    review::finding::{
        query::by_ids,
        record::{self, Deed, check_version, not_found},
    },
    session::Session,
};

/// The most findings that are noted at once.
pub const MOST_NOTED: usize = 100;

/// Takes note of findings.
#[derive(Clone, Debug, Serialize)]
pub struct Acknowledge {
    pub findings: Vec<Uuid>,
    pub seat: Option<Uuid>,
}

/// Settles a finding, or opens it again.
#[derive(Clone, Debug, Serialize)]
pub struct Settle {
    pub finding: Uuid,
    pub expected_version: i32,
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Resolves or reopens a finding.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; `Required` and `TooLong` for the
/// reason.
pub async fn settle(
    session: &Session,
    field: &str,
    kind: FindingActKind,
    input: Settle,
) -> Result<finding::Model, Error> {
    let (name, told) = match kind {
        FindingActKind::Reopen => ("reopenFinding", REOPENED),
        FindingActKind::Resolve => ("resolveFinding", RESOLVED),
        FindingActKind::Raise | FindingActKind::Acknowledge | FindingActKind::Answer => {
            return Err(Error::internal("findings are not settled so"));
        }
    };
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let found = replayed(session, *replay).await.map_err(|error| error.at("finding"))?;
            return found
                .into_iter()
                .next()
                .ok_or_else(|| not_found().at(["finding"]).into());
        }
    };
    let held = held(&write, &[input.finding]).await?;
    let Some((finding, report)) = held.of(input.finding) else {
        return Err(not_found().at(["finding"]).into());
    };
    // Who lost a race is told so, not that the winner's outcome leaves nothing to do.
    check_version(finding, input.expected_version)?;
    let template = template_of(&write, report).await?;
    let case = Case {
        report,
        template: &template,
        ties: &ties(&write, report).await?,
        open: Open::default(),
        now: write.now,
    };
    let seat = settling_seat(&case, &write.actor, finding, kind, input.seat);
    let seat = seat.map_err(|refusal| at_report(refusal, "finding"))?;
    let settled = record::act(&write, finding, seat, Deed::plain(kind, input.reason)).await?;
    let told = event(told, report, Some((write.actor.account, seat.seat)), [&settled]);
    feed::publish(write.connection(), told, write.now).await?;
    write.commit(outcome(std::slice::from_ref(&settled))).await?;
    Ok(settled)
}

/// Takes note of findings, all of them or none. What was noted before stays as it is.
///
/// # Errors
/// Per finding `NotFound`, `Forbidden` and `SeatAmbiguous`; `Required` and `TooLong` for how many there are.
pub async fn acknowledge(session: &Session, field: &str, input: Acknowledge) -> Result<Vec<finding::Model>, Error> {
    let write = match command::begin(session, field, "acknowledgeFindings", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            return replayed(session, *replay).await.map_err(|error| error.at("findings"));
        }
    };
    check_count(input.findings.len())?;
    let held = held(&write, &input.findings).await?;
    let mut seats = Vec::with_capacity(input.findings.len());
    let mut refusals = Vec::new();
    for (place, id) in input.findings.iter().enumerate() {
        let at = |refusal: Refusal| {
            if refusal.field.is_empty() {
                refusal.at(["findings".to_owned(), place.to_string()])
            } else {
                refusal
            }
        };
        let Some((finding, report)) = held.of(*id) else {
            refusals.push(at(not_found()));
            continue;
        };
        let template = template_of(&write, report).await?;
        let case = Case {
            report,
            template: &template,
            ties: &ties(&write, report).await?,
            open: Open::default(),
            now: write.now,
        };
        match noting_seat(&case, &write.actor, input.seat) {
            Ok(seat) => seats.push((finding.id, seat)),
            Err(refusal) => refusals.push(at(refusal)),
        }
    }
    refusals.dedup();
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let noted = note(&write, &held, seats).await?;
    write.commit(outcome(&noted)).await?;
    Ok(noted)
}

/// Notes what nobody has noted yet, and tells it once for every report.
async fn note(write: &Write, held: &Held, seats: Vec<(Uuid, ActingSeat)>) -> Result<Vec<finding::Model>, Error> {
    let mut all = Vec::with_capacity(held.findings.len());
    for report in &held.reports {
        let mut fresh = Vec::new();
        let mut by = None;
        for finding in held.findings.iter().filter(|finding| finding.subject_id == report.id) {
            let seat = seats.iter().find(|(id, _seat)| *id == finding.id);
            let (_id, seat) = seat.ok_or_else(|| Error::internal("a finding without the seat that notes it"))?;
            if finding.acknowledged_at.is_some() {
                all.push(finding.clone());
                continue;
            }
            let deed = Deed::plain(FindingActKind::Acknowledge, None);
            fresh.push(record::act(write, finding, *seat, deed).await?);
            by = Some((write.actor.account, seat.seat));
        }
        if by.is_some() {
            feed::publish(write.connection(), event(ACKNOWLEDGED, report, by, &fresh), write.now).await?;
        }
        all.extend(fresh);
    }
    all.sort_unstable_by_key(|finding| finding.id);
    Ok(all)
}

fn check_count(count: usize) -> Result<(), Refusal> {
    let (code, text) = match count {
        0 => (
            Code::Required,
            Text::new("Sebutkan setidaknya satu temuan.", "Name at least one finding."),
        ),
        1..=MOST_NOTED => return Ok(()),
        _ => (
            Code::TooLong,
            Text::new(
                format!("Paling banyak {MOST_NOTED} temuan sekaligus."),
                format!("At most {MOST_NOTED} findings at a time."),
            ),
        ),
    };
    Err(Refusal::new(code, text).at(["findings"]))
}

/// Findings with their reports, which nobody changes until the transaction ends.
struct Held {
    findings: Vec<finding::Model>,
    reports: Vec<report::Model>,
}

impl Held {
    /// A finding with its report; none where it is absent or hidden.
    fn of(&self, id: Uuid) -> Option<(&finding::Model, &report::Model)> {
        let finding = self.findings.iter().find(|finding| finding.id == id)?;
        let report = self.reports.iter().find(|report| report.id == finding.subject_id)?;
        Some((finding, report))
    }
}

/// Locks the reports of those among these findings that the actor sees, and reads the findings as they are then: whoever
/// does something about a finding holds its report first.
async fn held(write: &Write, ids: &[Uuid]) -> Result<Held, Error> {
    let connection = write.connection();
    let seen = query::visible(connection, &write.actor, ids).await?;
    let mut about: Vec<Uuid> = seen.iter().map(|finding| finding.subject_id).collect();
    about.sort_unstable();
    about.dedup();
    if about.is_empty() {
        return Ok(Held {
            findings: Vec::new(),
            reports: Vec::new(),
        });
    }
    let reports = locked(connection, &write.actor, &about).await?;
    let ids: Vec<Uuid> = seen.iter().map(|finding| finding.id).collect();
    Ok(Held {
        findings: by_ids(connection, &ids).await?,
        reports,
    })
}
