//! *Sertifikat*: that a person was there, on one sheet that can be framed.

use crate::block::{Proof, centred, proof, title};
use crate::font::{Ink, Style};
use crate::letterhead::Letterhead;
use crate::moment::Moment;
use crate::sheet::{Sheet, mm};
use crate::write::{About, Unprintable, pdf};

/// A certificate of attendance, as whoever asks for it may read it.
#[derive(Clone, Debug)]
pub struct CertificatePaper {
    /// The office that issues it.
    pub letterhead: Letterhead,
    /// The number it is filed under.
    pub number: String,
    /// Whose it is.
    pub name: String,
    /// The office the person comes from.
    pub unit: String,
    /// What the event was called.
    pub event: String,
    /// Where it was; nothing where it was online only.
    pub place: Option<String>,
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// The office that held it.
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

/// *Sertifikat*, one level A4 page unless its names are very long.
pub fn certificate(paper: &CertificatePaper) -> Result<Vec<u8>, Unprintable> {
    let about = About {
        title: format!("Sertifikat {}", paper.number),
        issuer: paper.letterhead.unit.clone(),
        at: paper.issued,
    };
    pdf(&sheet(paper), &about)
}

pub(crate) fn sheet(paper: &CertificatePaper) -> Sheet {
    let mut sheet = Sheet::landscape(format!("Sertifikat {}", paper.number));
    paper.letterhead.print(&mut sheet);
    title(&mut sheet, "SERTIFIKAT", &paper.number);
    if let Some(revoked) = &paper.revoked {
        centred(&mut sheet, revoked, Style::bold(11.0).ink(Ink::Accent));
        sheet.gap(mm(3.0));
    }
    sheet.gap(mm(2.0));
    centred(&mut sheet, "Diberikan kepada", Style::plain(11.0).ink(Ink::Muted));
    sheet.gap(mm(2.0));
    centred(&mut sheet, &paper.name, Style::bold(27.0));
    centred(&mut sheet, &paper.unit, Style::plain(13.0));
    sheet.gap(mm(5.0));
    centred(
        &mut sheet,
        "yang telah hadir sebagai peserta pada kegiatan",
        Style::plain(11.0).ink(Ink::Muted),
    );
    sheet.gap(mm(2.0));
    centred(&mut sheet, &paper.event, Style::bold(16.0).ink(Ink::Accent));
    sheet.gap(mm(1.5));
    centred(&mut sheet, &held(paper), Style::plain(11.0));
    sheet.gap(mm(13.0));
    let issued = format!("Diterbitkan {} dengan kunci {}.", paper.issued.exact(), paper.key_id);
    proof(
        &mut sheet,
        &Proof {
            heading: None,
            address: &paper.verify_url,
            code: Some(&paper.code),
            told: &[
                &issued,
                "Pindai kode QR atau buka alamat di atas: halaman itu memberi tahu apakah sertifikat ini sah, berlaku, atau dicabut.",
                "Sertifikat ini adalah keterangan server Jenjang yang ditandatangani dengan Ed25519. Sertifikat ini bukan tanda tangan \
             elektronik (TTE) tersertifikasi dari Balai Sertifikasi Elektronik (BSrE) dan tidak menggantikannya.",
            ],
        },
    );
    sheet
}

/// Who held it, where and when, as one sentence.
fn held(paper: &CertificatePaper) -> String {
    let (began, ended) = (paper.began.day(), paper.ended.day());
    let days = if began == ended {
        format!("pada {began}")
    } else {
        format!("pada {began} sampai {ended}")
    };
    let place = paper
        .place
        .as_deref()
        .map_or_else(|| "secara daring".to_owned(), |place| format!("di {place}"));
    format!("yang diselenggarakan oleh {} {place}, {days}.", paper.issuer)
}
