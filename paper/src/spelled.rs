//! Numbers in Indonesian words, as dates in minutes are written.

const UNITS: [&str; 12] = [
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
];

/// A number below a million in words; beyond that in digits.
pub(crate) fn spelled(number: u32) -> String {
    match number {
        0..=11 => UNITS[number as usize].to_owned(),
        12..=19 => format!("{} belas", spelled(number - 10)),
        20..=99 => joined(format!("{} puluh", spelled(number / 10)), number % 10),
        100..=199 => joined("seratus".to_owned(), number - 100),
        200..=999 => joined(format!("{} ratus", spelled(number / 100)), number % 100),
        1000..=1999 => joined("seribu".to_owned(), number - 1000),
        2000..=999_999 => joined(format!("{} ribu", spelled(number / 1000)), number % 1000),
        _ => number.to_string(),
    }
}

fn joined(head: String, rest: u32) -> String {
    if rest == 0 {
        head
    } else {
        format!("{head} {}", spelled(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn numbers_are_spelled_as_they_are_said() {
        let said = [
            (1, "satu"),
            (10, "sepuluh"),
            (11, "sebelas"),
            (12, "dua belas"),
            (20, "dua puluh"),
            (31, "tiga puluh satu"),
            (100, "seratus"),
            (111, "seratus sebelas"),
            (1000, "seribu"),
            (1999, "seribu sembilan ratus sembilan puluh sembilan"),
            (2026, "dua ribu dua puluh enam"),
            (11_000, "sebelas ribu"),
        ];
        for (number, words) in said {
            assert_eq!(spelled(number), words);
        }
    }
}
