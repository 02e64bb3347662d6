//! The texts of a command: each is measured, and kept without the blanks around it.
use crate::{
    error::{Code, Refusal},
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
    let given = given.map(str::trim).filter(|given| !given.is_empty());
    check_length(given.unwrap_or_default(), field, longest)?;
    Ok(given.map(str::to_owned))
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
