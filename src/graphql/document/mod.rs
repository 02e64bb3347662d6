//! From the text of a request to a document that is safe to execute.
//!
//! The library walks a document along every path through its fragments before any limit of its own applies, runs
//! a field once for each time it is written, and finds a missing variable only when the field that needs it runs.
//! So everything that can be said about a document without running it is said here first:
//!
//! 1. `tokens` counts and bounds the text, so that parsing can exhaust neither time nor stack;
//! 2. `fragments` refuses unknown, unused and cyclic fragments, and documents too large once written out;
//! 3. `normalise` writes fragments out and merges what is asked for twice, so that a field runs once;
//! 4. `cost` counts what the chosen operation asks for;
//! 5. `variables` holds what is given for its variables against what it declares.
//!
//! Nothing is dropped that validation would have refused: what cannot be merged without hiding an error stays as
//! it was written, and the library validates the whole of what is left.

mod cost;
mod documents;
mod fragments;
mod normalise;
mod shape;
mod tokens;
mod variables;

pub use documents::Documents;
pub use shape::{SchemaShape, ShapeError};

use std::collections::HashSet;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::parser::{self, parse_query};
use async_graphql::{Name, Pos, Positioned, Variables};

use super::limits::Limits;
use cost::Cost;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    Query,
    Mutation,
    Subscription,
}

/// A document that may be executed, and what is known of its chosen operation.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// All operations, normalised: the specification has the library validate the whole document.
    pub document: ExecutableDocument,
    pub operation: OperationKind,
    /// The name the chosen operation has in the document, whether or not the request named it.
    pub operation_name: Option<String>,
    /// The keys the answer will have at its root, each once, in order.
    pub response_keys: Vec<String>,
    /// The schema's name of every root field, in order: one that is asked for twice stands here twice.
    pub root_fields: Vec<String>,
    /// Whether `__schema` or `__type` is selected; `__typename` is free to everyone.
    pub introspects: bool,
    /// How many objects the answer may hold.
    pub complexity: usize,
    /// How deep fields stand inside fields, introspection apart.
    pub depth: usize,
    /// How deep selection sets stand inside each other in the deepest operation, fragments and introspection too.
    pub nesting: usize,
}

/// Why a document is not executed, in the terms of the error codes clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalCode {
    ParseFailed,
    ValidationFailed,
    BadUserInput,
    TooComplex,
}

/// A document refused before anything of it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: RefusalCode,
    /// One English sentence; where a limit is met, it names the limit.
    pub message: String,
    /// Where in the text, if it is one place.
    pub positions: Vec<Pos>,
}

impl Refusal {
    fn new(code: RefusalCode, message: impl Into<String>, positions: impl IntoIterator<Item = Pos>) -> Self {
        Self {
            code,
            message: message.into(),
            positions: positions.into_iter().collect(),
        }
    }

    fn invalid(message: impl Into<String>, positions: impl IntoIterator<Item = Pos>) -> Self {
        Self::new(RefusalCode::ValidationFailed, message, positions)
    }

    /// Refuses what exceeds its limit; `what` completes "The .. is 31; the limit is 30."
    fn unless_within(limit: usize, found: usize, what: &str) -> Result<(), Self> {
        if found <= limit {
            return Ok(());
        }
        Err(Self::new(
            RefusalCode::TooComplex,
            format!("The {what} is {found}; the limit is {limit}."),
            [],
        ))
    }
}

/// Reads a request's document, refuses what must not run, and normalises the rest.
pub fn prepare(
    shape: &SchemaShape,
    limits: &Limits,
    query: &str,
    operation_name: Option<&str>,
    given: &Variables,
) -> Result<Prepared, Refusal> {
    read(shape, limits, query)?.prepared(shape, limits, operation_name, given)
}

/// A document by its text alone, normalised: what is the same for all who send it.
#[derive(Clone, Debug)]
struct Document {
    normalised: ExecutableDocument,
    nesting: usize,
}

fn read(shape: &SchemaShape, limits: &Limits, query: &str) -> Result<Document, Refusal> {
    tokens::check(limits, query)?;
    let mut document = parse(query)?;
    let nesting = fragments::check(limits, &document)?;
    normalise::normalise(shape, &mut document);
    Ok(Document {
        normalised: document,
        nesting,
    })
}

