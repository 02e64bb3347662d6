//! Assigning experts to reports, singly or in bulk: all of it or nothing.
use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use entity::{
    enums::{AssignmentState, Function, ReportCommand, ReportStatus, ReviewActKind, ReviewSubjectType},
    report, review_assignment,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    plan::{Candidate, Fitness, Row, spread},
    query as reviews,
};
use crate::{
    authz::ActingSeat,
    clock::new_id,
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    locale::Text,
    report::{
        availability::{self, Case},
        finding::availability::Open,
        query,
        service::template_of,
        step::{Act as Step, placed, record as record_step, write_if_unchanged},
        workflow::Place,
    },
    review::{self, About, Act, assignment, query::share_conflicts, record},
    session::{Actor, Session},
};

/// The most reports one command may name: a national round of kabupaten/kota and provinsi fits.
pub const MOST_REPORTS: usize = 600;

/// The most experts of one report that one command may assign.
pub const MOST_REVIEWERS: usize = 10;

/// Assigns experts to reports.
#[derive(Clone, Debug, Serialize)]
pub struct Assign {
    pub reports: Vec<Uuid>,
    pub to: To,
    /// Who leads, of those assigned by name.
    pub lead: Option<Uuid>,
    pub due_on: Option<NaiveDate>,
    /// Only tells what would be done.
    pub dry_run: bool,
    pub seat: Option<Uuid>,
}

/// Whom they are assigned to.
#[derive(Clone, Debug, Serialize)]
pub enum To {
    /// Every report to each of these seats.
    Each(Vec<Uuid>),
    /// Every report to so many of those whose portfolio covers it, evenly by what they have to do.
    Spread { per_report: i32, among: Option<Vec<Uuid>> },
}

/// What was done, or would be.
#[derive(Clone, Debug)]
pub struct Done {
    /// In the order the reports were named.
    pub rows: Vec<(report::Model, Vec<Candidate>)>,
    /// None of them where it was a dry run.
    pub assignments: Vec<review_assignment::Model>,
}

/// A report, checked.
struct Ready {
    report: report::Model,
    seat: ActingSeat,
    place: Place,
}

/// Assigns experts. Of a dry run everything is checked and nothing is kept.
///
/// # Errors
/// Per report and seat, with its place in the input, everything that is wrong: `NotFound`, `Forbidden`, `OwnWork`,
/// `WrongState`, `ConflictOfInterest`, `AlreadyExists`, `Invalid`; and what [`command::begin`] says.
pub async fn assign(session: &Session, field: &str, input: Assign) -> Result<Done, Error> {
    let write = match command::begin(session, field, "assignReviews", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    check_input(&write, &input)?;
    let candidates = candidates(&write, &input)?;
    let found = query::locked(write.connection(), &write.actor, &input.reports).await?;
    let people: BTreeSet<Uuid> = candidates.iter().map(|one| one.account).collect();
    let held: Vec<Uuid> = people.iter().copied().chain([write.actor.account]).collect();
    share_conflicts(write.connection(), &held).await?;
    let ready = checked(&write, found, &input).await?;
    let rows = planned(&write, &ready, candidates, &input).await?;
    if input.dry_run {
        return Ok(Done {
            rows: told(&ready, &rows),
            assignments: Vec::new(),
        });
    }
    let mut assignments = Vec::new();
    let mut moved = Vec::with_capacity(ready.len());
    for (ready, row) in ready.iter().zip(&rows) {
        moved.push(begin_review(&write, ready).await?);
        assignments.extend(assign_all(&write, ready, row, &input).await?);
    }
    let ids: Vec<Uuid> = assignments.iter().map(|row| row.id).collect();
    write
        .commit(json!({ "reports": input.reports, "assignments": ids }))
        .await?;
    let rows = moved.into_iter().zip(rows).map(|(report, row)| (report, row.reviewers));
    Ok(Done {
        rows: rows.collect(),
        assignments,
    })
}

fn told(ready: &[Ready], rows: &[Row]) -> Vec<(report::Model, Vec<Candidate>)> {
    let reports = ready.iter().map(|ready| ready.report.clone());
    reports.zip(rows.iter().map(|row| row.reviewers.clone())).collect()
}

fn check_input(write: &Write, input: &Assign) -> Result<(), Error> {
    let mut refusals = Vec::new();
    let distinct: BTreeSet<Uuid> = input.reports.iter().copied().collect();
    if input.reports.is_empty() || input.reports.len() > MOST_REPORTS || distinct.len() != input.reports.len() {
        let text = Text::new(
            format!("Sebutkan 1 sampai {MOST_REPORTS} laporan, masing-masing satu kali."),
            format!("Name 1 to {MOST_REPORTS} reports, each once."),
        );
        refusals.push(Refusal::new(Code::Invalid, text).at(["reports"]));
    }
    match &input.to {
        To::Each(seats) => {
            let distinct: BTreeSet<Uuid> = seats.iter().copied().collect();
            if seats.is_empty() || seats.len() > MOST_REVIEWERS || distinct.len() != seats.len() {
                let text = Text::new(
                    format!("Sebutkan 1 sampai {MOST_REVIEWERS} jabatan, masing-masing satu kali."),
                    format!("Name 1 to {MOST_REVIEWERS} seats, each once."),
                );
                refusals.push(Refusal::new(Code::Invalid, text).at(["reviewers"]));
            }
            if input.lead.is_some_and(|lead| !seats.contains(&lead)) {
                let text = Text::new(
                    "Yang memimpin harus salah satu dari `reviewers`.",
                    "Who leads has to be one of `reviewers`.",
                );
                refusals.push(Refusal::new(Code::Invalid, text).at(["lead"]));
            }
        }
        To::Spread { per_report, .. } => {
            if !usize::try_from(*per_report).is_ok_and(|many| (1..=MOST_REVIEWERS).contains(&many)) {
                let text = Text::new(
                    format!("1 sampai {MOST_REVIEWERS} Tenaga Ahli untuk setiap laporan."),
                    format!("1 to {MOST_REVIEWERS} experts for each report."),
                );
                refusals.push(Refusal::new(Code::Invalid, text).at(["spread", "perReport"]));
            }
            if input.lead.is_some() {
                let text = Text::new(
                    "`lead` hanya bersama `reviewers`.",
                    "`lead` goes with `reviewers` only.",
                );
                refusals.push(Refusal::new(Code::Invalid, text).at(["lead"]));
            }
        }
    }
    if input.due_on.is_some_and(|due| due < write.actor.today) {
        let text = Text::new(
            "Batas waktu tidak boleh di masa lalu.",
            "The due date cannot lie in the past.",
        );
        refusals.push(Refusal::new(Code::Invalid, text).at(["dueOn"]));
    }
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(refusals))
    }
}

