//! What is given for the variables of an operation, held against what the operation declares.
//!
//! The library looks at a value when it meets the field that uses it, and at some only when that field runs: an object
//! that is none, a number too large. The earlier fields of a mutation would have been carried out by then.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Type, VariableDefinition};
use async_graphql::{Name, Pos, Positioned, Value, Variables};

use super::shape::{InputField, InputType, SchemaShape};
use super::{Refusal, RefusalCode};
use crate::graphql::scalars;

/// Refuses a variable that is missing, and one whose value does not fit its type. What is declared with a type that
/// the schema has not is left for validation to refuse.
pub(super) fn check(
    shape: &SchemaShape,
    definitions: &[Positioned<VariableDefinition>],
    variables: &Variables,
) -> Result<(), Refusal> {
    for Positioned { node: definition, pos } in definitions {
        let (name, declared) = (&definition.name.node, &definition.var_type.node);
        let Some(value) = variables.get(name) else {
            if definition.default_value.is_none() && !declared.nullable {
                return Err(missing(name, declared, *pos));
            }
            continue;
        };
        if *value == Value::Null && !declared.nullable {
            return Err(missing(name, declared, *pos));
        }
        fit(shape, declared, value).map_err(|misfit| {
            let message = format!("The value of variable \"${name}{}\" {}.", misfit.path, misfit.complaint);
            Refusal::new(RefusalCode::BadUserInput, message, [*pos])
        })?;
    }
    Ok(())
}

fn missing(name: &str, declared: &Type, pos: Pos) -> Refusal {
    let message = format!("Variable \"${name}\" of required type \"{declared}\" was not provided.");
    Refusal::new(RefusalCode::BadUserInput, message, [pos])
}

/// Where in a value something does not fit, and what: never the value itself, which may be a password.
struct Misfit {
    path: String,
    complaint: String,
}

impl Misfit {
    fn new(complaint: String) -> Self {
        Self {
            path: String::new(),
            complaint,
        }
    }

    fn inside(self, part: impl std::fmt::Display) -> Self {
        Self {
            path: format!(".{part}{}", self.path),
            ..self
        }
    }
}

fn fit(shape: &SchemaShape, wanted: &Type, value: &Value) -> Result<(), Misfit> {
    let expected = |fits: bool| {
        fits.then_some(())
            .ok_or_else(|| Misfit::new(format!("has to be of type \"{wanted}\"")))
    };
    if *value == Value::Null {
        return expected(wanted.nullable);
    }
    match (&wanted.base, value) {
        (BaseType::List(item), Value::List(items)) => {
            for (place, value) in items.iter().enumerate() {
                fit(shape, item, value).map_err(|misfit| misfit.inside(place))?;
            }
            Ok(())
        }
        // A value where a list is wanted stands for a list of one.
        (BaseType::List(item), one) => fit(shape, item, one),
        (BaseType::Named(name), value) => match (shape.input(name), value) {
            (Some(InputType::Scalar), value) => expected(scalars::accepts(name, value)),
            (Some(InputType::Enum(words)), Value::String(word)) => expected(words.contains(word)),
            (Some(InputType::Object(fields)), Value::Object(given)) => fit_object(shape, name, fields, given),
            (Some(InputType::Enum(_) | InputType::Object(_)), _) => expected(false),
            (None, _) => Ok(()),
        },
    }
}

fn fit_object(
    shape: &SchemaShape,
    name: &str,
    fields: &HashMap<String, InputField>,
    given: &IndexMap<Name, Value>,
) -> Result<(), Misfit> {
    for (field, value) in given {
        let Some(known) = fields.get(field.as_str()) else {
            return Err(Misfit::new(format!(
                "has a field \"{field}\", which \"{name}\" has not"
            )));
        };
        fit(shape, &known.written, value).map_err(|misfit| misfit.inside(field))?;
    }
    let is_left_out = |(field, known): &(&String, &InputField)| {
        !known.written.nullable && !known.has_default && !given.contains_key(field.as_str())
    };
    match fields.iter().find(is_left_out) {
        None => Ok(()),
        Some((field, known)) => Err(Misfit::new(format!(
            "lacks the field \"{field}\" of type \"{}\"",
            known.written
        ))),
    }
}
