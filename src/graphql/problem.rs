//! How what went wrong looks on the wire: business refusals as `userErrors`, everything else as a top-level error with a
//! code from a closed list. One place codes them all, the library's own included.
use std::sync::Arc;

use async_graphql::{Enum, ErrorExtensionValues, PathSegment, Response, ServerError, SimpleObject};

use crate::{
    error::{Code, Error, Refusal},
    locale::{Language, Text},
};

/// Why a command was refused although it was understood. The list is closed; new words are announced in the change log.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::error::Code")]
pub enum UserErrorCode {
    /// Absent, or outside what you may see: the two are not told apart.
    NotFound,
    /// You may see it, but none of your seats may do this.
    Forbidden,
    /// You would decide on your own work; another person has to.
    OwnWork,
    /// Several of your seats may do this: say which in `seat`.
    SeatAmbiguous,
    /// The record changed since you read it; `currentVersion` tells its version now.
    StaleVersion,
    /// The field was saved with another answer since you read it; `conflicts` tells both, `currentVersion` the version now.
    FieldConflict,
    /// The command does not follow from where the record stands.
    WrongState,
    /// Fewer experts have completed their sheets than the template asks for.
    QuorumMissing,
    /// An expert who is to review has a conflict of interest with the unit of the record.
    ConflictOfInterest,
    /// A value is missing.
    Required,
    /// A value does not fit.
    Invalid,
    /// A text or a list is longer than allowed.
    TooLong,
    /// A file is larger than allowed, or its unit has no room left for it.
    TooLarge,
    /// There is one already.
    AlreadyExists,
    /// The cycle has not opened yet, or is closed.
    CycleNotOpen,
    /// The template does not ask units of this tier for a report.
    NotExpected,
    /// The idempotency key was used with another input.
    IdempotencyMismatch,
    /// E-mail address and password do not match, whichever of them is wrong.
    InvalidCredentials,
    /// The refresh token is unknown, spent or ended; sign in again.
    InvalidRefreshToken,
    /// The password is too easy to guess, too short, or made of your own name or address.
    WeakPassword,
    /// The one-time code is unknown, spent, run out or withdrawn; ask for a new one.
    InvalidCode,
    /// The password is right; send the code of your authenticator app, or a recovery code, as `oneTimeCode`.
    SecondFactorRequired,
    /// The password is right, but a seat you hold asks for a second factor: set one up with `enrolTotp` and `confirmTotp`.
    SecondFactorEnrolmentRequired,
    /// The code of the second factor is wrong or was used before.
    InvalidSecondFactor,
    /// The operator has not set up what this needs, such as sending e-mail.
    Unavailable,
    /// It concerns your own seat or account; another administrator has to.
    OwnSeat,
    /// RI would be left without an administrator.
    LastAdmin,
    /// Units beneath this one still exist: dissolve or move them first, or ask for all of them at once.
    ChildrenRemain,
    /// A line of the list can be understood in more than one way: say which is meant.
    Ambiguous,
    /// You did the other half of this within the last 24 hours; another administrator has to, or you later.
    TooSoon,
    /// A finding of severity MUST has to be answered with the submission.
    FindingUnanswered,
    /// A finding of severity MUST still waits for its answer: return the report, or resolve the finding.
    FindingOpen,
    /// No finding of severity MUST or SHOULD is OPEN: raise what is to be revised before you ask for a revision.
    FindingMissing,
}

/// One reason why a command was refused. Nothing was changed.
#[derive(SimpleObject, Clone, Debug)]
pub struct UserError {
    /// For programs: stable, whatever the language.
    pub code: UserErrorCode,
    /// For people: one sentence in the language asked for by `Accept-Language`.
    pub message: String,
    /// The path inside `input` it is about; null where it is about the command as a whole.
    pub field: Option<Vec<String>>,
    /// The record's version now, where the reason is a stale one.
    pub current_version: Option<i32>,
}

impl UserError {
    fn new(refusal: &Refusal, language: Language) -> Self {
        Self {
            code: refusal.code.into(),
            message: refusal.text.in_language(language).to_owned(),
            field: (!refusal.field.is_empty()).then(|| refusal.field.clone()),
            current_version: refusal.current_version,
        }
    }
}

/// Divides what became of a command into its object and its refusals; what is neither stays an error.
///
/// # Errors
/// Whatever is no business refusal.
pub fn settle<T>(result: Result<T, Error>, language: Language) -> Result<(Option<T>, Vec<UserError>), Error> {
    match result {
        Ok(object) => Ok((Some(object), Vec::new())),
        Err(Error::Refused(refusals)) => Ok((
            None,
            refusals
                .iter()
                .map(|refusal| UserError::new(refusal, language))
                .collect(),
        )),
        Err(error) => Err(error),
    }
}

impl From<Error> for async_graphql::Error {
    /// Carries the error itself to [`finish`], which knows the language and the request.
    fn from(error: Error) -> Self {
        of_field(Arc::new(error))
    }
}

