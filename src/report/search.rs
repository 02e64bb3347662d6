//! The words a report is found by: made here, so that both databases only compare what they are given and find the same.
//!
//! A word is a run of letters and digits, in lower case and without accents. A full stop between two digits belongs to the
//! number and is left out: `35.02.03` and `1.250` are one word each. Words are not stemmed.
use std::{collections::HashSet, ops::Range};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// How much of a word counts, characters: what two words share up to here makes them one.
const LONGEST_WORD: usize = 100;

/// How much is kept of all words of one report, bytes: half of what PostgreSQL takes. The words of a long book.
const MOST_KEPT: usize = 512 * 1024;

/// How far a fragment reaches back before the first word that was found, bytes, more or less.
const BEFORE: usize = 60;

/// How long a fragment is, bytes, more or less.
const FRAGMENT: usize = 240;

/// A word of a text.
struct Word {
    text: String,
    /// Where it stands, in bytes.
    place: Range<usize>,
}

/// The words of a text, in order.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut begun = None;
    let mut characters = text.char_indices().peekable();
    let mut last = ' ';
    while let Some((place, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_place, next)| *next);
        let divides_digits = character == '.' && last.is_ascii_digit() && next.is_ascii_digit();
        let belongs =
            character.is_alphanumeric() || (begun.is_some() && (is_combining_mark(character) || divides_digits));
        if belongs {
            begun = begun.or(Some(place));
        } else if let Some(start) = begun.take() {
            words.extend(word(text, start..place));
        }
        last = character;
    }
    words.extend(begun.and_then(|start| word(text, start..text.len())));
    words
}

fn word(text: &str, place: Range<usize>) -> Option<Word> {
    // Taken apart first: what is lower case only shows then; and once more, for what lower case is made of.
    let lower = text[place.clone()].nfkd().flat_map(char::to_lowercase);
    let plain = lower.nfkd().filter(|character| character.is_alphanumeric());
    let text: String = plain.take(LONGEST_WORD).collect();
    (!text.is_empty()).then_some(Word { text, place })
}

/// A text as it is kept to be found by: each of its words once, divided by blanks.
#[must_use]
pub fn kept(text: &str) -> String {
    let mut seen = HashSet::new();
    let mut kept = String::new();
    for word in words(text) {
        if kept.len() + word.text.len() >= MOST_KEPT {
            break;
        }
        if seen.contains(&word.text) {
            continue;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(&word.text);
        seen.insert(word.text);
    }
    kept
}

/// What is searched for: every word has to occur, the last one at least as the beginning of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    whole: Vec<String>,
    /// None when nothing is searched for.
    beginning: Option<String>,
}

impl Wanted {
    #[must_use]
    pub fn of(search: &str) -> Self {
        let mut whole: Vec<String> = words(search).into_iter().map(|word| word.text).collect();
        let beginning = whole.pop();
        Self { whole, beginning }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.beginning.is_none()
    }

    /// As SQLite's full-text index is asked. Words hold letters and digits alone, so there is nothing to escape.
    #[must_use]
    pub fn for_sqlite(&self) -> String {
        self.joined('"', " ", "*")
    }

    /// As a `tsquery` is written.
    #[must_use]
    pub fn for_postgres(&self) -> String {
        self.joined('\'', " & ", ":*")
    }

    fn joined(&self, quote: char, and: &str, beginning: &str) -> String {
        let quoted = |word: &String| format!("{quote}{word}{quote}");
        let mut terms: Vec<String> = self.whole.iter().map(quoted).collect();
        terms.extend(self.beginning.iter().map(|word| quoted(word) + beginning));
        terms.join(and)
    }

    /// Whether a word is one of those searched for.
    fn takes(&self, word: &str) -> bool {
        let begins = |beginning: &String| word.starts_with(beginning);
        self.beginning.as_ref().is_some_and(begins) || self.whole.iter().any(|whole| whole == word)
    }

    /// Whether a text is found. The databases answer this from what is [`kept`]; this is what they are held against.
    #[must_use]
    pub fn finds(&self, text: &str) -> bool {
        let words = words(text);
        let there = |wanted: &String| words.iter().any(|word| word.text == *wanted);
        let begins = |beginning: &String| words.iter().any(|word| word.text.starts_with(beginning));
        self.whole.iter().all(there) && self.beginning.as_ref().is_none_or(begins)
    }
}

/// A piece of a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether it is a word that was searched for.
    pub found: bool,
}

