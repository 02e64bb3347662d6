//! The submissions of a round as a file, for whoever goes on with them elsewhere: page by page, as far as one may see.
//!
//! [`reading`] reads them and [`record`] tells what there is of each; [`sheet`] lays that out as cells, which [`delimited`]
//! writes as CSV, with a [`guard`] against formulas, and [`workbook`] as XLSX; [`lines`] writes JSON, line by line. [`http`] is
//! the door.
pub mod delimited;
pub mod guard;
pub mod http;
pub mod lines;
pub mod query;
pub mod reading;
pub mod record;
pub mod sheet;
pub mod workbook;

/// What a round can be exported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    JsonLines,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::JsonLines];

    /// By the ending of a file's name.
    #[must_use]
    pub fn by_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }

    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::JsonLines => "jsonl",
        }
    }

    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::JsonLines => "application/jsonl; charset=utf-8",
        }
    }
}
