//! The tree in force is that of today: each unit row keeps its name, parent and acting superior of today, and each report
//! the ancestors of its unit. Both are rewritten in one transaction, by a command at once and by whichever process first
//! sees the day on which a decision made earlier takes effect.
use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use entity::{enums::Tier, unit};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    directory::Directory,
    history::{History, InForce},
    tree::Unit,
};
use crate::{
    command::{self, Changes},
    error::Error,
    report::placement::{self, Ancestors},
    services::Services,
};

/// Rewrites what is in force to what it is on a day by a history, `directory` being what was in force so far.
///
/// # Errors
/// The database's.
pub async fn settle(
    connection: &impl ConnectionTrait,
    directory: &Directory,
    history: &History,
    today: NaiveDate,
) -> Result<(), Error> {
    for (unit, in_force) in turned(directory, history, today) {
        unit::Entity::update_many()
            .col_expr(unit::Column::Name, Expr::value(in_force.name.as_ref()))
            .col_expr(unit::Column::ParentId, Expr::value(in_force.parent))
            .col_expr(unit::Column::ActingSuperiorId, Expr::value(in_force.acting_superior))
            .filter(unit::Column::Id.eq(unit.id))
            .exec(connection)
            .await?;
    }
    let mut moved: BTreeMap<Ancestors, Vec<Uuid>> = BTreeMap::new();
    for unit in directory.tree.all() {
        let now = ancestors(history, unit, today);
        let before = Ancestors::new(|tier| directory.tree.ancestor_at(unit.id, tier).map(|above| above.id));
        if now != before {
            moved.entry(now).or_default().push(unit.id);
        }
    }
    placement::follow(connection, moved).await
}

/// Settles what today's date brings, if anything. Asked twice a second, so it looks only when day or directory is another.
///
/// # Errors
/// The database's; then the next turn tries again.
pub async fn turn_of_the_day(services: &Arc<Services>) -> Result<(), Error> {
    let (directory, today) = (services.directory.load(), services.clock.today());
    let seen = (directory.version, today);
    if services.directory.is_settled(seen) {
        return Ok(());
    }
    if turned(&directory, &directory.history, today).next().is_some() {
        let write = command::begin_unsigned(services, Changes::Directory).await?;
        let directory = Arc::clone(&write.directory);
        settle(write.connection(), &directory, &directory.history, today).await?;
        write.commit().await?;
        tracing::info!(%today, "the hierarchy of the day is in force");
    }
    services.directory.mark_settled(seen);
    Ok(())
}

/// The units of which something else is in force on a day than was so far.
fn turned<'a>(
    directory: &'a Directory,
    history: &'a History,
    today: NaiveDate,
) -> impl Iterator<Item = (&'a Unit, InForce)> {
    directory.tree.all().iter().filter_map(move |unit| {
        let in_force = history.life(unit.id)?.in_force(today);
        let same = in_force.name.as_ref() == unit.name
            && in_force.parent == unit.parent
            && in_force.acting_superior == unit.acting_superior;
        (!same).then_some((unit, in_force))
    })
}

fn ancestors(history: &History, unit: &Unit, today: NaiveDate) -> Ancestors {
    Ancestors::new(|tier: Tier| {
        if unit.tier == tier {
            return Some(unit.id);
        }
        let mut above = history.ancestors_on(unit.id, today);
        above.find(|life| life.tier == tier).map(|life| life.id)
    })
}
