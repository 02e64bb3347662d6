//! What a sign-in storm does to everybody else, measured over HTTP against the demo: the latency of a light query at a fixed
//! rate, first in the calm, then while 2,000 sign-ins arrive at once and come again until they are let in, then while one
//! address sends wrong passwords. `cargo bench --bench storm [-- SECONDS]` (how long the calm and the wrong passwords last,
//! 60 by default); loopback only, and it ends by itself.
//!
//! Client and server share the machine's processors, so trust the ratio to the calm, not the milliseconds. Memory comes
//! from `/proc`, so this runs on Linux. It needs some 5,000 file handles (`ulimit -n`).
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program tells what it measured, or stops"
)]
use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use actix_web::rt;
use serde_json::{Value, json};

const PASSWORD: &str = "sandi-pengukuran";

/// How many sign-ins arrive at once.
const SIGN_INS: usize = 2000;

/// The light query, and how often it is asked.
const QUERY: &str = "{ reports(first: 10) { nodes { id status unit { code name } } } }";
const QUERY_EVERY: Duration = Duration::from_millis(20);

/// How often the one address tries a wrong password.
const WRONG_EVERY: Duration = Duration::from_millis(10);

const SIGN_IN: &str =
    "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { code } } }";

struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// A demo behind a trusted proxy, so that requests can come from anywhere, with the passwords and limits of production.
fn start(folder: &std::path::Path) -> Server {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jenjang"))
        .args(["demo", "--listen", "127.0.0.1:0", "--trusted-proxies", "127.0.0.1"])
        .current_dir(folder)
        .env("JENJANG_DEMO_PASSWORD", PASSWORD)
        .env("JENJANG_LOG_FORMAT", "json")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let address = lines
        .by_ref()
        .map(|line| serde_json::from_str::<Value>(&line).unwrap_or_default())
        .find_map(|line| line["address"].as_str().map(str::to_owned))
        .unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    Server { child, address }
}

impl Server {
    /// A line of `/proc/…/status` in MiB: `VmRSS` is the memory now, `VmHWM` the most there ever was.
    fn memory_mib(&self, name: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let kib = line.trim_start_matches(':').trim().trim_end_matches(" kB");
        kib.parse::<f64>().unwrap() / 1024.0
    }

    fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }
}

fn client() -> awc::Client {
    awc::Client::builder()
        .connector(
            awc::Connector::new()
                .limit(2 * SIGN_INS)
                .timeout(Duration::from_secs(30)),
        )
        .timeout(Duration::from_secs(60))
        .finish()
}

/// What came of one request: a status and a code, and when to come back where that was told.
struct Told {
    what: String,
    token: Option<String>,
    retry_after: Option<u64>,
}

async fn sign_in(client: &awc::Client, url: &str, email: &str, password: &str, from: &str) -> Told {
    let input = json!({ "email": email, "password": password });
    let request = client
        .post(url)
        .insert_header(("accept", "application/graphql-response+json"))
        .insert_header(("x-forwarded-for", from));
    let answer = request
        .send_json(&json!({ "query": SIGN_IN, "variables": { "input": input } }))
        .await;
    let mut answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            return Told {
                what: format!("no answer: {error}"),
                token: None,
                retry_after: None,
            };
        }
    };
    let status = answer.status().as_u16();
    let retry_after = answer.headers().get("retry-after");
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
    let body: Value = answer.json().await.unwrap_or_default();
    let payload = &body["data"]["signIn"];
    let token = payload["session"]["accessToken"].as_str().map(str::to_owned);
    let code = body["errors"][0]["extensions"]["code"]
        .as_str()
        .or(payload["userErrors"][0]["code"].as_str())
        .unwrap_or("in");
    Told {
        what: format!("{status} {code}"),
        token,
        retry_after,
    }
}

/// How long the light query took each time, and what came instead of an answer how often.
type Asked = (Vec<Duration>, BTreeMap<String, usize>);

/// Asks the light query at its rate, in a thread of its own, until told to stop: how long each took, from the moment it was
/// due. A late answer does not hold the next question back.
fn asking(url: String, token: String, stop: Arc<AtomicBool>) -> JoinHandle<Asked> {
    std::thread::spawn(move || rt::System::new().block_on(ask_until(url, token, stop)))
}

async fn ask_until(url: String, token: String, stop: Arc<AtomicBool>) -> Asked {
    let client = client();
    let kept = Rc::new(RefCell::new(Asked::default()));
    let mut asked = Vec::new();
    let mut due = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let (client, url, token, kept) = (client.clone(), url.clone(), token.clone(), Rc::clone(&kept));
        let was_due = due;
        asked.push(rt::spawn(async move {
            let failure = question(&client, &url, &token).await.err();
            let mut kept = kept.borrow_mut();
            kept.0.push(was_due.elapsed());
            if let Some(failure) = failure {
                *kept.1.entry(failure).or_default() += 1;
            }
        }));
        due += QUERY_EVERY;
        rt::time::sleep_until(due.into()).await;
    }
    for question in asked {
        question.await.unwrap();
    }
    kept.take()
}

