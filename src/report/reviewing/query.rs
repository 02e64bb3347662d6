//! Reads what a review of reports hangs on. What is shown is read within the policy.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module; each read applies the scope or serves a command that did"
)]
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entity::{
    conflict,
    enums::{AssignmentState, Function, HandoverOutcome, ReportStatus, ReviewReminderStage, ReviewSubjectType},
    handover_item, handover_receiver, portfolio_entry, report, review_assignment, review_reminder, score_draft,
    score_sheet, template,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, JoinType, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::reminding::last_day;
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::review::{Action, Relations, decide},
    },
    db::newest_first,
    error::Error,
    page::{Page, Window},
    report::{
        query::{beneath, visible_to},
        ties::Ties,
    },
    review::{
        assignment::OVER,
        conflict::{former_units, is_conflicted},
        query::{conflicts_in_force, in_force},
    },
    session::Actor,
};

/// That a person has a conflict of interest with the unit of a report, as said of the report's row.
pub(in crate::report) fn conflicted(person: &Actor) -> Condition {
    let own = conflict::Column::AccountId.eq(person.account);
    Condition::any()
        .add(declared(own, person.today))
        .add(formerly(person, person.account))
}

/// That a conflict of interest was declared of somebody.
fn declared(whose: SimpleExpr, today: NaiveDate) -> SimpleExpr {
    let covering = [
        report::Column::ProvinsiId,
        report::Column::KabupatenKotaId,
        report::Column::KecamatanId,
    ];
    let covering = covering.into_iter().fold(Condition::any(), |any, column| {
        any.add(Expr::col((conflict::Entity, conflict::Column::UnitId)).equals((report::Entity, column)))
    });
    let declared = conflict::Entity::find()
        .select_only()
        .column(conflict::Column::Id)
        .filter(whose)
        .filter(in_force(today))
        .filter(covering);
    Expr::exists(declared.into_query())
}

/// That somebody sits in a unit that covers it, or has.
fn formerly(asking: &Actor, account: Uuid) -> Condition {
    let units = former_units(&asking.directory, account, asking.today).into_iter();
    let units = units.filter_map(|unit| asking.directory.tree.get(unit));
    units.fold(Condition::any().add(Expr::value(1).eq(0)), |any, unit| {
        any.add(beneath(unit.tier, unit.id))
    })
}

/// How many sheets are in force, as said of the report's row: what [`sheets`] tells of reports in hand.
pub fn sheets_in_force(asking: &Actor) -> SimpleExpr {
    let assignment = |column| (review_assignment::Entity, column);
    let whose = Expr::col((conflict::Entity, conflict::Column::AccountId));
    let whose = whose.equals(assignment(review_assignment::Column::AccountId));
    let mut conflicted = Condition::any().add(declared(whose, asking.today));
    for expert in experts_ever(asking) {
        let of_expert = Condition::all().add(review_assignment::Column::AccountId.eq(expert));
        conflicted = conflicted.add(of_expert.add(formerly(asking, expert)));
    }
    let conflicted = Query::select().expr(Expr::value(1)).cond_where(conflicted).to_owned();
    let counted = review_assignment::Entity::find()
        .select_only()
        .column_as(review_assignment::Column::Id.count(), "sheets")
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::Report))
        .filter(
            Expr::col(assignment(review_assignment::Column::SubjectId)).equals((report::Entity, report::Column::Id)),
        )
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .filter(scored())
        .filter(Expr::exists(conflicted).not());
    Expr::SubQuery(None, Box::new(counted.into_query().into()))
}

/// That a sheet came of the assignment of the row for what its report submitted last.
fn scored() -> SimpleExpr {
    let sheet = score_sheet::Entity::find()
        .select_only()
        .column(score_sheet::Column::Id)
        .filter(
            Expr::col((score_sheet::Entity, score_sheet::Column::AssignmentId))
                .equals((review_assignment::Entity, review_assignment::Column::Id)),
        )
        .filter(
            Expr::col((score_sheet::Entity, score_sheet::Column::RevisionId))
                .equals((report::Entity, report::Column::RevisionId)),
        );
    Expr::exists(sheet.into_query())
}

