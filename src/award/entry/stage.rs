//! When something may be done to an entry, where that leads, and what of where it stands is told to whom: pure.
use chrono::{DateTime, Utc};
use entity::{
    award_edition, award_entry,
    enums::{
        AwardEditionStatus::{self, Announced, Closed, Draft, Judging, Nomination, Ranked, Ratified, RulesPublished},
        AwardEditionStatus::{Verification, Void},
        AwardEntryStatus, AwardRecipient,
    },
};

use crate::{
    authz::{
        Decision, Standing,
        policy::award::{Action, Ties, decide},
    },
    award::{
        arranging,
        workflow::{self, EntryStep, Refused, is_announced, next_of_entry},
    },
    error::{Code, Refusal},
    locale::Text,
    session::Actor,
};

/// Whether somebody may be entered now.
///
/// # Errors
/// `WrongState` at the edition.
pub fn takes_new(edition: &award_edition::Model, now: DateTime<Utc>) -> Result<(), Refusal> {
    if edition.status != Nomination {
        return Err(arranging::wrong_state(edition.status));
    }
    if edition.entries_by <= now {
        let text = Text::new(
            "Waktu pengajuan entri sudah lewat.",
            "The time in which entries were taken has passed.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["edition", "entriesBy"]));
    }
    Ok(())
}

/// Whether an entry may be written now. One that was returned may be mended for as long as entries are verified.
///
/// # Errors
/// `WrongState` at the entry or at the edition.
pub fn may_be_written(
    edition: &award_edition::Model,
    row: &award_entry::Model,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    match row.status {
        AwardEntryStatus::Draft => takes_new(edition, now),
        AwardEntryStatus::Returned => is_time_for(EntryStep::Submit, edition.status),
        status => Err(wrong_state(status)),
    }
}

/// Where a step leads now.
///
/// # Errors
/// `WrongState` at the entry or at the edition.
pub fn next(
    edition: &award_edition::Model,
    row: &award_entry::Model,
    step: EntryStep,
    now: DateTime<Utc>,
) -> Result<AwardEntryStatus, Refusal> {
    // What it is time for is asked first: it tells nothing of where the entry stands.
    is_time_for(step, edition.status)?;
    let after = next_of_entry(row.status, step).map_err(|Refused| wrong_state(row.status))?;
    if step == EntryStep::Submit {
        may_be_written(edition, row, now)?;
    }
    Ok(after)
}

/// Whether it is time for a step of an entry. Once juries are at work an entry is withdrawn no more, so that nobody learns from
/// a refusal how far it has come.
///
/// # Errors
/// `WrongState` at the edition.
pub fn is_time_for(step: EntryStep, edition: AwardEditionStatus) -> Result<(), Refusal> {
    let fits = match step {
        EntryStep::Submit | EntryStep::Return | EntryStep::Verify | EntryStep::Reject | EntryStep::Withdraw => {
            matches!(edition, Nomination | Verification)
        }
        EntryStep::Disqualify => match edition {
            Nomination | Verification | Judging | Ranked | Ratified | Announced => true,
            Draft | RulesPublished | Closed | Void => false,
        },
        // Done by juries and by the ranking.
        EntryStep::Shortlist | EntryStep::PassOver | EntryStep::Rank | EntryStep::Award | EntryStep::LeaveOut => false,
    };
    if fits {
        Ok(())
    } else {
        Err(arranging::wrong_state(edition))
    }
}

/// Whether the actor may command the editions a seat's unit gives: then it is told the truth before everybody is.
pub(in crate::award) fn commanding_units(actor: &Actor) -> impl Iterator<Item = uuid::Uuid> + '_ {
    let commands = |seat: &&crate::authz::ActingSeat| {
        decide(seat.function, Action::Command, Standing::Own, Ties::default()) == Decision::Allowed
    };
    actor.seats.iter().filter(commands).map(|seat| seat.unit)
}

