//! The process: what it holds, how it starts, and the routes it serves. `main` and the tests build it alike.
use std::{fmt, fs::DirBuilder, future::Future, net::TcpListener, os::unix::fs::DirBuilderExt, path::Path, sync::Arc};

use actix_cors::Cors;
use actix_web::{
    App as ActixApp, Error as ActixError, HttpMessage, HttpRequest, HttpResponse, HttpServer,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::{Compress, Next, from_fn},
    web,
};
use chrono::{DateTime, Utc};
use entity::installation;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;

use crate::{
    award, background, certificate,
    clock::Clock,
    command::AtWork,
    config::Config,
    db::Db,
    error::{Error, Refusal},
    event,
    feed::Feed,
    file::{self, Files},
    graphql::{
        document::{Documents, SchemaShape},
        http::{self, RequestId},
        root::{JenjangSchema, schema},
    },
    identity::{
        self, Identity,
        door_key::DoorKeys,
        jwks, keys,
        link::Links,
        password::Hasher,
        receipt_key::{self, ReceiptKeys},
        revocation::Revocations,
        throttle::{PerAddress, Throttle},
        token::Tokens,
        uses::Uses,
        vault::Vault,
    },
    locale::Language,
    papers, report, review,
    services::Services,
    statement,
    territory::{self, seed::Beginnings},
};

/// Who issues the tokens, and who they are for.
const ISSUER: &str = "jenjang";

/// How many sign-ins may wait for each processor that computes passwords; beyond it they are told to come again. The last
/// of them has to be let in within the time one operation may take.
const SIGN_INS_WAITING: usize = 128;

/// Told of every operation the root fields and the SQL; tests compare what the absent and the hidden cost, and bound it.
pub type Trace = Arc<dyn Fn(&[String], &[String]) + Send + Sync>;

/// Everything a process serves requests with.
pub struct App {
    pub config: Config,
    pub services: Arc<Services>,
    pub schema: JenjangSchema,
    /// What was read of the documents that came.
    pub documents: Documents,
    pub trace: Option<Trace>,
}

/// What a database is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Production,
    Demo,
    /// Invented people and reports, for measuring.
    Sample,
}

impl Purpose {
    /// As it is kept in the database.
    fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Demo => "demo",
            Self::Sample => "sample",
        }
    }
}

/// How far a start may go in making things ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    pub purpose: Purpose,
    /// Whether pending schema steps are taken.
    pub migrate: bool,
    /// Whether missing keys are made.
    pub make_keys: bool,
}

/// Why a process did not start: a sentence for the operator.
#[derive(Debug)]
pub struct StartError(pub String);

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

impl From<Error> for StartError {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(cause) | Error::Busy(cause) => Self(cause),
            Error::Refused(refusals) => {
                let sentences: Vec<&str> = refusals
                    .iter()
                    .map(|refusal| refusal.text.in_language(Language::English))
                    .collect();
                Self(sentences.join(" "))
            }
            Error::BadInput(text) => Self(text.in_language(Language::English).to_owned()),
            Error::Unauthenticated | Error::InFlight | Error::RateLimited { .. } => {
                Self("try again in a moment".to_owned())
            }
        }
    }
}

/// Connects to the database of a configuration.
///
/// # Errors
/// A sentence that names the database without its password.
pub async fn connect(config: &Config) -> Result<Db, StartError> {
    if config.database_url.starts_with("sqlite:") {
        make_private_folder(&config.data_dir)?;
    }
    let connected = Db::connect(
        &config.database_url,
        config.database_connections,
        config.limits.statement(),
    )
    .await;
    connected.map_err(|error| {
        StartError(format!(
            "the database {} cannot be reached: {error}",
            without_password(&config.database_url)
        ))
    })
}

/// Makes a folder that others on the machine cannot look into: it holds password hashes and keys.
fn make_private_folder(path: &Path) -> Result<(), StartError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| StartError(format!("the folder {} cannot be made: {error}", path.display())))
}

/// A database URL fit to be shown.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…@{}", &url[..scheme], &url[at + 1..]),
        _ => url.to_owned(),
    }
}

