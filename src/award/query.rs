//! The only door to editions of awards and their categories. A draft is read by its issuer; once its rules are published an
//! edition is read along the line and by its jurors, once announced by every unit.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or follows one that did"
)]
use std::collections::HashMap;

use entity::{
    award_act, award_category, award_edition, award_juror, award_panel,
    enums::{AwardEditionStatus, Tier},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, IntoColumnRef, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    db::newest_first,
    error::Error,
    page::{Page, Window},
    session::Actor,
};

/// Which editions are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub issuer: Option<Vec<Uuid>>,
    pub status: Option<Vec<AwardEditionStatus>>,
}

/// The scope of editions, as said of the row. It says in SQL what `authz::policy::award` says of `Read`.
fn scope(actor: &Actor) -> Condition {
    let issuer = award_edition::Column::UnitId;
    let own = issuer.is_in(actor.content_seats().map(|seat| seat.unit));
    let published = || Condition::all().add(award_edition::Column::RulesPublishedAt.is_not_null());
    let judged = published().add(award_edition::Column::Id.in_subquery(judged_by(actor)));
    let scope = Condition::any().add(own).add(judged);
    if actor.content_seats().next().is_none() {
        return scope;
    }
    let announced = [AwardEditionStatus::Announced, AwardEditionStatus::Closed];
    let scope = scope.add(award_edition::Column::Status.is_in(announced));
    if actor.content_seats().any(|seat| seat.tier == Tier::Ri) {
        return scope.add(published());
    }
    scope.add(published().add(issuer.is_in(along(actor))))
}

/// The units that issue what reaches the actor: those above, the own ones, and provinces beneath.
fn along(actor: &Actor) -> Vec<Uuid> {
    let tree = &actor.directory.tree;
    let above = actor
        .content_seats()
        .flat_map(|seat| tree.ancestors_and_self(seat.unit));
    let beneath = actor
        .content_seats()
        .flat_map(|seat| tree.scope(seat.unit))
        .flat_map(|top| tree.subtree(top.id));
    let issuers = above
        .chain(beneath)
        .filter(|unit| matches!(unit.tier, Tier::Ri | Tier::Provinsi));
    issuers.map(|unit| unit.id).collect()
}

/// The editions somebody judges in.
fn judged_by(actor: &Actor) -> SelectStatement {
    award_panel::Entity::find()
        .select_only()
        .column(award_panel::Column::EditionId)
        .filter(award_panel::Column::Id.in_subquery(panels_of(actor)))
        .into_query()
}

/// The juries somebody is part of.
#[must_use]
pub fn panels_of(actor: &Actor) -> SelectStatement {
    award_juror::Entity::find()
        .select_only()
        .column(award_juror::Column::PanelId)
        .filter(award_juror::Column::AccountId.is_in(actor.oneself()))
        .filter(award_juror::Column::RemovedAt.is_null())
        .into_query()
}

/// Whether the edition that a column of another table names is one the actor may know of.
pub fn sees(actor: &Actor, named: impl IntoColumnRef) -> SimpleExpr {
    let seen = award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(Expr::col((award_edition::Entity, award_edition::Column::Id)).equals(named))
        .filter(scope(actor));
    Expr::exists(seen.into_query())
}

/// Whether the edition that a column of another table names is one the actor judges in.
pub fn judges_in(actor: &Actor, named: impl IntoColumnRef) -> SimpleExpr {
    let judged = award_panel::Entity::find()
        .select_only()
        .column(award_panel::Column::Id)
        .filter(Expr::col((award_panel::Entity, award_panel::Column::EditionId)).equals(named))
        .filter(award_panel::Column::Id.in_subquery(panels_of(actor)));
    Expr::exists(judged.into_query())
}

/// Whether what columns of another table name, an edition and a unit in it, is something the actor may know of: of the units
/// within the own scope, and of any unit where the own unit gives the awards.
pub fn sees_of_unit(actor: &Actor, edition: impl IntoColumnRef + Clone, unit: impl IntoColumnRef) -> Condition {
    let seen = Condition::all().add(sees(actor, edition.clone()));
    if actor.content_seats().any(|seat| seat.tier == Tier::Ri) {
        return seen;
    }
    let tree = &actor.directory.tree;
    let tops = actor.content_seats().flat_map(|seat| tree.scope(seat.unit));
    let within = tops.flat_map(|top| tree.subtree(top.id)).map(|unit| unit.id);
    let given = award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(Expr::col((award_edition::Entity, award_edition::Column::Id)).equals(edition))
        .filter(award_edition::Column::UnitId.is_in(actor.content_seats().map(|seat| seat.unit)));
    seen.add(
        Condition::any()
            .add(Expr::col(unit).is_in(within))
            .add(Expr::exists(given.into_query())),
    )
}

