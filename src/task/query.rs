//! Reads what waits. Every select is of records in the actor's scope, a page of a kind at a time: what is there beside it is
//! never read.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; every select applies the scope of its records"
)]
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    award_edition, award_entry, award_objection, cycle,
    enums::{FindingActKind, FindingSeverity, FindingState, Function, ProposalStatus, ReportStatus},
    event, event_invitation, finding, finding_act, obligation, proposal, recommendation, report, review_assignment,
    template, transition,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, Order as Direction, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Func, SimpleExpr},
};
use uuid::Uuid;

use super::{
    awards,
    key::{Key, NO_DAY, end_of, over_by},
    kind::Kind,
    reports::{Reach, Reaches, Step, Units},
};
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::finding::{Action, Ties, decide as finding_rules},
    },
    error::Error,
    event::{
        query as events,
        waiting::{OfUnit, query as waiting},
    },
    page::{Page, Window},
    proposal::{query as proposals, service, workflow},
    report::{
        catalogue::Catalogue,
        finding::SUBJECT_TYPE,
        owed::query::obligation_scope,
        query as reports,
        reviewing::query::{not_conflicted, reviewed_by, sheets_in_force, to_complete},
        workflow::AT_AN_END,
    },
    review::recommendation::{query as recommendations, workflow as recommended},
    session::Actor,
};

/// What a task is about, as it was found.
#[derive(Clone, Debug)]
pub enum Subject {
    Report(report::Model),
    Obligation(obligation::Model),
    Proposal(proposal::Model),
    /// With the report it is of.
    Review(review_assignment::Model, report::Model),
    /// With the report it was found in.
    Finding(finding::Model, report::Model),
    Recommendation(recommendation::Model),
    /// With its event.
    Invitation(event_invitation::Model, event::Model),
    Event(event::Model),
    /// An entry for an award, with its edition.
    Entry(Box<(award_entry::Model, award_edition::Model)>),
    /// What a juror has to score, with the edition.
    Scoring(Box<(review_assignment::Model, award_edition::Model)>),
    /// With the edition it is about.
    Objection(Box<(award_objection::Model, award_edition::Model)>),
}

/// Something that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub key: Key,
    pub subject: Subject,
}

/// Who asks, and when.
pub struct Asking<'a> {
    pub actor: &'a Actor,
    pub catalogue: &'a Catalogue,
    pub now: DateTime<Utc>,
    pub reaches: Reaches<'a>,
}

/// Which tasks are wanted; everything given has to hold.
#[derive(Clone, Debug)]
pub struct Filter {
    pub kinds: Vec<Kind>,
    /// Due by then at the latest, and not without a moment.
    pub due_by: Option<DateTime<Utc>>,
}

/// A stretch of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Range {
    due_by: Option<DateTime<Utc>>,
    after: Option<Key>,
    before: Option<Key>,
    /// This one alone.
    only: Option<Uuid>,
}

/// By what a kind is in order.
enum Rank {
    /// Nothing of it is ever due.
    Undated,
    Moment(SimpleExpr),
    /// Due as a day ends; without one it is [`NO_DAY`].
    Day(SimpleExpr),
}

/// A page of what waits for the actor.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    asking: &Asking<'_>,
    filter: &Filter,
    window: &Window<Key>,
) -> Result<Page<Waiting>, Error> {
    let range = Range {
        due_by: filter.due_by,
        after: window.after,
        before: window.before,
        only: None,
    };
    let mut found = Vec::new();
    for kind in &filter.kinds {
        found.extend(of_kind(connection, asking, *kind, &range, (window.from_end, window.limit + 1)).await?);
    }
    found.sort_by_key(|waiting| waiting.key);
    if window.from_end {
        found.reverse();
    }
    found.truncate(window.limit + 1);
    Ok(Page::from_surplus(found, window))
}

/// The task that has this key, while it waits for the actor.
///
/// # Errors
/// The database's.
pub async fn at(connection: &impl ConnectionTrait, asking: &Asking<'_>, key: Key) -> Result<Option<Waiting>, Error> {
    let range = Range {
        only: Some(key.subject),
        ..Range::default()
    };
    let mut found = of_kind(connection, asking, key.kind, &range, (false, 1)).await?;
    Ok(found.pop())
}

