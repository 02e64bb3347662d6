//! What the doors to papers share: who asks for which thing, and how a paper is rendered and answered. What is hidden is
//! answered like what is absent.
use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
            REFERRER_POLICY,
        },
    },
};
use paper::Unprintable;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    app::App,
    error::{Code, Error, Refusal},
    graphql::{
        http::{
            authenticate,
            disposition::attachment,
            door::{Answering, Refused, get_only},
        },
        id::Kind,
        programs::{self, Open},
    },
    session::Session,
};

/// How the doors are called in the log.
const DOOR: &str = "paper";

/// How many papers are rendered at once; the others wait. It is the processor's work.
static RENDERED_AT_ONCE: Semaphore = Semaphore::const_new(2);

/// A paper with the name of its file.
pub(crate) type Named = (String, Vec<u8>);

/// Answers whoever asks for a paper with what is made of the thing that is asked for.
pub(crate) async fn served(
    request: &HttpRequest,
    app: &App,
    (kind, door): (Kind, &Open),
    make: impl AsyncFnOnce(&Session, Uuid) -> Result<Option<Named>, Error>,
) -> HttpResponse {
    let answering = Answering::of(request, DOOR);
    answering
        .catching(async {
            answered(&answering, async {
                let (session, id) = asked(request, app, kind, door)?;
                let made = make(&session, id).await?;
                made.ok_or_else(|| Error::not_found("id"))
            })
            .await
        })
        .await
}

/// What else is asked of it.
pub async fn other(request: HttpRequest) -> HttpResponse {
    get_only(&request, DOOR)
}

/// Who asks, and for which thing of a kind.
fn asked(request: &HttpRequest, app: &App, kind: Kind, door: &Open) -> Result<(Session, Uuid), Error> {
    let proof = authenticate(request, app)?.ok_or(Error::Unauthenticated)?;
    let session = Session::new(proof, Arc::clone(&app.services), None);
    programs::check_door(&session, door)?;
    let of_path = |name| request.match_info().get(name);
    // Either the whole name of the file is asked for, or the name stands behind the id.
    let file = of_path("file").map_or_else(|| of_path("id"), |file| file.strip_suffix(".pdf"));
    let id = file.and_then(|id| kind.uuid(&id.into()).ok());
    Ok((session, id.ok_or_else(|| Error::not_found("id"))?))
}

/// Where this server is reached, for the address in the QR code: as the operator says, or else as the asker reached it.
pub(crate) fn origin(request: &HttpRequest, app: &App) -> String {
    app.config.public_url.clone().unwrap_or_else(|| {
        let reached = request.connection_info();
        format!("{}://{}", reached.scheme(), reached.host())
    })
}

/// The bytes of a paper, rendered off the workers.
///
/// # Errors
/// Where it cannot be rendered.
pub(crate) async fn rendered(
    render: impl FnOnce() -> Result<Vec<u8>, Unprintable> + Send + 'static,
) -> Result<Vec<u8>, Error> {
    let _place = RENDERED_AT_ONCE.acquire().await.map_err(Error::internal)?;
    let rendered = tokio::task::spawn_blocking(render).await.map_err(Error::internal)?;
    rendered.map_err(|error| Error::internal(format!("{error:?}")))
}

/// The answer to who asked for a paper.
async fn answered(answering: &Answering, paper: impl Future<Output = Result<Named, Error>>) -> HttpResponse {
    match paper.await {
        Ok((name, bytes)) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, media_type(&name)))
            .insert_header((CONTENT_DISPOSITION, attachment(&name)))
            // It is packed already.
            .insert_header((CONTENT_ENCODING, "identity"))
            .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header((CACHE_CONTROL, "private, no-store"))
            .body(bytes),
        Err(error) => answering.refuse(&refused(error)),
    }
}

/// What a file is, by the end of its name.
fn media_type(name: &str) -> &'static str {
    if name.ends_with(".ics") {
        "text/calendar; charset=utf-8"
    } else if name.ends_with(".json") {
        "application/json"
    } else {
        "application/pdf"
    }
}

/// An error, as this door tells it.
fn refused(error: Error) -> Refused {
    match error {
        Error::Unauthenticated => Refused::new(
            StatusCode::UNAUTHORIZED,
            "UNAUTHENTICATED",
            "Masuklah untuk mengambil dokumen.",
            "Sign in to fetch a paper.",
        ),
        Error::Refused(refusals) if refusals.iter().any(|refusal| refusal.code == Code::NotFound) => Refused::new(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "Dokumen ini tidak ditemukan.",
            "There is no such paper.",
        ),
        Error::Refused(refusals) => {
            let text = refusals.into_iter().next().map(|refusal| refusal.text);
            Refused {
                text: text.unwrap_or_else(|| Refusal::forbidden().text),
                ..Refused::new(StatusCode::FORBIDDEN, "FORBIDDEN", "", "")
            }
        }
        Error::BadInput(text) => Refused::bad_input(text),
        Error::Busy(cause) => {
            tracing::warn!(cause, "a paper found the database busy");
            Refused::busy()
        }
        Error::RateLimited { .. } | Error::InFlight | Error::Internal(_) => {
            tracing::error!(?error, "a paper could not be made");
            Refused::internal()
        }
    }
}
