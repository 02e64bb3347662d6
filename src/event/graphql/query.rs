//! Reading events in the API.
use async_graphql::{Context, ID, InputObject, Object};
use entity::enums;
use uuid::Uuid;

use super::{
    invitation::EventInvitation,
    types::Event,
    words::{EventStatus, InvitationReply},
};
use crate::{
    connection,
    error::Error,
    event::query::{self, Filter, InvitationFilter},
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor, either},
        scalars::DateTime,
    },
    territory::graphql::{TierFilter, ids, tiers},
};

connection!(EventConnection, EventEdge, Event, CountedEvents, "events");
connection!(
    EventInvitationConnection,
    EventInvitationEdge,
    EventInvitation,
    CountedInvitations,
    "invitations of units"
);

/// How many events a filter finds, counted when asked for.
pub struct CountedEvents(Filter);

impl CountedEvents {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// How many invitations a filter finds, counted when asked for.
pub struct CountedInvitations(InvitationFilter);

impl CountedInvitations {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count_invitations(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Chooses by where an event stands.
#[derive(InputObject, Clone, Debug, Default)]
pub struct EventStatusFilter {
    /// Exactly this one.
    eq: Option<EventStatus>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<EventStatus>>,
}

/// Which events are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct EventFilter {
    /// Held by these units.
    host: Option<IdFilter>,
    /// By where they stand.
    status: Option<EventStatusFilter>,
    /// Waves of this series.
    series: Option<ID>,
    /// To which one of these units is invited, as far as you may know of that.
    invited: Option<IdFilter>,
    /// That end after this moment.
    ends_after: Option<DateTime>,
    /// That begin before this moment.
    starts_before: Option<DateTime>,
}

impl EventFilter {
    fn resolve(self) -> Result<Filter, Error> {
        let EventStatusFilter { eq, any } = self.status.unwrap_or_default();
        let statuses = either(eq, any)?;
        Ok(Filter {
            host: ids(Kind::Unit, self.host)?,
            status: statuses.map(|statuses| statuses.into_iter().map(Into::into).collect()),
            series: Kind::Event.maybe(self.series.as_ref())?,
            invited: ids(Kind::Unit, self.invited)?,
            ends_after: self.ends_after.map(|moment| moment.0),
            starts_before: self.starts_before.map(|moment| moment.0),
        })
    }
}

/// Chooses by what an invited unit answered.
#[derive(InputObject, Clone, Debug, Default)]
pub struct InvitationReplyFilter {
    /// Exactly this one.
    eq: Option<InvitationReply>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<InvitationReply>>,
}

impl InvitationReplyFilter {
    /// What was answered that is wanted; None: whatever.
    ///
    /// # Errors
    /// `BadInput` for too many.
    pub fn resolve(self) -> Result<Option<Vec<enums::InvitationReply>>, Error> {
        let replies = either(self.eq, self.any)?;
        Ok(replies.map(|replies| replies.into_iter().map(Into::into).collect()))
    }
}

/// Which invitations of units are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct EventInvitationFilter {
    /// To this event.
    event: Option<ID>,
    /// Of exactly these units.
    unit: Option<IdFilter>,
    /// By what they answered.
    status: Option<InvitationReplyFilter>,
    /// By their tier when they were invited.
    tier: Option<TierFilter>,
    /// Of units that lay in these provinces when they were invited, and of the provinces themselves.
    province: Option<IdFilter>,
}

impl EventInvitationFilter {
    fn resolve(self) -> Result<InvitationFilter, Error> {
        Ok(InvitationFilter {
            event: Kind::Event.maybe(self.event.as_ref())?,
            unit: ids(Kind::Unit, self.unit)?,
            status: self.status.unwrap_or_default().resolve()?,
            tier: tiers(self.tier)?,
            province: ids(Kind::Unit, self.province)?,
        })
    }
}

#[derive(Default)]
pub struct EventQuery;

#[Object]
impl EventQuery {
    /// An event, by id; null when there is none that you may see.
    async fn event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The event's global id.")] id: ID,
    ) -> Option<async_graphql::Result<Event>> {
        let (session, id) = match (ctx.session(), Kind::Event.uuid(&id)) {
            (Ok(session), Ok(id)) => (session, id),
            (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
        };
        let found = query::by_ids(session.services.db.reader(), &session.actor, &[id]).await;
        let found = found.map(|rows| rows.into_iter().next().map(Event::from));
        found.map_err(Into::into).transpose()
    }

    /// The events you may see, those made last first.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<EventFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<EventConnection> {
        const LIST: &str = "events";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Uuid>(LIST)?;
        let page = query::page(session.services.db.reader(), &session.actor, &filter, &window).await?;
        let page = page.map(|row| (cursor(LIST, &row.id), Event::from(row)));
        Ok(EventConnection::new(page, CountedEvents(filter)))
    }

    /// The invitations of units to events that you may see, the latest first: those of your unit and of the units beneath it,
    /// and all of those to events that your unit, or one beneath it, holds.
    async fn event_invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<EventInvitationFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<EventInvitationConnection> {
        const LIST: &str = "event-invitations";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Uuid>(LIST)?;
        let page = query::invitations(session.services.db.reader(), &session.actor, &filter, &window).await?;
        let page = page.map(|row| (cursor(LIST, &row.id), EventInvitation(row)));
        Ok(EventInvitationConnection::new(page, CountedInvitations(filter)))
    }
}
