//! Jenjang: the backend in which a supervisory hierarchy reports upward, is reviewed, meets and is recognised.
//!
//! A request comes in at [`graphql::http`], is bounded and normalised by [`graphql::document`], and runs against the one
//! schema of [`graphql::root`], which merges the slices. A slice's `graphql` is thin: it hands a typed command to the
//! slice's `service`, which takes a [`session::Session`] - there is no use case without an actor - and runs in one
//! transaction through [`command`]. What may follow what is the slice's `workflow`, who may do it is [`authz`], and what
//! may be read is the slice's `query`, the only door to its tables.
//!
//! - [`identity`]: accounts, sign-in, sessions, tokens
//! - [`territory`]: regions, units, seats, holders; the tree in memory
//! - [`report`]: templates, cycles, reports, revisions, handover
//! - [`review`]: assignments, conflicts of interest and portfolios, whatever is reviewed
//! - [`event`]: invitations, attendance, what it led to
//! - [`award`]: what the scores of an edition come to
//! - [`certificate`]: signed statements of attendance and awards
//! - [`statement`]: what receipts and certificates share, and the public page of both
//! - [`papers`]: what the doors to the official papers share
//! - [`mod@file`]: what is uploaded, kept and attached to records
//! - [`proposal`]: acts that take two persons
//! - [`access`]: why somebody may or may not do something
//! - [`feed`], [`audit`]: what every act leaves behind
//! - [`notice`]: who is told of what happened
//! - [`task`]: what waits for whom
//! - [`reminder`]: that only one process reminds
//! - [`mail`]: what is sent by e-mail
//! - [`app`], [`config`], [`background`], [`demo`], [`doctor`], [`auditor`]: the process
//!
//! Imports point one way; `tests/it/architecture.rs` keeps it so.
pub mod access;
pub mod app;
pub mod audit;
pub mod auditor;
pub mod authz;
pub mod award;
mod awarding;
pub mod background;
pub mod certificate;
pub mod clock;
pub mod command;
pub mod config;
pub mod db;
pub mod demo;
pub mod digest;
pub mod doctor;
pub mod error;
pub mod event;
pub mod faults;
pub mod feed;
pub mod file;
pub mod graphql;
pub mod identity;
pub mod input;
pub mod legal_basis;
pub mod locale;
pub mod mail;
mod meeting;
pub mod notice;
pub mod page;
pub mod papers;
pub mod proposal;
pub mod reminder;
pub mod report;
pub mod review;
pub mod sample;
pub mod services;
pub mod session;
pub mod statement;
pub mod task;
pub mod territory;
