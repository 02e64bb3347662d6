//! An attendance sheet as it was sealed. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::attendance_sheet::Entries;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "attendance_seal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub sheet_id: Uuid,
    /// From 1 up.
    pub number: i32,
    pub entries: Entries,
    pub note: Option<String>,
    pub sha256: String,
    pub sealed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
