//! Loads what belongs to events the caller has been shown, in one statement for all of a page.
use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{event, event_act, event_delegate, event_invitation, event_material, event_session, event_speaker};
use uuid::Uuid;

use crate::{
    error::Error,
    event::query::{self, Replies},
    services::Services,
    session::Actor,
};

pub struct EventLoader {
    pub services: Arc<Services>,
    /// None: nobody is signed in.
    pub actor: Option<Actor>,
}

/// An event, if the caller may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Visible(pub Uuid);

/// An invitation, if the caller may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisibleInvitation(pub Uuid);

/// The sessions of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionsOf(pub Uuid);

/// What was answered to an event, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RepliesTo(pub Uuid);

/// Who speaks at an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpeakersOf(pub Uuid);

/// The materials of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MaterialsOf(pub Uuid);

/// The waves of a series that the caller may know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WavesOf(pub Uuid);

/// Who comes by an invitation, or was to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DelegatesOf(pub Uuid);

/// What was done to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ActsOn(pub Uuid);

fn grouped<K: Eq + Hash, R>(rows: Vec<R>, key: impl Fn(&R) -> Option<K>) -> HashMap<K, Vec<R>> {
    let mut groups: HashMap<K, Vec<R>> = HashMap::new();
    for row in rows {
        if let Some(key) = key(&row) {
            groups.entry(key).or_default().push(row);
        }
    }
    groups
}

impl Loader<Visible> for EventLoader {
    type Value = event::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Visible]) -> Result<HashMap<Visible, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::by_ids(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (Visible(row.id), row)).collect())
    }
}

impl Loader<VisibleInvitation> for EventLoader {
    type Value = event_invitation::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VisibleInvitation]) -> Result<HashMap<VisibleInvitation, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::invitations_by_id(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisibleInvitation(row.id), row)).collect())
    }
}

impl Loader<SessionsOf> for EventLoader {
    type Value = Vec<event_session::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SessionsOf]) -> Result<HashMap<SessionsOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::sessions(self.services.db.reader(), &ids).await?;
        Ok(grouped(found, |row| Some(SessionsOf(row.event_id))))
    }
}

impl Loader<RepliesTo> for EventLoader {
    type Value = Replies;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[RepliesTo]) -> Result<HashMap<RepliesTo, Self::Value>, Self::Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::replies(self.services.db.reader(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, replies)| (RepliesTo(id), replies))
            .collect())
    }
}

impl Loader<SpeakersOf> for EventLoader {
    type Value = Vec<event_speaker::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SpeakersOf]) -> Result<HashMap<SpeakersOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::speakers(self.services.db.reader(), &ids).await?;
        Ok(grouped(found, |row| Some(SpeakersOf(row.event_id))))
    }
}

impl Loader<MaterialsOf> for EventLoader {
    type Value = Vec<event_material::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[MaterialsOf]) -> Result<HashMap<MaterialsOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::materials(self.services.db.reader(), &ids).await?;
        Ok(grouped(found, |row| Some(MaterialsOf(row.event_id))))
    }
}

impl Loader<WavesOf> for EventLoader {
    type Value = Vec<event::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[WavesOf]) -> Result<HashMap<WavesOf, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::waves(self.services.db.reader(), actor, &ids).await?;
        Ok(grouped(found, |row| row.parent_id.map(WavesOf)))
    }
}

impl Loader<DelegatesOf> for EventLoader {
    type Value = Vec<event_delegate::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DelegatesOf]) -> Result<HashMap<DelegatesOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::delegates_of_invitations(self.services.db.reader(), &ids).await?;
        Ok(grouped(found, |row| row.invitation_id.map(DelegatesOf)))
    }
}

impl Loader<ActsOn> for EventLoader {
    type Value = Vec<event_act::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ActsOn]) -> Result<HashMap<ActsOn, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::acts(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, acts)| (ActsOn(id), acts)).collect())
    }
}
