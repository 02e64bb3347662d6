//! Whatever is written in a report: what is read from CSV is what was written, and no program finds a formula in it, wherever
//! it sees a cell begin.
use jenjang::report::export::{
    delimited,
    guard::{guarded, plain},
    sheet::Cell,
};
use proptest::{prelude::*, test_runner::TestRunner};

use super::cases;
use crate::support::exports::records;

const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Texts full of what matters, and any others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[-=+@＝＋－＠'\",;\t\r\n \u{feff}|a1]{0,12}", 1 => "\\PC{0,12}", 1 => any::<String>()]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1..4_usize).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(text(), width), 1..4))
}

/// What a program sees that takes one character for the end of a cell, knows of lines, and thinks nothing of quotes.
fn cut(file: &str, by: char) -> impl Iterator<Item = &str> {
    file.split(['\r', '\n']).flat_map(move |line| line.split(by))
}

/// What is left of a cell where blanks and quotes are not counted.
fn bare(cell: &str) -> &str {
    let left_out = |character: char| character.is_whitespace() || matches!(character, '"' | '\u{feff}');
    cell.trim_start_matches(left_out)
}

#[test]
fn what_is_read_is_what_was_written() {
    let outcome = TestRunner::new(cases(4_000)).run(&table(), |table| {
        let cells = |row: &Vec<String>| row.iter().cloned().map(Cell::Text).collect();
        let head = delimited::head(&table[0]).unwrap();
        let rest = delimited::rows(table[1..].iter().map(cells)).unwrap();
        let file = [head, rest].concat();
        let read = records(&file);
        let unguarded: Vec<Vec<String>> = read
            .iter()
            .map(|record| record.iter().map(|cell| plain(cell)).collect())
            .collect();
        prop_assert_eq!(&unguarded, &table);
        for cell in read.iter().flatten() {
            prop_assert!(
                !cell.starts_with(SIGNS) && !cell.starts_with(['\t', '\r', '\n']),
                "{:?}",
                cell
            );
        }
        let file = std::str::from_utf8(&file).unwrap();
        for by in [',', ';', '\t'] {
            for cell in cut(file, by) {
                prop_assert!(!bare(cell).starts_with(SIGNS), "{:?} by {:?} in {:?}", cell, by, file);
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn what_is_harmless_stays_as_it_is() {
    let harmless = "[a-z0-9][a-z0-9 .:()=+@-]{0,20}";
    let outcome = TestRunner::new(cases(1_000)).run(&harmless, |text| {
        prop_assert_eq!(guarded(&text), text.as_str());
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
