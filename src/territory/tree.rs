//! The tree of units with nested intervals: every unit knows the span of positions its subtree takes in a walk from the
//! root, so "is beneath" is two comparisons. Immutable; a change makes a new one.
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::enums::{BodyKind, Tier};
use uuid::Uuid;

use crate::authz::Standing;

/// A unit as the database holds it, with the code of its region.
#[derive(Clone, Debug)]
pub struct Unit {
    pub id: Uuid,
    /// None for RI.
    pub region: Option<Uuid>,
    /// The code of the region; `RI` for the national body.
    pub code: String,
    pub body_kind: BodyKind,
    pub tier: Tier,
    pub name: String,
    pub parent: Option<Uuid>,
    pub acting_superior: Option<Uuid>,
    pub time_zone: String,
    pub formed_on: Option<NaiveDate>,
    pub dissolved_on: Option<NaiveDate>,
    /// Formed for an election.
    pub ad_hoc: bool,
    /// The lock counter.
    pub version: i32,
}

impl Unit {
    /// Whether it was formed by mistake and its forming undone: it never existed, and nothing leads to it but its id.
    #[must_use]
    pub fn is_undone(&self) -> bool {
        self.formed_on.is_some() && self.formed_on == self.dissolved_on
    }
}

/// Where the subtree of a unit lies in the walk: `enter..leave`, itself first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    enter: usize,
    leave: usize,
}

/// Why units make no tree.
#[derive(Debug, PartialEq, Eq)]
pub enum Malformed {
    /// There has to be exactly one unit without a parent.
    Roots(usize),
    /// These are beneath nobody: their line of parents ends nowhere or in a circle.
    Unreachable(Vec<Uuid>),
    /// A parent has to be of a higher tier.
    Parent(Uuid),
    /// An acting superior has to exist and to be of a higher tier.
    ActingSuperior(Uuid),
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Roots(count) => write!(formatter, "the tree of units has {count} roots instead of one"),
            Self::Unreachable(units) => write!(
                formatter,
                "{} units are beneath no root, e.g. {:?}",
                units.len(),
                units.first()
            ),
            Self::Parent(unit) => write!(formatter, "the parent of unit {unit} is not of a higher tier"),
            Self::ActingSuperior(unit) => write!(
                formatter,
                "the acting superior of unit {unit} is missing or not of a higher tier"
            ),
        }
    }
}

impl std::error::Error for Malformed {}

/// All units, dissolved ones included, in the order of a walk from the root with children by code.
#[derive(Debug)]
pub struct Tree {
    units: Vec<Unit>,
    spans: Vec<Span>,
    by_id: HashMap<Uuid, usize>,
    /// The units that somebody acts as superior for; few.
    acted_for: Vec<usize>,
}

impl Tree {
    /// Lays the units out.
    ///
    /// # Errors
    /// [`Malformed`] when they are not one tree.
    pub fn new(units: Vec<Unit>) -> Result<Self, Malformed> {
        let mut children: HashMap<Option<Uuid>, Vec<Unit>> = HashMap::new();
        let ids: Vec<Uuid> = units.iter().map(|unit| unit.id).collect();
        for unit in units {
            children.entry(unit.parent).or_default().push(unit);
        }
        for siblings in children.values_mut() {
            // Popped from the end below, hence descending.
            siblings.sort_by(|left, right| (&right.code, right.id).cmp(&(&left.code, left.id)));
        }
        let roots = children.get(&None).map_or(0, Vec::len);
        if roots != 1 {
            return Err(Malformed::Roots(roots));
        }
        let mut tree = Self {
            units: Vec::with_capacity(ids.len()),
            spans: Vec::with_capacity(ids.len()),
            by_id: HashMap::new(),
            acted_for: Vec::new(),
        };
        tree.walk(&mut children);
        let unreachable: Vec<Uuid> = ids.into_iter().filter(|id| !tree.by_id.contains_key(id)).collect();
        if !unreachable.is_empty() {
            return Err(Malformed::Unreachable(unreachable));
        }
        tree.check_superiors()?;
        Ok(tree)
    }

    /// Walks iteratively: a malformed table must not overflow the stack.
    fn walk(&mut self, children: &mut HashMap<Option<Uuid>, Vec<Unit>>) {
        let mut open: Vec<(Option<Uuid>, Option<usize>)> = vec![(None, None)];
        while let Some((parent, place)) = open.last().copied() {
            if let Some(unit) = children.get_mut(&parent).and_then(Vec::pop) {
                let here = self.units.len();
                open.push((Some(unit.id), Some(here)));
                self.by_id.insert(unit.id, here);
                self.spans.push(Span {
                    enter: here,
                    leave: here + 1,
                });
                self.units.push(unit);
            } else {
                let leave = self.units.len();
                if let Some(span) = place.and_then(|place| self.spans.get_mut(place)) {
                    span.leave = leave;
                }
                open.pop();
            }
        }
    }

