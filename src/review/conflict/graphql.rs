//! Conflicts of interest in the API. What hangs on the kind of record that is reviewed stands with that record.
use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::{conflict, enums};

use super::{Declare, Lift, declare, is_in_force, lift};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor},
        scalars::{Date, DateTime},
    },
    identity::graphql::Account,
    payload,
    review::query::{self, ConflictFilter},
    session::Session,
    territory::graphql::{Unit, ids},
};

/// Why somebody must not review a unit's records, nor decide on them.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::ConflictKind")]
pub enum ConflictKind {
    /// It is the province the person comes from.
    HomeProvince,
    /// The person worked there. Seats held within the last five years count without being declared.
    FormerUnit,
    /// A relative works there.
    Family,
    /// They organise an event together.
    CoHost,
    /// Another reason.
    Other,
}

#[derive(Clone)]
pub struct ConflictOfInterest(pub conflict::Model);

/// A conflict of interest of a person with a unit and all beneath it. Who has one sees nothing of the unit's records as an
/// expert, is not assigned to them and does not decide on them. Known to the person and to COORDINATORs.
#[Object]
impl ConflictOfInterest {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::ConflictOfInterest.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Whose it is.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        match ctx.session() {
            Ok(session) => Account::of_record(&session.actor, self.0.account_id).map(Ok),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// Of what kind it is.
    async fn kind(&self) -> ConflictKind {
        self.0.kind.into()
    }

    /// The unit it is with; it reaches all beneath that.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// The first day it does not count any more; null: until it is lifted.
    async fn until(&self) -> Option<Date> {
        self.0.until.map(Date)
    }

    /// What was said of it. Emptied once the person is erased.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Whether the person declared it, or a COORDINATOR pinned it.
    async fn is_self_declared(&self) -> bool {
        self.0.declared_by == self.0.account_id
    }

    /// When it was declared or pinned.
    async fn declared_at(&self) -> DateTime {
        DateTime(self.0.declared_at)
    }

    /// When it was lifted; null while it was not.
    async fn lifted_at(&self) -> Option<DateTime> {
        self.0.lifted_at.map(DateTime)
    }

    /// Whether it counts today.
    async fn is_in_force(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(is_in_force(&self.0, ctx.session()?.actor.today))
    }
}

connection!(
    ConflictOfInterestConnection,
    ConflictOfInterestEdge,
    ConflictOfInterest,
    Counted,
    "conflicts of interest"
);

/// How many a filter finds, counted when asked for.
pub struct Counted(ConflictFilter);

impl Counted {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::conflict_count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Which conflicts of interest are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ConflictOfInterestFilter {
    /// Whose.
    person: Option<IdFilter>,
    /// With exactly these units.
    unit: Option<IdFilter>,
    /// Only those that count today.
    #[graphql(default)]
    in_force: bool,
}

impl ConflictOfInterestFilter {
    fn resolve(self, session: &Session) -> Result<ConflictFilter, Error> {
        Ok(ConflictFilter {
            person: ids(Kind::Account, self.person)?,
            unit: ids(Kind::Unit, self.unit)?,
            in_force_on: self.in_force.then_some(session.actor.today),
        })
    }
}

#[derive(Default)]
pub struct ConflictQuery;

#[Object]
impl ConflictQuery {
    /// Conflicts of interest, the latest first: all of them for a COORDINATOR, your own for an EXPERT, none for others.
    async fn conflicts_of_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ConflictOfInterestFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ConflictOfInterestConnection> {
        let list = "conflictsOfInterest";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve(session)?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window(list)?;
        let page = query::conflict_page(session.services.db.reader(), &session.actor, &filter, &window).await?;
        let page = page.map(|row| (cursor(list, &row.id), ConflictOfInterest(row)));
        Ok(ConflictOfInterestConnection::new(page, Counted(filter)))
    }
}

/// What conflict of interest you have.
#[derive(InputObject)]
pub struct DeclareConflictInput {
    /// Of what kind.
    kind: ConflictKind,
    /// With which unit, and all beneath it.
    unit: ID,
    /// The first day it does not count any more; left out: until a COORDINATOR lifts it.
    until: Option<Date>,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What conflict of interest another person has.
#[derive(InputObject)]
pub struct PinConflictInput {
    /// Whose: an expert's or a coordinator's.
    person: ID,
    /// Of what kind.
    kind: ConflictKind,
    /// With which unit, and all beneath it.
    unit: ID,
    /// The first day it does not count any more; left out: until it is lifted.
    until: Option<Date>,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which conflict of interest is over, and why.
#[derive(InputObject)]
pub struct LiftConflictInput {
    /// The conflict of interest.
    conflict: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `declareConflict`.
    DeclareConflictPayload {
        /// The conflict of interest.
        conflict: ConflictOfInterest
    }
}

payload! {
    /// What became of `pinConflict`.
    PinConflictPayload {
        /// The conflict of interest.
        conflict: ConflictOfInterest
    }
}

payload! {
    /// What became of `liftConflict`.
    LiftConflictPayload {
        /// The conflict of interest, lifted.
        conflict: ConflictOfInterest
    }
}

#[derive(Default)]
pub struct ConflictMutation;

#[Object]
impl ConflictMutation {
    /// Declare that you have a conflict of interest with a unit and all beneath it. EXPERT or COORDINATOR, and from the seat
    /// that was appointed whoever judges as a juror of awards. Whatever of it you are assigned to review or to judge, you are recused
    /// from at once.
    async fn declare_conflict(
        &self,
        ctx: &Context<'_>,
        input: DeclareConflictInput,
    ) -> async_graphql::Result<DeclareConflictPayload> {
        let declared = Declare {
            person: None,
            kind: input.kind.into(),
            unit: Kind::Unit.uuid(&input.unit)?,
            until: input.until.map(|date| date.0),
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = declare(ctx.session()?, &ctx.command_field(), declared).await;
        Ok(ctx.settle(result.map(ConflictOfInterest))?.into())
    }

    /// Pin a conflict of interest on an expert or on another coordinator. COORDINATOR. The person is recused at once from
    /// whatever of it they are assigned to review.
    async fn pin_conflict(
        &self,
        ctx: &Context<'_>,
        input: PinConflictInput,
    ) -> async_graphql::Result<PinConflictPayload> {
        let pinned = Declare {
            person: Some(Kind::Account.uuid(&input.person)?),
            kind: input.kind.into(),
            unit: Kind::Unit.uuid(&input.unit)?,
            until: input.until.map(|date| date.0),
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = declare(ctx.session()?, &ctx.command_field(), pinned).await;
        Ok(ctx.settle(result.map(ConflictOfInterest))?.into())
    }

    /// Lift a conflict of interest of another person. COORDINATOR; a reason is owed. What the person was recused from stays
    /// so.
    async fn lift_conflict(
        &self,
        ctx: &Context<'_>,
        input: LiftConflictInput,
    ) -> async_graphql::Result<LiftConflictPayload> {
        let lifted = Lift {
            conflict: Kind::ConflictOfInterest.uuid(&input.conflict)?,
            expected_version: input.expected_version,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = lift(ctx.session()?, &ctx.command_field(), lifted).await;
        Ok(ctx.settle(result.map(ConflictOfInterest))?.into())
    }
}
