//! The hierarchy through time against replaying every decision, day by day, on a plain map.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use entity::{
    enums::{BodyKind, Tier, UnitChangeKind},
    unit, unit_change, unit_fact, unit_touch,
};
use jenjang::territory::{
    change::{Beginning, Plan, divide::Target},
    directory::{Directory, Rows},
    history::{Fact, History},
    tree::Unit,
};
use proptest::{prelude::*, sample::Index};
use uuid::Uuid;

use super::{cases, rows::moment};

/// Decisions take effect on these days of the window, which is looked at from a day before to two after.
const DAYS: std::ops::RangeInclusive<u64> = 1..=12;
const WINDOW: std::ops::RangeInclusive<u64> = 0..=14;

/// Few regions, so that bodies meet in them.
const REGIONS: usize = 3;

fn day(number: u64) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    first.checked_add_days(Days::new(number)).unwrap()
}

/// A command before it is known which units there are.
#[derive(Clone, Debug)]
struct Sketch {
    kind: Kind,
    on: u64,
    one: Index,
    other: Index,
    third: Index,
    flag: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Form,
    Rename,
    Move,
    Act,
    Dissolve,
    Split,
    Merge,
    Undo,
}

prop_compose! {
    fn sketch()(
        kind in prop::sample::select(vec![
            Kind::Rename, Kind::Form, Kind::Move, Kind::Move, Kind::Act, Kind::Dissolve, Kind::Split, Kind::Merge,
            Kind::Undo, Kind::Undo,
        ]),
        on in DAYS,
        one in any::<Index>(),
        other in any::<Index>(),
        third in any::<Index>(),
        flag in any::<bool>(),
    ) -> Sketch {
        Sketch { kind, on, one, other, third, flag }
    }
}

/// A unit as a decision makes it.
#[derive(Clone, Debug)]
struct Made {
    id: Uuid,
    tier: Tier,
    region: usize,
    ad_hoc: bool,
    parent: Option<Uuid>,
}

/// What was decided, as a decree would list it.
#[derive(Clone, Debug)]
enum Decision {
    Form(Made),
    Rename(Uuid, String),
    Move(Uuid, Uuid),
    Act(Uuid, Option<Uuid>),
    Dissolve(Vec<Uuid>),
    Split {
        unit: Uuid,
        parts: Vec<(Made, Vec<Uuid>)>,
        continues: bool,
    },
    Merge {
        /// Those that end.
        units: Vec<Uuid>,
        formed: Option<Made>,
        into: Uuid,
        children: Vec<Uuid>,
    },
}

impl Decision {
    fn formed(&self) -> Vec<Uuid> {
        match self {
            Self::Form(made) => vec![made.id],
            Self::Split { parts, .. } => parts.iter().map(|(made, _children)| made.id).collect(),
            Self::Merge { formed, .. } => formed.iter().map(|made| made.id).collect(),
            Self::Rename(..) | Self::Move(..) | Self::Act(..) | Self::Dissolve(..) => Vec::new(),
        }
    }

    fn dissolved(&self) -> Vec<Uuid> {
        match self {
            Self::Dissolve(units) | Self::Merge { units, .. } => units.clone(),
            Self::Split { unit, continues, .. } if !continues => vec![*unit],
            Self::Split { .. } | Self::Form(..) | Self::Rename(..) | Self::Move(..) | Self::Act(..) => Vec::new(),
        }
    }
}

/// A unit on one day.
#[derive(Clone, Debug)]
struct State {
    exists: bool,
    tier: Tier,
    region: usize,
    ad_hoc: bool,
    name: String,
    parent: Option<Uuid>,
    acting: Option<Uuid>,
}

type Day = BTreeMap<Uuid, State>;

fn begin(map: &mut Day, made: &Made) {
    let state = State {
        exists: true,
        tier: made.tier,
        region: made.region,
        ad_hoc: made.ad_hoc,
        name: first_name(made.id),
        parent: made.parent,
        acting: None,
    };
    map.insert(made.id, state);
}

fn first_name(unit: Uuid) -> String {
    format!("Unit {}", unit.as_u128())
}

/// Everything decided so far that stands, and the units there were at first.
#[derive(Clone, Debug, Default)]
struct Reference {
    first: Vec<Made>,
    /// By decision; None where it was undone.
    decided: Vec<Option<(NaiveDate, Decision)>>,
}

impl Reference {
    fn on(&self, day: NaiveDate) -> Day {
        let mut map = Day::new();
        for made in &self.first {
            begin(&mut map, made);
        }
        let mut standing: Vec<&(NaiveDate, Decision)> = self.decided.iter().flatten().collect();
        // Stable: of one day, in the order they were decided.
        standing.sort_by_key(|(on, _decision)| *on);
        for (_on, decision) in standing.into_iter().filter(|(on, _decision)| *on <= day) {
            replay(&mut map, decision);
        }
        map
    }

