//! Proposals in the API.
use async_graphql::{Context, Enum, ID, InputObject, Object, Union, dataloader::DataLoader};
use entity::{enums, proposal};
use uuid::Uuid;

use super::{
    query::{self, Filter},
    service::{self, Decide},
    workflow::Step,
};
use crate::{
    award::honour::graphql::types::Award,
    connection,
    error::Error,
    event::attendance::graphql::sheet::AttendanceSheet,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, cursor, either},
        problem::of_field,
        scalars::DateTime,
    },
    identity::graphql::{
        Account,
        loader::{NamedIn, UseLoader},
        named_people::{NamedPeople, NamedPerson},
    },
    payload,
    report::graphql::{
        loader::{VisibleReport, VisibleReports},
        types::Report,
    },
    territory::graphql::Seat,
};

/// What can be proposed: acts that take two persons.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ProposedCommand")]
pub enum ProposedCommand {
    /// `erasePerson`: to replace a person by a marker.
    ErasePerson,
    /// `eraseNamedPerson`: to take away the name of somebody whom events or awards know by it alone.
    EraseNamedPerson,
    /// `reopenReport`: to have an accepted report revised.
    ReopenReport,
    /// `correctAttendance`: to seal the attendance of a unit's people anew.
    CorrectAttendance,
    /// `revokeAward`: to take an award back, with its certificate.
    RevokeAward,
}

/// Where a proposal stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ProposalStatus")]
pub enum ProposalStatus {
    /// Waiting for another person.
    Pending,
    /// Confirmed, and thereby carried out.
    Confirmed,
    /// Rejected, or withdrawn by who proposed it.
    Rejected,
    /// Not decided within 72 hours.
    Expired,
}

/// What a proposal is about.
#[derive(Union)]
pub enum ProposalSubject {
    /// The person who is to be erased.
    Account(Account),
    /// Somebody without an account who is to be erased.
    NamedPeople(NamedPeople),
    /// The report that is to be reopened.
    Report(Report),
    /// The attendance sheet that is to be corrected.
    AttendanceSheet(AttendanceSheet),
    /// The award that is to be revoked.
    Award(Award),
}

#[derive(Clone, Debug)]
pub struct Proposal(pub proposal::Model);

impl Proposal {
    fn can(&self, ctx: &Context<'_>, step: Step) -> Result<bool, Error> {
        let session = ctx.session()?;
        Ok(service::check(&session.actor, &self.0, step, None, session.now()).is_ok())
    }
}

/// Something that takes two persons, proposed by one. Seen by who may decide on such a thing; that attendance
/// be corrected also by who proposed it.
#[Object]
impl Proposal {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Proposal.id(self.0.id)
    }

    /// What is proposed.
    async fn command(&self) -> ProposedCommand {
        self.0.command.into()
    }

    /// What it is about; null when that is no longer known.
    async fn subject(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ProposalSubject>> {
        let actor = match ctx.session() {
            Ok(session) => &session.actor,
            Err(error) => return Some(Err(error.into())),
        };
        match self.0.command {
            enums::ProposedCommand::ErasePerson => {
                let account = Account::of_record(actor, self.0.subject_id)?;
                Some(Ok(ProposalSubject::Account(account)))
            }
            enums::ProposedCommand::EraseNamedPerson => {
                let loader = ctx.data_unchecked::<DataLoader<UseLoader>>();
                let found = loader.load_one(NamedIn(self.0.id)).await.map_err(of_field);
                let people = match found {
                    Ok(people) => people.unwrap_or_default(),
                    Err(error) => return Some(Err(error)),
                };
                let people = people.into_iter().map(NamedPerson).collect();
                Some(Ok(ProposalSubject::NamedPeople(NamedPeople { people })))
            }
            enums::ProposedCommand::ReopenReport => {
                let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
                let found = loader
                    .load_one(VisibleReport(self.0.subject_id))
                    .await
                    .map_err(of_field);
                let found = found.transpose()?;
                Some(found.map(|row| ProposalSubject::Report(Report::from(row))))
            }
            enums::ProposedCommand::CorrectAttendance => {
                let sheet = AttendanceSheet::visible(ctx, self.0.subject_id).await?;
                Some(sheet.map(ProposalSubject::AttendanceSheet))
            }
            enums::ProposedCommand::RevokeAward => {
                let award = Award::visible(ctx, self.0.subject_id).await?;
                Some(award.map(ProposalSubject::Award))
            }
        }
    }

    /// Why. Emptied once a person is erased, of whom it may tell.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Where it stands.
    async fn status(&self, ctx: &Context<'_>) -> async_graphql::Result<ProposalStatus> {
        Ok(service::standing(&self.0, ctx.session()?.now()).into())
    }

    /// Who proposed it; null when people of that unit are outside what you may see.
    async fn proposed_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.proposed_by)
    }

    /// The seat it was proposed from.
    async fn proposed_from(&self) -> Seat {
        Seat(self.0.proposed_from)
    }

    /// When it was proposed.
    async fn proposed_at(&self) -> DateTime {
        DateTime(self.0.proposed_at)
    }

    /// Until when it can be decided.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// Who confirmed or rejected it; null while nobody has, or when people of that unit are outside what you may see.
    async fn decided_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.decided_by?)
    }

    /// The seat it was decided from; null while nobody has.
    async fn decided_from(&self) -> Option<Seat> {
        self.0.decided_from.map(Seat)
    }

    /// When it was decided; null while it was not.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }

    /// Whether you may confirm it now.
    async fn viewer_can_confirm(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.can(ctx, Step::Confirm)?)
    }

    /// Whether you may reject it now, or withdraw it where it is yours.
    async fn viewer_can_reject(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.can(ctx, Step::Reject)?)
    }
}

