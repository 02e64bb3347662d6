//! Relay connections: the arguments, the cursors, the types.
use std::{borrow::Cow, fmt, sync::Arc};

use async_graphql::{
    ContextSelectionSet, InputObject, OutputType, Positioned, ServerResult, SimpleObject, Value, parser::types::Field,
    registry::Registry,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::Error,
    page::{Page, Window, window_of},
};

/// How many items a page has when the caller does not say.
pub const DEFAULT_PAGE: usize = 20;

/// How many items a page may have.
pub const LARGEST_PAGE: usize = 100;

/// Where a page lies in its list.
#[derive(SimpleObject, Clone, Debug)]
pub struct PageInfo {
    /// Whether there is more before the first edge.
    pub has_previous_page: bool,
    /// Whether there is more after the last edge.
    pub has_next_page: bool,
    /// The cursor of the first edge; null on an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the last edge; null on an empty page.
    pub end_cursor: Option<String>,
}

/// Which way a list runs.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OrderDirection {
    /// From the smallest, or the earliest.
    #[default]
    Asc,
    /// From the largest, or the latest.
    Desc,
}

/// Chooses by id. Give `eq` or `in`; both have to hold when both are given.
#[derive(InputObject, Clone, Debug, Default)]
pub struct IdFilter {
    /// Exactly this one.
    pub eq: Option<async_graphql::ID>,
    /// Any of these, at most 100.
    #[graphql(name = "in")]
    pub any: Option<Vec<async_graphql::ID>>,
}

/// Merges `eq` and `in` into the one list both allow.
///
/// # Errors
/// `BadInput` for more than [`LARGEST_PAGE`] values.
pub fn either<T: PartialEq>(eq: Option<T>, any: Option<Vec<T>>) -> Result<Option<Vec<T>>, Error> {
    if any.as_ref().is_some_and(|any| any.len() > LARGEST_PAGE) {
        return Err(Error::bad_input(
            format!("Saringan `in` memuat paling banyak {LARGEST_PAGE} nilai."),
            format!("A filter's `in` holds at most {LARGEST_PAGE} values."),
        ));
    }
    Ok(match (eq, any) {
        (None, any) => any,
        (Some(eq), None) => Some(vec![eq]),
        (Some(eq), Some(any)) => Some(if any.contains(&eq) { vec![eq] } else { Vec::new() }),
    })
}

/// The arguments of a connection.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    pub first: Option<i32>,
    pub last: Option<i32>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Arguments {
    /// Reads them for a list whose cursors carry `list`, so that a cursor of another list or order is not taken for one of this.
    ///
    /// # Errors
    /// `BadInput` for `first` together with `last`, a negative or too large page, and a malformed or foreign cursor.
    pub fn window<K: DeserializeOwned>(&self, list: &str) -> Result<Window<K>, Error> {
        let (count, from_end) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::bad_input(
                    "Berikan `first` atau `last`, tidak keduanya.",
                    "Give `first` or `last`, not both.",
                ));
            }
            (first, None) => (first, false),
            (None, last) => (last, true),
        };
        let limit = match count.map(usize::try_from) {
            None => DEFAULT_PAGE,
            Some(Ok(count)) if count <= LARGEST_PAGE => count,
            Some(_) => {
                return Err(Error::bad_input(
                    format!("`first` dan `last` terletak antara 0 dan {LARGEST_PAGE}."),
                    format!("`first` and `last` lie between 0 and {LARGEST_PAGE}."),
                ));
            }
        };
        let read = |cursor: &Option<String>| cursor.as_deref().map(|cursor| read_cursor(list, cursor)).transpose();
        Ok(Window {
            limit,
            after: read(&self.after)?,
            before: read(&self.before)?,
            from_end,
        })
    }
}

impl Arguments {
    /// The page of a list that is in memory, sorted by keys that no two items share; each item with its cursor.
    ///
    /// # Errors
    /// What [`Self::window`] says.
    pub fn page_of<T, K: Ord + Serialize + DeserializeOwned + Clone + Send + Sync + 'static>(
        &self,
        list: &str,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> K,
        descending: bool,
    ) -> Result<(Page<(Cursor, T)>, Known), Error> {
        let window = self.window(list)?;
        let mut items: Vec<(K, T)> = items.into_iter().map(|item| (key(&item), item)).collect();
        items.sort_by(|(left, _), (right, _)| left.cmp(right));
        if descending {
            items.reverse();
        }
        let total = Known(items.len());
        let page = window_of(items.into_iter(), &window, descending);
        Ok((page.map(|item| (cursor(list, &key(&item)), item)), total))
    }
}

/// The longest search, characters.
const LONGEST_SEARCH: usize = 200;

/// What is searched for; empty when nothing is.
///
/// # Errors
/// `BadInput` for more than 200 characters.
pub fn search_text(search: Option<String>) -> Result<String, Error> {
    let search = search.unwrap_or_default();
    if search.chars().count() > LONGEST_SEARCH {
        return Err(Error::bad_input(
            format!("Pencarian paling panjang {LONGEST_SEARCH} karakter."),
            format!("A search has at most {LONGEST_SEARCH} characters."),
        ));
    }
    Ok(search)
}