/// Takes pending schema steps, and fills a new database with the hierarchy: of the list that ships, or of the one given.
///
/// # Errors
/// The database's, and what is wrong with the list.
pub async fn migrate(db: &Db, purpose: Purpose, regions: Option<&Path>, clock: &dyn Clock) -> Result<(), StartError> {
    db.migrate()
        .await
        .map_err(|error| StartError(format!("the schema could not be brought up to date: {error}")))?;
    if !territory::query::is_empty(db.reader()).await? {
        return adopt(db, clock.now()).await;
    }
    let beginnings = match regions {
        Some(path) => list_of_regions(path, clock)?,
        None => Beginnings::shipped()?,
    };
    let transaction = db.begin().await?;
    let connection = transaction.connection();
    // The marker's key settles which of two processes fills the database.
    let marker = installation::Model {
        name: "purpose".to_owned(),
        value: purpose.word().to_owned(),
    };
    marker
        .into_active_model()
        .insert(connection)
        .await
        .map_err(Error::from)?;
    let national = territory::seed::permanent_tiers(connection, beginnings, clock.now()).await?;
    report::shipped::write(connection, national, clock.now()).await?;
    transaction.commit().await?;
    adopt(db, clock.now()).await
}

/// Gives a filled database what a release before this one did not know of.
async fn adopt(db: &Db, now: DateTime<Utc>) -> Result<(), StartError> {
    report::ledger::adopt(db, now).await?;
    review::rubric::shipped::adopt(db, now).await?;
    Ok(report::shipped::adopt(db, now).await?)
}

/// Reads the operator's list of regions.
fn list_of_regions(path: &Path, clock: &dyn Clock) -> Result<Beginnings, StartError> {
    /// So many complaints about one file are enough.
    const MOST: usize = 5;
    let shown = path.display();
    let csv = std::fs::read_to_string(path)
        .map_err(|error| StartError(format!("the list of regions {shown} cannot be read: {error}")))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Beginnings::given(name, &csv, clock.today()).map_err(|refusals| {
        let mut complaints: Vec<String> = refusals.iter().take(MOST).map(complaint).collect();
        if refusals.len() > MOST {
            complaints.push(format!("and {} more", refusals.len() - MOST));
        }
        StartError(format!(
            "the list of regions {shown} is not usable: {}",
            complaints.join("; ")
        ))
    })
}

/// "line 12, name: This is required."
fn complaint(refusal: &Refusal) -> String {
    let sentence = refusal.text.in_language(Language::English);
    match refusal.field.get(1..) {
        Some([line]) => format!("line {line}: {sentence}"),
        Some([line, column]) => format!("line {line}, {column}: {sentence}"),
        _ => sentence.to_owned(),
    }
}

/// What a migrated database was filled for.
///
/// # Errors
/// The database's.
#[expect(
    clippy::disallowed_methods,
    reason = "the marker belongs to the process, not to a slice"
)]
pub async fn purpose(db: &Db) -> Result<Purpose, StartError> {
    let marker = installation::Entity::find_by_id("purpose")
        .one(db.reader())
        .await
        .map_err(Error::from)?;
    match marker.map(|marker| marker.value).as_deref() {
        Some("demo") => Ok(Purpose::Demo),
        Some("production") => Ok(Purpose::Production),
        Some("sample") => Ok(Purpose::Sample),
        _ => Err(StartError(
            "the database holds no hierarchy; run `jenjang migrate` first".to_owned(),
        )),
    }
}