/// That the sheet of the row is still to be completed: it never was, or not for what its report submitted last.
fn incomplete() -> Condition {
    use AssignmentState::{Acknowledged, Assigned, Complete, Draft};
    let anew = Condition::all()
        .add(review_assignment::Column::State.eq(Complete))
        .add(scored().not());
    Condition::any()
        .add(review_assignment::Column::State.is_in([Assigned, Acknowledged, Draft]))
        .add(anew)
}

/// Everybody who ever was an expert of RI and has sat elsewhere within the years that count: the conflicts of all others are
/// declared.
fn experts_ever(asking: &Actor) -> BTreeSet<Uuid> {
    let directory = &asking.directory;
    let seats = directory.seats_ever(directory.tree.root().id).iter();
    let seats = seats.filter_map(|seat| directory.seat(*seat));
    let seats = seats.filter(|seat| seat.function == Function::Expert);
    let holders = seats.flat_map(|seat| directory.holders_ever(seat.id));
    let mut experts: BTreeSet<Uuid> = holders.map(|holder| holder.account_id).collect();
    experts.retain(|expert| !former_units(directory, *expert, asking.today).is_empty());
    experts
}

/// The same where it has to be known either way: a column that is empty covers nothing.
pub fn not_conflicted(person: &Actor) -> SimpleExpr {
    let among = Query::select()
        .expr(Expr::value(1))
        .cond_where(conflicted(person))
        .to_owned();
    Expr::exists(among).not()
}

/// The reports whose review a person is part of from one of these seats.
#[must_use]
pub fn reviewed_by(person: Uuid, seats: Vec<Uuid>) -> SelectStatement {
    review_assignment::Entity::find()
        .select_only()
        .column(review_assignment::Column::SubjectId)
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::Report))
        .filter(review_assignment::Column::AccountId.eq(person))
        .filter(review_assignment::Column::SeatId.is_in(seats))
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .into_query()
}

/// That the portfolio of one of these seats covers a report, as said of the report's row.
pub(in crate::report) fn in_portfolio(seats: Vec<Uuid>) -> SimpleExpr {
    Expr::exists(covering(seats).into_query())
}

/// The entries that cover a report, beside the report's row.
fn covering(seats: Vec<Uuid>) -> Select<portfolio_entry::Entity> {
    let entry = |column| Expr::col((portfolio_entry::Entity, column));
    let or_all = |column, of_report: SimpleExpr| {
        Condition::any()
            .add(entry(column).is_null())
            .add(entry(column).eq(of_report))
    };
    let report = |column| SimpleExpr::from(Expr::col((report::Entity, column)));
    let versions = template::Entity::find()
        .select_only()
        .column(template::Column::Code)
        .filter(
            Expr::col((template::Entity, template::Column::Id)).equals((report::Entity, report::Column::TemplateId)),
        );
    portfolio_entry::Entity::find()
        .select_only()
        .column(portfolio_entry::Column::SeatId)
        .filter(portfolio_entry::Column::SeatId.is_in(seats))
        .filter(or_all(
            portfolio_entry::Column::ProvinsiId,
            report(report::Column::ProvinsiId),
        ))
        .filter(or_all(
            portfolio_entry::Column::CycleId,
            report(report::Column::CycleId),
        ))
        .filter(
            Condition::any()
                .add(portfolio_entry::Column::TemplateCode.is_null())
                .add(portfolio_entry::Column::TemplateCode.in_subquery(versions.into_query())),
        )
}

