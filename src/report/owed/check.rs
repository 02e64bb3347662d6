//! Whether the ledger says what the reports and the hierarchy say. It is kept step by step, so that reading it is cheap; here
//! it is worked out from the beginning.
use std::collections::HashMap;

use entity::{cycle, enums::ObligationStanding, obligation};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    db::Db,
    error::Error,
    report::{
        catalogue::Catalogue,
        ledger,
        query::{self, histories_of_cycle, obligations_of_cycle},
    },
    territory::{self, directory::Directory},
};

/// Where the ledger is wrong, a sentence each.
///
/// # Errors
/// The database's.
pub async fn faults(db: &Db) -> Result<Vec<String>, Error> {
    let connection = db.reader();
    let directory = territory::query::load(connection).await?;
    let catalogue: Catalogue = query::catalogue(connection).await?;
    let mut faults = Vec::new();
    for cycle in catalogue.cycles() {
        let rows = obligations_of_cycle(connection, cycle.id).await?;
        faults.extend(unlike_its_reports(connection, cycle, &rows).await?);
        // What is closed stays as it was then.
        if cycle.closed_at.is_none() && cycle.audience.is_some() {
            faults.extend(unlike_the_hierarchy((cycle, &catalogue), rows, &directory));
        }
    }
    Ok(faults)
}

fn fault(cycle: &cycle::Model, unit: Uuid, what: &str) -> String {
    format!("in {} unit {unit} {what}", cycle.code)
}

async fn unlike_its_reports(
    connection: &impl ConnectionTrait,
    cycle: &cycle::Model,
    rows: &[obligation::Model],
) -> Result<Vec<String>, Error> {
    let begun = histories_of_cycle(connection, cycle.id).await?;
    let differs = |row: &&obligation::Model| {
        let reports = begun.get(&row.unit_id).map_or(&[][..], Vec::as_slice);
        ledger::follows(row, reports) != **row
    };
    let told = |row: &obligation::Model| fault(cycle, row.unit_id, "owes otherwise than its reports tell");
    Ok(rows.iter().filter(differs).map(told).collect())
}

fn unlike_the_hierarchy(
    (cycle, catalogue): (&cycle::Model, &Catalogue),
    rows: Vec<obligation::Model>,
    directory: &Directory,
) -> Vec<String> {
    let stage = cycle.stage_id.and_then(|stage| catalogue.stage(stage));
    let passings: Vec<_> = catalogue
        .passings(cycle.id)
        .map(|passing| (**passing).clone())
        .collect();
    let history = &directory.history;
    let mut known: HashMap<Uuid, obligation::Model> = rows.into_iter().map(|row| (row.unit_id, row)).collect();
    let mut faults = Vec::new();
    for life in ledger::asked(cycle, stage.map(AsRef::as_ref), directory, history) {
        match known.remove(&life.id) {
            None => faults.push(fault(cycle, life.id, "is asked and owes nothing")),
            Some(row) if ledger::stands((cycle, &passings), &row, life, history) != row => {
                faults.push(fault(cycle, life.id, "owes otherwise than the hierarchy tells"));
            }
            Some(_as_told) => {}
        }
    }
    let needless = |row: &&obligation::Model| row.standing == ObligationStanding::Expected && row.met_at.is_none();
    let needless = known.values().filter(needless);
    faults.extend(needless.map(|row| fault(cycle, row.unit_id, "owes what it is not asked")));
    faults.sort_unstable();
    faults
}
