//! A database of its own for every test, copied from one that was filled once: the hierarchy and the demo's offices.
use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use jenjang::{
    app::{App, Purpose, Start},
    clock::{Clock, SystemClock},
    config::{Config, Settings},
    demo,
    identity::password::HashCost,
};
use sea_orm::{ConnectionTrait, Database};
use tokio::sync::{OnceCell, Semaphore};

/// The password of every office.
pub const PASSWORD: &str = "sandi-pengujian";

/// How many connections a server has to its database.
pub const CONNECTIONS: u32 = 4;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// The databases on the server whose tests are over. They are dropped before the next is made: all of a run together
/// would fill a disk.
static OVER: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A copy of the filled database.
pub struct TestDatabase {
    pub url: String,
    /// Where SQLite keeps it, and the keys of the process; removed with it.
    pub folder: tempfile::TempDir,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((_server, name)) = self.url.strip_prefix("postgres").and_then(|url| url.rsplit_once('/')) {
            OVER.lock().unwrap().push(name.to_owned());
        }
    }
}

/// The configuration of a process on a database: as `main` makes it, with cheap passwords.
pub fn config(url: &str, folder: &std::path::Path) -> Config {
    let settings = Settings {
        database_url: Some(url.to_owned()),
        data_dir: Some(folder.to_owned()),
        database_connections: Some(CONNECTIONS),
        workers: Some(1),
        ..Settings::default()
    };
    Config {
        hash_cost: HashCost::weak_for_tests(),
        second_factor_for: Vec::new(),
        ..settings.resolve().unwrap()
    }
}

/// How the processes of a test start: what `demo` opens.
pub const START: Start = Start {
    purpose: Purpose::Demo,
    migrate: true,
    make_keys: true,
};

async fn fill(url: &str, folder: &std::path::Path) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let app = App::start(config(url, folder), clock, START).await.unwrap();
    demo::write_offices(&app, PASSWORD).await.unwrap();
}

/// A copy on SQLite: a file.
pub async fn sqlite() -> TestDatabase {
    static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let folder = scratch();
            let path = folder.join("template.sqlite");
            fill(&format!("sqlite://{}?mode=rwc", path.display()), &folder).await;
            // What is still in the write-ahead log would not be copied.
            let database = Database::connect(format!("sqlite://{}", path.display())).await.unwrap();
            database
                .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
                .await
                .unwrap();
            database.close().await.unwrap();
            path
        })
        .await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.sqlite");
    std::fs::copy(template, &path).unwrap();
    TestDatabase {
        url: format!("sqlite://{}", path.display()),
        folder,
    }
}

/// A folder that lives as long as the test process; the next run of the machine's cleaner takes it.
fn scratch() -> PathBuf {
    let folder = tempfile::tempdir().unwrap();
    folder.keep()
}

