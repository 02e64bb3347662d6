//! Units are split and merged: others are formed, what was beneath goes on beneath them, and who ends keeps what it wrote.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{
    enums::{BodyKind, UnitChangeKind, UnitEffect},
    unit,
    unit_touch::Details,
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Order, Outcome, Plan, about, carry_out,
    form::{self, Body, Formed},
    seat_over, standing_on,
};
use crate::{
    command::Write,
    error::{Code, Error, Refusal},
    locale::Text,
    session::{Actor, Session},
    territory::{body, directory::Directory, tree::Unit},
};

/// The most units a unit is split into, or that are merged, at once.
pub const MOST_UNITS: usize = 50;

/// Splits a unit.
#[derive(Clone, Debug, Serialize)]
pub struct Split {
    pub unit: Uuid,
    pub expected_version: i32,
    pub into: Vec<Part>,
    /// Whether the unit goes on beside those that are split off.
    pub continues: bool,
}

/// A unit that is split off.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    pub region: Uuid,
    /// None: after its region.
    pub name: Option<String>,
    /// None: that of the unit.
    pub body_kind: Option<BodyKind>,
    /// None: that of the unit.
    pub parent: Option<Uuid>,
    /// Who moves beneath it.
    pub children: Vec<Uuid>,
}

/// Makes several units one.
#[derive(Clone, Debug, Serialize)]
pub struct Merge {
    /// Each with the version the caller has read.
    pub units: Vec<(Uuid, i32)>,
    /// One of them, or another of their tier.
    pub into: Option<Uuid>,
    /// Or one that is formed.
    pub form: Option<Part>,
}

impl Plan {
    /// New units are formed and take some of a unit's children over; unless it continues, the unit ends.
    pub fn split(
        &mut self,
        directory: &Directory,
        (unit, continues): (&Unit, bool),
        parts: Vec<(unit::Model, String, Vec<&Unit>)>,
    ) {
        let on = self.on;
        for (row, code, children) in parts {
            let beneath = row.id;
            self.form(row, &code);
            for child in children {
                self.relocate(directory, child, on, beneath);
            }
        }
        if continues {
            self.touch(unit.id, UnitEffect::Split, on, about(unit));
        } else {
            self.dissolve(unit, on);
        }
    }

    /// Units end, and those beneath them that day go on beneath another one, which is formed where it is new.
    pub fn merge(&mut self, directory: &Directory, units: &[&Unit], into: Target<'_>) {
        let on = self.on;
        let target = match into {
            Target::Standing(unit) => {
                let details = Details {
                    above: unit.parent,
                    ..about(unit)
                };
                self.touch(unit.id, UnitEffect::MergedInto, on, details);
                unit.id
            }
            Target::Formed(row, code) => {
                let id = row.id;
                self.form(row, &code);
                id
            }
        };
        for unit in units.iter().filter(|unit| unit.id != target) {
            let children = directory.history.children_on(unit.id, on);
            for child in children.filter_map(|life| directory.tree.get(life.id)) {
                self.relocate(directory, child, on, target);
            }
            self.dissolve(unit, on);
        }
    }
}

/// What units are merged into.
pub enum Target<'a> {
    /// A unit there is.
    Standing(&'a Unit),
    /// A new one, with the code of its region.
    Formed(unit::Model, String),
}

/// Splits a unit.
///
/// # Errors
/// `NotFound`, `Forbidden`, `StaleVersion`, `WrongState`, `Required` and `TooLong` for a list that is empty or too long,
/// `Invalid` for children named twice or not its own and for bodies that do not fit, `ChildrenRemain`, and what
/// [`carry_out`] says.
pub async fn split(session: &Session, field: &str, order: Order, input: Split) -> Result<Outcome, Error> {
    let call = (field, "splitUnit");
    carry_out(session, call, &order, (UnitChangeKind::Split, &input), |write, plan| {
        let (actor, directory) = (&write.actor, &write.actor.directory);
        let unit = standing_on(actor, (input.unit, "unit"), Some(input.expected_version), order.on)?;
        check_count(input.into.len(), 1, "into")?;
        let (mut changed, mut above) = (vec![unit.id], Vec::new());
        let mut parts = Vec::new();
        let mut taken = BTreeSet::new();
        for (number, part) in input.into.iter().enumerate() {
            let at = ["into".to_owned(), number.to_string()];
            let formed = new_unit(write, part, unit, order.on).map_err(|error| within(error, &at))?;
            let children = children_of(plan, (directory, unit), (part, &at), &mut taken)?;
            plan.places.insert(formed.row.id, at.to_vec());
            changed.extend(children.iter().map(|child| child.id));
            above.extend(formed.above);
            parts.push((formed.row, formed.code, children));
        }
        let seat = seat_over(actor, order.seat, &changed, &above)?;
        if !input.continues {
            check_nobody_remains(directory, unit, order.on, &taken)?;
        }
        plan.unit = unit.id;
        plan.split(directory, (unit, input.continues), parts);
        Ok(seat)
    })
    .await
}

