//! Handing over: one or many reports, from a giver to named receivers, at a place and a time, all of them or none.
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Function, HandoverOutcome, ReportCommand},
    handover, handover_item, handover_receiver, handover_session, report,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    availability::{self, Case},
    finding::availability::Open,
    gathering::arranging::check_joined,
    query::{self, Handover},
    receipt::issuing::{self, Received},
    reviewing,
    service::template_of,
    step::{Act, at_report, check_version, checked_reason, placed, record, write_if_unchanged},
    workflow::Place,
};
use crate::{
    authz::ActingSeat,
    clock::new_id,
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    input::required,
    locale::Text,
    review::query::share_conflicts,
    session::Session,
};

/// The most reports one command may name: Jawa Tengah and its 35 fit with room to spare.
pub const MOST_REPORTS: usize = 100;

/// The most seats one handover may name.
pub const MOST_RECEIVERS: usize = 20;

/// The longest name of a place, characters.
pub const LONGEST_PLACE: usize = 200;

/// Hands reports over.
#[derive(Clone, Debug, Serialize)]
pub struct HandOver {
    pub reports: Vec<Uuid>,
    pub place: String,
    pub at: DateTime<Utc>,
    /// Seats at RI.
    pub receivers: Vec<Uuid>,
    /// The session to join; left out, a new one is opened.
    pub session: Option<Uuid>,
    pub seat: Option<Uuid>,
}

/// Answers a handover.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    pub reports: Vec<Uuid>,
    /// Whether they are received; else they go back to the giver.
    pub receive: bool,
    pub reason: Option<String>,
    pub expected_version: Option<i32>,
    pub seat: Option<Uuid>,
}

/// What a handover command did.
pub struct Done {
    /// In the order they were named.
    pub reports: Vec<report::Model>,
    /// None where reports of several sessions were answered at once.
    pub session: Option<Uuid>,
}

/// Hands reports over, all of them or none.
///
/// # Errors
/// Per report and receiver, with its place in the input, what is wrong with it; and what [`command::begin`] says.
pub async fn hand_over(session: &Session, field: &str, input: HandOver) -> Result<Done, Error> {
    let write = match command::begin(session, field, "handOverReports", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay, "reports").await,
    };
    let place = check_input(&write, &input)?;
    let named = Named {
        reports: &input.reports,
        expected_version: None,
        in_bulk: true,
    };
    let moves = Moves::check(&write, named, ReportCommand::HandOver, input.seat).await?;
    let seat = moves.one_seat()?;
    let session_id = join_or_open(&write, &moves, seat, input.session).await?;
    let act = handover::Model {
        id: new_id(write.now),
        session_id,
        place,
        at: input.at,
        seat_id: seat.seat,
        account_id: write.actor.account,
        created_at: write.now,
    };
    act.clone().into_active_model().insert(write.connection()).await?;
    name_receivers(&write, act.id, &input.receivers).await?;
    let mut reports = Vec::with_capacity(moves.0.len());
    for step in &moves.0 {
        let item = handover_item::Model {
            handover_id: act.id,
            report_id: step.report.id,
            revision_id: step
                .report
                .revision_id
                .ok_or_else(|| Error::internal("an endorsed report without a revision"))?,
            outcome: HandoverOutcome::Pending,
            seat_id: None,
            account_id: None,
            decided_at: None,
            reason: None,
        };
        item.into_active_model().insert(write.connection()).await?;
        reports.push(step.take(&write, ReportCommand::HandOver, None).await?);
    }
    write.commit(outcome(&reports, Some(session_id))).await?;
    Ok(Done {
        reports,
        session: Some(session_id),
    })
}

/// Receives reports, or refuses them with a reason, all of them or none.
///
/// # Errors
/// As [`hand_over`]; `Required` for a missing reason, `StaleVersion` where a version was expected.
pub async fn answer(session: &Session, field: &str, input: Answer) -> Result<Done, Error> {
    let (command, name, result, reports_field) = if input.receive {
        (
            ReportCommand::Receive,
            "receiveReports",
            HandoverOutcome::Received,
            "reports",
        )
    } else {
        (
            ReportCommand::RefuseHandover,
            "refuseHandover",
            HandoverOutcome::Refused,
            "report",
        )
    };
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay, reports_field).await,
    };
    check_count(&input.reports)?;
    let named = Named {
        reports: &input.reports,
        expected_version: input.expected_version,
        in_bulk: input.receive,
    };
    let moves = Moves::check(&write, named, command, input.seat).await?;
    let reason = checked_reason(command, input.reason.as_deref())?;
    let mut reports = Vec::with_capacity(moves.0.len());
    let mut sessions = Vec::new();
    let mut received = Vec::with_capacity(moves.0.len());
    for step in &moves.0 {
        let handover = step
            .handover
            .as_ref()
            .ok_or_else(|| Error::internal("a report handed over without a handover"))?;
        decide_item(&write, step.seat, handover, result, reason.clone()).await?;
        sessions.push(handover.act.session_id);
        reports.push(step.take(&write, command, reason.clone()).await?);
        received.push(Received {
            report: &step.report,
            handover,
            seat: step.seat,
        });
    }
    if input.receive {
        issuing::issue(&write, &received).await?;
    }
    sessions.dedup();
    let session = if let [only] = sessions[..] { Some(only) } else { None };
    write.commit(outcome(&reports, session)).await?;
    Ok(Done { reports, session })
}

