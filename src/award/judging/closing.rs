//! Closing a jury: everything is there, and of a province's a shortlist comes.
use std::collections::{HashMap, HashSet};

use entity::{
    award_entry, award_panel,
    enums::{AssignmentState, AwardActKind, AwardEntryStatus, AwardPanelStatus, AwardRound},
    review_assignment, score_sheet,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    appointing::{next_version, outcome, replayed, write_if_unchanged},
    bars::Bars,
    query::{self, Entered},
    shortlist::{self, Judged},
    sight::{Chaired, chaired, is_national, is_running, rubric_of, stale},
};
use crate::{
    audit,
    award::{
        trace::{About, Act, record},
        workflow::{self, EntryStep},
    },
    command::{self, Begun, Write},
    digest::sha256,
    error::{Code, Error, Refusal},
    faults::fault,
    review::{
        assignment::{Step, advance},
        query::{conflicts_in_force, share_conflicts},
    },
    session::Session,
};

/// Closes a jury.
#[derive(Clone, Debug, Serialize)]
pub struct Close {
    pub panel: Uuid,
    pub expected_version: i32,
    pub seat: Option<Uuid>,
}

/// Closes a jury: no score changes any more. Jurors who came to have a conflict of interest are recused first. Of the round of a
/// province the shortlist is reckoned, and what it was reckoned from is kept.
///
/// # Errors
/// What [`chaired`] says, and of each candidate with its place what is missing: `QuorumMissing` of complete
/// sheets, `WrongState` while one is incomplete.
pub async fn close(session: &Session, field: &str, input: Close) -> Result<award_panel::Model, Error> {
    let write = match command::begin(session, field, "closeJudging", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let held = chaired(&write, (input.panel, input.expected_version, input.seat)).await?;
    let connection = write.connection();
    let candidates = query::candidates(connection, held.panel.id, true).await?;
    let running: Vec<Entered> = candidates
        .into_iter()
        .filter(|(_row, entry)| is_running(entry, held.panel.round))
        .collect();
    let live = fit(&write, &held, &running).await?;
    let sheets = query::last_sheets(connection, held.panel.id).await?;
    if rubric_of(&held.category).is_some() {
        check(&write, &held, &running, &live)?;
    }
    let listed = list(&write, &held, &running, (&live, &sheets)).await?;
    let after = award_panel::Model {
        status: AwardPanelStatus::Closed,
        closed_at: Some(write.now),
        inputs: listed.as_ref().map(|listed| listed.inputs.clone()),
        result: listed.as_ref().map(|listed| listed.result.clone()),
        ..next_version(&held.panel)
    };
    write_if_unchanged(&write, &held.panel, &after).await?;
    let act = Act {
        kind: AwardActKind::CloseJudging,
        about: About::Panel {
            id: after.id,
            unit: after.unit_id,
        },
        details: json!({
            "status": after.status,
            "version": after.version,
            "inputsSha256": after.inputs.as_deref().map(sha256),
            "resultSha256": after.result.as_deref().map(sha256),
        }),
        reason: None,
    };
    record(&write, &held.edition, held.seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// Who is at work, or done, on what is still in the running, without a conflict of interest; those who have one are recused.
async fn fit(write: &Write, held: &Chaired, running: &[Entered]) -> Result<Vec<review_assignment::Model>, Error> {
    let connection = write.connection();
    let people = query::jurors_ever(connection, held.panel.id).await?;
    share_conflicts(connection, &people).await?;
    let live = query::live_on(connection, held.panel.id).await?;
    let rows = conflicts_in_force(connection, &people, write.actor.today).await?;
    let (directory, today) = (&write.actor.directory, write.actor.today);
    let bars = people
        .iter()
        .map(|person| (*person, Bars::of(directory, &rows, (*person, today))));
    let bars: HashMap<Uuid, Bars> = bars.collect();
    let entries: HashMap<Uuid, &award_entry::Model> = running.iter().map(|(row, entry)| (row.id, entry)).collect();
    let national = is_national(&write.actor, &held.panel);
    let mut fit = Vec::with_capacity(live.len());
    for row in live {
        let Some(entry) = entries.get(&row.subject_id) else {
            continue;
        };
        match bars.get(&row.account_id) {
            Some(bars) if !bars.bar(entry, national) => fit.push(row),
            _ => {
                advance(write, &row, Step::Recuse, (held.seat, None)).await?;
            }
        }
    }
    Ok(fit)
}

fn check(write: &Write, held: &Chaired, running: &[Entered], live: &[review_assignment::Model]) -> Result<(), Error> {
    let minimum = usize::try_from(held.category.sheets_minimum).unwrap_or_default();
    let mut faults: Vec<Refusal> = Vec::new();
    for (place, (candidate, _entry)) in running.iter().enumerate() {
        let of_candidate = live.iter().filter(|row| row.subject_id == candidate.id);
        let (complete, open): (Vec<_>, Vec<_>) = of_candidate.partition(|row| row.state == AssignmentState::Complete);
        let at = |what: &str| {
            let place = place.to_string();
            ["panel".to_owned(), "candidates".to_owned(), place, what.to_owned()]
        };
        let unit = write.actor.directory.tree.get(candidate.unit_id);
        let name = unit.map(|unit| unit.name.as_str()).unwrap_or_default();
        if complete.len() < minimum {
            let short = fault(
                Code::QuorumMissing,
                format!("{name}: {} dari {minimum} lembar nilai selesai.", complete.len()),
                format!("{name}: {} of {minimum} sheets are complete.", complete.len()),
            );
            faults.push(short.at(at("sheets")));
        }
        if !open.is_empty() {
            let unfinished = fault(
                Code::WrongState,
                format!("{name}: {} lembar nilai belum selesai.", open.len()),
                format!("{name}: {} sheets are not complete.", open.len()),
            );
            faults.push(unfinished.at(at("scorings")));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(faults))
    }
}

/// What a round of a province came to, canonical JSON.
struct Listed {
    inputs: String,
    result: String,
}

/// The shortlist of a province's round; None of the issuer's, and where nobody is left.
async fn list(
    write: &Write,
    held: &Chaired,
    running: &[Entered],
    (live, sheets): (&[review_assignment::Model], &HashMap<Uuid, score_sheet::Model>),
) -> Result<Option<Listed>, Error> {
    let quota = held
        .category
        .shortlist
        .filter(|_quota| held.panel.round == AwardRound::Provinsi);
    let Some(quota) = quota.filter(|_quota| !running.is_empty()) else {
        return Ok(None);
    };
    let judged = running.iter().map(|(candidate, _entry)| Judged {
        candidate,
        sheets: live
            .iter()
            .filter(|row| row.subject_id == candidate.id)
            .filter_map(|row| Some((row.account_id, sheets.get(&row.id)?.total.as_str())))
            .collect(),
    });
    let judged: Vec<Judged<'_>> = judged.collect();
    let inputs = shortlist::inputs(&held.edition, (&held.category, quota), &judged)?;
    let (ranking, listed) = shortlist::result(&inputs)?;
    let listed: HashSet<Uuid> = listed.into_iter().collect();
    let (passed, left): (Vec<_>, Vec<_>) = running
        .iter()
        .map(|(_row, entry)| entry)
        .partition(|entry| listed.contains(&entry.id));
    place(write, held, &passed, EntryStep::Shortlist).await?;
    place(write, held, &left, EntryStep::PassOver).await?;
    Ok(Some(Listed {
        inputs: audit::canonical_json(&inputs)?,
        result: audit::canonical_json(&ranking)?,
    }))
}

/// Takes entries one step on. Their versions stay: that they move would tell whoever entered them when the jury closed.
async fn place(write: &Write, held: &Chaired, entries: &[&award_entry::Model], step: EntryStep) -> Result<(), Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let status = workflow::next_of_entry(AwardEntryStatus::Eligible, step)
        .map_err(|_refused| Error::internal("a step that does not follow"))?;
    let written = award_entry::Entity::update_many()
        .col_expr(award_entry::Column::Status, Expr::value(status))
        .filter(award_entry::Column::Id.is_in(entries.iter().map(|entry| entry.id)))
        .filter(award_entry::Column::Status.eq(AwardEntryStatus::Eligible))
        .exec(write.connection())
        .await?;
    if usize::try_from(written.rows_affected) == Ok(entries.len()) {
        Ok(())
    } else {
        Err(stale(&held.panel).into())
    }
}
