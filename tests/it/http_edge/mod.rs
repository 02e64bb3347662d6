//! The API from outside, as `docs` promises it over HTTP: what is refused is refused with a code, and the server goes on.
mod access;
mod exports;
mod failures;
mod files;
mod inputs;
mod limits;
mod line;
mod negotiation;
mod nesting;
mod statuses;

use serde_json::{Value, json};

use crate::support::{TestApp, app::Answer};

const JSON: &str = "application/json";
const NEWER: &str = "application/graphql-response+json";

/// A document anybody may run, and what it answers.
const HEALTHY: &str = "{ rateLimit { limit } }";

impl TestApp {
    /// The server still answers an ordinary request.
    async fn is_alive(&self) {
        let answer = self.post(&[], json!({ "query": HEALTHY })).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["data"]["rateLimit"]["limit"], 1000);
    }

    /// Posts a document, accepting the newer form, and gives the answer.
    async fn runs(&self, document: &str) -> Answer {
        self.post(&[], json!({ "query": document })).await
    }

    /// Posts a body as it is, as JSON, accepting `accept`.
    async fn posts_raw(&self, accept: &str, body: impl Into<Vec<u8>>) -> Answer {
        let headers = [("content-type", JSON.to_owned()), ("accept", accept.to_owned())];
        self.send("POST", "/graphql", &headers, body.into()).await
    }
}

impl Answer {
    /// A refusal of the whole request: one coded error, no data, as JSON.
    fn is_refused_with(&self, status: u16, code: &str) {
        let json = self.json();
        assert_eq!((self.status, self.code().as_str()), (status, code), "{json}");
        assert!(json.get("data").is_none(), "a request error has no data: {json}");
        assert!(self.is_json(), "{:?}", self.header("content-type"));
        assert!(!json["errors"][0]["message"].as_str().unwrap().is_empty(), "{json}");
    }

    fn is_json(&self) -> bool {
        let form = self.header("content-type").unwrap_or_default();
        [JSON, NEWER]
            .iter()
            .any(|known| form == format!("{known}; charset=utf-8"))
    }
}

/// The codes an answer may carry: api.md §7.
const CODES: [&str; 13] = [
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "BAD_USER_INPUT",
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "QUERY_TOO_COMPLEX",
    "RATE_LIMITED",
    "SERVICE_UNAVAILABLE",
    "PAYLOAD_TOO_LARGE",
    "PERSISTED_QUERY_NOT_FOUND",
    "INTERNAL_SERVER_ERROR",
];

/// Every error of an answer has a code of the closed list.
fn is_coded(answer: &Value) {
    for error in answer["errors"].as_array().into_iter().flatten() {
        let code = error["extensions"]["code"].as_str().unwrap_or("no code");
        assert!(CODES.contains(&code), "{error}");
    }
}
