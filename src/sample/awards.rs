//! Every year RI gives awards: the kabupaten/kota are judged by their provinces and then by RI, the provinces by RI, and ten equals come of
//! what was reported. Told by the very commands, because there are few.
use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::{
    award_category::{Criteria, Eligibility, Source, TieBreaks},
    award_entry, award_panel,
    enums::{AwardScheme, Tier},
    rubric,
};
use uuid::Uuid;

use super::{
    DOMAIN, Sample,
    chance::Chance,
    events, noon,
    rounds::{COUNTED, Period},
    share,
};
use crate::{
    app::App,
    award::{
        draft::{Category, Plan},
        entry::automatic::{self, Automatic},
    },
    awarding::{self, Awarding, Entrant, criterion},
    clock::StillClock,
    error::Error,
    legal_basis::LegalBasis,
    meeting::{self, Offices},
    session::Session,
};

/// How many provinces enter in the whole sample, and at least.
const PROVINCES: u32 = 38;
const FEWEST_PROVINCES: u32 = 2;

/// How many kabupaten/kota of each enter.
const ENTRANTS: usize = 3;

/// How many experts judge at RI.
const EXPERTS: usize = 3;

/// Where kabupaten/kota are judged, provinces, and what was reported.
const OF_REGENCIES: usize = 0;
const OF_PROVINCES: usize = 1;
const REPORTED: usize = 2;

/// What earns the full figure for a number that is reported every month: more than anybody reports in a year.
const FULL: u32 = 60 * 9;

/// The edition of a year.
pub(super) struct Yearly<'a> {
    awarding: Awarding<'a>,
    clock: &'a StillClock,
    year: &'a Period,
    seed: u64,
    /// The keys of what jurors judge by, with the lowest score of each.
    criteria: Vec<(String, i32)>,
    /// By how many steps all of them can be raised together.
    steps: usize,
    /// The provinces that enter, each with its kabupaten/kota.
    provinces: Vec<(String, Vec<String>)>,
}

/// Tells an edition until it is ratified.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn begin<'a>(
    app: &'a App,
    clock: &'a StillClock,
    (sample, password): (Sample, &'a str),
    (year, rubric): (&'a Period, &rubric::Model),
) -> Result<Yearly<'a>, Error> {
    let offices = Offices {
        app,
        password,
        domain: DOMAIN,
    };
    clock.set(of_year(year, 10, 1)?);
    let awarding = Awarding::opened(offices, plan(year, rubric.id)?).await?;
    let criteria = rubric.criteria.0.iter();
    let mut yearly = Yearly {
        awarding,
        clock,
        year,
        seed: sample.seed,
        criteria: criteria
            .clone()
            .map(|criterion| (criterion.key.clone(), criterion.scale.least))
            .collect(),
        steps: criteria
            .map(|criterion| usize::try_from(criterion.scale.most - criterion.scale.least).unwrap_or_default())
            .sum(),
        provinces: entering(app, sample),
    };
    yearly.enter().await?;
    yearly.judge().await?;
    clock.set(of_year(year, 11, 24)?);
    let letter = LegalBasis {
        number: format!("1/HM.00.00/K1/11/{}", year.name),
        date: clock_day(year, 11, 24)?,
    };
    yearly.awarding.ratified(letter).await?;
    Ok(yearly)
}

fn clock_day(year: &Period, month: u32, day: u32) -> Result<NaiveDate, Error> {
    NaiveDate::from_ymd_opt(year.last.year(), month, day).ok_or_else(|| Error::internal("no such day"))
}

fn of_year(year: &Period, month: u32, day: u32) -> Result<DateTime<Utc>, Error> {
    clock_day(year, month, day).map(noon)
}

/// The first provinces by code, each with its kabupaten/kota.
fn entering(app: &App, sample: Sample) -> Vec<(String, Vec<String>)> {
    let directory = app.services.directory.load();
    let regencies = events::of_tier(&directory, Tier::KabupatenKota);
    let count = share(PROVINCES, sample.scale).max(FEWEST_PROVINCES) as usize;
    let provinces = events::of_tier(&directory, Tier::Provinsi).into_iter().take(count);
    let with_beneath = provinces.map(|province| {
        let beneath = regencies.iter().filter(|unit| unit.parent == Some(province.id));
        (province.code.clone(), beneath.map(|unit| unit.code.clone()).collect())
    });
    with_beneath.collect()
}

