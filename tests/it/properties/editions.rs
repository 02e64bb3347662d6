//! Editions of the list of regions: random ones against the edits they were made by, and the list that ships.
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use chrono::NaiveDate;
use entity::{
    enums::{RegionKind, Tier},
    region, region_past,
};
use jenjang::territory::{
    edition::{
        compare::{Change, Doubt, Effect, Line, Previous, What, compare},
        fit::{self, Misfit},
    },
    reference::{self, display_name},
    regions::Regions,
};
use proptest::{prelude::*, sample::Index};
use uuid::Uuid;

use super::cases;
use crate::support::people::day;

const TODAY: NaiveDate = day(2026, 1, 5);

/// A region in the model: its place is a number within the region above it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    tier: Tier,
    above: Option<usize>,
    number: u32,
    name: String,
    ended: bool,
}

/// Regions by their place in a list, before and after some edits.
#[derive(Clone, Debug)]
struct World {
    places: Vec<Place>,
    /// What was touched once is left alone, so that the edits are what became of each.
    touched: BTreeSet<usize>,
}

#[derive(Clone, Debug)]
enum Edit {
    Rename(Index),
    Move(Index, Index),
    Exchange(Index, Index),
    Recode(Index),
    End(Index),
    /// Beneath which; and whether with a number that somebody has left.
    Add(Index, bool),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    prop_oneof![
        3 => at().prop_map(Edit::Rename),
        3 => (at(), at()).prop_map(|(who, to)| Edit::Move(who, to)),
        2 => (at(), at()).prop_map(|(one, other)| Edit::Exchange(one, other)),
        2 => at().prop_map(Edit::Recode),
        2 => at().prop_map(Edit::End),
        2 => (at(), any::<bool>()).prop_map(|(above, reuse)| Edit::Add(above, reuse)),
    ]
}

impl World {
    fn of(shape: &[Vec<usize>]) -> Self {
        let mut world = Self {
            places: Vec::new(),
            touched: BTreeSet::new(),
        };
        for (province, regencies) in (11..).zip(shape) {
            let above = world.add(Tier::Provinsi, None, province);
            for (regency, districts) in (1..).zip(regencies) {
                let above = world.add(Tier::KabupatenKota, Some(above), regency);
                for district in (1..).take(*districts) {
                    world.add(Tier::Kecamatan, Some(above), district);
                }
            }
        }
        world
    }

    fn add(&mut self, tier: Tier, above: Option<usize>, number: u32) -> usize {
        let name = format!("Wilayah {}", self.places.len());
        self.places.push(Place {
            tier,
            above,
            number,
            name,
            ended: false,
        });
        self.places.len() - 1
    }

    fn code(&self, at: usize) -> String {
        let place = &self.places[at];
        let above = place
            .above
            .map_or_else(String::new, |above| format!("{}.", self.code(above)));
        format!("{above}{:02}", place.number)
    }

    fn listed(&self) -> Vec<usize> {
        (0..self.places.len()).filter(|&at| !self.places[at].ended).collect()
    }

    fn beneath(&self, above: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        let listed = self.listed().into_iter();
        listed.filter(move |&at| self.places[at].above == above)
    }

    fn free_number(&self, above: Option<usize>) -> u32 {
        let taken: BTreeSet<u32> = self.beneath(above).map(|at| self.places[at].number).collect();
        let first = if above.is_none() { 11 } else { 1 };
        (first..100).find(|number| !taken.contains(number)).unwrap()
    }

