//! *Evaluasi Nasional*: what a closed evaluation says, as far as its reader may know.
use entity::{
    enums::{RecommendationSource, Tier},
    evaluation::{self, Distribution as Scores, Figures, Group, SectionFigure},
};
use paper::{AuditHead, Distribution, DistributionRow, EvaluationPaper, KeyFigure, SectionPicture};
use uuid::Uuid;

use crate::{
    error::Error,
    papers::{
        following::recommendations,
        words::{letterhead, moment, zone},
    },
    report::{
        catalogue,
        evaluation::{query, sight},
    },
    session::Session,
    territory::directory::Directory,
};

/// The paper of an evaluation the caller may know of; None where there is none, or while it is open.
///
/// # Errors
/// The database's.
pub async fn of(session: &Session, id: Uuid) -> Result<Option<EvaluationPaper>, Error> {
    let connection = session.services.db.reader();
    let actor = &session.actor;
    let found = query::by_ids(connection, actor, &[id]).await?.into_iter().next();
    let Some(row) = found else { return Ok(None) };
    let (Some(figures), Some(closed_at)) = (&row.figures, row.closed_at) else {
        return Ok(None);
    };
    let figures = sight::readable(actor, &row, figures);
    let cycle = catalogue::cycle(&session.services, row.cycle_id).await?;
    let directory = &actor.directory;
    Ok(Some(EvaluationPaper {
        letterhead: letterhead(directory, row.unit_id),
        number: row.number.clone().unwrap_or_default(),
        cycle: cycle.name.clone(),
        frozen: moment(closed_at, zone(directory, row.unit_id)),
        audit_head: (row.head_position.zip(row.head_link.clone())).map(|(position, link)| AuditHead { position, link }),
        summary: paragraphs(&row.summary),
        figures: key_figures(&figures),
        distributions: distributions(&figures, directory),
        sections: figures.sections.iter().map(|figure| section(&row, figure)).collect(),
        recommendations: recommendations(session, (RecommendationSource::Evaluation, row.id)).await?,
        method: method(&row, reads_all(session, &row)),
    }))
}

fn reads_all(session: &Session, row: &evaluation::Model) -> bool {
    sight::reads_unit(&session.actor, row.unit_id)
}

fn paragraphs(text: &str) -> Vec<String> {
    let paragraphs = text.split("\n\n").map(str::trim);
    paragraphs.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// A number as it is written in Indonesian: a comma before the places.
fn number(figure: &str) -> String {
    figure.replace('.', ",")
}

/// A count as it is written in Indonesian: a dot at each thousand.
fn count(figure: i64) -> String {
    let digits = figure.to_string();
    let mut told = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push('.');
        }
        told.push(digit);
    }
    told
}

fn key_figures(figures: &Figures) -> Vec<KeyFigure> {
    let all = &figures.all;
    let figure = |label: &str, value: String, note: String| KeyFigure {
        label: label.to_owned(),
        value,
        note,
    };
    let mut told = vec![
        figure(
            "Laporan masuk",
            count(all.submitted),
            format!("dari {} unit yang diminta", count(all.expected)),
        ),
        figure(
            "Tepat waktu",
            count(all.on_time),
            format!("{} terlambat", count(all.submitted - all.on_time)),
        ),
        figure(
            "Laporan dievaluasi",
            count(all.evaluated),
            format!(
                "{} ditolak, {} belum diputuskan",
                count(all.declined),
                count(all.pending)
            ),
        ),
    ];
    if let Some(scores) = &all.scores {
        told.push(figure(
            "Rata-rata nilai",
            number(&scores.mean),
            format!("dari 100; nilai tengah {}", number(&scores.median)),
        ));
        told.push(figure(
            "Rentang nilai",
            format!("{}–{}", number(&scores.least), number(&scores.most)),
            format!("simpangan baku {}", number(&scores.deviation)),
        ));
    }
    told
}

fn distributions(figures: &Figures, directory: &Directory) -> Vec<Distribution> {
    let tier = |group: &Group| match group.tier {
        Some(Tier::Provinsi) => "Provinsi".to_owned(),
        Some(Tier::KabupatenKota) => "Kabupaten/Kota".to_owned(),
        Some(Tier::Kecamatan) => "Kecamatan".to_owned(),
        Some(Tier::Ri) | None => String::new(),
    };
    let province = |group: &Group| {
        let unit = group.province.and_then(|unit| directory.tree.get(unit));
        let region = unit.and_then(|unit| directory.region(unit.region?));
        region.map_or_else(String::new, |region| region.name.clone())
    };
    let mut told = vec![groups("Menurut jenjang", "Jenjang", &figures.tiers, tier)];
    if !figures.provinces.is_empty() {
        told.push(groups("Menurut provinsi", "Provinsi", &figures.provinces, province));
    }
    if let Some(scores) = &figures.all.scores {
        told.push(tenths(scores));
    }
    if !figures.criteria.is_empty() {
        told.push(criteria(figures));
    }
    told
}