impl App {
    /// Makes a process ready to serve.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn start(config: Config, clock: Arc<dyn Clock>, start: Start) -> Result<Self, StartError> {
        let db = connect(&config).await?;
        prepare_database(&db, &config, clock.as_ref(), start).await?;
        let Keys {
            tokens,
            links,
            receipts,
            doors,
            vault,
        } = prepare_keys(&config, clock.as_ref(), start)?;
        receipt_key::record(&db, &receipts, clock.now()).await?;
        let files = prepare_files(&config)?;
        let lifetime = config.access_token_life();
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        // Queries need processors too, however many want to sign in.
        let workers = (processors / 2).max(1);
        let hash_cost = config.hash_cost;
        let hasher = tokio::task::spawn_blocking(move || Hasher::new(hash_cost, workers, workers * SIGN_INS_WAITING));
        let identity = Identity {
            tokens: Tokens::new(tokens, ISSUER.to_owned(), lifetime),
            hasher: hasher.await.map_err(Error::internal)?.map_err(Error::internal)?,
            links,
            receipts: ReceiptKeys::new(receipts),
            doors,
            throttle: config.throttle.map_or_else(Throttle::off, Throttle::new),
            revocations: Revocations::default(),
            vault,
            uses: Uses::default(),
            second_factor_for: config.second_factor_for.clone(),
        };
        let directory = territory::query::load(db.reader()).await?;
        let catalogue = report::query::catalogue(db.reader()).await?;
        let services = Arc::new(Services {
            directory: territory::directory::Current::new(directory),
            catalogue: report::catalogue::Current::new(catalogue),
            identity,
            feed: Feed::default(),
            at_work: AtWork::default(),
            files,
            mail: config.mail.clone(),
            verifications: PerAddress::new(config.throttle.map(|_limits| statement::verification::MOST_PER_MINUTE)),
            clock,
            db,
        });
        background::confirm(&services, lifetime).await?;
        let schema = schema();
        let shape = SchemaShape::of(&schema).await.map_err(Error::internal)?;
        let documents = Documents::new(shape, config.limits.clone());
        Ok(Self {
            config,
            services,
            schema,
            documents,
            trace: None,
        })
    }

    /// Serves until `stop` is done, then finishes what is in flight.
    ///
    /// # Errors
    /// The listener's.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) -> std::io::Result<()> {
        let (lifetime, keys_dir) = (self.config.access_token_life(), self.config.keys_dir.clone());
        let (stopping, stopped) = tokio::sync::watch::channel(false);
        let background = tokio::spawn(background::run(Arc::clone(&self.services), lifetime, keys_dir, stopped));
        let workers = self.config.workers;
        let app = web::Data::new(self);
        let server = HttpServer::new(move || actix_app(app.clone()))
            .workers(workers)
            .disable_signals()
            .shutdown_timeout(30)
            .listen(listener)?
            .run();
        let handle = server.handle();
        let server = tokio::spawn(server);
        stop.await;
        handle.stop(true).await;
        let served = server.await.map_err(std::io::Error::other)?;
        // The sequencer outlives the last request, so that nothing written is left without its number.
        stopping.send_replace(true);
        background.await.map_err(std::io::Error::other)?;
        served
    }
}

async fn prepare_database(db: &Db, config: &Config, clock: &dyn Clock, start: Start) -> Result<(), StartError> {
    if start.migrate || db.is_embedded() {
        migrate(db, start.purpose, config.regions.as_deref(), clock).await?;
    }
    let pending = db.pending_migrations().await.map_err(Error::from)?;
    if !pending.is_empty() {
        let steps = pending.join(", ");
        return Err(StartError(format!(
            "the database waits for schema steps ({steps}); run `jenjang migrate` or `jenjang serve --migrate`"
        )));
    }
    match (start.purpose, purpose(db).await?) {
        (Purpose::Production, Purpose::Demo) => Err(StartError(
            "this is a demo database: everybody in it has one password; `serve` does not open it".to_owned(),
        )),
        (Purpose::Demo, Purpose::Production | Purpose::Sample) => Err(StartError(
            "this database is not a demo; `demo` does not touch it".to_owned(),
        )),
        (Purpose::Sample, Purpose::Production | Purpose::Demo) => Err(StartError(
            "this database is not a sample; `sample` does not touch it".to_owned(),
        )),
        // A sample is there to be served and measured.
        (Purpose::Production, Purpose::Sample) => {
            tracing::warn!("this database is a sample: its people and reports are invented");
            Ok(())
        }
        (Purpose::Production, Purpose::Production)
        | (Purpose::Demo, Purpose::Demo)
        | (Purpose::Sample, Purpose::Sample) => Ok(()),
    }
}

/// What the folder of keys holds for this process.
struct Keys {
    tokens: keys::TokenKeys,
    links: Links,
    receipts: keys::TokenKeys,
    doors: DoorKeys,
    vault: Vault,
}

