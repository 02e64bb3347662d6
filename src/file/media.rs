//! Which types of file are taken, and how a content is told to be of its type. The list is closed: what is not on it is
//! refused before the first byte, and what is on it but turns out to be something else, after the last.

/// How many bytes of a content are looked at.
pub const HEAD_BYTES: usize = 64 * 1024;

/// A type of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaType {
    /// Its name (RFC 6838).
    pub name: &'static str,
    /// How the names of its files end. Who saves a file opens it by this, so that it has to be true.
    pub extensions: &'static [&'static str],
    told_by: Told,
}

/// By what a content is told to be of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// Its first bytes.
    Signature,
    /// It is a ZIP archive with something in this folder.
    Folder(&'static str),
    /// It is text.
    Text,
}

const fn media(name: &'static str, extensions: &'static [&'static str], told_by: Told) -> MediaType {
    MediaType {
        name,
        extensions,
        told_by,
    }
}

/// Every type that is taken.
pub const ALL: [MediaType; 10] = [
    media("application/pdf", &["pdf"], Told::Signature),
    media("image/png", &["png"], Told::Signature),
    media("image/jpeg", &["jpg", "jpeg"], Told::Signature),
    media("image/webp", &["webp"], Told::Signature),
    media(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
        Told::Folder("word/"),
    ),
    media(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
        Told::Folder("xl/"),
    ),
    media(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["pptx"],
        Told::Folder("ppt/"),
    ),
    media("text/csv", &["csv"], Told::Text),
    media("video/mp4", &["mp4"], Told::Signature),
    media("audio/mpeg", &["mp3"], Told::Signature),
];

impl MediaType {
    /// The type of a name, if it is taken.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|media| media.name == name)
    }

    /// Whether a content that begins like this is of the type.
    #[must_use]
    pub fn fits(self, head: &[u8]) -> bool {
        match self.told_by {
            Told::Signature => infer::get(head).is_some_and(|found| found.mime_type() == self.name),
            Told::Folder(folder) => has_entry_in(head, folder.as_bytes()),
            Told::Text => is_text(head),
        }
    }
}

/// Whether a ZIP archive has an entry in a folder. The entries' own headers are looked for, whatever their order, because
/// every program that writes documents orders them in its own way.
fn has_entry_in(head: &[u8], folder: &[u8]) -> bool {
    /// What the header of an entry begins with.
    const SIGNATURE: &[u8] = b"PK\x03\x04";
    /// Where in it the name of the entry begins.
    const NAME: usize = 30;
    let begins_with_entry = head.starts_with(SIGNATURE);
    let named = |at: usize| head.get(at + NAME..).is_some_and(|name| name.starts_with(folder));
    let mut headers = head.windows(SIGNATURE.len()).enumerate();
    begins_with_entry && headers.any(|(at, bytes)| bytes == SIGNATURE && named(at))
}

/// Whether it is UTF-8 without control characters. The last character may be cut off.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_not_utf8) => return false,
    };
    text.chars()
        .all(|character| !character.is_control() || matches!(character, '\t' | '\r' | '\n'))
}

#[cfg(test)]
mod tests {
    use super::{ALL, MediaType};

    /// An archive with these entries, all empty.
    fn archive(entries: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for name in entries {
            bytes.extend_from_slice(b"PK\x03\x04");
            bytes.extend_from_slice(&[0; 22]);
            bytes.extend_from_slice(&u16::try_from(name.len()).expect("short").to_le_bytes());
            bytes.extend_from_slice(&[0; 2]);
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes
    }

    /// The types that a content is told to be of.
    fn told(content: &[u8]) -> Vec<&'static str> {
        let of = ALL.into_iter().filter(|media| media.fits(content));
        of.map(|media| media.extensions[0]).collect()
    }

    #[test]
    fn a_content_is_told_by_what_it_holds() {
        assert_eq!(told(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), ["pdf"]);
        assert_eq!(told(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ["png"]);
        assert_eq!(told(b"\xff\xd8\xff\xe0\0\x10JFIF\0"), ["jpg"]);
        assert_eq!(told(b"RIFF\x24\0\0\0WEBPVP8 "), ["webp"]);
        assert_eq!(told(b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41"), ["mp4"]);
        assert_eq!(told(b"ID3\x04\0\0\0\0\0\x23TSSE"), ["mp3"]);
        assert_eq!(told("kecamatan,jumlah\nPancoran Mas,12\n".as_bytes()), ["csv"]);
    }

    #[test]
    fn documents_are_told_whatever_order_their_parts_are_in() {
        let of_word = ["[Content_Types].xml", "_rels/.rels", "word/document.xml"];
        let of_libre_office = [
            "_rels/.rels",
            "docProps/core.xml",
            "docProps/app.xml",
            "word/document.xml",
        ];
        assert_eq!(told(&archive(&of_word)), ["docx"]);
        assert_eq!(told(&archive(&of_libre_office)), ["docx"]);
        assert_eq!(
            told(&archive(&[
                "docProps/app.xml",
                "docProps/custom.xml",
                "xl/workbook.xml"
            ])),
            ["xlsx"]
        );
        assert_eq!(
            told(&archive(&["[Content_Types].xml", "ppt/presentation.xml"])),
            ["pptx"]
        );
    }

    #[test]
    fn what_is_none_of_them_is_told_to_be_none() {
        assert!(told(b"MZ\x90\0\x03\0\0\0").is_empty(), "a program");
        assert!(told(b"\x7fELF\x02\x01\x01\0").is_empty(), "a program");
        assert!(
            told(&archive(&["AndroidManifest.xml", "classes.dex"])).is_empty(),
            "another archive"
        );
        assert!(told(b"a,b\n\0\x01").is_empty(), "no text");
        assert!(told(b"\xff\xfea\0,\0").is_empty(), "not UTF-8");
        assert!(!told(b"<html><script>").contains(&"pdf"));
        assert!(!told("a\u{1b}[2J".as_bytes()).contains(&"csv"), "a control character");
    }

    #[test]
    fn a_character_cut_off_at_the_end_is_still_text() {
        let csv = MediaType::named("text/csv").expect("taken");
        assert!(csv.fits(&"a,é".as_bytes()[..3]));
        assert!(!csv.fits(&[b'a', 0xc3, b'b']));
    }
}
