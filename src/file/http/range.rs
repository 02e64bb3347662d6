//! Which bytes of a file are wanted (RFC 9110, 14).
use std::ops::Range as Bytes;

use actix_web::http::header::{ByteRangeSpec, HeaderMap, IF_RANGE, RANGE, Range};

/// What a request wants of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    All,
    Part(Bytes<u64>),
    /// Bytes that are not there.
    Nothing,
}

/// Reads what is wanted. What is no range is ignored, as is a range of what the file no longer is, and several ranges at
/// once: then the whole is sent, as the standard has it.
#[must_use]
pub fn wanted(headers: &HeaderMap, tag: &str, size: u64) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(range) = text(RANGE).and_then(|range| range.parse().ok()) else {
        return Wanted::All;
    };
    if headers.contains_key(IF_RANGE) && text(IF_RANGE) != Some(tag) {
        return Wanted::All;
    }
    let Range::Bytes(specs) = range else { return Wanted::All };
    let [spec] = specs.as_slice() else { return Wanted::All };
    if let ByteRangeSpec::FromTo(from, to) = spec
        && to < from
    {
        return Wanted::All;
    }
    match spec.to_satisfiable_range(size) {
        Some((first, last)) => Wanted::Part(first..last + 1),
        None => Wanted::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue, IF_RANGE, RANGE};

    use super::{Wanted, wanted};

    fn headers(range: &str, if_range: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_str(range).expect("visible"));
        if let Some(tag) = if_range {
            headers.insert(IF_RANGE, HeaderValue::from_str(tag).expect("visible"));
        }
        headers
    }

    #[test]
    fn ranges_are_read_as_the_standard_has_it() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=0-99", Wanted::Part(0..100)),
            ("bytes=10-19", Wanted::Part(10..20)),
            ("bytes=90-", Wanted::Part(90..100)),
            ("bytes=-1", Wanted::Part(99..100)),
            ("bytes=-1000", Wanted::Part(0..100)),
            ("bytes=99-1000", Wanted::Part(99..100)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=100-200", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=20-10", Wanted::All),
            ("bytes=0-1,5-6", Wanted::All),
            ("bytes=a-b", Wanted::All),
            ("bytes=", Wanted::All),
            ("lines=0-1", Wanted::All),
            ("bytes=0-18446744073709551615", Wanted::Part(0..100)),
            ("bytes=18446744073709551615-", Wanted::Nothing),
        ] {
            assert_eq!(wanted(&headers(range, None), "\"a\"", 100), expected, "{range}");
        }
        assert_eq!(wanted(&HeaderMap::new(), "\"a\"", 100), Wanted::All);
    }

    #[test]
    fn a_range_of_another_content_is_not_given() {
        for (tag, expected) in [
            ("\"a\"", Wanted::Part(0..10)),
            ("\"b\"", Wanted::All),
            ("W/\"a\"", Wanted::All),
            ("Sun, 22 Nov 2026 10:00:00 GMT", Wanted::All),
        ] {
            assert_eq!(
                wanted(&headers("bytes=0-9", Some(tag)), "\"a\"", 100),
                expected,
                "{tag}"
            );
        }
    }
}
