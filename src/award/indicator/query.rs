//! Reads what figures and facts are reckoned from: of units whose entries the caller decides on or was shown, and told of as
//! figures and ids alone.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module; what is read follows a read of entries or of an edition that applied the scope"
)]
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Days, Utc};
use entity::{
    attendance_sheet, award_edition, cycle,
    draft::Answer,
    enums::{
        EvaluationOutcome, EventStatus, ExcuseState, FindingSeverity, FindingState, ObligationStanding, PresenceClaim,
        ReportStatus, Tier,
    },
    evaluation, evaluation_entry, event, event_excuse, event_invitation, event_session, finding, obligation, report,
    revision, template, unit,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::{
    Wants,
    record::{Accepted, Evaluated, Owed, Record, Session},
};
use crate::{
    clock::start_of_day_in,
    error::Error,
    report::{finding::SUBJECT_TYPE, revision::answers_of},
};

/// How many submissions are in memory at a time.
const BATCH: usize = 400;

/// That a column names the issuer, or RI.
fn asked_by(column: impl ColumnTrait, edition: &award_edition::Model) -> Condition {
    let root = unit::Entity::find()
        .select_only()
        .column(unit::Column::Id)
        .filter(unit::Column::Tier.eq(Tier::Ri));
    Condition::any()
        .add(column.eq(edition.unit_id))
        .add(column.in_subquery(root.into_query()))
}

/// The rounds of the issuer and of RI whose period ends within that of the edition.
pub(super) async fn rounds(
    connection: &impl ConnectionTrait,
    edition: &award_edition::Model,
) -> Result<HashMap<Uuid, cycle::Model>, Error> {
    let rounds = cycle::Entity::find()
        .filter(cycle::Column::PeriodEnd.between(edition.evidence_from, edition.evidence_to))
        .filter(asked_by(cycle::Column::OwnerId, edition))
        .all(connection)
        .await?;
    Ok(rounds.into_iter().map(|round| (round.id, round)).collect())
}

/// What units owed in rounds. What is not due yet is not owed yet, and what was excused or waived only where it came.
pub(super) async fn owed(
    connection: &impl ConnectionTrait,
    rounds: &HashMap<Uuid, cycle::Model>,
    (wants, units): (&Wants, &[Uuid]),
    now: DateTime<Utc>,
    records: &mut HashMap<Uuid, Record>,
) -> Result<(), Error> {
    if !wants.owed || rounds.is_empty() {
        return Ok(());
    }
    let rows = obligation::Entity::find()
        .filter(obligation::Column::CycleId.is_in(rounds.keys().copied()))
        .filter(obligation::Column::UnitId.is_in(units.iter().copied()))
        .order_by(obligation::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    for row in rows {
        let closed = rounds.get(&row.cycle_id).and_then(|round| round.closed_at);
        let due = row.on_time_until < now || closed.is_some_and(|closed| closed <= now);
        let missing = row.standing == ObligationStanding::Expected && due;
        if row.met_at.is_none() && !missing {
            continue;
        }
        if let Some(record) = records.get_mut(&row.unit_id) {
            record.owed.push(Owed {
                obligation: row.id,
                met_at: row.met_at,
                on_time: row.met_at.is_some_and(|met| met <= row.on_time_until),
            });
        }
    }
    Ok(())
}

/// The reports of units that were accepted, what is open in any of them, and sums of numbers in the accepted ones.
pub(super) async fn reported(
    connection: &impl ConnectionTrait,
    rounds: &HashMap<Uuid, cycle::Model>,
    (wants, units): (&Wants, &[Uuid]),
    records: &mut HashMap<Uuid, Record>,
) -> Result<(), Error> {
    if rounds.is_empty() {
        return Ok(());
    }
    let of_these = Condition::all()
        .add(report::Column::CycleId.is_in(rounds.keys().copied()))
        .add(report::Column::UnitId.is_in(units.iter().copied()));
    if wants.open_musts {
        let reports = report::Entity::find()
            .select_only()
            .column(report::Column::Id)
            .filter(of_these.clone())
            .filter(report::Column::Status.is_not_in([ReportStatus::Declined, ReportStatus::Abandoned]));
        let open: Vec<(Uuid, Uuid)> = finding::Entity::find()
            .select_only()
            .columns([finding::Column::Id, finding::Column::UnitId])
            .filter(finding::Column::SubjectType.eq(SUBJECT_TYPE))
            .filter(finding::Column::SubjectId.in_subquery(reports.into_query()))
            .filter(finding::Column::Severity.eq(FindingSeverity::Must))
            .filter(finding::Column::State.ne(FindingState::Resolved))
            .order_by(finding::Column::Id, Order::Asc)
            .into_tuple()
            .all(connection)
            .await?;
        for (id, unit) in open {
            if let Some(record) = records.get_mut(&unit) {
                record.open_musts.push(id);
            }
        }
    }
    if !wants.reports {
        return Ok(());
    }
    let reports = report::Entity::find()
        .filter(of_these)
        .filter(report::Column::Status.is_in([ReportStatus::Accepted, ReportStatus::Evaluated]))
        .order_by(report::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    let hashes = hashes(connection, &reports).await?;
    for row in &reports {
        if let Some(record) = records.get_mut(&row.unit_id) {
            record.reports.push(Accepted {
                report: row.id,
                revision: row.revision_id,
                sha256: row.revision_id.and_then(|revision| hashes.get(&revision).cloned()),
            });
        }
    }
    summed(connection, &reports, wants, records).await
}

async fn hashes(connection: &impl ConnectionTrait, reports: &[report::Model]) -> Result<HashMap<Uuid, String>, Error> {
    let mut hashes = HashMap::new();
    let revisions: Vec<Uuid> = reports.iter().filter_map(|row| row.revision_id).collect();
    // SQLite binds at most 32,766 values in a statement.
    for batch in revisions.chunks(30_000) {
        let found: Vec<(Uuid, String)> = revision::Entity::find()
            .select_only()
            .columns([revision::Column::Id, revision::Column::Sha256])
            .filter(revision::Column::Id.is_in(batch.iter().copied()))
            .into_tuple()
            .all(connection)
            .await?;
        hashes.extend(found);
    }
    Ok(hashes)
}

/// Adds up the numbers that are asked for, of the submissions in force.
async fn summed(
    connection: &impl ConnectionTrait,
    reports: &[report::Model],
    wants: &Wants,
    records: &mut HashMap<Uuid, Record>,
) -> Result<(), Error> {
    if wants.sums.is_empty() || reports.is_empty() {
        return Ok(());
    }
    let codes: Vec<&str> = wants.sums.iter().map(|(code, _field)| code.as_str()).collect();
    let templates: Vec<(Uuid, String)> = template::Entity::find()
        .select_only()
        .columns([template::Column::Id, template::Column::Code])
        .filter(template::Column::Code.is_in(codes))
        .into_tuple()
        .all(connection)
        .await?;
    let templates: HashMap<Uuid, String> = templates.into_iter().collect();
    let counted = |row: &&report::Model| templates.contains_key(&row.template_id);
    let counted: Vec<&report::Model> = reports.iter().filter(counted).collect();
    for batch in counted.chunks(BATCH) {
        let contents: Vec<(Uuid, String)> = revision::Entity::find()
            .select_only()
            .columns([revision::Column::Id, revision::Column::Content])
            .filter(revision::Column::Id.is_in(batch.iter().filter_map(|row| row.revision_id)))
            .into_tuple()
            .all(connection)
            .await?;
        let contents: HashMap<Uuid, String> = contents.into_iter().collect();
        for row in batch {
            let content = row.revision_id.and_then(|revision| contents.get(&revision));
            let code = templates.get(&row.template_id);
            if let (Some(content), Some(code), Some(record)) = (content, code, records.get_mut(&row.unit_id)) {
                add(record, code, content, wants)?;
            }
        }
    }
    Ok(())
}

fn add(record: &mut Record, code: &str, content: &str, wants: &Wants) -> Result<(), Error> {
    let answers = answers_of(content)?;
    for sum in wants.sums.iter().filter(|(template, _field)| template == code) {
        let number = match answers.0.get(&sum.1) {
            Some(Answer::Integer(number)) => Some(Decimal::from(*number)),
            Some(Answer::Text(number)) => number.parse().ok(),
            Some(Answer::Files(_) | Answer::Rows(_)) | None => None,
        };
        if let Some(number) = number {
            let total = record.sums.entry(sum.clone()).or_default();
            // What is beyond all numbers earns the full figure long since.
            *total = total.saturating_add(number);
        }
    }
    Ok(())
}

/// How closed national evaluations of rounds counted units.
pub(super) async fn evaluated(
    connection: &impl ConnectionTrait,
    rounds: &HashMap<Uuid, cycle::Model>,
    (wants, units): (&Wants, &[Uuid]),
    records: &mut HashMap<Uuid, Record>,
) -> Result<(), Error> {
    if !wants.evaluated || rounds.is_empty() {
        return Ok(());
    }
    let closed = evaluation::Entity::find()
        .select_only()
        .column(evaluation::Column::Id)
        .filter(evaluation::Column::CycleId.is_in(rounds.keys().copied()))
        .filter(evaluation::Column::ClosedAt.is_not_null());
    let counted = evaluation_entry::Entity::find()
        .filter(evaluation_entry::Column::EvaluationId.in_subquery(closed.into_query()))
        .filter(evaluation_entry::Column::UnitId.is_in(units.iter().copied()))
        .filter(evaluation_entry::Column::Outcome.eq(EvaluationOutcome::Evaluated))
        .order_by(evaluation_entry::Column::EvaluationId, Order::Asc)
        .all(connection)
        .await?;
    for row in counted {
        if let (Some(record), Some(score)) = (records.get_mut(&row.unit_id), row.score) {
            record.evaluated.push(Evaluated {
                evaluation: row.evaluation_id,
                score,
            });
        }
    }
    Ok(())
}

/// At which counted sessions of sealed events, of the issuer or of RI and begun within the period, somebody of the units was.
/// A session a unit was excused from, as a whole or in everybody it was to send, is left out.
pub(super) async fn attended(
    connection: &impl ConnectionTrait,
    edition: &award_edition::Model,
    units: &[Uuid],
    records: &mut HashMap<Uuid, Record>,
) -> Result<(), Error> {
    let from = start_of_day_in(&edition.time_zone, edition.evidence_from);
    let until = start_of_day_in(&edition.time_zone, edition.evidence_to + Days::new(1));
    let events: Vec<Uuid> = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::Status.eq(EventStatus::Final))
        .filter(event::Column::StartsAt.gte(from))
        .filter(event::Column::StartsAt.lt(until))
        .filter(asked_by(event::Column::UnitId, edition))
        .order_by(event::Column::Id, Order::Asc)
        .into_tuple()
        .all(connection)
        .await?;
    if events.is_empty() {
        return Ok(());
    }
    let mut sessions: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    let counted = event_session::Entity::find()
        .filter(event_session::Column::EventId.is_in(events.iter().copied()))
        .filter(event_session::Column::Counted.eq(true))
        .order_by(event_session::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    for session in counted {
        sessions.entry(session.event_id).or_default().push(session.id);
    }
    let invited = event_invitation::Entity::find()
        .filter(event_invitation::Column::EventId.is_in(events.iter().copied()))
        .filter(event_invitation::Column::UnitId.is_in(units.iter().copied()))
        .order_by(event_invitation::Column::Id, Order::Asc);
    let ids = invited.clone().select_only().column(event_invitation::Column::Id);
    let ids = ids.into_query();
    let sheets = attendance_sheet::Entity::find()
        .filter(attendance_sheet::Column::InvitationId.in_subquery(ids.clone()))
        .filter(attendance_sheet::Column::Sealed.gt(0))
        .all(connection)
        .await?;
    let sheets: HashMap<Uuid, attendance_sheet::Model> =
        sheets.into_iter().map(|sheet| (sheet.invitation_id, sheet)).collect();
    let excused: Vec<Uuid> = event_excuse::Entity::find()
        .select_only()
        .column(event_excuse::Column::InvitationId)
        .filter(event_excuse::Column::InvitationId.in_subquery(ids))
        .filter(event_excuse::Column::DelegateId.is_null())
        .filter(event_excuse::Column::State.eq(ExcuseState::Granted))
        .into_tuple()
        .all(connection)
        .await?;
    let excused: HashSet<Uuid> = excused.into_iter().collect();
    for invitation in invited.all(connection).await? {
        let Some(record) = records.get_mut(&invitation.unit_id) else {
            continue;
        };
        let sheet = sheets.get(&invitation.id);
        for session in sessions.get(&invitation.event_id).into_iter().flatten() {
            let said = sheet.iter().flat_map(|sheet| &sheet.entries.0);
            let said: Vec<PresenceClaim> = said
                .filter(|entry| entry.session == *session)
                .map(|entry| entry.claim)
                .collect();
            let came = said.contains(&PresenceClaim::Present);
            let all_excused = !said.is_empty() && said.iter().all(|claim| *claim == PresenceClaim::Excused);
            if came || !(all_excused || excused.contains(&invitation.id)) {
                record.sessions.push(Session {
                    event: invitation.event_id,
                    session: *session,
                    came,
                });
            }
        }
    }
    for record in records.values_mut() {
        record.sessions.sort_by_key(|session| session.session);
    }
    Ok(())
}
