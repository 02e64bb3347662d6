//! What a new edition of the list makes of the regions there are. Pure. It never guesses: what could be meant in two ways
//! is told, and whoever brings the list says with `previous_code` which it is.
//!
//! Tiers are gone through from above, so that it is known of every line in which region it lies: a code begins with the
//! code of the region above, and the same code beneath another region means nothing.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::{
    enums::{RegionKind, Tier},
    region,
};
use sea_orm::ActiveEnum;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::territory::{
    directory::tier_of,
    reference::{self, display_name},
    regions::State,
};

/// A line of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it is in the list, from 1; the first line names the columns.
    pub number: u64,
    pub of: reference::Line,
    pub previous: Previous,
    /// From when on it holds, where that is not the day of the edition.
    pub effective_on: Option<NaiveDate>,
}

/// Which region a line says it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Previous {
    /// It does not say.
    Unstated,
    /// One that is new.
    New,
    /// The one that has this code in the list before.
    Code(String),
}

/// What a region is: all of it that an edition can change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct What {
    pub code: String,
    #[serde(serialize_with = "as_word")]
    pub kind: RegionKind,
    pub name: String,
    pub parent: Option<Uuid>,
}

fn as_word<S: Serializer>(kind: &RegionKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&kind.to_value())
}

impl What {
    /// The kind with the name: "Kota Bekasi".
    #[must_use]
    pub fn display_name(&self) -> String {
        display_name(self.kind, &self.name)
    }
}

impl From<State<'_>> for What {
    fn from(state: State<'_>) -> Self {
        Self {
            code: state.code.to_owned(),
            kind: state.kind,
            name: state.name.to_owned(),
            parent: state.parent,
        }
    }
}

/// What becomes of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Added,
    /// Another name or kind.
    Renamed,
    /// Another code, or another region above it.
    Moved,
    Ended,
}

/// A region of which something is otherwise in an edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub region: Uuid,
    /// None: it is new.
    pub before: Option<What>,
    /// None: it is no longer listed.
    pub after: Option<What>,
    /// None: since before the records begin.
    pub on: Option<NaiveDate>,
    /// The line that says so; none says that a region has ended.
    pub line: Option<u64>,
}

impl Change {
    /// What becomes of it: it may get another name and another place at once.
    #[must_use]
    pub fn effects(&self) -> Vec<Effect> {
        match (&self.before, &self.after) {
            (None, _) => vec![Effect::Added],
            (Some(_before), None) => vec![Effect::Ended],
            (Some(before), Some(after)) => {
                let renamed = before.name != after.name || before.kind != after.kind;
                let moved = before.code != after.code || before.parent != after.parent;
                let effects = [(renamed, Effect::Renamed), (moved, Effect::Moved)];
                effects
                    .into_iter()
                    .filter_map(|(is, effect)| is.then_some(effect))
                    .collect()
            }
        }
    }
}

/// Why it cannot be told what a line means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It could be about any of these regions, or about a new one.
    Ambiguous { line: u64, candidates: Vec<Uuid> },
    /// No listed region of its tier has the code it states.
    NoSuchPrevious { line: u64 },
    /// Another line states the same.
    PreviousTaken { line: u64, by: u64 },
}

impl Doubt {
    /// The line in question.
    #[must_use]
    pub fn line(&self) -> u64 {
        match self {
            Self::Ambiguous { line, .. } | Self::NoSuchPrevious { line } | Self::PreviousTaken { line, .. } => *line,
        }
    }
}

/// What an edition that holds from a day on changes of the regions that are listed, parents before those beneath them;
/// `fresh` makes ids.
///
/// # Errors
/// Every [`Doubt`] of the highest tier that has any: what lies beneath cannot be told before.
pub fn compare(
    listed: &[&region::Model],
    lines: &[Line],
    on: NaiveDate,
    mut fresh: impl FnMut() -> Uuid,
) -> Result<Vec<Change>, Vec<Doubt>> {
    let mut identities: HashMap<&str, Uuid> = HashMap::new();
    let mut changes = Vec::new();
    for tier in [Tier::Provinsi, Tier::KabupatenKota, Tier::Kecamatan] {
        let olds: Vec<&region::Model> = listed.iter().copied().filter(|old| tier_of(old.kind) == tier).collect();
        let of_tier = lines.iter().filter(|line| line.of.tier == tier);
        let placed: Vec<Placed<'_>> = of_tier
            .map(|line| Placed {
                line,
                parent: identities.get(line.of.parent_code.as_str()).copied(),
            })
            .collect();
        let level = Level::matched(olds, placed)?;
        for (placed, old) in level.settled {
            let region = old.map_or_else(&mut fresh, |old| old.id);
            identities.insert(&placed.line.of.code, region);
            changes.extend(change_of(&placed, old, region, on));
        }
        changes.extend(level.vanished.into_iter().map(|old| Change {
            region: old.id,
            before: Some(State::of(old).into()),
            after: None,
            on: Some(on),
            line: None,
        }));
    }
    Ok(changes)
}

