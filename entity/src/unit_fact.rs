//! What a unit is called, whom it is beneath or who acts for that one, from a day on until the next fact of the kind.
use sea_orm::entity::prelude::*;

use crate::enums::UnitFactKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_fact")]
pub struct Model {
    /// The change that says so.
    #[sea_orm(primary_key, auto_increment = false)]
    pub change_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: UnitFactKind,
    pub valid_from: Date,
    /// Of a NAME.
    pub name: Option<String>,
    /// Of a PARENT; of an ACTING_SUPERIOR, where None says that nobody acts from then on.
    pub other_unit_id: Option<Uuid>,
    /// The change that undid it: from then on it never was so.
    pub voided_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
