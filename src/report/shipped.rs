//! The templates and cycles a new database begins with.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    cycle,
    enums::{PeriodKind, TemplateStatus, Tier},
    template::{self, Comparisons, Field, Route, Section, Sections, Shape},
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use uuid::Uuid;

use super::answers::LONGEST_TEXT;
use crate::{clock::new_id, error::Error};

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
    for template in [final_report, kecamatan] {
        template.into_active_model().insert(connection).await?;
    }
    for cycle in cycles {
        cycle.into_active_model().insert(connection).await?;
    }
    Ok(())
}

/// Kabupaten/kota and provinsi hand it to RI directly; nobody endorses it on the way.
fn final_report(owner: Uuid, now: DateTime<Utc>) -> template::Model {
    template(
        ("laporan-akhir-kehumasan", "Laporan Akhir Kehumasan"),
        owner,
        Route {
            authors: vec![Tier::Provinsi, Tier::KabupatenKota],
            endorsers: Vec::new(),
            terminal: Tier::Ri,
            experts: false,
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
    }
}

/// A section that asks one question, answered in text under the section's own key.
fn section(key: &str, title: &str, guidance: &str) -> Section {
    Section {
        key: key.to_owned(),
        title: title.to_owned(),
        guidance: guidance.to_owned(),
        fields: vec![Field {
            key: key.to_owned(),
            label: title.to_owned(),
            guidance: String::new(),
            required: true,
            shape: Shape::Text { longest: LONGEST_TEXT },
        }],
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
