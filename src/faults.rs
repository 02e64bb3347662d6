//! What is wrong with something that is made of parts, such as a template or a rubric: everything at once, each fault at its
//! place in the input that describes it. Pure.
use std::{collections::HashSet, fmt::Display};

use crate::{
    error::{Code, Refusal},
    locale::Text,
};

/// The longest name of anything, characters.
pub const LONGEST_NAME: usize = 200;

/// The longest description and guidance, characters.
pub const LONGEST_GUIDANCE: usize = 5_000;

/// The longest key and the longest code, characters.
pub const LONGEST_KEY: usize = 60;

/// The shortest code of anything, characters.
const SHORTEST_CODE: usize = 3;

/// Those that no draft may have either: what is too long to be kept, and having no name.
#[must_use]
pub fn keeps_from_saving(fault: &Refusal) -> bool {
    fault.code == Code::TooLong || fault.field == ["name"]
}

/// Faults of a part, told of the whole.
pub fn within(place: impl ToString, faults: Vec<Refusal>) -> impl Iterator<Item = Refusal> {
    let place = place.to_string();
    faults.into_iter().map(move |fault| fault.within([place.clone()]))
}

/// The faults of each item of a list, each at its place.
pub fn of_each<T>(items: &[T], faults: impl Fn(&T) -> Vec<Refusal>) -> impl Iterator<Item = Refusal> {
    let placed = items.iter().enumerate();
    placed.flat_map(move |(place, item)| within(place, faults(item)))
}

/// One fault, its place to be said.
#[must_use]
pub fn fault(code: Code, id: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::new(code, Text::new(id.into(), en.into()))
}

/// A text that has to be there.
#[must_use]
pub fn named(place: &'static str, text: &str, longest: usize) -> Option<Refusal> {
    if text.trim().is_empty() {
        let missing = fault(Code::Required, "Wajib diisi.", "It has to be filled in.");
        return Some(missing.at([place]));
    }
    short(place, text, longest)
}

/// A text that may be empty, but not too long.
#[must_use]
pub fn short(place: &'static str, text: &str, longest: usize) -> Option<Refusal> {
    (text.chars().count() > longest).then(|| {
        let long = fault(
            Code::TooLong,
            format!("Paling panjang {longest} karakter."),
            format!("At most {longest} characters."),
        );
        long.at([place])
    })
}

/// A list that has to hold something, and not too much.
#[must_use]
pub fn filled<T>(items: &[T], most: usize) -> Option<Refusal> {
    if items.is_empty() {
        return Some(fault(
            Code::Required,
            "Isi paling sedikit satu.",
            "At least one is needed.",
        ));
    }
    few(items.len(), most)
}

/// A list that may be empty, but not too long.
#[must_use]
pub fn few(count: usize, most: usize) -> Option<Refusal> {
    (count > most).then(|| {
        fault(
            Code::TooLong,
            format!("Paling banyak {most}."),
            format!("At most {most}."),
        )
    })
}

/// Keys that are malformed, or that one before has.
#[must_use]
pub fn of_keys<'k>(keys: impl IntoIterator<Item = &'k str>) -> Vec<(usize, Refusal)> {
    let mut seen = HashSet::new();
    let mut faults = Vec::new();
    for (place, key) in keys.into_iter().enumerate() {
        if let Some(long) = short("key", key, LONGEST_KEY) {
            faults.push((place, long));
        } else if key.is_empty() || !key.bytes().all(is_key) {
            let malformed = fault(
                Code::Invalid,
                "Kunci terdiri atas huruf kecil a-z, angka dan tanda hubung.",
                "A key is made of the small letters a-z, digits and hyphens.",
            );
            faults.push((place, malformed.at(["key"])));
        } else if !seen.insert(key) {
            faults.push((place, twice().at(["key"])));
        }
    }
    faults
}

/// That one before is the same.
#[must_use]
pub fn twice() -> Refusal {
    fault(Code::Invalid, "Ini sudah ada.", "It is there already.")
}

/// Faults of items, each told of the list.
pub fn placed(faults: Vec<(usize, Refusal)>) -> impl Iterator<Item = Refusal> {
    faults
        .into_iter()
        .map(|(place, fault)| fault.within([place.to_string()]))
}

/// A number that lies between two others.
#[must_use]
pub fn of_bounds<N: Copy + PartialOrd + Display>(
    place: &'static str,
    (least, number): (N, N),
    most: N,
) -> Vec<Refusal> {
    if (least..=most).contains(&number) {
        return Vec::new();
    }
    let outside = if number > most {
        fault(
            Code::Invalid,
            format!("Paling banyak {most}."),
            format!("At most {most}."),
        )
    } else {
        fault(
            Code::Invalid,
            format!("Paling sedikit {least}."),
            format!("At least {least}."),
        )
    };
    vec![outside.at([place])]
}

/// What is wrong with the `code` that all versions of something share.
#[must_use]
pub fn of_code(code: &str) -> Option<Refusal> {
    if (SHORTEST_CODE..=LONGEST_KEY).contains(&code.len()) && code.bytes().all(is_key) {
        return None;
    }
    let text = Text::new(
        format!("Kode terdiri atas {SHORTEST_CODE} sampai {LONGEST_KEY} huruf kecil a-z, angka dan tanda hubung."),
        format!("A code is made of {SHORTEST_CODE} to {LONGEST_KEY} small letters a-z, digits and hyphens."),
    );
    Some(Refusal::new(Code::Invalid, text).at(["code"]))
}

/// What keys and codes are made of.
fn is_key(sign: u8) -> bool {
    sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_plain_and_told_from_the_others() {
        let long = "a".repeat(LONGEST_KEY + 1);
        // Fewer characters than a key may have, more bytes.
        let foreign = "\u{e9}".repeat(LONGEST_KEY / 2 + 1);
        let faults = of_keys(["isi", "media-sosial", "", "Isi", &long, &foreign, "isi"]);
        let told: Vec<_> = faults.into_iter().map(|(place, fault)| (place, fault.code)).collect();
        let expected = [
            (2, Code::Invalid),
            (3, Code::Invalid),
            (4, Code::TooLong),
            (5, Code::Invalid),
            (6, Code::Invalid),
        ];
        assert_eq!(told, expected);
    }
}
