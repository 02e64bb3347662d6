//! What came of an event: its minutes, and what units are to do, which they answer as any other recommendation.
use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use entity::{
    enums::{
        EventActKind,
        EventStatus::{self, Cancelled, Draft, Ended, Final, Postponed, Published, RegistrationClosed, Running},
        RecommendationSource, RecordType,
    },
    evaluation::Proposal,
    event,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub mod graphql;

use super::{
    arranging::{outcome, replayed, told, write_if_unchanged, wrong_state},
    query,
    sight::{self, stale},
    trace::{About, Act, record},
};
use crate::{
    authz::policy::event::Action,
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    file::attachment,
    input::{Wrong, optional},
    locale::Text,
    review::recommendation::making::{self, Room},
    session::Session,
};

/// The longest minutes, characters.
pub const LONGEST_MINUTES: usize = 50_000;

/// Whether there is something to write down: people have met.
#[must_use]
pub fn has_come_of(status: EventStatus) -> bool {
    match status {
        Running | Ended | Final => true,
        Draft | Published | RegistrationClosed | Cancelled | Postponed => false,
    }
}

/// Something units are to do, each of them by itself.
#[derive(Clone, Debug, Serialize)]
pub struct Recommended {
    pub text: String,
    pub units: Vec<Uuid>,
    pub due_on: NaiveDate,
}

/// Writes down what came of an event. None: that stays as it is.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    pub event: Uuid,
    pub expected_version: i32,
    pub minutes: Option<Option<String>>,
    pub minutes_file: Option<Option<Uuid>>,
    /// What is recommended besides what was before.
    pub recommendations: Vec<Recommended>,
    pub seat: Option<Uuid>,
}

