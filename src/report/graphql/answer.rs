//! Answers, as the API takes and shows them.
use std::collections::BTreeMap;

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject, Union, dataloader::DataLoader};
use entity::{
    draft::{Answer, Answers, Row},
    template::{self, Shape},
};

use uuid::Uuid;

use crate::{
    error::Error,
    file::graphql::{File, FileLoader},
    graphql::{
        id::Kind,
        problem::of_field,
        scalars::{Date, Decimal},
    },
    report::answers,
};

/// The answer to one field of a template.
#[derive(SimpleObject, Clone)]
pub struct ReportAnswer {
    /// The field's key in the template.
    pub(super) key: String,
    /// The key of the section the field belongs to.
    pub(super) section: String,
    /// What the field is called.
    pub(super) title: String,
    /// The answer as one reads it: choices by their label, a table with a row per line; empty where there is none, and for
    /// files.
    pub(super) text: String,
    /// The answer by its kind; null where nothing was answered.
    value: Option<AnswerValue>,
}

/// An answer, by the kind of its field.
#[derive(Union, Clone)]
pub enum AnswerValue {
    Text(TextValue),
    Number(NumberValue),
    Choice(ChoiceValue),
    Date(DateValue),
    Link(LinkValue),
    Table(TableValue),
    File(FileValue),
}

/// A text.
#[derive(SimpleObject, Clone)]
pub struct TextValue {
    /// The text.
    text: String,
}

/// A number, exact.
#[derive(SimpleObject, Clone)]
pub struct NumberValue {
    /// The number.
    number: Decimal,
    /// What it is counted in; null where the template does not say.
    unit: Option<String>,
    /// Whether the target of the field is reached; null where there is none.
    reaches_target: Option<bool>,
}

/// One of the options of a choice.
#[derive(SimpleObject, Clone)]
pub struct ChoiceValue {
    /// The option's key in the template.
    option: String,
    /// What the option is called.
    label: String,
}

/// A day.
#[derive(SimpleObject, Clone)]
pub struct DateValue {
    /// The day.
    date: Date,
}

/// An address on the web.
#[derive(SimpleObject, Clone)]
pub struct LinkValue {
    /// An http or https address, as it was written.
    url: String,
}

/// A table.
#[derive(SimpleObject, Clone)]
pub struct TableValue {
    /// Its rows, as they were written.
    rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(SimpleObject, Clone)]
pub struct TableRow {
    /// What was answered in it, in the order of the columns; columns without an answer are left out.
    cells: Vec<TableCell>,
}

/// A cell of a table.
#[derive(SimpleObject, Clone)]
pub struct TableCell {
    /// The key of its column in the template.
    column: String,
    /// What the column is called.
    title: String,
    /// The answer as one reads it.
    text: String,
    /// The answer by its kind, never a table or files.
    value: AnswerValue,
}

#[derive(Clone)]
pub struct FileValue(Vec<Uuid>);

/// Files.
#[Object]
impl FileValue {
    /// How many there are.
    async fn count(&self) -> i32 {
        i32::try_from(self.0.len()).unwrap_or(i32::MAX)
    }