/// The part of a text around the first word that was searched for, cut between words; None where there is no such word.
#[must_use]
pub fn fragment(text: &str, wanted: &Wanted) -> Option<Vec<Piece>> {
    let words = words(text);
    let first = words.iter().find(|word| wanted.takes(&word.text))?;
    let earliest = first.place.start.saturating_sub(BEFORE);
    let start = words
        .iter()
        .map(|word| word.place.start)
        .find(|start| *start >= earliest)?;
    let inside: Vec<&Word> = words
        .iter()
        .filter(|word| word.place.start >= start)
        .take_while(|word| word.place.end <= start + FRAGMENT || word.place.start <= first.place.start)
        .collect();
    let mut pieces = Vec::new();
    let mut reached = start;
    let mut add = |place: Range<usize>, found| {
        if !place.is_empty() {
            let text = text[place].to_owned();
            pieces.push(Piece { text, found });
        }
    };
    for word in inside.iter().filter(|word| wanted.takes(&word.text)) {
        add(reached..word.place.start, false);
        add(word.place.clone(), true);
        reached = word.place.end;
    }
    add(reached..inside.last()?.place.end, false);
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(text: &str, search: &str) -> Vec<(String, bool)> {
        let pieces = fragment(text, &Wanted::of(search)).unwrap_or_default();
        pieces.into_iter().map(|piece| (piece.text, piece.found)).collect()
    }

    #[test]
    fn words_are_told_apart_by_letters_and_digits_alone() {
        assert_eq!(kept("Média-SOSIAL, média; (sosial)!"), "media sosial");
        assert_eq!(kept("Jum’at di Kec. Ponorogo."), "jum at di kec ponorogo");
        assert_eq!(kept("35.02.03: 1.250 orang. 2024."), "350203 1250 orang 2024");
        assert_eq!(kept("e\u{301}tude ÉTUDE ﬁlm ½ \u{1d400}b İ"), "etude film 12 ab i");
        assert_eq!(kept(" … \u{301}"), "");
        assert_eq!(kept(&"a".repeat(300)), "a".repeat(LONGEST_WORD));
    }

    #[test]
    fn no_more_is_kept_than_a_database_takes() {
        let book: Vec<String> = (0..200_000).map(|number| format!("kata{number}")).collect();
        let kept = kept(&book.join(" "));
        assert!(kept.len() <= MOST_KEPT && kept.starts_with("kata0 kata1 "));
    }

    #[test]
    fn the_last_word_may_be_the_beginning_of_one() {
        let wanted = Wanted::of("Patroli MASA ten");
        assert_eq!(wanted.for_postgres(), "'patroli' & 'masa' & 'ten':*");
        assert_eq!(wanted.for_sqlite(), "\"patroli\" \"masa\" \"ten\"*");
        assert!(wanted.finds("Masa tenang: patroli."));
        assert!(!wanted.finds("Masa tenang: berpatroli."));
        assert!(Wanted::of("-- …").is_empty());
    }

    #[test]
    fn a_fragment_marks_what_was_found() {
        let found = [
            ("Siaga ", false),
            ("patroli", true),
            (" ke-2: ", false),
            ("Patroli", true),
            ("!", false),
        ];
        let told = pieces("Siaga patroli ke-2: Patroli!", "patroli");
        assert_eq!(
            told,
            found[..4]
                .iter()
                .map(|(text, found)| ((*text).to_owned(), *found))
                .collect::<Vec<_>>()
        );
        assert_eq!(fragment("tiada", &Wanted::of("patroli")), None);
        let far = format!("{} patroli {}", "awal ".repeat(100), "akhir ".repeat(100));
        let cut: String = pieces(&far, "patroli").into_iter().map(|(text, _found)| text).collect();
        assert!(
            cut.len() <= FRAGMENT && cut.starts_with("awal") && cut.ends_with("akhir"),
            "{cut}"
        );
    }

    proptest! {
        /// What is kept says the same as the text, and a fragment is a part of it that shows why it was found.
        #[test]
        fn what_is_kept_is_found_alike(text in "(\\PC|[a-c .é]){0,80}", search in "[a-cÉ. ]{0,6}") {
            let wanted = Wanted::of(&search);
            prop_assert_eq!(wanted.finds(&kept(&text)), wanted.finds(&text));
            if let Some(pieces) = fragment(&text, &wanted) {
                let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
                prop_assert!(text.contains(&whole));
                prop_assert!(pieces.iter().any(|piece| piece.found));
            } else {
                prop_assert!(wanted.is_empty() || !wanted.finds(&text));
            }
        }
    }
}
