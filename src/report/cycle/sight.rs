//! Who may do what to a round: the policy, asked for a seat, for a person, or for the one seat that is to act.
use entity::{cycle, cycle_passing, obligation};
use uuid::Uuid;

use crate::{
    authz::{
        ActingSeat, Decision, Standing, Verdict,
        policy::cycle::{Action, Relations, decide},
        which_seat,
    },
    error::{Code, Refusal},
    locale::Text,
    report::{ledger, obligation as owed},
    session::Actor,
};

/// What a seat may do to the rounds of a unit.
#[must_use]
pub fn decision(actor: &Actor, seat: &ActingSeat, action: Action, owner: Uuid) -> Decision {
    let standing = actor.standing(seat, owner);
    decide((seat.function, seat.tier), action, standing, Relations::default())
}

/// Whether somebody may know of the rounds of a unit.
#[must_use]
pub fn is_visible(actor: &Actor, owner: Uuid) -> bool {
    let mut seats = actor.seats.iter();
    seats.any(|seat| decision(actor, seat, Action::Read, owner) == Decision::Allowed)
}

/// Whether somebody may know how a unit passed a round on: in the own line, above and beneath.
#[must_use]
pub fn is_in_line(actor: &Actor, unit: Uuid) -> bool {
    let mut seats = actor.seats.iter();
    seats.any(|seat| actor.standing(seat, unit) != Standing::Outside)
}

/// The seat that acts on a round.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`.
pub fn seat_for(
    actor: &Actor,
    cycle: &cycle::Model,
    action: Action,
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    granted(which_seat(&actor.seats, named, |seat| {
        decision(actor, seat, action, cycle.owner_id)
    }))
}

/// Whether something may be done to a round now: by the policy, then by where it stands.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `CycleNotOpen`.
pub fn check_open(actor: &Actor, cycle: &cycle::Model, action: Action) -> Result<ActingSeat, Refusal> {
    let seat = seat_for(actor, cycle, action, None)?;
    match cycle.closed_at {
        None => Ok(seat),
        Some(_closed) => Err(closed()),
    }
}

/// The seat a verdict grants.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`.
pub fn granted(verdict: Verdict) -> Result<ActingSeat, Refusal> {
    match verdict {
        Verdict::Granted(seat) => Ok(seat),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous()),
        Verdict::Forbidden => Err(forbidden()),
        Verdict::OwnWork => Err(own_work()),
        Verdict::Hidden => Err(not_found()),
    }
}

/// What a seat may do to what a unit owes.
#[must_use]
pub fn decision_on(
    actor: &Actor,
    seat: &ActingSeat,
    action: Action,
    (cycle, passings): (&cycle::Model, &[cycle_passing::Model]),
    row: &obligation::Model,
) -> Decision {
    let tree = &actor.directory.tree;
    let superior = tree.get(row.unit_id).and_then(|unit| tree.superior(unit));
    let relations = Relations {
        owner: seat.unit == cycle.owner_id,
        passed_on: ledger::nearest_passing(passings, row).is_some_and(|passing| passing.unit_id == seat.unit),
        decides: superior.is_some_and(|superior| superior.id == seat.unit),
    };
    let standing: Standing = owed::standing(seat.unit, row, tree.root().id);
    decide((seat.function, seat.tier), action, standing, relations)
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    Refusal::new(Code::NotFound, Text::new("Tidak ditemukan.", "It was not found."))
}

#[must_use]
pub fn forbidden() -> Refusal {
    let text = Text::new(
        "Jabatan Anda tidak berwenang melakukan ini.",
        "None of your seats may do this.",
    );
    Refusal::new(Code::Forbidden, text)
}

fn own_work() -> Refusal {
    let text = Text::new(
        "Tidak seorang pun membebaskan unitnya sendiri.",
        "Nobody frees the own unit.",
    );
    Refusal::new(Code::OwnWork, text)
}

/// That a round is closed.
#[must_use]
pub fn closed() -> Refusal {
    let text = Text::new("Periode laporan ini sudah ditutup.", "This cycle is closed.");
    Refusal::new(Code::CycleNotOpen, text).at(["cycle"])
}

/// That somebody else changed it since it was read.
#[must_use]
pub fn stale(current: i32) -> Refusal {
    let text = Text::new(
        "Data ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, current)
}
