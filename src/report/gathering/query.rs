//! The only door to gatherings. One is seen by the units expected in it and those above them, by those who receive in it, and
//! by whoever sees a report that was handed over in it.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads gatherings; each read applies the scope, or follows one that did"
)]
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    enums::{Function, HandoverOutcome, Tier},
    handover, handover_act, handover_expected, handover_item, handover_session, handover_session_receiver, report,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, IntoColumnRef, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    db::newest_first,
    error::Error,
    page::{Page, Window},
    report::query::visible_to,
    session::Actor,
};

/// Which gatherings are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Arranged or opened by one of these, or expecting one of them.
    pub unit: Option<Vec<Uuid>>,
    /// Beginning at this moment or later.
    pub starts_from: Option<DateTime<Utc>>,
    /// Beginning before this moment.
    pub starts_before: Option<DateTime<Utc>>,
    pub cancelled: Option<bool>,
}

/// A gathering with its agenda and everything that was done to it.
#[derive(Clone, Debug)]
pub struct Gathering {
    pub row: handover_session::Model,
    /// In the order of the agenda.
    pub expected: Vec<handover_expected::Model>,
    pub receivers: Vec<Uuid>,
    /// Earliest first.
    pub acts: Vec<handover_act::Model>,
}

/// A report handed over in a gathering, and what became of it there.
#[derive(Clone, Debug)]
pub struct Given {
    pub report: Uuid,
    pub unit: Uuid,
    pub revision: Uuid,
    pub outcome: HandoverOutcome,
    pub giver: Uuid,
    pub place: String,
    /// The seat that received or refused.
    pub decided_by: Option<Uuid>,
    pub given_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}

/// The scope.
fn scope(actor: &Actor) -> Condition {
    let content = || {
        let seats = actor.seats.iter();
        seats.filter(|seat| !matches!(seat.function, Function::Admin | Function::Expert))
    };
    if content().any(|seat| seat.tier == Tier::Ri) {
        return Condition::all();
    }
    let tree = &actor.directory.tree;
    // What nobody arranged is open to those beneath, so that they can join it.
    let openers = content().flat_map(|seat| tree.ancestors_and_self(seat.unit));
    let opened_above = Condition::all()
        .add(handover_session::Column::StartsAt.is_null())
        .add(handover_session::Column::UnitId.is_in(openers.map(|unit| unit.id)));
    let own = handover_session::Column::UnitId.is_in(content().map(|seat| seat.unit));
    let within: HashSet<Uuid> = content()
        .flat_map(|seat| tree.scope(seat.unit))
        .flat_map(|top| tree.subtree(top.id))
        .map(|unit| unit.id)
        .collect();
    let expected = handover_expected::Entity::find()
        .select_only()
        .column(handover_expected::Column::SessionId)
        .filter(handover_expected::Column::UnitId.is_in(within));
    let receiving = handover_session_receiver::Entity::find()
        .select_only()
        .column(handover_session_receiver::Column::SessionId)
        .filter(handover_session_receiver::Column::SeatId.is_in(actor.seats.iter().map(|seat| seat.seat)));
    Condition::any()
        .add(opened_above)
        .add(own)
        .add(handover_session::Column::Id.in_subquery(expected.into_query()))
        .add(handover_session::Column::Id.in_subquery(receiving.into_query()))
        .add(has_visible_report(actor))
}

/// That a report which the actor sees was handed over in it, and not refused.
fn has_visible_report(actor: &Actor) -> SimpleExpr {
    let given = handover_item::Entity::find()
        .select_only()
        .column(handover_item::Column::ReportId)
        .join(
            JoinType::InnerJoin,
            handover_item::Entity::belongs_to(handover::Entity)
                .from(handover_item::Column::HandoverId)
                .to(handover::Column::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            handover_item::Entity::belongs_to(report::Entity)
                .from(handover_item::Column::ReportId)
                .to(report::Column::Id)
                .into(),
        )
        .filter(
            Expr::col((handover::Entity, handover::Column::SessionId))
                .equals((handover_session::Entity, handover_session::Column::Id)),
        )
        .filter(handover_item::Column::Outcome.ne(HandoverOutcome::Refused))
        .filter(visible_to(actor));
    Expr::exists(given.into_query())
}

/// Whether the gathering that a column of another table names is one the actor sees.
pub fn sees(actor: &Actor, named: impl IntoColumnRef) -> SimpleExpr {
    let gathering = handover_session::Entity::find()
        .select_only()
        .column(handover_session::Column::Id)
        .filter(Expr::col((handover_session::Entity, handover_session::Column::Id)).equals(named))
        .filter(scope(actor));
    Expr::exists(gathering.into_query())
}

/// The gatherings among these that the actor sees.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<handover_session::Model>, Error> {
    let wanted = handover_session::Entity::find().filter(handover_session::Column::Id.is_in(ids.iter().copied()));
    Ok(wanted.filter(scope(actor)).all(connection).await?)
}

