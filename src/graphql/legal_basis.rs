//! The decree or letter a command stands on, as it is given and shown.
use async_graphql::{InputObject, SimpleObject};

use super::scalars::Date;
use crate::legal_basis;

/// The decree a change stands on.
#[derive(InputObject)]
pub struct LegalBasisInput {
    /// Its number, such as `0083/HM.00.00/K1/03/2025`; at most 200 characters.
    number: String,
    /// The day it was signed.
    date: Date,
}

impl From<LegalBasisInput> for legal_basis::LegalBasis {
    fn from(input: LegalBasisInput) -> Self {
        Self {
            number: input.number,
            date: input.date.0,
        }
    }
}

/// The decree a change stands on.
#[derive(SimpleObject)]
pub struct LegalBasis {
    /// Its number.
    pub number: String,
    /// The day it was signed.
    pub date: Date,
}
