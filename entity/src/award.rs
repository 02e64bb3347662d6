//! Who was honoured, from the announcement on.
use sea_orm::entity::prelude::*;

use crate::enums::{AwardHonour, AwardRecipient, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub edition_id: Uuid,
    pub category_id: Uuid,
    pub entry_id: Uuid,
    pub list_id: Uuid,
    /// Who gave it.
    pub issuer_id: Uuid,
    /// As the hierarchy was when it was announced.
    pub unit_id: Uuid,
    pub tier: Tier,
    pub provinsi_id: Uuid,
    pub recipient: AwardRecipient,
    pub account_id: Option<Uuid>,
    /// The person without an account, or the outsider; none once the person was erased.
    pub name: Option<String>,
    pub honour: AwardHonour,
    /// None among equals, and of nominees.
    pub place: Option<i32>,
    pub announced_at: DateTimeUtc,
    /// The day in Jakarta.
    pub announced_on: Date,
    pub revoked_at: Option<DateTimeUtc>,
    pub revoked_because: Option<String>,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
