//! The ledger of obligations: a row per unit and round, made when the round is opened and kept in line with its rule while
//! it is open; and what each step of a report does to the row of its unit.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    cycle, cycle_passing, election_stage,
    enums::{ObligationStanding, ReportCommand, ReportStatus, Tier},
    obligation, report, transition,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

use super::{audience, cycle::query::passings, query};
use crate::{
    clock::{day_in_jakarta, new_id},
    db::{Db, insert_all},
    error::Error,
    territory::{
        self,
        directory::Directory,
        history::{History, Life},
    },
};

/// Brings the ledger of a round in line with its rule, as the hierarchy has it now.
///
/// # Errors
/// The database's.
pub async fn keep(
    connection: &impl ConnectionTrait,
    cycle: &cycle::Model,
    directory: &Directory,
    history: &History,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let stage = match cycle.stage_id {
        Some(stage) => query::stage(connection, stage).await?,
        None => None,
    };
    let asked = asked(cycle, stage.as_ref(), directory, history);
    let passings = passings(connection, cycle.id).await?;
    let mut known: HashMap<Uuid, obligation::Model> = query::obligations_of_cycle(connection, cycle.id)
        .await?
        .into_iter()
        .map(|row| (row.unit_id, row))
        .collect();
    let mut new = Vec::new();
    for life in asked {
        match known.remove(&life.id) {
            None => new.push(owed((cycle, &passings), life, history, now)),
            Some(row) => follow_unit(connection, (cycle, &passings), &row, life, history).await?,
        }
    }
    // Who is asked no longer, by what is known now of the day of the audience.
    for row in known.into_values() {
        if row.standing == ObligationStanding::Expected && row.met_at.is_none() {
            let gone = obligation::Model {
                standing: ObligationStanding::NotApplicable,
                ..row
            };
            write(connection, gone).await?;
        }
    }
    let begun = query::histories_of_cycle(connection, cycle.id).await?;
    for row in &mut new {
        if let Some(reports) = begun.get(&row.unit_id) {
            *row = follows(row, reports);
        }
    }
    insert_all(connection, new).await
}

/// The units a round asks, where the stage it belongs to takes place.
#[must_use]
pub fn asked<'h>(
    cycle: &cycle::Model,
    stage: Option<&election_stage::Model>,
    directory: &Directory,
    history: &'h History,
) -> Vec<&'h Life> {
    audience::asked(cycle, history, |life| {
        stage.is_none_or(|stage| takes_place(stage, life, directory))
    })
}

/// What is owed as the reports of its unit tell it: those that were not given up, each with its history, earliest first.
pub(super) fn follows(
    row: &obligation::Model,
    reports: &[(report::Model, Vec<transition::Model>)],
) -> obligation::Model {
    let live = reports.last().map(|(report, _steps)| report);
    obligation::Model {
        met_at: reports.iter().filter_map(|(_report, steps)| came(steps)).min(),
        report_id: live.map(|report| report.id),
        accepted_at: live.and_then(|report| report.accepted_at),
        declined: live.is_some_and(|report| report.status == ReportStatus::Declined),
        ..row.clone()
    }
}

/// How the round reached a unit, if it was passed on to it: by the nearest unit above it that did so.
#[must_use]
pub fn nearest_passing<'p>(
    passings: &'p [cycle_passing::Model],
    row: &obligation::Model,
) -> Option<&'p cycle_passing::Model> {
    let above = [row.kabupaten_kota_id, row.provinsi_id].into_iter().flatten();
    above
        .filter(|unit| *unit != row.unit_id)
        .find_map(|unit| passings.iter().find(|passing| passing.unit_id == unit))
}

/// Brings the ledgers of all rounds that are not closed in line with a hierarchy that has changed.
///
/// # Errors
/// The database's.
pub async fn follow_hierarchy(
    connection: &impl ConnectionTrait,
    directory: &Directory,
    history: &History,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for cycle in query::open_cycles(connection).await? {
        keep(connection, &cycle, directory, history, now).await?;
    }
    Ok(())
}

/// Gives rounds that have none yet an audience and a ledger: those that ship, and those from before there were ledgers.
///
/// # Errors
/// The database's.
pub async fn adopt(db: &Db, now: DateTime<Utc>) -> Result<(), Error> {
    let transaction = db.begin().await?;
    let connection = transaction.connection();
    let without = query::cycles_without_audience(connection).await?;
    if without.is_empty() {
        return Ok(());
    }
    super::catalogue::bump(connection).await?;
    let directory = territory::query::load(connection).await?;
    for mut cycle in without {
        let template = query::template(connection, cycle.template_id).await?;
        let template = template.ok_or_else(|| Error::internal("a round without its template"))?;
        cycle.audience = Some(cycle::Audience {
            tiers: template.route.authors.clone(),
            ..cycle::Audience::default()
        });
        cycle.clone().into_active_model().reset_all().update(connection).await?;
        keep(connection, &cycle, &directory, &directory.history, now).await?;
    }
    transaction.commit().await
}

