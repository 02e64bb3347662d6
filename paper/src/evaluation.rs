//! *Evaluasi Nasional*: what a cycle of reports has shown, for those who decide.

use chrono::NaiveDate;

use crate::block::{Cell, Column, Grid, Tile, facts, heading, heading_over, label, list, paragraph, tiles, title};
use crate::letterhead::Letterhead;
use crate::moment::{Moment, day};
use crate::receipt::AuditHead;
use crate::sheet::{Sheet, mm};
use crate::write::{About, Unprintable, pdf};

/// The evaluation of a cycle. Numbers come as texts, the way they shall be read: *87,5*, *1.204*.
#[derive(Clone, Debug)]
pub struct EvaluationPaper {
    /// The office that evaluates.
    pub letterhead: Letterhead,
    /// The number it is filed under; empty if it has none.
    pub number: String,
    /// The cycle: *Laporan Kehumasan Bulanan, Oktober 2026*.
    pub cycle: String,
    /// When reports and scores were frozen.
    pub frozen: Moment,
    /// The link of the audit chain they were frozen at.
    pub audit_head: Option<AuditHead>,
    /// What the evaluation says in a few paragraphs.
    pub summary: Vec<String>,
    /// The figures to take away, at most nine.
    pub figures: Vec<KeyFigure>,
    /// Tables of how units fare: per province, per tier.
    pub distributions: Vec<Distribution>,
    /// Strengths and weaknesses, section by section.
    pub sections: Vec<SectionPicture>,
    /// What is to be done.
    pub recommendations: Vec<Recommendation>,
    /// How the figures were made.
    pub method: Vec<String>,
}

/// A figure printed large.
#[derive(Clone, Debug)]
pub struct KeyFigure {
    /// What is counted.
    pub label: String,
    /// The number, with its unit.
    pub value: String,
    /// What to compare it with; may be empty.
    pub note: String,
}

/// A table with a bar in each row.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// What it shows.
    pub title: String,
    /// How to read it.
    pub note: Option<String>,
    /// What a row is: *Provinsi*.
    pub subject: String,
    /// The columns of numbers.
    pub columns: Vec<String>,
    /// What the bar shows: *Rata-rata*.
    pub measure: String,
    /// A row each, in the order to be read.
    pub rows: Vec<DistributionRow>,
}

/// A row of a distribution.
#[derive(Clone, Debug)]
pub struct DistributionRow {
    /// Whom it tells of.
    pub label: String,
    /// A number for each column.
    pub cells: Vec<String>,
    /// The part of its column that the bar fills, from 0 to 1.
    pub share: f64,
}

/// What the reports show on one of their sections.
#[derive(Clone, Debug)]
pub struct SectionPicture {
    /// The section.
    pub title: String,
    /// How it was scored, in one line.
    pub score: Option<String>,
    /// What is done well.
    pub strengths: Vec<String>,
    /// What is not.
    pub weaknesses: Vec<String>,
}

/// Something to be done, by somebody, by a day.
#[derive(Clone, Debug)]
pub struct Recommendation {
    /// What.
    pub text: String,
    /// The office that shall do it.
    pub owner: String,
    /// By when.
    pub due: NaiveDate,
    /// How far it is.
    pub state: FollowUp,
    /// What the office answered.
    pub answer: Option<String>,
}

/// How far a recommendation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// The office has not answered.
    Open,
    /// The office has not answered, and the day is past.
    Overdue,
    /// The office has answered; RI has not closed it.
    Answered,
    /// RI has closed it.
    Closed,
}

/// *Evaluasi Nasional*, upright A4, several pages.
pub fn evaluation(paper: &EvaluationPaper) -> Result<Vec<u8>, Unprintable> {
    let about = About {
        title: format!("Evaluasi Nasional {}", paper.cycle),
        issuer: paper.letterhead.unit.clone(),
        at: paper.frozen,
    };
    pdf(&sheet(paper), &about)
}

pub(crate) fn sheet(paper: &EvaluationPaper) -> Sheet {
    let mut sheet = Sheet::portrait(format!("Evaluasi Nasional {}", paper.cycle));
    paper.letterhead.print(&mut sheet);
    title(
        &mut sheet,
        &format!("EVALUASI NASIONAL\n{}", paper.cycle),
        &paper.number,
    );
    summary(&mut sheet, paper);
    for table in &paper.distributions {
        distribution(&mut sheet, table);
    }
    sections(&mut sheet, &paper.sections);
    recommendations(&mut sheet, &paper.recommendations);
    method(&mut sheet, paper);
    sheet
}

