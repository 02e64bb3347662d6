//! What is kept of a person, taken out as one JSON document.
use chrono::{DateTime, Utc};
use entity::enums::ActKind;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::act::{self, Act};
use crate::{
    authz::{ActingSeat, policy::identity},
    clock::day_in_jakarta,
    command::{self, Begun},
    digest::sha256,
    error::{Code, Error, Refusal},
    locale::Text,
    session::{Actor, Session},
};

mod awards;
mod document;
mod query;

/// Takes out what is kept of a person.
#[derive(Clone, Debug, Serialize)]
pub struct Export {
    /// None: of oneself.
    pub account: Option<Uuid>,
    pub seat: Option<Uuid>,
}

/// The document, ready to be saved as a file.
pub struct Exported {
    /// Whose it is.
    pub account: Uuid,
    pub file_name: String,
    pub json: String,
    /// Of the text, lower-case hexadecimal.
    pub sha256: String,
}

/// Takes out the actor's own data, or as ADMIN of RI another person's.
///
/// # Errors
/// `Forbidden` for another's data to all but ADMINs of RI, whoever it is; `NotFound`; `WrongState` for an erased person.
pub async fn export(session: &Session, field: &str, input: Export) -> Result<Exported, Error> {
    let write = match command::begin(session, field, "exportPersonalData", &input).await? {
        Begun::Fresh(write) => write,
        // The outcome holds no data: it is taken out again, for who may still have it.
        Begun::Replay(replay) => {
            let of = permitted(&replay.actor, &input)?.0;
            let reader = session.services.db.reader();
            return document_of(reader, &replay.actor, of, session.now()).await;
        }
    };
    let (of, seat) = permitted(&write.actor, &input)?;
    let exported = document_of(write.connection(), &write.actor, of, write.now).await?;
    let on_oneself = Act::on_oneself(
        ActKind::PersonalDataExported,
        of,
        &write.actor.directory,
        write.actor.today,
    );
    let act = match seat {
        None => on_oneself,
        Some(seat) => Act {
            by: write.actor.account,
            by_seat: Some(seat.seat),
            ..on_oneself
        },
    };
    act::record(write.connection(), act, write.now).await?;
    write.commit(json!({ "account": of })).await?;
    Ok(exported)
}

/// Whose data it is, and from which seat another's is taken out.
fn permitted(actor: &Actor, input: &Export) -> Result<(Uuid, Option<ActingSeat>), Error> {
    let Some(account) = input.account.filter(|account| *account != actor.account) else {
        return Ok((actor.account, None));
    };
    let root = actor.directory.tree.root();
    let text = Text::new(
        "Data pribadi orang lain hanya dikeluarkan oleh ADMIN RI, atas permintaan orang itu.",
        "Another person's data is taken out by an ADMIN of RI alone, on that person's request.",
    );
    let forbidden = Refusal::new(Code::Forbidden, text).at(["account"]);
    let seat = actor.seat_that_may(input.seat, forbidden, |seat| {
        let standing = actor.standing(seat, root.id);
        identity::decide(seat.function, identity::Action::ExportPerson, standing, root.tier)
    })?;
    match actor.directory.person(account) {
        None => Err(Error::not_found("account")),
        Some(person) if person.erased => {
            let text = Text::new("Orang ini sudah dihapus.", "This person was erased already.");
            Err(Refusal::new(Code::WrongState, text).at(["account"]).into())
        }
        Some(_person) => Ok((account, Some(seat))),
    }
}

async fn document_of(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Exported, Error> {
    let rows = query::rows(connection, account).await?;
    let rows = rows.ok_or_else(|| Error::not_found("account"))?;
    let document = document::Document::of(rows, &actor.directory, now);
    let json = serde_json::to_string_pretty(&document).map_err(Error::internal)?;
    Ok(Exported {
        account,
        file_name: format!("jenjang-{account}-{}.json", day_in_jakarta(now)),
        sha256: sha256(&json),
        json,
    })
}
