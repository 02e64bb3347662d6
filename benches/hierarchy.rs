//! What the hierarchy costs with a body in each of the 7,285 kecamatan: forming and dissolving them in one command each,
//! loading it, and keeping it in memory. In this process, on SQLite in a temporary folder. `cargo bench --bench hierarchy`.
//!
//! It stops when loading takes 200 ms or more, or the tree with its history 10 MiB or more. Memory comes from `/proc`, so
//! this runs on Linux: so many copies are made that what the allocator rounds up does not matter.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measuring program tells what it measured, or stops; it reads whole tables"
)]
use std::{
    fs,
    net::Ipv4Addr,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use entity::{region, unit, unit_fact};
use jenjang::{
    app::{App, Purpose, Start},
    clock::{Clock, SystemClock},
    config::Settings,
    demo, identity,
    legal_basis::LegalBasis,
    notice::telling,
    session::Session,
    territory::{
        self,
        change::{
            Order,
            election::{self, Extent},
        },
        directory::{Directory, Rows},
    },
};
use sea_orm::EntityTrait;
use secrecy::SecretString;

const PASSWORD: &str = "sandi-pengukuran";

/// How often loading is measured; the median counts.
const LOADS: usize = 11;

/// How many copies of the tree are kept at once to be weighed.
const COPIES: usize = 40;

const MOST_TIME: Duration = Duration::from_millis(200);
const MOST_MIB: f64 = 10.0;

fn memory_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

async fn signed_in(app: &App) -> Session {
    let command = identity::service::SignIn {
        email: format!("admin.ri@{}", demo::DOMAIN),
        password: SecretString::from(PASSWORD),
        one_time_code: None,
        device_name: None,
        address: Ipv4Addr::LOCALHOST.into(),
    };
    let signed_in = identity::service::sign_in(&app.services, command).await.unwrap();
    Session::new(signed_in.proof, Arc::clone(&app.services), None)
}

fn order(on: NaiveDate) -> Order {
    Order {
        basis: LegalBasis {
            number: "1/HK.01.01/K1/2026".to_owned(),
            date: on,
        },
        on,
        dry_run: false,
        seat: None,
    }
}

fn everywhere() -> Extent {
    Extent {
        underneath: None,
        dates: Vec::new(),
        except: Vec::new(),
    }
}

/// Numbers and tells everything that has happened.
async fn tell(app: &App) -> usize {
    jenjang::feed::number(&app.services.db).await.unwrap();
    let mut events = 0;
    loop {
        match telling::tell(&app.services).await.unwrap() {
            0 => return events,
            told => events += told,
        }
    }
}

async fn measure_forming(app: &App, on: NaiveDate, what: &str) {
    let session = signed_in(app).await;
    let began = Instant::now();
    let formed = election::form(&session, "", order(on), everywhere()).await.unwrap();
    let seconds = began.elapsed().as_secs_f64();
    println!("forming {} units{what}: {seconds:.2} s", formed.touches.len());
}

async fn measure_dissolving(app: &App) {
    let session = signed_in(app).await;
    let today = app.services.clock.today();
    let began = Instant::now();
    let ended = election::dissolve(&session, "", order(today), everywhere())
        .await
        .unwrap();
    let seconds = began.elapsed().as_secs_f64();
    println!("dissolving {} units: {seconds:.2} s", ended.touches.len());
    let began = Instant::now();
    let events = tell(app).await;
    println!("telling of {events} events: {:.2} s", began.elapsed().as_secs_f64());
}

/// The rows of the tree alone: no seats and nobody in them.
async fn rows(app: &App) -> Rows {
    let reader = app.services.db.reader();
    Rows {
        version: 1,
        regions: region::Entity::find().all(reader).await.unwrap(),
        regions_past: Vec::new(),
        editions: Vec::new(),
        units: unit::Entity::find().all(reader).await.unwrap(),
        facts: unit_fact::Entity::find().all(reader).await.unwrap(),
        seats: Vec::new(),
        holders: Vec::new(),
        people: Vec::new(),
        programs: Vec::new(),
        tokens: Vec::new(),
    }
}

async fn median<F: Future>(mut load: impl FnMut() -> F) -> Duration {
    let mut times = Vec::with_capacity(LOADS);
    for _turn in 0..LOADS {
        let began = Instant::now();
        drop(load().await);
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times[LOADS / 2]
}

async fn measure_loading(app: &App) {
    let tree = median(async || Directory::new(rows(app).await).unwrap()).await;
    println!("loading regions, units and history: {tree:.1?}");
    let all = median(async || territory::query::load(app.services.db.reader()).await.unwrap()).await;
    println!("loading the whole directory, with seats and people: {all:.1?}");
    let mut kept = Vec::with_capacity(COPIES);
    let before = memory_mib();
    for _copy in 0..COPIES {
        kept.push(Directory::new(rows(app).await).unwrap());
    }
    let each = (memory_mib() - before) / COPIES as f64;
    let units = kept[0].tree.all().len();
    println!("{units} units with names, codes, dates and history, and the regions: {each:.1} MiB");
    assert!(tree < MOST_TIME, "loading takes {tree:?}");
    assert!(each < MOST_MIB, "the tree takes {each:.1} MiB");
}

#[actix_web::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        database_url: Some(format!("sqlite://{}/demo.sqlite", folder.path().display())),
        data_dir: Some(folder.path().to_owned()),
        // The offices of the demo have none.
        second_factor_for: Some(Vec::new()),
        ..Settings::default()
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let start = Start {
        purpose: Purpose::Demo,
        migrate: true,
        make_keys: true,
    };
    let app = App::start(settings.resolve().unwrap(), clock, start).await.unwrap();
    demo::write_offices(&app, PASSWORD).await.unwrap();
    tell(&app).await;
    let today = app.services.clock.today();
    // Nothing is formed and dissolved on one day.
    let before = today.pred_opt().unwrap();
    measure_forming(&app, before, "").await;
    measure_loading(&app).await;
    measure_dissolving(&app).await;
    measure_forming(&app, today, " anew").await;
}
