//! The public page of a certificate.
use entity::enums::CertificateKind;
use maud::{Markup, html};

use super::verification::{Revocation, Shown, Standing, Verified};
use crate::{
    identity::erasure::MARKER,
    statement::page::{english, framed, indonesian, row, time},
};

/// The page of a certificate that was found.
#[must_use]
pub fn found(verified: &Verified) -> String {
    let title = ("Sertifikat", "Certificate");
    framed(
        title,
        &html! {
            @match verified.standing {
                Standing::Valid => p.told.good { "Sertifikat ini sah dan berlaku." small { "This certificate is valid." } },
                Standing::Revoked => @if let Some(revocation) = &verified.revocation { (revoked(revocation)) },
                Standing::NotAuthentic => p.told.bad {
                    "Tanda tangan TIDAK sah: isi sertifikat ini tidak dapat dipercaya."
                    small { "The signature is NOT valid: what this certificate says cannot be relied on." }
                },
            }
            @if let Some(shown) = &verified.certificate { (table(verified, shown)) }
        },
    )
}

fn revoked(revocation: &Revocation) -> Markup {
    html! {
        p.told.bad {
            "Sertifikat ini DICABUT pada " (indonesian(revocation.at)) " dan tidak berlaku lagi: " (revocation.reason)
            small { "This certificate was REVOKED on " (english(revocation.at)) " and is no longer valid." }
        }
    }
}

/// What a kind of certificate is called.
fn kind_words(kind: CertificateKind) -> (&'static str, &'static str) {
    match kind {
        CertificateKind::Attendance => ("Kehadiran", "Attendance"),
        CertificateKind::Award => ("Penghargaan", "Award"),
    }
}

fn table(verified: &Verified, shown: &Shown) -> Markup {
    let (kind_id, kind_en) = kind_words(shown.kind);
    html! {
        dl {
            (row("Sertifikat", "Certificate of", &html! { (kind_id) br; small lang="en" { (kind_en) } }))
            (row("Nama", "Name", &html! { (shown.name.as_deref().unwrap_or(MARKER)) }))
            (row("Unit", "Unit", &html! { (shown.unit) " (" (shown.unit_code) ")" }))
            (row("Kegiatan", "Event", &html! { (shown.event.title) }))
            (row("Penyelenggara", "Host", &html! { (shown.issuer) }))
            @if let Some(place) = &shown.event.place {
                (row("Tempat", "Place", &html! { (place) }))
            }
            (row("Mulai", "Began", &time(&shown.event.starts_at)))
            (row("Selesai", "Ended", &time(&shown.event.ends_at)))
            (row("Diterbitkan", "Issued", &time(&shown.issued_at)))
            (row("Kode", "Code", &html! { code { (verified.code) } }))
            (row("Kunci", "Key", &html! { code { (shown.signed.kid) } }))
        }
    }
}
