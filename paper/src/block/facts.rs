//! What is known of a thing: a name and its value, a row each.

use crate::block::{Cell, Column, Grid};
use crate::sheet::{Sheet, mm};

/// Names and values; a fact without a value is left out.
pub(crate) fn facts(sheet: &mut Sheet, facts: &[(&str, String)]) {
    let columns = [Column::text("", 0.29), Column::text("", 0.71)];
    let known = facts.iter().filter(|(_, value)| !value.trim().is_empty());
    let rows: Vec<_> = known
        .map(|(name, value)| vec![Cell::bold(name), Cell::text(value)])
        .collect();
    Grid {
        columns: &columns,
        has_head: false,
        names_row: 0,
        size: 9.2,
        least: 0.0,
        padding: mm(0.8),
    }
    .print(sheet, &rows);
}
