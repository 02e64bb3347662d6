//! Sheets of scores, and what they come to, as the API shows them.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{
    rubric::{Criteria, Scores},
    score_draft, score_sheet,
};

use super::review::ReviewAssignment;
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::DateTime},
    payload,
    report::reviewing::{
        query::Scored,
        scoring::{Complete, Save, complete, save},
    },
    review::rubric::{
        graphql::score::{CriterionScore, CriterionScoreInput, scores},
        score::{Spread, spread, spread_per_criterion, total},
    },
};

pub struct ScoreDraft {
    pub(crate) row: score_draft::Model,
    pub(crate) criteria: Criteria,
}

/// A sheet that is being filled in: shown to who fills it in, and to nobody else.
#[Object]
impl ScoreDraft {
    /// What was scored so far.
    async fn scores(&self) -> Vec<CriterionScore> {
        scores(&self.row.scores)
    }

    /// On the whole; may be empty.
    async fn comment(&self) -> &str {
        &self.row.comment
    }

    /// What it comes to, from 0 to 100 with two places; null while a score is missing.
    async fn total(&self) -> Option<String> {
        total(&self.criteria, &self.row.scores).map(|total| total.to_string())
    }

    /// When it was last saved.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
}

pub struct ScoreSheet(pub(crate) score_sheet::Model);

/// A complete sheet. It never changes: a changed score makes another.
#[Object]
impl ScoreSheet {
    /// Which of the expert's sheets for this record it is, from 1 up.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// What was scored.
    async fn scores(&self) -> Vec<CriterionScore> {
        scores(&self.0.scores)
    }

    /// On the whole; may be empty.
    async fn comment(&self) -> &str {
        &self.0.comment
    }

    /// What it comes to, from 0 to 100 with two places.
    async fn total(&self) -> &str {
        &self.0.total
    }

    /// When it was completed.
    async fn completed_at(&self) -> DateTime {
        DateTime(self.0.completed_at)
    }

    /// The SHA-256 of all of it in canonical JSON, hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }
}

/// How far figures lie apart, each with two places.
#[derive(SimpleObject)]
pub struct ScoreSpread {
    /// How many figures there are.
    count: i32,
    /// The least of them.
    least: String,
    /// The most.
    most: String,
    /// Their mean.
    mean: String,
    /// The middle one, or the mean of the two in the middle.
    median: String,
    /// From the least to the most.
    range: String,
    /// Their standard deviation, as the whole there is.
    deviation: String,
}

impl From<Spread> for ScoreSpread {
    fn from(spread: Spread) -> Self {
        Self {
            count: i32::try_from(spread.count).unwrap_or(i32::MAX),
            least: spread.least.to_string(),
            most: spread.most.to_string(),
            mean: spread.mean.to_string(),
            median: spread.median.to_string(),
            range: spread.range.to_string(),
            deviation: spread.deviation.to_string(),
        }
    }
}

/// What the sheets give one criterion.
#[derive(SimpleObject)]
pub struct CriterionResult {
    /// The key of the criterion.
    criterion: String,
    /// What is judged.
    title: String,
    /// How far the scores lie apart; null where there is none.
    spread: Option<ScoreSpread>,
}

pub struct ReviewResult {
    pub(super) sheets: Vec<Scored>,
    pub(super) criteria: Criteria,
    pub(super) quorum: u32,
}

/// What the complete sheets of a record come to, for what was submitted last. It never tells who scored what.
#[Object]
impl ReviewResult {
    /// How many sheets have to be complete before it is decided.
    async fn quorum(&self) -> i32 {
        i32::try_from(self.quorum).unwrap_or(i32::MAX)
    }

    /// How many are.
    async fn sheets(&self) -> i32 {
        i32::try_from(self.sheets.len()).unwrap_or(i32::MAX)
    }

    /// How far their totals lie apart, from 0 to 100; null where there is none.
    async fn total(&self) -> Option<ScoreSpread> {
        let totals: Vec<_> = self
            .sheets
            .iter()
            .filter_map(|(_assignment, sheet)| total(&self.criteria, &sheet.scores))
            .collect();
        spread(&totals).map(Into::into)
    }

    /// The same for each criterion, in the order of the rubric.
    async fn criteria(&self) -> Vec<CriterionResult> {
        let sheets: Vec<&Scores> = self.sheets.iter().map(|(_assignment, sheet)| &sheet.scores).collect();
        let spreads = spread_per_criterion(&self.criteria, sheets);
        let titles = self.criteria.0.iter().map(|criterion| criterion.title.clone());
        spreads
            .into_iter()
            .zip(titles)
            .map(|((criterion, spread), title)| CriterionResult {
                criterion,
                title,
                spread: spread.map(Into::into),
            })
            .collect()
    }
}

/// What to save of a sheet.
#[derive(InputObject)]
pub struct SaveScoreSheetInput {
    /// The assignment.
    assignment: ID,
    /// The version you read.
    expected_version: i32,
    /// The criteria to save, at most 40; those left out stay as they are.
    #[graphql(default)]
    scores: Vec<CriterionScoreInput>,
    /// On the whole, at most 10,000 characters; left out it stays as it is.
    comment: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which sheet to complete.
#[derive(InputObject)]
pub struct CompleteReviewInput {
    /// The assignment.
    assignment: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `saveScoreSheet`.
    SaveScoreSheetPayload {
        /// The assignment, whose sheet was saved.
        assignment: ReviewAssignment
    }
}

payload! {
    /// What became of `completeReview`.
    CompleteReviewPayload {
        /// The assignment, whose sheet is complete.
        assignment: ReviewAssignment
    }
}

#[derive(Default)]
pub struct ScoreMutation;

#[Object]
impl ScoreMutation {
    /// Save pieces of your sheet of scores. The assigned EXPERT. What you completed before stays in force until you complete
    /// it anew.
    async fn save_score_sheet(
        &self,
        ctx: &Context<'_>,
        input: SaveScoreSheetInput,
    ) -> async_graphql::Result<SaveScoreSheetPayload> {
        let given = Save {
            assignment: Kind::ReviewAssignment.uuid(&input.assignment)?,
            expected_version: input.expected_version,
            scores: input.scores.into_iter().map(CriterionScoreInput::resolve).collect(),
            comment: input.comment,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = save(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(ReviewAssignment))?.into())
    }

    /// Complete your sheet for what was submitted last: it is frozen and counts for the quorum. The assigned EXPERT. To score
    /// a revision, or to change a score, save the sheet and complete it again.
    async fn complete_review(
        &self,
        ctx: &Context<'_>,
        input: CompleteReviewInput,
    ) -> async_graphql::Result<CompleteReviewPayload> {
        let given = Complete {
            assignment: Kind::ReviewAssignment.uuid(&input.assignment)?,
            expected_version: input.expected_version,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = complete(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(ReviewAssignment))?.into())
    }
}

/// The criteria of a rubric that may have been left out.
pub(super) fn criteria(rubric: Option<entity::rubric::Model>) -> Result<Criteria, Error> {
    let rubric = rubric.ok_or_else(|| Error::internal("a review without its rubric"))?;
    Ok(rubric.criteria)
}
