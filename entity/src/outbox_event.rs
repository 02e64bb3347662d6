//! What happened, in the transaction in which it happened; numbered by the sequencer afterwards.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Dense and in commit order; None until the sequencer has seen it.
    pub sequence: Option<i64>,
    pub kind: String,
    pub subject_type: String,
    pub subject_id: Uuid,
    /// Whose scope it falls in.
    pub unit_id: Uuid,
    pub payload: Json,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
