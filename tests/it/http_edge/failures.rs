//! What goes wrong on our side: answered, logged, survived, and never explained to strangers.
use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use actix_web::rt::net::TcpStream;
use jenjang::{config::Config, db::Transaction, error::Error, graphql::limits::Limits};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, TransactionTrait};
use serde_json::{Value, json};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, dynamic_filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use super::{HEALTHY, line::Line};
use crate::{
    on_both_databases,
    stories::KECAMATAN,
    support::{
        TestApp,
        app::Variation,
        database::{CONNECTIONS, PASSWORD},
    },
};

async fn a_panic_costs_one_request(app: TestApp) {
    let armed = Arc::new(AtomicBool::new(false));
    let trigger = Arc::clone(&armed);
    let app = app
        .varied(Variation {
            intrude: Arc::new(move || assert!(!trigger.swap(false, SeqCst), "sebab yang rahasia")),
            ..Variation::default()
        })
        .await;
    let named = [("x-request-id", "the-unlucky-one".to_owned())];
    for _again in 0..3 {
        armed.store(true, SeqCst);
        let answer = app.post(&named, json!({ "query": HEALTHY })).await;
        answer.is_refused_with(500, "INTERNAL_SERVER_ERROR");
        assert_eq!(answer.json()["errors"][0]["extensions"]["requestId"], "the-unlucky-one");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("rahasia"));
        app.is_alive().await;
    }
}