    /// Whether units fit together on every day.
    fn is_sound(&self) -> bool {
        WINDOW.map(day).all(|day| fits(&self.on(day)))
    }

    fn ends_already(&self, unit: Uuid) -> bool {
        let mut standing = self.decided.iter().flatten();
        standing.any(|(_on, decision)| decision.dissolved().contains(&unit))
    }
}

fn replay(map: &mut Day, decision: &Decision) {
    let set = |map: &mut Day, unit: &Uuid, set: &dyn Fn(&mut State)| {
        // The forming of it may have been undone since.
        if let Some(state) = map.get_mut(unit) {
            set(state);
        }
    };
    match decision {
        Decision::Form(made) => begin(map, made),
        Decision::Rename(unit, name) => set(map, unit, &|state| state.name.clone_from(name)),
        Decision::Move(unit, parent) => set(map, unit, &|state| state.parent = Some(*parent)),
        Decision::Act(unit, superior) => set(map, unit, &|state| state.acting = *superior),
        Decision::Dissolve(units) => {
            for unit in units {
                set(map, unit, &|state| state.exists = false);
            }
        }
        Decision::Split { unit, parts, continues } => {
            for (made, children) in parts {
                begin(map, made);
                for child in children {
                    set(map, child, &|state| state.parent = Some(made.id));
                }
            }
            if !continues {
                set(map, unit, &|state| state.exists = false);
            }
        }
        Decision::Merge {
            units,
            formed,
            into,
            children,
        } => {
            if let Some(made) = formed {
                begin(map, made);
            }
            for child in children {
                set(map, child, &|state| state.parent = Some(*into));
            }
            for unit in units {
                set(map, unit, &|state| state.exists = false);
            }
        }
    }
}

/// No orphan, nobody beneath an equal, no second body in a region, on one day. What a dissolved unit left may lie beneath one
/// that is gone too, but never beneath an equal.
fn fits(map: &Day) -> bool {
    let higher = |above: Uuid, state: &State| map.get(&above).filter(|above| above.tier < state.tier);
    let stands = |above: Uuid, state: &State| higher(above, state).is_some_and(|above| above.exists);
    let units_fit = map.values().all(|state| {
        let beneath = state.parent.is_none_or(|parent| {
            if state.exists {
                stands(parent, state)
            } else {
                higher(parent, state).is_some()
            }
        });
        let acting = !state.exists || state.acting.is_none_or(|superior| stands(superior, state));
        beneath && acting
    });
    let mut bodies = BTreeSet::new();
    let mut existing = map.values().filter(|state| state.exists && state.tier != Tier::Ri);
    units_fit && existing.all(|state| bodies.insert((state.region, state.tier, state.ad_hoc)))
}

fn children(map: &Day, unit: Uuid) -> Vec<Uuid> {
    let children = map
        .iter()
        .filter(|(_id, state)| state.exists && state.parent == Some(unit));
    children.map(|(id, _state)| *id).collect()
}

fn descendants(map: &Day, unit: Uuid) -> BTreeSet<Uuid> {
    let beneath = children(map, unit);
    let deeper: Vec<Uuid> = beneath.iter().flat_map(|child| descendants(map, *child)).collect();
    beneath.into_iter().chain(deeper).collect()
}

fn ancestors(map: &Day, unit: Uuid) -> Vec<Uuid> {
    let parent = |unit: &Uuid| map.get(unit).and_then(|state| state.parent);
    std::iter::successors(parent(&unit), parent).collect()
}

/// The tables as the commands fill them, beside the reference.
#[derive(Default)]
struct World {
    units: Vec<unit::Model>,
    facts: Vec<unit_fact::Model>,
    changes: Vec<(unit_change::Model, Vec<unit_touch::Model>)>,
    reference: Reference,
}

fn body(tier: Tier) -> BodyKind {
    match tier {
        Tier::Ri => BodyKind::BawasluRi,
        Tier::Provinsi => BodyKind::PanwaslihProvinsi,
        Tier::KabupatenKota => BodyKind::PanwaslihKabupatenKota,
        Tier::Kecamatan => BodyKind::PanwasluKecamatan,
    }
}