/// How many tasks of a kind wait.
///
/// # Errors
/// The database's.
pub async fn count(
    connection: &impl ConnectionTrait,
    asking: &Asking<'_>,
    kind: Kind,
    due_by: Option<DateTime<Utc>>,
) -> Result<u64, Error> {
    let range = Range {
        due_by,
        ..Range::default()
    };
    if let Some(step) = Step::of(kind) {
        let Some(select) = reports_for(asking, step) else {
            return Ok(0);
        };
        let (id, rank) = (report_id(), rank_of_report(kind));
        return Ok(select.filter(within(&rank, &id, &range)).count(connection).await?);
    }
    if let Some(wait) = kind.of_unit() {
        let Some(select) = waiting::of_units(asking.actor, wait) else {
            return Ok(0);
        };
        let condition = within(&rank_of_invitation(wait), &invitation_id(), &range);
        return Ok(select.filter(condition).count(connection).await?);
    }
    if let Some(wait) = kind.of_host() {
        let Some(select) = waiting::of_hosts(asking.actor, wait) else {
            return Ok(0);
        };
        let condition = within(&Rank::Undated, &event_id(), &range);
        return Ok(select.filter(condition).count(connection).await?);
    }
    if let Some(wait) = kind.of_awards() {
        return awards::count(connection, asking.actor, wait, &range).await;
    }
    match kind {
        Kind::ReportToWrite => {
            let Some(select) = obligations(asking) else {
                return Ok(0);
            };
            let condition = within(&Rank::Moment(awaited()), &obligation_id(), &range);
            Ok(select.filter(condition).count(connection).await?)
        }
        Kind::ReviewToDo => {
            let Some(select) = reviews(asking) else {
                return Ok(0);
            };
            let condition = within(&rank_of_review(), &review_id(), &range);
            Ok(select.filter(condition).count(connection).await?)
        }
        Kind::FindingToAnswer | Kind::FindingToSettle => {
            let Some(select) = findings(asking, kind) else {
                return Ok(0);
            };
            let condition = within(&rank_of_finding(kind), &finding_id(), &range);
            Ok(select.filter(condition).count(connection).await?)
        }
        Kind::RecommendationToAnswer | Kind::RecommendationToSettle => {
            let Some(select) = recommendations::waiting(asking.actor, step_of(kind)) else {
                return Ok(0);
            };
            let condition = within(&rank_of_recommendation(kind), &recommendation_id(), &range);
            Ok(select.filter(condition).count(connection).await?)
        }
        _proposals => {
            let found = proposals_for(connection, asking, &range).await?;
            u64::try_from(found.len()).map_err(Error::internal)
        }
    }
}

