//! How pages look that tell what was signed: Indonesian, with English beneath, readable on a phone and on paper. They ask for
//! nothing: no script, no picture, no font, nobody else's server.
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Datelike, FixedOffset, Utc};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b2430;--soft:#5a6675;--line:#d5dbe3;--ground:#f4f6f9;--sheet:#fff;--good:#11633a;--goodground:#e3f4ea;--bad:#8f1d1d;--badground:#fbe7e6;--warn:#7a4b00;--warnground:#fdf1d8}\
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf1;--soft:#a2adba;--line:#39434f;--ground:#12171d;--sheet:#1b222a;--good:#8fdcb0;--goodground:#153524;--bad:#ffb4ae;--badground:#431a1a;--warn:#ffd48a;--warnground:#3d2c0b}}\
*{box-sizing:border-box}\
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}\
main{max-width:44rem;margin:2rem auto;padding:0 1rem}\
article{background:var(--sheet);border:1px solid var(--line);border-radius:.5rem;padding:1.5rem}\
h1{font-size:1.35rem;margin:0 0 1rem}\
h1 small,dt small,p small,li small{display:block;font-weight:400;font-size:.85rem;color:var(--soft)}\
.told{border-radius:.4rem;padding:.75rem 1rem;margin:0 0 1.25rem;font-weight:600}\
.good{background:var(--goodground);color:var(--good)}\
.bad{background:var(--badground);color:var(--bad)}\
.warn{background:var(--warnground);color:var(--warn)}\
.told small{color:inherit}\
.told ul{margin:0;padding-left:1.2rem}\
dl{margin:0}\
dl div{display:grid;grid-template-columns:12rem 1fr;gap:.25rem 1rem;padding:.6rem 0;border-top:1px solid var(--line)}\
dt{color:var(--soft)}\
dd{margin:0;overflow-wrap:anywhere}\
code{font:.9rem/1.4 ui-monospace,monospace}\
footer{color:var(--soft);font-size:.85rem;margin:1rem .25rem}\
@media (max-width:34rem){dl div{grid-template-columns:1fr}}\
@media print{body{background:#fff}main{margin:0}article{border:0;padding:0}}";

/// What the page allows itself: its own style, known by its hash.
pub static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// The page for a code that belongs to nothing.
#[must_use]
pub fn unknown() -> String {
    let title = ("Kode tidak dikenal", "Unknown code");
    framed(
        title,
        &html! {
            p.told.bad {
                "Tidak ada tanda terima atau sertifikat dengan kode ini. Periksa kembali kode pada dokumen."
                small { "There is no receipt or certificate with this code. Check the code on the document again." }
            }
        },
    )
}

/// The page for who asks too often.
#[must_use]
pub fn too_often(seconds: u64) -> String {
    let title = ("Terlalu sering", "Too often");
    framed(
        title,
        &html! {
            p.told.warn {
                "Terlalu banyak pemeriksaan dari alamat ini. Coba lagi dalam " (seconds) " detik."
                small { "Too many look-ups from this address. Try again in " (seconds) " seconds." }
            }
        },
    )
}

/// The page for when something went wrong here.
#[must_use]
pub fn failed() -> String {
    let title = ("Pemeriksaan gagal", "The look-up failed");
    framed(
        title,
        &html! {
            p.told.warn {
                "Terjadi kesalahan pada server. Coba lagi nanti."
                small { "Something went wrong on the server. Try again later." }
            }
        },
    )
}

/// A page of this look, titled in both languages.
pub(crate) fn framed((id, en): (&str, &str), content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="id" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (id) " · Jenjang" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    article {
                        h1 { (id) small lang="en" { (en) } }
                        (content)
                    }
                    footer {
                        p {
                            "Keterangan server Jenjang, bukan Tanda Tangan Elektronik (TTE) tersertifikasi. Yang ditandatangani juga dapat diperiksa tanpa server dengan kunci publik di "
                            code { "/.well-known/receipt-keys.json" } "."
                            small lang="en" {
                                "A statement of the Jenjang server, not a certified electronic signature (TTE). What was signed can also be verified offline with the public keys at that address."
                            }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

/// What is told under a name in both languages.
pub(crate) fn row(id: &str, en: &str, told: &Markup) -> Markup {
    html! { div { dt { (id) small lang="en" { (en) } } dd { (told) } } }
}

/// A signed moment.
pub(crate) fn time(moment: &str) -> Markup {
    match DateTime::parse_from_rfc3339(moment) {
        Ok(at) => html! {
            time datetime=(moment) { (indonesian(at.to_utc())) }
            br; small lang="en" { (english(at.to_utc())) }
        },
        Err(_never) => html! { (moment) },
    }
}

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

/// Western Indonesian time, in which RI keeps its days.
fn in_jakarta(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    const JAKARTA: FixedOffset = FixedOffset::east_opt(7 * 3600).expect("seven hours are less than a day");
    at.with_timezone(&JAKARTA)
}

/// `21 Januari 2025 pukul 09.00 WIB`
#[must_use]
pub fn indonesian(at: DateTime<Utc>) -> String {
    let at = in_jakarta(at);
    let month = MONTHS[at.month0() as usize];
    format!("{} {month} {} pukul {} WIB", at.day(), at.year(), at.format("%H.%M"))
}

/// `21 January 2025 at 09:00 WIB (UTC+7)`
pub(crate) fn english(at: DateTime<Utc>) -> String {
    in_jakarta(at).format("%-d %B %Y at %H:%M WIB (UTC+7)").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_western_indonesian_time() {
        let at: DateTime<Utc> = "2025-01-20T18:05:00Z".parse().expect("a moment");
        assert_eq!(indonesian(at), "21 Januari 2025 pukul 01.05 WIB");
        assert_eq!(english(at), "21 January 2025 at 01:05 WIB (UTC+7)");
    }

    #[test]
    fn the_style_ends_nowhere_but_at_its_end() {
        assert!(!STYLE.contains('<'));
    }
}
