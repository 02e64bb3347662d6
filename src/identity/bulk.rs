//! Bringing many people in at once: a list in CSV becomes invitations, all of them or none.
use std::collections::HashSet;

use chrono::NaiveDate;
use entity::{
    enums::{Function, Position},
    seat,
};
use sea_orm::ActiveEnum;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    invitation::{Issued, Offer, checked, code_in, outcome, write_all},
    query, reach,
};
use crate::{
    authz::{ActingSeat, policy::identity::Action},
    command::{self, Begun, Replay, Write},
    error::{Code, Error, Refusal},
    input::required,
    locale::Text,
    session::Session,
    territory::{
        holding::{Doing, Tenure, check_tenure},
        seats::{LONGEST_TITLE, NewSeat, check_function, write_seats},
        tree::Unit,
    },
};

/// The most people one list invites.
pub const MOST_ROWS: usize = 1_000;

/// A list of people with the seats they are to hold.
#[derive(Clone, Debug, Serialize)]
pub struct InviteMany {
    pub csv: String,
    /// Only tell what would come of it.
    pub dry_run: bool,
    pub seat: Option<Uuid>,
}

/// What came of a list.
#[derive(Debug)]
pub struct Invited {
    pub dry_run: bool,
    pub rows: usize,
    /// How many seats were made because the unit had no free one of that function and title.
    pub seats_created: usize,
    /// Empty in a dry run.
    pub invitations: Vec<Issued>,
}

/// One line of the list, by the names of its columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    email: String,
    name: String,
    /// The official code of the unit's region; `RI` for the national body.
    unit: String,
    function: String,
    title: String,
    position: Option<String>,
    division: Option<String>,
    acting: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
}

/// A line that was understood: an offer of a seat that exists, or of one that is still to be made.
enum Planned {
    Existing(Offer),
    New(NewSeat, Draft),
}

struct Draft {
    by: ActingSeat,
    email: String,
    name: String,
    tenure: Tenure,
}

/// Invites everybody of a list, or nobody: what is wrong is told line by line.
///
/// # Errors
/// Refusals at `csv`, line number and column; and what [`command::begin`] says.
pub async fn invite_many(session: &Session, field: &str, input: InviteMany) -> Result<Invited, Error> {
    let write = match command::begin_on_directory(session, field, "inviteAccounts", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let rows = read(&input.csv)?;
    let planned = plan(&write, &rows, input.seat)?;
    if input.dry_run {
        // Dropped without a commit, the transaction leaves nothing: not even the idempotency key.
        let new = planned.iter().filter(|planned| matches!(planned, Planned::New(..)));
        return Ok(Invited {
            dry_run: true,
            rows: rows.len(),
            seats_created: new.count(),
            invitations: Vec::new(),
        });
    }
    let (offers, seats_created) = make_seats(&write, planned).await?;
    let invitations = write_all(&write, offers).await?;
    let services = write.services();
    let outcomes: Result<Vec<Value>, Error> = invitations.iter().map(|issued| outcome(services, issued)).collect();
    let kept = json!({ "rows": rows.len(), "seatsCreated": seats_created, "invitations": outcomes? });
    write.commit(kept).await?;
    Ok(Invited {
        dry_run: false,
        rows: rows.len(),
        seats_created,
        invitations,
    })
}

async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<Invited, Error> {
    let list = outcome["invitations"].as_array().cloned().unwrap_or_default();
    let id = |kept: &Value| serde_json::from_value::<Uuid>(kept["invitation"].clone()).map_err(Error::internal);
    let ids: Vec<Uuid> = list.iter().map(id).collect::<Result<_, _>>()?;
    let found = query::invitations_by_id(session.services.db.reader(), &actor, &ids).await?;
    let mut invitations = Vec::with_capacity(list.len());
    for (kept, id) in list.iter().zip(ids) {
        if let Some(invitation) = found.iter().find(|row| row.id == id) {
            invitations.push(Issued {
                invitation: invitation.clone(),
                code: code_in(&session.services, kept)?,
            });
        }
    }
    let count = |key: &str| outcome[key].as_u64().and_then(|count| usize::try_from(count).ok());
    Ok(Invited {
        dry_run: false,
        rows: count("rows").unwrap_or_default(),
        seats_created: count("seatsCreated").unwrap_or_default(),
        invitations,
    })
}

/// Reads the list: a comma or, as spreadsheets here write it, a semicolon between the columns, which the first line names.
fn read(csv: &str) -> Result<Vec<(u64, Row)>, Error> {
    let text = csv.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| unreadable(&error))?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        if rows.len() == MOST_ROWS {
            let text = Text::new(
                format!("Satu daftar memuat paling banyak {MOST_ROWS} orang."),
                format!("One list holds at most {MOST_ROWS} people."),
            );
            return Err(Refusal::new(Code::TooLong, text).at(["csv"]).into());
        }
        let row = record.deserialize(Some(&headers)).map_err(|error| unreadable(&error))?;
        rows.push((line, row));
    }
    if rows.is_empty() {
        let text = Text::new("Daftar ini kosong.", "The list is empty.");
        return Err(Refusal::new(Code::Required, text).at(["csv"]).into());
    }
    Ok(rows)
}

