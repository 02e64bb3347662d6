//! Contents, each kept once under its SHA-256: in a folder, through an interface that other stores have too.
//!
//! What is read is first read through: a content that is not what its name says is never served, not even its beginning.
//! A content that was found good is not read through again as long as its place on disk, its size and the moment it was
//! written (the tag the store gives it) stay the same; and it is opened only under that tag.
use std::{
    collections::HashMap,
    ops::Range,
    path::Path as FilePath,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use futures_util::{TryStreamExt, stream::BoxStream};
use object_store::{
    Error as StoreError, GetOptions, GetRange, ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::staging;
use crate::{digest::hexadecimal, error::Error};

/// How many contents that were found good are remembered, a hundred bytes each.
const MOST_REMEMBERED: usize = 20_000;

/// The store of contents.
pub struct Store {
    objects: LocalFileSystem,
    /// The tags under which contents were found good, by their hash.
    good: Mutex<HashMap<String, String>>,
}

/// What is wrong with a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// There is none.
    Missing,
    /// It is not what its hash says.
    Altered,
}

/// A content that is what its hash says.
pub struct Good {
    place: Path,
    tag: String,
}

/// Where a content is kept: in folders by the first digits of its hash, so that none of them grows too long.
fn place_of(sha256: &str) -> Path {
    let digits = |from: usize, to: usize| sha256.get(from..to).unwrap_or_default();
    Path::from_iter([digits(0, 2), digits(2, 4), sha256])
}

impl Store {
    /// In a folder that exists.
    ///
    /// # Errors
    /// When it does not, or cannot be used.
    pub fn open(folder: &FilePath) -> Result<Self, StoreError> {
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            objects,
            good: Mutex::default(),
        })
    }

    /// Moves a staged file to where its content is kept, durably. One that is there already is replaced by the same.
    ///
    /// # Errors
    /// The store's.
    pub async fn take_in(&self, part: Uuid, sha256: &str) -> Result<(), Error> {
        let staged = Path::from_iter([staging::FOLDER, &part.to_string()]);
        let moved = self.objects.rename(&staged, &place_of(sha256)).await;
        moved.map_err(Error::internal)
    }

    /// Removes a content; one that is gone is as good as removed.
    ///
    /// # Errors
    /// The store's.
    pub async fn remove(&self, sha256: &str) -> Result<(), Error> {
        match self.objects.delete(&place_of(sha256)).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Makes sure that a content is what its hash says.
    ///
    /// # Errors
    /// The store's; what is wrong with the content is no error.
    pub async fn examine(&self, sha256: &str, size: i64) -> Result<Result<Good, Damage>, Error> {
        let place = place_of(sha256);
        let found = match self.objects.head(&place).await {
            Ok(found) => found,
            Err(StoreError::NotFound { .. }) => return Ok(Err(Damage::Missing)),
            Err(error) => return Err(Error::internal(error)),
        };
        if i64::try_from(found.size) != Ok(size) {
            return Ok(Err(Damage::Altered));
        }
        let tag = found.e_tag.unwrap_or_default();
        if self.is_remembered(sha256, &tag) {
            return Ok(Ok(Good { place, tag }));
        }
        if self.hash_of(&place, &tag).await?.as_deref() != Some(sha256) {
            return Ok(Err(Damage::Altered));
        }
        self.remember(sha256, &tag);
        Ok(Ok(Good { place, tag }))
    }

    /// The bytes of a content that was examined; none if it was exchanged since.
    ///
    /// # Errors
    /// The store's, at once or on the way.
    pub async fn read(
        &self,
        good: &Good,
        range: Range<u64>,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, StoreError>>>, Error> {
        let options = GetOptions {
            if_match: Some(good.tag.clone()),
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        match self.objects.get_opts(&good.place, options).await {
            Ok(found) => Ok(Some(found.into_stream())),
            Err(StoreError::NotFound { .. } | StoreError::Precondition { .. }) => Ok(None),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// The hash of what lies at a place, as long as it has the tag.
    async fn hash_of(&self, place: &Path, tag: &str) -> Result<Option<String>, Error> {
        let options = GetOptions {
            if_match: Some(tag.to_owned()),
            ..GetOptions::default()
        };
        let mut bytes = match self.objects.get_opts(place, options).await {
            Ok(found) => found.into_stream(),
            Err(StoreError::NotFound { .. } | StoreError::Precondition { .. }) => return Ok(None),
            Err(error) => return Err(Error::internal(error)),
        };
        let mut hash = Sha256::new();
        while let Some(bytes) = bytes.try_next().await.map_err(Error::internal)? {
            hash.update(&bytes);
        }
        Ok(Some(hexadecimal(&hash.finalize())))
    }

    fn is_remembered(&self, sha256: &str, tag: &str) -> bool {
        let good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.get(sha256).is_some_and(|known| known == tag)
    }

    fn remember(&self, sha256: &str, tag: &str) {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        if good.len() >= MOST_REMEMBERED {
            good.clear();
        }
        good.insert(sha256.to_owned(), tag.to_owned());
    }
}
