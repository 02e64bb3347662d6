//! The scope in SQL against the rule on one report: what a list shows is what may be read, and nothing else.
use std::collections::{BTreeMap, BTreeSet};

use entity::{
    conflict, cycle,
    enums::{
        AssignmentState, ConflictKind, FindingSeverity, FindingState, Function, HandoverOutcome, ReportStatus,
        ReviewSubjectType,
    },
    finding, handover, handover_item, handover_receiver, handover_session, portfolio_entry, receipt, receipt_key,
    report, review_assignment, review_portfolio, revision, seat, template,
};
use jenjang::{
    authz::{
        ActingSeat, Decision,
        policy::{
            report::{Action, Relations, State, decide},
            review,
        },
    },
    page::Window,
    report::{
        finding::query as findings,
        query::{self, Filter, Key, Order},
        receipt as receipts,
    },
    session::Actor,
    territory::tree::Unit,
};
use proptest::{prelude::*, sample::Index};
use sea_orm::{ConnectionTrait, EntityTrait, Iterable, PaginatorTrait};
use uuid::Uuid;

use super::{
    barred, cases, entered, evaluated,
    forest::{Model, forest, id},
    given, held,
    rows::{self, insert},
    tried_on_both_databases,
};

/// A hierarchy, a person in it, and reports.
#[derive(Clone, Debug)]
struct World {
    units: Vec<Unit>,
    /// Where the person sits, as what, and whether it is marked as a custodian's seat. Others sit at RI as experts, to be
    /// named beside or instead.
    seats: Vec<(Index, Function, bool)>,
    /// Where somebody else sits as HEAD, and whether that seat is marked.
    others: Vec<(Index, bool)>,
    /// Whether the person sits at RI as an expert besides, and reviews.
    expert: bool,
    /// What that seat looks after: a province or all, this template or another, the round of one report or every one.
    portfolio: Vec<(Option<Index>, bool, Option<Index>)>,
    /// The units the person has a conflict of interest with, and whether it was lifted.
    conflicts: Vec<(Index, bool)>,
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
    /// Whether the expert was assigned to review it, and is still.
    assigned: Option<bool>,
}

fn functions() -> impl Strategy<Value = Function> {
    prop::sample::select(Function::iter().collect::<Vec<_>>())
}

/// As what somebody sits: often as HEAD, whom the most hangs on.
fn roles() -> impl Strategy<Value = Function> {
    prop_oneof![1 => Just(Function::Head), 2 => functions()]
}

fn statuses() -> impl Strategy<Value = ReportStatus> {
    // Often one in which it matters whether a report was ever submitted.
    prop_oneof![
        1 => Just(ReportStatus::Draft),
        1 => Just(ReportStatus::Abandoned),
        2 => prop::sample::select(ReportStatus::iter().collect::<Vec<_>>()),
    ]
}

prop_compose! {
    fn sketch()(
        unit in any::<Index>(),
        status in statuses(),
        submitted in any::<bool>(),
        handovers in prop::collection::vec(prop::collection::vec(any::<Index>(), 1..4), 0..3),
        rank in 1..4_i64,
        assigned in prop::option::weighted(0.4, any::<bool>()),
    ) -> Sketch {
        Sketch { unit, status, submitted, handovers, rank, assigned }
    }
}

prop_compose! {
    fn world()(
        units in forest(9),
        // For each unit: dissolved, to be dissolved tomorrow, or neither.
        ends in prop::collection::vec(0..4_u8, 10),
        seats in prop::collection::vec((any::<Index>(), roles(), any::<bool>()), 0..4),
        others in prop::collection::vec((any::<Index>(), any::<bool>()), 0..2),
        expert in prop::bool::weighted(0.6),
        portfolio in prop::collection::vec(
            (prop::option::of(any::<Index>()), prop::bool::weighted(0.8), prop::option::weighted(0.3, any::<Index>())),
            0..3,
        ),
        conflicts in prop::collection::vec((any::<Index>(), prop::bool::weighted(0.3)), 0..2),
        reports in prop::collection::vec(sketch(), 1..9),
        filter in (any::<Index>(), statuses()),
    ) -> World {
        let end = |unit: Unit, end: u8| match end {
            0 | 1 if unit.parent.is_some() => Unit { dissolved_on: Some(rows::today()), ..unit },
            2 if unit.parent.is_some() => Unit { dissolved_on: rows::today().succ_opt(), ..unit },
            _ => unit,
        };
        let units = units.into_iter().zip(ends).map(|(unit, ends)| end(unit, ends)).collect();
        World { units, seats, others, expert, portfolio, conflicts, reports, filter }
    }
}

