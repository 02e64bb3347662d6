//! The only door to the tables of reports. No read without an actor: [`visible_to`] is the scope, in one place.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope or follows one that did"
)]
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    citation, cycle, cycle_passing, draft, election_stage,
    enums::{Function, HandoverOutcome, Openness, ReportStatus, Tier},
    handover, handover_expected, handover_item, handover_receiver, handover_session, obligation, pulse, report,
    report_text, revision, template, transition,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, JoinType, Order as Direction,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value,
    sea_query::{Asterisk, Expr, ExprTrait, IntoColumnRef, Query, SelectStatement, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    catalogue::{self, CATALOGUE_PULSE, Catalogue},
    reviewing::query::{in_portfolio, not_conflicted, reviewed_by},
    search::Wanted,
    workflow,
};
use crate::{
    authz::ActingSeat,
    by_place,
    error::Error,
    page::{Page, Window},
    session::Actor,
};

/// Ids in one statement: SQLite binds at most 32,766 values.
const LARGEST_LIST: usize = 30_000;

/// How many of the reports that words are found in are looked up and sorted.
pub const MOST_LOOKED_UP: i64 = 5_000;

by_place!(
    /// A report as every column of it is selected.
    Row(report::Model) {
        id, unit_id, provinsi_id, kabupaten_kota_id, kecamatan_id, template_id, cycle_id, status, version, reviewing_tier, revision_id, revision_number, first_submitted_at, submitted_at, submitted_rank, submitted_by, return_due_on, accepted_at, client_id, created_by, created_at, updated_at, openness,
    }
);

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Created,
    /// Reports never submitted come before all others.
    Submitted,
}

/// The sort key of a report, with its id to tell equals apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Microseconds; 0 in a list by creation, whose ids sort by time themselves.
    pub rank: i64,
    pub id: Uuid,
}

impl Key {
    #[must_use]
    pub fn of(report: &report::Model, order: Order) -> Self {
        let rank = match order {
            Order::Created => 0,
            Order::Submitted => report.submitted_rank,
        };
        Self { rank, id: report.id }
    }
}

/// Which reports are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub status: Option<Vec<ReportStatus>>,
    pub unit: Option<Vec<Uuid>>,
    /// Reports of these units and of all beneath them.
    pub underneath: Option<Vec<Uuid>>,
    pub template: Option<Vec<Uuid>>,
    pub cycle: Option<Vec<Uuid>>,
    /// Handed over in this session, and not refused.
    pub handover_session: Option<Uuid>,
    pub openness: Option<Vec<Openness>>,
    pub submitted_from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub submitted_before: Option<DateTime<Utc>>,
    /// What has to occur in what was submitted, or in the names around it.
    pub words: Wanted,
}

/// The column that holds a report's unit or ancestor of a tier; RI is above every report and has none.
fn column_of(tier: Tier) -> Option<report::Column> {
    match tier {
        Tier::Ri => None,
        Tier::Provinsi => Some(report::Column::ProvinsiId),
        Tier::KabupatenKota => Some(report::Column::KabupatenKotaId),
        Tier::Kecamatan => Some(report::Column::KecamatanId),
    }
}

/// Reports of a unit and of all beneath it.
pub(super) fn beneath(tier: Tier, unit: Uuid) -> Condition {
    match column_of(tier) {
        Some(column) => Condition::all().add(column.eq(unit)),
        None => Condition::all(),
    }
}

/// The scope: what any of the actor's seats may know of. It says in SQL what `authz::policy::report` says of `Read`;
/// a property test holds the two against each other.
#[must_use]
pub fn visible_to(actor: &Actor) -> Condition {
    scope(actor, false)
}

/// As [`visible_to`], among reports of these statuses: where they tell that a report was submitted, nobody asks it of the
/// report, so that an index that has unit and status says all there is to say.
fn visible_among(actor: &Actor, statuses: Option<&[ReportStatus]>) -> Condition {
    let all_submitted = |statuses: &[ReportStatus]| {
        let mut statuses = statuses.iter();
        statuses.all(|status| !workflow::MAYBE_UNSUBMITTED.contains(status))
    };
    scope(actor, statuses.is_some_and(all_submitted))
}

