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
    /// To form, rename, move, split, merge and dissolve a unit, and to name who acts as its superior.
    ChangeUnit,
    /// To put units beneath this one.
    PlaceUnits,
    /// To take a new edition of the list of regions over, asked of RI.
    ImportRegions,
}

impl Action {
    pub const ALL: [Self; 5] = [
        Self::ReadHolders,
        Self::ReadContacts,
        Self::ChangeUnit,
        Self::PlaceUnits,
        Self::ImportRegions,
    ];
}

/// People are seen from their own unit and from above it; the next unit down knows who sits above it by seat, not by person.
/// What a unit is is open, so who may not change it is told so.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing) -> Decision {
    let (own, above) = match standing {
        Standing::Own => (true, false),
        Standing::Parent | Standing::Above => (false, true),
        Standing::Below | Standing::Outside => (false, false),
    };
    let (granted, refusal) = match action {
        Action::ReadHolders | Action::ReadContacts => (reads_people(function, own, above), Decision::Hidden),
        Action::ChangeUnit => (function == Function::Admin && above, Decision::Forbidden),
        Action::PlaceUnits => (function == Function::Admin && (own || above), Decision::Forbidden),
        // RI alone has nobody above, so that its own ADMINs are those who are asked of RI.
        Action::ImportRegions => (function == Function::Admin && own, Decision::Forbidden),
    };
    if granted { Decision::Allowed } else { refusal }
}

fn reads_people(function: Function, own: bool, above: bool) -> bool {
    match function {
        Function::Staff | Function::Head | Function::Admin | Function::Observer | Function::Coordinator => own || above,
        // An expert works outside the tree: the colleagues at RI, nobody further.
        Function::Expert => own,
    }
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(function: Function, action: Action) -> Rule {
    match (action, function) {
        (Action::ChangeUnit | Action::PlaceUnits, _) => Rule {
            key: "units.changed-by-admin-above",
            id: "Unit dibentuk, diganti namanya, dipindahkan, dan dibubarkan oleh ADMIN unit di atasnya.",
            en: "A unit is formed, renamed, moved and dissolved by an ADMIN of a unit above it.",
        },
        (Action::ImportRegions, _) => Rule {
            key: "regions.imported-by-admin-of-ri",
            id: "Edisi baru daftar wilayah dimasukkan oleh ADMIN RI.",
            en: "A new edition of the list of regions is taken over by an ADMIN of RI.",
        },
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
