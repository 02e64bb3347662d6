//! What an operation asks for, counted on the normalised document with its remaining fragments followed.
//!
//! **Complexity** estimates how many objects the answer may hold. A field without selections costs 0. Any other
//! field costs 1 for its object, and what is selected inside it:
//!
//! - a connection (its type's name ends in `Connection`): `1 + page × inside`, where the page is what `first` or
//!   `last` asks for and [`DEFAULT_PAGE`] where neither does; the wrappers `edges` and `pageInfo` cost 0;
//! - a list with `first` or `last`: `page × (1 + inside)`;
//! - a list with `ids`: `number of ids × (1 + inside)`;
//! - anything else: `1 + inside`.
//!
//! So `reports(first: 50) { edges { node { unit { name } } } totalCount }` costs 1 + 50 × (1 + 1) = 101. All of it
//! saturates; what is negative counts as 0, and what is not a whole number is left for validation to refuse.

use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Value as ConstValue, Variables};
use async_graphql_value::{Number, Value};

use super::Refusal;
use super::shape::SchemaShape;
use crate::graphql::limits::Limits;

/// Items of a connection when the request does not say.
const DEFAULT_PAGE: usize = 20;

pub(super) struct Cost<'document> {
    /// The root fields in order, repeated ones too.
    pub roots: Vec<&'document Field>,
    pub aliases: usize,
    pub depth: usize,
    pub complexity: usize,
    pub introspects: bool,
    introspection_lists: usize,
}

impl<'document> Cost<'document> {
    pub(super) fn of(
        shape: &'document SchemaShape,
        document: &'document ExecutableDocument,
        operation: &'document OperationDefinition,
        variables: &'document Variables,
    ) -> Self {
        let cost = Self {
            roots: Vec::new(),
            aliases: 0,
            depth: 0,
            complexity: 0,
            introspects: false,
            introspection_lists: 0,
        };
        let mut count = Count {
            shape,
            document,
            operation,
            variables,
            cost,
        };
        let root = Place {
            parent: shape.root(operation.ty),
            depth: 0,
            introspection: None,
        };
        count.cost.complexity = count.selection_set(&operation.selection_set.node, root);
        count.cost
    }

    pub(super) fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        Refusal::unless_within(limits.aliases, self.aliases, "number of aliases")?;
        Refusal::unless_within(limits.root_fields, self.roots.len(), "number of root fields")?;
        Refusal::unless_within(limits.depth, self.depth, "depth")?;
        Refusal::unless_within(
            limits.introspection_lists,
            self.introspection_lists,
            "nesting of introspection lists",
        )?;
        Refusal::unless_within(limits.complexity, self.complexity, "complexity")
    }
}

/// Where a selection set stands.
#[derive(Clone, Copy)]
struct Place<'document> {
    /// Its type, `None` where the schema knows none.
    parent: Option<&'document str>,
    /// Fields around it.
    depth: usize,
    /// Introspection lists around it, once inside `__schema` or `__type`.
    introspection: Option<usize>,
}

struct Count<'document> {
    shape: &'document SchemaShape,
    document: &'document ExecutableDocument,
    operation: &'document OperationDefinition,
    variables: &'document Variables,
    cost: Cost<'document>,
}

impl<'document> Count<'document> {
    fn selection_set(&mut self, set: &'document SelectionSet, place: Place<'document>) -> usize {
        let costs = set.items.iter().map(|item| match &item.node {
            Selection::Field(field) => self.field(&field.node, place),
            Selection::InlineFragment(inline) => {
                let condition = inline
                    .node
                    .type_condition
                    .as_ref()
                    .map(|condition| &condition.node.on.node);
                self.fragment(&inline.node.selection_set.node, condition, place)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                fragment.map_or(0, |fragment| {
                    let condition = Some(&fragment.node.type_condition.node.on.node);
                    self.fragment(&fragment.node.selection_set.node, condition, place)
                })
            }
        });
        costs.fold(0, usize::saturating_add)
    }