fn scope(actor: &Actor, all_submitted: bool) -> Condition {
    let mut scope = Condition::any();
    let mut experts = Vec::new();
    for seat in &actor.seats {
        match seat.function {
            Function::Staff | Function::Head | Function::Observer | Function::Coordinator => {
                let disclosed = if all_submitted {
                    // Said outright, since the whole country is no condition either.
                    Condition::all().add(Expr::cust("TRUE"))
                } else {
                    disclosed_to(actor, seat)
                };
                for top in actor.directory.tree.scope(seat.unit) {
                    scope = scope.add(beneath(top.tier, top.id).add(disclosed.clone()));
                }
            }
            Function::Expert => experts.push(seat.seat),
            // Manages people, never content.
            Function::Admin => {}
        }
    }
    if !experts.is_empty() {
        let reviewed = reviewed_by(actor.account, experts.clone());
        let looked_after = Condition::all()
            .add(report::Column::Status.is_in(workflow::AT_RI))
            .add(in_portfolio(experts.clone()));
        let tied = Condition::any()
            .add(report::Column::Id.in_subquery(received_by(experts).into_query()))
            .add(report::Column::Id.in_subquery(reviewed))
            .add(looked_after);
        scope = scope.add(Condition::all().add(tied).add(not_conflicted(actor)));
    }
    // Who holds no seat sees nothing: said outright, not left to what an empty `any` means to the library.
    if scope.is_empty() {
        Condition::all().add(Expr::value(1).eq(0))
    } else {
        scope
    }
}

/// Which reports in its scope a seat is told of: those that were submitted once, and those its holder writes.
fn disclosed_to(actor: &Actor, seat: &ActingSeat) -> Condition {
    // The own unit's reports share the tier's column with those beneath, so one index serves both.
    let disclosed = Condition::any()
        .add(report::Column::FirstSubmittedAt.is_not_null())
        .add(report::Column::UnitId.eq(seat.unit));
    // So do those of dissolved units that the seat keeps.
    let kept = actor.directory.kept_by(seat, actor.today);
    if kept.is_empty() {
        disclosed
    } else {
        disclosed.add(report::Column::UnitId.is_in(kept))
    }
}

/// Whether the report that a column of another table names is one the actor sees. Looked up row by row, because a page is
/// far shorter than the list of all one may see.
pub fn sees(actor: &Actor, named: impl IntoColumnRef) -> SimpleExpr {
    let report = report::Entity::find()
        .select_only()
        .column(report::Column::Id)
        .filter(Expr::col((report::Entity, report::Column::Id)).equals(named))
        .filter(visible_to(actor));
    Expr::exists(report.into_query())
}

/// As [`sees`], for what tells of its review: nobody with a conflict of interest is told of that.
pub fn sees_review(actor: &Actor, named: impl IntoColumnRef) -> SimpleExpr {
    let report = report::Entity::find()
        .select_only()
        .column(report::Column::Id)
        .filter(Expr::col((report::Entity, report::Column::Id)).equals(named))
        .filter(visible_to(actor))
        .filter(not_conflicted(actor));
    Expr::exists(report.into_query())
}

/// As [`sees`], for what is found in it and the steps of its review: from RI nobody with a conflict of interest is told of
/// that, from the own unit and the desks between whoever sees the report.
pub fn follows(actor: &Actor, named: impl IntoColumnRef) -> SimpleExpr {
    let reviews = |seat: &ActingSeat| matches!(seat.function, Function::Expert | Function::Coordinator);
    // Conflicts of interest are theirs alone.
    if !actor.seats.iter().any(reviews) {
        return sees(actor, named);
    }
    let root = actor.directory.tree.root().id;
    let (at_ri, elsewhere): (Vec<_>, Vec<_>) = actor.seats.iter().partition(|seat| seat.unit == root);
    let seated = |seats| visible_to(&actor.supposing(actor.account, seats));
    let report = report::Entity::find()
        .select_only()
        .column(report::Column::Id)
        .filter(Expr::col((report::Entity, report::Column::Id)).equals(named));
    let from_ri = Condition::all().add(seated(at_ri)).add(not_conflicted(actor));
    let report = report.filter(Condition::any().add(seated(elsewhere)).add(from_ri));
    Expr::exists(report.into_query())
}

