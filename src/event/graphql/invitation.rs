//! The invitation of a unit in the API, and whom it sends.
use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::{enums, event, event_delegate, event_invitation};
use uuid::Uuid;

use super::{
    loader::{DelegatesOf, EventLoader, Visible, VisibleInvitation},
    types::{Event, EventAct, acts_on, file, letter, name},
    words::{DelegateStanding, InvitationReply},
};
use crate::{
    authz::policy::event::UnitAction,
    certificate::graphql::Certificate,
    event::{
        attendance::{
            graphql::{excuse::Excuse, loader::ExcusesOf, sheet::AttendanceSheet},
            workflow::takes_excuses,
        },
        certifying,
        door::graphql::types::{self as door, DoorAttendance},
        evaluation::graphql::EventEvaluation,
        sight::Guest,
        workflow::{takes_replies, takes_substitutes},
    },
    file::graphql::File,
    graphql::{context::Ask, id::Kind, legal_basis::LegalBasis, problem::of_field, scalars::DateTime},
    identity::graphql::Account,
    territory::graphql::{Tier, Unit},
};

#[derive(Clone)]
pub struct EventInvitation(pub event_invitation::Model);

impl EventInvitation {
    /// One that something points to; None where the reader may not know of it.
    pub async fn visible(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<Self>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let found = loader.load_one(VisibleInvitation(id)).await.map_err(of_field);
        found.map(|row| row.map(Self)).transpose()
    }

    /// Its event, which whoever reads the invitation may know of.
    async fn to(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<event::Model>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let found = loader.load_one(Visible(self.0.event_id)).await.map_err(of_field);
        found.transpose()
    }
}

