//! Passwords: argon2id, off the async workers and behind a bounded queue, so that a storm of
//! sign-ins neither slows queries down nor piles up memory.
//!
//! The memory of a computation is kept for the next one. Given back, such large blocks would stay with the allocator, once
//! for each thread that ever computed a hash.

use std::fmt::{self, Debug, Display, Formatter};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand::TryRngCore;
use rand::rngs::OsRng;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Longer passwords, counted in characters, are never right.
pub const LONGEST_PASSWORD: usize = 128;

/// Who has waited this long for a worker is told to come back: better than to be cut off by the bound of the request.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

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
    memory: Memory,
}

/// The memory that hashes of the usual cost are computed in; never more of it than workers at a time.
struct Memory {
    /// How many blocks such a hash needs.
    blocks: usize,
    idle: Mutex<Vec<Vec<Block>>>,
}

/// A place in the queue, until it is used or dropped.
pub struct Place {
    _permit: OwnedSemaphorePermit,
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
        let memory = Memory {
            blocks: params.block_count(),
            idle: Mutex::default(),
        };
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let unknown = rand::random::<[u8; 32]>();
        let dummy = hashed(&argon2, &memory, &unknown).map_err(|_| bad_cost())?;
        // Nobody may sign in for hours; the first who does brings the memory back.
        memory.idle().clear();
        let workers = workers.clamp(1, Semaphore::MAX_PERMITS);
        let places = workers.saturating_add(queue).min(Semaphore::MAX_PERMITS);
        Ok(Self {
            shared: Arc::new(Shared {
                cost,
                argon2,
                dummy,
                places: Arc::new(Semaphore::new(places)),
                workers: Arc::new(Semaphore::new(workers)),
                memory,
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
        self.queued(self.place()?, move |shared| {
            hashed(&shared.argon2, &shared.memory, password.expose_secret().as_bytes())
        })
        .await
    }

    /// Takes a place in the queue, for who has something to do before the password is checked.
    ///
    /// # Errors
    /// `Busy` when there is none.
    pub fn place(&self) -> Result<Place, HashError> {
        let place = Arc::clone(&self.shared.places).try_acquire_owned();
        place.map(|_permit| Place { _permit }).map_err(|_| HashError::Busy)
    }

    /// Whether a stored hash is of another cost than is asked for now.
    #[must_use]
    pub fn is_outdated(&self, stored: &str) -> bool {
        let current = self.shared.argon2.params();
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        Stored::read(stored).is_ok_and(|stored| cost(stored.argon2.params()) != cost(current))
    }

    /// Checks a password against what was stored, `None` when there is no such account. Every
    /// answer costs one hash, so that time does not tell an unknown account or an overlong password
    /// from a wrong one; that holds as long as stored hashes are of this hasher's cost.
    ///
    /// # Errors
    /// `Busy`; `Failed` also when `stored` is no argon2 hash.
    pub async fn verify(&self, password: SecretString, stored: Option<String>) -> Result<Verified, HashError> {
        self.verify_in(self.place()?, password, stored).await
    }

    /// The same from a place that was taken before.
    ///
    /// # Errors
    /// `Failed`, also when `stored` is no argon2 hash.
    pub async fn verify_in(
        &self,
        place: Place,
        password: SecretString,
        stored: Option<String>,
    ) -> Result<Verified, HashError> {
        self.queued(place, move |shared| match stored {
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
    async fn queued<T, W>(&self, place: Place, work: W) -> Result<T, HashError>
    where
        T: Send + 'static,
        W: FnOnce(&Shared) -> Result<T, HashError> + Send + 'static,
    {
        let worker = timeout(LONGEST_WAIT, Arc::clone(&self.shared.workers).acquire_owned());
        let worker = worker.await.map_err(|_elapsed| HashError::Busy)?;
        let worker = worker.map_err(|_| HashError::Failed)?;
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
        let Stored { argon2, salt, output } = Stored::read(stored)?;
        let computed = self.memory.compute(&argon2, password.as_bytes(), &salt, output.len())?;
        // Outputs compare in constant time.
        Ok(if computed == output {
            Verified::Yes
        } else {
            Verified::No
        })
    }
}

/// A hash as it was stored, with the cost it was made at.
struct Stored {
    argon2: Argon2<'static>,
    salt: Salt,
    output: Output,
}

impl Stored {
    fn read(text: &str) -> Result<Self, HashError> {
        let hash = PasswordHash::new(text).map_err(|_| HashError::Failed)?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(|_| HashError::Failed)?;
        let version = hash.version.map(Version::try_from).transpose();
        let version = version.map_err(|_| HashError::Failed)?.unwrap_or_default();
        let params = Params::try_from(&hash).map_err(|_| HashError::Failed)?;
        Ok(Self {
            argon2: Argon2::new(algorithm, version, params),
            salt: hash.salt.ok_or(HashError::Failed)?,
            output: hash.hash.ok_or(HashError::Failed)?,
        })
    }
}

/// A new hash with a salt of its own, as it is stored.
fn hashed(argon2: &Argon2<'_>, memory: &Memory, password: &[u8]) -> Result<String, HashError> {
    let mut salt = [0; Salt::RECOMMENDED_LENGTH];
    OsRng.try_fill_bytes(&mut salt).map_err(|_| HashError::Failed)?;
    let salt = Salt::new(&salt).map_err(|_| HashError::Failed)?;
    let output = memory.compute(argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).map_err(|_| HashError::Failed)?,
        salt: Some(salt),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

impl Memory {
    fn compute(&self, argon2: &Argon2<'_>, password: &[u8], salt: &Salt, length: usize) -> Result<Output, HashError> {
        let mut blocks = self.take(argon2.params().block_count());
        let mut buffer = [0; Output::MAX_LENGTH];
        let computed = match buffer.get_mut(..length) {
            Some(output) => argon2
                .hash_password_into_with_memory(password, salt, output, &mut blocks)
                .map_err(|_| HashError::Failed)
                .and_then(|()| Output::new(output).map_err(|_| HashError::Failed)),
            None => Err(HashError::Failed),
        };
        self.give_back(blocks);
        computed
    }

    /// Memory of so many blocks. What is in it does not matter: it is written before it is read.
    fn take(&self, blocks: usize) -> Vec<Block> {
        let idle = (blocks == self.blocks).then(|| self.idle().pop()).flatten();
        idle.unwrap_or_else(|| vec![Block::default(); blocks])
    }

    /// Keeps it for the next, unless it is of a hash of another cost, which is rare.
    fn give_back(&self, blocks: Vec<Block>) {
        if blocks.len() == self.blocks {
            self.idle().push(blocks);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
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
    /// The queue is full or does not move on; the caller should come back later.
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