fn row(made: &Made, on: Option<NaiveDate>) -> unit::Model {
    let beginning = Beginning {
        body_kind: body(made.tier),
        tier: made.tier,
        region: (made.tier != Tier::Ri).then(|| Uuid::from_u128(1_000 + made.region as u128)),
        name: first_name(made.id),
        parent: made.parent,
        time_zone: "Asia/Jakarta".to_owned(),
        formed_on: on,
        ad_hoc: made.ad_hoc,
    };
    beginning.into_row(made.id)
}

impl World {
    /// RI, a province with a kabupaten with a kecamatan, and another province.
    fn new() -> Self {
        let mut world = Self::default();
        let made = [
            (Tier::Ri, 0, None),
            (Tier::Provinsi, 0, Some(0)),
            (Tier::Provinsi, 1, Some(0)),
            (Tier::KabupatenKota, 0, Some(1)),
            (Tier::Kecamatan, 0, Some(3)),
        ];
        for (number, (tier, region, parent)) in made.into_iter().enumerate() {
            let made = Made {
                id: unit_id(number),
                tier,
                region,
                ad_hoc: false,
                parent: parent.map(unit_id),
            };
            world.units.push(row(&made, None));
            world.reference.first.push(made);
        }
        world
    }

    fn history(&self) -> History {
        History::new(&self.units, self.facts.clone())
    }

    fn directory(&self) -> Directory {
        let rows = Rows {
            version: 1,
            regions: Vec::new(),
            regions_past: Vec::new(),
            editions: Vec::new(),
            units: self.units.clone(),
            facts: self.facts.clone(),
            seats: Vec::new(),
            holders: Vec::new(),
            people: Vec::new(),
            programs: Vec::new(),
            tokens: Vec::new(),
        };
        Directory::new(rows).unwrap()
    }

    /// Decides what a sketch says, where the units fit together afterwards. Nothing where it makes no sense.
    fn decide(&mut self, sketch: &Sketch) -> Result<(), TestCaseError> {
        let (on, directory) = (day(sketch.on), self.directory());
        let seq = self.reference.decided.len();
        let change = Uuid::from_u128(10_000 + seq as u128);
        let root = directory.tree.root().id;
        if let Kind::Undo = sketch.kind {
            return self.undo(sketch, change, &directory);
        }
        let Some((kind, decision)) = self.made_out(sketch) else {
            return Ok(());
        };
        // Every command refuses to end a unit on the day it was formed: that is how a forming that was undone is kept.
        let formed_that_day = |unit: &Uuid| {
            self.units
                .iter()
                .any(|row| row.id == *unit && row.formed_on == Some(on))
        };
        if decision.dissolved().iter().any(formed_that_day) {
            return Ok(());
        }
        let mut plan = Plan::new(change, kind, on, root);
        fill(&mut plan, &directory, &decision);
        let mut after = self.reference.clone();
        after.decided.push(Some((on, decision)));
        self.try_out(&plan, &directory, after)
    }

    fn undo(&mut self, sketch: &Sketch, change: Uuid, directory: &Directory) -> Result<(), TestCaseError> {
        let standing: Vec<usize> = (0..self.reference.decided.len())
            .filter(|place| self.reference.decided[*place].is_some())
            .collect();
        if standing.is_empty() {
            return Ok(());
        }
        let place = *sketch.one.get(&standing);
        let mut after = self.reference.clone();
        let (_on, decision) = after.decided[place].take().unwrap();
        if decision.formed().iter().any(|unit| self.reference.ends_already(*unit)) {
            return Ok(());
        }
        after.decided.push(None);
        let (undone, touches) = &self.changes[place];
        let mut plan = Plan::new(change, UnitChangeKind::Undo, day(0), undone.unit_id);
        plan.undo(directory, undone, touches);
        self.try_out(&plan, directory, after)
    }

