//! Who holds events, who works their doors, who answers for an invited unit, and who reads what of it.
use entity::enums::Function;

use super::rule::Rule;
use crate::authz::{Decision, Standing};

/// What is asked for of an event. The standing is that to its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To know of it.
    Read,
    /// To read who is invited, what they answered and who came.
    ReadAttendance,
    /// To draft and change it, and to write down what came of it.
    Prepare,
    /// To publish, postpone, cancel, start, end and seal it, and to decide what its door and its guests ask.
    Command,
    /// To work its door.
    KeepDoor,
}

impl Action {
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::ReadAttendance,
        Self::Prepare,
        Self::Command,
        Self::KeepDoor,
    ];
}

/// What ties the actor to an event beyond the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// It was published once. Before that it is a draft of its host alone.
    pub published: bool,
    /// A unit within the seat's scope is invited, or one whose work the seat keeps.
    pub invited: bool,
    /// The person is to come to it, or to speak at it.
    pub named: bool,
}

/// The rule for events.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing, ties: Ties) -> Decision {
    let content = is_content(function);
    let own = content && standing == Standing::Own;
    let above = content && matches!(standing, Standing::Parent | Standing::Above);
    let reads_attendance = own || (ties.published && above);
    let reads = reads_attendance || (ties.published && ((content && ties.invited) || ties.named));
    let granted = match action {
        Action::Read => reads,
        Action::ReadAttendance => reads_attendance,
        Action::Prepare | Action::KeepDoor => own && (works(function) || speaks(function)),
        Action::Command => own && speaks(function),
    };
    told(granted, reads)
}

/// What is asked for of the invitation of a unit, of the people it names and of what it says of them. The standing is that to
/// the invited unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitAction {
    Read,
    /// To write down who was there.
    Draft,
    /// To confirm or decline, to name and substitute delegates, to ask for an excuse, to submit, and to answer an evaluation.
    Answer,
    /// To verify or return what the unit submits, to excuse it, and to evaluate it.
    Settle,
}

impl UnitAction {
    pub const ALL: [Self; 4] = [Self::Read, Self::Draft, Self::Answer, Self::Settle];
}

/// What ties the actor's seat to an invitation beyond the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitTies {
    /// The seat's unit holds the event.
    pub host: bool,
    /// The seat's unit stands above the host.
    pub above_host: bool,
    /// The invited unit is dissolved, and the seat keeps what it left.
    pub custodian: bool,
    /// The person is one of those the unit sends.
    pub named: bool,
    /// The person handed in what is to be settled.
    pub submitted: bool,
}

/// The rule for invitations.
#[must_use]
pub fn decide_of_unit(function: Function, action: UnitAction, standing: Standing, ties: UnitTies) -> Decision {
    let content = is_content(function);
    let own = content && standing == Standing::Own;
    let above = content && matches!(standing, Standing::Parent | Standing::Above);
    let custodian = ties.custodian && speaks(function);
    let reads = own || above || custodian || ties.named || (content && (ties.host || ties.above_host));
    let granted = match action {
        UnitAction::Read => reads,
        UnitAction::Draft => (own && (works(function) || speaks(function))) || custodian,
        UnitAction::Answer => (own && speaks(function)) || custodian,
        UnitAction::Settle if ties.host && speaks(function) && ties.submitted => return Decision::OwnWork,
        UnitAction::Settle => ties.host && speaks(function),
    };
    told(granted, reads)
}

fn told(granted: bool, reads: bool) -> Decision {
    match (granted, reads) {
        (true, _) => Decision::Allowed,
        (false, true) => Decision::Forbidden,
        (false, false) => Decision::Hidden,
    }
}

fn is_content(function: Function) -> bool {
    match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => true,
        Function::Admin | Function::Expert => false,
    }
}

fn works(function: Function) -> bool {
    function == Function::Staff
}

fn speaks(function: Function) -> bool {
    matches!(function, Function::Head | Function::Coordinator)
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action) -> Rule {
    match action {
        Action::Read => Rule {
            key: "event.read-by-host-above-and-invited",
            id: "Setelah diterbitkan, kegiatan dibaca oleh penyelenggara, unit di atasnya, unit yang diundang beserta unit di atas mereka, dan orang yang disebut di dalamnya; sebelumnya hanya oleh penyelenggara.",
            en: "Once published, an event is read by its host, by those above it, by the invited units and those above them, and by the people named in it; before that by its host alone.",
        },
        Action::ReadAttendance => Rule {
            key: "event.attendance-read-by-host-and-above",
            id: "Daftar undangan dan kehadiran seluruhnya dibaca oleh penyelenggara dan unit di atasnya.",
            en: "The whole list of invitations and attendance is read by the host and those above it.",
        },
        Action::Prepare => Rule {
            key: "event.prepared-by-host",
            id: "Kegiatan disusun oleh STAFF atau HEAD penyelenggara, di RI juga oleh COORDINATOR.",
            en: "An event is prepared by STAFF or a HEAD of its host, at RI also by a COORDINATOR.",
        },
        Action::Command => Rule {
            key: "event.commanded-by-who-speaks-for-the-host",
            id: "Kegiatan diterbitkan, dijalankan, dan disegel oleh HEAD penyelenggara, di RI juga oleh COORDINATOR.",
            en: "An event is published, run and sealed by a HEAD of its host, at RI also by a COORDINATOR.",
        },
        Action::KeepDoor => Rule {
            key: "event.door-kept-by-host",
            id: "Pintu kegiatan dijaga oleh STAFF atau HEAD penyelenggara dan perangkat yang dipasangkan.",
            en: "The door of an event is kept by STAFF or a HEAD of its host, and by devices paired with it.",
        },
    }
}

/// The rule by which [`decide_of_unit`] decides.
#[must_use]
pub fn rule_of_unit(action: UnitAction) -> Rule {
    match action {
        UnitAction::Read => Rule {
            key: "invitation.read-by-unit-above-host-and-named",
            id: "Undangan sebuah unit dibaca oleh unit itu, unit di atasnya, penyelenggara dan unit di atas penyelenggara, serta orang yang diutus.",
            en: "The invitation of a unit is read by the unit, by those above it, by the host and those above the host, and by the people it sends.",
        },
        UnitAction::Draft => Rule {
            key: "attendance.drafted-by-its-unit",
            id: "Daftar hadir sebuah unit disusun oleh STAFF atau HEAD unit itu.",
            en: "The attendance of a unit is written down by STAFF or a HEAD of the unit.",
        },
        UnitAction::Answer => Rule {
            key: "invitation.answered-by-who-speaks-for-the-unit",
            id: "Undangan dijawab, utusan ditunjuk, dan daftar hadir dikirim oleh HEAD unit yang diundang, di RI oleh COORDINATOR.",
            en: "An invitation is answered, delegates named and the attendance submitted by a HEAD of the invited unit, at RI by a COORDINATOR.",
        },
        UnitAction::Settle => Rule {
            key: "attendance.settled-by-who-speaks-for-the-host",
            id: "Daftar hadir dan izin diputuskan oleh HEAD penyelenggara, di RI juga oleh COORDINATOR, tetapi bukan oleh yang mengirimnya.",
            en: "Attendance and excuses are settled by a HEAD of the host, at RI also by a COORDINATOR, but never by whoever handed them in.",
        },
    }
}
