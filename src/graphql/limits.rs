//! What one request may ask for. Every bound stands here with its reason; whoever checks one reads it from here.

use std::time::Duration;

/// The bounds of one request. A number is the most that is still accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request body, read no further than this. The longest text that is sent at once is an edition of the list
    /// of regions: 7,800 lines, some 550 kB with former codes and dates.
    pub body_bytes: usize,
    /// Values in the JSON of a body, counted before it is read: each takes some hundred bytes in memory, whether it stands
    /// for a long text or for a digit, so that a longer body may hold longer texts but no more of them.
    pub body_values: usize,
    /// How long a request body may take to arrive, so that one who sends a byte a minute holds no connection.
    pub body_seconds: u64,
    /// Lexical tokens of the document, counted before it is parsed, so that parsing stays cheap.
    pub tokens: usize,
    /// How deep fields may stand inside fields; what is asked of `__schema` and `__type` is not counted.
    pub depth: usize,
    /// Objects the answer may hold, as estimated from the page sizes the request asks for.
    pub complexity: usize,
    /// Aliases of the operation: the way to run one expensive field many times.
    pub aliases: usize,
    /// Fields at the root of the operation, each of which is a use case of its own.
    pub root_fields: usize,
    /// Directives in the whole document; clients write a handful of `@include` and `@skip`.
    pub directives: usize,
    /// Fragment definitions in the document.
    pub fragments: usize,
    /// Selections of the document with every fragment written out where it is spread, long literals weighing
    /// more, so that a kilobyte of fragments that spread each other cannot stand for a billion fields.
    pub selections: usize,
    /// Brackets open at once in the text, and selection sets inside each other once fragments are followed. It
    /// protects the stack, so it also holds where `depth` does not: in values, in fragments, in introspection.
    pub nesting: usize,
    /// Introspection lists inside each other (`fields`, `interfaces`, `possibleTypes`, `inputFields`): a schema
    /// refers to itself, so each further one multiplies the answer by the number of its types.
    pub introspection_lists: usize,
    /// Errors in one answer; the rest of them are left out.
    pub errors: usize,
    /// How long an operation may execute.
    pub execution_seconds: u64,
    /// How long the database may work on one statement.
    pub statement_seconds: u64,
}

impl Limits {
    /// [`Limits::body_seconds`] as a duration.
    pub fn body(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }

    /// [`Limits::execution_seconds`] as a duration.
    pub fn execution(&self) -> Duration {
        Duration::from_secs(self.execution_seconds)
    }

    /// [`Limits::statement_seconds`] as a duration.
    pub fn statement(&self) -> Duration {
        Duration::from_secs(self.statement_seconds)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            body_values: 128 * 1024,
            body_seconds: 30,
            tokens: 2_000,
            depth: 12,
            complexity: 1_000,
            aliases: 30,
            root_fields: 20,
            directives: 50,
            fragments: 30,
            selections: 5_000,
            nesting: 32,
            introspection_lists: 2,
            errors: 20,
            execution_seconds: 10,
            statement_seconds: 5,
        }
    }
}