/// Writes down the minutes, and makes recommendations: minutes may be written anew, recommendations are only added, because
/// their units are told of them at once.
///
/// # Errors
/// `NotFound` for the event, and at their places for files and units; `Forbidden`, `SeatAmbiguous`, `StaleVersion`; `WrongState`
/// until the event has begun; `Required`, `TooLong` and `Invalid` at their places, all at once.
pub async fn record_outcome(session: &Session, field: &str, input: Record) -> Result<event::Model, Error> {
    let write = match command::begin(session, field, "recordOutcome", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (Action::Prepare, input.seat);
    let (row, seat) = sight::held(write.connection(), &write.actor, input.event, asked).await?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    if !has_come_of(row.status) {
        return Err(wrong_state(row.status).into());
    }
    let mut wrong = Wrong::default();
    let minutes = match &input.minutes {
        None => Some(row.minutes.clone()),
        Some(text) => wrong.note(optional(text.as_deref(), "minutes", LONGEST_MINUTES)),
    };
    let source = (RecommendationSource::Event, row.id);
    let (proposals, places) = split(&input.recommendations);
    let room = room(&write, &row, source).await?;
    let faults = making::faults_within(&write, &room, &proposals, "recommendations");
    wrong.extend(empty(&input.recommendations));
    wrong.extend(at_their_places(faults, &places));
    let minutes_file = input.minutes_file.unwrap_or(row.minutes_file_id);
    if let Err(refusal) = keep_file(&write, &row, minutes_file).await? {
        wrong.extend([refusal]);
    }
    wrong.settle()?;
    let after = event::Model {
        minutes: minutes.unwrap_or_default(),
        minutes_file_id: minutes_file,
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    let act = Act {
        kind: EventActKind::RecordOutcome,
        about: About::Event,
        details: details(&after, proposals.len()),
        reason: None,
    };
    record(&write, &after, seat, act).await?;
    making::add(&write, seat, source, &room, &proposals).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

fn details(row: &event::Model, recommendations: usize) -> Value {
    let mut details = told(row);
    details["minutes"] = json!(row.minutes.is_some());
    details["minutesFile"] = json!(row.minutes_file_id);
    details["recommendations"] = json!(recommendations);
    details
}

/// Who may be recommended to: whoever was invited, also where it lies elsewhere by now, and everybody beneath the host.
async fn room(write: &Write, row: &event::Model, source: (RecommendationSource, Uuid)) -> Result<Room, Error> {
    let connection = write.connection();
    let invited = query::invitations_of(connection, &[row.id]).await?;
    let invited: HashSet<Uuid> = invited.into_iter().map(|invitation| invitation.unit_id).collect();
    let made = crate::review::recommendation::query::made(connection, source).await?;
    Ok(Room {
        issuer: row.unit_id,
        also: invited,
        made,
    })
}

/// A proposal for each unit, and where its recommendation and its unit stand in what was given.
fn split(given: &[Recommended]) -> (Vec<Proposal>, Vec<(usize, usize)>) {
    let each = given.iter().enumerate().flat_map(|(place, recommended)| {
        let units = recommended.units.iter().enumerate();
        units.map(move |(unit_place, unit)| {
            let proposal = Proposal {
                unit: *unit,
                text: recommended.text.trim().to_owned(),
                due_on: recommended.due_on,
            };
            (proposal, (place, unit_place))
        })
    });
    each.unzip()
}

/// Recommendations to nobody, and those that name a unit twice.
fn empty(given: &[Recommended]) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for (place, recommended) in given.iter().enumerate() {
        let path = |more: Option<usize>| {
            let path = ["recommendations".to_owned(), place.to_string(), "units".to_owned()];
            path.into_iter()
                .chain(more.map(|place| place.to_string()))
                .collect::<Vec<_>>()
        };
        if recommended.units.is_empty() {
            let text = Text::new(
                "Sebutkan unit yang menindaklanjuti.",
                "Name the units that are to follow it.",
            );
            faults.push(Refusal::new(Code::Required, text).at(path(None)));
        }
        let mut seen = HashSet::new();
        for (place, unit) in recommended.units.iter().enumerate() {
            if !seen.insert(*unit) {
                let text = Text::new("Unit ini disebut dua kali.", "This unit is named twice.");
                faults.push(Refusal::new(Code::Invalid, text).at(path(Some(place))));
            }
        }
    }
    faults
}

/// What is wrong with the proposals, told once where it stands in what was given.
fn at_their_places(faults: Vec<Refusal>, places: &[(usize, usize)]) -> Vec<Refusal> {
    let mut seen = BTreeSet::new();
    let placed = faults.into_iter().map(|fault| {
        let [list, index, member] = fault.field.as_slice() else {
            return fault;
        };
        let place = index.parse::<usize>().ok().and_then(|index| places.get(index));
        let Some((place, unit)) = place else { return fault };
        let mut path = vec![list.clone(), place.to_string()];
        if member == "unit" {
            path.extend(["units".to_owned(), unit.to_string()]);
        } else {
            path.push(member.clone());
        }
        Refusal { field: path, ..fault }
    });
    placed
        .filter(|fault| seen.insert((fault.field.clone(), format!("{:?}", fault.code))))
        .collect()
}

/// Makes the event hold the file of its minutes, and let go of the one before unless it is its letter or a material.
async fn keep_file(write: &Write, row: &event::Model, file: Option<Uuid>) -> Result<Result<(), Refusal>, Error> {
    if file == row.minutes_file_id {
        return Ok(Ok(()));
    }
    let connection = write.connection();
    if let Some(file) = file {
        let holder = (RecordType::Event, row.id);
        if !attachment::hold_letter(connection, &write.actor, holder, file, write.now).await? {
            return Ok(Err(attachment::not_found().at(["minutesFile"])));
        }
    }
    if let Some(before) = row.minutes_file_id {
        let materials = query::materials(connection, &[row.id]).await?;
        let elsewhere =
            row.letter_file_id == Some(before) || materials.iter().any(|material| material.file_id == before);
        if !elsewhere {
            attachment::let_go(connection, row.id, before, write.now).await?;
        }
    }
    Ok(Ok(()))
}
