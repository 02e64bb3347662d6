//! The templates and cycles a new database begins with.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    cycle,
    enums::{PeriodKind, RubricStatus, TemplateStatus, Tier},
    template::{self, ChoiceOption, Comparisons, Field, NumberRange, Route, Section, Sections, Shape, TableColumn},
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{answers::LONGEST_TEXT, catalogue, query};
use crate::{clock::new_id, db::Db, error::Error, review::rubric};

/// The cycle in which kabupaten/kota and provinsi hand their final report over to RI.
pub const FINAL_REPORT_CYCLE: &str = "laporan-akhir-kehumasan-2024";

/// The cycle in which kecamatan bodies report to their kabupaten/kota and province.
pub const KECAMATAN_CYCLE: &str = "laporan-kehumasan-kecamatan-2024";

/// Writes them.
///
/// # Errors
/// The database's.
pub async fn write(connection: &impl ConnectionTrait, owner: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    let final_report = final_report(owner, now);
    let kecamatan = kecamatan_report(owner, now);
    let opens = "2024-12-02T00:00:00+07:00";
    let due = "2025-01-31T23:59:59+07:00";
    let cycles = [
        cycle_of(
            &final_report,
            FINAL_REPORT_CYCLE,
            "Laporan Akhir Kehumasan Pemilihan Serentak 2024",
            (opens, due),
            now,
        )?,
        cycle_of(
            &kecamatan,
            KECAMATAN_CYCLE,
            "Laporan Kehumasan Panwaslu Kecamatan 2024",
            (opens, due),
            now,
        )?,
    ];
    for template in [final_report, kecamatan, monthly_report(owner, now)] {
        template.into_active_model().insert(connection).await?;
    }
    for cycle in cycles {
        cycle.into_active_model().insert(connection).await?;
    }
    Ok(())
}

/// Gives the final report a version whose route has experts, where it has only the one it came with. Rounds of that go on by
/// it.
///
/// # Errors
/// The database's.
pub async fn adopt(db: &Db, now: DateTime<Utc>) -> Result<(), Error> {
    let versions = query::template_versions(db.reader(), FINAL_REPORT).await?;
    let [first] = &versions[..] else {
        return Ok(());
    };
    let rubrics = rubric::query::versions(db.reader(), rubric::shipped::FINAL_REPORT_RUBRIC).await?;
    let rubric = rubrics
        .iter()
        .find(|rubric| rubric.owner_id == first.owner_id && rubric.status == RubricStatus::Published);
    let Some(rubric) = rubric.filter(|_rubric| first.created_by.is_none() && first.status == TemplateStatus::Published)
    else {
        return Ok(());
    };
    let reviewed = template::Model {
        version: 2,
        route: Route {
            experts: true,
            quorum: Some(2),
            rubric: Some(rubric.id),
            ..first.route.clone()
        },
        ..final_report(first.owner_id, now)
    };
    let transaction = db.begin().await?;
    let connection = transaction.connection();
    catalogue::bump(connection).await?;
    // Another process may do the same at this moment.
    template::Entity::insert(reviewed.into_active_model())
        .on_conflict_do_nothing()
        .exec_without_returning(connection)
        .await?;
    transaction.commit().await
}

/// The code of the final report.
const FINAL_REPORT: &str = "laporan-akhir-kehumasan";

/// Kabupaten/kota and provinsi hand it to RI directly; nobody endorses it on the way.
fn final_report(owner: Uuid, now: DateTime<Utc>) -> template::Model {
    template(
        (FINAL_REPORT, "Laporan Akhir Kehumasan"),
        owner,
        Route {
            authors: vec![Tier::Provinsi, Tier::KabupatenKota],
            endorsers: Vec::new(),
            terminal: Tier::Ri,
            experts: false,
            quorum: None,
            rubric: None,
        },
        vec![
            section(
                "program",
                "Program komunikasi publik",
                "Program apa yang dijalankan, untuk siapa, dan apa hasilnya.",
            ),
            section(
                "strategi",
                "Strategi penyebarluasan informasi",
                "Pesan, khalayak, saluran dan jadwal penyebarluasan.",
            ),
            section(
                "media-sosial",
                "Pengelolaan media sosial",
                "Akun, jumlah unggahan dan pengikut, serta tanggapan warga.",
            ),
            section(
                "media-massa",
                "Hubungan dengan media massa",
                "Siaran pers, forum media, liputan dan klarifikasi.",
            ),
            section(
                "partisipasi",
                "Partisipasi masyarakat",
                "Aduan dan keterlibatan warga melalui saluran resmi.",
            ),
        ],
        now,
    )
}

