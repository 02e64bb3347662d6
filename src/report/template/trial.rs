//! A template tried out: the very checks that saving and submitting a report run, on answers that are kept nowhere. Pure.
use std::collections::HashSet;

use entity::{
    draft::{Answer, Answers},
    template,
};

use crate::{
    error::Refusal,
    report::answers::{self, fields, kept, no_such},
};

/// Everything that would keep these answers from being submitted, each at the field, row and column it is about. None
/// clears a field.
#[must_use]
pub fn problems(template: &template::Model, given: Vec<(String, Option<Answer>)>) -> Vec<Refusal> {
    let mut found = Vec::new();
    let mut answers = Answers::default();
    let mut unkept = HashSet::new();
    for (key, answer) in given {
        let Some(field) = fields(template).find(|field| field.key == key) else {
            found.push(no_such("Isian", "field", &key).at([key]));
            continue;
        };
        match answer.map(|answer| kept(field, answer)).transpose() {
            Ok(Some(Some(answer))) => drop(answers.0.insert(key, answer)),
            Ok(Some(None) | None) => drop(answers.0.remove(&key)),
            Err(wrong) => {
                found.extend(wrong.into_iter().map(|problem| problem.within([key.clone()])));
                unkept.insert(key);
            }
        }
    }
    let told = |problem: &Refusal| problem.field.first().is_some_and(|key| unkept.contains(key));
    let others = answers::problems(template, &answers);
    found.extend(others.into_iter().filter(|problem| !told(problem)));
    found
}
