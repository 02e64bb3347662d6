//! When and from where tokens of programs were used last: noted in memory with every request, written down now and then.
use std::{
    collections::HashMap,
    mem,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use entity::access_token;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{db::Db, error::Error};

/// A use of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Use {
    at: DateTime<Utc>,
    from: IpAddr,
}

/// The last use of each token since they were written down.
#[derive(Default)]
pub struct Uses(Mutex<HashMap<Uuid, Use>>);

impl Uses {
    /// Remembers a use.
    pub fn note(&self, token: Uuid, from: IpAddr, at: DateTime<Utc>) {
        self.uses().insert(token, Use { at, from });
    }

    /// Writes down what was noted. Another process may have noted a later use, which then stays.
    ///
    /// # Errors
    /// The database's; what was noted is then lost, and the next use says it again.
    pub async fn write(&self, db: &Db) -> Result<(), Error> {
        let noted = mem::take(&mut *self.uses());
        if noted.is_empty() {
            return Ok(());
        }
        let transaction = db.begin().await?;
        // In one order, so that two processes that write at once do not wait for each other.
        let mut noted: Vec<(Uuid, Use)> = noted.into_iter().collect();
        noted.sort_by_key(|(token, _use)| *token);
        for (token, Use { at, from }) in noted {
            let earlier = Condition::any()
                .add(access_token::Column::LastUsedAt.is_null())
                .add(access_token::Column::LastUsedAt.lt(at));
            access_token::Entity::update_many()
                .col_expr(access_token::Column::LastUsedAt, Expr::value(at))
                .col_expr(access_token::Column::LastUsedAddress, Expr::value(from.to_string()))
                .filter(access_token::Column::Id.eq(token))
                .filter(earlier)
                .exec(transaction.connection())
                .await?;
        }
        transaction.commit().await
    }

    fn uses(&self) -> MutexGuard<'_, HashMap<Uuid, Use>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
