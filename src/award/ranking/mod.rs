//! Who comes before whom, and why: a function of frozen figures alone, in whole numbers, so that everybody who has them gets the
//! same list to the last byte. `docs/awards.md` tells it for those who would reckon by hand, `docs/recompute_award.py` is the
//! same in another language.
//!
//! [`inputs`] is what a category is reckoned from, [`calibration`] what makes jurors alike, [`rank`] the order and what decided
//! it, [`bundle`] the file from which all of it is reckoned again far from here.
pub mod amount;
pub mod bundle;
pub mod calibration;
pub mod inputs;
mod order;

pub use order::{Cut, Decided, Outcome, Part, Ranked, Ranking, rank};
