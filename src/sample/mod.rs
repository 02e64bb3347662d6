//! A synthetic national database: the real hierarchy with invented people, five years of monthly rounds and of yearly ones that
//! experts review, and what came of them, and yearly meetings and awards, told by the rules of the product and written in bulk. For measuring and for trying out, never for real use.
//!
//! Of one scale and seed everything comes out alike but the ids of the hierarchy itself.
mod awards;
mod chance;
mod events;
mod people;
mod reports;
mod review;
mod rounds;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use secrecy::SecretString;

use crate::{
    app::{App, Purpose, Start, StartError},
    clock::{Clock, StillClock},
    config::Config,
    error::Error,
    identity, report, territory,
};

pub use people::DOMAIN;

/// How much, and which.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// 1 for the whole country over five years; smaller ones have fewer kecamatan bodies and fewer months.
    pub scale: f64,
    pub seed: u64,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub units: usize,
    pub accounts: usize,
    pub rounds: usize,
    pub reports: usize,
    pub accepted: usize,
    /// Submitted, and not taken up yet.
    pub submitted: usize,
    pub events: usize,
    /// Whoever was honoured, named after the winners or among them.
    pub awards: usize,
}

impl Written {
    fn add(&mut self, told: reports::Told) {
        self.rounds += 1;
        self.reports += told.reports;
        self.accepted += told.accepted;
        self.submitted += told.submitted;
    }
}

impl Sample {
    /// How many months are told.
    #[must_use]
    pub fn months(self) -> u32 {
        share(MONTHS, self.scale.sqrt()).clamp(1, MONTHS)
    }

    /// How many of the latest months are still on their way: one in twelve.
    fn underway(self) -> usize {
        self.months().div_ceil(12) as usize
    }

    /// How many kecamatan bodies there are at least: months and units together come to the scale.
    fn kecamatan(self, permanent: usize) -> usize {
        let wanted = share(REPORTS, self.scale).div_ceil(self.months());
        (wanted as usize).saturating_sub(permanent)
    }

    fn accounts(self) -> usize {
        share(ACCOUNTS, self.scale) as usize
    }
}

/// A share of a number.
fn share(whole: u32, share: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "neither is negative, and the share is at most 1"
    )]
    let part = (f64::from(whole) * share).round() as u32;
    part
}

/// The months of the whole sample.
const MONTHS: u32 = 60;

/// The reports of the whole sample, were none missing.
const REPORTS: u32 = 470_000;

/// The accounts of the whole sample; every unit has two, whatever the scale.
const ACCOUNTS: u32 = 20_000;

/// The last month that is told.
const LAST_MONTH: (i32, u32) = (2025, 12);

/// Fills a new database.
///
/// # Errors
/// A sentence for the operator: the database is not new, or the scale is none.
pub async fn write(
    config: Config,
    sample: Sample,
    password: &str,
    mut tell: impl FnMut(&str),
) -> Result<Written, StartError> {
    if !(sample.scale > 0.0 && sample.scale <= 1.0) {
        return Err(StartError("the scale lies above 0, and is at most 1".to_owned()));
    }
    let months = rounds::months(sample.months())?;
    let beginning = months.first().map_or(NaiveDate::MIN, |month| month.first);
    let clock = StillClock::at(noon(beginning));
    let start = Start {
        purpose: Purpose::Sample,
        migrate: true,
        make_keys: true,
    };
    let config = Config {
        second_factor_for: Vec::new(),
        throttle: None,
        ..config
    };
    let app = App::start(config, Arc::new(clock.clone()) as Arc<dyn Clock>, start).await?;
    if identity::query::account_count(app.services.db.reader()).await? > 0 {
        return Err(StartError("a sample fills a new database only".to_owned()));
    }
    let hash = app.services.identity.hasher.hash(SecretString::from(password)).await;
    let hash = hash.map_err(Error::internal)?;
    people::seat_national(&app, beginning, &hash).await?;
    people::form_kecamatan(&app, password, beginning, sample).await?;
    let accounts = people::seat_everybody(&app, sample, beginning, &hash).await?;
    let directory = app.services.directory.load();
    let units = directory.tree.all().len();
    tell(&format!("{units} units, {accounts} accounts"));
    let mut written = Written {
        units,
        accounts,
        ..Written::default()
    };
    let asked = rounds::write_templates(&app, beginning).await?;
    let mut storyteller = reports::Storyteller::new(&app, sample, &directory, noon(beginning), asked.rubric.clone())?;
    let mut years = Vec::new();
    for (place, month) in months.iter().enumerate() {
        let underway = months.len() - place <= sample.underway();
        for template in &asked.every_month {
            written.add(storyteller.tell(template, month, underway).await?);
        }
        if let Some(year) = rounds::year_ending_with(month) {
            written.add(storyteller.tell(&asked.every_year, &year, underway).await?);
            years.push(year);
        }
        tell(&format!("{}: {} reports so far", month.name, written.reports));
    }
    storyteller.finish().await?;
    // Awards name what was reported.
    report::catalogue::reload(&app.services).await?;
    for year in &years {
        let awards = awards::begin(&app, &clock, (sample, password), (year, &asked.rubric)).await?;
        let (event, invited) = events::tell(&app, &clock, (sample, password), year).await?;
        written.events += 1;
        let honoured = awards
            .finish(event, Some(year.last) == years.last().map(|last| last.last))
            .await?;
        written.awards += honoured;
        tell(&format!("{}: {invited} units met, {honoured} were honoured", year.name));
    }
    events::hush(&app).await?;
    Ok(written)
}

/// Noon in Jakarta.
fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(5, 0, 0).unwrap_or_default().and_utc()
}

/// Reads the directory again after rows were written beside the commands.
async fn reload(app: &App) -> Result<(), Error> {
    let directory = territory::query::load(app.services.db.reader()).await?;
    app.services.directory.replace(directory);
    Ok(())
}
