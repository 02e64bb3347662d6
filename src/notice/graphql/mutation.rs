//! What one does with the own notices.
use async_graphql::{Context, ID, InputObject, Object};

use super::viewer::NoticePreferences;
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind},
    notice::service::{self, MarkRead, Preferences},
    payload,
};

/// Which notices you have read. Give `ids` or `upTo`.
#[derive(InputObject)]
pub struct MarkNoticesReadInput {
    /// These, at most 100; all of them or none are marked.
    ids: Option<Vec<ID>>,
    /// This one and all before it: with the newest that was shown, all that were there when it was.
    up_to: Option<ID>,
}

impl MarkNoticesReadInput {
    fn resolve(self) -> Result<MarkRead, Error> {
        Ok(MarkRead {
            ids: self.ids.map(|ids| Kind::Notice.uuids(&ids)).transpose()?,
            up_to: self.up_to.map(|id| Kind::Notice.uuid(&id)).transpose()?,
        })
    }
}

payload! {
    /// What became of `markNoticesRead`.
    MarkNoticesReadPayload {
        /// How many of your notices are still unread.
        unread_count: i32
    }
}

/// How you want to be told of what happens.
#[derive(InputObject)]
pub struct UpdateNoticePreferencesInput {
    /// Whether your notices are also sent to your e-mail address, where the operator has set up the sending. Warnings
    /// about your account are sent in any case.
    email_copies: bool,
}

payload! {
    /// What became of `updateNoticePreferences`.
    UpdateNoticePreferencesPayload {
        /// How you are told from now on.
        preferences: NoticePreferences
    }
}

#[derive(Default)]
pub struct NoticeMutation;

#[Object]
impl NoticeMutation {
    /// Mark your notices as read, those you name or one and all before it. Those that were read stay as they are, so it
    /// may be sent again.
    async fn mark_notices_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: MarkNoticesReadInput,
    ) -> async_graphql::Result<MarkNoticesReadPayload> {
        let session = ctx.session()?;
        let left = service::mark_read(session, &ctx.command_field(), input.resolve()?).await;
        let left = left.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        Ok(ctx.settle(left)?.into())
    }

    /// Say how you want to be told of what happens.
    async fn update_notice_preferences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your wishes.")] input: UpdateNoticePreferencesInput,
    ) -> async_graphql::Result<UpdateNoticePreferencesPayload> {
        let session = ctx.session()?;
        let UpdateNoticePreferencesInput { email_copies } = input;
        let updated = service::update_preferences(session, &ctx.command_field(), Preferences { email_copies }).await;
        Ok(ctx.settle(updated.map(NoticePreferences::from))?.into())
    }
}
