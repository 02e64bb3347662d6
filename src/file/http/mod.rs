//! The door to files: their bytes come in and go out here, beside the API.
//!
//! PUT and HEAD are for whoever began an upload and brings a token; GET is for whoever follows a link. What is refused is
//! refused in the form of the API's answers.
mod disposition;
mod range;

use std::{future::Future, panic::AssertUnwindSafe, sync::Arc, time::Instant};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        StatusCode,
        header::{
            ACCEPT_LANGUAGE, ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE,
            CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, REFERRER_POLICY,
        },
    },
    web,
};
use entity::file;
use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use self::{
    disposition::attachment,
    range::{Wanted, wanted},
};
use super::{
    query, service,
    upload::{self, Received},
};
use crate::{
    app::App,
    error::{Code, Error},
    graphql::{
        http::{RequestId, authenticate, client_address, drain, refuse_with},
        id::Kind,
    },
    identity::link,
    locale::{Language, Text},
    session::Session,
};

/// From which byte on a piece goes, and how many have come.
const UPLOAD_OFFSET: &str = "upload-offset";
/// How many bytes there will be.
const UPLOAD_LENGTH: &str = "upload-length";
/// Whether it has become a file: `?1`, or `?0` (RFC 9651).
const UPLOAD_COMPLETE: &str = "upload-complete";

/// A refusal on its way: its status, code and sentence, and what goes to the extensions.
struct Refused {
    status: StatusCode,
    code: &'static str,
    text: Text,
    more: Vec<(&'static str, String)>,
}

impl Refused {
    fn new(status: StatusCode, code: &'static str, id: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            status,
            code,
            text: Text::new(id.into(), en.into()),
            more: Vec::new(),
        }
    }

    /// With how far the upload has come.
    fn with_offset(mut self, upload: &file::Model) -> Self {
        self.more.push(("offset", upload.received.to_string()));
        self
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthenticated => unauthenticated(),
            Error::Refused(refusals) if refusals.iter().any(|refusal| refusal.code == Code::NotFound) => not_found(),
            Error::Refused(_refusals) => Self::new(
                StatusCode::FORBIDDEN,
                "FORBIDDEN",
                "Jabatan Anda tidak lagi berwenang menulis untuk unit berkas ini.",
                "None of your seats may write for the unit of this file any more.",
            ),
            Error::BadInput(text) => Self {
                status: StatusCode::BAD_REQUEST,
                code: "BAD_USER_INPUT",
                text,
                more: Vec::new(),
            },
            Error::RateLimited { .. } | Error::InFlight | Error::Internal(_) => {
                tracing::error!(?error, "a request for a file failed");
                internal()
            }
        }
    }
}

