//! Loads what is said of the people of invitations the caller has been shown, in one statement for all of a page.
use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{attendance_correction, attendance_seal, attendance_sheet, event_attendance, event_excuse, proposal};
use uuid::Uuid;

use crate::{
    error::Error,
    event::{attendance::query, graphql::loader::EventLoader},
};

/// The sheet of an invitation, where somebody has written in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SheetOf(pub Uuid);

/// What the unit of an invitation asked to be excused from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExcusesOf(pub Uuid);

/// What the door says of the people of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DoorOf(pub Uuid);

/// The sealed versions of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SealsOf(pub Uuid);

/// What was proposed to correct in a sheet, as far as the caller may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CorrectionsOf(pub Uuid);

impl Loader<SheetOf> for EventLoader {
    type Value = attendance_sheet::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SheetOf]) -> Result<HashMap<SheetOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::sheets_of(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|row| (SheetOf(row.invitation_id), row)).collect())
    }
}

impl Loader<ExcusesOf> for EventLoader {
    type Value = Vec<event_excuse::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ExcusesOf]) -> Result<HashMap<ExcusesOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut excuses: HashMap<ExcusesOf, Self::Value> = HashMap::new();
        for row in query::excuses_of(self.services.db.reader(), &ids).await? {
            excuses.entry(ExcusesOf(row.invitation_id)).or_default().push(row);
        }
        Ok(excuses)
    }
}

impl Loader<DoorOf> for EventLoader {
    type Value = Vec<event_attendance::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DoorOf]) -> Result<HashMap<DoorOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut door: HashMap<DoorOf, Self::Value> = HashMap::new();
        for (invitation, row) in query::door_of(self.services.db.reader(), &ids).await? {
            door.entry(DoorOf(invitation)).or_default().push(row);
        }
        Ok(door)
    }
}

impl Loader<SealsOf> for EventLoader {
    type Value = Vec<attendance_seal::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SealsOf]) -> Result<HashMap<SealsOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut seals: HashMap<SealsOf, Self::Value> = HashMap::new();
        for row in query::seals_of(self.services.db.reader(), &ids).await? {
            seals.entry(SealsOf(row.sheet_id)).or_default().push(row);
        }
        Ok(seals)
    }
}

impl Loader<CorrectionsOf> for EventLoader {
    type Value = Vec<(attendance_correction::Model, proposal::Model)>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CorrectionsOf]) -> Result<HashMap<CorrectionsOf, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut corrections: HashMap<CorrectionsOf, Self::Value> = HashMap::new();
        for row in query::corrections_of(self.services.db.reader(), actor, &ids).await? {
            corrections.entry(CorrectionsOf(row.0.sheet_id)).or_default().push(row);
        }
        Ok(corrections)
    }
}
