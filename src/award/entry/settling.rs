//! Submitting an entry, verifying it, and ending it.
use entity::{
    award_category, award_edition, award_entry, award_revision,
    enums::{AwardActKind, AwardRecipient, RecordType},
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::Serialize;
use uuid::Uuid;

use super::{
    nominating::{held, leave, outcome, replayed, work_of, write_if_unchanged},
    query,
    stage::{entered_already, is_time_for, next, stale},
    submission::freeze,
    work::of_unit,
};
use crate::{
    audit,
    authz::policy::award::EntryAction,
    award::{
        draft::rubric_of,
        indicator::{
            Wants,
            record::{Facts, Missing},
            records,
        },
        query as editions,
        running::LONGEST_REASON,
        workflow::{EntryStep, entry_needs_reason},
    },
    clock::new_id,
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    file::{attachment, query as files},
    input::{Wrong, required},
    locale::Text,
    session::Session,
};

/// Takes an entry one step on.
#[derive(Clone, Debug, Serialize)]
pub struct Advance {
    pub entry: Uuid,
    pub expected_version: i32,
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Submits an entry: what it says is frozen, with the hashes of its files, and verified next.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; `AlreadyExists` where the unit or the person was
/// entered meanwhile; `Invalid` where the unit can be entered no more; `Required` for what jurors need, all at once.
pub async fn submit(session: &Session, field: &str, input: Advance) -> Result<award_entry::Model, Error> {
    let write = match command::begin(session, field, "submitAwardEntry", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (edition, row, seat) = held(&write, input.entry, (EntryAction::Submit, input.seat)).await?;
    // Before the version is compared: once juries are at work that would tell whether they were.
    is_time_for(EntryStep::Submit, edition.status)?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    let status = next(&edition, &row, EntryStep::Submit, write.now)?;
    let category = category(&write, &row).await?;
    let work = work_of(&write, &row).await?;
    let mut wrong = Wrong::default();
    let unit = write.actor.directory.tree.get(row.unit_id);
    let unit = unit.ok_or_else(|| Error::internal("an entry of a unit that is not in the directory"))?;
    wrong.extend(of_unit(unit, (&edition, &category), &write.actor).map(|fault| fault.within(["entry"])));
    let judged = rubric_of(&category.criteria).is_some();
    wrong.extend(work.missing(judged).into_iter().map(|fault| fault.within(["entry"])));
    wrong.extend(nameless(&row).map(|fault| fault.within(["entry"])));
    if query::is_entered(write.connection(), &row).await? {
        wrong.extend([entered_already(&row).within(["entry"])]);
    }
    wrong.settle()?;
    let before = row.revision_id.as_slice();
    let number = query::revisions(write.connection(), before).await?;
    let number = number.first().map_or(1, |last| last.number + 1);
    let stored = files::stored(write.connection(), &work.all_files()).await?;
    let directory = &write.actor.directory;
    let frozen = freeze(&row, number, (&edition, &category), (&work, &stored, None), directory)?;
    let revision = award_revision::Model {
        id: new_id(write.now),
        entry_id: row.id,
        number,
        content: frozen.content,
        sha256: frozen.sha256,
        account_id: write.actor.account,
        seat_id: seat.seat,
        at: write.now,
    };
    let after = award_entry::Model {
        status,
        revision_id: Some(revision.id),
        submitted_at: Some(write.now),
        submitted_by: Some(write.actor.account),
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    revision.clone().into_active_model().insert(write.connection()).await?;
    let record = (RecordType::AwardEntry, row.id);
    attachment::freeze(write.connection(), record, revision.id, write.now).await?;
    let subject = audit::Subject {
        subject_type: audit::SubjectType::AwardRevision,
        id: revision.id,
        row: &revision,
    };
    audit::attest(write.connection(), subject, write.now).await?;
    let kind = (AwardActKind::SubmitEntry, None);
    leave(&write, &edition, (&after, seat), kind, Some(&revision.sha256)).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// That somebody who was told by a name has none any more: it was erased.
fn nameless(row: &award_entry::Model) -> Option<Refusal> {
    let told = row.recipient == AwardRecipient::Unit || row.account_id.is_some() || row.name.is_some();
    (!told).then(|| {
        let text = Text::new(
            "Nama penerima sudah dihapus; sebutkan nama atau tarik entri ini.",
            "The name of whom it is for was erased; give a name, or withdraw the entry.",
        );
        Refusal::new(Code::Required, text).at(["name"])
    })
}

async fn category(write: &Write, row: &award_entry::Model) -> Result<award_category::Model, Error> {
    let found = editions::categories_by_id(write.connection(), &write.actor, &[row.category_id]).await?;
    let found = found.into_iter().next();
    found.ok_or_else(|| Error::internal("an entry without its category"))
}

/// Returns, verifies, rejects, withdraws or disqualifies an entry.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; `Required` and `TooLong` for the reason;
/// `Invalid` for each rule of eligibility that what is to be found eligible does not fulfil.
pub async fn advance(
    session: &Session,
    field: &str,
    step: EntryStep,
    input: Advance,
) -> Result<award_entry::Model, Error> {
    let (name, action, kind) = match step {
        EntryStep::Return => ("returnAwardEntry", EntryAction::Verify, AwardActKind::ReturnEntry),
        EntryStep::Verify => ("verifyAwardEntry", EntryAction::Verify, AwardActKind::VerifyEntry),
        EntryStep::Reject => ("rejectAwardEntry", EntryAction::Verify, AwardActKind::RejectEntry),
        EntryStep::Withdraw => ("withdrawAwardEntry", EntryAction::Withdraw, AwardActKind::WithdrawEntry),
        EntryStep::Disqualify => (
            "disqualifyAwardEntry",
            EntryAction::Disqualify,
            AwardActKind::DisqualifyEntry,
        ),
        EntryStep::Submit
        | EntryStep::Shortlist
        | EntryStep::PassOver
        | EntryStep::Rank
        | EntryStep::Award
        | EntryStep::LeaveOut => return Err(Error::internal("a step with a command of its own")),
    };
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (edition, row, seat) = held(&write, input.entry, (action, input.seat)).await?;
    is_time_for(step, edition.status)?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    let status = next(&edition, &row, step, write.now)?;
    let given = input.reason.as_deref().unwrap_or_default();
    let reason = entry_needs_reason(step).then(|| required(given, "reason", LONGEST_REASON));
    let reason = reason.transpose()?;
    if step == EntryStep::Verify {
        check_eligible(&write, &edition, &row).await?;
    }
    let after = award_entry::Model {
        status,
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    if step == EntryStep::Withdraw && row.submitted_at.is_none() {
        // Nobody else has read it: what it held is let go.
        let record = (RecordType::AwardEntry, row.id);
        attachment::hold(write.connection(), record, &[], write.now).await?;
    }
    leave(&write, &edition, (&after, seat), (kind, reason), None).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// What a unit, or the unit of a person, does not fulfil of what the category asks for, each rule by itself.
async fn check_eligible(write: &Write, edition: &award_edition::Model, row: &award_entry::Model) -> Result<(), Error> {
    if row.recipient == AwardRecipient::Outsider {
        return Ok(());
    }
    let category = category(write, row).await?;
    let wants = Wants::default().and_eligibility(&category);
    let units = [row.unit_id];
    let records = records(write.connection(), edition, &wants, &units, write.now).await?;
    let facts = records.get(&row.unit_id).map(|record| record.facts());
    let missing = facts.map(|facts| facts.missing(&category.eligibility));
    let mut wrong = Wrong::default();
    wrong.extend(missing.into_iter().flatten().map(|missing| {
        let (field, text) = told(missing, facts);
        Refusal::new(Code::Invalid, text).at(["entry", "eligibility", field])
    }));
    wrong.settle()
}

fn told(missing: Missing, facts: Option<Facts>) -> (&'static str, Text) {
    match missing {
        Missing::ObligationsMet => (
            "obligationsMet",
            Text::new(
                "Ada kewajiban pada masa penilaian yang tidak dipenuhi.",
                "Something that was owed within the period is missing.",
            ),
        ),
        Missing::NoOpenMust => (
            "noOpenMust",
            Text::new(
                "Ada temuan wajib yang belum diselesaikan pada laporan masa penilaian.",
                "A finding that has to be settled is open on a report of the period.",
            ),
        ),
        Missing::Reported => (
            "reported",
            Text::new(
                "Belum ada laporan masa penilaian yang diterima.",
                "No report of the period was accepted.",
            ),
        ),
        Missing::AttendedPercent => {
            let percent = facts.and_then(|facts| facts.attended_percent).unwrap_or_default();
            (
                "attendedPercent",
                Text::new(
                    format!("Kehadiran pada sesi masa penilaian {percent} persen."),
                    format!("It was at {percent} of a hundred sessions of the period."),
                ),
            )
        }
    }
}
