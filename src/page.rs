//! A window on a sorted list by keys, not by offsets: page 1,000 costs what page 1 costs, and an insertion moves nothing.

use std::collections::HashMap;

use uuid::Uuid;

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window<K> {
    /// How many at most; 0 asks for nothing but the surroundings.
    pub limit: usize,
    /// Only what comes after this key, in the list's order.
    pub after: Option<K>,
    /// Only what comes before this key, in the list's order.
    pub before: Option<K>,
    /// The tail instead of the head. The order of the items stays the list's.
    pub from_end: bool,
}

/// The part that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub has_previous: bool,
    pub has_next: bool,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            has_previous: false,
            has_next: false,
        }
    }
}

impl<T> Page<T> {
    /// From up to `limit + 1` items, read from the wanted end on: the surplus one only proves that there are more.
    pub fn from_surplus<K>(mut items: Vec<T>, window: &Window<K>) -> Self {
        let more = items.len() > window.limit;
        items.truncate(window.limit);
        if window.from_end {
            items.reverse();
        }
        let (has_previous, has_next) = if window.from_end {
            (more, window.before.is_some())
        } else {
            (window.after.is_some(), more)
        };
        Self {
            items,
            has_previous,
            has_next,
        }
    }

    /// Of each of these parents its page, from up to `limit + 1` items of each, as [`Page::from_surplus`] has it of one.
    pub fn of_each<K>(
        items: Vec<T>,
        parent: impl Fn(&T) -> Uuid,
        parents: &[Uuid],
        window: &Window<K>,
    ) -> HashMap<Uuid, Self> {
        let mut by_parent: HashMap<Uuid, Vec<T>> = parents.iter().map(|parent| (*parent, Vec::new())).collect();
        for item in items {
            by_parent.entry(parent(&item)).or_default().push(item);
        }
        let pages = by_parent.into_iter();
        pages
            .map(|(parent, items)| (parent, Self::from_surplus(items, window)))
            .collect()
    }

    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            has_previous: self.has_previous,
            has_next: self.has_next,
        }
    }
}

/// The window on a list that is in memory, already in its order, with each item's key.
pub fn window_of<T, K: Ord>(
    items: impl DoubleEndedIterator<Item = (K, T)>,
    window: &Window<K>,
    descending: bool,
) -> Page<T> {
    let precedes = |left: &K, right: &K| if descending { left > right } else { left < right };
    let within = |key: &K| {
        window.after.as_ref().is_none_or(|after| precedes(after, key))
            && window.before.as_ref().is_none_or(|before| precedes(key, before))
    };
    let inside = items.filter(|(key, _item)| within(key)).map(|(_key, item)| item);
    let surplus = window.limit + 1;
    let found = if window.from_end {
        inside.rev().take(surplus).collect()
    } else {
        inside.take(surplus).collect()
    };
    Page::from_surplus(found, window)
}
