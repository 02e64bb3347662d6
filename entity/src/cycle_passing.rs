//! A round passed on: the unit in between asks those beneath it for the same by an earlier day.
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "cycle_passing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub cycle_id: Uuid,
    /// The unit that passed it on.
    pub unit_id: Uuid,
    pub due_at: DateTimeUtc,
    pub basis_number: String,
    pub basis_date: Date,
    /// The letter itself, where it was attached.
    pub basis_file_id: Option<Uuid>,
    /// The lock counter.
    pub version: i32,
    pub account_id: Uuid,
    pub seat_id: Uuid,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
