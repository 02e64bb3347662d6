//! Awards, three editions of RI: of 2023, in which Lampung wins three times itself and three times by its kabupaten/kota; of 2024, in
//! which Jember is one of ten equals; of 2025, with thirteen categories in two rounds, a juror with a conflict of interest, and an
//! award that is taken back.
//!
//! What the sources do not say is made up, and the description of each edition says what that is.
mod jember;
mod lampung;
mod rounds;

use chrono::{DateTime, NaiveDate, Utc};
use entity::rubric::Score;
use uuid::Uuid;

use super::{
    meetings::criterion,
    story::{Teller, day},
};
use crate::{
    app::StartError,
    award::draft::{Category, Plan},
    awarding::{self, Awarding, Entrant, HOST},
    clock::StillClock,
    error::Error,
    legal_basis::LegalBasis,
    review::rubric::service::{self as rubrics, Asked, Content},
    session::Session,
};

/// What the ten of 2024 were chosen for, by the source; the other editions are judged by the same.
const GROUNDS: [(&str, &str); 6] = [
    ("posko-aduan", "Posko aduan"),
    ("konten-edukasi", "Konten edukasi bagi semua segmen"),
    ("forum-media", "Forum media"),
    ("kerja-sama", "Kerja sama"),
    ("sosialisasi", "Sosialisasi"),
    ("hubungan-media", "Hubungan dengan media"),
];

/// The lowest score of each.
const LEAST: i32 = 1;

/// Tells what was given before 2025.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell_of_earlier_years(teller: &Teller<'_>, clock: &StillClock) -> Result<(), StartError> {
    let rubric = publish_rubric(teller).await?;
    lampung::tell(teller, clock, rubric).await?;
    jember::tell(teller, clock, rubric).await?;
    Ok(())
}

/// Tells the edition of 2025.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(teller: &Teller<'_>, clock: &StillClock) -> Result<(), StartError> {
    rounds::tell(teller, clock).await?;
    Ok(())
}

/// The code of what jurors judge by.
const RUBRIC: &str = "penghargaan-kehumasan";

async fn publish_rubric(teller: &Teller<'_>) -> Result<Uuid, Error> {
    let host = teller.sign_in(HOST).await?;
    let criteria = GROUNDS.iter().map(|(key, title)| criterion(key, title, 1));
    let create = rubrics::Create {
        code: RUBRIC.to_owned(),
        owner: None,
        from: None,
        content: Content {
            name: Some("Penghargaan kehumasan".to_owned()),
            description: None,
            criteria: Some(criteria.collect()),
        },
        seat: None,
    };
    let rubric = rubrics::create(&host, "", create).await?;
    let asked = Asked {
        rubric: rubric.id,
        expected_version: rubric.lock_version,
        seat: None,
    };
    Ok(rubrics::publish(&host, "", asked).await?.id)
}

/// What a juror gives: the more, the higher the `quality`, 0 to 24.
fn scores(quality: usize) -> Vec<(String, Score)> {
    awarding::scores(&GROUNDS.map(|(key, _title)| (key, LEAST)), quality)
}

/// An edition that looks at some days, with two weeks for objections.
fn plan(
    title: &str,
    description: &str,
    (from, to, entries_by): (NaiveDate, NaiveDate, DateTime<Utc>),
    categories: Vec<Category>,
) -> Plan {
    Plan {
        title: title.to_owned(),
        description: Some(description.to_owned()),
        time_zone: "Asia/Jakarta".to_owned(),
        evidence_from: from,
        evidence_to: to,
        entries_by,
        objection_days: 14,
        letter: None,
        letter_file: None,
        categories,
    }
}

/// The letter of a day by which a list is ratified.
fn letter(number: &str, (year, month, on): (i32, u32, u32)) -> Result<LegalBasis, Error> {
    Ok(LegalBasis {
        number: format!("{number}/HM.00.00/K1/{month:02}/{year}"),
        date: day(year, month, on)?,
    })
}

/// The head of a unit enters it, and whoever stands above finds it eligible.
async fn enter(
    awarding: &Awarding<'_>,
    (head, above): (&Session, &Session),
    category: usize,
    name: Option<&str>,
) -> Result<(), Error> {
    let entrant = Entrant {
        name,
        title: "Kehumasan yang menjangkau warga",
        statement: "Posko aduan dibuka setiap hari kerja, konten edukasi dibuat bagi pemilih pemula, lanjut usia, dan \
                    penyandang disabilitas, dan forum media diadakan setiap triwulan.",
    };
    let entry = awarding.entered(head, category, entrant).await?;
    awarding.verified(above, &entry).await
}
