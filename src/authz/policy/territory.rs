//! Who may read whom. Units and regions are open to every signed-in account; people and contacts are not.
use entity::enums::Function;

use super::rule::Rule;
use crate::authz::{Decision, Standing};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Names and dates of the holders of a unit's seats.
    ReadHolders,
    /// E-mail addresses of the holders of a unit's seats.
    ReadContacts,
}

impl Action {
    pub const ALL: [Self; 2] = [Self::ReadHolders, Self::ReadContacts];
}

/// People are seen from their own unit and from above it. The next unit down knows who sits above it by seat, not by person.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing) -> Decision {
    let reaches = match standing {
        Standing::Own | Standing::Parent | Standing::Above => true,
        Standing::Below | Standing::Outside => false,
    };
    let granted = match (action, function) {
        (
            Action::ReadHolders,
            Function::Staff | Function::Head | Function::Admin | Function::Observer | Function::Coordinator,
        ) => reaches,
        (
            Action::ReadContacts,
            Function::Head | Function::Admin | Function::Coordinator | Function::Staff | Function::Observer,
        ) => reaches,
        // An expert works outside the tree: the colleagues at RI, nobody further.
        (Action::ReadHolders | Action::ReadContacts, Function::Expert) => standing == Standing::Own,
    };
    if granted { Decision::Allowed } else { Decision::Hidden }
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(function: Function, action: Action) -> Rule {
    match (action, function) {
        (Action::ReadHolders | Action::ReadContacts, Function::Expert) => Rule {
            key: "people.experts-know-their-unit",
            id: "EXPERT mengenal orang-orang di unitnya sendiri saja.",
            en: "An EXPERT knows the people of the own unit alone.",
        },
        (
            Action::ReadHolders,
            Function::Staff | Function::Head | Function::Admin | Function::Observer | Function::Coordinator,
        ) => Rule {
            key: "people.known-from-own-unit-and-above",
            id: "Pemegang jabatan dikenal oleh unitnya sendiri dan oleh unit di atasnya.",
            en: "The holders of seats are known to their own unit and to those above it.",
        },
        (
            Action::ReadContacts,
            Function::Staff | Function::Head | Function::Admin | Function::Observer | Function::Coordinator,
        ) => Rule {
            key: "people.contacts-from-own-unit-and-above",
            id: "Kontak pemegang jabatan dibaca oleh unitnya sendiri dan oleh unit di atasnya.",
            en: "The contacts of the holders of seats are read by their own unit and by those above it.",
        },
    }
}
