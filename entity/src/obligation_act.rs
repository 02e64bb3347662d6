//! What was decided about an obligation: more time, or none of it. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::ObligationActKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "obligation_act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub obligation_id: Uuid,
    pub kind: ObligationActKind,
    pub reason: String,
    /// The new moment, of an extension.
    pub until: Option<DateTimeUtc>,
    pub account_id: Uuid,
    pub seat_id: Uuid,
    /// The unit that decided.
    pub unit_id: Uuid,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
