//! The inbox, as the API shows it.
use std::collections::HashMap;

use async_graphql::{Context, Enum, MergedObject, Object, SimpleObject, Union};
use entity::{
    enums::{AwardActKind, FindingActKind},
    finding, obligation, recommendation as recommendation_row, report,
};
use uuid::Uuid;

use super::{
    key::Key,
    kind,
    query::{self, Asking, Filter, Subject, Waiting},
    reports::{Reaches, Step},
};
use crate::{
    authz::{ActingSeat, Decision, policy::report::Action},
    award::{
        entry::graphql::types::AwardEntry,
        honour::{graphql::objection::AwardObjection, objecting::deciding_seat},
        judging::graphql::types::AwardScoring,
        query as editions,
        sight::Entrant,
        waiting::OfAwards,
    },
    connection,
    error::Error,
    event::{
        graphql::{invitation::EventInvitation, types::Event},
        query as events,
        sight::{Case as HeldEvent, Guest},
        waiting::{OfHost, OfUnit},
    },
    graphql::{
        context::Ask,
        page::{Arguments, Cursor, cursor},
        scalars::DateTime,
    },
    page::{Page, Window},
    proposal::{graphql::Proposal, service},
    report::{
        availability::Case,
        catalogue,
        finding::availability::{Open, settling_seat},
        graphql::{finding::Finding, obligation::Obligation, review::ReviewAssignment, types::Report},
        reviewing,
        ties::Ties,
    },
    review::recommendation::{self, graphql::Recommendation},
    session::{Actor, Session},
    territory::graphql::Seat,
};

/// What kind of thing waits for you.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "kind::Kind")]
pub enum TaskKind {
    /// A unit of yours owes a report that is not begun or still a draft. About the obligation.
    ReportToWrite,
    /// A report of a unit of yours was returned, or is to be revised.
    ReportToCorrect,
    /// A report waits at your desk to be taken up.
    ReportToTake,
    /// A report under review at your desk waits to be returned, endorsed or declined.
    ReportToDecide,
    /// An endorsed report waits to be handed over to RI.
    ReportToHandOver,
    /// A report that was handed over waits to be received.
    HandoverToReceive,
    /// A received report waits for experts to be assigned.
    ReportToAssign,
    /// A report waits to be accepted or declined: received where no experts review it, else scored by as many as have to.
    ReportToJudge,
    /// A report waits for your scores. About the assignment.
    ReviewToDo,
    /// A finding of severity MUST or SHOULD waits for its answer in the next submission of a unit of yours. About the
    /// finding.
    FindingToAnswer,
    /// A finding that you raised, or somebody with you, was answered and waits to be resolved. About the finding.
    FindingToSettle,
    /// A recommendation to a unit of yours waits for its answer.
    RecommendationToAnswer,
    /// A recommendation of your unit was answered by somebody else, and waits to be closed or sent back.
    RecommendationToSettle,
    /// Your unit is invited to an event and has not answered. About the invitation.
    InvitationToAnswer,
    /// An event your unit came to is over, and its attendance sheet is not submitted. About the invitation.
    AttendanceToSubmit,
    /// A unit submitted its attendance sheet to an event of yours, which waits to be verified or returned. About the invitation.
    AttendanceToSettle,
    /// A unit asks to be excused from an event of yours. About the invitation.
    ExcuseToDecide,
    /// Somebody came to an event of yours who was not named. About the event.
    WalkInsToDecide,
    /// Somebody was seen at two doors of an event of yours. About the event.
    CheckInConflictsToDecide,
    /// An event of yours is over and not sealed. About the event.
    EventToFinalise,
    /// Your unit was judged at the end of an event, and is to acknowledge that or to object. About the invitation.
    EventEvaluationToAnswer,
    /// An entry for an award of a unit beneath yours was submitted, and waits to be verified or returned. About the entry.
    AwardEntryToVerify,
    /// An entry of yours for an award was returned, and waits to be submitted again. About the entry.
    AwardEntryToCorrect,
    /// You are a juror and have not completed your sheet. About the scoring.
    AwardEntryToScore,
    /// Somebody objects to what your unit announced. About the objection.
    AwardObjectionToDecide,
    /// Somebody else has proposed what takes two persons.
    ProposalToConfirm,
}

