//! The doors to the papers of events: `GET /events/{id}/daftar-hadir.pdf` and `/events/{id}/berita-acara.pdf`, with a token.
use actix_web::{HttpRequest, HttpResponse, web};

use super::{attendance, minutes};
use crate::{
    app::App,
    graphql::{id::Kind, programs::PAPERS_OF_EVENTS},
    papers::http::{rendered, served},
};

/// `GET /events/{id}/daftar-hadir.pdf`
pub async fn attendance(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    served(&request, &app, (Kind::Event, &PAPERS_OF_EVENTS), async |session, id| {
        let Some(paper) = attendance::of(session, id).await? else {
            return Ok(None);
        };
        let name = format!("Daftar Hadir {}.pdf", paper.event);
        Ok(Some((name, rendered(move || paper::attendance(&paper)).await?)))
    })
    .await
}

/// `GET /events/{id}/berita-acara.pdf`
pub async fn minutes(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    served(&request, &app, (Kind::Event, &PAPERS_OF_EVENTS), async |session, id| {
        let Some(paper) = minutes::of(session, id).await? else {
            return Ok(None);
        };
        let name = format!("Berita Acara {}.pdf", paper.event);
        Ok(Some((name, rendered(move || paper::event_minutes(&paper)).await?)))
    })
    .await
}
