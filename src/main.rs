//! The command line: it reads the settings, starts what was asked for, and tells what went wrong in one sentence.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the command line; it talks to a person"
)]
use std::{
    future::Future,
    io::IsTerminal,
    net::TcpListener,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jenjang::{
    app::{self, App, Purpose, Start, StartError},
    auditor::{
        self, Finding,
        witness::{Witness, Written},
    },
    award::ranking::bundle,
    clock::{Clock, SystemClock},
    config::{Config, LogFormat, Settings},
    demo, doctor,
    error::Refusal,
    graphql::root,
    identity::{self, email::is_email_address, keys, strength},
    locale::Language,
    sample::{self, Sample},
};
use secrecy::SecretString;
use serde::Serialize;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// The reporting backend of a supervisory hierarchy.
#[derive(Parser)]
#[command(name = "jenjang", version, about)]
struct Command {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Run a demo in an embedded database: the real hierarchy, its offices and a story.
    Demo(DemoArgs),
    /// Serve the API.
    Serve(ServeArgs),
    /// Bring the database schema up to date, and fill a new database with the hierarchy.
    Migrate,
    /// Print the GraphQL schema.
    Schema,
    /// Make the keys that sign tokens.
    #[command(subcommand)]
    Keys(KeysAction),
    /// Manage administrators from the command line.
    #[command(subcommand)]
    Admin(AdminAction),
    /// Look whether everything is in place; changes nothing.
    Doctor,
    /// Hold what was done against what attests it; changes nothing.
    #[command(subcommand)]
    Audit(AuditAction),
    /// Reckon awards again; needs no database.
    #[command(subcommand)]
    Award(AwardAction),
    /// Fill a new database with invented people and five years of reports, for measuring and trying out.
    Sample(SampleArgs),
}

#[derive(Args)]
struct DemoArgs {
    /// Listen on an address others can reach; everybody in a demo has one password.
    #[arg(long)]
    expose: bool,
    /// The password of every demo sign-in [default: a new random one at each start].
    #[arg(long, env = "JENJANG_DEMO_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

#[derive(Args)]
struct SampleArgs {
    /// How much: 1 for the whole country, 0.01 for a hundredth of its reports.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// Which of all samples of that scale.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The password of every sign-in [default: a new random one].
    #[arg(long, env = "JENJANG_SAMPLE_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

#[derive(Args)]
struct ServeArgs {
    /// Bring the schema up to date first. An embedded database is always brought up to date.
    #[arg(long)]
    migrate: bool,
}

#[derive(Subcommand)]
enum KeysAction {
    /// Make what is missing; nothing is overwritten.
    Generate,
    /// Make a new key, which signs from ten minutes on, and remove those that are done with. Nobody is signed out, and every
    /// receipt and door code can be verified as before.
    Rotate(RotateArgs),
}

#[derive(Args)]
struct RotateArgs {
    /// What the key signs.
    #[arg(value_enum, default_value_t = Rotated::Tokens)]
    what: Rotated,
}

/// What a key that is exchanged signs.
#[derive(Clone, Copy, ValueEnum)]
enum Rotated {
    Tokens,
    Receipts,
    Doors,
}

#[derive(Subcommand)]
enum AuditAction {
    /// Look at every audited row, every leaf and the chain; fails when something was altered, is missing or unattested.
    Verify(VerifyArgs),
    /// Print heads of the chain, to be kept where nobody who can write the database can write.
    Heads(HeadsArgs),
}

#[derive(Args)]
struct VerifyArgs {
    /// Heads that were kept outside, as `audit heads` prints them: they find a chain that was rewritten or cut.
    #[arg(long, value_name = "FILE")]
    witness: Option<PathBuf>,
    /// Tell each finding, and at last the counts, as a line of JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct HeadsArgs {
    /// One head in so many positions, and the last.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
}

#[derive(Subcommand)]
enum AwardAction {
    /// Print what an exported edition comes to by its inputs alone, byte for byte as its `results` are hashed; fails when the
    /// file says something else.
    Recompute(RecomputeArgs),
}

#[derive(Args)]
struct RecomputeArgs {
    /// What `/export/awards/{edition}.json` gave.
    file: PathBuf,
}

#[derive(Subcommand)]
enum AdminAction {
    /// Seat an administrator at RI. The password is read from the environment, never from the command line.
    Create(AdminArgs),
}

#[derive(Args)]
struct AdminArgs {
    /// The address the person signs in with.
    #[arg(long)]
    email: String,
    /// The person's name.
    #[arg(long)]
    name: String,
    /// Where the password is: at least 12 characters.
    #[arg(long, env = "JENJANG_ADMIN_PASSWORD", hide_env_values = true, hide = true)]
    password: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Command::parse();
    match run(command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(StartError(sentence)) => {
            eprintln!("jenjang: {sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), StartError> {
    let config = command
        .settings
        .resolve()
        .map_err(|error| StartError(error.to_string()))?;
    log_to_stderr(&config);
    match command.action {
        Action::Demo(args) => run_demo(config, args).await,
        Action::Serve(args) => serve(config, args).await,
        Action::Migrate => {
            let db = app::connect(&config).await?;
            app::migrate(&db, Purpose::Production, config.regions.as_deref(), &SystemClock).await?;
            println!("the schema is up to date");
            Ok(())
        }
        Action::Schema => {
            print!("{}", root::sdl(&root::schema()));
            Ok(())
        }
        Action::Keys(action) => manage_keys(&config, &action),
        Action::Admin(AdminAction::Create(args)) => create_admin(config, args).await,
        Action::Sample(args) => write_sample(config, args).await,
        Action::Audit(AuditAction::Verify(args)) => verify(&config, args).await,
        Action::Audit(AuditAction::Heads(args)) => {
            let db = doctor::existing_database(&config).await?;
            auditor::heads(&db, args.every, |head| println!("{}", line(&Written::from(head)))).await?;
            Ok(())
        }
        Action::Award(AwardAction::Recompute(args)) => recompute(&args.file),
        Action::Doctor => {
            let findings = doctor::examine(&config).await?;
            print!("{}", findings.report);
            if findings.healthy {
                Ok(())
            } else {
                Err(StartError("something has to be mended, see above".to_owned()))
            }
        }
    }
}

async fn run_demo(config: Config, args: DemoArgs) -> Result<(), StartError> {
    if !config.listen.ip().is_loopback() && !args.expose {
        let sentence = format!(
            "a demo listens on this machine only, not on {}; --expose lets it",
            config.listen
        );
        return Err(StartError(sentence));
    }
    let listener = bind(&config)?;
    let address = listener.local_addr().map_err(|error| StartError(error.to_string()))?;
    let password = args.password.unwrap_or_else(demo::random_password);
    let app = demo::prepare(config, &password).await?;
    println!("{}", demo::welcome(&format!("http://{address}"), &password));
    serve_until_told(app, listener).await
}

async fn write_sample(config: Config, args: SampleArgs) -> Result<(), StartError> {
    let password = args.password.unwrap_or_else(demo::random_password);
    let chosen = Sample {
        scale: args.scale,
        seed: args.seed,
    };
    let written = sample::write(config, chosen, &password, |line| println!("{line}")).await?;
    println!(
        "{} units, {} accounts, {} rounds, {} reports ({} accepted, {} waiting), {} events, {} awards",
        written.units,
        written.accounts,
        written.rounds,
        written.reports,
        written.accepted,
        written.submitted,
        written.events,
        written.awards
    );
    println!(
        "sign in as coordinator.ri@{} or head.32.75@{} with {password}",
        sample::DOMAIN,
        sample::DOMAIN
    );
    Ok(())
}

async fn serve(config: Config, args: ServeArgs) -> Result<(), StartError> {
    let listener = bind(&config)?;
    let start = Start {
        purpose: Purpose::Production,
        migrate: args.migrate,
        make_keys: is_embedded(&config),
    };
    let app = App::start(config, Arc::new(SystemClock), start).await?;
    serve_until_told(app, listener).await
}

/// On an embedded database there is one process, which may make its own keys; on PostgreSQL all processes share them.
fn is_embedded(config: &Config) -> bool {
    config.database_url.starts_with("sqlite:")
}

/// Takes the port first: a port that is taken is told at once.
fn bind(config: &Config) -> Result<TcpListener, StartError> {
    TcpListener::bind(config.listen).map_err(|error| StartError(format!("cannot listen on {}: {error}", config.listen)))
}

async fn serve_until_told(app: App, listener: TcpListener) -> Result<(), StartError> {
    let stop = told_to_stop()?;
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening");
    }
    app.serve(listener, stop)
        .await
        .map_err(|error| StartError(format!("serving failed: {error}")))
}

/// Waits for SIGTERM or Ctrl-C.
fn told_to_stop() -> Result<impl Future<Output = ()>, StartError> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| StartError(format!("signals cannot be heard: {error}")));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _told = terminate.recv() => {}
            _told = interrupt.recv() => {}
        }
        tracing::info!("finishing what is in flight");
    })
}

