//! Links: a right to fetch one file, for a minute, out of the session that asked for it.
//!
//! A link is a signed token in the address, so that a browser can follow it without a header. It opens nothing by itself:
//! whoever follows it is taken for the session it was made in, and is asked at that moment, as for any request, whether
//! the session still stands and whether it may see the file. The keys are their own; a token of one kind is none of the
//! other.
use std::{net::IpAddr, sync::Arc};

use arc_swap::ArcSwap;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Credential, Proof,
    keys::TokenKeys,
    query,
    token::{TokenError, check_time, refusal},
};
use crate::{error::Error, services::Services};

/// How long a link holds, seconds.
pub const LINK_SECONDS: i64 = 60;

/// The `typ` of the header.
const HEADER_TYPE: &str = "link+jwt";
/// The `typ` among the claims.
const CLAIM_TYPE: &str = "file-link";
/// Who makes the links, and who follows them.
const ISSUER: &str = "jenjang";

/// Makes links and checks them.
pub struct Links {
    keys: ArcSwap<TokenKeys>,
    validation: Validation,
}

/// The claims as they travel. Every one is required, but of the last two only one.
#[derive(Serialize, Deserialize)]
struct Claims {
    typ: String,
    iss: String,
    aud: String,
    /// The account.
    sub: Uuid,
    file: Uuid,
    iat: i64,
    exp: i64,
    /// The session it was made in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    /// The program's token it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<Uuid>,
}

/// A link, and until when it holds.
pub struct Link {
    pub text: String,
    pub expires_at: DateTime<Utc>,
}

impl Links {
    #[must_use]
    pub fn new(keys: TokenKeys) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library would ask the machine's clock; the caller's is asked below.
        validation.validate_exp = false;
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

    /// A link to a file for whoever has proved themselves.
    ///
    /// # Errors
    /// When the key fails to sign.
    pub fn make(&self, proof: &Proof, file: Uuid, now: DateTime<Utc>) -> Result<Link, Error> {
        let expires = now.timestamp().saturating_add(LINK_SECONDS);
        let expires_at = DateTime::from_timestamp(expires, 0).ok_or_else(|| Error::internal("the end of time"))?;
        let keys = self.keys.load();
        let key = keys.signer(now).ok_or_else(|| Error::internal(TokenError::NotIssued))?;
        let header = Header {
            typ: Some(HEADER_TYPE.to_owned()),
            kid: Some(key.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let (sid, token) = match proof.credential() {
            Credential::Session(session) => (Some(session), None),
            Credential::Token { token, program: _ } => (None, Some(token)),
        };
        let claims = Claims {
            typ: CLAIM_TYPE.to_owned(),
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: proof.account(),
            file,
            iat: now.timestamp(),
            exp: expires,
            sid,
            token,
        };
        let text = encode(&header, &claims, &key.signing).map_err(Error::internal)?;
        Ok(Link { text, expires_at })
    }

    /// What a link says, if it is ours, for this file, and holds.
    fn read(&self, text: &str, file: Uuid, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let header = decode_header(text).map_err(|_| TokenError::Malformed)?;
        if header.alg != Algorithm::EdDSA || header.crit.is_some() {
            return Err(TokenError::Malformed);
        }
        let kid = header.kid.as_deref().ok_or(TokenError::Malformed)?;
        let keys = self.keys.load();
        let life = Duration::seconds(LINK_SECONDS);
        let key = keys.believed(now, life).find(|key| key.kid == kid);
        let key = key.ok_or(TokenError::UnknownKey)?;
        let claims = decode::<Claims>(text, &key.verifying, &self.validation)
            .map_err(|error| refusal(&error))?
            .claims;
        if header.typ.as_deref() != Some(HEADER_TYPE) || claims.typ != CLAIM_TYPE || claims.file != file {
            return Err(TokenError::WrongClaims);
        }
        check_time(claims.iat, claims.exp, now)?;
        Ok(claims)
    }
}

/// Whoever a link was made for, if the session it was made in still stands.
///
/// # Errors
/// `Unauthenticated`, whatever the reason; the database's.
pub async fn follow(services: &Services, text: &str, file: Uuid, address: IpAddr) -> Result<Proof, Error> {
    let now = services.clock.now();
    let claims = services.identity.links.read(text, file, now);
    let claims = claims.map_err(|_reason| Error::Unauthenticated)?;
    let directory = services.directory.load();
    let active = directory.person(claims.sub).is_some_and(|person| person.active);
    let credential = match (claims.sid, claims.token) {
        (Some(session), None) if !services.identity.revocations.contains(session) => Credential::Session(session),
        (None, Some(token)) => {
            let token = directory.programs.token(token);
            let token =
                token.filter(|token| token.holds(now) && token.admits(address) && token.created_by == claims.sub);
            let token = token.ok_or(Error::Unauthenticated)?;
            if directory.seats_of_token(token.id, services.clock.today()).is_empty() {
                return Err(Error::Unauthenticated);
            }
            Credential::Token {
                token: token.id,
                program: token.program,
            }
        }
        _ => return Err(Error::Unauthenticated),
    };
    if !active || !query::still_holds(services.db.reader(), credential, now).await? {
        return Err(Error::Unauthenticated);
    }
    Ok(Proof {
        account: claims.sub,
        credential,
    })
}
