//! A body in a region for a time. Name, parent and acting superior are those in force today; `unit_fact` holds what was
//! decided about them and from which day on.
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
    /// Of a dissolved unit: the unit that took custody of what it left.
    pub parent_id: Option<Uuid>,
    /// Decides in the place of the parent while set; the parent keeps reading.
    pub acting_superior_id: Option<Uuid>,
    /// IANA name.
    pub time_zone: String,
    /// None: since before the records begin.
    pub formed_on: Option<Date>,
    /// The first day it no longer exists.
    pub dissolved_on: Option<Date>,
    /// Formed for an election: the kecamatan tier, and the second Panwaslih of Aceh.
    pub ad_hoc: bool,
    /// The lock counter; counts the changes that touched it.
    pub version: i32,
    /// What it was called when it was formed, or when the records begin.
    pub formed_name: String,
    /// Whom it was beneath then.
    pub formed_parent_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
