//! Random hierarchies, and what the design says of them, word by word and step by step.
use std::collections::{BTreeSet, HashMap};

use entity::enums::{BodyKind, Tier};
use jenjang::{authz::Standing, territory::tree::Unit};
use proptest::{prelude::*, sample::Index};
use uuid::Uuid;

/// The tiers beneath RI.
pub const LOWER: [Tier; 3] = [Tier::Provinsi, Tier::KabupatenKota, Tier::Kecamatan];

pub fn unit(id: Uuid, tier: Tier, parent: Option<Uuid>) -> Unit {
    Unit {
        id,
        region: None,
        code: String::new(),
        body_kind: match tier {
            Tier::Ri => BodyKind::BawasluRi,
            Tier::Provinsi => BodyKind::BawasluProvinsi,
            Tier::KabupatenKota => BodyKind::BawasluKabupatenKota,
            Tier::Kecamatan => BodyKind::PanwasluKecamatan,
        },
        tier,
        name: format!("{tier:?} {id}"),
        parent,
        acting_superior: None,
        time_zone: "Asia/Jakarta".to_owned(),
        formed_on: None,
        dissolved_on: None,
        ad_hoc: tier == Tier::Kecamatan,
        version: 1,
    }
}

/// An id that sorts anywhere, and is nobody else's for another number.
pub fn id(key: u64, number: usize) -> Uuid {
    Uuid::from_u128(u128::from(key) << 64 | (number as u128 + 1))
}

/// Chooses one of those that qualify.
fn pick(units: &[Unit], index: Index, qualifies: impl Fn(&Unit) -> bool) -> Option<Uuid> {
    let qualified: Vec<Uuid> = units
        .iter()
        .filter(|unit| qualifies(unit))
        .map(|unit| unit.id)
        .collect();
    (!qualified.is_empty()).then(|| *index.get(&qualified))
}

prop_compose! {
    /// A well-formed hierarchy of up to so many units beneath RI, in any order: parents are of a higher tier, some
    /// tiers are left out, some units have an acting superior from anywhere above their tier.
    pub fn forest(most: usize)(
        root in any::<u64>(),
        seeds in prop::collection::vec(
            (any::<u64>(), 0..LOWER.len(), any::<Index>(), prop::option::weighted(0.25, any::<Index>()), "[0-3]{0,2}"),
            0..=most,
        ),
    )(
        units in {
            let mut units = vec![unit(id(root, 0), Tier::Ri, None)];
            for (number, (key, tier, parent, _acting, code)) in seeds.iter().enumerate() {
                let tier = LOWER[*tier];
                let parent = pick(&units, *parent, |above| above.tier < tier);
                units.push(Unit { code: code.clone(), ..unit(id(*key, number + 1), tier, parent) });
            }
            for (place, seed) in seeds.iter().enumerate() {
                let tier = units[place + 1].tier;
                let acting = seed.3.and_then(|index| pick(&units, index, |above| above.tier < tier));
                units[place + 1].acting_superior = acting;
            }
            Just(units).prop_shuffle()
        },
    ) -> Vec<Unit> {
        units
    }
}

/// The hierarchy as the design tells it, found by walking from parent to parent.
pub struct Model<'a>(HashMap<Uuid, &'a Unit>);

impl<'a> Model<'a> {
    pub fn new(units: &'a [Unit]) -> Self {
        Self(units.iter().map(|unit| (unit.id, unit)).collect())
    }

    pub fn parent(&self, unit: Uuid) -> Option<Uuid> {
        self.0.get(&unit)?.parent
    }

    /// The parent, the parent's parent, and so on. Stops where it would go round.
    pub fn ancestors(&self, unit: Uuid) -> Vec<Uuid> {
        let mut line = Vec::new();
        let mut at = self.parent(unit);
        while let Some(above) = at {
            if line.contains(&above) {
                break;
            }
            line.push(above);
            at = self.parent(above);
        }
        line
    }

    /// The acting superior, or else the parent.
    pub fn superior(&self, unit: Uuid) -> Option<Uuid> {
        let unit = self.0.get(&unit)?;
        unit.acting_superior.or(unit.parent)
    }

    /// Who decides on a unit, who decides on that one, and so on.
    pub fn line_of_decision(&self, unit: Uuid) -> Vec<Uuid> {
        let mut line = Vec::new();
        let mut at = self.superior(unit);
        while let Some(above) = at {
            line.push(above);
            at = self.superior(above);
        }
        line
    }

    pub fn is_within(&self, unit: Uuid, top: Uuid) -> bool {
        self.0.contains_key(&unit) && (unit == top || self.ancestors(unit).contains(&top))
    }

    pub fn subtree(&self, top: Uuid) -> BTreeSet<Uuid> {
        self.0
            .keys()
            .copied()
            .filter(|&unit| self.is_within(unit, top))
            .collect()
    }

    pub fn ancestor_at(&self, unit: Uuid, tier: Tier) -> Option<Uuid> {
        let mut line = vec![unit];
        line.extend(self.ancestors(unit));
        line.into_iter().find(|above| self.0[above].tier == tier)
    }

    /// Who decides on a unit's work at a tier above it: where the line of decision passes the tier by, an acting
    /// superior stands in for it.
    pub fn superior_at(&self, unit: Uuid, tier: Tier) -> Option<Uuid> {
        let mut line = self.line_of_decision(unit).into_iter();
        line.find(|above| self.0[above].tier <= tier)
            .filter(|_superior| tier < self.0[&unit].tier)
    }

    pub fn standing(&self, actor: Uuid, record: Uuid) -> Standing {
        let ancestors = self.ancestors(record);
        let mut lines = ancestors
            .iter()
            .chain([&record])
            .flat_map(|&unit| self.line_of_decision(unit));
        if actor == record {
            Standing::Own
        } else if self.superior(record) == Some(actor) {
            Standing::Parent
        } else if ancestors.contains(&actor) || lines.any(|above| above == actor) {
            Standing::Above
        } else if self.ancestors(actor).contains(&record) {
            Standing::Below
        } else {
            Standing::Outside
        }
    }
}