/// Merges units.
///
/// # Errors
/// `NotFound`, `Forbidden`, `StaleVersion`, `WrongState`, `Required` and `TooLong` for a list that is too short or too long,
/// `Invalid` for units named twice or of several tiers and where not exactly one of `into` and `form` is given, and what
/// [`carry_out`] says.
pub async fn merge(session: &Session, field: &str, order: Order, input: Merge) -> Result<Outcome, Error> {
    let call = (field, "mergeUnits");
    carry_out(session, call, &order, (UnitChangeKind::Merge, &input), |write, plan| {
        let (actor, directory) = (&write.actor, &write.actor.directory);
        let units = merged(actor, &input, order.on, plan)?;
        let mut changed: Vec<Uuid> = units.iter().map(|unit| unit.id).collect();
        let beneath = units.iter().filter(|unit| Some(unit.id) != input.into);
        changed.extend(beneath.flat_map(|unit| {
            let children = directory.history.children_on(unit.id, order.on);
            children.map(|child| child.id)
        }));
        let mut above = Vec::new();
        let target = match (input.into, &input.form) {
            (Some(into), None) => {
                let into = standing_on(actor, (into, "into"), None, order.on)?;
                check_tier(units[0], into.tier == units[0].tier, &["into"])?;
                changed.push(into.id);
                plan.places.entry(into.id).or_insert_with(|| vec!["into".to_owned()]);
                plan.unit = into.id;
                Target::Standing(into)
            }
            (None, Some(form)) => {
                let at = ["form".to_owned()];
                let formed = new_unit(write, form, units[0], order.on).map_err(|error| within(error, &at))?;
                above.extend(formed.above);
                plan.places.insert(formed.row.id, at.to_vec());
                plan.unit = formed.row.id;
                Target::Formed(formed.row, formed.code)
            }
            (None, None) | (Some(_), Some(_)) => {
                let text = Text::new(
                    "Berikan `into` atau `form`, salah satu saja.",
                    "Give either `into` or `form`.",
                );
                return Err(Refusal::new(Code::Invalid, text).at(["into"]).into());
            }
        };
        let seat = seat_over(actor, order.seat, &changed, &above)?;
        plan.merge(directory, &units, target);
        Ok(seat)
    })
    .await
}

/// A unit of the tier of another one, and of its kind and parent where nothing else is said.
fn new_unit(write: &Write, part: &Part, like: &Unit, on: NaiveDate) -> Result<Formed, Error> {
    let life = write.actor.directory.history.life(like.id);
    let parent = part.parent.or_else(|| life.and_then(|life| life.parent_on(on)));
    let body_kind = part.body_kind.unwrap_or(like.body_kind);
    check_tier(like, body::tier_of(body_kind) == like.tier, &["bodyKind"])?;
    let body = Body {
        region: part.region,
        body_kind,
        name: part.name.clone(),
        parent: parent.ok_or_else(|| Error::not_found("parent"))?,
        ad_hoc: Some(like.ad_hoc),
        time_zone: None,
    };
    form::formed(write, &body, on)
}

fn check_tier(unit: &Unit, is_the_same: bool, field: &[&str]) -> Result<(), Error> {
    if is_the_same {
        return Ok(());
    }
    let text = Text::new(
        format!("Jenjangnya harus sama dengan jenjang {}.", unit.name),
        format!("It has to be of the same tier as {}.", unit.name),
    );
    Err(Refusal::new(Code::Invalid, text).at(field.iter().copied()).into())
}

