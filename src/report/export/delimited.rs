//! Cells as CSV (RFC 4180): pure.
//!
//! In UTF-8 with a byte order mark, without which Excel reads it as Windows-1252. Commas between cells and points in numbers,
//! whatever the region of the reader's computer, because programs read CSV; XLSX is there for people.
use chrono::SecondsFormat;

use super::{guard::guarded, sheet::Cell};
use crate::error::Error;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The beginning of the file: its headings.
///
/// # Errors
/// None that memory does not cause.
pub fn head(headings: &[String]) -> Result<Vec<u8>, Error> {
    let cells: Vec<Cell<'_>> = headings.iter().cloned().map(Cell::Text).collect();
    Ok([BYTE_ORDER_MARK.as_bytes(), &rows([cells])?].concat())
}

/// Some rows of the file.
///
/// # Errors
/// When a table has no JSON form, which none lacks.
pub fn rows<'a>(rows: impl IntoIterator<Item = Vec<Cell<'a>>>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        let cells: Result<Vec<String>, Error> = row.iter().map(cell).collect();
        writer.write_record(cells?).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(Error::internal)
}

/// A cell as it is written. Only text is guarded: a number may be negative.
fn cell(cell: &Cell<'_>) -> Result<String, Error> {
    Ok(match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => guarded(text).into_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Moment(moment) => moment.to_rfc3339_opts(SecondsFormat::Secs, false),
        Cell::Table(rows) => guarded(&serde_json::to_string(rows).map_err(Error::internal)?).into_owned(),
    })
}