/// When each of these reports came to where it is.
///
/// # Errors
/// The database's.
pub async fn since(
    connection: &impl ConnectionTrait,
    reports: Vec<Uuid>,
) -> Result<HashMap<Uuid, DateTime<Utc>>, Error> {
    if reports.is_empty() {
        return Ok(HashMap::new());
    }
    let last: Vec<(Uuid, DateTime<Utc>)> = transition::Entity::find()
        .select_only()
        .column(transition::Column::ReportId)
        .column_as(transition::Column::At.max(), "since")
        .filter(transition::Column::ReportId.is_in(reports))
        .group_by(transition::Column::ReportId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(last.into_iter().collect())
}

/// When each of these findings was answered last.
///
/// # Errors
/// The database's.
pub async fn answered(
    connection: &impl ConnectionTrait,
    findings: Vec<Uuid>,
) -> Result<HashMap<Uuid, DateTime<Utc>>, Error> {
    if findings.is_empty() {
        return Ok(HashMap::new());
    }
    let last: Vec<(Uuid, DateTime<Utc>)> = finding_act::Entity::find()
        .select_only()
        .column(finding_act::Column::FindingId)
        .column_as(finding_act::Column::At.max(), "answered")
        .filter(finding_act::Column::FindingId.is_in(findings))
        .filter(finding_act::Column::Kind.eq(FindingActKind::Answer))
        .group_by(finding_act::Column::FindingId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(last.into_iter().collect())
}

async fn of_kind(
    connection: &impl ConnectionTrait,
    asking: &Asking<'_>,
    kind: Kind,
    range: &Range,
    (from_end, most): (bool, usize),
) -> Result<Vec<Waiting>, Error> {
    let limit = u64::try_from(most).map_err(Error::internal)?;
    let direction = if from_end { Direction::Desc } else { Direction::Asc };
    if let Some(step) = Step::of(kind) {
        let Some(select) = reports_for(asking, step) else {
            return Ok(Vec::new());
        };
        let (id, rank) = (report_id(), rank_of_report(kind));
        let select = ordered(select.filter(within(&rank, &id, range)), rank, id, &direction);
        let found = select.limit(limit).all(connection).await?;
        return Ok(found.into_iter().map(|row| of_report(kind, row)).collect());
    }
    if let Some(wait) = kind.of_unit() {
        let Some(select) = waiting::of_units(asking.actor, wait) else {
            return Ok(Vec::new());
        };
        let (id, rank) = (invitation_id(), rank_of_invitation(wait));
        let select = ordered(select.filter(within(&rank, &id, range)), rank, id, &direction);
        let found = select.limit(limit).all(connection).await?;
        return with_events(connection, asking, (kind, wait), found).await;
    }
    if let Some(wait) = kind.of_host() {
        let Some(select) = waiting::of_hosts(asking.actor, wait) else {
            return Ok(Vec::new());
        };
        let (id, rank) = (event_id(), Rank::Undated);
        let select = ordered(select.filter(within(&rank, &id, range)), rank, id, &direction);
        let found = select.limit(limit).all(connection).await?.into_iter();
        let waiting = found.map(|row| Waiting {
            key: Key::new(kind, None, row.id),
            subject: Subject::Event(row),
        });
        return Ok(waiting.collect());
    }
    if let Some(wait) = kind.of_awards() {
        return awards::found(connection, asking.actor, (kind, wait), range, (&direction, limit)).await;
    }
    match kind {
        Kind::ReportToWrite => {
            let Some(select) = obligations(asking) else {
                return Ok(Vec::new());
            };
            let (id, rank) = (obligation_id(), Rank::Moment(awaited()));
            let select = ordered(select.filter(within(&rank, &id, range)), rank, id, &direction);
            let found = select.limit(limit).all(connection).await?;
            Ok(found.into_iter().map(of_obligation).collect())
        }
        Kind::ReviewToDo => {
            let Some(select) = reviews(asking) else {
                return Ok(Vec::new());
            };
            let (id, rank) = (review_id(), rank_of_review());
            let select = ordered(select.filter(within(&rank, &id, range)), rank, id, &direction);
            with_reports(connection, asking, select.limit(limit).all(connection).await?).await
        }
        Kind::FindingToAnswer | Kind::FindingToSettle => {
            let Some(select) = findings(asking, kind) else {
                return Ok(Vec::new());
            };
            let (id, rank) = (finding_id(), rank_of_finding(kind));
            let select = ordered(select.filter(within(&rank, &id, range)), rank, id, &direction);
            let found = select.select_also(report::Entity).limit(limit).all(connection).await?;
            Ok(found.into_iter().filter_map(|found| of_finding(kind, found)).collect())
        }
        Kind::RecommendationToAnswer | Kind::RecommendationToSettle => {
            let Some(select) = recommendations::waiting(asking.actor, step_of(kind)) else {
                return Ok(Vec::new());
            };
            let (id, rank) = (recommendation_id(), rank_of_recommendation(kind));
            let select = ordered(select.filter(within(&rank, &id, range)), rank, id, &direction);
            let found = select.limit(limit).all(connection).await?;
            Ok(found.into_iter().map(|row| of_recommendation(kind, row)).collect())
        }
        _proposals => {
            let mut found = proposals_for(connection, asking, range).await?;
            if from_end {
                found.reverse();
            }
            found.truncate(most);
            Ok(found)
        }
    }
}

/// What is done about a recommendation that waits.
pub(super) fn step_of(kind: Kind) -> recommended::Step {
    match kind {
        Kind::RecommendationToAnswer => recommended::Step::Answer,
        _to_settle => recommended::Step::Close,
    }
}

fn recommendation_id() -> SimpleExpr {
    Expr::col((recommendation::Entity, recommendation::Column::Id))
}

/// An answer is awaited by a day; nobody says until when it is to be settled.
fn rank_of_recommendation(kind: Kind) -> Rank {
    if kind == Kind::RecommendationToAnswer {
        Rank::Day(Expr::col((recommendation::Entity, recommendation::Column::DueOn)))
    } else {
        Rank::Undated
    }
}

fn of_recommendation(kind: Kind, row: recommendation::Model) -> Waiting {
    let day = Some(row.due_on).filter(|_day| kind == Kind::RecommendationToAnswer);
    Waiting {
        key: Key::new(kind, day.and_then(end_of), row.id),
        subject: Subject::Recommendation(row),
    }
}

fn invitation_id() -> SimpleExpr {
    Expr::col((event_invitation::Entity, event_invitation::Column::Id))
}

fn event_id() -> SimpleExpr {
    Expr::col((event::Entity, event::Column::Id))
}

/// A reply is awaited by a moment; nobody says until when anything else is to be done.
fn rank_of_invitation(wait: OfUnit) -> Rank {
    match wait {
        OfUnit::Reply => Rank::Moment(waiting::reply_by()),
        OfUnit::Submit | OfUnit::Settle | OfUnit::Excuse | OfUnit::Evaluation => Rank::Undated,
    }
}

/// The invitations that were found, with their events.
async fn with_events(
    connection: &impl ConnectionTrait,
    asking: &Asking<'_>,
    (kind, wait): (Kind, OfUnit),
    found: Vec<event_invitation::Model>,
) -> Result<Vec<Waiting>, Error> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = found.iter().map(|row| row.event_id).collect();
    let events = events::by_ids(connection, asking.actor, &ids).await?;
    let events: HashMap<Uuid, event::Model> = events.into_iter().map(|row| (row.id, row)).collect();
    let waiting = found.into_iter().filter_map(|row| {
        let event = events.get(&row.event_id)?;
        let due = Some(event.reply_by).filter(|_due| wait == OfUnit::Reply);
        Some(Waiting {
            key: Key::new(kind, due, row.id),
            subject: Subject::Invitation(row, event.clone()),
        })
    });
    Ok(waiting.collect())
}

fn report_id() -> SimpleExpr {
    Expr::col((report::Entity, report::Column::Id))
}

fn obligation_id() -> SimpleExpr {
    Expr::col((obligation::Entity, obligation::Column::Id))
}

fn none() -> Condition {
    Condition::all().add(Expr::value(1).eq(0))
}

/// What is sent back may be awaited by a day; nobody says until when anything else is to be done.
fn rank_of_report(kind: Kind) -> Rank {
    if kind == Kind::ReportToCorrect {
        let day = Expr::col((report::Entity, report::Column::ReturnDueOn));
        Rank::Day(Func::coalesce([day, Expr::value(NO_DAY)]).into())
    } else {
        Rank::Undated
    }
}

fn of_report(kind: Kind, row: report::Model) -> Waiting {
    let day = row.return_due_on.filter(|_day| kind == Kind::ReportToCorrect);
    Waiting {
        key: Key::new(kind, day.and_then(end_of), row.id),
        subject: Subject::Report(row),
    }
}

fn reports_for(asking: &Asking<'_>, step: Step) -> Option<Select<report::Entity>> {
    Some(report::Entity::find().filter(waits_for(asking, step)?))
}

/// That a report is in scope and waits for a step of the actor's; None where the policy grants it nowhere.
fn waits_for(asking: &Asking<'_>, step: Step) -> Option<Condition> {
    let reaches = asking.reaches.to(step);
    if reaches.is_empty() {
        return None;
    }
    let mut any = Condition::any();
    for reach in reaches {
        any = any.add(reached(asking.actor, reach));
    }
    Some(
        Condition::all()
            .add(reports::visible_to(asking.actor))
            .add(report::Column::Status.is_in(step.statuses()))
            .add(at_ri(asking, step))
            .add(any),
    )
}

/// What is done with a received report hangs on whether experts review it; and nobody with a conflict of interest does it.
fn at_ri(asking: &Asking<'_>, step: Step) -> Condition {
    let of_route = match step.kind {
        Kind::ReportToAssign => report::Column::TemplateId
            .is_in(reviewed(asking).map(|template| template.id))
            .into(),
        Kind::ReportToJudge => to_judge(asking),
        _elsewhere => return Condition::all().add(Expr::value(1).eq(1)),
    };
    Condition::all().add(of_route).add(not_conflicted(asking.actor))
}

fn reviewed<'a>(asking: &Asking<'a>) -> impl Iterator<Item = &'a template::Model> {
    let templates = asking.catalogue.templates().into_iter();
    templates.map(AsRef::as_ref).filter(|template| template.route.experts)
}

