//! What every unit was called, whom it was beneath and who acted for that one, on any day. Pure: it answers out of memory,
//! and a change is tried on it before anything is written.
//!
//! A unit begins with a name and a parent and exists from a day to a day. Every later change is a fact that holds from
//! its day on until the next of its kind; of two of one day the later decision counts. Facts are never taken away:
//! undoing one voids it.
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::NaiveDate;
use entity::{
    enums::{BodyKind, Tier, UnitFactKind},
    unit, unit_fact,
};
use uuid::Uuid;

use super::directory::{is_valid, overlap};

/// The existence of one unit with all that changed in it.
#[derive(Clone, Debug)]
pub struct Life {
    pub id: Uuid,
    pub tier: Tier,
    pub body_kind: BodyKind,
    pub ad_hoc: bool,
    /// None for RI.
    pub region: Option<Uuid>,
    /// None: since before the records begin.
    pub formed_on: Option<NaiveDate>,
    /// The first day it no longer exists.
    pub dissolved_on: Option<NaiveDate>,
    names: Course<Arc<str>>,
    /// Always there but for RI.
    parents: Course<Option<Uuid>>,
    acting_superiors: Course<Option<Uuid>>,
}

/// A value through time: what it was at first, and what it was from which day on.
#[derive(Clone, Debug)]
struct Course<T> {
    first: T,
    /// By day and, of one day, by decision.
    later: Vec<(NaiveDate, Uuid, T)>,
}

impl<T> Course<T> {
    fn new(first: T) -> Self {
        Self {
            first,
            later: Vec::new(),
        }
    }

    fn on(&self, day: NaiveDate) -> &T {
        let passed = self.later.partition_point(|(from, _change, _value)| *from <= day);
        passed.checked_sub(1).map_or(&self.first, |last| &self.later[last].2)
    }

    fn insert(&mut self, from: NaiveDate, change: Uuid, value: T) {
        let place = self
            .later
            .partition_point(|(day, decision, _value)| (*day, *decision) <= (from, change));
        self.later.insert(place, (from, change, value));
    }

    /// Takes out what a change said.
    fn void(&mut self, change: Uuid) {
        self.later.retain(|(_from, decision, _value)| *decision != change);
    }

    /// The values in the order they held, each with the days it held.
    fn spans(&self) -> impl Iterator<Item = (Option<NaiveDate>, Option<NaiveDate>, &T)> {
        let starts = std::iter::once((None, &self.first))
            .chain(self.later.iter().map(|(from, _change, value)| (Some(*from), value)));
        let ends = self.later.iter().map(|(from, _change, _value)| Some(*from));
        starts
            .zip(ends.chain(std::iter::once(None)))
            .map(|((from, value), to)| (from, to, value))
            // Of two decisions for one day the earlier never held.
            .filter(|(from, to, _value)| from.is_none() || from != to)
    }
}

/// What is in force on a day, as it is kept with the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    pub name: Arc<str>,
    pub parent: Option<Uuid>,
    pub acting_superior: Option<Uuid>,
}

impl Life {
    /// A unit as it begins.
    #[must_use]
    pub fn new(row: &unit::Model) -> Self {
        Self {
            id: row.id,
            tier: row.tier,
            body_kind: row.body_kind,
            ad_hoc: row.ad_hoc,
            region: row.region_id,
            formed_on: row.formed_on,
            dissolved_on: row.dissolved_on,
            names: Course::new(row.formed_name.as_str().into()),
            parents: Course::new(row.formed_parent_id),
            acting_superiors: Course::new(None),
        }
    }

    #[must_use]
    pub fn exists_on(&self, day: NaiveDate) -> bool {
        is_valid(day, self.formed_on, self.dissolved_on)
    }

    /// Whether it was formed by mistake and its forming undone: it never existed.
    #[must_use]
    pub fn is_undone(&self) -> bool {
        self.formed_on.is_some() && self.formed_on == self.dissolved_on
    }

    #[must_use]
    pub fn name_on(&self, day: NaiveDate) -> &str {
        self.names.on(day)
    }

    /// Whom it was beneath; of a dissolved unit, who keeps what it left.
    #[must_use]
    pub fn parent_on(&self, day: NaiveDate) -> Option<Uuid> {
        *self.parents.on(day)
    }

    /// Who acted in the place of its parent. Nobody does for a unit that does not exist.
    #[must_use]
    pub fn acting_superior_on(&self, day: NaiveDate) -> Option<Uuid> {
        self.acting_superiors.on(day).filter(|_superior| self.exists_on(day))
    }

    /// What of it is in force on a day.
    #[must_use]
    pub fn in_force(&self, day: NaiveDate) -> InForce {
        InForce {
            name: Arc::clone(self.names.on(day)),
            parent: self.parent_on(day),
            acting_superior: self.acting_superior_on(day),
        }
    }
}

