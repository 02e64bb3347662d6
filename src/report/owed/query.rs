//! The only door to the ledger for its readers. [`obligation_scope`] is the scope, in one place; what is counted is counted
//! of a unit the caller has been found to read.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the query module of the ledger; each read applies the scope or follows one that did"
)]
use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use entity::{
    enums::{Function, ObligationOutcome, ObligationStanding, ReminderStage, Tier, Verdict},
    obligation, obligation_act, obligation_outcome, reminder, reminder_summary,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order as Direction, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, Func, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::perspective::Perspective;
use crate::{
    by_place,
    error::Error,
    page::{Page, Window},
    report::{catalogue::Catalogue, obligation::State},
    session::Actor,
};

by_place!(
    /// An obligation as every column of it is selected.
    Row(obligation::Model) {
        id, cycle_id, unit_id, parent_id, provinsi_id, kabupaten_kota_id, kecamatan_id, tier, standing, due_at,
        on_time_until, passed_due_at, extended, met_at, report_id, accepted_at, declined, version,
    }
);

/// The place of an obligation in its list: by the moment it is due, then by unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    pub due_at: DateTime<Utc>,
    pub unit: Uuid,
    pub id: Uuid,
}

impl From<&obligation::Model> for Key {
    fn from(row: &obligation::Model) -> Self {
        Self {
            due_at: row.due_at,
            unit: row.unit_id,
            id: row.id,
        }
    }
}

/// Which obligations are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub cycle: Option<Vec<Uuid>>,
    pub unit: Option<Vec<Uuid>>,
    /// Of these units and of all that were beneath them, each with its tier.
    pub underneath: Option<Vec<(Tier, Uuid)>>,
    pub tier: Option<Vec<Tier>>,
    pub state: Option<Vec<State>>,
    pub due_from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub due_before: Option<DateTime<Utc>>,
}

/// From where and when the ledger is looked at: what is open, overdue or unmet is told from it.
#[derive(Clone, Debug)]
pub struct View {
    pub catalogue: Arc<Catalogue>,
    pub perspective: Perspective,
    pub now: DateTime<Utc>,
}

/// Obligations of a unit and of all that were beneath it; RI is above every unit.
fn beneath(tier: Tier, unit: Uuid) -> Condition {
    let column = match tier {
        Tier::Ri => return Condition::all(),
        Tier::Provinsi => obligation::Column::ProvinsiId,
        Tier::KabupatenKota => obligation::Column::KabupatenKotaId,
        Tier::Kecamatan => obligation::Column::KecamatanId,
    };
    Condition::all().add(column.eq(unit))
}

fn none() -> Condition {
    Condition::all().add(Expr::value(1).eq(0))
}

/// The scope: what any of the actor's seats may know of. It says in SQL what `authz::policy::cycle` says of `ReadLedger`; a
/// property test holds the two against each other.
#[must_use]
pub fn obligation_scope(actor: &Actor) -> Condition {
    let mut scope = Condition::any();
    for seat in &actor.seats {
        match seat.function {
            Function::Staff | Function::Head | Function::Observer | Function::Coordinator => {
                scope = scope.add(beneath(seat.tier, seat.unit));
            }
            // Manage people, or see what is handed to them.
            Function::Admin | Function::Expert => {}
        }
    }
    if scope.is_empty() { none() } else { scope }
}

/// Still owed, in the very words of the indexes that hold nothing else.
fn owed() -> SimpleExpr {
    Expr::cust("obligation.met_at IS NULL AND obligation.standing = 'EXPECTED'")
}

fn column(column: obligation_outcome::Column) -> SimpleExpr {
    Expr::col((obligation_outcome::Entity, column))
}

