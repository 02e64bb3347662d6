//! Why somebody may or may not do something: the rules themselves are asked, seat by seat, and what they say is told.
//!
//! Nobody learns by it what they may not know. What the asker does not see is absent, whoever is asked about; of another
//! person only the seats within the asker's reach are looked at, and the answer says so.
mod award;
mod event;
pub mod explain;
pub mod graphql;
pub mod review;