    fn fragment(&mut self, set: &'document SelectionSet, condition: Option<&Name>, place: Place<'document>) -> usize {
        let parent = condition.map_or(place.parent, |condition| self.shape.composite(condition));
        self.selection_set(set, Place { parent, ..place })
    }

    fn field(&mut self, field: &'document Field, place: Place<'document>) -> usize {
        let name = field.name.node.as_str();
        if place.depth == 0 && place.introspection.is_none() {
            self.cost.roots.push(field);
        }
        self.cost.aliases += usize::from(field.alias.is_some());

        let inside = self.inside(name, place);
        self.cost.depth = self.cost.depth.max(inside.depth);
        self.cost.introspects |= inside.introspection.is_some();
        self.cost.introspection_lists = self
            .cost
            .introspection_lists
            .max(inside.introspection.unwrap_or_default());

        if field.selection_set.node.items.is_empty() {
            return 0;
        }
        let children = self.selection_set(&field.selection_set.node, inside);
        self.price(field, place, inside, children)
    }

    fn inside(&self, field: &str, place: Place<'document>) -> Place<'document> {
        let parent = place.parent.and_then(|parent| self.shape.selectable(parent, field));
        let multiplies = matches!(field, "fields" | "interfaces" | "possibleTypes" | "inputFields");
        match place.introspection {
            Some(lists) => Place {
                parent,
                introspection: Some(lists + usize::from(multiplies)),
                ..place
            },
            None if matches!(field, "__schema" | "__type") => Place {
                parent,
                introspection: Some(0),
                ..place
            },
            None => Place {
                parent,
                depth: place.depth + 1,
                ..place
            },
        }
    }

    /// The formula above.
    fn price(&self, field: &Field, place: Place<'_>, inside: Place<'_>, children: usize) -> usize {
        let page = self.page(field);
        if is_connection(inside.parent) {
            return page.unwrap_or(DEFAULT_PAGE).saturating_mul(children).saturating_add(1);
        }
        let wraps = is_connection(place.parent) && matches!(field.name.node.as_str(), "edges" | "pageInfo");
        let each = children.saturating_add(usize::from(!wraps));
        let ids = || field.get_argument("ids").map(|ids| self.length(&ids.node));
        page.or_else(ids).unwrap_or(1).saturating_mul(each)
    }

    /// What `first` or `last` asks for, the larger where a request gives both.
    fn page(&self, field: &Field) -> Option<usize> {
        let asked = |argument| self.whole_number(&field.get_argument(argument)?.node);
        asked("first").max(asked("last"))
    }

    fn whole_number(&self, value: &Value) -> Option<usize> {
        match value {
            Value::Number(number) => whole(number),
            Value::Variable(name) => match self.variable(name)? {
                ConstValue::Number(number) => whole(number),
                _ => None,
            },
            _ => None,
        }
    }

    fn length(&self, value: &Value) -> usize {
        match value {
            Value::List(items) => items.len(),
            Value::Variable(name) => match self.variable(name) {
                Some(ConstValue::List(items)) => items.len(),
                _ => 1,
            },
            _ => 1,
        }
    }

    fn variable(&self, name: &Name) -> Option<&ConstValue> {
        let given = self.variables.get(name);
        given.or_else(|| {
            let mut definitions = self.operation.variable_definitions.iter();
            let definition = definitions.find(|definition| definition.node.name.node == *name)?;
            definition.node.default_value.as_ref().map(|default| &default.node)
        })
    }
}

fn is_connection(type_name: Option<&str>) -> bool {
    type_name.is_some_and(|name| name.ends_with("Connection"))
}

fn whole(number: &Number) -> Option<usize> {
    if number.is_i64() || number.is_u64() {
        return Some(
            number
                .as_u64()
                .map_or(0, |number| usize::try_from(number).unwrap_or(usize::MAX)),
        );
    }
    None
}
