//! Submissions laid out as cells under headings, one row each: pure.
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use entity::{
    draft::{Answer, Row},
    template::{self, Field, Section, Shape, TableColumn},
};
use rust_decimal::Decimal;
use sea_orm::ActiveEnum;

use super::record::Record;
use crate::{
    clock::offset_of,
    locale::{Language, Text},
    report::answers,
};

/// What stands in one cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Empty,
    Text(String),
    Number(Decimal),
    Day(NaiveDate),
    /// In the zone of the round.
    Moment(DateTime<FixedOffset>),
    Table(&'a [Row]),
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// How the submissions of a round are laid out.
pub struct Layout {
    template: Arc<template::Model>,
    time_zone: String,
    offset: FixedOffset,
    language: Language,
    /// How the API names a report.
    name_report: fn(uuid::Uuid) -> String,
}

/// A column that every round has.
struct Column {
    id: &'static str,
    en: &'static str,
    /// Whether it tells moments, whose zone belongs to the heading.
    moments: bool,
    cell: for<'a> fn(&Layout, &'a Record) -> Cell<'a>,
}

const fn column(id: &'static str, en: &'static str, cell: for<'a> fn(&Layout, &'a Record) -> Cell<'a>) -> Column {
    Column {
        id,
        en,
        moments: false,
        cell,
    }
}

const fn moments(id: &'static str, en: &'static str, cell: for<'a> fn(&Layout, &'a Record) -> Cell<'a>) -> Column {
    Column {
        moments: true,
        ..column(id, en, cell)
    }
}

/// What is told of every submission before its answers.
const COLUMNS: [Column; 13] = [
    column("Kode unit", "Unit code", |_layout, record| {
        record.unit_code.clone().into()
    }),
    column("Unit", "Unit", |_layout, record| record.unit_name.clone().into()),
    column("Tingkat", "Tier", |_layout, record| record.tier.to_value().into()),
    column("Status", "Status", |_layout, record| {
        record.report.status.to_value().into()
    }),
    column("Pengiriman ke-", "Submission", |_layout, record| {
        Cell::Number(record.number.into())
    }),
    moments("Dikirim", "Submitted", |layout, record| {
        layout.moment(record.report.submitted_at)
    }),
    moments("Batas waktu", "Due", |layout, record| {
        layout.moment(record.owed.as_ref().map(|owed| owed.due_at))
    }),
    column("Ketepatan waktu", "Timeliness", |_layout, record| {
        record.timeliness().map(str::to_owned).into()
    }),
    moments("Disetujui", "Accepted", |layout, record| {
        layout.moment(record.report.accepted_at)
    }),
    column("Laporan yang dikutip", "Reports cited", |_layout, record| {
        Cell::Number(record.submitted.citations.into())
    }),
    column("Versi templat", "Template version", |_layout, record| {
        Cell::Number(record.submitted.template_version.into())
    }),
    column("SHA-256", "SHA-256", |_layout, record| record.sha256.clone().into()),
    column("ID laporan", "Report id", |layout, record| {
        (layout.name_report)(record.report.id).into()
    }),
];

impl Layout {
    #[must_use]
    pub fn new(
        time_zone: &str,
        template: Arc<template::Model>,
        language: Language,
        name_report: fn(uuid::Uuid) -> String,
    ) -> Self {
        Self {
            template,
            time_zone: time_zone.to_owned(),
            offset: offset_of(time_zone),
            language,
            name_report,
        }
    }

    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// One of two words.
    #[must_use]
    pub fn word(&self, id: &'static str, en: &'static str) -> String {
        Text::new(id, en).in_language(self.language).to_owned()
    }

    /// The headings of all columns: those of every round, then one per field of the template.
    #[must_use]
    pub fn headings(&self) -> Vec<String> {
        let of_all = COLUMNS.iter().map(|column| {
            let word = self.word(column.id, column.en);
            if column.moments {
                format!("{word} ({})", self.time_zone)
            } else {
                word
            }
        });
        let of_fields = self.fields().map(|(section, field)| {
            let key = format!("{}.{}", section.key, field.key);
            heading(&field.label, &field.shape, &key)
        });
        of_all.chain(of_fields).collect()
    }

