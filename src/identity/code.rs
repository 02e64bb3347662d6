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

/// A new code, `7Q2MX-…`, and the hash to store.
///
/// # Panics
/// When the operating system gives no random numbers: that costs one request, a guessable code would cost an account.
#[must_use]
pub fn new_code() -> (String, [u8; 32]) {
    let mut random = [0; GROUPS * GROUP];
    OsRng
        .try_fill_bytes(&mut random)
        .expect("the operating system gives random numbers");
    let signs: Vec<char> = random
        .iter()
        .map(|byte| char::from(SIGNS[usize::from(byte % 32)]))
        .collect();
    let groups: Vec<String> = signs.chunks(GROUP).map(|group| group.iter().collect()).collect();
    let code = groups.join("-");
    let hash = code_hash(&code);
    (code, hash)
}

/// The SHA-256 of a code, however it was typed: in small letters, with blanks, with the letters that look like digits.
#[must_use]
pub fn code_hash(typed: &str) -> [u8; 32] {
    let read = |sign: char| match sign.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        'U' => 'V',
        other => other,
    };
    let signs: String = typed
        .chars()
        .filter(|sign| !sign.is_whitespace() && *sign != '-')
        .map(read)
        .collect();
    Sha256::digest(signs).into()
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
}
