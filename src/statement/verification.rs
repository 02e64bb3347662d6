//! What anybody is told who has a code: of a receipt or of a certificate, whichever it belongs to.
use std::{net::IpAddr, num::NonZeroU32};

use serde::Serialize;

use crate::{
    certificate::verification as certificates,
    error::Error,
    identity::{code::read_public_code, throttle::RetryAfter},
    report::receipt::verification as receipts,
    services::Services,
};

/// How many codes an address may look up in a minute: a desk that checks a pile of paper, not somebody who guesses.
pub const MOST_PER_MINUTE: NonZeroU32 = const { NonZeroU32::new(60).expect("sixty is not zero") };

/// The signed text, its signature and the name of the key.
#[derive(Clone, Debug, Serialize)]
pub struct Signed {
    pub payload: String,
    pub signature: String,
    pub kid: String,
}

/// What a code belongs to.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Verified {
    Receipt(Box<receipts::Verified>),
    Certificate(Box<certificates::Verified>),
}

/// A code as it is kept, however it was typed; None for what cannot be one. Each counts against what an address may ask.
///
/// # Errors
/// `RateLimited`.
pub fn read_code(services: &Services, typed: &str, address: IpAddr) -> Result<Option<String>, Error> {
    let throttled = services.verifications.check(address);
    throttled.map_err(|RetryAfter(seconds)| Error::RateLimited { seconds })?;
    Ok(read_public_code(typed))
}

/// Looks up what a code belongs to. None: nothing.
///
/// # Errors
/// `RateLimited`; the database's.
pub async fn verify(services: &Services, typed: &str, address: IpAddr) -> Result<Option<Verified>, Error> {
    let Some(code) = read_code(services, typed, address)? else {
        return Ok(None);
    };
    if let Some(receipt) = receipts::look_up(services, &code).await? {
        return Ok(Some(Verified::Receipt(Box::new(receipt))));
    }
    let certificate = certificates::look_up(services, &code).await?;
    Ok(certificate.map(|found| Verified::Certificate(Box::new(found))))
}
