//! Erasing people whom events and awards know by name alone: delegates, speakers, and whom entries are for, without an account.
//!
//! Nobody can tell from a name who is who: an ADMIN of RI looks for a name, says which of those found are the person who
//! asks, and another ADMIN of RI confirms it. Then the name goes from the rows and from the certificates made out to it. That
//! somebody was there, or was honoured, stays, and so does every hash over it: none was ever made over a name but with a salt that
//! lies beside it and goes with it.
use entity::{
    award, award_entry, certificate, enums::ActKind, enums::ProposedCommand, event_delegate, event_speaker,
    named_erasure, named_erasure_entry, proposal,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Value,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    authz::ActingSeat,
    command::{self, Begun, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    faults::{fault, filled, twice},
    identity::act::{self, Act},
    input::Wrong,
    locale::Text,
    proposal::service::{self as proposals, Opening},
    session::Session,
};

pub mod query;

pub use query::Found;

/// How many of those who were found can be erased by one proposal, and are found at once.
pub const MOST: usize = 100;

/// The shortest and the longest text that is looked for, characters.
const SEARCH: std::ops::RangeInclusive<usize> = 3..=200;

/// Somebody an event or an entry for an award names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Who {
    Delegate(Uuid),
    Speaker(Uuid),
    /// Whom an entry for an award is for.
    Entrant(Uuid),
}

impl Who {
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::Delegate(id) | Self::Speaker(id) | Self::Entrant(id) => id,
        }
    }

    fn subject_type(self) -> &'static str {
        match self {
            Self::Delegate(_) => "event_delegate",
            Self::Speaker(_) => "event_speaker",
            Self::Entrant(_) => "award_entry",
        }
    }
}

/// Finds whom events and awards name without an account, by words of the name. That it was looked, and who was found, is written down
/// before it is told; what was looked for is not, since it would outlive the erasure.
///
/// # Errors
/// `Forbidden` for all but ADMINs of RI; `SeatAmbiguous`; `Invalid` for too short or too long a text, and where more are found
/// than are told.
pub async fn find(session: &Session, search: &str, seat: Option<Uuid>) -> Result<Vec<Found>, Error> {
    let actor = &session.actor;
    let unit = actor.directory.tree.root().id;
    let seat = proposals::seat_for(actor, ProposedCommand::EraseNamedPerson, unit, seat)?;
    if !SEARCH.contains(&search.trim().chars().count()) {
        let (least, most) = (SEARCH.start(), SEARCH.end());
        let text = Text::new(
            format!("Sebutkan {least} sampai {most} karakter dari nama itu."),
            format!("Give {least} to {most} characters of the name."),
        );
        return Err(Refusal::new(Code::Invalid, text).at(["search"]).into());
    }
    let found = query::by_name(session.services.db.reader(), search).await?;
    if found.len() > MOST {
        let text = Text::new(
            format!("Lebih dari {MOST} nama cocok; sebutkan lebih lengkap."),
            format!("More than {MOST} names match; give more of it."),
        );
        return Err(Refusal::new(Code::Invalid, text).at(["search"]).into());
    }
    let told: Vec<Uuid> = found.iter().map(|found| found.who.id()).collect();
    let looked = Act {
        kind: ActKind::NamedPeopleSought,
        account: None,
        seat: None,
        unit,
        by: actor.account,
        by_seat: Some(seat.seat),
        details: json!({ "found": told }),
    };
    let transaction = session.services.db.begin().await?;
    act::record(transaction.connection(), looked, session.now()).await?;
    transaction.commit().await?;
    Ok(found)
}

