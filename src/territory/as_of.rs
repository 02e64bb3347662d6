//! The hierarchy by which a question is answered: the one in force, or that of a day. Out of memory.
//!
//! The one in force is today's, with every dissolved unit beneath the one that keeps what it left; access follows it. That
//! of a day holds exactly the units that existed on it: statistics of a period follow it.
use chrono::NaiveDate;
use uuid::Uuid;

use super::{directory::Directory, history::Life, tree::Unit};

/// The hierarchy of a day, or the one in force.
#[derive(Clone, Copy)]
pub struct AsOf<'d> {
    directory: &'d Directory,
    day: Option<NaiveDate>,
}

impl<'d> AsOf<'d> {
    /// `day`: None for the one in force.
    #[must_use]
    pub fn new(directory: &'d Directory, day: Option<NaiveDate>) -> Self {
        Self { directory, day }
    }

    /// The day; None: it is the one in force.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        self.day
    }

    /// What a unit was called; on a day before it was formed, what it was called at first.
    #[must_use]
    pub fn name(&self, unit: &'d Unit) -> &'d str {
        let then = self.life(unit.id).map(|(life, day)| life.name_on(day));
        then.unwrap_or(&unit.name)
    }

    /// The official code of its region.
    #[must_use]
    pub fn code(&self, unit: &'d Unit) -> &'d str {
        match self.day {
            None => &unit.code,
            Some(day) => {
                let then = unit.region.and_then(|region| self.directory.code_on(region, day));
                then.unwrap_or(&unit.code)
            }
        }
    }

    /// Whom it was beneath.
    #[must_use]
    pub fn parent(&self, unit: &Unit) -> Option<Uuid> {
        match self.day {
            None => unit.parent,
            Some(day) => self.existing(unit.id)?.parent_on(day),
        }
    }

    /// Who acted in the place of its parent.
    #[must_use]
    pub fn acting_superior(&self, unit: &Unit) -> Option<Uuid> {
        match self.day {
            None => unit.acting_superior,
            Some(day) => self.existing(unit.id)?.acting_superior_on(day),
        }
    }

    /// Every unit there is in it. What was formed by mistake and undone never was.
    #[must_use]
    pub fn units(&self) -> Vec<&'d Unit> {
        let all = self.directory.tree.all().iter();
        all.filter(|unit| self.holds(unit)).collect()
    }

    /// A unit by its id. What never existed is found by it too, where no day is asked for.
    #[must_use]
    pub fn unit(&self, id: Uuid) -> Option<&'d Unit> {
        let unit = self.directory.tree.get(id);
        unit.filter(|unit| self.day.is_none() || self.holds(unit))
    }

    /// The unit of a region: of several bodies the permanent one rather than one for an election. In the hierarchy in force,
    /// which holds dissolved ones too, rather the one that exists `today`.
    #[must_use]
    pub fn unit_by_code(&self, code: &str, today: NaiveDate) -> Option<&'d Unit> {
        if self.day.is_none() {
            return self.directory.unit_by_code(code, today);
        }
        let units = self.units().into_iter().filter(|unit| self.code(unit) == code);
        units.min_by_key(|unit| (unit.ad_hoc, unit.formed_on, unit.id))
    }

    /// The units directly beneath one.
    #[must_use]
    pub fn children(&self, unit: Uuid) -> Vec<&'d Unit> {
        let Some(day) = self.day else {
            let beneath = self.directory.tree.subtree(unit).iter();
            let children = beneath.filter(|child| child.parent == Some(unit) && self.holds(child));
            return children.collect();
        };
        if self.existing(unit).is_none() {
            return Vec::new();
        }
        let children = self.directory.history.children_on(unit, day);
        children.filter_map(|life| self.directory.tree.get(life.id)).collect()
    }

    /// Every unit beneath one.
    #[must_use]
    pub fn descendants(&self, unit: Uuid) -> Vec<&'d Unit> {
        let Some(day) = self.day else {
            let beneath = self.directory.tree.subtree(unit).iter();
            return beneath.filter(|below| below.id != unit && self.holds(below)).collect();
        };
        if self.existing(unit).is_none() {
            return Vec::new();
        }
        let beneath = self.directory.history.descendants_on(unit, day).into_iter();
        beneath.filter_map(|life| self.directory.tree.get(life.id)).collect()
    }

    /// The units above one, the nearest first.
    #[must_use]
    pub fn ancestors(&self, unit: Uuid) -> Vec<&'d Unit> {
        let tree = &self.directory.tree;
        let Some(day) = self.day else {
            return tree.ancestors_and_self(unit).skip(1).collect();
        };
        if self.existing(unit).is_none() {
            return Vec::new();
        }
        let above = self.directory.history.ancestors_on(unit, day);
        above.filter_map(|life| tree.get(life.id)).collect()
    }

    /// From RI down to the unit itself; empty where it is not in it.
    #[must_use]
    pub fn path(&self, unit: &'d Unit) -> Vec<&'d Unit> {
        if self.day.is_some() && self.existing(unit.id).is_none() {
            return Vec::new();
        }
        let mut path = self.ancestors(unit.id);
        path.reverse();
        path.push(unit);
        path
    }

    /// Whether a unit is `top` or beneath it.
    #[must_use]
    pub fn is_within(&self, unit: Uuid, top: Uuid) -> bool {
        match self.day {
            None => self.directory.tree.is_within(unit, top),
            Some(day) => self.directory.history.was_within(unit, top, day),
        }
    }

    fn holds(&self, unit: &Unit) -> bool {
        match self.day {
            None => !unit.is_undone(),
            Some(_day) => self.existing(unit.id).is_some(),
        }
    }

    fn life(&self, unit: Uuid) -> Option<(&'d Life, NaiveDate)> {
        Some((self.directory.history.life(unit)?, self.day?))
    }

    /// The life of a unit that existed on the day.
    fn existing(&self, unit: Uuid) -> Option<&'d Life> {
        let (life, day) = self.life(unit)?;
        life.exists_on(day).then_some(life)
    }
}

