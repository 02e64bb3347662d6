//! Every rule, a page per slice. No catch-all arm over our own words: a new word must find its place before anything
//! compiles. The full table of grants is `tests/golden/policy.txt`.
pub mod award;
pub mod cycle;
pub mod evaluation;
pub mod event;
pub mod finding;
pub mod handover;
pub mod identity;
pub mod recommendation;
pub mod report;
pub mod review;
pub mod rubric;
pub mod rule;
pub mod template;
pub mod territory;
