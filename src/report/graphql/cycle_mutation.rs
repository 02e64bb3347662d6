//! Opening and keeping rounds, and deciding on what single units owe in them.
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{cycle, enums};

use super::{
    cycle::{PeriodKind, ReportCycle},
    obligation::ObligationAct,
};
use crate::{
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        legal_basis::LegalBasisInput,
        scalars::{Date, DateTime},
    },
    payload,
    report::cycle::{
        free::{self, Free, Freed},
        manage::{self, Change, Close, Edit},
        open::{self, Open, Opened},
        pass::{self, Pass},
    },
    territory::graphql::Tier,
};

/// Whom a round asks: the units of these tiers beneath its owner, itself included, narrowed by what else is given.
#[derive(InputObject)]
pub struct ReportAudienceInput {
    /// Units of these tiers: of those that write by the template.
    tiers: Vec<Tier>,
    /// Of these, only those that are one of these units or beneath one, at most 600; none: wherever they are.
    #[graphql(default)]
    beneath: Vec<ID>,
    /// Of these, only these, at most 600; none: all of them.
    #[graphql(default)]
    units: Vec<ID>,
    /// Neither these nor anybody beneath them, at most 600.
    #[graphql(default)]
    except: Vec<ID>,
}

impl ReportAudienceInput {
    fn resolve(self) -> Result<cycle::Audience, Error> {
        Ok(cycle::Audience {
            tiers: self.tiers.into_iter().map(Into::into).collect(),
            beneath: Kind::Unit.uuids(&self.beneath)?,
            units: Kind::Unit.uuids(&self.units)?,
            except: Kind::Unit.uuids(&self.except)?,
        })
    }
}

/// A round that is to be.
#[derive(InputObject)]
pub struct OpenReportCycleInput {
    /// The template version to ask by: published, and of the own unit or of one above it.
    template: ID,
    /// A stable name of lower-case letters, digits, dots and hyphens, at most 60 characters. One of a unit below RI begins
    /// with the unit's code and a hyphen, as in `32-media-2025`.
    code: String,
    /// What people call it, at most 200 characters.
    name: String,
    /// What span of time it asks about.
    period_kind: PeriodKind,
    /// The first day of the period.
    period_start: Date,
    /// The last day of the period: of a month, a quarter or a year where the kind says so.
    period_end: Date,
    /// From when on reports may be started.
    opens_at: DateTime,
    /// Until when they are due; a later one is late, not refused.
    due_at: DateTime,
    /// The zone in which the due moment is stated: `Asia/Jakarta`, `Asia/Makassar` or `Asia/Jayapura`.
    time_zone: String,
    /// Until when what comes still counts as on time; until it is due when left out.
    grace_until: Option<DateTime>,
    /// From when on nothing is taken any more that has not come before, but of units that are given more time.
    locks_at: Option<DateTime>,
    /// The day whose tree its reports are counted by; the last day of the period when left out.
    tree_date: Option<Date>,
    /// Whom it asks.
    audience: ReportAudienceInput,
    /// The day on which the units it asks are looked up; the one whose tree counts when left out.
    audience_on: Option<Date>,
    /// The stage of an election it belongs to: only units in the regions of the stage are asked.
    stage: Option<ID>,
    /// The letter it stands on.
    legal_basis: Option<LegalBasisInput>,
    /// The letter itself: a file you uploaded and attached to nothing yet. Whoever may know of the round may read it.
    letter: Option<ID>,
    /// The unit that asks; that of the seat that acts when left out.
    owner: Option<ID>,
    /// Show whom it would ask, and do nothing.
    #[graphql(default)]
    dry_run: bool,
    /// The seat that acts.
    seat: Option<ID>,
}

