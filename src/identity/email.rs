//! E-mail addresses: what is one, and when two are the same.
use crate::{
    error::{Code, Error, Refusal},
    locale::Text,
};

/// The longest address, characters (RFC 5321, 4.5.3.1).
const LONGEST: usize = 254;

/// The form under which an e-mail address is unique.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// An address as it is kept, without blanks around it.
///
/// # Errors
/// `Invalid` at `field`.
pub fn checked_email(given: &str, field: &str) -> Result<String, Error> {
    let given = given.trim();
    if given.len() <= LONGEST && is_email_address(given) {
        return Ok(given.to_owned());
    }
    let text = Text::new("Ini bukan alamat e-mail.", "This is not an e-mail address.");
    Err(Refusal::new(Code::Invalid, text).at([field]).into())
}

/// Whether a text has the form of an e-mail address that mail systems accept in practice.
#[must_use]
pub fn is_email_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let local_fits = (1..=64).contains(&local.len())
        && local
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"(),:;<>@[\\]".contains(&byte));
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    local_fits && domain.len() <= 253 && domain.split('.').all(label_fits)
}