/// What ties a person to reports, by report. In a transaction that is to write, the person's conflicts are held beforehand.
///
/// # Errors
/// The database's.
pub async fn ties(
    connection: &impl ConnectionTrait,
    person: &Actor,
    reports: &[Uuid],
) -> Result<HashMap<Uuid, Ties>, Error> {
    let of = |function| person.seats.iter().filter(move |seat| seat.function == function);
    let experts: Vec<Uuid> = of(Function::Expert).map(|seat| seat.seat).collect();
    let coordinates = of(Function::Coordinator).next().is_some();
    let mut ties: HashMap<Uuid, Ties> = HashMap::new();
    if reports.is_empty() || (experts.is_empty() && !coordinates) {
        return Ok(ties);
    }
    if !experts.is_empty() {
        for (report, seat) in receiving(connection, &experts, reports).await? {
            ties.entry(report).or_default().receiving.push(seat);
        }
        for (report, seat, lead) in reviewing(connection, person.account, &experts, reports).await? {
            ties.entry(report).or_default().reviewing.push((seat, lead));
        }
        for (report, seat) in portfolios(connection, &experts, reports).await? {
            ties.entry(report).or_default().portfolio.push(seat);
        }
    }
    for report in among(connection, reports, conflicted(person)).await? {
        ties.entry(report).or_default().conflicted = true;
    }
    if coordinates {
        for (report, sheets) in sheets(connection, person, reports).await? {
            ties.entry(report).or_default().sheets = u32::try_from(sheets.len()).map_err(Error::internal)?;
        }
    }
    Ok(ties)
}

async fn receiving(
    connection: &impl ConnectionTrait,
    seats: &[Uuid],
    reports: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    let named = handover_item::Entity::find()
        .select_only()
        .column(handover_item::Column::ReportId)
        .column(handover_receiver::Column::SeatId)
        .join(
            JoinType::InnerJoin,
            handover_item::Entity::belongs_to(handover_receiver::Entity)
                .from(handover_item::Column::HandoverId)
                .to(handover_receiver::Column::HandoverId)
                .into(),
        )
        .filter(handover_item::Column::ReportId.is_in(reports.iter().copied()))
        .filter(handover_item::Column::Outcome.ne(HandoverOutcome::Refused))
        .filter(handover_receiver::Column::SeatId.is_in(seats.iter().copied()));
    Ok(named.into_tuple().all(connection).await?)
}

async fn reviewing(
    connection: &impl ConnectionTrait,
    person: Uuid,
    seats: &[Uuid],
    reports: &[Uuid],
) -> Result<Vec<(Uuid, Uuid, bool)>, Error> {
    let assigned = review_assignment::Entity::find()
        .select_only()
        .column(review_assignment::Column::SubjectId)
        .column(review_assignment::Column::SeatId)
        .column(review_assignment::Column::Lead)
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::Report))
        .filter(review_assignment::Column::SubjectId.is_in(reports.iter().copied()))
        .filter(review_assignment::Column::AccountId.eq(person))
        .filter(review_assignment::Column::SeatId.is_in(seats.iter().copied()))
        .filter(review_assignment::Column::State.is_not_in(OVER));
    Ok(assigned.into_tuple().all(connection).await?)
}

/// By seat, of which an expert has few.
async fn portfolios(
    connection: &impl ConnectionTrait,
    seats: &[Uuid],
    reports: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    let mut found = Vec::new();
    for &seat in seats {
        let covered = among(connection, reports, Condition::all().add(in_portfolio(vec![seat]))).await?;
        found.extend(covered.into_iter().map(|report| (report, seat)));
    }
    Ok(found)
}

/// Which of these reports a condition holds of.
async fn among(connection: &impl ConnectionTrait, reports: &[Uuid], condition: Condition) -> Result<Vec<Uuid>, Error> {
    Ok(report::Entity::find()
        .select_only()
        .column(report::Column::Id)
        .filter(report::Column::Id.is_in(reports.iter().copied()))
        .filter(condition)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Which of these reports each of these people has a conflict with, as said on a day. For whoever assigns.
///
/// # Errors
/// The database's.
pub(in crate::report) async fn conflicts_among(
    connection: &impl ConnectionTrait,
    people: &[Actor],
    reports: &[Uuid],
) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    let mut found = HashSet::new();
    for person in people {
        let reports = among(connection, reports, conflicted(person)).await?;
        found.extend(reports.into_iter().map(|report| (person.account, report)));
    }
    Ok(found)
}

/// Which of these reports lie in the portfolio of each of these seats. For whoever assigns.
///
/// # Errors
/// The database's.
pub(in crate::report) async fn covered_by(
    connection: &impl ConnectionTrait,
    seats: &[Uuid],
    reports: &[Uuid],
) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    let found = portfolios(connection, seats, reports).await?;
    Ok(found.into_iter().map(|(report, seat)| (seat, report)).collect())
}

