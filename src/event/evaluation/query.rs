//! The only door to the evaluations of units. A draft is read by its host alone; once issued also by those above the host, the
//! unit and those above it.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module of the slice; each read applies the scope, or follows one that did"
)]
use entity::{enums::EventEvaluationState, event, event_evaluation};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, sea_query::SelectStatement,
};
use uuid::Uuid;

use crate::{
    db::newest_first,
    error::Error,
    event::query::{reads_the_country, within},
    page::{Page, Window},
    session::Actor,
};

fn hosted_by(units: impl IntoIterator<Item = Uuid>) -> SelectStatement {
    event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::UnitId.is_in(units))
        .into_query()
}

/// The scope of evaluations.
fn scope(actor: &Actor) -> Condition {
    use event_evaluation::Column::{EventId, State, UnitId};
    let own = hosted_by(actor.content_seats().map(|seat| seat.unit));
    let mut shown = Condition::all().add(State.ne(EventEvaluationState::Draft));
    if !reads_the_country(actor) {
        let within = within(actor);
        shown = shown.add(
            Condition::any()
                .add(UnitId.is_in(within.iter().copied()))
                .add(EventId.in_subquery(hosted_by(within))),
        );
    }
    Condition::any().add(EventId.in_subquery(own)).add(shown)
}

fn visible(actor: &Actor) -> Select<event_evaluation::Entity> {
    event_evaluation::Entity::find().filter(scope(actor))
}

/// Those among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<event_evaluation::Model>, Error> {
    let wanted = visible(actor).filter(event_evaluation::Column::Id.is_in(ids.iter().copied()));
    Ok(wanted.all(connection).await?)
}

/// Those of these units at these events that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn of_units(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    (events, units): (&[Uuid], &[Uuid]),
) -> Result<Vec<event_evaluation::Model>, Error> {
    let wanted = visible(actor)
        .filter(event_evaluation::Column::EventId.is_in(events.iter().copied()))
        .filter(event_evaluation::Column::UnitId.is_in(units.iter().copied()));
    Ok(wanted.all(connection).await?)
}

/// Which evaluations of an event are wanted.
#[derive(Clone, Debug)]
pub struct Filter {
    pub event: Uuid,
    pub state: Option<Vec<EventEvaluationState>>,
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<event_evaluation::Entity> {
    let mut wanted = visible(actor).filter(event_evaluation::Column::EventId.eq(filter.event));
    if let Some(states) = &filter.state {
        wanted = wanted.filter(event_evaluation::Column::State.is_in(states.iter().copied()));
    }
    wanted
}

/// A page of those the actor may know of, the newest first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<event_evaluation::Model>, Error> {
    newest_first(
        connection,
        filtered(actor, filter),
        event_evaluation::Column::Id,
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

/// The drafts of an event that a command of its host holds, the earliest first.
///
/// # Errors
/// The database's.
pub(super) async fn drafts(
    connection: &impl ConnectionTrait,
    event: Uuid,
) -> Result<Vec<event_evaluation::Model>, Error> {
    Ok(event_evaluation::Entity::find()
        .filter(event_evaluation::Column::EventId.eq(event))
        .filter(event_evaluation::Column::State.eq(EventEvaluationState::Draft))
        .order_by(event_evaluation::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// Every evaluation that was issued, after this one and in their order, for the inspection alone.
///
/// # Errors
/// The database's.
pub(super) async fn issued_after(
    connection: &impl ConnectionTrait,
    after: Option<Uuid>,
    most: u64,
) -> Result<Vec<event_evaluation::Model>, Error> {
    let mut wanted = event_evaluation::Entity::find()
        .filter(event_evaluation::Column::State.ne(EventEvaluationState::Draft))
        .order_by(event_evaluation::Column::Id, Order::Asc)
        .limit(most);
    if let Some(after) = after {
        wanted = wanted.filter(event_evaluation::Column::Id.gt(after));
    }
    Ok(wanted.all(connection).await?)
}