fn manage_keys(config: &Config, action: &KeysAction) -> Result<(), StartError> {
    let sentence = |error: keys::KeyError| StartError(error.to_string());
    let now = SystemClock.now();
    match action {
        KeysAction::Generate => {
            let made = keys::generate_missing(&config.keys_dir, now).map_err(sentence)?;
            for path in &made {
                println!("{}", path.display());
            }
            if made.is_empty() {
                println!("nothing was missing");
            }
        }
        KeysAction::Rotate(RotateArgs { what }) => {
            let rotated = match what {
                Rotated::Tokens => keys::rotate(&config.keys_dir, now, config.access_token_life()),
                Rotated::Receipts => keys::rotate_receipts(&config.keys_dir, now),
                Rotated::Doors => keys::rotate_doors(&config.keys_dir, now),
            };
            let keys::Rotated { made, removed } = rotated.map_err(sentence)?;
            println!("{}", made.display());
            for path in &removed {
                println!("removed {}", path.display());
            }
        }
    }
    Ok(())
}

async fn verify(config: &Config, args: VerifyArgs) -> Result<(), StartError> {
    let witness = args
        .witness
        .map(|path| read_witness(&path))
        .transpose()?
        .unwrap_or_default();
    let db = doctor::existing_database(config).await?;
    let mut tell = |finding: &Finding| {
        if args.json {
            println!("{}", line(finding));
        } else {
            println!("{finding}");
        }
    };
    let summary = auditor::verify(&db, witness, &mut tell).await?;
    if args.json {
        println!("{}", line(&serde_json::json!({ "summary": summary })));
    } else {
        println!("{summary}");
    }
    if summary.is_sound() {
        Ok(())
    } else {
        Err(StartError(
            "the records are not what was attested, see above".to_owned(),
        ))
    }
}

