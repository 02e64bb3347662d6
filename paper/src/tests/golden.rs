//! Each paper's text is kept beside its test: `JENJANG_BLESS=1` accepts what it says now. `JENJANG_PAPERS=DIR` writes the
//! papers there, to be looked at.

use std::path::{Path, PathBuf};

use crate::*;

use super::reading::pages;
use super::samples::{
    attendance_paper, award_paper, certificate_paper, evaluation_paper, event_minutes_paper, minutes_paper,
    receipt_paper, seat,
};

fn holds(name: &str, pdf: &[u8]) {
    if let Some(folder) = std::env::var_os("JENJANG_PAPERS") {
        std::fs::write(PathBuf::from(folder).join(format!("{name}.pdf")), pdf).unwrap();
    }
    let told: String = pages(pdf)
        .iter()
        .map(|page| format!("{}\n----\n", page.trim()))
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(format!("{name}.txt"));
    if std::env::var_os("JENJANG_BLESS").is_some() {
        std::fs::write(&path, &told).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == told,
        "{} says otherwise; accept it with JENJANG_BLESS=1. It says now:\n{told}",
        path.display()
    );
}

#[test]
fn a_receipt_reads_as_it_did() {
    let pdf = receipt(&receipt_paper()).unwrap();
    assert_eq!(pages(&pdf).len(), 1);
    holds("receipt", &pdf);
}

#[test]
fn a_receipt_tells_what_happened_since() {
    let since = "Penerimaan dicabut pada 24 November 2026 karena lampiran keliru; laporan dibuka kembali.";
    let paper = ReceiptPaper {
        since: Some(since.to_owned()),
        openness: Openness::Exempt,
        audit_head: None,
        letterhead: Letterhead {
            superior: None,
            lines: Vec::new(),
            ..receipt_paper().letterhead
        },
        ..receipt_paper()
    };
    holds("receipt-since", &receipt(&paper).unwrap());
}

#[test]
fn minutes_read_as_they_did() {
    holds("minutes", &minutes(&minutes_paper()).unwrap());
}

#[test]
fn where_many_sign_they_sign_in_a_list() {
    let mut paper = minutes_paper();
    let came = paper.rows.iter().filter(|row| row.report.is_some());
    paper.givers = came.map(|row| seat("Kepala Sekretariat", &row.unit)).collect();
    holds("minutes-signed-by-many", &minutes(&paper).unwrap());
}

#[test]
fn an_evaluation_reads_as_it_did() {
    holds("evaluation", &evaluation(&evaluation_paper()).unwrap());
}

#[test]
fn a_certificate_is_one_sheet() {
    let pdf = certificate(&certificate_paper()).unwrap();
    assert_eq!(pages(&pdf).len(), 1);
    holds("certificate", &pdf);
}

#[test]
fn an_award_is_one_sheet() {
    let pdf = award(&award_paper()).unwrap();
    assert_eq!(pages(&pdf).len(), 1);
    holds("award", &pdf);
}

#[test]
fn a_revoked_award_says_so_on_one_sheet() {
    let revoked =
        "DICABUT pada 30 November 2026 pukul 09.00 WIB: bukti yang diajukan ternyata bukan milik unit yang diusulkan.";
    let paper = AwardPaper {
        name: "Sari Bahari".to_owned(),
        unit: Some("Bawaslu Kabupaten Jember".to_owned()),
        honour: "Nomine".to_owned(),
        letter: None,
        revoked: Some(revoked.to_owned()),
        ..award_paper()
    };
    let pdf = award(&paper).unwrap();
    assert_eq!(pages(&pdf).len(), 1);
    holds("award-revoked", &pdf);
}

#[test]
fn a_revoked_certificate_says_so() {
    let paper = CertificatePaper {
        revoked: Some("DICABUT pada 1 Desember 2026 pukul 09.00 WIB: Nama tertukar.".to_owned()),
        place: None,
        ended: certificate_paper().began,
        ..certificate_paper()
    };
    let pdf = certificate(&paper).unwrap();
    assert_eq!(pages(&pdf).len(), 1);
    holds("certificate-revoked", &pdf);
}

#[test]
fn an_attendance_list_flows_over_pages_with_its_heads() {
    let pdf = attendance(&attendance_paper()).unwrap();
    let told = pages(&pdf);
    assert!(told.len() > 10, "{}", told.len());
    // Every page but the last, which may hold the seal alone, tells what its columns are.
    for page in &told[..told.len() - 1] {
        assert!(page.contains("Tanda tangan"), "{page}");
    }
    holds("attendance", &pdf);
}

#[test]
fn an_attendance_list_is_a_draft_until_it_is_sealed() {
    let mut paper = attendance_paper();
    paper.groups.truncate(1);
    paper.sessions.truncate(1);
    for person in paper.groups[0].guests.iter_mut().flat_map(|guest| &mut guest.people) {
        person.entered.truncate(1);
    }
    paper.sealed = None;
    paper.part_of = Some("Bawaslu Kabupaten Contoh 1.2".to_owned());
    holds("attendance-draft", &attendance(&paper).unwrap());
}

#[test]
fn the_minutes_of_an_event_read_as_they_did() {
    holds("event-minutes", &event_minutes(&event_minutes_paper()).unwrap());
}

#[test]
fn the_same_paper_is_the_same_bytes() {
    assert_eq!(receipt(&receipt_paper()).unwrap(), receipt(&receipt_paper()).unwrap());
    assert_eq!(
        evaluation(&evaluation_paper()).unwrap(),
        evaluation(&evaluation_paper()).unwrap()
    );
}