/// What a task is about.
#[derive(Union, Clone)]
pub enum TaskSubject {
    /// A report that waits for a step.
    Report(Report),
    /// What a unit owes.
    Obligation(Obligation),
    /// What somebody else has proposed.
    Proposal(Proposal),
    /// Your part in a review.
    Review(ReviewAssignment),
    /// What was found in a report.
    Finding(Finding),
    /// What a unit is to do.
    Recommendation(Recommendation),
    /// The invitation of a unit.
    Invitation(EventInvitation),
    /// An event.
    Event(Event),
    /// Somebody who is entered for an award.
    Entry(AwardEntry),
    /// What a juror makes of an entry.
    Scoring(AwardScoring),
    /// What somebody has to say against what was announced.
    Objection(AwardObjection),
}

#[derive(Clone)]
pub struct Task {
    key: Key,
    subject: TaskSubject,
    overdue: bool,
    since: chrono::DateTime<chrono::Utc>,
    seats: Vec<Uuid>,
    message: String,
}

/// Something that waits for you. It is not kept: it is there as long as one of your seats could do it.
#[Object]
impl Task {
    /// What kind of thing it is.
    async fn kind(&self) -> TaskKind {
        self.key.kind.into()
    }

    /// What it is about.
    async fn subject(&self) -> TaskSubject {
        self.subject.clone()
    }

    /// By when it is awaited; null where nobody said. What is awaited by a day is awaited until it ends in Jakarta.
    async fn due_at(&self) -> Option<DateTime> {
        self.key.due().map(DateTime)
    }

    /// Whether it is late: for what a unit owes, after the time of grace.
    async fn overdue(&self) -> bool {
        self.overdue
    }

    /// Since when it waits.
    async fn since(&self) -> DateTime {
        DateTime(self.since)
    }

    /// Your seats from which it can be done. Name one in the command where there are several.
    async fn seats(&self) -> Vec<Seat> {
        self.seats.iter().map(|seat| Seat(*seat)).collect()
    }

    /// The task as a sentence in the language asked for by `Accept-Language`.
    async fn message(&self) -> &str {
        &self.message
    }
}

connection!(TaskPage, TaskEdge, Task, Total, "tasks");

/// How many tasks a filter finds.
pub struct Total(Filter);

impl Total {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let mut total = 0;
        for count in counts(ctx.session()?, &self.0).await? {
            total += count.1;
        }
        Ok(total)
    }
}

pub struct Counts(Filter);

/// How many tasks of a kind wait.
#[derive(SimpleObject, Clone, Copy, Debug)]
pub struct TaskCount {
    /// The kind.
    kind: TaskKind,
    /// How many.
    count: i32,
}

/// What a list of tasks tells beside its page.
#[Object]
impl Counts {
    /// How many tasks of each kind wait, of the kinds asked for, by the same `dueBy`. Counted only when asked for.
    async fn counts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<TaskCount>> {
        let counted = counts(ctx.session()?, &self.0).await?.into_iter();
        let counted = counted.map(|(kind, count)| TaskCount {
            kind: kind.into(),
            count: i32::try_from(count).unwrap_or(i32::MAX),
        });
        Ok(counted.collect())
    }
}

/// A page of what waits for you.
#[derive(MergedObject)]
pub struct TaskConnection(TaskPage, Counts);

/// A place in the queue of tasks.
#[derive(SimpleObject)]
pub struct TaskPlace {
    /// The task at this place; null once it waits for you no longer.
    task: Option<Task>,
    /// The one before, by the same filter; null at the beginning.
    previous: Option<TaskEdge>,
    /// The one after, by the same filter; null at the end.
    next: Option<TaskEdge>,
}

#[derive(Default)]
pub struct TaskViewer;

