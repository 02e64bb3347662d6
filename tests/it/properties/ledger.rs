//! The ledger: what is read of it in SQL against the rule and the pure states, and what it becomes step by step against a
//! recomputation from the whole history.
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Duration, Utc};
use entity::{
    cycle, cycle_passing,
    enums::{Function, ObligationStanding, ReportCommand, ReportStatus, Tier, Verdict},
    obligation, report, template,
};
use jenjang::{
    authz::{
        Decision, Standing,
        policy::cycle::{Action, Relations, decide},
    },
    page::Window,
    report::{
        catalogue::{Catalogue, Rows},
        ledger,
        obligation::State,
        owed::{
            completeness::Counts,
            perspective::Perspective,
            query::{self, Counted, Filter, Key, View},
        },
    },
    session::Actor,
    territory::tree::Unit,
};
use proptest::{prelude::*, sample::Index};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::{
    cases,
    forest::{Model, forest, id},
    rows::{self, insert},
    tried_on_both_databases,
};

/// Moments are told in hours around this one.
fn hour(hours: i64) -> DateTime<Utc> {
    rows::moment() + Duration::hours(hours)
}

/// A hierarchy, a person in it, rounds and what is owed in them.
#[derive(Clone, Debug)]
struct World {
    units: Vec<Unit>,
    seats: Vec<(Index, Function)>,
    /// For each round: when it opens, how much later it is due, and when it is closed, if it is.
    rounds: Vec<(i64, i64, Option<i64>)>,
    /// Which unit passed which round on.
    passings: Vec<(Index, Index)>,
    owed: Vec<Sketch>,
    top: Index,
    tier: Option<Tier>,
}

#[derive(Clone, Debug)]
struct Sketch {
    round: Index,
    unit: Index,
    /// Beneath which unit it stood in the tree of the period, of those of a higher tier.
    stood_beneath: Index,
    standing: ObligationStanding,
    grace: i64,
    extended_by: i64,
    passed_by: Option<i64>,
    met: Option<i64>,
    verdict: Option<Verdict>,
}

fn any_of<T: Iterable + Clone + std::fmt::Debug + 'static>() -> impl Strategy<Value = T> {
    prop::sample::select(T::iter().collect::<Vec<_>>())
}

prop_compose! {
    fn sketch()(
        (round, unit, stood_beneath) in any::<(Index, Index, Index)>(),
        standing in prop_oneof![2 => Just(ObligationStanding::Expected), 1 => any_of::<ObligationStanding>()],
        grace in 0..3_i64,
        extended_by in prop_oneof![2 => Just(0), 1 => 1..4_i64],
        passed_by in prop::option::of(1..4_i64),
        met in prop::option::of(-6..6_i64),
        verdict in prop::option::of(any_of::<Verdict>()),
    ) -> Sketch {
        Sketch { round, unit, stood_beneath, standing, grace, extended_by, passed_by, met, verdict }
    }
}

prop_compose! {
    fn world()(
        units in forest(9),
        seats in prop::collection::vec((any::<Index>(), any_of::<Function>()), 0..3),
        rounds in prop::collection::vec((-6..2_i64, 0..7_i64, prop::option::weighted(0.3, -3..2_i64)), 1..4),
        passings in prop::collection::vec((any::<Index>(), any::<Index>()), 0..3),
        owed in prop::collection::vec(sketch(), 1..12),
        top in any::<Index>(),
        tier in prop::option::of(any_of::<Tier>()),
    ) -> World {
        World { units, seats, rounds, passings, owed, top, tier }
    }
}

impl World {
    /// The line from a unit of a higher tier up, as the period had it; RI where there is none.
    fn line(&self, sketch: &Sketch) -> Vec<Uuid> {
        let tier = sketch.unit.get(&self.units).tier;
        let higher: Vec<&Unit> = self.units.iter().filter(|unit| unit.tier < tier).collect();
        if higher.is_empty() {
            return Vec::new();
        }
        let above = sketch.stood_beneath.get(&higher).id;
        let mut line = vec![above];
        line.extend(Model::new(&self.units).ancestors(above));
        line
    }

    fn unit(&self, id: Uuid) -> &Unit {
        self.units.iter().find(|unit| unit.id == id).unwrap()
    }

