//! Regions, units and seats in the API. All of it comes from the snapshot: no field here asks the database, but for the
//! record of changes.
mod change;
pub mod dividing;
pub mod edition;
pub mod election;
pub mod forming;
mod holders;
mod list;
pub mod mutation;
mod record;
mod region;
mod region_list;
pub mod reorganise;
mod seat;
mod seat_list;
mod unit;

pub use change::{UnitChange, known_unit};
pub use dividing::DividingMutation;
pub use edition::{RegionEdition, RegionMutation};
pub use election::ElectionMutation;
pub use forming::FormingMutation;
pub use holders::SeatHolderConnection;
pub use list::{CodeFilter, TerritoryQuery, TierFilter, ids, tiers};
pub use mutation::TerritoryMutation;
pub use record::{ChangeLoader, ChangeOf, RecordQuery};
pub use region::{Region, RegionKind};
pub use region_list::RegionQuery;
pub use reorganise::ReorganiseMutation;
pub use seat::{Function, Position, Seat, SeatHolder};
pub use seat_list::{FunctionFilter, SeatQuery};
pub use unit::{BodyKind, Tier, Unit};
