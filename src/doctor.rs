//! What an operator asks first when something is wrong: is everything there, and does it fit together?
use std::fmt::Write;

use crate::{
    app::{self, StartError},
    auditor, award, certificate,
    clock::{Clock, SystemClock},
    config::Config,
    db::Db,
    digest::hexadecimal,
    error::Error,
    event, feed,
    file::inspection::{self, Inspection},
    identity::keys::TokenKeys,
    report, territory,
};

/// What was found, a line per question.
pub struct Findings {
    pub report: String,
    /// Whether nothing has to be mended.
    pub healthy: bool,
}

/// Looks at a configuration, its database and its keys. Changes nothing.
///
/// # Errors
/// When the database cannot be reached at all.
pub async fn examine(config: &Config) -> Result<Findings, StartError> {
    let mut findings = Findings {
        report: String::new(),
        healthy: true,
    };
    if let Some(path) = missing_database(config) {
        findings.note(
            false,
            "database",
            &format!("there is none at {path}; `jenjang migrate` makes it"),
        );
        return Ok(findings);
    }
    let db = app::connect(config).await?;
    let kind = if db.is_embedded() {
        "embedded SQLite"
    } else {
        "PostgreSQL"
    };
    findings.note(true, "database", kind);
    let pending = db
        .pending_migrations()
        .await
        .map_err(|error| StartError(format!("the schema cannot be read: {error}")))?;
    let schema = if pending.is_empty() {
        "up to date".to_owned()
    } else {
        format!("pending: {}", pending.join(", "))
    };
    findings.note(pending.is_empty(), "schema", &schema);
    if pending.is_empty() {
        match app::purpose(&db).await {
            Ok(purpose) => findings.note(true, "purpose", &format!("{purpose:?}").to_lowercase()),
            Err(error) => findings.note(false, "purpose", &error.0),
        }
        match territory::query::load(db.reader()).await {
            Ok(directory) => {
                let words = format!(
                    "{} regions, {} units",
                    directory.regions().len(),
                    directory.tree.all().len()
                );
                match directory.history.check() {
                    Ok(()) => findings.note(true, "directory", &words),
                    Err(fault) => findings.note(false, "directory", &format!("{words}, but {fault}")),
                }
            }
            Err(error) => findings.note(false, "directory", &StartError::from(error).0),
        }
        findings.faults(
            ("ledger", "every obligation is as its reports and the hierarchy tell"),
            report::owed::check::faults(&db).await,
        );
        findings.faults(
            (
                "reports",
                "every step follows the one before, every revision is as it was submitted",
            ),
            report::inspection::faults(&db).await,
        );
        findings.faults(
            ("events", "every evaluation is as it was issued"),
            event::evaluation::inspection::faults(&db).await,
        );
        findings.faults(
            ("attendance", "what was sealed of every event is what it was"),
            event::attendance::inspection::faults(&db).await,
        );
        findings.faults(("feed", "no number is missing"), feed::query::faults(db.reader()).await);
        look_at_the_chain(&mut findings, &db).await;
        look_at_receipts(&mut findings, &db, config).await;
        look_at_doors(&mut findings, &db).await;
        look_at_certificates(&mut findings, &db).await;
        findings.faults(
            (
                "awards",
                "each was announced by its list, and is as its certificate was signed",
            ),
            award::honour::inspection::faults(&db).await,
        );
        look_at_files(&mut findings, &db, config).await;
    }
    match TokenKeys::load(&config.keys_dir) {
        Ok(keys) => {
            let kid = keys.signing_kid(SystemClock.now()).unwrap_or_default();
            findings.note(true, "keys", &format!("signing with {kid}"));
        }
        Err(error) => findings.note(false, "keys", &error.to_string()),
    }
    findings.note(true, "mail", &mail(config));
    Ok(findings)
}

/// How far the chain has come; whether it holds is what `jenjang audit verify` is for.
async fn look_at_the_chain(findings: &mut Findings, db: &Db) {
    match auditor::state(db).await {
        Ok((None, waiting)) => findings.note(true, "audit", &format!("no leaf is linked, {waiting} wait")),
        Ok((Some(head), waiting)) => {
            let link = hexadecimal(&head.link);
            let words = format!(
                "{} leaves linked, {waiting} wait; the last link is {link}",
                head.position
            );
            findings.note(true, "audit", &words);
        }
        Err(error) => findings.note(false, "audit", &StartError::from(error).0),
    }
}