fn prepare_keys(config: &Config, clock: &dyn Clock, start: Start) -> Result<Keys, StartError> {
    if start.make_keys {
        keys::generate_missing(&config.keys_dir, clock.now()).map_err(|error| StartError(error.to_string()))?;
    }
    let sentence = |error: keys::KeyError| StartError(error.to_string());
    let links = keys::TokenKeys::load_for_links(&config.keys_dir).map_err(sentence)?;
    Ok(Keys {
        tokens: keys::TokenKeys::load(&config.keys_dir).map_err(sentence)?,
        links: Links::new(links),
        receipts: keys::TokenKeys::load_for_receipts(&config.keys_dir).map_err(sentence)?,
        doors: DoorKeys::new(keys::TokenKeys::load_for_doors(&config.keys_dir).map_err(sentence)?),
        vault: Vault::load(&config.keys_dir).map_err(sentence)?,
    })
}

fn prepare_files(config: &Config) -> Result<Files, StartError> {
    let folder = &config.files.folder;
    make_private_folder(folder)?;
    Files::open(&config.files).map_err(|error| {
        StartError(format!(
            "the folder of files {} cannot be used: {error}",
            folder.display()
        ))
    })
}

/// The routes, with what every answer carries.
fn actix_app(
    app: web::Data<App>,
) -> ActixApp<
    impl actix_web::dev::ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = ActixError,
        InitError = (),
    >,
> {
    let cors = cors(&app.config.allowed_origins);
    ActixApp::new()
        .app_data(app)
        .service(
            web::resource("/graphql")
                .route(web::post().to(http::graphql))
                .default_service(web::to(|request: HttpRequest| {
                    refuse(request, StatusCode::METHOD_NOT_ALLOWED)
                })),
        )
        .service(
            web::resource("/files/{id}")
                .route(web::put().to(file::http::put))
                .route(web::head().to(file::http::head))
                .route(web::get().to(file::http::get))
                .default_service(web::to(file::http::other)),
        )
        .service(
            web::resource("/export/cycles/{file}")
                .route(web::get().to(report::export::http::cycle))
                .route(web::head().to(report::export::http::cycle))
                .default_service(web::to(report::export::http::other)),
        )
        .service(
            web::resource("/export/awards/{id}.json")
                .route(web::get().to(award::computing::http::bundle))
                .route(web::head().to(award::computing::http::bundle))
                .default_service(web::to(papers::http::other)),
        )
        .service(
            web::resource("/export/awards/{edition}.csv")
                .route(web::get().to(award::honour::http::csv))
                .route(web::head().to(award::honour::http::csv))
                .default_service(web::to(report::export::http::other)),
        )
        .service(
            web::resource("/export/awards/{edition}.xlsx")
                .route(web::get().to(award::honour::http::xlsx))
                .route(web::head().to(award::honour::http::xlsx))
                .default_service(web::to(report::export::http::other)),
        )
        .service(
            web::resource("/receipts/{file}")
                .route(web::get().to(report::papers::http::receipt))
                .route(web::head().to(report::papers::http::receipt))
                .default_service(web::to(papers::http::other)),
        )
        .service(
            web::resource("/handovers/{file}")
                .route(web::get().to(report::papers::http::minutes))
                .route(web::head().to(report::papers::http::minutes))
                .default_service(web::to(papers::http::other)),
        )
        .service(
            web::resource("/evaluations/{file}")
                .route(web::get().to(report::papers::http::evaluation))
                .route(web::head().to(report::papers::http::evaluation))
                .default_service(web::to(papers::http::other)),
        )
        .service(
            web::resource("/certificates/{file}")
                .route(web::get().to(certificate::http::certificate))
                .route(web::head().to(certificate::http::certificate))
                .default_service(web::to(papers::http::other)),
        )
        .service(
            web::resource("/events/{id}/daftar-hadir.pdf")
                .route(web::get().to(event::papers::http::attendance))
                .route(web::head().to(event::papers::http::attendance))
                .default_service(web::to(papers::http::other)),
        )
        .service(
            web::resource("/events/{id}/kalender.ics")
                .route(web::get().to(event::papers::http::calendar))
                .route(web::head().to(event::papers::http::calendar))
                .default_service(web::to(papers::http::other)),
        )
        .service(
            web::resource("/events/{id}/berita-acara.pdf")
                .route(web::get().to(event::papers::http::minutes))
                .route(web::head().to(event::papers::http::minutes))
                .default_service(web::to(papers::http::other)),
        )
        .service(
            web::resource("/verify/{code}")
                .route(web::get().to(statement::http::verify))
                .route(web::head().to(statement::http::verify))
                .default_service(web::to(statement::http::other)),
        )
        .route(
            "/healthz",
            web::get().to(|| async { HttpResponse::Ok().json(json!({ "status": "ok" })) }),
        )
        .route("/readyz", web::get().to(ready))
        .route("/.well-known/jwks.json", web::get().to(published_keys))
        .route("/.well-known/receipt-keys.json", web::get().to(published_receipt_keys))
        .route("/.well-known/door-keys.json", web::get().to(published_door_keys))
        .default_service(web::to(|request: HttpRequest| refuse(request, StatusCode::NOT_FOUND)))
        .wrap(Compress::default())
        .wrap(cors)
        .wrap(from_fn(finish_answer))
}