fn unreadable(error: &csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    let text = Text::new(
        format!(
            "Daftar tidak terbaca pada baris {line}; kolom wajib: email, name, unit, function, title; \
             boleh: position, division, acting, valid_from, valid_to."
        ),
        format!(
            "The list cannot be read at line {line}; it needs the columns email, name, unit, function, title and may have \
             position, division, acting, valid_from, valid_to."
        ),
    );
    Refusal::new(Code::Invalid, text)
        .at(["csv".to_owned(), line.to_string()])
        .into()
}

/// Understands every line, or tells of every one that cannot be.
fn plan(write: &Write, rows: &[(u64, Row)], named: Option<Uuid>) -> Result<Vec<Planned>, Error> {
    let mut planned = Vec::with_capacity(rows.len());
    let (mut taken, mut seen) = (HashSet::new(), HashSet::new());
    let mut refusals = Vec::new();
    for (line, row) in rows {
        match plan_row(write, row, named, &taken) {
            Ok(plan) => {
                if let Planned::Existing(offer) = &plan {
                    taken.extend((!offer.tenure.acting).then_some(offer.seat.id));
                }
                let who = (
                    super::email::email_key(&row.email),
                    row.unit.clone(),
                    row.title.to_lowercase(),
                );
                if !seen.insert(who) {
                    refusals.push(twice().at(place(*line, "email")));
                }
                planned.push(plan);
            }
            Err(Error::Refused(found)) => refusals.extend(found.into_iter().map(|refusal| {
                let column = refusal.field.first().map_or("", String::as_str);
                let place = place(*line, column_of(column));
                refusal.at(place)
            })),
            Err(other) => return Err(other),
        }
    }
    if refusals.is_empty() {
        Ok(planned)
    } else {
        Err(Error::Refused(refusals))
    }
}

fn place(line: u64, column: &str) -> Vec<String> {
    vec!["csv".to_owned(), line.to_string(), column.to_owned()]
}

/// The column that stands for a field of the single invitation.
fn column_of(field: &str) -> &str {
    match field {
        "appointTo" | "localTitle" | "seat" | "" => "title",
        "divisionName" => "division",
        "validFrom" => "valid_from",
        "validTo" => "valid_to",
        other => other,
    }
}

fn plan_row(write: &Write, row: &Row, named: Option<Uuid>, taken: &HashSet<Uuid>) -> Result<Planned, Error> {
    let actor = &write.actor;
    let unit = actor.directory.unit_by_code(&row.unit, actor.today);
    let unit = unit
        .filter(|unit| unit.dissolved_on.is_none_or(|day| actor.today < day))
        .ok_or_else(|| Error::not_found("unit"))?;
    let function = word::<Function>(&row.function, "function")?;
    check_function(function, unit)?;
    let by = reach::seat_over_unit(actor, named, Action::Manage(function), unit)?;
    // A unit may be formed only later; then people are brought in for that day.
    let earliest = unit.formed_on.map_or(actor.today, |formed| formed.max(actor.today));
    let tenure = tenure(row, earliest)?;
    let title = required(&row.title, "title", LONGEST_TITLE)?;
    if let Some(seat) = free_seat(write, unit, function, &title, taken, tenure) {
        if actor.seats.iter().any(|own| own.seat == seat.id) {
            return Err(reach::own("title"));
        }
        let offer = checked(actor, seat, by, (&row.email, &row.name), tenure)?;
        return Ok(Planned::Existing(offer));
    }
    if tenure.acting {
        let text = Text::new(
            "Pelaksana tugas membutuhkan jabatan yang ada sepanjang masa itu.",
            "Who acts for a holder needs a seat that exists for all of that time.",
        );
        return Err(Refusal::new(Code::NotFound, text).at(["title"]).into());
    }
    let new = NewSeat {
        unit: unit.id,
        position: match present(row.position.as_deref()) {
            Some(position) => word::<Position>(position, "position")?,
            None => Position::Other,
        },
        function,
        local_title: title,
        division_name: present(row.division.as_deref()).map(str::to_owned),
        valid_from: tenure.from.min(earliest),
        valid_to: unit.dissolved_on,
        custodian: false,
    };
    let draft = Draft {
        by,
        email: row.email.clone(),
        name: row.name.clone(),
        tenure,
    };
    // The seat does not exist yet, but all else can be checked now.
    checked(actor, &new.as_row(Uuid::nil()), by, (&draft.email, &draft.name), tenure)?;
    Ok(Planned::New(new, draft))
}

