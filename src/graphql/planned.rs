//! Lists told in one loop.
//!
//! The library answers a field by a future of its own, boxed, with a path and a place in a map: for a page of fifty reports
//! with five fields each that is most of what a request costs. Where everything that is selected of a list is in memory, as
//! units, people and rounds are, the selection is read once into a plan and the items are written by it as JSON.
//! Resolvers answer as ever where a field takes arguments, waits for something that is not told here, or goes wrong, so a
//! plan says nothing that they would not: a test holds the two against each other.
//!
//! [`Planned`] is for what is asked in long lists; a type that is not needs none.
use std::{
    borrow::{Borrow, Cow},
    collections::HashMap,
    hash::Hash,
    marker::PhantomData,
    sync::{Arc, OnceLock},
};

use async_graphql::{
    ContextSelectionSet, InputType, OutputType, Positioned, ServerResult, Value,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
};
use futures_util::future::BoxFuture;

use super::context::RequestContext;
use crate::error::Error;

/// A type of which some fields can be told from memory.
pub trait Planned: OutputType + Sized + 'static {
    /// How a field is told when it has no arguments; `None`: its resolver is asked.
    fn told(field: &str) -> Option<Told<Self>>;
}

/// Something is not as a plan takes it to be: the resolvers find it out, and say so in their own words.
#[derive(Clone, Copy, Debug)]
pub struct AskResolvers;

/// Writes one field of an item.
type Write<T> = Box<dyn Fn(&T, &RequestContext, &mut Vec<u8>) -> Result<(), AskResolvers> + Send + Sync>;

/// Fetches what a field needs of all items, before any is written.
type Fetch<T> =
    Box<dyn for<'a> Fn(&'a [&'a T], &'a RequestContext) -> BoxFuture<'a, Result<(), AskResolvers>> + Send + Sync>;

/// Reads what is selected of a field.
type Compile<T> = Box<dyn FnOnce(&SelectionSet) -> Option<Step<T>>>;

struct Step<T> {
    fetch: Option<Fetch<T>>,
    write: Write<T>,
}

/// How a field is told.
pub struct Told<T>(Kind<T>);

enum Kind<T> {
    Leaf(Write<T>),
    /// By what is selected of it.
    Composite(Compile<T>),
}

/// A field without selections, of a type that has a canonical form.
pub fn leaf<T: 'static, V: InputType + 'static>(tell: fn(&T, &RequestContext) -> V) -> Told<T> {
    try_leaf(move |item, request| Ok(tell(item, request)))
}

/// As [`leaf`], of what may turn out not to be in memory.
pub fn try_leaf<T, V: InputType>(
    tell: impl Fn(&T, &RequestContext) -> Result<V, AskResolvers> + Send + Sync + 'static,
) -> Told<T> {
    Told(Kind::Leaf(Box::new(move |item, request, out| {
        // Strings, numbers, names and nulls, which all have a JSON form.
        serde_json::to_writer(out, &tell(item, request)?.to_value()).map_err(|_unwritable| AskResolvers)
    })))
}

/// A field that holds an object, or null.
pub fn object<T: 'static, U: Planned>(get: fn(&T, &RequestContext) -> Result<Option<U>, AskResolvers>) -> Told<T> {
    Told(Kind::Composite(Box::new(move |selection| {
        let plan = Plan::<U>::of(selection)?;
        // What is made while an item is written is not there to be fetched for.
        let in_memory = plan.steps.iter().all(|(_key, step)| step.fetch.is_none());
        in_memory.then(|| Step {
            fetch: None,
            write: Box::new(move |item, request, out| match get(item, request)? {
                Some(held) => plan.write(&held, request, out),
                None => null(out),
            }),
        })
    })))
}

/// A field that holds an object which is part of the item.
pub fn part<T: Sync + 'static, U: Planned>(get: fn(&T) -> &U) -> Told<T> {
    Told(Kind::Composite(Box::new(move |selection| {
        let plan = Arc::new(Plan::<U>::of(selection)?);
        let fetching = Arc::clone(&plan);
        let fetch: Fetch<T> = Box::new(move |items, request| {
            let plan = Arc::clone(&fetching);
            Box::pin(async move {
                let parts: Vec<&U> = items.iter().map(|item| get(item)).collect();
                plan.fetch(&parts, request).await
            })
        });
        Some(Step {
            fetch: Some(fetch),
            write: Box::new(move |item, request, out| plan.write(get(item), request, out)),
        })
    })))
}

/// What is found under keys.
pub type Found<'a, K, U> = BoxFuture<'a, Result<HashMap<K, U>, Error>>;

