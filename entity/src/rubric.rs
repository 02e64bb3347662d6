//! One version of what a work is judged by. A draft may change; a published version never does.
use std::collections::BTreeMap;

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::RubricStatus;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "rubric")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What its versions share.
    pub code: String,
    /// From 1 up.
    pub version: i32,
    /// Whose it is.
    pub owner_id: Uuid,
    pub name: String,
    pub description: String,
    pub criteria: Criteria,
    pub status: RubricStatus,
    /// The lock counter.
    pub lock_version: i32,
    /// None: it came with the installation.
    pub created_by: Option<Uuid>,
    pub created_at: Option<DateTimeUtc>,
    pub published_by: Option<Uuid>,
    pub published_at: Option<DateTimeUtc>,
    pub retired_by: Option<Uuid>,
    pub retired_at: Option<DateTimeUtc>,
    /// Why nothing new may be judged by it.
    pub retired_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is judged, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Criteria(pub Vec<Criterion>);

/// One thing that gets a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Stable within the rubric; scores are filed under it.
    pub key: String,
    pub title: String,
    /// What to look at.
    pub guidance: String,
    /// What it counts for beside the others.
    pub weight: i32,
    pub scale: Scale,
    /// Whether the least and the most of the scale owe a comment.
    pub comment_at_extremes: bool,
}

/// The whole numbers a score may be, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    pub least: i32,
    pub most: i32,
    pub anchors: Vec<Anchor>,
}

/// What a work is like that deserves a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    pub score: i32,
    pub sentence: String,
}

/// What somebody judged, a score per criterion's key. What was not touched is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Scores(pub BTreeMap<String, Score>);

/// What somebody judged of one criterion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// None while there is a comment only.
    pub score: Option<i32>,
    /// May be empty.
    pub comment: String,
}
