//! People whom events and awards know by name alone: found and erased on their request.
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

use crate::{
    error::Error,
    graphql::{
        context::Ask,
        id::{Kind, parse},
        scalars::DateTime,
    },
    identity::erasure::named::{self, EraseNamed, Found, Who},
    payload,
    proposal::graphql::Proposal,
    territory::graphql::Unit,
};

/// As what an event, or an entry for an award, names somebody.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedPersonPart {
    /// As somebody who is to come for a unit, or came to the door.
    Delegate,
    /// As somebody who opens, speaks or moderates.
    Speaker,
    /// As somebody who is entered for an award: a person of a unit, or an outsider.
    Entrant,
}

pub struct NamedPerson(pub Found);

/// Somebody without an account whom an event or an entry for an award names, with what tells one from another of the same name. Shown to ADMINs of RI
/// alone, who answer such a person's request.
#[Object]
impl NamedPerson {
    /// The global id of the EventDelegate, the EventSpeaker or the AwardEntry, to be given to `eraseNamedPerson`.
    async fn id(&self) -> ID {
        match self.0.who {
            Who::Delegate(id) => Kind::EventDelegate.id(id),
            Who::Speaker(id) => Kind::EventSpeaker.id(id),
            Who::Entrant(id) => Kind::AwardEntry.id(id),
        }
    }

    /// As what.
    async fn part(&self) -> NamedPersonPart {
        match self.0.who {
            Who::Delegate(_) => NamedPersonPart::Delegate,
            Who::Speaker(_) => NamedPersonPart::Speaker,
            Who::Entrant(_) => NamedPersonPart::Entrant,
        }
    }

    /// The name; null once it was erased.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// What the person is there; null where it was not said, of an entry, and once it was erased.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// The unit a delegate comes for, or whose person or outsider is entered; null of a speaker.
    async fn unit(&self) -> Option<Unit> {
        self.0.unit.map(Unit)
    }

    /// What the event, or the edition of awards, is called.
    async fn event(&self) -> &str {
        &self.0.event
    }

    /// When the event begins, or when the entry was made.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// Whose event it is, or who gives the awards.
    async fn host(&self) -> Unit {
        Unit(self.0.host)
    }
}

/// Somebody without an account whom two persons decide to erase.
#[derive(SimpleObject)]
pub struct NamedPeople {
    /// Everything that is the one person, as who proposed it says; without what hosts have taken out of their programmes since.
    pub people: Vec<NamedPerson>,
}

/// Whom to erase who has no account, and why.
#[derive(InputObject)]
pub struct EraseNamedPersonInput {
    /// Everything that is the one person, from 1 to 100 ids of `namedPeople`: of EventDelegates, EventSpeakers and
    /// AwardEntries without an account. Those erased before may be among them.
    people: Vec<ID>,
    /// Why, at most 2,000 characters. It is shown to whoever decides, and forgotten with the person.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `eraseNamedPerson`.
    EraseNamedPersonPayload {
        /// The proposal, which another person has to confirm.
        proposal: Proposal
    }
}

fn who(id: &ID) -> Result<Who, Error> {
    match parse(id)? {
        (Kind::EventDelegate, id) => Ok(Who::Delegate(id)),
        (Kind::EventSpeaker, id) => Ok(Who::Speaker(id)),
        (Kind::AwardEntry, id) => Ok(Who::Entrant(id)),
        _ => Err(Error::bad_input(
            "Id ini bukan id EventDelegate, EventSpeaker, atau AwardEntry.",
            "This is not the id of an EventDelegate, an EventSpeaker or an AwardEntry.",
        )),
    }
}

#[derive(Default)]
pub struct NamedPeopleQuery;

#[Object]
impl NamedPeopleQuery {
    /// People without an account whom events and entries for awards name, by words of the name, of each the newest first: to find the person who asks to be told
    /// of what is kept, or to be erased. ADMIN of RI. It is recorded that you looked and whom you were shown.
    async fn named_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Words of the name, in any order, 3 to 200 characters. When more than 100 match, give more of it."
        )]
        search: String,
        #[graphql(desc = "Which of your seats acts; may be left out when exactly one may.")] seat: Option<ID>,
    ) -> async_graphql::Result<Vec<NamedPerson>> {
        let seat = seat.map(|seat| Kind::Seat.uuid(&seat)).transpose()?;
        let found = named::find(ctx.session()?, &search, seat).await?;
        Ok(found.into_iter().map(NamedPerson).collect())
    }
}

#[derive(Default)]
pub struct NamedPeopleMutation;

#[Object]
impl NamedPeopleMutation {
    /// Propose to erase somebody without an account whom events or awards name: the name goes from delegates, speakers, entries,
    /// awards and certificates, and that somebody was there, or was honoured, stays. ADMIN of RI; carried out once another ADMIN of RI confirms it with `confirmProposal`
    /// within 72 hours.
    async fn erase_named_person(
        &self,
        ctx: &Context<'_>,
        input: EraseNamedPersonInput,
    ) -> async_graphql::Result<EraseNamedPersonPayload> {
        let session = ctx.session()?;
        let erase = EraseNamed {
            people: input.people.iter().map(who).collect::<Result<_, _>>()?,
            reason: input.reason,
            seat: input.seat.map(|seat| Kind::Seat.uuid(&seat)).transpose()?,
        };
        let result = named::propose(session, &ctx.command_field(), erase).await;
        Ok(ctx.settle(result.map(Proposal))?.into())
    }
}
