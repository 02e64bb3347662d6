//! Files and uploads in the API.
use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, InputObject, Object, SimpleObject, dataloader::Loader};
use chrono::Duration;
use entity::file;
use uuid::Uuid;

use super::{IDLE_HOURS, query, service};
use crate::{
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        scalars::{DateTime, Sha256},
    },
    payload,
    services::Services,
};

/// Where a file or an upload is on this server.
fn path_of(row: &file::Model) -> String {
    format!("/files/{}", row.id)
}

/// A number of bytes; no file has more than 31 bits of them.
fn bytes(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[derive(Clone, Debug)]
pub struct File(pub Arc<file::Model>);

impl From<file::Model> for File {
    fn from(row: file::Model) -> Self {
        Self(Arc::new(row))
    }
}

/// A link to fetch a file by.
#[derive(SimpleObject)]
pub struct FileLink {
    /// The path on this server, with the right to fetch the file in it. Only out of the session it was asked for in, and
    /// only while you may read the file; ask for another one when it has run out.
    url: String,
    /// When it runs out, a minute after it was asked for at most.
    expires_at: DateTime,
}

/// A file that was uploaded: it was found to have the size, hash and type that were announced, and never changes. What is
/// attached to a report is read by whoever reads the report, in a draft by whoever reads the draft; the letter of a cycle, or
/// of who passes it on, by whoever may know of that; what belongs to an event or to the invitation of a unit, by whoever reads
/// that; what is attached to nothing, by whoever uploaded it, and it is gone a
/// day later.
#[Object]
impl File {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::File.id(self.0.id)
    }

    /// What its sender calls it, such as `Surat edaran.pdf`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its type (RFC 6838), such as `application/pdf`.
    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// Its size in bytes.
    async fn size(&self) -> i32 {
        bytes(self.0.size)
    }

    /// The SHA-256 of its bytes.
    async fn sha256(&self) -> Sha256 {
        Sha256(self.0.sha256.clone())
    }

    /// When all of it had come and was found good.
    async fn uploaded_at(&self) -> DateTime {
        DateTime(self.0.stored_at.unwrap_or(self.0.begun_at))
    }

    /// A new link to fetch it by, with GET: the bytes, whole or in ranges.
    async fn link(&self, ctx: &Context<'_>) -> async_graphql::Result<FileLink> {
        let session = ctx.session()?;
        let link = session
            .services
            .identity
            .links
            .make(session.proof(), self.0.id, session.now())?;
        Ok(FileLink {
            url: format!("{}?link={}", path_of(&self.0), link.text),
            expires_at: DateTime(link.expires_at),
        })
    }
}

/// Loads files by id that the caller may read because the record that names them was already shown.
pub struct FileLoader(pub Arc<Services>);

impl Loader<Uuid> for FileLoader {
    type Value = File;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Uuid]) -> Result<HashMap<Uuid, File>, Arc<Error>> {
        let found = query::stored(self.0.db.reader(), keys).await?;
        Ok(found.into_iter().map(|row| (row.id, File::from(row))).collect())
    }
}

#[derive(Clone, Debug)]
pub struct Upload(pub Arc<file::Model>);

impl From<file::Model> for Upload {
    fn from(row: file::Model) -> Self {
        Self(Arc::new(row))
    }
}

/// An upload: a file that is on its way. Its bytes are sent with PUT to `url`, in as many pieces as the line needs. Only
/// whoever began it may send to it or sees it.
#[Object]
impl Upload {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Upload.id(self.0.id)
    }

    /// The path on this server to send the bytes to. HEAD tells how many have come.
    async fn url(&self) -> String {
        path_of(&self.0)
    }

    /// How many bytes have come; the next piece begins here.
    async fn offset(&self) -> i32 {
        bytes(self.0.received)
    }

    /// How many bytes there will be.
    async fn size(&self) -> i32 {
        bytes(self.0.size)
    }

    /// When it is given up unless something comes until then, or, once it is a file, unless it is attached; every piece
    /// puts it off by a day.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.idle_since + Duration::hours(IDLE_HOURS))
    }

    /// The file it has become; null until all of it has come.
    async fn file(&self) -> Option<File> {
        self.0.stored_at.map(|_stored| File(Arc::clone(&self.0)))
    }
}

/// What is to be uploaded.
#[derive(InputObject)]
pub struct BeginUploadInput {
    /// What the file is called, at most 200 bytes. It ends as names of its type do, such as `.pdf`.
    name: String,
    /// Its size in bytes.
    size: i32,
    /// The SHA-256 of its bytes. What arrives is held against it.
    sha256: Sha256,
    /// Its type: `application/pdf`, `image/png`, `image/jpeg`, `image/webp`, `text/csv`, `video/mp4`, `audio/mpeg`, or
    /// that of a DOCX, XLSX or PPTX document. What arrives is held against it, too.
    media_type: String,
    /// The unit whose room it takes up, one you may write reports for, or open cycles for; may be left out by who sits in one
    /// unit only.
    unit: Option<ID>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl BeginUploadInput {
    fn resolve(self) -> Result<service::Begin, Error> {
        Ok(service::Begin {
            name: self.name,
            size: i64::from(self.size),
            sha256: self.sha256.0,
            media_type: self.media_type,
            unit: Kind::Unit.maybe(self.unit.as_ref())?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

payload! {
    /// What became of `beginUpload`.
    BeginUploadPayload {
        /// The upload, to send the bytes to.
        upload: Upload
    }
}

#[derive(Default)]
pub struct FileMutation;

#[Object]
impl FileMutation {
    /// Announce a file, before its first byte is sent: what cannot be taken is refused here. STAFF or HEAD of the unit, of RI a
    /// COORDINATOR.
    async fn begin_upload(
        &self,
        ctx: &Context<'_>,
        input: BeginUploadInput,
    ) -> async_graphql::Result<BeginUploadPayload> {
        let session = ctx.session()?;
        let result = service::begin(session, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(Upload::from))?.into())
    }
}
