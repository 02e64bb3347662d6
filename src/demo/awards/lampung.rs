//! Lampung wins three awards of 2023 as a province, and its kabupaten/kota three more.
use entity::enums::Tier;
use uuid::Uuid;

use super::{enter, letter, plan, scores};
use crate::{
    awarding::{self, Awarding},
    clock::StillClock,
    demo::story::{Teller, day, moment},
    error::Error,
};

const DESCRIPTION: &str = "Menurut sumbernya, pada 2023 Bawaslu Provinsi Lampung meraih tiga penghargaan dan \
    kabupaten/kotanya tiga lagi. Sumber tidak menyebut kategori, kabupaten/kota, peserta lain, nilai, maupun tanggalnya: \
    semua itu rekaan demo ini. Dari lima belas kategori diceritakan enam.";

/// The six categories with whoever enters; the first of each wins.
const CONTESTS: [(&str, [&str; 2]); 6] = [
    ("Media Sosial Provinsi", ["18", "32"]),
    ("Hubungan Media Provinsi", ["18", "31"]),
    ("Keterbukaan Informasi Provinsi", ["18", "32"]),
    ("Media Sosial Kabupaten/Kota", ["18.71", "32.73"]),
    ("Publikasi Pengawasan Kabupaten/Kota", ["18.01", "32.75"]),
    ("Konten Edukasi Kabupaten/Kota", ["18.07", "32.71"]),
];

/// Tells it.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(teller: &Teller<'_>, clock: &StillClock, rubric: Uuid) -> Result<(), Error> {
    let categories = CONTESTS.iter().map(|(title, entrants)| {
        let tier = if entrants[0].contains('.') {
            Tier::KabupatenKota
        } else {
            Tier::Provinsi
        };
        awarding::judged(title, tier, rubric)
    });
    let days = (day(2023, 1, 1)?, day(2023, 9, 30)?, moment("2023-10-20T10:00:00Z")?);
    let plan = plan("Penghargaan Kehumasan 2023", DESCRIPTION, days, categories.collect());
    let mut edition = Awarding::opened(teller.offices(), plan).await?;

    clock.set(moment("2023-10-10T03:00:00Z")?);
    edition.returns().await?;
    let provinces = [teller.sign_in("head.18").await?, teller.sign_in("head.32").await?];
    let province = |code: &str| &provinces[usize::from(code.starts_with("32"))];
    for (category, (_title, entrants)) in CONTESTS.iter().enumerate() {
        for code in entrants {
            let head = teller.sign_in(&format!("head.{code}")).await?;
            let above = if code.contains('.') {
                province(code)
            } else {
                &edition.host
            };
            enter(&edition, (&head, above), category, None).await?;
        }
    }

    clock.set(moment("2023-10-23T02:00:00Z")?);
    edition.judging_opened().await?;
    let expert = teller.sign_in("expert1.ri").await?;
    for category in 0..CONTESTS.len() {
        let panel = edition.panel(edition.edition.unit_id, category).await?;
        let panel = edition.appointed(&edition.host, &panel, &[&expert]).await?;
        let quality = |code: &str| if code.starts_with("18") { 18 } else { 13 };
        edition
            .scored(&panel, &expert, |entry| scores(quality(&edition.code(entry))))
            .await?;
        edition.closed(&edition.host, &panel).await?;
    }
    clock.set(moment("2023-12-01T03:00:00Z")?);
    edition.ratified(letter("0411", (2023, 11, 30))?).await?;
    clock.set(moment("2023-12-15T04:00:00Z")?);
    edition.announced(None).await?;
    clock.set(moment("2024-01-02T03:00:00Z")?);
    edition.ended().await
}
