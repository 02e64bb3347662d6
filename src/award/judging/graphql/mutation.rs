//! Commands on juries, and the work of jurors, in the API.
use async_graphql::{Context, ID, InputObject, Object};

use super::types::{AwardPanel, AwardScoring};
use crate::{
    award::{
        graphql::types::AwardEdition,
        judging::{
            appointing::{self, Appoint, Remove},
            closing::{self, Close},
            moderation::{self, Reopen},
            opening, reopening,
            scoring::{self, Complete, Recuse, Save},
        },
        running::Advance,
    },
    graphql::{context::Ask, id::Kind},
    payload,
    review::rubric::graphql::score::CriterionScoreInput,
};

/// Which edition's next round to open.
#[derive(InputObject)]
pub struct OpenJudgingInput {
    /// The edition.
    edition: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Who is to judge.
#[derive(InputObject)]
pub struct AppointJurorsInput {
    /// The jury.
    panel: ID,
    /// The version you read.
    expected_version: i32,
    /// The seats of those who are to judge, 1 to 30; each held by exactly one person.
    jurors: Vec<ID>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Who is not to judge any more, and why.
#[derive(InputObject)]
pub struct RemoveJurorInput {
    /// The jury.
    panel: ID,
    /// The version you read.
    expected_version: i32,
    /// The seat that was appointed.
    juror: ID,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which sheet is to be looked at again, and why.
#[derive(InputObject)]
pub struct ReopenAwardScoresInput {
    /// The jury.
    panel: ID,
    /// The version you read.
    expected_version: i32,
    /// As the outlier names it.
    scoring: ID,
    /// Why, at most 2,000 characters; the juror reads it.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which jury to close.
#[derive(InputObject)]
pub struct CloseJudgingInput {
    /// The jury.
    panel: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which jury to open again, and why.
#[derive(InputObject)]
pub struct ReopenJudgingInput {
    /// The jury.
    panel: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What to save of a sheet.
#[derive(InputObject)]
pub struct SaveAwardScoresInput {
    /// The scoring.
    scoring: ID,
    /// The version you read.
    expected_version: i32,
    /// The criteria to save, at most 40; those left out stay as they are.
    #[graphql(default)]
    scores: Vec<CriterionScoreInput>,
    /// On the whole, at most 10,000 characters; left out it stays as it is.
    comment: Option<String>,
    /// Which of your seats acts: the one that was appointed.
    seat: Option<ID>,
}

/// Which sheet to complete.
#[derive(InputObject)]
pub struct CompleteAwardScoresInput {
    /// The scoring.
    scoring: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts: the one that was appointed.
    seat: Option<ID>,
}

/// What you recuse from, and why.
#[derive(InputObject)]
pub struct RecuseFromAwardInput {
    /// The scoring.
    scoring: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// Which of your seats acts: the one that was appointed.
    seat: Option<ID>,
}

payload! {
    /// What became of `openJudging`.
    OpenJudgingPayload {
        /// The edition, being judged.
        edition: AwardEdition
    }
}

macro_rules! panel_payloads {
    ($($(#[$about:meta])* $name:ident, $(#[$what:meta])*;)*) => {
        $(payload! {
            $(#[$about])*
            $name {
                $(#[$what])*
                panel: AwardPanel
            }
        })*
    };
}

panel_payloads! {
    /// What became of `appointJurors`.
    AppointJurorsPayload,
    /// The jury, with its jurors.
    ;
    /// What became of `removeJuror`.
    RemoveJurorPayload,
    /// The jury, without that juror.
    ;
    /// What became of `reopenAwardScores`.
    ReopenAwardScoresPayload,
    /// The jury.
    ;
    /// What became of `closeJudging`.
    CloseJudgingPayload,
    /// The jury, closed.
    ;
    /// What became of `reopenJudging`.
    ReopenJudgingPayload,
    /// The jury, at work.
    ;
}

macro_rules! scoring_payloads {
    ($($(#[$about:meta])* $name:ident, $(#[$what:meta])*;)*) => {
        $(payload! {
            $(#[$about])*
            $name {
                $(#[$what])*
                scoring: AwardScoring
            }
        })*
    };
}

scoring_payloads! {
    /// What became of `saveAwardScores`.
    SaveAwardScoresPayload,
    /// The scoring, whose sheet was saved.
    ;
    /// What became of `completeAwardScores`.
    CompleteAwardScoresPayload,
    /// The scoring, whose sheet is complete.
    ;
    /// What became of `recuseFromAward`.
    RecuseFromAwardPayload,
    /// The scoring, over.
    ;
}

#[derive(Default)]
pub struct AwardJudgingMutation;

#[Object]
impl AwardJudgingMutation {
    /// Open the juries of the next round, once every entry is verified: HEAD of the issuer, at RI a COORDINATOR. The figures of
    /// indicators are frozen. Where provinces judge first, they do; once their juries are closed this opens those of RI for what
    /// they passed on.
    async fn open_judging(
        &self,
        ctx: &Context<'_>,
        input: OpenJudgingInput,
    ) -> async_graphql::Result<OpenJudgingPayload> {
        let given = Advance {
            edition: Kind::AwardEdition.uuid(&input.edition)?,
            expected_version: input.expected_version,
            reason: None,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = opening::open(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardEdition::from))?.into())
    }

    /// Appoint jurors: HEAD of the jury's unit, at RI a COORDINATOR. Each judges everything before the jury but what there is a
    /// conflict of interest with: in a round of RI the entries of any province in which the person sits or has sat within five
    /// years, in every other round those of the own unit, and whatever was declared.
    async fn appoint_jurors(
        &self,
        ctx: &Context<'_>,
        input: AppointJurorsInput,
    ) -> async_graphql::Result<AppointJurorsPayload> {
        let given = Appoint {
            panel: Kind::AwardPanel.uuid(&input.panel)?,
            expected_version: input.expected_version,
            jurors: Kind::Seat.uuids(&input.jurors)?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = appointing::appoint(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardPanel))?.into())
    }

    /// Remove a juror: HEAD of the jury's unit, at RI a COORDINATOR; a reason is owed. What the juror has completed stays and
    /// counts.
    async fn remove_juror(
        &self,
        ctx: &Context<'_>,
        input: RemoveJurorInput,
    ) -> async_graphql::Result<RemoveJurorPayload> {
        let given = Remove {
            panel: Kind::AwardPanel.uuid(&input.panel)?,
            expected_version: input.expected_version,
            juror: Kind::Seat.uuid(&input.juror)?,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = appointing::remove(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardPanel))?.into())
    }

    /// Have a sheet that lies apart looked at again by its juror: HEAD of the jury's unit, at RI a COORDINATOR; a reason is owed.
    /// Nobody but the juror changes a score. The sheet stays, and does not count until another is complete.
    async fn reopen_award_scores(
        &self,
        ctx: &Context<'_>,
        input: ReopenAwardScoresInput,
    ) -> async_graphql::Result<ReopenAwardScoresPayload> {
        let given = Reopen {
            panel: Kind::AwardPanel.uuid(&input.panel)?,
            expected_version: input.expected_version,
            scoring: Kind::AwardScoring.uuid(&input.scoring)?,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = moderation::reopen(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardPanel))?.into())
    }

    /// Close a jury once every candidate has its sheets and none is incomplete: HEAD of the jury's unit, at RI a COORDINATOR. Of a
    /// province's the shortlist is reckoned, of as many as the rules say.
    async fn close_judging(
        &self,
        ctx: &Context<'_>,
        input: CloseJudgingInput,
    ) -> async_graphql::Result<CloseJudgingPayload> {
        let given = Close {
            panel: Kind::AwardPanel.uuid(&input.panel)?,
            expected_version: input.expected_version,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = closing::close(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardPanel))?.into())
    }

    /// Open a closed jury of the issuer again where a juror was recused since, and an entry has fewer sheets than the rules ask for:
    /// HEAD of the issuer, at RI a COORDINATOR, before the ranking is computed. What others completed stays and counts. The shortlist
    /// of a province stands as it was reckoned.
    async fn reopen_judging(
        &self,
        ctx: &Context<'_>,
        input: ReopenJudgingInput,
    ) -> async_graphql::Result<ReopenJudgingPayload> {
        let given = reopening::Reopen {
            panel: Kind::AwardPanel.uuid(&input.panel)?,
            expected_version: input.expected_version,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = reopening::reopen(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardPanel))?.into())
    }

    /// Save pieces of your sheet of scores, as a juror. One that was complete does not count until you complete it anew.
    async fn save_award_scores(
        &self,
        ctx: &Context<'_>,
        input: SaveAwardScoresInput,
    ) -> async_graphql::Result<SaveAwardScoresPayload> {
        let given = Save {
            scoring: Kind::AwardScoring.uuid(&input.scoring)?,
            expected_version: input.expected_version,
            scores: input.scores.into_iter().map(CriterionScoreInput::resolve).collect(),
            comment: input.comment,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = scoring::save(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardScoring))?.into())
    }

    /// Complete your sheet, as a juror: it is frozen and counts.
    async fn complete_award_scores(
        &self,
        ctx: &Context<'_>,
        input: CompleteAwardScoresInput,
    ) -> async_graphql::Result<CompleteAwardScoresPayload> {
        let given = Complete {
            scoring: Kind::AwardScoring.uuid(&input.scoring)?,
            expected_version: input.expected_version,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = scoring::complete(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardScoring))?.into())
    }

    /// Recuse from an entry, as a juror; a reason is owed. You do not read it any more, and what you scored does not count.
    async fn recuse_from_award(
        &self,
        ctx: &Context<'_>,
        input: RecuseFromAwardInput,
    ) -> async_graphql::Result<RecuseFromAwardPayload> {
        let given = Recuse {
            scoring: Kind::AwardScoring.uuid(&input.scoring)?,
            expected_version: input.expected_version,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = scoring::recuse(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(AwardScoring))?.into())
    }
}
