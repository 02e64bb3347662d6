//! Who sits where in the demo: a sign-in per seat, by a rule one can type from memory.
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::{
    account,
    enums::{Function, Position, Tier},
    holder, seat,
};
use secrecy::SecretString;
use uuid::Uuid;

pub(super) use crate::meeting::unit;

use super::{DOMAIN, reload, story::Teller};
use crate::{
    app::{App, StartError},
    clock::new_id,
    db::insert_all,
    error::Error,
    identity::{self, email::email_key},
    legal_basis::LegalBasis,
    territory::{
        self,
        change::{
            Order,
            election::{self, Extent},
        },
        directory::Directory,
        tree::Unit,
    },
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

/// The kecamatan bodies that were dissolved with people in them, of all those of Mesuji and Pesisir Barat.
pub(super) const FORMER: [&str; 5] = ["18.11.01", "18.11.02", "18.11.03", "18.13.01", "18.13.02"];

/// Those of the ten of 2024 that are not shown otherwise, and their provinces.
const HONOURED: [&str; 14] = [
    "13", "13.01", "33", "33.15", "33.24", "33.75", "35.79", "36", "36.73", "52", "52.02", "52.04", "64", "64.71",
];

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
            || (unit.tier == Tier::Kecamatan
                && (unit.code.starts_with(PONOROGO) || FORMER.contains(&unit.code.as_str())));
        if shown {
            offices.extend(local(unit));
        }
    }
    offices
}

fn national(root: &Unit) -> Vec<Office> {
    vec![
        at_ri(
            root,
            ("coordinator", "Sekar Nusantara"),
            (Position::SubKoordinator, Function::Coordinator),
            "Sub Koordinator Humas",
        ),
        expert(root, ("expert1", "Tirta Nusantara"), "Tenaga Ahli I"),
        expert(root, ("expert2", "Utari Nusantara"), "Tenaga Ahli II"),
        at_ri(
            root,
            ("admin", "Wira Nusantara"),
            (Position::Kasubbag, Function::Admin),
            "Kasubbag Kepegawaian",
        ),
    ]
}

/// Whoever takes part in awards and is not among the offices above: a second coordinator, who ratifies what the first computed, and
/// the heads of the other kabupaten/kota of the ten of 2024, with those of their provinces.
fn awarding(directory: &Directory) -> Vec<Office> {
    let second = at_ri(
        directory.tree.root(),
        ("coordinator2", "Zaki Nusantara"),
        (Position::Deputi, Function::Coordinator),
        "Deputi",
    );
    let units = directory.tree.all().iter();
    let units = units.filter(|unit| HONOURED.contains(&unit.code.as_str()));
    let heads = units.map(|unit| local_office(unit, Function::Head));
    std::iter::once(second).chain(heads).collect()
}

/// Experts who join when the review begins: one comes from Jawa Barat, the other does not answer.
pub(super) fn joining_experts(root: &Unit) -> Vec<Office> {
    vec![
        expert(root, ("expert3", "Vania Nusantara"), "Tenaga Ahli III"),
        expert(root, ("expert4", "Yudha Nusantara"), "Tenaga Ahli IV"),
    ]
}

fn expert(root: &Unit, who: (&str, &str), title: &str) -> Office {
    at_ri(root, who, (Position::TenagaAhli, Function::Expert), title)
}