    /// Every step up, by the tree or by acting superiors, rises a tier: so every walk ends, and the ancestors kept with
    /// a record, one per tier, are all of its ancestors.
    fn check_superiors(&mut self) -> Result<(), Malformed> {
        let is_higher = |above: Uuid, tier: Tier| {
            self.by_id
                .get(&above)
                .is_some_and(|&above| self.units[above].tier < tier)
        };
        for (place, unit) in self.units.iter().enumerate() {
            if unit.parent.is_some_and(|parent| !is_higher(parent, unit.tier)) {
                return Err(Malformed::Parent(unit.id));
            }
            let Some(superior) = unit.acting_superior else { continue };
            if !is_higher(superior, unit.tier) {
                return Err(Malformed::ActingSuperior(unit.id));
            }
            self.acted_for.push(place);
        }
        Ok(())
    }

    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<&Unit> {
        self.by_id.get(&id).map(|&place| &self.units[place])
    }

    /// Every unit, each before those beneath it, siblings by code.
    #[must_use]
    pub fn all(&self) -> &[Unit] {
        &self.units
    }

    #[must_use]
    pub fn root(&self) -> &Unit {
        &self.units[0]
    }

    /// The unit and everything beneath it; empty for an unknown one.
    #[must_use]
    pub fn subtree(&self, id: Uuid) -> &[Unit] {
        self.by_id.get(&id).map_or(&[], |&place| {
            &self.units[self.spans[place].enter..self.spans[place].leave]
        })
    }

    /// The units beneath `top` for which `passes` holds, and holds for all between.
    pub fn reached_through(&self, top: Uuid, passes: impl Fn(&Unit) -> bool) -> Vec<&Unit> {
        let mut reached = Vec::new();
        let Some(&top) = self.by_id.get(&top) else {
            return reached;
        };
        let mut at = self.spans[top].enter + 1;
        while at < self.spans[top].leave {
            if passes(&self.units[at]) {
                reached.push(&self.units[at]);
                at += 1;
            } else {
                at = self.spans[at].leave;
            }
        }
        reached
    }

    /// Whether `unit` is `top` or beneath it.
    #[must_use]
    pub fn is_within(&self, unit: Uuid, top: Uuid) -> bool {
        match (self.by_id.get(&unit), self.by_id.get(&top)) {
            (Some(&unit), Some(&top)) => (self.spans[top].enter..self.spans[top].leave).contains(&unit),
            _ => false,
        }
    }

    /// The unit that decides on `unit`: its acting superior while it has one, else its parent.
    #[must_use]
    pub fn superior(&self, unit: &Unit) -> Option<&Unit> {
        self.get(unit.acting_superior.or(unit.parent)?)
    }

    /// Who decides on the work of `unit` at a tier above it: the first in its line of decision that stands there, or
    /// higher where an acting superior has taken the place of the one that would.
    #[must_use]
    pub fn superior_at(&self, unit: Uuid, tier: Tier) -> Option<&Unit> {
        let unit = self.get(unit).filter(|unit| tier < unit.tier)?;
        let mut at = self.superior(unit)?;
        while at.tier > tier {
            at = self.superior(at)?;
        }
        Some(at)
    }

    /// The unit itself or its ancestor of that tier, by the tree alone.
    #[must_use]
    pub fn ancestor_at(&self, unit: Uuid, tier: Tier) -> Option<&Unit> {
        let mut at = self.get(unit)?;
        while at.tier > tier {
            at = self.get(at.parent?)?;
        }
        (at.tier == tier).then_some(at)
    }

    /// The unit, its parent, and so on up to the root.
    pub fn ancestors_and_self(&self, unit: Uuid) -> impl Iterator<Item = &Unit> {
        std::iter::successors(self.get(unit), |unit| self.get(unit.parent?))
    }

    /// Where `actor` stands, seen from `record`.
    #[must_use]
    pub fn standing(&self, actor: Uuid, record: Uuid) -> Standing {
        let Some(unit) = self.get(record) else {
            return Standing::Outside;
        };
        if actor == record {
            return Standing::Own;
        }
        if self.superior(unit).is_some_and(|superior| superior.id == actor) {
            return Standing::Parent;
        }
        if self.is_within(record, actor) || self.decides_above(unit, actor) {
            return Standing::Above;
        }
        if self.is_within(actor, record) {
            Standing::Below
        } else {
            Standing::Outside
        }
    }

    /// Whether `actor` is in the line of decision of `record` or of a unit above it. The latter because a parent keeps
    /// reading what an acting superior decides, and who decides on the parent reads what it reads. Only acting
    /// superiors make any of this differ from the tree.
    fn decides_above(&self, record: &Unit, actor: Uuid) -> bool {
        let decides_on = |unit: &Unit| {
            let mut line = std::iter::successors(self.superior(unit), |above| self.superior(above));
            line.any(|above| above.id == actor)
        };
        !self.acted_for.is_empty() && self.ancestors_and_self(record.id).any(decides_on)
    }

    /// The tops of everything `actor` stands above or in: itself, and the units that are led to it by an acting superior.
    /// The union of their subtrees is its scope.
    pub fn scope(&self, actor: Uuid) -> impl Iterator<Item = &Unit> {
        let led_here = self
            .acted_for
            .iter()
            .map(|&place| &self.units[place])
            .filter(move |unit| {
                !self.is_within(unit.id, actor)
                    && matches!(self.standing(actor, unit.id), Standing::Parent | Standing::Above)
            });
        self.get(actor).into_iter().chain(led_here)
    }
}
