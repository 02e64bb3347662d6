//! What a template asks: sections, fields, and the kinds of answer they take.
use async_graphql::{SimpleObject, Union};
use entity::template::{self, Shape};

use super::template_input::schemes;
use crate::graphql::scalars::{Date, Decimal};

/// Questions of a template that belong together.
#[derive(SimpleObject)]
pub struct ReportSection {
    /// Stable within the template.
    key: String,
    /// What the section is called.
    title: String,
    /// What good answers tell.
    guidance: String,
    /// What it asks, in order.
    fields: Vec<ReportField>,
}

impl From<template::Section> for ReportSection {
    fn from(section: template::Section) -> Self {
        Self {
            key: section.key,
            title: section.title,
            guidance: section.guidance,
            fields: section.fields.into_iter().map(ReportField::from).collect(),
        }
    }
}

/// One question of a template.
#[derive(SimpleObject)]
pub struct ReportField {
    /// Stable within the template, whatever the section; answers are filed under it.
    key: String,
    /// The question.
    label: String,
    /// What a good answer tells; may be empty.
    guidance: String,
    /// Whether a report can be submitted only with an answer to it.
    required: bool,
    /// What kind of answer it takes.
    shape: FieldShape,
}

impl From<template::Field> for ReportField {
    fn from(field: template::Field) -> Self {
        Self {
            key: field.key,
            label: field.label,
            guidance: field.guidance,
            required: field.required,
            shape: field.shape.into(),
        }
    }
}

/// What kind of answer a field takes. All bounds are inclusive.
#[derive(Union)]
pub enum FieldShape {
    Text(TextShape),
    Number(NumberShape),
    Choice(ChoiceShape),
    Date(DateShape),
    Link(LinkShape),
    Table(TableShape),
    File(FileShape),
}

/// A text.
#[derive(SimpleObject)]
pub struct TextShape {
    /// The most characters it may have.
    longest: i32,
}

/// A number.
#[derive(SimpleObject)]
pub struct NumberShape {
    /// The most decimal places it may have; 0 for whole numbers.
    places: i32,
    /// The least it may be; null: no bound.
    least: Option<Decimal>,
    /// The most it may be; null: no bound.
    most: Option<Decimal>,
    /// What it is counted in; null where that is plain.
    unit: Option<String>,
    /// What is aimed at; to stay below is no mistake. Null: nothing.
    target: Option<Decimal>,
}

/// One of several options.
#[derive(SimpleObject)]
pub struct ChoiceShape {
    /// The options, in order.
    options: Vec<ChoiceOption>,
}

/// An option of a choice.
#[derive(SimpleObject)]
pub struct ChoiceOption {
    /// Stable within the field.
    key: String,
    /// What it is called.
    label: String,
}

/// A day.
#[derive(SimpleObject)]
pub struct DateShape {
    /// The earliest it may be; null: no bound.
    earliest: Option<Date>,
    /// The latest it may be; null: no bound.
    latest: Option<Date>,
}

/// An address on the web.
#[derive(SimpleObject)]
pub struct LinkShape {
    /// The schemes it may have.
    schemes: Vec<String>,
}

/// A table, the same questions asked in every row.
#[derive(SimpleObject)]
pub struct TableShape {
    /// What is asked in every row, in order.
    columns: Vec<TableColumn>,
    /// The fewest rows.
    least_rows: i32,
    /// The most rows.
    most_rows: i32,
    /// The key of the column by which rows are told apart: no two rows have the same answer in it. Null: none is.
    row_key: Option<String>,
}

/// A column of a table.
#[derive(SimpleObject)]
pub struct TableColumn {
    /// Stable within the field.
    key: String,
    /// The question.
    label: String,
    /// Whether it has to be answered in every row.
    required: bool,
    /// What kind of answer it takes: neither a table nor files.
    shape: FieldShape,
}

/// Files.
#[derive(SimpleObject)]
pub struct FileShape {
    /// The media types it takes; empty: whatever this installation takes.
    types: Vec<String>,
    /// The fewest files.
    least_files: i32,
    /// The most files.
    most_files: i32,
    /// The most bytes of one file.
    largest: i64,
}

/// No bound of a template comes near the end of 32 bits; one that did would be shown as that end.
fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl NumberShape {
    fn new(places: u32, range: template::NumberRange) -> Self {
        Self {
            places: int(places),
            least: range.least.map(Decimal),
            most: range.most.map(Decimal),
            unit: range.unit,
            target: range.target.map(Decimal),
        }
    }
}

impl From<Shape> for FieldShape {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Text { longest } => Self::Text(TextShape { longest: int(longest) }),
            Shape::Integer(range) => Self::Number(NumberShape::new(0, range)),
            Shape::Decimal { places, range } => Self::Number(NumberShape::new(places, range)),
            Shape::Choice { options } => Self::Choice(ChoiceShape {
                options: options
                    .into_iter()
                    .map(|option| ChoiceOption {
                        key: option.key,
                        label: option.label,
                    })
                    .collect(),
            }),
            Shape::Date { earliest, latest } => Self::Date(DateShape {
                earliest: earliest.map(Date),
                latest: latest.map(Date),
            }),
            Shape::Link => Self::Link(LinkShape { schemes: schemes() }),
            Shape::Table {
                columns,
                least_rows,
                most_rows,
                row_key,
            } => Self::Table(TableShape {
                columns: columns
                    .into_iter()
                    .map(|column| TableColumn {
                        key: column.key,
                        label: column.label,
                        required: column.required,
                        shape: column.shape.into(),
                    })
                    .collect(),
                least_rows: int(least_rows),
                most_rows: int(most_rows),
                row_key,
            }),
            Shape::File {
                types,
                least,
                most,
                largest,
            } => Self::File(FileShape {
                types,
                least_files: int(least),
                most_files: int(most),
                largest,
            }),
        }
    }
}