/// Proposes to erase somebody whom events and awards know by name alone.
#[derive(Clone, Debug, Serialize)]
pub struct EraseNamed {
    /// All that is the one person.
    pub people: Vec<Who>,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Proposes to erase somebody whom events and awards know by name alone; another ADMIN of RI has to confirm it.
///
/// # Errors
/// `Forbidden` for all but ADMINs of RI; `SeatAmbiguous`; `Required` and `TooLong` for the list and the reason; at the place of
/// each `NotFound`, and `Invalid` for one with an account and one named twice; `WrongState` where all were erased before;
/// `AlreadyExists` while the same is proposed.
pub async fn propose(session: &Session, field: &str, input: EraseNamed) -> Result<proposal::Model, Error> {
    let write = match command::begin(session, field, "eraseNamedPerson", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return proposals::proposed_before(session, *replay).await,
    };
    let unit = write.actor.directory.tree.root().id;
    let seat = proposals::seat_for(&write.actor, ProposedCommand::EraseNamedPerson, unit, input.seat)?;
    let found = query::by_ids(write.connection(), &input.people).await?;
    let mut wrong = Wrong::default();
    wrong.extend(faults_of(&input.people, &found));
    let reason = wrong.note(proposals::owed_reason(&input.reason));
    wrong.settle()?;
    let (Some(first), Some(reason)) = (input.people.first(), reason) else {
        return Err(Error::internal("an erasure of nobody that was not refused"));
    };
    let opening = Opening {
        command: ProposedCommand::EraseNamedPerson,
        subject_type: first.subject_type(),
        subject: first.id(),
        unit,
        expected_version: None,
        reason,
    };
    let proposed = proposals::open(&write, seat, opening).await?;
    let (mut at_events, mut entered) = (Vec::new(), Vec::new());
    for (who, position) in input.people.iter().zip(1..) {
        let (delegate_id, speaker_id) = match *who {
            Who::Delegate(id) => (Some(id), None),
            Who::Speaker(id) => (None, Some(id)),
            Who::Entrant(entry_id) => {
                entered.push(named_erasure_entry::Model {
                    proposal_id: proposed.id,
                    position,
                    entry_id,
                });
                continue;
            }
        };
        at_events.push(named_erasure::Model {
            proposal_id: proposed.id,
            position,
            delegate_id,
            speaker_id,
        });
    }
    insert_all(write.connection(), at_events).await?;
    insert_all(write.connection(), entered).await?;
    note(
        &write,
        seat,
        ActKind::NamedErasureProposed,
        json!({ "proposal": proposed.id }),
    )
    .await?;
    write.commit(proposals::outcome(&proposed)).await?;
    Ok(proposed)
}

/// Everything that is wrong with whom it is about, at the place of each.
fn faults_of(people: &[Who], found: &[Found]) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = filled(people, MOST)
        .map(|fault| fault.at(["people"]))
        .into_iter()
        .collect();
    if !faults.is_empty() {
        return faults;
    }
    for (place, who) in people.iter().enumerate() {
        let known = found.iter().find(|found| found.who == *who);
        let wrong = match known {
            _ if people[..place].contains(who) => Some(twice()),
            None => Some(fault(Code::NotFound, "Tidak ditemukan.", "It was not found.")),
            Some(found) if found.has_account => Some(fault(
                Code::Invalid,
                "Orang ini memiliki akun; hapuslah dengan `erasePerson`.",
                "This person has an account; erase it with `erasePerson`.",
            )),
            Some(_found) => None,
        };
        faults.extend(wrong.map(|fault| fault.at(["people".to_owned(), place.to_string()])));
    }
    if faults.is_empty() && found.iter().all(|found| found.name.is_none()) {
        let text = Text::new("Orang ini sudah dihapus.", "This person was erased already.");
        faults.push(Refusal::new(Code::WrongState, text).at(["people"]));
    }
    faults
}

