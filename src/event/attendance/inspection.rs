//! Whether what was sealed is still what it was, for the operator: reads everything once, in pages, and changes nothing.
use std::collections::HashMap;

use entity::{attendance_seal, attendance_sheet, event};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{query, sealing};
use crate::{db::Db, digest::sha256, error::Error};

/// How many events are looked at together.
const PAGE: u64 = 20;

/// What does not fit: a seal that does not have the hash of what it says, a sheet that says something else than its newest
/// seal, an event whose hash is not that of its first seals.
///
/// # Errors
/// The database's.
pub async fn faults(db: &Db) -> Result<Vec<String>, Error> {
    let connection = db.reader();
    let (mut faults, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let events = query::sealed_after(connection, after, PAGE).await?;
        let Some(last) = events.last() else {
            return Ok(faults);
        };
        after = last.id;
        faults.extend(of_page(connection, &events).await?);
    }
}

async fn of_page(connection: &impl ConnectionTrait, events: &[event::Model]) -> Result<Vec<String>, Error> {
    let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
    let sheets = query::sheets_at(connection, &ids).await?;
    let of_sheets: Vec<Uuid> = sheets.iter().map(|sheet| sheet.id).collect();
    let mut seals: HashMap<Uuid, Vec<attendance_seal::Model>> = HashMap::new();
    for chunk in of_sheets.chunks(1_000) {
        for seal in query::seals_of(connection, chunk).await? {
            seals.entry(seal.sheet_id).or_default().push(seal);
        }
    }
    let uninvited = query::uninvited_at(connection, &ids).await?;
    let door = query::door_at(connection, &ids).await?;
    let waves = query::waves_of(connection, &ids).await?;
    let mut faults = Vec::new();
    for sheet in &sheets {
        let seals = seals.get(&sheet.id).map_or(&[][..], Vec::as_slice);
        faults.extend(of_sheet(sheet, seals)?);
    }
    for event in events {
        let first = |sheet: &attendance_sheet::Model| Some((sheet.id, &*seals.get(&sheet.id)?.first()?.sha256));
        let sealed: Vec<_> = sheets
            .iter()
            .filter(|sheet| sheet.event_id == event.id)
            .filter_map(first)
            .collect();
        let people: Vec<_> = uninvited.iter().filter(|person| person.event_id == event.id).collect();
        let strangers = sealing::strangers(&people, door.iter().filter(|row| row.event_id == event.id));
        let waves: Vec<event::Model> = waves
            .iter()
            .filter(|wave| wave.parent_id == Some(event.id))
            .cloned()
            .collect();
        let content = sealing::content(event, (&sealed, &strangers, &waves))?;
        if event.sha256 != Some(sha256(&content)) {
            faults.push(format!("event {} does not have the hash of what was sealed", event.id));
        }
    }
    Ok(faults)
}

fn of_sheet(sheet: &attendance_sheet::Model, seals: &[attendance_seal::Model]) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    for (place, seal) in seals.iter().enumerate() {
        if seal.sha256 != sha256(&sealing::said(seal, (sheet.event_id, sheet.unit_id))?) {
            faults.push(format!("seal {} does not have the hash of what it says", seal.id));
        }
        if usize::try_from(seal.number).ok() != Some(place + 1) {
            faults.push(format!("seal {} is not the next of its sheet", seal.id));
        }
    }
    let newest = seals.last();
    let fits = newest
        .is_some_and(|seal| (seal.number, &seal.entries, &seal.note) == (sheet.sealed, &sheet.entries, &sheet.note));
    if !fits {
        faults.push(format!("sheet {} does not say what its newest seal says", sheet.id));
    }
    Ok(faults)
}