/// One that the actor sees, as a command is decided on it: nobody changes it, or joins it, until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn held(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<handover_session::Model>, Error> {
    let mut wanted = handover_session::Entity::find_by_id(id).filter(scope(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// A page of the gatherings the actor sees, the newest first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<handover_session::Model>, Error> {
    newest_first(
        connection,
        filtered(actor, filter),
        handover_session::Column::Id,
        window,
    )
    .await
}

/// How many there are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(actor, filter).count(connection).await?)
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<handover_session::Entity> {
    let mut wanted = handover_session::Entity::find().filter(scope(actor));
    if let Some(units) = &filter.unit {
        let expecting = handover_expected::Entity::find()
            .select_only()
            .column(handover_expected::Column::SessionId)
            .filter(handover_expected::Column::UnitId.is_in(units.iter().copied()));
        wanted = wanted.filter(
            Condition::any()
                .add(handover_session::Column::UnitId.is_in(units.iter().copied()))
                .add(handover_session::Column::Id.in_subquery(expecting.into_query())),
        );
    }
    if let Some(from) = filter.starts_from {
        wanted = wanted.filter(handover_session::Column::StartsAt.gte(from));
    }
    if let Some(before) = filter.starts_before {
        wanted = wanted.filter(handover_session::Column::StartsAt.lt(before));
    }
    match filter.cancelled {
        Some(true) => wanted.filter(handover_session::Column::CancelledAt.is_not_null()),
        Some(false) => wanted.filter(handover_session::Column::CancelledAt.is_null()),
        None => wanted,
    }
}

/// All there is to gatherings the caller has already been shown.
///
/// # Errors
/// The database's.
pub async fn gatherings(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Gathering>, Error> {
    let rows = handover_session::Entity::find().filter(handover_session::Column::Id.is_in(ids.iter().copied()));
    let rows = rows.all(connection).await?;
    let empty = |row: handover_session::Model| Gathering {
        row,
        expected: Vec::new(),
        receivers: Vec::new(),
        acts: Vec::new(),
    };
    let mut found: HashMap<Uuid, Gathering> = rows.into_iter().map(|row| (row.id, empty(row))).collect();
    let expected = handover_expected::Entity::find()
        .filter(handover_expected::Column::SessionId.is_in(ids.iter().copied()))
        .order_by_asc(handover_expected::Column::Position);
    for expected in expected.all(connection).await? {
        if let Some(gathering) = found.get_mut(&expected.session_id) {
            gathering.expected.push(expected);
        }
    }
    let receivers = handover_session_receiver::Entity::find()
        .filter(handover_session_receiver::Column::SessionId.is_in(ids.iter().copied()))
        .order_by_asc(handover_session_receiver::Column::SeatId);
    for receiver in receivers.all(connection).await? {
        if let Some(gathering) = found.get_mut(&receiver.session_id) {
            gathering.receivers.push(receiver.seat_id);
        }
    }
    let acts = handover_act::Entity::find()
        .filter(handover_act::Column::SessionId.is_in(ids.iter().copied()))
        .order_by_asc(handover_act::Column::Id);
    for act in acts.all(connection).await? {
        if let Some(gathering) = found.get_mut(&act.session_id) {
            gathering.acts.push(act);
        }
    }
    Ok(found)
}

/// One of them.
///
/// # Errors
/// The database's.
pub async fn gathering(connection: &impl ConnectionTrait, id: Uuid) -> Result<Gathering, Error> {
    let found = gatherings(connection, &[id]).await?.remove(&id);
    found.ok_or_else(|| Error::internal("a gathering that is gone"))
}

/// What was handed over in gatherings the caller has already been shown, by gathering and earliest first. Which of it the
/// caller may be told is asked besides.
///
/// # Errors
/// The database's.
pub async fn given(connection: &impl ConnectionTrait, sessions: &[Uuid]) -> Result<HashMap<Uuid, Vec<Given>>, Error> {
    let acts = handover::Entity::find()
        .filter(handover::Column::SessionId.is_in(sessions.iter().copied()))
        .all(connection)
        .await?;
    let acts: HashMap<Uuid, handover::Model> = acts.into_iter().map(|act| (act.id, act)).collect();
    let items = handover_item::Entity::find()
        .filter(handover_item::Column::HandoverId.is_in(acts.keys().copied()))
        .order_by_asc(handover_item::Column::HandoverId)
        .order_by_asc(handover_item::Column::ReportId)
        .all(connection)
        .await?;
    let units: Vec<(Uuid, Uuid)> = report::Entity::find()
        .select_only()
        .columns([report::Column::Id, report::Column::UnitId])
        .filter(report::Column::Id.is_in(items.iter().map(|item| item.report_id)))
        .into_tuple()
        .all(connection)
        .await?;
    let units: HashMap<Uuid, Uuid> = units.into_iter().collect();
    let mut given: HashMap<Uuid, Vec<Given>> = HashMap::new();
    for item in items {
        let (Some(act), Some(unit)) = (acts.get(&item.handover_id), units.get(&item.report_id)) else {
            continue;
        };
        given.entry(act.session_id).or_default().push(Given {
            report: item.report_id,
            unit: *unit,
            revision: item.revision_id,
            outcome: item.outcome,
            giver: act.seat_id,
            place: act.place.clone(),
            decided_by: item.seat_id,
            given_at: act.at,
            decided_at: item.decided_at,
            reason: item.reason,
        });
    }
    Ok(given)
}
