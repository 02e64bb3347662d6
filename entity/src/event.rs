//! Something units meet for: who invites whom, when and where.
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::{EventKind, EventMode, EventStatus, Position, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The host.
    pub unit_id: Uuid,
    /// The series it is a wave of.
    pub parent_id: Option<Uuid>,
    pub wave: Option<i32>,
    pub title: String,
    pub kinds: Kinds,
    pub mode: EventMode,
    pub description: Option<String>,
    pub place: Option<String>,
    pub online_url: Option<String>,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    /// The zone of the place, an IANA name.
    pub time_zone: String,
    /// How many delegates a unit may name.
    pub quota: i32,
    /// How many delegates there is room for.
    pub capacity: Option<i32>,
    pub audience: Audience,
    /// Until when units are to reply.
    pub reply_by: DateTimeUtc,
    /// The letter of invitation.
    pub letter_number: Option<String>,
    pub letter_date: Option<Date>,
    pub letter_file_id: Option<Uuid>,
    pub minutes: Option<String>,
    pub minutes_file_id: Option<Uuid>,
    pub status: EventStatus,
    pub published_at: Option<DateTimeUtc>,
    /// When people were told that it begins.
    pub reminded_at: Option<DateTimeUtc>,
    pub finalised_at: Option<DateTimeUtc>,
    /// Over the sealed attendance, hexadecimal; none before.
    pub sha256: Option<String>,
    /// The link of the audit's chain it was sealed at, and its place.
    pub head_position: Option<i64>,
    pub head_link: Option<String>,
    /// The lock counter.
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub created_by: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What an event is, in the order it was said; at least one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Kinds(pub Vec<EventKind>);

/// Who is invited: units of these tiers within the host's subtree, narrowed by what is given, and without the exceptions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Audience {
    /// None: nobody is invited, as of a series whose waves invite.
    pub tiers: Vec<Tier>,
    /// These units and all beneath them; empty: everybody within the host's subtree.
    pub beneath: Vec<Uuid>,
    /// Exactly these; empty: no list.
    pub units: Vec<Uuid>,
    /// Not these, nor anybody beneath them.
    pub except: Vec<Uuid>,
    /// Who of a unit is meant; empty: whomever it names.
    pub positions: Vec<Position>,
}
