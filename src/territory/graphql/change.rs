//! What a change of the hierarchy is asked with, and what it did.
use async_graphql::{Context, ID, InputObject, Object, dataloader::DataLoader};
use entity::{enums, unit_touch};

use super::{
    record::{ChangeLoader, ChangeOf, UndoingOf},
    unit::Unit,
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        legal_basis::{LegalBasis, LegalBasisInput},
        page::{Arguments, Known},
        problem::of_field,
        scalars::{Date, DateTime},
    },
    identity::graphql::Account,
    session::Session,
    territory::{
        change::{Order, Outcome, query},
        directory::Directory,
    },
};

connection!(UnitTouchConnection, UnitTouchEdge, UnitTouch, Known, "units touched");

/// What kind of change it is.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::UnitChangeKind")]
pub enum UnitChangeKind {
    /// Units were formed.
    Form,
    /// A unit got another name.
    Rename,
    /// A unit was put beneath another one.
    Move,
    /// A unit got an acting superior, or it ended.
    ActingSuperior,
    /// Units were split off another one.
    Split,
    /// Units became one.
    Merge,
    /// Units were dissolved.
    Dissolve,
    /// An earlier change was undone.
    Undo,
}

/// What a change did to a unit.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::UnitEffect")]
pub enum UnitEffect {
    /// It came into being.
    Formed,
    /// It got another name.
    Renamed,
    /// It was put beneath another unit.
    Moved,
    /// Another unit decides on it in the place of its parent.
    ActingSuperiorSet,
    /// Its parent decides on it again.
    ActingSuperiorEnded,
    /// Others were split off it, and it went on existing.
    Split,
    /// Others became part of it.
    MergedInto,
    /// It ceased to exist.
    Dissolved,
    /// What an earlier change did to it was undone.
    Undone,
}

/// What every change is asked with.
#[derive(InputObject)]
pub struct Asked {
    /// The decree it stands on.
    pub(super) legal_basis: LegalBasisInput,
    /// Show what it would do, and do nothing.
    #[graphql(default)]
    pub(super) dry_run: bool,
    /// The seat of yours to act from; may be left out when exactly one may.
    pub(super) seat: Option<ID>,
}

