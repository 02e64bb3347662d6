//! What inputs of commands have in common.
use async_graphql::MaybeUndefined;

/// What is given; null means the empty one.
pub fn given<T: Default>(value: MaybeUndefined<T>) -> Option<T> {
    change(value).map(Option::unwrap_or_default)
}

/// What is given; null takes it away.
pub fn change<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}
