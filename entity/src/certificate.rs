//! A signed statement on the format of the receipts.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::CertificateKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: CertificateKind,
    pub subject_type: String,
    pub subject_id: Uuid,
    /// Who issues it.
    pub issuer_id: Uuid,
    /// Whose it is, or whose person.
    pub unit_id: Uuid,
    /// The person, where it has an account.
    pub account_id: Option<Uuid>,
    /// The name that is hashed under the salt; none once the person was erased.
    pub name: Option<String>,
    pub code: String,
    pub kid: String,
    /// Canonical JSON: what is signed.
    pub payload: String,
    pub signature: String,
    /// Of the hash of the name in the payload; none once the person was erased.
    pub salt: Option<Vec<u8>>,
    pub issued_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub revoked_because: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
