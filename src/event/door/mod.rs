//! The door of an event: who came, when, through which door. Devices scan without the network and upload later, in any order and
//! as often as need be; what it comes to is a function of what was scanned alone.
//!
//! `merge` says what scans come to, and is pure. `desk` is who stands at the door, a person or a device, with the transaction;
//! `scanning` takes scans, `presence` reckons anew what they come to, in the same transaction. `device`, `ruling`, `walk_in`
//! and `online` do the rest, `kit` is what a device takes along, and `inspection` looks whether all of it still fits.
pub mod desk;
pub mod device;
pub mod graphql;
pub mod inspection;
pub mod kit;
pub mod merge;
pub mod online;
pub mod presence;
pub mod query;
pub mod ruling;
pub mod scanning;
pub mod walk_in;
