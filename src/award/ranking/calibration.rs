//! Harsh and lenient jurors made alike: each juror's sheets are shifted so that their mean is that of all.
//!
//! A shift by a mean can turn against an entry: a better sheet also raises its juror's mean, and the shift takes that back.
//! Where every sheet of the entry is shifted what is taken back is always less than what was given; where some are not, it is
//! less as long as few jurors stay outside. [`SHEETS_PER_OUTSIDER`] is that bound, and `docs/awards.md` shows why it suffices.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    amount::{Micros, shared},
    inputs::{Inputs, by_juror},
};

/// How many calibrated sheets there have to be for each juror who has too few; with less, nobody is calibrated.
pub const SHEETS_PER_OUTSIDER: usize = 4;

/// What is known of the jurors of a category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Calibration {
    /// The mean of all sheets of calibrated jurors; None: nobody is calibrated.
    pub mean: Option<Micros>,
    /// Who judged anything, J2 before J10.
    pub jurors: Vec<Juror>,
}

/// One who judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Juror {
    pub juror: String,
    /// How many entries were judged.
    pub sheets: u32,
    /// What these sheets come to on average.
    pub mean: Micros,
    /// What is added to each of them; None: this juror is not calibrated.
    pub shift: Option<Micros>,
}

/// The jurors of a category, and what is added to their sheets.
#[must_use]
pub fn calibrate(inputs: &Inputs) -> Calibration {
    let sheets = inputs.entries.iter().flat_map(|entry| &entry.sheets);
    let mut found: BTreeMap<&str, (i128, usize)> = BTreeMap::new();
    for sheet in sheets {
        let (sum, count) = found.entry(&sheet.juror).or_default();
        *sum += sheet.total.micros().0;
        *count += 1;
    }
    let minimum = inputs
        .calibration_minimum
        .and_then(|minimum| usize::try_from(minimum).ok());
    let has_enough = |count: usize| minimum.is_some_and(|minimum| count >= minimum.max(2));
    let enough: Vec<(i128, usize)> = found
        .values()
        .copied()
        .filter(|(_sum, count)| has_enough(*count))
        .collect();
    let sheets: usize = enough.iter().map(|(_sum, count)| count).sum();
    let outsiders = found.len() - enough.len();
    let calibrates = enough.len() >= 2 && sheets >= SHEETS_PER_OUTSIDER * outsiders;
    let mean = calibrates.then(|| shared(enough.iter().map(|(sum, _count)| sum).sum(), sheets));
    let mut jurors: Vec<Juror> = found
        .into_iter()
        .map(|(juror, (sum, count))| {
            let own = shared(sum, count);
            let shift = mean.filter(|_mean| has_enough(count)).map(|mean| Micros(mean - own));
            Juror {
                juror: juror.to_owned(),
                sheets: u32::try_from(count).unwrap_or(u32::MAX),
                mean: Micros(own),
                shift,
            }
        })
        .collect();
    jurors.sort_by(|one, other| by_juror(&one.juror, &other.juror));
    Calibration {
        mean: mean.map(Micros),
        jurors,
    }
}
