//! Refresh tokens: random text that means nothing by itself. The store keeps only its hash, so that
//! who reads the store cannot sign in with what is there.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

/// A new token, 43 characters of base64url over 32 random bytes, and the hash to store (see
/// `token_hash`).
///
/// # Panics
/// When the operating system gives no random numbers: that costs one request, a guessable token
/// would cost an account.
pub fn new_opaque_token() -> (String, [u8; 32]) {
    let mut random = [0; 32];
    OsRng
        .try_fill_bytes(&mut random)
        .expect("the operating system gives random numbers");
    let token = URL_SAFE_NO_PAD.encode(random);
    let hash = token_hash(&token);
    (token, hash)
}

/// The SHA-256 of a token's text. A slow hash is for passwords: nobody guesses 32 random bytes.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
