//! What is taken, what is answered in which form, and to whom.
use serde_json::json;

use super::{HEALTHY, JSON, NEWER, line::Line};
use crate::support::{TestApp, app::Variation};

fn healthy_body() -> Vec<u8> {
    json!({ "query": HEALTHY }).to_string().into_bytes()
}

#[actix_web::test]
async fn only_json_in_utf8_is_read() {
    let app = TestApp::on_sqlite().await;
    for (content_type, taken) in [
        (Some("application/json"), true),
        (Some("application/json; charset=utf-8"), true),
        (Some("Application/JSON;charset=\"UTF-8\""), true),
        (Some("application/json; charset=latin1"), false),
        (Some("application/json; charset=utf-16"), false),
        (Some("text/plain"), false),
        (Some("text/plain; application/json"), false),
        (Some("application/x-www-form-urlencoded"), false),
        (Some("multipart/form-data; boundary=x"), false),
        (Some("application/graphql"), false),
        (Some("application/jsonp"), false),
        (Some(""), false),
        (None, false),
    ] {
        let headers: Vec<_> = content_type
            .map(|value| ("content-type", value.to_owned()))
            .into_iter()
            .collect();
        let answer = app.send("POST", "/graphql", &headers, healthy_body()).await;
        if taken {
            assert_eq!(answer.status, 200, "{content_type:?}");
        } else {
            answer.is_refused_with(415, "BAD_USER_INPUT");
        }
    }
    for encoding in ["gzip", "br", "anything"] {
        let headers = [
            ("content-type", JSON.to_owned()),
            ("content-encoding", encoding.to_owned()),
        ];
        let answer = app.send("POST", "/graphql", &headers, healthy_body()).await;
        answer.is_refused_with(415, "BAD_USER_INPUT");
    }
    app.is_alive().await;
}

#[actix_web::test]
async fn the_form_of_the_answer_is_negotiated() {
    let app = TestApp::on_sqlite().await;
    for (accept, form) in [
        (None, Some(JSON)),
        (Some("*/*"), Some(JSON)),
        (Some("application/*"), Some(JSON)),
        (Some("application/json"), Some(JSON)),
        (Some("application/json; charset=utf-8"), Some(JSON)),
        (Some("application/graphql-response+json"), Some(NEWER)),
        (Some("Application/GraphQL-Response+JSON"), Some(NEWER)),
        (Some("application/graphql-response+json; charset=utf-8"), Some(NEWER)),
        (
            Some("application/graphql-response+json, application/json;q=0.9"),
            Some(NEWER),
        ),
        (
            Some("application/json;q=0.9, application/graphql-response+json"),
            Some(NEWER),
        ),
        (
            Some("application/graphql-response+json;q=0.5, application/json;q=0.8"),
            Some(JSON),
        ),
        (Some("application/json, application/graphql-response+json"), Some(JSON)),
        (Some("application/graphql-response+json, */*"), Some(NEWER)),
        (Some("application/json;q=0, */*"), Some(NEWER)),
        (Some("text/html, application/json;q=0.1"), Some(JSON)),
        (
            Some("application/graphql-response+json;Q=0.2, application/json;q=0.1"),
            Some(NEWER),
        ),
        (Some("text/html"), None),
        (Some("text/event-stream"), None),
        (Some("application/json;q=0"), None),
        (Some("*/*;q=0"), None),
        (Some(""), None),
    ] {
        let mut headers = vec![("content-type", JSON.to_owned())];
        headers.extend(accept.map(|value| ("accept", value.to_owned())));
        let answer = app.send("POST", "/graphql", &headers, healthy_body()).await;
        match form {
            Some(form) => {
                assert_eq!(answer.status, 200, "{accept:?}");
                let expected = format!("{form}; charset=utf-8");
                assert_eq!(answer.header("content-type"), Some(expected.as_str()), "{accept:?}");
            }
            None => answer.is_refused_with(406, "BAD_USER_INPUT"),
        }
    }
    app.is_alive().await;
}

