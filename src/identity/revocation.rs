//! Sessions that ended while their access tokens still look good. A token lives for minutes, so the list is short: every
//! process holds it in memory and renews it twice a second.
use std::{collections::HashSet, sync::Arc};

use arc_swap::ArcSwap;
use uuid::Uuid;

/// The sessions that ended within the life of an access token.
#[derive(Default)]
pub struct Revocations(ArcSwap<HashSet<Uuid>>);

impl Revocations {
    #[must_use]
    pub fn contains(&self, session: Uuid) -> bool {
        self.0.load().contains(&session)
    }

    /// Takes effect here at once; the other processes read it from the database.
    pub fn add(&self, session: Uuid) {
        self.0.rcu(|ended| {
            let mut ended = HashSet::clone(ended);
            ended.insert(session);
            ended
        });
    }

    /// The same for several.
    pub fn add_all(&self, sessions: impl IntoIterator<Item = Uuid>) {
        sessions.into_iter().for_each(|session| self.add(session));
    }

    /// What is known now, to be handed to [`Revocations::replace`] with what was read after it.
    #[must_use]
    pub fn seen(&self) -> Arc<HashSet<Uuid>> {
        self.0.load_full()
    }

    /// Takes over what the database says, unless a session was ended here since `seen`: that reading may be older.
    pub fn replace(&self, seen: &Arc<HashSet<Uuid>>, ended: HashSet<Uuid>) {
        self.0.compare_and_swap(seen, Arc::new(ended));
    }
}
