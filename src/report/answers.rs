//! Answers held against the fields they answer: pure. What is not even of the field's kind cannot be saved; what is, but
//! does not do yet, is a problem, told while one writes and refused at submit.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{
    draft::{Answer, Answers, Row},
    template::{self, Comparator, Comparison, Field, NumberRange, Operand, Shape, TableColumn},
};
use rust_decimal::Decimal;

use crate::{
    error::{Code, Refusal},
    locale::Text,
};

/// The longest text a field may ask for, characters.
pub const LONGEST_TEXT: u32 = 20_000;

/// The most rows a table may have.
pub const MOST_ROWS: u32 = 200;

/// The longest address, characters.
const LONGEST_LINK: usize = 2_000;

/// The fields of a template, in order.
pub fn fields(template: &template::Model) -> impl Iterator<Item = &Field> {
    template.sections.0.iter().flat_map(|section| &section.fields)
}

/// An answer as it is kept: without the blanks around it, numbers in their shortest form; None where nothing is left of it.
///
/// # Errors
/// Why it is no answer to the field, each at its place within it: `Invalid`, `TooLong`.
pub fn kept(field: &Field, answer: Answer) -> Result<Option<Answer>, Vec<Refusal>> {
    match (&field.shape, answer) {
        (Shape::Table { columns, .. }, Answer::Rows(rows)) => kept_rows(columns, rows),
        // An empty list is read as either.
        (Shape::Table { .. }, Answer::Files(files)) if files.is_empty() => Ok(None),
        (Shape::File { .. }, Answer::Rows(rows)) if rows.is_empty() => Ok(None),
        (Shape::File { .. }, Answer::Files(files)) => Ok(kept_files(files)),
        (shape, answer) => kept_single(shape, answer).map_err(|refusal| vec![refusal]),
    }
}

fn kept_files(files: Vec<uuid::Uuid>) -> Option<Answer> {
    let mut seen = BTreeSet::new();
    let files: Vec<_> = files.into_iter().filter(|file| seen.insert(*file)).collect();
    (!files.is_empty()).then_some(Answer::Files(files))
}

fn kept_rows(columns: &[TableColumn], rows: Vec<Row>) -> Result<Option<Answer>, Vec<Refusal>> {
    if rows.len() > MOST_ROWS as usize {
        let text = Text::new(
            format!("Tabel paling banyak {MOST_ROWS} baris."),
            format!("A table has at most {MOST_ROWS} rows."),
        );
        return Err(vec![Refusal::new(Code::TooLong, text)]);
    }
    let mut refusals = Vec::new();
    let mut kept = Vec::with_capacity(rows.len());
    for (place, row) in rows.into_iter().enumerate() {
        let mut cells = Row::new();
        for (key, answer) in row {
            let at = |refusal: Refusal| refusal.within([place.to_string(), key.clone()]);
            let Some(column) = columns.iter().find(|column| column.key == key) else {
                refusals.push(at(no_such("Kolom", "column", &key)));
                continue;
            };
            match kept_single(&column.shape, answer) {
                Ok(Some(answer)) => drop(cells.insert(key, answer)),
                Ok(None) => {}
                Err(refusal) => refusals.push(at(refusal)),
            }
        }
        if !cells.is_empty() {
            kept.push(cells);
        }
    }
    if refusals.is_empty() {
        Ok((!kept.is_empty()).then_some(Answer::Rows(kept)))
    } else {
        Err(refusals)
    }
}

pub(super) fn kept_single(shape: &Shape, answer: Answer) -> Result<Option<Answer>, Refusal> {
    let text = match (shape, answer) {
        (Shape::Integer(_), Answer::Integer(number)) => return Ok(Some(Answer::Integer(number))),
        (Shape::Decimal { .. }, Answer::Integer(number)) => number.to_string(),
        (Shape::Table { .. } | Shape::File { .. }, _) => return Err(wrong_kind(shape)),
        (_, Answer::Text(text)) => text.trim().to_owned(),
        (_, Answer::Integer(_) | Answer::Files(_) | Answer::Rows(_)) => return Err(wrong_kind(shape)),
    };
    if text.is_empty() {
        return Ok(None);
    }
    let kept = match shape {
        Shape::Text { longest } => {
            if text.chars().count() > *longest as usize {
                return Err(too_long(*longest as usize));
            }
            Answer::Text(text)
        }
        Shape::Integer(_) => {
            let number = Decimal::from_str_exact(&text).ok().map(|number| number.normalize());
            let whole = number.filter(|number| number.scale() == 0);
            let whole: Option<i64> = whole.and_then(|number| number.try_into().ok());
            Answer::Integer(whole.ok_or_else(|| wrong_kind(shape))?)
        }
        Shape::Decimal { places, .. } => {
            let number = Decimal::from_str_exact(&text).map_err(|_malformed| wrong_kind(shape))?;
            let number = number.normalize();
            if number.scale() > *places {
                return Err(too_many_places(*places));
            }
            Answer::Text(number.to_string())
        }
        Shape::Choice { options } => {
            if !options.iter().any(|option| option.key == text) {
                return Err(no_such("Pilihan", "option", &text));
            }
            Answer::Text(text)
        }
        Shape::Date { .. } => {
            let day = day(&text).ok_or_else(|| wrong_kind(shape))?;
            Answer::Text(day.to_string())
        }
        Shape::Link => {
            if text.chars().count() > LONGEST_LINK {
                return Err(too_long(LONGEST_LINK));
            }
            if !is_link(&text) {
                return Err(wrong_kind(shape));
            }
            Answer::Text(text)
        }
        Shape::Table { .. } | Shape::File { .. } => return Err(wrong_kind(shape)),
    };
    Ok(Some(kept))
}

