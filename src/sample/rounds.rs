//! The months and years of the sample, and what is asked in each: every month of the permanent units by RI and of the kecamatan
//! bodies by way of their kabupaten/kota, every year of the permanent units, whose reports experts review.
use chrono::{Datelike, Duration, Months, NaiveDate};
use entity::{
    cycle::{self, Audience},
    enums::{PeriodKind, RubricStatus, TemplateStatus, Tier},
    rubric,
    template::{self, Comparisons, Field, NumberRange, Route, Section, Sections, Shape},
};
use rust_decimal::Decimal;

use super::{LAST_MONTH, noon};
use crate::{
    app::App,
    clock::new_id,
    db::insert_all,
    error::Error,
    report::catalogue,
    review::rubric::{query::versions, shipped::FINAL_REPORT_RUBRIC},
};

/// What is reported on: a month, or a year.
pub struct Period {
    pub kind: PeriodKind,
    /// `2025-12`, `2025`.
    pub name: String,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// The last so many months, earliest first.
pub fn months(count: u32) -> Result<Vec<Period>, Error> {
    let (year, month) = LAST_MONTH;
    let latest = NaiveDate::from_ymd_opt(year, month, 1).ok_or_else(|| Error::internal("no such month"))?;
    let month = |back: u32| {
        let first = latest.checked_sub_months(Months::new(back))?;
        let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
        Some(Period {
            kind: PeriodKind::Monthly,
            name: first.format("%Y-%m").to_string(),
            first,
            last,
        })
    };
    let months: Option<Vec<Period>> = (0..count).rev().map(month).collect();
    months.ok_or_else(|| Error::internal("no such month"))
}

/// The year that ends with a month, if one does.
pub fn year_ending_with(month: &Period) -> Option<Period> {
    (month.last.month() == 12).then(|| Period {
        kind: PeriodKind::Annual,
        name: month.last.year().to_string(),
        first: month.first.with_month(1).unwrap_or(month.first),
        last: month.last,
    })
}

/// What is asked of the units.
pub struct Asked {
    pub every_month: Vec<template::Model>,
    /// Experts review it.
    pub every_year: template::Model,
    /// What they judge it by.
    pub rubric: rubric::Model,
}

/// Writes what is asked.
pub async fn write_templates(app: &App, on: NaiveDate) -> Result<Asked, Error> {
    let shipped = versions(app.services.db.reader(), FINAL_REPORT_RUBRIC).await?;
    let mut shipped = shipped.into_iter();
    let rubric = shipped.find(|rubric| rubric.status == RubricStatus::Published);
    let rubric = rubric.ok_or_else(|| Error::internal("no rubric came with the installation"))?;
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
    let every_year = template(
        "sampel-tahunan",
        "Laporan Tahunan Kehumasan",
        Route {
            authors: vec![Tier::Provinsi, Tier::KabupatenKota],
            endorsers: Vec::new(),
            terminal: Tier::Ri,
            experts: true,
            quorum: Some(2),
            rubric: Some(rubric.id),
        },
    );
    let every_month = vec![
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
    insert_all(transaction.connection(), every_month.clone()).await?;
    insert_all(transaction.connection(), vec![every_year.clone()]).await?;
    catalogue::bump(transaction.connection()).await?;
    transaction.commit().await?;
    Ok(Asked {
        every_month,
        every_year,
        rubric,
    })
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

/// The round of a month or year: open from the day after it, due on the tenth, closed once all that will come has come.
pub fn round(template: &template::Model, period: &Period, closed: bool) -> cycle::Model {
    // Midnight in Jakarta after the last day.
    let opens_at = noon(period.last) + Duration::hours(12);
    let due_at = opens_at + Duration::days(10) - Duration::seconds(1);
    cycle::Model {
        id: new_id(opens_at),
        template_id: template.id,
        code: format!("{}-{}", template.code, period.name),
        name: format!("{} {}", template.name, period.name),
        period_kind: period.kind,
        period_start: period.first,
        period_end: period.last,
        opens_at,
        due_at,
        time_zone: "Asia/Jakarta".to_owned(),
        tree_date: period.last,
        closed_at: closed.then(|| opens_at + Duration::days(28)),
        owner_id: template.owner_id,
        version: 1,
        audience: Some(Audience {
            tiers: template.route.authors.clone(),
            ..Audience::default()
        }),
        audience_on: period.last,
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
