//! Beginning reports: one, or those of many units at once.
use std::collections::{HashMap, HashSet};

use entity::{
    cycle,
    draft::{self, Answers, Cites, Saved},
    enums::{Openness, PeriodKind, ReportCommand, ReportStatus, Tier},
    obligation, report, report_text, template, transition,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel, SqlErr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    catalogue::{self, Catalogue},
    cycle::{
        query::asks_any,
        sight::{self, is_visible},
    },
    ledger,
    obligation::takes,
    prefill::{self, Prefilled},
    query,
    revision::words,
    service::{replayed, shut_refusal},
    step::{Act, event, outcome, record, step_of},
    workflow::Way,
    writer::writing_seat,
};
use crate::{
    audit::{self, SubjectType},
    authz::{
        ActingSeat, Decision, Verdict,
        policy::{
            cycle as rounds,
            report::{Action, Relations, State, begins_beneath, decide},
        },
        which_seat,
    },
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    feed,
    locale::Text,
    session::{Actor, Session},
    territory::tree::Unit,
};

/// The most units one command names; to begin for all of them it names none.
pub const MOST_UNITS: usize = 1_000;

/// Begins a report of a unit for a cycle.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    pub cycle: Uuid,
    /// Whose report; may be left out by who sits in one unit only.
    pub unit: Option<Uuid>,
    pub client_id: Option<Uuid>,
    /// Whether it begins with what the unit wrote last.
    pub prefill: bool,
    pub seat: Option<Uuid>,
}

/// Begins the reports of many units for a cycle.
#[derive(Clone, Debug, Serialize)]
pub struct StartMany {
    pub cycle: Uuid,
    /// None: of every unit that owes one and that the actor may begin it for.
    pub units: Option<Vec<Uuid>>,
    pub prefill: bool,
    pub dry_run: bool,
    pub seat: Option<Uuid>,
}

/// What came of beginning many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The units that have a report now. Which of them had one before is theirs to tell.
    pub units: usize,
    /// The units that owe none: freed from it, or locked out.
    pub skipped: usize,
}

/// Starts a report, or gives the one that was started before under the same client id.
///
/// # Errors
/// `NotFound` for the cycle or unit, `CycleNotOpen`, `NotExpected`, `AlreadyExists`, and what [`command::begin`] says.
pub async fn start(session: &Session, field: &str, input: Start) -> Result<report::Model, Error> {
    let write = match command::begin(session, field, "startReport", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let cycle = known_cycle(&write, input.cycle).await?;
    let template = catalogue::template(write.services(), cycle.template_id).await?;
    let (seat, unit) = writing_seat(&write.actor, input.unit, input.seat)?;
    if let Some(client_id) = input.client_id
        && let Some(known) = query::by_client_id(write.connection(), &write.actor, client_id).await?
    {
        return if known.cycle_id == cycle.id && known.unit_id == unit.id {
            Ok(known)
        } else {
            Err(exists("clientId"))
        };
    }
    let invited = sees(&write.actor, &seat, &cycle);
    check_expected(&write, &cycle, &template, (unit, invited)).await?;
    let mut prefilled = if input.prefill {
        prefill::of_units(&write, &cycle, &template, &[unit.id]).await?
    } else {
        HashMap::new()
    };
    let report = new_report(&write, &cycle, unit, input.client_id);
    report
        .clone()
        .into_active_model()
        .insert(write.connection())
        .await
        .map_err(already_started)?;
    let draft = new_draft(&write, &report, prefilled.remove(&unit.id));
    draft.into_active_model().insert(write.connection()).await?;
    let text = new_text(&report, unit, &template, &cycle);
    text.into_active_model().insert(write.connection()).await?;
    record(&write, None, &report, begun_by(seat)).await?;
    write.commit(outcome(&report)).await?;
    Ok(report)
}

/// Begins the reports of many units, all of them or none. What was begun before stays as it is. Each draft is its unit's
/// from then on: who began it from above does not see it.
///
/// # Errors
/// `NotFound` for the cycle, `CycleNotOpen`, `Forbidden` for who may begin none; per unit that is named `NotFound`,
/// `Forbidden`, `NotExpected`, `CycleNotOpen`; and what [`command::begin`] says.
pub async fn start_many(session: &Session, field: &str, input: StartMany) -> Result<Started, Error> {
    let write = match command::begin(session, field, "startReports", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return told(&replay),
    };
    let cycle = known_cycle(&write, input.cycle).await?;
    // An extension reaches past the lock, so that one is asked of each unit.
    let mut unlocked = cycle.clone();
    unlocked.locks_at = None;
    takes(&unlocked, None, write.now).map_err(|shut| shut_refusal(shut).at(["cycle"]))?;
    let template = catalogue::template(write.services(), cycle.template_id).await?;
    let owed = query::obligations_held(write.connection(), cycle.id).await?;
    let round = Round {
        write: &write,
        cycle: &cycle,
        template: &template,
        owed: owed.iter().map(|owed| (owed.unit_id, owed)).collect(),
    };
    let (beginning, skipped) = match &input.units {
        Some(units) => (round.of_named(units, input.seat)?, 0),
        None => round.of_all(input.seat)?,
    };
    let begun = query::units_begun(write.connection(), cycle.id).await?;
    let outcome = Started {
        units: beginning.len(),
        skipped,
    };
    if input.dry_run {
        return Ok(outcome);
    }
    let new = beginning
        .into_iter()
        .filter(|(unit, _seat)| !begun.contains(&unit.id) && round.awaits(unit.id));
    begin_all(&round, new.collect(), input.prefill).await?;
    write
        .commit(serde_json::to_value(outcome).map_err(Error::internal)?)
        .await?;
    Ok(outcome)
}

/// A round in which reports are begun, with what is owed in it.
struct Round<'w> {
    write: &'w Write,
    cycle: &'w cycle::Model,
    template: &'w template::Model,
    owed: HashMap<Uuid, &'w obligation::Model>,
}

