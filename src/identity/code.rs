//! Codes that prove something once: long enough that nobody guesses one, written so that one can be read out over the phone.
use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

use crate::{
    digest::hexadecimal,
    error::{Code, Error, Refusal},
    locale::Text,
};

/// Digits and capital letters without those that look alike (I, L, O, U): 32 signs, five bits each.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Five groups of five signs: 125 bits, so that a fast hash keeps them safe (OWASP ASVS 5, 6.5.2 asks for 112).
const GROUPS: usize = 5;
const GROUP: usize = 5;

/// Seven groups of four signs, 140 bits, for codes that stand in public and are looked up by themselves.
const PUBLIC_GROUPS: usize = 7;
const PUBLIC_GROUP: usize = 4;

/// A new code, `7Q2MX-…`, and the hash to store.
///
/// # Panics
/// When the operating system gives no random numbers: that costs one request, a guessable code would cost an account.
#[must_use]
pub fn new_code() -> (String, [u8; 32]) {
    let code = grouped(&signs(&random_bytes::<{ GROUPS * GROUP }>()), GROUP);
    let hash = code_hash(&code);
    (code, hash)
}

/// A new code that is printed on paper and stands in an address: who has it may look up what it is of.
///
/// # Panics
/// As [`new_code`].
#[must_use]
pub fn public_code() -> String {
    public_code_of(&random_bytes())
}

/// A code of two groups that people copy from a screen within an hour: attempts at it are counted, and only those it is meant
/// for may try.
///
/// # Panics
/// As [`new_code`].
#[must_use]
pub fn screen_code() -> String {
    grouped(&signs(&random_bytes::<8>()), PUBLIC_GROUP)
}

/// So many bytes make a public code.
pub(crate) const PUBLIC_BYTES: usize = PUBLIC_GROUPS * PUBLIC_GROUP;

/// The public code that bytes come to.
pub(crate) fn public_code_of(bytes: &[u8; PUBLIC_BYTES]) -> String {
    grouped(&signs(bytes), PUBLIC_GROUP)
}

/// A public code as it is kept, however it was typed; None for what cannot be one.
#[must_use]
pub fn read_public_code(typed: &str) -> Option<String> {
    // Blanks and dashes included, nobody types more.
    let signs = if typed.len() <= 100 { read(typed) } else { String::new() };
    let is_one = signs.len() == PUBLIC_GROUPS * PUBLIC_GROUP && signs.bytes().all(|sign| SIGNS.contains(&sign));
    is_one.then(|| grouped(&signs, PUBLIC_GROUP))
}

fn random_bytes<const COUNT: usize>() -> [u8; COUNT] {
    let mut random = [0; COUNT];
    OsRng
        .try_fill_bytes(&mut random)
        .expect("the operating system gives random numbers");
    random
}

fn signs(bytes: &[u8]) -> String {
    let sign = |byte: &u8| char::from(SIGNS[usize::from(byte % 32)]);
    bytes.iter().map(sign).collect()
}

fn grouped(signs: &str, group: usize) -> String {
    let signs: Vec<char> = signs.chars().collect();
    let groups: Vec<String> = signs.chunks(group).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The signs of a code, however it was typed: in small letters, with blanks, with the letters that look like digits.
fn read(typed: &str) -> String {
    let read = |sign: char| match sign.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        'U' => 'V',
        other => other,
    };
    let signs = typed.chars().filter(|sign| !sign.is_whitespace() && *sign != '-');
    signs.map(read).collect()
}

/// The SHA-256 of a code, however it was typed.
#[must_use]
pub fn code_hash(typed: &str) -> [u8; 32] {
    Sha256::digest(read(typed)).into()
}

/// What attempts at a code are counted under: guesses at different codes are many addresses' few, or one address's many.
#[must_use]
pub fn code_key(hash: &[u8; 32]) -> String {
    hexadecimal(hash)
}

/// What is said of a code that cannot be used, whatever the reason.
#[must_use]
pub fn invalid_code() -> Error {
    let text = Text::new(
        "Kode ini tidak berlaku (lagi); mintalah kode baru.",
        "This code is not, or no longer, good; ask for a new one.",
    );
    Refusal::new(Code::InvalidCode, text).at(["code"]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let (code, hash) = new_code();
        assert_eq!(code.len(), 29);
        assert_eq!(code_hash(&code.to_lowercase().replace('-', " ")), hash);
        assert_eq!(code_hash("o1l-iu"), code_hash("0111V"));
        assert_ne!(code_hash(&new_code().0), hash);
    }

    #[test]
    fn a_public_code_is_kept_as_it_was_made() {
        let code = public_code();
        assert_eq!(code.len(), 34);
        let typed = format!(" {} ", code.to_lowercase().replace('-', " ").replace('1', "l"));
        assert_eq!(read_public_code(&typed), Some(code.clone()));
        assert_eq!(read_public_code(&code.replace('-', "")), Some(code.clone()));
        for typed in [
            "",
            "7Q2M",
            &code[1..],
            &format!("{code}0"),
            &code.replacen('-', "!", 1),
            &"-".repeat(1_000),
        ] {
            assert_eq!(read_public_code(typed), None, "{typed}");
        }
    }
}
