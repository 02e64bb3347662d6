//! What the operator decides: flags, environment and an optional TOML file become one typed [`Config`], once.
//!
//! A flag wins over the environment, the environment over the file, the file over the default. No secret has a default.
use std::{net::SocketAddr, path::PathBuf};

use chrono::Duration;
use clap::Args;
use entity::enums::Function;
use ipnet::IpNet;
use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};
use sea_orm::ActiveEnum;
use secrecy::SecretString;
use serde::Deserialize;

use crate::{
    graphql::limits::Limits,
    identity::{password::HashCost, throttle::ThrottleLimits},
};

/// The settings as they are given: every one optional, under one name for flag, environment and file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A TOML file with any of these settings, named like the flags with underscores.
    #[arg(long, env = "JENJANG_CONFIG", global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:8080].
    #[arg(long, env = "JENJANG_LISTEN", global = true, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Where the embedded database, the keys and the files are kept [default: ./jenjang-data].
    #[arg(long, env = "JENJANG_DATA_DIR", global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// `postgres://…` or `sqlite://…` [default: an embedded SQLite database in the data folder].
    #[arg(
        long,
        env = "JENJANG_DATABASE_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: Option<String>,
    /// How many connections the pool may hold [default: 10].
    #[arg(long, env = "JENJANG_DATABASE_CONNECTIONS", global = true, value_name = "COUNT")]
    pub database_connections: Option<u32>,
    /// Where the signing keys are [default: the folder `keys` in the data folder].
    #[arg(long, env = "JENJANG_KEYS_DIR", global = true, value_name = "FOLDER")]
    pub keys_dir: Option<PathBuf>,
    /// Where uploaded files are kept; processes that share a database share it [default: the folder `files` in the data
    /// folder].
    #[arg(long, env = "JENJANG_FILES_DIR", global = true, value_name = "FOLDER")]
    pub files_dir: Option<PathBuf>,
    /// The most one uploaded file may have, MiB, 1 to 2047 [default: 100].
    #[arg(long, env = "JENJANG_FILE_LARGEST_MIB", global = true, value_name = "MIB")]
    pub file_largest_mib: Option<u32>,
    /// The most the files of one unit may have together, MiB [default: 5120].
    #[arg(long, env = "JENJANG_FILE_QUOTA_MIB", global = true, value_name = "MIB")]
    pub file_quota_mib: Option<u32>,
    /// The list of regions a new installation begins with, CSV; read only when the database is filled for the first time
    /// [default: the list that ships].
    #[arg(long, env = "JENJANG_REGIONS", global = true, value_name = "FILE")]
    pub regions: Option<PathBuf>,
    /// Addresses whose X-Forwarded-For is believed, comma separated, with optional prefix lengths [default: none].
    #[arg(
        long,
        env = "JENJANG_TRUSTED_PROXIES",
        global = true,
        value_name = "ADDRESSES",
        value_delimiter = ','
    )]
    pub trusted_proxies: Option<Vec<String>>,
    /// Origins whose pages may call the API from a browser, comma separated [default: none].
    #[arg(
        long,
        env = "JENJANG_ALLOWED_ORIGINS",
        global = true,
        value_name = "ORIGINS",
        value_delimiter = ','
    )]
    pub allowed_origins: Option<Vec<String>>,
    /// `on` or `off`; off only for load tests [default: on].
    #[arg(long, env = "JENJANG_RATE_LIMIT", global = true, value_name = "ON|OFF")]
    pub rate_limit: Option<Switch>,
    /// How long an access token lives, seconds, 60 to 3600 [default: 600].
    #[arg(long, env = "JENJANG_ACCESS_TOKEN_SECONDS", global = true, value_name = "SECONDS")]
    pub access_token_seconds: Option<u32>,
    /// The functions whose seats ask for a second factor at sign-in, comma separated; `none` for none [default: admin].
    #[arg(
        long,
        env = "JENJANG_SECOND_FACTOR_FOR",
        global = true,
        value_name = "FUNCTIONS",
        value_delimiter = ','
    )]
    pub second_factor_for: Option<Vec<String>>,
    /// The mail server, `smtps://user:password@host:465` or `smtp://host:25` [default: none, no e-mail is sent].
    #[arg(
        long,
        env = "JENJANG_SMTP_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<String>,
    /// Whom e-mail comes from, `Jenjang <jenjang@example.go.id>`; needed with a mail server.
    #[arg(long, env = "JENJANG_MAIL_FROM", global = true, value_name = "MAILBOX")]
    pub mail_from: Option<String>,
    /// Where people use the system, `https://laporan.example.go.id`: links in e-mail lead there [default: none, codes only].
    #[arg(long, env = "JENJANG_FRONTEND_URL", global = true, value_name = "URL")]
    pub frontend_url: Option<String>,
    /// Where this server is reached from outside, `https://jenjang.example.go.id`: the QR codes of papers lead there [default: as
    /// whoever asks for the paper reached it].
    #[arg(long, env = "JENJANG_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// How log lines look [default: text].
    #[arg(long, env = "JENJANG_LOG_FORMAT", global = true, value_name = "TEXT|JSON")]
    pub log_format: Option<LogFormat>,
    /// How many threads serve requests [default: one per processor].
    #[arg(long, env = "JENJANG_WORKERS", global = true, value_name = "COUNT")]
    pub workers: Option<usize>,
}

