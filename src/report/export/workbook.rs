//! Cells as a workbook (XLSX): one sheet of submissions, and one for each table the template asks for. Rows go to unnamed files
//! in the system's folder for such as they come, so that memory holds one row, however many there are.
//!
//! Text is written as text, so that nothing in it is ever a formula, and marked so that it stays text when somebody edits it.
use std::{io::Write, sync::Arc};

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{
    guard::guarded,
    record::Record,
    sheet::{Cell, Layout},
};
use crate::{
    error::Error,
    locale::{Language, Text},
};

/// The most rows a sheet may have.
const MOST_ROWS: u32 = 1_048_576;

/// The longest text of a cell, UTF-16 code units.
const LONGEST_TEXT: usize = 32_767;

/// The longest name of a sheet, UTF-16 code units.
const LONGEST_NAME: usize = 31;

/// How wide a column is, characters.
const WIDTH: f64 = 20.0;

/// What a number may have at most to be exact in a cell: fifteen digits.
const LARGEST_EXACT: u128 = 1_000_000_000_000_000;

/// A workbook of one sheet, of rows that are in memory.
///
/// # Errors
/// The disk's; for more rows than a sheet may have.
pub fn table<'a>(
    language: Language,
    (name, headings): (&str, &[String]),
    rows: impl IntoIterator<Item = Vec<Cell<'a>>>,
) -> Result<Vec<u8>, Error> {
    let written = || -> Result<Vec<u8>, XlsxError> {
        let (mut workbook, formats) = (Workbook::new(), Formats::new());
        let worksheet = workbook.add_worksheet();
        begun(worksheet, (&sheet_name(1, name), headings), &formats)?;
        for (row, cells) in (1..).zip(rows) {
            for (column, cell) in (0..).zip(&cells) {
                write(worksheet, (row, column), cell, language, &formats)?;
            }
        }
        workbook.save_to_buffer()
    };
    written().map_err(Error::internal)
}

/// A workbook being written.
pub struct Book {
    layout: Arc<Layout>,
    workbook: Workbook,
    /// The sheet of submissions, then those of the tables.
    sheets: Vec<Sheet>,
    formats: Formats,
    most_rows: u32,
}

/// A sheet, and those that go on where it is full.
struct Sheet {
    name: String,
    headings: Vec<String>,
    /// Which of the workbook is written at present.
    index: usize,
    next_row: u32,
}

struct Formats {
    heading: Format,
    day: Format,
    moment: Format,
    /// For text that would be a formula if it were typed in.
    text: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            heading: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            text: Format::new().set_quote_prefix(),
        }
    }
}

impl Book {
    /// A workbook with headings only.
    ///
    /// # Errors
    /// The disk's.
    pub fn new(layout: Arc<Layout>) -> Result<Self, Error> {
        Self::of_at_most(MOST_ROWS, layout)
    }

    fn of_at_most(most_rows: u32, layout: Arc<Layout>) -> Result<Self, Error> {
        let mut book = Self {
            layout: Arc::clone(&layout),
            workbook: Workbook::new(),
            sheets: Vec::new(),
            formats: Formats::new(),
            most_rows,
        };
        book.begin(layout.word("Laporan", "Reports"), layout.headings())?;
        for (field, columns) in layout.tables() {
            book.begin(field.label.clone(), layout.table_headings(columns))?;
        }
        Ok(book)
    }