fn internal() -> Refused {
    Refused::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "INTERNAL_SERVER_ERROR",
        "Terjadi kesalahan pada server.",
        "Something went wrong on the server.",
    )
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
            Ok(received) => answering.received(received),
            Err(error) => answering.refuse(&error.into()),
        },
        Err(refused) => {
            drain(payload, &app.config.limits).await;
            answering.refuse(&refused)
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
    let proof = authenticate(request, app)?.ok_or_else(unauthenticated)?;
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
        Ok(service::begun(&session, &session.actor, id_of(&request)?).await?)
    };
    answering
        .catching(async {
            match told.await {
                Ok(upload) => progress(&upload),
                Err(refused) => answering.refuse(&refused),
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
                Err(refused) => answering.refuse(&refused),
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
    let proof = link::follow(services, &link, id, client_address(request, app)).await?;
    let session = Session::new(proof, Arc::clone(services), None);
    let found = query::visible(services.db.reader(), &session.actor, &[id]).await?;
    let file = found.into_iter().next().ok_or_else(not_found)?;
    send(request, app, &file).await
}

/// Sends what is wanted of a file, after all of it was found good.
async fn send(request: &HttpRequest, app: &App, file: &file::Model) -> Result<HttpResponse, Refused> {
    let store = &app.services.files.store;
    let good = match store.examine(&file.sha256, file.size).await? {
        Ok(good) => good,
        Err(damage) => return Err(damaged(file, &damage)),
    };
    let tag = format!("\"{}\"", file.sha256);
    let size = u64::try_from(file.size).map_err(Error::internal)?;
    let (status, range) = match wanted(request.headers(), &tag, size) {
        Wanted::All => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => return Ok(unsatisfiable(request, size)),
    };
    let bytes = store.read(&good, range.clone()).await?;
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

/// What is needed to answer, when the request itself has been given away.
struct Answering {
    language: Language,
    request_id: String,
    method: String,
    started: Instant,
}

fn answering(request: &HttpRequest) -> Answering {
    let header = request.headers().get(ACCEPT_LANGUAGE);
    Answering {
        language: Language::negotiate(header.and_then(|value| value.to_str().ok())),
        request_id: RequestId::of(request).0,
        method: request.method().to_string(),
        started: Instant::now(),
    }
}

impl Answering {
    /// A panic costs this request only, and even it is answered.
    async fn catching(&self, answer: impl Future<Output = HttpResponse>) -> HttpResponse {
        let answer = AssertUnwindSafe(answer).catch_unwind().await;
        let answer = answer.unwrap_or_else(|_panic| {
            tracing::error!(request_id = %self.request_id, "a request for a file panicked");
            self.refuse(&internal())
        });
        self.log(answer.status());
        answer
    }

    /// One line, never a name, a link or a token.
    fn log(&self, status: StatusCode) {
        tracing::info!(
            request_id = %self.request_id,
            method = self.method,
            duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            status = status.as_u16(),
            "file"
        );
    }

    fn refuse(&self, refused: &Refused) -> HttpResponse {
        let mut more = refused.more.clone();
        if refused.status.is_server_error() {
            more.push(("requestId", self.request_id.clone()));
        }
        let mut answer = refuse_with(refused.status, (refused.code, &refused.text), self.language, &more);
        for (name, value) in &refused.more {
            if *name == "offset"
                && let Ok(value) = HeaderValue::from_str(value)
            {
                insert(answer.headers_mut(), UPLOAD_OFFSET, value);
            }
        }
        answer
    }

    fn received(&self, received: Received) -> HttpResponse {
        match received {
            Received::Progress(upload) => progress(&upload),
            Received::BrokenOff(upload) => self.refuse(
                &Refused::new(
                    StatusCode::BAD_REQUEST,
                    "BAD_USER_INPUT",
                    "Kiriman terputus; yang sudah tiba disimpan.",
                    "What was sent broke off; what had come is kept.",
                )
                .with_offset(&upload),
            ),
            Received::Elsewhere(upload) => self.refuse(
                &Refused::new(
                    StatusCode::CONFLICT,
                    "WRONG_OFFSET",
                    format!("Unggahan ini berlanjut dari byte {}.", upload.received),
                    format!("This upload goes on from byte {}.", upload.received),
                )
                .with_offset(&upload),
            ),
            Received::TooMuch(upload) => self.refuse(
                &Refused::new(
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
                )
                .with_offset(&upload),
            ),
            Received::Altered(upload) => self.refuse(
                &Refused::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "HASH_MISMATCH",
                    "Isi yang tiba tidak sesuai dengan SHA-256 yang diumumkan; kirim ulang dari awal.",
                    "What has come does not have the SHA-256 that was announced; send it again from the beginning.",
                )
                .with_offset(&upload),
            ),
            Received::WrongType => self.refuse(&Refused::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "WRONG_MEDIA_TYPE",
                "Isi berkas ini bukan jenis yang diumumkan; unggahan dibuang.",
                "The content is not of the type that was announced; the upload was thrown away.",
            )),
        }
    }
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: HeaderValue) {
    headers.insert(actix_web::http::header::HeaderName::from_static(name), value);
}
