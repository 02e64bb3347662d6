//! A region of the reference list: a place in law, not a body. Codes are data, never identity.
use sea_orm::entity::prelude::*;

use crate::enums::RegionKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "region")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Dotted Kemendagri code: `32`, `32.75`, `32.75.01`.
    pub code: String,
    pub kind: RegionKind,
    /// Name without the words Kabupaten or Kota; `kind` says them.
    pub name: String,
    pub parent_id: Option<Uuid>,
    /// None: since before the records begin.
    pub valid_from: Option<Date>,
    /// The first day it is no longer valid.
    pub valid_to: Option<Date>,
    /// Since when code, kind, name and parent are what they are; None: since before the records begin.
    pub state_from: Option<Date>,
    /// The edition of the list that made them so; None: before editions were kept.
    pub edition_id: Option<Uuid>,
    /// The edition in which it was no longer listed.
    pub ended_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
