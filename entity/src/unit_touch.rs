//! What a change did to one unit.
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::UnitEffect;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "unit_touch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub change_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: Uuid,
    pub effect: UnitEffect,
    /// The day it takes effect for this unit.
    pub effective_on: Date,
    pub details: Details,
}

/// What a unit was and became, and what ended with it: enough to tell of it and to undo it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    /// The official code of its region at that time.
    pub code: String,
    /// Its name after the change.
    pub name: String,
    /// Its name before, where it has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub former_name: Option<String>,
    /// The unit above it after the change, or its acting superior where that is what changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Uuid>,
    /// The one before, where it has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formerly_above: Option<Uuid>,
    /// How many seats were made with it.
    #[serde(skip_serializing_if = "is_zero")]
    pub seats_made: i32,
    /// The seats that ended with it, each with the end it had before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seats_ended: Vec<EndedSeat>,
    /// Who left a seat with it, as it was before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holders_ended: Vec<EndedHolder>,
    /// The seats it got back by an undoing, each with the end it has again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seats_restored: Vec<EndedSeat>,
    /// Who sits there again by an undoing, as before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holders_restored: Vec<EndedHolder>,
    /// How many reports that were still open passed to the custodian.
    #[serde(skip_serializing_if = "is_zero")]
    pub open_reports: i64,
}

/// A seat that ended with its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedSeat {
    pub seat: Uuid,
    /// The end it had before.
    pub valid_to: Option<Date>,
}

/// Who held a seat that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedHolder {
    pub holder: Uuid,
    pub seat: Uuid,
    pub account: Uuid,
    pub acting: bool,
    pub valid_from: Date,
    /// The end it had before.
    pub valid_to: Option<Date>,
}

fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
