//! Certificates of awards: everybody who was honoured and still is gets one.
use std::collections::HashMap;

use entity::{
    award, award_category, award_edition, award_list,
    enums::{AwardActKind, CertificateKind},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{SUBJECT, naming::honoured, query};
use crate::{
    authz::policy::award::Action,
    award::{
        arranging::{outcome, replayed, wrong_state},
        query as editions, sight,
        trace::{About, Act, record},
        workflow::is_announced,
    },
    certificate::{
        issuing::{self, Deserving},
        payload::{self, Named},
        query as certificates,
    },
    command::{self, Begun},
    error::Error,
    session::Session,
    statement::payload::moment,
};

/// Gives everybody a certificate whom an edition honoured.
#[derive(Clone, Debug, Serialize)]
pub struct Issue {
    pub edition: Uuid,
    pub seat: Option<Uuid>,
}

/// Signs a certificate for every award of an edition that stands and has none: winners and those named after them. Whoever has one
/// keeps it, so it may be done again. Nobody is given one who was erased since.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; `WrongState` before the announcement.
pub async fn issue(session: &Session, field: &str, input: Issue) -> Result<award_edition::Model, Error> {
    let write = match command::begin(session, field, "issueCertificates", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (Action::Command, input.seat);
    let (row, seat) = sight::held(write.connection(), &write.actor, input.edition, asked).await?;
    if !is_announced(row.status) {
        return Err(wrong_state(row.status).into());
    }
    let connection = write.connection();
    let of_edition = query::of_edition(row.id);
    let have = certificates::have(connection, CertificateKind::Award, of_edition).await?;
    let awards = query::standing(connection, row.id).await?;
    let categories = editions::categories(connection, &[row.id]).await?;
    let categories = categories.into_iter().map(|category| (category.id, category));
    let categories: HashMap<Uuid, award_category::Model> = categories.collect();
    let lists = query::lists(connection, row.id).await?;
    let lists: HashMap<Uuid, award_list::Model> = lists.into_iter().map(|list| (list.id, list)).collect();
    let mut deserving = Vec::new();
    for award in awards.iter().filter(|award| !have.contains(&award.id)) {
        let Some(name) = honoured(&write.actor.directory, award) else {
            continue;
        };
        let category = categories.get(&award.category_id);
        let list = lists.get(&award.list_id);
        let (Some(category), Some(list)) = (category, list) else {
            return Err(Error::internal("an award of no category or no list"));
        };
        deserving.push(Deserving {
            about: payload::About::Award {
                award: about(&row, category, list, award),
            },
            subject: award.id,
            unit: award.unit_id,
            account: award.account_id,
            name,
        });
    }
    // What changes nothing leaves nothing.
    if !deserving.is_empty() {
        let issued = issuing::issue(&write, row.unit_id, SUBJECT, &deserving).await?;
        let act = Act {
            kind: AwardActKind::IssueCertificates,
            about: About::Edition,
            details: json!({ "version": row.version, "status": row.status, "certificates": issued.len() }),
            reason: None,
        };
        record(&write, &row, seat, act).await?;
    }
    write.commit(outcome(row.id)).await?;
    Ok(row)
}

/// What is attested of an award.
fn about(
    edition: &award_edition::Model,
    category: &award_category::Model,
    list: &award_list::Model,
    row: &award::Model,
) -> payload::Award {
    let letter = list.letter_number.clone().zip(list.letter_date);
    payload::Award {
        id: row.id,
        edition: Named {
            id: edition.id,
            title: edition.title.clone(),
        },
        category: Named {
            id: category.id,
            title: category.title.clone(),
        },
        recipient: row.recipient,
        scheme: category.scheme,
        honour: row.honour,
        place: row.place,
        announced_at: moment(row.announced_at),
        announced_on: row.announced_on,
        time_zone: edition.time_zone.clone(),
        rules_sha256: edition.rules_sha256.clone(),
        list: payload::List {
            number: list.number,
            sha256: list.sha256.clone(),
            letter: letter.map(|(number, date)| payload::Letter { number, date }),
        },
    }
}
