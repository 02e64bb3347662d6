//! One process at a time reminds, whatever it is of: otherwise two would tell the same thing twice.
use entity::pulse;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::error::Error;

/// The row whose lock makes those who remind one.
pub const REMINDERS_PULSE: &str = "reminders";

/// Makes those who remind one. It comes first: a second process waits here and then sees what the first has written.
///
/// # Errors
/// The database's.
pub async fn hold_pulse(connection: &impl ConnectionTrait) -> Result<(), Error> {
    pulse::Entity::update_many()
        .col_expr(pulse::Column::Version, Expr::cust("version + 1"))
        .filter(pulse::Column::Name.eq(REMINDERS_PULSE))
        .exec(connection)
        .await?;
    Ok(())
}
