//! Editions of the list of regions: what they changed, and taking a new one over.
use async_graphql::{Context, ID, InputObject, Object};
use entity::region_edition;
use uuid::Uuid;

use super::{
    change::Asked,
    list::{UnitConnection, UnitOrder, unit_page},
    region::Region,
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, Known},
        scalars::{Date, DateTime, Sha256},
    },
    identity::graphql::Account,
    payload,
    session::Session,
    territory::{
        as_of::AsOf,
        edition::{
            compare::{Change, Effect, What},
            service::{self, ImportRegions, Imported, changes_of},
        },
    },
};

connection!(
    RegionDifferenceConnection,
    RegionDifferenceEdge,
    RegionDifference,
    Known,
    "regions that are otherwise in an edition"
);

/// What an edition made of a region.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Effect")]
pub enum RegionEffect {
    /// It is new.
    Added,
    /// It got another name, or became another kind of region.
    Renamed,
    /// It got another code, or lies in another region.
    Moved,
    /// It is no longer listed.
    Ended,
}

#[derive(Clone, Debug)]
pub struct RegionDifference {
    change: Change,
    /// Whether the region is there to be shown: one that a dry run would add is not.
    exists: bool,
}

/// A region of which something is otherwise in an edition of the list.
#[Object]
impl RegionDifference {
    /// The region; null for one that would only be added, in a dry run.
    async fn region(&self) -> Option<Region> {
        self.exists.then_some(Region(self.change.region))
    }

    /// What becomes of it: it may be renamed and moved at once.
    async fn effects(&self) -> Vec<RegionEffect> {
        self.change.effects().into_iter().map(Into::into).collect()
    }

    /// From which day on; null when that was before the records begin.
    async fn effective_on(&self) -> Option<Date> {
        self.change.on.map(Date)
    }

    /// Its code before; null for a new one.
    async fn code_before(&self) -> Option<&str> {
        self.change.before.as_ref().map(|before| before.code.as_str())
    }

    /// Its code from then on; null for one that is no longer listed.
    async fn code_after(&self) -> Option<&str> {
        self.change.after.as_ref().map(|after| after.code.as_str())
    }

    /// Its kind and name before, as in "Kabupaten Merauke"; null for a new one.
    async fn name_before(&self) -> Option<String> {
        self.change.before.as_ref().map(What::display_name)
    }

    /// Its kind and name from then on; null for one that is no longer listed.
    async fn name_after(&self) -> Option<String> {
        self.change.after.as_ref().map(What::display_name)
    }
}

/// Changes by the code they lead to, then by the one before: a dry run gives new regions other ids than the import does.
fn difference_page(
    differences: Vec<RegionDifference>,
    arguments: &Arguments,
) -> Result<RegionDifferenceConnection, Error> {
    let key = |difference: &RegionDifference| {
        let code = |what: &Option<What>| what.as_ref().map(|what| what.code.clone());
        let (before, after) = (code(&difference.change.before), code(&difference.change.after));
        (after.clone().or_else(|| before.clone()), before)
    };
    let (page, total) = arguments.page_of("region differences", differences, key, false)?;
    Ok(RegionDifferenceConnection::new(page, total))
}

#[derive(Clone, Debug)]
pub struct RegionEdition(pub Uuid);

impl RegionEdition {
    fn row<'a>(&self, ctx: &Context<'a>) -> Result<&'a region_edition::Model, Error> {
        ctx.session()?
            .actor
            .directory
            .edition(self.0)
            .ok_or_else(|| Error::internal("an edition that is not in the directory"))
    }
}

/// An edition of the list of regions, as it was taken over. Open to every signed-in account.
#[Object]
impl RegionEdition {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::RegionEdition.id(self.0)
    }

    /// What it is called.
    async fn name<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<&'a str> {
        Ok(&self.row(ctx)?.name)
    }

    /// The number of the decree; null for a list the operator began with.
    async fn decree_number<'a>(&self, ctx: &Context<'a>) -> Option<async_graphql::Result<&'a str>> {
        let number = self.row(ctx).map(|row| row.basis_number.as_deref());
        number.map_err(Into::into).transpose()
    }

    /// The day the decree was signed; null for the list the installation began with.
    async fn decree_date(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Date>> {
        let date = self.row(ctx).map(|row| row.basis_date.map(Date));
        date.map_err(Into::into).transpose()
    }

    /// From when on it holds, where nothing else is said for a region; null for the list the installation began with.
    async fn effective_on(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Date>> {
        let day = self.row(ctx).map(|row| row.effective_on.map(Date));
        day.map_err(Into::into).transpose()
    }

    /// The SHA-256 of the list as it was given.
    async fn sha256(&self, ctx: &Context<'_>) -> async_graphql::Result<Sha256> {
        Ok(Sha256(self.row(ctx)?.sha256.clone()))
    }

    /// How many regions it added.
    async fn added(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(self.row(ctx)?.added)
    }

    /// How many got another name or kind.
    async fn renamed(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(self.row(ctx)?.renamed)
    }

    /// How many got another code or lie in another region.
    async fn moved(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(self.row(ctx)?.moved)
    }

    /// How many it no longer lists.
    async fn ended(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(self.row(ctx)?.ended)
    }

    /// Who took it over; null when it came with the installation, or when you may not know the person.
    async fn by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        let by = ctx.session().and_then(|session| {
            let account = self.row(ctx)?.by_account;
            Ok(account.and_then(|account| Account::visible_to(&session.actor, account)))
        });
        by.map_err(Into::into).transpose()
    }

    /// When it was taken over.
    async fn at(&self, ctx: &Context<'_>) -> async_graphql::Result<DateTime> {
        Ok(DateTime(self.row(ctx)?.at))
    }

    /// The regions of which it changed something, by code.
    async fn differences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RegionDifferenceConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let changes = changes_of(&ctx.session()?.actor.directory.places, self.0);
        let existing = |change| RegionDifference { change, exists: true };
        Ok(difference_page(
            changes.into_iter().map(existing).collect(),
            &arguments,
        )?)
    }
}