/// The reports these seats are named to receive.
pub(crate) fn received_by(seats: Vec<Uuid>) -> Select<handover_item::Entity> {
    handover_item::Entity::find()
        .select_only()
        .column(handover_item::Column::ReportId)
        .join(
            JoinType::InnerJoin,
            handover_item::Entity::belongs_to(handover_receiver::Entity)
                .from(handover_item::Column::HandoverId)
                .to(handover_receiver::Column::HandoverId)
                .into(),
        )
        .filter(handover_receiver::Column::SeatId.is_in(seats))
        .filter(handover_item::Column::Outcome.ne(HandoverOutcome::Refused))
}

/// The visible reports among these ids, whatever their order. An absent and a hidden one are missing alike.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<report::Model>, Error> {
    Ok(report::Entity::find()
        .filter(report::Column::Id.is_in(ids.iter().copied()))
        .filter(visible_to(actor))
        .into_model::<Row>()
        .all(connection)
        .await?
        .into_iter()
        .map(|row| row.0)
        .collect())
}

/// The visible reports among those that a statement gives the ids of.
///
/// # Errors
/// The database's.
pub async fn by_subquery(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: SelectStatement,
) -> Result<Vec<report::Model>, Error> {
    Ok(report::Entity::find()
        .filter(report::Column::Id.in_subquery(ids))
        .filter(visible_to(actor))
        .all(connection)
        .await?)
}

/// One visible report.
///
/// # Errors
/// The database's.
pub async fn by_id(connection: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Option<report::Model>, Error> {
    Ok(report::Entity::find_by_id(id)
        .filter(visible_to(actor))
        .one(connection)
        .await?)
}

/// The visible reports among these ids, locked until the transaction ends, always in the same order so that two bulk
/// commands cannot wait for each other.
///
/// # Errors
/// The database's.
pub async fn locked(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<report::Model>, Error> {
    let mut wanted = report::Entity::find()
        .filter(report::Column::Id.is_in(ids.iter().copied()))
        .filter(visible_to(actor))
        .order_by(report::Column::Id, Direction::Asc);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.all(connection).await?)
}

/// A page of the visible reports.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    (order, descending): (Order, bool),
    window: &Window<Key>,
) -> Result<Page<report::Model>, Error> {
    let mut wanted = filtered(connection, actor, filter).await?;
    // Later in the list is smaller in a descending one.
    if let Some(after) = &window.after {
        wanted = wanted.filter(beyond(order, after, !descending));
    }
    if let Some(before) = &window.before {
        wanted = wanted.filter(beyond(order, before, descending));
    }
    let direction = if descending == window.from_end {
        Direction::Asc
    } else {
        Direction::Desc
    };
    if order == Order::Submitted {
        wanted = wanted.order_by(report::Column::SubmittedRank, direction.clone());
    }
    let surplus = u64::try_from(window.limit + 1).map_err(Error::internal)?;
    let found = wanted
        .order_by(report::Column::Id, direction)
        .limit(surplus)
        .into_model::<Row>()
        .all(connection)
        .await?;
    Ok(Page::from_surplus(found.into_iter().map(|row| row.0).collect(), window))
}

/// How many visible reports there are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(connection, actor, filter).await?.count(connection).await?)
}

