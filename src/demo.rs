//! The demo: the real hierarchy, offices with sign-ins by rule, and the stories of Bekasi, Batam, Ponorogo, Lampung and Jember, told
//! by the very commands the API runs.
mod awards;
mod circular;
mod evaluation;
mod handing_over;
mod meetings;
mod offices;
mod review;
mod story;

use std::sync::Arc;

use chrono::DateTime;
use entity::account;
use rand::Rng;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use secrecy::SecretString;

use crate::{
    app::{App, Purpose, Start, StartError},
    clock::{Clock, StillClock, SystemClock},
    config::{Config, Introspection},
    error::Error,
    identity::{self, password::HashCost},
    territory,
};

pub use offices::{Office, offices, write as write_offices};

/// The domain of every demo sign-in; nothing outside a demo database ever has it.
pub const DOMAIN: &str = "demo.jenjang.id";

/// What a password costs while the story is told, in which people sign in hundreds of times and nobody listens: next to nothing.
const WHILE_TOLD: HashCost = HashCost {
    memory_kib: 8,
    iterations: 1,
    parallelism: 1,
};

/// Makes the demo ready: fills a new database, tells the story in it once, and gives everybody the password.
///
/// # Errors
/// A sentence for the person who started it.
pub async fn prepare(config: Config, password: &str) -> Result<App, StartError> {
    let config = Config {
        introspection: Introspection::Open,
        // Everybody in a demo has one password, and nobody an authenticator app for it.
        second_factor_for: Vec::new(),
        ..config
    };
    let start = Start {
        purpose: Purpose::Demo,
        migrate: true,
        make_keys: true,
    };
    // The story begins in October 2023, and its records say so.
    let then = DateTime::parse_from_rfc3339("2023-10-02T02:00:00Z")
        .map_err(Error::internal)?
        .to_utc();
    let clock = StillClock::at(then);
    let past = App::start(
        Config {
            throttle: None,
            hash_cost: WHILE_TOLD,
            ..config.clone()
        },
        Arc::new(clock.clone()),
        start,
    )
    .await?;
    if identity::query::account_count(past.services.db.reader()).await? == 0 {
        offices::seat_permanent(&past, password).await?;
        story::tell(&past, &clock, password).await?;
    }
    drop(past);
    let app = App::start(config, Arc::new(SystemClock) as Arc<dyn Clock>, start).await?;
    // From now on a password costs what it should.
    set_password(&app, password).await?;
    Ok(app)
}

/// A password for one demo: 16 letters and digits that are not mistaken for each other.
#[must_use]
pub fn random_password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut rng = rand::rng();
    (0..16)
        .map(|_place| char::from(LETTERS[rng.random_range(0..LETTERS.len())]))
        .collect()
}

/// What a person who has started a demo needs to begin.
#[must_use]
pub fn welcome(address: &str, password: &str) -> String {
    format!(
        r#"
Jenjang demo at {address}/graphql

  sign in as                              who
  coordinator.ri@{DOMAIN}          decides at RI (coordinator2.ri ratifies awards)
  expert1.ri@{DOMAIN}              receives and reviews at RI (also expert2.ri; expert3.ri is kept out of Jawa Barat's)
  admin.ri@{DOMAIN}                manages people at RI
  head.32@{DOMAIN}                 Jawa Barat (also staff.32, observer.32, admin.32; 18 Lampung, 31 DKI Jakarta)
  head.32.75@{DOMAIN}              Kota Bekasi (also staff.; likewise each of the 27 of Jawa Barat and 15 of Lampung)
  head.35.09@{DOMAIN}              Kabupaten Jember (also 35 Jawa Timur, 35.02 Ponorogo and its kecamatan 35.02.01 to 35.02.21;
                                          head. also of the other nine of 2024, such as 33.15 Grobogan)
  head.18.11@{DOMAIN}              Kabupaten Mesuji, which keeps what its dissolved kecamatan left (also 18.13 Pesisir Barat)

  password of all: {password}

Try:

TOKEN=$(curl -s {address}/graphql -H 'content-type: application/json' -d '{{"query":"mutation($p:String!){{signIn(input:{{email:\"observer.32@{DOMAIN}\",password:$p}}){{session{{accessToken}}}}}}","variables":{{"p":"{password}"}}}}' | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
curl -s {address}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{{"query":"{{ reports(first: 27) {{ totalCount nodes {{ status unit {{ code name parent {{ name }} }} }} }} }}"}}'
"#
    )
}

/// Everybody in a demo has one password, so one hash serves all.
async fn set_password(app: &App, password: &str) -> Result<(), StartError> {
    let hash = app
        .services
        .identity
        .hasher
        .hash(SecretString::from(password))
        .await
        .map_err(Error::internal)?;
    let transaction = app.services.db.begin().await?;
    account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(hash))
        .filter(account::Column::EmailKey.ends_with(DOMAIN))
        .exec(transaction.connection())
        .await
        .map_err(Error::from)?;
    Ok(transaction.commit().await?)
}

/// Reads the directory again after rows were written beside the commands.
async fn reload(app: &App) -> Result<(), StartError> {
    let directory = territory::query::load(app.services.db.reader()).await?;
    app.services.directory.replace(directory);
    Ok(())
}