/// The editions among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<award_edition::Model>, Error> {
    Ok(award_edition::Entity::find()
        .filter(award_edition::Column::Id.is_in(ids.iter().copied()))
        .filter(scope(actor))
        .all(connection)
        .await?)
}

/// Whether the actor judges in an edition that was shown.
///
/// # Errors
/// The database's.
pub async fn is_judged_by(connection: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<bool, Error> {
    let judged = award_panel::Entity::find()
        .filter(award_panel::Column::EditionId.eq(id))
        .filter(award_panel::Column::Id.in_subquery(panels_of(actor)));
    Ok(judged.count(connection).await? > 0)
}

/// The editions among those a query finds that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_subquery(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: SelectStatement,
) -> Result<Vec<Uuid>, Error> {
    Ok(award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(award_edition::Column::Id.in_subquery(ids))
        .filter(scope(actor))
        .into_tuple()
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
) -> Result<Option<award_edition::Model>, Error> {
    let mut wanted = award_edition::Entity::find_by_id(id).filter(scope(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// As [`held`], by a command that changes what belongs to the edition but not the edition: many at a time.
///
/// # Errors
/// The database's.
pub async fn shared(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<award_edition::Model>, Error> {
    let mut wanted = award_edition::Entity::find_by_id(id).filter(scope(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_shared();
    }
    Ok(wanted.one(connection).await?)
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<award_edition::Entity> {
    let mut wanted = award_edition::Entity::find().filter(scope(actor));
    if let Some(issuers) = &filter.issuer {
        wanted = wanted.filter(award_edition::Column::UnitId.is_in(issuers.iter().copied()));
    }
    if let Some(statuses) = &filter.status {
        wanted = wanted.filter(award_edition::Column::Status.is_in(statuses.iter().copied()));
    }
    wanted
}

/// The ids of the editions the actor may know of, for a statement on what belongs to them.
#[must_use]
pub fn ids(actor: &Actor, filter: &Filter) -> SelectStatement {
    filtered(actor, filter)
        .select_only()
        .column(award_edition::Column::Id)
        .into_query()
}

/// A page of the editions the actor may know of, those made last first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<award_edition::Model>, Error> {
    newest_first(connection, filtered(actor, filter), award_edition::Column::Id, window).await
}

/// How many they are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(actor, filter).count(connection).await?)
}

/// The categories of editions that were shown, in their order.
///
/// # Errors
/// The database's.
pub async fn categories(
    connection: &impl ConnectionTrait,
    editions: &[Uuid],
) -> Result<Vec<award_category::Model>, Error> {
    Ok(award_category::Entity::find()
        .filter(award_category::Column::EditionId.is_in(editions.iter().copied()))
        .order_by(award_category::Column::EditionId, Order::Asc)
        .order_by(award_category::Column::Position, Order::Asc)
        .all(connection)
        .await?)
}

/// The categories among these, of editions that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn categories_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<award_category::Model>, Error> {
    let edition = (award_category::Entity, award_category::Column::EditionId);
    Ok(award_category::Entity::find()
        .filter(award_category::Column::Id.is_in(ids.iter().copied()))
        .filter(sees(actor, edition))
        .all(connection)
        .await?)
}

/// What was done to each of these, the earliest first, for who was shown them.
///
/// # Errors
/// The database's.
pub async fn acts(
    connection: &impl ConnectionTrait,
    about: &[Uuid],
) -> Result<HashMap<Uuid, Vec<award_act::Model>>, Error> {
    let rows = award_act::Entity::find()
        .filter(award_act::Column::AboutId.is_in(about.iter().copied()))
        .order_by(award_act::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    let mut acts: HashMap<Uuid, Vec<award_act::Model>> = HashMap::new();
    for row in rows {
        acts.entry(row.about_id).or_default().push(row);
    }
    Ok(acts)
}
