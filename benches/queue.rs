//! What the queue of an expert costs with 514 open reports: the first page, the next, the previous, a place with what is before
//! and after it, and the counts, over HTTP, with the statements of each. `cargo bench --bench queue`, on SQLite, or on the
//! empty database that `JENJANG_BENCH_POSTGRES_URL` names.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measuring program tells what it measured, or stops; it copies a round that ships"
)]
use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{Days, NaiveDate};
use entity::{
    cycle,
    enums::{AssignmentState, Function, Openness, ReportCommand, ReportStatus, ReviewSubjectType, Tier},
    report, review_assignment, revision, template, transition,
};
use jenjang::{
    app::{App, Purpose, Start},
    clock::{Clock, SystemClock, day_in_jakarta, new_id},
    config::Settings,
    db::insert_all,
    demo,
    report::{catalogue, shipped::FINAL_REPORT_CYCLE},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

const PASSWORD: &str = "sandi-pengukuran";

/// How often each is measured; the median counts.
const TURNS: usize = 31;

const TASK: &str = "kind dueAt overdue since message seats { id } subject { ... on ReviewAssignment { id version state \
     draft { total } subject { ... on Report { id status unit { code name } } } } }";

/// Whose queue it is.
fn email() -> String {
    format!("expert1.ri@{}", demo::DOMAIN)
}

/// A round whose template has its reports reviewed.
async fn round(app: &App) -> cycle::Model {
    let connection = app.services.db.reader();
    let shipped = cycle::Entity::find().filter(cycle::Column::Code.eq(FINAL_REPORT_CYCLE));
    let shipped = shipped.one(connection).await.unwrap().unwrap();
    let templates = template::Entity::find().order_by_asc(template::Column::Version);
    let templates = templates.all(connection).await.unwrap();
    let reviewed = templates.into_iter().find(|template| template.route.experts).unwrap();
    let round = cycle::Model {
        id: new_id(app.services.clock.now()),
        template_id: reviewed.id,
        code: "ukur-antrean".to_owned(),
        ..shipped
    };
    round.clone().into_active_model().insert(connection).await.unwrap();
    round
}

/// The rows of one report under review.
struct Rows {
    report: report::Model,
    revision: revision::Model,
    step: transition::Model,
    assignment: review_assignment::Model,
}

/// A report of every kabupaten/kota, assigned to one expert; due on one of thirty days, or on none.
async fn fill(app: &App) -> usize {
    let now = app.services.clock.now();
    let round = round(app).await;
    let directory = app.services.directory.load();
    let root = directory.tree.root().id;
    let today: NaiveDate = day_in_jakarta(now);
    let mut seats = directory.seats_of(root, today).into_iter();
    let holder = |seat: Uuid| {
        directory
            .holders_of(seat, today)
            .first()
            .map(|holder| holder.account_id)
    };
    let asks = |seat: Uuid| {
        let person = holder(seat).and_then(|account| directory.person(account));
        person.is_some_and(|person| person.email == email())
    };
    let expert = seats
        .find(|seat| seat.function == Function::Expert && asks(seat.id))
        .unwrap()
        .id;
    let person = holder(expert).unwrap();
    let units = directory
        .tree
        .all()
        .iter()
        .filter(|unit| unit.tier == Tier::KabupatenKota);
    let rows: Vec<Rows> = units
        .enumerate()
        .map(|(number, unit)| {
            let due = (number % 4 > 0).then(|| today + Days::new(number as u64 % 30));
            row((unit.id, unit.parent), (&round, now), (expert, person, root), due)
        })
        .collect();
    let transaction = app.services.db.begin().await.unwrap();
    let connection = transaction.connection();
    let reports = rows.iter().map(|row| report::Model {
        revision_id: None,
        ..row.report.clone()
    });
    insert_all(connection, reports.collect()).await.unwrap();
    insert_all(connection, rows.iter().map(|row| row.revision.clone()).collect())
        .await
        .unwrap();
    for row in &rows {
        let report = row.report.clone().into_active_model().reset_all();
        report.update(connection).await.unwrap();
    }
    insert_all(connection, rows.iter().map(|row| row.step.clone()).collect())
        .await
        .unwrap();
    insert_all(connection, rows.iter().map(|row| row.assignment.clone()).collect())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    catalogue::reload(&app.services).await.unwrap();
    rows.len()
}

fn row(
    (unit, province): (Uuid, Option<Uuid>),
    (round, now): (&cycle::Model, chrono::DateTime<chrono::Utc>),
    (expert, person, root): (Uuid, Uuid, Uuid),
    due_on: Option<NaiveDate>,
) -> Rows {
    let (id, revision) = (new_id(now), new_id(now));
    Rows {
        report: report::Model {
            id,
            unit_id: unit,
            provinsi_id: province,
            kabupaten_kota_id: Some(unit),
            kecamatan_id: None,
            template_id: round.template_id,
            cycle_id: round.id,
            status: ReportStatus::ExpertReview,
            version: 1,
            reviewing_tier: None,
            revision_id: Some(revision),
            revision_number: 1,
            first_submitted_at: Some(now),
            submitted_at: Some(now),
            submitted_rank: now.timestamp_micros(),
            submitted_by: None,
            return_due_on: None,
            accepted_at: None,
            client_id: None,
            created_by: person,
            created_at: now,
            updated_at: now,
            openness: Openness::Internal,
        },
        revision: revision::Model {
            id: revision,
            report_id: id,
            number: 1,
            content: "{}".to_owned(),
            sha256: String::new(),
            submitted_at: now,
            account_id: person,
            seat_id: expert,
        },
        step: transition::Model {
            id: new_id(now),
            report_id: id,
            version: 1,
            command: ReportCommand::Assign,
            from_status: None,
            to_status: ReportStatus::ExpertReview,
            seat_id: expert,
            account_id: person,
            unit_id: root,
            reason: None,
            revision_id: Some(revision),
            at: now,
            service_account_id: None,
            openness: None,
        },
        assignment: review_assignment::Model {
            id: new_id(now),
            subject_type: ReviewSubjectType::Report,
            subject_id: id,
            unit_id: unit,
            seat_id: expert,
            account_id: person,
            lead: true,
            state: AssignmentState::Assigned,
            due_on,
            assigned_by: person,
            assigned_at: now,
            updated_at: now,
            version: 1,
        },
    }
}

/// Who asks the server, and what each operation sent to the database.
struct Client {
    http: awc::Client,
    address: SocketAddr,
    token: Option<String>,
    statements: Arc<AtomicUsize>,
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

    /// Measures a document, and gives its last answer.
    async fn measure(&self, name: &str, document: &str, variables: Value) -> Value {
        self.ask(document, &variables).await;
        let mut times = Vec::with_capacity(TURNS);
        let mut answer = Value::Null;
        for _turn in 0..TURNS {
            let began = Instant::now();
            answer = self.ask(document, &variables).await;
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let milliseconds = |place: usize| times[place].as_secs_f64() * 1000.0;
        println!(
            "{name:<36} {:>3} statements  median {:>6.1} ms  slowest {:>6.1} ms",
            self.statements.load(Ordering::SeqCst),
            milliseconds(TURNS / 2),
            milliseconds(TURNS - 1),
        );
        answer
    }
}

async fn measure(client: &Client) {
    let page = format!(
        "query($first: Int, $last: Int, $after: String, $before: String) {{ viewer {{ tasks(kinds: [REVIEW_TO_DO], \
         first: $first, last: $last, after: $after, before: $before) {{ edges {{ cursor node {{ {TASK} }} }} \
         pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
    );
    let tasks = |answer: &Value| answer["viewer"]["tasks"].clone();
    let first = tasks(&client.measure("first page of 20", &page, json!({ "first": 20 })).await);
    let end = &first["pageInfo"]["endCursor"];
    let next = client
        .measure("next page", &page, json!({ "first": 20, "after": end }))
        .await;
    let start = &tasks(&next)["pageInfo"]["startCursor"];
    let previous = client
        .measure("previous page", &page, json!({ "last": 20, "before": start }))
        .await;
    assert_eq!(tasks(&previous)["edges"], first["edges"]);
    client.measure("last page", &page, json!({ "last": 20 })).await;
    let place = format!(
        "query($cursor: String!) {{ viewer {{ task(cursor: $cursor, kinds: [REVIEW_TO_DO]) {{ task {{ {TASK} }} \
         previous {{ cursor }} next {{ cursor node {{ {TASK} }} }} }} }} }}"
    );
    client
        .measure("a place with previous and next", &place, json!({ "cursor": end }))
        .await;
    let counts = "{ viewer { tasks(first: 0) { totalCount counts { kind count } } } }";
    client.measure("counts of all kinds", counts, json!({})).await;
    let inbox = format!("{{ viewer {{ tasks(first: 20) {{ counts {{ kind count }} nodes {{ {TASK} }} }} }} }}");
    client.measure("all kinds with their counts", &inbox, json!({})).await;
}

#[actix_web::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        database_url: std::env::var("JENJANG_BENCH_POSTGRES_URL").ok(),
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
    let mut app = App::start(settings.resolve().unwrap(), clock, start).await.unwrap();
    demo::write_offices(&app, PASSWORD).await.unwrap();
    let filled = fill(&app).await;
    let kind = if app.services.db.is_embedded() {
        "SQLite"
    } else {
        "PostgreSQL"
    };
    println!("{filled} open reports of one expert, {kind}, {TURNS} turns each");
    let statements = Arc::new(AtomicUsize::new(0));
    let last = Arc::clone(&statements);
    app.trace = Some(Arc::new(move |_root_fields: &[String], operation: &[String]| {
        last.store(operation.len(), Ordering::SeqCst)
    }));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = Client {
        http: awc::Client::builder().timeout(Duration::from_secs(60)).finish(),
        address: listener.local_addr().unwrap(),
        token: None,
        statements,
    };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = actix_web::rt::spawn(async move { app.serve(listener, async { drop(stopped.await) }).await });
    let sign_in = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }";
    let signed_in = client
        .ask(sign_in, &json!({ "input": { "email": email(), "password": PASSWORD } }))
        .await;
    client.token = signed_in["signIn"]["session"]["accessToken"]
        .as_str()
        .map(str::to_owned);
    measure(&client).await;
    drop(stop);
    running.await.unwrap().unwrap();
}
