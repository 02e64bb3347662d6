//! Files: what a unit adds to what it writes.
//!
//! An upload is begun with its size and hash stated, comes in pieces over a line that may break ([`upload`], [`staging`]),
//! and becomes a file when all of it is there and is what it was said to be ([`media`]). Contents are kept once under
//! their hash ([`store`]). A file is attached to a record by its id and frozen with the revision ([`attachment`]); who may
//! see the record may read the file ([`query`]). What is attached to nothing is forgotten after a day ([`cleaning`]).
use chrono::Duration;

pub mod attachment;
pub mod cleaning;
pub mod graphql;
pub mod http;
pub mod inspection;
pub mod media;
pub mod name;
pub mod query;
pub mod service;
pub mod staging;
pub mod store;
pub mod upload;

/// How long an upload may rest, and a file may be attached to nothing, hours.
pub const IDLE_HOURS: i64 = 24;

/// The same as a duration.
#[must_use]
pub fn idle_life() -> Duration {
    Duration::hours(IDLE_HOURS)
}

/// What a process needs to keep files.
pub struct Files {
    pub store: store::Store,
    pub staging: staging::Staging,
    /// The most bytes one file may have.
    pub largest: i64,
    /// The most bytes the files of one unit may have together.
    pub quota: i64,
}

impl Files {
    /// Over a folder that exists.
    ///
    /// # Errors
    /// The operating system's.
    pub fn open(settings: &crate::config::FileSettings) -> std::io::Result<Self> {
        let staging = staging::Staging::open(&settings.folder)?;
        let store = store::Store::open(&settings.folder).map_err(std::io::Error::other)?;
        Ok(Self {
            store,
            staging,
            largest: settings.largest,
            quota: settings.quota,
        })
    }
}
