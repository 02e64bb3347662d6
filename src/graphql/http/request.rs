//! From the bytes of a request to its parameters: bounded, and strict about their form.
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::{HttpRequest, http::StatusCode, web};
use async_graphql::Variables;
use futures_util::StreamExt;
use ipnet::IpNet;
use serde_json::{Map, Value};

use super::negotiation::is_json;
use crate::{graphql::limits::Limits, locale::Text};

/// How much of a body that is too large is read and thrown away, so that its sender hears why; then the line is cut.
const MOST_DISCARDED: usize = 16 * 1024 * 1024;

/// What a request asks.
pub(super) struct Params {
    pub query: String,
    pub operation_name: Option<String>,
    pub variables: Variables,
}

/// A request that is none.
pub(super) struct Refused {
    pub status: StatusCode,
    pub code: &'static str,
    pub text: Text,
}

fn malformed(id: impl Into<String>, en: impl Into<String>) -> Refused {
    Refused {
        status: StatusCode::BAD_REQUEST,
        code: "BAD_USER_INPUT",
        text: Text::new(id.into(), en.into()),
    }
}

/// Reads a request, as long and for as long as the limits let it.
pub(super) async fn read(request: &HttpRequest, payload: web::Payload, limits: &Limits) -> Result<Params, Refused> {
    let reading = tokio::time::timeout(limits.body(), body(payload, limits.body_bytes)).await;
    let body = reading.map_err(|_elapsed| Refused {
        status: StatusCode::REQUEST_TIMEOUT,
        code: "BAD_USER_INPUT",
        text: Text::new(
            format!("Isi permintaan tidak tiba dalam {} detik.", limits.body_seconds),
            format!("The body did not arrive within {} seconds.", limits.body_seconds),
        ),
    })??;
    if !is_json(request.headers()) {
        return Err(Refused {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            code: "BAD_USER_INPUT",
            text: Text::new(
                "Content-Type harus application/json (UTF-8).",
                "The Content-Type has to be application/json (UTF-8).",
            ),
        });
    }
    let text = std::str::from_utf8(&body)
        .map_err(|_invalid| malformed("Isi permintaan bukan UTF-8.", "The body is not UTF-8."))?;
    if values(text) > limits.body_values {
        return Err(Refused {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            code: "PAYLOAD_TOO_LARGE",
            text: Text::new(
                format!("Isi permintaan memuat lebih dari {} nilai.", limits.body_values),
                format!("The body holds more than {} values.", limits.body_values),
            ),
        });
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        malformed(
            format!("Isi permintaan bukan JSON: {error}."),
            format!("The body is not JSON: {error}."),
        )
    })?;
    let Value::Object(object) = value else {
        return Err(malformed(
            "Isi permintaan harus berupa objek JSON.",
            "The body has to be a JSON object; there is no batching.",
        ));
    };
    params(object)
}

/// How many values a JSON text has at most: each but the first follows on a bracket, a brace or a comma.
fn values(text: &str) -> usize {
    let (mut values, mut in_string, mut escaped) = (1, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' | b',' if !in_string => values += 1,
            _ => {}
        }
    }
    values
}

async fn body(mut payload: web::Payload, limit: usize) -> Result<web::BytesMut, Refused> {
    let mut body = web::BytesMut::new();
    let mut seen = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_broken| malformed("Isi permintaan terputus.", "The body broke off."))?;
        seen += chunk.len();
        if seen <= limit {
            body.extend_from_slice(&chunk);
        } else if seen > MOST_DISCARDED {
            break;
        }
    }
    if seen <= limit {
        return Ok(body);
    }
    Err(Refused {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        code: "PAYLOAD_TOO_LARGE",
        text: Text::new(
            format!("Isi permintaan melebihi {limit} byte."),
            format!("The body is larger than {limit} bytes."),
        ),
    })
}

