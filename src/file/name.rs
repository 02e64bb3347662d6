//! What a file may be called: something every system can save, and that says what it is.
use super::media::MediaType;
use crate::{
    error::{Code, Refusal},
    locale::Text,
};

/// The longest name, bytes of UTF-8: what file systems keep.
pub const LONGEST: usize = 200;

/// A name as it is kept.
///
/// # Errors
/// `Required`, `TooLong`, and `Invalid` for characters no name may have or an ending that is not the type's.
pub fn checked(name: &str, media: Option<MediaType>) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() {
        let text = Text::new("Nama berkas wajib diisi.", "The file needs a name.");
        return Err(Refusal::new(Code::Required, text));
    }
    if name.len() > LONGEST {
        let text = Text::new(
            format!("Nama berkas paling panjang {LONGEST} byte."),
            format!("A file's name has at most {LONGEST} bytes."),
        );
        return Err(Refusal::new(Code::TooLong, text));
    }
    if name.chars().any(is_forbidden) || name.starts_with('.') {
        let text = Text::new(
            "Nama berkas tidak boleh diawali titik atau memuat garis miring, tanda petik, atau karakter kendali.",
            "A file's name does not begin with a dot, and has no slash, quote or control character.",
        );
        return Err(Refusal::new(Code::Invalid, text));
    }
    match media {
        Some(media) if !ends_with_one_of(name, media.extensions) => Err(wrong_ending(media)),
        _ => Ok(name.to_owned()),
    }
}

/// What systems cannot save, what ends a header's text, and what turns the direction of writing, by which a name can be
/// made to look as if it ended otherwise.
fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn ends_with_one_of(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_stem, ending)| {
        extensions
            .iter()
            .any(|extension| ending.eq_ignore_ascii_case(extension))
    })
}

fn wrong_ending(media: MediaType) -> Refusal {
    let endings: Vec<String> = media
        .extensions
        .iter()
        .map(|extension| format!(".{extension}"))
        .collect();
    let text = Text::new(
        format!("Nama berkas jenis ini berakhir dengan {}.", endings.join(" atau ")),
        format!("The name of a file of this type ends with {}.", endings.join(" or ")),
    );
    Refusal::new(Code::Invalid, text)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, MediaType, checked};

    #[test]
    fn names_are_kept_as_they_are_given() {
        let pdf = MediaType::named("application/pdf");
        for (given, kept) in [
            ("Surat edaran no. 12.pdf", Some("Surat edaran no. 12.pdf")),
            ("  laporan.PDF ", Some("laporan.PDF")),
            ("Laporan “akhir” – 2024.pdf", Some("Laporan “akhir” – 2024.pdf")),
            ("laporan.exe", None),
            ("laporan", None),
            ("pdf", None),
            (".pdf", None),
            ("", None),
            ("../laporan.pdf", None),
            ("a\\b.pdf", None),
            ("a\r\nSet-Cookie: x.pdf", None),
            ("a\".pdf", None),
            ("gpj.\u{202e}exe.pdf", None),
        ] {
            assert_eq!(checked(given, pdf).ok().as_deref(), kept, "{given:?}");
        }
        let longest = format!("{}.pdf", "a".repeat(LONGEST - 4));
        assert!(checked(&longest, pdf).is_ok());
        assert!(checked(&format!("a{longest}"), pdf).is_err());
    }
}