fn summary(sheet: &mut Sheet, paper: &EvaluationPaper) {
    heading(sheet, 2, "Ringkasan", None);
    for text in &paper.summary {
        paragraph(sheet, text);
    }
    let figure = |figure: &KeyFigure| Tile {
        label: figure.label.clone(),
        value: figure.value.clone(),
        note: figure.note.clone(),
    };
    tiles(sheet, &paper.figures.iter().map(figure).collect::<Vec<_>>());
}

fn distribution(sheet: &mut Sheet, table: &Distribution) {
    let mut columns = vec![Column::text(&table.subject, 0.44)];
    columns.extend(table.columns.iter().map(|title| Column::number(title, 0.04)));
    columns.push(Column::text(&table.measure, 0.44));
    let row = |row: &DistributionRow| {
        let mut cells = vec![Cell::text(&row.label)];
        let told = row.cells.iter().map(String::as_str).chain(std::iter::repeat(""));
        cells.extend(told.take(table.columns.len()).map(Cell::text));
        cells.push(Cell::bar(row.share));
        cells
    };
    let rows: Vec<_> = table.rows.iter().map(row).collect();
    let grid = Grid {
        columns: &columns,
        has_head: true,
        names_row: 0,
        size: 8.6,
        least: 0.0,
        padding: mm(1.1),
    };
    heading_over(
        sheet,
        2,
        &table.title,
        table.note.as_deref(),
        grid.company(sheet, &rows) + mm(6.0),
    );
    grid.print(sheet, &rows);
}

fn sections(sheet: &mut Sheet, sections: &[SectionPicture]) {
    if sections.is_empty() {
        return;
    }
    heading(sheet, 2, "Kekuatan dan kelemahan per bagian", None);
    for section in sections {
        heading(sheet, 3, &section.title, section.score.as_deref());
        points(sheet, "Kekuatan", &section.strengths);
        points(sheet, "Kelemahan", &section.weaknesses);
    }
}

fn points(sheet: &mut Sheet, told: &str, points: &[String]) {
    if !points.is_empty() {
        label(sheet, told);
        list(sheet, points, |_| "•".to_owned());
    }
}

/// What is to be done by whom until when, and how far that is.
pub(crate) fn recommendations(sheet: &mut Sheet, all: &[Recommendation]) {
    if all.is_empty() {
        return;
    }
    let columns = [
        Column::number("No.", 0.02),
        Column::text("Rekomendasi", 0.41),
        Column::text("Penanggung jawab", 0.2),
        Column::text("Tenggat", 0.12),
        Column::text("Keadaan", 0.15),
    ];
    let row = |(index, recommendation): (usize, &Recommendation)| {
        let answer = recommendation
            .answer
            .as_ref()
            .map_or_else(String::new, |answer| format!("\nJawaban: {answer}"));
        let state = match recommendation.state {
            FollowUp::Open => Cell::text("Belum dijawab"),
            FollowUp::Overdue => Cell::bold("Lewat tenggat"),
            FollowUp::Answered => Cell::text("Dijawab, belum ditutup"),
            FollowUp::Closed => Cell::text("Selesai"),
        };
        vec![
            Cell::text(&format!("{}.", index + 1)),
            Cell::text(&format!("{}{answer}", recommendation.text)),
            Cell::text(&recommendation.owner),
            Cell::text(&day(recommendation.due)),
            state,
        ]
    };
    let rows: Vec<_> = all.iter().enumerate().map(row).collect();
    let grid = Grid {
        columns: &columns,
        has_head: true,
        names_row: 1,
        size: 8.6,
        least: 0.0,
        padding: mm(1.1),
    };
    heading_over(
        sheet,
        2,
        "Rekomendasi dan tindak lanjut",
        None,
        grid.company(sheet, &rows) + mm(6.0),
    );
    grid.print(sheet, &rows);
}

fn method(sheet: &mut Sheet, paper: &EvaluationPaper) {
    heading(sheet, 2, "Dasar dan cara penilaian", None);
    for text in &paper.method {
        paragraph(sheet, text);
    }
    let head = paper.audit_head.as_ref().map(AuditHead::told);
    facts(
        sheet,
        &[
            ("Data dibekukan", paper.frozen.exact()),
            ("Rantai audit", head.unwrap_or_default()),
        ],
    );
}