/// Everything that stands in the way of submitting, each at the field, row and column it is about.
#[must_use]
pub fn problems(template: &template::Model, answers: &Answers) -> Vec<Refusal> {
    let mut problems = Vec::new();
    for field in fields(template) {
        let found = match answers.0.get(&field.key) {
            None if field.required => vec![unanswered(&field.label)],
            None => Vec::new(),
            Some(answer) => problems_of(field, answer),
        };
        problems.extend(found.into_iter().map(|problem| problem.within([field.key.clone()])));
    }
    let unequal = template
        .comparisons
        .0
        .iter()
        .filter(|comparison| !holds(comparison, answers));
    problems.extend(unequal.map(|comparison| {
        let text = Text::new(comparison.message.clone(), comparison.message.clone());
        Refusal::new(Code::Invalid, text).at([comparison.left.field.clone()])
    }));
    problems
}

fn problems_of(field: &Field, answer: &Answer) -> Vec<Refusal> {
    match (&field.shape, answer) {
        (
            Shape::Table {
                columns,
                least_rows,
                most_rows,
                row_key,
            },
            Answer::Rows(rows),
        ) => {
            let mut problems: Vec<Refusal> = count(rows.len(), *least_rows, *most_rows, ("baris", "rows"))
                .into_iter()
                .collect();
            for (place, row) in rows.iter().enumerate() {
                for column in columns {
                    let problem = match row.get(&column.key) {
                        None => column.required.then(|| unanswered(&column.label)),
                        Some(answer) => problem_of(&column.shape, answer),
                    };
                    problems.extend(problem.map(|problem| problem.within([place.to_string(), column.key.clone()])));
                }
            }
            problems.extend(row_key.iter().flat_map(|key| repeated(key, rows)));
            problems
        }
        (Shape::File { least, most, .. }, Answer::Files(files)) => {
            count(files.len(), *least, *most, ("berkas", "files"))
                .into_iter()
                .collect()
        }
        (shape, answer) => problem_of(shape, answer).into_iter().collect(),
    }
}

fn problem_of(shape: &Shape, answer: &Answer) -> Option<Refusal> {
    match shape {
        Shape::Integer(range) | Shape::Decimal { range, .. } => outside(number(answer)?, range),
        Shape::Date { earliest, latest } => {
            let Answer::Text(text) = answer else { return None };
            let day = day(text)?;
            let early = earliest.is_some_and(|earliest| day < earliest);
            let late = latest.is_some_and(|latest| day > latest);
            (early || late).then(|| {
                let (from, to) = (said(*earliest), said(*latest));
                let text = Text::new(
                    format!("Tanggal harus antara {from} dan {to}."),
                    format!("The day has to lie between {from} and {to}."),
                );
                Refusal::new(Code::Invalid, text)
            })
        }
        Shape::Text { .. } | Shape::Choice { .. } | Shape::Link | Shape::Table { .. } | Shape::File { .. } => None,
    }
}

/// Whether a comparison holds. Where one side is not answered there is nothing to compare.
fn holds(comparison: &Comparison, answers: &Answers) -> bool {
    let sides = (
        measured(&comparison.left, answers),
        measured(&comparison.right, answers),
    );
    let (Some(left), Some(right)) = sides else { return true };
    match comparison.is {
        Comparator::LessThan => left < right,
        Comparator::AtMost => left <= right,
        Comparator::Equal => left == right,
        Comparator::AtLeast => left >= right,
        Comparator::GreaterThan => left > right,
    }
}

/// What an operand comes to: a number, or a date as the count of its days.
fn measured(operand: &Operand, answers: &Answers) -> Option<Decimal> {
    let answer = answers.0.get(&operand.field)?;
    match (&operand.column, answer) {
        (Some(column), Answer::Rows(rows)) => Some(sum(column, rows)),
        (Some(_), _) => None,
        (None, answer) => measure(answer),
    }
}

/// The sum of a column of a table.
#[must_use]
pub fn sum(column: &str, rows: &[Row]) -> Decimal {
    let numbers = rows.iter().filter_map(|row| row.get(column)).filter_map(number);
    numbers.fold(Decimal::ZERO, |sum, number| sum.saturating_add(number))
}

