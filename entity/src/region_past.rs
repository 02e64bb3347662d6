//! What a region was before an edition of the list changed it.
use sea_orm::entity::prelude::*;

use crate::enums::RegionKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "region_past")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub region_id: Uuid,
    /// None: since before the records begin.
    pub valid_from: Option<Date>,
    /// The first day it was something else, or gone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_to: Date,
    pub code: String,
    pub kind: RegionKind,
    pub name: String,
    pub parent_id: Option<Uuid>,
    /// The edition that made it so; None: before editions were kept.
    pub edition_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
