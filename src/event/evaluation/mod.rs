//! How a host judges the units it invited, at the end of an event and by a rubric: written down as a draft, shown to the unit,
//! which acknowledges it or objects. The scores are the rubric's, as in every review.
pub mod graphql;
pub mod inspection;
pub mod query;
pub mod workflow;

use std::collections::HashMap;

use entity::{
    enums::{EventActKind, EventEvaluationState, RubricStatus},
    event, event_evaluation,
    rubric::{self, Score, Scores},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use self::workflow::{Refused, Step, next, takes_evaluations};
use super::{
    arranging::{self, wrong_state},
    query::{held_invitation, shared},
    running::LONGEST_REASON,
    sight::{self, Guest, invitation_not_found, seat_of_host},
    trace::{About, Act, record, record_all},
};
use crate::{
    audit::canonical_json,
    authz::policy::event::{Action, UnitAction},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    digest::sha256,
    error::{Code, Error, Refusal},
    input::{optional, required},
    locale::Text,
    review::rubric::{
        query as rubrics,
        score::{check, total},
    },
    session::Session,
};

/// The longest note on the whole, characters.
const LONGEST_NOTE: usize = 10_000;

/// Writes down what a rubric says of an invited unit.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluate {
    pub invitation: Uuid,
    /// None: there is none yet.
    pub expected_version: Option<i32>,
    /// None: the one it was begun with.
    pub rubric: Option<Uuid>,
    /// What is not named stays as it is.
    pub scores: Vec<(String, Score)>,
    pub note: Option<String>,
    pub seat: Option<Uuid>,
}