#[cfg(test)]
mod tests {
    use entity::{
        enums::{BodyKind, Tier, UnitFactKind},
        unit_fact,
    };

    use super::*;
    use crate::territory::{change::Beginning, directory::Rows};

    const RI: Uuid = Uuid::from_u128(1);
    const EAST: Uuid = Uuid::from_u128(2);
    const WEST: Uuid = Uuid::from_u128(3);
    const CITY: Uuid = Uuid::from_u128(4);

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 1, day).expect("a day")
    }

    fn row(id: Uuid, tier: Tier, parent: Option<Uuid>, formed_on: Option<NaiveDate>) -> entity::unit::Model {
        let begin = Beginning {
            body_kind: BodyKind::BawasluProvinsi,
            tier,
            region: None,
            name: "Lama".to_owned(),
            parent,
            time_zone: "Asia/Jakarta".to_owned(),
            formed_on,
            ad_hoc: false,
        };
        begin.into_row(id)
    }

    fn fact(kind: UnitFactKind, on: u32, name: Option<&str>, other: Option<Uuid>) -> unit_fact::Model {
        unit_fact::Model {
            change_id: Uuid::from_u128(on.into()),
            unit_id: CITY,
            kind,
            valid_from: day(on),
            name: name.map(str::to_owned),
            other_unit_id: other,
            voided_by: None,
        }
    }

    /// A city formed on the 2nd in the east, called otherwise from the 5th, with RI acting from the 7th to the 9th, and moved to
    /// the west on the 11th, dissolved on the 20th. What is in force is that of the 1st of February.
    fn directory() -> Directory {
        let city = entity::unit::Model {
            name: "Baru".to_owned(),
            parent_id: Some(WEST),
            dissolved_on: Some(day(20)),
            ..row(CITY, Tier::KabupatenKota, Some(EAST), Some(day(2)))
        };
        let rows = Rows {
            version: 1,
            regions: Vec::new(),
            regions_past: Vec::new(),
            editions: Vec::new(),
            units: vec![
                row(RI, Tier::Ri, None, None),
                row(EAST, Tier::Provinsi, Some(RI), None),
                row(WEST, Tier::Provinsi, Some(RI), None),
                city,
            ],
            facts: vec![
                fact(UnitFactKind::Name, 5, Some("Baru"), None),
                fact(UnitFactKind::ActingSuperior, 7, None, Some(RI)),
                fact(UnitFactKind::ActingSuperior, 9, None, None),
                fact(UnitFactKind::Parent, 11, None, Some(WEST)),
            ],
            seats: Vec::new(),
            holders: Vec::new(),
            people: Vec::new(),
            programs: Vec::new(),
            tokens: Vec::new(),
        };
        Directory::new(rows).expect("a tree")
    }

    fn ids(units: Vec<&Unit>) -> Vec<Uuid> {
        units.into_iter().map(|unit| unit.id).collect()
    }

    #[test]
    fn a_unit_is_what_it_was_on_the_day() {
        let directory = directory();
        let city = directory.tree.get(CITY).expect("listed");
        for (on, name, parent, acting) in [
            (1, "Lama", None, None),
            (2, "Lama", Some(EAST), None),
            (5, "Baru", Some(EAST), None),
            (7, "Baru", Some(EAST), Some(RI)),
            (8, "Baru", Some(EAST), Some(RI)),
            (9, "Baru", Some(EAST), None),
            (11, "Baru", Some(WEST), None),
            (20, "Baru", None, None),
        ] {
            let as_of = AsOf::new(&directory, Some(day(on)));
            assert_eq!(as_of.name(city), name, "{on}");
            assert_eq!(
                (as_of.parent(city), as_of.acting_superior(city)),
                (parent, acting),
                "{on}"
            );
            let above: Vec<Uuid> = parent.into_iter().chain(parent.map(|_parent| RI)).collect();
            assert_eq!(ids(as_of.ancestors(CITY)), above, "{on}");
            let down: Vec<Uuid> = above.iter().rev().copied().chain(parent.map(|_parent| CITY)).collect();
            assert_eq!(ids(as_of.path(city)), down, "{on}");
            assert_eq!(as_of.unit(CITY).is_some(), parent.is_some(), "{on}");
            for province in [EAST, WEST] {
                let beneath = if parent == Some(province) {
                    vec![CITY]
                } else {
                    Vec::new()
                };
                assert_eq!(ids(as_of.children(province)), beneath, "{on}");
                assert_eq!(ids(as_of.descendants(province)), beneath, "{on}");
                assert_eq!(as_of.is_within(CITY, province), parent == Some(province), "{on}");
            }
        }
    }

    #[test]
    fn in_force_a_dissolved_unit_is_with_its_keeper() {
        let directory = directory();
        let city = directory.tree.get(CITY).expect("listed");
        let as_of = AsOf::new(&directory, None);
        assert_eq!((as_of.name(city), as_of.parent(city)), ("Baru", Some(WEST)));
        assert_eq!(ids(as_of.path(city)), [RI, WEST, CITY]);
        assert_eq!(ids(as_of.children(WEST)), [CITY]);
        assert_eq!(ids(as_of.descendants(RI)), [EAST, WEST, CITY]);
        assert!(as_of.is_within(CITY, WEST));
    }
}
