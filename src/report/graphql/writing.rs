//! What helps in writing: what stands in the way of submitting, what two want to say differently, what may be said.
use async_graphql::{Context, SimpleObject};
use entity::{
    draft,
    template::{self, Shape},
};

use super::{
    answer::AnswerValue,
    citation::{Citations, ReportCitation},
};
use crate::{
    error::{Error, Refusal},
    graphql::{problem::UserErrorCode, scalars::Decimal},
    locale::Language,
    report::{
        answers,
        revision::answers_of,
        starting::Started,
        suggestion::{self, Suggestion},
        writing::Edited,
    },
};

/// Something that is wrong with a template, or with answers to it.
#[derive(SimpleObject)]
pub struct ReportProblem {
    /// Where: of a template, the path inside the input that describes it; of answers, the key of the field, and in a table
    /// the place of the row, from 0 up, and the key of the column; of findings that are not answered yet, nothing.
    field: Vec<String>,
    /// For programs: stable, whatever the language.
    code: UserErrorCode,
    /// For people: one sentence in the language asked for by `Accept-Language`.
    message: String,
}

impl ReportProblem {
    /// As the rules found them.
    pub(super) fn told(refusals: Vec<Refusal>, language: Language) -> Vec<Self> {
        let told = |refusal: Refusal| Self {
            field: refusal.field,
            code: refusal.code.into(),
            message: refusal.text.in_language(language).to_owned(),
        };
        refusals.into_iter().map(told).collect()
    }
}

/// A field of a draft that two want to say different things.
#[derive(SimpleObject)]
pub struct ReportFieldConflict {
    /// The key of the field.
    field: String,
    /// What the field is called.
    title: String,
    /// What you sent; null: to be cleared.
    yours: Option<AnswerValue>,
    /// What is saved; null: it was cleared.
    theirs: Option<AnswerValue>,
    /// The version of the report with which that was saved.
    saved_version: i32,
}

impl ReportFieldConflict {
    /// Those that kept a piece from being saved.
    pub(super) fn all(edited: &Edited) -> Vec<Self> {
        let Edited::Conflicting {
            conflicts, template, ..
        } = edited
        else {
            return Vec::new();
        };
        let shown = conflicts.iter().filter_map(|conflict| {
            let field = answers::fields(template).find(|field| field.key == conflict.field)?;
            let value = |answer: &draft::Answer| AnswerValue::of(&field.shape, answer);
            Some(Self {
                field: field.key.clone(),
                title: field.label.clone(),
                yours: conflict.yours.as_ref().and_then(value),
                theirs: conflict.theirs.as_ref().and_then(value),
                saved_version: conflict.version,
            })
        });
        shown.collect()
    }
}

/// A number that the cited submissions come to. It is only offered: nothing is written by itself.
#[derive(SimpleObject)]
pub struct ReportSuggestion {
    /// The key of the field that could say it.
    field: String,
    /// What the field is called.
    title: String,
    /// In a table, the answer that tells the row apart, as it is written: a text, or the key of an option. Else null.
    row: Option<String>,
    /// In a table, the key of the column. Else null.
    column: Option<String>,
    /// The exact sum.
    sum: Decimal,
    /// What it is the sum of: every cited submission that says anything under the same keys.
    sources: Vec<ReportSuggestionSource>,
}

/// A part of a suggested sum.
#[derive(SimpleObject)]
pub struct ReportSuggestionSource {
    /// Who says so.
    citation: ReportCitation,
    /// How much.
    value: Decimal,
}

impl ReportSuggestion {
    /// What the submissions cited by a draft come to, as far as the viewer may see them.
    pub(super) async fn all(
        ctx: &Context<'_>,
        template: &template::Model,
        draft: &draft::Model,
    ) -> async_graphql::Result<Vec<Self>> {
        let cited = Citations::of_draft(ctx, &draft.cites.0).await?.shown;
        let mut sources = Vec::with_capacity(cited.len());
        let submissions = futures_util::future::try_join_all(cited.iter().map(|citation| citation.submission(ctx)));
        for submission in submissions.await? {
            sources.push(answers_of(&submission.row.content)?);
        }
        let shown = suggestion::suggestions(template, &sources).into_iter();
        let shown = shown.map(|suggestion| Self::new(template, suggestion, &cited));
        Ok(shown.collect::<Result<_, Error>>()?)
    }

    fn new(template: &template::Model, suggestion: Suggestion, cited: &[ReportCitation]) -> Result<Self, Error> {
        let field = answers::fields(template).find(|field| field.key == suggestion.field);
        let field = field.ok_or_else(|| Error::internal("a suggestion for no field"))?;
        let title = match (&field.shape, &suggestion.cell) {
            (Shape::Table { columns, .. }, Some((_row, key))) => {
                let column = columns.iter().find(|column| column.key == *key);
                column.map_or(&field.label, |column| &column.label)
            }
            _ => &field.label,
        };
        let (row, column) = suggestion.cell.unzip();
        let sources = suggestion
            .parts
            .into_iter()
            .map(|(place, value)| ReportSuggestionSource {
                citation: cited[place].clone(),
                value: Decimal(value),
            });
        Ok(Self {
            field: suggestion.field,
            title: title.clone(),
            row,
            column,
            sum: Decimal(suggestion.sum),
            sources: sources.collect(),
        })
    }
}

/// What beginning many reports came to.
#[derive(SimpleObject)]
pub struct StartReportsOutcome {
    /// How many units have a report now, or would have one. Which of them had begun before is theirs to tell.
    unit_count: i32,
    /// How many units were passed over because they owe none any more or the round is locked for them.
    skipped_count: i32,
}

impl From<Started> for StartReportsOutcome {
    fn from(started: Started) -> Self {
        let shown = |count| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            unit_count: shown(started.units),
            skipped_count: shown(started.skipped),
        }
    }
}
