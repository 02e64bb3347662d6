//! The door of an event: who came, when, through which door. Devices scan without the network and upload later, in any order and
//! as often as need be; what it comes to is a function of what was scanned alone.
//!
//! `merge` says what scans come to, and is pure. `desk` is who stands at the door, a person or a device, with the transaction;
//! `scanning` takes scans, `presence` reckons anew what they come to, in the same transaction. `device`, `ruling`, `walk_in`
pub mod desk;
pub mod device;
pub mod merge;
pub mod presence;
pub mod query;
pub mod scanning;
