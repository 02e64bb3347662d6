//! Editions of the list of regions. A new edition is the whole list: [`reading`] reads it, [`compare`] tells what it
//! changes and refuses what could mean two things, [`fit`] sees to it that it can be so on every day, and [`service`]
//! writes it. A region is its id: codes and names are what it has for a time.
pub mod compare;
pub mod fit;
pub mod reading;
pub mod service;
