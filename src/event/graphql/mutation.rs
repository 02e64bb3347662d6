//! Commands on events and on invitations in the API.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    input::{
        CancelEventInput, CloseRegistrationInput, CreateEventInput, DelegateInput, EditEventInput, EndEventInput,
        PostponeEventInput, StartEventInput,
    },
    invitation::{EventDelegate, EventInvitation},
    types::Event,
};
use crate::{
    error::Error,
    event::{
        arranging,
        replying::{self, Answer, Reply, Substitute},
        running::{self, Advance, Invite, Publish},
        workflow::Step,
    },
    graphql::{context::Ask, id::Kind, problem::UserError},
    payload,
    territory::graphql::Tier,
};

/// How many units of a tier an event invites.
#[derive(SimpleObject, Clone, Debug)]
pub struct InvitedOfTier {
    /// The tier.
    tier: Tier,
    /// How many units.
    units: i32,
}

/// Whom an event invites, in numbers.
#[derive(SimpleObject, Clone, Debug)]
pub struct InvitedCount {
    /// How many units in all.
    units: i32,
    /// By tier, from the highest down; tiers of which nobody is invited are left out.
    by_tier: Vec<InvitedOfTier>,
    /// How many people hold the positions it means; null where it names no position.
    people: Option<i32>,
    /// How many delegates the units may name together.
    places: i32,
}