/// The experts that come into question; their loads are not known yet.
fn candidates(write: &Write, input: &Assign) -> Result<Vec<Candidate>, Error> {
    let (seats, path): (Vec<Uuid>, &[&str]) = match &input.to {
        To::Each(seats) => (seats.clone(), &["reviewers"]),
        To::Spread { among: Some(among), .. } => (among.clone(), &["spread", "among"]),
        To::Spread { among: None, .. } => return Ok(all_experts(write)),
    };
    let mut refusals = Vec::new();
    let mut candidates = Vec::with_capacity(seats.len());
    for (place, seat) in seats.into_iter().enumerate() {
        match candidate(write, seat) {
            Some(candidate) => candidates.push(candidate),
            None => {
                let text = Text::new(
                    "Ini bukan jabatan Tenaga Ahli RI yang dipegang tepat satu orang.",
                    "This is not a seat of an expert at RI held by exactly one person.",
                );
                let path = path.iter().map(ToString::to_string).chain([place.to_string()]);
                refusals.push(Refusal::new(Code::Invalid, text).at(path));
            }
        }
    }
    if refusals.is_empty() {
        Ok(candidates)
    } else {
        Err(Error::Refused(refusals))
    }
}

/// A seat that can be assigned to: an expert's, in the hands of one person who can sign in.
fn candidate(write: &Write, seat: Uuid) -> Option<Candidate> {
    let directory = &write.actor.directory;
    let row = directory.seat(seat).filter(|row| row.function == Function::Expert)?;
    let mut accounts = directory
        .holders_of(row.id, write.actor.today)
        .into_iter()
        .map(|holder| holder.account_id)
        .filter(|account| {
            let active = directory.person(*account).is_some_and(|person| person.active);
            let mut seats = directory.acting_seats(*account, write.actor.today).into_iter();
            active && seats.any(|acting| acting.seat == seat)
        });
    match (accounts.next(), accounts.next()) {
        (Some(account), None) => Some(Candidate { seat, account, load: 0 }),
        _ => None,
    }
}

fn all_experts(write: &Write) -> Vec<Candidate> {
    let directory = &write.actor.directory;
    let seats = directory.seats_of(directory.tree.root().id, write.actor.today);
    seats.iter().filter_map(|seat| candidate(write, seat.id)).collect()
}

