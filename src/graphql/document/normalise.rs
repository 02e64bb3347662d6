//! Writes fragments out where they change nothing, and merges what is asked for twice.
//!
//! The specification runs a field once however often it is written; the library runs it each time, so that
//! `mutation { submit { a } submit { b } }` would submit twice. After this, fields of one response key, name,
//! arguments and directives are one field. What stays as it was written, and is validated as such: a fragment on
//! another type than its parent's (an interface decides at run time), one that carries directives, and fields
//! that differ in anything.
//!
//! [`super::fragments::check`] comes first and bounds the work and the recursion here.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment, OperationDefinition,
    Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

use super::shape::SchemaShape;

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Normalises every operation, and keeps of the fragments those that are still spread.
pub(super) fn normalise(shape: &SchemaShape, document: &mut ExecutableDocument) {
    let fragments = std::mem::take(&mut document.fragments);
    let mut normaliser = Normaliser {
        shape,
        fragments: &fragments,
        spread: Vec::new(),
    };
    for operation in operations_mut(&mut document.operations) {
        let root = shape.root(operation.node.ty);
        normaliser.selection_set(&mut operation.node.selection_set.node, root);
    }
    while let Some(name) = normaliser.spread.pop() {
        if document.fragments.contains_key(&name) {
            continue;
        }
        let Some(mut kept) = fragments.get(&name).cloned() else {
            continue;
        };
        let condition = shape.composite(&kept.node.type_condition.node.on.node);
        normaliser.selection_set(&mut kept.node.selection_set.node, condition);
        document.fragments.insert(name, kept);
    }
}

fn operations_mut(
    operations: &mut DocumentOperations,
) -> Box<dyn Iterator<Item = &mut Positioned<OperationDefinition>> + '_> {
    match operations {
        DocumentOperations::Single(operation) => Box::new(std::iter::once(operation)),
        DocumentOperations::Multiple(operations) => Box::new(operations.values_mut()),
    }
}

/// `parent` is the type a selection set stands on, or `None` where the schema knows no such type; validation will
/// say so, provided nothing is merged away in the meantime.
struct Normaliser<'document> {
    shape: &'document SchemaShape,
    fragments: &'document Fragments,
    /// Fragments that had to stay where they were spread.
    spread: Vec<Name>,
}

impl Normaliser<'_> {
    fn selection_set(&mut self, set: &mut SelectionSet, parent: Option<&str>) {
        let mut gathered = Gathered::default();
        self.gather(std::mem::take(&mut set.items), parent, &mut gathered);
        set.items = gathered.items;
        for item in &mut set.items {
            match &mut item.node {
                Selection::Field(field) => {
                    let field = &mut field.node;
                    let inside = parent.and_then(|parent| self.shape.selectable(parent, &field.name.node));
                    self.selection_set(&mut field.selection_set.node, inside);
                }
                Selection::InlineFragment(inline) => {
                    let inside = match &inline.node.type_condition {
                        Some(condition) => self.shape.composite(&condition.node.on.node),
                        None => parent,
                    };
                    self.selection_set(&mut inline.node.selection_set.node, inside);
                }
                Selection::FragmentSpread(spread) => self.spread.push(spread.node.fragment_name.node.clone()),
            }
        }
    }

    /// One level of selections with its fragments written out; what is selected inside a field comes after, when
    /// all that is to be merged into the field has been.
    fn gather(&self, items: Vec<Positioned<Selection>>, parent: Option<&str>, into: &mut Gathered) {
        for Positioned { node, pos } in items {
            match node {
                Selection::Field(field) => into.add_field(field),
                Selection::InlineFragment(inline) if always_applies(&inline.node, parent) => {
                    self.gather(inline.node.selection_set.node.items, parent, into);
                }
                Selection::InlineFragment(_) => into.items.push(Positioned::new(node, pos)),
                Selection::FragmentSpread(ref spread) => {
                    let fragment = self.fragments.get(&spread.node.fragment_name.node);
                    let dissolved =
                        fragment.filter(|fragment| spread.node.directives.is_empty() && is_of(&fragment.node, parent));
                    match dissolved {
                        Some(fragment) => {
                            self.gather(fragment.node.selection_set.node.items.clone(), parent, into);
                        }
                        None => into.items.push(Positioned::new(node, pos)),
                    }
                }
            }
        }
    }
}

fn always_applies(inline: &InlineFragment, parent: Option<&str>) -> bool {
    let of_parent = match &inline.type_condition {
        Some(condition) => parent.is_some_and(|parent| condition.node.on.node == parent),
        None => true,
    };
    of_parent && inline.directives.is_empty()
}

fn is_of(fragment: &FragmentDefinition, parent: Option<&str>) -> bool {
    let of_parent = parent.is_some_and(|parent| fragment.type_condition.node.on.node == parent);
    of_parent && fragment.directives.is_empty()
}

/// The selections of one level so far, and where the fields of each response key stand among them.
#[derive(Default)]
struct Gathered {
    items: Vec<Positioned<Selection>>,
    places: HashMap<Name, Vec<usize>>,
}

impl Gathered {
    fn add_field(&mut self, field: Positioned<Field>) {
        let places = self.places.entry(field.node.response_key().node.clone()).or_default();
        for place in places.iter() {
            if let Some(Selection::Field(earlier)) = self.items.get_mut(*place).map(|item| &mut item.node)
                && mergeable(&earlier.node, &field.node)
            {
                earlier
                    .node
                    .selection_set
                    .node
                    .items
                    .extend(field.node.selection_set.node.items);
                return;
            }
        }
        places.push(self.items.len());
        let pos = field.pos;
        self.items.push(Positioned::new(Selection::Field(field), pos));
    }
}

/// Whether two fields of one response key are the same field. One with selections and one without are not: the
/// one that is wrong would be hidden by the other.
fn mergeable(one: &Field, other: &Field) -> bool {
    one.name.node == other.name.node
        && one.selection_set.node.items.is_empty() == other.selection_set.node.items.is_empty()
        && same_arguments(&one.arguments, &other.arguments)
        && same_directives(&one.directives, &other.directives)
}

type Arguments = [(Positioned<Name>, Positioned<Value>)];

/// In any order. An argument given twice by `one` is still there for validation after merging, and one given
/// twice by `other` cannot match, for then another is missing.
fn same_arguments(one: &Arguments, other: &Arguments) -> bool {
    one.len() == other.len()
        && one.iter().all(|(name, value)| {
            other
                .iter()
                .any(|(name2, value2)| name.node == name2.node && value.node == value2.node)
        })
}

fn same_directives(one: &[Positioned<Directive>], other: &[Positioned<Directive>]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(directive, directive2)| {
            directive.node.name.node == directive2.node.name.node
                && same_arguments(&directive.node.arguments, &directive2.node.arguments)
        })
}
