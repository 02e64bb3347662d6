//! The rubric an installation begins with.
use chrono::{DateTime, Utc};
use entity::{
    enums::RubricStatus,
    rubric::{self, Anchor, Criteria, Criterion, Scale},
};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::query;
use crate::{clock::new_id, db::Db, error::Error, territory};

/// What final reports on public relations are judged by.
pub const FINAL_REPORT_RUBRIC: &str = "penilaian-laporan-akhir-kehumasan";

/// Writes it into a database that has none: a new one, or one that was filled before there were rubrics.
///
/// # Errors
/// The database's.
pub async fn adopt(db: &Db, now: DateTime<Utc>) -> Result<(), Error> {
    if !query::versions(db.reader(), FINAL_REPORT_RUBRIC).await?.is_empty() {
        return Ok(());
    }
    let transaction = db.begin().await?;
    let connection = transaction.connection();
    let directory = territory::query::load(connection).await?;
    let rubric = final_report(directory.tree.root().id, now);
    // Another process may do the same at this moment.
    rubric::Entity::insert(rubric.into_active_model())
        .on_conflict_do_nothing()
        .exec_without_returning(connection)
        .await?;
    transaction.commit().await
}

fn final_report(owner: Uuid, now: DateTime<Utc>) -> rubric::Model {
    rubric::Model {
        id: new_id(now),
        code: FINAL_REPORT_RUBRIC.to_owned(),
        version: 1,
        owner_id: owner,
        name: "Instrumen Penilaian Laporan Akhir Kehumasan".to_owned(),
        description: "Menilai laporan akhir kehumasan provinsi dan kabupaten/kota menurut bagian-bagiannya, beserta \
                      bukti yang menyertainya."
            .to_owned(),
        criteria: Criteria(criteria().into()),
        status: RubricStatus::Published,
        lock_version: 1,
        created_by: None,
        created_at: None,
        published_by: None,
        published_at: None,
        retired_by: None,
        retired_at: None,
        retired_reason: None,
    }
}

fn criteria() -> [Criterion; 6] {
    [
        criterion(
            ("program", "Program komunikasi publik", 20),
            "Apakah program berangkat dari kebutuhan pengawasan, mengenal khalayaknya, dan hasilnya diukur.",
            [
                "Program tidak diuraikan, atau tidak terkait dengan tugas pengawasan.",
                "Program disebutkan tanpa tujuan, khalayak atau hasil yang jelas.",
                "Tujuan dan khalayak jelas; hasilnya diceritakan, tetapi tidak diukur.",
                "Tujuan, khalayak dan hasil jelas dan terukur; kendala dicatat.",
                "Hasil terukur dibandingkan dengan sasaran, dan pelajarannya mengubah program berikutnya.",
            ],
        ),
        criterion(
            ("strategi", "Strategi penyebarluasan informasi", 20),
            "Apakah pesan, khalayak, saluran dan jadwal dipilih dengan alasan dan saling mendukung.",
            [
                "Tidak ada strategi; informasi disebarkan menurut keadaan.",
                "Saluran disebutkan tanpa alasan pemilihan dan tanpa jadwal.",
                "Pesan, saluran dan jadwal ada, tetapi belum dibedakan menurut khalayak.",
                "Pesan dan saluran disesuaikan dengan khalayak dan tahapan, dan jadwalnya dijalankan.",
                "Strategi dijalankan, dipantau jangkauannya, dan disesuaikan selama tahapan berlangsung.",
            ],
        ),
        criterion(
            ("media-sosial", "Pengelolaan media sosial", 20),
            "Apakah akun resmi dikelola teratur, tanggap kepada warga, dan perkembangannya dilaporkan dengan angka.",
            [
                "Akun tidak dikelola, atau tidak dilaporkan.",
                "Unggahan jarang atau tidak teratur; angka tidak lengkap.",
                "Unggahan teratur dan angkanya lengkap; tanggapan warga jarang dijawab.",
                "Unggahan teratur dan beragam; tanggapan warga dijawab dan dicatat.",
                "Unggahan teratur, beragam dan mudah diakses; keterlibatan warga tumbuh dan hoaks diluruskan dengan cepat.",
            ],
        ),
        criterion(
            ("media-massa", "Hubungan dengan media massa", 15),
            "Apakah siaran pers, forum media dan klarifikasi berjalan dan menghasilkan pemberitaan yang tepat.",
            [
                "Tidak ada kegiatan dengan media massa.",
                "Siaran pers sesekali; pemberitaannya tidak dipantau.",
                "Siaran pers teratur dan pemberitaannya dikumpulkan.",
                "Siaran pers dan forum media teratur; pemberitaan yang keliru diklarifikasi.",
                "Hubungan dengan media berkelanjutan; pemberitaan dianalisis dan hasilnya dipakai.",
            ],
        ),
        criterion(
            ("partisipasi", "Partisipasi masyarakat", 15),
            "Apakah warga dilibatkan dalam pengawasan dan aduannya ditanggapi.",
            [
                "Warga tidak dilibatkan; tidak ada saluran aduan yang dilaporkan.",
                "Saluran aduan ada, tetapi penggunaannya tidak dilaporkan.",
                "Warga dilibatkan melalui sosialisasi; aduan dicatat.",
                "Warga dilibatkan secara berulang; aduan ditanggapi dan diteruskan.",
                "Kelompok warga ikut mengawasi; aduan selesai ditangani dan hasilnya disampaikan kembali.",
            ],
        ),
        criterion(
            ("kelengkapan-bukti", "Kelengkapan bukti", 10),
            "Apakah setiap pernyataan dan angka dapat diperiksa pada lampiran atau tautan.",
            [
                "Tidak ada bukti, atau bukti tidak dapat dibuka.",
                "Bukti menyertai sebagian kecil isi laporan.",
                "Bukti menyertai sebagian besar isi laporan, tetapi sulit ditelusuri.",
                "Bukti lengkap dan dapat ditelusuri per bagian.",
                "Bukti lengkap, tertata, bertanggal, dan sesuai dengan setiap angka yang dilaporkan.",
            ],
        ),
    ]
}

/// A criterion from 1 to 5, whose ends owe a comment.
fn criterion((key, title, weight): (&str, &str, i32), guidance: &str, sentences: [&str; 5]) -> Criterion {
    let anchor = |(score, sentence): (i32, &str)| Anchor {
        score,
        sentence: sentence.to_owned(),
    };
    Criterion {
        key: key.to_owned(),
        title: title.to_owned(),
        guidance: guidance.to_owned(),
        weight,
        scale: Scale {
            least: 1,
            most: 5,
            anchors: (1..).zip(sentences).map(anchor).collect(),
        },
        comment_at_extremes: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::rubric::faults::faults;

    #[test]
    fn what_ships_could_be_published() {
        let rubric = final_report(Uuid::nil(), DateTime::UNIX_EPOCH);
        assert_eq!(faults(&rubric), []);
        let weights: i32 = rubric.criteria.0.iter().map(|criterion| criterion.weight).sum();
        assert_eq!(weights, 100, "a weight reads as a percentage");
    }
}
