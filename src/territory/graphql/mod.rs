//! Regions, units and seats in the API. All of it comes from the snapshot: no field here asks the database.
mod change;
mod holders;
mod list;
pub mod mutation;
mod region;
pub mod reorganise;
mod seat;
mod seat_list;
mod unit;

pub use change::UnitChange;
pub use holders::SeatHolderConnection;
pub use list::{TerritoryQuery, ids};
pub use mutation::TerritoryMutation;
pub use region::{Region, RegionKind};
pub use reorganise::ReorganiseMutation;
pub use seat::{Function, Position, Seat, SeatHolder};
pub use seat_list::{FunctionFilter, SeatQuery};
pub use unit::{BodyKind, Tier, Unit};