/// A setting that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    On,
    Off,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// A setting that cannot be used: which, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct BadSetting(String);

impl std::fmt::Display for BadSetting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for BadSetting {}

/// Whether the schema may be asked about by those who have not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introspection {
    Open,
    SignedIn,
}

/// What a process runs by.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub database_url: String,
    pub database_connections: u32,
    pub keys_dir: PathBuf,
    pub files: FileSettings,
    /// What a new installation begins with; None: the list that ships.
    pub regions: Option<PathBuf>,
    pub trusted_proxies: Vec<IpNet>,
    pub allowed_origins: Vec<String>,
    /// None: no throttling, for load tests.
    pub throttle: Option<ThrottleLimits>,
    pub access_token_seconds: u32,
    /// Whose seats ask for a second factor.
    pub second_factor_for: Vec<Function>,
    /// None: no e-mail is sent.
    pub mail: Option<MailSettings>,
    /// The origin this server is reached at, without a slash at its end; None: whatever the asker reached it at.
    pub public_url: Option<String>,
    pub log_format: LogFormat,
    pub workers: usize,
    pub introspection: Introspection,
    pub limits: Limits,
    pub hash_cost: HashCost,
}

impl Config {
    /// How long an access token of a person lives.
    #[must_use]
    pub fn access_token_life(&self) -> Duration {
        Duration::seconds(i64::from(self.access_token_seconds))
    }
}

impl Settings {
    /// Reads the file, if one is named, beneath what was given by flag and environment.
    ///
    /// # Errors
    /// [`BadSetting`] when the file cannot be read or holds something that is no setting.
    pub fn with_file(self) -> Result<Self, BadSetting> {
        let Some(path) = &self.config else { return Ok(self) };
        let text = std::fs::read_to_string(path)
            .map_err(|error| BadSetting(format!("the settings file {} cannot be read: {error}", path.display())))?;
        let file: Self = toml::from_str(&text).map_err(|error| {
            BadSetting(format!(
                "the settings file {} is not usable: {}",
                path.display(),
                error.message()
            ))
        })?;
        Ok(self.or(file))
    }

    fn or(self, other: Self) -> Self {
        Self {
            config: self.config,
            listen: self.listen.or(other.listen),
            data_dir: self.data_dir.or(other.data_dir),
            database_url: self.database_url.or(other.database_url),
            database_connections: self.database_connections.or(other.database_connections),
            keys_dir: self.keys_dir.or(other.keys_dir),
            files_dir: self.files_dir.or(other.files_dir),
            file_largest_mib: self.file_largest_mib.or(other.file_largest_mib),
            file_quota_mib: self.file_quota_mib.or(other.file_quota_mib),
            regions: self.regions.or(other.regions),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            allowed_origins: self.allowed_origins.or(other.allowed_origins),
            rate_limit: self.rate_limit.or(other.rate_limit),
            access_token_seconds: self.access_token_seconds.or(other.access_token_seconds),
            second_factor_for: self.second_factor_for.or(other.second_factor_for),
            smtp_url: self.smtp_url.or(other.smtp_url),
            mail_from: self.mail_from.or(other.mail_from),
            frontend_url: self.frontend_url.or(other.frontend_url),
            public_url: self.public_url.or(other.public_url),
            log_format: self.log_format.or(other.log_format),
            workers: self.workers.or(other.workers),
        }
    }

