//! Who sits where in the demo: a sign-in per seat, by a rule one can type from memory.
use chrono::NaiveDate;
use entity::{
    account,
    enums::{Function, Position, Tier},
    holder, seat,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use secrecy::SecretString;
use uuid::Uuid;

use super::{DOMAIN, reload};
use crate::{
    app::{App, StartError},
    clock::new_id,
    error::Error,
    identity::email::email_key,
    territory::{self, directory::Directory, tree::Unit},
};

/// A seat with the person who sits in it.
#[derive(Clone, Debug)]
pub struct Office {
    pub email: String,
    pub person: String,
    pub unit: Uuid,
    pub position: Position,
    pub function: Function,
    pub title: String,
    pub division: Option<&'static str>,
}

/// Provinces shown with an observer and an admin beside staff and head.
const PROVINCES: [&str; 3] = ["32", "18", "31"];

/// The province of the two below, shown so that what climbs from a kecamatan arrives somewhere.
const JAWA_TIMUR: &str = "35";

/// The regencies shown by themselves.
const JEMBER: &str = "35.09";
const PONOROGO: &str = "35.02";

/// The first names of invented people; the region's name serves as the family's, so that no one is meant.
const NAMES: [&str; 16] = [
    "Ayu", "Bima", "Citra", "Dewi", "Eka", "Fajar", "Gita", "Hana", "Indra", "Jaya", "Kirana", "Lestari", "Melati",
    "Nanda", "Putri", "Rangga",
];

/// Everybody of the demo.
#[must_use]
pub fn offices(directory: &Directory) -> Vec<Office> {
    let mut offices = national(directory.tree.root());
    for unit in directory.tree.all() {
        let regency_of = |province: &str| unit.tier == Tier::KabupatenKota && unit.code.starts_with(province);
        let shown = PROVINCES.contains(&unit.code.as_str())
            || regency_of("32.")
            || regency_of("18.")
            || unit.code == JAWA_TIMUR
            || unit.code == JEMBER
            || unit.code == PONOROGO
            || (unit.tier == Tier::Kecamatan && unit.code.starts_with(PONOROGO));
        if shown {
            offices.extend(local(unit));
        }
    }
    offices
}

fn national(root: &Unit) -> Vec<Office> {
    let office = |name: &str, person: &str, position, function, title: &str| Office {
        email: format!("{name}.ri@{DOMAIN}"),
        person: person.to_owned(),
        unit: root.id,
        position,
        function,
        title: title.to_owned(),
        division: Some("Biro Humas"),
    };
    vec![
        office(
            "coordinator",
            "Sekar Nusantara",
            Position::SubKoordinator,
            Function::Coordinator,
            "Sub Koordinator Humas",
        ),
        office(
            "expert1",
            "Tirta Nusantara",
            Position::TenagaAhli,
            Function::Expert,
            "Tenaga Ahli I",
        ),
        office(
            "expert2",
            "Utari Nusantara",
            Position::TenagaAhli,
            Function::Expert,
            "Tenaga Ahli II",
        ),
        office(
            "admin",
            "Wira Nusantara",
            Position::Kasubbag,
            Function::Admin,
            "Kasubbag Kepegawaian",
        ),
    ]
}

fn local(unit: &Unit) -> Vec<Office> {
    let mut functions = vec![Function::Staff, Function::Head];
    if PROVINCES.contains(&unit.code.as_str()) {
        functions.extend([Function::Observer, Function::Admin]);
    }
    functions
        .into_iter()
        .map(|function| local_office(unit, function))
        .collect()
}

fn local_office(unit: &Unit, function: Function) -> Office {
    let (name, position, title) = match function {
        Function::Staff if unit.tier == Tier::Kecamatan => ("staff", Position::Staf, "Staf Sekretariat"),
        Function::Staff => ("staff", Position::Staf, "Staf Humas"),
        Function::Head if unit.tier == Tier::Kecamatan => ("head", Position::Ketua, "Ketua"),
        Function::Head => ("head", Position::Kordiv, "Koordinator Divisi Humas"),
        Function::Observer => ("observer", Position::Anggota, "Anggota"),
        Function::Admin => ("admin", Position::Kasubbag, "Kasubbag Administrasi"),
        Function::Coordinator | Function::Expert => ("ri", Position::Other, "Jabatan di RI"),
    };
    let seed = unit.code.bytes().chain(name.bytes()).map(usize::from).sum::<usize>();
    let place = unit.name.rsplit(' ').next().unwrap_or(&unit.name);
    Office {
        email: format!("{name}.{}@{DOMAIN}", unit.code.to_lowercase()),
        person: format!("{} {place}", NAMES[seed % NAMES.len()]),
        unit: unit.id,
        position,
        function,
        title: title.to_owned(),
        division: None,
    }
}

/// Forms the kecamatan bodies of Ponorogo and seats everybody, in the standard seats where there is one for the office.
///
/// # Errors
/// The database's.
pub async fn write(app: &App, password: &str) -> Result<(), StartError> {
    let services = &app.services;
    let now = services.clock.now();
    let hash = services
        .identity
        .hasher
        .hash(SecretString::from(password))
        .await
        .map_err(Error::internal)?;
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    let directory = services.directory.load();
    let ponorogo = directory
        .unit_by_code(PONOROGO)
        .ok_or_else(|| Error::internal("Ponorogo is not in the reference list"))?;
    let formed_on = NaiveDate::from_ymd_opt(2024, 5, 25).ok_or_else(|| Error::internal("no such day"))?;
    territory::seed::kecamatan_bodies(connection, ponorogo, directory.regions(), formed_on, now).await?;
    transaction.commit().await?;
    reload(app).await?;

    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    let (mut accounts, mut seats, mut holders) = (Vec::new(), Vec::new(), Vec::new());
    let directory = services.directory.load();
    for office in offices(&directory) {
        let account = account_of(&office, &hash, now);
        let seat_id = standard_seat(&directory, &office, formed_on).unwrap_or_else(|| {
            let seat = seat_of(&office, new_id(now));
            let id = seat.id;
            seats.push(seat);
            id
        });
        holders.push(holder::Model {
            id: new_id(now),
            seat_id,
            account_id: account.id,
            acting: false,
            valid_from: formed_on,
            valid_to: None,
        });
        accounts.push(account);
    }
    let accounts = accounts.into_iter().map(IntoActiveModel::into_active_model);
    account::Entity::insert_many(accounts)
        .exec_without_returning(connection)
        .await
        .map_err(Error::from)?;
    let seats = seats.into_iter().map(IntoActiveModel::into_active_model);
    seat::Entity::insert_many(seats)
        .exec_without_returning(connection)
        .await
        .map_err(Error::from)?;
    let holders = holders.into_iter().map(IntoActiveModel::into_active_model);
    holder::Entity::insert_many(holders)
        .exec_without_returning(connection)
        .await
        .map_err(Error::from)?;
    territory::seed::bump(connection).await?;
    transaction.commit().await?;
    reload(app).await
}

/// The seat that was made with the unit for such an office. Each office of the demo is another function of its unit.
fn standard_seat(directory: &Directory, office: &Office, day: NaiveDate) -> Option<Uuid> {
    let mut seats = directory.seats_of(office.unit, day).into_iter();
    let fits = |seat: &&seat::Model| seat.function == office.function && seat.local_title == office.title;
    seats.find(fits).map(|seat| seat.id)
}

fn account_of(office: &Office, hash: &str, now: chrono::DateTime<chrono::Utc>) -> account::Model {
    account::Model {
        id: new_id(now),
        email: office.email.clone(),
        email_key: email_key(&office.email),
        name: office.person.clone(),
        password_hash: Some(hash.to_owned()),
        created_at: now,
        deactivated_at: None,
        email_copies: true,
        password_changed_at: None,
        erased_at: None,
    }
}

fn seat_of(office: &Office, id: Uuid) -> seat::Model {
    seat::Model {
        id,
        unit_id: office.unit,
        position: office.position,
        function: office.function,
        local_title: office.title.clone(),
        division_name: office.division.map(str::to_owned),
        valid_from: None,
        valid_to: None,
        custodian: false,
    }
}