connection!(ProposalConnection, ProposalEdge, Proposal, Counted, "proposals");

/// How many proposals a filter finds, counted when asked for.
pub struct Counted(Filter);

impl Counted {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0, session.now()).await
    }
}

/// Chooses by where a proposal stands.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ProposalStatusFilter {
    /// Exactly this one.
    eq: Option<ProposalStatus>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<ProposalStatus>>,
}

/// Which proposals are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ProposalFilter {
    /// By where they stand.
    status: Option<ProposalStatusFilter>,
}

impl ProposalFilter {
    fn resolve(self) -> Result<Filter, Error> {
        let ProposalStatusFilter { eq, any } = self.status.unwrap_or_default();
        Ok(Filter {
            status: either(eq, any)?.map(|statuses| statuses.into_iter().map(Into::into).collect()),
        })
    }
}

#[derive(Default)]
pub struct ProposalQuery;

#[Object]
impl ProposalQuery {
    /// The proposals you may see, the latest first: those of acts that you may decide on yourself, and what
    /// you proposed to another unit.
    async fn proposals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ProposalFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ProposalConnection> {
        let list = "proposals";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve()?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Uuid>(list)?;
        let reader = session.services.db.reader();
        let page = query::page(reader, &session.actor, (&filter, session.now()), &window).await?;
        let page = page.map(|row| (cursor(list, &row.id), Proposal(row)));
        Ok(ProposalConnection::new(page, Counted(filter)))
    }
}

/// Which proposal to confirm.
#[derive(InputObject)]
pub struct ConfirmProposalInput {
    /// The proposal.
    proposal: ID,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which proposal to reject, and why.
#[derive(InputObject)]
pub struct RejectProposalInput {
    /// The proposal.
    proposal: ID,
    /// Why, at most 2,000 characters; kept with the record of the act.
    reason: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

fn decide(proposal: &ID, reason: Option<String>, seat: Option<&ID>) -> Result<Decide, Error> {
    Ok(Decide {
        proposal: Kind::Proposal.uuid(proposal)?,
        reason,
        seat: seat.map(|seat| Kind::Seat.uuid(seat)).transpose()?,
    })
}

payload! {
    /// What became of `confirmProposal`.
    ConfirmProposalPayload {
        /// The proposal, confirmed and carried out.
        proposal: Proposal
    }
}

payload! {
    /// What became of `rejectProposal`.
    RejectProposalPayload {
        /// The proposal, rejected.
        proposal: Proposal
    }
}

#[derive(Default)]
pub struct ProposalMutation;

#[Object]
impl ProposalMutation {
    /// Confirm what another person has proposed: it is carried out at once, or refused as a whole. Within 72 hours, by
    /// another person than the one who proposed it, who could have proposed it too.
    async fn confirm_proposal(
        &self,
        ctx: &Context<'_>,
        input: ConfirmProposalInput,
    ) -> async_graphql::Result<ConfirmProposalPayload> {
        let session = ctx.session()?;
        let decide = decide(&input.proposal, None, input.seat.as_ref())?;
        let result = service::confirm(session, &ctx.command_field(), decide).await;
        Ok(ctx.settle(result.map(Proposal))?.into())
    }

    /// Reject a proposal, or withdraw your own; nothing is carried out. Who may propose such a thing may reject it.
    async fn reject_proposal(
        &self,
        ctx: &Context<'_>,
        input: RejectProposalInput,
    ) -> async_graphql::Result<RejectProposalPayload> {
        let session = ctx.session()?;
        let decide = decide(&input.proposal, input.reason, input.seat.as_ref())?;
        let result = service::reject(session, &ctx.command_field(), decide).await;
        Ok(ctx.settle(result.map(Proposal))?.into())
    }
}