impl View {
    /// A column by which lateness is judged, or its counterpart where the round was passed on.
    fn judged(&self, plain: obligation_outcome::Column, passed: obligation_outcome::Column) -> SimpleExpr {
        let passed_on = self.perspective.passed_on();
        if passed_on.is_empty() {
            return column(plain);
        }
        let here = obligation::Column::CycleId.is_in(passed_on.iter().copied());
        Expr::case(here, column(passed)).finally(column(plain)).into()
    }

    fn outcome(&self) -> SimpleExpr {
        use obligation_outcome::Column::{Outcome, PassedOutcome};
        self.judged(Outcome, PassedOutcome)
    }

    fn awaited_until(&self) -> SimpleExpr {
        use obligation_outcome::Column::{AwaitedUntil, PassedAwaitedUntil};
        self.judged(AwaitedUntil, PassedAwaitedUntil)
    }

    /// Until when a row is in time, of its own columns: the one it is grouped by stands in the index of the recapitulation,
    /// which would be read for it instead of the one that is in order.
    fn until(&self) -> SimpleExpr {
        let column = |column| Expr::col((obligation::Entity, column));
        let of_the_round = column(obligation::Column::OnTimeUntil);
        let passed_on = self.perspective.passed_on();
        if passed_on.is_empty() {
            return of_the_round;
        }
        let here = obligation::Column::CycleId.is_in(passed_on.iter().copied());
        let earlier = Func::coalesce([column(obligation::Column::PassedDueAt), of_the_round.clone()]);
        Expr::case(here, earlier).finally(of_the_round).into()
    }

    /// The rounds that are closed, those that have not opened, and those between.
    fn rounds(&self) -> Rounds {
        let mut rounds = Rounds::default();
        for cycle in self.catalogue.cycles() {
            if cycle.closed_at.is_some_and(|closed| closed <= self.now) {
                rounds.closed.push(cycle.id);
            } else if self.now < cycle.opens_at {
                rounds.unopened.push(cycle.id);
            } else {
                let first = rounds
                    .opened
                    .map_or(cycle.opens_at, |first| Ord::min(first, cycle.opens_at));
                rounds.opened = Some(first);
            }
        }
        rounds
    }

    /// The obligations that stand in any of these ways.
    fn in_states(&self, states: &[State]) -> Condition {
        let rounds = self.rounds();
        let mut settled = Vec::new();
        let mut pending = Condition::any();
        for state in states {
            match state {
                State::MetOnTime => settled.push(ObligationOutcome::OnTime),
                State::MetLate => settled.push(ObligationOutcome::Late),
                State::Excused => settled.push(ObligationOutcome::Excused),
                State::Waived => settled.push(ObligationOutcome::Waived),
                State::NotApplicable => settled.push(ObligationOutcome::NotApplicable),
                State::Scheduled => pending = pending.add(in_rounds(&rounds.unopened)),
                State::Unmet => pending = pending.add(in_rounds(&rounds.closed)),
                State::Open => pending = pending.add(rounds.open().add(self.until().gte(self.now))),
                State::Overdue => pending = pending.add(self.overdue(&rounds)),
            }
        }
        let mut any = Condition::any();
        if !settled.is_empty() {
            any = any.add(self.outcome().is_in(settled));
        }
        if !pending.is_empty() {
            any = any.add(Condition::all().add(owed()).add(pending));
        }
        if any.is_empty() { none() } else { any }
    }

    /// That it was due before now is implied, and keeps what is not from being read.
    fn overdue(&self, rounds: &Rounds) -> Condition {
        let mut overdue = rounds.open().add(self.until().lt(self.now));
        if self.perspective.passed_on().is_empty() {
            overdue = overdue.add(obligation::Column::DueAt.lt(self.now));
        }
        overdue
    }
}

#[derive(Default)]
struct Rounds {
    closed: Vec<Uuid>,
    unopened: Vec<Uuid>,
    /// When the first of those that are open was opened. Nothing in them is due before.
    opened: Option<DateTime<Utc>>,
}

