//! What a command is going to change, before anything is written. Pure: a plan is made of the directory, tried on the
//! history, shown in a dry run, and carried out as it was shown.
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    enums::{BodyKind, Tier, UnitChangeKind, UnitEffect, UnitFactKind},
    unit, unit_fact,
    unit_touch::{self, Details},
};
use uuid::Uuid;

use crate::territory::{
    directory::Directory,
    history::{Fact, History, Life},
    tree::Unit,
};

/// What a unit is when it comes into being.
#[derive(Clone, Debug)]
pub struct Beginning {
    pub body_kind: BodyKind,
    pub tier: Tier,
    /// None for RI.
    pub region: Option<Uuid>,
    pub name: String,
    /// None for RI.
    pub parent: Option<Uuid>,
    /// IANA name.
    pub time_zone: String,
    /// None: since before the records begin.
    pub formed_on: Option<NaiveDate>,
    pub ad_hoc: bool,
}

impl Beginning {
    /// As it will be kept.
    #[must_use]
    pub fn into_row(self, id: Uuid) -> unit::Model {
        unit::Model {
            id,
            region_id: self.region,
            body_kind: self.body_kind,
            tier: self.tier,
            name: self.name.clone(),
            parent_id: self.parent,
            acting_superior_id: None,
            time_zone: self.time_zone,
            formed_on: self.formed_on,
            dissolved_on: None,
            ad_hoc: self.ad_hoc,
            version: 1,
            formed_name: self.name,
            formed_parent_id: self.parent,
        }
    }
}

/// One change with everything it touches.
#[derive(Debug)]
pub struct Plan {
    /// The id the change will have.
    pub change: Uuid,
    pub kind: UnitChangeKind,
    /// The day it takes effect, where nothing else is said for a unit.
    pub on: NaiveDate,
    /// The unit it was asked for, or the one beneath which it is done to many.
    pub unit: Uuid,
    /// The units to be formed.
    pub formed: Vec<unit::Model>,
    /// What is decided about units.
    pub facts: Vec<unit_fact::Model>,
    /// The units to be dissolved, each with its day; None takes a dissolution back.
    pub ended: Vec<(Uuid, Option<NaiveDate>)>,
    /// What becomes of each unit, one entry for each.
    pub touches: Vec<unit_touch::Model>,
    /// The change that is undone.
    pub undoes: Option<Uuid>,
    /// Where the input speaks of a unit, for commands on several: what is wrong with it is told there.
    pub places: HashMap<Uuid, Vec<String>>,
    /// How many units a command on many leaves as they are, because what it is to do was done or decided before.
    pub skipped: usize,
}

impl Plan {
    #[must_use]
    pub fn new(change: Uuid, kind: UnitChangeKind, on: NaiveDate, unit: Uuid) -> Self {
        Self {
            change,
            kind,
            on,
            unit,
            formed: Vec::new(),
            facts: Vec::new(),
            ended: Vec::new(),
            touches: Vec::new(),
            undoes: None,
            places: HashMap::new(),
            skipped: 0,
        }
    }

    /// A unit comes into being. `code` is that of its region.
    pub fn form(&mut self, row: unit::Model, code: &str) {
        let details = Details {
            code: code.to_owned(),
            name: row.name.clone(),
            above: row.parent_id,
            ..Details::default()
        };
        self.touch(row.id, UnitEffect::Formed, row.formed_on.unwrap_or(self.on), details);
        self.formed.push(row);
    }

    /// A unit is called otherwise from a day on.
    pub fn rename(&mut self, directory: &Directory, unit: &Unit, on: NaiveDate, name: &str) {
        let life = directory.history.life(unit.id);
        let former = life.map_or(unit.name.as_str(), |life| life.name_on(on)).to_owned();
        self.decide(unit.id, on, Fact::Name(name.to_owned()));
        let details = Details {
            name: name.to_owned(),
            former_name: Some(former),
            ..about(unit)
        };
        self.touch(unit.id, UnitEffect::Renamed, on, details);
    }

    /// A unit is beneath another one from a day on.
    pub fn relocate(&mut self, directory: &Directory, unit: &Unit, on: NaiveDate, parent: Uuid) {
        let life = directory.history.life(unit.id);
        self.decide(unit.id, on, Fact::Parent(parent));
        let details = Details {
            above: Some(parent),
            formerly_above: life.and_then(|life| life.parent_on(on)),
            ..about(unit)
        };
        self.touch(unit.id, UnitEffect::Moved, on, details);
    }

    /// A unit no longer exists from a day on.
    pub fn dissolve(&mut self, unit: &Unit, on: NaiveDate) {
        self.ended.push((unit.id, Some(on)));
        let details = Details {
            above: unit.parent,
            ..about(unit)
        };
        self.touch(unit.id, UnitEffect::Dissolved, on, details);
    }

    /// Another unit decides on this one from a day on, in the place of its parent; None: the parent does again.
    pub fn set_acting_superior(&mut self, directory: &Directory, unit: &Unit, on: NaiveDate, superior: Option<Uuid>) {
        let life = directory.history.life(unit.id);
        self.decide(unit.id, on, Fact::ActingSuperior(superior));
        let details = Details {
            above: superior,
            formerly_above: life.and_then(|life| life.acting_superior_on(on)),
            ..about(unit)
        };
        let effect = match superior {
            Some(_acts) => UnitEffect::ActingSuperiorSet,
            None => UnitEffect::ActingSuperiorEnded,
        };
        self.touch(unit.id, effect, on, details);
    }

    /// Whether a unit is dissolved.
    #[must_use]
    pub fn ends(&self, unit: Uuid) -> bool {
        self.ended.iter().any(|(ended, on)| *ended == unit && on.is_some())
    }

    /// Adds a fact.
    pub fn decide(&mut self, unit: Uuid, on: NaiveDate, fact: Fact) {
        let (kind, name, other) = match fact {
            Fact::Name(name) => (UnitFactKind::Name, Some(name), None),
            Fact::Parent(parent) => (UnitFactKind::Parent, None, Some(parent)),
            Fact::ActingSuperior(superior) => (UnitFactKind::ActingSuperior, None, superior),
        };
        self.facts.push(unit_fact::Model {
            change_id: self.change,
            unit_id: unit,
            kind,
            valid_from: on,
            name,
            other_unit_id: other,
            voided_by: None,
        });
    }

    /// Says what becomes of a unit.
    pub fn touch(&mut self, unit: Uuid, effect: UnitEffect, on: NaiveDate, details: Details) {
        self.touches.push(unit_touch::Model {
            change_id: self.change,
            unit_id: unit,
            effect,
            effective_on: on,
            details,
        });
    }

    /// The units as they would have been and be.
    #[must_use]
    pub fn tried_on(&self, history: &History) -> History {
        let mut history = history.clone();
        for row in &self.formed {
            history.form(Life::new(row));
        }
        for row in &self.facts {
            history.learn(row.clone());
        }
        for (unit, on) in &self.ended {
            history.end(*unit, *on);
        }
        if let Some(undone) = self.undoes {
            for touch in &self.touches {
                history.void(touch.unit_id, undone);
            }
        }
        history
    }
}

/// What is told of a unit whatever happens to it.
#[must_use]
pub fn about(unit: &Unit) -> Details {
    Details {
        code: unit.code.clone(),
        name: unit.name.clone(),
        ..Details::default()
    }
}
