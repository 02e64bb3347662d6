//! Ids of the API. Clients never take one apart; this program compares answers with rows, so it has to.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

/// The id of a row of a type.
pub fn of(kind: &str, row: Uuid) -> String {
    URL_SAFE_NO_PAD.encode([kind.as_bytes(), b":", row.as_bytes()].concat())
}

/// The row that an id means.
pub fn row(id: &str) -> Uuid {
    let bytes = URL_SAFE_NO_PAD.decode(id).unwrap();
    Uuid::from_slice(&bytes[bytes.len() - 16..]).unwrap()
}
