//! Who came: what units say of their own people, what the host makes of it, and what it all comes to.
//!
//! A unit asks for excuses (`excusing`) and writes a sheet on its own people, which its HEAD submits and the host verifies or
//! returns (`writing`). `sealing` seals the sheets with the event, and whatever the door says where a unit has said nothing;
//! `correcting` makes a sealed sheet anew, by two persons. `recap` counts who came, `inspection` looks whether what was sealed
//! is still what it was.
pub mod correcting;
pub mod excusing;
pub mod graphql;
pub mod held;
pub mod inspection;
pub mod query;
pub mod recap;
pub mod sealing;
pub mod workflow;
pub mod writing;
