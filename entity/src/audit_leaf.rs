//! A salted commitment to one act. Destroying the salt erases the person, not the chain.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_leaf")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub subject_type: String,
    /// The audited row.
    pub subject_id: Uuid,
    /// 16 random bytes.
    pub salt: Option<Vec<u8>>,
    /// SHA-256 of the salt and the canonical JSON of the row.
    pub commitment: Vec<u8>,
    pub at: DateTimeUtc,
    /// From 1 up, without a gap; None until the sequencer has linked it.
    pub position: Option<i64>,
    /// SHA-256 over the link before and this leaf.
    pub link: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
