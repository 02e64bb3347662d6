//! The working answers of a report: its own unit's alone.
use std::collections::BTreeMap;

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub report_id: Uuid,
    pub answers: Answers,
    pub updated_at: DateTimeUtc,
    pub saved: Saved,
    pub cites: Cites,
    /// The submission whose answers it began with.
    pub prefilled_from: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An answer per field key. What is not answered is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Answers(pub BTreeMap<String, Answer>);

/// One answer. Which kind it is the field says: a text, a choice, a date, a link and a decimal are all written as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    Integer(i64),
    Text(String),
    /// Files by id.
    Files(Vec<Uuid>),
    Rows(Vec<Row>),
}

/// A row of a table: an answer per column, none of them a table or files.
pub type Row = BTreeMap<String, Answer>;

/// The version of the report with which each field was last saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Saved(pub BTreeMap<String, i32>);

/// The revisions of other reports that the next submission cites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Cites(pub Vec<Uuid>);
