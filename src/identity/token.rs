//! Access tokens: JSON Web Tokens signed with Ed25519, short-lived, and checked without the
//! database.
//!
//! They carry who (`sub`) and which sign-in (`sid`), never what that person may do: rights change
//! within a token's life. The present moment is always handed in, so that a test can hold it still.

use std::fmt::{self, Debug, Display, Formatter};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use lru::LruCache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::keys::TokenKeys;

/// The `typ` of the header, by RFC 9068.
const HEADER_TYPE: &str = "at+jwt";
/// The `typ` among the claims: receipts, door codes and file links carry others.
const CLAIM_TYPE: &str = "access";
/// How far in the future, in seconds, a token may say it was issued: processes that share keys do
/// not share a clock. Expiry has no such leeway.
const CLOCK_SKEW_SECONDS: i64 = 30;

/// How many tokens are remembered to be well signed, the latest seen.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");

/// Issues access tokens and checks them.
pub struct Tokens {
    ring: ArcSwap<Ring>,
    issuer: String,
    lifetime: Duration,
    validation: Validation,
}

/// The keys, and the tokens that were found well signed by one of them: a client sends the same token for as long as it lives,
/// and a signature takes longer to check than many a request to answer. With the keys, all that they vouched for is forgotten.
struct Ring {
    keys: TokenKeys,
    /// By the SHA-256 of a token: the `kid` of its key, and its claims. Time is asked anew each time.
    verified: Mutex<LruCache<[u8; 32], (String, AccessClaims)>>,
}

impl Ring {
    fn new(keys: TokenKeys) -> Self {
        Self {
            keys,
            verified: Mutex::new(LruCache::new(REMEMBERED)),
        }
    }

    fn verified(&self) -> MutexGuard<'_, LruCache<[u8; 32], (String, AccessClaims)>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a good token says. Whoever holds one was signed in when it was issued; whether the session
/// still stands is the caller's to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// The account, `sub`.
    pub account: Uuid,
    /// The sign-in it came from, `sid`.
    pub session: Uuid,
    /// To the second.
    pub issued_at: DateTime<Utc>,
    /// To the second; from this moment on the token is refused.
    pub expires_at: DateTime<Utc>,
}

/// The claims as they travel. Every one is required.
#[derive(Serialize, Deserialize)]
struct Claims {
    typ: String,
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

impl Tokens {
    /// `issuer` becomes `iss` and `aud` alike, as only the server that issues a token accepts it;
    /// tokens of another issuer are refused. A token lives for `lifetime`, which counts whole
    /// seconds.
    pub fn new(keys: TokenKeys, issuer: String, lifetime: Duration) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[&issuer]);
        // The library lets an absent claim pass unless it is listed here.
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // It would ask the machine's clock; `check_time` asks the caller's.
        validation.validate_exp = false;
        Self {
            ring: ArcSwap::from_pointee(Ring::new(keys)),
            issuer,
            lifetime,
            validation,
        }
    }

    /// Takes over the keys as they are in the folder now; whether that changed anything.
    pub fn replace_keys(&self, keys: TokenKeys) -> bool {
        let changed = !self.ring.load().keys.is_same_as(&keys);
        if changed {
            self.ring.store(Arc::new(Ring::new(keys)));
        }
        changed
    }

    /// Every `kid` that is believed with its public key (32 bytes, as in RFC 8032), oldest first:
    /// what the key set published to others consists of.
    pub fn public_keys(&self, now: DateTime<Utc>) -> Vec<(String, Vec<u8>)> {
        let ring = self.ring.load();
        let believed = ring.keys.believed(now, self.lifetime);
        believed.map(|key| (key.kid.clone(), key.public.clone())).collect()
    }

    /// Signs a token with the key whose turn it is, and tells when it expires.
    ///
    /// # Errors
    /// `NotIssued` when the key fails to sign, or `now` is at the end of representable time.
    pub fn issue(
        &self,
        account: Uuid,
        session: Uuid,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), TokenError> {
        let issued = now.timestamp();
        let expires = issued.saturating_add(self.lifetime.num_seconds());
        let expires_at = DateTime::from_timestamp(expires, 0).ok_or(TokenError::NotIssued)?;
        let ring = self.ring.load();
        let key = ring.keys.signer(now).ok_or(TokenError::NotIssued)?;
        let header = Header {
            typ: Some(HEADER_TYPE.to_owned()),
            kid: Some(key.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = Claims {
            typ: CLAIM_TYPE.to_owned(),
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: account,
            sid: session,
            iat: issued,
            exp: expires,
        };
        let token = encode(&header, &claims, &key.signing).map_err(|_| TokenError::NotIssued)?;
        Ok((token, expires_at))
    }

    /// Believes a token only if this server signed it, as an access token, and it has not expired
    /// at `now`.
    ///
    /// # Errors
    /// Which of these failed. They are for logs and tests: a caller is told only to sign in again.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<AccessClaims, TokenError> {
        let ring = self.ring.load();
        let digest: [u8; 32] = Sha256::digest(token).into();
        let known = ring.verified().get(&digest).cloned();
        if let Some((kid, claims)) = known {
            let mut believed = ring.keys.believed(now, self.lifetime);
            if !believed.any(|key| key.kid == kid) {
                return Err(TokenError::UnknownKey);
            }
            check_time(claims.issued_at.timestamp(), claims.expires_at.timestamp(), now)?;
            return Ok(claims);
        }
        let (kid, claims) = self.read(&ring.keys, token, now)?;
        ring.verified().put(digest, (kid, claims));
        Ok(claims)
    }

    /// A token that was not seen before: the `kid` of its key, and what it says.
    fn read(&self, keys: &TokenKeys, token: &str, now: DateTime<Utc>) -> Result<(String, AccessClaims), TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        // `crit` names extensions that must be understood; we know none.
        if header.alg != Algorithm::EdDSA || header.crit.is_some() {
            return Err(TokenError::Malformed);
        }
        let kid = header.kid.as_deref().ok_or(TokenError::Malformed)?;
        let key = keys.believed(now, self.lifetime).find(|key| key.kid == kid);
        let key = key.ok_or(TokenError::UnknownKey)?;
        let claims = decode::<Claims>(token, &key.verifying, &self.validation)
            .map_err(|error| refusal(&error))?
            .claims;
        if header.typ.as_deref() != Some(HEADER_TYPE) || claims.typ != CLAIM_TYPE {
            return Err(TokenError::WrongClaims);
        }
        check_time(claims.iat, claims.exp, now)?;
        let moment = |seconds| DateTime::from_timestamp(seconds, 0).ok_or(TokenError::WrongClaims);
        let read = AccessClaims {
            account: claims.sub,
            session: claims.sid,
            issued_at: moment(claims.iat)?,
            expires_at: moment(claims.exp)?,
        };
        Ok((kid.to_owned(), read))
    }
}

