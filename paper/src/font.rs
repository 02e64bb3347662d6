//! The letters: Noto Sans, regular and bold, carried inside every paper.

use std::sync::LazyLock;

use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use unicode_normalization::UnicodeNormalization;

/// The size, weight and darkness of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub size: f32,
    pub bold: bool,
    pub ink: Ink,
}

/// How dark something is printed. Few tones, so that a paper reads the same when it is copied in black and white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Text,
    Muted,
    Accent,
    Rule,
    Shade,
}

impl Style {
    pub const fn plain(size: f32) -> Style {
        Style {
            size,
            bold: false,
            ink: Ink::Text,
        }
    }

    pub const fn bold(size: f32) -> Style {
        Style {
            size,
            bold: true,
            ink: Ink::Text,
        }
    }

    pub const fn ink(self, ink: Ink) -> Style {
        Style { ink, ..self }
    }

    /// From one line to the next.
    pub fn leading(self) -> f32 {
        self.size * 1.36
    }

    /// From the top of a line to what its letters stand on.
    pub fn baseline(self) -> f32 {
        self.size * 1.04
    }

    pub fn width(self, text: &str) -> f32 {
        let face = face(self.bold);
        text.chars().map(|letter| face.advance(letter)).sum::<f32>() * self.size
    }

    /// The text in lines that are no wider than `width`. A line that goes on keeps the blank at its end, so that words stay
    /// apart when they are copied; a word wider than a line is broken where it is full.
    pub fn lines(self, text: &str, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            self.fill(paragraph, width, &mut lines);
        }
        lines
    }

    fn fill(self, paragraph: &str, width: f32, lines: &mut Vec<String>) {
        let mut line = String::new();
        let mut used = 0.0;
        for word in paragraph.split_inclusive(' ') {
            let wide = self.width(word.trim_end());
            if !line.is_empty() && used + wide > width {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if wide <= width {
                line.push_str(word);
                used += self.width(word);
            } else {
                used = self.break_word(word, width, &mut line, lines);
            }
        }
        lines.push(line);
    }

    /// Fills lines with a word wider than any, and says how wide what stands on the last one is.
    fn break_word(self, word: &str, width: f32, line: &mut String, lines: &mut Vec<String>) -> f32 {
        let mut used = 0.0;
        for letter in word.chars() {
            let wide = self.width(letter.encode_utf8(&mut [0; 4]));
            if !line.is_empty() && letter != ' ' && used + wide > width {
                lines.push(std::mem::take(line));
                used = 0.0;
            }
            line.push(letter);
            used += wide;
        }
        used
    }

    /// The text as far as it fits on one line; for what stands in full elsewhere.
    pub fn shortened(self, text: &str, width: f32) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let mut kept = String::new();
        for letter in text.chars() {
            kept.push(letter);
            if self.width(&kept) + self.width("…") > width {
                kept.pop();
                break;
            }
        }
        kept.trim_end().to_owned() + "…"
    }
}

/// A weight of the font.
pub(crate) struct Face {
    pub font: Font,
    metrics: GlyphMetrics<'static>,
    letters: skrifa::charmap::Charmap<'static>,
    /// The widths of the letters nearly every text is made of, looked up once.
    common: Vec<f32>,
}

impl Face {
    fn of(data: &'static [u8]) -> Option<Face> {
        let reader = FontRef::new(data).ok()?;
        let mut face = Face {
            font: Font::new(data.into(), 0)?,
            metrics: reader.glyph_metrics(Size::new(1.0), LocationRef::default()),
            letters: reader.charmap(),
            common: Vec::new(),
        };
        face.common = ('\0'..'\u{180}').map(|letter| face.measured(letter)).collect();
        Some(face)
    }

    pub fn glyph(&self, letter: char) -> u32 {
        self.letters.map(letter).map_or(0, |glyph| glyph.to_u32())
    }

    /// The width of a letter at size 1.
    pub fn advance(&self, letter: char) -> f32 {
        self.common
            .get(letter as usize)
            .copied()
            .unwrap_or_else(|| self.measured(letter))
    }

    fn measured(&self, letter: char) -> f32 {
        self.metrics
            .advance_width(skrifa::GlyphId::new(self.glyph(letter)))
            .unwrap_or_default()
    }
}

pub(crate) fn face(bold: bool) -> &'static Face {
    static FACES: LazyLock<[Face; 2]> = LazyLock::new(|| {
        let read = |data| Face::of(data).expect("the font is compiled in, and a test reads it");
        [read(ttf_noto_sans::REGULAR), read(ttf_noto_sans::BOLD)]
    });
    &FACES[usize::from(bold)]
}

/// A text of which every character can be printed, copied and searched. What the font lacks is written as its number,
/// `[U+6F22]`: nothing anybody wrote vanishes from a paper. Blanks of every kind become blanks, line breaks stay.
pub(crate) fn printable(text: &str) -> String {
    let mut printed = String::with_capacity(text.len());
    for letter in text.nfc() {
        match letter {
            '\n' => printed.push('\n'),
            '\r' => {}
            letter if letter.is_whitespace() => printed.push(' '),
            '\u{2010}' | '\u{2011}' => printed.push('-'),
            letter if is_printable(letter) => printed.push(letter),
            letter => printed.push_str(&format!("[U+{:04X}]", u32::from(letter))),
        }
    }
    printed.trim().to_owned()
}

/// Both weights have it, it is no control, and PDF/A lets it be the text of a glyph.
fn is_printable(letter: char) -> bool {
    let private = matches!(letter, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
    let unseen = matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{AD}' | '\u{FEFF}' | '\u{FFFD}');
    !private && !unseen && !letter.is_control() && [false, true].iter().all(|bold| face(*bold).glyph(letter) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_font_lacks_is_written_as_its_number() {
        assert_eq!(
            printable("Siti\u{a0}Nurbaya – “Ṣāliḥ” ≥ 3"),
            "Siti Nurbaya – “Ṣāliḥ” ≥ 3"
        );
        assert_eq!(
            printable("漢\u{202e}x\u{0}\u{e000}"),
            "[U+6F22][U+202E]x[U+0000][U+E000]"
        );
        assert_eq!(printable("Cafe\u{301}\tdua\r\ntiga"), "Café dua\ntiga");
    }

    #[test]
    fn lines_are_no_wider_than_asked_and_lose_nothing() {
        let style = Style::plain(10.0);
        let text = "Badan Pengawas Pemilihan Umum Kabupaten Kepulauan Siau Tagulandang Biaro 0123456789abcdef0123456789abcdef0123456789abcdef";
        for width in [60.0, 100.0, 333.0] {
            let lines = style.lines(text, width);
            assert!(
                lines.iter().all(|line| style.width(line.trim_end()) <= width),
                "{width}: {lines:?}"
            );
            assert_eq!(lines.concat(), text);
        }
        assert_eq!(style.lines("", 60.0), [""]);
    }

    #[test]
    fn what_is_shortened_fits() {
        let style = Style::bold(8.0);
        let cut = style.shortened("Laporan Kehumasan Bulanan Kota Bekasi", 80.0);
        assert!(style.width(&cut) <= 80.0 && cut.ends_with('…'), "{cut}");
        assert_eq!(style.shortened("pendek", 80.0), "pendek");
    }
}
