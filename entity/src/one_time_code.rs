//! A code that proves, once, that somebody may set a new password or owns a new e-mail address.
use sea_orm::entity::prelude::*;

use crate::enums::CodePurpose;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_code")]
pub struct Model {
    /// SHA-256 of the code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_hash: Vec<u8>,
    pub account_id: Uuid,
    pub purpose: CodePurpose,
    /// The address that is confirmed by it.
    pub new_email: Option<String>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
    /// The administrator who issued it, to be passed on; None: it was sent by e-mail.
    pub issued_by: Option<Uuid>,
    /// The seat it was issued from.
    pub issued_from: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