/// A unit whose report is begun, and the seat that does so.
type Beginning<'w> = (&'w Unit, ActingSeat);

impl<'w> Round<'w> {
    /// Exactly these units, or what is wrong with each.
    fn of_named(&self, units: &[Uuid], seat: Option<Uuid>) -> Result<Vec<Beginning<'w>>, Error> {
        if units.is_empty() || units.len() > MOST_UNITS {
            let text = Text::new(
                format!("Sebutkan 1 sampai {MOST_UNITS} unit, atau tidak satu pun untuk semuanya."),
                format!("Name 1 to {MOST_UNITS} units, or none to begin for all of them."),
            );
            return Err(Refusal::new(Code::Invalid, text).at(["units"]).into());
        }
        let mut refusals = Vec::new();
        let mut beginning = Vec::with_capacity(units.len());
        let mut named = HashSet::new();
        for (place, unit) in units.iter().enumerate() {
            let at = |refusal: Refusal| refusal.at(["units".to_owned(), place.to_string()]);
            match self.of_one(*unit, seat) {
                Ok(begins) if named.insert(*unit) => beginning.push(begins),
                Ok(_again) => {}
                Err(refusal) if refusal.code == Code::SeatAmbiguous => return Err(refusal.into()),
                Err(refusal) => refusals.push(at(refusal)),
            }
        }
        if refusals.is_empty() {
            Ok(beginning)
        } else {
            Err(Error::Refused(refusals))
        }
    }

    fn of_one(&self, unit: Uuid, seat: Option<Uuid>) -> Result<Beginning<'w>, Refusal> {
        let unit = self.unit(unit).ok_or_else(|| {
            let text = Text::new("Unit tidak ditemukan.", "The unit was not found.");
            Refusal::new(Code::NotFound, text)
        })?;
        let seat = match self.seat_for(unit.id, seat) {
            Verdict::Granted(seat) => seat,
            Verdict::Ambiguous => return Err(Refusal::seat_ambiguous()),
            Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => return Err(may_not_begin()),
        };
        let exists = unit.dissolved_on.is_none_or(|ended| self.write.actor.today < ended);
        let asked = exists && asks(self.template, unit);
        let owed = self.owed.get(&unit.id).filter(|_owed| asked);
        let owed = owed.ok_or_else(not_asked)?;
        if self.awaits(unit.id) {
            takes(self.cycle, Some(owed), self.write.now).map_err(shut_refusal)?;
        }
        Ok((unit, seat))
    }

    /// Every unit that owes a report and that the actor may begin it for, and how many of them owe none any more.
    fn of_all(&self, seat: Option<Uuid>) -> Result<(Vec<Beginning<'w>>, usize), Error> {
        let (mut beginning, mut skipped, mut any) = (Vec::new(), 0, false);
        for unit in self.owed.keys().filter_map(|unit| self.unit(*unit)) {
            match self.seat_for(unit.id, seat) {
                Verdict::Ambiguous => return Err(Refusal::seat_ambiguous().into()),
                Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => continue,
                Verdict::Granted(_seat) => any = true,
            }
            match self.of_one(unit.id, seat) {
                Ok(begins) => beginning.push(begins),
                Err(_owes_none) => skipped += 1,
            }
        }
        if any {
            // The order of the tree, so that ids do not tell how the units were hashed.
            beginning.sort_by(|(left, _), (right, _)| (&left.code, left.id).cmp(&(&right.code, right.id)));
            Ok((beginning, skipped))
        } else {
            Err(may_not_begin().into())
        }
    }

    fn unit(&self, id: Uuid) -> Option<&'w Unit> {
        self.write.actor.directory.tree.get(id)
    }

    /// Whether nothing of the unit has come yet.
    fn awaits(&self, unit: Uuid) -> bool {
        self.owed.get(&unit).is_some_and(|owed| owed.met_at.is_none())
    }

    /// The seat that may begin the report of a unit: one of its own, or of who asks for it.
    fn seat_for(&self, unit: Uuid, seat: Option<Uuid>) -> Verdict {
        let actor = &self.write.actor;
        let catalogue = self.write.services().catalogue.load();
        which_seat(&actor.seats, seat, |seat| {
            let standing = actor.standing(seat, unit);
            let asks = asks_for(actor, seat, self.cycle, &catalogue);
            if begins_beneath(seat.function, standing, asks) == Decision::Allowed {
                return Decision::Allowed;
            }
            decide(
                seat.function,
                Action::Do(ReportCommand::Start),
                standing,
                Relations::default(),
                UNWRITTEN,
            )
        })
    }
}