fn at_ri(root: &Unit, (name, person): (&str, &str), (position, function): (Position, Function), title: &str) -> Office {
    Office {
        email: format!("{name}.ri@{DOMAIN}"),
        person: person.to_owned(),
        unit: root.id,
        position,
        function,
        title: title.to_owned(),
        division: Some("Biro Humas"),
    }
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

/// The day on which the kecamatan bodies of the demo were formed, for the election of 2024.
pub(super) const FORMED_ON: NaiveDate = match NaiveDate::from_ymd_opt(2024, 5, 25) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The day since when those of the permanent tiers sit, in the story.
const SEATED_ON: NaiveDate = match NaiveDate::from_ymd_opt(2023, 1, 2) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Seats everybody, once the kecamatan bodies of Ponorogo are formed.
///
/// # Errors
/// The database's, and what the command says.
pub async fn write(app: &App, password: &str) -> Result<(), StartError> {
    seat(app, password, FORMED_ON, is_permanent).await?;
    form_ponorogo(app, password).await
}

/// Seats those of the permanent tiers as the story begins, with those who take part in awards.
///
/// # Errors
/// The database's.
pub(super) async fn seat_permanent(app: &App, password: &str) -> Result<(), StartError> {
    seat(app, password, SEATED_ON, is_permanent).await?;
    let others = awarding(&app.services.directory.load());
    seat_all(app, password, SEATED_ON, &others).await
}

fn is_permanent(office: &Office, directory: &Directory) -> bool {
    let unit = directory.tree.get(office.unit);
    unit.is_some_and(|unit| unit.tier != Tier::Kecamatan)
}

/// Forms the kecamatan bodies of Ponorogo and seats them.
///
/// # Errors
/// The database's, and what the command says.
pub(super) async fn form_ponorogo(app: &App, password: &str) -> Result<(), StartError> {
    let teller = Teller { app, password };
    let admin = teller.sign_in("admin.ri").await?;
    let ponorogo = unit(&admin.actor, PONOROGO)?;
    election::form(&admin, "", decree(FORMED_ON), beneath(vec![ponorogo])).await?;
    identity::service::sign_out(&admin, false).await?;
    seat(app, password, FORMED_ON, |office, directory| {
        directory
            .tree
            .get(office.unit)
            .is_some_and(|unit| unit.parent == Some(ponorogo))
    })
    .await
}

/// An order by an invented decree of a day.
pub(super) fn decree(on: NaiveDate) -> Order {
    Order {
        basis: LegalBasis {
            number: format!("1/HK.01.01/K1/{}", on.year()),
            date: on,
        },
        on,
        dry_run: false,
        seat: None,
    }
}

/// Everything beneath some units.
pub(super) fn beneath(units: Vec<Uuid>) -> Extent {
    Extent {
        underneath: Some(units),
        dates: Vec::new(),
        except: Vec::new(),
    }
}

/// Seats those of the offices that are chosen, since a day.
pub(super) async fn seat(
    app: &App,
    password: &str,
    from: NaiveDate,
    chosen: impl Fn(&Office, &Directory) -> bool,
) -> Result<(), StartError> {
    let directory = app.services.directory.load();
    let mut offices = offices(&directory);
    offices.retain(|office| chosen(office, &directory));
    seat_all(app, password, from, &offices).await
}

/// Makes accounts for offices and seats them since a day, in the standard seats where there is one for the office.
pub(super) async fn seat_all(app: &App, password: &str, from: NaiveDate, offices: &[Office]) -> Result<(), StartError> {
    let services = &app.services;
    let now = services.clock.now();
    let hash = services
        .identity
        .hasher
        .hash(SecretString::from(password))
        .await
        .map_err(Error::internal)?;
    let directory = services.directory.load();
    let (mut accounts, mut seats, mut holders) = (Vec::new(), Vec::new(), Vec::new());
    for office in offices {
        let account = account_of(office, &hash, now);
        let seat_id = standard_seat(&directory, office, from).unwrap_or_else(|| {
            let seat = seat_of(office, new_id(now));
            let id = seat.id;
            seats.push(seat);
            id
        });
        holders.push(holder::Model {
            id: new_id(now),
            seat_id,
            account_id: account.id,
            acting: false,
            valid_from: from,
            valid_to: None,
        });
        accounts.push(account);
    }
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    insert_all(connection, accounts).await?;
    insert_all(connection, seats).await?;
    insert_all(connection, holders).await?;
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

fn account_of(office: &Office, hash: &str, now: DateTime<Utc>) -> account::Model {
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
