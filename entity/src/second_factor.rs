//! The authenticator app of an account.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// Sealed by the vault.
    pub secret: Vec<u8>,
    pub created_at: DateTimeUtc,
    /// None: enrolment has begun, and nothing depends on it yet.
    pub confirmed_at: Option<DateTimeUtc>,
    /// The newest time step whose code was used; that one and all before it are spent.
    pub last_step: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
