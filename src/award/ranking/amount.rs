//! Decimal numbers without a rounding nobody asked for: whole hundredths as they are given, whole millionths as they are reckoned.
use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A figure from 0.00 to 100.00, always with two places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hundredths(u16);

/// A text that is no number of the form that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(&'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

const NO_FIGURE: Malformed = Malformed("a figure is a text from \"0.00\" to \"100.00\", with two places");
const NO_AMOUNT: Malformed = Malformed("an amount is a text with six places, such as \"87.500000\"");

impl Hundredths {
    /// 100.00.
    pub const MOST: Self = Self(10_000);

    /// So many hundredths; None beyond 100.00.
    #[must_use]
    pub fn new(hundredths: u16) -> Option<Self> {
        (hundredths <= Self::MOST.0).then_some(Self(hundredths))
    }

    #[must_use]
    pub fn micros(self) -> Micros {
        Micros(i128::from(self.0) * (Micros::ONE / 100))
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl FromStr for Hundredths {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let (whole, rest) = text.split_once('.').ok_or(NO_FIGURE)?;
        let whole = u32::from_str(plain(whole, 3).ok_or(NO_FIGURE)?).map_err(|_error| NO_FIGURE)?;
        let rest = u32::from_str(plain(rest, 2).ok_or(NO_FIGURE)?).map_err(|_error| NO_FIGURE)?;
        let hundredths = u16::try_from(whole * 100 + rest).map_err(|_error| NO_FIGURE)?;
        let figure = Self::new(hundredths).ok_or(NO_FIGURE)?;
        // One number has one text.
        if figure.to_string() == text {
            Ok(figure)
        } else {
            Err(NO_FIGURE)
        }
    }
}

/// A text of at most so many digits and nothing else.
fn plain(text: &str, most: usize) -> Option<&str> {
    let digits = !text.is_empty() && text.len() <= most && text.bytes().all(|sign| sign.is_ascii_digit());
    digits.then_some(text)
}

/// A number in millionths, always written with six places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(pub i128);

impl Micros {
    /// 1, in millionths.
    pub const ONE: i128 = 1_000_000;

    /// The longest text that is read.
    const LONGEST: usize = 30;
}

impl fmt::Display for Micros {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let one = Self::ONE.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(formatter, "{sign}{}.{:06}", size / one, size % one)
    }
}

impl FromStr for Micros {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let (sign, size) = text.strip_prefix('-').map_or((1, text), |size| (-1, size));
        let (whole, rest) = size.split_once('.').ok_or(NO_AMOUNT)?;
        let whole = i128::from_str(plain(whole, Self::LONGEST).ok_or(NO_AMOUNT)?).map_err(|_error| NO_AMOUNT)?;
        let rest = i128::from_str(plain(rest, 6).ok_or(NO_AMOUNT)?).map_err(|_error| NO_AMOUNT)?;
        let amount = Self(sign * (whole * Self::ONE + rest));
        if amount.to_string() == text {
            Ok(amount)
        } else {
            Err(NO_AMOUNT)
        }
    }
}

/// A sum shared out among so many: the next whole number, halves up. The one place where anything is rounded. Among none it
/// stays what it is.
#[must_use]
pub fn shared(sum: i128, among: usize) -> i128 {
    let among = i128::try_from(among).unwrap_or(i128::MAX / 2).max(1);
    (2 * sum + among).div_euclid(2 * among)
}

macro_rules! written_as_text {
    ($kind:ty) => {
        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

written_as_text!(Hundredths);
written_as_text!(Micros);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_one_text() {
        for text in ["0.00", "7.05", "99.99", "100.00"] {
            assert_eq!(
                text.parse::<Hundredths>().map(|figure| figure.to_string()),
                Ok(text.to_owned())
            );
        }
        let wrong = [
            "", ".", "7", "7.5", "7.055", "07.50", "100.01", "-1.00", "+1.00", "1e1", "1,00", "999.99", "٧.00",
        ];
        for text in wrong {
            assert_eq!(text.parse::<Hundredths>(), Err(NO_FIGURE), "{text}");
        }
    }

    #[test]
    fn an_amount_has_one_text() {
        for text in ["0.000000", "-0.000001", "-12.500000", "100.000000"] {
            assert_eq!(
                text.parse::<Micros>().map(|amount| amount.to_string()),
                Ok(text.to_owned())
            );
        }
        let endless = "9".repeat(40) + ".000000";
        for text in [
            "",
            "-",
            "1",
            "1.5",
            "01.000000",
            "-0.000000",
            "1.0000000",
            endless.as_str(),
        ] {
            assert_eq!(text.parse::<Micros>(), Err(NO_AMOUNT), "{text}");
        }
    }

    #[test]
    fn halves_go_up_below_zero_too() {
        let halved = [3, 1, -1, -3].map(|sum| shared(sum, 2));
        assert_eq!(halved, [2, 1, 0, -1]);
        assert_eq!((shared(10, 3), shared(11, 3), shared(-10, 3)), (3, 4, -3));
    }
}
