//! The months of the sample, and what is asked in each: of the permanent units by RI, of the kecamatan bodies by way of
//! their kabupaten/kota.
use chrono::{Duration, Months, NaiveDate};
use entity::{
    cycle::{self, Audience},
    enums::{PeriodKind, TemplateStatus, Tier},
    template::{self, Comparisons, Field, NumberRange, Route, Section, Sections, Shape},
};
use rust_decimal::Decimal;

use super::{LAST_MONTH, noon};
use crate::{app::App, clock::new_id, db::insert_all, error::Error, report::catalogue};

/// A month that is reported on.
pub struct Month {
    /// `2025-12`.
    pub name: String,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// The last so many months, earliest first.
pub fn months(count: u32) -> Result<Vec<Month>, Error> {
    let (year, month) = LAST_MONTH;
    let latest = NaiveDate::from_ymd_opt(year, month, 1).ok_or_else(|| Error::internal("no such month"))?;
    let month = |back: u32| {
        let first = latest.checked_sub_months(Months::new(back))?;
        let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
        Some(Month {
            name: first.format("%Y-%m").to_string(),
            first,
            last,
        })
    };
    let months: Option<Vec<Month>> = (0..count).rev().map(month).collect();
    months.ok_or_else(|| Error::internal("no such month"))
}

/// Writes what is asked every month.
pub async fn write_templates(app: &App, on: NaiveDate) -> Result<Vec<template::Model>, Error> {
    let owner = app.services.directory.load().tree.root().id;
    let template = |code: &str, name: &str, route: Route| template::Model {
        id: new_id(noon(on)),
        code: code.to_owned(),
        version: 1,
        name: name.to_owned(),
        route,
        sections: Sections(sections()),
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
    };
    let templates = vec![
        template(
            "sampel-bulanan",
            "Laporan Bulanan Kehumasan",
            Route {
                authors: vec![Tier::Provinsi, Tier::KabupatenKota],
                endorsers: Vec::new(),
                terminal: Tier::Ri,
                experts: false,
                quorum: None,
                rubric: None,
            },
        ),
        template(
            "sampel-bulanan-kecamatan",
            "Laporan Bulanan Kehumasan Panwaslu Kecamatan",
            Route {
                authors: vec![Tier::Kecamatan],
                endorsers: vec![Tier::KabupatenKota],
                terminal: Tier::KabupatenKota,
                experts: false,
                quorum: None,
                rubric: None,
            },
        ),
    ];
    let transaction = app.services.db.begin().await?;
    insert_all(transaction.connection(), templates.clone()).await?;
    catalogue::bump(transaction.connection()).await?;
    transaction.commit().await?;
    Ok(templates)
}

/// The number fields of the templates, with what is aimed at in a month.
pub const COUNTED: [(&str, &str, u32); 4] = [
    ("unggahan", "Unggahan media sosial", 30),
    ("berita-situs", "Berita di situs resmi", 12),
    ("siaran-pers", "Siaran pers", 4),
    ("aduan", "Aduan masyarakat yang ditanggapi", 0),
];

fn sections() -> Vec<Section> {
    let number = |(key, label, target): (&str, &str, u32)| Field {
        key: key.to_owned(),
        label: label.to_owned(),
        guidance: String::new(),
        required: true,
        shape: Shape::Integer(NumberRange {
            least: Some(Decimal::ZERO),
            most: Some(Decimal::from(100_000)),
            unit: None,
            target: (target > 0).then(|| Decimal::from(target)),
        }),
    };
    let told = Field {
        key: "kegiatan".to_owned(),
        label: "Kegiatan kehumasan".to_owned(),
        guidance: String::new(),
        required: true,
        shape: Shape::Text { longest: 4000 },
    };
    let section = |key: &str, title: &str, fields| Section {
        key: key.to_owned(),
        title: title.to_owned(),
        guidance: String::new(),
        fields,
    };
    vec![
        section("angka", "Angka bulan ini", COUNTED.into_iter().map(number).collect()),
        section("uraian", "Uraian", vec![told]),
    ]
}

/// The round of a month: open from the day after it, due on the tenth, closed once all that will come has come.
pub fn round(template: &template::Model, month: &Month, closed: bool) -> cycle::Model {
    // Midnight in Jakarta after the last day.
    let opens_at = noon(month.last) + Duration::hours(12);
    let due_at = opens_at + Duration::days(10) - Duration::seconds(1);
    cycle::Model {
        id: new_id(opens_at),
        template_id: template.id,
        code: format!("{}-{}", template.code, month.name),
        name: format!("{} {}", template.name, month.name),
        period_kind: PeriodKind::Monthly,
        period_start: month.first,
        period_end: month.last,
        opens_at,
        due_at,
        time_zone: "Asia/Jakarta".to_owned(),
        tree_date: month.last,
        closed_at: closed.then(|| opens_at + Duration::days(28)),
        owner_id: template.owner_id,
        version: 1,
        audience: Some(Audience {
            tiers: template.route.authors.clone(),
            ..Audience::default()
        }),
        audience_on: month.last,
        grace_until: due_at,
        locks_at: None,
        stage_id: None,
        basis_number: None,
        basis_date: None,
        basis_file_id: None,
        created_by: None,
        created_at: None,
        closed_by: None,
    }
}