fn plan(year: &Period, rubric: Uuid) -> Result<Plan, Error> {
    let judged = |title: &str, tier| Category {
        scheme: AwardScheme::Ranked,
        places: 3,
        nominees: 3,
        sheets_minimum: 2,
        calibration_minimum: Some(3),
        ..awarding::judged(title, tier, rubric)
    };
    let regencies = Category {
        shortlist: Some(1),
        ..judged("Kehumasan Terbaik Kabupaten/Kota", Tier::KabupatenKota)
    };
    // So many numbers that hardly two units come to the same.
    let reported = COUNTED.into_iter().map(|(key, label, _target)| {
        let source = Source::Reported {
            template: "sampel-bulanan".to_owned(),
            field: key.to_owned(),
            full: FULL.to_string(),
        };
        criterion(key, label, 1, source)
    });
    let on_time = criterion("tepat-waktu", "Ketepatan waktu", 2, Source::OnTime);
    let criteria: Vec<_> = std::iter::once(on_time).chain(reported).collect();
    let ten = Category {
        scheme: AwardScheme::Unranked,
        places: 10,
        nominees: 0,
        tie_breaks: TieBreaks(criteria.iter().map(|criterion| criterion.key.clone()).collect()),
        criteria: Criteria(criteria),
        eligibility: Eligibility {
            reported: true,
            ..Eligibility::default()
        },
        sheets_minimum: 0,
        ..awarding::judged("Sepuluh Pelapor Terbaik", Tier::KabupatenKota, rubric)
    };
    Ok(Plan {
        title: format!("Penghargaan Kehumasan {}", year.name),
        description: None,
        time_zone: "Asia/Jakarta".to_owned(),
        evidence_from: clock_day(year, 1, 1)?,
        evidence_to: clock_day(year, 9, 30)?,
        entries_by: of_year(year, 10, 14)?,
        objection_days: 14,
        letter: None,
        letter_file: None,
        categories: vec![regencies, judged("Kehumasan Terbaik Provinsi", Tier::Provinsi), ten],
    })
}

