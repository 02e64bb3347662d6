//! The door to files: their bytes come in and go out here, beside the API.
//!
//! PUT and HEAD are for whoever began an upload and brings a token; GET is for whoever follows a link. What is refused is
//! refused in the form of the API's answers.
mod range;

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        StatusCode,
        header::{
            ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE,
            CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, REFERRER_POLICY,
        },
    },
    web,
};
use entity::file;
use serde_json::json;
use uuid::Uuid;

use self::range::{Wanted, wanted};
use super::{
    query, service,
    upload::{self, Received},
};
use crate::{
    app::App,
    error::{Code, Error},
    graphql::{
        http::{
            authenticate, client_address,
            disposition::attachment,
            door::{Answering, Refused},
            drain,
        },
        id::Kind,
    },
    identity::link,
    session::Session,
};

/// From which byte on a piece goes, and how many have come.
const UPLOAD_OFFSET: &str = "upload-offset";
/// How many bytes there will be.
const UPLOAD_LENGTH: &str = "upload-length";
/// Whether it has become a file: `?1`, or `?0` (RFC 9651).
const UPLOAD_COMPLETE: &str = "upload-complete";

/// With how far the upload has come.
fn with_offset(mut refused: Refused, upload: &file::Model) -> Refused {
    refused.more.push(("offset", upload.received.to_string()));
    refused
}

/// An error, as this door tells it.
fn refused(error: Error) -> Refused {
    match error {
        Error::Unauthenticated => unauthenticated(),
        Error::Refused(refusals) if refusals.iter().any(|refusal| refusal.code == Code::NotFound) => not_found(),
        Error::Refused(_refusals) => Refused::new(
            StatusCode::FORBIDDEN,
            "FORBIDDEN",
            "Jabatan Anda tidak lagi berwenang menulis untuk unit berkas ini.",
            "None of your seats may write for the unit of this file any more.",
        ),
        Error::BadInput(text) => Refused::bad_input(text),
        Error::Busy(cause) => {
            tracing::warn!(cause, "a request for a file found the database busy");
            Refused::busy()
        }
        Error::RateLimited { .. } | Error::InFlight | Error::Internal(_) => {
            tracing::error!(?error, "a request for a file failed");
            Refused::internal()
        }
    }
}

fn not_found() -> Refused {
    Refused::new(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "Berkas tidak ditemukan.",
        "The file was not found.",
    )
}

fn unauthenticated() -> Refused {
    Refused::new(
        StatusCode::UNAUTHORIZED,
        "UNAUTHENTICATED",
        "Token atau tautan ini tidak berlaku.",
        "This token or link does not hold.",
    )
}

/// `PUT /files/{upload}`.
pub async fn put(request: HttpRequest, app: web::Data<App>, payload: web::Payload) -> HttpResponse {
    let answering = answering(&request);
    let answer = match begin(&request, &app) {
        Ok(begun) => match receive(app, begun, payload).await {
            Ok(taken) => received(&answering, taken),
            Err(error) => refuse(&answering, &refused(error)),
        },
        Err(refused) => {
            drain(payload, &app.config.limits).await;
            refuse(&answering, &refused)
        }
    };
    answering.log(answer.status());
    answer
}

/// Receives in a task of its own: what has come is kept even where nobody waits for the answer any more.
async fn receive(
    app: web::Data<App>,
    (session, id, offset): (Session, Uuid, i64),
    mut payload: web::Payload,
) -> Result<Received, Error> {
    let receiving = actix_web::rt::spawn(async move {
        let received = upload::receive(&session, id, offset, &mut payload).await;
        if !matches!(received, Ok(Received::Progress(_) | Received::BrokenOff(_))) {
            drain(payload, &app.config.limits).await;
        }
        received
    });
    receiving.await.map_err(Error::internal)?
}

/// Who sends to which upload, from which offset on.
fn begin(request: &HttpRequest, app: &App) -> Result<(Session, Uuid, i64), Refused> {
    let session = session(request, app)?;
    let offset = request
        .headers()
        .get(UPLOAD_OFFSET)
        .and_then(|value| value.to_str().ok());
    let digits = offset.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    let offset = digits.and_then(|text| text.parse().ok()).ok_or_else(|| {
        Refused::new(
            StatusCode::BAD_REQUEST,
            "BAD_USER_INPUT",
            "Header Upload-Offset wajib berisi posisi byte pertama yang dikirim.",
            "The header Upload-Offset has to tell which byte the first one sent is.",
        )
    })?;
    Ok((session, id_of(request)?, offset))
}

