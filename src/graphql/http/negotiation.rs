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

/// Picks the form of the answer by the quality of what is accepted; the first of equals wins, and with no preference the
/// newer form. Without an Accept header the older one, as clients before the specification expect.
pub(super) fn media(headers: &HeaderMap) -> Result<Media, StatusCode> {
    if !headers.contains_key(ACCEPT) {
        return Ok(Media::Json);
    }
    let ranges = headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let mut best: Option<(Media, f32)> = None;
    for range in ranges {
        let mut parts = range.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts
            .find_map(|part| part.strip_prefix("q=")?.parse().ok())
            .unwrap_or(1.0);
        let media = match essence.as_str() {
            "application/graphql-response+json" | "application/*" | "*/*" => Media::GraphqlResponse,
            "application/json" => Media::Json,
            _ => continue,
        };
        if quality > best.map_or(0.0, |(_media, quality)| quality) {
            best = Some((media, quality));
        }
    }
    best.map(|(media, _quality)| media).ok_or(StatusCode::NOT_ACCEPTABLE)
}