    /// The cells of a submission, one per heading. A field that the version it was written by did not have is empty.
    #[must_use]
    pub fn cells<'a>(&self, record: &'a Record) -> Vec<Cell<'a>> {
        let of_all = COLUMNS.iter().map(|column| (column.cell)(self, record));
        let of_fields = self.fields().map(|(_section, field)| {
            let answer = record.submitted.answers.0.get(&field.key);
            answer.map_or(Cell::Empty, |answer| answered(&field.shape, answer, record))
        });
        of_all.chain(of_fields).collect()
    }

    /// The tables the template asks for.
    pub fn tables(&self) -> impl Iterator<Item = (&Field, &[TableColumn])> {
        self.fields().filter_map(|(_section, field)| match &field.shape {
            Shape::Table { columns, .. } => Some((field, &columns[..])),
            _ => None,
        })
    }

    /// The headings of a table's own sheet.
    #[must_use]
    pub fn table_headings(&self, columns: &[TableColumn]) -> Vec<String> {
        let of_all = [
            self.word("Kode unit", "Unit code"),
            self.word("Unit", "Unit"),
            self.word("Baris", "Row"),
            self.word("ID laporan", "Report id"),
        ];
        let own = columns
            .iter()
            .map(|column| heading(&column.label, &column.shape, &column.key));
        of_all.into_iter().chain(own).collect()
    }

    /// The rows of a table of one submission, for the table's own sheet.
    #[must_use]
    pub fn table_rows<'a>(&self, field: &Field, columns: &[TableColumn], record: &'a Record) -> Vec<Vec<Cell<'a>>> {
        let Some(Answer::Rows(rows)) = record.submitted.answers.0.get(&field.key) else {
            return Vec::new();
        };
        let cells = |(place, row): (usize, &'a Row)| {
            let of_all = [
                record.unit_code.clone().into(),
                record.unit_name.clone().into(),
                Cell::Number((place + 1).into()),
                (self.name_report)(record.report.id).into(),
            ];
            let own = columns.iter().map(|column| {
                let answer = row.get(&column.key);
                answer.map_or(Cell::Empty, |answer| answered(&column.shape, answer, record))
            });
            of_all.into_iter().chain(own).collect()
        };
        rows.iter().enumerate().map(cells).collect()
    }

    /// A moment in the zone of the round.
    fn moment<'a>(&self, moment: Option<DateTime<Utc>>) -> Cell<'a> {
        moment.map_or(Cell::Empty, |moment| Cell::Moment(moment.with_timezone(&self.offset)))
    }

    fn fields(&self) -> impl Iterator<Item = (&Section, &Field)> {
        let sections = self.template.sections.0.iter();
        sections.flat_map(|section| section.fields.iter().map(move |field| (section, field)))
    }
}

/// `Anggaran, rupiah [hitungan.anggaran]`.
fn heading(label: &str, shape: &Shape, key: &str) -> String {
    match shape {
        Shape::Integer(range) | Shape::Decimal { range, .. } if range.unit.is_some() => {
            format!("{label}, {} [{key}]", range.unit.as_deref().unwrap_or_default())
        }
        _ => format!("{label} [{key}]"),
    }
}

/// An answer as a cell. One of another kind than the field asks for was written by another version of the template, and is
/// told as text.
fn answered<'a>(shape: &Shape, answer: &'a Answer, record: &Record) -> Cell<'a> {
    let text = || Cell::Text(answers::text(shape, answer));
    match (shape, answer) {
        (Shape::Integer(_) | Shape::Decimal { .. }, answer) => answers::number(answer).map_or_else(text, Cell::Number),
        (Shape::Date { .. }, Answer::Text(day)) => day.parse().map_or_else(|_no_day| text(), Cell::Day),
        (_, Answer::Rows(rows)) => Cell::Table(rows),
        (_, Answer::Files(files)) => {
            let names = record.file_names();
            let named = files.iter().filter_map(|file| names.get(file).copied());
            Cell::Text(named.collect::<Vec<_>>().join("; "))
        }
        _ => text(),
    }
}
