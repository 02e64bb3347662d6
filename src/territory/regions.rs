//! What every region was called, how it was coded and where it lay, on any day. Pure: it answers out of memory.
use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{enums::RegionKind, region, region_past};
use uuid::Uuid;

use super::{directory::is_valid, reference};

/// What a region was for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State<'a> {
    pub code: &'a str,
    pub kind: RegionKind,
    /// Without the words Kabupaten or Kota.
    pub name: &'a str,
    pub parent: Option<Uuid>,
    /// None: since before the records begin.
    pub from: Option<NaiveDate>,
    /// The first day it was something else, or gone; None: it is in force.
    pub to: Option<NaiveDate>,
    /// The edition that made it so.
    pub edition: Option<Uuid>,
}

impl<'a> State<'a> {
    /// What is in force, or was last.
    #[must_use]
    pub fn of(row: &'a region::Model) -> Self {
        Self {
            code: &row.code,
            kind: row.kind,
            name: &row.name,
            parent: row.parent_id,
            from: row.state_from.or(row.valid_from),
            to: row.valid_to,
            edition: row.edition_id,
        }
    }

    fn passed(row: &'a region_past::Model) -> Self {
        Self {
            code: &row.code,
            kind: row.kind,
            name: &row.name,
            parent: row.parent_id,
            from: row.valid_from,
            to: Some(row.valid_to),
            edition: row.edition_id,
        }
    }

    /// The kind with the name: "Kota Bekasi".
    #[must_use]
    pub fn display_name(&self) -> String {
        reference::display_name(self.kind, self.name)
    }

    fn is_called_like(&self, other: &Self) -> bool {
        self.name == other.name && self.kind == other.kind
    }
}

/// Every region ever listed, with all it ever was.
#[derive(Debug, Default)]
pub struct Regions {
    /// By code.
    rows: Vec<region::Model>,
    by_id: HashMap<Uuid, usize>,
    /// What was before, the oldest first.
    past: HashMap<Uuid, Vec<region_past::Model>>,
    past_by_code: HashMap<String, BTreeSet<Uuid>>,
}

impl Regions {
    #[must_use]
    pub fn new(mut rows: Vec<region::Model>, past: Vec<region_past::Model>) -> Self {
        rows.sort_by(|left, right| (&left.code, left.id).cmp(&(&right.code, right.id)));
        let by_id = rows.iter().enumerate().map(|(place, row)| (row.id, place)).collect();
        let mut regions = Self {
            rows,
            by_id,
            ..Self::default()
        };
        for row in past {
            regions
                .past_by_code
                .entry(row.code.clone())
                .or_default()
                .insert(row.region_id);
            regions.past.entry(row.region_id).or_default().push(row);
        }
        for states in regions.past.values_mut() {
            states.sort_by_key(|row| row.valid_to);
        }
        regions
    }

    /// Every region, as it is in force or was last, by code.
    #[must_use]
    pub fn all(&self) -> &[region::Model] {
        &self.rows
    }

    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<&region::Model> {
        self.by_id.get(&id).map(|&place| &self.rows[place])
    }

    /// The regions that are listed, by code.
    pub fn in_force(&self) -> impl Iterator<Item = &region::Model> {
        self.rows.iter().filter(|row| row.valid_to.is_none())
    }

    /// All a region ever was, the oldest first.
    pub fn states(&self, id: Uuid) -> impl DoubleEndedIterator<Item = State<'_>> {
        self.get(id).into_iter().flat_map(|row| self.states_of(row))
    }

    fn states_of<'a>(&'a self, row: &'a region::Model) -> impl DoubleEndedIterator<Item = State<'a>> {
        let past = self.past.get(&row.id).into_iter().flatten().map(State::passed);
        past.chain(std::iter::once(State::of(row)))
    }

    /// What a region was on a day; None when it was not listed then.
    #[must_use]
    pub fn state_on(&self, id: Uuid, day: NaiveDate) -> Option<State<'_>> {
        self.get(id).and_then(|row| self.listed(row, day))
    }

    fn listed<'a>(&'a self, row: &'a region::Model, day: NaiveDate) -> Option<State<'a>> {
        let mut states = self.states_of(row).rev();
        states.find(|state| is_valid(day, state.from, state.to))
    }

    /// What a region was on a day: before it was listed its first state, after it ended its last.
    #[must_use]
    pub fn nearest(&self, id: Uuid, day: NaiveDate) -> Option<State<'_>> {
        let begun = |state: &State<'_>| state.from.is_none_or(|from| from <= day);
        self.states(id).rev().find(begun).or_else(|| self.states(id).next())
    }

    /// What a region was on a day, or without one what is in force.
    #[must_use]
    pub fn seen(&self, id: Uuid, on: Option<NaiveDate>) -> Option<State<'_>> {
        match on {
            Some(day) => self.nearest(id, day),
            None => self.get(id).map(State::of),
        }
    }

    /// The region a code meant on a day.
    #[must_use]
    pub fn by_code_on(&self, code: &str, day: NaiveDate) -> Option<Uuid> {
        let first = self.rows.partition_point(|row| row.code.as_str() < code);
        let now = self.rows[first..].iter().take_while(|row| row.code == code);
        let then = self.past_by_code.get(code).into_iter().flatten().copied();
        let mut ids = now.map(|row| row.id).chain(then);
        ids.find(|id| self.state_on(*id, day).is_some_and(|state| state.code == code))
    }

    /// The regions that were listed on a day, by their codes of that day.
    #[must_use]
    pub fn listed_on(&self, day: NaiveDate) -> Vec<(Uuid, State<'_>)> {
        let mut listed: Vec<_> = self
            .rows
            .iter()
            .filter_map(|row| Some((row.id, self.listed(row, day)?)))
            .collect();
        listed.sort_by_key(|(id, state)| (state.code, *id));
        listed
    }

    /// A name that no other region of the day has: kind and name, and as many of the regions above as it takes, but the
    /// one above it always. "Kabupaten Bekasi, Jawa Barat".
    #[must_use]
    pub fn qualified_name(&self, id: Uuid, on: Option<NaiveDate>) -> Option<String> {
        let own = self.seen(id, on)?;
        let state = |row| match on {
            Some(day) => self.listed(row, day),
            None => Some(State::of(row)).filter(|state| state.to.is_none()),
        };
        let others = self.rows.iter().filter(|row| row.id != id);
        let mut alike: Vec<State<'_>> = others
            .filter_map(state)
            .filter(|other| other.is_called_like(&own))
            .collect();
        let mut parts = vec![own.display_name()];
        let mut above = own.parent;
        while let Some(parent) = above.and_then(|parent| self.seen(parent, on)) {
            alike = alike
                .into_iter()
                .filter_map(|other| self.seen(other.parent?, on))
                .filter(|other| other.is_called_like(&parent))
                .collect();
            parts.push(parent.display_name());
            above = parent.parent.filter(|_above| !alike.is_empty());
        }
        Some(parts.join(", "))
    }
}
