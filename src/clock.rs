//! Time, handed in: nothing below `main` asks the machine for it, so a test can hold it still.
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveTime, Offset, SubsecRound, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Where the present comes from.
pub trait Clock: Send + Sync {
    /// The present moment, at microseconds: the coarser of the two databases keeps no more.
    fn now(&self) -> DateTime<Utc>;

    /// The calendar day in Jakarta (WIB), by which seats, units and regions are valid.
    fn today(&self) -> NaiveDate {
        day_in_jakarta(self.now())
    }
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
        Utc::now().trunc_subsecs(6)
    }
}

/// A clock that stands where it is put.
#[derive(Clone)]
pub struct StillClock(Arc<AtomicI64>);

impl StillClock {
    #[must_use]
    pub fn at(moment: DateTime<Utc>) -> Self {
        Self(Arc::new(AtomicI64::new(moment.timestamp_micros())))
    }

    pub fn set(&self, moment: DateTime<Utc>) {
        self.0.store(moment.timestamp_micros(), Ordering::SeqCst);
    }

    pub fn advance(&self, by: chrono::Duration) {
        self.0
            .fetch_add(by.num_microseconds().unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// The calendar day of a moment in Jakarta (UTC+7).
#[must_use]
pub fn day_in_jakarta(moment: DateTime<Utc>) -> NaiveDate {
    day_in("Asia/Jakarta", moment)
}

/// The calendar day of a moment in one of Indonesia's three zones, by its IANA name; in Jakarta where it is none of them.
#[must_use]
pub fn day_in(zone: &str, moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&offset_of(zone)).date_naive()
}

/// When a calendar day begins in one of the three zones.
#[must_use]
pub fn start_of_day_in(zone: &str, day: NaiveDate) -> DateTime<Utc> {
    let ahead = Duration::seconds(offset_of(zone).local_minus_utc().into());
    day.and_time(NaiveTime::MIN).and_utc() - ahead
}

/// How far a zone of Indonesia is from UTC; none of them knows daylight saving. Others are taken for Jakarta's.
#[must_use]
pub fn offset_of(time_zone: &str) -> FixedOffset {
    let hours = match time_zone {
        "Asia/Makassar" => 8,
        "Asia/Jayapura" => 9,
        _ => 7,
    };
    FixedOffset::east_opt(hours * 3600).unwrap_or_else(|| Utc.fix())
}

static CONTEXT: std::sync::Mutex<ContextV7> = std::sync::Mutex::new(ContextV7::new());

/// A new UUIDv7 that sorts after every one this process has made for the same or an earlier moment.
#[must_use]
pub fn new_id(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let context = CONTEXT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Uuid::new_v7(Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos()))
}
