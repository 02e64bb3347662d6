//! A conflict of interest of a person with a unit and all beneath it.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::ConflictKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "conflict")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    pub kind: ConflictKind,
    pub unit_id: Uuid,
    /// Exclusive; none: until it is lifted.
    pub until: Option<Date>,
    pub reason: String,
    /// The person themselves, or a COORDINATOR who pinned it.
    pub declared_by: Uuid,
    pub declared_at: DateTimeUtc,
    pub lifted_by: Option<Uuid>,
    pub lifted_at: Option<DateTimeUtc>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