impl World {
    fn root(&self) -> Uuid {
        self.units.iter().find(|unit| unit.parent.is_none()).unwrap().id
    }

    fn seated(&self) -> Vec<rows::Seated> {
        let own = self.seats.iter().map(|(at, function, custodian)| rows::Seated {
            account: rows::ACTOR,
            unit: at.get(&self.units).id,
            function: *function,
            custodian: *custodian,
        });
        let others = self.others.iter().map(|(at, custodian)| rows::Seated {
            account: rows::OTHER,
            unit: at.get(&self.units).id,
            function: Function::Head,
            custodian: *custodian,
        });
        let expert = self.expert.then(|| rows::Seated {
            account: rows::ACTOR,
            unit: self.root(),
            function: Function::Expert,
            custodian: false,
        });
        own.chain(others).chain(expert).collect()
    }

    /// The seats that keep what a unit left, found by a walk up from it.
    fn custodians(&self, unit: Uuid, seats: &[seat::Model]) -> BTreeSet<Uuid> {
        let gone = |unit: Uuid| {
            let unit = self.units.iter().find(|known| known.id == unit).unwrap();
            unit.dissolved_on == Some(rows::today())
        };
        if !gone(unit) {
            return BTreeSet::new();
        }
        let line = Model::new(&self.units).ancestors(unit);
        let keeper = line.into_iter().find(|above| !gone(*above));
        let heads = seats
            .iter()
            .filter(|seat| Some(seat.unit_id) == keeper && seat.function == Function::Head);
        let marked: BTreeSet<Uuid> = heads
            .clone()
            .filter(|seat| seat.custodian)
            .map(|seat| seat.id)
            .collect();
        if marked.is_empty() {
            heads.map(|seat| seat.id).collect()
        } else {
            marked
        }
    }
}

/// The rows of a world.
struct Written {
    actor: Actor,
    seats: Vec<seat::Model>,
    reports: Vec<report::Model>,
    /// The seats named in the handover in force.
    receivers: BTreeMap<Uuid, BTreeSet<Uuid>>,
    reviewing: Reviewing,
}

/// What ties the person to reports as an expert.
struct Reviewing {
    /// The seat it hangs on; none where the person is no expert.
    seat: Option<Uuid>,
    assigned: BTreeSet<Uuid>,
    portfolio: Vec<portfolio_entry::Model>,
    /// The code of the template of all reports.
    code: String,
    /// Every unit there is a conflict of interest with, where the person sits included.
    conflicts: Vec<Uuid>,
}

/// A key that signs receipts.
const KID: &str = "20250121T000000Z-0000";

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
        ReportStatus::Received
        | ReportStatus::ExpertReview
        | ReportStatus::RevisionAsked
        | ReportStatus::Evaluated
        | ReportStatus::Accepted
        | ReportStatus::Declined => Some(Some(HandoverOutcome::Received)),
    }
}

fn report_row(world: &World, number: usize, cycle: &cycle::Model) -> report::Model {
    let sketch = &world.reports[number];
    let unit = sketch.unit.get(&world.units).id;
    let plain = rows::report(number, &world.units, unit, sketch.status, cycle);
    // A draft that was submitted before was withdrawn; those above know of it.
    let submitted_at = plain.first_submitted_at.or(sketch.submitted.then(rows::moment));
    report::Model {
        first_submitted_at: submitted_at,
        submitted_at,
        submitted_rank: submitted_at.map_or(0, |_at| sketch.rank),
        ..plain
    }
}

async fn write(connection: &impl ConnectionTrait, world: &World) -> Written {
    let (actor, seats) = rows::write_people(connection, &world.units, &world.seated()).await;
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
    let gathering = handover_session::Model::opened(id(12, 0), world.units[0].id, rows::moment());
    insert(connection, &[gathering]).await;
    let found = |(number, report): (usize, &report::Model)| found_in(number, report, &seats[0]);
    insert(connection, &reports.iter().enumerate().map(found).collect::<Vec<_>>()).await;
    let key = receipt_key::Model {
        kid: KID.to_owned(),
        public_key: vec![0; 32],
        made_at: rows::moment(),
        recorded_at: rows::moment(),
    };
    insert(connection, &[key]).await;
    for (number, report) in reports.iter().enumerate() {
        if let Some(outcome) = handed_over(report.status) {
            let named = write_handovers(connection, &world.reports[number], (number, report), outcome, &seats).await;
            receivers.insert(report.id, named);
        }
    }
    let reviewing = write_reviewing(connection, world, (&actor, &reports), &template).await;
    Written {
        actor,
        seats,
        reports,
        receivers,
        reviewing,
    }
}

