//! An act that takes two persons: one proposes, another confirms or rejects.
use sea_orm::entity::prelude::*;

use crate::enums::{ProposalStatus, ProposedCommand};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub command: ProposedCommand,
    pub subject_type: String,
    pub subject_id: Uuid,
    /// In whose scope it falls.
    pub unit_id: Uuid,
    /// The version of the subject it was proposed on, where it has one.
    pub expected_version: Option<i32>,
    pub reason: String,
    pub proposed_by: Uuid,
    pub proposed_from: Uuid,
    pub proposed_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub status: ProposalStatus,
    pub decided_by: Option<Uuid>,
    pub decided_from: Option<Uuid>,
    pub decided_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