    /// A sketch with the units that are there on its day, or what was dissolved by then where that may still be moved.
    fn made_out(&self, sketch: &Sketch) -> Option<(UnitChangeKind, Decision)> {
        let map = self.reference.on(day(sketch.on));
        let all: Vec<Uuid> = map.keys().copied().collect();
        let existing: Vec<Uuid> = all.iter().copied().filter(|unit| map[unit].exists).collect();
        let pick = |index: &Index, wanted: &dyn Fn(&State) -> bool| {
            let found: Vec<Uuid> = existing.iter().copied().filter(|unit| wanted(&map[unit])).collect();
            (!found.is_empty()).then(|| *index.get(&found))
        };
        let lower = |state: &State| state.tier != Tier::Ri;
        let next = self.units.len();
        let made = |number: usize, tier: Tier, index: &Index, parent: Uuid| Made {
            id: unit_id(next + number),
            tier,
            region: index.index(REGIONS),
            ad_hoc: tier != Tier::Kecamatan && sketch.flag,
            parent: Some(parent),
        };
        Some(match sketch.kind {
            Kind::Form => {
                let tiers = [Tier::Provinsi, Tier::KabupatenKota, Tier::Kecamatan];
                let parent = pick(&sketch.other, &|_state| true)?;
                let unit = made(0, *sketch.third.get(&tiers), &sketch.one, parent);
                (UnitChangeKind::Form, Decision::Form(unit))
            }
            Kind::Rename => {
                let unit = pick(&sketch.one, &|_state| true)?;
                let name = format!("Nama {}", self.reference.decided.len());
                (UnitChangeKind::Rename, Decision::Rename(unit, name))
            }
            Kind::Move => {
                let movable: Vec<Uuid> = all.iter().copied().filter(|unit| lower(&map[unit])).collect();
                let unit = *sketch.one.get(&movable);
                let parent = pick(&sketch.other, &|_state| true)?;
                (UnitChangeKind::Move, Decision::Move(unit, parent))
            }
            Kind::Act => {
                let unit = pick(&sketch.one, &lower)?;
                let superior = pick(&sketch.other, &|_state| true).filter(|_superior| sketch.flag);
                (UnitChangeKind::ActingSuperior, Decision::Act(unit, superior))
            }
            Kind::Dissolve => {
                let unit = pick(&sketch.one, &lower)?;
                let mut units = vec![unit];
                if sketch.flag {
                    units.extend(descendants(&map, unit));
                }
                units.retain(|unit| !self.reference.ends_already(*unit));
                (!units.is_empty()).then_some(())?;
                (UnitChangeKind::Dissolve, Decision::Dissolve(units))
            }
            Kind::Split => {
                let unit = pick(&sketch.one, &lower)?;
                if !sketch.flag && self.reference.ends_already(unit) {
                    return None;
                }
                let beneath = children(&map, unit);
                let half = sketch.third.index(beneath.len() + 1);
                let parent = map[&unit].parent?;
                let parts = vec![
                    (
                        made(0, map[&unit].tier, &sketch.other, parent),
                        beneath[..half].to_vec(),
                    ),
                    (
                        made(1, map[&unit].tier, &sketch.third, parent),
                        beneath[half..].to_vec(),
                    ),
                ];
                let split = Decision::Split {
                    unit,
                    parts,
                    continues: sketch.flag,
                };
                (UnitChangeKind::Split, split)
            }
            Kind::Merge => {
                let one = pick(&sketch.one, &lower)?;
                let tier = map[&one].tier;
                let other = pick(&sketch.other, &|state| state.tier == tier)?;
                let formed = sketch
                    .flag
                    .then(|| made(0, tier, &sketch.third, map[&one].parent.unwrap()));
                let mut units: Vec<Uuid> = BTreeSet::from([one, other]).into_iter().collect();
                let into = formed.as_ref().map_or(other, |made| made.id);
                units.retain(|unit| *unit != into);
                if units.iter().any(|unit| self.reference.ends_already(*unit)) {
                    return None;
                }
                let merge = Decision::Merge {
                    children: units.iter().flat_map(|unit| children(&map, *unit)).collect(),
                    units,
                    formed,
                    into,
                };
                (UnitChangeKind::Merge, merge)
            }
            Kind::Undo => return None,
        })
    }

    /// The check accepts what the reference finds sound on every day, and only that; then it is written.
    fn try_out(&mut self, plan: &Plan, directory: &Directory, after: Reference) -> Result<(), TestCaseError> {
        let verdict = plan.tried_on(&directory.history).check();
        prop_assert_eq!(
            verdict.is_ok(),
            after.is_sound(),
            "{:?} of {:?}",
            verdict,
            after.decided
        );
        if verdict.is_err() {
            return Ok(());
        }
        self.reference = after;
        self.units.extend(plan.formed.iter().cloned());
        for fact in &mut self.facts {
            if plan.undoes == Some(fact.change_id) {
                fact.voided_by = Some(plan.change);
            }
        }
        self.facts.extend(plan.facts.iter().cloned());
        for (unit, on) in &plan.ended {
            let row = self.units.iter_mut().find(|row| row.id == *unit).unwrap();
            row.dissolved_on = *on;
        }
        let change = unit_change::Model {
            id: plan.change,
            kind: plan.kind,
            effective_on: plan.on,
            basis_number: "1".to_owned(),
            basis_date: plan.on,
            unit_id: plan.unit,
            by_account: Uuid::nil(),
            by_seat: Uuid::nil(),
            undoes: plan.undoes,
            at: moment(),
        };
        self.changes.push((change, plan.touches.clone()));
        Ok(())
    }

