//! The two languages Jenjang answers in. A sentence is written where its rule is, in both languages at once.
use std::borrow::Cow;

/// The language of the messages in an answer; codes never change with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Indonesian,
    English,
}

impl Language {
    /// Picks from an `Accept-Language` header by quality; Indonesian when nothing fits (RFC 9110 §12.5.4).
    #[must_use]
    pub fn negotiate(header: Option<&str>) -> Self {
        let mut best = (Self::default(), 0.0_f32);
        for range in header.unwrap_or_default().split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q=")?.parse().ok())
                .unwrap_or(1.0);
            let language = match tag.split('-').next() {
                Some("id" | "in") => Self::Indonesian,
                Some("en") => Self::English,
                _ => continue,
            };
            if quality > best.1 {
                best = (language, quality);
            }
        }
        best.0
    }
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub id: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Text {
    pub fn new(id: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self {
            id: id.into(),
            en: en.into(),
        }
    }

    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Indonesian => &self.id,
            Language::English => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, Indonesian};

    #[test]
    fn the_best_quality_wins_and_indonesian_is_the_default() {
        for (header, language) in [
            (None, Indonesian),
            (Some("en"), English),
            (Some("en-GB,en;q=0.9"), English),
            (Some("id;q=0.5, en;q=0.8"), English),
            (Some("en;q=0.5, id-ID;q=0.8"), Indonesian),
            (Some("fr, de;q=0.9"), Indonesian),
            (Some(";;;q=x,,"), Indonesian),
            (Some("en;q=0"), Indonesian),
        ] {
            assert_eq!(Language::negotiate(header), language, "{header:?}");
        }
    }
}
