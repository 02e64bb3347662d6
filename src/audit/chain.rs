//! The chain of the leaves. Each has a position and a link, a hash over the link before it and the leaf: whoever knows one
//! link knows that nothing before it has been altered since, taken out or put in. The salt is not in it, so that an erasure
//! leaves the chain whole.
use chrono::{DateTime, SecondsFormat, Utc};
use entity::{audit_leaf, pulse};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, Statement, Value, sea_query::Expr,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{canonical_json, query};
use crate::{digest::hexadecimal, error::Error};

/// The pulse whose version is how many leaves are linked.
pub const AUDIT_PULSE: &str = "audit";

/// How many leaves are linked in one transaction: it bounds memory, and how long the feed waits.
pub const PAGE: u64 = 1_000;

/// A link of the chain, a SHA-256.
pub type Link = [u8; 32];

/// What stands before the first leaf.
pub const BEGINNING: Link = [0; 32];

/// How far the chain has come, and the link there: it seals all leaves up to that position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub position: i64,
    pub link: Link,
    /// When its leaf was written.
    pub at: DateTime<Utc>,
}

/// What a link is the SHA-256 of, as canonical JSON. Hashes are lower-case hexadecimal, the moment is in UTC with
/// microseconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Linked<'a> {
    typ: &'static str,
    /// The link before; zeros before the first leaf.
    previous: String,
    position: i64,
    leaf: Uuid,
    subject_type: &'a str,
    subject: Uuid,
    commitment: String,
    at: String,
}

/// The link of a leaf at a position, after the link before it.
///
/// # Errors
/// None that a leaf can bring about.
pub fn link(previous: &[u8], position: i64, leaf: &audit_leaf::Model) -> Result<Link, Error> {
    let linked = Linked {
        typ: "jenjang.audit-link.v1",
        previous: hexadecimal(previous),
        position,
        leaf: leaf.id,
        subject_type: &leaf.subject_type,
        subject: leaf.subject_id,
        commitment: hexadecimal(&leaf.commitment),
        at: leaf.at.to_rfc3339_opts(SecondsFormat::Micros, true),
    };
    Ok(Sha256::digest(canonical_json(&linked)?).into())
}

/// The last head there is; None before the first leaf was linked. What is written now is sealed a moment later.
///
/// # Errors
/// The database's.
pub async fn sealed_head(connection: &impl ConnectionTrait) -> Result<Option<Head>, Error> {
    query::last_linked(connection)
        .await?
        .map(|leaf| head(&leaf))
        .transpose()
}

/// The head a linked leaf is.
///
/// # Errors
/// For a leaf that is not linked, or by something that is no link.
pub fn head(leaf: &audit_leaf::Model) -> Result<Head, Error> {
    let no_link = || Error::internal("a leaf in the chain without its link");
    let link = leaf.link.as_deref().and_then(|link| Link::try_from(link).ok());
    Ok(Head {
        position: leaf.position.ok_or_else(no_link)?,
        link: link.ok_or_else(no_link)?,
        at: leaf.at,
    })
}

/// Whether a leaf waits to be linked.
///
/// # Errors
/// The database's.
pub async fn waits(connection: &impl ConnectionTrait) -> Result<bool, Error> {
    query::has_unlinked(connection).await
}

/// Links the next leaves that wait, in the order of their ids, and tells how many there were. Whoever calls it holds the
/// sequencer's lock until the transaction ends: there is one chain.
///
/// # Errors
/// The database's.
pub async fn link_page(connection: &DatabaseTransaction) -> Result<u64, Error> {
    let leaves = query::unlinked(connection, PAGE).await?;
    if leaves.is_empty() {
        return Ok(0);
    }
    let last = sealed_head(connection).await?;
    let mut previous = last.map_or(BEGINNING, |head| head.link);
    // Counted from what is kept, not from what is there: a leaf that was cut off the end leaves its gap.
    let mut position = query::linked_count(connection, AUDIT_PULSE).await?;
    let mut values: Vec<Value> = Vec::with_capacity(leaves.len() * 3);
    for leaf in &leaves {
        position += 1;
        previous = link(&previous, position, leaf)?;
        values.extend([leaf.id.into(), position.into(), previous.to_vec().into()]);
    }
    connection
        .execute_raw(Statement::from_sql_and_values(
            connection.get_database_backend(),
            linking(leaves.len()),
            values,
        ))
        .await?;
    pulse::Entity::update_many()
        .col_expr(pulse::Column::Version, Expr::value(position))
        .filter(pulse::Column::Name.eq(AUDIT_PULSE))
        .exec(connection)
        .await?;
    u64::try_from(leaves.len()).map_err(Error::internal)
}

/// The statement that links so many leaves.
fn linking(leaves: usize) -> String {
    let rows: Vec<String> = (0..leaves)
        .map(|row| format!("(${}, ${}, ${})", row * 3 + 1, row * 3 + 2, row * 3 + 3))
        .collect();
    format!(
        "WITH fresh (id, position, link) AS (VALUES {}) UPDATE audit_leaf SET position = fresh.position, link = fresh.link
         FROM fresh WHERE audit_leaf.id = fresh.id",
        rows.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_the_hash_of_these_very_bytes() {
        let leaf = audit_leaf::Model {
            id: Uuid::from_u128(1),
            subject_type: "transition".to_owned(),
            subject_id: Uuid::from_u128(2),
            salt: Some(vec![7; 16]),
            commitment: vec![0xab; 32],
            at: DateTime::from_timestamp_micros(1_700_000_000_000_001).expect("a moment"),
            position: None,
            link: None,
        };
        let bytes = format!(
            r#"{{"at":"2023-11-14T22:13:20.000001Z","commitment":"{}","leaf":"00000000-0000-0000-0000-000000000001","position":1,"previous":"{}","subject":"00000000-0000-0000-0000-000000000002","subjectType":"transition","typ":"jenjang.audit-link.v1"}}"#,
            "ab".repeat(32),
            "00".repeat(32),
        );
        let expected: Link = Sha256::digest(bytes).into();
        assert_eq!(link(&BEGINNING, 1, &leaf).expect("a link"), expected);
        let erased = audit_leaf::Model { salt: None, ..leaf };
        assert_eq!(link(&BEGINNING, 1, &erased).expect("a link"), expected);
    }
}
