//! One version of what a report asks for, and the route it takes. A draft may change; a published version never does.
use rust_decimal::Decimal;
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::{TemplateStatus, Tier};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "template")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What its versions share.
    pub code: String,
    /// From 1 up.
    pub version: i32,
    pub name: String,
    pub route: Route,
    pub sections: Sections,
    /// Whose it is: those beneath may be asked by it.
    pub owner_id: Uuid,
    pub status: TemplateStatus,
    /// The lock counter.
    pub lock_version: i32,
    pub description: String,
    pub comparisons: Comparisons,
    /// None: it came with the installation.
    pub created_by: Option<Uuid>,
    pub created_at: Option<DateTimeUtc>,
    pub published_by: Option<Uuid>,
    pub published_at: Option<DateTimeUtc>,
    pub retired_by: Option<Uuid>,
    pub retired_at: Option<DateTimeUtc>,
    /// Why no new round may use it.
    pub retired_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Who writes, who endorses on the way up, and where the way ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Route {
    /// The tiers whose units write this report.
    pub authors: Vec<Tier>,
    /// The tiers that endorse, from the lowest up; only those strictly above the author's count for a report.
    pub endorsers: Vec<Tier>,
    /// The tier that has the last word. Below `Ri` its endorsement accepts the report.
    pub terminal: Tier,
    /// Whether experts of RI review it before it is decided on.
    #[serde(default)]
    pub experts: bool,
    /// How many of them have to complete a sheet before it is; none given: one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<u32>,
    /// The version of the rubric they score by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rubric: Option<Uuid>,
}

impl Route {
    /// How many experts have to complete a sheet.
    #[must_use]
    pub fn quorum(&self) -> u32 {
        self.quorum.unwrap_or(1)
    }
}

/// What a report is asked to tell, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Sections(pub Vec<Section>);

/// Fields that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Stable within the template.
    pub key: String,
    pub title: String,
    /// What a good answer tells.
    pub guidance: String,
    pub fields: Vec<Field>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Stable within the template, whatever the section; answers are filed under it.
    pub key: String,
    pub label: String,
    pub guidance: String,
    pub required: bool,
    pub shape: Shape,
}

/// What kind of answer a field takes. The bounds are inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Shape {
    /// `longest` in characters.
    Text {
        longest: u32,
    },
    Integer(NumberRange),
    /// An exact decimal with at most so many places.
    Decimal {
        places: u32,
        #[serde(flatten)]
        range: NumberRange,
    },
    Choice {
        options: Vec<ChoiceOption>,
    },
    Date {
        earliest: Option<Date>,
        latest: Option<Date>,
    },
    /// An http or https address.
    Link,
    Table {
        columns: Vec<TableColumn>,
        least_rows: u32,
        most_rows: u32,
        /// The column by which rows are told apart: no two have the same answer in it.
        row_key: Option<String>,
    },
    File {
        /// Media types; empty: whatever the installation takes.
        types: Vec<String>,
        least: u32,
        most: u32,
        /// Bytes of one file.
        largest: i64,
    },
}

/// What a number may be, what it is counted in, and what it should reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberRange {
    pub least: Option<Decimal>,
    pub most: Option<Decimal>,
    /// What it is counted in: `unggahan`, `rupiah`, `%`.
    pub unit: Option<String>,
    /// What is aimed at. To stay below is no mistake.
    pub target: Option<Decimal>,
}

/// One of the answers of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    pub key: String,
    pub label: String,
}

/// A column of a table: a question asked in every row. Neither a table nor files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    pub key: String,
    pub label: String,
    pub required: bool,
    pub shape: Shape,
}

/// What has to hold between two answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Comparisons(pub Vec<Comparison>);

/// `left` stands so to `right`, where both are answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub left: Operand,
    pub is: Comparator,
    pub right: Operand,
    /// What is said when it does not hold.
    pub message: String,
}

/// A number or a date: a field, or the sum of a column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operand {
    pub field: String,
    pub column: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Comparator {
    LessThan,
    AtMost,
    Equal,
    AtLeast,
    GreaterThan,
}