async fn a_failing_database_is_logged_and_not_shown(app: TestApp) {
    let office = app.office("head.32.75").await;
    let database = app.services.db.reader();
    let renamed = "ALTER TABLE report RENAME TO report_away";
    database.execute_unprepared(renamed).await.unwrap();
    let headers = [
        ("authorization", format!("Bearer {}", office.access_token)),
        ("x-request-id", "broken-database".to_owned()),
    ];
    let log = Log::record();
    let answer = app
        .post(
            &headers,
            json!({ "query": "{ reports { totalCount nodes { id } } rateLimit { limit } }" }),
        )
        .await;
    // It ran and failed: 200, and the root that cannot be null takes all data with it.
    assert_eq!((answer.status, answer.code().as_str()), (200, "INTERNAL_SERVER_ERROR"));
    let json = answer.json();
    assert_eq!(json["data"], Value::Null);
    assert!(json.get("data").is_some());
    assert_eq!(json["errors"][0]["extensions"]["requestId"], "broken-database");
    assert_eq!(json["errors"][0]["message"], "Terjadi kesalahan pada server.");
    let shown = String::from_utf8(answer.bytes).unwrap().to_lowercase();
    for secret in [
        "select",
        "table",
        "report_away",
        "no such",
        "relation",
        "sqlx",
        "database:",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    let told = log.lines_with("broken-database");
    assert!(
        told.contains("an operation failed") && told.contains("database:"),
        "{told}"
    );
    app.is_alive().await;
    let back = "ALTER TABLE report_away RENAME TO report";
    database.execute_unprepared(back).await.unwrap();
    office.data("{ reports { totalCount } }", json!({})).await;
}

async fn readiness_is_the_databases_and_health_is_the_processs(app: TestApp) {
    let ready = app.send("GET", "/readyz", &[], Vec::new()).await;
    assert_eq!((ready.status, ready.json()), (200, json!({ "status": "ready" })));
    app.services
        .db
        .reader()
        .execute_unprepared("DROP TABLE pulse")
        .await
        .unwrap();
    let ready = app.send("GET", "/readyz", &[], Vec::new()).await;
    assert_eq!(
        (ready.status, ready.json()),
        (503, json!({ "status": "database unreachable" }))
    );
    let healthy = app.send("GET", "/healthz", &[], Vec::new()).await;
    assert_eq!((healthy.status, healthy.json()), (200, json!({ "status": "ok" })));
    app.is_alive().await;
}

async fn what_takes_too_long_is_cut_off(app: TestApp) {
    let token = app.office("head.32.75").await.access_token;
    let app = app
        .varied(Variation {
            configure: |config| Config {
                limits: Limits {
                    execution_seconds: 0,
                    ..config.limits
                },
                ..config
            },
            ..Variation::default()
        })
        .await;
    // As long as these are held, the database answers nobody else.
    let mut held = Vec::new();
    for _connection in 0..CONNECTIONS {
        held.push(app.services.db.reader().begin().await.unwrap());
    }
    let headers = [("authorization", format!("Bearer {token}"))];
    let answer = app
        .post(&headers, json!({ "query": "{ reports { totalCount } }" }))
        .await;
    assert_eq!((answer.status, answer.code().as_str()), (200, "QUERY_TOO_COMPLEX"));
    let json = answer.json();
    assert_eq!(json.get("data"), Some(&Value::Null));
    assert!(json["errors"][0]["extensions"]["requestId"].is_string());
    assert!(json["errors"][0].get("path").is_none(), "it is about the whole: {json}");
    let command = "mutation { signOut(input: {}) { userErrors { code } } }";
    let answer = app.post(&headers, json!({ "query": command })).await;
    // Whether it was done nobody knows: the same again with the same key, and it is done once.
    assert_eq!((answer.status, answer.code().as_str()), (503, "SERVICE_UNAVAILABLE"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    drop(held);
    app.is_alive().await;
}

/// Another process holds what a command needs: it is told to come again, and the same sent again is done once.
async fn a_busy_database_asks_to_come_again(app: TestApp) {
    let app = app
        .varied(Variation {
            configure: |config| Config {
                limits: Limits {
                    statement_seconds: 1,
                    ..config.limits
                },
                ..config
            },
            ..Variation::unthrottled()
        })
        .await;
    let office = app.office("staff.35.02.04").await;
    let cycle = office.cycle(KECAMATAN).await;
    let embedded = app.services.db.is_embedded();
    if embedded {
        // How long SQLite waits for another process is set for each connection.
        let mut connections = Vec::new();
        for _connection in 0..CONNECTIONS {
            let connection = app.services.db.reader().begin().await.unwrap();
            connection.execute_unprepared("PRAGMA busy_timeout = 1").await.unwrap();
            connections.push(connection);
        }
    }
    let mut alone = ConnectOptions::new(&app.database.url);
    alone.max_connections(1);
    let holder = Database::connect(alone).await.unwrap();
    let (hold, release) = match embedded {
        true => ("BEGIN IMMEDIATE", "ROLLBACK"),
        false => ("BEGIN; LOCK TABLE report IN ACCESS EXCLUSIVE MODE", "ROLLBACK"),
    };
    holder.execute_unprepared(hold).await.unwrap();
    let input = json!({ "cycle": cycle });
    let start = async || {
        office
            .post_command("startReport", "report { id }", input.clone(), Some("kunci"))
            .await
    };
    let log = Log::record();
    let busy = start().await;
    assert_eq!((busy.status, busy.code().as_str()), (503, "SERVICE_UNAVAILABLE"));
    assert_eq!(busy.header("retry-after"), Some("1"));
    let json = busy.json();
    assert!(json["errors"][0]["extensions"]["requestId"].is_string(), "{json}");
    let message = json["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("tidak ada yang berubah"), "{message}");
    assert!(log.text().contains("the database was busy"));
    drop(log);
    holder.execute_unprepared(release).await.unwrap();
    let done = start().await.json();
    assert!(done["data"]["startReport"]["report"]["id"].is_string(), "{done}");
    assert_eq!(start().await.json(), done, "once");
}

/// Of two transactions that wait for each other PostgreSQL ends one, and every pool ends a wait for a connection.
async fn who_gives_way_to_another_is_busy(app: TestApp) {
    if app.services.db.is_embedded() {
        return;
    }
    let db = &app.services.db;
    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    let lock = |number: i32| format!("SELECT pg_advisory_xact_lock({number})");
    one.connection().execute_unprepared(&lock(1)).await.unwrap();
    two.connection().execute_unprepared(&lock(2)).await.unwrap();
    let crosswise = async |transaction: Transaction, number: i32| {
        let waited = transaction.connection().execute_unprepared(&lock(number)).await;
        // Whoever is ended lets the other go on.
        drop(transaction);
        waited.map_err(Error::from)
    };
    let (one, two) = tokio::join!(crosswise(one, 2), crosswise(two, 1));
    let ended: Vec<_> = [one, two].into_iter().filter_map(Result::err).collect();
    assert!(matches!(ended.as_slice(), [Error::Busy(_)]), "{ended:?}");
    let broken = db.reader().execute_unprepared("SELECT 1 FROM nowhere").await;
    assert!(matches!(broken.map_err(Error::from), Err(Error::Internal(_))));
}

async fn stopping_finishes_what_is_in_flight(app: TestApp) {
    let body = json!({ "query": HEALTHY }).to_string();
    let address = app.address;
    let mut line = Line::announces(address, &body).await;
    let stopping = actix_web::rt::spawn(app.stop());
    // It has heard the call to stop once nobody new is let in.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    line.says(&body).await;
    let answer = line.hears().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"limit\":1000"), "{answer}");
    drop(line);
    stopping.await.unwrap();
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let app = TestApp::on_sqlite().await;
    let app = app
        .varied(Variation {
            configure: |config| Config {
                limits: Limits {
                    body_seconds: 0,
                    ..config.limits
                },
                ..config
            },
            ..Variation::default()
        })
        .await;
    let mut line = Line::announces(app.address, "{\"query\":\"{ __typename }\"}").await;
    let answer = line.hears().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("BAD_USER_INPUT"), "{answer}");
    let health = app.send("GET", "/healthz", &[], Vec::new()).await;
    assert_eq!(health.status, 200);
}

#[actix_web::test]
async fn bytes_that_are_no_http_cost_nothing() {
    let app = TestApp::on_sqlite().await;
    for bytes in [
        "\0\0\0\0\r\n\r\n",
        "POST /graphql HTTP/9.9\r\n\r\n",
        "GET\r\n\r\n",
        "\x16\x03\x01\x02\r\n\r\n",
    ] {
        let mut line = Line::to(app.address).await;
        line.says(bytes).await;
        let answer = line.hears().await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
        app.is_alive().await;
    }
    // One who leaves in the middle.
    drop(Line::announces(app.address, "{\"query\":").await);
    app.is_alive().await;
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static RECORDING: AtomicBool = AtomicBool::new(false);

/// What the whole process logs, at every level, while one test records it.
struct Log {
    _alone: MutexGuard<'static, ()>,
}

impl Log {
    fn record() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        static LISTENING: Once = Once::new();
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        LISTENING.call_once(|| {
            let recorded = fmt::layer()
                .with_ansi(false)
                .with_writer(|| Recorder)
                .with_filter(dynamic_filter_fn(|_metadata, _context| RECORDING.load(SeqCst)))
                .with_filter(LevelFilter::TRACE);
            tracing_subscriber::registry().with(recorded).init();
        });
        LOG.lock().unwrap().clear();
        RECORDING.store(true, SeqCst);
        Self { _alone: alone }
    }

    fn text(&self) -> String {
        String::from_utf8(LOG.lock().unwrap().clone()).unwrap()
    }

    fn lines_with(&self, part: &str) -> String {
        let text = self.text();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(part)).collect();
        lines.join("\n")
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        RECORDING.store(false, SeqCst);
    }
}

