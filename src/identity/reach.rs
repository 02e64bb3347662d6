//! Over whom an administrator may act. Every use case on people asks here.
use chrono::NaiveDate;
use entity::{enums::Function, holder};
use uuid::Uuid;

use crate::{
    authz::{
        ActingSeat, Decision,
        policy::{identity, territory},
    },
    error::{Code, Error, Refusal},
    locale::Text,
    session::Actor,
    territory::{
        directory::{Directory, Holding},
        tree::Unit,
    },
};

/// The one seat of the actor that may carry an action out on a unit. Units are open to everybody: nothing is hidden here.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`.
pub fn seat_over_unit(
    actor: &Actor,
    named: Option<Uuid>,
    action: identity::Action,
    unit: &Unit,
) -> Result<ActingSeat, Refusal> {
    actor.seat_that_may(named, Refusal::forbidden(), |seat| {
        identity::decide(seat.function, action, actor.standing(seat, unit.id), unit.tier)
    })
}

/// Whether the actor may fill a seat, from any of the own seats.
#[must_use]
pub fn fills(actor: &Actor, seat: Uuid) -> bool {
    let directory = &actor.directory;
    directory.seat_with_unit(seat).is_some_and(|(seat, unit)| {
        let mut own = actor.seats.iter();
        own.any(|acting| reaches(directory, acting, identity::Action::Manage(seat.function), unit))
    })
}

/// Whether a seat may still carry an action out on a unit, asked for somebody who is not here.
#[must_use]
pub fn reaches(directory: &Directory, seat: &ActingSeat, action: identity::Action, unit: &Unit) -> bool {
    let standing = directory.tree.standing(seat.unit, unit.id);
    identity::decide(seat.function, action, standing, unit.tier) == Decision::Allowed
}

/// The one seat of the actor that may manage a person: each seat the person holds, or is to hold, has to be one that this
/// seat may fill. A person without any is RI's.
///
/// # Errors
/// `NotFound` at `account` when the actor may not know the person; `OwnSeat` for oneself; `Forbidden`, `SeatAmbiguous`.
pub fn seat_over_person(actor: &Actor, named: Option<Uuid>, account: Uuid) -> Result<ActingSeat, Error> {
    let known = actor.directory.person(account).is_some() && knows(actor, account);
    if !known {
        return Err(Error::not_found("account"));
    }
    if account == actor.account {
        return Err(own("account"));
    }
    let holdings = actor.directory.holdings(account, actor.today);
    let seat = actor.seat_that_may(named, Refusal::forbidden(), |seat| {
        if manages_all(&actor.directory, seat, &holdings) {
            Decision::Allowed
        } else {
            Decision::Forbidden
        }
    });
    Ok(seat?)
}

/// The seat from which somebody who is not here once acted, if it is still theirs to act from: held, by an open account.
#[must_use]
pub fn seat_kept(directory: &Directory, account: Uuid, seat: Uuid, today: NaiveDate) -> Option<ActingSeat> {
    let active = directory.person(account).is_some_and(|person| person.active);
    let mut seats = directory.acting_seats(account, today).into_iter();
    seats.find(|acting| active && acting.seat == seat)
}

/// Whether somebody who is not here may still manage a person from a seat, as [`seat_over_person`] asks of who is.
#[must_use]
pub fn still_manages(directory: &Directory, (by, from): (Uuid, Uuid), account: Uuid, today: NaiveDate) -> bool {
    let seat = seat_kept(directory, by, from, today);
    seat.is_some_and(|seat| manages_all(directory, &seat, &directory.holdings(account, today)))
}

