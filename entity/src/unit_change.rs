//! A dated change of the hierarchy, with the decree it stands on. It is undone by another one, never taken away.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::UnitChangeKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "unit_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: UnitChangeKind,
    /// The day it takes effect; single units may have another one, kept with `unit_touch`.
    pub effective_on: Date,
    /// The number of the decree.
    pub basis_number: String,
    pub basis_date: Date,
    /// The unit it was asked for, or the one beneath which it was done to many.
    pub unit_id: Uuid,
    pub by_account: Uuid,
    pub by_seat: Uuid,
    /// The change this one undoes.
    pub undoes: Option<Uuid>,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
