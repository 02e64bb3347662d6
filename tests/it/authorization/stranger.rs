//! A stranger learns nothing.
