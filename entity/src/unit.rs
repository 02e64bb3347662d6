//! A body in a region for a time.
use sea_orm::entity::prelude::*;

use crate::enums::{BodyKind, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// None for RI, whose region is the country.
    pub region_id: Option<Uuid>,
    pub body_kind: BodyKind,
    pub tier: Tier,
    pub name: String,
    pub parent_id: Option<Uuid>,
    /// Decides in the place of the parent while set; the parent keeps reading.
    pub acting_superior_id: Option<Uuid>,
    /// IANA name.
    pub time_zone: String,
    /// None: since before the records begin.
    pub formed_on: Option<Date>,
    /// The first day it no longer exists.
    pub dissolved_on: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
