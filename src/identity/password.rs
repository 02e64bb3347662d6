//! Passwords: argon2id, off the async workers and behind a bounded queue, so that a storm of
//! sign-ins neither slows queries down nor piles up memory.

use std::fmt::{self, Debug, Display, Formatter};
use std::sync::Arc;

use argon2::password_hash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Longer passwords, counted in characters, are never right.
pub const LONGEST_PASSWORD: usize = 128;

/// What one hash costs, to us as to whoever guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB, held while the hash is computed; at least 8 per lane.
    pub memory_kib: u32,
    /// Passes over that memory, at least 1.
    pub iterations: u32,
    /// Lanes, at least 1.
    pub parallelism: u32,
}

impl Default for HashCost {
    /// What OWASP asks of argon2id: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

impl HashCost {
    /// The least argon2 accepts: a test that signs in a hundred people should not take a minute. A
    /// hash of this cost protects nothing.
    pub fn weak_for_tests() -> Self {
        Self {
            memory_kib: 8,
            iterations: 1,
            parallelism: 1,
        }
    }
}

/// Hashes and checks passwords. Clones share one queue.
#[derive(Clone)]
pub struct Hasher {
    shared: Arc<Shared>,
}

struct Shared {
    cost: HashCost,
    argon2: Argon2<'static>,
    /// The hash an unknown account is checked against. Nobody knows its password.
    dummy: String,
    /// Everybody who computes or waits.
    places: Arc<Semaphore>,
    /// Those who compute.
    workers: Arc<Semaphore>,
}

/// Whether a password is the one that was stored.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is.
    Yes,
    /// It is not, or there is no such account: the two cannot be told apart.
    No,
}

impl Hasher {
    /// `workers` hashes (at least one) are computed at a time, `queue` more may wait. Computes one
    /// hash before it returns, so it belongs at the start, outside the async workers.
    ///
    /// # Errors
    /// `cost` is outside what argon2 accepts.
    pub fn new(cost: HashCost, workers: usize, queue: usize) -> Result<Self, BadHashCost> {
        let bad_cost = || BadHashCost(cost);
        let params = Params::new(cost.memory_kib, cost.iterations, cost.parallelism, None).map_err(|_| bad_cost())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let unknown = rand::random::<[u8; 32]>();
        let dummy = argon2.hash_password(&unknown).map_err(|_| bad_cost())?.to_string();
        let workers = workers.clamp(1, Semaphore::MAX_PERMITS);
        let places = workers.saturating_add(queue).min(Semaphore::MAX_PERMITS);
        Ok(Self {
            shared: Arc::new(Shared {
                cost,
                argon2,
                dummy,
                places: Arc::new(Semaphore::new(places)),
                workers: Arc::new(Semaphore::new(workers)),
            }),
        })
    }

    /// The hash to store, with its salt and cost in it (a PHC string).
    ///
    /// # Errors
    /// `TooLong` beyond `LONGEST_PASSWORD`, as such a password could never be used; `Busy`;
    /// `Failed`.
    pub async fn hash(&self, password: SecretString) -> Result<String, HashError> {
        if is_too_long(&password) {
            return Err(HashError::TooLong);
        }
        self.queued(move |shared| {
            let hash = shared.argon2.hash_password(password.expose_secret().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|_| HashError::Failed)
        })
        .await
    }

    /// Checks a password against what was stored, `None` when there is no such account. Every
    /// answer costs one hash, so that time does not tell an unknown account or an overlong password
    /// from a wrong one; that holds as long as stored hashes are of this hasher's cost.
    ///
    /// # Errors
    /// `Busy`; `Failed` also when `stored` is no argon2 hash.
    pub async fn verify(&self, password: SecretString, stored: Option<String>) -> Result<Verified, HashError> {
        self.queued(move |shared| match stored {
            Some(stored) if !is_too_long(&password) => shared.compare(password.expose_secret(), &stored),
            Some(_) | None => shared.compare("", &shared.dummy).map(|_| Verified::No),
        })
        .await
    }

    /// Runs `work` on a thread that may block, once a worker is free.
    ///
    /// A request dropped while it waits gives its place back at once. One dropped while it computes
    /// gives it back when the computation ends, because until then it uses a processor and memory:
    /// hence the permits move into it.
    async fn queued<T, W>(&self, work: W) -> Result<T, HashError>
    where
        T: Send + 'static,
        W: FnOnce(&Shared) -> Result<T, HashError> + Send + 'static,
    {
        let place = Arc::clone(&self.shared.places)
            .try_acquire_owned()
            .map_err(|_| HashError::Busy)?;
        let worker = Arc::clone(&self.shared.workers)
            .acquire_owned()
            .await
            .map_err(|_| HashError::Failed)?;
        let shared = Arc::clone(&self.shared);
        let computed = spawn_blocking(move || {
            let _held = (place, worker);
            work(&shared)
        });
        computed.await.map_err(|_| HashError::Failed)?
    }
}

impl Shared {
    fn compare(&self, password: &str, stored: &str) -> Result<Verified, HashError> {
        match self.argon2.verify_password(password.as_bytes(), stored) {
            Ok(()) => Ok(Verified::Yes),
            Err(password_hash::Error::PasswordInvalid) => Ok(Verified::No),
            Err(_) => Err(HashError::Failed),
        }
    }
}

impl Debug for Hasher {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Hasher")
            .field("cost", &self.shared.cost)
            .field("free_places", &self.shared.places.available_permits())
            .finish_non_exhaustive()
    }
}

/// Stops counting just past the limit: the text may be as long as a request.
fn is_too_long(password: &SecretString) -> bool {
    password.expose_secret().chars().nth(LONGEST_PASSWORD).is_some()
}

/// Why there is no hash, or no answer about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashError {
    /// The queue is full; the caller should come back later.
    Busy,
    /// The password to store is longer than `LONGEST_PASSWORD`.
    TooLong,
    /// The computation failed, or the stored hash cannot be read.
    Failed,
}

impl Display for HashError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => formatter.write_str("Too many passwords are being checked at the moment."),
            Self::TooLong => write!(formatter, "The password is longer than {LONGEST_PASSWORD} characters."),
            Self::Failed => formatter.write_str("The password hash could not be computed."),
        }
    }
}

impl std::error::Error for HashError {}

/// The cost is outside what argon2 accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadHashCost(HashCost);

impl Display for BadHashCost {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let HashCost {
            memory_kib,
            iterations,
            parallelism,
        } = self.0;
        write!(
            formatter,
            "argon2 cannot work with {memory_kib} KiB of memory, {iterations} iterations and \
             parallelism {parallelism}: it needs at least 8 KiB for each lane, one iteration and one lane.",
        )
    }
}

impl std::error::Error for BadHashCost {}
