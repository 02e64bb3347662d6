//! Regions, units and seats in the API. All of it comes from the snapshot: no field here asks the database.
mod change;
pub mod election;
mod list;
pub mod mutation;
mod region;
pub mod reorganise;
mod seat;
mod unit;

pub use change::UnitChange;
pub use election::ElectionMutation;
pub use list::{TerritoryQuery, ids};
pub use mutation::TerritoryMutation;
pub use region::{Region, RegionKind};
pub use reorganise::ReorganiseMutation;
pub use seat::{Function, Position, Seat, SeatHolder};
pub use unit::{BodyKind, Tier, Unit};
