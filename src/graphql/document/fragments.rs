//! What must hold of a document's fragments before anyone follows them.
//!
//! Writing fragments out and dropping them would hide three errors validation looks for (an unknown fragment, an
//! unused one, a cycle), so they are refused here. The same walk tells how large the document will be: each
//! fragment is measured once and its size remembered, so thirty fragments that each spread the next one twice
//! take thirty steps and not a billion.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, ExecutableDocument, Field, FragmentSpread, Selection, SelectionSet};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

use super::Refusal;
use crate::graphql::limits::Limits;

/// A literal's text weighs one selection more for each of these bytes: it is copied wherever its fragment is.
const BYTES_PER_SELECTION: usize = 100;

/// Refuses broken fragments, and documents too large or too deep once fragments are written out. Gives how deep the
/// deepest operation is: selection sets inside each other, whether a field, a fragment or introspection opens them.
pub(super) fn check(limits: &Limits, document: &ExecutableDocument) -> Result<usize, Refusal> {
    Refusal::unless_within(limits.fragments, document.fragments.len(), "number of fragments")?;
    let mut survey = Survey {
        document,
        limits,
        spreading: Vec::new(),
        measured: HashMap::new(),
        nesting: 0,
    };
    let (mut selections, mut nesting): (usize, usize) = (0, 0);
    for (_, operation) in document.operations.iter() {
        let extent = survey.selection_set(&operation.node.selection_set.node)?;
        Refusal::unless_within(limits.nesting, extent.nesting, "nesting of selections")?;
        selections = selections.saturating_add(extent.selections);
        nesting = nesting.max(extent.nesting);
    }
    Refusal::unless_within(
        limits.selections,
        selections,
        "number of selections with fragments written out",
    )?;
    survey.refuse_unused()?;
    Ok(nesting)
}

/// How large something is with its fragments written out.
#[derive(Clone, Copy, Default)]
struct Extent {
    selections: usize,
    nesting: usize,
}

struct Survey<'document> {
    document: &'document ExecutableDocument,
    limits: &'document Limits,
    /// The fragments being written out, outermost first; one that meets itself here is a cycle.
    spreading: Vec<&'document Name>,
    measured: HashMap<&'document Name, Extent>,
    /// Selection sets around the present one, a bound on this walk's own recursion.
    nesting: usize,
}

impl<'document> Survey<'document> {
    fn selection_set(&mut self, set: &'document SelectionSet) -> Result<Extent, Refusal> {
        let mut whole = Extent::default();
        if set.items.is_empty() {
            return Ok(whole);
        }
        Refusal::unless_within(self.limits.nesting, self.nesting, "nesting of selections")?;
        self.nesting += 1;
        for item in &set.items {
            let part = self.selection(&item.node)?;
            whole.selections = whole.selections.saturating_add(part.selections);
            whole.nesting = whole.nesting.max(part.nesting);
        }
        self.nesting -= 1;
        Ok(whole)
    }

    fn selection(&mut self, selection: &'document Selection) -> Result<Extent, Refusal> {
        let (inside, arguments) = match selection {
            Selection::Field(field) => (self.selection_set(&field.node.selection_set.node)?, weight(&field.node)),
            Selection::InlineFragment(inline) => (self.selection_set(&inline.node.selection_set.node)?, 0),
            Selection::FragmentSpread(spread) => (self.spread(spread)?, 0),
        };
        let own = 1 + arguments + directives_weight(selection.directives());
        let nesting = inside.nesting + usize::from(inside.selections > 0);
        Ok(Extent {
            selections: inside.selections.saturating_add(own),
            nesting,
        })
    }

    fn spread(&mut self, spread: &'document Positioned<FragmentSpread>) -> Result<Extent, Refusal> {
        let name = &spread.node.fragment_name;
        if let Some(extent) = self.measured.get(&name.node) {
            return Ok(*extent);
        }
        let Some(fragment) = self.document.fragments.get(&name.node) else {
            return Err(Refusal::invalid(
                format!("Unknown fragment \"{}\".", name.node),
                [name.pos],
            ));
        };
        if let Some(first) = self.spreading.iter().position(|outer| **outer == name.node) {
            return Err(self.cycle(first, spread));
        }
        self.spreading.push(&name.node);
        let extent = self.selection_set(&fragment.node.selection_set.node)?;
        self.spreading.pop();
        self.measured.insert(&name.node, extent);
        Ok(extent)
    }

    fn cycle(&self, first: usize, spread: &Positioned<FragmentSpread>) -> Refusal {
        let via: Vec<String> = self
            .spreading
            .iter()
            .skip(first + 1)
            .map(|name| format!("\"{name}\""))
            .collect();
        let via = if via.is_empty() {
            String::new()
        } else {
            format!(" via {}", via.join(", "))
        };
        let name = &spread.node.fragment_name.node;
        Refusal::invalid(
            format!("Cannot spread fragment \"{name}\" within itself{via}."),
            [spread.pos],
        )
    }

    /// Every operation has been walked by now, so what was not measured is not used.
    fn refuse_unused(&self) -> Result<(), Refusal> {
        let unused = self
            .document
            .fragments
            .iter()
            .filter(|(name, _)| !self.measured.contains_key(name));
        match unused.min_by_key(|(_, fragment)| fragment.pos) {
            Some((name, fragment)) => Err(Refusal::invalid(
                format!("Fragment \"{name}\" is never used."),
                [fragment.pos],
            )),
            None => Ok(()),
        }
    }
}

fn weight(field: &Field) -> usize {
    field.arguments.iter().map(|(_, value)| value_weight(&value.node)).sum()
}

fn directives_weight(directives: &[Positioned<Directive>]) -> usize {
    let arguments = directives.iter().flat_map(|directive| &directive.node.arguments);
    directives.len() + arguments.map(|(_, value)| value_weight(&value.node)).sum::<usize>()
}

fn value_weight(value: &Value) -> usize {
    match value {
        Value::List(items) => 1 + items.iter().map(value_weight).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(value_weight).sum::<usize>(),
        Value::String(text) => 1 + text.len() / BYTES_PER_SELECTION,
        Value::Binary(bytes) => 1 + bytes.len() / BYTES_PER_SELECTION,
        Value::Variable(_) | Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Enum(_) => 1,
    }
}