    /// The rows, one per round and unit.
    fn obligations(&self, cycles: &[cycle::Model]) -> Vec<obligation::Model> {
        let mut rows = BTreeMap::new();
        for (number, sketch) in self.owed.iter().enumerate() {
            let cycle = sketch.round.get(cycles);
            let unit = sketch.unit.get(&self.units);
            let line = self.line(sketch);
            let at = |tier| {
                let mut line = std::iter::once(unit.id).chain(line.iter().copied());
                line.find(|id| self.unit(*id).tier == tier)
            };
            let due_at = cycle.due_at + Duration::hours(sketch.extended_by);
            let row = obligation::Model {
                id: id(21, number),
                cycle_id: cycle.id,
                unit_id: unit.id,
                parent_id: line.first().copied(),
                provinsi_id: at(Tier::Provinsi),
                kabupaten_kota_id: at(Tier::KabupatenKota),
                kecamatan_id: at(Tier::Kecamatan),
                tier: unit.tier,
                standing: sketch.standing,
                due_at,
                on_time_until: due_at + Duration::hours(sketch.grace),
                passed_due_at: sketch.passed_by.map(|hours| cycle.due_at - Duration::hours(hours)),
                extended: sketch.extended_by > 0,
                met_at: sketch.met.map(hour),
                report_id: None,
                accepted_at: sketch
                    .verdict
                    .filter(|verdict| *verdict == Verdict::Accepted)
                    .map(|_accepted| hour(0)),
                declined: sketch.verdict == Some(Verdict::Declined),
                version: 1,
            };
            rows.entry((cycle.id, unit.id)).or_insert((row, line));
        }
        rows.into_values().map(|(row, _line)| row).collect()
    }

    /// What the rule lets the actor read, seat by seat.
    fn reads(&self, actor: &Actor, row: &obligation::Model) -> bool {
        actor.seats.iter().any(|seat| {
            let above = [row.provinsi_id, row.kabupaten_kota_id, row.kecamatan_id].contains(&Some(seat.unit));
            let standing = if seat.unit == row.unit_id {
                Standing::Own
            } else if above || seat.tier == Tier::Ri {
                Standing::Above
            } else {
                Standing::Outside
            };
            decide(
                (seat.function, seat.tier),
                Action::ReadLedger,
                standing,
                Relations::default(),
            ) == Decision::Allowed
        })
    }
}

async fn write(
    connection: &impl ConnectionTrait,
    world: &World,
) -> (Actor, Arc<Catalogue>, Vec<cycle::Model>, Vec<obligation::Model>) {
    let seated: Vec<rows::Seated> = world
        .seats
        .iter()
        .map(|(at, function)| rows::Seated {
            account: rows::ACTOR,
            unit: at.get(&world.units).id,
            function: *function,
            custodian: false,
        })
        .collect();
    let (actor, seats) = rows::write_people(connection, &world.units, &seated).await;
    let template = template::Entity::find().one(connection).await.unwrap().unwrap();
    let some_cycle = cycle::Entity::find().one(connection).await.unwrap().unwrap();
    let cycle_of = |(number, (opens, due, closed)): (usize, &(i64, i64, Option<i64>))| cycle::Model {
        id: id(20, number),
        template_id: template.id,
        code: format!("cycle {number}"),
        opens_at: hour(*opens),
        due_at: hour(*opens + *due),
        closed_at: closed.map(hour),
        tree_date: rows::today(),
        ..some_cycle.clone()
    };
    let cycles: Vec<cycle::Model> = world.rounds.iter().enumerate().map(cycle_of).collect();
    insert(connection, &cycles).await;
    let obligations = world.obligations(&cycles);
    insert(connection, &obligations).await;
    let passing = |(number, (round, unit)): (usize, &(Index, Index))| cycle_passing::Model {
        id: id(22, number),
        cycle_id: round.get(&cycles).id,
        unit_id: unit.get(&world.units).id,
        due_at: hour(0),
        basis_number: String::new(),
        basis_date: rows::today(),
        basis_file_id: None,
        version: 1,
        account_id: rows::OTHER,
        seat_id: seats[0].id,
        at: hour(0),
    };
    let catalogue = Catalogue::new(Rows {
        version: 1,
        templates: vec![template],
        cycles: cycles.clone(),
        stages: Vec::new(),
        passings: world.passings.iter().enumerate().map(passing).collect(),
    });
    (actor, Arc::new(catalogue), cycles, obligations)
}