/// Erases the names a proposal that is being confirmed is about, in the transaction of the confirmation. What was erased
/// meanwhile stays erased.
///
/// # Errors
/// `WrongState` where the host has changed its programme meanwhile: nobody can tell where the name is now. The database's.
pub async fn carry_out(write: &Write, seat: ActingSeat, proposal: &proposal::Model) -> Result<(), Error> {
    let connection = write.connection();
    let meant = query::meant(connection, &[proposal.id]).await?;
    let people: Vec<Who> = meant.into_iter().map(|(_proposal, who)| who).collect();
    // The events first: nobody writes their programmes, or signs certificates, with a name that was read before.
    query::hold_events(connection, &people).await?;
    query::hold_editions(connection, &people).await?;
    let found = query::by_ids(connection, &people).await?;
    if found.len() < people.len() {
        let text = Text::new(
            "Susunan acara sudah berubah sejak hal ini diusulkan; cari nama itu lagi dan usulkan kembali.",
            "The programme has changed since this was proposed; look for the name again and propose it anew.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["proposal"]).into());
    }
    let delegates: Vec<Uuid> = people.iter().filter_map(|who| delegate(*who)).collect();
    let speakers: Vec<Uuid> = people.iter().filter_map(|who| speaker(*who)).collect();
    let entries: Vec<Uuid> = people.iter().filter_map(|who| entrant(*who)).collect();
    let mut certificates = forget(write, &delegates, &speakers).await?;
    let awards = query::awards_of(connection, &entries).await?;
    certificates += forget_honours(write, &entries, &awards).await?;
    proposal::Entity::update_many()
        .col_expr(proposal::Column::Reason, Expr::value(""))
        .filter(proposal::Column::Command.eq(ProposedCommand::EraseNamedPerson))
        .filter(query::proposals_on(&people))
        .exec(connection)
        .await?;
    // Why an earlier proposal was rejected may tell of the person as much as why it was made.
    let rejections = query::rejections_of(connection, &people).await?;
    super::empty(connection, &rejections).await?;
    let leaves = super::destroy_salts(connection, &rejections).await?;
    let details = json!({
        "proposal": proposal.id,
        "leaves": leaves,
        "delegates": delegates,
        "speakers": speakers,
        "entries": entries,
        "awards": awards,
        "certificates": certificates,
    });
    note(write, seat, ActKind::NamedPersonErased, details).await
}

/// Takes names away, and gives how many certificates told of them.
async fn forget(write: &Write, delegates: &[Uuid], speakers: &[Uuid]) -> Result<u64, Error> {
    let connection = write.connection();
    let nothing = || Expr::value(Value::String(None));
    event_delegate::Entity::update_many()
        .col_expr(event_delegate::Column::Name, nothing())
        .col_expr(event_delegate::Column::Title, nothing())
        // Who has read the row does not write its name back.
        .col_expr(
            event_delegate::Column::Version,
            Expr::col(event_delegate::Column::Version).add(1),
        )
        .filter(event_delegate::Column::Id.is_in(delegates.iter().copied()))
        .filter(event_delegate::Column::Name.is_not_null())
        .exec(connection)
        .await?;
    event_speaker::Entity::update_many()
        .col_expr(event_speaker::Column::Name, nothing())
        .col_expr(event_speaker::Column::Title, nothing())
        .filter(event_speaker::Column::Id.is_in(speakers.iter().copied()))
        .filter(event_speaker::Column::Name.is_not_null())
        .exec(connection)
        .await?;
    forget_papers(write, ("event_delegate", delegates)).await
}

/// Takes names away from entries and from what came of them, and gives how many certificates told of them. What was submitted
/// tells a name by a hash with a salt: the hash stays, and without the salt says nothing.
async fn forget_honours(write: &Write, entries: &[Uuid], awards: &[Uuid]) -> Result<u64, Error> {
    let connection = write.connection();
    let nothing = || Expr::value(Value::String(None));
    award_entry::Entity::update_many()
        .col_expr(award_entry::Column::Name, nothing())
        .col_expr(award_entry::Column::NameSalt, nothing())
        .col_expr(
            award_entry::Column::Version,
            Expr::col(award_entry::Column::Version).add(1),
        )
        .filter(award_entry::Column::Id.is_in(entries.iter().copied()))
        .filter(award_entry::Column::Name.is_not_null())
        .exec(connection)
        .await?;
    // Its version stays: a revocation that is proposed is of the same award, and nobody writes a name into one.
    award::Entity::update_many()
        .col_expr(award::Column::Name, nothing())
        .filter(award::Column::Id.is_in(awards.iter().copied()))
        .filter(award::Column::Name.is_not_null())
        .exec(connection)
        .await?;
    forget_papers(write, ("award", awards)).await
}

/// Takes names away from certificates of what was named without an account, with their salts; how many.
async fn forget_papers(write: &Write, (subject_type, subjects): (&str, &[Uuid])) -> Result<u64, Error> {
    let told = certificate::Entity::update_many()
        .col_expr(certificate::Column::Name, Expr::value(Value::String(None)))
        .col_expr(certificate::Column::Salt, Expr::value(Value::Bytes(None)))
        .filter(certificate::Column::SubjectType.eq(subject_type))
        .filter(certificate::Column::SubjectId.is_in(subjects.iter().copied()))
        .filter(certificate::Column::AccountId.is_null())
        .filter(certificate::Column::Name.is_not_null())
        .exec(write.connection())
        .await?;
    Ok(told.rows_affected)
}

fn delegate(who: Who) -> Option<Uuid> {
    match who {
        Who::Delegate(id) => Some(id),
        Who::Speaker(_) | Who::Entrant(_) => None,
    }
}

fn speaker(who: Who) -> Option<Uuid> {
    match who {
        Who::Speaker(id) => Some(id),
        Who::Delegate(_) | Who::Entrant(_) => None,
    }
}

fn entrant(who: Who) -> Option<Uuid> {
    match who {
        Who::Entrant(id) => Some(id),
        Who::Delegate(_) | Who::Speaker(_) => None,
    }
}

/// Notes that an erasure was rejected, or withdrawn by who proposed it.
///
/// # Errors
/// The database's.
pub async fn reject(
    write: &Write,
    seat: ActingSeat,
    proposal: &proposal::Model,
    reason: Option<String>,
) -> Result<(), Error> {
    let details = json!({ "proposal": proposal.id, "reason": reason });
    note(write, seat, ActKind::NamedErasureRejected, details).await
}

async fn note(write: &Write, seat: ActingSeat, kind: ActKind, details: serde_json::Value) -> Result<(), Error> {
    let act = Act {
        kind,
        account: None,
        seat: None,
        unit: write.actor.directory.tree.root().id,
        by: write.actor.account,
        by_seat: Some(seat.seat),
        details,
    };
    act::record(write.connection(), act, write.now).await.map(drop)
}