/// Reads a body that is not wanted, so far as one that is too large is read, so that its sender hears why.
pub async fn drain(mut payload: web::Payload, limits: &Limits) {
    let reading = async {
        let mut seen = 0;
        while let Some(Ok(chunk)) = payload.next().await {
            seen += chunk.len();
            if seen > MOST_DISCARDED {
                break;
            }
        }
    };
    // Whoever is slow to send does not hear it.
    let _elapsed = tokio::time::timeout(limits.body(), reading).await;
}

fn params(mut object: Map<String, Value>) -> Result<Params, Refused> {
    let wrong = |name: &str, form: &str| {
        malformed(
            format!("`{name}` tidak sesuai bentuknya ({form})."),
            format!("`{name}` has to be {form}."),
        )
    };
    let query = match object.remove("query") {
        Some(Value::String(query)) => query,
        _ => return Err(wrong("query", "a string")),
    };
    let operation_name = match object.remove("operationName") {
        Some(Value::String(name)) => Some(name),
        Some(Value::Null) | None => None,
        Some(_) => return Err(wrong("operationName", "a string or null")),
    };
    let variables = match object.remove("variables") {
        Some(Value::Object(variables)) => Value::Object(variables),
        Some(Value::Null) | None => Value::Object(Map::new()),
        Some(_) => return Err(wrong("variables", "an object or null")),
    };
    if !matches!(object.remove("extensions"), Some(Value::Object(_) | Value::Null) | None) {
        return Err(wrong("extensions", "an object or null"));
    }
    // The two databases differ about NUL, and no text of a report needs one.
    if has_nul(&variables) || query.contains('\0') || query.contains("\\u0000") {
        return Err(malformed(
            "Karakter NUL tidak diterima.",
            "The character NUL is not accepted.",
        ));
    }
    Ok(Params {
        query,
        operation_name,
        variables: Variables::from_json(variables),
    })
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(entries) => entries.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Where a request comes from: the peer, or, behind proxies the operator trusts, the nearest address that is not one of
/// theirs. What stands further away was written by whoever sent the request.
pub(super) fn client_address(request: &HttpRequest, trusted: &[IpNet]) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .map(|value| value.to_str().unwrap_or_default());
    nearest_untrusted(peer, &forwarded.collect::<Vec<_>>(), trusted)
}

fn nearest_untrusted(peer: IpAddr, forwarded: &[&str], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut nearest = peer;
    for hop in forwarded.iter().rev().flat_map(|value| value.rsplit(',')) {
        if !is_trusted(nearest) {
            break;
        }
        // A proxy of ours writes addresses; before what is none, the trail ends.
        let Some(address) = read_hop(hop.trim()) else { break };
        nearest = address;
    }
    nearest
}

/// An address, with or without the port some proxies add.
fn read_hop(hop: &str) -> Option<IpAddr> {
    let with_port = || Some(hop.parse::<SocketAddr>().ok()?.ip());
    hop.parse::<IpAddr>()
        .ok()
        .or_else(with_port)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::{nearest_untrusted, values};

    #[test]
    fn what_stands_in_a_text_is_no_value() {
        assert_eq!(values(r#"{"a": [0, "b, [c\\\", {", 1], "d": {}}"#), 7);
        assert_eq!(values(""), 1);
        assert_eq!(
            values(r#""\\\\","#),
            2,
            "an escaped backslash closes nothing but itself"
        );
    }

    #[test]
    fn the_nearest_address_that_no_proxy_of_ours_has_is_the_client() {
        let trusted = ["10.0.0.0/8".parse().expect("valid"), "fd00::/8".parse().expect("valid")];
        for (peer, forwarded, client) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, 10.0.0.7"], "198.51.100.1"),
            ("10.0.0.1", &["192.0.2.66, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["192.0.2.66", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["anything, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, anything"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1:52100"], "198.51.100.1"),
            ("10.0.0.1", &["[2001:db8::7]:52100, fd00::1"], "2001:db8::7"),
            ("10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &[], "10.0.0.1"),
        ] {
            let found = nearest_untrusted(peer.parse().expect("valid"), forwarded, &trusted);
            assert_eq!(
                found,
                client.parse::<std::net::IpAddr>().expect("valid"),
                "{peer} {forwarded:?}"
            );
        }
    }
}
