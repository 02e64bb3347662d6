//! The answer on the wire: its status by one table, its headers, its JSON.
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use async_graphql::{Response, ServerError, Value};
use serde::Serialize;

use super::negotiation::Media;
use crate::{
    graphql::problem::Again,
    locale::{Language, Text},
};

/// What tells one request apart in logs and answers: the caller's own `x-request-id` where it sent a decent one.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    /// The longest taken over from the caller, characters.
    const LONGEST: usize = 64;

    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        use actix_web::HttpMessage;
        request
            .extensions()
            .get::<Self>()
            .cloned()
            .unwrap_or_else(|| Self::from_header(request.headers()))
    }

    /// From the headers, or a new one.
    #[must_use]
    pub fn from_header(headers: &actix_web::http::header::HeaderMap) -> Self {
        let given = headers.get("x-request-id").and_then(|value| value.to_str().ok());
        let decent =
            |id: &&str| (1..=Self::LONGEST).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        Self(
            given
                .filter(decent)
                .map_or_else(|| format!("{:032x}", rand::random::<u128>()), str::to_owned),
        )
    }
}

/// What became of a request, as far as the status goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    /// The operation ran, though fields of it may have failed.
    Executed,
    /// The operation ran into a throttle or a busy database: when to come again.
    Later(Again),
    /// The document, or what was given for its variables, is no good.
    RequestError,
    /// It is no request of this API, whatever its document says.
    Refused(StatusCode),
}

impl Outcome {
    /// The one table of statuses (GraphQL over HTTP, "Status Codes").
    fn status(self, media: Media) -> StatusCode {
        match (self, media) {
            (Self::Executed, _) => StatusCode::OK,
            (Self::Later(Again::Throttled { .. }), _) => StatusCode::TOO_MANY_REQUESTS,
            (Self::Later(Again::Busy { .. }), _) => StatusCode::SERVICE_UNAVAILABLE,
            // Clients older than the specification take any other status for a broken line, and never read the errors.
            (Self::RequestError, Media::Json) => StatusCode::OK,
            (Self::RequestError, Media::GraphqlResponse) => StatusCode::BAD_REQUEST,
            (Self::Refused(status), _) => status,
        }
    }

    /// Whether anything of the operation ran: then the answer has `data`.
    fn executed(self) -> bool {
        match self {
            Self::Executed | Self::Later(_) => true,
            Self::RequestError | Self::Refused(_) => false,
        }
    }
}

/// An answer to be sent.
pub(super) struct Answer {
    pub media: Media,
    pub outcome: Outcome,
    /// What the operation cost and may cost.
    pub cost: Option<(usize, usize)>,
}

impl Answer {
    pub(super) fn send(self, response: &Response) -> HttpResponse {
        let status = self.outcome.status(self.media);
        let mut builder = HttpResponse::build(status);
        builder.insert_header((CONTENT_TYPE, self.media.content_type()));
        builder.insert_header((CACHE_CONTROL, "no-store"));
        if let Outcome::Later(Again::Throttled { seconds } | Again::Busy { seconds }) = self.outcome {
            builder.insert_header((RETRY_AFTER, seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            builder.insert_header((WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""));
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            builder.insert_header((ALLOW, "POST"));
        }
        builder.body(self.json(response))
    }

    /// Errors first, `data` only if something ran.
    fn json(&self, response: &Response) -> Vec<u8> {
        let mut out = Vec::with_capacity(EXPECTED);
        out.push(b'{');
        if !response.errors.is_empty() {
            entry(&mut out, "errors");
            write(&mut out, &response.errors);
        }
        if self.outcome.executed() {
            entry(&mut out, "data");
            write_value(&mut out, &response.data);
        }
        if let Some((complexity, limit)) = self.cost {
            entry(&mut out, "extensions");
            write(
                &mut out,
                &Extensions {
                    cost: Cost { complexity, limit },
                },
            );
        }
        out.push(b'}');
        out
    }
}

/// What most answers take at most, bytes.
const EXPECTED: usize = 16 << 10;

#[derive(Serialize)]
struct Extensions {
    cost: Cost,
}

#[derive(Serialize)]
struct Cost {
    complexity: usize,
    limit: usize,
}

fn entry(out: &mut Vec<u8>, key: &str) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.push(b'"');
    // Response keys are names of GraphQL, which need no escape.
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":");
}

fn write(out: &mut Vec<u8>, value: &impl Serialize) {
    // Everything in an answer has a JSON form, and memory takes all that is written; neither fails.
    let _written = serde_json::to_writer(out, value);
}

/// What resolvers gave, with the lists that are JSON already written as they are: see `graphql::planned`.
fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Object(entries) => {
            out.push(b'{');
            for (key, value) in entries {
                entry(out, key);
                write_value(out, value);
            }
            out.push(b'}');
        }
        Value::List(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write_value(out, item);
            }
            out.push(b']');
        }
        Value::Binary(json) => out.extend_from_slice(json),
        scalar => write(out, scalar),
    }
}

/// What is wrong with a request by its status alone.
#[must_use]
pub fn plain(status: StatusCode, language: Language) -> ServerError {
    let (code, text) = match status {
        StatusCode::NOT_FOUND => (
            "NOT_FOUND",
            Text::new("Alamat ini tidak ada.", "There is nothing at this address."),
        ),
        StatusCode::METHOD_NOT_ALLOWED => ("BAD_USER_INPUT", Text::new("Gunakan POST.", "Use POST.")),
        StatusCode::NOT_ACCEPTABLE => (
            "BAD_USER_INPUT",
            Text::new(
                "Jawaban hanya tersedia sebagai application/graphql-response+json atau application/json, dengan gzip atau tanpa kompresi.",
                "Answers come as application/graphql-response+json or application/json only, with gzip or uncompressed.",
            ),
        ),
        status if status.is_client_error() => (
            "BAD_USER_INPUT",
            Text::new(
                "Permintaan ini tidak dapat diterima.",
                "This request cannot be accepted.",
            ),
        ),
        _ => (
            "INTERNAL_SERVER_ERROR",
            Text::new("Terjadi kesalahan pada server.", "Something went wrong on the server."),
        ),
    };
    super::coded(code, &text, language)
}

/// The answer to what is no GraphQL request at all.
#[must_use]
pub fn refuse(status: StatusCode, language: Language) -> HttpResponse {
    super::refuse(Media::Json, status, language)
}