    /// The files, in the order they were put in.
    async fn files(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<File>> {
        let loader = ctx.data_unchecked::<DataLoader<FileLoader>>();
        let mut found = loader.load_many(self.0.iter().copied()).await.map_err(of_field)?;
        Ok(self.0.iter().filter_map(|file| found.remove(file)).collect())
    }
}

/// Answers as the API shows them, one per field of the template, in order.
#[must_use]
pub fn shown(template: &template::Model, answers: &Answers) -> Vec<ReportAnswer> {
    let of_section = |section: &template::Section| {
        let answer = |field: &template::Field| {
            let answer = answers.0.get(&field.key);
            ReportAnswer {
                key: field.key.clone(),
                section: section.key.clone(),
                title: field.label.clone(),
                text: answer.map_or_else(String::new, |answer| answers::text(&field.shape, answer)),
                value: answer.and_then(|answer| AnswerValue::of(&field.shape, answer)),
            }
        };
        section.fields.iter().map(answer).collect::<Vec<_>>()
    };
    template.sections.0.iter().flat_map(of_section).collect()
}

impl AnswerValue {
    /// An answer to a field of a shape; None where it is none, which what was checked before it was kept never is.
    pub(super) fn of(shape: &Shape, answer: &Answer) -> Option<Self> {
        Some(match (shape, answer) {
            (Shape::Text { .. }, Answer::Text(text)) => Self::Text(TextValue { text: text.clone() }),
            (Shape::Integer(range) | Shape::Decimal { range, .. }, answer) => {
                let number = answers::number(answer)?;
                Self::Number(NumberValue {
                    number: Decimal(number),
                    unit: range.unit.clone(),
                    reaches_target: range.target.map(|target| number >= target),
                })
            }
            (Shape::Choice { .. }, Answer::Text(key)) => Self::Choice(ChoiceValue {
                option: key.clone(),
                label: answers::text(shape, answer),
            }),
            (Shape::Date { .. }, Answer::Text(text)) => Self::Date(DateValue {
                date: Date(text.parse().ok()?),
            }),
            (Shape::Link, Answer::Text(url)) => Self::Link(LinkValue { url: url.clone() }),
            (Shape::Table { columns, .. }, Answer::Rows(rows)) => {
                let shown = |row: &Row| {
                    let cells = columns.iter().filter_map(|column| {
                        let answer = row.get(&column.key)?;
                        Some(TableCell {
                            column: column.key.clone(),
                            title: column.label.clone(),
                            text: answers::text(&column.shape, answer),
                            value: Self::of(&column.shape, answer)?,
                        })
                    });
                    TableRow { cells: cells.collect() }
                };
                Self::Table(TableValue {
                    rows: rows.iter().map(shown).collect(),
                })
            }
            (Shape::File { .. }, Answer::Files(files)) => Self::File(FileValue(files.clone())),
            _ => return None,
        })
    }
}

/// What to answer to one field.
#[derive(InputObject)]
pub struct AnswerInput {
    /// The field's key in the template.
    field: String,
    /// The answer, of the kind the field takes; null clears it.
    value: Option<AnswerValueInput>,
}

impl AnswerInput {
    pub(super) fn resolve(self) -> Result<(String, Option<Answer>), Error> {
        Ok((self.field, self.value.map(AnswerValueInput::resolve).transpose()?))
    }
}

/// An answer, by the kind of its field. A blank text clears the field.
#[derive(OneofObject)]
pub enum AnswerValueInput {
    /// A text, at most as long as the field takes.
    Text(String),
    /// A number, whole or decimal as the field takes it.
    Number(Decimal),
    /// The key of one of the field's options.
    Choice(String),
    /// A day.
    Date(Date),
    /// An http or https address.
    Link(String),
    /// All rows of a table, at most 200; they take the place of those there were.
    Rows(Vec<TableRowInput>),
    /// The ids of all files of the field; they take the place of those there were. `attachFile` adds one.
    Files(Vec<ID>),
}

/// A row of a table.
#[derive(InputObject)]
pub struct TableRowInput {
    /// What is answered in it.
    cells: Vec<TableCellInput>,
}

/// A cell of a table.
#[derive(InputObject)]
pub struct TableCellInput {
    /// The key of its column in the template.
    column: String,
    /// The answer, of the kind the column takes: neither a table nor files.
    value: AnswerValueInput,
}

impl AnswerValueInput {
    fn resolve(self) -> Result<Answer, Error> {
        Ok(match self {
            Self::Text(text) | Self::Choice(text) | Self::Link(text) => Answer::Text(text),
            Self::Number(number) => Answer::Text(number.0.to_string()),
            Self::Date(date) => Answer::Text(date.0.to_string()),
            Self::Rows(rows) => {
                let cell = |cell: TableCellInput| Ok((cell.column, cell.value.resolve()?));
                let row = |row: TableRowInput| {
                    row.cells
                        .into_iter()
                        .map(cell)
                        .collect::<Result<BTreeMap<_, _>, Error>>()
                };
                Answer::Rows(rows.into_iter().map(row).collect::<Result<_, _>>()?)
            }
            Self::Files(files) => Answer::Files(Kind::File.uuids(&files)?),
        })
    }
}
