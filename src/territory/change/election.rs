//! The tier that comes and goes with elections, in bulk: the bodies of all kecamatan of a region are formed in one command,
//! and the units formed for an election dissolved in one, most on one day and some on others.
use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use entity::{
    enums::{BodyKind, Tier, UnitChangeKind},
    region,
};
use serde::Serialize;
use uuid::Uuid;

use super::{Beginning, FURTHEST_AHEAD, Order, Outcome, Plan, carry_out, seat_over, seat_placing_at_home, too_far};
use crate::{
    authz::ActingSeat,
    clock::new_id,
    command::Write,
    error::{Code, Error, Refusal},
    locale::Text,
    session::{Actor, Session},
    territory::{
        directory::{Directory, is_valid, tier_of},
        history::Life,
        reference,
        tree::Unit,
    },
};

/// The most units one list of a command may name: every kabupaten/kota with every province, and room to spare.
pub const MOST_NAMED: usize = 1000;

/// Another day for the units in and beneath one.
#[derive(Clone, Debug, Serialize)]
pub struct DayOf {
    pub underneath: Uuid,
    pub on: NaiveDate,
}

/// Beneath which units something is done to many, and when.
#[derive(Clone, Debug, Serialize)]
pub struct Extent {
    /// None: the unit of the seat that acts.
    pub underneath: Option<Vec<Uuid>>,
    /// Of several that contain a unit the nearest to it counts.
    pub dates: Vec<DayOf>,
    /// These units, and those beneath them, are left alone.
    pub except: Vec<Uuid>,
}

/// Forms the body of every kecamatan beneath the kabupaten/kota of an extent. Where one stands already it is left alone.
///
/// # Errors
/// `NotFound`, `Invalid`, `AlreadyExists` and `TooLong` for what is named, `Forbidden`, `SeatAmbiguous`, `Invalid` at
/// `underneath` where there is nothing to form, and what [`carry_out`] says.
pub async fn form(session: &Session, field: &str, order: Order, input: Extent) -> Result<Outcome, Error> {
    let change = (UnitChangeKind::Form, &input);
    carry_out(session, (field, "formUnits"), &order, change, |write, plan| {
        let (seat, named) = Named::checked(&write.actor, &order, &input)?;
        plan.unit = named.first();
        plan_bodies(write, plan, &named);
        if plan.formed.is_empty() {
            return Err(nothing(
                "Tidak ada badan kecamatan yang perlu dibentuk di sana pada tanggal itu.",
                "There is no kecamatan body to form there on that day.",
            ));
        }
        Ok(seat)
    })
    .await
}

/// Dissolves every unit formed for an election that stands beneath the units of an extent. One whose end is decided already
/// keeps its day.
///
/// # Errors
/// As [`form`]; `ChildrenRemain` where a unit would end before one beneath it.
pub async fn dissolve(session: &Session, field: &str, order: Order, input: Extent) -> Result<Outcome, Error> {
    let change = (UnitChangeKind::Dissolve, &input);
    carry_out(session, (field, "dissolveUnits"), &order, change, |write, plan| {
        let (seat, named) = Named::checked(&write.actor, &order, &input)?;
        plan.unit = named.first();
        for unit in named.beneath().filter(|unit| unit.ad_hoc) {
            let on = named.day_of(unit);
            if !named.is_excepted(unit) && is_valid(on, unit.formed_on, unit.dissolved_on) {
                match unit.dissolved_on {
                    None => plan.dissolve(unit, on),
                    Some(_decided) => plan.skipped += 1,
                }
            }
        }
        if plan.ended.is_empty() {
            return Err(nothing(
                "Tidak ada unit ad hoc yang perlu dibubarkan di sana pada tanggal itu.",
                "There is no unit formed for an election to dissolve there on that day.",
            ));
        }
        none_outlives_its_parent(&write.actor.directory, plan, &named)?;
        Ok(seat)
    })
    .await
}

/// What an order names, found in the directory.
struct Named<'a> {
    directory: &'a Directory,
    on: NaiveDate,
    tops: Vec<&'a Unit>,
    dates: HashMap<Uuid, NaiveDate>,
    except: HashSet<Uuid>,
}