/// Where no experts review it, a received report is decided on; where they do, once enough of them have scored it.
fn to_judge(asking: &Asking<'_>) -> Condition {
    let unreviewed = Condition::all()
        .add(report::Column::Status.eq(ReportStatus::Received))
        .add(report::Column::TemplateId.is_not_in(reviewed(asking).map(|template| template.id)));
    let mut by_quorum: BTreeMap<u32, Vec<Uuid>> = BTreeMap::new();
    for template in reviewed(asking) {
        by_quorum.entry(template.route.quorum()).or_default().push(template.id);
    }
    by_quorum
        .into_iter()
        .fold(Condition::any().add(unreviewed), |any, (quorum, templates)| {
            let complete = Condition::all()
                .add(report::Column::Status.eq(ReportStatus::ExpertReview))
                .add(report::Column::TemplateId.is_in(templates))
                .add(sheets_in_force(asking.actor).gte(quorum));
            any.add(complete)
        })
}

/// The findings in reports in scope that wait for the actor; None where the policy grants it nowhere.
fn findings(asking: &Asking<'_>, kind: Kind) -> Option<Select<finding::Entity>> {
    let (state, waits) = match kind {
        Kind::FindingToAnswer => {
            let asks = finding::Column::Severity.is_in([FindingSeverity::Must, FindingSeverity::Should]);
            (FindingState::Open, waits_for(asking, Step::ANSWER)?.add(asks))
        }
        _to_settle => (FindingState::Answered, to_settle(asking)?),
    };
    let its_report = finding::Entity::belongs_to(report::Entity)
        .from(finding::Column::SubjectId)
        .to(report::Column::Id);
    let found = finding::Entity::find()
        .join(JoinType::InnerJoin, its_report.into())
        .filter(finding::Column::SubjectType.eq(SUBJECT_TYPE))
        .filter(finding::Column::State.eq(state))
        .filter(waits);
    Some(found)
}

