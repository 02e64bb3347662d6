//! What the database itself tells of an obligation out of its columns, so that counting reads an index. Never written.
use sea_orm::entity::prelude::*;

use crate::enums::{ObligationOutcome, Verdict};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "obligation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// By the moment its owner awaits it.
    pub outcome: ObligationOutcome,
    /// Until when what is still owed is in time; None for what is not.
    pub awaited_until: Option<DateTimeUtc>,
    /// The same by the earlier moment to which the round was passed on, where it was.
    pub passed_outcome: ObligationOutcome,
    pub passed_awaited_until: Option<DateTimeUtc>,
    pub verdict: Option<Verdict>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