/// Whether a unit goes by the moment to which a round was passed on, told by a walk up from it.
fn goes_by_passing(world: &World, catalogue: &Catalogue, cycle: Uuid, unit: Uuid) -> bool {
    let mut line = vec![unit];
    line.extend(Model::new(&world.units).ancestors(unit));
    line.iter().any(|above| catalogue.passing(cycle, *above).is_some())
}

/// How it stands, said plainly.
fn stands(row: &obligation::Model, by_passing: bool, cycle: &cycle::Model, now: DateTime<Utc>) -> State {
    let until = match row.passed_due_at {
        Some(earlier) if by_passing => earlier,
        _ => row.on_time_until,
    };
    match (row.met_at, row.standing) {
        (Some(met), _) if met > until => State::MetLate,
        (Some(_in_time), _) => State::MetOnTime,
        (None, ObligationStanding::Excused) => State::Excused,
        (None, ObligationStanding::Waived) => State::Waived,
        (None, ObligationStanding::NotApplicable) => State::NotApplicable,
        (None, ObligationStanding::Expected) => match cycle.closed_at {
            Some(closed) if closed <= now => State::Unmet,
            _ if cycle.opens_at > now => State::Scheduled,
            _ if until < now => State::Overdue,
            _ => State::Open,
        },
    }
}

const STATES: [State; 9] = [
    State::Scheduled,
    State::Open,
    State::Overdue,
    State::MetOnTime,
    State::MetLate,
    State::Excused,
    State::Waived,
    State::NotApplicable,
    State::Unmet,
];

async fn the_ledger_is_read_as_the_rules_say(
    connection: &impl ConnectionTrait,
    world: World,
) -> Result<(), TestCaseError> {
    let (actor, catalogue, cycles, obligations) = write(connection, &world).await;
    let now = hour(0);
    let cycle_of = |row: &obligation::Model| cycles.iter().find(|cycle| cycle.id == row.cycle_id).unwrap();
    let view = View {
        perspective: Perspective::of_actor(&catalogue, &actor),
        catalogue: Arc::clone(&catalogue),
        now,
    };
    let by_passing = |row: &obligation::Model| {
        let mut seats = actor.seats.iter();
        !actor.seats.is_empty() && seats.all(|seat| goes_by_passing(&world, &catalogue, row.cycle_id, seat.unit))
    };
    let everything = Window {
        limit: 100,
        after: None,
        before: None,
        from_end: false,
    };
    let mut wanted: Vec<Option<Vec<State>>> = STATES.iter().map(|state| Some(vec![*state])).collect();
    wanted.extend([
        None,
        Some(STATES.to_vec()),
        Some(vec![State::Overdue, State::MetLate]),
        Some(Vec::new()),
    ]);
    for states in wanted {
        let filter = Filter {
            cycle: Some(cycles.iter().map(|cycle| cycle.id).collect()),
            state: states.clone(),
            ..Filter::default()
        };
        let stands_so = |row: &obligation::Model| {
            let state = stands(row, by_passing(row), cycle_of(row), now);
            states.as_ref().is_none_or(|states| states.contains(&state))
        };
        let mut expected: Vec<&obligation::Model> = obligations
            .iter()
            .filter(|row| world.reads(&actor, row) && stands_so(row))
            .collect();
        expected.sort_by_key(|row| Key::from(*row));
        let expected: Vec<Uuid> = expected.into_iter().map(|row| row.id).collect();
        let page = query::page(connection, &actor, &view, &filter, false, &everything)
            .await
            .unwrap();
        let found: Vec<Uuid> = page.items.iter().map(|row| row.id).collect();
        prop_assert_eq!(&found, &expected, "{:?}", &states);
        let count = query::count(connection, &actor, &view, &filter).await.unwrap();
        prop_assert_eq!(count, expected.len() as u64);
        let backwards = query::page(connection, &actor, &view, &filter, true, &everything)
            .await
            .unwrap();
        let backwards: Vec<Uuid> = backwards.items.iter().rev().map(|row| row.id).collect();
        prop_assert_eq!(&backwards, &expected, "descending {:?}", &states);
    }
    let all: Vec<Uuid> = obligations.iter().map(|row| row.id).collect();
    let found = query::by_ids(connection, &actor, &all).await.unwrap();
    let found: BTreeSet<Uuid> = found.iter().map(|row| row.id).collect();
    let expected = obligations
        .iter()
        .filter(|row| world.reads(&actor, row))
        .map(|row| row.id)
        .collect();
    prop_assert_eq!(found, expected, "by ids");

    // Counting, as the unit asked about judges lateness.
    let top = world.top.get(&world.units);
    let view = View {
        perspective: Perspective::of_unit(&catalogue, &actor.directory.history, top.id),
        ..view
    };
    let counted = Counted {
        cycles: cycles.iter().map(|cycle| cycle.id).collect(),
        top: (top.tier, top.id),
        tier: world.tier,
    };
    let mut expected: HashMap<Uuid, Counts> = HashMap::new();
    for row in &obligations {
        let within =
            top.tier == Tier::Ri || [row.provinsi_id, row.kabupaten_kota_id, row.kecamatan_id].contains(&Some(top.id));
        if within && world.tier.is_none_or(|tier| tier == row.tier) {
            let passed = goes_by_passing(&world, &catalogue, row.cycle_id, top.id);
            let verdict = match (row.accepted_at, row.declined) {
                (Some(_at), _) => Some(Verdict::Accepted),
                (None, true) => Some(Verdict::Declined),
                (None, false) => None,
            };
            let counts = expected.entry(row.cycle_id).or_default();
            counts.add(stands(row, passed, cycle_of(row), now), verdict, 1);
        }
    }
    let mut found: HashMap<Uuid, Counts> = HashMap::new();
    for group in query::groups(connection, &view, &counted).await.unwrap() {
        let cycle = cycles.iter().find(|cycle| cycle.id == group.cycle_id).unwrap();
        let state = jenjang::report::obligation::state_of(group.came, group.until, cycle, now);
        found
            .entry(cycle.id)
            .or_default()
            .add(state, group.verdict, group.obligations);
    }
    prop_assert_eq!(found, expected, "counted of {:?}", top.id);
    Ok(())
}

