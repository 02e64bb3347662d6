//! A juror's work on a candidate: filling in a sheet, completing it, recusing.
use entity::{
    award_category, award_edition, award_revision,
    enums::ReviewActKind,
    review_assignment,
    rubric::{self, Score},
    score_draft, score_sheet,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    query::{self, Subject},
    sight::{check_open, is_running, rubric_of},
};
use crate::{
    audit,
    authz::ActingSeat,
    award::{query as editions, running::LONGEST_REASON},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    digest::sha256,
    error::{Code, Error, Refusal},
    faults::fault,
    input::{check_length, required},
    review::{
        About, Act,
        assignment::{self, Refused, Step, advance, advance_silently, next},
        query::share_conflicts,
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
    pub scoring: Uuid,
    pub expected_version: i32,
    pub scores: Vec<(String, Score)>,
    /// On the whole.
    pub comment: Option<String>,
    pub seat: Option<Uuid>,
}

/// Completes a sheet.
#[derive(Clone, Debug, Serialize)]
pub struct Complete {
    pub scoring: Uuid,
    pub expected_version: i32,
    pub seat: Option<Uuid>,
}

/// Recuses from a candidate.
#[derive(Clone, Debug, Serialize)]
pub struct Recuse {
    pub scoring: Uuid,
    pub expected_version: i32,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Saves pieces of a sheet. One that was complete stays as it was, and does not count until another is complete.
///
/// # Errors
/// `NotFound`, also for what there is a conflict of interest with; `Forbidden` for another seat, `StaleVersion`; `WrongState` once the
/// jury is closed; `Invalid` and `TooLong` at each criterion.
pub async fn save(session: &Session, field: &str, input: Save) -> Result<review_assignment::Model, Error> {
    let write = match command::begin(session, field, "saveAwardScores", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let held = held(&write, input.scoring, (input.expected_version, input.seat), Step::Save).await?;
    let rubric = judged_by(&write, &held.subject.category).await?;
    let draft = query::drafts(write.connection(), &[held.row.id])
        .await?
        .remove(&held.row.id);
    let (mut scores, mut comment) = draft.map_or_else(Default::default, |draft| (draft.scores, draft.comment));
    scores.0.extend(input.scores);
    if let Some(given) = input.comment {
        comment = given;
    }
    let mut faults = of_scores(check(&rubric.criteria, &scores, false));
    faults.extend(check_length(&comment, "comment", LONGEST_COMMENT).err());
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let saved = score_draft::Model {
        assignment_id: held.row.id,
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
    let after = advance_silently(&write, &held.row, Step::Save)
        .await
        .map_err(of_scoring)?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

/// Completes a sheet for what was submitted last of the entry: it is frozen, and another can follow it.
///
/// # Errors
/// As [`save`]; `Required` and `Invalid` for what is missing, at each criterion.
pub async fn complete(session: &Session, field: &str, input: Complete) -> Result<review_assignment::Model, Error> {
    let write = match command::begin(session, field, "completeAwardScores", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (input.expected_version, input.seat);
    let Held { row, subject, seat } = held(&write, input.scoring, asked, Step::Complete).await?;
    let connection = write.connection();
    let rubric = judged_by(&write, &subject.category).await?;
    let draft = query::drafts(connection, &[row.id]).await?.remove(&row.id);
    let draft = draft.ok_or_else(|| Error::internal("a draft of a sheet without its scores"))?;
    let faults = of_scores(check(&rubric.criteria, &draft.scores, true));
    let total = match total(&rubric.criteria, &draft.scores) {
        Some(total) if faults.is_empty() => total.to_string(),
        _ => return Err(Error::Refused(faults)),
    };
    let number = query::last_number(connection, row.id).await?.unwrap_or_default() + 1;
    let sheet = frozen(&write, (&row, number), &subject, (&rubric, draft, total), seat)?;
    sheet.clone().into_active_model().insert(connection).await?;
    let after = advance_silently(&write, &row, Step::Complete)
        .await
        .map_err(of_scoring)?;
    let act = Act {
        kind: ReviewActKind::Complete,
        about: About::Assignment(&after),
        details: json!({ "version": after.version, "sheet": sheet.id, "number": number, "sha256": sheet.sha256 }),
        reason: None,
    };
    record(&write, seat, act).await?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

/// Recuses from a candidate, whose entry the juror then reads no more.
///
/// # Errors
/// As [`save`]; `Required` and `TooLong` for the reason.
pub async fn recuse(session: &Session, field: &str, input: Recuse) -> Result<review_assignment::Model, Error> {
    let write = match command::begin(session, field, "recuseFromAward", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (input.expected_version, input.seat);
    let Held { row, seat, .. } = held(&write, input.scoring, asked, Step::Recuse).await?;
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    let after = advance(&write, &row, Step::Recuse, (seat, Some(reason)))
        .await
        .map_err(of_scoring)?;
    write.commit(outcome(&after)).await?;
    Ok(after)
}

/// A scoring as its juror decides on it.
struct Held {
    row: review_assignment::Model,
    subject: Subject,
    seat: ActingSeat,
}

/// Locks the edition, the jury, what is known of the actor's conflicts, and the assignment, in this order.
async fn held(write: &Write, id: Uuid, (expected, named): (i32, Option<Uuid>), step: Step) -> Result<Held, Error> {
    let (connection, actor) = (write.connection(), &write.actor);
    let seen = query::scorings_by_id(connection, actor, &[id]).await?;
    let seen = seen.into_iter().next().ok_or_else(not_found)?;
    let subject = query::subjects(connection, &[seen.subject_id])
        .await?
        .remove(&seen.subject_id);
    let subject = subject.ok_or_else(not_found)?;
    let edition: Option<award_edition::Model> = editions::shared(connection, actor, subject.panel.edition_id).await?;
    let edition = edition.ok_or_else(not_found)?;
    let panel = query::shared(connection, subject.panel.id)
        .await?
        .ok_or_else(not_found)?;
    share_conflicts(connection, &[actor.account]).await?;
    let row = query::scoring_held(connection, actor, id).await?;
    let row = row.ok_or_else(not_found)?;
    let seat = actor.seats.iter().find(|seat| seat.seat == row.seat_id);
    let seat = seat.filter(|seat| named.is_none_or(|named| named == seat.seat));
    let seat = *seat.ok_or_else(|| Refusal::forbidden().at(["scoring"]))?;
    if row.version != expected {
        return Err(assignment::stale(row.version).into());
    }
    check_open(&edition, &panel).map_err(|refusal| refusal.at(["scoring"]))?;
    if !is_running(&subject.entry, panel.round) {
        let over = fault(
            Code::WrongState,
            "Entri ini tidak lagi dinilai.",
            "This entry is not judged any more.",
        );
        return Err(over.at(["scoring"]).into());
    }
    next(row.state, step).map_err(|Refused| assignment::wrong_state(row.state).at(["scoring"]))?;
    Ok(Held { row, subject, seat })
}

fn frozen(
    write: &Write,
    (row, number): (&review_assignment::Model, i32),
    subject: &Subject,
    (rubric, draft, total): (&rubric::Model, score_draft::Model, String),
    seat: ActingSeat,
) -> Result<score_sheet::Model, Error> {
    let revision: Option<&award_revision::Model> = subject.revision.as_ref();
    let revision = revision.ok_or_else(|| Error::internal("an entry before a jury that was never submitted"))?;
    let content = audit::canonical_json(&json!({
        "typ": "jenjang-score-sheet",
        "assignment": row.id,
        "number": number,
        "subject": { "type": row.subject_type, "id": row.subject_id },
        "revision": { "number": revision.number, "sha256": revision.sha256 },
        "rubric": { "code": rubric.code, "version": rubric.version },
        "scores": draft.scores,
        "comment": draft.comment,
        "total": total,
    }))?;
    Ok(score_sheet::Model {
        id: new_id(write.now),
        assignment_id: row.id,
        number,
        revision_id: revision.id,
        rubric_id: rubric.id,
        scores: draft.scores,
        comment: draft.comment,
        total,
        sha256: sha256(&content),
        content,
        account_id: write.actor.account,
        seat_id: seat.seat,
        completed_at: write.now,
    })
}

/// What is wrong with scores, as the input names them.
fn of_scores(faults: Vec<Refusal>) -> Vec<Refusal> {
    faults.into_iter().map(|fault| fault.within(["scores"])).collect()
}

fn of_scoring(error: Error) -> Error {
    error.at("scoring")
}

async fn judged_by(write: &Write, category: &award_category::Model) -> Result<rubric::Model, Error> {
    let id = rubric_of(category).ok_or_else(|| Error::internal("a juror without a rubric"))?;
    let found = rubrics::by_id(write.connection(), id).await?;
    found.ok_or_else(|| Error::internal("a rubric that is not there"))
}

fn outcome(row: &review_assignment::Model) -> Value {
    json!({ "scoring": row.id })
}

async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<review_assignment::Model, Error> {
    let id = outcome["scoring"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without its scoring"))?;
    let found = query::own_scoring(session.services.db.reader(), &actor, id).await?;
    found.ok_or_else(|| not_found().into())
}

fn not_found() -> Refusal {
    fault(
        Code::NotFound,
        "Penilaian tidak ditemukan.",
        "The scoring was not found.",
    )
    .at(["scoring"])
}