impl Asked {
    /// The order to change something from a day on, today when left out.
    ///
    /// # Errors
    /// `BadInput` for an id that is no seat's.
    pub(super) fn order(self, session: &Session, on: Option<Date>) -> Result<Order, Error> {
        Ok(Order {
            basis: self.legal_basis.into(),
            on: on.map_or(session.actor.today, |day| day.0),
            dry_run: self.dry_run,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

#[derive(Clone, Debug)]
pub struct UnitChange(pub entity::unit_change::Model);

/// A dated change of the hierarchy. Nothing of it is ever taken away: it is undone by another change.
#[Object]
impl UnitChange {
    /// The global id, by which `undoUnitChange` takes it.
    pub async fn id(&self) -> ID {
        Kind::UnitChange.id(self.0.id)
    }

    /// What kind of change it is.
    async fn kind(&self) -> UnitChangeKind {
        self.0.kind.into()
    }

    /// The day it takes effect, where nothing else is said for a unit.
    async fn effective_on(&self) -> Date {
        Date(self.0.effective_on)
    }

    /// The decree it stands on.
    async fn legal_basis(&self) -> LegalBasis {
        LegalBasis {
            number: self.0.basis_number.clone(),
            date: Date(self.0.basis_date),
        }
    }

    /// The unit it was asked for, or the one beneath which it was done to many.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// Who did it; null when you may not know the person.
    async fn by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        let account = |session: &Session| Account::visible_to(&session.actor, self.0.by_account);
        ctx.session().map(account).map_err(Into::into).transpose()
    }

    /// When it was entered.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// The id of the change this one undoes; null when it undoes none.
    async fn undoes(&self) -> Option<ID> {
        self.0.undoes.map(|undone| Kind::UnitChange.id(undone))
    }

    /// The change by which this one was undone; null while it stands.
    async fn undone_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<UnitChange>> {
        let loader = ctx.data_unchecked::<DataLoader<ChangeLoader>>();
        let undoing = loader.load_one(UndoingOf(self.0.id)).await.map_err(of_field);
        undoing.transpose().map(|found| found.map(UnitChange))
    }
}

#[derive(Clone, Debug)]
pub struct UnitTouch {
    row: unit_touch::Model,
    /// Whether the unit is there to be shown: one that a dry run would form is not.
    exists: bool,
}

impl UnitTouch {
    pub(super) fn of(row: unit_touch::Model, directory: &Directory) -> Self {
        Self {
            exists: directory.tree.get(row.unit_id).is_some(),
            row,
        }
    }
}

/// What a change does to one unit.
#[Object]
impl UnitTouch {
    /// The change; null in a dry run, which is none.
    async fn change(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<UnitChange>> {
        let loader = ctx.data_unchecked::<DataLoader<ChangeLoader>>();
        let change = loader.load_one(ChangeOf(self.row.change_id)).await.map_err(of_field);
        change.transpose().map(|found| found.map(UnitChange))
    }

    /// The unit; null for one that would only be formed, in a dry run.
    async fn unit(&self) -> Option<Unit> {
        self.exists.then_some(Unit(self.row.unit_id))
    }

    /// What it does to it.
    async fn effect(&self) -> UnitEffect {
        self.row.effect.into()
    }

    /// The day it takes effect for this unit.
    async fn effective_on(&self) -> Date {
        Date(self.row.effective_on)
    }

    /// The official code of the unit's region.
    async fn code(&self) -> &str {
        &self.row.details.code
    }

    /// What the unit is called then.
    async fn name(&self) -> &str {
        &self.row.details.name
    }

    /// What it was called before; null when that does not change.
    async fn former_name(&self) -> Option<&str> {
        self.row.details.former_name.as_deref()
    }

    /// The unit above it then, or its acting superior where that is what changes; null where neither matters.
    async fn above(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Unit>> {
        known_unit(ctx, self.row.details.above)
    }

    /// The one before; null when that does not change.
    async fn formerly_above(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Unit>> {
        known_unit(ctx, self.row.details.formerly_above)
    }

    /// How many seats are made with it.
    async fn seats_made(&self) -> i32 {
        self.row.details.seats_made
    }

    /// How many of its seats end.
    async fn seats_ended(&self) -> usize {
        self.row.details.seats_ended.len()
    }

    /// How many people leave a seat, or never come to sit in it.
    async fn holders_ended(&self) -> usize {
        self.row.details.holders_ended.len()
    }

    /// How many of its seats exist again by an undoing.
    async fn seats_restored(&self) -> usize {
        self.row.details.seats_restored.len()
    }

    /// How many people sit there again, or are to, by an undoing.
    async fn holders_restored(&self) -> usize {
        self.row.details.holders_restored.len()
    }

    /// How many of its reports that are still on their way pass to the custodian above.
    async fn open_reports(&self) -> i64 {
        self.row.details.open_reports
    }
}

/// A unit that is in the directory; one that the same dry run would form is not, nor one this process has not read yet.
pub fn known_unit(ctx: &Context<'_>, unit: Option<uuid::Uuid>) -> Option<async_graphql::Result<Unit>> {
    let session = match ctx.session() {
        Ok(session) => session,
        Err(error) => return Some(Err(error.into())),
    };
    let known = unit.filter(|unit| session.actor.directory.tree.get(*unit).is_some());
    known.map(|unit| Ok(Unit(unit)))
}

pub struct UnitChangeOutcome {
    change: Option<UnitChange>,
    touches: Vec<UnitTouch>,
    skipped: usize,
}

/// What a change did, or would do.
#[Object]
impl UnitChangeOutcome {
    /// The change; null in a dry run, which did nothing.
    async fn change(&self) -> Option<&UnitChange> {
        self.change.as_ref()
    }

    /// How many units it touches.
    async fn unit_count(&self) -> usize {
        self.touches.len()
    }

    /// How many units a command on many leaves as they are: bodies that stand or are decided on already, when bodies are
    /// formed; units whose end is decided already, when they are dissolved.
    async fn skipped_count(&self) -> usize {
        self.skipped
    }

    /// How many seats are made.
    async fn seats_made(&self) -> i32 {
        self.sum(|details| details.seats_made)
    }

    /// How many seats end.
    async fn seats_ended(&self) -> usize {
        self.sum(|details| details.seats_ended.len())
    }

    /// How many people leave a seat, or never come to sit in it.
    async fn holders_ended(&self) -> usize {
        self.sum(|details| details.holders_ended.len())
    }

    /// How many seats exist again by an undoing.
    async fn seats_restored(&self) -> usize {
        self.sum(|details| details.seats_restored.len())
    }

    /// How many people sit there again, or are to, by an undoing.
    async fn holders_restored(&self) -> usize {
        self.sum(|details| details.holders_restored.len())
    }

    /// How many reports that are still on their way pass to custodians.
    async fn open_reports(&self) -> i64 {
        self.sum(|details| details.open_reports)
    }

    /// The units it touches, by code.
    async fn touches(
        &self,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<UnitTouchConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        // A dry run gives new units other ids than the command itself, so that the order rests on what both share.
        let key = |touch: &UnitTouch| {
            let details = &touch.row.details;
            (details.code.clone(), details.name.clone(), touch.row.effect)
        };
        let (page, total) = arguments.page_of("unit touches", self.touches.clone(), key, false)?;
        Ok(UnitTouchConnection::new(page, total))
    }
}

impl UnitChangeOutcome {
    /// Reads the change that was made, and marks which units there are.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn of(session: &Session, outcome: Outcome) -> Result<Self, Error> {
        let change = match outcome.change {
            Some(change) => query::by_ids(session.services.db.reader(), &[change]).await?.pop(),
            None => None,
        };
        let touch = |row| UnitTouch::of(row, &session.actor.directory);
        Ok(Self {
            change: change.map(UnitChange),
            touches: outcome.touches.into_iter().map(touch).collect(),
            skipped: outcome.skipped,
        })
    }

    fn sum<N: std::iter::Sum>(&self, count: impl Fn(&unit_touch::Details) -> N) -> N {
        self.touches.iter().map(|touch| count(&touch.row.details)).sum()
    }
}

/// Settles what became of a change: the outcome or why not.
pub(super) async fn settled(
    ctx: &Context<'_>,
    result: Result<Outcome, Error>,
) -> async_graphql::Result<(Option<UnitChangeOutcome>, Vec<crate::graphql::problem::UserError>)> {
    let (outcome, user_errors) = ctx.settle(result)?;
    // The session as `settle` has left it, which sees what was changed.
    let outcome = match outcome {
        Some(outcome) => Some(UnitChangeOutcome::of(ctx.session()?, outcome).await?),
        None => None,
    };
    Ok((outcome, user_errors))
}
