//! The public door to receipts and certificates: `GET /verify/{code}`, a page for people, JSON for programs. Nobody signs in for it.
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{
            Accept, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, Header, HeaderName, HeaderValue,
            REFERRER_POLICY, RETRY_AFTER, VARY,
        },
    },
    mime, web,
};

use super::{
    page,
    verification::{self, Verified},
};
use crate::{
    app::App,
    certificate,
    error::Error,
    graphql::http::{
        client_address,
        door::{Answering, Refused, get_only},
    },
    report::receipt,
};

/// How the door is called in the log.
const DOOR: &str = "verify";

/// `GET /verify/{code}`
pub async fn verify(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    let answering = Answering::of(&request, DOOR);
    answering
        .catching(async {
            let code = request.match_info().get("code").unwrap_or_default();
            let verified = verification::verify(&app.services, code, client_address(&request, &app)).await;
            let mut answer = match (verified, wants_json(&request)) {
                (Ok(Some(verified)), true) => HttpResponse::Ok().json(verified),
                (Ok(Some(verified)), false) => html(StatusCode::OK, found(&verified)),
                (Ok(None), true) => answering.refuse(&unknown()),
                (Ok(None), false) => html(StatusCode::NOT_FOUND, page::unknown()),
                (Err(Error::RateLimited { seconds }), json) => too_often(&answering, seconds, json),
                (Err(Error::Busy(cause)), true) => {
                    tracing::warn!(request_id = %answering.request_id, cause, "looking up a code found the database busy");
                    answering.refuse(&Refused::busy())
                }
                (Err(error), json) => {
                    tracing::error!(request_id = %answering.request_id, ?error, "a code could not be looked up");
                    if json {
                        answering.refuse(&Refused::internal())
                    } else {
                        html(StatusCode::INTERNAL_SERVER_ERROR, page::failed())
                    }
                }
            };
            for (name, value) in [
                (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
                (CACHE_CONTROL, "no-store"),
                (REFERRER_POLICY, "no-referrer"),
                (VARY, "accept"),
            ] {
                answer.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            answer
        })
        .await
}

/// What else is asked of it.
pub async fn other(request: HttpRequest) -> HttpResponse {
    get_only(&request, DOOR)
}

fn found(verified: &Verified) -> String {
    match verified {
        Verified::Receipt(receipt) => receipt::page::found(receipt),
        Verified::Certificate(certificate) => certificate::page::found(certificate),
    }
}

fn html(status: StatusCode, page: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, page::CONTENT_SECURITY_POLICY.as_str()))
        .body(page)
}

fn too_often(answering: &Answering, seconds: u64, json: bool) -> HttpResponse {
    let mut answer = if json {
        answering.refuse(&Refused::new(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMITED",
            format!("Terlalu sering; coba lagi dalam {seconds} detik."),
            format!("Too often; try again in {seconds} seconds."),
        ))
    } else {
        html(StatusCode::TOO_MANY_REQUESTS, page::too_often(seconds))
    };
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    answer
}

fn unknown() -> Refused {
    Refused::new(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "Tidak ada tanda terima atau sertifikat dengan kode ini.",
        "There is no receipt or certificate with this code.",
    )
}

/// Whether a program asks. A page for people is what anybody gets who does not say.
fn wants_json(request: &HttpRequest) -> bool {
    let Ok(accept) = Accept::parse(request) else {
        return false;
    };
    let mut ranked = accept.ranked().into_iter();
    let first = ranked.find(|accepted| {
        [mime::APPLICATION_JSON, mime::TEXT_HTML].contains(accepted) || accepted.type_() == mime::STAR
    });
    first.is_some_and(|accepted| accepted == mime::APPLICATION_JSON)
}