/// A copy on PostgreSQL, where there is a server: `JENJANG_TEST_POSTGRES_URL`, or binaries to start one from.
pub async fn postgres() -> Option<TestDatabase> {
    static TEMPLATE: OnceCell<()> = OnceCell::const_new();
    /// Copying a template is the server's heavy work; one at a time is as fast as many.
    static COPYING: Semaphore = Semaphore::const_new(1);
    let server = server()?;
    let admin = Database::connect(server.as_str()).await.unwrap();
    let process = std::process::id();
    let template = format!("jenjang_template_{process}");
    TEMPLATE
        .get_or_init(|| async {
            admin
                .execute_unprepared(&format!("DROP DATABASE IF EXISTS {template}"))
                .await
                .unwrap();
            admin
                .execute_unprepared(&format!("CREATE DATABASE {template}"))
                .await
                .unwrap();
            let folder = scratch();
            fill(&named(server, &template), &folder).await;
        })
        .await;
    let name = format!("jenjang_test_{process}_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let copying = COPYING.acquire().await.unwrap();
    let over = std::mem::take(&mut *OVER.lock().unwrap());
    for database in over {
        // What its server left connected goes with it.
        let drop = format!("DROP DATABASE {database} WITH (FORCE)");
        admin.execute_unprepared(&drop).await.unwrap();
    }
    // The filling process may still be leaving; it is asked to, so that the template can be copied.
    let leave = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'");
    admin.execute_unprepared(&leave).await.unwrap();
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .await
        .unwrap();
    drop(copying);
    admin.close().await.unwrap();
    Some(TestDatabase {
        url: named(server, &name),
        folder: tempfile::tempdir().unwrap(),
    })
}

/// An empty database, embedded or on the server that is known to be there.
pub async fn empty(embedded: bool) -> TestDatabase {
    let folder = tempfile::tempdir().unwrap();
    let url = if embedded {
        format!("sqlite://{}?mode=rwc", folder.path().join("test.sqlite").display())
    } else {
        empty_postgres().await.unwrap()
    };
    TestDatabase { url, folder }
}

/// An empty database on PostgreSQL, as an operator makes one.
pub async fn empty_postgres() -> Option<String> {
    let server = server()?;
    let name = format!(
        "jenjang_empty_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let admin = Database::connect(server.as_str()).await.unwrap();
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    admin.close().await.unwrap();
    Some(named(server, &name))
}

/// Whether there is a server to run on.
pub fn has_postgres() -> bool {
    server().is_some()
}

fn named(server: &str, database: &str) -> String {
    let (server, _database) = server.rsplit_once('/').unwrap();
    format!("{server}/{database}")
}

/// The URL of a server, started for this process if need be. Says once, past the capture of test output, which it is.
fn server() -> Option<&'static String> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            let given = std::env::var("JENJANG_TEST_POSTGRES_URL").ok();
            let server = given.or_else(start_server);
            let words = match &server {
                Some(_url) => "tests run on SQLite and on PostgreSQL",
                None => "NO POSTGRESQL FOUND: tests run on SQLite only (set JENJANG_TEST_POSTGRES_URL)",
            };
            let _told = writeln!(std::io::stderr(), "\n*** {words} ***");
            assert!(
                server.is_some() || std::env::var_os("JENJANG_TEST_REQUIRE_POSTGRES").is_none(),
                "PostgreSQL is required here"
            );
            server
        })
        .as_ref()
}

/// Starts a throwaway server from installed binaries. It ends with this process: its keeper waits for our end of a pipe.
fn start_server() -> Option<String> {
    let binaries = ["18", "17", "16", "15"].map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let binaries = binaries.into_iter().find(|folder| folder.join("postgres").exists())?;
    let folder = scratch();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .ok()?
        .local_addr()
        .ok()?
        .port();
    // initdb refuses to run as root, so root lets the user `postgres` do it.
    let script = r#"
        set -e
        as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
        [ "$(id -u)" = 0 ] && chown postgres "$FOLDER"
        cd "$FOLDER"
        as "$BIN/initdb" -D "$FOLDER/data" -U postgres -A trust -E UTF8 --no-sync >/dev/null
        as "$BIN/pg_ctl" -D "$FOLDER/data" -w -l "$FOLDER/log" -o "-p $PORT -k $FOLDER -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300" start >/dev/null
        echo ready
        cat >/dev/null
        as "$BIN/pg_ctl" -D "$FOLDER/data" -m immediate stop >/dev/null
        rm -rf "$FOLDER"
    "#;
    let mut keeper = Command::new("sh")
        .args(["-c", script])
        .env("BIN", &binaries)
        .env("FOLDER", &folder)
        .env("PORT", port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut ready = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(keeper.stdout.take()?), &mut ready).ok()?;
    // Our end of the pipe stays open until the process is gone.
    std::mem::forget(keeper.stdin.take());
    (ready.trim() == "ready").then(|| format!("postgres://postgres@127.0.0.1:{port}/postgres"))
}
