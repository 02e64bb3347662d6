//! What is to be done by whom, as papers tell it.
use entity::enums::{RecommendationSource, RecommendationState, ReviewActKind};
use paper::{FollowUp, Recommendation};
use uuid::Uuid;

use super::words::unit_name;
use crate::{error::Error, review::recommendation::query, session::Session};

/// What something recommends and what was answered, as far as the caller may know of it, in its order.
///
/// # Errors
/// The database's.
pub(crate) async fn recommendations(
    session: &Session,
    source: (RecommendationSource, Uuid),
) -> Result<Vec<Recommendation>, Error> {
    let (connection, actor) = (session.services.db.reader(), &session.actor);
    let found = query::of_source(connection, actor, source).await?;
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let acts = query::acts(connection, &ids).await?;
    let told = |row: &entity::recommendation::Model| {
        let answers = acts.get(&row.id).into_iter().flatten();
        let answer = answers
            .rev()
            .find(|act| act.kind == ReviewActKind::AnswerRecommendation);
        Recommendation {
            text: row.text.clone(),
            owner: unit_name(&actor.directory, row.unit_id),
            due: row.due_on,
            state: match row.state {
                RecommendationState::Open if row.due_on < actor.today => FollowUp::Overdue,
                RecommendationState::Open => FollowUp::Open,
                RecommendationState::Answered => FollowUp::Answered,
                RecommendationState::Closed => FollowUp::Closed,
            },
            answer: answer.and_then(|act| act.reason.clone()),
        }
    };
    Ok(found.iter().map(told).collect())
}