/// Whether a stage takes place where a unit is.
fn takes_place(stage: &election_stage::Model, life: &Life, directory: &Directory) -> bool {
    let regions = &stage.regions.0;
    if regions.is_empty() {
        return true;
    }
    let first = life.region.and_then(|region| directory.region(region));
    let mut around = std::iter::successors(first, |region| region.parent_id.and_then(|id| directory.region(id)));
    around.any(|region| regions.contains(&region.id))
}

/// What a unit owes, before anything has come.
pub(crate) fn owed(
    (cycle, passings): (&cycle::Model, &[cycle_passing::Model]),
    life: &Life,
    history: &History,
    now: DateTime<Utc>,
) -> obligation::Model {
    let (parent, ancestors) = placed(history, life, cycle.tree_date);
    let row = obligation::Model {
        id: new_id(now),
        cycle_id: cycle.id,
        unit_id: life.id,
        parent_id: parent,
        provinsi_id: ancestors(Tier::Provinsi),
        kabupaten_kota_id: ancestors(Tier::KabupatenKota),
        kecamatan_id: ancestors(Tier::Kecamatan),
        tier: life.tier,
        standing: standing(life, cycle.due_at),
        due_at: cycle.due_at,
        on_time_until: cycle.grace_until,
        passed_due_at: None,
        extended: false,
        met_at: None,
        report_id: None,
        accepted_at: None,
        declined: false,
        version: 1,
    };
    obligation::Model {
        passed_due_at: nearest_passing(passings, &row).map(|passing| passing.due_at),
        ..row
    }
}

/// Where a unit stood on a day: its parent, and itself or its ancestor of each tier.
fn placed(history: &History, life: &Life, day: NaiveDate) -> (Option<Uuid>, impl Fn(Tier) -> Option<Uuid>) {
    let above: Vec<(Tier, Uuid)> = history
        .ancestors_on(life.id, day)
        .map(|life| (life.tier, life.id))
        .collect();
    let own = (life.tier, life.id);
    let parent = above.first().map(|(_tier, id)| *id);
    let at = move |tier| {
        let mut line = std::iter::once(&own).chain(&above);
        line.find(|(stands, _id)| *stands == tier).map(|(_tier, id)| *id)
    };
    (parent, at)
}

/// A unit that ends before its report is due owes none.
fn standing(life: &Life, due_at: DateTime<Utc>) -> ObligationStanding {
    if life.dissolved_on.is_some_and(|ended| ended <= day_in_jakarta(due_at)) {
        ObligationStanding::NotApplicable
    } else {
        ObligationStanding::Expected
    }
}

async fn follow_unit(
    connection: &impl ConnectionTrait,
    (cycle, passings): (&cycle::Model, &[cycle_passing::Model]),
    row: &obligation::Model,
    life: &Life,
    history: &History,
) -> Result<(), Error> {
    let now = stands((cycle, passings), row, life, history);
    if now == *row {
        return Ok(());
    }
    write(connection, now).await
}

/// What is owed as the hierarchy tells it: where its unit stood, and whether it is there to owe anything.
pub(super) fn stands(
    (cycle, passings): (&cycle::Model, &[cycle_passing::Model]),
    row: &obligation::Model,
    life: &Life,
    history: &History,
) -> obligation::Model {
    let (parent_id, ancestors) = placed(history, life, cycle.tree_date);
    let standing = match row.standing {
        ObligationStanding::Expected | ObligationStanding::NotApplicable => standing(life, row.due_at),
        decided @ (ObligationStanding::Excused | ObligationStanding::Waived) => decided,
    };
    let mut stands = obligation::Model {
        parent_id,
        provinsi_id: ancestors(Tier::Provinsi),
        kabupaten_kota_id: ancestors(Tier::KabupatenKota),
        kecamatan_id: ancestors(Tier::Kecamatan),
        standing,
        ..row.clone()
    };
    // Beneath other units it is asked by what those have said.
    let (was, is) = (nearest_passing(passings, row), nearest_passing(passings, &stands));
    if was.map(|passing| passing.id) != is.map(|passing| passing.id) {
        stands.passed_due_at = is.map(|passing| passing.due_at);
    }
    stands
}

