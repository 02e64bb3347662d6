//! A gathering in which reports change hands: arranged before, or opened by whoever hands over first.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handover_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The unit that opened it.
    pub unit_id: Uuid,
    pub created_at: DateTimeUtc,
    /// The lock counter.
    pub version: i32,
    /// Where it takes place; none where nobody arranged it: its handovers say where they were.
    pub place: Option<String>,
    pub starts_at: Option<DateTimeUtc>,
    pub ends_at: Option<DateTimeUtc>,
    pub note: Option<String>,
    pub cancelled_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// One that nobody arranged.
    #[must_use]
    pub fn opened(id: Uuid, unit_id: Uuid, created_at: DateTimeUtc) -> Self {
        Self {
            id,
            unit_id,
            created_at,
            version: 1,
            place: None,
            starts_at: None,
            ends_at: None,
            note: None,
            cancelled_at: None,
        }
    }
}
