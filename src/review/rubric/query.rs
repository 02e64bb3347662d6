//! The only door to the table of rubrics. What is shown is read within the scope of [`visible_to`]; what a command is decided
//! on is asked for by name.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or serves a command that does"
)]
use std::collections::HashMap;

use entity::{
    enums::{RubricStatus, Tier},
    rubric,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::availability::sees;
use crate::{
    db::newest_first,
    error::Error,
    page::{Page, Window},
    session::Actor,
    territory::tree::Unit,
};

/// Which rubrics are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub code: Option<String>,
    pub status: Option<Vec<RubricStatus>>,
    pub owner: Option<Vec<Uuid>>,
}

/// The scope: drafts of the actor's own units, and what was published along the actor's line.
#[must_use]
pub fn visible_to(actor: &Actor) -> Condition {
    let owners = actor.directory.tree.all().iter();
    // Nobody is beneath a kecamatan, so that it has none.
    let owners: Vec<&Unit> = owners.filter(|unit| unit.tier != Tier::Kecamatan).collect();
    let of = |status: RubricStatus| {
        let seen = owners.iter().map(|unit| unit.id);
        let seen: Vec<Uuid> = seen.filter(|owner| sees(actor, *owner, status)).collect();
        let in_status = Condition::all().add(rubric::Column::Status.eq(status));
        match seen.len() {
            0 => in_status.add(Expr::value(1).eq(0)),
            // Who is above everybody needs no list of them.
            count if count == owners.len() => in_status,
            _ => in_status.add(rubric::Column::OwnerId.is_in(seen)),
        }
    };
    Condition::any()
        .add(of(RubricStatus::Draft))
        .add(of(RubricStatus::Published))
        .add(of(RubricStatus::Retired))
}

/// The visible rubrics among these ids, whatever their order.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<rubric::Model>, Error> {
    Ok(rubric::Entity::find()
        .filter(rubric::Column::Id.is_in(ids.iter().copied()))
        .filter(visible_to(actor))
        .all(connection)
        .await?)
}

/// One visible rubric.
///
/// # Errors
/// The database's.
pub async fn visible(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<rubric::Model>, Error> {
    Ok(by_ids(connection, actor, &[id]).await?.pop())
}

/// The visible versions of the rubrics with these codes, the newest first.
///
/// # Errors
/// The database's.
pub async fn visible_versions(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    codes: &[&str],
) -> Result<HashMap<String, Vec<rubric::Model>>, Error> {
    let rows = rubric::Entity::find()
        .filter(rubric::Column::Code.is_in(codes.iter().copied()))
        .filter(visible_to(actor))
        .order_by(rubric::Column::Version, Order::Desc)
        .all(connection)
        .await?;
    let mut versions: HashMap<String, Vec<rubric::Model>> = HashMap::new();
    for row in rows {
        versions.entry(row.code.clone()).or_default().push(row);
    }
    Ok(versions)
}

/// A version as a command is decided on it, or for who scores by it.
///
/// # Errors
/// The database's.
pub async fn by_id(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<rubric::Model>, Error> {
    Ok(rubric::Entity::find_by_id(id).one(connection).await?)
}

/// The versions by which reports are scored, for who is shown what was scored by them.
///
/// # Errors
/// The database's.
pub async fn scored_by(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<rubric::Model>, Error> {
    Ok(rubric::Entity::find()
        .filter(rubric::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?)
}

/// Every version of a rubric, as a command is decided on them.
///
/// # Errors
/// The database's.
pub async fn versions(connection: &impl ConnectionTrait, code: &str) -> Result<Vec<rubric::Model>, Error> {
    Ok(rubric::Entity::find()
        .filter(rubric::Column::Code.eq(code))
        .all(connection)
        .await?)
}

/// A page of the visible rubrics, the newest first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<rubric::Model>, Error> {
    newest_first(connection, filtered(actor, filter), rubric::Column::Id, window).await
}

/// How many visible rubrics there are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(actor, filter).count(connection).await?)
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<rubric::Entity> {
    let mut wanted = rubric::Entity::find().filter(visible_to(actor));
    if let Some(code) = &filter.code {
        wanted = wanted.filter(rubric::Column::Code.eq(code.as_str()));
    }
    if let Some(statuses) = &filter.status {
        wanted = wanted.filter(rubric::Column::Status.is_in(statuses.iter().copied()));
    }
    if let Some(owners) = &filter.owner {
        wanted = wanted.filter(rubric::Column::OwnerId.is_in(owners.iter().copied()));
    }
    wanted
}