impl Rounds {
    /// Of a round that is open. The bound of the due moment is implied, and keeps what old rounds never brought from being
    /// read first.
    fn open(&self) -> Condition {
        let Some(opened) = self.opened else {
            return none();
        };
        let others = self.closed.iter().chain(&self.unopened).copied();
        Condition::all()
            .add(obligation::Column::DueAt.gte(opened))
            .add(obligation::Column::CycleId.is_not_in(others))
    }
}

fn in_rounds(cycles: &[Uuid]) -> Condition {
    Condition::all().add(obligation::Column::CycleId.is_in(cycles.iter().copied()))
}

fn filtered(actor: &Actor, view: &View, filter: &Filter) -> Select<obligation::Entity> {
    let mut wanted = obligation::Entity::find().filter(obligation_scope(actor));
    let lists = [
        (obligation::Column::CycleId, &filter.cycle),
        (obligation::Column::UnitId, &filter.unit),
    ];
    for (column, ids) in lists {
        if let Some(ids) = ids {
            wanted = wanted.filter(column.is_in(ids.iter().copied()));
        }
    }
    if let Some(tops) = &filter.underneath {
        let any = tops
            .iter()
            .fold(Condition::any(), |any, (tier, unit)| any.add(beneath(*tier, *unit)));
        wanted = wanted.filter(if tops.is_empty() { none() } else { any });
    }
    if let Some(tiers) = &filter.tier {
        wanted = wanted.filter(obligation::Column::Tier.is_in(tiers.iter().copied()));
    }
    if let Some(states) = &filter.state {
        wanted = wanted.filter(view.in_states(states));
    }
    if let Some(from) = filter.due_from {
        wanted = wanted.filter(obligation::Column::DueAt.gte(from));
    }
    if let Some(before) = filter.due_before {
        wanted = wanted.filter(obligation::Column::DueAt.lt(before));
    }
    wanted
}

/// A page of the obligations in scope, by due moment, then unit.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    view: &View,
    filter: &Filter,
    descending: bool,
    window: &Window<Key>,
) -> Result<Page<obligation::Model>, Error> {
    let mut wanted = filtered(actor, view, filter);
    // Later in the list is smaller in a descending one.
    if let Some(after) = &window.after {
        wanted = wanted.filter(beyond(after, !descending));
    }
    if let Some(before) = &window.before {
        wanted = wanted.filter(beyond(before, descending));
    }
    let direction = if descending == window.from_end {
        Direction::Asc
    } else {
        Direction::Desc
    };
    let surplus = u64::try_from(window.limit + 1).map_err(Error::internal)?;
    let found = wanted
        .order_by(obligation::Column::DueAt, direction.clone())
        .order_by(obligation::Column::UnitId, direction.clone())
        .order_by(obligation::Column::Id, direction)
        .limit(surplus)
        .into_model::<Row>()
        .all(connection)
        .await?;
    Ok(Page::from_surplus(found.into_iter().map(|row| row.0).collect(), window))
}

/// A comparison of whole keys as rows, which an index answers.
fn beyond(key: &Key, greater: bool) -> SimpleExpr {
    let columns = [
        obligation::Column::DueAt,
        obligation::Column::UnitId,
        obligation::Column::Id,
    ];
    let columns = Expr::tuple(columns.map(|column| Expr::col((obligation::Entity, column))));
    let values = Expr::tuple([Expr::value(key.due_at), Expr::value(key.unit), Expr::value(key.id)]);
    if greater {
        columns.gt(values)
    } else {
        columns.lt(values)
    }
}

/// How many obligations in scope a filter finds.
///
/// # Errors
/// The database's.
pub async fn count(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    view: &View,
    filter: &Filter,
) -> Result<u64, Error> {
    Ok(filtered(actor, view, filter).count(connection).await?)
}

/// Those among these ids that are in scope, whatever their order.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<obligation::Model>, Error> {
    Ok(obligation::Entity::find()
        .filter(obligation::Column::Id.is_in(ids.iter().copied()))
        .filter(obligation_scope(actor))
        .all(connection)
        .await?)
}

