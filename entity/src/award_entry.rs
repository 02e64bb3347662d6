//! Who is entered for an award, and how far that is.
use sea_orm::entity::prelude::*;

use crate::enums::{AwardEntryStatus, AwardOrigin, AwardRecipient, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub edition_id: Uuid,
    pub category_id: Uuid,
    /// Who is entered, or whose person, or who named an outsider.
    pub unit_id: Uuid,
    /// As the hierarchy was when it was entered.
    pub tier: Tier,
    pub provinsi_id: Uuid,
    pub recipient: AwardRecipient,
    /// The person, where it has an account.
    pub account_id: Option<Uuid>,
    /// The person without an account, or the outsider; none once the person was erased.
    pub name: Option<String>,
    /// What the name is hashed with where it was submitted: without it the hash says nothing.
    pub name_salt: Option<String>,
    pub origin: AwardOrigin,
    /// Who entered it: the unit itself, or one above it.
    pub nominator_id: Uuid,
    /// What for.
    pub title: Option<String>,
    /// Why.
    pub statement: Option<String>,
    pub status: AwardEntryStatus,
    /// What was submitted last.
    pub revision_id: Option<Uuid>,
    pub submitted_at: Option<DateTimeUtc>,
    pub submitted_by: Option<Uuid>,
    /// The lock counter.
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub created_by: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
