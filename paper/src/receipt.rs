//! *Tanda Terima Laporan*: that one revision of one report passed from one seat to another.

use crate::block::{Proof, facts, heading, paragraph, proof, title};
use crate::letterhead::{Letterhead, Seat};
use crate::moment::Moment;
use crate::sheet::Sheet;
use crate::write::{About, Unprintable, pdf};

/// A receipt, as whoever asks for it may read it.
#[derive(Clone, Debug)]
pub struct ReceiptPaper {
    /// The office that received.
    pub letterhead: Letterhead,
    /// The number the receipt is filed under.
    pub number: String,
    /// What was handed over.
    pub report: HandedReport,
    /// The seat that handed over.
    pub giver: Seat,
    /// The seat that received.
    pub receiver: Seat,
    /// Where.
    pub place: String,
    /// When it was handed over.
    pub handed_over: Moment,
    /// When it was received, which is when the receipt was signed.
    pub received: Moment,
    /// Who may read the report.
    pub openness: Openness,
    /// The head of the audit chain the receipt is bound to; nothing before the first was sealed.
    pub audit_head: Option<AuditHead>,
    /// The id of the key that signed, as the published list of keys names it.
    pub key_id: String,
    /// The code that verifies it.
    pub code: String,
    /// The address of the page that does, with the code in it.
    pub verify_url: String,
    /// What happened to the report since, a sentence: that it was reopened, say. Nothing if nothing did.
    pub since: Option<String>,
}

/// The revision of a report that was handed over.
#[derive(Clone, Debug)]
pub struct HandedReport {
    /// What the report is called.
    pub title: String,
    /// The period it tells of: *Oktober 2026*.
    pub period: String,
    /// The office whose report it is.
    pub unit: String,
    /// Which of its revisions.
    pub revision: u32,
    /// The SHA-256 of that revision, in hexadecimal digits.
    pub sha256: String,
}

/// Who may read a report. It is told on the receipt and hides nothing there: the receipt itself is only for those who may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Openness {
    /// Everybody.
    Public,
    /// The offices above and below.
    #[default]
    Internal,
    /// Exempted information (UU 14/2008): named persons only.
    Exempt,
}

/// A sealed link of the audit chain.
#[derive(Clone, Debug)]
pub struct AuditHead {
    /// How many leaves the chain had.
    pub position: i64,
    /// The link itself, in hexadecimal digits.
    pub link: String,
}

/// *Tanda Terima Laporan*, one upright A4 page unless its names are very long.
pub fn receipt(paper: &ReceiptPaper) -> Result<Vec<u8>, Unprintable> {
    let about = About {
        title: format!("Tanda Terima Laporan {}", paper.number),
        issuer: paper.letterhead.unit.clone(),
        at: paper.received,
    };
    pdf(&sheet(paper), &about)
}

pub(crate) fn sheet(paper: &ReceiptPaper) -> Sheet {
    let mut sheet = Sheet::portrait(format!("Tanda Terima Laporan {}", paper.number));
    paper.letterhead.print(&mut sheet);
    title(&mut sheet, "TANDA TERIMA LAPORAN", &paper.number);
    paragraph(
        &mut sheet,
        "Dengan ini dinyatakan bahwa laporan yang tersebut di bawah ini telah diserahkan dan diterima.",
    );
    if let Some(since) = &paper.since {
        heading(&mut sheet, 2, "Perhatian: keadaan sesudah penerimaan", None);
        paragraph(&mut sheet, since);
    }
    matter(&mut sheet, paper);
    handing(&mut sheet, paper);
    binding(&mut sheet, paper);
    verification(&mut sheet, paper);
    sheet
}

fn matter(sheet: &mut Sheet, paper: &ReceiptPaper) {
    let report = &paper.report;
    heading(sheet, 2, "Laporan yang diserahkan", None);
    facts(
        sheet,
        &[
            ("Judul", report.title.clone()),
            ("Periode", report.period.clone()),
            ("Unit pelapor", report.unit.clone()),
            ("Revisi", format!("ke-{}", report.revision)),
            ("SHA-256 revisi", hash(&report.sha256)),
            ("Keterbukaan", told(paper.openness).to_owned()),
        ],
    );
}

fn handing(sheet: &mut Sheet, paper: &ReceiptPaper) {
    heading(sheet, 2, "Serah terima", None);
    facts(
        sheet,
        &[
            ("Yang menyerahkan", paper.giver.told()),
            ("Yang menerima", paper.receiver.told()),
            ("Tempat", paper.place.clone()),
            ("Diserahkan", paper.handed_over.exact()),
            ("Diterima", paper.received.exact()),
        ],
    );
}

fn binding(sheet: &mut Sheet, paper: &ReceiptPaper) {
    heading(sheet, 2, "Pengikatan", None);
    let head = paper.audit_head.as_ref().map(AuditHead::told);
    let head = head.unwrap_or_else(|| "Belum ada mata rantai yang disegel".to_owned());
    facts(
        sheet,
        &[("Rantai audit", head), ("Kunci penanda tangan", paper.key_id.clone())],
    );
}

fn verification(sheet: &mut Sheet, paper: &ReceiptPaper) {
    proof(
        sheet,
        &Proof {
            heading: Some("Verifikasi"),
            address: &paper.verify_url,
            code: Some(&paper.code),
            told: &[
                "Pindai kode QR atau buka alamat di atas, lalu cocokkan jabatan, tanggal, dan SHA-256 yang tampil dengan lembar ini.",
                "Tanda terima ini adalah keterangan server Jenjang yang ditandatangani dengan Ed25519. Tanda terima ini bukan tanda \
                 tangan elektronik (TTE) tersertifikasi dari Balai Sertifikasi Elektronik (BSrE) dan tidak menggantikannya.",
            ],
        },
    );
}

fn told(openness: Openness) -> &'static str {
    match openness {
        Openness::Public => "Terbuka untuk umum",
        Openness::Internal => "Internal: untuk jajaran pengawas pemilu",
        Openness::Exempt => "Dikecualikan (UU 14/2008): hanya untuk yang berwenang",
    }
}

/// Digits in groups of eight, four to a line, so that two sheets can be compared by eye.
pub(crate) fn hash(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    let line = |line: &[char]| {
        line.chunks(8)
            .map(|group| group.iter().collect::<String>())
            .collect::<Vec<_>>()
            .join(" ")
    };
    digits.chunks(32).map(line).collect::<Vec<_>>().join("\n")
}

impl AuditHead {
    pub(crate) fn told(&self) -> String {
        format!("Mata rantai ke-{}\n{}", self.position, hash(&self.link))
    }
}
