//! What the caller sends and what it wants back.
use actix_web::http::{
    StatusCode,
    header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap},
};

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status tells whether the operation ran.
    GraphqlResponse,
    /// `application/json`: 200 whenever the request was well formed, for clients that know nothing else.
    Json,
}

impl Media {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// Whether the body is JSON that is not compressed. Nothing else is read: a browser cannot send JSON across origins
/// without asking first, which with bearer tokens is the whole defence against forged requests.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut parts = content_type.split(';');
    let essence = parts.next().unwrap_or_default().trim();
    let utf8 = parts.all(
        |parameter| match parameter.trim().to_ascii_lowercase().split_once('=') {
            Some(("charset", charset)) => charset.trim_matches('"') == "utf-8",
            _ => true,
        },
    );
    essence.eq_ignore_ascii_case("application/json") && utf8 && !headers.contains_key(CONTENT_ENCODING)
}

/// Picks the form of the answer by the quality of what is accepted; of equals, what is named first. Without an Accept
/// header, and where anything goes, the older form, which every client can read.
pub(super) fn media(headers: &HeaderMap) -> Result<Media, StatusCode> {
    if !headers.contains_key(ACCEPT) {
        return Ok(Media::Json);
    }
    let given = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    let ranges: Vec<(String, f32)> = given.flat_map(|value| value.split(',')).map(media_range).collect();
    let json = preference(&ranges, "application/json");
    let newer = preference(&ranges, "application/graphql-response+json");
    match (newer, json) {
        (None, None) => Err(StatusCode::NOT_ACCEPTABLE),
        (None, Some(_)) => Ok(Media::Json),
        (Some(_), None) => Ok(Media::GraphqlResponse),
        (Some(newer), Some(json)) if newer.quality > json.quality => Ok(Media::GraphqlResponse),
        (Some(newer), Some(json)) if newer.quality >= json.quality && newer.place < json.place => {
            Ok(Media::GraphqlResponse)
        }
        (Some(_), Some(_)) => Ok(Media::Json),
    }
}

/// How much a form is wanted, and how early in the header that is said.
struct Preference {
    quality: f32,
    place: usize,
}

/// What is said of a form: by the most specific range it falls under (RFC 9110 §12.5.1). None if it is not wanted.
fn preference(ranges: &[(String, f32)], form: &str) -> Option<Preference> {
    let place = [form, "application/*", "*/*"]
        .into_iter()
        .find_map(|range| ranges.iter().position(|(essence, _quality)| essence == range))?;
    let (_essence, quality) = ranges.get(place)?;
    (*quality > 0.0).then_some(Preference {
        quality: *quality,
        place,
    })
}

/// One range without its parameters, and its quality.
fn media_range(range: &str) -> (String, f32) {
    let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
    let essence = parts.next().unwrap_or_default();
    let quality = parts.find_map(|part| part.strip_prefix("q=")?.trim().parse().ok());
    (essence, quality.unwrap_or(1.0))
}
