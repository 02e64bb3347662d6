//! Who was shown one's contact data.
use async_graphql::{Context, Object};
use entity::contact_read;
use uuid::Uuid;

use super::account::Account;
use crate::{
    clock::day_in_jakarta,
    connection,
    error::Error,
    graphql::{
        context::Ask,
        page::{Arguments, cursor},
        scalars::DateTime,
    },
    identity::contact_read::query,
    territory::graphql::Seat,
};

connection!(
    ContactReadConnection,
    ContactReadEdge,
    ContactRead,
    OwnReads,
    "reads of your contact data"
);

/// How often the viewer's contact data was read, counted when asked for.
pub struct OwnReads;

impl OwnReads {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor).await
    }
}

#[derive(Clone)]
pub struct ContactRead(contact_read::Model);

/// That one request of somebody else was shown your contact data.
#[Object]
impl ContactRead {
    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Who; null when the people of the reader's units are outside what you may see.
    async fn reader(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.reader_id)
    }

    /// The seats the reader held that day, which are open to you where the person is not.
    async fn reader_seats(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Seat>> {
        let directory = &ctx.session()?.actor.directory;
        let seats = directory.acting_seats(self.0.reader_id, day_in_jakarta(self.0.at));
        Ok(seats.into_iter().map(|seat| Seat(seat.seat)).collect())
    }
}

#[derive(Default)]
pub struct ContactViewer;

#[Object]
impl ContactViewer {
    /// Who was shown your e-mail address and when, the latest first: one entry for each request of somebody else.
    async fn contact_reads(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ContactReadConnection> {
        let list = "contact-reads";
        let session = ctx.session()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Uuid>(list)?;
        let page = query::page(session.services.db.reader(), &session.actor, &window).await?;
        let page = page.map(|row| (cursor(list, &row.id), ContactRead(row)));
        Ok(ContactReadConnection::new(page, OwnReads))
    }
}