/// Which assignments are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<Vec<AssignmentState>>,
    pub report: Option<Vec<Uuid>>,
    /// Assigned to one of these seats.
    pub reviewer: Option<Vec<Uuid>>,
    pub cycle: Option<Vec<Uuid>>,
    /// Of reports of these units and of all beneath them.
    pub underneath: Option<Vec<Uuid>>,
    /// Not done, and due before this day.
    pub overdue_on: Option<NaiveDate>,
    /// Only the actor's own.
    pub own: bool,
}

/// The assignments somebody may know of: as COORDINATOR all but those of units there is a conflict of interest with, as
/// expert those of the reviews one is part of.
fn seen_by(actor: &Actor) -> Condition {
    let allows = |assigned| {
        let relations = Relations {
            assigned,
            ..Relations::default()
        };
        move |seat: &&ActingSeat| decide(seat.function, Action::ReadAssignment, relations) == Decision::Allowed
    };
    let mut seen = Condition::any();
    if actor.seats.iter().any(|seat| allows(false)(&seat)) {
        seen = seen.add(Expr::value(1).eq(1));
    }
    let reviewers = actor.seats.iter().filter(allows(true));
    let reviewers: Vec<Uuid> = reviewers.map(|seat| seat.seat).collect();
    if !reviewers.is_empty() {
        seen = seen.add(review_assignment::Column::SubjectId.in_subquery(reviewed_by(actor.account, reviewers)));
    }
    if seen.is_empty() {
        return Condition::all().add(Expr::value(1).eq(0));
    }
    // The report has to be in sight besides, which it is to all who may review it.
    Condition::all()
        .add(seen)
        .add(not_conflicted(actor))
        .add(visible_to(actor))
}

fn of_reports() -> Select<review_assignment::Entity> {
    review_assignment::Entity::find()
        .join(
            JoinType::InnerJoin,
            review_assignment::Entity::belongs_to(report::Entity)
                .from(review_assignment::Column::SubjectId)
                .to(report::Column::Id)
                .into(),
        )
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::Report))
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<review_assignment::Entity> {
    let mut wanted = of_reports().filter(seen_by(actor));
    if filter.own {
        wanted = wanted.filter(review_assignment::Column::AccountId.eq(actor.account));
    }
    if let Some(states) = &filter.state {
        wanted = wanted.filter(review_assignment::Column::State.is_in(states.iter().copied()));
    }
    if let Some(reports) = &filter.report {
        wanted = wanted.filter(review_assignment::Column::SubjectId.is_in(reports.iter().copied()));
    }
    if let Some(seats) = &filter.reviewer {
        wanted = wanted.filter(review_assignment::Column::SeatId.is_in(seats.iter().copied()));
    }
    if let Some(cycles) = &filter.cycle {
        wanted = wanted.filter(report::Column::CycleId.is_in(cycles.iter().copied()));
    }
    if let Some(tops) = &filter.underneath {
        let units = tops.iter().filter_map(|&top| actor.directory.tree.get(top));
        let any = units.fold(Condition::any(), |any, unit| any.add(beneath(unit.tier, unit.id)));
        wanted = wanted.filter(if any.is_empty() {
            Condition::all().add(Expr::value(1).eq(0))
        } else {
            any
        });
    }
    if let Some(day) = filter.overdue_on {
        use AssignmentState::{Acknowledged, Assigned, Draft};
        wanted = wanted
            .filter(review_assignment::Column::State.is_in([Assigned, Acknowledged, Draft]))
            .filter(review_assignment::Column::DueOn.lt(day));
    }
    wanted
}