async fn question(client: &awc::Client, url: &str, token: &str) -> Result<(), String> {
    let request = client.post(url).bearer_auth(token);
    let answer = request.send_json(&json!({ "query": QUERY })).await;
    let mut answer = answer.map_err(|error| format!("light query: {error}"))?;
    let body = answer.body().await.map_err(|error| format!("light query: {error}"))?;
    let good = serde_json::from_slice(&body).is_ok_and(|body: Value| body["data"]["reports"].is_object());
    let failed = || format!("light query: {} {}", answer.status(), String::from_utf8_lossy(&body));
    if good { Ok(()) } else { Err(failed()) }
}

/// Runs something while the light query is asked; tells the latency of the latter, and gives its 99th percentile.
async fn beside<T>(name: &str, server: &Server, token: &str, work: impl Future<Output = T>) -> (f64, T) {
    let stop = Arc::new(AtomicBool::new(false));
    let asking = asking(server.url(), token.to_owned(), Arc::clone(&stop));
    let began = Instant::now();
    let done = work.await;
    let lasted = began.elapsed();
    stop.store(true, Ordering::Relaxed);
    let (mut latencies, failures) = rt::task::spawn_blocking(move || asking.join().unwrap()).await.unwrap();
    latencies.sort_unstable();
    let at = |share: usize| latencies[(latencies.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!(
        "{name:<32} {:>5.1} s  {:>5} queries  p50 {:>6.1} ms  p99 {:>6.1} ms  most {:>6.1} ms  resident {:>5.1} MiB",
        lasted.as_secs_f64(),
        latencies.len(),
        at(50),
        at(99),
        at(100),
        server.memory_mib("VmRSS"),
    );
    tell(&failures);
    (at(99), done)
}

/// The sign-in of a number: heads and staff of kabupaten/kota and kecamatan.
fn email(number: usize) -> String {
    let function = ["head", "staff"][number % 2];
    let unit = match number / 2 % 39 {
        regency @ 0..18 => format!("32.{:02}", regency + 1),
        district => format!("35.02.{:02}", district - 17),
    };
    format!("{function}.{unit}@demo.jenjang.id")
}

/// All sign-ins at once; who is told to come back does, until everybody is in. How often what was answered.
async fn storm(url: String) -> BTreeMap<String, usize> {
    let client = client();
    let told = Rc::new(RefCell::new(BTreeMap::new()));
    let sign_ins = (0..SIGN_INS).map(|number| {
        let (client, url, told) = (client.clone(), url.clone(), Rc::clone(&told));
        rt::spawn(async move {
            let from = format!("10.0.{}.{}", number / 250, number % 250 + 1);
            loop {
                let answer = sign_in(&client, &url, &email(number), PASSWORD, &from).await;
                *told.borrow_mut().entry(answer.what).or_default() += 1;
                let Some(seconds) = answer.retry_after else { return };
                rt::time::sleep(Duration::from_secs(seconds)).await;
            }
        })
    });
    for sign_in in sign_ins.collect::<Vec<_>>() {
        sign_in.await.unwrap();
    }
    told.take()
}

/// Wrong passwords for many accounts from one address, at a fixed rate.
async fn wrong_passwords(url: String, seconds: u64) -> BTreeMap<String, usize> {
    let client = client();
    let told = Rc::new(RefCell::new(BTreeMap::new()));
    let (mut sent, began, mut due) = (Vec::new(), Instant::now(), Instant::now());
    while began.elapsed() < Duration::from_secs(seconds) {
        let (client, url, told, number) = (client.clone(), url.clone(), Rc::clone(&told), sent.len());
        sent.push(rt::spawn(async move {
            let answer = sign_in(&client, &url, &email(number), "keliru", "203.0.113.9").await;
            *told.borrow_mut().entry(answer.what).or_default() += 1;
        }));
        due += WRONG_EVERY;
        rt::time::sleep_until(due.into()).await;
    }
    for attempt in sent {
        attempt.await.unwrap();
    }
    told.take()
}

fn tell(told: &BTreeMap<String, usize>) {
    for (what, count) in told {
        println!("{count:>40} x {what}");
    }
}

#[actix_web::main]
async fn main() {
    let seconds = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(60);
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    let signed_in = sign_in(
        &client(),
        &server.url(),
        "observer.32@demo.jenjang.id",
        PASSWORD,
        "36.66.1.9",
    )
    .await;
    let token = signed_in.token.unwrap();
    let calmly = || rt::time::sleep(Duration::from_secs(seconds));
    beside("warming up", &server, &token, rt::time::sleep(Duration::from_secs(2))).await;
    let (calm, ()) = beside("calm", &server, &token, calmly()).await;
    let (stormy, told) = beside("2,000 sign-ins at once", &server, &token, storm(server.url())).await;
    tell(&told);
    let (guessed, told) = beside(
        "wrong passwords, one address",
        &server,
        &token,
        wrong_passwords(server.url(), seconds),
    )
    .await;
    tell(&told);
    let (after, ()) = beside("calm again", &server, &token, calmly()).await;
    let calm = f64::midpoint(calm, after);
    println!(
        "p99 to that of the calm (both): storm {:.1}, wrong passwords {:.1}",
        stormy / calm,
        guessed / calm
    );
    println!("peak resident memory: {:.1} MiB", server.memory_mib("VmHWM"));
}