/// That it is for one of the actor's seats to settle what was answered, as long as anybody works on the report.
fn to_settle(asking: &Asking<'_>) -> Option<Condition> {
    let actor = asking.actor;
    let mut any = Condition::any();
    for seat in &actor.seats {
        any = any.add_option(settled_from(actor, seat));
    }
    if any.is_empty() {
        return None;
    }
    let others = Condition::any()
        .add(report::Column::SubmittedBy.is_null())
        .add(report::Column::SubmittedBy.ne(actor.account));
    let mut all = Condition::all()
        .add(any)
        .add(others)
        .add(report::Column::Status.is_not_in(AT_AN_END));
    // A conflict of interest goes with the person, from whatever seat.
    if actor
        .seats
        .iter()
        .any(|seat| matches!(seat.function, Function::Expert | Function::Coordinator))
    {
        all = all.add(not_conflicted(actor));
    }
    Some(all)
}

fn settled_from(actor: &Actor, seat: &ActingSeat) -> Option<Condition> {
    // What experts have raised a COORDINATOR may settle, too, but it waits for the experts.
    if seat.function == Function::Coordinator {
        return None;
    }
    let may = |reviews| {
        let ties = Ties {
            raised: true,
            reviews,
            ..Ties::default()
        };
        finding_rules(seat.function, Action::Settle, ties) == Decision::Allowed
    };
    let mut desks = actor.directory.kept_by(seat, actor.today);
    desks.push(seat.unit);
    let raised = Condition::all()
        .add(finding::Column::RaisedUnit.is_in(desks))
        .add(reports::visible_to(&actor.supposing(actor.account, vec![*seat])));
    if may(false) {
        return Some(raised);
    }
    let assigned = reviewed_by(actor.account, vec![seat.seat]);
    may(true).then(|| raised.add(report::Column::Id.in_subquery(assigned)))
}