/// What became of an edition.
pub struct RegionImportOutcome {
    edition: Option<RegionEdition>,
    /// What a dry run would change; what an import has changed is asked of its edition.
    changes: Vec<Change>,
}

impl RegionImportOutcome {
    fn of(session: &Session, imported: Imported) -> Self {
        match imported {
            Imported::DryRun(changes) => Self { edition: None, changes },
            Imported::Edition(edition) => Self {
                edition: Some(RegionEdition(edition)),
                changes: changes_of(&session.actor.directory.places, edition),
            },
        }
    }

    fn count(&self, effect: Effect) -> usize {
        let is = |change: &&Change| change.effects().contains(&effect);
        self.changes.iter().filter(is).count()
    }
}

/// What taking an edition over did, or would do.
#[Object]
impl RegionImportOutcome {
    /// The edition; null in a dry run, which did nothing.
    async fn edition(&self) -> Option<&RegionEdition> {
        self.edition.as_ref()
    }

    /// How many regions are added.
    async fn added(&self) -> usize {
        self.count(Effect::Added)
    }

    /// How many get another name or kind.
    async fn renamed(&self) -> usize {
        self.count(Effect::Renamed)
    }

    /// How many get another code or lie in another region.
    async fn moved(&self) -> usize {
        self.count(Effect::Moved)
    }

    /// How many are no longer listed.
    async fn ended(&self) -> usize {
        self.count(Effect::Ended)
    }

    /// The regions of which something is otherwise, by code.
    async fn differences(
        &self,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RegionDifferenceConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let difference = |change: &Change| RegionDifference {
            exists: self.edition.is_some() || change.before.is_some(),
            change: change.clone(),
        };
        Ok(difference_page(
            self.changes.iter().map(difference).collect(),
            &arguments,
        )?)
    }

    /// The units whose region lies, by this edition, in another region than that of the unit above them, by code: a list
    /// moves no unit, so they wait for `moveUnit`.
    async fn units_to_move(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<UnitConnection> {
        let actor = &ctx.session()?.actor;
        let units = service::astray(&actor.directory, &self.changes, actor.today);
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        Ok(unit_page(
            AsOf::new(&actor.directory, None),
            units,
            UnitOrder::default(),
            &arguments,
        )?)
    }
}

/// A new edition of the list of regions.
#[derive(InputObject)]
pub struct ImportRegionsInput {
    /// What the edition is called; at most 200 characters.
    name: String,
    /// From when on it holds, where a line says nothing else: today at the latest.
    effective_on: Date,
    /// The whole list, with a header line and a comma or a semicolon between the columns `code`, `parent_code`, `tier`, `kind`
    /// and `name`; and, where wanted, `previous_code` (the code of the same region in the list before; `-` for a new one)
    /// and `effective_on` (`2026-01-31`). What is not in it has ended. Parents need not come first.
    csv: String,
    #[graphql(flatten)]
    asked: Asked,
}

payload! {
    /// What became of `importRegions`. Refusals name the line and the column, as in `["csv", "12", "name"]`: at most 100, of
    /// which the last then says how many there are.
    ImportRegionsPayload {
        /// What it did, or would do.
        outcome: RegionImportOutcome
    }
}

#[derive(Default)]
pub struct RegionMutation;

#[Object]
impl RegionMutation {
    /// Take a new edition of the list of regions over: all of it, or nothing. Regions keep their identity; what they were
    /// called before stays what they were called. A line that could be about more than one region is refused with AMBIGUOUS
    /// until it states its `previous_code`; lines beneath it are looked at when those above are told. Units stay where they
    /// are. Only an ADMIN of RI may.
    async fn import_regions(
        &self,
        ctx: &Context<'_>,
        input: ImportRegionsInput,
    ) -> async_graphql::Result<ImportRegionsPayload> {
        let command = ImportRegions {
            name: input.name,
            basis: input.asked.legal_basis.into(),
            effective_on: input.effective_on.0,
            csv: input.csv,
            dry_run: input.asked.dry_run,
            seat: Kind::Seat.maybe(input.asked.seat.as_ref())?,
        };
        let result = service::import(ctx.session()?, &ctx.command_field(), command).await;
        let (imported, user_errors) = ctx.settle(result)?;
        // The session as `settle` has left it, which sees what was changed.
        let session = ctx.session()?;
        let outcome = imported.map(|imported| RegionImportOutcome::of(session, imported));
        Ok((outcome, user_errors).into())
    }
}
