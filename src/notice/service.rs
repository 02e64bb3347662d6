//! What one does with the own notices.
use entity::{account, notice};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::query::{self, Filter};
use crate::{
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    locale::Text,
    session::Session,
};

/// The most notices one command may name.
pub const MOST_NAMED: usize = 100;

/// Which notices were read: those named, or one and all before it.
#[derive(Clone, Debug, Serialize)]
pub struct MarkRead {
    pub ids: Option<Vec<Uuid>>,
    pub up_to: Option<Uuid>,
}

/// Marks notices as read, all that are named or none, and gives how many are still unread. Those that were read stay read
/// since when they were.
///
/// # Errors
/// `NotFound` for each that is not among those the caller may read; `Required`, `Invalid` or `TooLong` for the input; and
/// what [`command::begin`] says.
pub async fn mark_read(session: &Session, field: &str, input: MarkRead) -> Result<u64, Error> {
    let unread = Filter { unread: Some(true) };
    let write = match command::begin(session, field, "markNoticesRead", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let connection = session.services.db.reader();
            let scope = query::scope(connection, &replay.actor).await?;
            return query::count(connection, &scope, unread).await;
        }
    };
    let chosen = Chosen::check(input)?;
    let scope = query::scope(write.connection(), &write.actor).await?;
    let found = query::by_ids(write.connection(), &scope, chosen.named()).await?;
    chosen.check_found(&found)?;
    notice::Entity::update_many()
        .col_expr(notice::Column::ReadAt, Expr::value(write.now))
        .filter(scope.condition())
        .filter(chosen.condition())
        .filter(notice::Column::ReadAt.is_null())
        .exec(write.connection())
        .await?;
    let left = query::count(write.connection(), &scope, unread).await?;
    write.commit(json!({})).await?;
    Ok(left)
}

/// Notices chosen in one of the two ways.
enum Chosen {
    Named(Vec<Uuid>),
    UpTo([Uuid; 1]),
}

impl Chosen {
    fn check(MarkRead { ids, up_to }: MarkRead) -> Result<Self, Error> {
        match (ids, up_to) {
            (Some(ids), None) if ids.len() > MOST_NAMED => {
                let text = Text::new(
                    format!("Paling banyak {MOST_NAMED} pemberitahuan sekaligus."),
                    format!("At most {MOST_NAMED} notices at a time."),
                );
                Err(Refusal::new(Code::TooLong, text).at(["ids"]).into())
            }
            (Some(ids), None) if !ids.is_empty() => Ok(Self::Named(ids)),
            (None, Some(up_to)) => Ok(Self::UpTo([up_to])),
            (Some(_), Some(_)) => {
                let text = Text::new(
                    "Berikan `ids` atau `upTo`, tidak keduanya.",
                    "Give `ids` or `upTo`, not both.",
                );
                Err(Refusal::new(Code::Invalid, text).at(["upTo"]).into())
            }
            (Some(_) | None, None) => {
                let text = Text::new(
                    "Sebutkan pemberitahuan yang sudah dibaca.",
                    "Say which notices were read.",
                );
                Err(Refusal::new(Code::Required, text).at(["ids"]).into())
            }
        }
    }

    fn named(&self) -> &[Uuid] {
        match self {
            Self::Named(ids) => ids,
            Self::UpTo(id) => id,
        }
    }

    fn check_found(&self, found: &[notice::Model]) -> Result<(), Error> {
        let missing = |id: &Uuid| found.iter().all(|notice| notice.id != *id);
        let missing = self.named().iter().enumerate().filter(|(_place, id)| missing(id));
        let refusals: Vec<Refusal> = missing.map(|(place, _id)| self.not_found(place)).collect();
        if refusals.is_empty() {
            Ok(())
        } else {
            Err(Error::Refused(refusals))
        }
    }

    /// The one answer for what is absent, somebody else's or hidden.
    fn not_found(&self, place: usize) -> Refusal {
        let text = Text::new("Pemberitahuan tidak ditemukan.", "The notice was not found.");
        let refusal = Refusal::new(Code::NotFound, text);
        match self {
            Self::Named(_) => refusal.at(["ids".to_owned(), place.to_string()]),
            Self::UpTo(_) => refusal.at(["upTo"]),
        }
    }

    fn condition(&self) -> sea_orm::sea_query::SimpleExpr {
        match self {
            Self::Named(ids) => notice::Column::Id.is_in(ids.iter().copied()),
            Self::UpTo([newest]) => notice::Column::Id.lte(*newest),
        }
    }
}

/// How somebody wants to be told.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Preferences {
    pub email_copies: bool,
}

/// Says how the caller wants to be told.
///
/// # Errors
/// What [`command::begin`] says.
pub async fn update_preferences(session: &Session, field: &str, input: Preferences) -> Result<Preferences, Error> {
    let write: Box<Write> = match command::begin(session, field, "updateNoticePreferences", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(_) => return Ok(input),
    };
    account::Entity::update_many()
        .col_expr(account::Column::EmailCopies, Expr::value(input.email_copies))
        .filter(account::Column::Id.eq(write.actor.account))
        .exec(write.connection())
        .await?;
    write.commit(json!({})).await?;
    Ok(input)
}