/// A field that holds an object which is read for all items at once, or null.
pub fn fetched<T: Sync + 'static, K, U>(
    key: fn(&T) -> Option<K>,
    read: for<'a> fn(Vec<K>, &'a RequestContext) -> Found<'a, K, U>,
) -> Told<T>
where
    K: Eq + Hash + Send + Sync + 'static,
    U: Planned,
{
    Told(Kind::Composite(Box::new(move |selection| {
        let plan = Arc::new(Plan::<U>::of(selection)?);
        let found: Arc<OnceLock<HashMap<K, U>>> = Arc::default();
        let (fetching, finding) = (Arc::clone(&plan), Arc::clone(&found));
        let fetch: Fetch<T> = Box::new(move |items, request| {
            let (plan, found) = (Arc::clone(&fetching), Arc::clone(&finding));
            Box::pin(async move {
                let keys: Vec<K> = items.iter().filter_map(|item| key(item)).collect();
                let read = if keys.is_empty() {
                    HashMap::new()
                } else {
                    read(keys, request).await.map_err(|_error| AskResolvers)?
                };
                plan.fetch(&read.values().collect::<Vec<_>>(), request).await?;
                found.set(read).map_err(|_twice| AskResolvers)
            })
        });
        Some(Step {
            fetch: Some(fetch),
            write: Box::new(move |item, request, out| {
                let found = found.get().ok_or(AskResolvers)?;
                match key(item).and_then(|key| found.get(&key)) {
                    Some(held) => plan.write(held, request, out),
                    None => null(out),
                }
            }),
        })
    })))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "stands where something is written that may turn out not to be there"
)]
fn null(out: &mut Vec<u8>) -> Result<(), AskResolvers> {
    out.extend_from_slice(b"null");
    Ok(())
}

/// What is selected of a type, in the order in which it is answered.
struct Plan<T> {
    /// Each with its key as it stands before the value: `,"name":`.
    steps: Vec<(Vec<u8>, Step<T>)>,
}

impl<T: Planned> Plan<T> {
    /// None where anything of it has to be asked of resolvers.
    fn of(selection: &SelectionSet) -> Option<Self> {
        let mut keys: Vec<&str> = Vec::with_capacity(selection.items.len());
        let mut steps = Vec::with_capacity(selection.items.len());
        for item in &selection.items {
            // Fragments on the very type were written out when the document was normalised.
            let Selection::Field(Positioned { node: field, .. }) = &item.node else {
                return None;
            };
            let key = field.response_key().node.as_str();
            if keys.contains(&key) || !field.arguments.is_empty() || !field.directives.is_empty() {
                return None;
            }
            let before = if keys.is_empty() { '{' } else { ',' };
            keys.push(key);
            steps.push((format!("{before}\"{key}\":").into_bytes(), Self::step(field)?));
        }
        (!steps.is_empty()).then_some(Self { steps })
    }

    fn step(field: &Field) -> Option<Step<T>> {
        let selection = &field.selection_set.node;
        let told = if field.name.node == "__typename" {
            leaf(|_item, _request| T::type_name().into_owned())
        } else {
            T::told(&field.name.node)?
        };
        match told.0 {
            Kind::Leaf(write) => selection.items.is_empty().then_some(Step { fetch: None, write }),
            Kind::Composite(plan) => plan(selection),
        }
    }

    async fn fetch(&self, items: &[&T], request: &RequestContext) -> Result<(), AskResolvers> {
        for fetch in self.steps.iter().filter_map(|(_key, step)| step.fetch.as_ref()) {
            fetch(items, request).await?;
        }
        Ok(())
    }

    fn write(&self, item: &T, request: &RequestContext, out: &mut Vec<u8>) -> Result<(), AskResolvers> {
        for (key, step) in &self.steps {
            out.extend_from_slice(key);
            (step.write)(item, request, out)?;
        }
        out.push(b'}');
        Ok(())
    }
}

/// A list that is told by a plan where that is possible. To the schema it is a list like any other.
pub struct Listed<T, B = T> {
    items: Vec<B>,
    of: PhantomData<T>,
}

impl<T, B> From<Vec<B>> for Listed<T, B> {
    fn from(items: Vec<B>) -> Self {
        Self { items, of: PhantomData }
    }
}

impl<T: Planned, B: Borrow<T>> Listed<T, B> {
    /// As JSON; none where resolvers have to be asked.
    async fn written(&self, selection: &SelectionSet, request: &RequestContext) -> Option<Vec<u8>> {
        /// What a page of fifty takes, more or less, bytes.
        const EXPECTED: usize = 12 << 10;
        let plan = Plan::<T>::of(selection)?;
        let items: Vec<&T> = self.items.iter().map(Borrow::borrow).collect();
        plan.fetch(&items, request).await.ok()?;
        let mut out = Vec::with_capacity(EXPECTED);
        out.push(b'[');
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            plan.write(item, request, &mut out).ok()?;
        }
        out.push(b']');
        Some(out)
    }
}

impl<T: Planned, B: Borrow<T> + OutputType> OutputType for Listed<T, B> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let request = ctx.data_unchecked::<RequestContext>();
        // The one value that is JSON already: `http::answer` writes it as it is. No scalar of the schema is binary.
        match self.written(&field.node.selection_set.node, request).await {
            Some(json) => Ok(Value::Binary(json.into())),
            None => self.items.resolve(ctx, field).await,
        }
    }
}
