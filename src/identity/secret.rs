//! The text of a program's token: `jjg_`, 64 hexadecimal digits of 32 random bytes, and 8 of a check sum over all that
//! stands before them. Who scans for leaked secrets knows one when he sees it, and a slip of the pen is refused without
//! looking anything up.
use rand::{TryRngCore, rngs::OsRng};

use crate::digest::hexadecimal;

/// How every token of a program begins; no access token of a person does.
pub const PREFIX: &str = "jjg_";

/// How every token of a device at a door begins.
pub const DOOR_PREFIX: &str = "jnjd_";

/// How many characters follow on the prefix.
const DIGITS: usize = 64 + 8;

/// How long a program's token is, characters.
const LENGTH: usize = PREFIX.len() + DIGITS;

/// How many of its last characters are kept to tell it by.
const HINT: usize = 4;

/// A new token.
///
/// # Panics
/// When the operating system gives no random numbers: that costs one request, a guessable token would cost a unit.
#[must_use]
pub fn new_secret() -> String {
    new_with(PREFIX)
}

/// A new token of a device at a door, of the same form.
///
/// # Panics
/// As [`new_secret`].
#[must_use]
pub fn new_door_secret() -> String {
    new_with(DOOR_PREFIX)
}

fn new_with(prefix: &str) -> String {
    let mut random = [0_u8; 32];
    OsRng
        .try_fill_bytes(&mut random)
        .expect("the operating system gives random numbers");
    let body = format!("{prefix}{}", hexadecimal(&random));
    let sum = check_sum(&body);
    body + &sum
}

/// Whether a text may be a token of ours. It says nothing about whether it is.
#[must_use]
pub fn is_well_formed(text: &str) -> bool {
    is_of(PREFIX, text)
}

/// Whether a text may be the token of a device at a door.
#[must_use]
pub fn is_door_secret(text: &str) -> bool {
    is_of(DOOR_PREFIX, text)
}

fn is_of(prefix: &str, text: &str) -> bool {
    let lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let Some(digits) = text.strip_prefix(prefix) else {
        return false;
    };
    digits.len() == DIGITS && digits.bytes().all(lower_hex) && {
        let (body, sum) = text.split_at(text.len() - 8);
        check_sum(body) == sum
    }
}

/// What is kept of a token in the open.
#[must_use]
pub fn hint(secret: &str) -> String {
    secret.chars().skip(LENGTH - HINT).collect()
}

fn check_sum(body: &str) -> String {
    format!("{:08x}", crc32fast::hash(body.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, hint, is_door_secret, is_well_formed, new_door_secret, new_secret};

    #[test]
    fn a_new_secret_is_well_formed_and_its_own() {
        let (one, other) = (new_secret(), new_secret());
        assert_ne!(one, other);
        assert_eq!(one.len(), LENGTH);
        assert!(is_well_formed(&one), "{one}");
        assert!(one.ends_with(&hint(&one)) && hint(&one).len() == 4);
    }

    #[test]
    fn a_slip_of_the_pen_is_noticed_wherever_it_is() {
        let secret = new_secret();
        for place in 0..LENGTH {
            let mut bytes = secret.clone().into_bytes();
            bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
            let slip = String::from_utf8(bytes).expect("ASCII");
            assert!(!is_well_formed(&slip), "{place}: {slip}");
        }
        let long = format!("{secret}0");
        for odd in ["", "jjg_", "jjg_é", &secret[1..], &secret[..LENGTH - 1], &long] {
            assert!(!is_well_formed(odd), "{odd}");
        }
        assert!(!is_well_formed(&secret.to_uppercase()));
    }

    #[test]
    fn a_device_is_no_program() {
        let (program, device) = (new_secret(), new_door_secret());
        assert!(is_door_secret(&device) && !is_well_formed(&device), "{device}");
        assert!(!is_door_secret(&program));
        assert!(!is_door_secret(&device[..device.len() - 1]));
    }
}
