//! Portfolios: which records an expert looks after. They say who sees them once they have reached RI, and whom they are
//! spread over.
use entity::{enums::ReviewActKind, portfolio_entry, review_portfolio};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    query::{self, Portfolio},
    trace::{About, Act, record},
};
use crate::{
    authz::policy::review::{Action, Relations, decide},
    clock::new_id,
    command::{self, Begun, Replay},
    db::insert_all,
    error::{Code, Error, Refusal},
    locale::Text,
    session::Session,
};

/// The most entries of one portfolio.
pub const MOST_ENTRIES: usize = 200;

/// Sets the portfolio of an expert's seat anew.
#[derive(Clone, Debug, Serialize)]
pub struct SetPortfolio {
    /// Whose.
    pub reviewer: Uuid,
    /// 0 where there was none.
    pub expected_version: i32,
    pub entries: Vec<Entry>,
    pub seat: Option<Uuid>,
}

/// What is left out stands for all. That the parts exist was checked by whoever knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub province: Option<Uuid>,
    pub template_code: Option<String>,
    pub cycle: Option<Uuid>,
}

/// Sets a portfolio.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`, `Invalid` for a seat that is no expert's, `TooLong`, `StaleVersion`, and what
/// [`command::begin`] says.
pub async fn set(session: &Session, field: &str, input: SetPortfolio) -> Result<Portfolio, Error> {
    let write = match command::begin(session, field, "setReviewPortfolio", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let relations = Relations::default();
    let seat = write.actor.seat_that_may(input.seat, Refusal::forbidden(), |seat| {
        decide(seat.function, Action::SetPortfolio, relations)
    })?;
    if input.entries.len() > MOST_ENTRIES {
        let text = Text::new(
            format!("Paling banyak {MOST_ENTRIES} bagian."),
            format!("At most {MOST_ENTRIES} entries."),
        );
        return Err(Refusal::new(Code::TooLong, text).at(["entries"]).into());
    }
    let connection = write.connection();
    let known = query::portfolio_locked(connection, input.reviewer).await?;
    let version = known.as_ref().map_or(0, |known| known.version);
    if version != input.expected_version {
        return Err(stale(version).into());
    }
    let row = review_portfolio::Model {
        seat_id: input.reviewer,
        version: version + 1,
        updated_at: write.now,
        updated_by: write.actor.account,
    };
    match known {
        None => {
            row.clone()
                .into_active_model()
                .insert(connection)
                .await
                .map_err(|error| match crate::db::is_taken(&error) {
                    true => Error::from(stale(1)),
                    false => error.into(),
                })?;
        }
        Some(known) => {
            let written = review_portfolio::Entity::update_many()
                .set(row.clone().into_active_model().reset_all())
                .filter(review_portfolio::Column::SeatId.eq(row.seat_id))
                .filter(review_portfolio::Column::Version.eq(known.version))
                .exec(connection)
                .await?;
            if written.rows_affected != 1 {
                return Err(stale(known.version).into());
            }
        }
    }
    portfolio_entry::Entity::delete_many()
        .filter(portfolio_entry::Column::SeatId.eq(row.seat_id))
        .exec(connection)
        .await?;
    let mut entries: Vec<portfolio_entry::Model> = Vec::with_capacity(input.entries.len());
    for (place, entry) in input.entries.iter().enumerate() {
        if input.entries[..place].contains(entry) {
            continue;
        }
        entries.push(portfolio_entry::Model {
            id: new_id(write.now),
            seat_id: row.seat_id,
            provinsi_id: entry.province,
            template_code: entry.template_code.clone(),
            cycle_id: entry.cycle,
        });
    }
    insert_all(connection, entries.clone()).await?;
    let act = Act {
        kind: ReviewActKind::SetPortfolio,
        about: About::Portfolio(&row),
        details: json!({ "version": row.version, "entries": input.entries }),
        reason: None,
    };
    record(&write, seat, act).await?;
    write.commit(json!({ "portfolio": row.seat_id })).await?;
    Ok(Portfolio { row, entries })
}

async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<Portfolio, Error> {
    let id = outcome["portfolio"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without its portfolio"))?;
    let found = query::portfolios(session.services.db.reader(), &actor).await?;
    let found = found.into_iter().find(|portfolio| portfolio.row.seat_id == id);
    found.ok_or_else(|| Error::not_found("reviewer"))
}

fn stale(version: i32) -> Refusal {
    let text = Text::new(
        "Portofolio ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This portfolio has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, version)
}
