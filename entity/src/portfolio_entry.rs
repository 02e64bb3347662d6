//! A part of a portfolio: the records of a province, by a template, in a round. What is left empty stands for all.
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "portfolio_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub seat_id: Uuid,
    pub provinsi_id: Option<Uuid>,
    /// Of any version.
    pub template_code: Option<String>,
    pub cycle_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