/// The reviews that a person still has to complete from one of these seats, of reports under review that the person sees.
#[must_use]
pub fn to_complete(person: &Actor, seats: Vec<Uuid>) -> Select<review_assignment::Entity> {
    of_reports()
        .filter(review_assignment::Column::AccountId.eq(person.account))
        .filter(review_assignment::Column::SeatId.is_in(seats))
        .filter(incomplete())
        .filter(report::Column::Status.eq(ReportStatus::ExpertReview))
        .filter(visible_to(person))
}

/// The reviews to be completed of which nobody was reminded yet in this stage of a day, of reports under review.
pub(super) async fn to_remind(
    connection: &impl ConnectionTrait,
    (stage, today): (ReviewReminderStage, NaiveDate),
    most: u64,
) -> Result<Vec<review_assignment::Model>, Error> {
    let due = review_assignment::Column::DueOn;
    let due = match stage {
        ReviewReminderStage::Soon => due.between(today, last_day(today)),
        ReviewReminderStage::Overdue => due.lt(today),
    };
    let told = review_reminder::Entity::find()
        .select_only()
        .column(review_reminder::Column::AssignmentId)
        .filter(
            Expr::col((review_reminder::Entity, review_reminder::Column::AssignmentId))
                .equals((review_assignment::Entity, review_assignment::Column::Id)),
        )
        .filter(review_reminder::Column::Stage.eq(stage));
    Ok(of_reports()
        .filter(incomplete())
        .filter(report::Column::Status.eq(ReportStatus::ExpertReview))
        .filter(due)
        .filter(Expr::exists(told.into_query()).not())
        .order_by(review_assignment::Column::Id, Order::Asc)
        .limit(most)
        .all(connection)
        .await?)
}

/// A page of the assignments somebody may know of, the latest first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<review_assignment::Model>, Error> {
    newest_first(
        connection,
        filtered(actor, filter),
        review_assignment::Column::Id,
        window,
    )
    .await
}

/// How many they are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(actor, filter).count(connection).await?)
}

/// Those among these ids that somebody may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<review_assignment::Model>, Error> {
    Ok(of_reports()
        .filter(review_assignment::Column::Id.is_in(ids.iter().copied()))
        .filter(seen_by(actor))
        .all(connection)
        .await?)
}

/// The reviews of these reports, for those who may know of them: by report, in the order they were assigned.
///
/// # Errors
/// The database's.
pub async fn of(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    reports: &[Uuid],
) -> Result<HashMap<Uuid, Vec<review_assignment::Model>>, Error> {
    let mut by_report: HashMap<Uuid, Vec<review_assignment::Model>> = HashMap::new();
    let found = of_reports()
        .filter(review_assignment::Column::SubjectId.is_in(reports.iter().copied()))
        .filter(seen_by(actor))
        .order_by(review_assignment::Column::Id, Order::Asc);
    for row in found.all(connection).await? {
        by_report.entry(row.subject_id).or_default().push(row);
    }
    Ok(by_report)
}

/// An expert's part in a review with the sheet that came of it.
pub type Scored = (review_assignment::Model, score_sheet::Model);

