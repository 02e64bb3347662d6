//! Receipts (tanda terima): what the server attests, signed, of every report that was received: whose revision with which
//! hash went from which seat to which, where and when.
//!
//! `payload` is what is signed, `issuing` signs it in the transaction that receives, `query` is the only door to the table,
//! `verification` is what anybody is told who has a code, on a `page` or through the API, `inspection` whether all of them still verify. The keys are in
//! [`crate::identity::receipt_key`]. docs/receipts.md says how a receipt is verified without asking anybody.
pub mod inspection;
pub mod issuing;
pub mod page;
pub mod payload;
pub mod query;
pub mod verification;
