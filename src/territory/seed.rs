//! Writes the hierarchy that ships in the binary into a new database: regions, RI, the provinsi and the kabupaten/kota.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    enums::{BodyKind, Tier},
    region, unit,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    change::Beginning,
    query::DIRECTORY_PULSE,
    reference::{self, Line},
    seating,
};
use crate::{clock::new_id, db::insert_all, error::Error};

/// The provinces whose supervisory body is a Panwaslih: Aceh.
const PANWASLIH: &str = "11";

/// Loads the reference list and the permanent units with their standard seats.
///
/// # Errors
/// The database's.
pub async fn permanent_tiers(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), Error> {
    let lines = reference::lines().map_err(Error::internal)?;
    let regions = regions(&lines, now);
    let units = permanent_units(&lines, &regions, now);
    let seats = seating::seats_of(&units, now);
    insert_all(connection, regions).await?;
    insert_all(connection, units).await?;
    insert_all(connection, seats).await?;
    bump(connection).await
}

/// Forms the kecamatan bodies of one kabupaten/kota with their standard seats.
///
/// # Errors
/// The database's.
pub async fn kecamatan_bodies(
    connection: &impl ConnectionTrait,
    parent: &super::tree::Unit,
    regions: &[region::Model],
    formed_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let beneath = regions
        .iter()
        .filter(|region| region.parent_id == parent.region && parent.region.is_some());
    let units: Vec<unit::Model> = beneath
        .map(|region| {
            let begin = Beginning {
                body_kind: BodyKind::PanwasluKecamatan,
                tier: Tier::Kecamatan,
                region: Some(region.id),
                name: format!("Panwaslu {}", reference::display_name(region.kind, &region.name)),
                parent: Some(parent.id),
                time_zone: parent.time_zone.clone(),
                formed_on: Some(formed_on),
                ad_hoc: true,
            };
            begin.into_row(new_id(now))
        })
        .collect();
    let seats = seating::seats_of(&units, now);
    insert_all(connection, units).await?;
    insert_all(connection, seats).await?;
    bump(connection).await
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

fn regions(lines: &[Line], now: DateTime<Utc>) -> Vec<region::Model> {
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
            edition_id: None,
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
        let in_aceh = line.code.split('.').next() == Some(PANWASLIH);
        let id = new_id(now);
        ids.insert(&line.code, id);
        let begin = Beginning {
            body_kind: if in_aceh { panwaslih } else { bawaslu },
            tier: line.tier,
            region: Some(region.id),
            name: unit_name(line, in_aceh),
            parent: Some(ids.get(line.parent_code.as_str()).copied().unwrap_or(national)),
            time_zone: reference::time_zone(&line.code).to_owned(),
            formed_on: None,
            ad_hoc: false,
        };
        units.push(begin.into_row(id));
    }
    units
}

/// "Bawaslu Provinsi Jawa Barat", "Bawaslu Kota Bekasi", "Panwaslih Provinsi Aceh".
fn unit_name(line: &Line, in_aceh: bool) -> String {
    let body = if in_aceh { "Panwaslih" } else { "Bawaslu" };
    match line.tier {
        Tier::Provinsi => format!("{body} Provinsi {}", line.name),
        Tier::Ri | Tier::KabupatenKota | Tier::Kecamatan => {
            format!("{body} {}", reference::display_name(line.kind, &line.name))
        }
    }
}
