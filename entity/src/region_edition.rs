//! An edition of the list of regions, as it was taken over.
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "region_edition")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    /// The number of the decree; None: the operator gave the list and no decree.
    pub basis_number: Option<String>,
    pub basis_date: Option<Date>,
    /// From when on it holds, where a line says nothing else; None: what the records begin with.
    pub effective_on: Option<Date>,
    /// Of the list as it was given, hexadecimal.
    pub sha256: String,
    pub added: i32,
    pub renamed: i32,
    pub moved: i32,
    pub ended: i32,
    /// None: it came with the installation.
    pub by_account: Option<Uuid>,
    pub by_seat: Option<Uuid>,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
