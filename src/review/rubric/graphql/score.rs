//! Scores of a sheet in the API.
use async_graphql::{InputObject, SimpleObject};
use entity::rubric::{Score, Scores};

/// What was judged of one criterion.
#[derive(SimpleObject)]
pub struct CriterionScore {
    /// The key of the criterion.
    criterion: String,
    /// The score; null while there is only a comment.
    score: Option<i32>,
    /// Why; may be empty.
    comment: String,
}

/// The scores of a sheet, by the keys of their criteria.
#[must_use]
pub fn scores(scores: &Scores) -> Vec<CriterionScore> {
    let one = |(criterion, given): (&String, &Score)| CriterionScore {
        criterion: criterion.clone(),
        score: given.score,
        comment: given.comment.clone(),
    };
    scores.0.iter().map(one).collect()
}

/// The score of one criterion.
#[derive(InputObject)]
pub struct CriterionScoreInput {
    /// The key of the criterion.
    criterion: String,
    /// The score; left out: there is none yet.
    score: Option<i32>,
    /// Why, at most 5,000 characters. Owed at the ends of a scale, where the rubric asks for it.
    #[graphql(default)]
    comment: String,
}

impl CriterionScoreInput {
    /// The key of the criterion with what was judged of it.
    #[must_use]
    pub fn resolve(self) -> (String, Score) {
        let score = Score {
            score: self.score,
            comment: self.comment,
        };
        (self.criterion, score)
    }
}
