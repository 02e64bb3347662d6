//! What was decided about a scan.
use sea_orm::entity::prelude::*;

use crate::enums::ScanRuling;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_scan_ruling")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scan_id: Uuid,
    pub event_id: Uuid,
    pub ruling: ScanRuling,
    pub act_id: Uuid,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
