//! Why something was not done, in words of the domain. How it looks on the wire is said in `graphql::problem`.
use std::fmt;

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};

use crate::locale::Text;

/// The closed list of reasons for which a command is refused although it was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// Absent, or outside what the caller may see: the two are not told apart.
    NotFound,
    /// Visible, but no seat of the caller may do this.
    Forbidden,
    /// The caller would decide on the own work.
    OwnWork,
    /// Several of the caller's seats may do this: name one.
    SeatAmbiguous,
    /// Somebody else changed the record since the caller read it.
    StaleVersion,
    /// Somebody else saved the same field of a draft with another answer since the caller read it.
    FieldConflict,
    /// The record's status does not allow this command.
    WrongState,
    /// Fewer experts have completed their sheets than the template asks for.
    QuorumMissing,
    /// Somebody who is to review has a conflict of interest with the unit of the record.
    ConflictOfInterest,
    /// A value is missing.
    Required,
    /// A value is not of the right form or refers to something that does not fit.
    Invalid,
    /// A text is longer, or a list has more items, than allowed.
    TooLong,
    /// A file is larger than allowed, or there is no room left for it.
    TooLarge,
    /// There is one already.
    AlreadyExists,
    /// The cycle has not opened, or is closed.
    CycleNotOpen,
    /// The route of the template does not ask this unit for a report.
    NotExpected,
    /// The idempotency key was used with another input.
    IdempotencyMismatch,
    /// E-mail and password do not fit together, whichever of them is wrong.
    InvalidCredentials,
    /// The refresh token is unknown, spent or ended.
    InvalidRefreshToken,
    /// A password that is too easy to guess.
    WeakPassword,
    /// A one-time code that is unknown, spent, run out or withdrawn.
    InvalidCode,
    /// The password is right; the code of the second factor is missing.
    SecondFactorRequired,
    /// The password is right; the seat asks for a second factor and there is none yet.
    SecondFactorEnrolmentRequired,
    /// A code of the second factor that is wrong or was used before.
    InvalidSecondFactor,
    /// The operator has not set up what this needs.
    Unavailable,
    /// Nobody changes the seats of their own.
    OwnSeat,
    /// RI would be left without an administrator.
    LastAdmin,
    /// Units beneath would be left without anybody above.
    ChildrenRemain,
    /// What was given can be understood in more than one way.
    Ambiguous,
    /// Two acts that one person may not do so close together.
    TooSoon,
    /// Something was found that has to be answered, and the submission does not.
    FindingUnanswered,
    /// Something was found that has to be answered before the record goes on.
    FindingOpen,
    /// Nothing that was found says what is to be done.
    FindingMissing,
}

/// One reason for a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    pub text: Text,
    /// The path inside the command's input; empty when it concerns the whole.
    pub field: Vec<String>,
    /// The record's version, where the reason is a stale one.
    pub current_version: Option<i32>,
}

impl Refusal {
    #[must_use]
    pub fn new(code: Code, text: Text) -> Self {
        Self {
            code,
            text,
            field: Vec::new(),
            current_version: None,
        }
    }

    /// That somebody has changed it since the caller read it, at `expectedVersion`.
    #[must_use]
    pub fn stale(text: Text, current: i32) -> Self {
        let refusal = Self {
            current_version: Some(current),
            ..Self::new(Code::StaleVersion, text)
        };
        refusal.at(["expectedVersion"])
    }

    /// That the caller may know of it, but not do it.
    #[must_use]
    pub fn forbidden() -> Self {
        let text = Text::new(
            "Jabatan Anda tidak berwenang melakukan ini.",
            "None of your seats may do this.",
        );
        Self::new(Code::Forbidden, text)
    }

    /// That several seats may act, and one has to be named.
    #[must_use]
    pub fn seat_ambiguous() -> Self {
        let text = Text::new(
            "Lebih dari satu jabatan Anda berwenang; sebutkan yang mana pada `seat`.",
            "More than one of your seats may do this; say which in `seat`.",
        );
        Self::new(Code::SeatAmbiguous, text).at(["seat"])
    }

