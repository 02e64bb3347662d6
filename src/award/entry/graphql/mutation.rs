//! Commands on entries in the API.
use async_graphql::{Context, Object, SimpleObject};

use super::{
    input::{
        DisqualifyAwardEntryInput, EditAwardEntryInput, NominateAutomaticallyInput, NominateInput,
        ReturnAwardEntryInput, SubmitAwardEntryInput, VerifyAwardEntryInput, WithdrawAwardEntryInput,
    },
    types::AwardEntry,
};
use crate::{
    award::{
        entry::{
            automatic, nominating,
            settling::{self, Advance},
        },
        workflow::EntryStep,
    },
    graphql::{context::Ask, problem::UserError},
    payload,
};

macro_rules! entry_payloads {
    ($($(#[$about:meta])* $name:ident, $(#[$what:meta])*;)*) => {
        $(payload! {
            $(#[$about])*
            $name {
                $(#[$what])*
                entry: AwardEntry
            }
        })*
    };
}

entry_payloads! {
    /// What became of `nominate`.
    NominatePayload,
    /// The entry, a draft.
    ;
    /// What became of `editAwardEntry`.
    EditAwardEntryPayload,
    /// The entry, changed.
    ;
    /// What became of `submitAwardEntry`.
    SubmitAwardEntryPayload,
    /// The entry, with its submission.
    ;
    /// What became of `returnAwardEntry`.
    ReturnAwardEntryPayload,
    /// The entry, sent back.
    ;
    /// What became of `verifyAwardEntry`.
    VerifyAwardEntryPayload,
    /// The entry.
    ;
    /// What became of `withdrawAwardEntry`.
    WithdrawAwardEntryPayload,
    /// The entry, taken back.
    ;
    /// What became of `disqualifyAwardEntry`.
    DisqualifyAwardEntryPayload,
    /// The entry, struck out.
    ;
}

/// What came of entering whoever fits. `units` is the sum of the others.
#[derive(SimpleObject)]
pub struct AutomaticNomination {
    /// Whether nothing was kept.
    dry_run: bool,
    /// How many units there are of the category's tier beneath the issuer.
    units: i32,
    /// How many were entered, or would be.
    entered: i32,
    /// How many had been entered before, whatever became of it.
    already: i32,
    /// How many have no accepted report of the period.
    unreported: i32,
    /// How many reported and do not fulfil the rules of eligibility.
    unfit: i32,
}

impl From<automatic::Entered> for AutomaticNomination {
    fn from(counts: automatic::Entered) -> Self {
        Self {
            dry_run: counts.dry_run,
            units: counts.units,
            entered: counts.entered,
            already: counts.already,
            unreported: counts.unreported,
            unfit: counts.unfit,
        }
    }
}

payload! {
    /// What became of `nominateAutomatically`.
    NominateAutomaticallyPayload {
        /// What came of it.
        result: AutomaticNomination
    }
}

async fn step(
    ctx: &Context<'_>,
    step: EntryStep,
    input: Advance,
) -> async_graphql::Result<(Option<AwardEntry>, Vec<UserError>)> {
    let result = settling::advance(ctx.session()?, &ctx.command_field(), step, input).await;
    Ok(ctx.settle(result.map(AwardEntry::from))?)
}

#[derive(Default)]
pub struct AwardEntryMutation;

#[Object]
impl AwardEntryMutation {
    /// Enter your unit, one beneath it, somebody of either, or an outsider for an award: STAFF or HEAD, at RI STAFF or a
    /// COORDINATOR. It is a draft that nobody but the unit that enters it reads.
    async fn nominate(&self, ctx: &Context<'_>, input: NominateInput) -> async_graphql::Result<NominatePayload> {
        let input = input.resolve()?;
        let result = nominating::nominate(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEntry::from))?.into())
    }

    /// Change an entry that is a draft or was returned: STAFF or HEAD of the unit that enters it.
    async fn edit_award_entry(
        &self,
        ctx: &Context<'_>,
        input: EditAwardEntryInput,
    ) -> async_graphql::Result<EditAwardEntryPayload> {
        let input = input.resolve()?;
        let result = nominating::edit(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEntry::from))?.into())
    }

    /// Submit an entry: HEAD of the unit that enters it, at RI a COORDINATOR. What it says is frozen with the hashes of its
    /// files. One that was returned may be submitted again for as long as entries are verified.
    async fn submit_award_entry(
        &self,
        ctx: &Context<'_>,
        input: SubmitAwardEntryInput,
    ) -> async_graphql::Result<SubmitAwardEntryPayload> {
        let input = input.resolve()?;
        let result = settling::submit(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AwardEntry::from))?.into())
    }

    /// Send a submitted entry back for more to be shown: HEAD of the tier above the unit it is about, at RI a COORDINATOR, but
    /// not who submitted it.
    async fn return_award_entry(
        &self,
        ctx: &Context<'_>,
        input: ReturnAwardEntryInput,
    ) -> async_graphql::Result<ReturnAwardEntryPayload> {
        Ok(step(ctx, EntryStep::Return, input.resolve()?).await?.into())
    }

    /// Find a submitted entry eligible, or not: HEAD of the tier above the unit it is about, at RI a COORDINATOR, but not who
    /// submitted it. Nothing is found eligible that does not fulfil the rules of the category; each that it does not is named.
    async fn verify_award_entry(
        &self,
        ctx: &Context<'_>,
        input: VerifyAwardEntryInput,
    ) -> async_graphql::Result<VerifyAwardEntryPayload> {
        let (verdict, input) = input.resolve()?;
        Ok(step(ctx, verdict, input).await?.into())
    }

    /// Take an entry back before juries are at work: HEAD of the unit that entered it, or of the unit it is about.
    async fn withdraw_award_entry(
        &self,
        ctx: &Context<'_>,
        input: WithdrawAwardEntryInput,
    ) -> async_graphql::Result<WithdrawAwardEntryPayload> {
        Ok(step(ctx, EntryStep::Withdraw, input.resolve()?).await?.into())
    }

    /// Strike an entry out: HEAD of the issuer, at RI a COORDINATOR. One that a list names is not struck out before that is
    /// reckoned anew, and an award is revoked instead.
    async fn disqualify_award_entry(
        &self,
        ctx: &Context<'_>,
        input: DisqualifyAwardEntryInput,
    ) -> async_graphql::Result<DisqualifyAwardEntryPayload> {
        Ok(step(ctx, EntryStep::Disqualify, input.resolve()?).await?.into())
    }

    /// Enter every unit of the tier of a category beneath the issuer that has an accepted report of the period and fulfils the
    /// rules of eligibility, found eligible at once: HEAD of the issuer, at RI a COORDINATOR. Whoever was entered before is left
    /// as it is, so that it can be repeated.
    async fn nominate_automatically(
        &self,
        ctx: &Context<'_>,
        input: NominateAutomaticallyInput,
    ) -> async_graphql::Result<NominateAutomaticallyPayload> {
        let input = input.resolve()?;
        let result = automatic::nominate(ctx.session()?, &ctx.command_field(), input).await;
        Ok(ctx.settle(result.map(AutomaticNomination::from))?.into())
    }
}
