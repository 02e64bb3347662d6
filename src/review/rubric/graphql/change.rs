//! What a version of a rubric judges by otherwise than another, as the API shows it.
use async_graphql::{Enum, SimpleObject};

use super::types::RubricCriterion;
use crate::review::rubric::diff::{Change, Kind};

/// What is otherwise between two versions of a rubric.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Kind")]
pub enum RubricChangeKind {
    /// It has another name.
    NameChanged,
    /// It is described otherwise.
    DescriptionChanged,
    /// The criteria that both versions have stand in another order.
    Reordered,
    /// A criterion has come.
    CriterionAdded,
    /// A criterion has gone.
    CriterionRemoved,
    /// A criterion is called otherwise.
    TitleChanged,
    /// What to look at is said otherwise.
    GuidanceChanged,
    /// A criterion counts for more or for less.
    WeightChanged,
    /// A criterion has another scale.
    ScaleChanged,
    /// The scores of a criterion are said to stand for something else.
    AnchorsChanged,
    /// The ends of a scale owe a comment now, or no longer do.
    CommentRuleChanged,
}

/// One thing that a version of a rubric judges by otherwise than another.
#[derive(SimpleObject)]
pub struct RubricChange {
    /// What is otherwise.
    kind: RubricChangeKind,
    /// The key of the criterion it is about; null where it is about the whole.
    criterion: Option<String>,
    /// The criterion as the other version has it; null where it has none, and where it is about the whole.
    before: Option<RubricCriterion>,
    /// The criterion as this version has it; null where it has none, and where it is about the whole.
    after: Option<RubricCriterion>,
}

impl From<Change> for RubricChange {
    fn from(change: Change) -> Self {
        Self {
            kind: change.kind.into(),
            criterion: change.criterion,
            before: change.before.map(Into::into),
            after: change.after.map(Into::into),
        }
    }
}
