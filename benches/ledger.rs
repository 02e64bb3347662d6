//! What reading the ledger costs with 60 rounds of 7,800 units: 470,000 obligations on PostgreSQL. The recapitulation of one
//! round, its trend, and the list of whom to ask, each as PostgreSQL times it and as the functions behind the API answer.
//! `JENJANG_BENCH_POSTGRES_URL=postgres://… cargo bench --bench ledger`, on a database that is empty.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measuring program tells what it measured, or stops; it copies a round that ships"
)]
use std::{
    net::Ipv4Addr,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::Months;
use entity::{cycle, enums::Tier};
use jenjang::{
    app::{App, Purpose, Start},
    clock::{Clock, SystemClock, new_id},
    config::Settings,
    demo, identity,
    legal_basis::LegalBasis,
    page::Window,
    report::{
        catalogue,
        obligation::State,
        owed::{
            completeness::{Asked, completeness},
            perspective::Perspective,
            query::{self, Filter, Key, View},
        },
    },
    session::Session,
    territory::change::{
        Order,
        election::{self, Extent},
    },
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Statement};
use secrecy::SecretString;
use uuid::Uuid;

const PASSWORD: &str = "sandi-pengukuran";

const ROUNDS: u32 = 60;

/// How often each is measured; the median counts.
const TURNS: usize = 15;

/// The statements a coordinator's recapitulation and list come to, for PostgreSQL to time.
const RECAP: &str = "SELECT cycle_id, provinsi_id AS child, outcome AS came, awaited_until AS until, verdict, COUNT(*)
    FROM obligation WHERE cycle_id IN ($1) GROUP BY cycle_id, child, came, until, verdict";
const NAG: &str = "SELECT * FROM obligation WHERE met_at IS NULL AND standing = 'EXPECTED' AND cycle_id <> $1
    AND on_time_until < now() AND due_at < now() ORDER BY due_at, unit_id, id LIMIT 21";

async fn signed_in(app: &App, office: &str) -> Session {
    let command = identity::service::SignIn {
        email: format!("{office}@{}", demo::DOMAIN),
        password: SecretString::from(PASSWORD),
        one_time_code: None,
        device_name: None,
        address: Ipv4Addr::LOCALHOST.into(),
    };
    let signed_in = identity::service::sign_in(&app.services, command).await.unwrap();
    Session::new(signed_in.proof, Arc::clone(&app.services), None)
}

/// A body in every kecamatan.
async fn form_everywhere(app: &App) {
    let yesterday = app.services.clock.today().pred_opt().unwrap();
    let order = Order {
        basis: LegalBasis {
            number: "1/HK.01.01/K1/2026".to_owned(),
            date: yesterday,
        },
        on: yesterday,
        dry_run: false,
        seat: None,
    };
    let everywhere = Extent {
        underneath: None,
        dates: Vec::new(),
        except: Vec::new(),
    };
    election::form(&signed_in(app, "admin.ri").await, "", order, everywhere)
        .await
        .unwrap();
}

/// Of a hundred obligations 93 were met, most in time, 86 were accepted, and two are excused.
async fn fill(app: &App) -> Vec<cycle::Model> {
    let connection = app.services.db.reader();
    let shipped = cycle::Entity::find().one(connection).await.unwrap().unwrap();
    let first_due = app.services.clock.now() - Months::new(ROUNDS);
    let mut cycles = Vec::new();
    for number in 0..ROUNDS {
        let due_at = first_due + Months::new(number);
        let cycle = cycle::Model {
            id: new_id(app.services.clock.now()),
            code: format!("ukur-{number}"),
            opens_at: due_at - Months::new(1),
            due_at,
            grace_until: due_at,
            period_end: due_at.date_naive(),
            ..shipped.clone()
        };
        cycle.clone().into_active_model().insert(connection).await.unwrap();
        cycles.push(cycle);
    }
    let fill = "INSERT INTO obligation (id, cycle_id, unit_id, parent_id, provinsi_id, kabupaten_kota_id, kecamatan_id, tier,
            standing, due_at, on_time_until, met_at, accepted_at, declined, version)
        SELECT gen_random_uuid(), cycle.id, u.id, u.parent_id,
            CASE u.tier WHEN 'PROVINSI' THEN u.id WHEN 'KABUPATEN_KOTA' THEN p.id ELSE p.parent_id END,
            CASE u.tier WHEN 'KABUPATEN_KOTA' THEN u.id WHEN 'KECAMATAN' THEN p.id END,
            CASE u.tier WHEN 'KECAMATAN' THEN u.id END, u.tier,
            CASE WHEN r.chance > 0.98 THEN 'EXCUSED' ELSE 'EXPECTED' END, cycle.due_at, cycle.grace_until,
            CASE WHEN r.chance < 0.93 THEN cycle.due_at - interval '5 days' + r.chance * interval '6 days' END,
            CASE WHEN r.chance < 0.86 THEN cycle.due_at + interval '20 days' END, FALSE, 1
        FROM cycle CROSS JOIN unit u JOIN unit p ON p.id = u.parent_id, LATERAL (SELECT random() + 0 * u.version AS chance) r
        WHERE cycle.code LIKE 'ukur-%'";
    let filled = connection.execute_unprepared(fill).await.unwrap();
    connection
        .execute_unprepared("VACUUM ANALYZE obligation")
        .await
        .unwrap();
    println!("{} obligations in {ROUNDS} rounds", filled.rows_affected());
    catalogue::reload(&app.services).await.unwrap();
    cycles
}

