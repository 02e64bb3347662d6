//! The door to certificates on paper: `GET /certificates/{id}.pdf`, with a token.
use actix_web::{HttpRequest, HttpResponse, web};

use super::paper::{self as papers, Paper};
use crate::{
    app::App,
    graphql::{id::Kind, programs::PAPERS_OF_EVENTS},
    papers::http::{origin, rendered, served},
};

/// `GET /certificates/{id}.pdf`
pub async fn certificate(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    let origin = origin(&request, &app);
    served(
        &request,
        &app,
        (Kind::Certificate, &PAPERS_OF_EVENTS),
        async |session, id| {
            let Some(paper) = papers::of(session, id, &origin).await? else {
                return Ok(None);
            };
            let number = paper.number();
            let name = match paper {
                Paper::Attendance(_) => format!("Sertifikat {number}.pdf"),
                Paper::Award(_) => format!("Piagam {number}.pdf"),
            };
            let written = rendered(move || match paper {
                Paper::Attendance(paper) => paper::certificate(&paper),
                Paper::Award(paper) => paper::award(&paper),
            });
            Ok(Some((name, written.await?)))
        },
    )
    .await
}
