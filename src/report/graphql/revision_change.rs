//! What two submissions of a report answer differently.
use async_graphql::{Context, SimpleObject, dataloader::DataLoader};

use super::{
    answer::AnswerValue,
    loader::{ReportLoader, RevisionNumbered},
    types::Report,
};
use crate::{
    graphql::problem::of_field,
    report::{
        answers,
        revision::{Changed, answers_of, changed},
    },
};

/// A field that two submissions of a report answer differently.
#[derive(SimpleObject)]
pub struct ReportFieldChange {
    /// The key of the section the field belongs to.
    section: String,
    /// The field's key in the template.
    field: String,
    /// What the field is called.
    title: String,
    /// The answer in the one submission; null where there was none.
    before: Option<AnswerValue>,
    /// The same as one reads it; empty where there was none, and for files.
    text_before: String,
    /// The answer in the other; null where there is none.
    after: Option<AnswerValue>,
    /// The same as one reads it; empty where there is none, and for files.
    text_after: String,
}

impl ReportFieldChange {
    pub(super) fn is_of_field(&self, key: &str) -> bool {
        self.field == key
    }

    pub(super) fn is_of_section(&self, key: &str) -> bool {
        self.section == key
    }
}

impl From<Changed<'_>> for ReportFieldChange {
    fn from(changed: Changed<'_>) -> Self {
        let shape = &changed.field.shape;
        let value = |answer: Option<&entity::draft::Answer>| answer.and_then(|answer| AnswerValue::of(shape, answer));
        let text = |answer: Option<&entity::draft::Answer>| {
            answer.map_or_else(String::new, |answer| answers::text(shape, answer))
        };
        Self {
            section: changed.section.key.clone(),
            field: changed.field.key.clone(),
            title: changed.field.label.clone(),
            before: value(changed.before),
            text_before: text(changed.before),
            after: value(changed.after),
            text_after: text(changed.after),
        }
    }
}

/// What two submissions of a report the viewer sees answer differently, in the order of the template; none where there is
/// no submission of one of these numbers.
pub(super) async fn between(
    ctx: &Context<'_>,
    report: &Report,
    from: i32,
    to: i32,
) -> Option<async_graphql::Result<Vec<ReportFieldChange>>> {
    let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
    let keys = [from, to].map(|number| RevisionNumbered(report.0.id, number));
    let found = match loader.load_many(keys).await.map_err(of_field) {
        Ok(found) => found,
        Err(error) => return Some(Err(error)),
    };
    let (before, after) = (found.get(&keys[0])?, found.get(&keys[1])?);
    let answers = answers_of(&before.content).and_then(|before| Ok((before, answers_of(&after.content)?)));
    let ((before, after), template) = match (answers, report.pinned_template(ctx).await) {
        (Ok(answers), Ok(template)) => (answers, template),
        (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
    };
    let changes = changed(&template, &before, &after);
    Some(Ok(changes.into_iter().map(ReportFieldChange::from).collect()))
}
