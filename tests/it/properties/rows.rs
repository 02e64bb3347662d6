//! Rows for the tables, as few of their fields as matter told.
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    account, cycle,
    enums::{Function, Openness, Position, ReportStatus, Tier},
    holder, region, report, seat, unit,
};
use jenjang::{
    identity::Credential,
    session::Actor,
    territory::{
        directory::{Directory, Person, Rows},
        tree::Unit,
    },
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::forest::{Model, id};

/// Whose requests they are.
pub const ACTOR: Uuid = Uuid::from_u128(1);
/// Somebody else, who submits and receives.
pub const OTHER: Uuid = Uuid::from_u128(2);

pub fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_737_421_200_000_000).unwrap()
}

pub fn today() -> NaiveDate {
    moment().date_naive()
}

/// A seat, and who sits there.
#[derive(Clone, Copy, Debug)]
pub struct Seated {
    pub account: Uuid,
    pub unit: Uuid,
    pub function: Function,
    pub custodian: bool,
}

fn seat(number: usize, seated: Seated) -> seat::Model {
    seat::Model {
        id: id(7, number),
        unit_id: seated.unit,
        position: Position::Other,
        function: seated.function,
        local_title: "Jabatan".to_owned(),
        division_name: None,
        valid_from: None,
        valid_to: None,
        custodian: seated.custodian,
    }
}

pub async fn insert<M, A>(connection: &impl ConnectionTrait, rows: &[M])
where
    M: IntoActiveModel<A> + Clone,
    A: ActiveModelTrait + Send,
{
    let rows: Vec<A> = rows.iter().cloned().map(IntoActiveModel::into_active_model).collect();
    if !rows.is_empty() {
        A::Entity::insert_many(rows)
            .exec_without_returning(connection)
            .await
            .unwrap();
    }
}

/// Writes a hierarchy, its root first, and seats there; gives the actor as a request would, and all seats. Two more are
/// those of somebody else, an expert at RI.
pub async fn write_people(
    connection: &impl ConnectionTrait,
    units: &[Unit],
    seated: &[Seated],
) -> (Actor, Vec<seat::Model>) {
    let region = region::Entity::find().one(connection).await.unwrap().unwrap();
    let row = |unit: &Unit| unit::Model {
        id: unit.id,
        region_id: unit.parent.map(|_parent| region.id),
        body_kind: unit.body_kind,
        tier: unit.tier,
        name: unit.name.clone(),
        parent_id: unit.parent,
        acting_superior_id: unit.acting_superior,
        time_zone: unit.time_zone.clone(),
        formed_on: None,
        dissolved_on: unit.dissolved_on,
        ad_hoc: false,
        version: 1,
        formed_name: unit.name.clone(),
        formed_parent_id: unit.parent,
    };
    let mut units: Vec<unit::Model> = units.iter().map(row).collect();
    units.sort_by_key(|unit| unit.tier);
    insert(connection, &units).await;
    let accounts = [ACTOR, OTHER].map(|id| account::Model {
        id,
        email: format!("{id}@contoh.id"),
        email_key: format!("{id}@contoh.id"),
        name: "Seseorang".to_owned(),
        password_hash: None,
        created_at: moment(),
        deactivated_at: None,
        email_copies: true,
        password_changed_at: None,
        erased_at: None,
    });
    insert(connection, &accounts).await;
    let root = units[0].id;
    let expert = Seated {
        account: OTHER,
        unit: root,
        function: Function::Expert,
        custodian: false,
    };
    let seated: Vec<Seated> = seated.iter().copied().chain([expert, expert]).collect();
    let seats: Vec<seat::Model> = seated
        .iter()
        .enumerate()
        .map(|(number, seated)| seat(number, *seated))
        .collect();
    insert(connection, &seats).await;
    let holders = seats
        .iter()
        .zip(&seated)
        .enumerate()
        .map(|(number, (seat, seated))| holder::Model {
            id: id(8, number),
            seat_id: seat.id,
            account_id: seated.account,
            acting: false,
            valid_from: today(),
            valid_to: None,
        });
    // Coordinators and experts sit at RI, elsewhere such a seat means nothing; and so does one of a unit that is gone.
    let gone = |unit: Uuid| {
        let mut units = units.iter();
        units.any(|row| row.id == unit && row.dissolved_on.is_some_and(|end| end <= today()))
    };
    let counts = |seated: &&Seated| {
        let national = matches!(seated.function, Function::Coordinator | Function::Expert);
        seated.account == ACTOR && !gone(seated.unit) && (seated.unit == root || !national)
    };
    let acting = seated.iter().filter(counts).count();
    let directory = Directory::new(Rows {
        version: 1,
        regions: vec![region.clone()],
        regions_past: Vec::new(),
        editions: Vec::new(),
        units,
        facts: Vec::new(),
        seats: seats.clone(),
        holders: holders.collect(),
        people: accounts.map(Person::from).to_vec(),
        programs: Vec::new(),
        tokens: Vec::new(),
    })
    .unwrap();
    let actor = Actor {
        account: ACTOR,
        credential: Credential::Session(Uuid::nil()),
        seats: directory.acting_seats(ACTOR, today()),
        directory: Arc::new(directory),
        today: today(),
    };
    assert_eq!(actor.seats.len(), acting);
    (actor, seats)
}

/// A report of a unit in a status, submitted once unless it is a draft or was abandoned.
pub fn report(number: usize, units: &[Unit], unit: Uuid, status: ReportStatus, cycle: &cycle::Model) -> report::Model {
    let model = Model::new(units);
    let reviewing = matches!(status, ReportStatus::Submitted | ReportStatus::TierReview);
    let submitted = !matches!(status, ReportStatus::Draft | ReportStatus::Abandoned);
    report::Model {
        id: id(9, number),
        unit_id: unit,
        provinsi_id: model.ancestor_at(unit, Tier::Provinsi),
        kabupaten_kota_id: model.ancestor_at(unit, Tier::KabupatenKota),
        kecamatan_id: model.ancestor_at(unit, Tier::Kecamatan),
        template_id: cycle.template_id,
        cycle_id: cycle.id,
        status,
        version: 1,
        reviewing_tier: reviewing.then_some(Tier::Provinsi),
        revision_id: None,
        revision_number: i32::from(submitted),
        first_submitted_at: submitted.then(moment),
        submitted_at: submitted.then(moment),
        submitted_rank: i64::from(submitted),
        submitted_by: submitted.then_some(OTHER),
        return_due_on: None,
        accepted_at: None,
        client_id: None,
        created_by: OTHER,
        created_at: moment(),
        updated_at: moment(),
        openness: Openness::Internal,
    }
}