/// How many reports of each unit are still on their way. It tells numbers to whoever dissolves the units, and nothing else.
///
/// # Errors
/// The database's.
pub async fn open_reports(connection: &impl ConnectionTrait, units: &[Uuid]) -> Result<HashMap<Uuid, i64>, Error> {
    let counted: Vec<(Uuid, i64)> = report::Entity::find()
        .select_only()
        .column(report::Column::UnitId)
        .column_as(report::Column::Id.count(), "open")
        .filter(report::Column::UnitId.is_in(units.iter().copied()))
        .filter(report::Column::Status.is_not_in(workflow::AT_AN_END))
        .group_by(report::Column::UnitId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(counted.into_iter().collect())
}

/// One of these units that has a report, a template or a round, has opened a session or is expected in one, if any has. It
/// tells of no record, only that there is one.
///
/// # Errors
/// The database's.
pub async fn unit_with_records(connection: &impl ConnectionTrait, units: &[Uuid]) -> Result<Option<Uuid>, Error> {
    for units in units.chunks(LARGEST_LIST) {
        let found = [
            first_among::<report::Entity>(connection, report::Column::UnitId, units).await?,
            first_among::<handover_session::Entity>(connection, handover_session::Column::UnitId, units).await?,
            first_among::<handover_expected::Entity>(connection, handover_expected::Column::UnitId, units).await?,
            first_among::<template::Entity>(connection, template::Column::OwnerId, units).await?,
            first_among::<cycle::Entity>(connection, cycle::Column::OwnerId, units).await?,
        ];
        if let Some(unit) = found.into_iter().flatten().next() {
            return Ok(Some(unit));
        }
    }
    Ok(None)
}

async fn first_among<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    unit: E::Column,
    units: &[Uuid],
) -> Result<Option<Uuid>, Error> {
    let found = E::find()
        .select_only()
        .column(unit)
        .filter(unit.is_in(units.iter().copied()));
    Ok(found.into_tuple().one(connection).await?)
}

/// A comparison of whole keys as rows, which an index answers; spelled out with OR it would not.
fn beyond(order: Order, key: &Key, greater: bool) -> SimpleExpr {
    let (columns, values) = match order {
        Order::Created => (
            vec![Expr::col((report::Entity, report::Column::Id))],
            vec![Expr::value(key.id)],
        ),
        Order::Submitted => (
            vec![
                Expr::col((report::Entity, report::Column::SubmittedRank)),
                Expr::col((report::Entity, report::Column::Id)),
            ],
            vec![Expr::value(key.rank), Expr::value(key.id)],
        ),
    };
    let (columns, values) = (Expr::tuple(columns), Expr::tuple(values));
    if greater {
        columns.gt(values)
    } else {
        columns.lt(values)
    }
}

