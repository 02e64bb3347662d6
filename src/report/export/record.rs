//! One submission, with what is told of it: pure.
use std::collections::HashMap;

use entity::{enums::Tier, obligation, report, revision};
use uuid::Uuid;

use crate::{
    error::Error,
    report::revision::{Submitted, read},
    territory::tree::Unit,
};

/// The submission in force of a report.
pub struct Record {
    pub report: report::Model,
    pub unit_code: String,
    pub unit_name: String,
    pub tier: Tier,
    /// Which submission of the report it is.
    pub number: i32,
    pub sha256: String,
    /// What was submitted, never what is being written.
    pub submitted: Submitted,
    /// What the ledger says of the unit; none where the round did not ask it.
    pub owed: Option<obligation::Model>,
}

impl Record {
    /// Puts together what was read.
    ///
    /// # Errors
    /// When the revision holds no submission.
    pub fn new(
        report: report::Model,
        unit: &Unit,
        revision: &revision::Model,
        owed: Option<obligation::Model>,
    ) -> Result<Self, Error> {
        Ok(Self {
            unit_code: unit.code.clone(),
            unit_name: unit.name.clone(),
            tier: unit.tier,
            number: revision.number,
            sha256: revision.sha256.clone(),
            submitted: read(&revision.content)?,
            report,
            owed,
        })
    }

    /// Whether the unit has met what it owed in time, in the words of `ObligationState`; none where nothing says so.
    #[must_use]
    pub fn timeliness(&self) -> Option<&'static str> {
        let owed = self.owed.as_ref()?;
        let met_at = owed.met_at?;
        Some(if met_at <= owed.on_time_until {
            "MET_ON_TIME"
        } else {
            "MET_LATE"
        })
    }

    /// The names of files by their ids, as they were submitted.
    #[must_use]
    pub fn file_names(&self) -> HashMap<Uuid, &str> {
        let files = self.submitted.files.iter();
        files.map(|file| (file.id, file.name.as_str())).collect()
    }
}
