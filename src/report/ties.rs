//! What ties a person to a report beyond the tree and the report's own row.
use uuid::Uuid;

/// Of one person with one report. Who sits in no seat of RI has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// The person's seats that are named to receive it in the handover in force.
    pub receiving: Vec<Uuid>,
    /// The seats from which the person is part of its review, and whether as its lead.
    pub reviewing: Vec<(Uuid, bool)>,
    /// The person's seats whose portfolio covers it.
    pub portfolio: Vec<Uuid>,
    /// Whether the person has a conflict of interest with its unit.
    pub conflicted: bool,
    /// How many experts have completed a sheet for what was submitted last.
    pub sheets: u32,
}
