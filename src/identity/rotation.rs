//! Which key signs when, and until when it is believed: a function of the moments the keys were made, and nothing else.
//!
//! A new key is published and believed at once but signs only [`LEAD`] later, when every process has read it and every
//! verifier elsewhere has fetched it. The one before it stops signing at that moment and is believed for as long as its
//! last token lives. So nobody is signed out by a rotation.
use chrono::{DateTime, Duration, Utc};

/// How long a new key waits before it signs: longer than others may keep the published keys, and than a process takes to
/// read a new file.
pub const LEAD: Duration = Duration::minutes(10);

/// How much longer than the last token lives a key is believed, for processes whose clocks or reading run behind.
pub const LEEWAY: Duration = Duration::minutes(1);

/// The moments keys were made at, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Schedule<'a> {
    stamps: &'a [DateTime<Utc>],
    token_life: Duration,
}

impl<'a> Schedule<'a> {
    /// For tokens that live so long. `stamps` are in order, oldest first.
    #[must_use]
    pub fn new(stamps: &'a [DateTime<Utc>], token_life: Duration) -> Self {
        Self { stamps, token_life }
    }

    /// Which key signs; none only where there is no key.
    #[must_use]
    pub fn signer(&self, now: DateTime<Utc>) -> Option<usize> {
        let begun = self
            .stamps
            .iter()
            .skip(1)
            .take_while(|made| **made + LEAD <= now)
            .count();
        (!self.stamps.is_empty()).then_some(begun)
    }

    /// Whether a key is believed: from its making until the last token it can have signed has run out.
    #[must_use]
    pub fn is_believed(&self, key: usize, now: DateTime<Utc>) -> bool {
        self.stamps
            .get(key + 1)
            .is_none_or(|successor| now < *successor + LEAD + self.token_life + LEEWAY)
    }
}