    /// Makes an edit where it means something.
    fn edit(&mut self, before: &Self, edit: &Edit) {
        let listed = self.listed();
        if listed.is_empty() {
            return;
        }
        let old = |index: &Index| {
            let at = *index.get(&listed);
            (at < before.places.len() && !self.touched.contains(&at)).then_some(at)
        };
        match edit {
            Edit::Rename(who) => {
                let Some(at) = old(who) else { return };
                self.places[at].name.push_str(" Baru");
                self.touched.insert(at);
            }
            Edit::Move(who, to) => {
                let Some(at) = old(who) else { return };
                let is_above = |above: &usize| {
                    let above = &self.places[*above];
                    self.places[at].tier != Tier::Provinsi && is_next(above.tier, self.places[at].tier)
                };
                let above: Vec<usize> = listed.iter().copied().filter(is_above).collect();
                if above.is_empty() {
                    return;
                }
                let above = Some(*to.get(&above));
                self.places[at].number = self.free_number(above);
                self.places[at].above = above;
                self.touched.insert(at);
            }
            Edit::Exchange(one, other) => {
                let (Some(one), Some(other)) = (old(one), old(other)) else {
                    return;
                };
                if one == other || self.places[one].tier != self.places[other].tier {
                    return;
                }
                let (left, right) = (self.places[one].clone(), self.places[other].clone());
                (self.places[one].above, self.places[one].number) = (right.above, right.number);
                (self.places[other].above, self.places[other].number) = (left.above, left.number);
                self.touched.extend([one, other]);
            }
            Edit::Recode(who) => {
                let Some(at) = old(who) else { return };
                self.places[at].number = self.free_number(self.places[at].above);
                self.touched.insert(at);
            }
            Edit::End(who) => {
                let Some(at) = old(who) else { return };
                if self.beneath(Some(at)).next().is_none() {
                    self.places[at].ended = true;
                    self.touched.insert(at);
                }
            }
            Edit::Add(above, reuse) => {
                let above = *above.get(&listed);
                let tier = match self.places[above].tier {
                    Tier::Provinsi => Tier::KabupatenKota,
                    Tier::KabupatenKota => Tier::Kecamatan,
                    Tier::Kecamatan | Tier::Ri => return,
                };
                let taken: BTreeSet<u32> = self.beneath(Some(above)).map(|at| self.places[at].number).collect();
                let left = |&at: &usize| {
                    let (was, is) = (&before.places[at], &self.places[at]);
                    was.above == Some(above) && !is.ended && !taken.contains(&was.number)
                };
                let left = (0..before.places.len()).find(left).filter(|_at| *reuse);
                // A code that its region has ended with is not given to a new one: that looks like another name.
                let new = 50 + u32::try_from(self.places.len()).unwrap() % 50;
                let number = left.map_or(new, |at| before.places[at].number);
                if !taken.contains(&number) {
                    let at = self.add(tier, Some(above), number);
                    self.touched.insert(at);
                    // Whoever has left that number is not to come back to it.
                    self.touched.extend(left);
                }
            }
        }
    }

    fn rows(&self) -> Vec<region::Model> {
        let row = |at: usize| {
            row(
                id(at),
                &self.code(at),
                kind(self.places[at].tier),
                &self.places[at].name,
            )
        };
        self.listed()
            .into_iter()
            .map(|at| region::Model {
                parent_id: self.places[at].above.map(id),
                ..row(at)
            })
            .collect()
    }

    /// The list, each line stating what it is about where `states` says so.
    fn lines(&self, before: &Self, states: impl Fn(usize) -> bool) -> Vec<Line> {
        let line = |(number, at): (u64, usize)| {
            let previous = if !states(at) {
                Previous::Unstated
            } else if at < before.places.len() {
                Previous::Code(before.code(at))
            } else {
                Previous::New
            };
            let place = &self.places[at];
            Line {
                number,
                of: reference::Line {
                    code: self.code(at),
                    parent_code: place.above.map_or_else(String::new, |above| self.code(above)),
                    tier: place.tier,
                    kind: kind(place.tier),
                    name: place.name.clone(),
                },
                previous,
                effective_on: None,
            }
        };
        (2..).zip(self.listed()).map(line).collect()
    }

    fn what(&self, at: usize) -> Told {
        let place = &self.places[at];
        (self.code(at), place.name.clone(), place.above)
    }

