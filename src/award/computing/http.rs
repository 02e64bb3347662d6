//! The door to bundles: `GET /export/awards/{id}.json`, with a token.
use actix_web::{HttpRequest, HttpResponse, web};

use super::exporting;
use crate::{
    app::App,
    graphql::{id::Kind, programs::EXPORT_OF_AWARDS},
    papers::http::served,
};

/// `GET /export/awards/{id}.json`
pub async fn bundle(request: HttpRequest, app: web::Data<App>) -> HttpResponse {
    served(
        &request,
        &app,
        (Kind::AwardEdition, &EXPORT_OF_AWARDS),
        async |session, id| {
            let found = exporting::bundle(session, id).await?;
            Ok(found.map(|(title, text)| (format!("{title}.json"), text.into_bytes())))
        },
    )
    .await
}
