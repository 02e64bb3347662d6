//! What was done to an account, a seat or a token, by whom and from which seat.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::ActKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "administrative_act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: ActKind,
    /// The person it was done to.
    pub account_id: Option<Uuid>,
    /// The seat it is about.
    pub seat_id: Option<Uuid>,
    /// In whose scope it falls.
    pub unit_id: Uuid,
    pub by_account: Uuid,
    /// None: it was done by oneself, as oneself.
    pub by_seat: Option<Uuid>,
    /// What else is to be remembered; emptied when the person is erased.
    pub details: Json,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
