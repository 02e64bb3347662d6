//! An offer of a seat to somebody known by an e-mail address, open until it is accepted, revoked or runs out.
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The seat that is offered.
    pub seat_id: Uuid,
    /// Plt: in the place of its holder.
    pub acting: bool,
    pub valid_from: Date,
    /// The first day it is no longer held.
    pub valid_to: Option<Date>,
    /// As the inviter wrote it.
    pub email: String,
    /// Lower case.
    pub email_key: String,
    /// The name a new account begins with.
    pub name: String,
    /// SHA-256 of the code; the code itself is kept nowhere.
    pub code_hash: Vec<u8>,
    pub invited_by: Uuid,
    /// The seat the inviter acted from.
    pub invited_from: Uuid,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// Who accepted it.
    pub account_id: Option<Uuid>,
    pub accepted_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
