//! What is done to a recommendation: its unit answers, whoever made it closes it or asks for more.
use chrono::NaiveDate;
use entity::{
    enums::{RecommendationState, ReviewActKind},
    recommendation,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    availability::{Case, not_found},
    query,
    workflow::{Step, needs_text},
};
use crate::{
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    input::{optional, required},
    locale::Text,
    review::trace::{About, Act, record},
    session::Session,
};

/// The longest answer or reason, characters.
pub const LONGEST_ANSWER: usize = 5_000;

/// Takes a recommendation one step on.
#[derive(Clone, Debug, Serialize)]
pub struct Advance {
    pub recommendation: Uuid,
    pub expected_version: i32,
    /// The answer, or the reason.
    pub text: Option<String>,
    /// By when another answer is awaited, of one that is sent back; else as before.
    pub due_on: Option<NaiveDate>,
    pub seat: Option<Uuid>,
}

/// Takes it one step on.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; `Required` and `TooLong` for `text`,
/// or for `reason` where it is one; `Invalid` for a day in the past.
pub async fn advance(
    session: &Session,
    field: &str,
    step: Step,
    input: Advance,
) -> Result<recommendation::Model, Error> {
    let (name, kind, words) = match step {
        Step::Answer => ("answerRecommendation", ReviewActKind::AnswerRecommendation, "text"),
        Step::Return => ("returnRecommendation", ReviewActKind::ReturnRecommendation, "reason"),
        Step::Close => ("closeRecommendation", ReviewActKind::CloseRecommendation, "reason"),
    };
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let row = query::held(write.connection(), &write.actor, input.recommendation).await?;
    let row = row.ok_or_else(|| not_found().at(["recommendation"]))?;
    // Who lost a race is told so, not that the winner's outcome leaves nothing to do.
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    let answered_by = query::answered_by(write.connection(), row.id).await?;
    let case = Case {
        row: &row,
        answered_by: answered_by.filter(|_account| row.state == RecommendationState::Answered),
    };
    let (seat, state) = case.check(&write.actor, step, input.seat).map_err(|refusal| {
        if refusal.field.is_empty() {
            refusal.at(["recommendation"])
        } else {
            refusal
        }
    })?;
    let text = if needs_text(row.state, step) {
        Some(required(
            input.text.as_deref().unwrap_or_default(),
            words,
            LONGEST_ANSWER,
        )?)
    } else {
        optional(input.text.as_deref(), words, LONGEST_ANSWER)?
    };
    if input.due_on.is_some_and(|due| due < write.actor.today) {
        let text = Text::new(
            "Batas waktu tidak boleh di masa lalu.",
            "The due date cannot lie in the past.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["dueOn"]).into());
    }
    let after = recommendation::Model {
        state,
        due_on: input.due_on.unwrap_or(row.due_on),
        // Another day is reminded of anew.
        reminded_at: row
            .reminded_at
            .filter(|_at| input.due_on.is_none_or(|due| due == row.due_on)),
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    let act = Act {
        kind,
        about: About::Recommendation(&after),
        details: json!({ "version": after.version, "state": after.state, "dueOn": after.due_on }),
        reason: text,
    };
    record(&write, seat, act).await?;
    write.commit(json!({ "recommendation": after.id })).await?;
    Ok(after)
}

async fn write_if_unchanged(
    write: &Write,
    before: &recommendation::Model,
    after: &recommendation::Model,
) -> Result<(), Error> {
    let written = recommendation::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(recommendation::Column::Id.eq(before.id))
        .filter(recommendation::Column::Version.eq(before.version))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before).into())
    }
}

fn stale(row: &recommendation::Model) -> Refusal {
    let text = Text::new(
        "Rekomendasi ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This recommendation has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<recommendation::Model, Error> {
    let id = outcome["recommendation"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a recommendation"))?;
    let found = query::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    let found = found.into_iter().next();
    found.ok_or_else(|| not_found().at(["recommendation"]).into())
}