    /// Fills in the defaults and checks what was given.
    ///
    /// # Errors
    /// [`BadSetting`], naming the setting.
    pub fn resolve(self) -> Result<Config, BadSetting> {
        let settings = self.with_file()?;
        let data_dir = settings.data_dir.unwrap_or_else(|| PathBuf::from("jenjang-data"));
        let database_url = settings.database_url.unwrap_or_else(|| embedded_url(&data_dir));
        if !["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|scheme| database_url.starts_with(scheme))
        {
            return Err(BadSetting(
                "database-url has to begin with sqlite: or postgres:".to_owned(),
            ));
        }
        let access_token_seconds = settings.access_token_seconds.unwrap_or(600);
        if !(60..=3600).contains(&access_token_seconds) {
            return Err(BadSetting(format!(
                "access-token-seconds has to lie between 60 and 3600, not {access_token_seconds}"
            )));
        }
        let database_connections = settings.database_connections.unwrap_or(10);
        if !(2..=200).contains(&database_connections) {
            return Err(BadSetting(format!(
                "database-connections has to lie between 2 and 200, not {database_connections}"
            )));
        }
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = settings.workers.unwrap_or(processors);
        if !(1..=512).contains(&workers) {
            return Err(BadSetting(format!(
                "workers has to lie between 1 and 512, not {workers}"
            )));
        }
        let limited = settings.rate_limit.unwrap_or(Switch::On) == Switch::On;
        Ok(Config {
            listen: settings
                .listen
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            keys_dir: settings.keys_dir.unwrap_or_else(|| data_dir.join("keys")),
            files: files(
                settings.files_dir.unwrap_or_else(|| data_dir.join("files")),
                settings.file_largest_mib,
                settings.file_quota_mib,
            )?,
            data_dir,
            database_url,
            database_connections,
            regions: settings.regions,
            trusted_proxies: proxies(&settings.trusted_proxies.unwrap_or_default())?,
            allowed_origins: origins(&settings.allowed_origins.unwrap_or_default())?,
            throttle: limited.then(ThrottleLimits::default),
            access_token_seconds,
            second_factor_for: functions(settings.second_factor_for)?,
            public_url: origin("public-url", settings.public_url)?,
            mail: mail(settings.smtp_url, settings.mail_from, settings.frontend_url)?,
            log_format: settings.log_format.unwrap_or(LogFormat::Text),
            workers,
            introspection: Introspection::SignedIn,
            limits: Limits::default(),
            hash_cost: HashCost::default(),
        })
    }
}

/// Where files are kept, and how large they may be.
#[derive(Clone, Debug)]
pub struct FileSettings {
    pub folder: PathBuf,
    /// The most bytes one file may have.
    pub largest: i64,
    /// The most bytes the files of one unit may have together.
    pub quota: i64,
}

fn files(folder: PathBuf, largest: Option<u32>, quota: Option<u32>) -> Result<FileSettings, BadSetting> {
    const BYTES_IN_A_MIB: i64 = 1024 * 1024;
    let largest = largest.unwrap_or(100);
    // Sizes are told as numbers of 31 bits.
    if !(1..=2047).contains(&largest) {
        return Err(BadSetting(format!(
            "file-largest-mib has to lie between 1 and 2047, not {largest}"
        )));
    }
    let quota = quota.unwrap_or(5120);
    if quota < largest {
        return Err(BadSetting(format!(
            "file-quota-mib has to be at least file-largest-mib ({largest}), not {quota}"
        )));
    }
    Ok(FileSettings {
        folder,
        largest: i64::from(largest) * BYTES_IN_A_MIB,
        quota: i64::from(quota) * BYTES_IN_A_MIB,
    })
}

/// How e-mail is sent.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Where to, with the user and password in it.
    pub smtp_url: SecretString,
    pub from: Mailbox,
    /// The origin links lead to, without a slash at its end.
    pub frontend_url: Option<String>,
}

fn mail(
    smtp_url: Option<String>,
    from: Option<String>,
    frontend_url: Option<String>,
) -> Result<Option<MailSettings>, BadSetting> {
    let frontend_url = origin("frontend-url", frontend_url)?;
    let Some(smtp_url) = smtp_url else { return Ok(None) };
    if !["smtp:", "smtps:"].iter().any(|scheme| smtp_url.starts_with(scheme)) {
        return Err(BadSetting("smtp-url has to begin with smtp: or smtps:".to_owned()));
    }
    if AsyncSmtpTransport::<Tokio1Executor>::from_url(&smtp_url).is_err() {
        return Err(BadSetting(
            "smtp-url has to be of the form smtps://user:password@host:port".to_owned(),
        ));
    }
    let from = from.ok_or_else(|| BadSetting("mail-from is needed with smtp-url".to_owned()))?;
    let from = from.parse().map_err(|_| {
        BadSetting(format!(
            "mail-from: `{from}` is not a mailbox such as Jenjang <jenjang@example.go.id>"
        ))
    })?;
    Ok(Some(MailSettings {
        smtp_url: SecretString::from(smtp_url),
        from,
        frontend_url,
    }))
}

/// One origin, without a slash at its end.
fn origin(name: &str, given: Option<String>) -> Result<Option<String>, BadSetting> {
    let Some(url) = given else { return Ok(None) };
    let origins = origins(&[url]);
    let origins = origins.map_err(|_not_one| {
        BadSetting(format!(
            "{name} has to be an origin such as https://laporan.example.go.id"
        ))
    });
    Ok(origins?.pop())
}