/// One report, checked and ready to be moved.
struct Move {
    report: report::Model,
    seat: ActingSeat,
    place: Place,
    handover: Option<Handover>,
}

/// The reports a command names, and how its input calls them.
struct Named<'a> {
    reports: &'a [Uuid],
    /// Of the one report of a command that is not in bulk.
    expected_version: Option<i32>,
    in_bulk: bool,
}

impl Named<'_> {
    /// Where in the input a report was named.
    fn field(&self, place: usize) -> Vec<String> {
        if self.in_bulk {
            vec!["reports".to_owned(), place.to_string()]
        } else {
            vec!["report".to_owned()]
        }
    }
}

/// The reports of a command, in the order they were named.
struct Moves(Vec<Move>);

impl Moves {
    /// Checks every report and tells everything that is wrong at once.
    async fn check(write: &Write, named: Named<'_>, command: ReportCommand, seat: Option<Uuid>) -> Result<Self, Error> {
        let found = query::locked(write.connection(), &write.actor, named.reports).await?;
        // Asked of what was found alone: a hidden report must not cost a statement that an absent one does not.
        let visible: Vec<Uuid> = found.iter().map(|report| report.id).collect();
        let mut handovers = query::handovers_in_force(write.connection(), &visible).await?;
        share_conflicts(write.connection(), &[write.actor.account]).await?;
        let mut ties = reviewing::query::ties(write.connection(), &write.actor, &visible).await?;
        let mut moves = Vec::with_capacity(named.reports.len());
        let mut refusals = Vec::new();
        for (place, &id) in named.reports.iter().enumerate() {
            let Some(report) = found.iter().find(|report| report.id == id) else {
                refusals.push(availability::not_found().at(named.field(place)));
                continue;
            };
            if let Some(expected) = named.expected_version {
                check_version(report, expected)?;
            }
            let handover = handovers.remove(&id);
            let template = template_of(write, report).await?;
            let case = Case {
                report,
                template: &template,
                ties: &ties.remove(&id).unwrap_or_default(),
                open: Open::default(),
                now: write.now,
            };
            match case.check(&write.actor, command, seat) {
                Ok((seat, place)) => moves.push(Move {
                    report: report.clone(),
                    seat,
                    place,
                    handover,
                }),
                Err(refusal) if refusal.field.is_empty() => refusals.push(refusal.at(named.field(place))),
                Err(refusal) => refusals.push(refusal),
            }
        }
        refusals.dedup();
        if refusals.is_empty() {
            Ok(Self(moves))
        } else {
            Err(Error::Refused(refusals))
        }
    }

    /// The seat that acts for all of them: a handover has one giver.
    fn one_seat(&self) -> Result<ActingSeat, Error> {
        match &self.0[..] {
            [first, rest @ ..] if rest.iter().all(|step| step.seat == first.seat) => Ok(first.seat),
            _ => Err(Refusal::seat_ambiguous().into()),
        }
    }
}

impl Move {
    async fn take(
        &self,
        write: &Write,
        command: ReportCommand,
        reason: Option<String>,
    ) -> Result<report::Model, Error> {
        let moved = placed(&self.report, self.place, write.now);
        write_if_unchanged(write.connection(), &self.report, &moved).await?;
        record(
            write,
            Some(&self.report),
            &moved,
            Act {
                seat: self.seat,
                command,
                from: Some(self.report.status),
                reason,
            },
        )
        .await?;
        Ok(moved)
    }
}

/// Checks everything but the reports, and gives the place as it will be kept.
fn check_input(write: &Write, input: &HandOver) -> Result<String, Error> {
    check_count(&input.reports)?;
    let mut refusals = Vec::new();
    let place = required(&input.place, "place", LONGEST_PLACE).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        String::new()
    });
    if input.at > write.now + Duration::days(1) {
        let text = Text::new("Waktu serah terima belum terjadi.", "The handover lies in the future.");
        refusals.push(Refusal::new(Code::Invalid, text).at(["at"]));
    }
    refusals.extend(check_receivers(write, &input.receivers));
    if refusals.is_empty() {
        Ok(place)
    } else {
        Err(Error::Refused(refusals))
    }
}