/// Why units cannot be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A unit would be beneath one that does not exist all that time.
    Orphan { unit: Uuid, parent: Uuid },
    /// A unit has to be beneath one of a higher tier, which is also why there is never a circle.
    NotHigher { unit: Uuid, parent: Uuid },
    /// An acting superior has to exist as long as it acts, and to be of a higher tier.
    Superior { unit: Uuid, superior: Uuid },
    /// Two bodies of one kind in one region at one time.
    Overlap { unit: Uuid, other: Uuid },
    /// A unit would be dissolved before it was formed.
    Ends { unit: Uuid },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Orphan { unit, parent } => {
                write!(
                    formatter,
                    "unit {unit} is beneath {parent} on days on which that does not exist"
                )
            }
            Self::NotHigher { unit, parent } => {
                write!(
                    formatter,
                    "unit {unit} is beneath {parent}, which is not of a higher tier"
                )
            }
            Self::Superior { unit, superior } => {
                write!(
                    formatter,
                    "unit {superior} cannot act as the superior of unit {unit} all that time"
                )
            }
            Self::Overlap { unit, other } => {
                write!(
                    formatter,
                    "units {unit} and {other} are one kind of body in one region at one time"
                )
            }
            Self::Ends { unit } => write!(formatter, "unit {unit} ends before it begins"),
        }
    }
}

/// Something new about a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Name(String),
    Parent(Uuid),
    ActingSuperior(Option<Uuid>),
}

/// The lives of all units.
#[derive(Clone, Debug, Default)]
pub struct History {
    lives: HashMap<Uuid, Life>,
    /// Who was ever beneath a unit.
    ever_beneath: HashMap<Uuid, BTreeSet<Uuid>>,
}

impl History {
    /// From the rows, voided facts left out.
    #[must_use]
    pub fn new(units: &[unit::Model], facts: Vec<unit_fact::Model>) -> Self {
        let mut history = Self::default();
        for row in units {
            history.form(Life::new(row));
        }
        for row in facts.into_iter().filter(|row| row.voided_by.is_none()) {
            history.learn(row);
        }
        history
    }

    /// Adds a fact as it is kept.
    pub fn learn(&mut self, row: unit_fact::Model) {
        let fact = match row.kind {
            UnitFactKind::Name => row.name.map(Fact::Name),
            UnitFactKind::Parent => row.other_unit_id.map(Fact::Parent),
            UnitFactKind::ActingSuperior => Some(Fact::ActingSuperior(row.other_unit_id)),
        };
        if let Some(fact) = fact {
            self.decide(row.unit_id, row.valid_from, row.change_id, fact);
        }
    }

    /// Adds a unit.
    pub fn form(&mut self, life: Life) {
        if let Some(parent) = life.parents.first {
            self.ever_beneath.entry(parent).or_default().insert(life.id);
        }
        self.lives.insert(life.id, life);
    }

    /// Adds what was decided about a unit; nothing for an unknown one.
    pub fn decide(&mut self, unit: Uuid, from: NaiveDate, change: Uuid, fact: Fact) {
        let Some(life) = self.lives.get_mut(&unit) else { return };
        match fact {
            Fact::Name(name) => life.names.insert(from, change, name.into()),
            Fact::ActingSuperior(superior) => life.acting_superiors.insert(from, change, superior),
            Fact::Parent(parent) => {
                life.parents.insert(from, change, Some(parent));
                self.ever_beneath.entry(parent).or_default().insert(unit);
            }
        }
    }

    /// Sets the first day a unit no longer exists, or takes it back.
    pub fn end(&mut self, unit: Uuid, on: Option<NaiveDate>) {
        if let Some(life) = self.lives.get_mut(&unit) {
            life.dissolved_on = on;
        }
    }

    /// Takes out what a change said about a unit.
    pub fn void(&mut self, unit: Uuid, change: Uuid) {
        if let Some(life) = self.lives.get_mut(&unit) {
            life.names.void(change);
            life.parents.void(change);
            life.acting_superiors.void(change);
        }
    }

    #[must_use]
    pub fn life(&self, unit: Uuid) -> Option<&Life> {
        self.lives.get(&unit)
    }

    /// Every unit there ever was.
    pub fn lives(&self) -> impl Iterator<Item = &Life> {
        self.lives.values()
    }

    /// The units directly beneath one that existed on a day, by id.
    pub fn children_on(&self, unit: Uuid, day: NaiveDate) -> impl Iterator<Item = &Life> {
        let ever = self.ever_beneath.get(&unit).into_iter().flatten();
        ever.filter_map(|id| self.lives.get(id))
            .filter(move |life| life.exists_on(day) && life.parent_on(day) == Some(unit))
    }