/// Writes what beginning one report writes, for many, in few statements.
async fn begin_all(round: &Round<'_>, beginning: Vec<Beginning<'_>>, prefill: bool) -> Result<(), Error> {
    let Round {
        write, cycle, template, ..
    } = round;
    let units: Vec<Uuid> = beginning.iter().map(|(unit, _seat)| unit.id).collect();
    let mut prefilled = if prefill {
        prefill::of_units(write, cycle, template, &units).await?
    } else {
        HashMap::new()
    };
    let (mut reports, mut drafts, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut steps, mut events): (Vec<transition::Model>, Vec<feed::Event>) = (Vec::new(), Vec::new());
    for (unit, seat) in beginning {
        let report = new_report(write, cycle, unit, None);
        drafts.push(new_draft(write, &report, prefilled.remove(&unit.id)));
        texts.push(new_text(&report, unit, template, cycle));
        let step = step_of(write, &report, begun_by(seat));
        events.push(event(&report, &step));
        steps.push(step);
        reports.push(report);
    }
    let connection = write.connection();
    insert_all(connection, reports).await?;
    insert_all(connection, drafts).await?;
    insert_all(connection, texts).await?;
    insert_all(connection, steps.clone()).await?;
    ledger::begun(connection, cycle.id, &units).await?;
    feed::publish_all(connection, events, write.now).await?;
    let subjects: Vec<audit::Subject<'_, _>> = steps
        .iter()
        .map(|step| audit::Subject {
            subject_type: SubjectType::Transition,
            id: step.id,
            row: step,
        })
        .collect();
    audit::attest_all(connection, &subjects, write.now).await
}

fn told(replay: &Replay) -> Result<Started, Error> {
    serde_json::from_value(replay.outcome.clone()).map_err(Error::internal)
}

/// A report before there is one.
const UNWRITTEN: State = State {
    status: ReportStatus::Draft,
    submitted: false,
};

fn begun_by(seat: ActingSeat) -> Act {
    Act {
        seat,
        command: ReportCommand::Start,
        from: None,
        reason: None,
    }
}

fn new_draft(write: &Write, report: &report::Model, prefilled: Option<Prefilled>) -> draft::Model {
    let (prefilled_from, answers) = match prefilled {
        Some(Prefilled { revision, answers }) => (Some(revision), answers),
        None => (None, Answers::default()),
    };
    draft::Model {
        report_id: report.id,
        answers,
        updated_at: write.now,
        saved: Saved::default(),
        cites: Cites::default(),
        prefilled_from,
    }
}

fn new_text(
    report: &report::Model,
    unit: &Unit,
    template: &template::Model,
    cycle: &cycle::Model,
) -> report_text::Model {
    report_text::Model {
        report_id: report.id,
        words: words(unit, template, cycle, None),
    }
}

