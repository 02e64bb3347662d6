//! Loads what belongs to people and scans the caller has been shown, in one statement for all of a page.
use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{enums::ScanRuling, event_attendance, event_delegate, event_device};
use uuid::Uuid;

use crate::{
    error::Error,
    event::{self, door::query, graphql::loader::EventLoader},
};

/// What the scans of somebody come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AttendanceOf(pub Uuid);

/// What was decided about a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RulingOn(pub Uuid);

/// Somebody who comes, if the caller may know of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisibleDelegate(pub Uuid);

/// A device, if the caller may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisibleDevice(pub Uuid);

impl Loader<AttendanceOf> for EventLoader {
    type Value = Vec<event_attendance::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[AttendanceOf]) -> Result<HashMap<AttendanceOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<AttendanceOf, Self::Value> = HashMap::new();
        for row in query::attendance(self.services.db.reader(), &ids).await? {
            found.entry(AttendanceOf(row.delegate_id)).or_default().push(row);
        }
        Ok(found)
    }
}

impl Loader<RulingOn> for EventLoader {
    type Value = ScanRuling;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[RulingOn]) -> Result<HashMap<RulingOn, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::rulings_on(self.services.db.reader(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|row| (RulingOn(row.scan_id), row.ruling))
            .collect())
    }
}

impl Loader<VisibleDelegate> for EventLoader {
    type Value = event_delegate::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VisibleDelegate]) -> Result<HashMap<VisibleDelegate, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = event::query::delegates_by_id(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisibleDelegate(row.id), row)).collect())
    }
}

impl Loader<VisibleDevice> for EventLoader {
    type Value = event_device::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VisibleDevice]) -> Result<HashMap<VisibleDevice, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::devices_by_id(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisibleDevice(row.id), row)).collect())
    }
}
