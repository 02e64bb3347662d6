//! The doors to the papers of events: `GET /events/{id}/daftar-hadir.pdf`, `/events/{id}/berita-acara.pdf` and
//! `/events/{id}/kalender.ics`, with a token.
use actix_web::{HttpRequest, HttpResponse, web};

use super::{attendance, minutes};
use crate::{
    app::App,
    event::{calendar, query as events},
    graphql::{id::Kind, programs::PAPERS_OF_EVENTS},
    papers::{
        http::{rendered, served},
        words::unit_name,
    },
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

/// `GET /events/{id}/kalender.ics`
pub async fn calendar(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    served(&request, &app, (Kind::Event, &PAPERS_OF_EVENTS), async |session, id| {
        let connection = session.services.db.reader();
        let Some(row) = events::by_ids(connection, &session.actor, &[id]).await?.pop() else {
            return Ok(None);
        };
        let sessions = events::sessions(connection, &[row.id]).await?;
        let host = unit_name(&session.actor.directory, row.unit_id);
        let entry = calendar::of(&row, &sessions, &host, session.now());
        Ok(Some((format!("{}.ics", row.title), entry.into_bytes())))
    })
    .await
}
