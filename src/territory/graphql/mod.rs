//! Regions, units and seats in the API. All of it comes from the snapshot: no field here asks the database.
mod change;
pub mod edition;
mod list;
pub mod mutation;
mod region;
mod region_list;
pub mod reorganise;
mod seat;
mod unit;

pub use change::UnitChange;
pub use edition::{RegionEdition, RegionMutation};
pub use list::{TerritoryQuery, ids};
pub use mutation::TerritoryMutation;
pub use region::{Region, RegionKind};
pub use region_list::RegionQuery;
pub use reorganise::ReorganiseMutation;
pub use seat::{Function, Position, Seat, SeatHolder};
pub use unit::{BodyKind, Tier, Unit};
