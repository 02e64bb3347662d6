//! The awards of 2025: thirteen categories, six of which the provinces judge first. A juror recuses, and who takes the place is kept out
//! of what comes from home; the awards are announced at the Rakornas; one is taken back by two persons.
use entity::{
    award_category::{Eligibility, Source},
    award_entry, award_panel,
    enums::{AwardRecipient, AwardScheme, EventKind, Tier},
    event,
};
use uuid::Uuid;

use super::{RUBRIC, enter, letter, plan, scores};
use crate::{
    award::{
        draft::Category,
        judging::scoring::{self, Recuse},
    },
    awarding::{self, Awarding, HOST, criterion},
    clock::StillClock,
    demo::story::{Teller, day, moment},
    error::Error,
    event::{arranging::Create, draft::Plan as Arranged, workflow::Step},
    meeting::{self, Meeting},
    review::rubric::query as rubrics,
    session::Session,
};

const DESCRIPTION: &str = "Tiga belas kategori dalam dua babak, seperti pada 2025: provinsi menilai kabupaten/kotanya pada 17 sampai \
    31 Oktober, lalu RI menilai yang diteruskan. Masa penilaian Januari sampai September 2025. Nama kategori, peserta, nilai, dan \
    penerimanya rekaan demo ini.";

/// Whom a contest is for, and who judges.
#[derive(Clone, Copy, PartialEq)]
enum For {
    /// Kabupaten/kota, by their provinces and then by RI.
    TwoRounds,
    Provinces,
    /// Those who were at what they were invited to, by nobody.
    Attendance,
    People(Tier),
    Outsiders,
}

/// A category with whoever enters, and the name of the person or the outsider; the first wins.
type Contest = (&'static str, For, &'static [(&'static str, Option<&'static str>)]);

const CONTESTS: [Contest; 13] = [
    (
        "Pengelolaan Media Sosial",
        For::TwoRounds,
        &[("32.75", None), ("18.71", None), ("32.71", None), ("18.01", None)],
    ),
    (
        "Siaran Pers",
        For::TwoRounds,
        &[("32.73", None), ("18.02", None), ("32.75", None), ("18.03", None)],
    ),
    ("Konten Edukasi", For::TwoRounds, &[("18.71", None), ("32.76", None)]),
    (
        "Posko Aduan Masyarakat",
        For::TwoRounds,
        &[("32.71", None), ("18.07", None)],
    ),
    (
        "Forum Media dan Kerja Sama",
        For::TwoRounds,
        &[("18.01", None), ("32.73", None)],
    ),
    (
        "Sosialisasi Tatap Muka",
        For::TwoRounds,
        &[("32.76", None), ("18.03", None)],
    ),
    (
        "Kehumasan Provinsi",
        For::Provinces,
        &[("31", None), ("32", None), ("18", None)],
    ),
    (
        "Keterbukaan Informasi Provinsi",
        For::Provinces,
        &[("32", None), ("31", None)],
    ),
    (
        "Pendampingan Kabupaten/Kota",
        For::Provinces,
        &[("18", None), ("32", None)],
    ),
    (
        "Kehadiran pada Konsolidasi",
        For::Attendance,
        &[("18.01", None), ("18.02", None), ("18.07", None)],
    ),
    (
        "Insan Humas Kabupaten/Kota",
        For::People(Tier::KabupatenKota),
        &[("18.71", Some("Sari Lampung")), ("32.75", Some("Rini Bekasi"))],
    ),
    (
        "Insan Humas Provinsi",
        For::People(Tier::Provinsi),
        &[("32", Some("Dian Priangan")), ("18", Some("Wulan Lampung"))],
    ),
    (
        "Mitra Media",
        For::Outsiders,
        &[
            ("32.75", Some("Radio Contoh Bekasi")),
            ("18.71", Some("Harian Contoh Lampung")),
        ],
    ),
];

/// Where a juror of RI recuses.
const RECUSED: usize = 0;

/// Whose winner is not one any more in the end.
const REVOKED: usize = 1;

/// The provinces whose kabupaten/kota enter, which judge them first.
const JUDGING: [&str; 2] = ["18", "32"];

