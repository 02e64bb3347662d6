//! The nested intervals against walking from parent to parent.
use std::collections::BTreeSet;

use entity::enums::Tier;
use jenjang::{
    authz::Standing,
    territory::tree::{Malformed, Tree, Unit},
};
use proptest::{prelude::*, sample::Index};
use sea_orm::Iterable;
use uuid::Uuid;

use super::{
    cases,
    forest::{LOWER, Model, forest, id, unit},
};

/// Everything the tree tells, held against the model, for every pair of units and for one that is not there.
fn agrees(units: &[Unit]) -> Result<(), TestCaseError> {
    let tree = Tree::new(units.to_vec()).map_err(|malformed| TestCaseError::fail(malformed.to_string()))?;
    let model = Model::new(units);
    let stranger = Uuid::nil();
    let ids: Vec<Uuid> = units.iter().map(|unit| unit.id).chain([stranger]).collect();
    prop_assert_eq!(tree.all().len(), units.len());
    for &unit in &ids {
        let subtree: Vec<Uuid> = tree.subtree(unit).iter().map(|unit| unit.id).collect();
        prop_assert_eq!(subtree.first(), (unit != stranger).then_some(&unit), "itself first");
        prop_assert_eq!(subtree.into_iter().collect::<BTreeSet<_>>(), model.subtree(unit));
        let ancestors: Vec<Uuid> = tree.ancestors_and_self(unit).skip(1).map(|unit| unit.id).collect();
        prop_assert_eq!(ancestors, model.ancestors(unit));
        for tier in Tier::iter().filter(|_tier| unit != stranger) {
            prop_assert_eq!(
                tree.ancestor_at(unit, tier).map(|unit| unit.id),
                model.ancestor_at(unit, tier)
            );
            prop_assert_eq!(
                tree.superior_at(unit, tier).map(|unit| unit.id),
                model.superior_at(unit, tier),
                "who decides on {} at {:?}",
                unit,
                tier
            );
        }
        for &other in &ids {
            prop_assert_eq!(tree.is_within(unit, other), model.is_within(unit, other));
            prop_assert_eq!(
                tree.standing(other, unit),
                standing(&model, other, unit),
                "of {} to {}",
                other,
                unit
            );
        }
    }
    Ok(())
}

