//! Whom a juror must not judge. Pure: of the directory, of what was declared, and of the entry.
use std::collections::HashSet;

use chrono::NaiveDate;
use entity::{award_entry, conflict, enums::Tier};
use uuid::Uuid;

use crate::{
    review::conflict::{former_units, is_in_force},
    territory::directory::Directory,
};

/// The units whose entries a person must not judge.
#[derive(Clone, Debug, Default)]
pub struct Bars {
    pub account: Uuid,
    /// Of a conflict of interest that was declared, in every round.
    pub declared: HashSet<Uuid>,
    /// In a round of RI: those of every province in which the person sits, or has within five years.
    pub national: HashSet<Uuid>,
    /// In every other round: the unit itself in which the person sits, or has within five years, or which that lies in.
    pub local: HashSet<Uuid>,
}

impl Bars {
    /// What is known of a person on a day. The rows may be those of others besides.
    #[must_use]
    pub fn of(directory: &Directory, rows: &[conflict::Model], (account, today): (Uuid, NaiveDate)) -> Self {
        let tree = &directory.tree;
        let entered = |top: Uuid| {
            let beneath = tree.subtree(top).iter();
            beneath
                .filter(|unit| matches!(unit.tier, Tier::Provinsi | Tier::KabupatenKota))
                .map(|unit| unit.id)
        };
        let declared = rows
            .iter()
            .filter(|row| row.account_id == account && is_in_force(row, today));
        let seated = former_units(directory, account, today);
        let provinces: HashSet<Uuid> = seated
            .iter()
            .filter_map(|unit| tree.ancestor_at(*unit, Tier::Provinsi))
            .map(|unit| unit.id)
            .collect();
        let local = seated
            .iter()
            .filter_map(|unit| tree.ancestor_at(*unit, Tier::KabupatenKota))
            .map(|unit| unit.id);
        Self {
            account,
            declared: declared.flat_map(|row| entered(row.unit_id)).collect(),
            national: provinces.into_iter().flat_map(entered).collect(),
            local: local.collect(),
        }
    }

    /// Whether the person must not judge an entry in a round; `national`: of RI.
    #[must_use]
    pub fn bar(&self, entry: &award_entry::Model, national: bool) -> bool {
        let place = [entry.unit_id, entry.provinsi_id];
        let within = |units: &HashSet<Uuid>| place.iter().any(|unit| units.contains(unit));
        let oneself = [entry.account_id, entry.submitted_by].contains(&Some(self.account));
        oneself
            || within(&self.declared)
            || if national {
                within(&self.national)
            } else {
                self.local.contains(&entry.unit_id)
            }
    }
}
