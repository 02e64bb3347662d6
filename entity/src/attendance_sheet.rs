//! What a unit says of the attendance of its own people.
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::{PresenceClaim, SheetStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_sheet")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub invitation_id: Uuid,
    pub unit_id: Uuid,
    pub status: SheetStatus,
    pub entries: Entries,
    pub note: Option<String>,
    pub submitted_at: Option<DateTimeUtc>,
    /// The newest sealed version; 0 while there is none.
    pub sealed: i32,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One for each delegate and session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Entries(pub Vec<Entry>);

/// What is said of a delegate in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub delegate: Uuid,
    pub session: Uuid,
    pub claim: PresenceClaim,
    pub note: Option<String>,
    /// What shows it.
    pub evidence: Vec<Uuid>,
}
