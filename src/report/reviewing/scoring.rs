//! Filling in a sheet of scores, piece by piece, and completing it for what was submitted last.
use chrono::{DateTime, Utc};
use entity::{
    enums::ReviewActKind,
    report, review_assignment, revision,
    rubric::{self, Score, Scores},
    score_draft, score_sheet,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::{Held, check_completable, held, replayed},
    query as reviews,
};
use crate::{
    audit,
    authz::policy::review::Action,
    clock::new_id,
    command::{self, Begun, Write},
    digest::sha256,
    error::{Error, Refusal},
    input::check_length,
    report::{query, service::template_of},
    review::{
        About, Act,
        assignment::{Step, advance_silently},
        record,
        rubric::{
            query as rubrics,
            score::{check, total},
        },
    },
    session::Session,
};

/// The longest comment on the whole, characters.
pub const LONGEST_COMMENT: usize = 10_000;

/// Saves pieces of a sheet; what is not named stays as it is.
#[derive(Clone, Debug, Serialize)]
pub struct Save {
    pub assignment: Uuid,
    pub expected_version: i32,
    pub scores: Vec<(String, Score)>,
    /// On the whole.
    pub comment: Option<String>,
    pub seat: Option<Uuid>,
}

/// Completes a sheet.
#[derive(Clone, Debug, Serialize)]
pub struct Complete {
    pub assignment: Uuid,
    pub expected_version: i32,
    pub seat: Option<Uuid>,
}

/// Saves pieces of a sheet. What was complete before stays so, until another is.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Invalid` and `TooLong` at each criterion, and
/// what [`command::begin`] says.
pub async fn save(session: &Session, field: &str, input: Save) -> Result<review_assignment::Model, Error> {
    let write = match command::begin(session, field, "saveScoreSheet", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (Action::Score, input.seat);
    let Held { row, report, .. } = held(&write, input.assignment, asked, input.expected_version).await?;
    let rubric = rubric_of(&write, &report).await?;
    let draft = reviews::score_draft(write.connection(), row.id).await?;
    let (mut scores, mut comment) = draft.map_or_else(Default::default, |draft| (draft.scores, draft.comment));
    for (criterion, score) in input.scores {
        scores.0.insert(criterion, score);
    }
    if let Some(given) = input.comment {
        comment = given;
    }
    let mut faults = of_scores(check(&rubric.criteria, &scores, false));
    faults.extend(check_length(&comment, "comment", LONGEST_COMMENT).err());
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let saved = score_draft::Model {
        assignment_id: row.id,
        scores,
        comment,
        updated_at: write.now,
    };
    let columns = [
        score_draft::Column::Scores,
        score_draft::Column::Comment,
        score_draft::Column::UpdatedAt,
    ];
    score_draft::Entity::insert(saved.into_active_model())
        .on_conflict(
            OnConflict::column(score_draft::Column::AssignmentId)
                .update_columns(columns)
                .to_owned(),
        )
        .exec_without_returning(write.connection())
        .await?;
    let after = advance_silently(&write, &row, Step::Save).await?;
    write.commit(json!({ "assignment": after.id })).await?;
    Ok(after)
}

/// Completes a sheet for what was submitted last: it is frozen, and another can follow it.
///
/// # Errors
/// As [`save`]; `WrongState` while a revision is awaited; `Required` and `Invalid` for what is missing, at each criterion.
pub async fn complete(session: &Session, field: &str, input: Complete) -> Result<review_assignment::Model, Error> {
    let write = match command::begin(session, field, "completeReview", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (Action::Score, input.seat);
    let Held { row, report, seat } = held(&write, input.assignment, asked, input.expected_version).await?;
    check_completable(&report)?;
    let after = advance_silently(&write, &row, Step::Complete).await?;
    let connection = write.connection();
    let rubric = rubric_of(&write, &report).await?;
    let draft = reviews::score_draft(connection, row.id).await?;
    let draft = draft.ok_or_else(|| Error::internal("a draft of a sheet without its scores"))?;
    let faults = of_scores(check(&rubric.criteria, &draft.scores, true));
    let total = total(&rubric.criteria, &draft.scores);
    let total = match total {
        Some(total) if faults.is_empty() => total,
        _ => return Err(Error::Refused(faults)),
    };
    let scored = scored_revision(&write, &report).await?;
    let number = reviews::last_sheet(connection, row.id).await?.unwrap_or_default() + 1;
    let judged = Judged {
        assignment: &row,
        rubric: &rubric,
        revision: &scored,
        scores: draft.scores,
        comment: draft.comment,
        total: total.to_string(),
    };
    let sheet = judged.frozen(number, (write.actor.account, seat.seat), (new_id(write.now), write.now))?;
    sheet.clone().into_active_model().insert(connection).await?;
    let act = Act {
        kind: ReviewActKind::Complete,
        about: About::Assignment(&after),
        details: json!({ "version": after.version, "sheet": sheet.id, "number": number, "sha256": sheet.sha256 }),
        reason: None,
    };
    record(&write, seat, act).await?;
    write.commit(json!({ "assignment": after.id })).await?;
    Ok(after)
}

/// What an expert has judged of a revision.
pub(crate) struct Judged<'a> {
    pub assignment: &'a review_assignment::Model,
    pub rubric: &'a rubric::Model,
    pub revision: &'a revision::Model,
    pub scores: Scores,
    pub comment: String,
    /// What the scores come to.
    pub total: String,
}

impl Judged<'_> {
    /// The sheet with everything in it that is hashed.
    ///
    /// # Errors
    /// None in practice: all of it has a JSON form.
    pub(crate) fn frozen(
        self,
        number: i32,
        (account_id, seat_id): (Uuid, Uuid),
        (id, completed_at): (Uuid, DateTime<Utc>),
    ) -> Result<score_sheet::Model, Error> {
        let Self {
            assignment: row,
            rubric,
            revision: scored,
            ..
        } = self;
        let content = audit::canonical_json(&json!({
            "typ": "jenjang-score-sheet",
            "assignment": row.id,
            "number": number,
            "subject": { "type": row.subject_type, "id": row.subject_id },
            "revision": { "number": scored.number, "sha256": scored.sha256 },
            "rubric": { "code": rubric.code, "version": rubric.version },
            "scores": self.scores,
            "comment": self.comment,
            "total": self.total,
        }))?;
        Ok(score_sheet::Model {
            id,
            assignment_id: row.id,
            number,
            revision_id: scored.id,
            rubric_id: rubric.id,
            scores: self.scores,
            comment: self.comment,
            total: self.total,
            sha256: sha256(&content),
            content,
            account_id,
            seat_id,
            completed_at,
        })
    }
}

/// What is wrong with scores, as the input names them.
fn of_scores(faults: Vec<Refusal>) -> Vec<Refusal> {
    faults.into_iter().map(|fault| fault.within(["scores"])).collect()
}

async fn rubric_of(write: &Write, report: &report::Model) -> Result<rubric::Model, Error> {
    let template = template_of(write, report).await?;
    let id = template.route.rubric;
    let id = id.ok_or_else(|| Error::internal("a review without a rubric"))?;
    let found = rubrics::by_id(write.connection(), id).await?;
    found.ok_or_else(|| Error::internal("a rubric that is not there"))
}

async fn scored_revision(write: &Write, report: &report::Model) -> Result<revision::Model, Error> {
    let id = report.revision_id.unwrap_or_default();
    let mut found = query::revisions(write.connection(), &[id]).await?;
    found
        .remove(&id)
        .ok_or_else(|| Error::internal("a report under review without a revision"))
}
