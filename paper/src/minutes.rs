//! *Berita Acara Serah Terima*: what was handed over in one session, by whom, and what was not.

use crate::block::{Cell, Column, Grid, Party, Proof, heading, list, paragraph, proof, signatures, title};
use crate::letterhead::{Letterhead, Seat};
use crate::moment::Moment;
use crate::sheet::{Sheet, mm};
use crate::write::{About, Unprintable, pdf};

/// The minutes of a session of handing over.
#[derive(Clone, Debug)]
pub struct MinutesPaper {
    /// The office that held the session.
    pub letterhead: Letterhead,
    /// The number the minutes are filed under.
    pub number: String,
    /// What the session was about: *serah terima laporan kehumasan bulan Oktober 2026*.
    pub subject: String,
    /// Where.
    pub place: String,
    /// When it began.
    pub began: Moment,
    /// When it ended, if it has.
    pub ended: Option<Moment>,
    /// What was on the agenda, in its order.
    pub agenda: Vec<String>,
    /// A row per expected unit and report, in the order of the agenda.
    pub rows: Vec<MinutesRow>,
    /// The seats that handed over, each signing.
    pub givers: Vec<Seat>,
    /// The seats that received, each signing.
    pub receivers: Vec<Seat>,
    /// A page that shows the session, for the QR code; nothing if there is none.
    pub verify_url: Option<String>,
    /// When this paper was made: outcomes may change after it.
    pub made: Moment,
}

/// What became of one report in the session.
#[derive(Clone, Debug)]
pub struct MinutesRow {
    /// The office expected to hand over.
    pub unit: String,
    /// The report; nothing where none was handed over.
    pub report: Option<String>,
    /// The SHA-256 of the revision, in hexadecimal digits; its beginning is printed.
    pub sha256: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// When.
    pub at: Option<Moment>,
}

/// What became of a report that was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was handed over and nobody has decided on it yet.
    HandedOver,
    /// It was received.
    Received,
    /// It was refused.
    Refused {
        /// Why.
        reason: String,
    },
    /// Nothing was handed over.
    Missing,
}

/// *Berita Acara Serah Terima*, upright A4, as many pages as it has rows for.
pub fn minutes(paper: &MinutesPaper) -> Result<Vec<u8>, Unprintable> {
    let about = About {
        title: format!("Berita Acara Serah Terima {}", paper.number),
        issuer: paper.letterhead.unit.clone(),
        at: paper.made,
    };
    pdf(&sheet(paper), &about)
}

pub(crate) fn sheet(paper: &MinutesPaper) -> Sheet {
    let mut sheet = Sheet::portrait(format!("Berita Acara Serah Terima {}", paper.number));
    paper.letterhead.print(&mut sheet);
    title(&mut sheet, "BERITA ACARA SERAH TERIMA", &paper.number);
    opening(&mut sheet, paper);
    agenda(&mut sheet, paper);
    outcomes(&mut sheet, paper);
    closing(&mut sheet, paper);
    sheet
}

fn opening(sheet: &mut Sheet, paper: &MinutesPaper) {
    let until = paper
        .ended
        .map_or_else(String::new, |ended| format!(" sampai pukul {}", ended.clock()));
    paragraph(
        sheet,
        &format!(
            "Pada hari ini, {}, mulai pukul {}{until}, bertempat di {}, telah dilaksanakan {}.",
            paper.began.solemn(),
            paper.began.clock(),
            paper.place,
            paper.subject
        ),
    );
}

fn agenda(sheet: &mut Sheet, paper: &MinutesPaper) {
    if !paper.agenda.is_empty() {
        heading(sheet, 2, "Acara", None);
        list(sheet, &paper.agenda, |index| format!("{}.", index + 1));
    }
}

fn outcomes(sheet: &mut Sheet, paper: &MinutesPaper) {
    heading(sheet, 2, "Hasil serah terima", None);
    paragraph(sheet, &counted(&paper.rows));
    let columns = [
        Column::number("No.", 0.03),
        Column::text("Unit", 0.3),
        Column::text("Laporan", 0.28),
        Column::text("SHA-256", 0.09),
        Column::text("Hasil", 0.2),
        Column::text("Waktu", 0.1),
    ];
    let rows: Vec<_> = paper
        .rows
        .iter()
        .enumerate()
        .map(|(index, row)| cells(index, row, paper.began))
        .collect();
    Grid {
        columns: &columns,
        has_head: true,
        names_row: 1,
        size: 8.2,
        least: 0.0,
        padding: mm(1.0),
    }
    .print(sheet, &rows);
}

fn counted(rows: &[MinutesRow]) -> String {
    let count = |is: fn(&Outcome) -> bool| rows.iter().filter(|row| is(&row.outcome)).count();
    format!(
        "Dari {} laporan yang diharapkan, {} diterima, {} ditolak, {} menunggu keputusan, dan {} tidak diserahkan.",
        rows.len(),
        count(|outcome| *outcome == Outcome::Received),
        count(|outcome| matches!(outcome, Outcome::Refused { .. })),
        count(|outcome| *outcome == Outcome::HandedOver),
        count(|outcome| *outcome == Outcome::Missing),
    )
}

fn cells(index: usize, row: &MinutesRow, began: Moment) -> Vec<Cell> {
    let dash = || "–".to_owned();
    let outcome = match &row.outcome {
        Outcome::HandedOver => Cell::text("Menunggu keputusan"),
        Outcome::Received => Cell::text("Diterima"),
        Outcome::Refused { reason } => Cell::text(&format!("Ditolak: {reason}")),
        Outcome::Missing => Cell::bold("Tidak menyerahkan"),
    };
    vec![
        Cell::text(&format!("{}.", index + 1)),
        Cell::text(&row.unit),
        Cell::text(&row.report.clone().unwrap_or_else(dash)),
        Cell::text(&row.sha256.as_deref().map_or_else(dash, beginning)),
        outcome,
        Cell::text(&row.at.map_or_else(dash, |at| clock(at, began))),
    ]
}

/// The time, and the day where it is another than the session's.
fn clock(at: Moment, began: Moment) -> String {
    if at.day() == began.day() {
        at.clock()
    } else {
        format!("{} {}", at.day(), at.clock())
    }
}

/// Enough of a hash to tell revisions apart; the receipts hold it whole.
fn beginning(digits: &str) -> String {
    let kept: String = digits.chars().take(10).collect();
    if kept.len() < digits.len() { kept + "…" } else { kept }
}

fn closing(sheet: &mut Sheet, paper: &MinutesPaper) {
    paragraph(
        sheet,
        &format!(
            "Demikian berita acara ini dibuat dengan sebenarnya. Isinya adalah keadaan pada {}; setiap laporan yang diterima \
             memiliki tanda terima tersendiri.",
            paper.made.exact()
        ),
    );
    sheet.gap(mm(3.0));
    signatures(
        sheet,
        [
            Party {
                told: "Yang menyerahkan,",
                seats: &paper.givers,
            },
            Party {
                told: "Yang menerima,",
                seats: &paper.receivers,
            },
        ],
    );
    if let Some(address) = &paper.verify_url {
        let told = [
            "Kode QR menuju halaman sesi ini. Berita acara ini sah setelah ditandatangani; catatan server di dalamnya bukan tanda \
             tangan elektronik (TTE) tersertifikasi dari Balai Sertifikasi Elektronik (BSrE).",
        ];
        proof(
            sheet,
            &Proof {
                heading: None,
                address,
                code: None,
                told: &told,
            },
        );
    }
}