impl<'a> Named<'a> {
    fn checked(actor: &'a Actor, order: &Order, input: &Extent) -> Result<(ActingSeat, Self), Error> {
        let directory = actor.directory.as_ref();
        for (list, length) in [
            ("underneath", input.underneath.as_ref().map_or(0, Vec::len)),
            ("dates", input.dates.len()),
            ("except", input.except.len()),
        ] {
            if length > MOST_NAMED {
                return Err(too_many(list));
            }
        }
        let (seat, tops) = match &input.underneath {
            None => {
                let seat = seat_placing_at_home(actor, order.seat)?;
                (seat, vec![seat.unit])
            }
            Some(tops) if tops.is_empty() => {
                let text = Text::new("Sebutkan paling sedikit satu unit.", "Name at least one unit.");
                return Err(Refusal::new(Code::Required, text).at(["underneath"]).into());
            }
            Some(tops) => {
                known(directory, tops, |place| {
                    vec!["underneath".to_owned(), place.to_string()]
                })?;
                (seat_over(actor, order.seat, &[], tops)?, tops.clone())
            }
        };
        let of_dates: Vec<Uuid> = input.dates.iter().map(|date| date.underneath).collect();
        known(directory, &of_dates, |place| {
            vec!["dates".to_owned(), place.to_string(), "underneath".to_owned()]
        })?;
        known(directory, &input.except, |place| {
            vec!["except".to_owned(), place.to_string()]
        })?;
        let named = Self {
            directory,
            on: order.on,
            tops: tops.iter().filter_map(|top| directory.tree.get(*top)).collect(),
            dates: input.dates.iter().map(|date| (date.underneath, date.on)).collect(),
            except: input.except.iter().copied().collect(),
        };
        named.check_dates(actor, input)?;
        for (place, unit) in input.except.iter().enumerate() {
            named.check_within(*unit, || vec!["except".to_owned(), place.to_string()])?;
        }
        Ok((seat, named))
    }

    fn check_dates(&self, actor: &Actor, input: &Extent) -> Result<(), Error> {
        let furthest = actor.today.checked_add_days(Days::new(FURTHEST_AHEAD));
        for (place, date) in input.dates.iter().enumerate() {
            let field = |name: &str| vec!["dates".to_owned(), place.to_string(), name.to_owned()];
            self.check_within(date.underneath, || field("underneath"))?;
            if furthest.is_some_and(|furthest| furthest < date.on) {
                return Err(too_far().at(field("on")).into());
            }
            if self.dates.get(&date.underneath) != Some(&date.on) {
                let text = Text::new(
                    "Unit ini disebut dengan dua tanggal.",
                    "This unit is named with two days.",
                );
                return Err(Refusal::new(Code::Invalid, text).at(field("underneath")).into());
            }
        }
        Ok(())
    }

    /// That a unit named beside the tops lies in or beneath one of them: elsewhere it would mean nothing.
    fn check_within(&self, unit: Uuid, field: impl FnOnce() -> Vec<String>) -> Result<(), Error> {
        if self.tops.iter().any(|top| self.directory.tree.is_within(unit, top.id)) {
            return Ok(());
        }
        let text = Text::new(
            "Unit ini tidak berada di bawah unit-unit yang disebut.",
            "This unit is not beneath the units named.",
        );
        Err(Refusal::new(Code::Invalid, text).at(field()).into())
    }

    /// The unit the change is kept with.
    fn first(&self) -> Uuid {
        self.tops.first().map_or(self.directory.tree.root().id, |top| top.id)
    }

    /// The tops and everything beneath them, each once.
    fn units(&self) -> impl Iterator<Item = &'a Unit> {
        let mut seen = HashSet::new();
        let all = self.tops.iter().flat_map(|top| self.directory.tree.subtree(top.id));
        all.filter(move |unit| seen.insert(unit.id))
    }

    /// Everything strictly beneath one of the tops, each once.
    fn beneath(&self) -> impl Iterator<Item = &'a Unit> {
        let mut seen = HashSet::new();
        let all = self
            .tops
            .iter()
            .flat_map(|top| self.directory.tree.subtree(top.id).iter().skip(1));
        all.filter(move |unit| seen.insert(unit.id))
    }

    fn line(&self, unit: &Unit) -> impl Iterator<Item = &'a Unit> {
        self.directory.tree.ancestors_and_self(unit.id)
    }

    fn day_of(&self, unit: &Unit) -> NaiveDate {
        let named = self.line(unit).find_map(|above| self.dates.get(&above.id));
        named.copied().unwrap_or(self.on)
    }

    fn is_excepted(&self, unit: &Unit) -> bool {
        self.line(unit).any(|above| self.except.contains(&above.id))
    }

    /// Whether the bodies of its kecamatan are formed beneath a unit: beneath the permanent one of a kabupaten/kota, and
    /// beneath one formed for an election where that, or one like it above, was named itself.
    fn forms_beneath(&self, unit: &Unit) -> bool {
        let is_named = |above: &Unit| above.ad_hoc && self.tops.iter().any(|top| top.id == above.id);
        unit.tier == Tier::KabupatenKota && (!unit.ad_hoc || self.line(unit).any(is_named))
    }
}

