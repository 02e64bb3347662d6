//! Reviews in the API: what everything that is judged has in common.
use async_graphql::SimpleObject;

use crate::{error::Refusal, graphql::problem::UserErrorCode, locale::Language};

/// Something that is wrong with a rubric, or with what is judged by one.
#[derive(SimpleObject)]
pub struct ReviewProblem {
    /// Where: of a rubric, the path inside the input that describes it; of scores, the key of the criterion, then `score` or
    /// `comment`.
    field: Vec<String>,
    /// For programs: stable, whatever the language.
    code: UserErrorCode,
    /// For people: one sentence in the language asked for by `Accept-Language`.
    message: String,
}

impl ReviewProblem {
    /// As the rules found them.
    #[must_use]
    pub fn told(refusals: Vec<Refusal>, language: Language) -> Vec<Self> {
        let told = |refusal: Refusal| Self {
            field: refusal.field,
            code: refusal.code.into(),
            message: refusal.text.in_language(language).to_owned(),
        };
        refusals.into_iter().map(told).collect()
    }
}