/// What was decided about obligations the caller has already been shown, each earliest first.
///
/// # Errors
/// The database's.
pub async fn acts(
    connection: &impl ConnectionTrait,
    obligations: &[Uuid],
) -> Result<HashMap<Uuid, Vec<obligation_act::Model>>, Error> {
    let found = obligation_act::Entity::find()
        .filter(obligation_act::Column::ObligationId.is_in(obligations.iter().copied()))
        .order_by(obligation_act::Column::Id, Direction::Asc);
    let mut acts: HashMap<Uuid, Vec<obligation_act::Model>> = HashMap::new();
    for act in found.all(connection).await? {
        acts.entry(act.obligation_id).or_default().push(act);
    }
    Ok(acts)
}

/// What is counted: rounds, beneath a unit the caller has been found to read.
#[derive(Clone, Debug)]
pub struct Counted {
    pub cycles: Vec<Uuid>,
    /// The unit with its tier.
    pub top: (Tier, Uuid),
    /// Of units of this tier alone.
    pub tier: Option<Tier>,
}

/// Obligations that count alike, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub cycle_id: Uuid,
    /// The unit directly beneath the top through which they come; None for those of the top itself.
    pub child: Option<Uuid>,
    pub came: ObligationOutcome,
    pub until: Option<DateTime<Utc>>,
    pub verdict: Option<Verdict>,
    pub obligations: i64,
}

/// Counts rounds in one statement, grouped by the units directly beneath the one asked about.
///
/// # Errors
/// The database's.
pub async fn groups(connection: &impl ConnectionTrait, view: &View, counted: &Counted) -> Result<Vec<Group>, Error> {
    let (tier, top) = counted.top;
    let mut wanted = obligation::Entity::find()
        .select_only()
        .column(obligation::Column::CycleId)
        .column_as(child_of(tier), "child")
        .column_as(view.outcome(), "came")
        .column_as(view.awaited_until(), "until")
        .column_as(column(obligation_outcome::Column::Verdict), "verdict")
        .column_as(Expr::cust("COUNT(*)"), "obligations")
        .filter(in_rounds(&counted.cycles))
        .filter(beneath(tier, top));
    if let Some(tier) = counted.tier {
        wanted = wanted.filter(obligation::Column::Tier.eq(tier));
    }
    wanted = wanted.group_by(obligation::Column::CycleId);
    // By the names of the columns made above: what they are made of is said once.
    for name in ["child", "came", "until", "verdict"] {
        wanted = wanted.group_by(Expr::col(Alias::new(name)));
    }
    // By the places of the columns: see `by_place`.
    let counted: Vec<(Uuid, Option<Uuid>, _, _, _, i64)> = wanted.into_tuple().all(connection).await?;
    let group = |(cycle_id, child, came, until, verdict, obligations): (_, Option<Uuid>, _, _, _, _)| Group {
        cycle_id,
        child: child.filter(|child| *child != top),
        came,
        until,
        verdict,
        obligations,
    };
    Ok(counted.into_iter().map(group).collect())
}

/// The unit directly beneath one of a tier through which an obligation comes.
fn child_of(tier: Tier) -> SimpleExpr {
    let column = |column| Expr::col((obligation::Entity, column));
    match tier {
        Tier::Ri => column(obligation::Column::ProvinsiId),
        // Some kecamatan stand directly beneath their province.
        Tier::Provinsi => Func::coalesce([
            column(obligation::Column::KabupatenKotaId),
            column(obligation::Column::KecamatanId),
        ])
        .into(),
        Tier::KabupatenKota | Tier::Kecamatan => column(obligation::Column::KecamatanId),
    }
}