#[Object]
impl TaskViewer {
    /// Everything that waits for you, by the moment it is due; what is not due at any comes last. A place in the list stays
    /// what it is while others finish theirs.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of the field")]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these kinds; all when left out.")] kinds: Option<Vec<TaskKind>>,
        #[graphql(desc = "Only what is due by then at the latest. What is not due at any moment is left out.")]
        due_by: Option<DateTime>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<TaskConnection> {
        let session = ctx.session()?;
        let window = Arguments {
            first,
            last,
            after,
            before,
        }
        .window("tasks")?;
        let filter = filter(kinds, due_by);
        let catalogue = session.services.catalogue.load();
        let asking = asking(session, &catalogue);
        let page = query::page(session.services.db.reader(), &asking, &filter, &window).await?;
        let mut told = told(ctx, &asking, &page.items).await?;
        let page = page.map(|waiting| {
            let task = told.remove(&waiting.key);
            task.map(|task| (place_of(&waiting.key), task))
        });
        let page = Page {
            items: page.items.into_iter().flatten().collect(),
            has_previous: page.has_previous,
            has_next: page.has_next,
        };
        let (total, counts) = (Total(filter.clone()), Counts(filter));
        Ok(TaskConnection(TaskPage::new(page, total), counts))
    }

    /// A place in that list by its cursor, with the tasks before and after it, whether its own task still waits or not: for
    /// whoever works through them one by one.
    async fn task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cursor of the task, from an edge.")] cursor: String,
        #[graphql(desc = "The kinds of the list; all when left out.")] kinds: Option<Vec<TaskKind>>,
        #[graphql(desc = "By when what is in the list is due.")] due_by: Option<DateTime>,
    ) -> async_graphql::Result<TaskPlace> {
        let session = ctx.session()?;
        let connection = session.services.db.reader();
        let here = Arguments {
            after: Some(cursor),
            ..Arguments::default()
        };
        let here: Window<Key> = here.window("tasks")?;
        let Some(key) = here.after else {
            return Err(Error::internal("a window after nothing").into());
        };
        let filter = filter(kinds, due_by);
        let catalogue = session.services.catalogue.load();
        let asking = asking(session, &catalogue);
        let next = Window {
            limit: 1,
            ..here.clone()
        };
        let previous = Window {
            limit: 1,
            after: None,
            before: Some(key),
            from_end: true,
        };
        let task = query::at(connection, &asking, key).await?;
        let task = task.filter(|task| task.key == key);
        let next = query::page(connection, &asking, &filter, &next).await?.items.pop();
        let previous = query::page(connection, &asking, &filter, &previous).await?.items.pop();
        let of_each = [task.clone(), previous.clone(), next.clone()];
        let all: Vec<Waiting> = of_each.into_iter().flatten().collect();
        let told = told(ctx, &asking, &all).await?;
        let edge = |waiting: Option<Waiting>| {
            let key = waiting?.key;
            let node = told.get(&key)?.clone();
            Some(TaskEdge {
                cursor: place_of(&key),
                node,
            })
        };
        Ok(TaskPlace {
            task: task.and_then(|waiting| told.get(&waiting.key).cloned()),
            previous: edge(previous),
            next: edge(next),
        })
    }
}

fn place_of(key: &Key) -> Cursor {
    cursor("tasks", key)
}

fn filter(kinds: Option<Vec<TaskKind>>, due_by: Option<DateTime>) -> Filter {
    let wanted = |kind: &kind::Kind| {
        let kinds = kinds.as_ref();
        kinds.is_none_or(|kinds| kinds.contains(&(*kind).into()))
    };
    Filter {
        kinds: kind::Kind::ALL.into_iter().filter(wanted).collect(),
        due_by: due_by.map(|due_by| due_by.0),
    }
}

fn asking<'a>(session: &'a Session, catalogue: &'a catalogue::Catalogue) -> Asking<'a> {
    Asking {
        actor: &session.actor,
        catalogue,
        now: session.now(),
        reaches: Reaches::of(&session.actor),
    }
}

async fn counts(session: &Session, filter: &Filter) -> Result<Vec<(kind::Kind, u64)>, Error> {
    let catalogue = session.services.catalogue.load();
    let asking = asking(session, &catalogue);
    let mut counts = Vec::new();
    for kind in &filter.kinds {
        let count = query::count(session.services.db.reader(), &asking, *kind, filter.due_by).await?;
        counts.push((*kind, count));
    }
    Ok(counts)
}

