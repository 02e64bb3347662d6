//! Who acts for whom.