fn session(request: &HttpRequest, app: &App) -> Result<Session, Refused> {
    let proof = authenticate(request, app)
        .map_err(refused)?
        .ok_or_else(unauthenticated)?;
    Ok(Session::new(proof, Arc::clone(&app.services), None))
}

/// Which file the address means.
fn id_of(request: &HttpRequest) -> Result<Uuid, Refused> {
    let id = request.match_info().get("id").and_then(|id| id.parse().ok());
    id.ok_or_else(not_found)
}

/// `HEAD /files/{upload}`; with a link, what GET would answer.
pub async fn head(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    if link_of(&request).is_some() {
        return get(request, app).await;
    }
    let answering = answering(&request);
    let told = async {
        let session = session(&request, &app)?;
        let begun = service::begun(&session, &session.actor, id_of(&request)?).await;
        begun.map_err(refused)
    };
    answering
        .catching(async {
            match told.await {
                Ok(upload) => progress(&upload),
                Err(refused) => refuse(&answering, &refused),
            }
        })
        .await
}

/// `GET /files/{file}?link=…`.
pub async fn get(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    let answering = answering(&request);
    answering
        .catching(async {
            match fetch(&request, &app).await {
                Ok(answer) => answer,
                Err(refused) => refuse(&answering, &refused),
            }
        })
        .await
}

/// What else is asked of a file.
pub async fn other(request: HttpRequest) -> HttpResponse {
    let refused = Refused::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "BAD_USER_INPUT",
        "Gunakan GET, HEAD, atau PUT.",
        "Use GET, HEAD or PUT.",
    );
    let mut answer = answering(&request).refuse(&refused);
    let allowed = HeaderValue::from_static("GET, HEAD, PUT");
    answer.headers_mut().insert(ALLOW, allowed);
    answer
}

/// The link in the address.
fn link_of(request: &HttpRequest) -> Option<String> {
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?;
    let link = query.into_inner().into_iter().find(|(name, _value)| name == "link");
    link.map(|(_name, value)| value)
}

async fn fetch(request: &HttpRequest, app: &App) -> Result<HttpResponse, Refused> {
    let (id, link) = (id_of(request)?, link_of(request).ok_or_else(unauthenticated)?);
    let services = &app.services;
    let proof = link::follow(services, &link, id, client_address(request, app)).await;
    let proof = proof.map_err(refused)?;
    let session = Session::new(proof, Arc::clone(services), None);
    let found = query::visible(services.db.reader(), &session.actor, &[id]).await;
    let file = found.map_err(refused)?.into_iter().next().ok_or_else(not_found)?;
    send(request, app, &file).await
}

/// Sends what is wanted of a file, after all of it was found good.
async fn send(request: &HttpRequest, app: &App, file: &file::Model) -> Result<HttpResponse, Refused> {
    let store = &app.services.files.store;
    let good = match store.examine(&file.sha256, file.size).await.map_err(refused)? {
        Ok(good) => good,
        Err(damage) => return Err(damaged(file, &damage)),
    };
    let tag = format!("\"{}\"", file.sha256);
    let size = u64::try_from(file.size).map_err(|error| refused(Error::internal(error)))?;
    let (status, range) = match wanted(request.headers(), &tag, size) {
        Wanted::All => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => return Ok(unsatisfiable(request, size)),
    };
    let bytes = store.read(&good, range.clone()).await.map_err(refused)?;
    let bytes = bytes.ok_or_else(|| damaged(file, &"exchanged while it was opened"))?;
    let mut answer = HttpResponse::build(status);
    guarded(&mut answer, file, &tag);
    if status == StatusCode::PARTIAL_CONTENT {
        let last = range.end - 1;
        answer.insert_header((CONTENT_RANGE, format!("bytes {}-{last}/{size}", range.start)));
    }
    Ok(answer.body(SizedStream::new(range.end - range.start, bytes)))
}