/// The tasks of a page with what is told of each, in few statements.
async fn told(ctx: &Context<'_>, asking: &Asking<'_>, waiting: &[Waiting]) -> Result<HashMap<Key, Task>, Error> {
    let session = ctx.session()?;
    let connection = session.services.db.reader();
    let of_report = |waiting: &Waiting| match &waiting.subject {
        Subject::Report(row) | Subject::Finding(_, row) => Some(row.id),
        Subject::Obligation(_)
        | Subject::Proposal(_)
        | Subject::Review(_, _)
        | Subject::Recommendation(_)
        | Subject::Invitation(_, _)
        | Subject::Event(_)
        | Subject::Entry(_)
        | Subject::Scoring(_)
        | Subject::Objection(_) => None,
    };
    let of_finding = |waiting: &Waiting| match &waiting.subject {
        Subject::Finding(row, _report) => Some(row.id),
        _other => None,
    };
    let of_recommendation = |waiting: &Waiting| match &waiting.subject {
        Subject::Recommendation(row) => Some(row.id),
        _other => None,
    };
    let at_events = |waiting: &Waiting| match &waiting.subject {
        Subject::Invitation(row, _event) => Some(row.id),
        Subject::Event(row) => Some(row.id),
        _other => None,
    };
    let at_events: Vec<Uuid> = waiting.iter().filter_map(at_events).collect();
    let acts = if at_events.is_empty() {
        HashMap::new()
    } else {
        events::acts(connection, &at_events).await?
    };
    let of_awards = |waiting: &Waiting| match &waiting.subject {
        Subject::Entry(about) => Some(about.0.id),
        Subject::Scoring(about) => Some(about.0.id),
        _other => None,
    };
    let of_awards: Vec<Uuid> = waiting.iter().filter_map(of_awards).collect();
    let touched_last = if of_awards.is_empty() {
        HashMap::new()
    } else {
        editions::acts(connection, &of_awards).await?
    };
    // Whoever mends an entry does not make it wait less long.
    let touched_last = |id: &Uuid| {
        let mut acts = touched_last.get(id)?.iter();
        let found = acts.rfind(|act| act.kind != AwardActKind::EditEntry);
        found.map(|act| act.at)
    };
    let last_act = |id: &Uuid| acts.get(id).and_then(|acts| acts.last()).map(|act| act.at);
    let reports: Vec<Uuid> = waiting.iter().filter_map(of_report).collect();
    let since = query::since(connection, reports.clone()).await?;
    let ties = reviewing::query::ties(connection, asking.actor, &reports).await?;
    let answered = query::answered(connection, waiting.iter().filter_map(of_finding).collect()).await?;
    let recommended: Vec<Uuid> = waiting.iter().filter_map(of_recommendation).collect();
    let touched = recommendation::query::last_acts(connection, recommended).await?;
    let none = Ties::default();
    let mut told = HashMap::new();
    for waiting in waiting {
        let task = match &waiting.subject {
            Subject::Report(row) => {
                let ties = ties.get(&row.id).unwrap_or(&none);
                let since = since.get(&row.id).copied().unwrap_or(row.updated_at);
                on_report(ctx, waiting.key, row, (ties, since)).await?
            }
            Subject::Finding(row, report) => {
                let ties = ties.get(&report.id).unwrap_or(&none);
                let came = since.get(&report.id).copied().unwrap_or(report.updated_at);
                let since = match waiting.key.kind {
                    kind::Kind::FindingToSettle => answered.get(&row.id).copied().unwrap_or(came),
                    _to_answer => came,
                };
                on_finding(ctx, waiting.key, (row, report), (ties, since)).await?
            }
            Subject::Obligation(row) => on_obligation(ctx, asking, waiting.key, row).await?,
            Subject::Review(row, report) => {
                let cycle = catalogue::cycle(&session.services, report.cycle_id).await?;
                Task {
                    key: waiting.key,
                    subject: TaskSubject::Review(ReviewAssignment(row.clone())),
                    overdue: waiting.key.due().is_some_and(|due| due < session.now()),
                    since: row.assigned_at,
                    seats: vec![row.seat_id],
                    message: sentence(ctx, waiting.key.kind, &cycle.name, row.unit_id)?,
                }
            }
            Subject::Recommendation(row) => Task {
                key: waiting.key,
                subject: TaskSubject::Recommendation(Recommendation(row.clone())),
                overdue: waiting.key.due().is_some_and(|due| due < session.now()),
                since: touched.get(&row.id).copied().unwrap_or(row.made_at),
                seats: seats_for(asking.actor, waiting.key.kind, row),
                message: sentence(ctx, waiting.key.kind, "", row.unit_id)?,
            },
            Subject::Invitation(row, event) => {
                let guest = Guest::of(event, row);
                let action = waiting.key.kind.of_unit().map(OfUnit::action);
                let may = |seat: &&ActingSeat| {
                    action.is_some_and(|action| guest.decision(asking.actor, seat, action) == Decision::Allowed)
                };
                Task {
                    key: waiting.key,
                    subject: TaskSubject::Invitation(EventInvitation(row.clone())),
                    overdue: waiting.key.due().is_some_and(|due| due < session.now()),
                    since: last_act(&row.id).unwrap_or(row.invited_at),
                    seats: asking.actor.seats.iter().filter(may).map(|seat| seat.seat).collect(),
                    message: sentence(ctx, waiting.key.kind, &event.title, row.unit_id)?,
                }
            }
            Subject::Event(row) => {
                let case = HeldEvent::of_host(row);
                let action = waiting.key.kind.of_host().map(OfHost::action);
                let may = |seat: &&ActingSeat| {
                    action.is_some_and(|action| case.decision(asking.actor, seat, action) == Decision::Allowed)
                };
                Task {
                    key: waiting.key,
                    subject: TaskSubject::Event(row.clone().into()),
                    overdue: false,
                    since: last_act(&row.id).unwrap_or(row.created_at),
                    seats: asking.actor.seats.iter().filter(may).map(|seat| seat.seat).collect(),
                    message: sentence(ctx, waiting.key.kind, &row.title, row.unit_id)?,
                }
            }
            Subject::Entry(about) => {
                let (row, edition) = about.as_ref();
                let entrant = Entrant::of(edition, row);
                let action = waiting.key.kind.of_awards().and_then(OfAwards::of_entry);
                let may = |seat: &&ActingSeat| {
                    let allowed = |action| entrant.decision(asking.actor, seat, action) == Decision::Allowed;
                    action.is_some_and(|(action, _step)| allowed(action))
                };
                Task {
                    key: waiting.key,
                    subject: TaskSubject::Entry(row.clone().into()),
                    overdue: false,
                    since: touched_last(&row.id).or(row.submitted_at).unwrap_or(row.created_at),
                    seats: asking.actor.seats.iter().filter(may).map(|seat| seat.seat).collect(),
                    message: sentence(ctx, waiting.key.kind, &edition.title, row.unit_id)?,
                }
            }
            Subject::Scoring(about) => {
                let (row, edition) = about.as_ref();
                Task {
                    key: waiting.key,
                    subject: TaskSubject::Scoring(AwardScoring(row.clone())),
                    overdue: false,
                    // Or since it was to be looked at again.
                    since: touched_last(&row.id).unwrap_or(row.assigned_at),
                    seats: vec![row.seat_id],
                    message: sentence(ctx, waiting.key.kind, &edition.title, row.unit_id)?,
                }
            }
            Subject::Objection(about) => {
                let (row, edition) = about.as_ref();
                let may = |seat: &Uuid| deciding_seat(asking.actor, (edition, row), Some(*seat)).is_ok();
                Task {
                    key: waiting.key,
                    subject: TaskSubject::Objection(row.clone().into()),
                    overdue: false,
                    since: row.filed_at,
                    seats: asking.actor.seats.iter().map(|seat| seat.seat).filter(may).collect(),
                    message: sentence(ctx, waiting.key.kind, &edition.title, row.unit_id)?,
                }
            }
            Subject::Proposal(row) => {
                let actor = &session.actor;
                let may =
                    |seat: &&ActingSeat| service::decision(actor, seat, row.command, row.unit_id) == Decision::Allowed;
                Task {
                    key: waiting.key,
                    subject: TaskSubject::Proposal(Proposal(row.clone())),
                    overdue: false,
                    since: row.proposed_at,
                    seats: actor.seats.iter().filter(may).map(|seat| seat.seat).collect(),
                    message: sentence(ctx, waiting.key.kind, "", row.unit_id)?,
                }
            }
        };
        told.insert(waiting.key, task);
    }
    Ok(told)
}