/// The sheets in force of these reports, whoever may see them: the last that each expert who is part of the review, and may
/// be, has completed for what was submitted last, in the order of the assignments.
///
/// # Errors
/// The database's.
pub async fn sheets(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    reports: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Scored>>, Error> {
    let assignments = of_reports()
        .filter(review_assignment::Column::SubjectId.is_in(reports.iter().copied()))
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .order_by(review_assignment::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    if assignments.is_empty() {
        return Ok(HashMap::new());
    }
    let mut in_force: HashMap<Uuid, score_sheet::Model> = HashMap::new();
    let found = score_sheet::Entity::find()
        .filter(score_sheet::Column::AssignmentId.is_in(assignments.iter().map(|row| row.id)))
        .filter(
            score_sheet::Column::RevisionId.in_subquery(
                report::Entity::find()
                    .select_only()
                    .column(report::Column::RevisionId)
                    .filter(report::Column::Id.is_in(reports.iter().copied()))
                    .into_query(),
            ),
        )
        .order_by(score_sheet::Column::Number, Order::Asc);
    for sheet in found.all(connection).await? {
        in_force.insert(sheet.assignment_id, sheet);
    }
    let people: Vec<Uuid> = assignments.iter().map(|row| row.account_id).collect();
    let conflicts = conflicts_in_force(connection, &people, actor.today).await?;
    let mut sheets: HashMap<Uuid, Vec<Scored>> = HashMap::new();
    for row in assignments {
        let whose = (row.account_id, row.unit_id, actor.today);
        if is_conflicted(&actor.directory, &conflicts, whose) {
            continue;
        }
        if let Some(sheet) = in_force.remove(&row.id) {
            sheets.entry(row.subject_id).or_default().push((row, sheet));
        }
    }
    Ok(sheets)
}

/// Every sheet that came of these assignments, the first one first; for whoever may read them.
///
/// # Errors
/// The database's.
pub async fn sheets_of(
    connection: &impl ConnectionTrait,
    assignments: &[Uuid],
) -> Result<HashMap<Uuid, Vec<score_sheet::Model>>, Error> {
    let mut by_assignment: HashMap<Uuid, Vec<score_sheet::Model>> = HashMap::new();
    let found = score_sheet::Entity::find()
        .filter(score_sheet::Column::AssignmentId.is_in(assignments.iter().copied()))
        .order_by(score_sheet::Column::Number, Order::Asc);
    for sheet in found.all(connection).await? {
        by_assignment.entry(sheet.assignment_id).or_default().push(sheet);
    }
    Ok(by_assignment)
}

/// The number of the last sheet that came of an assignment.
///
/// # Errors
/// The database's.
pub(in crate::report) async fn last_sheet(
    connection: &impl ConnectionTrait,
    assignment: Uuid,
) -> Result<Option<i32>, Error> {
    Ok(score_sheet::Entity::find()
        .select_only()
        .column(score_sheet::Column::Number)
        .filter(score_sheet::Column::AssignmentId.eq(assignment))
        .order_by(score_sheet::Column::Number, Order::Desc)
        .into_tuple()
        .one(connection)
        .await?)
}

/// The sheet that is being filled in, for who fills it in.
///
/// # Errors
/// The database's.
pub async fn score_draft(
    connection: &impl ConnectionTrait,
    assignment: Uuid,
) -> Result<Option<score_draft::Model>, Error> {
    Ok(score_draft::Entity::find_by_id(assignment).one(connection).await?)
}

/// The sheets that are being filled in for these assignments, for who fills them in.
///
/// # Errors
/// The database's.
pub async fn score_drafts(
    connection: &impl ConnectionTrait,
    assignments: &[Uuid],
) -> Result<Vec<score_draft::Model>, Error> {
    Ok(score_draft::Entity::find()
        .filter(score_draft::Column::AssignmentId.is_in(assignments.iter().copied()))
        .all(connection)
        .await?)
}

/// An assignment that the actor has given up.
///
/// # Errors
/// The database's.
pub(in crate::report) async fn given_up(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<review_assignment::Model>, Error> {
    Ok(review_assignment::Entity::find_by_id(id)
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::Report))
        .filter(review_assignment::Column::AccountId.eq(actor.account))
        .filter(review_assignment::Column::State.is_in(OVER))
        .one(connection)
        .await?)
}

/// An assignment the actor may know of, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub(in crate::report) async fn locked(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<review_assignment::Model>, Error> {
    let seen = by_ids(connection, actor, &[id]).await?;
    let Some(seen) = seen.into_iter().next() else {
        return Ok(None);
    };
    let mut wanted = review_assignment::Entity::find_by_id(seen.id);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}
