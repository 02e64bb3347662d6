//! What a version of a rubric judges by otherwise than another. Pure.
use entity::rubric::{self, Criterion};

/// What is otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    NameChanged,
    DescriptionChanged,
    CriterionAdded,
    CriterionRemoved,
    /// Those that both versions have stand in another order.
    Reordered,
    TitleChanged,
    GuidanceChanged,
    WeightChanged,
    /// Its scores are others.
    ScaleChanged,
    /// Its scores stand for something else.
    AnchorsChanged,
    /// The ends of its scale owe a comment now, or no longer do.
    CommentRuleChanged,
}

/// One thing that is otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub kind: Kind,
    /// The key of the criterion it is about; None where it is about the whole.
    pub criterion: Option<String>,
    pub before: Option<Criterion>,
    pub after: Option<Criterion>,
}

/// Everything that `new` judges by otherwise than `old`: of the whole first, then criterion by criterion as the newer one has
/// them, then what is gone.
#[must_use]
pub fn diff(old: &rubric::Model, new: &rubric::Model) -> Vec<Change> {
    let of_whole = [
        (Kind::NameChanged, old.name != new.name),
        (Kind::DescriptionChanged, old.description != new.description),
        (Kind::Reordered, order(old, new) != order(new, old)),
    ];
    let of_whole = of_whole.into_iter().filter(|(_kind, changed)| *changed);
    let mut changes: Vec<Change> = of_whole
        .map(|(kind, _changed)| Change {
            kind,
            criterion: None,
            before: None,
            after: None,
        })
        .collect();
    let (old, new) = (&old.criteria.0, &new.criteria.0);
    for after in new {
        match find(old, &after.key) {
            None => changes.push(change(Kind::CriterionAdded, None, Some(after))),
            Some(before) => {
                let kinds = of_criterion(before, after);
                changes.extend(kinds.into_iter().map(|kind| change(kind, Some(before), Some(after))));
            }
        }
    }
    let gone = old.iter().filter(|before| find(new, &before.key).is_none());
    changes.extend(gone.map(|before| change(Kind::CriterionRemoved, Some(before), None)));
    changes
}

fn change(kind: Kind, before: Option<&Criterion>, after: Option<&Criterion>) -> Change {
    Change {
        kind,
        criterion: after.or(before).map(|criterion| criterion.key.clone()),
        before: before.cloned(),
        after: after.cloned(),
    }
}

fn find<'c>(criteria: &'c [Criterion], key: &str) -> Option<&'c Criterion> {
    criteria.iter().find(|criterion| criterion.key == key)
}

/// The keys that both versions have, in the order of the first.
fn order<'r>(first: &'r rubric::Model, other: &rubric::Model) -> Vec<&'r str> {
    let shared = first.criteria.0.iter().map(|criterion| criterion.key.as_str());
    shared.filter(|key| find(&other.criteria.0, key).is_some()).collect()
}

fn of_criterion(before: &Criterion, after: &Criterion) -> Vec<Kind> {
    let (old, new) = (&before.scale, &after.scale);
    let changed = [
        (Kind::TitleChanged, before.title != after.title),
        (Kind::GuidanceChanged, before.guidance != after.guidance),
        (Kind::WeightChanged, before.weight != after.weight),
        (Kind::ScaleChanged, (old.least, old.most) != (new.least, new.most)),
        (Kind::AnchorsChanged, old.anchors != new.anchors),
        (
            Kind::CommentRuleChanged,
            before.comment_at_extremes != after.comment_at_extremes,
        ),
    ];
    let changed = changed.into_iter().filter(|(_kind, changed)| *changed);
    changed.map(|(kind, _changed)| kind).collect()
}