fn groups(title: &str, subject: &str, groups: &[Group], label: impl Fn(&Group) -> String) -> Distribution {
    let row = |group: &Group| {
        let (least, most, mean) = match &group.scores {
            Some(scores) => (number(&scores.least), number(&scores.most), number(&scores.mean)),
            None => ("–".to_owned(), "–".to_owned(), "–".to_owned()),
        };
        DistributionRow {
            label: label(group),
            cells: vec![
                count(group.expected),
                count(group.submitted),
                count(group.evaluated),
                least,
                most,
                mean,
            ],
            share: group.scores.as_ref().map_or(0.0, |scores| share(&scores.mean)),
        }
    };
    Distribution {
        title: title.to_owned(),
        note: Some("Nilai 0–100. Batang menunjukkan rata-rata.".to_owned()),
        subject: subject.to_owned(),
        columns: ["Diminta", "Masuk", "Dievaluasi", "Terendah", "Tertinggi", "Rata-rata"]
            .map(str::to_owned)
            .to_vec(),
        measure: "Skala 0–100".to_owned(),
        rows: groups.iter().map(row).collect(),
    }
}

/// How far a figure from 0 to 100 fills its bar.
fn share(figure: &str) -> f64 {
    figure.parse::<f64>().map_or(0.0, |figure| figure / 100.0)
}

fn tenths(scores: &Scores) -> Distribution {
    let most = scores.tenths.iter().copied().max().unwrap_or_default().max(1);
    let row = |(place, reports): (usize, &i64)| DistributionRow {
        label: if place == 9 {
            "90 sampai 100".to_owned()
        } else {
            format!("{} sampai di bawah {}", place * 10, (place + 1) * 10)
        },
        cells: vec![count(*reports)],
        share: f64::from(i32::try_from(*reports).unwrap_or(i32::MAX))
            / f64::from(i32::try_from(most).unwrap_or(i32::MAX)),
    };
    Distribution {
        title: "Sebaran nilai".to_owned(),
        note: Some("Berapa laporan yang nilainya berada pada tiap rentang.".to_owned()),
        subject: "Nilai".to_owned(),
        columns: vec!["Laporan".to_owned()],
        measure: "Banyaknya".to_owned(),
        rows: scores.tenths.iter().enumerate().map(row).collect(),
    }
}

fn criteria(figures: &Figures) -> Distribution {
    let row = |criterion: &evaluation::CriterionFigure| DistributionRow {
        label: criterion.title.clone(),
        cells: vec![
            number(&criterion.scores.least),
            number(&criterion.scores.most),
            number(&criterion.scores.mean),
        ],
        share: share(&criterion.scores.mean),
    };
    Distribution {
        title: "Menurut kriteria penilaian".to_owned(),
        note: Some(
            "0 pada ujung bawah skala kriteria, 100 pada ujung atasnya. Batang menunjukkan rata-rata.".to_owned(),
        ),
        subject: "Kriteria".to_owned(),
        columns: ["Terendah", "Tertinggi", "Rata-rata"].map(str::to_owned).to_vec(),
        measure: "Skala 0–100".to_owned(),
        rows: figures.criteria.iter().map(row).collect(),
    }
}

fn section(row: &evaluation::Model, figure: &SectionFigure) -> SectionPicture {
    let note = (row.sections.0.iter()).find(|note| Some(&note.section) == figure.section.as_ref());
    let findings = figure.must + figure.should + figure.notes;
    let told = format!(
        "{} temuan: {} wajib, {} disarankan, {} catatan; {} selesai",
        count(findings),
        count(figure.must),
        count(figure.should),
        count(figure.notes),
        count(figure.resolved)
    );
    SectionPicture {
        title: figure.title.clone(),
        score: Some(if findings == 0 { "Tanpa temuan".to_owned() } else { told }),
        strengths: note.map(|note| note.strengths.clone()).unwrap_or_default(),
        weaknesses: note.map(|note| note.weaknesses.clone()).unwrap_or_default(),
    }
}

fn method(row: &evaluation::Model, whole: bool) -> Vec<String> {
    let mut told = vec![
        "Yang dievaluasi adalah laporan yang sudah disetujui ketika evaluasi ini ditutup, menurut revisi yang berlaku saat itu. \
         Nilai satu laporan adalah rata-rata lembar penilaian yang selesai; satu kriteria dihitung dari letaknya pada skala. \
         Perhitungan dilakukan dalam pecahan dan dibulatkan satu kali ke dua desimal."
            .to_owned(),
    ];
    if !whole {
        told.push(
            "Dokumen ini memuat rincian provinsi dan rekomendasi yang termasuk wilayah pembacanya; nilai kelompok dengan kurang \
             dari tiga laporan tidak ditampilkan."
                .to_owned(),
        );
    }
    told.extend(
        row.sha256
            .as_ref()
            .map(|hash| format!("Sidik jari data beku (SHA-256): {hash}.")),
    );
    told
}

/// What it is filed under: its number, or the name of the round.
pub(super) fn name(paper: &EvaluationPaper) -> String {
    format!("Evaluasi Nasional {}.pdf", paper.cycle)
}

#[cfg(test)]
mod tests {
    use super::{count, number, paragraphs};

    #[test]
    fn numbers_are_written_as_they_are_read() {
        assert_eq!(
            [0, 999, 1_000, 12_345_678].map(count),
            ["0", "999", "1.000", "12.345.678"]
        );
        assert_eq!(number("87.50"), "87,50");
        assert_eq!(paragraphs("Satu.\n\n\n\n Dua. "), ["Satu.", "Dua."]);
    }
}