async fn filtered(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
) -> Result<Select<report::Entity>, Error> {
    let mut wanted = report::Entity::find().filter(visible_among(actor, filter.status.as_deref()));
    let lists = [
        (report::Column::UnitId, &filter.unit),
        (report::Column::TemplateId, &filter.template),
        (report::Column::CycleId, &filter.cycle),
    ];
    for (column, ids) in lists {
        if let Some(ids) = ids {
            wanted = wanted.filter(column.is_in(ids.iter().copied()));
        }
    }
    if let Some(statuses) = &filter.status {
        wanted = wanted.filter(report::Column::Status.is_in(statuses.iter().copied()));
    }
    if let Some(openness) = &filter.openness {
        wanted = wanted.filter(report::Column::Openness.is_in(openness.iter().copied()));
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
    if let Some(session) = filter.handover_session {
        wanted = wanted.filter(report::Column::Id.in_subquery(handed_over_in(session).into_query()));
    }
    if let Some(from) = filter.submitted_from {
        wanted = wanted.filter(report::Column::SubmittedAt.gte(from));
    }
    if let Some(before) = filter.submitted_before {
        wanted = wanted.filter(report::Column::SubmittedAt.lt(before));
    }
    if !filter.words.is_empty() {
        let found = found_by(connection, &filter.words).await?;
        wanted = wanted.filter(report::Column::Id.in_subquery(found));
    }
    Ok(wanted)
}

/// The reports that words are found in, by the index that each database has for them. Few are looked up and sorted; of many
/// the newest soon fill a page, so that the reports are walked and each is asked for the words.
async fn found_by(connection: &impl ConnectionTrait, words: &Wanted) -> Result<SelectStatement, Error> {
    let found = match connection.get_database_backend() {
        DatabaseBackend::Postgres if !are_common(connection, words).await? => {
            return Ok(Query::select().expr(looked_up(words)).to_owned());
        }
        DatabaseBackend::Postgres => {
            Expr::cust_with_values("report_text.tokens @@ CAST($1 AS tsquery)", [words.for_postgres()])
        }
        _ => Expr::cust_with_values(
            "report_text.number IN (SELECT rowid FROM report_text_index WHERE report_text_index MATCH ?)",
            [words.for_sqlite()],
        ),
    };
    let found = report_text::Entity::find()
        .select_only()
        .column(report_text::Column::ReportId)
        .filter(found);
    Ok(found.into_query())
}

/// Whether words are found in more reports than are looked up, whoever may see them.
async fn are_common(connection: &impl ConnectionTrait, words: &Wanted) -> Result<bool, Error> {
    let found = Query::select().expr_as(looked_up(words), "report_id").to_owned();
    let counted = Query::select()
        .expr_as(Expr::col(Asterisk).count(), "reports")
        .from_subquery(found, "found")
        .to_owned();
    let row = connection.query_one(&counted).await?;
    let reports: Option<i64> = row.map(|row| row.try_get("", "reports")).transpose()?;
    Ok(reports.is_some_and(|reports| reports > MOST_LOOKED_UP))
}

fn looked_up(words: &Wanted) -> SimpleExpr {
    let values = [Value::from(words.for_postgres()), Value::from(MOST_LOOKED_UP + 1)];
    Expr::cust_with_values("report_text_found(CAST($1 AS tsquery), $2)", values)
}

/// A handover with the seats named to receive.
#[derive(Clone, Debug)]
pub struct Handover {
    pub act: handover::Model,
    pub item: handover_item::Model,
    pub receivers: Vec<Uuid>,
}

/// The handovers in force of reports the caller has already been shown.
///
/// # Errors
/// The database's.
pub async fn handovers_in_force(
    connection: &impl ConnectionTrait,
    reports: &[Uuid],
) -> Result<HashMap<Uuid, Handover>, Error> {
    let items = handover_item::Entity::find()
        .filter(handover_item::Column::ReportId.is_in(reports.iter().copied()))
        .filter(handover_item::Column::Outcome.ne(HandoverOutcome::Refused))
        .all(connection)
        .await?;
    if items.is_empty() {
        return Ok(HashMap::new());
    }
    let mut acts: Vec<Uuid> = items.iter().map(|item| item.handover_id).collect();
    acts.sort_unstable();
    acts.dedup();
    let mut receivers: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    let named = handover_receiver::Entity::find()
        .filter(handover_receiver::Column::HandoverId.is_in(acts.iter().copied()))
        .order_by(handover_receiver::Column::SeatId, Direction::Asc);
    for receiver in named.all(connection).await? {
        receivers
            .entry(receiver.handover_id)
            .or_default()
            .push(receiver.seat_id);
    }
    let acts = handover::Entity::find()
        .filter(handover::Column::Id.is_in(acts))
        .all(connection)
        .await?;
    let acts: HashMap<Uuid, handover::Model> = acts.into_iter().map(|act| (act.id, act)).collect();
    let joined = items.into_iter().filter_map(|item| {
        let act = acts.get(&item.handover_id)?.clone();
        let receivers = receivers.get(&item.handover_id).cloned().unwrap_or_default();
        Some((item.report_id, Handover { act, item, receivers }))
    });
    Ok(joined.collect())
}

/// The reports handed over in a session and not refused.
fn handed_over_in(session: Uuid) -> Select<handover_item::Entity> {
    handover_item::Entity::find()
        .select_only()
        .column(handover_item::Column::ReportId)
        .join(
            JoinType::InnerJoin,
            handover_item::Entity::belongs_to(handover::Entity)
                .from(handover_item::Column::HandoverId)
                .to(handover::Column::Id)
                .into(),
        )
        .filter(handover::Column::SessionId.eq(session))
        .filter(handover_item::Column::Outcome.ne(HandoverOutcome::Refused))
}

/// Revisions by id, of reports the caller has already been shown.
///
/// # Errors
/// The database's.
pub async fn revisions(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, revision::Model>, Error> {
    let revisions = revision::Entity::find()
        .filter(revision::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(revisions.into_iter().map(|revision| (revision.id, revision)).collect())
}

/// Revisions by report and number, of reports the caller has already been shown.
///
/// # Errors
/// The database's.
pub async fn revisions_numbered(
    connection: &impl ConnectionTrait,
    wanted: &[(Uuid, i32)],
) -> Result<Vec<revision::Model>, Error> {
    let any = wanted.iter().fold(Condition::any(), |any, (report, number)| {
        let one = revision::Column::ReportId.eq(*report);
        any.add(one.and(revision::Column::Number.eq(*number)))
    });
    if any.is_empty() {
        return Ok(Vec::new());
    }
    Ok(revision::Entity::find().filter(any).all(connection).await?)
}

/// Some revisions after an id, in its order, for whoever inspects all of them.
pub(super) async fn frozen_after(connection: &impl ConnectionTrait, id: Uuid) -> Result<Vec<revision::Model>, Error> {
    /// So many are held in memory at once.
    const AT_ONCE: u64 = 500;
    let next = revision::Entity::find()
        .filter(revision::Column::Id.gt(id))
        .order_by(revision::Column::Id, Direction::Asc)
        .limit(AT_ONCE);
    Ok(next.all(connection).await?)
}

/// The working drafts of reports. Only for reports whose draft the policy lets the caller read.
///
/// # Errors
/// The database's.
pub async fn drafts(connection: &impl ConnectionTrait, reports: &[Uuid]) -> Result<HashMap<Uuid, draft::Model>, Error> {
    let drafts = draft::Entity::find()
        .filter(draft::Column::ReportId.is_in(reports.iter().copied()))
        .all(connection)
        .await?;
    Ok(drafts.into_iter().map(|draft| (draft.report_id, draft)).collect())
}

/// The working draft of a report. Only for a report whose draft the policy lets the caller read.
///
/// # Errors
/// The database's.
pub async fn draft(connection: &impl ConnectionTrait, report: Uuid) -> Result<draft::Model, Error> {
    let draft = draft::Entity::find_by_id(report).one(connection).await?;
    draft.ok_or_else(|| Error::internal("a report without its draft"))
}

/// What a submission is known by, without what it says.
#[derive(Clone, Debug)]
pub struct Mark {
    pub revision: Uuid,
    pub report: Uuid,
    pub number: i32,
    pub sha256: String,
}

/// What these submissions are known by.
///
/// # Errors
/// The database's.
pub async fn revision_marks(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Mark>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<(Uuid, Uuid, i32, String)> = revision::Entity::find()
        .select_only()
        .columns([
            revision::Column::Id,
            revision::Column::ReportId,
            revision::Column::Number,
            revision::Column::Sha256,
        ])
        .filter(revision::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let mark = |(revision, report, number, sha256)| Mark {
        revision,
        report,
        number,
        sha256,
    };
    Ok(marks.into_iter().map(mark).collect())
}

/// What submissions cite, of reports the caller has already been shown: by submission, the submissions cited.
///
/// # Errors
/// The database's.
pub async fn citations(
    connection: &impl ConnectionTrait,
    revisions: &[Uuid],
) -> Result<HashMap<Uuid, Vec<citation::Model>>, Error> {
    let mut by_revision: HashMap<Uuid, Vec<citation::Model>> = HashMap::new();
    let found = citation::Entity::find().filter(citation::Column::RevisionId.is_in(revisions.iter().copied()));
    for citation in found.all(connection).await? {
        by_revision.entry(citation.revision_id).or_default().push(citation);
    }
    Ok(by_revision)
}

/// Which of these submissions cite one that is no longer in force. It tells no more of what is cited.
///
/// # Errors
/// The database's.
pub async fn stale_recaps(connection: &impl ConnectionTrait, revisions: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let replaced = Expr::col((report::Entity, report::Column::RevisionId))
        .ne(Expr::col((citation::Entity, citation::Column::CitedRevisionId)));
    Ok(citation::Entity::find()
        .select_only()
        .column(citation::Column::RevisionId)
        .distinct()
        .join(
            JoinType::InnerJoin,
            citation::Entity::belongs_to(report::Entity)
                .from(citation::Column::CitedReportId)
                .to(report::Column::Id)
                .into(),
        )
        .filter(citation::Column::RevisionId.is_in(revisions.iter().copied()))
        .filter(
            Condition::any()
                .add(replaced)
                .add(report::Column::Status.is_in(workflow::NOT_IN_FORCE)),
        )
        .into_tuple()
        .all(connection)
        .await?)
}

/// The submissions in force of these units in one round: unit and submission. For those who write for the units.
///
/// # Errors
/// The database's.
pub(super) async fn in_force(
    connection: &impl ConnectionTrait,
    cycle: Uuid,
    units: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    let mut found = Vec::new();
    for units in units.chunks(LARGEST_LIST) {
        let part: Vec<(Uuid, Uuid)> = report::Entity::find()
            .select_only()
            .columns([report::Column::UnitId, report::Column::RevisionId])
            .filter(report::Column::CycleId.eq(cycle))
            .filter(report::Column::UnitId.is_in(units.iter().copied()))
            .filter(report::Column::RevisionId.is_not_null())
            .filter(report::Column::Status.is_not_in(workflow::NOT_IN_FORCE))
            .into_tuple()
            .all(connection)
            .await?;
        found.extend(part);
    }
    Ok(found)
}

/// The units that have a report of a round that was neither declined nor given up. For those who begin what is missing;
/// which of them they are nobody is told.
///
/// # Errors
/// The database's.
pub(super) async fn units_begun(connection: &impl ConnectionTrait, cycle: Uuid) -> Result<HashSet<Uuid>, Error> {
    let begun: Vec<Uuid> = report::Entity::find()
        .select_only()
        .column(report::Column::UnitId)
        .filter(report::Column::CycleId.eq(cycle))
        .filter(report::Column::Status.is_not_in([ReportStatus::Declined, ReportStatus::Abandoned]))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(begun.into_iter().collect())
}

/// What is owed in one round, as a command is decided on it: nobody changes it until the transaction ends.
///
/// # Errors
/// The database's.
pub(super) async fn obligations_held(
    connection: &impl ConnectionTrait,
    cycle: Uuid,
) -> Result<Vec<obligation::Model>, Error> {
    let mut wanted = obligation::Entity::find()
        .filter(obligation::Column::CycleId.eq(cycle))
        .order_by(obligation::Column::Id, Direction::Asc);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.all(connection).await?)
}

/// The histories of reports the caller has already been shown, each earliest first.
///
/// # Errors
/// The database's.
pub async fn histories(
    connection: &impl ConnectionTrait,
    reports: &[Uuid],
) -> Result<HashMap<Uuid, Vec<transition::Model>>, Error> {
    let mut histories: HashMap<Uuid, Vec<transition::Model>> = HashMap::new();
    let found = transition::Entity::find()
        .filter(transition::Column::ReportId.is_in(reports.iter().copied()))
        .order_by(transition::Column::Version, Direction::Asc);
    for step in found.all(connection).await? {
        histories.entry(step.report_id).or_default().push(step);
    }
    Ok(histories)
}

/// The actor's own report under the name the client gave it.
///
/// # Errors
/// The database's.
pub async fn by_client_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    client_id: Uuid,
) -> Result<Option<report::Model>, Error> {
    Ok(report::Entity::find()
        .filter(report::Column::CreatedBy.eq(actor.account))
        .filter(report::Column::ClientId.eq(client_id))
        .one(connection)
        .await?)
}

/// The version of templates and rounds in the database.
///
/// # Errors
/// The database's.
pub async fn catalogue_version(connection: &impl ConnectionTrait) -> Result<i64, Error> {
    let pulse = pulse::Entity::find_by_id(CATALOGUE_PULSE).one(connection).await?;
    pulse
        .map(|pulse| pulse.version)
        .ok_or_else(|| Error::internal("the catalogue pulse is missing"))
}

/// Reads every template and round. The version is read first, so that what was read is never older than it says.
///
/// # Errors
/// The database's.
pub async fn catalogue(connection: &impl ConnectionTrait) -> Result<Catalogue, Error> {
    Ok(Catalogue::new(catalogue::Rows {
        version: catalogue_version(connection).await?,
        templates: template::Entity::find().all(connection).await?,
        cycles: cycle::Entity::find().all(connection).await?,
        stages: election_stage::Entity::find().all(connection).await?,
        passings: cycle_passing::Entity::find().all(connection).await?,
    }))
}

/// A template as a command is decided on it.
///
/// # Errors
/// The database's.
pub async fn template(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<template::Model>, Error> {
    Ok(template::Entity::find_by_id(id).one(connection).await?)
}

/// Every version of a template, as a command is decided on them.
///
/// # Errors
/// The database's.
pub async fn template_versions(connection: &impl ConnectionTrait, code: &str) -> Result<Vec<template::Model>, Error> {
    Ok(template::Entity::find()
        .filter(template::Column::Code.eq(code))
        .all(connection)
        .await?)
}

/// A round as a command is decided on it: nobody closes or changes it until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn cycle_held(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<cycle::Model>, Error> {
    let mut wanted = cycle::Entity::find_by_id(id);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_shared();
    }
    Ok(wanted.one(connection).await?)
}

/// A stage of an election.
///
/// # Errors
/// The database's.
pub async fn stage(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<election_stage::Model>, Error> {
    Ok(election_stage::Entity::find_by_id(id).one(connection).await?)
}

/// The rounds that are not closed.
///
/// # Errors
/// The database's.
pub async fn open_cycles(connection: &impl ConnectionTrait) -> Result<Vec<cycle::Model>, Error> {
    Ok(cycle::Entity::find()
        .filter(cycle::Column::ClosedAt.is_null())
        .all(connection)
        .await?)
}

/// The rounds whose ledger has not been made.
///
/// # Errors
/// The database's.
pub async fn cycles_without_audience(connection: &impl ConnectionTrait) -> Result<Vec<cycle::Model>, Error> {
    Ok(cycle::Entity::find()
        .filter(cycle::Column::Audience.is_null())
        .all(connection)
        .await?)
}

/// What one unit owes in one round, as a command is decided on it: nobody changes it until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn obligation_held(
    connection: &impl ConnectionTrait,
    cycle: Uuid,
    unit: Uuid,
) -> Result<Option<obligation::Model>, Error> {
    let mut wanted = obligation::Entity::find()
        .filter(obligation::Column::CycleId.eq(cycle))
        .filter(obligation::Column::UnitId.eq(unit));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// The whole ledger of a round, for those who keep it.
///
/// # Errors
/// The database's.
pub(super) async fn obligations_of_cycle(
    connection: &impl ConnectionTrait,
    cycle: Uuid,
) -> Result<Vec<obligation::Model>, Error> {
    Ok(obligation::Entity::find()
        .filter(obligation::Column::CycleId.eq(cycle))
        .all(connection)
        .await?)
}

/// The reports of a round that were not given up, each with its history, by unit and earliest first. For those who keep the
/// ledger.
///
/// # Errors
/// The database's.
pub(super) async fn histories_of_cycle(
    connection: &impl ConnectionTrait,
    cycle: Uuid,
) -> Result<HashMap<Uuid, Vec<(report::Model, Vec<transition::Model>)>>, Error> {
    let reports = report::Entity::find()
        .filter(report::Column::CycleId.eq(cycle))
        .filter(report::Column::Status.ne(ReportStatus::Abandoned))
        .order_by(report::Column::Id, Direction::Asc)
        .all(connection)
        .await?;
    let mut by_unit: HashMap<Uuid, Vec<_>> = HashMap::new();
    for reports in reports.chunks(LARGEST_LIST) {
        let ids: Vec<Uuid> = reports.iter().map(|report| report.id).collect();
        let mut histories = histories(connection, &ids).await?;
        for report in reports {
            let history = histories.remove(&report.id).unwrap_or_default();
            by_unit
                .entry(report.unit_id)
                .or_default()
                .push((report.clone(), history));
        }
    }
    Ok(by_unit)
}

/// The report of the same unit and round that was declined before this one was begun. For those who keep the ledger.
///
/// # Errors
/// The database's.
pub(super) async fn declined_before(
    connection: &impl ConnectionTrait,
    report: &report::Model,
) -> Result<Option<Uuid>, Error> {
    Ok(report::Entity::find()
        .select_only()
        .column(report::Column::Id)
        .filter(report::Column::CycleId.eq(report.cycle_id))
        .filter(report::Column::UnitId.eq(report.unit_id))
        .filter(report::Column::Status.eq(ReportStatus::Declined))
        .order_by(report::Column::Id, Direction::Desc)
        .into_tuple()
        .one(connection)
        .await?)
}

#[cfg(test)]
mod tests {
    use entity::report;
    use sea_orm::{IdenStatic, Iterable};

    use super::Row;

    #[test]
    fn a_row_is_read_in_the_order_of_its_columns() {
        let columns: Vec<&str> = report::Column::iter().map(|column| column.as_str()).collect();
        assert_eq!(Row::FIELDS, columns);
    }
}
