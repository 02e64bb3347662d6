//! What inputs of commands have in common.
use async_graphql::MaybeUndefined;

/// What is given; null means the empty one.
pub fn given<T: Default>(value: MaybeUndefined<T>) -> Option<T> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(T::default()),
        MaybeUndefined::Value(value) => Some(value),
    }
}