impl OpenReportCycleInput {
    fn resolve(self) -> Result<Open, Error> {
        Ok(Open {
            template: Kind::ReportTemplate.uuid(&self.template)?,
            stage: Kind::ElectionStage.maybe(self.stage.as_ref())?,
            owner: Kind::Unit.maybe(self.owner.as_ref())?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
            letter: Kind::File.maybe(self.letter.as_ref())?,
            audience: self.audience.resolve()?,
            code: self.code,
            name: self.name,
            period_kind: self.period_kind.into(),
            period_start: self.period_start.0,
            period_end: self.period_end.0,
            opens_at: self.opens_at.0,
            due_at: self.due_at.0,
            time_zone: self.time_zone,
            grace_until: self.grace_until.map(|moment| moment.0),
            locks_at: self.locks_at.map(|moment| moment.0),
            tree_date: self.tree_date.map(|day| day.0),
            audience_on: self.audience_on.map(|day| day.0),
            basis: self.legal_basis.map(Into::into),
            dry_run: self.dry_run,
        })
    }
}

/// What of a round is to be changed; what is left out stays.
#[derive(InputObject)]
pub struct EditReportCycleInput {
    /// The round.
    cycle: ID,
    /// The version you read.
    expected_version: i32,
    /// What people call it, at most 200 characters.
    name: Option<String>,
    /// From when on reports may be started.
    opens_at: Option<DateTime>,
    /// Until when they are due. Units that were given more time keep it.
    due_at: Option<DateTime>,
    /// Until when what comes still counts as on time; null: until it is due. Left out, a grace that ended when it was due
    /// moves with it.
    grace_until: MaybeUndefined<DateTime>,
    /// From when on nothing is taken any more that has not come before; null: until it is closed.
    locks_at: MaybeUndefined<DateTime>,
    /// The seat that acts.
    seat: Option<ID>,
}

fn change(given: MaybeUndefined<DateTime>) -> Change<chrono::DateTime<chrono::Utc>> {
    match given {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(moment) => Change::Set(moment.0),
    }
}

/// Which round to close.
#[derive(InputObject)]
pub struct CloseReportCycleInput {
    /// The round.
    cycle: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: Option<String>,
    /// The seat that acts.
    seat: Option<ID>,
}

/// How to pass a round on.
#[derive(InputObject)]
pub struct PassOnReportCycleInput {
    /// The round.
    cycle: ID,
    /// When your unit awaits the reports of those beneath it: before it is awaited itself.
    due_at: DateTime,
    /// The letter it stands on.
    legal_basis: LegalBasisInput,
    /// The letter itself: a file you uploaded and attached to nothing yet, or the one you passed the round on with before.
    /// Whoever sees that you passed it on may read it.
    letter: Option<ID>,
    /// The unit that passes it on; may be left out by who sits in one unit only.
    unit: Option<ID>,
    /// The version of `CyclePassing` you read, when you pass the round on anew.
    expected_version: Option<i32>,
    /// The seat that acts.
    seat: Option<ID>,
}

/// Whom to give more time.
#[derive(InputObject)]
pub struct ExtendObligationInput {
    /// The round.
    cycle: ID,
    /// The units, 1 to 600: all of them get it, or none.
    units: Vec<ID>,
    /// Until when: later than they are awaited now. A unit that passed the round on gives time up to the owner's moment.
    until: DateTime,
    /// Why, at most 2,000 characters.
    reason: String,
    /// The seat that acts.
    seat: Option<ID>,
}

