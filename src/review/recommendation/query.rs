//! The only door to recommendations. One is read by the unit that is to follow it, by those above and by the unit that
//! recommends.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope or serves a command that did"
)]
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    cycle,
    enums::{Function, RecommendationSource, RecommendationState, ReviewActKind, Tier},
    evaluation, event, recommendation, review_act,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, IntoColumnRef, SimpleExpr},
};
use uuid::Uuid;

use super::workflow::Step;
use crate::{
    authz::ActingSeat,
    db::newest_first,
    error::Error,
    page::{Page, Window},
    session::Actor,
};

/// Which recommendations are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub source: Option<(RecommendationSource, Uuid)>,
    /// To be followed by one of these units.
    pub unit: Option<Vec<Uuid>>,
    pub state: Option<Vec<RecommendationState>>,
    /// Due before this day.
    pub due_before: Option<NaiveDate>,
}

/// The scope, as said of the row. It says in SQL what `authz::policy::recommendation` says of `Read`; a property test holds
/// the two against each other.
fn scope(actor: &Actor) -> Condition {
    let tree = &actor.directory.tree;
    let mut scope = Condition::any();
    for seat in &actor.seats {
        match seat.function {
            Function::Staff | Function::Head | Function::Observer | Function::Coordinator => {
                if seat.tier == Tier::Ri {
                    return Condition::all();
                }
                let within = tree.scope(seat.unit).flat_map(|top| tree.subtree(top.id));
                // What is dissolved lies beneath the unit that keeps what it left.
                scope = scope
                    .add(recommendation::Column::UnitId.is_in(within.map(|unit| unit.id)))
                    .add(recommendation::Column::IssuerId.eq(seat.unit));
            }
            Function::Admin | Function::Expert => {}
        }
    }
    if scope.is_empty() {
        // Said outright, not left to what an empty condition means to the library.
        scope.add(Expr::value(1).eq(0))
    } else {
        scope
    }
}

/// Whether the recommendation that a column of another table names is one the actor may know of.
pub fn sees(actor: &Actor, named: impl IntoColumnRef) -> SimpleExpr {
    let seen = recommendation::Entity::find()
        .select_only()
        .column(recommendation::Column::Id)
        .filter(Expr::col((recommendation::Entity, recommendation::Column::Id)).equals(named))
        .filter(scope(actor));
    Expr::exists(seen.into_query())
}

/// The recommendations among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<recommendation::Model>, Error> {
    Ok(recommendation::Entity::find()
        .filter(recommendation::Column::Id.is_in(ids.iter().copied()))
        .filter(scope(actor))
        .all(connection)
        .await?)
}

/// One that the actor may know of, as a command is decided on it: nobody changes it until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn held(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<recommendation::Model>, Error> {
    let mut wanted = recommendation::Entity::find_by_id(id).filter(scope(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<recommendation::Entity> {
    let mut wanted = recommendation::Entity::find().filter(scope(actor));
    if let Some((source, subject)) = filter.source {
        wanted = wanted
            .filter(recommendation::Column::SubjectType.eq(source))
            .filter(recommendation::Column::SubjectId.eq(subject));
    }
    if let Some(units) = &filter.unit {
        wanted = wanted.filter(recommendation::Column::UnitId.is_in(units.iter().copied()));
    }
    if let Some(states) = &filter.state {
        wanted = wanted.filter(recommendation::Column::State.is_in(states.iter().copied()));
    }
    if let Some(day) = filter.due_before {
        wanted = wanted.filter(recommendation::Column::DueOn.lt(day));
    }
    wanted
}

/// A page of the recommendations the actor may know of, the newest first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<recommendation::Model>, Error> {
    newest_first(connection, filtered(actor, filter), recommendation::Column::Id, window).await
}

/// How many there are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(actor, filter).count(connection).await?)
}

/// Those of one source that the actor may know of, in their order.
///
/// # Errors
/// The database's.
pub async fn of_source(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    source: (RecommendationSource, Uuid),
) -> Result<Vec<recommendation::Model>, Error> {
    let filter = Filter {
        source: Some(source),
        ..Filter::default()
    };
    Ok(filtered(actor, &filter)
        .order_by(recommendation::Column::Position, Order::Asc)
        .all(connection)
        .await?)
}

/// How many something has recommended, whoever may know of them: for the command that adds to them.
///
/// # Errors
/// The database's.
pub async fn made(
    connection: &impl ConnectionTrait,
    (source, subject): (RecommendationSource, Uuid),
) -> Result<usize, Error> {
    let made = recommendation::Entity::find()
        .filter(recommendation::Column::SubjectType.eq(source))
        .filter(recommendation::Column::SubjectId.eq(subject))
        .count(connection)
        .await?;
    usize::try_from(made).map_err(Error::internal)
}

