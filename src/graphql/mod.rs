//! One GraphQL API over all slices: the root, and what every slice's types share. Nothing here is about one slice.
pub mod context;
pub mod document;
pub mod http;
pub mod id;
pub mod input;
pub mod legal_basis;
pub mod limits;
pub mod page;
pub mod planned;
pub mod problem;
pub mod programs;
pub mod root;
pub mod scalars;