fn cors(origins: &[String]) -> Cors {
    let allowed = Cors::default()
        .allowed_methods(["POST", "PUT", "HEAD", "GET"])
        .allowed_headers([
            "authorization",
            "content-type",
            "idempotency-key",
            "accept-language",
            "x-request-id",
            "upload-offset",
            "range",
            "if-range",
        ])
        .expose_headers([
            "x-request-id",
            "retry-after",
            "upload-offset",
            "upload-length",
            "upload-complete",
            "etag",
            "content-range",
            "content-disposition",
        ])
        .max_age(3600);
    origins.iter().fold(allowed, |cors, origin| cors.allowed_origin(origin))
}

/// Every answer tells which request it belongs to, is what it says it is, and is JSON or a page of ours, whoever refused.
async fn finish_answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let id = RequestId::from_header(request.headers());
    request.extensions_mut().insert(id.clone());
    let response = next.call(request).await?.map_into_boxed_body();
    let mut response = in_json(response);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// The layers for CORS and compression refuse in plain text; this says the same in the words of the API.
fn in_json(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let content_type = response.headers().get(CONTENT_TYPE);
    let is_ours = |value: &HeaderValue| {
        [&b"application/"[..], b"text/html"]
            .iter()
            .any(|own| value.as_bytes().starts_with(own))
    };
    if content_type.is_some_and(is_ours) || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let vary = response.headers().get(VARY).cloned();
    let language = language(response.request());
    let mut response = response.into_response(http::refuse_plainly(status, language));
    if let Some(vary) = vary {
        response.headers_mut().insert(VARY, vary);
    }
    response
}

async fn refuse(request: HttpRequest, status: StatusCode) -> HttpResponse {
    http::refuse_plainly(status, language(&request))
}

fn language(request: &HttpRequest) -> Language {
    let header = request.headers().get(ACCEPT_LANGUAGE);
    Language::negotiate(header.and_then(|value| value.to_str().ok()))
}

/// The keys by which anybody verifies the tokens of this server.
async fn published_keys(app: web::Data<App>) -> HttpResponse {
    let services = &app.services;
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, format!("public, max-age={}", jwks::MAX_AGE_SECONDS)))
        .json(jwks::key_set(&services.identity.tokens, services.clock.now()))
}

/// The keys by which anybody verifies the door codes of this server.
async fn published_door_keys(app: web::Data<App>) -> HttpResponse {
    let services = &app.services;
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, format!("public, max-age={}", jwks::MAX_AGE_SECONDS)))
        .json(services.identity.doors.key_set(services.clock.now()))
}

/// The keys by which anybody verifies the receipts of this server, all that ever were.
async fn published_receipt_keys(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    match identity::query::receipt_keys(app.services.db.reader()).await {
        Ok(keys) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, format!("public, max-age={}", jwks::MAX_AGE_SECONDS)))
            .json(receipt_key::key_set(&keys)),
        Err(error) => {
            tracing::error!(?error, "the keys of receipts could not be read");
            refuse(request, StatusCode::INTERNAL_SERVER_ERROR).await
        }
    }
}

/// Whether requests can be answered: the database is there and the schema is ours.
async fn ready(app: web::Data<App>) -> HttpResponse {
    match territory::query::version(app.services.db.reader()).await {
        Ok(_version) => HttpResponse::Ok().json(json!({ "status": "ready" })),
        Err(error) => {
            tracing::warn!(?error, "not ready");
            HttpResponse::ServiceUnavailable().json(json!({ "status": "database unreachable" }))
        }
    }
}