/// Tells it.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(teller: &Teller<'_>, clock: &StillClock) -> Result<(), Error> {
    clock.set(moment("2025-09-01T02:00:00Z")?);
    let days = (day(2025, 1, 1)?, day(2025, 9, 30)?, moment("2025-10-14T10:00:00Z")?);
    let rubric = rubric(teller).await?;
    let categories = CONTESTS.iter().map(|contest| category(contest, rubric)).collect();
    let plan = plan("Penghargaan Kehumasan 2025", DESCRIPTION, days, categories);
    let mut edition = Awarding::opened(teller.offices(), plan).await?;
    clock.set(moment("2025-10-06T03:00:00Z")?);
    entries(teller, &mut edition).await?;

    clock.set(moment("2025-10-17T02:00:00Z")?);
    edition.judging_opened().await?;
    clock.set(moment("2025-10-31T03:00:00Z")?);
    for province in JUDGING {
        by_province(teller, &edition, province).await?;
    }
    clock.set(moment("2025-11-03T02:00:00Z")?);
    edition.returns().await?;
    edition.next_round().await?;
    by_ri(teller, &edition).await?;

    clock.set(moment("2025-12-01T02:00:00Z")?);
    edition.ratified(letter("0502", (2025, 11, 28))?).await?;
    let mut rakornas = rakornas(teller).await?;
    clock.set(moment("2025-12-10T02:00:00Z")?);
    rakornas.step(HOST, Step::Start).await?;
    clock.set(moment("2025-12-10T04:00:00Z")?);
    edition.announced(Some(rakornas.event.id)).await?;
    clock.set(moment("2025-12-18T03:00:00Z")?);
    let category = edition.category(REVOKED)?;
    let honours = edition.honours().await?;
    let first = honours
        .iter()
        .find(|award| (award.category_id, award.place) == (category, Some(1)));
    let first = first.ok_or_else(|| Error::internal("nobody won"))?;
    let reason = "Tangkapan layar yang dilampirkan ternyata berasal dari akun lain.";
    edition.revoked(first, reason).await
}

/// What jurors judged by in earlier years, too.
async fn rubric(teller: &Teller<'_>) -> Result<Uuid, Error> {
    let versions = rubrics::versions(teller.app.services.db.reader(), RUBRIC).await?;
    let rubric = versions.first().map(|rubric| rubric.id);
    rubric.ok_or_else(|| Error::internal("no rubric"))
}

fn category((title, whom, _entrants): &Contest, rubric: Uuid) -> Category {
    let judged = |tier| awarding::judged(title, tier, rubric);
    match whom {
        For::TwoRounds => Category {
            shortlist: Some(1),
            // So that there is a second opinion where one recuses.
            sheets_minimum: if *title == CONTESTS[RECUSED].0 { 2 } else { 1 },
            scheme: AwardScheme::Ranked,
            ..judged(Tier::KabupatenKota)
        },
        For::Provinces => judged(Tier::Provinsi),
        For::Attendance => Category {
            scheme: AwardScheme::Unranked,
            places: 2,
            nominees: 0,
            criteria: entity::award_category::Criteria(vec![criterion("kehadiran", "Kehadiran", 1, Source::Attended)]),
            tie_breaks: entity::award_category::TieBreaks::default(),
            eligibility: Eligibility::default(),
            sheets_minimum: 0,
            ..judged(Tier::KabupatenKota)
        },
        For::People(tier) => Category {
            recipient: AwardRecipient::Person,
            ..judged(*tier)
        },
        For::Outsiders => Category {
            recipient: AwardRecipient::Outsider,
            ..judged(Tier::KabupatenKota)
        },
    }
}

async fn entries(teller: &Teller<'_>, edition: &mut Awarding<'_>) -> Result<(), Error> {
    edition.returns().await?;
    let mut codes: Vec<&str> = CONTESTS
        .iter()
        .flat_map(|(_title, _whom, entrants)| entrants.iter().map(|(code, _name)| *code))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let mut provinces = Vec::new();
    for code in JUDGING {
        provinces.push((code, teller.sign_in(&format!("head.{code}")).await?));
    }
    for code in codes {
        let head = teller.sign_in(&format!("head.{code}")).await?;
        let mut beneath = provinces.iter().filter(|(province, _head)| *province != code);
        let above = beneath
            .find(|(province, _head)| code.starts_with(province))
            .map_or(&edition.host, |(_province, head)| head);
        for (category, (_title, _whom, entrants)) in CONTESTS.iter().enumerate() {
            if let Some((_code, name)) = entrants.iter().find(|(entrant, _name)| *entrant == code) {
                enter(edition, (&head, above), category, *name).await?;
            }
        }
    }
    Ok(())
}

/// How good an entry is: whoever is told first is best.
fn quality(edition: &Awarding<'_>, category: usize, entry: &award_entry::Model) -> usize {
    let code = edition.code(entry);
    let (_title, _whom, entrants) = CONTESTS[category];
    let place = entrants.iter().position(|(entrant, _name)| *entrant == code);
    20 - 3 * place.unwrap_or_default()
}

