//! Finds what waits, in the scope of the seats that may do it. It says in SQL what the policy says of a seat, and when it is time.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module of the slice; every select is of what the actor's own seats may do"
)]
use std::collections::HashMap;

use entity::{
    award_candidate, award_edition, award_entry, award_objection, award_panel,
    enums::{AwardEditionStatus, AwardEntryStatus, AwardObjectionState, Function, Tier},
    review_assignment,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Iterable, JoinType, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use super::OfAwards;
use crate::{
    authz::{
        ActingSeat, Decision, Standing,
        policy::award::{EntryAction, EntryTies, begins, decide_of_entry},
    },
    award::{
        entry::{
            query::scope,
            stage::{commanding_units, is_time_for},
        },
        judging::query as juries,
        query as editions,
        workflow::{EntryStep, is_announced},
    },
    error::Error,
    session::Actor,
};

/// The entries about which something waits for the actor; None where no seat does it, or it is about something else.
#[must_use]
pub fn of_entries(actor: &Actor, wait: OfAwards) -> Option<Select<award_entry::Entity>> {
    let (action, step) = wait.of_entry()?;
    let wanted = award_entry::Entity::find()
        .filter(scope(actor))
        .filter(award_entry::Column::EditionId.in_subquery(editions_at(step)));
    Some(match action {
        EntryAction::Verify => wanted
            .filter(award_entry::Column::Status.eq(AwardEntryStatus::Submitted))
            .filter(award_entry::Column::UnitId.is_in(some(verified_by(actor))?))
            .filter(award_entry::Column::SubmittedBy.ne(actor.account)),
        _mend => wanted
            .filter(award_entry::Column::Status.eq(AwardEntryStatus::Returned))
            .filter(award_entry::Column::NominatorId.is_in(some(written_by(actor))?)),
    })
}

/// The actor's own scorings that are not complete, of juries at work and of what is still in the running, without a conflict of
/// interest. Nobody but the juror is told of them.
///
/// # Errors
/// The database's.
pub async fn of_jurors(
    connection: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<Option<Select<review_assignment::Entity>>, Error> {
    // Most people are no jurors; what is known of them is not asked then.
    if actor.seats.is_empty() || !juries::is_juror_at_work(connection, actor).await? {
        return Ok(None);
    }
    let bars = juries::bars(connection, actor).await?;
    Ok(Some(juries::to_score(actor, &bars)))
}

/// The objections that wait for the actor's decision; None where no seat decides.
#[must_use]
pub fn of_objections(actor: &Actor) -> Option<Select<award_objection::Entity>> {
    let gives = |unit: &Uuid| {
        let unit = actor.directory.tree.get(*unit);
        unit.is_some_and(|unit| begins(Function::Head, unit.tier) == Decision::Allowed)
    };
    let announced = AwardEditionStatus::iter().filter(|status| is_announced(*status));
    let commanded = award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(award_edition::Column::UnitId.is_in(some(commanding_units(actor).filter(gives).collect())?))
        .filter(award_edition::Column::Status.is_in(announced));
    let wanted = award_objection::Entity::find()
        .filter(award_objection::Column::State.eq(AwardObjectionState::Open))
        .filter(award_objection::Column::EditionId.in_subquery(commanded.into_query()))
        .filter(award_objection::Column::FiledBy.ne(actor.account));
    Some(wanted)
}

/// In which editions candidates are that were shown, by candidate.
///
/// # Errors
/// The database's.
pub async fn editions_of(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    candidates: &[Uuid],
) -> Result<HashMap<Uuid, award_edition::Model>, Error> {
    let panel = award_candidate::Entity::belongs_to(award_panel::Entity)
        .from(award_candidate::Column::PanelId)
        .to(award_panel::Column::Id);
    let found: Vec<(Uuid, Uuid)> = award_candidate::Entity::find()
        .select_only()
        .column(award_candidate::Column::Id)
        .column(award_panel::Column::EditionId)
        .join(JoinType::InnerJoin, panel.into())
        .filter(award_candidate::Column::Id.is_in(candidates.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let ids: Vec<Uuid> = found.iter().map(|(_candidate, edition)| *edition).collect();
    let rows = editions::by_ids(connection, actor, &ids).await?;
    let rows: HashMap<Uuid, award_edition::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let told = found.into_iter();
    Ok(told
        .filter_map(|(candidate, edition)| Some((candidate, rows.get(&edition)?.clone())))
        .collect())
}

fn some(units: Vec<Uuid>) -> Option<Vec<Uuid>> {
    (!units.is_empty()).then_some(units)
}

/// The editions in which it is time for a step of an entry.
fn editions_at(step: EntryStep) -> SelectStatement {
    let statuses = AwardEditionStatus::iter().filter(|status| is_time_for(step, *status).is_ok());
    award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(award_edition::Column::Status.is_in(statuses))
        .into_query()
}

/// The units whose entries a seat of the actor verifies.
fn verified_by(actor: &Actor) -> Vec<Uuid> {
    let ties = EntryTies {
        submitted: true,
        ..EntryTies::default()
    };
    let may = |seat: &ActingSeat, standing: Standing| {
        decide_of_entry(seat.function, EntryAction::Verify, standing, ties) == Decision::Allowed
    };
    let entered = actor.directory.tree.all().iter();
    let entered: Vec<Uuid> = entered
        .filter(|unit| matches!(unit.tier, Tier::Provinsi | Tier::KabupatenKota))
        .map(|unit| unit.id)
        .collect();
    // Most seats verify nothing, wherever they stand.
    let seats = actor.seats.iter().filter(|seat| may(seat, Standing::Parent));
    seats
        .flat_map(|seat| {
            let units = entered.iter().copied();
            units.filter(move |unit| may(seat, actor.standing(seat, *unit)))
        })
        .collect()
}

/// The units for which a seat of the actor writes entries.
fn written_by(actor: &Actor) -> Vec<Uuid> {
    let ties = EntryTies {
        nominator: true,
        submitted: true,
        ..EntryTies::default()
    };
    let may = |seat: &&ActingSeat| {
        decide_of_entry(seat.function, EntryAction::Draft, Standing::Own, ties) == Decision::Allowed
    };
    actor.seats.iter().filter(may).map(|seat| seat.unit).collect()
}