#[actix_web::test]
async fn other_methods_and_addresses_are_refused_in_json() {
    let app = TestApp::on_sqlite().await;
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = app
            .send(method, "/graphql?query={__typename}", &[], healthy_body())
            .await;
        answer.is_refused_with(405, "BAD_USER_INPUT");
        assert_eq!(answer.header("allow"), Some("POST"), "{method}");
    }
    for path in ["/", "/graphql/", "/nothing", "/graphql/../x", "/%00"] {
        let answer = app.send("GET", path, &[], Vec::new()).await;
        answer.is_refused_with(404, "NOT_FOUND");
    }
    app.is_alive().await;
}

#[actix_web::test]
async fn who_sends_too_much_or_where_nothing_is_taken_hears_why() {
    let app = TestApp::on_sqlite().await;
    // A body for `/graphql` is read on, the others only for as long as the server lingers, so they are shorter.
    for (request, mebibytes, status) in [
        ("POST /graphql", 10, 413),
        ("PUT /graphql", 1, 405),
        ("POST /nothing", 1, 404),
        ("POST /graphql HTTP/1.1\r\naccept: text/html", 1, 406),
    ] {
        let much = " ".repeat(mebibytes << 20);
        let (start, header) = request.split_once(" HTTP/1.1").unwrap_or((request, ""));
        let head = format!(
            "{start} HTTP/1.1{header}\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            much.len()
        );
        // This client listens only when it has said everything.
        let mut line = Line::to(app.address).await;
        line.says(&head).await;
        line.says(&much).await;
        let answer = line.hears().await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {answer}"
        );
        app.is_alive().await;
    }
}

