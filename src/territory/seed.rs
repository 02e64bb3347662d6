//! Writes the hierarchy a new database begins with: regions, by the list that ships in the binary or by one of the
//! operator's, RI, the provinsi and the kabupaten/kota.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    enums::{BodyKind, Tier},
    region, region_edition, unit,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    body,
    change::Beginning,
    edition::reading,
    query::DIRECTORY_PULSE,
    reference::{self, Line},
    seating,
};
use crate::{
    clock::new_id,
    db::insert_all,
    digest::sha256,
    error::{Error, Refusal},
};

/// The list an installation begins with.
pub struct Beginnings {
    /// What the edition is called.
    pub name: String,
    /// The number of its decree, where it is known.
    pub basis_number: Option<String>,
    /// Parents before those beneath them.
    pub lines: Vec<Line>,
    /// Of the list as it was given, hexadecimal.
    pub sha256: String,
}

impl Beginnings {
    /// The list that ships.
    ///
    /// # Errors
    /// The CSV reader's, which only a damaged build can cause.
    pub fn shipped() -> Result<Self, Error> {
        Ok(Self {
            name: reference::EDITION.to_owned(),
            basis_number: Some(reference::DECREE.to_owned()),
            lines: reference::lines().map_err(Error::internal)?,
            sha256: sha256(reference::LIST),
        })
    }

    /// A list of the operator's, by the name of its file.
    ///
    /// # Errors
    /// What is wrong with it, as in an import.
    pub fn given(name: String, csv: &str, today: NaiveDate) -> Result<Self, Vec<Refusal>> {
        let mut lines: Vec<Line> = reading::read(csv, today)?.into_iter().map(|line| line.of).collect();
        // A code sorts behind the one it begins with.
        lines.sort_by(|left, right| left.code.cmp(&right.code));
        Ok(Self {
            name,
            basis_number: None,
            lines,
            sha256: sha256(csv),
        })
    }
}

/// Loads the list of regions, as its first edition, and the permanent units with their standard seats. Gives the national one.
///
/// # Errors
/// The database's.
pub async fn permanent_tiers(
    connection: &impl ConnectionTrait,
    beginnings: Beginnings,
    now: DateTime<Utc>,
) -> Result<Uuid, Error> {
    let lines = &beginnings.lines;
    let edition = region_edition::Model {
        id: new_id(now),
        name: beginnings.name,
        basis_number: beginnings.basis_number,
        basis_date: None,
        effective_on: None,
        sha256: beginnings.sha256,
        added: i32::try_from(lines.len()).map_err(Error::internal)?,
        renamed: 0,
        moved: 0,
        ended: 0,
        by_account: None,
        by_seat: None,
        at: now,
    };
    let regions = regions(lines, edition.id, now);
    let units = permanent_units(lines, &regions, now);
    let seats = seating::seats_of(&units, now);
    insert_all(connection, vec![edition]).await?;
    insert_all(connection, regions).await?;
    let national = units.first().map(|unit| unit.id);
    insert_all(connection, units).await?;
    insert_all(connection, seats).await?;
    bump(connection).await?;
    national.ok_or_else(|| Error::internal("no national unit"))
}

/// Tells every process that the directory changed. Part of each transaction that changes it.
///
/// # Errors
/// The database's.
pub async fn bump(connection: &impl ConnectionTrait) -> Result<(), Error> {
    entity::pulse::Entity::update_many()
        .col_expr(entity::pulse::Column::Version, Expr::cust("version + 1"))
        .filter(entity::pulse::Column::Name.eq(DIRECTORY_PULSE))
        .exec(connection)
        .await?;
    Ok(())
}

fn regions(lines: &[Line], edition: Uuid, now: DateTime<Utc>) -> Vec<region::Model> {
    let mut ids: HashMap<&str, Uuid> = HashMap::new();
    let mut regions = Vec::with_capacity(lines.len());
    for line in lines {
        let id = new_id(now);
        ids.insert(&line.code, id);
        regions.push(region::Model {
            id,
            code: line.code.clone(),
            kind: line.kind,
            name: line.name.clone(),
            parent_id: ids.get(line.parent_code.as_str()).copied(),
            // The list says what is valid now, not since when.
            valid_from: None,
            valid_to: None,
            state_from: None,
            edition_id: Some(edition),
            ended_by: None,
        });
    }
    regions
}

fn permanent_units(lines: &[Line], regions: &[region::Model], now: DateTime<Utc>) -> Vec<unit::Model> {
    let national = new_id(now);
    let root = Beginning {
        body_kind: BodyKind::BawasluRi,
        tier: Tier::Ri,
        region: None,
        name: "Bawaslu RI".to_owned(),
        parent: None,
        time_zone: "Asia/Jakarta".to_owned(),
        formed_on: None,
        ad_hoc: false,
    };
    let mut units = vec![root.into_row(national)];
    let mut ids: HashMap<&str, Uuid> = HashMap::new();
    for (line, region) in lines.iter().zip(regions) {
        let (panwaslih, bawaslu) = match line.tier {
            Tier::Provinsi => (BodyKind::PanwaslihProvinsi, BodyKind::BawasluProvinsi),
            Tier::KabupatenKota => (BodyKind::PanwaslihKabupatenKota, BodyKind::BawasluKabupatenKota),
            // Formed for an election, and so not part of what ships.
            Tier::Kecamatan | Tier::Ri => continue,
        };
        let body_kind = if body::lies_in_aceh(&line.code) {
            panwaslih
        } else {
            bawaslu
        };
        let id = new_id(now);
        ids.insert(&line.code, id);
        let begin = Beginning {
            body_kind,
            tier: line.tier,
            region: Some(region.id),
            name: body::name_of(body_kind, line.kind, &line.name),
            parent: Some(ids.get(line.parent_code.as_str()).copied().unwrap_or(national)),
            time_zone: reference::time_zone(&line.code).to_owned(),
            formed_on: None,
            ad_hoc: false,
        };
        units.push(begin.into_row(id));
    }
    units
}