async fn write_reviewing(
    connection: &impl ConnectionTrait,
    world: &World,
    (actor, reports): (&Actor, &[report::Model]),
    template: &template::Model,
) -> Reviewing {
    let root = world.root();
    let conflict = |(number, (unit, lifted)): (usize, &(Index, bool))| conflict::Model {
        id: id(15, number),
        account_id: rows::ACTOR,
        kind: ConflictKind::Other,
        unit_id: unit.get(&world.units).id,
        until: None,
        reason: "Keluarga.".to_owned(),
        declared_by: rows::ACTOR,
        declared_at: rows::moment(),
        lifted_by: lifted.then_some(rows::OTHER),
        lifted_at: lifted.then(rows::moment),
        version: 1,
    };
    let conflicts = world.conflicts.iter().enumerate().map(conflict);
    // With RI, where who reviews sits, there is none.
    let conflicts: Vec<conflict::Model> = conflicts.filter(|row| row.unit_id != root).collect();
    insert(connection, &conflicts).await;
    let standing = conflicts
        .iter()
        .filter(|row| row.lifted_at.is_none())
        .map(|row| row.unit_id);
    let sits = world.seats.iter().map(|(at, ..)| at.get(&world.units).id);
    let mut reviewing = Reviewing {
        seat: actor
            .seats
            .iter()
            .find(|seat| seat.function == Function::Expert)
            .map(|seat| seat.seat),
        assigned: BTreeSet::new(),
        portfolio: Vec::new(),
        code: template.code.clone(),
        conflicts: standing.chain(sits.filter(|unit| *unit != root)).collect(),
    };
    let Some(seat) = reviewing.seat else { return reviewing };
    let portfolio = review_portfolio::Model {
        seat_id: seat,
        version: 1,
        updated_at: rows::moment(),
        updated_by: rows::OTHER,
    };
    insert(connection, &[portfolio]).await;
    for (number, (province, this, round)) in world.portfolio.iter().enumerate() {
        reviewing.portfolio.push(portfolio_entry::Model {
            id: id(17, number),
            seat_id: seat,
            provinsi_id: province.map(|unit| unit.get(&world.units).id),
            template_code: Some(if *this {
                template.code.clone()
            } else {
                "lain".to_owned()
            }),
            cycle_id: round.map(|report| report.get(reports).cycle_id),
        });
    }
    insert(connection, &reviewing.portfolio).await;
    for (number, report) in reports.iter().enumerate() {
        let Some(live) = world.reports[number].assigned else {
            continue;
        };
        let assignment = review_assignment::Model {
            id: id(16, number),
            subject_type: ReviewSubjectType::Report,
            subject_id: report.id,
            unit_id: report.unit_id,
            seat_id: seat,
            account_id: rows::ACTOR,
            lead: false,
            state: if live {
                AssignmentState::Assigned
            } else {
                AssignmentState::Lapsed
            },
            due_on: None,
            assigned_by: rows::OTHER,
            assigned_at: rows::moment(),
            updated_at: rows::moment(),
            version: 1,
        };
        insert(connection, &[assignment]).await;
        if live {
            reviewing.assigned.insert(report.id);
        }
    }
    reviewing
}

impl Reviewing {
    fn covers(&self, report: &report::Model) -> bool {
        self.portfolio.iter().any(|entry| {
            entry.provinsi_id.is_none_or(|unit| report.provinsi_id == Some(unit))
                && entry.template_code.as_ref().is_none_or(|code| *code == self.code)
                && entry.cycle_id.is_none_or(|cycle| report.cycle_id == cycle)
        })
    }
}

