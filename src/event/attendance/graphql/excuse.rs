//! Excuses in the API.
use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::{enums, enums::EventActKind, event_excuse};

use super::words::ExcuseState;
use crate::{
    authz::policy::event::UnitAction,
    event::{
        attendance::{held::was_done_by, workflow::takes_excuses},
        graphql::{
            invitation::{EventDelegate, EventInvitation},
            loader::{ActsOn, DelegatesOf, EventLoader, Visible},
            types::{EventAct, file},
        },
        sight::Guest,
    },
    file::graphql::File,
    graphql::{context::Ask, id::Kind, problem::of_field, scalars::DateTime},
    territory::graphql::Unit,
};

#[derive(Clone)]
pub struct Excuse(pub event_excuse::Model);

/// That a unit asks for somebody, or for itself, to be excused from an event. Read by whoever reads the invitation of the unit.
#[Object]
impl Excuse {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Excuse.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The unit that asks.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// Its invitation.
    async fn invitation(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventInvitation>> {
        EventInvitation::visible(ctx, self.0.invitation_id).await
    }

    /// Who is to be excused; null: the whole unit.
    async fn delegate(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventDelegate>> {
        let delegate = self.0.delegate_id?;
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let people = loader
            .load_one(DelegatesOf(self.0.invitation_id))
            .await
            .map_err(of_field);
        let found = people.map(|people| people.into_iter().flatten().find(|person| person.id == delegate));
        found.map(|found| found.map(EventDelegate)).transpose()
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// What shows it; null where nothing was attached.
    async fn file(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        file(ctx, self.0.file_id).await
    }

    /// What became of it.
    async fn state(&self) -> ExcuseState {
        self.0.state.into()
    }

    /// When it was asked for.
    async fn asked_at(&self) -> DateTime {
        DateTime(self.0.asked_at)
    }

    /// When it was decided on; null before.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }

    /// What was done to it, the earliest first: who asked, who decided and why.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EventAct>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let acts = loader.load_one(ActsOn(self.0.id)).await.map_err(of_field)?;
        Ok(acts.into_iter().flatten().map(EventAct).collect())
    }

    /// Whether you may decide on it now.
    async fn viewer_can_decide(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        if self.0.state != enums::ExcuseState::Asked {
            return Ok(false);
        }
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let event = loader.load_one(Visible(self.0.event_id)).await.map_err(of_field)?;
        let invitation = EventInvitation::visible(ctx, self.0.invitation_id).await.transpose()?;
        let acts = loader.load_one(ActsOn(self.0.id)).await.map_err(of_field)?;
        let actor = &ctx.session()?.actor;
        Ok(event.zip(invitation).is_some_and(|(event, invitation)| {
            let acts = acts.unwrap_or_default();
            let guest = Guest {
                submitted: was_done_by(&acts, EventActKind::AskExcuse, actor.account),
                ..Guest::of(&event, &invitation.0)
            };
            takes_excuses(event.status) && guest.may(actor, UnitAction::Settle)
        }))
    }
}