/// The headers with which a file that somebody else has sent is handed on: to be saved, not shown, and kept by nobody on
/// the way.
fn guarded(answer: &mut HttpResponseBuilder, file: &file::Model, tag: &str) {
    let media_type = if file.media_type.starts_with("text/") {
        format!("{}; charset=utf-8", file.media_type)
    } else {
        file.media_type.clone()
    };
    answer
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_DISPOSITION, attachment(&file.name)))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((ETAG, tag))
        // Compressed on the way, its ranges and its hash would not be those of the file.
        .insert_header((CONTENT_ENCODING, "identity"));
}

fn damaged(file: &file::Model, how: &dyn std::fmt::Debug) -> Refused {
    tracing::error!(file = %file.id, sha256 = file.sha256, ?how, "a stored file is damaged and was not served");
    Refused::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "INTERNAL_SERVER_ERROR",
        "Berkas ini rusak di penyimpanan dan tidak dapat diberikan; pengelola sistem harus memulihkannya.",
        "The stored file is damaged and cannot be given; whoever runs the system has to restore it.",
    )
}

fn unsatisfiable(request: &HttpRequest, size: u64) -> HttpResponse {
    let refused = Refused::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "BAD_USER_INPUT",
        format!("Berkas ini hanya {size} byte."),
        format!("The file has {size} bytes only."),
    );
    let mut answer = answering(request).refuse(&refused);
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
        answer.headers_mut().insert(CONTENT_RANGE, value);
    }
    answer
}

/// How far an upload has come.
fn progress(upload: &file::Model) -> HttpResponse {
    let complete = upload.stored_at.is_some();
    let file = complete.then(|| Kind::File.id(upload.id));
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((UPLOAD_OFFSET, upload.received))
        .insert_header((UPLOAD_LENGTH, upload.size))
        .insert_header((UPLOAD_COMPLETE, if complete { "?1" } else { "?0" }))
        .insert_header((CACHE_CONTROL, "no-store"));
    answer.json(json!({ "offset": upload.received, "size": upload.size, "complete": complete, "file": file }))
}

fn answering(request: &HttpRequest) -> Answering {
    Answering::of(request, "file")
}

/// Refuses; how far an upload has come is told in a header, too.
fn refuse(answering: &Answering, refused: &Refused) -> HttpResponse {
    let mut answer = answering.refuse(refused);
    for (name, value) in &refused.more {
        if *name == "offset"
            && let Ok(value) = HeaderValue::from_str(value)
        {
            insert(answer.headers_mut(), UPLOAD_OFFSET, value);
        }
    }
    answer
}

fn received(answering: &Answering, received: Received) -> HttpResponse {
    let refused = match received {
        Received::Progress(upload) => return progress(&upload),
        Received::BrokenOff(upload) => with_offset(
            Refused::new(
                StatusCode::BAD_REQUEST,
                "BAD_USER_INPUT",
                "Kiriman terputus; yang sudah tiba disimpan.",
                "What was sent broke off; what had come is kept.",
            ),
            &upload,
        ),
        Received::Elsewhere(upload) => with_offset(
            Refused::new(
                StatusCode::CONFLICT,
                "WRONG_OFFSET",
                format!("Unggahan ini berlanjut dari byte {}.", upload.received),
                format!("This upload goes on from byte {}.", upload.received),
            ),
            &upload,
        ),
        Received::TooMuch(upload) => with_offset(
            Refused::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "PAYLOAD_TOO_LARGE",
                format!(
                    "Berkas ini diumumkan sebesar {} byte; kelebihannya tidak diterima.",
                    upload.size
                ),
                format!(
                    "This file was announced with {} bytes; what goes beyond is not taken.",
                    upload.size
                ),
            ),
            &upload,
        ),
        Received::Altered(upload) => with_offset(
            Refused::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "HASH_MISMATCH",
                "Isi yang tiba tidak sesuai dengan SHA-256 yang diumumkan; kirim ulang dari awal.",
                "What has come does not have the SHA-256 that was announced; send it again from the beginning.",
            ),
            &upload,
        ),
        Received::WrongType => Refused::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "WRONG_MEDIA_TYPE",
            "Isi berkas ini bukan jenis yang diumumkan; unggahan dibuang.",
            "The content is not of the type that was announced; the upload was thrown away.",
        ),
    };
    refuse(answering, &refused)
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: HeaderValue) {
    headers.insert(actix_web::http::header::HeaderName::from_static(name), value);
}