/// Writes where a unit stands and whether it is asked, and nothing else: its report may move on at this moment.
async fn write(connection: &impl ConnectionTrait, row: obligation::Model) -> Result<(), Error> {
    obligation::Entity::update_many()
        .col_expr(obligation::Column::ParentId, Expr::value(row.parent_id))
        .col_expr(obligation::Column::ProvinsiId, Expr::value(row.provinsi_id))
        .col_expr(obligation::Column::KabupatenKotaId, Expr::value(row.kabupaten_kota_id))
        .col_expr(obligation::Column::KecamatanId, Expr::value(row.kecamatan_id))
        .col_expr(obligation::Column::Standing, Expr::value(row.standing))
        .col_expr(obligation::Column::PassedDueAt, Expr::value(row.passed_due_at))
        .col_expr(obligation::Column::Version, Expr::cust("version + 1"))
        .filter(obligation::Column::Id.eq(row.id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Lets the ledger follow a step of a report that is written. `before` is the report as it was, none for a new one.
///
/// # Errors
/// The database's.
pub async fn follow(
    connection: &impl ConnectionTrait,
    before: Option<&report::Model>,
    after: &report::Model,
    command: ReportCommand,
) -> Result<(), Error> {
    let mut change = obligation::Entity::update_many()
        .col_expr(obligation::Column::Version, Expr::cust("version + 1"))
        .filter(obligation::Column::CycleId.eq(after.cycle_id))
        .filter(obligation::Column::UnitId.eq(after.unit_id));
    change = match command {
        ReportCommand::Start => change
            .col_expr(obligation::Column::ReportId, Expr::value(after.id))
            .col_expr(obligation::Column::AcceptedAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(obligation::Column::Declined, Expr::value(false)),
        // The first that is not withdrawn decides.
        ReportCommand::Submit => change
            .col_expr(obligation::Column::MetAt, Expr::value(after.submitted_at))
            .filter(obligation::Column::MetAt.is_null()),
        ReportCommand::Withdraw => change
            .col_expr(obligation::Column::MetAt, Expr::value(None::<DateTime<Utc>>))
            .filter(obligation::Column::MetAt.eq(before.and_then(|report| report.submitted_at))),
        ReportCommand::Abandon => return given_up(connection, after).await,
        _ if before.is_some_and(|before| before.accepted_at != after.accepted_at) || ends(after.status) => change
            .col_expr(obligation::Column::AcceptedAt, Expr::value(after.accepted_at))
            .col_expr(
                obligation::Column::Declined,
                Expr::value(after.status == ReportStatus::Declined),
            ),
        _ => return Ok(()),
    };
    change.exec(connection).await?;
    Ok(())
}

/// Lets the ledger follow the beginning of many reports that are written.
///
/// # Errors
/// The database's.
pub(super) async fn begun(connection: &impl ConnectionTrait, cycle: Uuid, units: &[Uuid]) -> Result<(), Error> {
    // As few at a time as fit beside the other values of the statement.
    const MOST: usize = 30_000;
    let live = "(SELECT report.id FROM report WHERE report.cycle_id = obligation.cycle_id \
                AND report.unit_id = obligation.unit_id AND report.status NOT IN ('DECLINED', 'ABANDONED'))";
    for units in units.chunks(MOST) {
        obligation::Entity::update_many()
            .col_expr(obligation::Column::Version, Expr::cust("version + 1"))
            .col_expr(obligation::Column::ReportId, Expr::cust(live))
            .col_expr(obligation::Column::AcceptedAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(obligation::Column::Declined, Expr::value(false))
            .filter(obligation::Column::CycleId.eq(cycle))
            .filter(obligation::Column::UnitId.is_in(units.iter().copied()))
            .exec(connection)
            .await?;
    }
    Ok(())
}

fn ends(status: ReportStatus) -> bool {
    matches!(
        status,
        ReportStatus::Accepted | ReportStatus::Evaluated | ReportStatus::Declined
    )
}

/// What is given up is as if it had never come; what had been declined before it stands again.
async fn given_up(connection: &impl ConnectionTrait, report: &report::Model) -> Result<(), Error> {
    let declined = query::declined_before(connection, report).await?;
    let mut change = obligation::Entity::update_many()
        .col_expr(obligation::Column::Version, Expr::cust("version + 1"))
        .col_expr(obligation::Column::ReportId, Expr::value(declined))
        .col_expr(obligation::Column::Declined, Expr::value(declined.is_some()))
        .filter(obligation::Column::ReportId.eq(report.id));
    if declined.is_none() {
        change = change.col_expr(obligation::Column::MetAt, Expr::value(None::<DateTime<Utc>>));
    }
    change.exec(connection).await?;
    Ok(())
}

/// When a report came, told from its history alone: its first submission that was not withdrawn; never, once it is given up.
#[must_use]
pub fn came(history: &[transition::Model]) -> Option<DateTime<Utc>> {
    let mut came = None;
    let mut last = None;
    for step in history {
        match step.command {
            ReportCommand::Submit => {
                last = Some(step.at);
                came = came.or(last);
            }
            ReportCommand::Withdraw if came == last => came = None,
            ReportCommand::Abandon => came = None,
            _ => {}
        }
    }
    came
}