fn finding_id() -> SimpleExpr {
    Expr::col((finding::Entity, finding::Column::Id))
}

/// An answer may be awaited by a day; nobody says until when it is to be settled.
fn rank_of_finding(kind: Kind) -> Rank {
    if kind == Kind::FindingToAnswer {
        let day = Expr::col((finding::Entity, finding::Column::DueOn));
        Rank::Day(Func::coalesce([day, Expr::value(NO_DAY)]).into())
    } else {
        Rank::Undated
    }
}

fn of_finding(kind: Kind, (row, report): (finding::Model, Option<report::Model>)) -> Option<Waiting> {
    let day = row.due_on.filter(|_day| kind == Kind::FindingToAnswer);
    Some(Waiting {
        key: Key::new(kind, day.and_then(end_of), row.id),
        subject: Subject::Finding(row, report?),
    })
}

/// The reviews the actor has to complete: known to the actor alone, with the reports they are of in scope.
fn reviews(asking: &Asking<'_>) -> Option<Select<review_assignment::Entity>> {
    let seats = asking.actor.seats.iter();
    let seats: Vec<Uuid> = seats
        .filter(|seat| seat.function == Function::Expert)
        .map(|seat| seat.seat)
        .collect();
    (!seats.is_empty()).then(|| to_complete(asking.actor, seats))
}

fn review_id() -> SimpleExpr {
    Expr::col((review_assignment::Entity, review_assignment::Column::Id))
}

fn rank_of_review() -> Rank {
    let day = Expr::col((review_assignment::Entity, review_assignment::Column::DueOn));
    Rank::Day(Func::coalesce([day, Expr::value(NO_DAY)]).into())
}

/// The assignments that were found, with the reports they are of.
async fn with_reports(
    connection: &impl ConnectionTrait,
    asking: &Asking<'_>,
    found: Vec<review_assignment::Model>,
) -> Result<Vec<Waiting>, Error> {
    let ids: Vec<Uuid> = found.iter().map(|row| row.subject_id).collect();
    let reports = reports::by_ids(connection, asking.actor, &ids).await?;
    let mut reports: HashMap<Uuid, report::Model> = reports.into_iter().map(|row| (row.id, row)).collect();
    let waiting = found.into_iter().filter_map(|row| {
        let report = reports.remove(&row.subject_id)?;
        Some(Waiting {
            key: Key::new(Kind::ReviewToDo, row.due_on.and_then(end_of), row.id),
            subject: Subject::Review(row, report),
        })
    });
    Ok(waiting.collect())
}

fn reached(actor: &Actor, reach: Reach) -> Condition {
    let mut all = Condition::all().add_option(reach.desk.map(|desk| report::Column::ReviewingTier.eq(desk)));
    if let Units::These(units) = reach.units {
        all = all.add(report::Column::UnitId.is_in(units));
    }
    if reach.named {
        let named = reports::received_by(vec![reach.seat]).into_query();
        all = all.add(report::Column::Id.in_subquery(named));
    }
    if reach.of_others {
        let others = Condition::any()
            .add(report::Column::SubmittedBy.is_null())
            .add(report::Column::SubmittedBy.ne(actor.account));
        all = all.add(others);
    }
    // Nothing to ask is nothing to keep away.
    if all.is_empty() {
        all.add(Expr::value(1).eq(1))
    } else {
        all
    }
}

