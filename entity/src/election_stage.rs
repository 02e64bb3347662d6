//! A stage of an election (tahapan), which gives periods their name; it may recur in a few regions only.
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "election_stage")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub code: String,
    pub name: String,
    /// 1 at first; a vote that is repeated has 2, 3, …
    pub round: i32,
    pub starts_on: Date,
    /// Its last day.
    pub ends_on: Date,
    pub regions: Regions,
    /// The lock counter.
    pub version: i32,
    pub created_by: Option<Uuid>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where it takes place; empty: in the whole country.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Regions(pub Vec<Uuid>);