impl Document {
    /// With the operation a request chooses and what it gives for its variables.
    fn prepared(
        self,
        shape: &SchemaShape,
        limits: &Limits,
        operation_name: Option<&str>,
        given: &Variables,
    ) -> Result<Prepared, Refusal> {
        let (name, operation) = choose(&self.normalised.operations, operation_name)?;
        let cost = Cost::of(shape, &self.normalised, &operation.node, given);
        cost.check(limits)?;
        let roots = roots(&operation.node, &cost)?;
        variables::check(shape, &operation.node.variable_definitions, given)?;

        Ok(Prepared {
            operation: kind(operation.node.ty),
            operation_name: name.map(ToString::to_string),
            response_keys: roots.iter().map(|(key, _)| key.to_string()).collect(),
            root_fields: cost.roots.iter().map(|field| field.name.node.to_string()).collect(),
            introspects: cost.introspects,
            complexity: cost.complexity,
            depth: cost.depth,
            nesting: self.nesting,
            document: self.normalised,
        })
    }
}

/// The parser also refuses what the specification leaves to validation (two operations of one name, for
/// instance); only broken syntax is called a parse failure.
fn parse(query: &str) -> Result<ExecutableDocument, Refusal> {
    parse_query(query).map_err(|error| {
        let positions: Vec<Pos> = error.positions().collect();
        match error {
            parser::Error::Syntax { message, .. } => {
                // The parser draws the line with a caret below it; the expectation is what stands last.
                let expectation = message.rsplit_once("= ").map_or(message.as_str(), |(_, last)| last);
                let sentence = format!("The document is not GraphQL: {}.", expectation.trim().replace('_', " "));
                Refusal::new(RefusalCode::ParseFailed, sentence, positions)
            }
            parser::Error::RecursionLimitExceeded => Refusal::new(
                RefusalCode::TooComplex,
                "The document is nested too deep to be parsed.",
                positions,
            ),
            other => Refusal::invalid(format!("{other}."), positions),
        }
    })
}

/// The operation the request means. The document may well be valid without it, it is the request's own
/// `operationName` that is wrong or missing: so the fault is named as bad input, not as failed validation.
fn choose<'document>(
    operations: &'document DocumentOperations,
    wanted: Option<&str>,
) -> Result<(Option<&'document Name>, &'document Positioned<OperationDefinition>), Refusal> {
    let mut candidates = operations.iter().filter(|(name, _)| match wanted {
        Some(wanted) => name.is_some_and(|name| name == wanted),
        None => true,
    });
    match (candidates.next(), candidates.next(), wanted) {
        (Some(only), None, _) => Ok(only),
        (None, _, Some(wanted)) => Err(bad_input(format!("Unknown operation named \"{wanted}\"."))),
        _ => Err(bad_input(
            "The document has several operations; operationName must say which one to run.",
        )),
    }
}

fn bad_input(message: impl Into<String>) -> Refusal {
    Refusal::new(RefusalCode::BadUserInput, message, [])
}

fn kind(operation: OperationType) -> OperationKind {
    match operation {
        OperationType::Query => OperationKind::Query,
        OperationType::Mutation => OperationKind::Mutation,
        OperationType::Subscription => OperationKind::Subscription,
    }
}

/// Response key and field of each root field, each key once. What a query still repeats after merging costs only
/// time; a mutation would be carried out twice, so it is refused.
fn roots<'document>(
    operation: &OperationDefinition,
    cost: &Cost<'document>,
) -> Result<Vec<(&'document Name, &'document Name)>, Refusal> {
    let mut seen = HashSet::new();
    let mut roots = Vec::with_capacity(cost.roots.len());
    for field in &cost.roots {
        let key = field.response_key();
        if seen.insert(&key.node) {
            roots.push((&key.node, &field.name.node));
        } else if operation.ty == OperationType::Mutation {
            let message = format!(
                "The mutation repeats \"{}\" with differing arguments or directives, which would run it more than \
                 once; give each its own alias.",
                key.node
            );
            return Err(Refusal::invalid(message, [key.pos]));
        }
    }
    Ok(roots)
}