/// Functions by their names in any case.
fn functions(given: Option<Vec<String>>) -> Result<Vec<Function>, BadSetting> {
    let Some(given) = given else {
        return Ok(vec![Function::Admin]);
    };
    if given
        .iter()
        .all(|word| word.trim().eq_ignore_ascii_case("none") || word.trim().is_empty())
    {
        return Ok(Vec::new());
    }
    let read = |word: &String| {
        Function::try_from_value(&word.trim().to_uppercase())
            .map_err(|_| BadSetting(format!("second-factor-for: `{word}` is not a function of a seat")))
    };
    given.iter().map(read).collect()
}

/// The embedded database of a data folder.
fn embedded_url(data_dir: &std::path::Path) -> String {
    format!("sqlite://{}?mode=rwc", data_dir.join("jenjang.sqlite").display())
}

fn proxies(given: &[String]) -> Result<Vec<IpNet>, BadSetting> {
    let network = |text: &String| {
        let text = text.trim();
        text.parse::<IpNet>()
            .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
    };
    given
        .iter()
        .map(|text| {
            network(text).map_err(|_| BadSetting(format!("trusted-proxies: `{text}` is not an address or a network")))
        })
        .collect()
}

/// Origins as browsers send them. `*` is none: who may call the API is listed one by one.
fn origins(given: &[String]) -> Result<Vec<String>, BadSetting> {
    let is_origin = |text: &str| {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        host.is_some_and(|host| {
            let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b':' | b'[' | b']');
            !host.is_empty() && host.bytes().all(fits)
        })
    };
    let read = |text: &String| {
        let text = text.trim();
        is_origin(text).then(|| text.to_owned()).ok_or_else(|| {
            BadSetting(format!(
                "allowed-origins: `{text}` is not an origin such as https://laporan.example.id"
            ))
        })
    };
    given.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_wins_over_the_file_and_the_file_over_the_default() {
        let given = Settings {
            access_token_seconds: Some(120),
            ..Settings::default()
        };
        let file: Settings = toml::from_str("access_token_seconds = 300\nrate_limit = \"off\"").expect("valid");
        let config = given.or(file).resolve().expect("valid");
        assert_eq!(config.access_token_seconds, 120);
        assert!(config.throttle.is_none());
        assert_eq!(config.listen.port(), 8080);
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (settings, named) in [
            (
                Settings {
                    database_url: Some("mysql://x".to_owned()),
                    ..Settings::default()
                },
                "database-url",
            ),
            (
                Settings {
                    access_token_seconds: Some(5),
                    ..Settings::default()
                },
                "access-token-seconds",
            ),
            (
                Settings {
                    trusted_proxies: Some(vec!["somewhere".to_owned()]),
                    ..Settings::default()
                },
                "trusted-proxies",
            ),
            (
                Settings {
                    allowed_origins: Some(vec!["*".to_owned()]),
                    ..Settings::default()
                },
                "allowed-origins",
            ),
            (
                Settings {
                    allowed_origins: Some(vec!["https://laporan.example.id/".to_owned()]),
                    ..Settings::default()
                },
                "allowed-origins",
            ),
            (
                Settings {
                    database_connections: Some(0),
                    ..Settings::default()
                },
                "database-connections",
            ),
            (
                Settings {
                    second_factor_for: Some(vec!["admin".to_owned(), "boss".to_owned()]),
                    ..Settings::default()
                },
                "second-factor-for",
            ),
            (
                Settings {
                    smtp_url: Some("http://mail".to_owned()),
                    ..Settings::default()
                },
                "smtp-url",
            ),
            (
                Settings {
                    smtp_url: Some("smtp://mail.example.go.id?tls=perhaps".to_owned()),
                    mail_from: Some("jenjang@example.go.id".to_owned()),
                    ..Settings::default()
                },
                "smtp-url",
            ),
            (
                Settings {
                    smtp_url: Some("smtp://mail.example.go.id".to_owned()),
                    ..Settings::default()
                },
                "mail-from",
            ),
            (
                Settings {
                    frontend_url: Some("laporan".to_owned()),
                    ..Settings::default()
                },
                "frontend-url",
            ),
            (
                Settings {
                    config: Some("/no/such/file.toml".into()),
                    ..Settings::default()
                },
                "settings file",
            ),
        ] {
            let complaint = settings.resolve().expect_err("refused").to_string();
            assert!(complaint.contains(named), "{complaint}");
        }
        assert!(toml::from_str::<Settings>("lissten = \"127.0.0.1:1\"").is_err());
    }
}
