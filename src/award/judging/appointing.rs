//! Appointing jurors, and removing them.
use std::collections::HashSet;

use entity::{
    award_juror, award_panel,
    enums::{AssignmentState, AwardActKind, AwardRound, Function, ReviewSubjectType},
    review_assignment,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    bars::Bars,
    query::{self, Entered},
    sight::{Chaired, chaired, is_national, is_running, not_found, rubric_of, stale},
};
use crate::{
    authz::{Decision, policy::award::PanelAction},
    award::{
        ranking::inputs::MOST_SHEETS,
        running::LONGEST_REASON,
        sight::Jury,
        trace::{About, Act, record, record_all},
    },
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    faults::{fault, twice},
    input::required,
    review::query::{conflicts_in_force, share_conflicts},
    session::Session,
};

/// The most that one command appoints.
pub const MOST_APPOINTED: usize = 30;

/// Appoints jurors.
#[derive(Clone, Debug, Serialize)]
pub struct Appoint {
    pub panel: Uuid,
    pub expected_version: i32,
    /// Their seats.
    pub jurors: Vec<Uuid>,
    pub seat: Option<Uuid>,
}

/// Removes a juror.
#[derive(Clone, Debug, Serialize)]
pub struct Remove {
    pub panel: Uuid,
    pub expected_version: i32,
    /// The seat that was appointed.
    pub juror: Uuid,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Appoints jurors. Each is assigned to every candidate that is still in the running, but for those there is a conflict of interest
/// with.
///
/// # Errors
/// What [`chaired`] says, and for each of them with its place everything that is wrong: `Invalid` for a seat that judges nothing here,
/// `AlreadyExists`, `ConflictOfInterest` with all that there is to judge.
pub async fn appoint(session: &Session, field: &str, input: Appoint) -> Result<award_panel::Model, Error> {
    let write = match command::begin(session, field, "appointJurors", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let held = chaired(&write, (input.panel, input.expected_version, input.seat)).await?;
    let connection = write.connection();
    if rubric_of(&held.category).is_none() {
        let unjudged = fault(
            Code::WrongState,
            "Kategori ini tidak dinilai juri.",
            "No juror scores in this category.",
        );
        return Err(unjudged.at(["panel"]).into());
    }
    check_count(&input.jurors)?;
    let named = named(&write, &held, &input.jurors)?;
    let people: Vec<Uuid> = named.iter().map(|one| one.account).collect();
    let candidates = query::candidates(connection, held.panel.id, false).await?;
    let running: Vec<Entered> = candidates
        .into_iter()
        .filter(|(_row, entry)| is_running(entry, held.panel.round))
        .collect();
    share_conflicts(connection, &people).await?;
    let rows = conflicts_in_force(connection, &people, write.actor.today).await?;
    let already = query::jurors(connection, &[held.panel.id]).await?;
    let live = query::live_on(connection, held.panel.id).await?;
    let mut busy: HashSet<(Uuid, Uuid)> = live.iter().map(|row| (row.account_id, row.subject_id)).collect();
    if already.len() + named.len() > MOST_SHEETS {
        let many = fault(
            Code::TooLong,
            format!("Satu dewan paling banyak beranggotakan {MOST_SHEETS} juri."),
            format!("A jury has at most {MOST_SHEETS} jurors."),
        );
        return Err(many.at(["jurors"]).into());
    }
    let national = is_national(&write.actor, &held.panel);
    let (mut jurors, mut assignments, mut acts, mut faults) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (place, one) in named.iter().enumerate() {
        let at = || ["jurors".to_owned(), place.to_string()];
        if already.iter().any(|juror| juror.account_id == one.account) {
            let known = fault(
                Code::AlreadyExists,
                "Orang ini sudah menjadi juri.",
                "This person is a juror already.",
            );
            faults.push(known.at(at()));
            continue;
        }
        let bars = Bars::of(&write.actor.directory, &rows, (one.account, write.actor.today));
        let free: Vec<&Entered> = running
            .iter()
            .filter(|(_row, entry)| !bars.bar(entry, national))
            .collect();
        if free.is_empty() && !running.is_empty() {
            let barred = fault(
                Code::ConflictOfInterest,
                "Orang ini memiliki benturan kepentingan dengan semua yang dinilai.",
                "This person has a conflict of interest with all there is to judge.",
            );
            faults.push(barred.at(at()));
            continue;
        }
        let juror = appointed(&write, &held, one);
        for (candidate, _entry) in free {
            if busy.insert((one.account, candidate.id)) {
                assignments.push(assigned(&write, one, (candidate.id, candidate.unit_id)));
            }
        }
        acts.push(Act {
            kind: AwardActKind::AppointJuror,
            about: About::Panel {
                id: held.panel.id,
                unit: held.panel.unit_id,
            },
            details: told(&juror),
            reason: None,
        });
        jurors.push(juror);
    }
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    insert_all(connection, jurors).await?;
    insert_all(connection, assignments).await?;
    let after = next_version(&held.panel);
    write_if_unchanged(&write, &held.panel, &after).await?;
    record_all(&write, &held.edition, held.seat, acts).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// Removes a juror. What was completed stays and counts; what was not is taken away.
///
/// # Errors
/// What [`chaired`] says; `NotFound` for the juror, `Required` and `TooLong` for the reason.
pub async fn remove(session: &Session, field: &str, input: Remove) -> Result<award_panel::Model, Error> {
    let write = match command::begin(session, field, "removeJuror", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let held = chaired(&write, (input.panel, input.expected_version, input.seat)).await?;
    let connection = write.connection();
    let jurors = query::jurors(connection, &[held.panel.id]).await?;
    let found = jurors.into_iter().find(|juror| juror.seat_id == input.juror);
    let reason = required(&input.reason, "reason", LONGEST_REASON)?;
    let before = found.ok_or_else(|| {
        let absent = fault(Code::NotFound, "Juri tidak ditemukan.", "The juror was not found.");
        absent.at(["juror"])
    })?;
    let removed = award_juror::Model {
        removed_at: Some(write.now),
        version: before.version + 1,
        ..before.clone()
    };
    let written = award_juror::Entity::update_many()
        .set(removed.clone().into_active_model().reset_all())
        .filter(award_juror::Column::Id.eq(before.id))
        .filter(award_juror::Column::RemovedAt.is_null())
        .exec(connection)
        .await?;
    if written.rows_affected != 1 {
        return Err(stale(&held.panel).into());
    }
    let live = query::live_on(connection, held.panel.id).await?;
    let open = live
        .iter()
        .filter(|row| row.account_id == before.account_id && row.state != AssignmentState::Complete);
    review_assignment::Entity::update_many()
        .col_expr(review_assignment::Column::State, Expr::value(AssignmentState::Lapsed))
        .col_expr(review_assignment::Column::UpdatedAt, Expr::value(write.now))
        .col_expr(
            review_assignment::Column::Version,
            Expr::col(review_assignment::Column::Version).add(1),
        )
        .filter(review_assignment::Column::Id.is_in(open.map(|row| row.id)))
        .exec(connection)
        .await?;
    let after = next_version(&held.panel);
    write_if_unchanged(&write, &held.panel, &after).await?;
    let act = Act {
        kind: AwardActKind::RemoveJuror,
        about: About::Panel {
            id: held.panel.id,
            unit: held.panel.unit_id,
        },
        details: told(&removed),
        reason: Some(reason),
    };
    record(&write, &held.edition, held.seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// A seat that judges, with the one person who holds it.
struct Named {
    seat: Uuid,
    account: Uuid,
}

fn check_count(given: &[Uuid]) -> Result<(), Refusal> {
    if (1..=MOST_APPOINTED).contains(&given.len()) {
        return Ok(());
    }
    let count = fault(
        Code::Invalid,
        format!("Sebutkan 1 sampai {MOST_APPOINTED} jabatan."),
        format!("Name 1 to {MOST_APPOINTED} seats."),
    );
    Err(count.at(["jurors"]))
}

/// Whoever is to judge: holds a seat in force beneath the issuer, and does not chair the jury.
fn named(write: &Write, held: &Chaired, seats: &[Uuid]) -> Result<Vec<Named>, Error> {
    let (mut named, mut faults): (Vec<Named>, _) = (Vec::with_capacity(seats.len()), Vec::new());
    for (place, seat) in seats.iter().enumerate() {
        let at = ["jurors".to_owned(), place.to_string()];
        let Some(account) = who(write, held, *seat) else {
            let unfit = fault(
                Code::Invalid,
                "Ini bukan jabatan di bawah pemberi penghargaan yang dipegang tepat satu orang dan boleh menjuri.",
                "This is no seat beneath the issuer that is held by exactly one person and may judge.",
            );
            faults.push(unfit.at(at));
            continue;
        };
        if named.iter().any(|other| other.account == account) {
            faults.push(twice().at(at));
        } else if chairs(write, held, account) {
            let chair = fault(
                Code::Invalid,
                "Yang memimpin penjurian tidak ikut menilai.",
                "Whoever chairs a jury does not judge in it.",
            );
            faults.push(chair.at(at));
        } else {
            named.push(Named { seat: *seat, account });
        }
    }
    if faults.is_empty() {
        Ok(named)
    } else {
        Err(Error::Refused(faults))
    }
}

/// The one person who judges from a seat.
fn who(write: &Write, held: &Chaired, seat: Uuid) -> Option<Uuid> {
    let (directory, today) = (&write.actor.directory, write.actor.today);
    let (row, unit) = directory.seat_with_unit(seat)?;
    let judges = match row.function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => true,
        // They review for RI, in its own round alone.
        Function::Expert => held.panel.round == AwardRound::Issuer && is_national(&write.actor, &held.panel),
        Function::Admin => false,
    };
    if !judges || !directory.tree.is_within(unit.id, held.edition.unit_id) {
        return None;
    }
    let mut accounts = directory
        .holders_of(seat, today)
        .into_iter()
        .map(|holder| holder.account_id)
        .filter(|account| {
            let active = directory.person(*account).is_some_and(|person| person.active);
            let mut seats = directory.acting_seats(*account, today).into_iter();
            active && seats.any(|acting| acting.seat == seat)
        });
    match (accounts.next(), accounts.next()) {
        (Some(account), None) => Some(account),
        _ => None,
    }
}

fn chairs(write: &Write, held: &Chaired, account: Uuid) -> bool {
    let seats = write.actor.directory.acting_seats(account, write.actor.today);
    let person = write.actor.supposing(account, seats);
    let jury = Jury {
        edition: &held.edition,
        row: &held.panel,
        juror: false,
    };
    let mut seats = person.seats.iter();
    seats.any(|seat| jury.decision(&person, seat, PanelAction::Chair) == Decision::Allowed)
}

fn appointed(write: &Write, held: &Chaired, one: &Named) -> award_juror::Model {
    award_juror::Model {
        id: new_id(write.now),
        panel_id: held.panel.id,
        seat_id: one.seat,
        account_id: one.account,
        appointed_by: write.actor.account,
        appointed_at: write.now,
        removed_at: None,
        version: 1,
    }
}

fn assigned(write: &Write, one: &Named, (candidate, unit): (Uuid, Uuid)) -> review_assignment::Model {
    review_assignment::Model {
        id: new_id(write.now),
        subject_type: ReviewSubjectType::AwardCandidate,
        subject_id: candidate,
        unit_id: unit,
        seat_id: one.seat,
        account_id: one.account,
        lead: false,
        state: AssignmentState::Assigned,
        due_on: None,
        assigned_by: write.actor.account,
        assigned_at: write.now,
        updated_at: write.now,
        version: 1,
    }
}

fn told(juror: &award_juror::Model) -> Value {
    json!({ "juror": juror.id, "seat": juror.seat_id, "person": juror.account_id, "version": juror.version })
}

pub(super) fn next_version(panel: &award_panel::Model) -> award_panel::Model {
    award_panel::Model {
        version: panel.version + 1,
        ..panel.clone()
    }
}

/// Writes a jury where it is still as it was decided on.
///
/// # Errors
/// `StaleVersion`; the database's.
pub(super) async fn write_if_unchanged(
    write: &Write,
    before: &award_panel::Model,
    after: &award_panel::Model,
) -> Result<(), Error> {
    let written = award_panel::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(award_panel::Column::Id.eq(before.id))
        .filter(award_panel::Column::Version.eq(before.version))
        .filter(award_panel::Column::Status.eq(before.status))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before).into())
    }
}

/// What is kept of a command on a jury.
pub(super) fn outcome(panel: Uuid) -> Value {
    json!({ "panel": panel })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
pub(super) async fn replayed(
    session: &Session,
    Replay { actor, outcome }: Replay,
) -> Result<award_panel::Model, Error> {
    let id = outcome["panel"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without a jury"))?;
    let found = query::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    found.into_iter().next().ok_or_else(|| not_found().into())
}
