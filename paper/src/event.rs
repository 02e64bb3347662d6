//! *Berita Acara* of an event: who held it, where and when, who came, what it led to, and where it is signed.

use crate::attendance::span;
use crate::block::{Party, centred, facts, heading, list, paragraph, signatures, title};
use crate::evaluation::{Recommendation, recommendations};
use crate::font::{Ink, Style};
use crate::letterhead::{Letterhead, Seat};
use crate::moment::Moment;
use crate::receipt::hash;
use crate::sheet::{Sheet, mm};
use crate::write::{About, Unprintable, pdf};

/// The minutes of an event.
#[derive(Clone, Debug)]
pub struct EventMinutesPaper {
    /// The office that held it.
    pub letterhead: Letterhead,
    /// The number of the letter of invitation; empty if there is none.
    pub number: String,
    /// What it was called.
    pub event: String,
    /// What it was: *rapat koordinasi dan konsolidasi*.
    pub kinds: String,
    /// The office that held it.
    pub host: String,
    /// Where; nothing where it was online only.
    pub place: Option<String>,
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// Who opened it, as the programme says: *Deputi Bagas Nusantara*.
    pub opened_by: Vec<String>,
    /// Who spoke.
    pub speakers: Vec<String>,
    /// The agenda, in its order.
    pub sessions: Vec<String>,
    /// How many were invited and came.
    pub turnout: Turnout,
    /// What was written down, in paragraphs.
    pub minutes: Vec<String>,
    /// What is to be done.
    pub recommendations: Vec<Recommendation>,
    /// The seats of the host that sign.
    pub signing: Vec<Seat>,
    /// When the attendance was sealed, and the SHA-256 over it in hexadecimal digits; nothing while it may still change.
    pub sealed: Option<(Moment, String)>,
    /// When this paper was made.
    pub made: Moment,
}

/// How many were invited and came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Turnout {
    /// Invited units.
    pub invited: usize,
    /// Of them, those that said they come.
    pub confirmed: usize,
    /// Those that said they do not.
    pub declined: usize,
    /// Those of which somebody came.
    pub came: usize,
    /// Those that were excused.
    pub excused: usize,
    /// People who came.
    pub people: usize,
}

/// *Berita Acara*, upright A4, as many pages as it takes.
pub fn event_minutes(paper: &EventMinutesPaper) -> Result<Vec<u8>, Unprintable> {
    let about = About {
        title: format!("Berita Acara {}", paper.event),
        issuer: paper.letterhead.unit.clone(),
        at: paper.made,
    };
    pdf(&sheet(paper), &about)
}

pub(crate) fn sheet(paper: &EventMinutesPaper) -> Sheet {
    let mut sheet = Sheet::portrait(format!("Berita Acara {}", paper.event));
    paper.letterhead.print(&mut sheet);
    title(&mut sheet, &format!("BERITA ACARA\n{}", paper.event), &paper.number);
    if paper.sealed.is_none() {
        let told = "DRAF: kehadiran belum disegel dan masih dapat berubah";
        centred(&mut sheet, told, Style::bold(11.0).ink(Ink::Accent));
        sheet.gap(mm(3.0));
    }
    opening(&mut sheet, paper);
    turnout(&mut sheet, paper);
    named(&mut sheet, "Susunan acara", &paper.sessions);
    named(&mut sheet, "Narasumber", &paper.speakers);
    if !paper.minutes.is_empty() {
        heading(&mut sheet, 2, "Notulensi", None);
        for text in &paper.minutes {
            paragraph(&mut sheet, text);
        }
    }
    recommendations(&mut sheet, &paper.recommendations);
    closing(&mut sheet, paper);
    sheet
}

fn opening(sheet: &mut Sheet, paper: &EventMinutesPaper) {
    let place = paper
        .place
        .as_deref()
        .map_or_else(|| "secara daring".to_owned(), |place| format!("bertempat di {place}"));
    let opened = if paper.opened_by.is_empty() {
        String::new()
    } else {
        format!(" Kegiatan dibuka oleh {}.", paper.opened_by.join(" dan "))
    };
    paragraph(
        sheet,
        &format!(
            "Pada hari {}, {place}, {} menyelenggarakan {} “{}”.{opened}",
            paper.began.solemn(),
            paper.host,
            paper.kinds,
            paper.event
        ),
    );
    facts(sheet, &[("Waktu", span(paper.began, paper.ended))]);
}

fn turnout(sheet: &mut Sheet, paper: &EventMinutesPaper) {
    let turnout = &paper.turnout;
    let units = |count: usize| format!("{count} unit");
    heading(sheet, 2, "Kehadiran", None);
    facts(
        sheet,
        &[
            ("Diundang", units(turnout.invited)),
            ("Menyatakan hadir", units(turnout.confirmed)),
            ("Menyatakan tidak hadir", units(turnout.declined)),
            ("Hadir", format!("{} unit, {} peserta", turnout.came, turnout.people)),
            ("Berhalangan dengan izin", units(turnout.excused)),
        ],
    );
}

fn named(sheet: &mut Sheet, told: &str, points: &[String]) {
    if !points.is_empty() {
        heading(sheet, 2, told, None);
        list(sheet, points, |index| format!("{}.", index + 1));
    }
}

fn closing(sheet: &mut Sheet, paper: &EventMinutesPaper) {
    if let Some((at, sha256)) = &paper.sealed {
        heading(sheet, 2, "Segel", None);
        facts(
            sheet,
            &[("Kehadiran disegel", at.exact()), ("SHA-256 kehadiran", hash(sha256))],
        );
    }
    paragraph(
        sheet,
        &format!(
            "Demikian berita acara ini dibuat dengan sebenarnya. Isinya adalah keadaan pada {}. Berita acara ini sah setelah \
             ditandatangani; catatan server di dalamnya bukan tanda tangan elektronik (TTE) tersertifikasi dari Balai Sertifikasi \
             Elektronik (BSrE).",
            paper.made.exact()
        ),
    );
    sheet.gap(mm(3.0));
    let (first, second) = paper.signing.split_at(paper.signing.len().div_ceil(2));
    signatures(
        sheet,
        [
            Party {
                told: "Penyelenggara,",
                seats: first,
            },
            Party {
                told: "",
                seats: second,
            },
        ],
    );
}
