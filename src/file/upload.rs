//! Receiving an upload, piece by piece. Every piece is on disk and has its row before it is acknowledged; what was not
//! acknowledged is sent again. Where two send at once, the row settles whose piece it is: it is written only where the
//! upload still ends where the piece begins.
use std::time::Duration;

use entity::{file, file_piece, stored_object};
use futures_util::{Stream, StreamExt};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    media::MediaType,
    query, service,
    staging::{Part, Whole},
};
use crate::{clock::new_id, error::Error, identity, services::Services, session::Session};

/// How many bytes are acknowledged at once within one request: a process that is killed loses no more than these.
const PIECE: i64 = 1024 * 1024;

/// How long a sender may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a request to receive.
pub enum Received {
    /// The upload as it is now: further, or a file.
    Progress(file::Model),
    /// The line broke or fell silent; what had come is kept.
    BrokenOff(file::Model),
    /// The upload does not end where the piece begins.
    Elsewhere(file::Model),
    /// More came than was announced; what was too much is dropped.
    TooMuch(file::Model),
    /// All has come and is not what was announced. It begins again, empty.
    Altered(file::Model),
    /// All has come, and is no file of the type that was announced. The upload is gone.
    WrongType,
}

/// Receives what is sent from an offset on.
///
/// # Errors
/// `NotFound` for who did not begin the upload, `Forbidden` for who may no longer write for the unit, `Unauthenticated`
/// when the session has ended, the disk's and the database's.
pub async fn receive<B, E>(
    session: &Session,
    id: Uuid,
    offset: i64,
    mut body: impl Stream<Item = Result<B, E>> + Unpin,
) -> Result<Received, Error>
where
    B: AsRef<[u8]>,
{
    let mut upload = service::begun(session, &session.actor, id).await?;
    service::check_still_writes(&session.actor, &upload)?;
    if upload.stored_at.is_some() || upload.received != offset {
        return Ok(Received::Elsewhere(upload));
    }
    let staging = &session.services.files.staging;
    let mut part: Option<Part> = None;
    let whole = loop {
        let bytes = match tokio::time::timeout(PATIENCE, body.next()).await {
            Ok(Some(Ok(bytes))) => bytes,
            Ok(None) => break true,
            Ok(Some(Err(_))) | Err(_) => break false,
        };
        let bytes = bytes.as_ref();
        if bytes.is_empty() {
            continue;
        }
        let mut current = match part.take() {
            Some(part) => part,
            None => staging.begin(new_id(session.now())).await.map_err(Error::internal)?,
        };
        let left = upload.size - upload.received - current.length;
        if i64::try_from(bytes.len()).map_err(Error::internal)? > left {
            staging.remove(current.id).await.map_err(Error::internal)?;
            return Ok(Received::TooMuch(upload));
        }
        current.write(bytes).await.map_err(Error::internal)?;
        if current.length < PIECE {
            part = Some(current);
        } else {
            match acknowledge(session, &upload, current).await? {
                Ok(further) => upload = further,
                Err(elsewhere) => return Ok(Received::Elsewhere(elsewhere)),
            }
        }
    };
    if let Some(last) = part {
        match acknowledge(session, &upload, last).await? {
            Ok(further) => upload = further,
            Err(elsewhere) => return Ok(Received::Elsewhere(elsewhere)),
        }
    }
    if upload.received == upload.size {
        finish(&session.services, upload).await
    } else if whole {
        Ok(Received::Progress(upload))
    } else {
        Ok(Received::BrokenOff(upload))
    }
}

/// Keeps a part and adds it to the upload, or gives the upload as it is where another was faster.
async fn acknowledge(
    session: &Session,
    upload: &file::Model,
    part: Part,
) -> Result<Result<file::Model, file::Model>, Error> {
    let services = &session.services;
    let (id, length) = (part.id, part.length);
    services.files.staging.keep(part).await.map_err(Error::internal)?;
    let now = session.now();
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    if !identity::query::still_holds(connection, session.actor.credential, now).await? {
        return Err(Error::Unauthenticated);
    }
    let further = file::Model {
        received: upload.received + length,
        idle_since: now,
        ..upload.clone()
    };
    let moved = file::Entity::update_many()
        .col_expr(file::Column::Received, Expr::value(further.received))
        .col_expr(file::Column::IdleSince, Expr::value(now))
        .filter(file::Column::Id.eq(upload.id))
        .filter(file::Column::Received.eq(upload.received))
        .filter(file::Column::StoredAt.is_null())
        .exec(connection)
        .await?;
    if moved.rows_affected == 0 {
        drop(transaction);
        services.files.staging.remove(id).await.map_err(Error::internal)?;
        let elsewhere = service::begun(session, &session.actor, upload.id).await?;
        return Ok(Err(elsewhere));
    }
    let piece = file_piece::Model {
        file_id: upload.id,
        start_at: upload.received,
        length,
        part_id: id,
    };
    piece.into_active_model().insert(connection).await?;
    transaction.commit().await?;
    Ok(Ok(further))
}