impl Debug for Tokens {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tokens")
            .field("keys", &self.ring.load().keys)
            .field("issuer", &self.issuer)
            .field("lifetime_seconds", &self.lifetime.num_seconds())
            .finish_non_exhaustive()
    }
}

/// Whether a token issued and running out at these seconds holds now.
pub(super) fn check_time(issued: i64, expires: i64, now: DateTime<Utc>) -> Result<(), TokenError> {
    let now = now.timestamp();
    if now >= expires {
        return Err(TokenError::Expired);
    }
    if issued > now.saturating_add(CLOCK_SKEW_SECONDS) {
        return Err(TokenError::WrongClaims);
    }
    Ok(())
}

/// Our word for the library's. It reads the claims only after the signature was found good, so a
/// fault in their JSON is a fault in the claims. What it has no claim to blame for is malformed.
pub(super) fn refusal(error: &Error) -> TokenError {
    match error.kind() {
        ErrorKind::InvalidSignature => TokenError::BadSignature,
        ErrorKind::Json(_)
        | ErrorKind::MissingRequiredClaim(_)
        | ErrorKind::InvalidClaimFormat(_)
        | ErrorKind::InvalidIssuer
        | ErrorKind::InvalidAudience
        | ErrorKind::InvalidSubject => TokenError::WrongClaims,
        _ => TokenError::Malformed,
    }
}

/// Why a token was refused, or not issued. Never quotes the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Not a token of our form: not three parts, not JSON, another algorithm, no `kid`.
    Malformed,
    /// Signed with a key that is not, or no longer, ours.
    UnknownKey,
    /// Changed after it was signed, or signed by somebody else.
    BadSignature,
    /// Was good once.
    Expired,
    /// Ours, but not an access token, not for this server, or not complete.
    WrongClaims,
    /// Could not be signed.
    NotIssued,
}

impl Display for TokenError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Malformed => "The token is not of the form this server issues.",
            Self::UnknownKey => "The token was signed with a key this server does not have.",
            Self::BadSignature => "The token's signature does not fit.",
            Self::Expired => "The token has expired.",
            Self::WrongClaims => "The token is not an access token of this server.",
            Self::NotIssued => "The token could not be signed.",
        })
    }
}

impl std::error::Error for TokenError {}
