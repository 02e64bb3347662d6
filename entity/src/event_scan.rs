//! That a code was scanned, or somebody entered by hand, also where it counts for nothing. Never updated.
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::enums::{ScanDirection, ScanFault, ScanMethod};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "event_scan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    /// None: it named no session of the event.
    pub session_id: Option<Uuid>,
    /// None: the code was nobody's.
    pub delegate_id: Option<Uuid>,
    pub device_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    /// Who scanned: the device, or the account.
    pub source_id: Uuid,
    /// What tells it from every other of its source.
    pub nonce: String,
    /// Over what was sent.
    pub content_sha256: Vec<u8>,
    pub direction: ScanDirection,
    pub method: ScanMethod,
    /// By the clock of who scanned.
    pub client_at: DateTimeUtc,
    pub arrived_at: DateTimeUtc,
    /// Why it counts for nothing.
    pub fault: Option<ScanFault>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