tried_on_both_databases!(the_ledger_is_read_as_the_rules_say, world(), cases(60));

/// What may happen to what a unit owes.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Step(ReportCommand),
    /// The due moment is moved on.
    Extended,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    use ReportCommand::{Abandon, Accept, Decline, RetractAcceptance, Return, Start, Submit, Take, Withdraw};
    let steps = vec![
        Start,
        Submit,
        Submit,
        Withdraw,
        Take,
        Return,
        Abandon,
        Accept,
        Decline,
        RetractAcceptance,
    ];
    let one = prop_oneof![
        9 => prop::sample::select(steps).prop_map(Happening::Step),
        1 => Just(Happening::Extended),
    ];
    prop::collection::vec(one, 0..40)
}

/// One report as its history tells it.
#[derive(Clone, Debug, Default)]
struct Told {
    status: Option<ReportStatus>,
    submissions: Vec<DateTime<Utc>>,
    accepted_at: Option<DateTime<Utc>>,
}

/// Where a step leads, as far as the ledger is concerned; None where it is not possible.
fn led(status: ReportStatus, command: ReportCommand) -> Option<ReportStatus> {
    use ReportCommand as Do;
    use ReportStatus::{
        Abandoned, Accepted, Declined, Draft, Received, Returned, RevisionAsked, Submitted, TierReview,
    };
    match (status, command) {
        (Draft | Returned, Do::Submit) => Some(Submitted),
        (Submitted, Do::Withdraw) => Some(Draft),
        (Submitted, Do::Take) => Some(TierReview),
        (TierReview, Do::Return) => Some(Returned),
        (TierReview | Received, Do::Accept) => Some(Accepted),
        (TierReview | Received, Do::Decline) => Some(Declined),
        (Accepted, Do::RetractAcceptance) | (RevisionAsked, Do::Submit) => Some(Received),
        (Accepted, Do::Reopen) => Some(RevisionAsked),
        (Draft | Returned, Do::Abandon) => Some(Abandoned),
        _ => None,
    }
}

