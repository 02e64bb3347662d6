//! How often somebody may try to sign in: per account and address, and per address. This is the first gate, which costs
//! nothing and is forgotten with the process; what it lets through is counted where it lasts ([`super::attempts`]).
//!
//! Whether the account exists is never asked, so a refusal does not tell. An office sits behind one
//! address, hence two numbers: few for one person's mistakes, many for everybody's.

use std::fmt::{self, Debug, Display, Formatter};
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many attempts are counted in the database at a time.
const COUNTING_AT_A_TIME: usize = 2;

/// How many attempts are let in. The first ones may come all at once; after that they become free
/// again one by one, evenly over the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleLimits {
    /// Attempts a minute on one account from one address.
    pub pair_per_minute: NonZeroU32,
    /// Attempts a minute from one address, whatever the account.
    pub address_per_minute: NonZeroU32,
    /// How many pairs, and how many addresses, are remembered before the idle ones are cleared out.
    pub remembered: usize,
}

impl Default for ThrottleLimits {
    fn default() -> Self {
        Self {
            pair_per_minute: const { NonZeroU32::new(5).expect("five is not zero") },
            address_per_minute: const { NonZeroU32::new(300).expect("three hundred is not zero") },
            remembered: 100_000,
        }
    }
}

/// Come back after this many seconds, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub u64);

impl Display for RetryAfter {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Too many attempts to sign in. Try again in {} s.", self.0)
    }
}

impl std::error::Error for RetryAfter {}

/// Counts attempts to sign in, in this process's memory. The clock is a parameter for the sake of
/// tests.
pub struct Throttle<C: Clock = DefaultClock> {
    counters: Option<Counters<C>>,
    /// How many may count in the database at a time: others have to get at it too.
    counting: Semaphore,
}

struct Counters<C: Clock> {
    limits: ThrottleLimits,
    /// By a hash of account and address, so that no e-mail address stays in memory and all keys are
    /// small.
    pairs: Counter<u64, C>,
    addresses: Counter<IpAddr, C>,
    hasher: RandomState,
}

impl Throttle {
    /// Counts by the machine's clock.
    pub fn new(limits: ThrottleLimits) -> Self {
        Self::with_clock(limits, DefaultClock::default())
    }

    /// Lets everything in: for load tests, and where something in front already throttles.
    pub fn off() -> Self {
        Self {
            counters: None,
            counting: Semaphore::new(COUNTING_AT_A_TIME),
        }
    }
}

impl<C: Clock + Clone> Throttle<C> {
    /// Counts by a clock that is handed in.
    pub fn with_clock(limits: ThrottleLimits, clock: C) -> Self {
        let ThrottleLimits {
            pair_per_minute,
            address_per_minute,
            remembered,
        } = limits;
        Self {
            counters: Some(Counters {
                limits,
                pairs: Counter::new(pair_per_minute, remembered, clock.clone()),
                addresses: Counter::new(address_per_minute, remembered, clock),
                hasher: RandomState::new(),
            }),
            counting: Semaphore::new(COUNTING_AT_A_TIME),
        }
    }
}

impl<C: Clock> Throttle<C> {
    /// Counts one attempt, before anything is looked up. `account_key` is the e-mail address as
    /// accounts are found by it (trimmed, lower case), else its spellings count apart.
    ///
    /// An attempt its own pair refuses does not count against the address: one colleague's looping
    /// program must not lock the office out.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub fn check(&self, account_key: &str, address: IpAddr) -> Result<(), RetryAfter> {
        let Some(Counters {
            pairs,
            addresses,
            hasher,
            ..
        }) = &self.counters
        else {
            return Ok(());
        };
        let address = source_of(address);
        let pair = hasher.hash_one((account_key, address));
        addresses.make_room();
        pairs.make_room();
        if pairs.is_crowded() {
            // Somebody tries ever new accounts: now no address may add more pairs than it may try.
            addresses.count(&address)?;
            pairs.count(&pair)
        } else {
            pairs.count(&pair)?;
            addresses.count(&address)
        }
    }

    /// The limits; None: everything is let in.
    #[must_use]
    pub fn limits(&self) -> Option<ThrottleLimits> {
        self.counters.as_ref().map(|counters| counters.limits)
    }

    /// Waits for the turn to count in the database.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.counting.acquire().await.ok()
    }

    /// How many pairs and addresses are remembered at the moment.
    pub fn remembered(&self) -> usize {
        self.counters.as_ref().map_or(0, |counters| {
            counters.pairs.limiter.len() + counters.addresses.limiter.len()
        })
    }
}

impl<C: Clock> Debug for Throttle<C> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Throttle")
            .field("on", &self.counters.is_some())
            .field("remembered", &self.remembered())
            .finish_non_exhaustive()
    }
}

/// How often an address may ask something that anybody may ask, in this process's memory.
pub struct PerAddress {
    counter: Option<Counter<IpAddr, DefaultClock>>,
}

impl PerAddress {
    /// So many a minute; None lets everything in.
    #[must_use]
    pub fn new(per_minute: Option<NonZeroU32>) -> Self {
        let remembered = ThrottleLimits::default().remembered;
        let counter = |per_minute| Counter::new(per_minute, remembered, DefaultClock::default());
        Self {
            counter: per_minute.map(counter),
        }
    }

    /// Counts one.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub fn check(&self, address: IpAddr) -> Result<(), RetryAfter> {
        let Some(counter) = &self.counter else { return Ok(()) };
        counter.make_room();
        counter.count(&source_of(address))
    }
}

/// Who an address stands for. One IPv6 subscriber has a whole /64 to choose from; IPv4 written as
/// IPv6 is IPv4, or the whole of it would share a single /64.
pub(super) fn source_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

type Limiter<K, C> = RateLimiter<K, DefaultKeyedStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// One limit, with a state per key and an eye on how many there are.
struct Counter<K: Clone + Eq + Hash, C: Clock> {
    limiter: Limiter<K, C>,
    /// How many keys are too many.
    bound: usize,
    since_sweep: AtomicUsize,
}

impl<K: Clone + Eq + Hash, C: Clock> Counter<K, C> {
    fn new(per_minute: NonZeroU32, bound: usize, clock: C) -> Self {
        let limiter = Limiter::new(Quota::per_minute(per_minute), DefaultKeyedStateStore::default(), clock);
        Self {
            limiter,
            bound,
            since_sweep: AtomicUsize::new(0),
        }
    }

    fn count(&self, key: &K) -> Result<(), RetryAfter> {
        self.limiter.check_key(key).map_err(|refused| {
            let wait = refused.wait_time_from(self.limiter.clock().now());
            RetryAfter(wait.as_nanos().div_ceil(1_000_000_000).max(1) as u64)
        })
    }

    fn is_crowded(&self) -> bool {
        self.limiter.len() > self.bound
    }

    /// Forgets the keys that have all their attempts free again, once there are too many. A sweep
    /// visits every key, so there is one in `bound` attempts at most; each attempt adds one key at
    /// most, so what is idle stays below twice the bound.
    fn make_room(&self) {
        let attempts = self.since_sweep.fetch_add(1, Ordering::Relaxed);
        if attempts >= self.bound && self.is_crowded() {
            self.since_sweep.store(0, Ordering::Relaxed);
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}
