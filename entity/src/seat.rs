//! A place in a unit. Seats act, persons are recorded.
use sea_orm::entity::prelude::*;

use crate::enums::{Function, Position};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seat")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit_id: Uuid,
    pub position: Position,
    pub function: Function,
    /// The title as the unit words it.
    pub local_title: String,
    /// The division as the unit names it.
    pub division_name: Option<String>,
    pub valid_from: Option<Date>,
    /// The first day it no longer exists.
    pub valid_to: Option<Date>,
    /// Whether it keeps what dissolved units beneath its own have left.
    pub custodian: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