/// Whether the actor is told where entries of an edition truly stand.
#[must_use]
pub fn is_told_the_truth(actor: &Actor, edition: &award_edition::Model) -> bool {
    is_announced(edition.status) || commanding_units(actor).any(|unit| unit == edition.unit_id)
}

/// Where an entry stands as far as the actor is told.
#[must_use]
pub fn told(actor: &Actor, edition: &award_edition::Model, row: &award_entry::Model) -> AwardEntryStatus {
    if is_told_the_truth(actor, edition) {
        row.status
    } else {
        workflow::told_before_announcement(row.status)
    }
}

/// The lock counter as far as the actor is told: while nothing can be done to the entry it would tell how it was judged.
#[must_use]
pub fn told_version(actor: &Actor, edition: &award_edition::Model, row: &award_entry::Model) -> i32 {
    let open = match edition.status {
        Draft | RulesPublished | Nomination | Verification => true,
        Judging | Ranked | Ratified | Announced | Closed | Void => false,
    };
    if open || is_told_the_truth(actor, edition) {
        row.version
    } else {
        0
    }
}

/// That a command does not follow from where an entry stands.
#[must_use]
pub fn wrong_state(status: AwardEntryStatus) -> Refusal {
    let (id, en) = match status {
        AwardEntryStatus::Draft => ("masih berupa rancangan", "still a draft"),
        AwardEntryStatus::Submitted => ("sudah diajukan", "submitted"),
        AwardEntryStatus::Returned => ("sudah dikembalikan", "returned"),
        AwardEntryStatus::Eligible => ("sudah dinyatakan memenuhi syarat", "found eligible"),
        AwardEntryStatus::Ineligible => ("sudah dinyatakan tidak memenuhi syarat", "found ineligible"),
        AwardEntryStatus::Shortlisted => ("sudah lolos ke babak berikutnya", "shortlisted"),
        AwardEntryStatus::NotListed => ("tidak lolos ke babak berikutnya", "not shortlisted"),
        AwardEntryStatus::Ranked => (
            "sudah diperingkat; daftarnya dihitung ulang lebih dahulu",
            "ranked; the list is reckoned anew first",
        ),
        AwardEntryStatus::Awarded => (
            "sudah menerima penghargaan; penghargaannya dicabut",
            "honoured; its award is revoked instead",
        ),
        AwardEntryStatus::Unplaced => ("tidak menerima penghargaan", "without an award"),
        AwardEntryStatus::Withdrawn => ("sudah ditarik", "withdrawn"),
        AwardEntryStatus::Disqualified => ("sudah didiskualifikasi", "disqualified"),
    };
    let text = Text::new(
        format!("Entri ini {id}; perintah tersebut tidak dapat dilakukan sekarang."),
        format!("This entry is {en}; the command does not follow from there."),
    );
    Refusal::new(Code::WrongState, text).at(["entry"])
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new("Entri tidak ditemukan.", "The entry was not found.");
    Refusal::new(Code::NotFound, text)
}

/// That an entry has changed since it was read.
#[must_use]
pub fn stale(row: &award_entry::Model) -> Refusal {
    let text = Text::new(
        "Entri ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This entry has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}

/// That there is an entry already, of the unit, of the person or of the name.
#[must_use]
pub fn entered_already(row: &award_entry::Model) -> Refusal {
    let (field, text) = if row.account_id.is_some() {
        let text = Text::new(
            "Orang ini sudah diajukan dalam kategori ini.",
            "This person is entered in the category already.",
        );
        ("account", text)
    } else if row.recipient != AwardRecipient::Unit {
        let text = Text::new(
            "Nama ini sudah diajukan untuk unit ini dalam kategori ini.",
            "This name is entered for the unit in the category already.",
        );
        ("name", text)
    } else {
        let text = Text::new(
            "Unit ini sudah diajukan dalam kategori ini.",
            "This unit is entered in the category already.",
        );
        ("unit", text)
    };
    Refusal::new(Code::AlreadyExists, text).at([field])
}