/// Plans the body of every kecamatan that has none, beneath each unit that forms them.
fn plan_bodies(write: &Write, plan: &mut Plan, named: &Named<'_>) {
    let directory = named.directory;
    let mut bodies: HashMap<Uuid, Vec<&Life>> = HashMap::new();
    for life in directory.history.lives().filter(|life| is_body(life)) {
        if let Some(region) = life.region {
            bodies.entry(region).or_default().push(life);
        }
    }
    let mut regions: HashMap<Uuid, Vec<&region::Model>> = HashMap::new();
    let kecamatan = directory
        .regions()
        .iter()
        .filter(|region| tier_of(region.kind) == Tier::Kecamatan);
    for region in kecamatan {
        if let Some(parent) = region.parent_id {
            regions.entry(parent).or_default().push(region);
        }
    }
    let mut parents: Vec<&Unit> = named.units().filter(|unit| named.forms_beneath(unit)).collect();
    // Of two bodies of a region the one for an election was named itself, and so comes first.
    parents.sort_by_key(|unit| !unit.ad_hoc);
    let mut taken = HashSet::new();
    for parent in parents {
        let on = named.day_of(parent);
        if named.is_excepted(parent) || !is_valid(on, parent.formed_on, parent.dissolved_on) {
            continue;
        }
        let beneath = parent
            .region
            .and_then(|region| regions.get(&region))
            .into_iter()
            .flatten();
        for region in beneath.filter(|region| is_valid(on, region.valid_from, region.valid_to)) {
            if !taken.insert(region.id) {
                continue;
            }
            // One that is to be formed later stands in the way as well.
            let mut known = bodies.get(&region.id).into_iter().flatten();
            if known.any(|life| life.dissolved_on.is_none_or(|end| on < end)) {
                plan.skipped += 1;
            } else {
                plan.form(body(region, parent, on).into_row(new_id(write.now)), &region.code);
            }
        }
    }
}

fn is_body(life: &Life) -> bool {
    life.body_kind == BodyKind::PanwasluKecamatan && life.ad_hoc && !life.is_undone()
}

/// "Panwaslu Kecamatan Ponorogo", "Panwaslu Distrik Merauke".
fn body(region: &region::Model, parent: &Unit, on: NaiveDate) -> Beginning {
    Beginning {
        body_kind: BodyKind::PanwasluKecamatan,
        tier: Tier::Kecamatan,
        region: Some(region.id),
        name: format!("Panwaslu {}", reference::display_name(region.kind, &region.name)),
        parent: Some(parent.id),
        time_zone: parent.time_zone.clone(),
        formed_on: Some(on),
        ad_hoc: true,
    }
}

/// That no unit ends before one beneath it, told by what was asked for: the exception, or the other day.
fn none_outlives_its_parent(directory: &Directory, plan: &Plan, named: &Named<'_>) -> Result<(), Error> {
    let ends: HashMap<Uuid, NaiveDate> = plan
        .ended
        .iter()
        .filter_map(|(unit, on)| Some((*unit, (*on)?)))
        .collect();
    for unit in plan.ended.iter().filter_map(|(unit, _on)| directory.tree.get(*unit)) {
        let on = named.day_of(unit);
        for child in directory.history.children_on(unit.id, on) {
            if ends.get(&child.id).is_some_and(|end| *end <= on) {
                continue;
            }
            let excepted = directory
                .tree
                .get(child.id)
                .is_some_and(|child| named.is_excepted(child));
            let text = Text::new(
                format!("{} masih membawahi {} pada {on}.", unit.name, child.name_on(on)),
                format!("{} still has {} beneath it on {on}.", unit.name, child.name_on(on)),
            );
            let field = if excepted { "except" } else { "dates" };
            return Err(Refusal::new(Code::ChildrenRemain, text).at([field]).into());
        }
    }
    Ok(())
}

/// That units exist.
fn known(directory: &Directory, units: &[Uuid], field: impl Fn(usize) -> Vec<String>) -> Result<(), Error> {
    match units.iter().position(|unit| directory.tree.get(*unit).is_none()) {
        None => Ok(()),
        Some(place) => {
            let text = Text::new("Unit tidak ditemukan.", "The unit was not found.");
            Err(Refusal::new(Code::NotFound, text).at(field(place)).into())
        }
    }
}

fn too_many(list: &str) -> Error {
    let text = Text::new(
        format!("Paling banyak {MOST_NAMED} unit."),
        format!("At most {MOST_NAMED} units."),
    );
    Refusal::new(Code::TooLong, text).at([list]).into()
}

fn nothing(id: &'static str, en: &'static str) -> Error {
    Refusal::new(Code::Invalid, Text::new(id, en)).at(["underneath"]).into()
}
