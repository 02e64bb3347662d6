//! How fast a burst at the doors of an event is taken: 1,000 people at twenty doors at once, of whose scans one in twenty is sent
//! again and one in twenty codes is scanned again, over HTTP. First a scan per request, as doors with a network send them, then
//! fifty at a time, as they come after hours without one. `cargo bench --bench door`, on SQLite, or on the empty database that
//! `JENJANG_BENCH_POSTGRES_URL` names.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program tells what it measured, or stops"
)]
use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::future::join_all;
use jenjang::{
    app::{App, Purpose, Start},
    clock::{Clock, SystemClock},
    config::Settings,
    demo,
};
use serde_json::{Value, json};

const PASSWORD: &str = "sandi-pengukuran";

const PEOPLE: usize = 1_000;
const DOORS: usize = 20;

/// How many kecamatan of Ponorogo send people.
const KECAMATAN: usize = 20;

/// Who asks the server.
#[derive(Clone)]
struct Client {
    http: awc::Client,
    address: SocketAddr,
    token: Option<String>,
}

impl Client {
    async fn ask(&self, document: &str, variables: &Value) -> Value {
        let mut request = self.http.post(format!("http://{}/graphql", self.address));
        if let Some(token) = &self.token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        let body = json!({ "query": document, "variables": variables });
        let mut response = request.send_json(&body).await.unwrap();
        let body = response.body().limit(16 << 20).await.unwrap();
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"].clone()
    }

    /// Carries out one command, and gives its payload.
    async fn command(&self, field: &str, selection: &str, input: Value) -> Value {
        let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let document = format!(
            "mutation($input: {kind}!) {{ {field}(input: $input) {{ {selection} userErrors {{ code field }} }} }}"
        );
        let data = self.ask(&document, &json!({ "input": input })).await;
        assert_eq!(data[field]["userErrors"], json!([]), "{field}");
        data[field].clone()
    }