/// Whether each report may be assigned by whom, everything that is wrong at once.
async fn checked(write: &Write, found: Vec<report::Model>, input: &Assign) -> Result<Vec<Ready>, Error> {
    let ids: Vec<Uuid> = found.iter().map(|report| report.id).collect();
    let ties = reviews::ties(write.connection(), &write.actor, &ids).await?;
    let none = Default::default();
    let mut by_id: BTreeMap<Uuid, report::Model> = found.into_iter().map(|report| (report.id, report)).collect();
    let mut refusals = Vec::new();
    let mut ready = Vec::with_capacity(input.reports.len());
    for (place, id) in input.reports.iter().enumerate() {
        let path = || ["reports".to_owned(), place.to_string()];
        let Some(report) = by_id.remove(id) else {
            refusals.push(availability::not_found().at(path()));
            continue;
        };
        let template = template_of(write, &report).await?;
        let case = Case {
            report: &report,
            template: &template,
            ties: ties.get(id).unwrap_or(&none),
            open: Open::default(),
            now: write.now,
        };
        match case.check(&write.actor, ReportCommand::Assign, input.seat) {
            Ok((seat, place)) => ready.push(Ready { report, seat, place }),
            Err(refusal) if refusal.field.is_empty() => refusals.push(refusal.at(path())),
            Err(refusal) => refusals.push(refusal),
        }
    }
    refusals.dedup();
    if refusals.is_empty() {
        Ok(ready)
    } else {
        Err(Error::Refused(refusals))
    }
}

/// Who gets what, in the order the reports were named.
async fn planned(
    write: &Write,
    ready: &[Ready],
    mut candidates: Vec<Candidate>,
    input: &Assign,
) -> Result<Vec<Row>, Error> {
    let connection = write.connection();
    let reports: Vec<Uuid> = ready.iter().map(|ready| ready.report.id).collect();
    let live = review::query::live_assignments_on(connection, ReviewSubjectType::Report, &reports).await?;
    let already: HashSet<(Uuid, Uuid)> = live.iter().map(|row| (row.account_id, row.subject_id)).collect();
    let people: Vec<Actor> = candidates
        .iter()
        .map(|one| write.actor.supposing(one.account, Vec::new()))
        .collect();
    let conflicts = reviews::conflicts_among(connection, &people, &reports).await?;
    match &input.to {
        To::Each(_) => {
            let mut refusals = Vec::new();
            for (place, report) in reports.iter().enumerate() {
                for one in &candidates {
                    let refusal = if conflicts.contains(&(one.account, *report)) {
                        conflict_of_interest()
                    } else if already.contains(&(one.account, *report)) {
                        assigned_already()
                    } else {
                        continue;
                    };
                    refusals.push(refusal.at(["reports".to_owned(), place.to_string()]));
                }
            }
            refusals.dedup();
            if !refusals.is_empty() {
                return Err(Error::Refused(refusals));
            }
            if let Some(lead) = input.lead {
                candidates.sort_by_key(|one| one.seat != lead);
            }
            let row = |report: &Uuid| Row {
                report: *report,
                reviewers: candidates.clone(),
            };
            Ok(reports.iter().map(row).collect())
        }
        To::Spread { per_report, .. } => {
            let seats: Vec<Uuid> = candidates.iter().map(|one| one.seat).collect();
            let accounts: Vec<Uuid> = candidates.iter().map(|one| one.account).collect();
            let loads = review::query::loads(connection, ReviewSubjectType::Report, &accounts).await?;
            for one in &mut candidates {
                one.load = loads.get(&one.account).copied().unwrap_or_default();
            }
            let fitness = Fitness {
                covered: reviews::covered_by(connection, &seats, &reports).await?,
                barred: conflicts.into_iter().chain(already).collect(),
            };
            let many = usize::try_from(*per_report).map_err(Error::internal)?;
            let rows = spread(&reports, &candidates, &fitness, many);
            let short = rows
                .iter()
                .enumerate()
                .filter(|(_place, row)| row.reviewers.len() < many);
            let refusals: Vec<Refusal> = short
                .map(|(place, row)| too_few(row.reviewers.len(), many).at(["reports".to_owned(), place.to_string()]))
                .collect();
            if refusals.is_empty() {
                Ok(rows)
            } else {
                Err(Error::Refused(refusals))
            }
        }
    }
}

