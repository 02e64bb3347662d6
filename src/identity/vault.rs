//! What has to be read again, but not by who has the database alone: AES-256-GCM under keys of the key folder.
//!
//! A sealed value names the key it was sealed with, so that keys can be exchanged while old values are still about.
use std::{
    collections::BTreeMap,
    fmt::{self, Debug, Display, Formatter},
    path::Path,
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    encoding::{AsBigEndian, Curve25519SeedBin},
    hkdf::{HKDF_SHA256, Salt},
    hmac,
    signature::Ed25519KeyPair,
};

use super::keys::{KeyError, KeyPurpose, PrivateKey, private_keys};

/// What a key is derived for: one file of the key folder gives an independent key for each word.
const FOR_SEALING: &[u8] = b"jenjang vault";
const FOR_FINGERPRINTS: &[u8] = b"jenjang fingerprints";

/// The keys, held in memory: the newest seals and makes fingerprints, all open.
pub struct Vault {
    active: String,
    keys: BTreeMap<String, RandomizedNonceKey>,
    fingerprints: hmac::Key,
}

impl Vault {
    /// Reads every vault key of `directory`.
    ///
    /// # Errors
    /// As `TokenKeys::load`, of the vault's keys.
    pub fn load(directory: &Path) -> Result<Self, KeyError> {
        let mut keys = BTreeMap::new();
        let mut newest: Option<(String, hmac::Key)> = None;
        for PrivateKey { kid, path, private } in private_keys(directory, KeyPurpose::Vault)? {
            let malformed = || KeyError::Malformed { path: path.clone() };
            let pair = Ed25519KeyPair::from_pkcs8(&private).map_err(|_| malformed())?;
            let sealing = derived(&pair, FOR_SEALING).ok_or_else(malformed)?;
            let sealing = RandomizedNonceKey::new(&AES_256_GCM, &sealing).map_err(|_| malformed())?;
            let fingerprints = derived(&pair, FOR_FINGERPRINTS).ok_or_else(malformed)?;
            if newest.as_ref().is_none_or(|(known, _key)| *known < kid) {
                newest = Some((kid.clone(), hmac::Key::new(hmac::HMAC_SHA256, &fingerprints)));
            }
            keys.insert(kid, sealing);
        }
        let (active, fingerprints) = newest.ok_or_else(|| KeyError::NoVaultKey {
            directory: directory.to_owned(),
        })?;
        Ok(Self {
            active,
            keys,
            fingerprints,
        })
    }

    /// What a value is recognised by without being kept: HMAC-SHA256. Who reads the database cannot try guesses against it.
    /// With a new vault key the same value gets another fingerprint.
    #[must_use]
    pub fn fingerprint(&self, value: &[u8]) -> [u8; 32] {
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(hmac::sign(&self.fingerprints, value).as_ref());
        fingerprint
    }

    /// Seals a value. `context` says what it is and whose: opened in another place it does not open.
    ///
    /// # Errors
    /// `Unsealable` when the operating system gives no random numbers.
    pub fn seal(&self, context: &str, value: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let key = self.keys.get(&self.active).ok_or(Unsealable)?;
        let mut text = value.to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(context), &mut text)
            .map_err(|_| Unsealable)?;
        let mut sealed = Vec::with_capacity(self.active.len() + 1 + NONCE_LEN + text.len());
        sealed.extend_from_slice(self.active.as_bytes());
        sealed.push(b':');
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Opens a sealed value.
    ///
    /// # Errors
    /// `Unsealable` when its key is gone, or it was changed or moved.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let colon = sealed.iter().position(|byte| *byte == b':').ok_or(Unsealable)?;
        let (kid, rest) = (&sealed[..colon], &sealed[colon + 1..]);
        let key = std::str::from_utf8(kid).ok().and_then(|kid| self.keys.get(kid));
        let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
        let mut text = text.to_vec();
        let value = key
            .ok_or(Unsealable)?
            .open_in_place(nonce, Aad::from(context), &mut text)
            .map_err(|_| Unsealable)?;
        Ok(value.to_vec())
    }
}

impl Debug for Vault {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Vault")
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

/// The key a file gives for a word. The files hold Ed25519 keys, because one form is kept, checked and backed up for all of
/// them; what is taken from this one is the randomness of its seed.
fn derived(pair: &Ed25519KeyPair, word: &[u8]) -> Option<[u8; 32]> {
    let seed = pair.seed().ok()?;
    let seed: Curve25519SeedBin<'_> = seed.as_be_bytes().ok()?;
    let mut key = [0; 32];
    Salt::new(HKDF_SHA256, &[])
        .extract(seed.as_ref())
        .expand(&[word], HKDF_SHA256)
        .and_then(|material| material.fill(&mut key))
        .ok()?;
    Some(key)
}

/// A value could not be sealed, or not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsealable;

impl Display for Unsealable {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a sealed value could not be made or opened; is its vault key still in the key folder?")
    }
}

impl std::error::Error for Unsealable {}