/// The error of a batch, as the error of one field that waited for it.
#[must_use]
pub fn of_field(error: Arc<Error>) -> async_graphql::Error {
    async_graphql::Error {
        message: String::new(),
        source: Some(error),
        extensions: None,
    }
}

/// When to come again, after so many seconds, and why not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Again {
    /// The server or its database is too busy.
    Busy { seconds: u64 },
    /// The caller has tried too often.
    Throttled { seconds: u64 },
}

/// How long somebody is asked to wait who found the database busy, seconds.
pub const BUSY_SECONDS: u64 = 1;

/// What is said where the database was too busy, and nothing was changed.
#[must_use]
pub fn busy() -> Text {
    Text::new(
        "Server sedang sibuk dan tidak ada yang berubah; kirim ulang permintaan yang sama sebentar lagi.",
        "The server is busy and nothing was changed; send the same again in a moment.",
    )
}

/// The code of what may be sent again in a moment.
pub const BUSY_CODE: &str = "SERVICE_UNAVAILABLE";

/// What a top-level error says.
struct Wire {
    code: &'static str,
    text: Text,
    again: Option<Again>,
}

fn wire(error: &Error) -> Wire {
    let plain = |code, text| Wire {
        code,
        text,
        again: None,
    };
    match error {
        Error::Unauthenticated => plain(
            "UNAUTHENTICATED",
            Text::new("Silakan masuk terlebih dahulu.", "Sign in first."),
        ),
        // A query asks for one thing; its refusal is the answer.
        Error::Refused(refusals) => match refusals.first() {
            Some(Refusal {
                code: Code::NotFound,
                text,
                ..
            }) => plain("NOT_FOUND", text.clone()),
            Some(Refusal {
                code: Code::Forbidden | Code::OwnWork,
                text,
                ..
            }) => plain("FORBIDDEN", text.clone()),
            Some(refusal) => plain("BAD_USER_INPUT", refusal.text.clone()),
            None => plain(
                "BAD_USER_INPUT",
                Text::new("Permintaan ditolak.", "The request was refused."),
            ),
        },
        Error::BadInput(text) => plain("BAD_USER_INPUT", text.clone()),
        Error::InFlight => plain(
            "CONFLICT",
            Text::new(
                "Perintah yang sama sedang dikerjakan.",
                "The same command is being carried out at this moment.",
            ),
        ),
        Error::RateLimited { seconds } => Wire {
            code: "RATE_LIMITED",
            text: Text::new(
                format!("Terlalu banyak percobaan; coba lagi dalam {seconds} detik."),
                format!("Too many attempts; try again in {seconds} seconds."),
            ),
            again: Some(Again::Throttled { seconds: *seconds }),
        },
        Error::Busy(_) => Wire {
            code: BUSY_CODE,
            text: busy(),
            again: Some(Again::Busy { seconds: BUSY_SECONDS }),
        },
        Error::Internal(_) => plain(
            "INTERNAL_SERVER_ERROR",
            Text::new("Terjadi kesalahan pada server.", "Something went wrong on the server."),
        ),
    }
}

/// Who the answer is for.
pub struct Reader<'a> {
    pub language: Language,
    pub request_id: &'a str,
    /// The most errors an answer holds; the rest would only repeat them.
    pub most_errors: usize,
}

/// Codes and words every error of an answer, and tells when to come again where one says so.
pub fn finish(response: &mut Response, reader: &Reader<'_>) -> Option<Again> {
    let mut again = None;
    response.errors.truncate(reader.most_errors);
    for error in &mut response.errors {
        again = again.max(finish_one(error, reader));
    }
    again
}

fn finish_one(error: &mut ServerError, reader: &Reader<'_>) -> Option<Again> {
    let source = error.source.take();
    let ours = source.as_ref().and_then(|source| source.downcast_ref::<Error>());
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    let Some(ours) = ours else {
        if extensions.get("code").is_none() {
            // Ours carry their code. What the library says itself is about the document, or about a value in it.
            let code = if error.path.iter().any(|part| matches!(part, PathSegment::Field(_))) {
                "BAD_USER_INPUT"
            } else {
                "GRAPHQL_VALIDATION_FAILED"
            };
            extensions.set("code", code);
        }
        return None;
    };
    let wire = wire(ours);
    if let Error::Internal(cause) = ours {
        tracing::error!(request_id = reader.request_id, cause, path = ?error.path, "an operation failed");
        extensions.set("requestId", reader.request_id);
    }
    if let Error::Busy(cause) = ours {
        tracing::warn!(request_id = reader.request_id, cause, path = ?error.path, "the database was busy");
        extensions.set("requestId", reader.request_id);
    }
    extensions.set("code", wire.code);
    wire.text.in_language(reader.language).clone_into(&mut error.message);
    wire.again
}
