//! The scope in SQL against the rule on one report: what a list shows is what may be read, and nothing else.
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    account, cycle,
    enums::{Function, HandoverOutcome, Position, ReportStatus, Tier},
    handover, handover_item, handover_receiver, handover_session, holder, region, report, revision, seat, template,
    unit,
};
use jenjang::{
    authz::{
        Decision,
        policy::report::{Action, Relations, State, decide},
    },
    page::Window,
    report::query::{self, Filter, Key, Order},
    session::Actor,
    territory::{
        directory::{Directory, Person, Rows},
        tree::Unit,
    },
};
use proptest::{prelude::*, sample::Index};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, PaginatorTrait};
use uuid::Uuid;

use super::{
    cases,
    forest::{Model, forest, id},
    tried_on_both_databases,
};

/// A hierarchy, a person in it, and reports.
#[derive(Clone, Debug)]
struct World {
    units: Vec<Unit>,
    /// Where the person sits, and as what. Others sit at RI as experts, to be named beside or instead.
    seats: Vec<(Index, Function)>,
    reports: Vec<Sketch>,
    filter: (Index, ReportStatus),
}

/// A report in some state.
#[derive(Clone, Debug)]
struct Sketch {
    unit: Index,
    status: ReportStatus,
    /// A draft may have been submitted before, and withdrawn.
    submitted: bool,
    /// Whom each handover named; all but the last were refused, and that too where the report went back.
    handovers: Vec<Vec<Index>>,
    rank: i64,
}

fn functions() -> impl Strategy<Value = Function> {
    prop::sample::select(Function::iter().collect::<Vec<_>>())
}

fn statuses() -> impl Strategy<Value = ReportStatus> {
    prop::sample::select(ReportStatus::iter().collect::<Vec<_>>())
}

prop_compose! {
    fn sketch()(
        unit in any::<Index>(),
        status in statuses(),
        submitted in any::<bool>(),
        handovers in prop::collection::vec(prop::collection::vec(any::<Index>(), 1..4), 0..3),
        rank in 1..4_i64,
    ) -> Sketch {
        Sketch { unit, status, submitted, handovers, rank }
    }
}

prop_compose! {
    fn world()(
        units in forest(9),
        seats in prop::collection::vec((any::<Index>(), functions()), 0..4),
        reports in prop::collection::vec(sketch(), 1..9),
        filter in (any::<Index>(), statuses()),
    ) -> World {
        World { units, seats, reports, filter }
    }
}

/// The rows of a world.
struct Written {
    actor: Actor,
    reports: Vec<report::Model>,
    /// The seats named in the handover in force.
    receivers: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

const ACTOR: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_737_421_200_000_000).unwrap()
}

fn today() -> NaiveDate {
    moment().date_naive()
}

fn seat(number: usize, unit: Uuid, function: Function) -> seat::Model {
    seat::Model {
        id: id(7, number),
        unit_id: unit,
        position: Position::Other,
        function,
        local_title: "Jabatan".to_owned(),
        division_name: None,
        valid_from: None,
        valid_to: None,
    }
}

async fn insert<M, A>(connection: &impl ConnectionTrait, rows: &[M])
where
    M: IntoActiveModel<A> + Clone,
    A: sea_orm::ActiveModelTrait + Send,
{
    let rows: Vec<A> = rows.iter().cloned().map(IntoActiveModel::into_active_model).collect();
    if !rows.is_empty() {
        A::Entity::insert_many(rows)
            .exec_without_returning(connection)
            .await
            .unwrap();
    }
}

/// Writes the hierarchy and the people, and gives the actor as a request would.
async fn write_people(connection: &impl ConnectionTrait, world: &World) -> (Actor, Vec<seat::Model>) {
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
        dissolved_on: None,
    };
    let mut units: Vec<unit::Model> = world.units.iter().map(row).collect();
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
    });
    insert(connection, &accounts).await;
    let mut seats: Vec<seat::Model> = world
        .seats
        .iter()
        .enumerate()
        .map(|(number, (at, function))| seat(number, at.get(&world.units).id, *function))
        .collect();
    let own = seats.len();
    seats.extend((0..2).map(|number| seat(own + number, units[0].id, Function::Expert)));
    insert(connection, &seats).await;
    let holders = seats.iter().enumerate().map(|(number, seat)| holder::Model {
        id: id(8, number),
        seat_id: seat.id,
        account_id: if number < own { ACTOR } else { OTHER },
        acting: false,
        valid_from: today(),
        valid_to: None,
    });
    let directory = Directory::new(Rows {
        version: 1,
        regions: vec![region.clone()],
        units,
        seats: seats.clone(),
        holders: holders.collect(),
        people: accounts.map(Person::from).to_vec(),
    })
    .unwrap();
    let actor = Actor {
        account: ACTOR,
        session: Uuid::nil(),
        seats: directory.acting_seats(ACTOR, today()),
        directory: Arc::new(directory),
        today: today(),
    };
    assert_eq!(actor.seats.len(), own);
    (actor, seats)
}