    async fn signs_in(&self, office: &str) -> Self {
        let email = format!("{office}@{}", demo::DOMAIN);
        let input = json!({ "email": email, "password": PASSWORD });
        let signed_in = self.command("signIn", "session { accessToken }", input).await;
        Self {
            token: signed_in["session"]["accessToken"].as_str().map(str::to_owned),
            ..self.clone()
        }
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An event with its door open.
struct Held {
    event: Value,
    session: Value,
    codes: Vec<String>,
    doors: Vec<Client>,
}

async fn held(client: &Client, title: &str) -> Held {
    let host = client.signs_in("head.35.02").await;
    let now = SystemClock.now();
    let days = |days: i64| moment(now + chrono::Duration::days(days));
    let input = json!({
        "title": title, "kinds": ["KONSOLIDASI"], "mode": "IN_PERSON", "place": "Ponorogo",
        "startsAt": days(2), "endsAt": days(3), "replyBy": days(1), "quota": PEOPLE / KECAMATAN,
        "audience": { "tiers": ["KECAMATAN"] }, "letter": { "number": "1/HM.00/2025", "date": "2025-01-02" },
    });
    let event = host.command("createEvent", "event { id sessions { id } }", input).await["event"].clone();
    let publish = json!({ "event": event["id"], "expectedVersion": 1 });
    host.command("publishEvent", "event { id }", publish).await;
    let document = "query($filter: EventInvitationFilter) { eventInvitations(filter: $filter, first: 40) { nodes { \
         id unit { code } delegates { doorCode } } } }";
    let filter = json!({ "filter": { "event": event["id"] } });
    let invited = host.ask(document, &filter).await;
    for number in 1..=KECAMATAN {
        let code = format!("35.02.{number:02}");
        let head = client.signs_in(&format!("head.{code}")).await;
        let invitations = invited["eventInvitations"]["nodes"].as_array().unwrap();
        let invitation = invitations
            .iter()
            .find(|node| node["unit"]["code"] == code.as_str())
            .unwrap();
        let people = (0..PEOPLE / KECAMATAN).map(|place| json!({ "name": format!("Utusan {number}-{place}") }));
        let reply = json!({
            "invitation": invitation["id"], "expectedVersion": 1, "reply": "CONFIRM",
            "delegates": people.collect::<Vec<_>>(),
        });
        head.command("replyInvitation", "invitation { id }", reply).await;
    }
    let start = json!({ "event": event["id"], "expectedVersion": 2 });
    host.command("startEvent", "event { id }", start).await;
    let invited = host.ask(document, &filter).await;
    let nodes = invited["eventInvitations"]["nodes"].as_array().unwrap();
    let delegates = nodes.iter().flat_map(|node| node["delegates"].as_array().unwrap());
    let codes = delegates.map(|delegate| delegate["doorCode"].as_str().unwrap().to_owned());
    let codes: Vec<String> = codes.collect();
    assert_eq!(codes.len(), PEOPLE);
    let mut doors = Vec::new();
    for number in 0..DOORS {
        let add = json!({ "event": event["id"], "name": format!("Pintu {number}") });
        let added = host.command("addDoorDevice", "pairingCode", add).await;
        let pair = json!({ "code": added["pairingCode"] });
        let paired = client.command("pairDoorDevice", "token", pair).await;
        doors.push(Client {
            token: paired["token"].as_str().map(str::to_owned),
            ..client.clone()
        });
    }
    Held {
        session: event["sessions"][0]["id"].clone(),
        event: event["id"].clone(),
        codes,
        doors,
    }
}

/// What a door has to send: everybody once, one in twenty sent again, one in twenty scanned again.
fn scans(held: &Held, codes: &[String]) -> Vec<Value> {
    let now = moment(SystemClock.now());
    let scan = |nonce: String, code: &String| json!({ "nonce": nonce, "code": code, "session": held.session, "clientTime": now });
    let mut scans = Vec::new();
    for (place, code) in codes.iter().enumerate() {
        scans.push(scan(format!("scan-{place}"), code));
        if place % 20 == 10 {
            scans.push(scan(format!("scan-{place}"), code));
        }
        if place % 20 == 15 {
            scans.push(scan(format!("again-{place}"), code));
        }
    }
    scans
}

const ANSWER: &str = "outcome fault name unit attendance { inside conflict }";

async fn one_by_one(door: &Client, scans: Vec<Value>, slowest: &mut Vec<Duration>) {
    let selection = format!("result {{ {ANSWER} }}");
    for scan in scans {
        let began = Instant::now();
        let payload = door.command("checkIn", &selection, scan).await;
        slowest.push(began.elapsed());
        assert!(payload["result"]["fault"].is_null(), "{payload}");
    }
}

async fn in_bulk(door: &Client, scans: Vec<Value>, slowest: &mut Vec<Duration>) {
    let selection = format!("results {{ {ANSWER} }}");
    for piece in scans.chunks(50) {
        let with_direction = piece.iter().map(|scan| {
            let mut scan = scan.clone();
            scan["direction"] = json!("IN");
            scan
        });
        let input = json!({ "scans": with_direction.collect::<Vec<_>>() });
        let began = Instant::now();
        door.command("syncCheckIns", &selection, input).await;
        slowest.push(began.elapsed());
    }
}

async fn measure(client: &Client, name: &str, bulk: bool) {
    let held = held(client, name).await;
    let began = Instant::now();
    let work = held
        .doors
        .iter()
        .zip(held.codes.chunks(PEOPLE / DOORS))
        .map(|(door, codes)| {
            let scans = scans(&held, codes);
            async move {
                let (sent, mut times) = (scans.len(), Vec::new());
                if bulk {
                    in_bulk(door, scans, &mut times).await;
                } else {
                    one_by_one(door, scans, &mut times).await;
                }
                (sent, times)
            }
        });
    let (sent, times): (Vec<usize>, Vec<Vec<Duration>>) = join_all(work).await.into_iter().unzip();
    let took = began.elapsed();
    let sent: usize = sent.iter().sum();
    let mut times = times.concat();
    times.sort_unstable();
    let milliseconds = |place: usize| times[place].as_secs_f64() * 1000.0;
    let host = client.signs_in("head.35.02").await;
    let document = "query($id: ID!) { event(id: $id) { scans { totalCount } checkInConflicts { scans { id } } } }";
    let kept = host.ask(document, &json!({ "id": held.event })).await["event"].clone();
    assert_eq!(kept["checkInConflicts"], json!([]));
    println!(
        "{name:<24} {sent} scans sent, {} kept, in {:.2} s: {:.0} check-ins/s; requests median {:.0} ms, 99 % {:.0} ms",
        kept["scans"]["totalCount"],
        took.as_secs_f64(),
        f64::from(u32::try_from(sent).unwrap()) / took.as_secs_f64(),
        milliseconds(times.len() / 2),
        milliseconds(times.len() * 99 / 100),
    );
}

#[actix_web::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        database_url: std::env::var("JENJANG_BENCH_POSTGRES_URL").ok(),
        data_dir: Some(folder.path().to_owned()),
        keys_dir: Some(folder.path().join("keys")),
        // The offices of the demo have none, and here they all sign in from one address.
        second_factor_for: Some(Vec::new()),
        ..Settings::default()
    };
    let mut config = settings.resolve().unwrap();
    config.throttle = None;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let start = Start {
        purpose: Purpose::Demo,
        migrate: true,
        make_keys: true,
    };
    let app = App::start(config, clock, start).await.unwrap();
    demo::write_offices(&app, PASSWORD).await.unwrap();
    let kind = if app.services.db.is_embedded() {
        "SQLite"
    } else {
        "PostgreSQL"
    };
    println!("{PEOPLE} people, {DOORS} doors at once, {kind}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client {
        http: awc::Client::builder().timeout(Duration::from_secs(60)).finish(),
        address: listener.local_addr().unwrap(),
        token: None,
    };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = actix_web::rt::spawn(async move { app.serve(listener, async { drop(stopped.await) }).await });
    measure(&client, "one scan per request", false).await;
    measure(&client, "fifty scans per request", true).await;
    drop(stop);
    running.await.unwrap().unwrap();
}
