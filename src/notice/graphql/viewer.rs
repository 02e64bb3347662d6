//! Reading the own notices.
use async_graphql::{Context, InputObject, MergedObject, Object, SimpleObject};

use super::types::{Notice, with_reports};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        page::{Arguments, cursor},
    },
    notice::{
        query::{self, Filter, Scope},
        service::Preferences,
    },
    page::Page,
};

connection!(NoticePage, NoticeEdge, Notice, Counted, "notices");

/// How many notices a filter finds: counted in the database, and only when asked for.
pub struct Counted(Scope, Filter);

impl Counted {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        query::count(ctx.request().services.db.reader(), &self.0, self.1).await
    }
}

pub struct Unread(Scope);

/// What a list of notices tells beside its page.
#[Object]
impl Unread {
    /// How many of all your notices are unread, whatever the filter. Counted only when asked for.
    async fn unread_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let unread = Filter { unread: Some(true) };
        let count = query::count(ctx.request().services.db.reader(), &self.0, unread).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

/// A page of notices.
#[derive(MergedObject)]
pub struct NoticeConnection(NoticePage, Unread);

/// Which notices are wanted.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct NoticeFilter {
    /// Only unread ones, or with `false` only those read; both when left out.
    unread: Option<bool>,
}

/// How you are told of what happens.
#[derive(SimpleObject, Clone, Copy, Debug)]
pub struct NoticePreferences {
    /// Whether your notices are also sent to your e-mail address, where the operator has set up the sending. What warns
    /// of a theft of your account (password, second factor, address, reset code) is sent in any case.
    email_copies: bool,
}

impl From<Preferences> for NoticePreferences {
    fn from(Preferences { email_copies }: Preferences) -> Self {
        Self { email_copies }
    }
}

#[derive(Default)]
pub struct NoticeViewer;

#[Object]
impl NoticeViewer {
    /// What you are told of, newest first: only what you may see now, in list and counts alike.
    async fn notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<NoticeFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<NoticeConnection> {
        let session = ctx.session()?;
        let connection = session.services.db.reader();
        let window = Arguments {
            first,
            last,
            after,
            before,
        }
        .window("notices")?;
        let filter = Filter {
            unread: filter.unwrap_or_default().unread,
        };
        let scope = query::scope(connection, &session.actor).await?;
        let Page {
            items,
            has_previous,
            has_next,
        } = query::page(connection, &scope, filter, &window).await?;
        let notices = with_reports(session, items).await?.into_iter();
        let page = Page {
            items: notices
                .map(|notice| (cursor("notices", &notice.uuid()), notice))
                .collect(),
            has_previous,
            has_next,
        };
        Ok(NoticeConnection(
            NoticePage::new(page, Counted(scope.clone(), filter)),
            Unread(scope),
        ))
    }

    /// How you are told of what happens.
    async fn notice_preferences(&self, ctx: &Context<'_>) -> async_graphql::Result<NoticePreferences> {
        let session = ctx.session()?;
        let email_copies = query::wants_copies(session.services.db.reader(), session.actor.account).await?;
        Ok(NoticePreferences { email_copies })
    }
}