async fn median<T, F: Future<Output = T>>(mut run: impl FnMut() -> F) -> Duration {
    let mut times = Vec::with_capacity(TURNS);
    for _turn in 0..TURNS {
        let began = Instant::now();
        drop(run().await);
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times[TURNS / 2]
}

/// The median of what PostgreSQL says its execution took, milliseconds.
async fn execution(app: &App, sql: &str, cycle: Uuid) -> f64 {
    let connection = app.services.db.reader();
    let mut times = Vec::with_capacity(TURNS);
    for _turn in 0..TURNS {
        let explain = format!("EXPLAIN (ANALYZE, TIMING OFF) {sql}");
        let explain = Statement::from_sql_and_values(connection.get_database_backend(), explain, [cycle.into()]);
        let lines = connection.query_all_raw(explain).await.unwrap();
        let lines = lines.iter().map(|line| line.try_get_by_index::<String>(0).unwrap());
        let execution = lines
            .filter_map(|line| line.strip_prefix("Execution Time: ").map(str::to_owned))
            .next();
        times.push(execution.unwrap().trim_end_matches(" ms").parse::<f64>().unwrap());
    }
    times.sort_by(f64::total_cmp);
    times[TURNS / 2]
}

async fn measure(app: &App, cycles: &[cycle::Model]) {
    let latest = cycles.last().unwrap();
    println!(
        "recapitulation of a round, PostgreSQL: {:.2} ms",
        execution(app, RECAP, latest.id).await
    );
    println!(
        "whom to ask, first page, PostgreSQL: {:.2} ms",
        execution(app, NAG, Uuid::nil()).await
    );
    for office in ["coordinator.ri", "head.32"] {
        let session = signed_in(app, office).await;
        let unit = session.actor.seats[0].unit;
        let asked = |cycle, last| Asked {
            unit,
            tier: None::<Tier>,
            cycle,
            template: None,
            from: None,
            to: None,
            last,
        };
        let recap = median(async || completeness(&session, &asked(Some(latest.id), None)).await.unwrap()).await;
        let trend = median(async || completeness(&session, &asked(None, Some(12))).await.unwrap()).await;
        let catalogue = app.services.catalogue.load();
        let view = View {
            perspective: Perspective::of_actor(&catalogue, &session.actor),
            catalogue,
            now: session.now(),
        };
        let overdue = Filter {
            state: Some(vec![State::Overdue]),
            ..Filter::default()
        };
        let window: Window<Key> = Window {
            limit: 20,
            after: None,
            before: None,
            from_end: false,
        };
        let connection = app.services.db.reader();
        let nag = median(async || {
            let page = query::page(connection, &session.actor, &view, &overdue, false, &window).await;
            assert_eq!(page.unwrap().items.len(), 20);
        })
        .await;
        println!("{office}: recapitulation {recap:.1?}, trend of 12 rounds {trend:.1?}, whom to ask {nag:.1?}");
    }
}

#[actix_web::main]
async fn main() {
    let Ok(url) = std::env::var("JENJANG_BENCH_POSTGRES_URL") else {
        println!("JENJANG_BENCH_POSTGRES_URL names no database: nothing is measured");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        database_url: Some(url),
        data_dir: Some(folder.path().to_owned()),
        keys_dir: Some(folder.path().join("keys")),
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
    form_everywhere(&app).await;
    let cycles = fill(&app).await;
    measure(&app, &cycles).await;
}