    /// What became of each region, by its place in the model.
    fn truth(&self, before: &Self) -> BTreeMap<usize, (Option<Told>, Option<Told>)> {
        let of = |at: usize| {
            let was = (at < before.places.len()).then(|| before.what(at));
            let is = (!self.places[at].ended).then(|| self.what(at));
            (at, (was, is))
        };
        let all = (0..self.places.len()).map(of);
        all.filter(|(_at, (was, is))| was != is).collect()
    }
}

/// Code, name and the region above.
type Told = (String, String, Option<usize>);

fn is_next(above: Tier, tier: Tier) -> bool {
    matches!(
        (above, tier),
        (Tier::Provinsi, Tier::KabupatenKota) | (Tier::KabupatenKota, Tier::Kecamatan)
    )
}

fn kind(tier: Tier) -> RegionKind {
    match tier {
        Tier::Provinsi | Tier::Ri => RegionKind::Provinsi,
        Tier::KabupatenKota => RegionKind::Kabupaten,
        Tier::Kecamatan => RegionKind::Kecamatan,
    }
}

fn id(at: usize) -> Uuid {
    Uuid::from_u128(at as u128 + 1)
}

fn row(id: Uuid, code: &str, kind: RegionKind, name: &str) -> region::Model {
    region::Model {
        id,
        code: code.to_owned(),
        kind,
        name: name.to_owned(),
        parent_id: None,
        valid_from: None,
        valid_to: None,
        state_from: None,
        edition_id: None,
        ended_by: None,
    }
}

fn compared(rows: &[region::Model], lines: &[Line]) -> Result<Vec<Change>, Vec<Doubt>> {
    let listed: Vec<&region::Model> = rows.iter().collect();
    let mut last = 1_000_000_u128;
    compare(&listed, lines, TODAY, || {
        last += 1;
        Uuid::from_u128(last)
    })
}

/// The changes by the places of the model: new regions are known by their names.
fn by_place(world: &World, changes: &[Change]) -> BTreeMap<usize, (Option<Told>, Option<Told>)> {
    let called = |name: &str| world.places.iter().position(|place| place.name == name).unwrap();
    let new = changes.iter().filter(|change| change.before.is_none());
    let new: HashMap<Uuid, usize> = new
        .map(|change| (change.region, called(&change.after.as_ref().unwrap().name)))
        .collect();
    let place = |region: Uuid| {
        let old = || usize::try_from(region.as_u128() - 1).unwrap();
        new.get(&region).copied().unwrap_or_else(old)
    };
    let told = |what: &What| (what.code.clone(), what.name.clone(), what.parent.map(place));
    changes
        .iter()
        .map(|change| {
            let both = (change.before.as_ref().map(told), change.after.as_ref().map(told));
            (place(change.region), both)
        })
        .collect()
}

fn edited(shape: &[Vec<usize>], edits: &[Edit]) -> (World, World) {
    let before = World::of(shape);
    let mut after = before.clone();
    for edit in edits {
        after.edit(&before, edit);
    }
    (before, after)
}