/// By when something is awaited: before it is due by the due moment, afterwards by the one until which it was in time; where
/// it was passed on, by the earlier one.
fn awaited(stage: ReminderStage) -> SimpleExpr {
    let column = |column| Expr::col((obligation::Entity, column));
    let of_the_round = match stage {
        ReminderStage::Week | ReminderStage::Day => obligation::Column::DueAt,
        ReminderStage::Overdue => obligation::Column::OnTimeUntil,
    };
    Func::coalesce([column(obligation::Column::PassedDueAt), column(of_the_round)]).into()
}

/// What is still owed in a round, awaited from a moment on and before another, and nobody was reminded of at this stage. It
/// serves the reminding alone.
pub(super) async fn to_remind(
    connection: &impl ConnectionTrait,
    cycle: Uuid,
    stage: ReminderStage,
    (from, before): (DateTime<Utc>, DateTime<Utc>),
    most: u64,
) -> Result<Vec<obligation::Model>, Error> {
    let of_this = Expr::col((reminder::Entity, reminder::Column::ObligationId));
    let reminded = reminder::Entity::find()
        .select_only()
        .column(reminder::Column::ObligationId)
        .filter(of_this.equals((obligation::Entity, obligation::Column::Id)))
        .filter(reminder::Column::Stage.eq(stage))
        .filter(Expr::col((reminder::Entity, reminder::Column::AwaitedAt)).eq(awaited(stage)));
    Ok(obligation::Entity::find()
        .filter(obligation::Column::CycleId.eq(cycle))
        .filter(owed())
        .filter(awaited(stage).gte(from))
        .filter(awaited(stage).lt(before))
        .filter(Expr::exists(reminded.into_query()).not())
        .order_by(obligation::Column::UnitId, Direction::Asc)
        .limit(most)
        .all(connection)
        .await?)
}

/// How many of those directly beneath a unit have not sent, of how many that were asked.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(super) struct Missing {
    pub unit: Uuid,
    pub missing: i64,
    pub asked: i64,
}

/// The units above what became overdue in a round from a moment on and before another, which were not told of it. It serves
/// the reminding alone.
pub(super) async fn to_summarise(
    connection: &impl ConnectionTrait,
    cycle: Uuid,
    (from, before): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Missing>, Error> {
    let overdue = Condition::all()
        .add(owed())
        .add(awaited(ReminderStage::Overdue).gte(from))
        .add(awaited(ReminderStage::Overdue).lt(before));
    let there = obligation::Column::Standing.ne(ObligationStanding::NotApplicable);
    let those = |which: Condition| {
        let one: SimpleExpr = Expr::case(which, Expr::cust("1")).into();
        one.count()
    };
    let of_this = Expr::col((reminder_summary::Entity, reminder_summary::Column::UnitId));
    let told = reminder_summary::Entity::find()
        .select_only()
        .column(reminder_summary::Column::UnitId)
        .filter(of_this.equals((obligation::Entity, obligation::Column::ParentId)))
        .filter(reminder_summary::Column::CycleId.eq(cycle));
    Ok(obligation::Entity::find()
        .select_only()
        .column_as(obligation::Column::ParentId, "unit")
        .column_as(those(overdue.clone()), "missing")
        .column_as(those(Condition::all().add(there)), "asked")
        .filter(obligation::Column::CycleId.eq(cycle))
        .filter(obligation::Column::ParentId.is_not_null())
        .filter(Expr::exists(told.into_query()).not())
        .group_by(obligation::Column::ParentId)
        .having(those(overdue).gt(0))
        .into_model::<Missing>()
        .all(connection)
        .await?)
}

#[cfg(test)]
mod tests {
    use entity::obligation;
    use sea_orm::{IdenStatic, Iterable};

    use super::Row;

    #[test]
    fn a_row_is_read_in_the_order_of_its_columns() {
        let columns: Vec<&str> = obligation::Column::iter().map(|column| column.as_str()).collect();
        assert_eq!(Row::FIELDS, columns);
    }
}