/// What the things are called that recommendations follow from which the caller has been shown: the title of an event, the name
/// of the round that was evaluated.
///
/// # Errors
/// The database's.
pub async fn titles(
    connection: &impl ConnectionTrait,
    sources: &[(RecommendationSource, Uuid)],
) -> Result<HashMap<Uuid, String>, Error> {
    let of = |wanted: RecommendationSource| {
        let ids = sources.iter().filter(move |(source, _id)| *source == wanted);
        ids.map(|(_source, id)| *id).collect::<Vec<_>>()
    };
    let (events, evaluations) = (of(RecommendationSource::Event), of(RecommendationSource::Evaluation));
    let mut titles: Vec<(Uuid, String)> = Vec::new();
    if !events.is_empty() {
        let found = event::Entity::find()
            .select_only()
            .columns([event::Column::Id, event::Column::Title])
            .filter(event::Column::Id.is_in(events));
        titles.extend(found.into_tuple::<(Uuid, String)>().all(connection).await?);
    }
    if !evaluations.is_empty() {
        let rounds: Vec<(Uuid, Uuid)> = evaluation::Entity::find()
            .select_only()
            .columns([evaluation::Column::Id, evaluation::Column::CycleId])
            .filter(evaluation::Column::Id.is_in(evaluations))
            .into_tuple()
            .all(connection)
            .await?;
        let named: Vec<(Uuid, String)> = cycle::Entity::find()
            .select_only()
            .columns([cycle::Column::Id, cycle::Column::Name])
            .filter(cycle::Column::Id.is_in(rounds.iter().map(|(_id, cycle)| *cycle)))
            .into_tuple()
            .all(connection)
            .await?;
        let named: HashMap<Uuid, String> = named.into_iter().collect();
        let told = rounds
            .into_iter()
            .filter_map(|(id, cycle)| Some((id, named.get(&cycle)?.clone())));
        titles.extend(told);
    }
    Ok(titles.into_iter().collect())
}

/// Those that wait for the actor to answer, or to close or send back; None where no seat of the actor's does either. It says
/// in SQL what the policy says of a seat that speaks for a unit.
#[must_use]
pub fn waiting(actor: &Actor, step: Step) -> Option<Select<recommendation::Entity>> {
    let speaks = |seat: &&ActingSeat| matches!(seat.function, Function::Head | Function::Coordinator);
    let seats: Vec<&ActingSeat> = actor.seats.iter().filter(speaks).collect();
    if seats.is_empty() {
        return None;
    }
    let own = seats.iter().map(|seat| seat.unit);
    let wanted = recommendation::Entity::find().filter(scope(actor));
    Some(match step {
        Step::Answer => {
            let kept = seats.iter().flat_map(|seat| actor.directory.kept_by(seat, actor.today));
            wanted
                .filter(recommendation::Column::State.eq(RecommendationState::Open))
                .filter(recommendation::Column::UnitId.is_in(own.chain(kept)))
        }
        Step::Return | Step::Close => wanted
            .filter(recommendation::Column::State.eq(RecommendationState::Answered))
            .filter(recommendation::Column::IssuerId.is_in(own))
            .filter(Expr::expr(last_answerer()).ne(actor.account)),
    })
}

/// Who gave the last answer to the recommendation of the row.
fn last_answerer() -> SimpleExpr {
    let last = review_act::Entity::find()
        .select_only()
        .column(review_act::Column::AccountId)
        .filter(review_act::Column::AboutType.eq("recommendation"))
        .filter(
            Expr::col((review_act::Entity, review_act::Column::AboutId))
                .equals((recommendation::Entity, recommendation::Column::Id)),
        )
        .filter(review_act::Column::Kind.eq(ReviewActKind::AnswerRecommendation))
        .order_by(review_act::Column::Id, Order::Desc)
        .limit(1);
    SimpleExpr::SubQuery(None, Box::new(last.into_query().into()))
}

/// What was done about recommendations the caller has been shown, each earliest first.
///
/// # Errors
/// The database's.
pub async fn acts(
    connection: &impl ConnectionTrait,
    recommendations: &[Uuid],
) -> Result<HashMap<Uuid, Vec<review_act::Model>>, Error> {
    let mut by_recommendation: HashMap<Uuid, Vec<review_act::Model>> = HashMap::new();
    let found = review_act::Entity::find()
        .filter(review_act::Column::AboutType.eq("recommendation"))
        .filter(review_act::Column::AboutId.is_in(recommendations.iter().copied()))
        .order_by(review_act::Column::Id, Order::Asc);
    for act in found.all(connection).await? {
        by_recommendation.entry(act.about_id).or_default().push(act);
    }
    Ok(by_recommendation)
}

/// When something was done last about recommendations the caller has been shown.
///
/// # Errors
/// The database's.
pub async fn last_acts(
    connection: &impl ConnectionTrait,
    recommendations: Vec<Uuid>,
) -> Result<HashMap<Uuid, DateTime<Utc>>, Error> {
    if recommendations.is_empty() {
        return Ok(HashMap::new());
    }
    let last: Vec<(Uuid, DateTime<Utc>)> = review_act::Entity::find()
        .select_only()
        .column(review_act::Column::AboutId)
        .column_as(review_act::Column::At.max(), "last")
        .filter(review_act::Column::AboutType.eq("recommendation"))
        .filter(review_act::Column::AboutId.is_in(recommendations))
        .group_by(review_act::Column::AboutId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(last.into_iter().collect())
}

/// Who gave the last answer to one the command holds.
///
/// # Errors
/// The database's.
pub async fn answered_by(connection: &impl ConnectionTrait, recommendation: Uuid) -> Result<Option<Uuid>, Error> {
    let acts = acts(connection, &[recommendation]).await?.remove(&recommendation);
    let mut answers = acts.unwrap_or_default().into_iter().rev();
    Ok(answers
        .find(|act| act.kind == ReviewActKind::AnswerRecommendation)
        .map(|act| act.account_id))
}

/// Those that wait for an answer until a day in this span, both ends included, and were not reminded of.
///
/// # Errors
/// The database's.
pub async fn due(
    connection: &impl ConnectionTrait,
    (from, to): (NaiveDate, NaiveDate),
    most: u64,
) -> Result<Vec<recommendation::Model>, Error> {
    Ok(recommendation::Entity::find()
        .filter(recommendation::Column::State.eq(RecommendationState::Open))
        .filter(recommendation::Column::DueOn.between(from, to))
        .filter(recommendation::Column::RemindedAt.is_null())
        .order_by(recommendation::Column::Id, Order::Asc)
        .limit(most)
        .all(connection)
        .await?)
}