/// The seats from which a recommendation that waits is answered or settled. Who answered it does not find it here.
fn seats_for(actor: &Actor, kind: kind::Kind, row: &recommendation_row::Model) -> Vec<Uuid> {
    let case = recommendation::availability::Case { row, answered_by: None };
    let may = |seat: &Uuid| case.check(actor, query::step_of(kind), Some(*seat)).is_ok();
    actor.seats.iter().map(|seat| seat.seat).filter(may).collect()
}

async fn on_report(
    ctx: &Context<'_>,
    key: Key,
    row: &report::Model,
    (ties, since): (&Ties, chrono::DateTime<chrono::Utc>),
) -> Result<Task, Error> {
    let session = ctx.session()?;
    let template = catalogue::template(&session.services, row.template_id).await?;
    let cycle = catalogue::cycle(&session.services, row.cycle_id).await?;
    let case = Case {
        report: row,
        template: &template,
        ties,
        open: Open::default(),
        now: session.now(),
    };
    let actor = &session.actor;
    let action = Step::of(key.kind).map(|step| Action::Do(step.command));
    let may = |seat: &&ActingSeat| action.is_some_and(|action| case.decision(actor, seat, action) == Decision::Allowed);
    Ok(Task {
        key,
        subject: TaskSubject::Report(row.clone().into()),
        overdue: key.due().is_some_and(|due| due < session.now()),
        since,
        seats: actor.seats.iter().filter(may).map(|seat| seat.seat).collect(),
        message: sentence(ctx, key.kind, &cycle.name, row.unit_id)?,
    })
}

