//! What a command is given: texts are measured and kept without the blanks around them, moments are ones that can be meant, and
//! everything that is wrong is told at once.
use chrono::{DateTime, Datelike, Duration, Utc};

use crate::{
    error::{Code, Error, Refusal},
    locale::Text,
};

/// A text that is owed.
///
/// # Errors
/// `Required` and `TooLong`, at the field.
pub fn required(given: &str, field: &str, longest: usize) -> Result<String, Refusal> {
    optional(Some(given), field, longest)?.ok_or_else(|| {
        let text = Text::new("Isian ini wajib.", "This is required.");
        Refusal::new(Code::Required, text).at([field])
    })
}

/// A text that may be left out; one without a word is left out.
///
/// # Errors
/// `TooLong`, at the field.
pub fn optional(given: Option<&str>, field: &str, longest: usize) -> Result<Option<String>, Refusal> {
    let given = trimmed(given);
    check_length(given.as_deref().unwrap_or_default(), field, longest)?;
    Ok(given)
}

/// A text without blanks around it; none where it has no word.
#[must_use]
pub fn trimmed(given: Option<&str>) -> Option<String> {
    let given = given.map(str::trim).filter(|given| !given.is_empty());
    given.map(str::to_owned)
}

/// That a text has at most so many characters.
///
/// # Errors
/// `TooLong`, at the field.
pub fn check_length(given: &str, field: &str, longest: usize) -> Result<(), Refusal> {
    if given.chars().count() <= longest {
        return Ok(());
    }
    let text = Text::new(
        format!("Paling panjang {longest} karakter."),
        format!("At most {longest} characters."),
    );
    Err(Refusal::new(Code::TooLong, text).at([field]))
}

/// How far ahead a moment may lie, days: further on is more likely a slip of the hand.
pub const FURTHEST_AHEAD: i64 = 731;

/// Nothing that is asked about is older than the body that asks.
pub const EARLIEST_YEAR: i32 = 2008;

/// The zones a moment may be stated in: WIB, WITA, WIT.
const TIME_ZONES: [&str; 3] = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"];

/// What was found wrong so far.
#[derive(Default)]
pub struct Wrong(Vec<Refusal>);

impl Wrong {
    /// Keeps what is right, or notes what is wrong.
    pub fn note<T>(&mut self, checked: Result<T, Refusal>) -> Option<T> {
        checked.map_err(|refusal| self.0.push(refusal)).ok()
    }

    /// Notes several things.
    pub fn extend(&mut self, refusals: impl IntoIterator<Item = Refusal>) {
        self.0.extend(refusals);
    }

    /// Goes on if nothing is wrong.
    ///
    /// # Errors
    /// Everything that is.
    pub fn settle(self) -> Result<(), Error> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Refused(self.0))
        }
    }
}

/// What does not fit.
#[must_use]
pub fn invalid(field: &str, id: &'static str, en: &'static str) -> Refusal {
    Refusal::new(Code::Invalid, Text::new(id, en)).at([field])
}

/// The zone a moment is stated in.
///
/// # Errors
/// `Invalid`.
pub fn time_zone(given: &str) -> Result<String, Refusal> {
    if TIME_ZONES.contains(&given) {
        return Ok(given.to_owned());
    }
    Err(invalid(
        "timeZone",
        "Zona waktu: Asia/Jakarta, Asia/Makassar atau Asia/Jayapura.",
        "The time zone is one of Asia/Jakarta, Asia/Makassar and Asia/Jayapura.",
    ))
}

/// Whether a moment is one that can be meant.
///
/// # Errors
/// `Invalid`.
pub fn near(field: &str, moment: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    let latest = now + Duration::days(FURTHEST_AHEAD);
    if moment.year() < EARLIEST_YEAR || latest < moment {
        return Err(invalid(
            field,
            "Waktu ini terlalu lama berlalu, atau lebih dari dua tahun ke depan.",
            "This moment is too long ago, or more than two years from now.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Code, optional, required};

    #[test]
    fn a_text_is_there_and_not_too_long() {
        for (given, kept) in [
            ("Lima", Ok("Lima")),
            (" Lima\n", Ok("Lima")),
            ("Enam ", Ok("Enam")),
            ("\u{e9}\u{e9}\u{e9}\u{e9}", Ok("\u{e9}\u{e9}\u{e9}\u{e9}")),
            ("Tujuh", Err(Code::TooLong)),
            ("", Err(Code::Required)),
            (" \t", Err(Code::Required)),
        ] {
            let read = required(given, "name", 4);
            let read = read.map_err(|refusal| (refusal.code, refusal.field));
            let kept = kept.map(str::to_owned).map_err(|code| (code, vec!["name".to_owned()]));
            assert_eq!(read, kept, "{given:?}");
        }
    }

    #[test]
    fn blanks_are_nothing() {
        assert_eq!(optional(None, "reason", 4), Ok(None));
        assert_eq!(optional(Some("  "), "reason", 4), Ok(None));
        assert_eq!(optional(Some(" ya "), "reason", 4), Ok(Some("ya".to_owned())));
    }
}