async fn the_ledger_follows_every_history(
    connection: &impl ConnectionTrait,
    happenings: Vec<Happening>,
) -> Result<(), TestCaseError> {
    let units = vec![super::forest::unit(id(1, 0), Tier::Ri, None)];
    rows::write_people(connection, &units, &[]).await;
    let some_cycle = cycle::Entity::find().one(connection).await.unwrap().unwrap();
    let cycle = cycle::Model {
        id: id(20, 0),
        code: "cycle".to_owned(),
        ..some_cycle
    };
    insert(connection, std::slice::from_ref(&cycle)).await;
    let row = obligation::Model {
        id: id(21, 0),
        cycle_id: cycle.id,
        unit_id: units[0].id,
        parent_id: None,
        provinsi_id: None,
        kabupaten_kota_id: None,
        kecamatan_id: None,
        tier: Tier::Ri,
        standing: ObligationStanding::Expected,
        due_at: hour(0),
        on_time_until: hour(0),
        passed_due_at: None,
        extended: false,
        met_at: None,
        report_id: None,
        accepted_at: None,
        declined: false,
        version: 1,
    };
    insert(connection, std::slice::from_ref(&row)).await;
    let mut reports: Vec<(report::Model, Told)> = Vec::new();
    let mut due = hour(0);
    for (number, happening) in happenings.into_iter().enumerate() {
        let at = hour(number as i64 + 1);
        match happening {
            Happening::Extended => {
                due = at;
                let row = obligation::Entity::find_by_id(row.id)
                    .one(connection)
                    .await
                    .unwrap()
                    .unwrap();
                let longer = obligation::Model {
                    due_at: due,
                    on_time_until: due,
                    extended: true,
                    ..row
                };
                longer.into_active_model().reset_all().update(connection).await.unwrap();
            }
            Happening::Step(ReportCommand::Start) => {
                let live = reports.last().and_then(|(_row, told)| told.status);
                if live.is_some_and(|status| !matches!(status, ReportStatus::Declined | ReportStatus::Abandoned)) {
                    continue;
                }
                let report = rows::report(number, &units, units[0].id, ReportStatus::Draft, &cycle);
                insert(connection, std::slice::from_ref(&report)).await;
                ledger::follow(connection, None, &report, ReportCommand::Start)
                    .await
                    .unwrap();
                reports.push((
                    report,
                    Told {
                        status: Some(ReportStatus::Draft),
                        ..Told::default()
                    },
                ));
            }
            Happening::Step(command) => {
                let Some((report, told)) = reports.last_mut() else {
                    continue;
                };
                let Some(status) = told.status.and_then(|status| led(status, command)) else {
                    continue;
                };
                let submitted = command == ReportCommand::Submit;
                let after = report::Model {
                    status,
                    version: report.version + 1,
                    submitted_at: if submitted { Some(at) } else { report.submitted_at },
                    accepted_at: (status == ReportStatus::Accepted).then_some(at),
                    reviewing_tier: matches!(status, ReportStatus::Submitted | ReportStatus::TierReview)
                        .then_some(Tier::Provinsi),
                    ..report.clone()
                };
                after
                    .clone()
                    .into_active_model()
                    .reset_all()
                    .update(connection)
                    .await
                    .unwrap();
                ledger::follow(connection, Some(report), &after, command).await.unwrap();
                match command {
                    ReportCommand::Submit => told.submissions.push(at),
                    ReportCommand::Withdraw => drop(told.submissions.pop()),
                    _ => {}
                }
                told.status = Some(status);
                told.accepted_at = after.accepted_at;
                *report = after;
            }
        }
        let kept: Vec<&(report::Model, Told)> = reports
            .iter()
            .filter(|(_row, told)| told.status != Some(ReportStatus::Abandoned))
            .collect();
        let live = kept.last();
        let found = obligation::Entity::find_by_id(row.id)
            .one(connection)
            .await
            .unwrap()
            .unwrap();
        let expected = obligation::Model {
            due_at: due,
            on_time_until: due,
            extended: due > hour(0),
            met_at: kept
                .iter()
                .filter_map(|(_row, told)| told.submissions.first().copied())
                .min(),
            report_id: live.map(|(row, _told)| row.id),
            accepted_at: live.and_then(|(_row, told)| told.accepted_at),
            declined: live.is_some_and(|(_row, told)| told.status == Some(ReportStatus::Declined)),
            version: found.version,
            ..row.clone()
        };
        prop_assert_eq!(found, expected, "after {} things", number + 1);
    }
    Ok(())
}

tried_on_both_databases!(the_ledger_follows_every_history, happenings(), cases(60));
