//! Inviting people, and accepting.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::invitation;
use secrecy::SecretString;

use super::account::{Account, own_account};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, cursor},
        scalars::{Date, DateTime},
    },
    identity::{
        bulk::{self, InviteMany},
        invitation::{self as service, Activate, Invite, Issued},
        query::{self, InvitationsWanted},
    },
    payload,
    territory::{graphql::Seat, holding::Tenure},
};

/// Where an invitation stands.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationStatus {
    /// The code can still be used.
    Open,
    /// The seat was taken.
    Accepted,
    /// It was taken back, or replaced by a newer one.
    Revoked,
    /// Nobody came within 72 hours.
    Expired,
}

#[derive(Clone, Debug)]
pub struct Invitation {
    row: invitation::Model,
    code: Option<String>,
}

/// An offer of a seat to the owner of an e-mail address. It tells nothing about whether the address has an account.
#[Object]
impl Invitation {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Invitation.id(self.row.id)
    }

    /// The seat that is offered.
    async fn seat(&self) -> Seat {
        Seat(self.row.seat_id)
    }

    /// The address that was invited. Once the person has come, that you read it is told in `Viewer.contactReads`.
    async fn email(&self, ctx: &Context<'_>) -> &str {
        if let Some(account) = self.row.account_id {
            ctx.reads_contact_of(account);
        }
        &self.row.email
    }

    /// The name the inviter wrote.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Whether the person is to act for the seat's holder (Plt).
    async fn acting(&self) -> bool {
        self.row.acting
    }

    /// The first day the seat is to be held.
    async fn valid_from(&self) -> Date {
        Date(self.row.valid_from)
    }

    /// The first day after; null where no end is set.
    async fn valid_to(&self) -> Option<Date> {
        self.row.valid_to.map(Date)
    }

    /// Where it stands now.
    async fn status(&self, ctx: &Context<'_>) -> async_graphql::Result<InvitationStatus> {
        let now = ctx.session()?.now();
        Ok(match (self.row.accepted_at, self.row.revoked_at) {
            (Some(_), _) => InvitationStatus::Accepted,
            (None, Some(_)) => InvitationStatus::Revoked,
            (None, None) if self.row.expires_at <= now => InvitationStatus::Expired,
            (None, None) => InvitationStatus::Open,
        })
    }

    /// Who invited; null for those who may not know the person.
    async fn invited_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.row.invited_by)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// Until when the code is good.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.row.expires_at)
    }

    /// The one-time code, to be handed to the person. It is told in the answer of the command that made the invitation and
    /// nowhere else, and null where the server sends it by e-mail.
    async fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

impl From<Issued> for Invitation {
    fn from(issued: Issued) -> Self {
        Self {
            row: issued.invitation,
            code: issued.code,
        }
    }
}

impl From<invitation::Model> for Invitation {
    fn from(row: invitation::Model) -> Self {
        Self { row, code: None }
    }
}

/// How many there are, counted when it is asked for.
pub struct Counted(InvitationsWanted);

