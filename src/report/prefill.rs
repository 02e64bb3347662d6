//! What a new report begins with: what the unit wrote in an earlier round of the same template and will likely write again.
//! Numbers, dates and files are left open: they tell of their own period, and one that was carried over would look counted.
use std::{cmp::Reverse, collections::HashMap};

use entity::{
    cycle,
    draft::{Answer, Answers, Row},
    template::{self, Field, Shape, TableColumn},
};
use uuid::Uuid;

use super::{answers, query, revision::answers_of};
use crate::{command::Write, error::Error};

/// How many rounds back an earlier report is looked for: what is older tells little of today.
const ROUNDS_BACK: usize = 3;

/// What a draft begins with.
#[derive(Clone, Debug)]
pub struct Prefilled {
    /// The submission it is taken from.
    pub revision: Uuid,
    pub answers: Answers,
}

/// What of earlier answers may stand in a new report.
#[must_use]
pub fn carried_over(template: &template::Model, earlier: &Answers) -> Answers {
    let carried = answers::fields(template).filter_map(|field| {
        let answer = carried(field, earlier.0.get(&field.key)?)?;
        Some((field.key.clone(), answer))
    });
    Answers(carried.collect())
}

fn carried(field: &Field, answer: &Answer) -> Option<Answer> {
    match (&field.shape, answer) {
        (Shape::Table { columns, row_key, .. }, Answer::Rows(rows)) => {
            let rows = rows.iter().map(|row| carried_row(columns, row));
            // A row that nothing tells apart any more says nothing.
            let known = rows.filter(|row| row_key.as_ref().is_none_or(|key| row.contains_key(key)));
            answers::kept(field, Answer::Rows(known.collect())).ok().flatten()
        }
        (shape, answer) if lasts(shape) => answers::kept(field, answer.clone()).ok().flatten(),
        _ => None,
    }
}

fn carried_row(columns: &[TableColumn], row: &Row) -> Row {
    let lasting = columns.iter().filter(|column| lasts(&column.shape));
    let cells = lasting.filter_map(|column| {
        let answer = row.get(&column.key)?.clone();
        let kept = answers::kept_single(&column.shape, answer).ok().flatten()?;
        Some((column.key.clone(), kept))
    });
    cells.collect()
}

/// Whether what was said then may still hold now.
fn lasts(shape: &Shape) -> bool {
    match shape {
        Shape::Text { .. } | Shape::Choice { .. } | Shape::Link => true,
        Shape::Integer(_) | Shape::Decimal { .. } | Shape::Date { .. } => false,
        Shape::Table { .. } | Shape::File { .. } => false,
    }
}

/// What the reports of units for a round begin with, by unit; a unit that sent nothing of late is not there.
///
/// # Errors
/// The database's.
pub(super) async fn of_units(
    write: &Write,
    cycle: &cycle::Model,
    template: &template::Model,
    units: &[Uuid],
) -> Result<HashMap<Uuid, Prefilled>, Error> {
    let mut open = units.to_vec();
    let mut sources: HashMap<Uuid, Uuid> = HashMap::new();
    for earlier in earlier_rounds(write, cycle, template) {
        if open.is_empty() {
            break;
        }
        sources.extend(query::in_force(write.connection(), earlier, &open).await?);
        open.retain(|unit| !sources.contains_key(unit));
    }
    let revisions: Vec<Uuid> = sources.values().copied().collect();
    let revisions = query::revisions(write.connection(), &revisions).await?;
    let mut prefilled = HashMap::with_capacity(sources.len());
    for (unit, revision) in sources {
        let Some(row) = revisions.get(&revision) else { continue };
        let answers = carried_over(template, &answers_of(&row.content)?);
        prefilled.insert(unit, Prefilled { revision, answers });
    }
    Ok(prefilled)
}

/// The rounds of the same template, whatever its version, that asked about earlier periods; the latest first.
fn earlier_rounds(write: &Write, cycle: &cycle::Model, template: &template::Model) -> Vec<Uuid> {
    let catalogue = write.services().catalogue.load();
    let mut earlier: Vec<_> = catalogue
        .cycles()
        .into_iter()
        .filter(|round| round.period_start < cycle.period_start)
        .filter(|round| {
            let asked = catalogue.template(round.template_id);
            asked.is_some_and(|asked| asked.code == template.code)
        })
        .map(|round| (round.period_start, round.id))
        .collect();
    earlier.sort_unstable_by_key(|round| Reverse(*round));
    earlier.into_iter().take(ROUNDS_BACK).map(|(_start, id)| id).collect()
}