/// Where a handover may have happened, and whether the last one holds.
fn handed_over(status: ReportStatus) -> Option<Option<HandoverOutcome>> {
    match status {
        ReportStatus::Draft
        | ReportStatus::Submitted
        | ReportStatus::TierReview
        | ReportStatus::Returned
        | ReportStatus::Abandoned => None,
        ReportStatus::Endorsed => Some(None),
        ReportStatus::HandedOver => Some(Some(HandoverOutcome::Pending)),
        ReportStatus::Received | ReportStatus::Accepted | ReportStatus::Declined => {
            Some(Some(HandoverOutcome::Received))
        }
    }
}

fn report_row(world: &World, number: usize, cycle: &cycle::Model) -> report::Model {
    let sketch = &world.reports[number];
    let model = Model::new(&world.units);
    let unit = sketch.unit.get(&world.units).id;
    let reviewing = matches!(sketch.status, ReportStatus::Submitted | ReportStatus::TierReview);
    let submitted = sketch.submitted || !matches!(sketch.status, ReportStatus::Draft | ReportStatus::Abandoned);
    report::Model {
        id: id(9, number),
        unit_id: unit,
        provinsi_id: model.ancestor_at(unit, Tier::Provinsi),
        kabupaten_kota_id: model.ancestor_at(unit, Tier::KabupatenKota),
        kecamatan_id: model.ancestor_at(unit, Tier::Kecamatan),
        template_id: cycle.template_id,
        cycle_id: cycle.id,
        status: sketch.status,
        version: 1,
        reviewing_tier: reviewing.then_some(Tier::Provinsi),
        revision_id: submitted.then(|| id(10, number)),
        revision_number: i32::from(submitted),
        first_submitted_at: submitted.then(moment),
        submitted_at: submitted.then(moment),
        submitted_rank: if submitted { sketch.rank } else { 0 },
        submitted_by: submitted.then_some(OTHER),
        return_due_on: None,
        accepted_at: None,
        client_id: None,
        created_by: OTHER,
        created_at: moment(),
        updated_at: moment(),
    }
}

async fn write(connection: &impl ConnectionTrait, world: &World) -> Written {
    let (actor, seats) = write_people(connection, world).await;
    let template = template::Entity::find().one(connection).await.unwrap().unwrap();
    let some_cycle = cycle::Entity::find().one(connection).await.unwrap().unwrap();
    let cycle_of = |number| cycle::Model {
        id: id(11, number),
        template_id: template.id,
        code: format!("cycle {number}"),
        ..some_cycle.clone()
    };
    let cycles: Vec<cycle::Model> = (0..world.reports.len()).map(cycle_of).collect();
    insert(connection, &cycles).await;
    let reports: Vec<report::Model> = (0..world.reports.len())
        .map(|number| report_row(world, number, &cycles[number]))
        .collect();
    insert(connection, &reports).await;
    let mut receivers = BTreeMap::new();
    let gathering = handover_session::Model {
        id: id(12, 0),
        unit_id: world.units[0].id,
        created_at: moment(),
    };
    insert(connection, &[gathering]).await;
    for (number, report) in reports.iter().enumerate() {
        if let Some(outcome) = handed_over(report.status) {
            let named = write_handovers(connection, &world.reports[number], (number, report), outcome, &seats).await;
            receivers.insert(report.id, named);
        }
    }
    Written {
        actor,
        reports,
        receivers,
    }
}