fn manages_all(directory: &Directory, seat: &ActingSeat, holdings: &[Holding<'_>]) -> bool {
    let manages = |unit: &Unit, function: Function| reaches(directory, seat, identity::Action::Manage(function), unit);
    if holdings.is_empty() {
        // Whoever may fill RI's own administrators has nobody above.
        return manages(directory.tree.root(), Function::Admin);
    }
    holdings
        .iter()
        .all(|holding| manages(holding.unit, holding.seat.function))
}

/// Whether the actor may know who somebody is: oneself, or who sits, or is to sit, in the own unit or beneath it. Who sits
/// nowhere any more is known to RI's administrators. A program knows people only if it is to read them.
#[must_use]
pub fn knows(actor: &Actor, account: Uuid) -> bool {
    sees(actor, account, territory::Action::ReadHolders)
}

/// Whether the actor may know at which address somebody is reached.
#[must_use]
pub fn knows_contact(actor: &Actor, account: Uuid) -> bool {
    sees(actor, account, territory::Action::ReadContacts)
}

/// Whether the actor may know who sits in a unit.
#[must_use]
pub fn knows_people_of(actor: &Actor, unit: Uuid) -> bool {
    reads(actor, territory::Action::ReadHolders, unit)
}

fn reads(actor: &Actor, action: territory::Action, unit: Uuid) -> bool {
    let mut seats = actor.seats.iter();
    actor.reads_people()
        && seats.any(|seat| territory::decide(seat.function, action, actor.standing(seat, unit)) == Decision::Allowed)
}

/// Whether any seat of the actor reaches any unit of a person for a kind of reading.
fn sees(actor: &Actor, account: Uuid, action: territory::Action) -> bool {
    if !actor.reads_people() {
        return false;
    }
    if account == actor.account {
        return true;
    }
    if actor.directory.person(account).is_some_and(|person| person.erased) {
        // The marker stands for what was done, wherever that was.
        let mut units = actor.directory.units_ever_of(account);
        return units.any(|unit| reads(actor, action, unit));
    }
    let holdings = actor.directory.holdings(account, actor.today);
    if holdings.is_empty() {
        // Whoever manages those who sit nowhere knows them.
        let mut seats = actor.seats.iter();
        return seats.any(|seat| manages_all(&actor.directory, seat, &holdings));
    }
    holdings.iter().any(|holding| reads(actor, action, holding.unit.id))
}

/// Whether RI keeps an administrator from a day on, without end, when somebody is left out of account.
#[must_use]
pub fn keeps_an_administrator(directory: &Directory, without: Uuid, from: NaiveDate) -> bool {
    administrator_stays(directory, from, |holder| holder.account_id != without)
}

/// The same when a seat is left out of account.
#[must_use]
pub fn keeps_an_administrator_elsewhere(directory: &Directory, without: Uuid, from: NaiveDate) -> bool {
    administrator_stays(directory, from, |holder| holder.seat_id != without)
}

fn administrator_stays(directory: &Directory, from: NaiveDate, counts: impl Fn(&holder::Model) -> bool) -> bool {
    let root = directory.tree.root().id;
    let seats = directory.seats_of(root, from);
    let mut admins = seats
        .into_iter()
        .filter(|seat| seat.function == Function::Admin && seat.valid_to.is_none())
        .flat_map(|seat| directory.holders_of(seat.id, from));
    admins.any(|holder| {
        holder.valid_to.is_none()
            && counts(holder)
            && directory.person(holder.account_id).is_some_and(|person| person.active)
    })
}

/// Whether a person is an administrator of RI without whom there would be none from a day on.
#[must_use]
pub fn is_last_administrator(directory: &Directory, account: Uuid, from: NaiveDate) -> bool {
    let root = directory.tree.root().id;
    let governs = |holding: &Holding<'_>| holding.unit.id == root && holding.seat.function == Function::Admin;
    directory.holdings(account, from).iter().any(governs) && !keeps_an_administrator(directory, account, from)
}

/// That RI would be left without an administrator.
#[must_use]
pub fn last_admin(field: &str) -> Error {
    let text = Text::new(
        "Bawaslu RI harus selalu memiliki seorang administrator lain yang tetap.",
        "RI always needs another administrator who stays.",
    );
    Refusal::new(Code::LastAdmin, text).at([field]).into()
}

/// That it is about the actor's own seats or account.
#[must_use]
pub fn own(field: &str) -> Error {
    let text = Text::new(
        "Ini menyangkut jabatan atau akun Anda sendiri; administrator lain harus melakukannya.",
        "This concerns your own seat or account; another administrator has to do it.",
    );
    Refusal::new(Code::OwnSeat, text).at([field]).into()
}
