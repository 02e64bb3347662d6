//! The answer on the wire: its status by one table, its headers, its JSON.
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use async_graphql::{Response, ServerError};
use serde::{Serialize, Serializer, ser::SerializeMap};

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
        let body = Body {
            response,
            executed: self.outcome.executed(),
            cost: self.cost,
        };
        // Everything in it has a JSON form; a body that had none would be an empty one, never a panic.
        builder.body(serde_json::to_vec(&body).unwrap_or_default())
    }
}

/// The answer's JSON: errors first, `data` only if something ran.
struct Body<'a> {
    response: &'a Response,
    executed: bool,
    cost: Option<(usize, usize)>,
}

#[derive(Serialize)]
struct Extensions {
    cost: Cost,
}

#[derive(Serialize)]
struct Cost {
    complexity: usize,
    limit: usize,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.response.errors.is_empty() {
            map.serialize_entry("errors", &self.response.errors)?;
        }
        if self.executed {
            map.serialize_entry("data", &self.response.data)?;
        }
        if let Some((complexity, limit)) = self.cost {
            map.serialize_entry(
                "extensions",
                &Extensions {
                    cost: Cost { complexity, limit },
                },
            )?;
        }
        map.end()
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