impl Counted {
    async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::invitation_count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

connection!(InvitationConnection, InvitationEdge, Invitation, Counted, "invitations");

/// Whom to invite to which seat.
#[derive(InputObject)]
pub struct InviteAccountInput {
    /// The person's e-mail address, with which they will sign in.
    email: String,
    /// The person's name; a new account begins with it.
    name: String,
    /// The seat to be offered: one that you may fill, and not your own.
    appoint_to: ID,
    /// Whether the person is to act for the seat's holder (Plt), beside whom the seat is then held.
    #[graphql(default)]
    acting: bool,
    /// The first day, which may lie ahead; today when left out.
    valid_from: Option<Date>,
    /// The first day after; without an end when left out.
    valid_to: Option<Date>,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// A list of people to invite.
#[derive(InputObject)]
pub struct InviteAccountsInput {
    /// CSV, UTF-8, with commas or semicolons. The first line names the columns: `email`, `name`, `unit` (official code, `RI`
    /// for the national body), `function`, `title`; and, where wanted, `position`, `division`, `acting` (`ya`, `tidak`),
    /// `valid_from`, `valid_to` (`2026-01-31`). A free seat of that function and title is filled; where the unit has none,
    /// one is made. At most 1,000 people.
    csv: String,
    /// Only tell what would come of it; nothing is kept.
    #[graphql(default)]
    dry_run: bool,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which invitation to take back.
#[derive(InputObject)]
pub struct RevokeInvitationInput {
    /// The invitation.
    invitation: ID,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Who accepts an invitation.
#[derive(InputObject)]
pub struct ActivateAccountInput {
    /// The one-time code; small letters, blanks and hyphens make no difference.
    code: String,
    /// The password. Who has an account with the invited address already proves it by its password; otherwise it is the new
    /// account's: hard to guess, 8 to 128 characters, and not made of the own name or address.
    password: String,
    /// The name as the person writes it; the inviter's wording when left out. An account that exists keeps its own.
    name: Option<String>,
}

/// What came of a list.
#[derive(SimpleObject)]
pub struct BulkInvitation {
    /// Whether nothing was kept.
    dry_run: bool,
    /// How many people the list names.
    rows: i32,
    /// How many seats were made, or would be, because the unit had no free one of that function and title.
    seats_created: i32,
    /// The invitations; empty in a dry run.
    invitations: Vec<Invitation>,
}

payload! {
    /// What became of `inviteAccount`.
    InviteAccountPayload {
        /// The invitation.
        invitation: Invitation
    }
}

payload! {
    /// What became of `inviteAccounts`. Refusals name the line and the column: `["csv", "3", "email"]`.
    InviteAccountsPayload {
        /// What came of the list: all of it, or nothing.
        result: BulkInvitation
    }
}

payload! {
    /// What became of `revokeInvitation`.
    RevokeInvitationPayload {
        /// The invitation, no longer open.
        invitation: Invitation
    }
}

payload! {
    /// What became of `activateAccount`.
    ActivateAccountPayload {
        /// The account, ready to sign in.
        account: Account
    }
}

/// Which invitations are wanted.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct InvitationFilter {
    /// Only those whose code can still be used, or only the others.
    open: Option<bool>,
}

#[derive(Default)]
pub struct InvitationQuery;

#[Object]
impl InvitationQuery {
    /// The invitations to seats you may fill, the newest first.
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<InvitationFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<InvitationConnection> {
        let session = ctx.session()?;
        let wanted = InvitationsWanted {
            now: session.now(),
            open: filter.unwrap_or_default().open,
        };
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window("invitations")?;
        let page = query::invitations(session.services.db.reader(), &session.actor, &wanted, &window).await?;
        let page = page.map(|row| (cursor("invitations", &row.id), Invitation::from(row)));
        Ok(InvitationConnection::new(page, Counted(wanted)))
    }
}

#[derive(Default)]
pub struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Offer a seat to the owner of an e-mail address, for 72 hours. Whether the address has an account is not told. An older
    /// open invitation of the same address to the same seat is replaced.
    async fn invite_account(
        &self,
        ctx: &Context<'_>,
        input: InviteAccountInput,
    ) -> async_graphql::Result<InviteAccountPayload> {
        let session = ctx.session()?;
        let command = Invite {
            email: input.email,
            name: input.name,
            to: Kind::Seat.uuid(&input.appoint_to)?,
            tenure: Tenure {
                acting: input.acting,
                from: input.valid_from.map_or(session.actor.today, |day| day.0),
                to: input.valid_to.map(|day| day.0),
            },
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = service::invite(session, &ctx.command_field(), command).await;
        let (issued, user_errors) = ctx.settle(result)?;
        Ok((issued.map(Invitation::from), user_errors).into())
    }

    /// Invite everybody of a list, or nobody.
    async fn invite_accounts(
        &self,
        ctx: &Context<'_>,
        input: InviteAccountsInput,
    ) -> async_graphql::Result<InviteAccountsPayload> {
        let command = InviteMany {
            csv: input.csv,
            dry_run: input.dry_run,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = bulk::invite_many(ctx.session()?, &ctx.command_field(), command).await;
        let (invited, user_errors) = ctx.settle(result)?;
        let saturated = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let result = invited.map(|invited| BulkInvitation {
            dry_run: invited.dry_run,
            rows: saturated(invited.rows),
            seats_created: saturated(invited.seats_created),
            invitations: invited.invitations.into_iter().map(Invitation::from).collect(),
        });
        Ok((result, user_errors).into())
    }

    /// Take an open invitation back.
    async fn revoke_invitation(
        &self,
        ctx: &Context<'_>,
        input: RevokeInvitationInput,
    ) -> async_graphql::Result<RevokeInvitationPayload> {
        let id = Kind::Invitation.uuid(&input.invitation)?;
        let seat = Kind::Seat.maybe(input.seat.as_ref())?;
        let result = service::revoke(ctx.session()?, &ctx.command_field(), id, seat).await;
        let (invitation, user_errors) = ctx.settle(result)?;
        Ok((invitation.map(Invitation::from), user_errors).into())
    }

    /// Take the seat an invitation offers. Nobody has to be signed in: the code is the right. Sign in afterwards.
    async fn activate_account(
        &self,
        ctx: &Context<'_>,
        input: ActivateAccountInput,
    ) -> async_graphql::Result<ActivateAccountPayload> {
        let command = Activate {
            code: input.code,
            password: SecretString::from(input.password),
            name: input.name,
            address: ctx.request().address,
        };
        let result = service::activate(&ctx.request().services, command).await;
        let (account, user_errors) = ctx.settle(result)?;
        let account = account.map(|account| own_account(ctx, account)).transpose()?;
        Ok((account, user_errors).into())
    }
}