/// Declares the input of a decision that needs only units and a reason.
macro_rules! free_input {
    ($(#[$about:meta])* $name:ident, $kind:ident) => {
        $(#[$about])*
        #[derive(InputObject)]
        pub struct $name {
            /// The round.
            cycle: ID,
            /// The units, 1 to 600: all of them, or none.
            units: Vec<ID>,
            /// Why, at most 2,000 characters.
            reason: String,
            /// The seat that acts.
            seat: Option<ID>,
        }

        impl $name {
            fn resolve(self) -> Result<Free, Error> {
                Ok(Free {
                    kind: enums::ObligationActKind::$kind,
                    cycle: Kind::ReportCycle.uuid(&self.cycle)?,
                    units: Kind::Unit.uuids(&self.units)?,
                    reason: self.reason,
                    until: None,
                    seat: Kind::Seat.maybe(self.seat.as_ref())?,
                })
            }
        }
    };
}

free_input! {
    /// Whom to excuse.
    ExcuseObligationInput, Excuse
}

free_input! {
    /// Whose report to waive.
    WaiveObligationInput, Waive
}

free_input! {
    /// Whose report to expect again.
    RestoreObligationInput, Restore
}

/// How many units of a tier a round asks.
#[derive(SimpleObject)]
pub struct AskedUnits {
    /// The tier.
    tier: Tier,
    /// How many.
    count: usize,
}

/// What opening a round did, or would do.
#[derive(SimpleObject)]
pub struct ReportCycleOutcome {
    /// The round; null in a dry run, which opened none.
    cycle: Option<ReportCycle>,
    /// How many units are asked.
    asked_count: usize,
    /// The same by tier, from the highest on.
    asked: Vec<AskedUnits>,
}

impl From<Opened> for ReportCycleOutcome {
    fn from(opened: Opened) -> Self {
        let asked = opened.asked.into_iter().map(|(tier, count)| AskedUnits {
            tier: tier.into(),
            count,
        });
        let asked: Vec<AskedUnits> = asked.collect();
        Self {
            cycle: opened.cycle.map(ReportCycle),
            asked_count: asked.iter().map(|asked| asked.count).sum(),
            asked,
        }
    }
}

fn told(freed: Vec<Freed>) -> Vec<ObligationAct> {
    let act = |(act, row): Freed| ObligationAct::of(act, row.unit_id);
    freed.into_iter().map(act).collect()
}

payload! {
    /// What became of `openReportCycle`.
    OpenReportCyclePayload {
        /// What it did, or would do.
        outcome: ReportCycleOutcome
    }
}

payload! {
    /// What became of `editReportCycle`.
    EditReportCyclePayload {
        /// The round, changed.
        cycle: ReportCycle
    }
}

payload! {
    /// What became of `closeReportCycle`.
    CloseReportCyclePayload {
        /// The round, closed.
        cycle: ReportCycle
    }
}

payload! {
    /// What became of `passOnReportCycle`.
    PassOnReportCyclePayload {
        /// The round, passed on.
        cycle: ReportCycle
    }
}

payload! {
    /// What became of `extendObligation`.
    ExtendObligationPayload {
        /// One for each unit.
        acts: Vec<ObligationAct>
    }
}

payload! {
    /// What became of `excuseObligation`.
    ExcuseObligationPayload {
        /// One for each unit.
        acts: Vec<ObligationAct>
    }
}

payload! {
    /// What became of `waiveObligation`.
    WaiveObligationPayload {
        /// One for each unit.
        acts: Vec<ObligationAct>
    }
}

payload! {
    /// What became of `restoreObligation`.
    RestoreObligationPayload {
        /// One for each unit.
        acts: Vec<ObligationAct>
    }
}

type Settled<T> = async_graphql::Result<(Option<T>, Vec<crate::graphql::problem::UserError>)>;

fn settled(ctx: &Context<'_>, result: Result<Arc<cycle::Model>, Error>) -> Settled<ReportCycle> {
    Ok(ctx.settle(result.map(ReportCycle))?)
}

async fn freed(ctx: &Context<'_>, name: &str, input: Result<Free, Error>) -> Settled<Vec<ObligationAct>> {
    let field = ctx.command_field();
    let result = free::free(ctx.session()?, (&field, name), input?).await;
    Ok(ctx.settle(result.map(told))?)
}

#[derive(Default)]
pub struct ReportCycleMutation;

#[Object]
impl ReportCycleMutation {
    /// Ask units for a report on a period: all units that the rule finds in the hierarchy of that day owe one from then on.
    /// COORDINATOR of RI; HEAD of a provinsi or kabupaten/kota for the units beneath the own one.
    async fn open_report_cycle(
        &self,
        ctx: &Context<'_>,
        input: OpenReportCycleInput,
    ) -> async_graphql::Result<OpenReportCyclePayload> {
        let result = open::open(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(ReportCycleOutcome::from))?.into())
    }

    /// Change what a round is called and its moments, as long as it is not closed. What units owe moves with it. Who may
    /// open one.
    async fn edit_report_cycle(
        &self,
        ctx: &Context<'_>,
        input: EditReportCycleInput,
    ) -> async_graphql::Result<EditReportCyclePayload> {
        let command = Edit {
            cycle: Kind::ReportCycle.uuid(&input.cycle)?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
            expected_version: input.expected_version,
            name: input.name,
            opens_at: input.opens_at.map(|moment| moment.0),
            due_at: input.due_at.map(|moment| moment.0),
            grace_until: change(input.grace_until),
            locks_at: change(input.locks_at),
        };
        let result = manage::edit(ctx.session()?, &ctx.command_field(), command).await;
        Ok(settled(ctx, result)?.into())
    }

    /// Close a round for good: nothing is taken any more that has not come, and what is missing is unmet. Who may open one.
    async fn close_report_cycle(
        &self,
        ctx: &Context<'_>,
        input: CloseReportCycleInput,
    ) -> async_graphql::Result<CloseReportCyclePayload> {
        let command = Close {
            cycle: Kind::ReportCycle.uuid(&input.cycle)?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
            expected_version: input.expected_version,
            reason: input.reason,
        };
        let result = manage::close(ctx.session()?, &ctx.command_field(), command).await;
        Ok(settled(ctx, result)?.into())
    }

    /// Pass a round of a unit above on to those beneath your own with an earlier moment, or change that moment. Your unit
    /// nags by it; the owner counts by its own. HEAD of a unit between the owner and those who are asked.
    async fn pass_on_report_cycle(
        &self,
        ctx: &Context<'_>,
        input: PassOnReportCycleInput,
    ) -> async_graphql::Result<PassOnReportCyclePayload> {
        let command = Pass {
            cycle: Kind::ReportCycle.uuid(&input.cycle)?,
            unit: Kind::Unit.maybe(input.unit.as_ref())?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
            due_at: input.due_at.0,
            basis: input.legal_basis.into(),
            letter: Kind::File.maybe(input.letter.as_ref())?,
            expected_version: input.expected_version,
        };
        let result = pass::pass_on(ctx.session()?, &ctx.command_field(), command).await;
        Ok(settled(ctx, result)?.into())
    }

    /// Give units more time; it reaches past the lock of the round, never past its closing. Who may open the round; or HEAD
    /// of the unit that passed it on to them, up to the owner's moment. A reason is owed.
    async fn extend_obligation(
        &self,
        ctx: &Context<'_>,
        input: ExtendObligationInput,
    ) -> async_graphql::Result<ExtendObligationPayload> {
        let command = || {
            Ok(Free {
                kind: enums::ObligationActKind::Extend,
                cycle: Kind::ReportCycle.uuid(&input.cycle)?,
                units: Kind::Unit.uuids(&input.units)?,
                reason: input.reason,
                until: Some(input.until.0),
                seat: Kind::Seat.maybe(input.seat.as_ref())?,
            })
        };
        Ok(freed(ctx, "extendObligation", command()).await?.into())
    }

    /// Excuse units from their report. HEAD of the unit that decides on them, of provinsi COORDINATOR of RI. A reason is
    /// owed; what has come cannot be excused.
    async fn excuse_obligation(
        &self,
        ctx: &Context<'_>,
        input: ExcuseObligationInput,
    ) -> async_graphql::Result<ExcuseObligationPayload> {
        Ok(freed(ctx, "excuseObligation", input.resolve()).await?.into())
    }

    /// Waive the report of units. Who may open the round. A reason is owed; what has come cannot be waived.
    async fn waive_obligation(
        &self,
        ctx: &Context<'_>,
        input: WaiveObligationInput,
    ) -> async_graphql::Result<WaiveObligationPayload> {
        Ok(freed(ctx, "waiveObligation", input.resolve()).await?.into())
    }

    /// Expect the report of units again that were excused or waived. Who may excuse or waive them. A reason is owed.
    async fn restore_obligation(
        &self,
        ctx: &Context<'_>,
        input: RestoreObligationInput,
    ) -> async_graphql::Result<RestoreObligationPayload> {
        Ok(freed(ctx, "restoreObligation", input.resolve()).await?.into())
    }
}