    #[must_use]
    pub fn at<S: Into<String>>(mut self, field: impl IntoIterator<Item = S>) -> Self {
        self.field = field.into_iter().map(Into::into).collect();
        self
    }

    /// The same refusal, told of something around what it is about.
    #[must_use]
    pub fn within<S: Into<String>>(mut self, around: impl IntoIterator<Item = S>) -> Self {
        self.field.splice(0..0, around.into_iter().map(Into::into));
        self
    }
}

/// Why an operation came to nothing.
#[derive(Debug)]
pub enum Error {
    /// Nobody is signed in, or the session has ended.
    Unauthenticated,
    /// The rules refuse; nothing was changed.
    Refused(Vec<Refusal>),
    /// The request itself makes no sense: a foreign cursor, an id of another type.
    BadInput(Text),
    /// The same command is being carried out at this moment.
    InFlight,
    /// Too many attempts; try again after so many seconds.
    RateLimited { seconds: u64 },
    /// The database had no room or no time for it, or let another transaction go first: nothing was changed, and the same may
    /// be asked again in a moment. The cause is for the log.
    Busy(String),
    /// Not the caller's doing. The cause is for the log and never shown.
    Internal(String),
}

impl Error {
    #[must_use]
    pub fn refused(code: Code, text: Text) -> Self {
        Self::Refused(vec![Refusal::new(code, text)])
    }

    /// The one answer for what is absent and for what is hidden.
    #[must_use]
    pub fn not_found(field: &str) -> Self {
        Self::Refused(vec![
            Refusal::new(Code::NotFound, Text::new("Tidak ditemukan.", "It was not found.")).at([field]),
        ])
    }

    #[must_use]
    pub fn bad_input(id: impl Into<String>, en: impl Into<String>) -> Self {
        Self::BadInput(Text::new(id.into(), en.into()))
    }

    /// The same refusals, about one field of the input.
    #[must_use]
    pub fn at(self, field: &str) -> Self {
        match self {
            Self::Refused(refusals) => Self::Refused(refusals.into_iter().map(|refusal| refusal.at([field])).collect()),
            error => error,
        }
    }

    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let cause = format!("database: {error}");
        if is_passing(&error) {
            Self::Busy(cause)
        } else {
            Self::Internal(cause)
        }
    }
}

/// Whether the database would take the same at another moment: no connection was to be had, a lock or a statement took too
/// long, or it chose this transaction as the one to give way. All of them have undone it.
fn is_passing(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => true,
        DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause) => match cause {
            RuntimeErr::SqlxError(cause) => match &**cause {
                sqlx::Error::PoolTimedOut => true,
                sqlx::Error::Database(told) => told.code().is_some_and(|code| is_passing_code(&code)),
                _ => false,
            },
            RuntimeErr::Internal(_) => false,
        },
        _ => false,
    }
}

/// By the five signs of an SQLSTATE on PostgreSQL, by the number of a result on SQLite.
fn is_passing_code(code: &str) -> bool {
    /// serialization_failure, deadlock_detected, lock_not_available, query_canceled, which is how a statement ends that took too
    /// long, and too_many_connections.
    const ON_POSTGRES: [&str; 5] = ["40001", "40P01", "55P03", "57014", "53300"];
    /// SQLITE_BUSY and SQLITE_LOCKED, which the lowest byte of an extended result tells.
    const ON_SQLITE: [u32; 2] = [5, 6];
    if code.len() == 5 {
        return ON_POSTGRES.contains(&code);
    }
    code.parse::<u32>()
        .is_ok_and(|result| ON_SQLITE.contains(&(result & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_is_broken() {
        for code in [
            "40001", "40P01", "55P03", "57014", "53300", "5", "6", "261", "262", "517",
        ] {
            assert!(is_passing_code(code), "{code}");
        }
        // Taken already, no such table, a full disk, on both; and an SQLSTATE whose lowest byte is that of SQLITE_BUSY.
        for code in ["23505", "42P01", "53100", "2067", "1", "13", "22021", "", "BUSY"] {
            assert!(!is_passing_code(code), "{code}");
        }
        assert!(is_passing(&DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)));
        assert!(!is_passing(&DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)));
    }
}
