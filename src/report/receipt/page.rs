//! The public page of a receipt.
use entity::enums::Position;
use maud::{Markup, html};

use super::verification::{Sequel, Shown, ShownSeat, Verified};
use crate::statement::page::{english, framed, indonesian, row, time};

/// The page of a receipt that was found.
#[must_use]
pub fn found(verified: &Verified) -> String {
    let title = ("Tanda terima laporan", "Receipt of a report");
    framed(
        title,
        &html! {
            @match &verified.receipt {
                Some(shown) => {
                    p.told.good { "Tanda tangan sah." small { "The signature is valid." } }
                    (taken_back(verified))
                    (table(verified, shown))
                }
                None => p.told.bad {
                    "Tanda tangan TIDAK sah: isi tanda terima ini tidak dapat dipercaya."
                    small { "The signature is NOT valid: what this receipt says cannot be relied on." }
                }
            }
        },
    )
}

fn taken_back(verified: &Verified) -> Markup {
    html! {
        @if !verified.since.is_empty() || !verified.is_revision_in_force {
            div.told.warn {
                ul {
                    @for since in &verified.since {
                        @let (id, en) = sequel_words(since.what);
                        li { (id) " " (indonesian(since.at)) "." small lang="en" { (en) " " (english(since.at)) "." } }
                    }
                    @if !verified.is_revision_in_force {
                        li {
                            "Laporan telah diperbaiki sejak diterima; revisi di bawah ini bukan lagi yang berlaku."
                            small lang="en" { "The report was revised since; the revision below is no longer the one in force." }
                        }
                    }
                }
            }
        }
    }
}

fn table(verified: &Verified, shown: &Shown) -> Markup {
    html! {
        dl {
            @match &shown.report {
                Some(report) => {
                    (row("Laporan", "Report", &html! { (report.template) br; (report.cycle) }))
                    (row("Unit", "Unit", &html! { (report.unit) " (" (report.unit_code) ")" }))
                }
                None => (row("Laporan", "Report", &html! {
                    "Dikecualikan dari informasi publik" br; small lang="en" { "Exempt from publication" }
                })),
            }
            (row("Diserahkan oleh", "Handed over by", &seat(&shown.giver)))
            (row("Diterima oleh", "Received by", &seat(&shown.receiver)))
            @if let Some(place) = &shown.place {
                (row("Tempat", "Place", &html! { (place) }))
            }
            (row("Waktu serah terima", "Time of handover", &time(&shown.handed_over_at)))
            (row("Waktu diterima", "Time of receipt", &time(&shown.received_at)))
            (row("Revisi", "Revision", &html! { (shown.revision) }))
            (row("SHA-256 revisi", "SHA-256 of the revision", &html! { code { (shown.sha256) } }))
            (row("Kode", "Code", &html! { code { (verified.code) } }))
            @if let Some(signed) = &shown.signed {
                (row("Kunci", "Key", &html! { code { (signed.kid) } }))
            }
        }
    }
}

fn seat(seat: &ShownSeat) -> Markup {
    html! {
        (position_words(seat.position))
        @if let Some(title) = seat.title.as_deref().filter(|title| *title != position_words(seat.position)) { " · " (title) }
        @if let Some(unit) = &seat.unit { br; (unit) }
    }
}

fn sequel_words(sequel: Sequel) -> (&'static str, &'static str) {
    match sequel {
        Sequel::Declined => ("Laporan kemudian ditolak pada", "The report was declined later, on"),
        Sequel::AcceptanceRetracted => (
            "Persetujuan atas laporan ditarik kembali pada",
            "The acceptance of the report was retracted on",
        ),
        Sequel::Reopened => (
            "Laporan dibuka kembali untuk diperbaiki pada",
            "The report was reopened for revision on",
        ),
    }
}

/// A position as it is called.
#[must_use]
pub fn position_words(position: Position) -> &'static str {
    match position {
        Position::Ketua => "Ketua",
        Position::Anggota => "Anggota",
        Position::Kordiv => "Koordinator Divisi",
        Position::WakilKordiv => "Wakil Koordinator Divisi",
        Position::KepalaSekretariat => "Kepala Sekretariat",
        Position::Kasubbag => "Kepala Subbagian",
        Position::Staf => "Staf",
        Position::Deputi => "Deputi",
        Position::SubKoordinator => "Subkoordinator",
        Position::TenagaAhli => "Tenaga Ahli",
        Position::Other => "Pejabat lain",
    }
}