/// Writes down what a rubric says of an invited unit, piece by piece. One the unit objects to is taken up again by it, and is
/// the host's alone until it is issued anew.
///
/// # Errors
/// `NotFound` for the invitation and the rubric, `Forbidden`, `SeatAmbiguous`, `WrongState`, `StaleVersion`, `AlreadyExists`,
/// `Required` for the rubric, and at the key of each criterion what is wrong with its score.
pub async fn evaluate(session: &Session, field: &str, input: Evaluate) -> Result<event_evaluation::Model, Error> {
    let write = match command::begin(session, field, "evaluateUnit", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let connection = write.connection();
    let found = held_invitation(connection, &write.actor, input.invitation).await?;
    let (event, invitation) = found.ok_or_else(|| invitation_not_found().at(["invitation"]))?;
    seat_of_host(&write.actor, &event, (Action::Prepare, input.seat)).map_err(at_invitation)?;
    if !takes_evaluations(event.status) {
        return Err(wrong_state(event.status).at(["invitation"]).into());
    }
    // The host reads every one, so that what is there is found.
    let known = query::of_units(connection, &write.actor, (&[event.id], &[invitation.unit_id])).await?;
    let known = known.into_iter().next();
    let before = match (&known, input.expected_version) {
        (Some(_known), None) => return Err(exists().at(["invitation"]).into()),
        (Some(known), Some(version)) if known.version == version => Some(known),
        (Some(known), Some(_other)) => return Err(stale(known).into()),
        (None, Some(_version)) => return Err(not_found().at(["invitation"]).into()),
        (None, None) => None,
    };
    if let Some(before) = before {
        next(before.state, Step::Write).map_err(|Refused| out_of_turn(before.state).at(["invitation"]))?;
    }
    let rubric = rubric_of(&write, before, input.rubric).await?;
    // Scores are of one rubric's criteria.
    let mut scores = before
        .filter(|before| before.rubric_id == rubric.id)
        .map_or_else(Scores::default, |before| before.scores.clone());
    scores.0.extend(input.scores);
    let mut faults = of_scores(check(&rubric.criteria, &scores, false));
    let note = optional(input.note.as_deref(), "note", LONGEST_NOTE);
    faults.extend(note.as_ref().err().cloned());
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let note = if input.note.is_some() {
        note?
    } else {
        before.and_then(|before| before.note.clone())
    };
    let after = event_evaluation::Model {
        id: before.map_or_else(|| new_id(write.now), |before| before.id),
        event_id: event.id,
        unit_id: invitation.unit_id,
        rubric_id: rubric.id,
        scores,
        note,
        total: None,
        state: EventEvaluationState::Draft,
        reply: before.and_then(|before| before.reply.clone()),
        issued_at: before.and_then(|before| before.issued_at),
        replied_at: before.and_then(|before| before.replied_at),
        version: before.map_or(1, |before| before.version + 1),
    };
    match before {
        Some(before) => write_if_unchanged(&write, before, &after).await?,
        None => {
            after.clone().into_active_model().insert(connection).await?;
        }
    }
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

async fn rubric_of(
    write: &Write,
    before: Option<&event_evaluation::Model>,
    named: Option<Uuid>,
) -> Result<rubric::Model, Error> {
    let begun = before.map(|before| before.rubric_id);
    let Some(wanted) = named.or(begun) else {
        let text = Text::new("Sebutkan instrumen penilaiannya.", "Name the rubric it is judged by.");
        return Err(Refusal::new(Code::Required, text).at(["rubric"]).into());
    };
    let found = rubrics::by_ids(write.connection(), &write.actor, &[wanted]).await?;
    // What was begun by a rubric that is retired since goes on.
    let found = found.into_iter().find(|row| {
        row.status == RubricStatus::Published || (begun == Some(row.id) && row.status == RubricStatus::Retired)
    });
    let missing = Text::new("Instrumen tidak ditemukan.", "The rubric was not found.");
    found.ok_or_else(|| Refusal::new(Code::NotFound, missing).at(["rubric"]).into())
}

/// Shows what was written down to the units.
#[derive(Clone, Debug, Serialize)]
pub struct Issue {
    pub event: Uuid,
    /// None: every draft there is.
    pub evaluations: Option<Vec<Uuid>>,
    pub seat: Option<Uuid>,
}

/// Shows drafts to the units they are of, all or none.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; `WrongState` where there is nothing to issue; at its place `NotFound` for what is
/// no draft of the event, and what is missing in each draft.
pub async fn issue(session: &Session, field: &str, input: Issue) -> Result<event::Model, Error> {
    let write = match command::begin(session, field, "issueEventEvaluations", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return arranging::replayed(session, *replay).await,
    };
    let asked = (Action::Command, input.seat);
    let (event, seat) = sight::held(write.connection(), &write.actor, input.event, asked).await?;
    let drafts = query::drafts(write.connection(), event.id).await?;
    let drafts = wanted(drafts, input.evaluations.as_deref())?;
    if drafts.is_empty() {
        let text = Text::new(
            "Tidak ada penilaian yang menunggu diterbitkan.",
            "No evaluation waits to be issued.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["event"]).into());
    }
    let ids: Vec<Uuid> = drafts.iter().map(|row| row.rubric_id).collect();
    let rubrics = rubrics::scored_by(write.connection(), &ids).await?;
    let rubrics: HashMap<Uuid, rubric::Model> = rubrics.into_iter().map(|row| (row.id, row)).collect();
    let issued = completed(&write, drafts, &rubrics)?;
    let mut acts = Vec::new();
    for (before, after) in &issued {
        write_if_unchanged(&write, before, after).await?;
        acts.push(Act {
            kind: EventActKind::IssueEvaluation,
            about: about(after),
            details: details(after)?,
            reason: None,
        });
    }
    record_all(&write, &event, seat, acts).await?;
    write.commit(json!({ "event": event.id })).await?;
    Ok(event)
}

/// The drafts that are meant, in the order they were named.
fn wanted(drafts: Vec<event_evaluation::Model>, named: Option<&[Uuid]>) -> Result<Vec<event_evaluation::Model>, Error> {
    let Some(named) = named else {
        return Ok(drafts);
    };
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (place, id) in named.iter().enumerate() {
        match drafts.iter().find(|row| row.id == *id) {
            Some(row) if !named[..place].contains(id) => found.push(row.clone()),
            _ => faults.push(not_found().at(["evaluations".to_owned(), place.to_string()])),
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(Error::Refused(faults))
    }
}

type Changed = (event_evaluation::Model, event_evaluation::Model);

/// Every draft as it is issued, or what is missing in each, by the name of its unit.
fn completed(
    write: &Write,
    drafts: Vec<event_evaluation::Model>,
    rubrics: &HashMap<Uuid, rubric::Model>,
) -> Result<Vec<Changed>, Error> {
    let (mut issued, mut faults) = (Vec::new(), Vec::new());
    for (place, before) in drafts.into_iter().enumerate() {
        let rubric = rubrics.get(&before.rubric_id);
        let rubric = rubric.ok_or_else(|| Error::internal("an evaluation without its rubric"))?;
        let missing = check(&rubric.criteria, &before.scores, true);
        let Some(total) = total(&rubric.criteria, &before.scores).filter(|_total| missing.is_empty()) else {
            let unit = write.actor.directory.tree.get(before.unit_id);
            let (unit, missing) = (unit.map_or("", |unit| unit.name.as_str()), missing.len());
            let text = Text::new(
                format!("Penilaian {unit} belum lengkap: {missing} hal masih kurang."),
                format!("The evaluation of {unit} is not complete: {missing} things are missing."),
            );
            faults.push(Refusal::new(Code::Required, text).at(["evaluations".to_owned(), place.to_string()]));
            continue;
        };
        let state = next(before.state, Step::Issue).map_err(|Refused| out_of_turn(before.state))?;
        let after = event_evaluation::Model {
            state,
            total: Some(total.to_string()),
            issued_at: Some(write.now),
            version: before.version + 1,
            ..before.clone()
        };
        issued.push((before, after));
    }
    if faults.is_empty() {
        Ok(issued)
    } else {
        Err(Error::Refused(faults))
    }
}

/// What a unit says to its evaluation.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    pub evaluation: Uuid,
    pub expected_version: i32,
    /// Owed where it objects.
    pub reply: Option<String>,
    pub seat: Option<Uuid>,
}

/// Acknowledges an evaluation, or objects to it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` and `TooLong` for what is said.
pub async fn answer(
    session: &Session,
    field: &str,
    objects: bool,
    input: Answer,
) -> Result<event_evaluation::Model, Error> {
    let (name, step, kind) = if objects {
        (
            "objectToEventEvaluation",
            Step::Object,
            EventActKind::ObjectToEvaluation,
        )
    } else {
        (
            "acknowledgeEventEvaluation",
            Step::Acknowledge,
            EventActKind::AcknowledgeEvaluation,
        )
    };
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let connection = write.connection();
    let found = query::by_ids(connection, &write.actor, &[input.evaluation])
        .await?
        .pop();
    let before = found.ok_or_else(|| not_found().at(["evaluation"]))?;
    let event = shared(connection, &write.actor, before.event_id).await?;
    let event = event.ok_or_else(|| not_found().at(["evaluation"]))?;
    let seat = Guest::of_unit(&event, before.unit_id).seat(&write.actor, UnitAction::Answer, input.seat);
    let seat = seat.map_err(|refusal| match refusal.code {
        // It was found: who may not answer it is told so.
        Code::NotFound => Refusal::forbidden().at(["evaluation"]),
        _ if refusal.field.is_empty() => refusal.at(["evaluation"]),
        _ => refusal,
    })?;
    if before.version != input.expected_version {
        return Err(stale(&before).into());
    }
    let state = next(before.state, step).map_err(|Refused| out_of_turn(before.state).at(["evaluation"]))?;
    let said = input.reply.as_deref();
    let reply = if objects {
        Some(required(said.unwrap_or_default(), "reason", LONGEST_REASON)?)
    } else {
        optional(said, "note", LONGEST_REASON)?
    };
    let after = event_evaluation::Model {
        state,
        reply: reply.clone(),
        replied_at: Some(write.now),
        version: before.version + 1,
        ..before.clone()
    };
    write_if_unchanged(&write, &before, &after).await?;
    let act = Act {
        kind,
        about: about(&after),
        details: details(&after)?,
        reason: reply,
    };
    record(&write, &event, seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

fn about(row: &event_evaluation::Model) -> About {
    About::Evaluation {
        id: row.id,
        unit: row.unit_id,
    }
}

/// What an act tells of an evaluation: enough to hold it against what is kept, and no word that somebody wrote.
fn details(row: &event_evaluation::Model) -> Result<Value, Error> {
    Ok(json!({
        "version": row.version,
        "state": row.state,
        "rubric": row.rubric_id,
        "total": row.total,
        "sha256": content_hash(row)?,
    }))
}

/// Over what was judged, in canonical JSON.
pub(super) fn content_hash(row: &event_evaluation::Model) -> Result<String, Error> {
    let content = json!({ "rubric": row.rubric_id, "scores": row.scores, "note": row.note, "total": row.total });
    Ok(sha256(&canonical_json(&content)?))
}

/// What is told of the event is about the invitation that was named.
fn at_invitation(refusal: Refusal) -> Refusal {
    if refusal.field == ["event"] {
        refusal.at(["invitation"])
    } else {
        refusal
    }
}

fn of_scores(faults: Vec<Refusal>) -> Vec<Refusal> {
    faults.into_iter().map(|fault| fault.within(["scores"])).collect()
}

async fn write_if_unchanged(
    write: &Write,
    before: &event_evaluation::Model,
    after: &event_evaluation::Model,
) -> Result<(), Error> {
    let written = event_evaluation::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(event_evaluation::Column::Id.eq(before.id))
        .filter(event_evaluation::Column::Version.eq(before.version))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before).into())
    }
}

/// The one answer for an evaluation that is absent or hidden.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new("Penilaian tidak ditemukan.", "The evaluation was not found.");
    Refusal::new(Code::NotFound, text)
}

fn exists() -> Refusal {
    let text = Text::new(
        "Unit ini sudah dinilai; lanjutkan penilaian yang ada.",
        "The unit is evaluated already; go on with the evaluation there is.",
    );
    Refusal::new(Code::AlreadyExists, text)
}

fn stale(row: &event_evaluation::Model) -> Refusal {
    let text = Text::new(
        "Penilaian ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This evaluation has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}

fn out_of_turn(state: EventEvaluationState) -> Refusal {
    let (id, en) = match state {
        EventEvaluationState::Draft => ("masih berupa rancangan", "still a draft"),
        EventEvaluationState::Issued => ("sudah diterbitkan", "issued"),
        EventEvaluationState::Acknowledged => ("sudah diterima unitnya", "acknowledged by its unit"),
        EventEvaluationState::Objected => ("sudah ditanggapi unitnya dengan keberatan", "objected to by its unit"),
    };
    let text = Text::new(
        format!("Penilaian ini {id}; perintah tersebut tidak dapat dilakukan sekarang."),
        format!("This evaluation is {en}; the command does not follow from there."),
    );
    Refusal::new(Code::WrongState, text)
}

fn outcome(evaluation: Uuid) -> Value {
    json!({ "evaluation": evaluation })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<event_evaluation::Model, Error> {
    let id = outcome["evaluation"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without an evaluation"))?;
    let found = query::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| not_found().at(["evaluation"]).into())
}
