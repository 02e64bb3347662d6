//! What a proposal would have a sealed attendance sheet say. Never updated.
use sea_orm::entity::prelude::*;

use crate::attendance_sheet::Entries;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub proposal_id: Uuid,
    pub sheet_id: Uuid,
    pub entries: Entries,
    pub note: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
