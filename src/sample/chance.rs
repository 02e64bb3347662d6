//! Chance that comes out alike: what happens to a unit in a month hangs on the seed, its code and the month alone.
use chrono::{DateTime, Duration, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A source of chance for one thing that is told.
pub struct Chance(StdRng);

impl Chance {
    /// For what these words name.
    pub fn of(seed: u64, words: &[&str]) -> Self {
        let mut hash = Sha256::new_with_prefix(seed.to_be_bytes());
        for word in words {
            hash.update(word);
            hash.update([0]);
        }
        Self(StdRng::from_seed(hash.finalize().into()))
    }

    /// An id that sorts by time.
    pub fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let milliseconds = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.0.random()).into_uuid()
    }

    pub fn below(&mut self, bound: u32) -> u32 {
        self.0.random_range(0..bound.max(1))
    }

    /// Whether something that happens so often in a thousand happens.
    pub fn in_thousand(&mut self, often: u32) -> bool {
        self.below(1000) < often
    }

    /// A moment within so many seconds after another.
    pub fn within(&mut self, after: DateTime<Utc>, seconds: u32) -> DateTime<Utc> {
        after
            + Duration::seconds(i64::from(self.below(seconds)))
            + Duration::microseconds(i64::from(self.below(1_000_000)))
    }

    /// One of the words.
    pub fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(u32::try_from(words.len()).unwrap_or(1)) as usize]
    }

    pub fn bytes<const COUNT: usize>(&mut self) -> [u8; COUNT] {
        let mut bytes = [0; COUNT];
        self.0.fill(&mut bytes);
        bytes
    }
}