async fn on_finding(
    ctx: &Context<'_>,
    key: Key,
    (row, report): (&finding::Model, &report::Model),
    (ties, since): (&Ties, chrono::DateTime<chrono::Utc>),
) -> Result<Task, Error> {
    let session = ctx.session()?;
    let template = catalogue::template(&session.services, report.template_id).await?;
    let cycle = catalogue::cycle(&session.services, report.cycle_id).await?;
    let case = Case {
        report,
        template: &template,
        ties,
        open: Open::default(),
        now: session.now(),
    };
    let actor = &session.actor;
    let may = |seat: &&ActingSeat| match key.kind {
        kind::Kind::FindingToSettle => {
            settling_seat(&case, actor, row, FindingActKind::Resolve, Some(seat.seat)).is_ok()
        }
        _to_answer => case.decision(actor, seat, Action::Do(Step::ANSWER.command)) == Decision::Allowed,
    };
    Ok(Task {
        key,
        subject: TaskSubject::Finding(Finding(row.clone())),
        overdue: key.due().is_some_and(|due| due < session.now()),
        since,
        seats: actor.seats.iter().filter(may).map(|seat| seat.seat).collect(),
        message: sentence(ctx, key.kind, &cycle.name, report.unit_id)?,
    })
}

async fn on_obligation(
    ctx: &Context<'_>,
    asking: &Asking<'_>,
    key: Key,
    row: &obligation::Model,
) -> Result<Task, Error> {
    let session = ctx.session()?;
    let cycle = catalogue::cycle(&session.services, row.cycle_id).await?;
    let step = if row.report_id.is_some() {
        Step::EDIT
    } else {
        Step::START
    };
    let reaches = asking.reaches.to(step).into_iter();
    let until = row.passed_due_at.unwrap_or(row.on_time_until);
    Ok(Task {
        key,
        subject: TaskSubject::Obligation(Obligation::seen_by(&session.actor, asking.catalogue, row.clone())),
        overdue: until < session.now(),
        since: cycle.opens_at,
        seats: reaches
            .filter(|reach| reach.units.holds(row.unit_id))
            .map(|reach| reach.seat)
            .collect(),
        message: sentence(ctx, key.kind, &cycle.name, row.unit_id)?,
    })
}

fn sentence(ctx: &Context<'_>, kind: kind::Kind, round: &str, unit: Uuid) -> Result<String, Error> {
    let directory = &ctx.session()?.actor.directory;
    let unit = directory.tree.get(unit).map_or("", |unit| &unit.name);
    let text = kind.sentence(round, unit);
    Ok(text.in_language(ctx.request().language).to_owned())
}