/// Standard output is the results and nothing else, so that they can be hashed and compared.
fn recompute(file: &Path) -> Result<(), StartError> {
    let told = |wrong: &[Refusal]| {
        for refusal in wrong {
            let place = refusal.field.join(".");
            let colon = if place.is_empty() { "" } else { ": " };
            eprintln!("{place}{colon}{}", refusal.text.in_language(Language::English));
        }
    };
    let unreadable = |wrong: Vec<Refusal>| {
        told(&wrong);
        StartError(format!("{} cannot be recomputed, see above", file.display()))
    };
    let bytes = std::fs::read(file).map_err(|error| StartError(format!("{}: {error}", file.display())))?;
    let recomputed = bundle::read(&bytes)
        .and_then(|bundle| bundle::recompute(&bundle))
        .map_err(unreadable)?;
    print!("{}", recomputed.results);
    if recomputed.contradictions.is_empty() {
        return Ok(());
    }
    told(&recomputed.contradictions);
    Err(StartError(format!(
        "{} does not agree with what it was reckoned from, see above",
        file.display()
    )))
}

fn read_witness(path: &Path) -> Result<Witness, StartError> {
    let told = |error: &dyn std::fmt::Display| StartError(format!("the witness {}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| told(&error))?;
    Witness::read(&text).map_err(|no_head| told(&no_head))
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

async fn create_admin(config: Config, args: AdminArgs) -> Result<(), StartError> {
    const SHORTEST: usize = 12;
    let password = args.password.filter(|password| password.chars().count() >= SHORTEST);
    let password =
        password.ok_or_else(|| StartError(format!("set JENJANG_ADMIN_PASSWORD to at least {SHORTEST} characters")))?;
    strength::check(&password, &[&args.name, &args.email], "password")?;
    if !is_email_address(&args.email) {
        return Err(StartError(format!("`{}` is not an e-mail address", args.email)));
    }
    let start = Start {
        purpose: Purpose::Production,
        migrate: false,
        make_keys: is_embedded(&config),
    };
    let app = App::start(config, Arc::new(SystemClock), start).await?;
    identity::service::create_national_admin(&app.services, &args.email, &args.name, SecretString::from(password))
        .await?;
    println!("{} sits as ADMIN at RI", args.email);
    Ok(())
}

fn log_to_stderr(config: &Config) {
    let filter = EnvFilter::try_from_env("JENJANG_LOG")
        .unwrap_or_else(|_unset| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
    let registry = tracing_subscriber::registry().with(filter);
    match config.log_format {
        LogFormat::Text => registry
            .with(
                fmt::layer()
                    .with_ansi(std::io::stderr().is_terminal())
                    .with_writer(std::io::stderr),
            )
            .init(),
        LogFormat::Json => registry
            .with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr))
            .init(),
    }
}
