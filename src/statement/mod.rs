//! What the server states under its signature and anybody verifies: what receipts and certificates have in common.
//!
//! `payload` holds what their texts share, `page` how their public pages look, `verification` finds what a code belongs to, and
//! `http` is the one public door to both. The keys are in [`crate::identity::receipt_key`].
pub mod http;
pub mod page;
pub mod payload;
pub mod verification;