pub(super) fn check_receivers(write: &Write, receivers: &[Uuid]) -> Vec<Refusal> {
    if receivers.is_empty() || receivers.len() > MOST_RECEIVERS {
        let text = Text::new(
            format!("Sebutkan 1 sampai {MOST_RECEIVERS} jabatan penerima."),
            format!("Name 1 to {MOST_RECEIVERS} receiving seats."),
        );
        return vec![Refusal::new(Code::Invalid, text).at(["receivers"])];
    }
    let unfit = |(place, seat): (usize, &Uuid)| {
        if may_receive(write, *seat) {
            return None;
        }
        let text = Text::new(
            "Jabatan ini bukan jabatan Tenaga Ahli atau Koordinator RI yang terisi.",
            "This is not an occupied seat of an expert or coordinator at RI.",
        );
        Some(Refusal::new(Code::Invalid, text).at(["receivers".to_owned(), place.to_string()]))
    };
    receivers.iter().enumerate().filter_map(unfit).collect()
}

/// Whether a seat can be named: an expert's or coordinator's at RI that somebody holds today.
fn may_receive(write: &Write, seat: Uuid) -> bool {
    let directory = &write.actor.directory;
    let held = |account| {
        directory
            .acting_seats(account, write.actor.today)
            .iter()
            .any(|acting| acting.seat == seat)
    };
    directory.seat(seat).is_some_and(|row| {
        row.unit_id == directory.tree.root().id
            && matches!(row.function, Function::Expert | Function::Coordinator)
            && directory
                .holders_of(seat, write.actor.today)
                .iter()
                .any(|holder| held(holder.account_id))
    })
}

fn check_count(reports: &[Uuid]) -> Result<(), Error> {
    let mut distinct = reports.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if (1..=MOST_REPORTS).contains(&reports.len()) && distinct.len() == reports.len() {
        return Ok(());
    }
    let text = Text::new(
        format!("Sebutkan 1 sampai {MOST_REPORTS} laporan, masing-masing satu kali."),
        format!("Name 1 to {MOST_REPORTS} reports, each once."),
    );
    Err(Refusal::new(Code::Invalid, text).at(["reports"]).into())
}

async fn join_or_open(write: &Write, moves: &Moves, seat: ActingSeat, session: Option<Uuid>) -> Result<Uuid, Error> {
    if let Some(id) = session {
        let units = moves.0.iter().map(|step| step.report.unit_id);
        check_joined(write, id, seat, units).await?;
        return Ok(id);
    }
    let opened = handover_session::Model::opened(new_id(write.now), seat.unit, write.now);
    let id = opened.id;
    opened.into_active_model().insert(write.connection()).await?;
    Ok(id)
}

async fn name_receivers(write: &Write, handover: Uuid, receivers: &[Uuid]) -> Result<(), Error> {
    let mut seats = receivers.to_vec();
    seats.sort_unstable();
    seats.dedup();
    for seat_id in seats {
        let receiver = handover_receiver::Model {
            handover_id: handover,
            seat_id,
        };
        receiver.into_active_model().insert(write.connection()).await?;
    }
    Ok(())
}

async fn decide_item(
    write: &Write,
    seat: ActingSeat,
    handover: &Handover,
    result: HandoverOutcome,
    reason: Option<String>,
) -> Result<(), Error> {
    let decided = handover_item::Entity::update_many()
        .col_expr(handover_item::Column::Outcome, Expr::value(result))
        .col_expr(handover_item::Column::SeatId, Expr::value(seat.seat))
        .col_expr(handover_item::Column::AccountId, Expr::value(write.actor.account))
        .col_expr(handover_item::Column::DecidedAt, Expr::value(write.now))
        .col_expr(handover_item::Column::Reason, Expr::value(reason))
        .filter(handover_item::Column::HandoverId.eq(handover.item.handover_id))
        .filter(handover_item::Column::ReportId.eq(handover.item.report_id))
        .filter(handover_item::Column::Outcome.eq(HandoverOutcome::Pending))
        .exec(write.connection())
        .await?;
    if decided.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::internal("a handover was answered twice"))
    }
}

fn outcome(reports: &[report::Model], session: Option<Uuid>) -> Value {
    let ids: Vec<Uuid> = reports.iter().map(|report| report.id).collect();
    json!({ "reports": ids, "session": session })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
async fn replayed(session: &Session, Replay { actor, outcome }: Replay, field: &str) -> Result<Done, Error> {
    #[derive(serde::Deserialize)]
    struct Outcome {
        reports: Vec<Uuid>,
        session: Option<Uuid>,
    }
    let Outcome {
        reports: ids,
        session: handover_session,
    } = serde_json::from_value(outcome).map_err(Error::internal)?;
    let mut found = query::by_ids(session.services.db.reader(), &actor, &ids).await?;
    if found.len() != ids.len() {
        return Err(at_report(availability::not_found(), field).into());
    }
    found.sort_by_key(|report| ids.iter().position(|id| *id == report.id));
    Ok(Done {
        reports: found,
        session: handover_session,
    })
}
