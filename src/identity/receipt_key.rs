//! The keys that sign receipts. A receipt outlives every key: before a key signs anything its public half is written down in
//! the database, where it stays for ever, and anybody verifies by that.
use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, Utc};
use entity::receipt_key;
use jsonwebtoken::{Algorithm, crypto};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{keys::TokenKeys, query, rotation::LEAD};
use crate::{db::Db, error::Error};

/// What is signed to see whether a key does: no receipt reads like it.
const PROBE: &str = "jenjang-receipt-probe";

/// The keys as the folder has them.
pub struct ReceiptKeys {
    keys: ArcSwap<TokenKeys>,
}

/// The one key that signs at a moment.
pub struct Signer {
    keys: Arc<TokenKeys>,
    now: DateTime<Utc>,
}

impl ReceiptKeys {
    #[must_use]
    pub fn new(keys: TokenKeys) -> Self {
        Self {
            keys: ArcSwap::from_pointee(keys),
        }
    }

    /// Whether these are the keys it has.
    pub fn holds(&self, keys: &TokenKeys) -> bool {
        self.keys.load().is_same_as(keys)
    }

    /// Takes over the keys as they are in the folder now, which have been [recorded](record).
    pub fn replace_keys(&self, keys: TokenKeys) {
        self.keys.store(Arc::new(keys));
    }

    /// What signs now.
    #[must_use]
    pub fn signer(&self, now: DateTime<Utc>) -> Signer {
        Signer {
            keys: self.keys.load_full(),
            now,
        }
    }
}

impl Signer {
    /// What the key is called.
    ///
    /// # Errors
    /// Where there is no key at all, which loading refuses.
    pub fn kid(&self) -> Result<&str, Error> {
        let kid = self.keys.signing_kid(self.now);
        kid.ok_or_else(|| Error::internal("no key signs receipts"))
    }

    fn public_half(&self) -> Option<&[u8]> {
        self.keys.signer(self.now).map(|key| key.public.as_slice())
    }

    /// Ed25519 over the bytes of a text, in base64url.
    ///
    /// # Errors
    /// When the key fails to sign.
    pub fn sign(&self, text: &str) -> Result<String, Error> {
        let key = self.keys.signer(self.now);
        let key = key.ok_or_else(|| Error::internal("no key signs receipts"))?;
        crypto::sign(text.as_bytes(), &key.signing, Algorithm::EdDSA).map_err(Error::internal)
    }
}

/// Whether a signature over a text is that of a key.
#[must_use]
pub fn is_signed(text: &str, signature: &str, key: &receipt_key::Model) -> bool {
    is_signed_by(text, signature, &key.public_key)
}

fn is_signed_by(text: &str, signature: &str, public: &[u8]) -> bool {
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
        return false;
    };
    let public = UnparsedPublicKey::new(&ED25519, public);
    public.verify(text.as_bytes(), &signature).is_ok()
}

/// Writes the public halves down, before anything is signed with them.
///
/// # Errors
/// Where another key has been known by the same name; the database's.
pub async fn record(db: &Db, keys: &TokenKeys, now: DateTime<Utc>) -> Result<(), Error> {
    let known = query::receipt_keys(db.reader()).await?;
    let mut new = Vec::new();
    for (key, made_at) in keys.all() {
        match known.iter().find(|row| row.kid == key.kid) {
            Some(row) if row.public_key == key.public => {}
            Some(_other) => {
                return Err(Error::internal(format!(
                    "the receipt key {} is not the one that was known by this name",
                    key.kid
                )));
            }
            None => new.push(receipt_key::Model {
                kid: key.kid.clone(),
                public_key: key.public.clone(),
                made_at,
                recorded_at: now,
            }),
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let transaction = db.begin().await?;
    // Several processes read the same folder.
    receipt_key::Entity::insert_many(new.into_iter().map(IntoActiveModel::into_active_model))
        .on_conflict_do_nothing()
        .exec_without_returning(transaction.connection())
        .await?;
    transaction.commit().await
}

/// What is wrong with the keys of a folder beside those that are kept, a sentence each: whether one signs, and whether what it
/// signs verifies by the public half that is, or will be, written down for it.
#[must_use]
pub fn faults(held: TokenKeys, known: &[receipt_key::Model], now: DateTime<Utc>) -> Vec<String> {
    let kept = |kid: &str| known.iter().find(|row| row.kid == kid);
    let other = held
        .all()
        .filter(|(key, _made_at)| kept(&key.kid).is_some_and(|row| row.public_key != key.public));
    let mut faults: Vec<String> = other
        .map(|(key, _made_at)| format!("the key {} is not the one that is kept by this name", key.kid))
        .collect();
    let signer = ReceiptKeys::new(held).signer(now);
    let signs = || signer.sign(PROBE).ok().zip(signer.public_half());
    if !signs().is_some_and(|(signature, public)| is_signed_by(PROBE, &signature, public)) {
        faults.push("no key signs".to_owned());
    }
    faults
}

/// Every key that ever signed receipts, oldest first, as a JSON Web Key Set with the dates of each.
#[must_use]
pub fn key_set(keys: &[receipt_key::Model]) -> Value {
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let keys: Vec<Value> = keys
        .iter()
        .enumerate()
        .map(|(place, key)| {
            let next = keys.get(place + 1);
            json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "alg": "EdDSA",
                "kid": key.kid,
                "x": URL_SAFE_NO_PAD.encode(&key.public_key),
                "madeAt": moment(key.made_at),
                "supersededAt": next.map(|next| moment(next.made_at + LEAD)),
            })
        })
        .collect();
    json!({ "keys": keys })
}