    /// All units beneath one that existed on a day, each before those beneath it.
    #[must_use]
    pub fn descendants_on(&self, unit: Uuid, day: NaiveDate) -> Vec<&Life> {
        let mut found = Vec::new();
        let mut open: Vec<&Life> = self.children_on(unit, day).collect();
        open.reverse();
        // Every step down lowers the tier, so this ends.
        while let Some(life) = open.pop() {
            found.push(life);
            let beneath = open.len();
            open.extend(self.children_on(life.id, day));
            open[beneath..].reverse();
        }
        found
    }

    /// The units above one on a day, the nearest first. Of a unit that did not exist then: those above what it left.
    pub fn ancestors_on(&self, unit: Uuid, day: NaiveDate) -> impl Iterator<Item = &Life> {
        let above = move |life: &Life| life.parent_on(day).and_then(|parent| self.life(parent));
        let first = self.life(unit).and_then(above);
        std::iter::successors(first, move |life| above(life))
    }

    /// Whether a unit existed on a day and was then `top` or beneath it.
    #[must_use]
    pub fn was_within(&self, unit: Uuid, top: Uuid, day: NaiveDate) -> bool {
        let existed = self.life(unit).is_some_and(|life| life.exists_on(day));
        existed && (unit == top || self.ancestors_on(unit, day).any(|above| above.id == top))
    }

    /// Whether everything fits together on every day.
    ///
    /// # Errors
    /// The first [`Fault`], the same for the same units.
    pub fn check(&self) -> Result<(), Fault> {
        let mut lives: Vec<&Life> = self.lives().collect();
        lives.sort_unstable_by_key(|life| life.id);
        for life in &lives {
            self.check_life(life)?;
        }
        check_overlaps(&lives)
    }

    fn check_life(&self, life: &Life) -> Result<(), Fault> {
        let unit = life.id;
        if life.dissolved_on.is_some() && life.dissolved_on < life.formed_on {
            return Err(Fault::Ends { unit });
        }
        for (from, to, parent) in life.parents.spans() {
            let Some(parent) = parent.and_then(|parent| self.life(parent)) else {
                continue;
            };
            if parent.tier >= life.tier {
                return Err(Fault::NotHigher {
                    unit,
                    parent: parent.id,
                });
            }
            // What a unit left when it ended lies beneath another one, too, but not beneath one that never was.
            let lies = to.is_none_or(|to| from.max(life.formed_on).is_none_or(|from| from < to));
            if lies && parent.is_undone() && !life.is_undone() {
                return Err(Fault::Orphan {
                    unit,
                    parent: parent.id,
                });
            }
            let beneath = within(life, from, to);
            if beneath.is_some_and(|(from, to)| !spans_all(parent, from, to)) {
                return Err(Fault::Orphan {
                    unit,
                    parent: parent.id,
                });
            }
        }
        for (from, to, superior) in life.acting_superiors.spans() {
            let (Some(superior), Some((from, to))) = (*superior, within(life, from, to)) else {
                continue;
            };
            let stands = |above: &&Life| above.tier < life.tier && spans_all(above, from, to);
            if self.life(superior).filter(stands).is_none() {
                return Err(Fault::Superior { unit, superior });
            }
        }
        Ok(())
    }
}

/// The part of `from..to` on which a unit exists; None when there is none.
fn within(
    life: &Life,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
    let from = from.max(life.formed_on);
    let to = match (to, life.dissolved_on) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let empty = from.zip(to).is_some_and(|(from, to)| to <= from);
    (!empty).then_some((from, to))
}

/// Whether a unit exists on every day of `from..to`.
fn spans_all(life: &Life, from: Option<NaiveDate>, to: Option<NaiveDate>) -> bool {
    life.formed_on <= from && life.dissolved_on.is_none_or(|end| to.is_some_and(|to| to <= end))
}

/// That no region has two bodies of one kind at one time; the permanent one and one for an election are two kinds.
fn check_overlaps(lives: &[&Life]) -> Result<(), Fault> {
    let mut bodies: HashMap<(Uuid, BodyKind, bool), Vec<&Life>> = HashMap::new();
    for life in lives.iter().filter(|life| !life.is_undone()) {
        if let Some(region) = life.region {
            let alike = bodies.entry((region, life.body_kind, life.ad_hoc)).or_default();
            let span = |life: &Life| (life.formed_on.unwrap_or(NaiveDate::MIN), life.dissolved_on);
            if let Some(other) = alike.iter().find(|other| overlap(span(other), span(life))) {
                return Err(Fault::Overlap {
                    unit: life.id,
                    other: other.id,
                });
            }
            alike.push(life);
        }
    }
    Ok(())
}
