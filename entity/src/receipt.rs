//! What the server attests of a report that was received: the signed text, and where it belongs. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "receipt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// By which anybody looks it up.
    pub code: String,
    pub report_id: Uuid,
    pub revision_id: Uuid,
    pub handover_id: Uuid,
    pub session_id: Uuid,
    /// Canonical JSON, exactly as it was signed.
    pub payload: String,
    /// The key that signed.
    pub kid: String,
    /// Ed25519 over the bytes of the payload, in base64url.
    pub signature: String,
    pub issued_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