fn check_count(count: usize, least: usize, field: &str) -> Result<(), Error> {
    let code = match count {
        few if few < least => Code::Required,
        many if many > MOST_UNITS => Code::TooLong,
        _enough => return Ok(()),
    };
    let text = Text::new(
        format!("Sebutkan {least} sampai {MOST_UNITS} unit."),
        format!("Name {least} to {MOST_UNITS} units."),
    );
    Err(Refusal::new(code, text).at([field]).into())
}

/// The children a part takes over: each beneath the unit that day, none taken twice.
fn children_of<'a>(
    plan: &mut Plan,
    (directory, unit): (&'a Directory, &Unit),
    (part, at): (&Part, &[String]),
    taken: &mut BTreeSet<Uuid>,
) -> Result<Vec<&'a Unit>, Error> {
    let on = plan.on;
    let mut children = Vec::new();
    for (number, id) in part.children.iter().enumerate() {
        let mut path = at.to_vec();
        path.extend(["children".to_owned(), number.to_string()]);
        let child = directory.tree.get(*id);
        let child = child.ok_or_else(|| Error::from(not_found_at(path.clone())))?;
        let mut own = directory.history.children_on(unit.id, on);
        if !own.any(|life| life.id == child.id) {
            let text = Text::new(
                format!("{} tidak berada di bawah {} pada tanggal itu.", child.name, unit.name),
                format!("{} is not beneath {} on that day.", child.name, unit.name),
            );
            return Err(Refusal::new(Code::Invalid, text).at(path).into());
        }
        if !taken.insert(child.id) {
            return Err(named_twice(child).at(path).into());
        }
        plan.places.insert(child.id, path);
        children.push(child);
    }
    Ok(children)
}

fn not_found_at(path: Vec<String>) -> Refusal {
    Refusal::new(Code::NotFound, Text::new("Tidak ditemukan.", "It was not found.")).at(path)
}

fn named_twice(unit: &Unit) -> Refusal {
    let text = Text::new(
        format!("{} disebut dua kali.", unit.name),
        format!("{} is named twice.", unit.name),
    );
    Refusal::new(Code::Invalid, text)
}

/// That a unit which ends leaves nobody beneath it.
fn check_nobody_remains(
    directory: &Directory,
    unit: &Unit,
    on: NaiveDate,
    taken: &BTreeSet<Uuid>,
) -> Result<(), Error> {
    let children = directory.history.children_on(unit.id, on);
    let left: Vec<&str> = children
        .filter(|child| !taken.contains(&child.id))
        .map(|child| child.name_on(on))
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    let left = left.join(", ");
    let text = Text::new(
        format!("Belum ditentukan unit barunya: {left}."),
        format!("Not allocated to a new unit yet: {left}."),
    );
    Err(Refusal::new(Code::ChildrenRemain, text).at(["into"]).into())
}

/// The units to be merged: several, each once, all of one tier.
fn merged<'a>(actor: &'a Actor, input: &Merge, on: NaiveDate, plan: &mut Plan) -> Result<Vec<&'a Unit>, Error> {
    check_count(input.units.len(), 2, "units")?;
    let mut units: Vec<&Unit> = Vec::new();
    for (number, (id, version)) in input.units.iter().enumerate() {
        let at = ["units".to_owned(), number.to_string()];
        let unit = standing_on(actor, (*id, "unit"), Some(*version), on).map_err(|error| within(error, &at))?;
        let first = units.first().copied().unwrap_or(unit);
        check_tier(first, first.tier == unit.tier, &["unit"]).map_err(|error| within(error, &at))?;
        if units.iter().any(|other| other.id == unit.id) {
            return Err(within(named_twice(unit).at(["unit"]).into(), &at));
        }
        plan.places.insert(unit.id, [&at[..], &["unit".to_owned()]].concat());
        units.push(unit);
    }
    Ok(units)
}

/// What is wrong with a part of the input, told where that part is. The day is asked for once.
fn within(error: Error, at: &[String]) -> Error {
    let place = |refusal: Refusal| {
        let field = if refusal.field == ["on"] {
            refusal.field
        } else {
            [at, &refusal.field].concat()
        };
        Refusal { field, ..refusal }
    };
    match error {
        Error::Refused(refusals) => Error::Refused(refusals.into_iter().map(place).collect()),
        other => other,
    }
}