/// A round that the actor may know of, or that asks a unit of the actor's though it is hidden: the unit has moved since.
async fn known_cycle(write: &Write, id: Uuid) -> Result<cycle::Model, Error> {
    let cycle = query::cycle_held(write.connection(), id).await?;
    let visible = cycle
        .as_ref()
        .is_some_and(|cycle| is_visible(&write.actor, cycle.owner_id));
    let units: Vec<Uuid> = write.actor.seats.iter().map(|seat| seat.unit).collect();
    // Asked of a hidden round and of an absent one alike.
    let known = visible || asks_any(write.connection(), id, &units).await?;
    cycle.filter(|_cycle| known).ok_or_else(|| Error::not_found("cycle"))
}

/// Whether a seat may know of a round, by the policy of rounds.
fn sees(actor: &Actor, seat: &ActingSeat, cycle: &cycle::Model) -> bool {
    sight::decision(actor, seat, rounds::Action::Read, cycle.owner_id) == Decision::Allowed
}

/// Whether a seat's unit asks for the reports of a round: as its owner, or because it has passed it on. One that has been
/// put elsewhere since asks for nothing any more.
#[must_use]
pub fn asks_for(actor: &Actor, seat: &ActingSeat, cycle: &cycle::Model, catalogue: &Catalogue) -> bool {
    let has_asked = seat.unit == cycle.owner_id || catalogue.passing(cycle.id, seat.unit).is_some();
    has_asked && sees(actor, seat, cycle)
}

/// That a unit owes a report, or tells of its own accord; `invited` says whether the seat that acts may know of the round.
async fn check_expected(
    write: &Write,
    cycle: &cycle::Model,
    template: &template::Model,
    (unit, invited): (&Unit, bool),
) -> Result<(), Error> {
    let owed = query::obligation_held(write.connection(), cycle.id, unit.id).await?;
    // Whoever has something to tell may answer a call that names no period, expected or not.
    let is_volunteer = owed.is_none() && invited && cycle.period_kind == PeriodKind::AdHoc;
    takes(cycle, owed.as_ref(), write.now).map_err(|shut| shut_refusal(shut).at(["cycle"]))?;
    if (owed.is_some() || is_volunteer) && asks(template, unit) {
        Ok(())
    } else {
        Err(not_asked().at(["cycle"]).into())
    }
}

/// Whether a template has units of this tier write it, and somebody above to decide.
fn asks(template: &template::Model, unit: &Unit) -> bool {
    template.route.authors.contains(&unit.tier) && Way::of(&template.route, unit.tier).leads_somewhere()
}

fn not_asked() -> Refusal {
    let text = Text::new(
        "Laporan ini tidak diminta dari unit tersebut.",
        "This report is not asked of the unit.",
    );
    Refusal::new(Code::NotExpected, text)
}

fn new_report(write: &Write, cycle: &cycle::Model, unit: &Unit, client_id: Option<Uuid>) -> report::Model {
    let ancestor = |tier| {
        write
            .actor
            .directory
            .tree
            .ancestor_at(unit.id, tier)
            .map(|unit| unit.id)
    };
    report::Model {
        id: new_id(write.now),
        unit_id: unit.id,
        provinsi_id: ancestor(Tier::Provinsi),
        kabupaten_kota_id: ancestor(Tier::KabupatenKota),
        kecamatan_id: ancestor(Tier::Kecamatan),
        template_id: cycle.template_id,
        cycle_id: cycle.id,
        status: ReportStatus::Draft,
        version: 1,
        reviewing_tier: None,
        revision_id: None,
        revision_number: 0,
        first_submitted_at: None,
        submitted_at: None,
        submitted_rank: 0,
        submitted_by: None,
        return_due_on: None,
        accepted_at: None,
        client_id,
        created_by: write.actor.account,
        created_at: write.now,
        updated_at: write.now,
        openness: Openness::Internal,
    }
}

fn may_not_begin() -> Refusal {
    let text = Text::new(
        "Jabatan Anda tidak berwenang memulai laporan unit ini.",
        "None of your seats may begin the report of this unit.",
    );
    Refusal::new(Code::Forbidden, text)
}

fn exists(field: &str) -> Error {
    let text = Text::new(
        "Laporan untuk unit dan periode ini sudah ada.",
        "There is a report of this unit for this cycle already.",
    );
    Refusal::new(Code::AlreadyExists, text).at([field]).into()
}

fn already_started(error: sea_orm::DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => exists("cycle"),
        _ => error.into(),
    }
}