#[actix_web::test]
async fn every_answer_names_its_request_and_is_neither_sniffed_nor_kept() {
    let app = TestApp::on_sqlite().await;
    let named = |id: &str| [("x-request-id", id.to_owned())];
    let answer = app.post(&named("trace-7/a"), json!({ "query": HEALTHY })).await;
    assert_eq!(answer.header("x-request-id"), Some("trace-7/a"));
    for indecent in ["", "two words", "tab\there", &"x".repeat(65)] {
        let answer = app.post(&named(indecent), json!({ "query": HEALTHY })).await;
        let id = answer.header("x-request-id").unwrap();
        assert_ne!(id, indecent);
        assert!(
            id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id}"
        );
    }
    for (method, path) in [
        ("POST", "/graphql"),
        ("GET", "/graphql"),
        ("GET", "/nothing"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
    ] {
        let answer = app.send(method, path, &named("the-one"), Vec::new()).await;
        assert_eq!(answer.header("x-request-id"), Some("the-one"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        if path == "/graphql" {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{method}");
        }
    }
    let office = app.office("head.32.75").await;
    let token = [("authorization", format!("Bearer {}", office.access_token))];
    let answer = app.post(&token, json!({ "query": HEALTHY })).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[actix_web::test]
async fn answers_are_compressed_for_those_who_ask() {
    let app = TestApp::on_sqlite().await;
    let asking = |encoding: &str| [("accept-encoding", encoding.to_owned())];
    let answer = app.post(&asking("gzip, br"), json!({ "query": HEALTHY })).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert!(
        answer
            .header("vary")
            .unwrap()
            .to_ascii_lowercase()
            .contains("accept-encoding")
    );
    assert!(answer.bytes.starts_with(&[0x1f, 0x8b]));
    for plain in ["identity", "br", "gzip;q=0", ""] {
        let answer = app.post(&asking(plain), json!({ "query": HEALTHY })).await;
        assert_eq!(
            (answer.status, answer.header("content-encoding")),
            (200, None),
            "{plain}"
        );
        assert_eq!(answer.json()["data"]["rateLimit"]["limit"], 1000);
    }
    let answer = app.post(&asking("br, identity;q=0"), json!({ "query": HEALTHY })).await;
    answer.is_refused_with(406, "BAD_USER_INPUT");
    app.is_alive().await;
}

#[actix_web::test]
async fn messages_follow_the_language_and_codes_do_not() {
    let app = TestApp::on_sqlite().await;
    for document in [
        "{",
        "{ nothing }",
        "{ reports { totalCount } }",
        "{ node(id: \"x\") { id } }",
    ] {
        let mut heard = Vec::new();
        for language in ["id", "en", "en;q=0.1, id;q=0.2", "fr, en;q=0.5"] {
            let headers = [("accept-language", language.to_owned())];
            let answer = app.post(&headers, json!({ "query": document })).await;
            let message = answer.json()["errors"][0]["message"].as_str().unwrap().to_owned();
            heard.push((answer.status, answer.code(), message));
        }
        let [indonesian, english, preferred, second_choice] = &heard[..] else {
            unreachable!()
        };
        assert_eq!((indonesian.0, &indonesian.1), (english.0, &english.1), "{document}");
        assert_eq!((indonesian, english), (preferred, second_choice), "{document}");
        // What is wrong with a document the library tells, in English.
        if document != "{ nothing }" {
            assert_ne!(indonesian.2, english.2, "{document}");
        }
    }
    let english = [("accept-language", "en".to_owned())];
    let refused = app.send("GET", "/nothing", &english, Vec::new()).await;
    assert_eq!(
        refused.json()["errors"][0]["message"],
        "There is nothing at this address."
    );
}

const OURS: &str = "https://laporan.example.id";

#[actix_web::test]
async fn only_listed_origins_may_call_from_a_browser() {
    let app = TestApp::on_sqlite().await;
    let app = app
        .varied(Variation {
            configure: |config| jenjang::config::Config {
                allowed_origins: vec![OURS.to_owned()],
                ..config
            },
            ..Variation::default()
        })
        .await;
    let preflight = |origin: &str, method: &str, headers: &str| {
        [
            ("origin", origin.to_owned()),
            ("access-control-request-method", method.to_owned()),
            ("access-control-request-headers", headers.to_owned()),
        ]
    };
    let wanted = "authorization, content-type, idempotency-key, accept-language, x-request-id";
    let allowed = app
        .send("OPTIONS", "/graphql", &preflight(OURS, "POST", wanted), Vec::new())
        .await;
    assert_eq!(allowed.status, 200);
    assert_eq!(allowed.header("access-control-allow-origin"), Some(OURS));
    let methods = allowed.header("access-control-allow-methods").unwrap();
    let mut methods: Vec<&str> = methods.split(", ").collect();
    methods.sort_unstable();
    assert_eq!(
        methods,
        ["GET", "HEAD", "POST", "PUT"],
        "GET, HEAD and PUT are for files"
    );
    assert!(allowed.header("access-control-allow-credentials").is_none());
    for (origin, method, headers) in [
        ("https://evil.example", "POST", wanted),
        ("http://laporan.example.id", "POST", wanted),
        ("https://laporan.example.id.evil.example", "POST", wanted),
        ("null", "POST", wanted),
        (OURS, "DELETE", wanted),
        (OURS, "POST", "x-anything"),
    ] {
        let refused = app
            .send("OPTIONS", "/graphql", &preflight(origin, method, headers), Vec::new())
            .await;
        refused.is_refused_with(400, "BAD_USER_INPUT");
        assert!(refused.header("access-control-allow-origin").is_none(), "{origin}");
        assert!(refused.header("x-request-id").is_some());
    }
    for (origin, readable) in [(OURS, Some(OURS)), ("https://evil.example", None)] {
        let answer = app
            .post(&[("origin", origin.to_owned())], json!({ "query": HEALTHY }))
            .await;
        assert_eq!(answer.header("access-control-allow-origin"), readable);
        let refused = app
            .post(&[("origin", origin.to_owned())], json!({ "query": "{" }))
            .await;
        assert_eq!(
            refused.header("access-control-allow-origin"),
            readable,
            "refusals are read too"
        );
    }
    app.is_alive().await;
}

#[actix_web::test]
async fn without_a_list_no_origin_may() {
    let app = TestApp::on_sqlite().await;
    let headers = [
        ("origin", OURS.to_owned()),
        ("access-control-request-method", "POST".to_owned()),
    ];
    let refused = app.send("OPTIONS", "/graphql", &headers, Vec::new()).await;
    refused.is_refused_with(400, "BAD_USER_INPUT");
    let answer = app
        .post(&[("origin", OURS.to_owned())], json!({ "query": HEALTHY }))
        .await;
    assert!(answer.header("access-control-allow-origin").is_none());
}