fn shape() -> impl Strategy<Value = Vec<Vec<usize>>> {
    prop::collection::vec(prop::collection::vec(0..4_usize, 0..4), 1..4)
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn a_list_that_states_everything_is_taken_at_its_word(shape in shape(), edits in prop::collection::vec(edit(), 0..12)) {
        let (before, after) = edited(&shape, &edits);
        let changes = compared(&before.rows(), &after.lines(&before, |_at| true));
        let changes = changes.map_err(|doubts| TestCaseError::fail(format!("{doubts:?}")))?;
        prop_assert_eq!(by_place(&after, &changes), after.truth(&before));
        // Each code means one region on each day, also where two have exchanged theirs.
        let regions = Regions::new(before.rows(), Vec::new());
        prop_assert_eq!(fit::check(&regions, &changes), Ok(()));
    }

    /// Names are unique here: then what is accepted is what happened, however little the list states.
    #[test]
    fn a_list_that_states_less_is_understood_or_refused(
        shape in shape(),
        edits in prop::collection::vec(edit(), 0..8),
        states in prop::collection::vec(any::<bool>(), 1..16),
        share in prop_oneof![Just(false), any::<bool>()],
    ) {
        let (before, after) = edited(&shape, &edits);
        let lines = after.lines(&before, |at| share && states[at % states.len()]);
        match compared(&before.rows(), &lines) {
            Ok(changes) => prop_assert_eq!(by_place(&after, &changes), after.truth(&before)),
            Err(doubts) => {
                let all_ambiguous = doubts.iter().all(|doubt| matches!(doubt, Doubt::Ambiguous { .. }));
                prop_assert!(all_ambiguous, "{:?}", doubts);
            }
        }
    }
}

/// A small list of lines, each `code name` with what it states after an equals sign, beneath province 11 or 12.
fn small(lines: &[&str]) -> Vec<Line> {
    let line = |(number, text): (u64, &&str)| {
        let (line, previous) = text.split_once('=').unwrap_or((text, ""));
        let (code, name) = line.split_once(' ').unwrap();
        let tier = [Tier::Provinsi, Tier::KabupatenKota, Tier::Kecamatan][code.matches('.').count()];
        Line {
            number,
            of: reference::Line {
                code: code.to_owned(),
                parent_code: code.rsplit_once('.').map_or("", |(above, _own)| above).to_owned(),
                tier,
                kind: kind(tier),
                name: name.to_owned(),
            },
            previous: match previous {
                "" => Previous::Unstated,
                "-" => Previous::New,
                code => Previous::Code(code.to_owned()),
            },
            effective_on: None,
        }
    };
    (2..).zip(lines).map(line).collect()
}

/// The rows of a list by its codes, which are their ids.
fn rows_of(lines: &[Line]) -> Vec<region::Model> {
    let id = |code: &str| Uuid::from_u128(code.replace('.', "").parse().unwrap());
    lines
        .iter()
        .map(|line| region::Model {
            parent_id: Some(line.of.parent_code.as_str())
                .filter(|code| !code.is_empty())
                .map(id),
            ..row(id(&line.of.code), &line.of.code, line.of.kind, &line.of.name)
        })
        .collect()
}

/// What of a change is worth a glance: `11.01 A > 11.02 A`, or the lines in doubt.
fn glance(before: &[&str], after: &[&str]) -> Vec<String> {
    let told = |what: &Option<What>| {
        what.as_ref()
            .map_or_else(|| "-".to_owned(), |what| format!("{} {}", what.code, what.name))
    };
    match compared(&rows_of(&small(before)), &small(after)) {
        Ok(changes) => changes
            .iter()
            .map(|change| format!("{} > {}", told(&change.before), told(&change.after)))
            .collect(),
        Err(doubts) => doubts.iter().map(|doubt| format!("line {}?", doubt.line())).collect(),
    }
}

