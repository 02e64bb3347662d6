//! Every year RI meets with the provinces, and with the kabupaten/kota of some of them: told by the very commands, because there are
//! few.
use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::{
    enums::{EventKind, Tier},
    event, pulse,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{DOMAIN, Sample, chance::Chance, noon, rounds::Period, share};
use crate::{
    app::{App, StartError},
    clock::StillClock,
    error::Error,
    event::{arranging::Create, attendance::sealing, certifying, door::desk::Caller, draft::Plan, workflow::Step},
    feed::{self, query::last_number},
    legal_basis::LegalBasis,
    meeting::{self, Meeting, Offices},
    notice::query::NOTICES_PULSE,
    territory::{directory::Directory, tree::Unit},
};

/// Who holds them.
const HOST: &str = "coordinator.ri";

/// Of how many provinces the kabupaten/kota come, too, in the whole sample.
const PROVINCES_WITH_ALL: u32 = 8;

/// The days of a year: the letter, the meeting, its end.
struct Days {
    letter: NaiveDate,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Days {
    fn of(year: &Period) -> Option<Self> {
        let day = |before: u64| year.last.checked_sub_days(chrono::Days::new(before));
        Some(Self {
            letter: day(29)?,
            from: noon(day(16)?) - Duration::hours(3),
            until: noon(day(15)?) + Duration::hours(3),
        })
    }
}

/// Tells the meeting of a year; which it is, and how many units were invited. The clock stands at its end.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(
    app: &App,
    clock: &StillClock,
    (sample, password): (Sample, &str),
    year: &Period,
) -> Result<(Uuid, usize), StartError> {
    let days = Days::of(year).ok_or_else(|| Error::internal("a year without days"))?;
    let offices = Offices {
        app,
        password,
        domain: DOMAIN,
    };
    let codes = invited(app, sample);
    let chance = |what: &str, code: &str| Chance::of(sample.seed, &["event", &year.name, what, code]);
    clock.set(noon(days.letter));
    let mut meeting = published(offices, &codes, (year, &days)).await?;
    let mut present = Vec::new();
    for code in &codes {
        let mut chance = chance("reply", code);
        match chance.below(1000) {
            0..60 => meeting.declined(code, "Bertugas di tempat lain.").await?,
            60..120 => {}
            _comes => {
                let colleague = chance.in_thousand(700).then_some("Sari Sampel");
                meeting.confirmed(code, colleague).await?;
                if chance.in_thousand(950) {
                    present.push(code.as_str());
                }
            }
        }
    }
    clock.set(days.from - Duration::hours(1));
    meeting.step(HOST, Step::Start).await?;
    clock.set(days.from + Duration::hours(4));
    meeting.host = offices.sign_in(HOST).await?;
    // As many at a time as a door sends.
    for some in present.chunks(100) {
        let entries = meeting.entries(some, days.from + Duration::minutes(10)).await?;
        let entries = entries.into_iter().map(|mut entry| {
            entry.nonce = format!("{}-{}", some.first().copied().unwrap_or_default(), entry.nonce);
            entry
        });
        meeting.sent(&Caller::Person(&meeting.host), entries.collect()).await?;
    }
    clock.set(days.until);
    meeting.step(HOST, Step::End).await?;
    for code in present.iter().filter(|code| chance("sheet", code).in_thousand(700)) {
        meeting.verified(code).await?;
    }
    let seal = meeting.advance(Some("Batas waktu daftar hadir sudah lewat."));
    meeting.event = sealing::finalise(&meeting.host, "", seal).await?;
    let issue = certifying::Issue {
        event: meeting.event.id,
        seat: None,
    };
    certifying::issue(&meeting.host, "", issue).await?;
    Ok((meeting.event.id, codes.len()))
}

/// The units of a tier, by their codes.
pub(super) fn of_tier(directory: &Directory, tier: Tier) -> Vec<&Unit> {
    let mut units: Vec<&Unit> = directory.tree.all().iter().filter(|unit| unit.tier == tier).collect();
    units.sort_by(|one, other| one.code.cmp(&other.code));
    units
}

/// The codes of the provinces, and of the kabupaten/kota of the first of them.
fn invited(app: &App, sample: Sample) -> Vec<String> {
    let directory = app.services.directory.load();
    let provinces = of_tier(&directory, Tier::Provinsi);
    let all_of = share(PROVINCES_WITH_ALL, sample.scale) as usize;
    let with_all: Vec<&str> = provinces.iter().take(all_of).map(|unit| unit.code.as_str()).collect();
    let beneath = of_tier(&directory, Tier::KabupatenKota)
        .into_iter()
        .filter(|unit| with_all.iter().any(|code| unit.code.starts_with(&format!("{code}."))));
    let codes = provinces.iter().copied().chain(beneath);
    codes.map(|unit| unit.code.clone()).collect()
}

async fn published<'a>(
    offices: Offices<'a>,
    codes: &[String],
    (year, days): (&Period, &Days),
) -> Result<Meeting<'a>, Error> {
    let host = offices.sign_in(HOST).await?;
    let units = codes.iter().map(|code| meeting::unit(&host.actor, code));
    let letter = LegalBasis {
        number: format!("1/HM.00/K1/12/{}", year.name),
        date: days.letter,
    };
    let plan = Plan {
        kinds: vec![EventKind::Rakornas],
        audience: event::Audience {
            tiers: vec![Tier::Provinsi, Tier::KabupatenKota],
            units: units.collect::<Result<_, Error>>()?,
            ..event::Audience::default()
        },
        ..meeting::plan(
            &format!("Rakornas Kehumasan {}", year.name),
            (days.from, days.until),
            "Jakarta",
            letter,
        )
    };
    let create = Create {
        plan,
        wave_of: None,
        seat: None,
    };
    Meeting::published(offices, host, create).await
}

/// Numbers what was told, and sees to it that nobody is told of an invented past.
///
/// # Errors
/// The database's.
pub(super) async fn hush(app: &App) -> Result<(), Error> {
    let db = &app.services.db;
    feed::number(db).await?;
    let transaction = db.begin().await?;
    let last = last_number(transaction.connection()).await?;
    pulse::Entity::update_many()
        .col_expr(pulse::Column::Version, Expr::value(last))
        .filter(pulse::Column::Name.eq(NOTICES_PULSE))
        .exec(transaction.connection())
        .await?;
    transaction.commit().await
}