/// Climbs tier by tier: the kabupaten/kota endorses, the province has the last word.
fn kecamatan_report(owner: Uuid, now: DateTime<Utc>) -> template::Model {
    template(
        ("laporan-kehumasan-kecamatan", "Laporan Kehumasan Panwaslu Kecamatan"),
        owner,
        Route {
            authors: vec![Tier::Kecamatan],
            endorsers: vec![Tier::KabupatenKota, Tier::Provinsi],
            terminal: Tier::Provinsi,
            experts: false,
            quorum: None,
            rubric: None,
        },
        vec![
            section(
                "kegiatan",
                "Kegiatan kehumasan",
                "Kegiatan sosialisasi dan publikasi yang dilakukan.",
            ),
            section(
                "media-sosial",
                "Pengelolaan media sosial",
                "Akun, unggahan dan pengikut, dengan kendalanya.",
            ),
        ],
        now,
    )
}

/// What public relations come to in a month, in numbers, of every tier. Rounds of it are opened month by month.
fn monthly_report(owner: Uuid, now: DateTime<Utc>) -> template::Model {
    template(
        ("laporan-kehumasan-bulanan", "Laporan Kehumasan Bulanan"),
        owner,
        Route {
            authors: vec![Tier::Provinsi, Tier::KabupatenKota, Tier::Kecamatan],
            endorsers: Vec::new(),
            terminal: Tier::Ri,
            experts: false,
            quorum: None,
            rubric: None,
        },
        vec![
            of_fields(
                (
                    "kanal",
                    "Media sosial",
                    "Satu baris untuk setiap kanal resmi yang dikelola.",
                ),
                vec![platforms()],
            ),
            of_fields(
                (
                    "media",
                    "Pemberitaan",
                    "Yang terbit selama bulan ini; 0 bila tidak ada.",
                ),
                vec![
                    required(count("siaran-pers", "Siaran pers", "siaran pers", None)),
                    required(count("berita-situs", "Berita di situs resmi", "berita", Some(12))),
                    count("artikel-opini", "Artikel opini", "artikel", None),
                ],
            ),
            of_fields(
                (
                    "bahan",
                    "Bahan publikasi",
                    "Yang dibuat dan disiarkan selama bulan ini.",
                ),
                vec![
                    count("siaran-langsung", "Siaran langsung", "siaran", None),
                    count("video", "Video", "video", None),
                    count("infografis", "Infografis", "infografis", None),
                    count("poster", "Poster", "poster", None),
                ],
            ),
            of_fields(
                ("kegiatan", "Kegiatan", "Yang diselenggarakan selama bulan ini."),
                vec![
                    count("pelatihan-jurnalis", "Pelatihan jurnalis", "kegiatan", None),
                    count("forum-media", "Forum dengan media", "kegiatan", None),
                    count("kerja-sama", "Kerja sama", "kerja sama", None),
                    count("sosialisasi", "Sosialisasi", "kegiatan", None),
                    count("posko-aduan", "Posko aduan", "posko", None),
                ],
            ),
            of_fields(
                ("bukti", "Bukti dan catatan", "Agar angka di atas dapat diperiksa."),
                vec![
                    required(field(
                        "tautan-bukti",
                        "Tautan folder bukti",
                        "Dapat dibuka oleh pemeriksa.",
                        Shape::Link,
                    )),
                    field(
                        "kendala",
                        "Kendala dan tindak lanjut",
                        "Boleh dikosongkan.",
                        Shape::Text { longest: 5_000 },
                    ),
                ],
            ),
        ],
        now,
    )
}