    /// Adds submissions.
    ///
    /// # Errors
    /// The disk's.
    pub fn add(&mut self, records: &[Record]) -> Result<(), Error> {
        let layout = Arc::clone(&self.layout);
        for record in records {
            self.put(0, &layout.cells(record))?;
            for (place, (field, columns)) in layout.tables().enumerate() {
                for row in layout.table_rows(field, columns, record) {
                    self.put(place + 1, &row)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the finished workbook.
    ///
    /// # Errors
    /// The disk's.
    pub fn finish(mut self, to: impl Write + Send) -> Result<(), Error> {
        self.workbook.save_to_writer(to).map_err(Error::internal)
    }

    fn begin(&mut self, name: String, headings: Vec<String>) -> Result<(), Error> {
        let index = self.open(&name, &headings).map_err(Error::internal)?;
        self.sheets.push(Sheet {
            name,
            headings,
            index,
            next_row: 1,
        });
        Ok(())
    }

    /// A new sheet with headings, and which it is.
    fn open(&mut self, name: &str, headings: &[String]) -> Result<usize, XlsxError> {
        let index = self.workbook.worksheets().len();
        let worksheet = self.workbook.add_worksheet_with_constant_memory()?;
        begun(worksheet, (&sheet_name(index + 1, name), headings), &self.formats)?;
        Ok(index)
    }

    fn put(&mut self, place: usize, cells: &[Cell<'_>]) -> Result<(), Error> {
        if self.sheets[place].next_row == self.most_rows {
            let (name, headings) = (self.sheets[place].name.clone(), self.sheets[place].headings.clone());
            self.sheets[place].index = self.open(&name, &headings).map_err(Error::internal)?;
            self.sheets[place].next_row = 1;
        }
        let sheet = &mut self.sheets[place];
        let worksheet = self
            .workbook
            .worksheet_from_index(sheet.index)
            .map_err(Error::internal)?;
        for (column, cell) in (0..).zip(cells) {
            let language = self.layout.language();
            let written = write(worksheet, (sheet.next_row, column), cell, language, &self.formats);
            written.map_err(Error::internal)?;
        }
        sheet.next_row += 1;
        Ok(())
    }
}

/// Writes the name and the headings of a sheet.
fn begun(worksheet: &mut Worksheet, (name, headings): (&str, &[String]), formats: &Formats) -> Result<(), XlsxError> {
    worksheet.set_name(name)?;
    worksheet.set_freeze_panes(1, 0)?;
    for (column, heading) in (0..).zip(headings) {
        worksheet.set_column_width(column, WIDTH)?;
        let heading = beginning(heading, LONGEST_TEXT);
        worksheet.write_string_with_format(0, column, heading, &formats.heading)?;
    }
    Ok(())
}

fn write(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell<'_>,
    language: Language,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            let text = fitting(text, language);
            if guarded(&text).starts_with('\'') {
                worksheet.write_string_with_format(row, column, text, &formats.text)?;
            } else {
                worksheet.write_string(row, column, text)?;
            }
        }
        Cell::Number(number) => match exact(*number) {
            Some(number) => worksheet.write_number(row, column, number).map(|_written| ())?,
            None => worksheet
                .write_string(row, column, number.to_string())
                .map(|_written| ())?,
        },
        Cell::Day(day) => match date(*day) {
            Some(day) => worksheet
                .write_datetime_with_format(row, column, day, &formats.day)
                .map(|_written| ())?,
            None => worksheet
                .write_string(row, column, day.to_string())
                .map(|_written| ())?,
        },
        Cell::Moment(moment) => match date_time(moment.naive_local()) {
            Some(moment) => worksheet
                .write_datetime_with_format(row, column, moment, &formats.moment)
                .map(|_written| ())?,
            None => worksheet
                .write_string(row, column, moment.to_rfc3339())
                .map(|_written| ())?,
        },
        // Its rows are on a sheet of their own.
        Cell::Table(rows) => {
            let rows = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            worksheet.write_number(row, column, rows)?;
        }
    }
    Ok(())
}

/// A number that loses nothing in a cell.
fn exact(number: Decimal) -> Option<f64> {
    let exact = number.normalize().mantissa().unsigned_abs() < LARGEST_EXACT;
    number.to_f64().filter(|_number| exact)
}

/// A day that there is in a workbook.
fn date(day: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?).ok()
}

fn date_time(moment: NaiveDateTime) -> Option<ExcelDateTime> {
    let (hour, minute) = (moment.hour().try_into().ok()?, moment.minute().try_into().ok()?);
    date(moment.date())?.and_hms(hour, minute, moment.second()).ok()
}

/// A text that fits into a cell. The longest answers do, unless they are of rare characters; what does not fit says so.
fn fitting(text: &str, language: Language) -> String {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let note = Text::new(
        "… [selebihnya ada pada CSV dan JSON Lines]",
        "… [the rest is in the CSV and the JSON Lines]",
    );
    let note = note.in_language(language).to_owned();
    let room = LONGEST_TEXT - note.encode_utf16().count();
    beginning(text, room) + &note
}

/// As much of a text as so many UTF-16 code units hold.
fn beginning(text: &str, most: usize) -> String {
    let mut length = 0;
    let fits = |character: &char| {
        length += character.len_utf16();
        length <= most
    };
    text.chars().take_while(fits).collect()
}

/// `2 Media sosial`: numbered, so that no two are alike, and without what a name may not have.
fn sheet_name(number: usize, label: &str) -> String {
    let allowed = |character: char| match character {
        '*' | '?' | ':' | '[' | ']' | '\\' | '/' => ' ',
        character if character.is_control() => ' ',
        character => character,
    };
    let name: String = format!("{number} {label}").chars().map(allowed).collect();
    let name = beginning(&name, LONGEST_NAME);
    name.trim_end_matches(['\'', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use std::{io::Cursor, sync::Arc};

    use calamine::{Data, Reader, Xlsx};
    use entity::{
        enums::{TemplateStatus, Tier},
        template::{self, Comparisons, Route, Sections},
    };
    use rust_decimal::Decimal;
    use uuid::Uuid;

    use super::{Book, Cell, LONGEST_TEXT, Layout, sheet_name};
    use crate::locale::Language;

    fn layout() -> Arc<Layout> {
        let template = template::Model {
            id: Uuid::nil(),
            code: "laporan".to_owned(),
            version: 1,
            name: "Laporan".to_owned(),
            route: Route {
                authors: Vec::new(),
                endorsers: Vec::new(),
                terminal: Tier::Ri,
                experts: false,
                quorum: None,
                rubric: None,
            },
            sections: Sections(Vec::new()),
            owner_id: Uuid::nil(),
            status: TemplateStatus::Published,
            lock_version: 1,
            description: String::new(),
            comparisons: Comparisons::default(),
            created_by: None,
            created_at: None,
            published_by: None,
            published_at: None,
            retired_by: None,
            retired_at: None,
            retired_reason: None,
        };
        let template = Arc::new(template);
        let layout = Layout::new("Asia/Jakarta", template, Language::English, |id| id.to_string());
        Arc::new(layout)
    }

    /// The first cells of the rows of each sheet, without the headings.
    fn written(most_rows: u32, cells: &[Cell<'_>]) -> Vec<Vec<Data>> {
        let mut book = Book::of_at_most(most_rows, layout()).unwrap();
        for cell in cells {
            book.put(0, std::slice::from_ref(cell)).unwrap();
        }
        let mut bytes = Vec::new();
        book.finish(&mut bytes).unwrap();
        let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheets = workbook.worksheets().into_iter();
        let first =
            |(_name, range): (String, calamine::Range<Data>)| range.rows().skip(1).map(|row| row[0].clone()).collect();
        sheets.map(first).collect()
    }

    #[test]
    fn what_a_sheet_cannot_hold_goes_on_the_next() {
        let numbers: Vec<Cell<'_>> = (1..=5).map(|number| Cell::Number(Decimal::from(number))).collect();
        let sheets = written(3, &numbers);
        let number = |number: f64| Data::Float(number);
        let expected = [
            vec![number(1.0), number(2.0)],
            vec![number(3.0), number(4.0)],
            vec![number(5.0)],
        ];
        assert_eq!(sheets, expected);
    }

    #[test]
    fn a_cell_holds_what_it_is_given_or_says_that_it_does_not() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let number = |text: &str| Cell::Number(text.parse().unwrap());
        let day = |text: &str| Cell::Day(text.parse().unwrap());
        let long = "😀".repeat(20_000);
        for (cell, expected) in [
            (text("=1+1"), Data::String("=1+1".to_owned())),
            (
                text("a\tb\n<c>&\u{b}_x0041_ "),
                Data::String("a\tb\n<c>&\u{b}_x0041_ ".to_owned()),
            ),
            (number("-12.50"), Data::Float(-12.5)),
            (number("999999999999999"), Data::Float(999_999_999_999_999.0)),
            (number("1000000000000001"), Data::String("1000000000000001".to_owned())),
            (
                number("0.1234567890123456"),
                Data::String("0.1234567890123456".to_owned()),
            ),
            (day("1899-12-31"), Data::String("1899-12-31".to_owned())),
        ] {
            assert_eq!(written(10, &[cell]), [vec![expected]]);
        }
        let Data::String(kept) = &written(10, &[text(&long)])[0][0] else {
            panic!("no text")
        };
        assert!(kept.encode_utf16().count() <= LONGEST_TEXT);
        assert!(kept.starts_with("😀😀") && kept.ends_with("… [the rest is in the CSV and the JSON Lines]"));
    }

    #[test]
    fn every_label_makes_a_name_of_a_sheet() {
        for (label, name) in [
            ("Media sosial", "2 Media sosial"),
            ("", "2"),
            ("'", "2"),
            ("Rp/unit: [a] * \\ ?", "2 Rp unit   a"),
            (
                "Daftar kegiatan pengawasan partisipatif",
                "2 Daftar kegiatan pengawasan pa",
            ),
        ] {
            assert_eq!(sheet_name(2, label), name);
        }
    }
}
