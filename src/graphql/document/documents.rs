//! Documents that were read before: a client sends the same few texts again and again, and to parse one costs more than most of
//! them cost to answer.
use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::Variables;
use lru::LruCache;

use super::{Document, Prepared, Refusal, SchemaShape, read};
use crate::graphql::limits::Limits;

/// How many texts are kept, the latest used.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("not zero");

/// The longest text that is kept, bytes: what is read of it takes some ten times as much.
const LONGEST_KEPT: usize = 8 << 10;

/// The documents of a schema.
pub struct Documents {
    shape: SchemaShape,
    limits: Limits,
    /// By the whole text. Only what was accepted is kept, and nothing in it is of a request.
    known: Mutex<LruCache<Box<str>, Arc<Document>>>,
}

impl Documents {
    #[must_use]
    pub fn new(shape: SchemaShape, limits: Limits) -> Self {
        Self {
            shape,
            limits,
            known: Mutex::new(LruCache::new(KEPT)),
        }
    }

    /// As [`prepare`](super::prepare), and reads a text once.
    ///
    /// # Errors
    /// The refusal.
    pub fn prepare(&self, query: &str, operation_name: Option<&str>, given: &Variables) -> Result<Prepared, Refusal> {
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(query)
            .cloned();
        let document = match known {
            Some(known) => known,
            None => self.remembered(query)?,
        };
        Document::clone(&document).prepared(&self.shape, &self.limits, operation_name, given)
    }

    fn remembered(&self, query: &str) -> Result<Arc<Document>, Refusal> {
        let document = Arc::new(read(&self.shape, &self.limits, query)?);
        if query.len() <= LONGEST_KEPT {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.put(query.into(), Arc::clone(&document));
        }
        Ok(document)
    }
}
