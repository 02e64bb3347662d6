//! Who sits where in the sample: at RI an office per function, elsewhere the standard seats, invented people in them.
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    account,
    enums::{Function, Position, Tier},
    holder, seat,
};
use uuid::Uuid;

use super::{Sample, noon, reload};
use crate::{
    app::{App, StartError},
    clock::new_id,
    db::insert_all,
    error::Error,
    identity::{self, email::email_key},
    legal_basis::LegalBasis,
    meeting::Offices,
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

/// The domain of every sign-in of a sample; nothing outside one ever has it.
pub const DOMAIN: &str = "sample.jenjang.id";

/// The experts at RI.
const EXPERTS: usize = 20;

/// The first names of invented people; the region's name serves as the family's, so that no one is meant.
const NAMES: [&str; 16] = [
    "Anggun", "Bagas", "Cahya", "Damar", "Endah", "Galih", "Intan", "Jati", "Kusuma", "Laras", "Mekar", "Niken",
    "Pandu", "Ratna", "Surya", "Wulan",
];

/// A person with a seat of their own.
struct Seated {
    account: account::Model,
    holder: holder::Model,
}

fn seated(name: &str, person: String, seat: Uuid, from: NaiveDate, hash: &str) -> Seated {
    let now = noon(from);
    let email = format!("{name}@{DOMAIN}");
    let account = account::Model {
        id: new_id(now),
        email_key: email_key(&email),
        email,
        name: person,
        password_hash: Some(hash.to_owned()),
        created_at: now,
        deactivated_at: None,
        // Letters to people who are not would go nowhere.
        email_copies: false,
        password_changed_at: None,
        erased_at: None,
    };
    let holder = holder::Model {
        id: new_id(now),
        seat_id: seat,
        account_id: account.id,
        acting: false,
        valid_from: from,
        valid_to: None,
    };
    Seated { account, holder }
}

async fn write(app: &App, seats: Vec<seat::Model>, people: Vec<Seated>) -> Result<(), Error> {
    let (accounts, holders): (Vec<_>, Vec<_>) = people.into_iter().map(|one| (one.account, one.holder)).unzip();
    let transaction = app.services.db.begin().await?;
    let connection = transaction.connection();
    insert_all(connection, accounts).await?;
    insert_all(connection, seats).await?;
    insert_all(connection, holders).await?;
    territory::seed::bump(connection).await?;
    transaction.commit().await?;
    reload(app).await
}

/// Seats an administrator, a coordinator, an observer and the experts at RI.
pub(super) async fn seat_national(app: &App, from: NaiveDate, hash: &str) -> Result<(), Error> {
    let directory = app.services.directory.load();
    let national = directory.tree.root().id;
    let offices = [
        ("admin.ri".to_owned(), Position::Kasubbag, Function::Admin),
        (
            "coordinator.ri".to_owned(),
            Position::SubKoordinator,
            Function::Coordinator,
        ),
        ("coordinator2.ri".to_owned(), Position::Kordiv, Function::Coordinator),
        ("observer.ri".to_owned(), Position::Anggota, Function::Observer),
    ];
    let offices = offices.map(|(name, position, function)| (name, position, function, "Biro Humas".to_owned()));
    let experts = (1..=EXPERTS).map(|number| {
        let title = format!("Tenaga Ahli {number:02}");
        (
            format!("expert{number}.ri"),
            Position::TenagaAhli,
            Function::Expert,
            title,
        )
    });
    let (mut seats, mut people) = (Vec::new(), Vec::new());
    for (number, (name, position, function, local_title)) in offices.into_iter().chain(experts).enumerate() {
        let seat = seat::Model {
            id: new_id(noon(from)),
            unit_id: national,
            position,
            function,
            local_title,
            division_name: None,
            valid_from: None,
            valid_to: None,
            custodian: false,
        };
        let person = format!("{} Nusantara", NAMES[number % NAMES.len()]);
        people.push(seated(&name, person, seat.id, from, hash));
        seats.push(seat);
    }
    write(app, seats, people).await
}

/// Forms kecamatan bodies, kabupaten after kabupaten until there are enough, by the very command that does.
pub(super) async fn form_kecamatan(app: &App, password: &str, on: NaiveDate, sample: Sample) -> Result<(), StartError> {
    let chosen = enough(&app.services.directory.load(), sample);
    if chosen.is_empty() {
        return Ok(());
    }
    let offices = Offices {
        app,
        password,
        domain: DOMAIN,
    };
    let admin = offices.sign_in("admin.ri").await?;
    let order = Order {
        basis: LegalBasis {
            number: "1/SAMPEL/2020".to_owned(),
            date: on,
        },
        on,
        dry_run: false,
        seat: None,
    };
    let extent = Extent {
        underneath: Some(chosen),
        dates: Vec::new(),
        except: Vec::new(),
    };
    election::form(&admin, "", order, extent).await?;
    identity::service::sign_out(&admin, false).await?;
    Ok(())
}

/// The first kabupaten/kota that together have as many kecamatan as there shall be bodies.
fn enough(directory: &Directory, sample: Sample) -> Vec<Uuid> {
    let mut kecamatan: HashMap<Uuid, usize> = HashMap::new();
    for parent in directory.regions().iter().filter_map(|region| region.parent_id) {
        *kecamatan.entry(parent).or_default() += 1;
    }
    let mut wanted = sample.kecamatan(directory.tree.all().len() - 1);
    let mut chosen = Vec::new();
    for unit in directory
        .tree
        .all()
        .iter()
        .filter(|unit| unit.tier == Tier::KabupatenKota)
    {
        if wanted == 0 {
            break;
        }
        let beneath = unit.region.and_then(|region| kecamatan.get(&region)).copied();
        wanted = wanted.saturating_sub(beneath.unwrap_or_default());
        chosen.push(unit.id);
    }
    chosen
}

/// Seats a head and a staff of every unit, then administrators and observers until there are enough. Gives the number of all
/// accounts.
pub(super) async fn seat_everybody(app: &App, sample: Sample, from: NaiveDate, hash: &str) -> Result<usize, Error> {
    let wanted = sample.accounts();
    let directory = app.services.directory.load();
    let mut people = Vec::new();
    for functions in [
        &[Function::Head, Function::Staff][..],
        &[Function::Admin, Function::Observer],
    ] {
        for unit in directory.tree.all().iter().filter(|unit| unit.tier != Tier::Ri) {
            for &function in functions {
                let needed = matches!(function, Function::Head | Function::Staff);
                if !needed && people.len() + EXPERTS + 4 >= wanted {
                    break;
                }
                people.extend(local(app, unit, function, from, hash));
            }
        }
    }
    let accounts = people.len() + EXPERTS + 4;
    write(app, Vec::new(), people).await?;
    Ok(accounts)
}

fn local(app: &App, unit: &Unit, function: Function, from: NaiveDate, hash: &str) -> Option<Seated> {
    let directory = app.services.directory.load();
    let seats = directory.seats_of(unit.id, from);
    let seat = seats.into_iter().find(|seat| seat.function == function)?;
    let word = match function {
        Function::Head => "head",
        Function::Staff => "staff",
        Function::Admin => "admin",
        Function::Observer => "observer",
        Function::Coordinator | Function::Expert => return None,
    };
    let code = unit.code.to_lowercase();
    let number = unit.code.bytes().chain(word.bytes()).map(usize::from).sum::<usize>();
    let place = unit.name.rsplit(' ').next().unwrap_or(&unit.name);
    let person = format!("{} {place}", NAMES[number % NAMES.len()]);
    Some(seated(&format!("{word}.{code}"), person, seat.id, from, hash))
}
