//! Reading the door in the API.
use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::{
    caller,
    types::{DoorKit, Scan},
};
use crate::{
    connection,
    error::Error,
    event::door::{
        kit,
        query::{self, ScanFilter as Filter},
    },
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, cursor},
    },
};

connection!(ScanConnection, ScanEdge, Scan, CountedScans, "scans");

/// How many scans a filter finds, counted when asked for.
pub struct CountedScans(Filter);

impl CountedScans {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        query::count_scans(ctx.session()?.services.db.reader(), &self.0).await
    }
}

/// Which scans are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ScanFilter {
    /// Of this person.
    delegate: Option<ID>,
    /// In this session.
    session: Option<ID>,
    /// By this device.
    device: Option<ID>,
    /// True: those that count for nothing. False: those without a fault.
    faulty: Option<bool>,
}

/// The scans of an event whose whole attendance the viewer may read.
pub async fn scans(
    ctx: &Context<'_>,
    event: Uuid,
    filter: Option<ScanFilter>,
    arguments: Arguments,
) -> async_graphql::Result<ScanConnection> {
    const LIST: &str = "scans";
    let filter = filter.unwrap_or_default();
    let filter = Filter {
        event,
        delegate: Kind::EventDelegate.maybe(filter.delegate.as_ref())?,
        session: Kind::EventSession.maybe(filter.session.as_ref())?,
        device: Kind::DoorDevice.maybe(filter.device.as_ref())?,
        faulty: filter.faulty,
    };
    let window = arguments.window::<Uuid>(LIST)?;
    let page = query::page_of_scans(ctx.session()?.services.db.reader(), &filter, &window).await?;
    let page = page.map(|row| (cursor(LIST, &row.id), Scan(row)));
    Ok(ScanConnection::new(page, CountedScans(filter)))
}

#[derive(Default)]
pub struct DoorQuery;

#[Object]
impl DoorQuery {
    /// What a door takes along where there is no network: the keys of the codes, whom to expect, whose codes were revoked, and the
    /// sessions. For who keeps the door (STAFF or HEAD of the host, at RI also a COORDINATOR) and for its devices, from publishing
    /// until the attendance is sealed.
    async fn door_kit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The event; a device may leave it out.")] event: Option<ID>,
    ) -> Option<async_graphql::Result<DoorKit>> {
        let kit = async {
            let event = Kind::Event.maybe(event.as_ref())?;
            kit::kit(&caller(ctx)?, event).await
        };
        Some(kit.await.map(DoorKit::from).map_err(Into::into))
    }
}