impl Yearly<'_> {
    fn chance(&self, what: &str, code: &str) -> Chance {
        Chance::of(self.seed, &["award", &self.year.name, what, code])
    }

    async fn sign_in(&self, function: &str, code: &str) -> Result<Session, Error> {
        self.awarding.offices.sign_in(&format!("{function}.{code}")).await
    }

    /// Every province enters itself, and some of its kabupaten/kota do, which it verifies; RI enters whoever reported.
    async fn enter(&mut self) -> Result<(), Error> {
        self.clock.set(of_year(self.year, 10, 8)?);
        self.awarding.returns().await?;
        for (province, regencies) in &self.provinces {
            let head = self.sign_in("head", province).await?;
            self.entered(&head, OF_PROVINCES, &self.awarding.host).await?;
            for code in regencies.iter().take(ENTRANTS) {
                let regency = self.sign_in("head", code).await?;
                self.entered(&regency, OF_REGENCIES, &head).await?;
            }
        }
        let everybody = Automatic {
            category: self.awarding.category(REPORTED)?,
            dry_run: false,
            seat: None,
        };
        automatic::nominate(&self.awarding.host, "", everybody).await.map(drop)
    }

    async fn entered(&self, head: &Session, category: usize, above: &Session) -> Result<(), Error> {
        let entrant = Entrant {
            name: None,
            title: "Kehumasan setahun",
            statement: "Angka dan bukti setiap kegiatan ada pada laporan bulanan.",
        };
        let entry = self.awarding.entered(head, category, entrant).await?;
        self.awarding.verified(above, &entry).await
    }

    async fn judge(&mut self) -> Result<(), Error> {
        self.clock.set(of_year(self.year, 10, 17)?);
        self.awarding.judging_opened().await?;
        for (province, regencies) in &self.provinces {
            let chair = self.sign_in("head", province).await?;
            let unit = meeting::unit(&chair.actor, province)?;
            let panel = self.awarding.panel(unit, OF_REGENCIES).await?;
            // Somebody of a kabupaten/kota that does not enter, beside the province's own.
            let other = regencies.last().map(String::as_str).unwrap_or_default();
            let jurors = [
                self.sign_in("staff", province).await?,
                self.sign_in("staff", other).await?,
            ];
            self.scored(&chair, &panel, &jurors).await?;
        }
        self.clock.set(of_year(self.year, 11, 5)?);
        self.awarding.returns().await?;
        self.awarding.next_round().await?;
        let mut experts = Vec::new();
        for number in 1..=EXPERTS {
            experts.push(self.awarding.offices.sign_in(&format!("expert{number}.ri")).await?);
        }
        let national = self.awarding.edition.unit_id;
        for category in [OF_REGENCIES, OF_PROVINCES] {
            let panel = self.awarding.panel(national, category).await?;
            self.scored(&self.awarding.host, &panel, &experts).await?;
        }
        let panel = self.awarding.panel(national, REPORTED).await?;
        self.awarding.closed(&self.awarding.host, &panel).await
    }

    /// A jury judges everything that is before it, and is closed. No two entries come to the same, so that no lot decides.
    async fn scored(&self, chair: &Session, panel: &award_panel::Model, jurors: &[Session]) -> Result<(), Error> {
        let appointed: Vec<&Session> = jurors.iter().collect();
        let panel = self.awarding.appointed(chair, panel, &appointed).await?;
        let criteria: Vec<(&str, i32)> = self
            .criteria
            .iter()
            .map(|(key, least)| (key.as_str(), *least))
            .collect();
        let mut places: Option<HashMap<String, usize>> = None;
        for (number, juror) in jurors.iter().enumerate() {
            if places.is_none() {
                let before = self.awarding.scorings(&panel, juror).await?;
                places = Some(self.places(before.iter().map(|(_row, entry)| self.awarding.code(entry))));
            }
            let of_juror = |entry: &award_entry::Model| {
                let place = places
                    .as_ref()
                    .and_then(|places| places.get(&self.awarding.code(entry)));
                let together = (self.steps * jurors.len()).saturating_sub(place.copied().unwrap_or_default());
                awarding::scores(&criteria, (together + number) / jurors.len())
            };
            self.awarding.scored(&panel, juror, of_juror).await?;
        }
        self.awarding.closed(chair, &panel).await
    }

    /// Who comes where, by chance.
    fn places(&self, codes: impl Iterator<Item = String>) -> HashMap<String, usize> {
        let drawn = codes.map(|code| (self.chance("place", &code).below(1_000_000), code));
        let mut drawn: Vec<(u32, String)> = drawn.collect();
        drawn.sort();
        let places = drawn.into_iter().enumerate();
        places.map(|(place, (_lot, code))| (code, place)).collect()
    }

    /// Announces it at an event; then one award is revoked, and an edition of an earlier year is closed. How many were honoured.
    ///
    /// # Errors
    /// What the commands say, should one be refused.
    pub async fn finish(mut self, event: Uuid, is_last: bool) -> Result<usize, Error> {
        // An hour after the event.
        self.awarding.announced(Some(event)).await?;
        let honours = self.awarding.honours().await?;
        let category = self.awarding.category(REPORTED)?;
        let directory = &self.awarding.host.actor.directory;
        let of_ten = honours.iter().filter(|award| award.category_id == category);
        let revoked = of_ten.min_by_key(|award| directory.tree.get(award.unit_id).map(|unit| unit.code.as_str()));
        let revoked = revoked.cloned();
        self.clock.set(of_year(self.year, 12, 20)?);
        if let Some(award) = revoked.filter(|_award| is_last) {
            let reason = "Angka pada laporan bulanannya ternyata terhitung dua kali.";
            self.awarding.revoked(&award, reason).await?;
        } else {
            self.clock.set(of_year(self.year, 12, 31)?);
            self.awarding.ended().await?;
        }
        Ok(honours.len())
    }
}