/// That a unit is invited to an event, and what it answered. Read by the unit, by those above it, by the host and those above
/// the host, and by the people it sends.
#[Object]
impl EventInvitation {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::EventInvitation.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The event.
    async fn event(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Event>> {
        Event::visible(ctx, self.0.event_id).await
    }

    /// The unit.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// Its tier when it was invited.
    async fn tier(&self) -> Tier {
        self.0.tier.into()
    }

    /// The province it lay in when it was invited, or itself; null for RI.
    async fn province(&self) -> Option<Unit> {
        self.0.provinsi_id.map(Unit)
    }

    /// How many delegates it may name.
    async fn quota(&self) -> i32 {
        self.0.quota
    }

    /// What it answered.
    async fn status(&self) -> InvitationReply {
        self.0.status.into()
    }

    /// Why it declined.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Whether it was invited after the event was published.
    async fn late(&self) -> bool {
        self.0.late
    }

    /// When it was invited.
    async fn invited_at(&self) -> DateTime {
        DateTime(self.0.invited_at)
    }

    /// When it last answered.
    async fn replied_at(&self) -> Option<DateTime> {
        self.0.replied_at.map(DateTime)
    }

    /// Who comes for it, the earliest named first; those who do not come any more only when asked for.
    async fn delegates(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Also those who were replaced or withdrawn, and walk-ins who were refused.",
            default
        )]
        all: bool,
    ) -> async_graphql::Result<Vec<EventDelegate>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let rows = loader.load_one(DelegatesOf(self.0.id)).await.map_err(of_field)?;
        let rows = rows.unwrap_or_default().into_iter();
        let comes = |row: &event_delegate::Model| all || row.standing == enums::DelegateStanding::Expected;
        Ok(rows.filter(comes).map(EventDelegate).collect())
    }

    /// The people of the unit whom the event means by their positions, as far as you may know them: whom to name. Empty where
    /// it means no positions.
    async fn meant(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Account>> {
        let Some(event) = self.to(ctx).await.transpose()? else {
            return Ok(Vec::new());
        };
        let actor = &ctx.session()?.actor;
        let seats = actor.directory.seats_of(self.0.unit_id, actor.today);
        let seats = seats
            .iter()
            .filter(|seat| event.audience.positions.contains(&seat.position));
        let mut people: Vec<Uuid> = seats
            .flat_map(|seat| actor.directory.holders_of(seat.id, actor.today))
            .map(|holder| holder.account_id)
            .collect();
        people.sort_unstable();
        people.dedup();
        Ok(people
            .into_iter()
            .filter_map(|account| Account::visible_to(actor, account))
            .collect())
    }

    /// How the unit was judged at the end of the event; null where it was not, or you may not see that.
    async fn evaluation(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventEvaluation>> {
        EventEvaluation::of(ctx, &self.0).await
    }

    /// Whether you may answer it now.
    async fn viewer_can_reply(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let event = self.to(ctx).await.transpose()?;
        let actor = &ctx.session()?.actor;
        Ok(event.is_some_and(|event| {
            takes_replies(event.status) && Guest::of(&event, &self.0).may(actor, UnitAction::Answer)
        }))
    }

    /// Whether you may send somebody else now.
    async fn viewer_can_substitute(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let event = self.to(ctx).await.transpose()?;
        let actor = &ctx.session()?.actor;
        Ok(event.is_some_and(|event| {
            takes_substitutes(event.status) && Guest::of(&event, &self.0).may(actor, UnitAction::Answer)
        }))
    }

    /// What the unit says of the attendance of its people; null for the host's own people, who need no sheet until theirs is
    /// sealed.
    async fn sheet(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AttendanceSheet>> {
        match self.to(ctx).await? {
            Ok(event) => AttendanceSheet::of_invitation(ctx, &self.0, &event).await,
            Err(error) => Some(Err(error)),
        }
    }

    /// What the unit asked to be excused from, the earliest first.
    async fn excuses(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Excuse>> {
        let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
        let excuses = loader.load_one(ExcusesOf(self.0.id)).await.map_err(of_field)?;
        Ok(excuses.into_iter().flatten().map(Excuse).collect())
    }

    /// Whether you may ask for an excuse now.
    async fn viewer_can_request_excuse(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let event = self.to(ctx).await.transpose()?;
        let actor = &ctx.session()?.actor;
        Ok(event.is_some_and(|event| {
            takes_excuses(event.status) && Guest::of(&event, &self.0).may(actor, UnitAction::Answer)
        }))
    }

    /// What was done to the invitation, the earliest first.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EventAct>> {
        // The sheet of the unit has the same id.
        let acts = acts_on(ctx, self.0.id).await?;
        Ok(acts
            .into_iter()
            .filter(|act| act.0.about_type == "invitation")
            .collect())
    }
}

#[derive(Clone)]
pub struct EventDelegate(pub event_delegate::Model);

/// Somebody who comes to an event for a unit. Whoever reads the invitation reads the name; the account only whoever may know
/// people of the unit.
#[Object]
impl EventDelegate {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::EventDelegate.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// For which unit the person comes.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// The invitation; null of a walk-in of a unit that was not invited.
    async fn invitation(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<EventInvitation>> {
        EventInvitation::visible(ctx, self.0.invitation_id?).await
    }

    /// The person's name; null of somebody who was erased.
    async fn name(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        name(ctx, (self.0.account_id, self.0.name.as_ref()))
    }

    /// What the person is, as the unit says.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// The account, where the person has one and people of the unit are within what you may see.
    async fn account(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id?)
    }

    /// Whether the person is expected.
    async fn standing(&self) -> DelegateStanding {
        self.0.standing.into()
    }

    /// Whether the person came without having been named.
    async fn walk_in(&self) -> bool {
        self.0.walk_in
    }

    /// Instead of whom the person comes, as the global id of a delegate.
    async fn replaces(&self) -> Option<ID> {
        self.0.replaces_id.map(|id| Kind::EventDelegate.id(id))
    }

    /// The letter that sends the person (surat tugas).
    async fn letter(&self) -> Option<LegalBasis> {
        letter(self.0.letter_number.as_ref(), self.0.letter_date)
    }

    /// The letter itself; null where it was not attached.
    async fn letter_file(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<File>> {
        file(ctx, self.0.letter_file_id).await
    }

    /// What the scans of the person come to, by session, in the order of the agenda; sessions without a scan are left out.
    async fn attendance(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<DoorAttendance>> {
        door::attendance(ctx, &self.0).await
    }

    /// What the person shows at the door, to be drawn as a QR code. It names the event and the person's place in its list, and
    /// nothing else. Null for everybody but those who work for the unit, those who keep the door, and the person; and of somebody
    /// who is not expected.
    async fn door_code(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        door::door_code(ctx, &self.0).await
    }

    /// The certificate of attendance; null where there is none, or you may not know of it: the unit, the host, those above
    /// either, and the person do.
    async fn certificate(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Certificate>> {
        certifying::graphql::of_delegate(ctx, self.0.id).await
    }

    /// When the person was named.
    async fn named_at(&self) -> DateTime {
        DateTime(self.0.named_at)
    }
}