fn change_of(placed: &Placed<'_>, old: Option<&region::Model>, region: Uuid, on: NaiveDate) -> Option<Change> {
    let Placed { line, parent } = placed;
    let after = What {
        code: line.of.code.clone(),
        kind: line.of.kind,
        name: line.of.name.clone(),
        parent: *parent,
    };
    let before = old.map(|old| What::from(State::of(old)));
    (before.as_ref() != Some(&after)).then(|| Change {
        region,
        before,
        after: Some(after),
        on: Some(line.effective_on.unwrap_or(on)),
        line: Some(line.number),
    })
}

/// A line with the region it lies in.
#[derive(Clone, Copy)]
struct Placed<'a> {
    line: &'a Line,
    parent: Option<Uuid>,
}

impl Placed<'_> {
    fn display_name(&self) -> String {
        display_name(self.line.of.kind, &self.line.of.name)
    }
}

/// One tier while its lines are being told apart.
struct Level<'a> {
    /// Regions no line is about yet, and in the end those that are no longer listed.
    vanished: Vec<&'a region::Model>,
    /// Lines that may be about any of these or about a new one.
    open: Vec<Placed<'a>>,
    /// Lines with the region they are about; None: a new one.
    settled: Vec<(Placed<'a>, Option<&'a region::Model>)>,
    doubts: Vec<Doubt>,
}

impl<'a> Level<'a> {
    fn matched(olds: Vec<&'a region::Model>, lines: Vec<Placed<'a>>) -> Result<Self, Vec<Doubt>> {
        let told_apart = Names::of(&olds, &lines);
        let mut level = Self {
            vanished: olds,
            open: lines,
            settled: Vec::new(),
            doubts: Vec::new(),
        };
        level.take_at_their_word();
        level.keep_what_is_unchanged();
        level.rename();
        level.pair(
            |old| (old.parent_id, display_name(old.kind, &old.name)),
            |placed| (placed.parent, placed.display_name()),
            |_name| true,
        );
        // A name that several bear says nothing about which of them has gone elsewhere.
        level.pair(
            |old| display_name(old.kind, &old.name),
            Placed::display_name,
            |name| told_apart.is_unique(name),
        );
        level.doubt_what_may_be_respelled();
        if level.doubts.is_empty() {
            let new = level.open.drain(..).map(|placed| (placed, None));
            level.settled.extend(new);
            level
                .settled
                .sort_by(|left, right| left.0.line.of.code.cmp(&right.0.line.of.code));
            Ok(level)
        } else {
            level.doubts.sort_by_key(Doubt::line);
            Err(level.doubts)
        }
    }

    /// Lines that state what they are about.
    fn take_at_their_word(&mut self) {
        let by_code: HashMap<&str, &region::Model> =
            self.vanished.iter().map(|old| (old.code.as_str(), *old)).collect();
        let mut claimed: HashMap<Uuid, u64> = HashMap::new();
        for placed in std::mem::take(&mut self.open) {
            let line = placed.line.number;
            match &placed.line.previous {
                Previous::Unstated => self.open.push(placed),
                Previous::New => self.settled.push((placed, None)),
                Previous::Code(code) => match by_code.get(code.as_str()) {
                    None => self.doubts.push(Doubt::NoSuchPrevious { line }),
                    Some(old) => match claimed.insert(old.id, line) {
                        Some(by) => self.doubts.push(Doubt::PreviousTaken { line, by }),
                        None => self.settled.push((placed, Some(*old))),
                    },
                },
            }
        }
        self.vanished.retain(|old| !claimed.contains_key(&old.id));
    }

    /// The same code, kind and name beneath the same region.
    fn keep_what_is_unchanged(&mut self) {
        self.pair(
            |old| (old.parent_id, old.code.clone(), display_name(old.kind, &old.name)),
            |placed| (placed.parent, placed.line.of.code.clone(), placed.display_name()),
            |_key| true,
        );
    }

