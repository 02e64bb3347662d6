//! Whether a password is fit to be one: hard to guess, even for who knows whose it is.
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
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

/// The shortest own name or part of one that no password may hold, letters: shorter ones stand in too many words.
const SHORTEST_NAME: usize = 4;

/// Words everybody tries first here: of the organisation, its units and this program (OWASP ASVS 5, 6.1.2). They count for
/// nothing where the password is guessed at.
const WORDS_OF_THE_ORGANISATION: &[&str] = &[
    "bawaslu",
    "badan",
    "pengawas",
    "pemilihan",
    "pemilu",
    "pilkada",
    "panwaslu",
    "panwascam",
    "kabupaten",
    "kecamatan",
    "provinsi",
    "humas",
    "kehumasan",
    "jenjang",
];

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
/// `TooLong`, or `WeakPassword` when it is short, holds the person's own name or address, is easy to guess, or is nothing much
/// without the person's own words; about `field`.
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
    if holds_own(password, about) {
        return Err(weak(own_words(), field));
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
        return Err(weak(own_words(), field));
    }
    Ok(())
}

fn own_words() -> Text {
    Text::new(
        "Kata sandi ini memuat nama atau alamat e-mail Anda sendiri.",
        "This password is made of your own name or e-mail address.",
    )
}

/// Letters and digits alone, small and without accents: what somebody who guesses makes of a name.
fn folded(text: &str) -> String {
    let lower = text.nfkd().flat_map(char::to_lowercase);
    lower.nfkd().filter(|sign| sign.is_alphanumeric()).collect()
}

/// Whether a password holds the whole name, a word of it, the whole address, or what stands before the `@`.
fn holds_own(password: &str, about: &[&str]) -> bool {
    let password = folded(password);
    let own = about.iter().flat_map(|text| match text.split_once('@') {
        Some((local, _domain)) => vec![folded(text), folded(local)],
        None => text.split_whitespace().chain([*text]).map(folded).collect(),
    });
    own.filter(|own| own.chars().count() >= SHORTEST_NAME)
        .any(|own| password.contains(&own))
}

fn weak(text: Text, field: &str) -> Error {
    Refusal::new(Code::WeakPassword, text).at([field]).into()
}

fn is_strong(password: &str, words: &[String]) -> bool {
    let own = words.iter().map(String::as_str);
    let words: Vec<&str> = own.chain(WORDS_OF_THE_ORGANISATION.iter().copied()).collect();
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
            ("pratiwi kuda baterai tepat stapler", false),
            ("kuda PRÁTIWI baterai tepat stapler", false),
            ("kuda baterai ayu.pratiwi tepat stapler", false),
            ("ayu kuda baterai tepat stapler", true),
            ("bawaslupilkada", false),
            ("äöü-ßẞ-kuda-baterai-tepat", true),
        ] {
            assert_eq!(check(password, &about, "password").is_ok(), fits, "{password}");
        }
        // A short name stands in too many words; what stands before the `@` counts as a whole.
        let about = ["Adi Kü", "sari99@contoh.id"];
        for (password, fits) in [
            ("jadikan-kuda-baterai-tepat", true),
            ("kuda-baterai-tepat-Sari-99", false),
            ("kuda-baterai-contoh-stapler", true),
            ("lumbung-adi-ku-baterai-tepat", false),
        ] {
            assert_eq!(check(password, &about, "password").is_ok(), fits, "{password}");
        }
        assert!(
            check(&"kuda baterai ".repeat(11), &about, "password").is_err(),
            "too long"
        );
    }
}