fn measure(answer: &Answer) -> Option<Decimal> {
    if let Answer::Text(text) = answer
        && let Some(day) = day(text)
    {
        use chrono::Datelike;
        return Some(Decimal::from(day.num_days_from_ce()));
    }
    number(answer)
}

/// An answer as a number, where it is one.
#[must_use]
pub fn number(answer: &Answer) -> Option<Decimal> {
    match answer {
        Answer::Integer(number) => Some(Decimal::from(*number)),
        Answer::Text(text) => Decimal::from_str_exact(text).ok(),
        Answer::Files(_) | Answer::Rows(_) => None,
    }
}

/// An answer as one reads it: choices by their label, a row per line.
#[must_use]
pub fn text(shape: &Shape, answer: &Answer) -> String {
    match (shape, answer) {
        (Shape::Choice { options }, Answer::Text(key)) => {
            let option = options.iter().find(|option| option.key == *key);
            option.map_or_else(|| key.clone(), |option| option.label.clone())
        }
        (Shape::Table { columns, .. }, Answer::Rows(rows)) => {
            let line = |row: &Row| {
                let cells = columns
                    .iter()
                    .filter_map(|column| Some(text(&column.shape, row.get(&column.key)?)));
                cells.collect::<Vec<_>>().join(" | ")
            };
            rows.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        (_, Answer::Text(text)) => text.clone(),
        (_, Answer::Integer(number)) => number.to_string(),
        // What a file tells is in the file.
        (_, Answer::Files(_) | Answer::Rows(_)) => String::new(),
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_day| text.len() == 10)
}

fn is_link(text: &str) -> bool {
    let url = url::Url::parse(text);
    url.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn said(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "…".to_owned(), |day| day.to_string())
}

fn outside(number: Decimal, range: &NumberRange) -> Option<Refusal> {
    let text = if let Some(least) = range.least.filter(|least| number < *least) {
        Text::new(format!("Paling sedikit {least}."), format!("At least {least}."))
    } else {
        let most = range.most.filter(|most| number > *most)?;
        Text::new(format!("Paling banyak {most}."), format!("At most {most}."))
    };
    Some(Refusal::new(Code::Invalid, text))
}

fn count(found: usize, least: u32, most: u32, (id, en): (&str, &str)) -> Option<Refusal> {
    let text = if found < least as usize {
        Text::new(
            format!("Paling sedikit {least} {id}."),
            format!("At least {least} {en}."),
        )
    } else if found > most as usize {
        Text::new(format!("Paling banyak {most} {id}."), format!("At most {most} {en}."))
    } else {
        return None;
    };
    Some(Refusal::new(Code::Invalid, text))
}

fn repeated(key: &str, rows: &[Row]) -> Vec<Refusal> {
    let mut seen = Vec::new();
    let mut problems = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let Some(answer) = row.get(key) else { continue };
        if seen.contains(&answer) {
            let text = Text::new("Baris ini sudah ada.", "There is a row for this already.");
            problems.push(Refusal::new(Code::Invalid, text).at([place.to_string(), key.to_owned()]));
        }
        seen.push(answer);
    }
    problems
}

fn unanswered(label: &str) -> Refusal {
    let text = Text::new(
        format!("“{label}” belum diisi."),
        format!("“{label}” has no answer yet."),
    );
    Refusal::new(Code::Required, text)
}

fn too_long(longest: usize) -> Refusal {
    let text = Text::new(
        format!("Isian paling panjang {longest} karakter."),
        format!("An answer has at most {longest} characters."),
    );
    Refusal::new(Code::TooLong, text)
}

fn too_many_places(places: u32) -> Refusal {
    let text = Text::new(
        format!("Paling banyak {places} angka di belakang koma."),
        format!("At most {places} decimal places."),
    );
    Refusal::new(Code::Invalid, text)
}

/// That a template has nothing of this key.
pub(super) fn no_such(id: &str, en: &str, key: &str) -> Refusal {
    let text = Text::new(
        format!("{id} `{key}` tidak ada pada templat ini."),
        format!("The template has no {en} `{key}`."),
    );
    Refusal::new(Code::Invalid, text)
}

fn wrong_kind(shape: &Shape) -> Refusal {
    let (id, en) = match shape {
        Shape::Text { .. } => ("teks", "a text"),
        Shape::Integer(_) => ("bilangan bulat", "a whole number"),
        Shape::Decimal { .. } => ("bilangan", "a number"),
        Shape::Choice { .. } => ("salah satu pilihan", "one of the options"),
        Shape::Date { .. } => ("tanggal seperti 2025-01-21", "a day such as 2025-01-21"),
        Shape::Link => ("alamat http atau https", "an http or https address"),
        Shape::Table { .. } => ("tabel", "a table"),
        Shape::File { .. } => ("berkas", "files"),
    };
    Refusal::new(
        Code::Invalid,
        Text::new(
            format!("Isian ini harus berupa {id}."),
            format!("The answer has to be {en}."),
        ),
    )
}