/// A row for each platform: a post a day is aimed at.
fn platforms() -> Field {
    let platforms = [
        ("instagram", "Instagram"),
        ("facebook", "Facebook"),
        ("x", "X"),
        ("tiktok", "TikTok"),
        ("youtube", "YouTube"),
    ];
    let option = |(key, label): (&str, &str)| ChoiceOption {
        key: key.to_owned(),
        label: label.to_owned(),
    };
    let column = |key: &str, label: &str, required, shape| TableColumn {
        key: key.to_owned(),
        label: label.to_owned(),
        required,
        shape,
    };
    let options = platforms.map(option).into();
    let columns = vec![
        column("platform", "Platform", true, Shape::Choice { options }),
        column("akun", "Nama akun", false, Shape::Text { longest: 200 }),
        column("unggahan", "Unggahan bulan ini", true, counted("unggahan", Some(30))),
        column("pengikut", "Pengikut pada akhir bulan", true, counted("pengikut", None)),
    ];
    let table = Shape::Table {
        columns,
        least_rows: 1,
        most_rows: 5,
        row_key: Some("platform".to_owned()),
    };
    required(field(
        "kanal",
        "Kanal media sosial",
        "Unggahan dan pengikut per platform.",
        table,
    ))
}

fn counted(unit: &str, target: Option<i64>) -> Shape {
    Shape::Integer(NumberRange {
        least: Some(Decimal::ZERO),
        most: None,
        unit: Some(unit.to_owned()),
        target: target.map(Decimal::from),
    })
}

fn count(key: &str, label: &str, unit: &str, target: Option<i64>) -> Field {
    field(key, label, "", counted(unit, target))
}

fn field(key: &str, label: &str, guidance: &str, shape: Shape) -> Field {
    Field {
        key: key.to_owned(),
        label: label.to_owned(),
        guidance: guidance.to_owned(),
        required: false,
        shape,
    }
}

fn required(field: Field) -> Field {
    Field {
        required: true,
        ..field
    }
}

fn of_fields((key, title, guidance): (&str, &str, &str), fields: Vec<Field>) -> Section {
    Section {
        key: key.to_owned(),
        title: title.to_owned(),
        guidance: guidance.to_owned(),
        fields,
    }
}

fn template(
    (code, name): (&str, &str),
    owner: Uuid,
    route: Route,
    sections: Vec<Section>,
    now: DateTime<Utc>,
) -> template::Model {
    template::Model {
        id: new_id(now),
        code: code.to_owned(),
        version: 1,
        name: name.to_owned(),
        route,
        sections: Sections(sections),
        owner_id: owner,
        status: TemplateStatus::Published,
        lock_version: 1,
        description: String::new(),
        comparisons: Comparisons::default(),
        created_by: None,
        created_at: None,
        published_by: None,
        published_at: None,
        retired_by: None,
        retired_at: None,
        retired_reason: None,
    }
}

/// A section that asks one question, answered in text under the section's own key.
fn section(key: &str, title: &str, guidance: &str) -> Section {
    let text = Shape::Text { longest: LONGEST_TEXT };
    of_fields((key, title, guidance), vec![required(field(key, title, "", text))])
}

fn cycle_of(
    template: &template::Model,
    code: &str,
    name: &str,
    (opens, due): (&str, &str),
    now: DateTime<Utc>,
) -> Result<cycle::Model, Error> {
    let moment = |text: &str| {
        DateTime::parse_from_rfc3339(text)
            .map(|moment| moment.to_utc())
            .map_err(Error::internal)
    };
    let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day).ok_or_else(|| Error::internal("no such day"));
    Ok(cycle::Model {
        id: new_id(now),
        template_id: template.id,
        code: code.to_owned(),
        name: name.to_owned(),
        period_kind: PeriodKind::StageFinal,
        period_start: day(1, 1)?,
        period_end: day(12, 31)?,
        opens_at: moment(opens)?,
        due_at: moment(due)?,
        time_zone: "Asia/Jakarta".to_owned(),
        tree_date: day(12, 31)?,
        closed_at: None,
        owner_id: template.owner_id,
        version: 1,
        // Made with the ledger, once the units are there.
        audience: None,
        audience_on: day(12, 31)?,
        grace_until: moment(due)?,
        locks_at: None,
        stage_id: None,
        basis_number: None,
        basis_date: None,
        basis_file_id: None,
        created_by: None,
        created_at: None,
        closed_by: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::template::faults::faults;

    #[test]
    fn what_ships_could_be_published() {
        let now = DateTime::UNIX_EPOCH;
        for template in [
            final_report(Uuid::nil(), now),
            kecamatan_report(Uuid::nil(), now),
            monthly_report(Uuid::nil(), now),
        ] {
            assert_eq!(faults(&template, Tier::Ri), [], "{}", template.code);
        }
    }
}
