//! The door to what is kept of changes. Units are open to every signed-in account, and so is what became of them; who did
//! it is asked where it is shown.
#![expect(clippy::disallowed_methods, reason = "this is the slice's query module")]
use entity::{enums::UnitChangeKind, unit_change, unit_touch};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    db::newest_first,
    error::Error,
    page::{Page, Window},
};

/// Which changes are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Those that touched one of these units.
    pub units: Option<Vec<Uuid>>,
    pub kinds: Option<Vec<UnitChangeKind>>,
}

/// Which touches are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Touches {
    pub changes: Option<Vec<Uuid>>,
    pub units: Option<Vec<Uuid>>,
}

/// The place of a touch in a list: its change, then its unit.
pub type TouchKey = (Uuid, Uuid);

/// What a change did to each unit, by the ids of the units.
///
/// # Errors
/// The database's.
pub async fn touches_of(connection: &impl ConnectionTrait, change: Uuid) -> Result<Vec<unit_touch::Model>, Error> {
    Ok(unit_touch::Entity::find()
        .filter(unit_touch::Column::ChangeId.eq(change))
        .order_by_asc(unit_touch::Column::UnitId)
        .all(connection)
        .await?)
}

/// The changes among these ids, whatever their order.
///
/// # Errors
/// The database's.
pub async fn by_ids(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<unit_change::Model>, Error> {
    Ok(unit_change::Entity::find()
        .filter(unit_change::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?)
}

/// The changes that undo these.
///
/// # Errors
/// The database's.
pub async fn undoings(connection: &impl ConnectionTrait, undone: &[Uuid]) -> Result<Vec<unit_change::Model>, Error> {
    Ok(unit_change::Entity::find()
        .filter(unit_change::Column::Undoes.is_in(undone.iter().copied()))
        .all(connection)
        .await?)
}

/// A page of changes, the newest first.
///
/// # Errors
/// The database's.
pub async fn changes(
    connection: &impl ConnectionTrait,
    wanted: &Changes,
    window: &Window<Uuid>,
) -> Result<Page<unit_change::Model>, Error> {
    newest_first(connection, wanted_changes(wanted), unit_change::Column::Id, window).await
}

/// How many changes there are.
///
/// # Errors
/// The database's.
pub async fn change_count(connection: &impl ConnectionTrait, wanted: &Changes) -> Result<u64, Error> {
    Ok(wanted_changes(wanted).count(connection).await?)
}

fn wanted_changes(wanted: &Changes) -> Select<unit_change::Entity> {
    let mut select = unit_change::Entity::find();
    if let Some(kinds) = &wanted.kinds {
        select = select.filter(unit_change::Column::Kind.is_in(kinds.iter().copied()));
    }
    if let Some(units) = &wanted.units {
        let touched = unit_touch::Entity::find()
            .select_only()
            .column(unit_touch::Column::ChangeId)
            .filter(unit_touch::Column::UnitId.is_in(units.iter().copied()));
        select = select.filter(unit_change::Column::Id.in_subquery(touched.into_query()));
    }
    select
}

/// A page of touches, those of the newest change first.
///
/// # Errors
/// The database's.
pub async fn touches(
    connection: &impl ConnectionTrait,
    wanted: &Touches,
    window: &Window<TouchKey>,
) -> Result<Page<unit_touch::Model>, Error> {
    let key = || {
        let columns = [unit_touch::Column::ChangeId, unit_touch::Column::UnitId];
        Expr::tuple(columns.map(|column| Expr::col((unit_touch::Entity, column))))
    };
    let value = |(change, unit): TouchKey| Expr::tuple([Expr::value(change), Expr::value(unit)]);
    let mut select = wanted_touches(wanted);
    if let Some(after) = window.after {
        select = select.filter(key().lt(value(after)));
    }
    if let Some(before) = window.before {
        select = select.filter(key().gt(value(before)));
    }
    let direction = if window.from_end { Order::Asc } else { Order::Desc };
    let surplus = u64::try_from(window.limit + 1).map_err(Error::internal)?;
    let rows = select
        .order_by(unit_touch::Column::ChangeId, direction.clone())
        .order_by(unit_touch::Column::UnitId, direction)
        .limit(surplus)
        .all(connection)
        .await?;
    Ok(Page::from_surplus(rows, window))
}

/// How many touches there are.
///
/// # Errors
/// The database's.
pub async fn touch_count(connection: &impl ConnectionTrait, wanted: &Touches) -> Result<u64, Error> {
    Ok(wanted_touches(wanted).count(connection).await?)
}

fn wanted_touches(wanted: &Touches) -> Select<unit_touch::Entity> {
    let mut select = unit_touch::Entity::find();
    if let Some(changes) = &wanted.changes {
        select = select.filter(unit_touch::Column::ChangeId.is_in(changes.iter().copied()));
    }
    if let Some(units) = &wanted.units {
        select = select.filter(unit_touch::Column::UnitId.is_in(units.iter().copied()));
    }
    select
}