    /// Everything the history tells of a day, held against the map of that day.
    fn agrees_on(&self, history: &History, on: NaiveDate) -> Result<(), TestCaseError> {
        let map = self.reference.on(on);
        for row in &self.units {
            let (id, life) = (row.id, history.life(row.id).unwrap());
            let state = map.get(&id);
            let exists = state.is_some_and(|state| state.exists);
            prop_assert_eq!(life.exists_on(on), exists, "{} on {}", id, on);
            let beneath: BTreeSet<Uuid> = history.children_on(id, on).map(|life| life.id).collect();
            prop_assert_eq!(beneath, children(&map, id).into_iter().collect::<BTreeSet<_>>());
            // One that is not there on a day has no place in the reference; one that is gone keeps its last.
            let Some(state) = state else { continue };
            prop_assert_eq!(life.name_on(on), state.name.as_str(), "{} on {}", id, on);
            prop_assert_eq!(life.parent_on(on), state.parent, "{} on {}", id, on);
            let acting = state.acting.filter(|_superior| state.exists);
            prop_assert_eq!(life.acting_superior_on(on), acting, "{} on {}", id, on);
            let above: Vec<Uuid> = history.ancestors_on(id, on).map(|life| life.id).collect();
            prop_assert_eq!(&above, &ancestors(&map, id));
            let found = history.descendants_on(id, on);
            let deeper: BTreeSet<Uuid> = found.iter().map(|life| life.id).collect();
            prop_assert_eq!(deeper.len(), found.len(), "nobody twice");
            prop_assert_eq!(deeper, descendants(&map, id));
            for other in &self.units {
                let within = exists && (id == other.id || above.contains(&other.id));
                prop_assert_eq!(history.was_within(id, other.id, on), within);
            }
        }
        Ok(())
    }
}

fn unit_id(number: usize) -> Uuid {
    Uuid::from_u128(1 + number as u128)
}

fn fill(plan: &mut Plan, directory: &Directory, decision: &Decision) {
    let (on, tree) = (plan.on, &directory.tree);
    let unit = |id: &Uuid| tree.get(*id).unwrap();
    let formed = |made: &Made| row(made, Some(on));
    match decision {
        Decision::Form(made) => plan.form(formed(made), ""),
        Decision::Rename(id, name) => plan.rename(directory, unit(id), on, name),
        Decision::Move(id, parent) => plan.relocate(directory, unit(id), on, *parent),
        Decision::Act(id, superior) => plan.set_acting_superior(directory, unit(id), on, *superior),
        Decision::Dissolve(units) => {
            for id in units {
                plan.dissolve(unit(id), on);
            }
        }
        Decision::Split {
            unit: id,
            parts,
            continues,
        } => {
            let part = |(made, children): &(Made, Vec<Uuid>)| {
                let children: Vec<&Unit> = children.iter().map(unit).collect();
                (formed(made), String::new(), children)
            };
            let parts = parts.iter().map(part).collect();
            plan.split(directory, (unit(id), *continues), parts);
        }
        Decision::Merge {
            units,
            formed: made,
            into,
            ..
        } => {
            let units: Vec<&Unit> = units.iter().map(unit).collect();
            let target = match made {
                Some(made) => Target::Formed(formed(made), String::new()),
                None => Target::Standing(unit(into)),
            };
            plan.merge(directory, &units, target);
        }
    }
}

#[test]
fn what_a_unit_left_lies_beneath_nothing_that_never_was() {
    let mut world = World::new();
    let (root, kabupaten, kecamatan) = (unit_id(0), 3, 4);
    let formed = Made {
        id: unit_id(5),
        tier: Tier::Provinsi,
        region: 2,
        ad_hoc: false,
        parent: Some(root),
    };
    world.units.push(row(&formed, Some(day(1))));
    for ended in [kabupaten, kecamatan] {
        world.units[ended].dissolved_on = Some(day(1));
    }
    let mut plan = Plan::new(Uuid::from_u128(10_000), UnitChangeKind::Move, day(1), root);
    plan.decide(unit_id(kabupaten), day(1), Fact::Parent(formed.id));
    assert!(plan.tried_on(&world.history()).check().is_ok());
    // As undoing its forming keeps it.
    plan.ended.push((formed.id, Some(day(1))));
    assert!(plan.tried_on(&world.history()).check().is_err());
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn every_day_is_what_replaying_the_decisions_makes_it(sketches in prop::collection::vec(sketch(), 1..16)) {
        let mut world = World::new();
        for sketch in &sketches {
            world.decide(sketch)?;
        }
        let history = world.history();
        for number in WINDOW {
            world.agrees_on(&history, day(number))?;
        }
    }
}
