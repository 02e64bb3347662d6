//! Somebody who is to come to an event, or came to its door.
use sea_orm::entity::prelude::*;

use crate::enums::DelegateStanding;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_delegate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    /// None: a walk-in of a unit that was not invited.
    pub invitation_id: Option<Uuid>,
    /// For whom the person comes.
    pub unit_id: Uuid,
    pub account_id: Option<Uuid>,
    /// None: the account's, or erased.
    pub name: Option<String>,
    /// What the person is there.
    pub title: Option<String>,
    pub standing: DelegateStanding,
    pub walk_in: bool,
    pub replaces_id: Option<Uuid>,
    /// The surat tugas.
    pub letter_number: Option<String>,
    pub letter_date: Option<Date>,
    pub letter_file_id: Option<Uuid>,
    pub named_at: DateTimeUtc,
    /// The lock counter.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
