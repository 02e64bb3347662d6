//! Where the pieces of uploads wait: files with names of their own, never written to once they were acknowledged.
//!
//! Who sends a piece writes a part of its own; which parts make up an upload is said by rows. So two that send the same
//! piece at once, through two processes, do not meet on disk, and one whose row was refused leaves a part nobody knows.
use std::{
    fs::DirBuilder,
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tokio::{
    fs::{self, File, OpenOptions},
    io::{AsyncReadExt, AsyncWriteExt},
};
use uuid::Uuid;

use super::media::HEAD_BYTES;
use crate::digest::hexadecimal;

/// The folder of the parts, inside the folder of files.
pub const FOLDER: &str = "staging";

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// The folder of the parts.
pub struct Staging {
    folder: PathBuf,
}

/// A part that is being written.
pub struct Part {
    pub id: Uuid,
    pub length: i64,
    file: File,
}

/// An upload put together.
pub struct Whole {
    /// The name it has among the parts.
    pub part: Uuid,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub size: i64,
    /// How it begins.
    pub head: Vec<u8>,
}

impl Staging {
    /// In a folder of files; what is missing of it is made.
    ///
    /// # Errors
    /// The operating system's.
    pub fn open(files: &Path) -> io::Result<Self> {
        let folder = files.join(FOLDER);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(Self { folder })
    }

    fn path(&self, part: Uuid) -> PathBuf {
        self.folder.join(part.to_string())
    }

    /// Begins a part.
    ///
    /// # Errors
    /// The operating system's.
    pub async fn begin(&self, id: Uuid) -> io::Result<Part> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let file = OpenOptions::from(options).open(self.path(id)).await?;
        Ok(Part { id, length: 0, file })
    }

    /// Removes a part; one that is gone is as good as removed.
    ///
    /// # Errors
    /// The operating system's.
    pub async fn remove(&self, part: Uuid) -> io::Result<()> {
        match fs::remove_file(self.path(part)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Waits until what was written to a part, and its name, are on disk.
    ///
    /// # Errors
    /// The operating system's.
    pub async fn keep(&self, mut part: Part) -> io::Result<()> {
        part.file.flush().await?;
        part.file.sync_all().await?;
        File::open(&self.folder).await?.sync_all().await
    }

    /// Puts parts together under a new name, in their order.
    ///
    /// # Errors
    /// The operating system's; `NotFound` when a part is gone.
    pub async fn put_together(&self, parts: &[Uuid], name: Uuid) -> io::Result<Whole> {
        let mut whole = self.begin(name).await?;
        let (mut hash, mut head, mut chunk) = (Sha256::new(), Vec::new(), vec![0; CHUNK]);
        for part in parts {
            let mut file = File::open(self.path(*part)).await?;
            loop {
                let read = file.read(&mut chunk).await?;
                if read == 0 {
                    break;
                }
                let bytes = &chunk[..read];
                hash.update(bytes);
                head.extend_from_slice(&bytes[..read.min(HEAD_BYTES - head.len())]);
                whole.write(bytes).await?;
            }
        }
        let size = whole.length;
        self.keep(whole).await?;
        Ok(Whole {
            part: name,
            sha256: hexadecimal(&hash.finalize()),
            size,
            head,
        })
    }

    /// The parts that were last written to before a moment.
    ///
    /// # Errors
    /// The operating system's.
    pub async fn older_than(&self, before: DateTime<Utc>) -> io::Result<Vec<Uuid>> {
        let mut older = Vec::new();
        let mut entries = fs::read_dir(&self.folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name();
            let Some(part) = name.to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // One that another process has just removed is none.
            let Ok(metadata) = entry.metadata().await else { continue };
            if DateTime::<Utc>::from(metadata.modified()?) < before {
                older.push(part);
            }
        }
        Ok(older)
    }
}

impl Part {
    /// Adds bytes.
    ///
    /// # Errors
    /// The operating system's.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.length += i64::try_from(bytes.len()).map_err(io::Error::other)?;
        Ok(())
    }
}