/// The lower-case words of a search; none when there is nothing to search for.
///
/// # Errors
/// As [`search_text`].
pub fn search_words(search: Option<String>) -> Result<Vec<String>, Error> {
    let search = search_text(search)?;
    Ok(search.to_lowercase().split_whitespace().map(str::to_owned).collect())
}

/// An opaque cursor: the list it belongs to and the key of its item. It is put into words only where it is asked for, which of a
/// page's it seldom is of more than the last.
#[derive(Clone)]
pub struct Cursor(Arc<dyn Fn() -> String + Send + Sync>);

/// The cursor of an item by its key.
#[must_use]
pub fn cursor<K: Serialize + Clone + Send + Sync + 'static>(list: &str, key: &K) -> Cursor {
    let named = (list.to_owned(), key.clone());
    // Keys are numbers, texts and ids, which always have a JSON form.
    Cursor(Arc::new(move || {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&named).unwrap_or_default())
    }))
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&(self.0)())
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// To the schema it is a string.
impl OutputType for Cursor {
    fn type_name() -> Cow<'static, str> {
        <String as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <String as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _ctx: &ContextSelectionSet<'_>, _field: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::String((self.0)()))
    }
}

fn read_cursor<K: DeserializeOwned>(list: &str, cursor: &str) -> Result<K, Error> {
    let foreign = || {
        Error::bad_input(
            "Kursor ini bukan milik daftar ini.",
            "This cursor does not belong to this list.",
        )
    };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_malformed| foreign())?;
    let (belongs_to, key): (String, K) = serde_json::from_slice(&bytes).map_err(|_malformed| foreign())?;
    if belongs_to == list { Ok(key) } else { Err(foreign()) }
}

/// Declares the connection of a type. `totalCount` is a future that runs only when it is asked for. The pages of a type that
/// is planned (`graphql::planned`), which `planned` says, are told in one loop.
#[macro_export]
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $total:ty, $of:literal) => {
        $crate::connection!(@page $connection, $edge, $node, $total, $of);
        $crate::connection!(@object $connection, $edge, $node, $of, Vec<&$edge>, Vec<&$node>);
    };
    (planned $connection:ident, $edge:ident, $node:ty, $total:ty, $of:literal) => {
        $crate::connection!(@page $connection, $edge, $node, $total, $of);
        $crate::connection!(
            @object $connection, $edge, $node, $of,
            $crate::graphql::planned::Listed<$edge, &$edge>, $crate::graphql::planned::Listed<$node, &$node>
        );

        impl $crate::graphql::planned::Planned for $edge {
            fn told(field: &str) -> Option<$crate::graphql::planned::Told<Self>> {
                match field {
                    "cursor" => Some($crate::graphql::planned::leaf(|edge: &Self, _request| edge.cursor.to_string())),
                    "node" => Some($crate::graphql::planned::part(|edge: &Self| &edge.node)),
                    _ => None,
                }
            }
        }
    };
    (@page $connection:ident, $edge:ident, $node:ty, $total:ty, $of:literal) => {
        pub struct $connection {
            page: $crate::page::Page<$edge>,
            total: $total,
        }

        #[doc = concat!("One of ", $of, " in its list.")]
        #[derive(async_graphql::SimpleObject, Clone)]
        pub struct $edge {
            /// Where it is in the list: for `after` and `before`.
            cursor: $crate::graphql::page::Cursor,
            /// The item itself.
            node: $node,
        }

        impl $connection {
            fn new(page: $crate::page::Page<($crate::graphql::page::Cursor, $node)>, total: $total) -> Self {
                Self {
                    page: page.map(|(cursor, node)| $edge { cursor, node }),
                    total,
                }
            }
        }
    };
    (@object $connection:ident, $edge:ident, $node:ty, $of:literal, $edges:ty, $nodes:ty) => {
        #[doc = concat!("A page of ", $of, ".")]
        #[async_graphql::Object]
        impl $connection {
            /// The items with their cursors.
            async fn edges(&self) -> $edges {
                self.page.items.iter().collect::<Vec<_>>().into()
            }

            /// The items alone.
            async fn nodes(&self) -> $nodes {
                self.page.items.iter().map(|edge| &edge.node).collect::<Vec<_>>().into()
            }

            /// Where this page lies in the list.
            async fn page_info(&self) -> $crate::graphql::page::PageInfo {
                $crate::graphql::page::PageInfo {
                    has_previous_page: self.page.has_previous,
                    has_next_page: self.page.has_next,
                    start_cursor: self.page.items.first().map(|edge| edge.cursor.to_string()),
                    end_cursor: self.page.items.last().map(|edge| edge.cursor.to_string()),
                }
            }

            /// How many items the list has in all, by the same filter and scope. Counted only when asked for.
            async fn total_count(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<i32> {
                let count = self.total.count(ctx).await?;
                Ok(i32::try_from(count).unwrap_or(i32::MAX))
            }
        }
    };
}

/// The size of a list that is in memory.
pub struct Known(pub usize);

impl Known {
    /// As the macro calls it.
    ///
    /// # Errors
    /// None.
    #[expect(clippy::unused_async, reason = "stands beside totals that ask the database")]
    pub async fn count(&self, _ctx: &async_graphql::Context<'_>) -> Result<u64, Error> {
        Ok(self.0 as u64)
    }
}
