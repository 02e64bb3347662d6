//! The templates and cycles a new database begins with.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    cycle,
    enums::{PeriodKind, Tier},
    template::{self, Route, Section, Sections},
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};

use crate::{clock::new_id, error::Error};

/// The cycle in which kabupaten/kota and provinsi hand their final report over to RI.
pub const FINAL_REPORT_CYCLE: &str = "laporan-akhir-kehumasan-2024";

/// The cycle in which kecamatan bodies report to their kabupaten/kota and province.
pub const KECAMATAN_CYCLE: &str = "laporan-kehumasan-kecamatan-2024";

/// Writes them.
///
/// # Errors
/// The database's.
pub async fn write(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), Error> {
    let final_report = final_report(now);
    let kecamatan = kecamatan_report(now);
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
    for template in [final_report, kecamatan] {
        template.into_active_model().insert(connection).await?;
    }
    for cycle in cycles {
        cycle.into_active_model().insert(connection).await?;
    }
    Ok(())
}

/// Kabupaten/kota and provinsi hand it to RI directly; nobody endorses it on the way.
fn final_report(now: DateTime<Utc>) -> template::Model {
    template::Model {
        id: new_id(now),
        code: "laporan-akhir-kehumasan".to_owned(),
        version: 1,
        name: "Laporan Akhir Kehumasan".to_owned(),
        route: Route {
            authors: vec![Tier::Provinsi, Tier::KabupatenKota],
            endorsers: Vec::new(),
            terminal: Tier::Ri,
        },
        sections: Sections(vec![
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
        ]),
    }
}

/// Climbs tier by tier: the kabupaten/kota endorses, the province has the last word.
fn kecamatan_report(now: DateTime<Utc>) -> template::Model {
    template::Model {
        id: new_id(now),
        code: "laporan-kehumasan-kecamatan".to_owned(),
        version: 1,
        name: "Laporan Kehumasan Panwaslu Kecamatan".to_owned(),
        route: Route {
            authors: vec![Tier::Kecamatan],
            endorsers: vec![Tier::KabupatenKota, Tier::Provinsi],
            terminal: Tier::Provinsi,
        },
        sections: Sections(vec![
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
        ]),
    }
}

fn section(key: &str, title: &str, guidance: &str) -> Section {
    Section {
        key: key.to_owned(),
        title: title.to_owned(),
        guidance: guidance.to_owned(),
    }
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
    })
}
