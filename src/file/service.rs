//! Beginning an upload: what is to come is said first, so that what cannot be taken is refused before it is sent.
use entity::file;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{Files, idle_life, media::MediaType, name, query};
use crate::{
    clock::new_id,
    command::{self, Begun, Replay},
    error::{Code, Error, Refusal},
    locale::Text,
    report::writer::uploading_seat,
    session::{Actor, Session},
};

/// What is to be uploaded.
#[derive(Clone, Debug, Serialize)]
pub struct Begin {
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub media_type: String,
    /// Whose room it takes up; may be left out by who sits in one unit only.
    pub unit: Option<Uuid>,
    pub seat: Option<Uuid>,
}

/// Begins an upload.
///
/// # Errors
/// `Forbidden` for who may not upload for the unit, `NotFound` for the unit, `SeatAmbiguous`, `Invalid` for the type and the
/// name, `Required` and `TooLong` for the name, `TooLarge` for the size, and what [`command::begin`] says.
pub async fn begin(session: &Session, field: &str, input: Begin) -> Result<file::Model, Error> {
    let write = match command::begin(session, field, "beginUpload", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (_seat, unit) = uploading_seat(&write.actor, input.unit, input.seat)?;
    let files = &write.services().files;
    let name = checked(files, &input)?;
    let promised = query::promised(write.connection(), unit.id).await?;
    if promised.saturating_add(input.size) > files.quota {
        return Err(no_room(files.quota, promised).into());
    }
    let upload = file::Model {
        id: new_id(write.now),
        unit_id: unit.id,
        name,
        media_type: input.media_type,
        size: input.size,
        sha256: input.sha256,
        begun_by: write.actor.account,
        program_id: write.actor.program(),
        begun_at: write.now,
        received: 0,
        stored_at: None,
        idle_since: write.now,
    };
    upload.clone().into_active_model().insert(write.connection()).await?;
    write.commit(json!({ "upload": upload.id })).await?;
    Ok(upload)
}

async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<file::Model, Error> {
    let id = outcome["upload"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without an upload"))?;
    begun(session, &actor, id).await
}

/// An upload the actor began, if it is still there.
///
/// # Errors
/// `NotFound`, and the database's.
pub async fn begun(session: &Session, actor: &Actor, id: Uuid) -> Result<file::Model, Error> {
    let found = query::begun(session.services.db.reader(), actor, &[id]).await?;
    // What has rested for too long is gone, whether it was cleared away already or not.
    let is_there = |file: &file::Model| file.stored_at.is_some() || session.now() < file.idle_since + idle_life();
    let found = found.into_iter().find(is_there);
    found.ok_or_else(|| {
        Error::refused(
            Code::NotFound,
            Text::new("Unggahan tidak ditemukan.", "The upload was not found."),
        )
    })
}

/// Whether the actor may still upload for the unit of an upload.
///
/// # Errors
/// `Forbidden`.
pub fn check_still_writes(actor: &Actor, upload: &file::Model) -> Result<(), Error> {
    match uploading_seat(actor, Some(upload.unit_id), None) {
        Ok(_seat) => Ok(()),
        // Whichever of the seats acts makes no difference to bytes.
        Err(Error::Refused(refusals)) if refusals.iter().all(|refusal| refusal.code == Code::SeatAmbiguous) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The name as it is kept, after everything that is wrong was told at once.
fn checked(files: &Files, input: &Begin) -> Result<String, Error> {
    let media = MediaType::named(&input.media_type);
    let mut refusals = Vec::new();
    if media.is_none() {
        refusals.push(unknown_type().at(["mediaType"]));
    }
    if input.size < 1 || input.size > files.largest {
        refusals.push(too_large(input.size, files.largest).at(["size"]));
    }
    match name::checked(&input.name, media) {
        Ok(name) if refusals.is_empty() => Ok(name),
        Ok(_name) => Err(Error::Refused(refusals)),
        Err(refusal) => {
            refusals.push(refusal.at(["name"]));
            Err(Error::Refused(refusals))
        }
    }
}

fn unknown_type() -> Refusal {
    let taken: Vec<&str> = super::media::ALL.iter().map(|media| media.extensions[0]).collect();
    let taken = taken.join(", ");
    let text = Text::new(
        format!("Jenis berkas ini tidak diterima; yang diterima: {taken}."),
        format!("Files of this type are not taken; these are: {taken}."),
    );
    Refusal::new(Code::Invalid, text)
}

fn too_large(size: i64, largest: i64) -> Refusal {
    if size < 1 {
        let text = Text::new("Berkas kosong tidak diterima.", "An empty file is not taken.");
        return Refusal::new(Code::Invalid, text);
    }
    let text = Text::new(
        format!("Berkas paling besar {largest} byte."),
        format!("A file has at most {largest} bytes."),
    );
    Refusal::new(Code::TooLarge, text)
}

fn no_room(quota: i64, promised: i64) -> Refusal {
    let left = (quota - promised).max(0);
    let text = Text::new(
        format!("Ruang berkas unit ini tinggal {left} dari {quota} byte."),
        format!("The unit has {left} of {quota} bytes left for files."),
    );
    Refusal::new(Code::TooLarge, text).at(["size"])
}