/// Makes a file of an upload of which all has come, or finds out that it is none.
async fn finish(services: &Services, upload: file::Model) -> Result<Received, Error> {
    let pieces = query::pieces(services.db.reader(), upload.id).await?;
    let parts: Vec<Uuid> = pieces.iter().map(|piece| piece.part_id).collect();
    let staging = &services.files.staging;
    let name = new_id(services.clock.now());
    let whole = match staging.put_together(&parts, name).await {
        Ok(whole) => Some(whole),
        // The parts go when another process has finished it, and otherwise only by accident.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::internal(error)),
    };
    let announced = |whole: &Whole| whole.sha256 == upload.sha256 && whole.size == upload.size;
    let received = match whole {
        Some(whole) if announced(&whole) => {
            if MediaType::named(&upload.media_type).is_some_and(|media| media.fits(&whole.head)) {
                store(services, &upload, &whole).await?
            } else {
                discard(services, upload.id).await?;
                Received::WrongType
            }
        }
        Some(_other) => begin_again(services, &upload).await?,
        None => begin_again(services, &upload).await?,
    };
    for part in parts.into_iter().chain([name]) {
        staging.remove(part).await.map_err(Error::internal)?;
    }
    Ok(received)
}

/// Stores the content and makes the upload a file. The row of the content is written and locked first, so that nobody
/// clears the content away in between, and is written once before that by itself, so that a content whose file came to
/// nothing is not lost sight of.
async fn store(services: &Services, upload: &file::Model, whole: &Whole) -> Result<Received, Error> {
    let announcement = services.db.begin().await?;
    note_object(announcement.connection(), services, upload).await?;
    announcement.commit().await?;
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    let now = note_object(connection, services, upload).await?;
    let stored = file::Entity::update_many()
        .col_expr(file::Column::StoredAt, Expr::value(now))
        .col_expr(file::Column::IdleSince, Expr::value(now))
        .filter(file::Column::Id.eq(upload.id))
        .filter(file::Column::Received.eq(upload.size))
        .filter(file::Column::StoredAt.is_null())
        .exec(connection)
        .await?;
    if stored.rows_affected == 0 {
        drop(transaction);
        return as_it_is(services, upload.id).await;
    }
    forget_pieces(connection, upload.id).await?;
    services.files.store.take_in(whole.part, &upload.sha256).await?;
    transaction.commit().await?;
    Ok(Received::Progress(file::Model {
        stored_at: Some(now),
        idle_since: now,
        ..upload.clone()
    }))
}

/// Writes the row of a content, and holds it until the transaction ends.
async fn note_object(
    connection: &impl ConnectionTrait,
    services: &Services,
    upload: &file::Model,
) -> Result<chrono::DateTime<chrono::Utc>, Error> {
    let now = services.clock.now();
    let object = stored_object::Model {
        sha256: upload.sha256.clone(),
        size: upload.size,
        stored_at: now,
    };
    stored_object::Entity::insert(object.into_active_model())
        .on_conflict(
            OnConflict::column(stored_object::Column::Sha256)
                .update_column(stored_object::Column::StoredAt)
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await?;
    Ok(now)
}

/// Empties an upload whose bytes are not those that were announced, unless another process has made a file of it.
async fn begin_again(services: &Services, upload: &file::Model) -> Result<Received, Error> {
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    let emptied = file::Entity::update_many()
        .col_expr(file::Column::Received, Expr::value(0_i64))
        .filter(file::Column::Id.eq(upload.id))
        .filter(file::Column::Received.eq(upload.size))
        .filter(file::Column::StoredAt.is_null())
        .exec(connection)
        .await?;
    if emptied.rows_affected == 0 {
        drop(transaction);
        return as_it_is(services, upload.id).await;
    }
    forget_pieces(connection, upload.id).await?;
    transaction.commit().await?;
    Ok(Received::Altered(file::Model {
        received: 0,
        ..upload.clone()
    }))
}

/// Forgets an upload that cannot become a file.
async fn discard(services: &Services, id: Uuid) -> Result<(), Error> {
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    forget_pieces(connection, id).await?;
    file::Entity::delete_many()
        .filter(file::Column::Id.eq(id))
        .filter(file::Column::StoredAt.is_null())
        .exec(connection)
        .await?;
    transaction.commit().await
}

async fn forget_pieces(connection: &impl ConnectionTrait, file: Uuid) -> Result<(), Error> {
    file_piece::Entity::delete_many()
        .filter(file_piece::Column::FileId.eq(file))
        .exec(connection)
        .await?;
    Ok(())
}

/// What another process has made of an upload meanwhile.
async fn as_it_is(services: &Services, id: Uuid) -> Result<Received, Error> {
    match query::by_id(services.db.reader(), id).await? {
        Some(upload) if upload.stored_at.is_some() => Ok(Received::Progress(upload)),
        Some(upload) => Ok(Received::Elsewhere(upload)),
        None => Ok(Received::WrongType),
    }
}
