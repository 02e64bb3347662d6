//! The keys by which others verify the tokens of this server, as a JSON Web Key Set (RFC 7517, RFC 8037).
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::token::Tokens;

/// How long others may keep the set, seconds. A new key signs nothing before that has passed ([`super::rotation::LEAD`]).
pub const MAX_AGE_SECONDS: i64 = 300;

/// Every key that is believed now, the next one already among them.
#[must_use]
pub fn key_set(tokens: &Tokens, now: DateTime<Utc>) -> Value {
    let keys: Vec<Value> = tokens
        .public_keys(now)
        .into_iter()
        .map(|(kid, public)| {
            json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "alg": "EdDSA",
                "kid": kid,
                "x": URL_SAFE_NO_PAD.encode(public),
            })
        })
        .collect();
    json!({ "keys": keys })
}