/// Takes a received report into review; one that is there already stays as it is.
async fn begin_review(write: &Write, ready: &Ready) -> Result<report::Model, Error> {
    if ready.report.status == ReportStatus::ExpertReview {
        return Ok(ready.report.clone());
    }
    let moved = placed(&ready.report, ready.place, write.now);
    write_if_unchanged(write.connection(), &ready.report, &moved).await?;
    let step = Step {
        seat: ready.seat,
        command: ReportCommand::Assign,
        from: Some(ready.report.status),
        reason: None,
    };
    record_step(write, Some(&ready.report), &moved, step).await?;
    Ok(moved)
}

async fn assign_all(
    write: &Write,
    ready: &Ready,
    row: &Row,
    input: &Assign,
) -> Result<Vec<review_assignment::Model>, Error> {
    let connection = write.connection();
    let live = review::query::live_assignments_on(connection, ReviewSubjectType::Report, &[row.report]).await?;
    let leader = live.iter().find(|row| row.lead);
    // A lead that was named takes over; otherwise the first leads where nobody does.
    let takes_lead = input.lead.is_some() || leader.is_none();
    if let Some(leader) = leader.filter(|_leader| takes_lead) {
        let relieved = review_assignment::Model {
            lead: false,
            updated_at: write.now,
            version: leader.version + 1,
            ..leader.clone()
        };
        assignment::write_if_unchanged(write, leader, &relieved).await?;
    }
    let mut assigned = Vec::with_capacity(row.reviewers.len());
    for (place, one) in row.reviewers.iter().enumerate() {
        let fresh = review_assignment::Model {
            id: new_id(write.now),
            subject_type: ReviewSubjectType::Report,
            subject_id: row.report,
            unit_id: ready.report.unit_id,
            seat_id: one.seat,
            account_id: one.account,
            lead: takes_lead && place == 0,
            state: AssignmentState::Assigned,
            due_on: input.due_on,
            assigned_by: write.actor.account,
            assigned_at: write.now,
            updated_at: write.now,
            version: 1,
        };
        fresh.clone().into_active_model().insert(connection).await?;
        let act = Act {
            kind: ReviewActKind::Assign,
            about: About::Assignment(&fresh),
            details: serde_json::to_value(&fresh).map_err(Error::internal)?,
            reason: None,
        };
        record(write, ready.seat, act).await?;
        assigned.push(fresh);
    }
    Ok(assigned)
}

async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<Done, Error> {
    #[derive(serde::Deserialize)]
    struct Outcome {
        reports: Vec<Uuid>,
        assignments: Vec<Uuid>,
    }
    let Outcome { reports, assignments } = serde_json::from_value(outcome).map_err(Error::internal)?;
    let reader = session.services.db.reader();
    let mut found = query::by_ids(reader, &actor, &reports).await?;
    if found.len() != reports.len() {
        return Err(availability::not_found().at(["reports"]).into());
    }
    found.sort_by_key(|report| reports.iter().position(|id| *id == report.id));
    let mut rows = reviews::by_ids(reader, &actor, &assignments).await?;
    rows.sort_by_key(|row| assignments.iter().position(|id| *id == row.id));
    let of = |report: &report::Model| {
        let rows = rows.iter().filter(|row| row.subject_id == report.id);
        let candidate = |row: &review_assignment::Model| Candidate {
            seat: row.seat_id,
            account: row.account_id,
            load: 0,
        };
        rows.map(candidate).collect()
    };
    let told = found.into_iter().map(|report| {
        let reviewers = of(&report);
        (report, reviewers)
    });
    Ok(Done {
        rows: told.collect(),
        assignments: rows.clone(),
    })
}

fn conflict_of_interest() -> Refusal {
    let text = Text::new(
        "Salah satu Tenaga Ahli mempunyai benturan kepentingan dengan unit laporan ini.",
        "One of the experts has a conflict of interest with the unit of this report.",
    );
    Refusal::new(Code::ConflictOfInterest, text)
}

fn assigned_already() -> Refusal {
    let text = Text::new(
        "Salah satu Tenaga Ahli sudah ditugaskan menelaah laporan ini.",
        "One of the experts is assigned to this report already.",
    );
    Refusal::new(Code::AlreadyExists, text)
}

fn too_few(found: usize, wanted: usize) -> Refusal {
    let text = Text::new(
        format!("Hanya {found} dari {wanted} Tenaga Ahli yang boleh menelaah laporan ini menurut portofolionya."),
        format!("Only {found} of {wanted} experts may review this report by their portfolios."),
    );
    Refusal::new(Code::Invalid, text)
}
