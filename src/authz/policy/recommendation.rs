//! Who answers what was recommended, and who is content with the answer.
use entity::enums::Function;

use super::rule::Rule;
use crate::authz::{Decision, Standing};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To know of it and of what was answered.
    Read,
    /// To answer what was done.
    Answer,
    /// To close it, or to ask for more than was answered.
    Settle,
}

impl Action {
    pub const ALL: [Self; 3] = [Self::Read, Self::Answer, Self::Settle];
}

/// What ties the actor's seat to the recommendation beyond the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// The seat's unit recommends it.
    pub issuer: bool,
    /// The unit that is to follow is dissolved, and the seat keeps what it left.
    pub custodian: bool,
    /// The person gave the answer that stands.
    pub answered: bool,
}

/// The rule. The standing is that to the unit that is to follow.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing, ties: Ties) -> Decision {
    let content = match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => true,
        Function::Admin | Function::Expert => false,
    };
    let speaks = matches!(function, Function::Head | Function::Coordinator);
    let own = standing == Standing::Own;
    let within = matches!(standing, Standing::Own | Standing::Parent | Standing::Above);
    if !content || !(within || ties.issuer || (ties.custodian && speaks)) {
        return Decision::Hidden;
    }
    let granted = match action {
        Action::Read => true,
        Action::Answer => speaks && (own || ties.custodian),
        Action::Settle if speaks && ties.issuer && ties.answered => return Decision::OwnWork,
        Action::Settle => speaks && ties.issuer,
    };
    if granted {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action) -> Rule {
    match action {
        Action::Read => Rule {
            key: "recommendation.read-by-its-unit-those-above-and-who-recommends",
            id: "Rekomendasi dibaca oleh unit yang menindaklanjuti, unit di atasnya, dan unit yang merekomendasikan.",
            en: "A recommendation is read by the unit that is to follow it, by those above and by the unit that recommends.",
        },
        Action::Answer => Rule {
            key: "recommendation.answered-by-who-speaks-for-the-unit",
            id: "Rekomendasi dijawab oleh HEAD unit yang menindaklanjuti, di RI oleh COORDINATOR.",
            en: "A recommendation is answered by the HEAD of the unit that is to follow it, at RI by a COORDINATOR.",
        },
        Action::Settle => Rule {
            key: "recommendation.settled-by-who-recommends",
            id: "Rekomendasi ditutup atau dikembalikan oleh pimpinan unit yang merekomendasikan, tetapi bukan oleh yang menjawabnya.",
            en: "A recommendation is closed or sent back by who speaks for the unit that recommends, but never by whoever answered it.",
        },
    }
}
