//! A long-lived secret a program signs in with.
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::Scope;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub service_account_id: Uuid,
    /// SHA-256 of the token; the token itself is kept nowhere.
    pub token_hash: Vec<u8>,
    /// What its maker calls it.
    pub name: String,
    /// Its last characters, by which people tell tokens apart.
    pub hint: String,
    pub scopes: Scopes,
    /// Where it may be used from; empty: from anywhere.
    pub address_ranges: AddressRanges,
    /// Whose rights bound it.
    pub created_by: Uuid,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    /// To the minute or so.
    pub last_used_at: Option<DateTimeUtc>,
    pub last_used_address: Option<String>,
}

/// What a token is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Scopes(pub Vec<Scope>);

/// Networks, as `203.0.113.0/24`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct AddressRanges(pub Vec<String>);

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