/// By when an obligation is awaited: where its round was passed on, by the earlier moment.
fn awaited() -> SimpleExpr {
    let column = |column| Expr::col((obligation::Entity, column));
    Func::coalesce([
        column(obligation::Column::PassedDueAt),
        column(obligation::Column::DueAt),
    ])
    .into()
}

fn of_obligation(row: obligation::Model) -> Waiting {
    let due = row.passed_due_at.unwrap_or(row.due_at);
    Waiting {
        key: Key::new(Kind::ReportToWrite, Some(due), row.id),
        subject: Subject::Obligation(row),
    }
}

/// What is owed in rounds that still take it, by units whose report the actor may begin or go on with.
fn obligations(asking: &Asking<'_>) -> Option<Select<obligation::Entity>> {
    let units = |step: Step| {
        let reaches = asking.reaches.to(step).into_iter();
        let units = reaches.filter_map(|reach| match reach.units {
            Units::These(units) => Some(units),
            Units::All => None,
        });
        units.flatten().collect::<Vec<Uuid>>()
    };
    let (begun, edited) = (units(Step::START), units(Step::EDIT));
    if begun.is_empty() && edited.is_empty() {
        return None;
    }
    let draft = report::Entity::find()
        .select_only()
        .column(report::Column::Id)
        .filter(
            Expr::col((report::Entity, report::Column::Id)).equals((obligation::Entity, obligation::Column::ReportId)),
        )
        .filter(report::Column::Status.eq(ReportStatus::Draft));
    let absent = Condition::all()
        .add(obligation::Column::UnitId.is_in(begun))
        .add(obligation::Column::ReportId.is_null());
    let begun = Condition::all()
        .add(obligation::Column::UnitId.is_in(edited))
        .add(Expr::exists(draft.into_query()));
    let select = obligation::Entity::find()
        .filter(obligation_scope(asking.actor))
        .filter(Expr::cust(
            "obligation.met_at IS NULL AND obligation.standing = 'EXPECTED'",
        ))
        .filter(Condition::any().add(absent).add(begun))
        .filter(takes(asking.catalogue, asking.now));
    Some(select)
}

/// Of a round that takes what has not come: opened, not closed, and not locked, or extended past now.
fn takes(catalogue: &Catalogue, now: DateTime<Utc>) -> Condition {
    let is_open = |cycle: &cycle::Model| cycle.opens_at <= now && cycle.closed_at.is_none_or(|closed| now < closed);
    let is_locked = |cycle: &cycle::Model| cycle.locks_at.is_some_and(|locks| locks <= now);
    let cycles = catalogue.cycles().into_iter().filter(|cycle| is_open(cycle));
    let (locked, open): (Vec<_>, Vec<_>) = cycles.partition(|cycle| is_locked(cycle));
    let ids = |cycles: Vec<&std::sync::Arc<cycle::Model>>| cycles.into_iter().map(|cycle| cycle.id).collect::<Vec<_>>();
    let extended = Condition::all()
        .add(obligation::Column::CycleId.is_in(ids(locked)))
        .add(obligation::Column::Extended.eq(true))
        .add(obligation::Column::OnTimeUntil.gte(now));
    Condition::any()
        .add(obligation::Column::CycleId.is_in(ids(open)))
        .add(extended)
}