/// What was found in a report, one for each.
fn found_in(number: usize, report: &report::Model, by: &seat::Model) -> finding::Model {
    finding::Model {
        id: id(14, number),
        subject_type: "report".to_owned(),
        subject_id: report.id,
        unit_id: report.unit_id,
        revision: 1,
        section: None,
        field: None,
        severity: FindingSeverity::Note,
        text: "Rapi.".to_owned(),
        due_on: None,
        state: FindingState::Open,
        raised_by: rows::OTHER,
        raised_seat: by.id,
        raised_unit: by.unit_id,
        raised_at: rows::moment(),
        acknowledged_by: None,
        acknowledged_at: None,
        answered_in: None,
        reminded_at: None,
        version: 1,
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
        submitted_at: rows::moment(),
        account_id: rows::OTHER,
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
            at: rows::moment(),
            seat_id: seats[0].id,
            account_id: rows::OTHER,
            created_at: rows::moment(),
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
        let is_received = item.outcome == HandoverOutcome::Received;
        insert(connection, &[item]).await;
        if is_received {
            let receipt = receipt::Model {
                id: id(14, number),
                code: format!("code {number}"),
                report_id: report.id,
                revision_id: id(10, number),
                handover_id: act.id,
                session_id: act.session_id,
                payload: "{}".to_owned(),
                kid: KID.to_owned(),
                signature: String::new(),
                issued_at: rows::moment(),
            };
            insert(connection, &[receipt]).await;
        }
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
        self.readable_from(world, |_seat, _conflicted| true)
    }

    /// Of which of them the actor is told what was found.
    fn followed(&self, world: &World) -> BTreeSet<Uuid> {
        let reviews = |seat: &ActingSeat| matches!(seat.function, Function::Expert | Function::Coordinator);
        let is_anybodys = self.actor.seats.iter().any(reviews);
        self.readable_from(world, |seat, conflicted| {
            let relations = review::Relations {
                conflicted: conflicted && is_anybodys,
                at_ri: seat.unit == world.root(),
                ..review::Relations::default()
            };
            review::decide(seat.function, review::Action::Follow, relations) == Decision::Allowed
        })
    }

    fn readable_from(&self, world: &World, from: impl Fn(&ActingSeat, bool) -> bool) -> BTreeSet<Uuid> {
        let model = Model::new(&world.units);
        let (reviews, conflicts) = (self.reviewing.seat, &self.reviewing.conflicts);
        let may_read = |report: &&report::Model| {
            self.actor.seats.iter().any(|seat| {
                let relations = Relations {
                    province: report.provinsi_id == Some(seat.unit),
                    receiver: self
                        .receivers
                        .get(&report.id)
                        .is_some_and(|named| named.contains(&seat.seat)),
                    custodian: world.custodians(report.unit_id, &self.seats).contains(&seat.seat),
                    assigned: reviews == Some(seat.seat) && self.reviewing.assigned.contains(&report.id),
                    portfolio: reviews == Some(seat.seat) && self.reviewing.covers(report),
                    conflicted: conflicts.iter().any(|unit| model.is_within(report.unit_id, *unit)),
                    ..Relations::default()
                };
                let state = State {
                    status: report.status,
                    submitted: report.first_submitted_at.is_some(),
                };
                let standing = model.standing(seat.unit, report.unit_id);
                let reads = decide(seat.function, Action::Read, standing, relations, state) == Decision::Allowed;
                reads && from(seat, relations.conflicted)
            })
        };
        self.reports.iter().filter(may_read).map(|report| report.id).collect()
    }
}

fn ids(rows: &[report::Model]) -> BTreeSet<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

/// Which reports a filter wants, said on one of them.
type Wanted<'a> = &'a dyn Fn(&report::Model) -> bool;

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
    let findings: Vec<Uuid> = (0..all.len()).map(|number| id(14, number)).collect();
    let found = findings::visible(connection, actor, &findings).await.unwrap();
    let found: BTreeSet<Uuid> = found.iter().map(|finding| finding.subject_id).collect();
    prop_assert_eq!(&found, &written.followed(&world), "what was found in them");
    for id in all {
        let found = query::by_id(connection, actor, id).await.unwrap();
        prop_assert_eq!(found.is_some(), expected.contains(&id), "by id");
    }

    let numbers = 0..written.reports.len();
    let receipts: Vec<Uuid> = numbers.map(|number| id(14, number)).collect();
    let kept = receipt::Entity::find().all(connection).await.unwrap();
    let of_readable = kept.iter().filter(|receipt| expected.contains(&receipt.report_id));
    let of_readable: BTreeSet<Uuid> = of_readable.map(|receipt| receipt.id).collect();
    let found = receipts::query::by_ids(connection, actor, &receipts).await.unwrap();
    let found: BTreeSet<Uuid> = found.iter().map(|receipt| receipt.id).collect();
    prop_assert_eq!(&found, &of_readable, "receipts");

    let custodians = |unit| world.custodians(unit, &written.seats);
    evaluated::is_read_by_the_rule(connection, (&world.units, world.root()), actor, custodians).await?;
    held::is_read_by_the_rule(connection, &world.units, actor, custodians).await?;
    given::is_read_by_the_rule(connection, &world.units, actor, written.seats[0].id).await?;
    entered::is_read_by_the_rule(connection, &world.units, actor, &written.seats).await?;
    barred::is_judged_by_the_rule(connection, &world.units, actor).await?;

    let (unit, status) = &world.filter;
    let top = unit.get(&world.units).id;
    let model = Model::new(&world.units);
    let beneath = |report: &report::Model| model.is_within(report.unit_id, top);
    let filters: [(Filter, Wanted<'_>); 4] = [
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

tried_on_both_databases!(the_lists_show_what_may_be_read, world(), cases(80));
