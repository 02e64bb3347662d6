//! Who may do what to a round, and to what a unit owes in it.
use entity::enums::{Function, Tier};

use super::rule::Rule;
use crate::authz::{Decision, Standing};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To know of a round and whom it asks. The standing is that to its owner.
    Read,
    /// To open, change and close a round; the standing is that to its owner.
    Manage,
    /// To pass a round on to those beneath, who are to report earlier; the standing is that to its owner.
    PassOn,
    /// To make and change stages of elections, asked of RI.
    ManageStages,
    /// To read what a unit owes and how it stands. The standing is that to the unit, in the tree the period is counted by.
    ReadLedger,
    /// To give a unit more time; the standing is that to the unit.
    Extend,
    /// To excuse a unit, and to take that back; the standing is that to the unit.
    Excuse,
    /// To waive what a unit owes, and to take that back; the standing is that to the unit.
    Waive,
}

impl Action {
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Manage,
        Self::PassOn,
        Self::ManageStages,
        Self::ReadLedger,
        Self::Extend,
        Self::Excuse,
        Self::Waive,
    ];
}

/// What ties the actor's seat to what a unit owes, beyond the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// The seat's unit owns the round.
    pub owner: bool,
    /// The seat's unit has passed the round on to the unit.
    pub passed_on: bool,
    /// The seat's unit is the one that decides on the unit today: its parent or acting superior.
    pub decides: bool,
}

/// The rule. `tier` is the level of the seat's own unit. What the state of the round allows is asked afterwards.
#[must_use]
pub fn decide(
    (function, tier): (Function, Tier),
    action: Action,
    standing: Standing,
    relations: Relations,
) -> Decision {
    let directs = directs(function, tier);
    match action {
        Action::Read | Action::Manage | Action::PassOn if standing == Standing::Outside => Decision::Hidden,
        Action::Read => Decision::Allowed,
        Action::Manage => granted(directs && standing == Standing::Own),
        Action::PassOn => granted(directs && standing == Standing::Below),
        Action::ManageStages => granted(function == Function::Coordinator && standing == Standing::Own),
        Action::ReadLedger if reads_ledger(function, standing) => Decision::Allowed,
        Action::ReadLedger => Decision::Hidden,
        Action::Extend => act(function, directs && (relations.owner || relations.passed_on), standing),
        Action::Excuse => act(function, directs && relations.decides, standing),
        Action::Waive => act(function, directs && relations.owner, standing),
    }
}

fn granted(granted: bool) -> Decision {
    if granted {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}

/// An act upon what a unit owes. Nobody frees the own unit.
fn act(function: Function, granted: bool, standing: Standing) -> Decision {
    match (granted, standing) {
        (true, Standing::Own) => Decision::OwnWork,
        (true, Standing::Parent | Standing::Above | Standing::Below | Standing::Outside) => Decision::Allowed,
        (false, standing) if reads_ledger(function, standing) => Decision::Forbidden,
        (false, _) => Decision::Hidden,
    }
}

/// Who speaks for a unit in what it asks of others.
fn directs(function: Function, tier: Tier) -> bool {
    match function {
        Function::Coordinator => tier == Tier::Ri,
        Function::Head => matches!(tier, Tier::Provinsi | Tier::KabupatenKota),
        Function::Staff | Function::Admin | Function::Observer | Function::Expert => false,
    }
}

fn reads_ledger(function: Function, standing: Standing) -> bool {
    let content = match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => true,
        // Manage people, or see what is handed to them.
        Function::Admin | Function::Expert => false,
    };
    let within = match standing {
        Standing::Own | Standing::Parent | Standing::Above => true,
        Standing::Below | Standing::Outside => false,
    };
    content && within
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action) -> Rule {
    match action {
        Action::Read => Rule {
            key: "cycle.seen-along-the-line",
            id: "Periode laporan dilihat oleh unit yang meminta, unit di bawahnya, dan unit di atasnya.",
            en: "A round is seen by the unit that asks, by those beneath it and by those above it.",
        },
        Action::Manage => Rule {
            key: "cycle.directed-by-its-unit",
            id: "Periode laporan dibuka, diubah dan ditutup oleh COORDINATOR RI, atau oleh HEAD provinsi atau kabupaten/kota yang memintanya.",
            en: "A round is opened, changed and closed by a COORDINATOR of RI, or by the HEAD of the provinsi or kabupaten/kota that asks.",
        },
        Action::PassOn => Rule {
            key: "cycle.passed-on-by-units-between",
            id: "Periode laporan diteruskan oleh HEAD provinsi atau kabupaten/kota di bawah unit yang meminta.",
            en: "A round is passed on by the HEAD of a provinsi or kabupaten/kota beneath the unit that asks.",
        },
        Action::ManageStages => Rule {
            key: "cycle.stages-are-kept-at-ri",
            id: "Tahapan pemilihan dicatat dan diubah oleh COORDINATOR RI.",
            en: "Stages of elections are entered and changed by a COORDINATOR of RI.",
        },
        Action::ReadLedger => Rule {
            key: "cycle.ledger-read-by-unit-and-above",
            id: "Kewajiban dibaca oleh unitnya sendiri dan unit di atasnya.",
            en: "What a unit owes is read by the unit itself and by those above it.",
        },
        Action::Extend => Rule {
            key: "cycle.more-time-from-who-asks",
            id: "Tambahan waktu diberikan oleh unit yang meminta, atau yang meneruskannya kepada unit itu.",
            en: "More time is given by the unit that asks, or by the one that passed the round on to the unit.",
        },
        Action::Excuse => Rule {
            key: "cycle.excused-by-the-unit-above",
            id: "Unit dibebaskan oleh pimpinan unit yang memutuskan atasnya.",
            en: "A unit is excused by who speaks for the unit that decides on it.",
        },
        Action::Waive => Rule {
            key: "cycle.waived-by-who-asks",
            id: "Kewajiban dihapus oleh unit yang meminta.",
            en: "What a unit owes is waived by the unit that asks.",
        },
    }
}
