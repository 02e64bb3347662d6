//! What the doors beside `/graphql` have in common: what they refuse is refused in the form of its answers, a panic costs one
//! request, and each request leaves a line in the log.
use std::{future::Future, panic::AssertUnwindSafe, time::Instant};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{ACCEPT_LANGUAGE, ALLOW, HeaderValue, RETRY_AFTER},
    },
};
use futures_util::FutureExt;

use super::{RequestId, refuse_with};
use crate::{
    graphql::problem::{BUSY_CODE, BUSY_SECONDS, busy},
    locale::{Language, Text},
};

/// A refusal on its way: its status, code and sentence, and what goes to the extensions.
pub struct Refused {
    pub status: StatusCode,
    pub code: &'static str,
    pub text: Text,
    pub more: Vec<(&'static str, String)>,
}

impl Refused {
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, id: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            status,
            code,
            text: Text::new(id.into(), en.into()),
            more: Vec::new(),
        }
    }

    /// That the request makes no sense.
    #[must_use]
    pub fn bad_input(text: Text) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "BAD_USER_INPUT",
            text,
            more: Vec::new(),
        }
    }

    /// That the database was too busy.
    #[must_use]
    pub fn busy() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: BUSY_CODE,
            text: busy(),
            more: Vec::new(),
        }
    }

    /// That something went wrong which is not the caller's doing; the log knows what.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL_SERVER_ERROR",
            "Terjadi kesalahan pada server.",
            "Something went wrong on the server.",
        )
    }
}

/// What is answered to anything but `GET` and `HEAD` at a door that gives only.
#[must_use]
pub fn get_only(request: &HttpRequest, door: &'static str) -> HttpResponse {
    let refused = Refused::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "BAD_USER_INPUT",
        "Gunakan GET atau HEAD.",
        "Use GET or HEAD.",
    );
    let answering = Answering::of(request, door);
    let mut answer = answering.refuse(&refused);
    let allowed = HeaderValue::from_static("GET, HEAD");
    answer.headers_mut().insert(ALLOW, allowed);
    answering.log(answer.status());
    answer
}

/// What is needed to answer, when the request itself has been given away.
pub struct Answering {
    /// Which door it is, for the log.
    pub door: &'static str,
    pub language: Language,
    pub request_id: String,
    method: String,
    started: Instant,
}

impl Answering {
    #[must_use]
    pub fn of(request: &HttpRequest, door: &'static str) -> Self {
        let header = request.headers().get(ACCEPT_LANGUAGE);
        Self {
            door,
            language: Language::negotiate(header.and_then(|value| value.to_str().ok())),
            request_id: RequestId::of(request).0,
            method: request.method().to_string(),
            started: Instant::now(),
        }
    }

    /// A panic costs this request only, and even it is answered.
    pub async fn catching(&self, answer: impl Future<Output = HttpResponse>) -> HttpResponse {
        let answer = AssertUnwindSafe(answer).catch_unwind().await;
        let answer = answer.unwrap_or_else(|_panic| {
            tracing::error!(request_id = %self.request_id, door = self.door, "a request at a door panicked");
            self.refuse(&Refused::internal())
        });
        self.log(answer.status());
        answer
    }

    /// One line, never a name, a link or a token.
    pub fn log(&self, status: StatusCode) {
        tracing::info!(
            request_id = %self.request_id,
            method = self.method,
            duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            status = status.as_u16(),
            "{}",
            self.door
        );
    }

    #[must_use]
    pub fn refuse(&self, refused: &Refused) -> HttpResponse {
        let mut more = refused.more.clone();
        if refused.status.is_server_error() {
            more.push(("requestId", self.request_id.clone()));
        }
        let mut answer = refuse_with(refused.status, (refused.code, &refused.text), self.language, &more);
        if refused.status == StatusCode::SERVICE_UNAVAILABLE {
            answer
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(BUSY_SECONDS));
        }
        answer
    }
}
