//! The decree or letter an act stands on.
use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    error::{Code, Refusal},
    input::required,
    locale::Text,
};

/// The longest number of a decree, characters.
pub const LONGEST_NUMBER: usize = 200;

/// What an act stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegalBasis {
    /// The number of the decree.
    pub number: String,
    /// The day it was signed.
    pub date: NaiveDate,
}

impl LegalBasis {
    /// As it is kept.
    ///
    /// # Errors
    /// `Required` and `TooLong` for the number, at `legalBasis`.
    pub fn checked(&self) -> Result<Self, Refusal> {
        Ok(Self {
            number: required(&self.number, "legalBasis", LONGEST_NUMBER)?,
            date: self.date,
        })
    }
}

/// What is wrong with a letter, at `letter`: a file without it, no number, or a day to come.
#[must_use]
pub fn faults(letter: Option<&LegalBasis>, has_file: bool, today: NaiveDate) -> Option<Refusal> {
    let Some(letter) = letter else {
        let text = Text::new("Sebutkan nomor surat.", "Name the letter.");
        return has_file.then(|| Refusal::new(Code::Required, text).at(["letter"]));
    };
    if let Err(refusal) = letter.checked() {
        return Some(refusal.at(["letter", "number"]));
    }
    (today < letter.date).then(|| {
        let text = Text::new(
            "Tanggal surat tidak boleh di masa depan.",
            "A letter cannot be signed in the future.",
        );
        Refusal::new(Code::Invalid, text).at(["letter", "date"])
    })
}