/// What others proposed and the actor may confirm. Proposals run out within days, and all that wait are few: whether one may
/// be confirmed is asked of each, as the command would.
async fn proposals_for(
    connection: &impl ConnectionTrait,
    asking: &Asking<'_>,
    range: &Range,
) -> Result<Vec<Waiting>, Error> {
    if asking.actor.seats.is_empty() {
        return Ok(Vec::new());
    }
    let id = Expr::col((proposal::Entity, proposal::Column::Id));
    let rank = Rank::Moment(Expr::col((proposal::Entity, proposal::Column::ExpiresAt)));
    let select = proposal::Entity::find()
        .filter(proposals::visible_to(asking.actor))
        .filter(proposal::Column::Status.eq(ProposalStatus::Pending))
        .filter(proposal::Column::ExpiresAt.gt(asking.now))
        .filter(within(&rank, &id, range));
    let found = ordered(select, rank, id, &Direction::Asc).all(connection).await?;
    let confirms =
        |row: &proposal::Model| service::check(asking.actor, row, workflow::Step::Confirm, None, asking.now).is_ok();
    let waiting = |row: proposal::Model| Waiting {
        key: Key::new(Kind::ProposalToConfirm, Some(row.expires_at), row.id),
        subject: Subject::Proposal(row),
    };
    Ok(found.into_iter().filter(confirms).map(waiting).collect())
}

/// Of what is never due, those within a range.
pub(super) fn undated<E: EntityTrait>(select: Select<E>, id: SimpleExpr, range: &Range) -> Select<E> {
    select.filter(within(&Rank::Undated, &id, range))
}

fn ordered<E: EntityTrait>(select: Select<E>, rank: Rank, id: SimpleExpr, direction: &Direction) -> Select<E> {
    let select = match rank {
        Rank::Undated => select,
        Rank::Moment(rank) | Rank::Day(rank) => select.order_by(rank, direction.clone()),
    };
    select.order_by(id, direction.clone())
}

/// A stretch of the list, in the words of one kind.
fn within(rank: &Rank, id: &SimpleExpr, range: &Range) -> Condition {
    let mut all = Condition::all();
    if let Some(by) = range.due_by {
        all = all.add(match rank {
            Rank::Undated => none(),
            Rank::Moment(rank) => Condition::all().add(rank.clone().lte(by)),
            Rank::Day(rank) => Condition::all().add(rank.clone().lte(over_by(by))),
        });
    }
    if let Some(after) = &range.after {
        all = all.add(later(rank, id, after));
    }
    if let Some(before) = &range.before {
        all = all.add(earlier(rank, id, before));
    }
    all.add_option(range.only.map(|only| id.clone().eq(only)))
}

/// What comes after a key, which may be that of another kind.
fn later(rank: &Rank, id: &SimpleExpr, key: &Key) -> Condition {
    let beyond = id.clone().gt(key.subject);
    match (rank, key.due()) {
        (Rank::Undated, None) => Condition::all().add(beyond),
        (Rank::Undated, Some(_due)) => Condition::all(),
        (Rank::Moment(_rank), None) => none(),
        (Rank::Moment(rank), Some(due)) => Condition::any()
            .add(rank.clone().gt(due))
            .add(Condition::all().add(rank.clone().eq(due)).add(beyond)),
        (Rank::Day(rank), _due) => {
            let (day, ends) = key.day();
            let later = Condition::any().add(rank.clone().gt(day));
            let tied = Condition::all().add(rank.clone().eq(day)).add(beyond);
            later.add_option(ends.then_some(tied))
        }
    }
}

/// What comes before a key, which may be that of another kind.
fn earlier(rank: &Rank, id: &SimpleExpr, key: &Key) -> Condition {
    let beyond = id.clone().lt(key.subject);
    match (rank, key.due()) {
        (Rank::Undated, None) => Condition::all().add(beyond),
        (Rank::Undated, Some(_due)) => none(),
        (Rank::Moment(_rank), None) => Condition::all(),
        (Rank::Moment(rank), Some(due)) => Condition::any()
            .add(rank.clone().lt(due))
            .add(Condition::all().add(rank.clone().eq(due)).add(beyond)),
        (Rank::Day(rank), _due) => {
            let (day, ends) = key.day();
            if ends {
                let tied = Condition::all().add(rank.clone().eq(day)).add(beyond);
                Condition::any().add(rank.clone().lt(day)).add(tied)
            } else {
                Condition::all().add(rank.clone().lte(day))
            }
        }
    }
}
