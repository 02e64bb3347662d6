//! *Piagam penghargaan*: that somebody was honoured, on one sheet that can be framed.

use chrono::NaiveDate;

use crate::block::{Proof, centred, proof, title};
use crate::font::{Ink, Style};
use crate::letterhead::Letterhead;
use crate::moment::{Moment, day};
use crate::sheet::{Sheet, mm};
use crate::write::{About, Unprintable, pdf};

/// The certificate of an award, as whoever asks for it may read it.
#[derive(Clone, Debug)]
pub struct AwardPaper {
    /// The office that issues it.
    pub letterhead: Letterhead,
    /// The number it is filed under.
    pub number: String,
    /// Whose it is: an office, or a person.
    pub name: String,
    /// The office the person belongs to; nothing where the office itself is honoured.
    pub unit: Option<String>,
    /// What it got: *Terbaik I*, *Nomine*.
    pub honour: String,
    /// What the category is called.
    pub category: String,
    /// What the edition of awards is called.
    pub edition: String,
    /// When it was announced.
    pub announced: Moment,
    /// Number and date of the letter by which the list was ratified; nothing where none was named.
    pub letter: Option<(String, NaiveDate)>,
    /// The office that gives it.
    pub issuer: String,
    /// When the certificate was signed.
    pub issued: Moment,
    /// The id of the key that signed, as the published list of keys names it.
    pub key_id: String,
    /// The code that verifies it.
    pub code: String,
    /// The address of the page that does, with the code in it.
    pub verify_url: String,
    /// That it was revoked, a sentence; nothing while it is good.
    pub revoked: Option<String>,
}

/// *Piagam penghargaan*, one level A4 page unless its names are very long.
pub fn award(paper: &AwardPaper) -> Result<Vec<u8>, Unprintable> {
    let about = About {
        title: format!("Piagam Penghargaan {}", paper.number),
        issuer: paper.letterhead.unit.clone(),
        at: paper.issued,
    };
    pdf(&sheet(paper), &about)
}

pub(crate) fn sheet(paper: &AwardPaper) -> Sheet {
    let mut sheet = Sheet::landscape(format!("Piagam Penghargaan {}", paper.number));
    let muted = Style::plain(11.0).ink(Ink::Muted);
    paper.letterhead.print(&mut sheet);
    title(&mut sheet, "PIAGAM PENGHARGAAN", &paper.number);
    if let Some(revoked) = &paper.revoked {
        centred(&mut sheet, revoked, Style::bold(11.0).ink(Ink::Accent));
        sheet.gap(mm(3.0));
    }
    centred(&mut sheet, "Diberikan kepada", muted);
    sheet.gap(mm(2.0));
    centred(&mut sheet, &paper.name, Style::bold(26.0));
    if let Some(unit) = &paper.unit {
        centred(&mut sheet, unit, Style::plain(13.0));
    }
    sheet.gap(mm(3.0));
    centred(&mut sheet, "sebagai", muted);
    sheet.gap(mm(1.0));
    centred(&mut sheet, &paper.honour, Style::bold(20.0).ink(Ink::Accent));
    sheet.gap(mm(1.0));
    let category = format!("Kategori {}", paper.category);
    centred(&mut sheet, &category, Style::bold(14.0));
    centred(&mut sheet, &paper.edition, Style::plain(13.0));
    sheet.gap(mm(1.5));
    centred(&mut sheet, &given(paper), Style::plain(11.0));
    sheet.gap(mm(9.0));
    let issued = format!("Diterbitkan {} dengan kunci {}.", paper.issued.exact(), paper.key_id);
    proof(
        &mut sheet,
        &Proof {
            heading: None,
            address: &paper.verify_url,
            code: Some(&paper.code),
            told: &[
                &issued,
                "Pindai kode QR atau buka alamat di atas: halaman itu memberi tahu apakah piagam ini sah, berlaku, atau dicabut.",
                "Piagam ini adalah keterangan server Jenjang yang ditandatangani dengan Ed25519. Piagam ini bukan tanda tangan \
             elektronik (TTE) tersertifikasi dari Balai Sertifikasi Elektronik (BSrE) dan tidak menggantikannya.",
            ],
        },
    );
    sheet
}

/// Who gave it and when, by which letter, as one sentence.
fn given(paper: &AwardPaper) -> String {
    let letter = paper.letter.as_ref().map_or_else(String::new, |(number, date)| {
        format!(", ditetapkan dengan surat nomor {number} tanggal {}", day(*date))
    });
    format!(
        "yang diberikan oleh {}{letter} dan diumumkan pada {}.",
        paper.issuer,
        paper.announced.day()
    )
}