/// Nobody stands anywhere to what is not there.
fn standing(model: &Model<'_>, actor: Uuid, record: Uuid) -> Standing {
    if record.is_nil() {
        Standing::Outside
    } else {
        model.standing(actor, record)
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn the_tree_says_what_walking_up_says(units in forest(24)) {
        agrees(&units)?;
    }

    /// The list of what a seat may see is made from the tops of its scope, a single decision from its standing.
    #[test]
    fn the_scope_is_exactly_what_the_actor_stands_above_or_in(units in forest(24)) {
        let tree = Tree::new(units.clone()).unwrap();
        for actor in &units {
            let tops: Vec<Uuid> = tree.scope(actor.id).map(|unit| unit.id).collect();
            for unit in &units {
                let within = tops.iter().any(|&top| tree.is_within(unit.id, top));
                let over = matches!(
                    tree.standing(actor.id, unit.id),
                    Standing::Own | Standing::Parent | Standing::Above
                );
                prop_assert_eq!(within, over, "{} to {}", actor.id, unit.id);
            }
        }
    }

    /// A list runs by code: each unit before those beneath it, siblings by code.
    #[test]
    fn the_walk_puts_parents_first_and_siblings_by_code(units in forest(24)) {
        let tree = Tree::new(units).unwrap();
        let all = tree.all();
        for (place, unit) in all.iter().enumerate() {
            let later = &all[place + 1..];
            prop_assert!(later.iter().all(|later| unit.parent != Some(later.id)));
            let sorted = later
                .iter()
                .filter(|later| later.parent == unit.parent)
                .all(|later| (&unit.code, unit.id) < (&later.code, later.id));
            prop_assert!(sorted);
        }
    }

    #[test]
    fn a_second_root_is_refused(mut units in forest(12), key in any::<u64>()) {
        units.push(unit(id(key, 99), Tier::Ri, None));
        prop_assert_eq!(Tree::new(units).unwrap_err(), Malformed::Roots(2));
    }

    #[test]
    fn units_beneath_nobody_are_refused(
        units in forest(12),
        mut broken in forest(8),
        at in any::<Index>(),
        cut in any::<Index>(),
    ) {
        // A second hierarchy whose root hangs on one of its own: a circle, with whatever is beneath it.
        let root = broken.iter().position(|unit| unit.parent.is_none()).unwrap();
        broken[root].parent = Some(at.get(&broken).id);
        let mut both: Vec<Unit> = units.clone();
        both.extend(broken.iter().map(|unit| Unit { acting_superior: None, ..unit.clone() }));
        let lost: BTreeSet<Uuid> = broken.iter().map(|unit| unit.id).collect();
        prop_assert_eq!(unreachable(both), Some(lost));

        // One whose parent is not there, with whatever is beneath it.
        let mut orphaned: Vec<Unit> = units.iter().map(|unit| Unit { acting_superior: None, ..unit.clone() }).collect();
        let orphans: Vec<usize> = (0..orphaned.len()).filter(|&place| orphaned[place].parent.is_some()).collect();
        if !orphans.is_empty() {
            let orphan = *cut.get(&orphans);
            orphaned[orphan].parent = Some(Uuid::nil());
            let lost = Model::new(&orphaned).subtree(orphaned[orphan].id);
            prop_assert_eq!(unreachable(orphaned), Some(lost));
        }
    }

    #[test]
    fn an_acting_superior_that_is_no_higher_is_refused(
        mut units in forest(12),
        who in any::<Index>(),
        whom in any::<Index>(),
    ) {
        for unit in &mut units {
            unit.acting_superior = None;
        }
        let superior = whom.get(&units).clone();
        let place = who.index(units.len());
        units[place].acting_superior = Some(superior.id);
        let (id, tier) = (units[place].id, units[place].tier);
        let refused = Tree::new(units.clone()).err();
        prop_assert_eq!(refused, (superior.tier >= tier).then_some(Malformed::ActingSuperior(id)));
        units[place].acting_superior = Some(Uuid::nil());
        prop_assert_eq!(Tree::new(units).unwrap_err(), Malformed::ActingSuperior(id));
    }

    /// Whatever rows there are: an error, or a tree that answers every question, and the right one of the two.
    #[test]
    fn any_rows_at_all_make_a_tree_or_an_error(
        rows in prop::collection::vec(
            (
                0..4_usize,
                prop_oneof![
                    9 => any::<Index>().prop_map(Above::Earlier),
                    1 => prop::option::of(0..9_usize).prop_map(Above::Any),
                ],
                prop::option::weighted(0.2, 0..9_usize),
            ),
            0..8,
        ),
    ) {
        let tiers = [Tier::Ri, LOWER[0], LOWER[1], LOWER[2]];
        let units: Vec<Unit> = rows
            .iter()
            .enumerate()
            .map(|(number, (tier, parent, acting))| {
                let parent = match parent {
                    Above::Earlier(index) => (number > 0).then(|| index.index(number)),
                    Above::Any(number) => *number,
                };
                Unit {
                    acting_superior: acting.map(|acting| id(1, acting)),
                    ..unit(id(1, number), tiers[*tier], parent.map(|parent| id(1, parent)))
                }
            })
            .collect();
        let higher = |of: &Unit, above: Uuid| units.iter().any(|unit| unit.id == above && unit.tier < of.tier);
        let well_formed = units.iter().filter(|unit| unit.parent.is_none()).count() == 1
            && units
                .iter()
                .all(|unit| [unit.parent, unit.acting_superior].into_iter().flatten().all(|above| higher(unit, above)));
        // Asked nothing where it should not be there: a line of decision that goes round would never end.
        prop_assert_eq!(Tree::new(units.clone()).is_ok(), well_formed);
        if well_formed {
            agrees(&units)?;
        }
    }
}

/// A parent to be: mostly one that makes a tree.
#[derive(Clone, Debug)]
enum Above {
    Earlier(Index),
    Any(Option<usize>),
}

fn unreachable(units: Vec<Unit>) -> Option<BTreeSet<Uuid>> {
    match Tree::new(units) {
        Err(Malformed::Unreachable(units)) => Some(units.into_iter().collect()),
        _ => None,
    }
}
