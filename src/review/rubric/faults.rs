//! What is wrong with a rubric: everything at once, each at its place in the input that describes it. Pure.
use std::collections::BTreeSet;

use entity::rubric::{self, Criterion, Scale};

use crate::{
    error::{Code, Refusal},
    faults::{
        LONGEST_GUIDANCE, LONGEST_NAME, fault, few, filled, named, of_bounds, of_each, of_keys, placed, short, twice,
        within,
    },
};

/// The longest sentence of an anchor, characters.
pub const LONGEST_SENTENCE: usize = 500;

pub const MOST_CRITERIA: usize = 40;
pub const MOST_WEIGHT: i32 = 1_000;

/// The most steps from the least to the most of a scale.
pub const MOST_STEPS: i32 = 100;

/// One for each score of the widest scale.
pub const MOST_ANCHORS: usize = 101;

/// How far from 0 a score may be.
pub const FARTHEST_SCORE: i32 = 1_000;

/// The most widths among the scales of a rubric, so that every total can be computed in fractions.
pub const MOST_WIDTHS: usize = 10;

/// Everything that keeps a rubric from being published.
#[must_use]
pub fn faults(rubric: &rubric::Model) -> Vec<Refusal> {
    let mut faults = Vec::new();
    faults.extend(named("name", &rubric.name, LONGEST_NAME));
    faults.extend(short("description", &rubric.description, LONGEST_GUIDANCE));
    faults.extend(within("criteria", of_criteria(&rubric.criteria.0)));
    faults
}

fn of_criteria(criteria: &[Criterion]) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = filled(criteria, MOST_CRITERIA).into_iter().collect();
    faults.extend(many_widths(criteria));
    faults.extend(placed(of_keys(criteria.iter().map(|criterion| criterion.key.as_str()))));
    faults.extend(of_each(criteria, |criterion| {
        let mut faults = Vec::new();
        faults.extend(named("title", &criterion.title, LONGEST_NAME));
        faults.extend(short("guidance", &criterion.guidance, LONGEST_GUIDANCE));
        faults.extend(of_bounds("weight", (1, criterion.weight), MOST_WEIGHT));
        faults.extend(within("scale", of_scale(&criterion.scale)));
        faults
    }));
    faults
}

fn many_widths(criteria: &[Criterion]) -> Option<Refusal> {
    let width = |criterion: &Criterion| i64::from(criterion.scale.most) - i64::from(criterion.scale.least);
    let widths: BTreeSet<i64> = criteria.iter().map(width).collect();
    (widths.len() > MOST_WIDTHS).then(|| {
        fault(
            Code::Invalid,
            format!("Skala memiliki paling banyak {MOST_WIDTHS} lebar yang berbeda."),
            format!("The scales have at most {MOST_WIDTHS} different widths."),
        )
    })
}

fn of_scale(scale: &Scale) -> Vec<Refusal> {
    let mut faults = of_bounds("least", (-FARTHEST_SCORE, scale.least), FARTHEST_SCORE);
    if faults.is_empty() {
        faults = of_bounds("most", (scale.least + 1, scale.most), scale.least + MOST_STEPS);
    }
    faults.extend(within("anchors", of_anchors(scale)));
    faults
}

/// Anchors stand at scores of the scale, one at each at most, and at both of its ends.
fn of_anchors(scale: &Scale) -> Vec<Refusal> {
    let mut seen = BTreeSet::new();
    let mut faults: Vec<Refusal> = few(scale.anchors.len(), MOST_ANCHORS).into_iter().collect();
    for (place, anchor) in scale.anchors.iter().enumerate() {
        let wrong = if !(scale.least..=scale.most).contains(&anchor.score) {
            Some(fault(
                Code::Invalid,
                "Nilai ini berada di luar skala.",
                "This score lies outside the scale.",
            ))
        } else {
            (!seen.insert(anchor.score)).then(twice)
        };
        let wrong = wrong.map(|fault| fault.at(["score"]));
        let sentence = named("sentence", &anchor.sentence, LONGEST_SENTENCE);
        let of_anchor = wrong.into_iter().chain(sentence);
        faults.extend(of_anchor.map(|fault| fault.within([place.to_string()])));
    }
    if !(seen.contains(&scale.least) && seen.contains(&scale.most)) {
        faults.push(fault(
            Code::Required,
            "Sebutkan arti nilai terendah dan tertinggi.",
            "Say what the least and the most of the scale stand for.",
        ));
    }
    faults
}
