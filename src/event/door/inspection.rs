//! Whether what is kept of who came is what the scans come to.
use std::collections::BTreeMap;

use entity::event_attendance;
use uuid::Uuid;

use super::{
    presence::{marks, rows},
    query,
};
use crate::{db::Db, error::Error};

/// What was found.
pub struct Inspection {
    pub scans: u64,
    /// What is wrong, a sentence each.
    pub faults: Vec<String>,
}

/// Reckons anew what all scans come to, and holds it against what is kept. Changes nothing.
///
/// # Errors
/// The database's.
pub async fn inspect(db: &Db) -> Result<Inspection, Error> {
    let connection = db.reader();
    let scans = query::count_all(connection).await?;
    let (mut faults, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let delegates = query::scanned_after(connection, after).await?;
        let Some(last) = delegates.last() else {
            return Ok(Inspection { scans, faults });
        };
        after = last.id;
        let ids: Vec<Uuid> = delegates.iter().map(|row| row.id).collect();
        let kept = by_pair(query::attendance(connection, &ids).await?);
        let sound = query::sound_scans(connection, &ids).await?;
        let rulings = query::rulings(connection, &ids).await?;
        let reckoned = by_pair(rows(&delegates, &marks(&sound, &rulings)));
        if kept == reckoned {
            continue;
        }
        let mut pairs: Vec<_> = kept.keys().chain(reckoned.keys()).collect();
        pairs.sort_unstable();
        pairs.dedup();
        for pair in pairs.into_iter().filter(|pair| kept.get(pair) != reckoned.get(pair)) {
            // Scans may have come in between the statements: it is read once more, of one person.
            if drifted(db, pair).await? {
                let (delegate, session) = pair;
                faults.push(format!(
                    "the attendance of delegate {delegate} in session {session} is not what the scans come to"
                ));
            }
        }
    }
}

type ByPair = BTreeMap<(Uuid, Uuid), event_attendance::Model>;

fn by_pair(rows: Vec<event_attendance::Model>) -> ByPair {
    rows.into_iter()
        .map(|row| ((row.delegate_id, row.session_id), row))
        .collect()
}

/// How often it is looked again where scans keep coming.
const ATTEMPTS: usize = 3;

async fn drifted(db: &Db, pair: &(Uuid, Uuid)) -> Result<bool, Error> {
    let connection = db.reader();
    for _attempt in 0..ATTEMPTS {
        let ids = [pair.0];
        let kept = by_pair(query::attendance(connection, &ids).await?);
        let delegates = query::delegates(connection, &ids).await?;
        let sound = query::sound_scans(connection, &ids).await?;
        let rulings = query::rulings(connection, &ids).await?;
        let reckoned = by_pair(rows(&delegates, &marks(&sound, &rulings)));
        if kept.get(pair) == reckoned.get(pair) {
            return Ok(false);
        }
    }
    Ok(true)
}