/// A seat of a function and title that is free for a time.
fn free_seat<'a>(
    write: &'a Write,
    unit: &Unit,
    function: Function,
    title: &str,
    taken: &HashSet<Uuid>,
    tenure: Tenure,
) -> Option<&'a seat::Model> {
    let directory = &write.actor.directory;
    let seats = directory.seats_of(unit.id, tenure.from.max(write.actor.today));
    seats.into_iter().find(|seat| {
        seat.function == function
            && seat.local_title.to_lowercase() == title.to_lowercase()
            && (tenure.acting || !taken.contains(&seat.id))
            && check_tenure(directory, seat, None, tenure).is_ok()
    })
}

/// Makes the seats that were missing, and turns every plan into an offer.
async fn make_seats(write: &Write, planned: Vec<Planned>) -> Result<(Vec<Offer>, usize), Error> {
    let mut offers = Vec::with_capacity(planned.len());
    let (mut new, mut drafts) = (Vec::new(), Vec::new());
    for plan in planned {
        match plan {
            Planned::Existing(offer) => offers.push(offer),
            Planned::New(seat, draft) => {
                let by = Doing {
                    actor: &write.actor,
                    seat: draft.by,
                };
                new.push((seat, by));
                drafts.push(draft);
            }
        }
    }
    let seats = write_seats(write.connection(), new, write.now).await?;
    let count = seats.len();
    for (seat, draft) in seats.iter().zip(drafts) {
        let who = (draft.email.as_str(), draft.name.as_str());
        offers.push(checked(&write.actor, seat, draft.by, who, draft.tenure)?);
    }
    Ok((offers, count))
}

fn tenure(row: &Row, unless_told: NaiveDate) -> Result<Tenure, Error> {
    let day = |text: Option<&str>, column: &str| {
        let read = present(text).map(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d"));
        read.transpose().map_err(|_malformed| {
            let text = Text::new("Tanggal ditulis 2026-01-31.", "A day is written 2026-01-31.");
            Error::from(Refusal::new(Code::Invalid, text).at([column]))
        })
    };
    let acting = match present(row.acting.as_deref()).map(str::to_lowercase).as_deref() {
        None | Some("false" | "tidak" | "no") => false,
        Some("true" | "ya" | "yes") => true,
        Some(_) => {
            let text = Text::new("Isi dengan ya atau tidak.", "Write yes or no.");
            return Err(Refusal::new(Code::Invalid, text).at(["acting"]).into());
        }
    };
    Ok(Tenure {
        acting,
        from: day(row.valid_from.as_deref(), "valid_from")?.unwrap_or(unless_told),
        to: day(row.valid_to.as_deref(), "valid_to")?,
    })
}

fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// One of a closed set of words, in any case.
fn word<E: ActiveEnum<Value = String>>(given: &str, column: &str) -> Result<E, Error> {
    let read = E::try_from_value(&given.trim().to_uppercase());
    read.map_err(|_unknown| {
        let words: Vec<String> = E::values();
        let words = words.join(", ");
        let text = Text::new(format!("Salah satu dari: {words}."), format!("One of: {words}."));
        Refusal::new(Code::Invalid, text).at([column]).into()
    })
}

fn twice() -> Refusal {
    let text = Text::new(
        "Orang ini sudah diundang ke jabatan yang sama di daftar ini.",
        "This person is invited to the same seat above in this list.",
    );
    Refusal::new(Code::AlreadyExists, text)
}
