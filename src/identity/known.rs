//! Who may know whom: oneself, and who sits in the own unit or beneath it.
use uuid::Uuid;

use crate::{
    authz::{
        Decision,
        policy::territory::{Action, decide},
    },
    session::Actor,
};

/// Whether the actor may know who somebody is.
#[must_use]
pub fn knows(actor: &Actor, account: Uuid) -> bool {
    account == actor.account || reaches(actor, account, Action::ReadHolders)
}

/// Whether the actor may know at which address somebody is reached.
#[must_use]
pub fn knows_contact(actor: &Actor, account: Uuid) -> bool {
    account == actor.account || reaches(actor, account, Action::ReadContacts)
}

/// Whether any seat of the actor reaches any unit the person sits in.
fn reaches(actor: &Actor, account: Uuid, action: Action) -> bool {
    let mut units = actor.directory.units_of(account, actor.today);
    units.any(|unit| {
        actor
            .seats
            .iter()
            .any(|seat| decide(seat.function, action, actor.standing(seat, unit)) == Decision::Allowed)
    })
}
