//! The public page of a certificate.
use entity::enums::{AwardHonour, AwardScheme, CertificateKind};
use maud::{Markup, html};

use super::{
    payload::{Award, Event},
    verification::{Revocation, Shown, Standing, Verified},
};
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
            @if let Some(event) = &shown.event { (attended(event, &shown.issuer)) }
            @if let Some(award) = &shown.award { (honoured(award, &shown.issuer)) }
            (row("Diterbitkan", "Issued", &time(&shown.issued_at)))
            (row("Kode", "Code", &html! { code { (verified.code) } }))
            (row("Kunci", "Key", &html! { code { (shown.signed.kid) } }))
        }
    }
}

fn attended(event: &Event, host: &str) -> Markup {
    html! {
        (row("Kegiatan", "Event", &html! { (event.title) }))
        (row("Penyelenggara", "Host", &html! { (host) }))
        @if let Some(place) = &event.place {
            (row("Tempat", "Place", &html! { (place) }))
        }
        (row("Mulai", "Began", &time(&event.starts_at)))
        (row("Selesai", "Ended", &time(&event.ends_at)))
    }
}

fn honoured(award: &Award, issuer: &str) -> Markup {
    let (id, en) = honour_words(award);
    html! {
        (row("Penghargaan", "Honour", &html! { (id) br; small lang="en" { (en) } }))
        (row("Kategori", "Category", &html! { (award.category.title) }))
        (row("Edisi", "Edition", &html! { (award.edition.title) }))
        (row("Pemberi", "Given by", &html! { (issuer) }))
        (row("Diumumkan", "Announced", &time(&award.announced_at)))
    }
}

/// What somebody got, in both languages.
#[must_use]
pub fn honour_words(award: &Award) -> (String, String) {
    match (award.honour, award.scheme, award.place) {
        (AwardHonour::Nominee, _, _) => ("Nomine".to_owned(), "Nominee".to_owned()),
        (AwardHonour::Winner, AwardScheme::Ranked, Some(place)) => {
            (format!("Terbaik {}", roman(place)), format!("Place {place}"))
        }
        (AwardHonour::Winner, AwardScheme::Ranked | AwardScheme::Unranked | AwardScheme::Single, _) => {
            ("Terbaik".to_owned(), "Winner".to_owned())
        }
    }
}

/// A place as it is written on a certificate; beyond what anybody writes so, in digits.
fn roman(place: i32) -> String {
    const SIGNS: [(i32, &str); 9] = [
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if !(1..400).contains(&place) {
        return place.to_string();
    }
    let mut left = place;
    let mut written = String::new();
    for (worth, sign) in SIGNS {
        while left >= worth {
            written.push_str(sign);
            left -= worth;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::roman;

    #[test]
    fn places_are_written_as_on_a_certificate() {
        let written = [1, 2, 3, 4, 9, 14, 40, 399, 600].map(roman);
        assert_eq!(written, ["I", "II", "III", "IV", "IX", "XIV", "XL", "CCCXCIX", "600"]);
    }
}
