//! What a recap may say: the sums of what the reports it cites say under the same keys. Pure, exact, and only ever offered.
use std::collections::BTreeMap;

use entity::{
    draft::{Answer, Answers, Row},
    template::{self, Field, Shape, TableColumn},
};
use rust_decimal::Decimal;

use super::answers;

/// A number that the cited reports come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub field: String,
    /// In a table: what tells the row apart, and the column.
    pub cell: Option<(String, String)>,
    pub sum: Decimal,
    /// Which of the sources says how much.
    pub parts: Vec<(usize, Decimal)>,
}

/// What the sources come to, number field by number field; in tables whose rows are told apart, number column by number
/// column in each row. What no source answers, or what is too large to be summed exactly, is left out.
#[must_use]
pub fn suggestions(template: &template::Model, sources: &[Answers]) -> Vec<Suggestion> {
    answers::fields(template)
        .flat_map(|field| match &field.shape {
            Shape::Integer(_) | Shape::Decimal { .. } => of_field(field, sources).into_iter().collect(),
            Shape::Table {
                columns,
                row_key: Some(key),
                ..
            } => of_table(field, columns, key, sources),
            Shape::Table { row_key: None, .. } => Vec::new(),
            Shape::Text { .. } | Shape::Choice { .. } | Shape::Date { .. } | Shape::Link | Shape::File { .. } => {
                Vec::new()
            }
        })
        .collect()
}

fn of_field(field: &Field, sources: &[Answers]) -> Option<Suggestion> {
    let said = |source: &Answers| answers::number(source.0.get(&field.key)?);
    let parts = sources.iter().enumerate();
    let parts = parts.filter_map(|(place, source)| Some((place, said(source)?)));
    summed(&field.key, None, parts.collect())
}

fn of_table(field: &Field, columns: &[TableColumn], key: &str, sources: &[Answers]) -> Vec<Suggestion> {
    let Some(told_apart) = columns.iter().find(|column| column.key == key) else {
        return Vec::new();
    };
    let counted = columns.iter().filter(|column| is_number(&column.shape));
    let counted: Vec<&TableColumn> = counted.filter(|column| column.key != key).collect();
    let mut cells: BTreeMap<(String, usize), Vec<(usize, Decimal)>> = BTreeMap::new();
    for (place, source) in sources.iter().enumerate() {
        let Some(Answer::Rows(rows)) = source.0.get(&field.key) else {
            continue;
        };
        for row in rows {
            let Some(name) = name_of(told_apart, row) else { continue };
            for (column, counted) in counted.iter().enumerate() {
                if let Some(number) = row.get(&counted.key).and_then(answers::number) {
                    cells.entry((name.clone(), column)).or_default().push((place, number));
                }
            }
        }
    }
    cells
        .into_iter()
        .filter_map(|((name, column), parts)| {
            let cell = (name, counted[column].key.clone());
            summed(&field.key, Some(cell), parts)
        })
        .collect()
}

/// What tells a row of another template apart, where this one takes it.
fn name_of(column: &TableColumn, row: &Row) -> Option<String> {
    match answers::kept_single(&column.shape, row.get(&column.key)?.clone()) {
        Ok(Some(Answer::Text(text))) => Some(text),
        Ok(Some(Answer::Integer(number))) => Some(number.to_string()),
        Ok(Some(Answer::Files(_) | Answer::Rows(_)) | None) | Err(_) => None,
    }
}

fn is_number(shape: &Shape) -> bool {
    matches!(shape, Shape::Integer(_) | Shape::Decimal { .. })
}

fn summed(field: &str, cell: Option<(String, String)>, parts: Vec<(usize, Decimal)>) -> Option<Suggestion> {
    if parts.is_empty() {
        return None;
    }
    let sum = parts
        .iter()
        .try_fold(Decimal::ZERO, |sum, (_source, number)| plus(sum, *number))?;
    Some(Suggestion {
        field: field.to_owned(),
        cell,
        sum: sum.normalize(),
        parts,
    })
}

/// The exact sum. Digits that a sum has no room for are rounded away, and then the difference is another.
fn plus(sum: Decimal, number: Decimal) -> Option<Decimal> {
    let total = sum.checked_add(number)?;
    (total.checked_sub(number) == Some(sum) && total.checked_sub(sum) == Some(number)).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::plus;

    #[test]
    fn a_sum_is_exact_or_none() {
        let number = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
        assert_eq!(plus(number("0.1"), number("0.25")), Some(number("0.35")));
        let (huge, tiny) = (number("79228162514264337593543950335"), number("0.1"));
        assert_eq!(plus(huge, tiny), None);
        assert_eq!(plus(huge, huge), None);
    }
}