/// Writes the handovers of one report, and gives the seats named in the one in force.
async fn write_handovers(
    connection: &impl ConnectionTrait,
    sketch: &Sketch,
    (number, report): (usize, &report::Model),
    last: Option<HandoverOutcome>,
    seats: &[seat::Model],
) -> BTreeSet<Uuid> {
    let revision = revision::Model {
        id: id(10, number),
        report_id: report.id,
        number: 1,
        content: "{}".to_owned(),
        sha256: String::new(),
        submitted_at: moment(),
        account_id: OTHER,
        seat_id: seats[0].id,
    };
    insert(connection, &[revision]).await;
    let mut in_force = BTreeSet::new();
    for (turn, named) in sketch.handovers.iter().enumerate() {
        let outcome = last.filter(|_last| turn + 1 == sketch.handovers.len());
        let act = handover::Model {
            id: id(13, number * 10 + turn),
            session_id: id(12, 0),
            place: "Jakarta".to_owned(),
            at: moment(),
            seat_id: seats[0].id,
            account_id: OTHER,
            created_at: moment(),
        };
        insert(connection, std::slice::from_ref(&act)).await;
        let item = handover_item::Model {
            handover_id: act.id,
            report_id: report.id,
            revision_id: id(10, number),
            outcome: outcome.unwrap_or(HandoverOutcome::Refused),
            seat_id: None,
            account_id: None,
            decided_at: None,
            reason: None,
        };
        insert(connection, &[item]).await;
        let named: BTreeSet<Uuid> = named.iter().map(|index| index.get(seats).id).collect();
        let rows: Vec<handover_receiver::Model> = named
            .iter()
            .map(|&seat_id| handover_receiver::Model {
                handover_id: act.id,
                seat_id,
            })
            .collect();
        insert(connection, &rows).await;
        if outcome.is_some() {
            in_force = named;
        }
    }
    in_force
}

impl Written {
    /// What the rule lets the actor read, seat by seat, by a walk through the hierarchy.
    fn readable(&self, world: &World) -> BTreeSet<Uuid> {
        let model = Model::new(&world.units);
        let may_read = |report: &&report::Model| {
            self.actor.seats.iter().any(|seat| {
                let relations = Relations {
                    province: report.provinsi_id == Some(seat.unit),
                    receiver: self
                        .receivers
                        .get(&report.id)
                        .is_some_and(|named| named.contains(&seat.seat)),
                    ..Relations::default()
                };
                let state = State {
                    status: report.status,
                    submitted: report.first_submitted_at.is_some(),
                };
                let standing = model.standing(seat.unit, report.unit_id);
                decide(seat.function, Action::Read, standing, relations, state) == Decision::Allowed
            })
        };
        self.reports.iter().filter(may_read).map(|report| report.id).collect()
    }
}

fn ids(rows: &[report::Model]) -> BTreeSet<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

async fn the_lists_show_what_may_be_read(connection: &impl ConnectionTrait, world: World) -> Result<(), TestCaseError> {
    let written = write(connection, &world).await;
    let actor = &written.actor;
    let expected = written.readable(&world);
    let mut all: Vec<Uuid> = written.reports.iter().map(|report| report.id).collect();
    all.push(Uuid::nil());

    prop_assert_eq!(
        &ids(&query::by_ids(connection, actor, &all).await.unwrap()),
        &expected,
        "by ids"
    );
    prop_assert_eq!(
        &ids(&query::locked(connection, actor, &all).await.unwrap()),
        &expected,
        "locked"
    );
    for id in all {
        let found = query::by_id(connection, actor, id).await.unwrap();
        prop_assert_eq!(found.is_some(), expected.contains(&id), "by id");
    }

    let (unit, status) = &world.filter;
    let top = unit.get(&world.units).id;
    let model = Model::new(&world.units);
    let beneath = |report: &report::Model| model.is_within(report.unit_id, top);
    let filters: [(Filter, &dyn Fn(&report::Model) -> bool); 4] = [
        (Filter::default(), &|_report| true),
        (
            Filter {
                underneath: Some(vec![top]),
                ..Filter::default()
            },
            &beneath,
        ),
        (
            Filter {
                unit: Some(vec![top]),
                ..Filter::default()
            },
            &|report| report.unit_id == top,
        ),
        (
            Filter {
                status: Some(vec![*status]),
                ..Filter::default()
            },
            &|report| report.status == *status,
        ),
    ];
    for (filter, wanted) in filters {
        let expected: BTreeSet<Uuid> = written
            .reports
            .iter()
            .filter(|report| expected.contains(&report.id) && wanted(report))
            .map(|report| report.id)
            .collect();
        let count = query::count(connection, actor, &filter).await.unwrap();
        prop_assert_eq!(count, expected.len() as u64, "count {:?}", filter);
        for order in [Order::Created, Order::Submitted] {
            let window: Window<Key> = Window {
                limit: 100,
                after: None,
                before: None,
                from_end: false,
            };
            let page = query::page(connection, actor, &filter, (order, true), &window)
                .await
                .unwrap();
            prop_assert_eq!(&ids(&page.items), &expected, "page {:?}", filter);
        }
    }
    let written = report::Entity::find().count(connection).await.unwrap();
    prop_assert_eq!(
        written,
        world.reports.len() as u64,
        "nothing is left from the case before"
    );
    Ok(())
}

tried_on_both_databases!(the_lists_show_what_may_be_read, world(), cases(60));
