//! What a server costs, measured over HTTP against the demo: start time, idle memory, and for each query the server's own
//! processor time, statements and latency. `cargo bench --bench load [-- REQUESTS]`; loopback only, and it ends by itself.
//!
//! Processor time and memory come from `/proc`, so this runs on Linux. On a shared machine trust the processor time per
//! request and ratios between rows, not requests per second.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program tells what it measured, or stops"
)]
use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

const PASSWORD: &str = "sandi-pengukuran";

/// How many requests are in flight at once.
const CONNECTIONS: usize = 8;

/// The ticks of `/proc/…/stat` in a second, on every Linux Rust runs on.
const TICKS: f64 = 100.0;

const QUERIES: [(&str, &str); 5] = [
    ("nothing but the frame", "{ __typename }"),
    (
        "27 reports: unit, parent, status",
        "{ reports(first: 27) { nodes { id status submittedAt unit { code name parent { name } } } } }",
    ),
    (
        "the same with total, revision and page info",
        "{ reports(first: 27) { totalCount pageInfo { endCursor hasNextPage } nodes { id status unit { code name parent { name } } revision { number sha256 } } } }",
    ),
    (
        "38 provinces, from memory",
        "{ units(filter: {tier: {eq: PROVINSI}}, first: 38) { nodes { code name } } }",
    ),
    (
        "27 units beneath a province, with counts",
        "{ unit(code: \"32\") { children(first: 100) { totalCount nodes { code name formedOn children { totalCount } } } } }",
    ),
];

struct Server {
    child: Child,
    address: String,
    /// The statements of each operation, out of its log line.
    statements: mpsc::Receiver<u64>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn start(folder: &std::path::Path) -> Server {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jenjang"))
        .args(["demo", "--listen", "127.0.0.1:0", "--workers", "1"])
        .current_dir(folder)
        .env("JENJANG_DEMO_PASSWORD", PASSWORD)
        .env("JENJANG_LOG_FORMAT", "json")
        .env("JENJANG_RATE_LIMIT", "off")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let parse = |line: String| serde_json::from_str::<Value>(&line).unwrap_or_default();
    let address = lines
        .by_ref()
        .map(parse)
        .find_map(|line| line["address"].as_str().map(str::to_owned))
        .unwrap();
    let (sender, statements) = mpsc::channel();
    std::thread::spawn(move || {
        for count in lines.map(parse).filter_map(|line| line["statements"].as_u64()) {
            if sender.send(count).is_err() {
                return;
            }
        }
    });
    Server {
        child,
        address,
        statements,
    }
}

impl Server {
    /// User and system time of the process so far, seconds.
    fn processor_seconds(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_name, fields) = stat.rsplit_once(") ").unwrap();
        let ticks: f64 = fields
            .split(' ')
            .skip(11)
            .take(2)
            .map(|field| field.parse::<f64>().unwrap())
            .sum();
        ticks / TICKS
    }

    /// Resident memory, MiB.
    fn memory_mib(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    }

    async fn ask(&self, client: &awc::Client, token: Option<&str>, document: &str, variables: Value) -> (Value, usize) {
        let mut request = client.post(format!("http://{}/graphql", self.address));
        if let Some(token) = token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        let mut response = request
            .send_json(&json!({ "query": document, "variables": variables }))
            .await
            .unwrap();
        let body = response.body().limit(16 << 20).await.unwrap();
        (serde_json::from_slice(&body).unwrap(), body.len())
    }
}

async fn measure(server: &Server, token: &str, (name, document): (&str, &str), requests: usize) {
    let client = awc::Client::builder().timeout(Duration::from_secs(30)).finish();
    let (warm, bytes) = server.ask(&client, Some(token), document, json!({})).await;
    assert!(warm["errors"].is_null(), "{warm}");
    let statements = server.statements.recv_timeout(Duration::from_secs(5)).unwrap();
    let (before, began) = (server.processor_seconds(), Instant::now());
    let each = requests / CONNECTIONS;
    let connection = || async {
        let mut latencies = Vec::with_capacity(each);
        for _turn in 0..each {
            let sent = Instant::now();
            server.ask(&client, Some(token), document, json!({})).await;
            latencies.push(sent.elapsed());
        }
        latencies
    };
    let connections: Vec<_> = (0..CONNECTIONS).map(|_number| connection()).collect();
    let mut latencies: Vec<Duration> = futures_util::future::join_all(connections)
        .await
        .into_iter()
        .flatten()
        .collect();
    let (elapsed, processor) = (began.elapsed().as_secs_f64(), server.processor_seconds() - before);
    latencies.sort_unstable();
    let count = latencies.len();
    while server.statements.try_recv().is_ok() {}
    let milliseconds = |place: usize| latencies[place.min(count - 1)].as_secs_f64() * 1000.0;
    println!(
        "{name:<45} {bytes:>6} B  {statements} statements  {:>5.0} us processor  {:>6.0}/s  p50 {:.1} ms  p99 {:.1} ms",
        processor / count as f64 * 1e6,
        count as f64 / elapsed,
        milliseconds(count / 2),
        milliseconds(count * 99 / 100),
    );
}

#[actix_web::main]
async fn main() {
    let requests = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(4000);
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    drop(start(folder.path()));
    println!(
        "first start, filling the database: {:.2} s",
        began.elapsed().as_secs_f64()
    );
    let began = Instant::now();
    let server = start(folder.path());
    println!("second start: {:.2} s", began.elapsed().as_secs_f64());
    println!("idle memory: {:.1} MiB", server.memory_mib());

    let client = awc::Client::builder().timeout(Duration::from_secs(30)).finish();
    let sign_in = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }";
    let input = json!({ "input": { "email": "observer.32@demo.jenjang.id", "password": PASSWORD } });
    let (answer, _bytes) = server.ask(&client, None, sign_in, input).await;
    let token = answer["data"]["signIn"]["session"]["accessToken"].as_str().unwrap();
    server.statements.recv_timeout(Duration::from_secs(5)).unwrap();
    for query in QUERIES {
        measure(&server, token, query, requests).await;
    }
    println!("memory afterwards: {:.1} MiB", server.memory_mib());
}