    /// The same code beneath the same region with another name is another name of the same region - unless either name
    /// turns up elsewhere among what has changed: then the code may have been given to another one.
    fn rename(&mut self) {
        let names = Names::of(&self.vanished, &self.open);
        let by_place: HashMap<(Option<Uuid>, &str), &region::Model> = self
            .vanished
            .iter()
            .map(|old| ((old.parent_id, old.code.as_str()), *old))
            .collect();
        let mut taken = HashSet::new();
        for placed in std::mem::take(&mut self.open) {
            let Some(old) = by_place.get(&(placed.parent, placed.line.of.code.as_str())) else {
                self.open.push(placed);
                continue;
            };
            taken.insert(old.id);
            let mut candidates = names.olds_called(&placed.line.of.name, old.id);
            if candidates.is_empty() && !names.has_line_called(&old.name, placed.line) {
                self.settled.push((placed, Some(*old)));
            } else {
                candidates.insert(0, old.id);
                self.doubts.push(Doubt::Ambiguous {
                    line: placed.line.number,
                    candidates,
                });
            }
        }
        self.vanished.retain(|old| !taken.contains(&old.id));
    }

    /// Takes for one another what alone bears a key on either side, and tells of keys that several bear.
    fn pair<K: Ord>(
        &mut self,
        of_old: impl Fn(&region::Model) -> K,
        of_line: impl Fn(&Placed<'a>) -> K,
        decides: impl Fn(&K) -> bool,
    ) {
        let mut groups: BTreeMap<K, (Vec<&'a region::Model>, Vec<Placed<'a>>)> = BTreeMap::new();
        for old in self.vanished.drain(..) {
            groups.entry(of_old(old)).or_default().0.push(old);
        }
        for placed in self.open.drain(..) {
            groups.entry(of_line(&placed)).or_default().1.push(placed);
        }
        for (key, (olds, lines)) in groups {
            match (olds.as_slice(), lines.as_slice()) {
                ([old], [placed]) if decides(&key) => self.settled.push((*placed, Some(*old))),
                ([], _) | (_, []) => {
                    self.vanished.extend(olds);
                    self.open.extend(lines);
                }
                _ => self.doubt(&lines, &olds),
            }
        }
    }

    /// What is left on both sides within one region may be the same, spelled otherwise.
    fn doubt_what_may_be_respelled(&mut self) {
        let mut left: BTreeMap<Option<Uuid>, Vec<&'a region::Model>> = BTreeMap::new();
        for old in &self.vanished {
            left.entry(old.parent_id).or_default().push(*old);
        }
        for placed in std::mem::take(&mut self.open) {
            match left.get(&placed.parent) {
                Some(olds) => self.doubt(&[placed], olds),
                None => self.open.push(placed),
            }
        }
    }

    fn doubt(&mut self, lines: &[Placed<'a>], olds: &[&'a region::Model]) {
        let candidates: Vec<Uuid> = olds.iter().map(|old| old.id).collect();
        self.doubts.extend(lines.iter().map(|placed| Doubt::Ambiguous {
            line: placed.line.number,
            candidates: candidates.clone(),
        }));
    }
}

/// Who bears which name, on either side.
struct Names {
    olds: HashMap<String, Vec<Uuid>>,
    lines: HashMap<String, Vec<u64>>,
    old_display_names: HashMap<String, usize>,
    line_display_names: HashMap<String, usize>,
}

impl Names {
    fn of(olds: &[&region::Model], lines: &[Placed<'_>]) -> Self {
        let mut names = Self {
            olds: HashMap::new(),
            lines: HashMap::new(),
            old_display_names: HashMap::new(),
            line_display_names: HashMap::new(),
        };
        for old in olds {
            names.olds.entry(old.name.to_lowercase()).or_default().push(old.id);
            let display_name = display_name(old.kind, &old.name);
            *names.old_display_names.entry(display_name).or_default() += 1;
        }
        for placed in lines {
            let called = names.lines.entry(placed.line.of.name.to_lowercase()).or_default();
            called.push(placed.line.number);
            *names.line_display_names.entry(placed.display_name()).or_default() += 1;
        }
        names
    }

    /// The regions called so, but for one.
    fn olds_called(&self, name: &str, but: Uuid) -> Vec<Uuid> {
        let called = self.olds.get(&name.to_lowercase()).into_iter().flatten();
        called.copied().filter(|old| *old != but).collect()
    }

    /// Whether a line gives this name, but for one.
    fn has_line_called(&self, name: &str, but: &Line) -> bool {
        let called = self.lines.get(&name.to_lowercase()).into_iter().flatten();
        called.copied().any(|line| line != but.number)
    }

    fn is_unique(&self, display_name: &str) -> bool {
        self.old_display_names.get(display_name) == Some(&1) && self.line_display_names.get(display_name) == Some(&1)
    }
}