struct Recorder;

impl io::Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn the_log_tells_who_did_what_and_no_secret(app: TestApp) {
    let log = Log::record();
    let named = [("x-request-id", "a-sign-in".to_owned())];
    let document = "mutation In($i: SignInInput!) { signIn(input: $i) { session { accessToken refreshToken } userErrors { code } } }";
    let mut secrets = vec![PASSWORD.to_owned(), "sandi-yang-salah".to_owned()];
    let sign_in = |password: &str| {
        let input = json!({ "email": "head.32.75@demo.jenjang.id", "password": password });
        json!({ "query": document, "variables": { "i": input } })
    };
    app.post(&named, sign_in("sandi-yang-salah")).await;
    let session = app.post(&named, sign_in(PASSWORD)).await.json()["data"]["signIn"]["session"].clone();
    for token in ["accessToken", "refreshToken"] {
        secrets.push(session[token].as_str().unwrap().to_owned());
    }
    let (access, refresh) = (secrets[2].clone(), secrets[3].clone());
    // Literals, and what is refused, are told no more than variables.
    let inline = format!(
        "mutation {{ signIn(input: {{email: \"x@y.id\", password: \"{PASSWORD}\"}}) {{ userErrors {{ code }} }} }}"
    );
    app.runs(&inline).await;
    app.runs(&inline.replace("userErrors", "nothing")).await;
    app.post(
        &[("authorization", format!("Bearer {access}x"))],
        json!({ "query": HEALTHY }),
    )
    .await;
    let refreshing =
        "mutation($i: RefreshSessionInput!) { refreshSession(input: $i) { session { accessToken refreshToken } } }";
    let input = json!({ "i": { "refreshToken": refresh } });
    let headers = [
        ("authorization", format!("Bearer {access}")),
        ("idempotency-key", "kunci-rahasia".to_owned()),
    ];
    let refreshed = app
        .post(&headers, json!({ "query": refreshing, "variables": input }))
        .await
        .json();
    for token in ["accessToken", "refreshToken"] {
        let token = &refreshed["data"]["refreshSession"]["session"][token];
        secrets.push(token.as_str().unwrap().to_owned());
    }
    app.is_alive().await;

    let text = log.text();
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} is in the log");
    }
    let told = log.lines_with("a-sign-in");
    for part in [
        "operation",
        "kind=Mutation",
        "name=\"In\"",
        "duration_ms=",
        "complexity=",
        "statements=",
        "status=200",
    ] {
        assert!(told.contains(part), "{part} is missing: {told}");
    }
}

on_both_databases!(
    a_panic_costs_one_request,
    a_failing_database_is_logged_and_not_shown,
    readiness_is_the_databases_and_health_is_the_processs,
    what_takes_too_long_is_cut_off,
    a_busy_database_asks_to_come_again,
    who_gives_way_to_another_is_busy,
    stopping_finishes_what_is_in_flight,
    the_log_tells_who_did_what_and_no_secret,
);
