//! The door to what was announced as a file: `GET /export/awards/{edition}.csv` and `.xlsx`, with a token.
use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY},
    },
    web,
};
use uuid::Uuid;

use super::listing::{self, Form, Listing};
use crate::{
    app::App,
    error::{Code, Error, Refusal},
    graphql::{
        http::{
            authenticate,
            disposition::attachment,
            door::{Answering, Refused},
        },
        id::Kind,
        programs,
    },
    report::export::Format,
    session::Session,
};

/// How the door is called in the log.
const DOOR: &str = "export";

/// `GET /export/awards/{edition}.csv`
pub async fn csv(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    given(&request, &app, Form::Csv).await
}

/// `GET /export/awards/{edition}.xlsx`
pub async fn xlsx(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    given(&request, &app, Form::Xlsx).await
}

async fn given(request: &HttpRequest, app: &App, form: Form) -> HttpResponse {
    let answering = Answering::of(request, DOOR);
    answering
        .catching(async {
            let listed = listed(request, app, &answering, form).await;
            listed.map_or_else(
                |error| answering.refuse(&refused(error)),
                |listing| answered(&answering, app, (listing, form)),
            )
        })
        .await
}

async fn listed(request: &HttpRequest, app: &App, answering: &Answering, form: Form) -> Result<Listing, Error> {
    let proof = authenticate(request, app)?.ok_or(Error::Unauthenticated)?;
    let session = Session::new(proof, Arc::clone(&app.services), None);
    programs::check_door(&session, &programs::EXPORT_OF_AWARDS)?;
    let edition = request.match_info().get("edition");
    let edition = edition.and_then(|id| Kind::AwardEdition.uuid(&id.into()).ok());
    let edition = edition.ok_or_else(|| Error::not_found("edition"))?;
    listing::file(&session, edition, (form, answering.language), name_award).await
}

fn name_award(id: Uuid) -> String {
    Kind::Award.id(id).0
}

/// A file to be saved, and kept by nobody on the way.
fn answered(answering: &Answering, app: &App, (listing, form): (Listing, Form)) -> HttpResponse {
    let format = match form {
        Form::Csv => Format::Csv,
        Form::Xlsx => Format::Xlsx,
    };
    let extension = format.extension();
    tracing::info!(request_id = %answering.request_id, format = extension, rows = listing.rows, "exported awards");
    let name = format!("{} {}.{extension}", listing.title, app.services.clock.today());
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((CONTENT_DISPOSITION, attachment(&name)))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .body(listing.bytes)
}

/// An error, as this door tells it.
fn refused(error: Error) -> Refused {
    match error {
        Error::Unauthenticated => Refused::new(
            StatusCode::UNAUTHORIZED,
            "UNAUTHENTICATED",
            "Masuklah untuk mengekspor.",
            "Sign in to export.",
        ),
        Error::Refused(refusals) => of_refusals(refusals),
        Error::BadInput(text) => Refused::bad_input(text),
        Error::Busy(cause) => {
            tracing::warn!(cause, "an export found the database busy");
            Refused::busy()
        }
        Error::RateLimited { .. } | Error::InFlight | Error::Internal(_) => {
            tracing::error!(?error, "awards could not be exported");
            Refused::internal()
        }
    }
}

fn of_refusals(refusals: Vec<Refusal>) -> Refused {
    let refusal = refusals.into_iter().next().unwrap_or_else(Refusal::forbidden);
    let (status, code) = match refusal.code {
        Code::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        _ => (StatusCode::FORBIDDEN, "FORBIDDEN"),
    };
    Refused {
        text: refusal.text,
        ..Refused::new(status, code, "", "")
    }
}