fn saturated(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl From<running::Invited> for InvitedCount {
    fn from(invited: running::Invited) -> Self {
        let by_tier = invited.units.iter().map(|(tier, units)| InvitedOfTier {
            tier: (*tier).into(),
            units: saturated(*units),
        });
        Self {
            units: saturated(invited.units.values().sum()),
            by_tier: by_tier.collect(),
            people: invited.people.map(saturated),
            places: saturated(invited.places),
        }
    }
}

/// Which event to publish.
#[derive(InputObject)]
pub struct PublishEventInput {
    /// The event.
    event: ID,
    /// The version you read.
    expected_version: i32,
    /// Shows whom it would invite and does nothing.
    #[graphql(default)]
    dry_run: bool,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What became of `publishEvent`.
#[derive(SimpleObject)]
pub struct PublishEventPayload {
    /// The event, published; null in a dry run.
    event: Option<Event>,
    /// Whom it invites, or would.
    invited: Option<InvitedCount>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Which units are to be invited later.
#[derive(InputObject)]
pub struct InviteUnitsInput {
    /// The event.
    event: ID,
    /// The units, beneath the host, 1 to 600.
    units: Vec<ID>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What a unit answers to an invitation.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyChoice {
    /// It comes, and names who.
    Confirm,
    /// It does not come, and says why.
    Decline,
}

/// What a unit answers.
#[derive(InputObject)]
pub struct ReplyInvitationInput {
    /// The invitation.
    invitation: ID,
    /// The version you read.
    expected_version: i32,
    /// Whether it comes.
    reply: ReplyChoice,
    /// Who is named already and still comes.
    keep: Option<Vec<ID>>,
    /// Who comes besides. Together at least one and at most the quota; whoever was named and is not among them is withdrawn.
    delegates: Option<Vec<DelegateInput>>,
    /// Why it does not come, at most 2,000 characters; owed then.
    reason: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl ReplyInvitationInput {
    fn resolve(self) -> Result<Reply, Error> {
        let delegates = self.delegates.unwrap_or_default().into_iter();
        let answer = match self.reply {
            ReplyChoice::Confirm => Answer::Confirm {
                keep: Kind::EventDelegate.uuids(&self.keep.unwrap_or_default())?,
                name: delegates.map(DelegateInput::resolve).collect::<Result<_, Error>>()?,
            },
            ReplyChoice::Decline => Answer::Decline {
                reason: self.reason.unwrap_or_default(),
            },
        };
        Ok(Reply {
            invitation: Kind::EventInvitation.uuid(&self.invitation)?,
            expected_version: self.expected_version,
            answer,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// Who comes instead of whom.
#[derive(InputObject)]
pub struct SubstituteDelegateInput {
    /// The delegate who does not come.
    delegate: ID,
    /// The version you read.
    expected_version: i32,
    /// Who comes instead, with the letter that sends the person, which is owed.
    by: DelegateInput,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

macro_rules! event_payloads {
    ($($(#[$about:meta])* $name:ident, $(#[$what:meta])*;)*) => {
        $(payload! {
            $(#[$about])*
            $name {
                $(#[$what])*
                event: Event
            }
        })*
    };
}

event_payloads! {
    /// What became of `createEvent`.
    CreateEventPayload,
    /// The event, a draft.
    ;
    /// What became of `editEvent`.
    EditEventPayload,
    /// The event, changed.
    ;
    /// What became of `inviteUnits`.
    InviteUnitsPayload,
    /// The event.
    ;
    /// What became of `postponeEvent`.
    PostponeEventPayload,
    /// The event, postponed.
    ;
    /// What became of `cancelEvent`.
    CancelEventPayload,
    /// The event, cancelled.
    ;
    /// What became of `closeRegistration`.
    CloseRegistrationPayload,
    /// The event.
    ;
    /// What became of `startEvent`.
    StartEventPayload,
    /// The event, running.
    ;
    /// What became of `endEvent`.
    EndEventPayload,
    /// The event, over.
    ;
}

payload! {
    /// What became of `replyInvitation`.
    ReplyInvitationPayload {
        /// The invitation, answered.
        invitation: EventInvitation
    }
}

payload! {
    /// What became of `substituteDelegate`.
    SubstituteDelegatePayload {
        /// Who comes instead.
        delegate: EventDelegate
    }
}

async fn step(ctx: &Context<'_>, step: Step, input: Advance) -> async_graphql::Result<(Option<Event>, Vec<UserError>)> {
    let result = running::advance(ctx.session()?, &ctx.command_field(), step, input).await;
    Ok(ctx.settle(result.map(Event::from))?)
}

#[derive(Default)]
pub struct EventMutation;

#[Object]
impl EventMutation {
    /// Draft an event of your unit: its STAFF or HEAD, at RI also a COORDINATOR. Nobody else knows of it until it is published.
    async fn create_event(
        &self,
        ctx: &Context<'_>,
        input: CreateEventInput,
    ) -> async_graphql::Result<CreateEventPayload> {
        let result = arranging::create(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Event::from))?.into())
    }

    /// Change an event: who may draft one. Once units were invited they are told of a change of its arrangement; while it
    /// takes place only its description, speakers, materials and address online change, afterwards nothing.
    async fn edit_event(&self, ctx: &Context<'_>, input: EditEventInput) -> async_graphql::Result<EditEventPayload> {
        let result = arranging::edit(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Event::from))?.into())
    }

    /// Publish an event and invite its audience, or show whom that would be: HEAD of the host, at RI also a COORDINATOR. Who is
    /// invited is pinned; the HEAD and STAFF of each unit are told. One that was postponed keeps its invitations and replies.
    async fn publish_event(
        &self,
        ctx: &Context<'_>,
        input: PublishEventInput,
    ) -> async_graphql::Result<PublishEventPayload> {
        let publish = Publish {
            event: Kind::Event.uuid(&input.event)?,
            expected_version: input.expected_version,
            dry_run: input.dry_run,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = running::publish(ctx.session()?, &ctx.command_field(), publish).await;
        let (published, user_errors) = ctx.settle(result)?;
        let (event, invited) = published.map_or((None, None), |published| {
            (published.event.map(Event::from), Some(published.invited.into()))
        });
        Ok(PublishEventPayload {
            event,
            invited,
            user_errors,
        })
    }

    /// Invite units beneath the host to an event that is published already, such as those that were formed later: who may
    /// publish it, while replies are taken. They are told.
    async fn invite_units(
        &self,
        ctx: &Context<'_>,
        input: InviteUnitsInput,
    ) -> async_graphql::Result<InviteUnitsPayload> {
        let invite = Invite {
            event: Kind::Event.uuid(&input.event)?,
            units: Kind::Unit.uuids(&input.units)?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = running::invite(ctx.session()?, &ctx.command_field(), invite).await;
        Ok(ctx.settle(result.map(Event::from))?.into())
    }

    /// Postpone an event that has not begun: who may publish it; a reason is owed, and the invited units are told. Publishing
    /// it again, with a new time, goes on with what was answered.
    async fn postpone_event(
        &self,
        ctx: &Context<'_>,
        input: PostponeEventInput,
    ) -> async_graphql::Result<PostponeEventPayload> {
        Ok(step(ctx, Step::Postpone, input.resolve()?).await?.into())
    }

    /// Cancel an event that has not begun: who may publish it; a reason is owed, and the invited units are told.
    async fn cancel_event(
        &self,
        ctx: &Context<'_>,
        input: CancelEventInput,
    ) -> async_graphql::Result<CancelEventPayload> {
        Ok(step(ctx, Step::Cancel, input.resolve()?).await?.into())
    }

    /// Take no reply any more: who may publish the event. Units that have not answered are noted so; substitutes are taken
    /// until it begins.
    async fn close_registration(
        &self,
        ctx: &Context<'_>,
        input: CloseRegistrationInput,
    ) -> async_graphql::Result<CloseRegistrationPayload> {
        Ok(step(ctx, Step::CloseRegistration, input.resolve()?).await?.into())
    }

    /// Open the door of an event: who may publish it. Registration closes with it, where it was open.
    async fn start_event(&self, ctx: &Context<'_>, input: StartEventInput) -> async_graphql::Result<StartEventPayload> {
        Ok(step(ctx, Step::Start, input.resolve()?).await?.into())
    }

    /// Close the door of an event: who may publish it. What was scanned while it was open still comes in until its attendance
    /// is sealed.
    async fn end_event(&self, ctx: &Context<'_>, input: EndEventInput) -> async_graphql::Result<EndEventPayload> {
        Ok(step(ctx, Step::End, input.resolve()?).await?.into())
    }

    /// Answer the invitation of your unit while replies are taken, also anew: its HEAD, at RI a COORDINATOR. The host is told.
    async fn reply_invitation(
        &self,
        ctx: &Context<'_>,
        input: ReplyInvitationInput,
    ) -> async_graphql::Result<ReplyInvitationPayload> {
        let result = replying::reply(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(EventInvitation))?.into())
    }

    /// Send somebody else than was named, until the event begins: HEAD of the unit, at RI a COORDINATOR; the letter that sends
    /// the person and a reason are owed. The door opens to the one who was named no more.
    async fn substitute_delegate(
        &self,
        ctx: &Context<'_>,
        input: SubstituteDelegateInput,
    ) -> async_graphql::Result<SubstituteDelegatePayload> {
        let substitute = Substitute {
            delegate: Kind::EventDelegate.uuid(&input.delegate)?,
            expected_version: input.expected_version,
            by: input.by.resolve()?,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = replying::substitute(ctx.session()?, &ctx.command_field(), substitute).await;
        Ok(ctx.settle(result.map(EventDelegate))?.into())
    }
}