/// Whether every receipt verifies, and the next can be signed.
async fn look_at_receipts(findings: &mut Findings, db: &Db, config: &Config) {
    let found = report::receipt::inspection::inspect(db, &config.keys_dir, SystemClock.now()).await;
    let good = match &found {
        Ok(found) => format!("{} receipts, each verifies", found.receipts),
        Err(_error) => String::new(),
    };
    findings.faults(("receipts", &good), found.map(|found| found.faults));
}

/// Whether what is kept of who came is what the scans come to.
async fn look_at_doors(findings: &mut Findings, db: &Db) {
    let found = event::door::inspection::inspect(db).await;
    let good = match &found {
        Ok(found) => format!("{} scans, attendance is what they come to", found.scans),
        Err(_error) => String::new(),
    };
    findings.faults(("doors", &good), found.map(|found| found.faults));
}

/// Whether every certificate verifies, and is revoked or not as its acts tell.
async fn look_at_certificates(findings: &mut Findings, db: &Db) {
    let found = async {
        let mut found = certificate::inspection::inspect(db).await?;
        found.faults.extend(event::certifying::faults(db).await?);
        Ok::<_, Error>(found)
    };
    let found = found.await;
    let good = match &found {
        Ok(found) => format!("{} certificates, each verifies", found.certificates),
        Err(_error) => String::new(),
    };
    findings.faults(("certificates", &good), found.map(|found| found.faults));
}

/// Whether every file is there and unaltered.
async fn look_at_files(findings: &mut Findings, db: &Db, config: &Config) {
    match inspection::inspect(db, &config.files.folder).await {
        Ok(found) => {
            let good = found.missing.is_empty() && found.altered.is_empty();
            findings.note(good, "files", &words_on_files(&found));
        }
        Err(error) => findings.note(false, "files", &StartError::from(error).0),
    }
}

fn words_on_files(found: &Inspection) -> String {
    /// So many hashes of a kind are enough to begin with.
    const MOST: usize = 10;
    let mut words = format!("{} files with {} contents", found.files, found.contents);
    for (what, hashes) in [("missing", &found.missing), ("altered", &found.altered)] {
        if hashes.is_empty() {
            continue;
        }
        let shown: Vec<&str> = hashes.iter().take(MOST).map(String::as_str).collect();
        let more = if hashes.len() > MOST { ", …" } else { "" };
        let _infallible = write!(words, "; {} {what}: {}{more}", hashes.len(), shown.join(", "));
    }
    words
}

/// Whether e-mail is sent. The server is not asked: it may be away now and there when a letter is to go.
fn mail(config: &Config) -> String {
    let Some(settings) = &config.mail else {
        return "none is sent: smtp-url is not set".to_owned();
    };
    let links = settings
        .frontend_url
        .as_deref()
        .unwrap_or("nowhere: frontend-url is not set");
    format!("sent as {}, links lead to {links}", settings.from)
}

/// Connects to a database that is there and up to date: looking makes neither.
///
/// # Errors
/// A sentence for the operator.
pub async fn existing_database(config: &Config) -> Result<Db, StartError> {
    if let Some(path) = missing_database(config) {
        return Err(StartError(format!("there is no database at {path}")));
    }
    let db = app::connect(config).await?;
    let pending = db.pending_migrations().await;
    match pending.map_err(|error| StartError(format!("the schema cannot be read: {error}")))? {
        pending if pending.is_empty() => Ok(db),
        pending => Err(StartError(format!(
            "the database waits for schema steps ({}); run `jenjang migrate`",
            pending.join(", ")
        ))),
    }
}

/// The path of an embedded database that does not exist yet: looking must not make it.
fn missing_database(config: &Config) -> Option<&str> {
    let path = config.database_url.strip_prefix("sqlite:")?.trim_start_matches("//");
    let path = path.split('?').next().unwrap_or(path);
    (!std::path::Path::new(path).exists()).then_some(path)
}

impl Findings {
    /// What was found of something that is either good or has faults, each told in a sentence.
    fn faults(&mut self, (subject, good): (&str, &str), found: Result<Vec<String>, Error>) {
        match found {
            Ok(faults) => match faults.first() {
                None => self.note(true, subject, good),
                Some(first) => self.note(false, subject, &format!("{} faults, first: {first}", faults.len())),
            },
            Err(error) => self.note(false, subject, &StartError::from(error).0),
        }
    }

    fn note(&mut self, good: bool, subject: &str, words: &str) {
        self.healthy &= good;
        let mark = if good { "ok  " } else { "MEND" };
        let _infallible = writeln!(self.report, "{mark}  {subject:<10} {words}");
    }
}
