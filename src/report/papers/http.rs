//! The door to papers: `GET /receipts/{id}.pdf`, `/handovers/{id}.pdf` and `/evaluations/{id}.pdf`, with a token.
use actix_web::{HttpRequest, HttpResponse, web};

use super::{evaluation, minutes, receipt};
use crate::{
    app::App,
    graphql::{id::Kind, programs::PAPERS},
    papers::http::{origin, rendered, served},
};

/// `GET /receipts/{id}.pdf`
pub async fn receipt(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    let origin = origin(&request, &app);
    served(&request, &app, (Kind::Receipt, &PAPERS), async |session, id| {
        let Some(paper) = receipt::of(session, id, &origin).await? else {
            return Ok(None);
        };
        let name = format!("Tanda Terima {}.pdf", paper.number);
        Ok(Some((name, rendered(move || paper::receipt(&paper)).await?)))
    })
    .await
}

/// `GET /handovers/{id}.pdf`
pub async fn minutes(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    served(&request, &app, (Kind::HandoverSession, &PAPERS), async |session, id| {
        let Some(paper) = minutes::of(session, id).await? else {
            return Ok(None);
        };
        let name = format!("Berita Acara {}.pdf", paper.number);
        Ok(Some((name, rendered(move || paper::minutes(&paper)).await?)))
    })
    .await
}

/// `GET /evaluations/{id}.pdf`
pub async fn evaluation(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    served(
        &request,
        &app,
        (Kind::NationalEvaluation, &PAPERS),
        async |session, id| {
            let Some(paper) = evaluation::of(session, id).await? else {
                return Ok(None);
            };
            let name = evaluation::name(&paper);
            Ok(Some((name, rendered(move || paper::evaluation(&paper)).await?)))
        },
    )
    .await
}
