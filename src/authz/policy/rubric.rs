//! Who may do what to a rubric.
use entity::enums::{Function, RubricStatus};

use super::{
    rule::Rule,
    template::{Owner, directs, drafts, is_along_the_line},
};
use crate::authz::{Decision, Standing};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To know of a version and what it judges by.
    Read,
    /// To make, change, publish, retire and discard versions.
    Manage,
}

impl Action {
    pub const ALL: [Self; 2] = [Self::Read, Self::Manage];
}

/// The rule. The standing is that of the actor's unit to the owner; what may be done to a version in which status is asked
/// afterwards.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing, owner: Owner, status: RubricStatus) -> Decision {
    let sees = match status {
        RubricStatus::Draft => drafts(function, standing),
        // Whose work is judged by it knows what it is judged by, and so does who judges.
        RubricStatus::Published | RubricStatus::Retired => is_along_the_line(standing),
    };
    if !sees {
        return Decision::Hidden;
    }
    let granted = match action {
        Action::Read => true,
        Action::Manage => standing == Standing::Own && directs(function, owner),
    };
    if granted {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action, status: RubricStatus) -> Rule {
    match (action, status) {
        (Action::Manage, _) => Rule {
            key: "rubric.directed-by-its-unit",
            id: "Instrumen penilaian dibuat dan diubah oleh COORDINATOR RI, atau oleh HEAD provinsi atau kabupaten/kota tetap pemiliknya.",
            en: "A rubric is made and changed by a COORDINATOR of RI, or by the HEAD of the permanent provinsi or kabupaten/kota that owns it.",
        },
        (Action::Read, RubricStatus::Draft) => Rule {
            key: "rubric.draft-is-its-units",
            id: "Konsep instrumen penilaian hanya dibaca oleh unit pemiliknya.",
            en: "The draft of a rubric is read by the unit that owns it alone.",
        },
        (Action::Read, RubricStatus::Published | RubricStatus::Retired) => Rule {
            key: "rubric.seen-along-the-line",
            id: "Instrumen penilaian yang sudah terbit dilihat oleh unit pemiliknya, unit di bawahnya, dan unit di atasnya.",
            en: "A published rubric is seen by the unit that owns it, by those beneath it and by those above it.",
        },
    }
}
