//! The papers as a reader of PDF sees them, and where on the page they stand.

mod anything;
mod golden;
mod reading;
mod samples;
