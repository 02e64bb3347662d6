//! That a record holds a file.
use sea_orm::entity::prelude::*;

use crate::enums::RecordType;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub file_id: Uuid,
    pub record_type: RecordType,
    pub record_id: Uuid,
    /// The revision it was frozen with; none while the record is being written.
    pub frozen_in: Option<Uuid>,
    pub attached_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
