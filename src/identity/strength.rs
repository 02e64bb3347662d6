//! Whether a password is fit to be one: hard to guess, even for who knows whose it is.
use secrecy::{ExposeSecret, SecretString};
use zxcvbn::{Score, zxcvbn};

use super::{password::LONGEST_PASSWORD, service::busy};
use crate::{
    error::{Code, Error, Refusal},
    locale::Text,
    services::Services,
};

/// The fewest characters (OWASP ASVS 5, 6.2.1).
pub const SHORTEST_PASSWORD: usize = 8;

/// The shortest part of a name or address that is looked for, characters.
const SHORTEST_PART: usize = 3;

/// Checks a new password and gives the hash to store.
///
/// # Errors
/// As [`check`]; `RateLimited` when too many passwords are being computed.
pub async fn hashed(
    services: &Services,
    password: SecretString,
    about: &[&str],
    field: &'static str,
) -> Result<String, Error> {
    let about: Vec<String> = about.iter().map(|text| (*text).to_owned()).collect();
    let given = password.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        check(given.expose_secret(), &about, field)
    });
    checked.await.map_err(Error::internal)??;
    services.identity.hasher.hash(password).await.map_err(busy)
}

/// Checks a new password of a person. `about` is what others know: the name, the e-mail address. It takes milliseconds of
/// a processor.
///
/// # Errors
/// `TooLong`, or `WeakPassword` when it is short, easy to guess, or nothing much without the person's own words; about
/// `field`.
pub fn check(password: &str, about: &[&str], field: &str) -> Result<(), Error> {
    let length = password.chars().count();
    if length > LONGEST_PASSWORD {
        let text = Text::new(
            format!("Kata sandi paling panjang {LONGEST_PASSWORD} karakter."),
            format!("A password has at most {LONGEST_PASSWORD} characters."),
        );
        return Err(Refusal::new(Code::TooLong, text).at([field]).into());
    }
    if length < SHORTEST_PASSWORD {
        let text = Text::new(
            format!("Kata sandi paling pendek {SHORTEST_PASSWORD} karakter."),
            format!("A password has at least {SHORTEST_PASSWORD} characters."),
        );
        return Err(weak(text, field));
    }
    let words = words(about);
    if !is_strong(password, &words) {
        let text = Text::new(
            "Kata sandi ini mudah ditebak. Gunakan beberapa kata yang tidak berhubungan.",
            "This password is easy to guess. Use several words that have nothing to do with each other.",
        );
        return Err(weak(text, field));
    }
    // What is left without the own names has to be a password by itself.
    if let Some(rest) = without(password, &words)
        && !is_strong(&rest, &[])
    {
        let text = Text::new(
            "Kata sandi ini memuat nama atau alamat e-mail Anda sendiri.",
            "This password is made of your own name or e-mail address.",
        );
        return Err(weak(text, field));
    }
    Ok(())
}

fn weak(text: Text, field: &str) -> Error {
    Refusal::new(Code::WeakPassword, text).at([field]).into()
}

fn is_strong(password: &str, words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    zxcvbn(password, &words).score() >= Score::Three
}

/// The parts of what is known of a person, in lower case, the longest first.
fn words(about: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = about
        .iter()
        .flat_map(|text| text.split(|sign: char| !sign.is_alphanumeric()).chain([*text]))
        .filter(|word| word.chars().count() >= SHORTEST_PART)
        .map(str::to_lowercase)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words
}

/// The password without the words, or nothing when it has none of them.
fn without(password: &str, words: &[String]) -> Option<String> {
    let lower = password.to_lowercase();
    let rest = words.iter().fold(lower.clone(), |rest, word| rest.replace(word, ""));
    (rest != lower).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_easy_to_guess_or_made_of_the_own_name_is_no_password() {
        let about = ["Ayu Pratiwi", "ayu.pratiwi@contoh.id"];
        for (password, fits) in [
            ("kuda-baterai-tepat-stapler", true),
            ("rahasia", false),
            ("password123", false),
            ("aaaaaaaaaaaaaaaa", false),
            ("ayu.pratiwi@contoh.id", false),
            ("AyuPratiwi-2026", false),
            ("pratiwi pratiwi pratiwi", false),
            ("pratiwi kuda baterai tepat stapler", true),
            ("äöü-ßẞ-kuda-baterai-tepat", true),
        ] {
            assert_eq!(check(password, &about, "password").is_ok(), fits, "{password}");
        }
        assert!(
            check(&"kuda baterai ".repeat(11), &about, "password").is_err(),
            "too long"
        );
    }
}
