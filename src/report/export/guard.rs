//! Text that no spreadsheet takes for a formula, wherever it cuts a line of CSV into cells: pure.
//!
//! A program that opens CSV by itself runs what begins a cell with `=`, `+`, `-` or `@` (OWASP, CSV injection). An apostrophe
//! before the sign makes it text. Which character ends a cell depends on the region of the reader's computer, in Indonesia `;`
//! rather than `,`, and one that expects the other does not see our quotes either; so a sign is guarded after each of them and
//! after a line's end, too, not only where the text begins.
use std::borrow::Cow;

/// What a formula begins with, the wide forms included, which some programs take for the narrow ones.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Characters some programs leave out before a formula.
const LEFT_OUT: [char; 3] = ['\t', '\r', '\n'];

/// Where somebody may see a cell begin.
const ENDS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// A text with an apostrophe before every sign that could begin a formula.
///
/// Apostrophes that stand there already get one more, so that [`plain`] takes away what was put there and nothing else.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    let mut guarded = String::new();
    let mut copied = 0;
    for place in places(text) {
        guarded.push_str(&text[copied..place]);
        guarded.push('\'');
        copied = place;
    }
    if copied == 0 && guarded.is_empty() {
        return Cow::Borrowed(text);
    }
    guarded.push_str(&text[copied..]);
    Cow::Owned(guarded)
}

/// The text that was guarded.
#[must_use]
pub fn plain(guarded: &str) -> String {
    let mut plain = String::new();
    let mut copied = 0;
    for place in places(guarded) {
        plain.push_str(&guarded[copied..place]);
        copied = place + usize::from(guarded[place..].starts_with('\''));
    }
    plain.push_str(&guarded[copied..]);
    plain
}

/// Where a cell may begin with a sign, or with apostrophes and a sign.
fn places(text: &str) -> Vec<usize> {
    let mut places = Vec::new();
    let mut fresh = true;
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        if fresh {
            let rest = text[place..].trim_start_matches('\'');
            let sign = rest.starts_with(SIGNS) || (place == 0 && rest.starts_with(LEFT_OUT));
            if sign {
                places.push(place);
            }
            // What follows the apostrophes is no beginning any more.
            for _apostrophe in 1..text.len() - place - rest.len() {
                characters.next();
            }
        }
        let blank = character.is_whitespace() || matches!(character, '"' | '\u{feff}');
        fresh = ENDS.contains(&character) || (fresh && blank);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::{guarded, plain};

    #[test]
    fn what_begins_a_formula_gets_an_apostrophe_and_nothing_else_does() {
        for (text, written) in [
            ("", ""),
            ("Terlaksana sesuai rencana.", "Terlaksana sesuai rencana."),
            ("=1+1", "'=1+1"),
            ("+62 812", "'+62 812"),
            ("-5", "'-5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("\n=1", "'\n'=1"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠a", "'＠a"),
            ("  =1", "  '=1"),
            ("\"=1", "\"'=1"),
            ("'=1", "''=1"),
            ("'aman", "'aman"),
            ("a=b, c+d; e-f@g", "a=b, c+d; e-f@g"),
            ("aman;=cmd|' /C calc'!A0", "aman;'=cmd|' /C calc'!A0"),
            ("aman,\"=1", "aman,\"'=1"),
            ("rincian:\n- satu\n- dua", "rincian:\n'- satu\n'- dua"),
        ] {
            assert_eq!(guarded(text), written, "{text:?}");
            assert_eq!(plain(written), text, "{written:?}");
        }
    }
}