#[test]
fn what_could_mean_two_things_is_refused_until_it_is_stated() {
    let before = ["11 U", "11.01 A", "11.02 B", "11.03 C"];
    for (after, expected) in [
        // Another name of the same code.
        (
            &["11 U", "11.01 A", "11.02 Be", "11.03 C"][..],
            &["11.02 B > 11.02 Be"][..],
        ),
        // Only spelled otherwise.
        (&["11 U", "11.01 a", "11.02 B", "11.03 C"], &["11.01 A > 11.01 a"]),
        // Exchanged codes, or exchanged names.
        (&["11 U", "11.01 B", "11.02 A", "11.03 C"], &["line 3?", "line 4?"]),
        (
            &["11 U", "11.01 B=11.02", "11.02 A", "11.03 C"],
            &["11.02 B > 11.01 B", "11.01 A > 11.02 A"],
        ),
        (
            &["11 U", "11.01 B=11.01", "11.02 A", "11.03 C"],
            &["11.01 A > 11.01 B", "11.02 B > 11.02 A"],
        ),
        // One moved up into the place of one that is gone, or the one was renamed and the other is gone.
        (&["11 U", "11.01 A", "11.02 C"], &["line 4?"]),
        (
            &["11 U", "11.01 A", "11.02 C=11.03"],
            &["11.03 C > 11.02 C", "11.02 B > -"],
        ),
        (
            &["11 U", "11.01 A", "11.02 C=11.02"],
            &["11.02 B > 11.02 C", "11.03 C > -"],
        ),
        // Respelled with another code, or one gone and one new.
        (&["11 U", "11.01 A", "11.02 B", "11.04 Ce"], &["line 5?"]),
        (
            &["11 U", "11.01 A", "11.02 B", "11.04 Ce=-"],
            &["- > 11.04 Ce", "11.03 C > -"],
        ),
        // A new code for the same name.
        (&["11 U", "11.01 A", "11.02 B", "11.04 C"], &["11.03 C > 11.04 C"]),
        // What is stated has to be there, once.
        (&["11 U", "11.01 A=11.07", "11.02 B", "11.03 C"], &["line 3?"]),
        (&["11 U", "11.01 A=11.01", "11.02 B=11.01", "11.03 C"], &["line 4?"]),
    ] {
        let mut found = glance(&before, after);
        let mut expected: Vec<String> = expected.iter().map(|&text| text.to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{after:?}");
    }
}

#[test]
fn a_name_that_several_bear_is_followed_within_its_region_only() {
    let before = [
        "11 U",
        "12 S",
        "11.01 A",
        "11.02 B",
        "11.01.01 Tepi",
        "11.02.01 Tepi",
        "11.02.02 Ujung",
    ];
    // The regency moves, and its district with it, though its name is not the only one.
    let moved = [
        "11 U",
        "12 S",
        "11.01 A",
        "12.01 B",
        "11.01.01 Tepi",
        "12.01.01 Tepi",
        "12.01.02 Ujung",
    ];
    let expected = [
        "11.02 B > 12.01 B",
        "11.02.01 Tepi > 12.01.01 Tepi",
        "11.02.02 Ujung > 12.01.02 Ujung",
    ];
    assert_eq!(glance(&before, &moved), expected);
    // A district goes to another regency: followed where its name says which it is.
    let unique = [
        "11 U",
        "12 S",
        "11.01 A",
        "11.02 B",
        "11.01.01 Tepi",
        "11.01.02 Ujung",
        "11.02.01 Tepi",
    ];
    assert_eq!(glance(&before, &unique), ["11.02.02 Ujung > 11.01.02 Ujung"]);
    let shared = [
        "11 U",
        "12 S",
        "12.01 N",
        "11.01 A",
        "11.02 B",
        "11.01.01 Tepi",
        "12.01.01 Tepi",
        "11.02.02 Ujung",
    ];
    assert_eq!(glance(&before, &shared), ["line 8?"], "which of the two went there?");
    // Provinces that exchange codes take what is in them along, whatever the codes say.
    let twins = ["11 U", "12 S", "11.01 A", "12.01 B", "11.01.01 Tepi", "12.01.01 Tepi"];
    let exchanged = [
        "11 S=12",
        "12 U=11",
        "11.01 B",
        "12.01 A",
        "11.01.01 Tepi",
        "12.01.01 Tepi",
    ];
    let mut found = glance(&twins, &exchanged);
    found.sort();
    let expected = [
        "11 U > 12 U",
        "11.01 A > 12.01 A",
        "11.01.01 Tepi > 12.01.01 Tepi",
        "12 S > 11 S",
        "12.01 B > 11.01 B",
        "12.01.01 Tepi > 11.01.01 Tepi",
    ];
    assert_eq!(found, expected);
}

#[test]
fn no_code_means_two_regions_on_one_day() {
    let rows = rows_of(&small(&["11 U", "11.01 A", "11.02 B"]));
    let on = |lines: &mut [Line], dates: [NaiveDate; 2]| {
        for (line, date) in lines[1..].iter_mut().zip(dates) {
            line.effective_on = Some(date);
        }
    };
    let mut exchanged = small(&["11 U", "11.01 B=11.02", "11.02 A=11.01"]);
    on(&mut exchanged, [day(2025, 3, 1), day(2025, 3, 1)]);
    let regions = Regions::new(rows.clone(), Vec::new());
    assert_eq!(fit::check(&regions, &compared(&rows, &exchanged).unwrap()), Ok(()));
    on(&mut exchanged, [day(2025, 3, 1), day(2025, 3, 2)]);
    let misfits = fit::check(&regions, &compared(&rows, &exchanged).unwrap()).unwrap_err();
    assert!(
        misfits
            .iter()
            .any(|misfit| matches!(misfit, Misfit::CodeTaken { line: Some(3), .. })),
        "{misfits:?}"
    );
    // The code of a region that has long been another's cannot be given back to the days when it was.
    let past = region_past::Model {
        region_id: rows[1].id,
        valid_from: None,
        valid_to: day(2025, 1, 1),
        code: "11.09".to_owned(),
        kind: RegionKind::Kabupaten,
        name: "A".to_owned(),
        parent_id: rows[1].parent_id,
        edition_id: None,
    };
    let mut since = rows.clone();
    since[1].state_from = Some(day(2025, 1, 1));
    let regions = Regions::new(since.clone(), vec![past]);
    let mut reissued = small(&["11 U", "11.01 A", "11.02 B", "11.09 Ce"]);
    on(&mut reissued[2..], [day(2024, 12, 31), day(2024, 12, 31)]);
    let changes = compared(&since, &reissued).unwrap();
    let other = since[1].id;
    assert_eq!(
        fit::check(&regions, &changes),
        Err(vec![Misfit::CodeTaken { line: Some(5), other }])
    );
    on(&mut reissued[2..], [day(2025, 1, 1), day(2025, 1, 1)]);
    assert_eq!(fit::check(&regions, &compared(&since, &reissued).unwrap()), Ok(()));
    // Nor does anything change before what it follows on, or lie in what does not exist yet.
    let mut renamed = small(&["11 U", "11.01 Aa", "11.02 B"]);
    on(&mut renamed, [day(2025, 1, 1), TODAY]);
    let since = day(2025, 1, 1);
    assert_eq!(
        fit::check(&regions, &compared(regions.all(), &renamed).unwrap()),
        Err(vec![Misfit::TooEarly { line: Some(3), since }])
    );
    let mut founded = small(&["11 U", "12 S", "11.01 A", "12.01 B"]);
    founded[1].effective_on = Some(day(2025, 3, 2));
    founded[3].effective_on = Some(day(2025, 3, 1));
    let misfits = fit::check(&regions, &compared(regions.all(), &founded).unwrap()).unwrap_err();
    assert!(
        matches!(misfits[..], [Misfit::NoParent { line: Some(5), .. }]),
        "{misfits:?}"
    );
}

fn shipped() -> Vec<Line> {
    let line = |(number, of)| Line {
        number,
        of,
        previous: Previous::Unstated,
        effective_on: None,
    };
    (2..).zip(reference::lines().unwrap()).map(line).collect()
}

#[test]
fn the_list_that_ships_changes_nothing_of_itself() {
    let lines = shipped();
    assert_eq!(compared(&rows_of(&lines), &lines), Ok(Vec::new()));
}

#[test]
fn every_region_has_a_name_of_its_own() {
    let rows = rows_of(&shipped());
    let mut alike: HashMap<String, Vec<Uuid>> = HashMap::new();
    for row in &rows {
        alike.entry(display_name(row.kind, &row.name)).or_default().push(row.id);
    }
    // A qualified name begins with the plain one, so that only those who share that could share it.
    alike.retain(|_name, ids| ids.len() > 1);
    assert!(alike.len() > 200, "{}", alike.len());
    let named = |code: &str| rows.iter().find(|row| row.code == code).unwrap().id;
    let some = ["32", "32.16", "32.75"].map(named);
    let regions = Regions::new(rows, Vec::new());
    let name = |id: &Uuid| regions.qualified_name(*id, None).unwrap();
    let names: Vec<String> = alike.values().flatten().map(name).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    let told = ["Jawa Barat", "Kabupaten Bekasi, Jawa Barat", "Kota Bekasi, Jawa Barat"];
    assert_eq!(some.each_ref().map(name), told);
}

/// The moves of 2022 with their 594 distrik, where the facts to check against lie beside the repository.
fn moves() -> Option<Vec<(String, String)>> {
    let path = Path::new("../shared/data/region_moves.csv");
    let Ok(mut reader) = csv::Reader::from_path(path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return None;
    };
    let moves = reader.records().map(|record| {
        let record = record.unwrap();
        (record[0].to_owned(), record[1].to_owned())
    });
    Some(moves.collect())
}

/// The list before the splits, as far as it is known: five distrik were spelled otherwise, and three are new.
#[test]
fn the_splits_of_papua_are_understood_down_to_the_distrik() {
    let Some(moves) = moves() else { return };
    let formerly: HashMap<&str, &str> = moves.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect();
    let spelled = [
        ("Holuwon", "Holuon"),
        ("Seradala", "Seredela"),
        ("Kwelamdua", "Kwelemdua"),
        ("Ayib", "Ayip"),
        ("Kobakma", "Kobagma"),
    ];
    let is_new = |code: &str| matches!(&code[..2], "93" | "94" | "95" | "96") && !formerly.contains_key(code);
    let lines = shipped();
    let mut before: Vec<Line> = lines.iter().filter(|line| !is_new(&line.of.code)).cloned().collect();
    for line in &mut before {
        let Some(old) = formerly.get(line.of.code.as_str()) else {
            continue;
        };
        line.of.code = (*old).to_owned();
        line.of.parent_code = old.rsplit_once('.').unwrap().0.to_owned();
        if let Some((_now, then)) = spelled
            .iter()
            .find(|(now, _then)| *now == line.of.name && line.of.tier == Tier::Kecamatan)
        {
            line.of.name = (*then).to_owned();
        }
    }
    let rows = rows_of(&before);
    let doubts = compared(&rows, &lines).unwrap_err();
    let mut stated = lines.clone();
    for doubt in &doubts {
        let place = usize::try_from(doubt.line()).unwrap() - 2;
        let code = stated[place].of.code.clone();
        stated[place].previous = formerly
            .get(code.as_str())
            .map_or(Previous::New, |old| Previous::Code((*old).to_owned()));
    }
    let doubted: BTreeSet<&str> = doubts
        .iter()
        .map(|doubt| lines[usize::try_from(doubt.line()).unwrap() - 2].of.name.as_str())
        .collect();
    for (now, _then) in spelled {
        assert!(doubted.contains(now), "{now} is not guessed");
    }
    let changes = compared(&rows, &stated).unwrap();
    let count = |effect| {
        changes
            .iter()
            .filter(|change| change.effects().contains(&effect))
            .count()
    };
    let counts = [Effect::Added, Effect::Renamed, Effect::Moved, Effect::Ended].map(count);
    assert_eq!(counts, [4 + 3, 5, 26 + 594, 0]);
    for change in changes
        .iter()
        .filter(|change| change.effects().contains(&Effect::Moved))
    {
        let (before, after) = (change.before.as_ref().unwrap(), change.after.as_ref().unwrap());
        assert_eq!(formerly[after.code.as_str()], before.code, "{}", after.name);
    }
}
