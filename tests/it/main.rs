//! One test binary. Every test that touches a database runs on SQLite and on PostgreSQL; the server is built as `main`
//! builds it and spoken to over HTTP, by named offices.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests look behind the scope on purpose, to compare it with the truth"
)]

mod architecture;
mod auditing;
mod authorization;
mod command_line;
mod demo;
mod documentation;
mod examples;
mod executor_cases;
mod fixtures;
mod golden;
mod http_edge;
mod identity_primitives;
mod migrations;
mod privacy;
mod properties;
mod recomputing;
mod sample;
mod schema;
mod stories;
mod support;
