//! The authenticator app of an account.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// The one in force, sealed by the vault. None: enrolment has begun, and nothing depends on it yet.
    pub secret: Option<Vec<u8>>,
    /// Since when it is in force.
    pub confirmed_at: Option<DateTimeUtc>,
    /// The newest time step whose code was used; that one and all before it are spent.
    pub last_step: i64,
    /// The one that takes its place once a code of it was shown, sealed by the vault.
    pub pending_secret: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
