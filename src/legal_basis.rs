//! The decree or letter an act stands on.
use chrono::NaiveDate;
use serde::Serialize;

use crate::{error::Refusal, input::required};

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