/// A province judges its own: its member, where a second opinion is asked for its staff as well.
async fn by_province(teller: &Teller<'_>, edition: &Awarding<'_>, province: &str) -> Result<(), Error> {
    let chair = teller.sign_in(&format!("head.{province}")).await?;
    let member = teller.sign_in(&format!("observer.{province}")).await?;
    let staff = teller.sign_in(&format!("staff.{province}")).await?;
    let unit = meeting::unit(&chair.actor, province)?;
    for (category, _contest) in two_rounds() {
        let panel = edition.panel(unit, category).await?;
        let jurors = [&member, &staff];
        let jurors = if category == RECUSED { &jurors[..] } else { &jurors[..1] };
        let panel = edition.appointed(&chair, &panel, jurors).await?;
        judge(edition, &panel, jurors, category).await?;
        edition.closed(&chair, &panel).await?;
    }
    Ok(())
}

fn two_rounds() -> impl Iterator<Item = (usize, &'static Contest)> {
    let contests = CONTESTS.iter().enumerate();
    contests.filter(|(_category, (_title, whom, _entrants))| *whom == For::TwoRounds)
}

async fn judge(
    edition: &Awarding<'_>,
    panel: &award_panel::Model,
    jurors: &[&Session],
    category: usize,
) -> Result<(), Error> {
    for juror in jurors {
        edition
            .scored(panel, juror, |entry| scores(quality(edition, category, entry)))
            .await?;
    }
    Ok(())
}

/// RI judges what the provinces passed on, and all the rest.
async fn by_ri(teller: &Teller<'_>, edition: &Awarding<'_>) -> Result<(), Error> {
    let experts = [teller.sign_in("expert1.ri").await?, teller.sign_in("expert2.ri").await?];
    for (category, (_title, whom, _entrants)) in CONTESTS.iter().enumerate() {
        let mut panel = edition.panel(edition.edition.unit_id, category).await?;
        let jurors = match whom {
            For::Attendance => Vec::new(),
            _ if category == RECUSED => experts.iter().collect(),
            For::TwoRounds | For::Provinces | For::People(_) | For::Outsiders => vec![&experts[0]],
        };
        if !jurors.is_empty() {
            panel = edition.appointed(&edition.host, &panel, &jurors).await?;
        }
        if category == RECUSED {
            panel = replaced(teller, edition, (&panel, &experts[1])).await?;
        }
        judge(edition, &panel, &jurors, category).await?;
        edition.closed(&edition.host, &panel).await?;
    }
    Ok(())
}

/// A juror helped Lampung's candidate and says so. Who is appointed then comes from Jawa Barat: by the rules only Lampung's is left to
/// judge, so that each has two sheets again.
async fn replaced(
    teller: &Teller<'_>,
    edition: &Awarding<'_>,
    (panel, juror): (&award_panel::Model, &Session),
) -> Result<award_panel::Model, Error> {
    let own = edition.scorings(panel, juror).await?;
    let of_lampung = own.iter().find(|(_row, entry)| edition.code(entry).starts_with("18"));
    let (row, _entry) = of_lampung.ok_or_else(|| Error::internal("Lampung passed nobody on"))?;
    let recuse = Recuse {
        scoring: row.id,
        expected_version: row.version,
        reason: "Pernah mendampingi penyusunan konten peserta ini.".to_owned(),
        seat: None,
    };
    scoring::recuse(juror, "", recuse).await?;
    let third = teller.sign_in("expert3.ri").await?;
    let panel = edition.appointed(&edition.host, panel, &[&third]).await?;
    let left = edition.scorings(&panel, &third).await?;
    if left.iter().any(|(_row, entry)| edition.code(entry).starts_with("32")) {
        return Err(Error::internal("an expert of Jawa Barat judges its entries"));
    }
    judge(edition, &panel, &[&third], RECUSED).await?;
    Ok(panel)
}

/// Where the awards are announced.
async fn rakornas<'a>(teller: &Teller<'a>) -> Result<Meeting<'a>, Error> {
    let offices = teller.offices();
    let host = offices.sign_in(HOST).await?;
    let provinces = ["18", "31", "32"].iter().map(|code| meeting::unit(&host.actor, code));
    let days = (moment("2025-12-10T02:00:00Z")?, moment("2025-12-11T09:00:00Z")?);
    let plan = Arranged {
        kinds: vec![EventKind::Rakornas, EventKind::Penganugerahan],
        audience: event::Audience {
            tiers: vec![Tier::Provinsi],
            units: provinces.collect::<Result<_, Error>>()?,
            ..event::Audience::default()
        },
        ..meeting::plan(
            "Rakornas Kehumasan 2025",
            days,
            "Jakarta",
            letter("0498", (2025, 11, 26))?,
        )
    };
    let create = Create {
        plan,
        wave_of: None,
        seat: None,
    };
    Meeting::published(offices, host, create).await
}
