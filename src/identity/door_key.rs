//! The keys that sign door codes: what somebody who is to come to an event shows at its door. A code is a signed token that
//! names the event and the person's place in its list, and nothing else; a device that has the public keys reads one without
//! the network. The keys are their own; a token of one kind is none of the other.
use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    keys::{CODE_LIFE_DAYS, TokenKeys},
    token::TokenError,
};
use crate::error::Error;

/// The `typ` of the header.
const HEADER_TYPE: &str = "door+jwt";
/// The `typ` among the claims.
const CLAIM_TYPE: &str = "door-code";
/// The longest code that is looked at, characters; ours have some 270.
const LONGEST: usize = 1_000;

/// Makes door codes and reads them.
pub struct DoorKeys {
    keys: ArcSwap<TokenKeys>,
    validation: Validation,
}

/// What a code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoorCode {
    pub event: Uuid,
    pub delegate: Uuid,
}

/// Why a code is none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCode {
    /// Not of the form of one.
    Malformed,
    /// Of the form of one, and not signed by a key of ours.
    Forged,
}

/// The claims as they travel: ids in base64url, so that the picture stays coarse enough for a cheap camera.
#[derive(Serialize, Deserialize)]
struct Claims {
    typ: String,
    evt: String,
    sub: String,
}

fn short(id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

fn long(text: &str) -> Option<Uuid> {
    Uuid::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

fn life() -> Duration {
    Duration::days(CODE_LIFE_DAYS)
}

impl DoorKeys {
    #[must_use]
    pub fn new(keys: TokenKeys) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        // A code names an event, and holds as long as the event lets people in.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self {
            keys: ArcSwap::from_pointee(keys),
            validation,
        }
    }

    /// Takes over the keys as they are in the folder now; whether that changed anything.
    pub fn replace_keys(&self, keys: TokenKeys) -> bool {
        let changed = !self.keys.load().is_same_as(&keys);
        if changed {
            self.keys.store(Arc::new(keys));
        }
        changed
    }

    /// The code of somebody who is to come. The same key makes the same code of the same person.
    ///
    /// # Errors
    /// When the key fails to sign.
    pub fn make(&self, code: DoorCode, now: DateTime<Utc>) -> Result<String, Error> {
        let keys = self.keys.load();
        let key = keys.signer(now).ok_or_else(|| Error::internal(TokenError::NotIssued))?;
        let header = Header {
            typ: Some(HEADER_TYPE.to_owned()),
            kid: Some(key.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = Claims {
            typ: CLAIM_TYPE.to_owned(),
            evt: short(code.event),
            sub: short(code.delegate),
        };
        encode(&header, &claims, &key.signing).map_err(Error::internal)
    }

    /// What a code says, if a key of ours signed it.
    ///
    /// # Errors
    /// Whether it is malformed or forged.
    pub fn read(&self, text: &str, now: DateTime<Utc>) -> Result<DoorCode, NoCode> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(NoCode::Malformed);
        }
        let header = decode_header(text).map_err(|_no_token| NoCode::Malformed)?;
        if header.alg != Algorithm::EdDSA || header.crit.is_some() || header.typ.as_deref() != Some(HEADER_TYPE) {
            return Err(NoCode::Malformed);
        }
        let kid = header.kid.as_deref().ok_or(NoCode::Malformed)?;
        let keys = self.keys.load();
        let key = keys.believed(now, life()).find(|key| key.kid == kid);
        let key = key.ok_or(NoCode::Forged)?;
        let claims = decode::<Claims>(text, &key.verifying, &self.validation)
            .map_err(|_not_signed| NoCode::Forged)?
            .claims;
        let code = long(&claims.evt).zip(long(&claims.sub));
        let (event, delegate) = code.filter(|_ids| claims.typ == CLAIM_TYPE).ok_or(NoCode::Malformed)?;
        Ok(DoorCode { event, delegate })
    }

    /// Every `kid` that is believed with its public key (32 bytes, as in RFC 8032), oldest first.
    pub fn public_keys(&self, now: DateTime<Utc>) -> Vec<(String, Vec<u8>)> {
        let keys = self.keys.load();
        let believed = keys.believed(now, life());
        believed.map(|key| (key.kid.clone(), key.public.clone())).collect()
    }

    /// The same as a JSON Web Key Set.
    #[must_use]
    pub fn key_set(&self, now: DateTime<Utc>) -> Value {
        let keys: Vec<Value> = self
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
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::identity::keys::generate_missing;

    fn keys() -> (tempfile::TempDir, DoorKeys, DateTime<Utc>) {
        let folder = tempfile::tempdir().expect("a folder");
        let now = Utc.with_ymd_and_hms(2025, 1, 21, 2, 0, 0).single().expect("a moment");
        generate_missing(folder.path(), now).expect("keys");
        let keys = DoorKeys::new(TokenKeys::load_for_doors(folder.path()).expect("keys"));
        (folder, keys, now)
    }

    #[test]
    fn a_code_says_what_was_signed_and_is_the_same_each_time() {
        let (_folder, keys, now) = keys();
        let code = DoorCode {
            event: Uuid::from_u128(1),
            delegate: Uuid::from_u128(2),
        };
        let text = keys.make(code, now).expect("signed");
        assert_eq!(keys.make(code, now).expect("signed"), text);
        assert_eq!(keys.read(&format!(" {text}\n"), now), Ok(code));
        assert!(text.len() < 290, "{} characters", text.len());
    }

    #[test]
    fn what_nobody_of_us_signed_opens_no_door() {
        let (_folder, keys, now) = keys();
        let (_elsewhere, others, _now) = self::keys();
        let code = DoorCode {
            event: Uuid::from_u128(1),
            delegate: Uuid::from_u128(2),
        };
        assert_eq!(
            keys.read(&others.make(code, now).expect("signed"), now),
            Err(NoCode::Forged)
        );
        let text = keys.make(code, now).expect("signed");
        let (header, rest) = text.split_once('.').expect("three parts");
        let (_claims, signature) = rest.split_once('.').expect("three parts");
        let other =
            serde_json::to_vec(&json!({ "typ": "door-code", "evt": short(code.event), "sub": short(Uuid::nil()) }));
        let other = URL_SAFE_NO_PAD.encode(other.expect("JSON"));
        assert_eq!(
            keys.read(&format!("{header}.{other}.{signature}"), now),
            Err(NoCode::Forged)
        );
        for malformed in ["", "x", "a.b.c", header, &"9".repeat(2_000)] {
            assert_eq!(keys.read(malformed, now), Err(NoCode::Malformed), "{malformed}");
        }
    }
}
