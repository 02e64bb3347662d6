//! Jember is one of ten kabupaten/kota of 514 that win as equals, announced on 30 June 2024.
use entity::enums::{AwardScheme, Tier};
use uuid::Uuid;

use super::{enter, letter, plan, scores};
use crate::{
    award::draft::Category,
    awarding::{self, Awarding},
    clock::StillClock,
    demo::story::{Teller, day, moment},
    error::Error,
};

const DESCRIPTION: &str = "Sepuluh kabupaten/kota dari 514 di 38 provinsi, tanpa peringkat: Jember, Grobogan, Kendal, Lombok Tengah, \
    Pesisir Selatan, Sumbawa, Balikpapan, Batu, Pekalongan, dan Serang. Pekalongan dan Serang ada sebagai kabupaten dan sebagai \
    kota; sumbernya tidak menyebut yang mana. ASUMSI demo ini: Kota Pekalongan dan Kota Serang, karena keduanya disebut sesudah \
    Balikpapan dan Batu yang juga kota. Kategori ini terbuka bagi semua 514; dalam demo dua belas yang mengajukan diri. Nilai, \
    juri, dan dua peserta lainnya rekaan.";

const RULES: &str = "Dinilai atas posko aduan, konten edukasi bagi semua segmen, forum media, kerja sama, sosialisasi, dan hubungan \
    dengan media. Asumsi: Pekalongan dan Serang dibaca sebagai Kota Pekalongan dan Kota Serang.";

/// The ten, in the order of the source, and two more who enter. For Pekalongan and Serang the source does not say whether the kota or the
/// kabupaten is meant: both kota are an assumption of the demo.
const ENTRANTS: [&str; 12] = [
    "35.09", "33.15", "33.24", "52.02", "13.01", "52.04", "64.71", "35.79", "33.75", "36.73", "18.71", "32.75",
];

/// How many of them win.
const PLACES: usize = 10;

/// What the two jurors take off what they think of an entry: the second is harsher, and calibrated.
const HARSHNESS: [usize; 2] = [0, 3];

/// Tells it.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(teller: &Teller<'_>, clock: &StillClock, rubric: Uuid) -> Result<(), Error> {
    clock.set(moment("2024-05-20T02:00:00Z")?);
    let category = Category {
        description: Some(RULES.to_owned()),
        scheme: AwardScheme::Unranked,
        places: i32::try_from(PLACES).unwrap_or_default(),
        nominees: 0,
        sheets_minimum: 2,
        calibration_minimum: Some(5),
        ..awarding::judged("Kehumasan Terbaik", Tier::KabupatenKota, rubric)
    };
    let days = (day(2023, 7, 1)?, day(2024, 4, 30)?, moment("2024-06-05T10:00:00Z")?);
    let plan = plan("Kehumasan Terbaik 2024", DESCRIPTION, days, vec![category]);
    let mut edition = Awarding::opened(teller.offices(), plan).await?;

    clock.set(moment("2024-05-27T03:00:00Z")?);
    for province in ["13", "18", "32", "33", "35", "36", "52", "64"] {
        let above = teller.sign_in(&format!("head.{province}")).await?;
        for code in ENTRANTS.iter().filter(|code| code.starts_with(province)) {
            let head = teller.sign_in(&format!("head.{code}")).await?;
            enter(&edition, (&head, &above), 0, None).await?;
        }
    }

    clock.set(moment("2024-06-10T02:00:00Z")?);
    edition.judging_opened().await?;
    let experts = [teller.sign_in("expert1.ri").await?, teller.sign_in("expert2.ri").await?];
    let panel = edition.panel(edition.edition.unit_id, 0).await?;
    let panel = edition.appointed(&edition.host, &panel, &experts.each_ref()).await?;
    for (expert, harshness) in experts.iter().zip(HARSHNESS) {
        let quality = |code: &str| {
            let place = ENTRANTS.iter().position(|entrant| *entrant == code);
            let place = place.unwrap_or(ENTRANTS.len());
            // Whoever is not among the ten is plainly behind.
            let best = if place < PLACES { 22 - place / 2 } else { 19 - place };
            best - harshness
        };
        edition
            .scored(&panel, expert, |entry| scores(quality(&edition.code(entry))))
            .await?;
    }
    edition.closed(&edition.host, &panel).await?;
    clock.set(moment("2024-06-27T03:00:00Z")?);
    edition.ratified(letter("0198", (2024, 6, 26))?).await?;
    clock.set(moment("2024-06-30T04:00:00Z")?);
    edition.announced(None).await?;
    clock.set(moment("2024-07-16T03:00:00Z")?);
    edition.ended().await
}
