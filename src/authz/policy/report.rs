//! Who may do what to a report.
use entity::enums::{Function, ReportCommand, ReportStatus};

use crate::authz::{Decision, Standing};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To know of the report and read its submitted revisions.
    Read,
    /// To read the working draft.
    ReadDraft,
    /// To carry out a command.
    Do(ReportCommand),
}

impl Action {
    pub const ALL: [Self; 17] = [
        Self::Read,
        Self::ReadDraft,
        Self::Do(ReportCommand::Start),
        Self::Do(ReportCommand::Edit),
        Self::Do(ReportCommand::Submit),
        Self::Do(ReportCommand::Withdraw),
        Self::Do(ReportCommand::Take),
        Self::Do(ReportCommand::Release),
        Self::Do(ReportCommand::Return),
        Self::Do(ReportCommand::Endorse),
        Self::Do(ReportCommand::HandOver),
        Self::Do(ReportCommand::Receive),
        Self::Do(ReportCommand::RefuseHandover),
        Self::Do(ReportCommand::Accept),
        Self::Do(ReportCommand::Decline),
        Self::Do(ReportCommand::RetractAcceptance),
        Self::Do(ReportCommand::Abandon),
    ];
}

/// What ties the actor's seat to the report beyond the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// The report waits for, or lies with, the endorsing unit, and that is the actor's.
    pub turn: bool,
    /// The actor's unit is the province the report's unit lies in, or acts in its place.
    pub province: bool,
    /// The seat is named to receive the report in a handover that was not refused.
    pub receiver: bool,
    /// The person submitted the revision in force.
    pub submitter: bool,
}

/// What of the report's state matters to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub status: ReportStatus,
    /// It was submitted at least once: those above see it from then on.
    pub submitted: bool,
}

/// The rule. What the workflow allows in which status is asked afterwards.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing, relations: Relations, state: State) -> Decision {
    if !sees(function, standing, relations, state) {
        return Decision::Hidden;
    }
    let granted = match action {
        Action::Read => true,
        Action::ReadDraft => standing == Standing::Own,
        Action::Do(command) => {
            if relations.submitter && judges(command) {
                return Decision::OwnWork;
            }
            may(function, command, standing, relations, state.status)
        }
    };
    if granted {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}

/// Whether the seat may know that the report exists.
fn sees(function: Function, standing: Standing, relations: Relations, state: State) -> bool {
    let from_the_tree = match standing {
        Standing::Own => true,
        Standing::Parent | Standing::Above => state.submitted,
        Standing::Below | Standing::Outside => false,
    };
    match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => from_the_tree,
        Function::Expert => relations.receiver,
        // Manages people, never content.
        Function::Admin => false,
    }
}

/// Whether the command passes judgement on the work: then nobody does so on the own.
fn judges(command: ReportCommand) -> bool {
    match command {
        ReportCommand::Return
        | ReportCommand::Endorse
        | ReportCommand::Receive
        | ReportCommand::RefuseHandover
        | ReportCommand::Accept
        | ReportCommand::Decline
        | ReportCommand::RetractAcceptance => true,
        ReportCommand::Start
        | ReportCommand::Edit
        | ReportCommand::Submit
        | ReportCommand::Withdraw
        | ReportCommand::Take
        | ReportCommand::Release
        | ReportCommand::HandOver
        | ReportCommand::Abandon => false,
    }
}

fn may(
    function: Function,
    command: ReportCommand,
    standing: Standing,
    relations: Relations,
    status: ReportStatus,
) -> bool {
    let own = standing == Standing::Own;
    let head = function == Function::Head;
    let coordinator = function == Function::Coordinator;
    match command {
        ReportCommand::Start | ReportCommand::Edit => own && matches!(function, Function::Staff | Function::Head),
        ReportCommand::Submit | ReportCommand::Withdraw | ReportCommand::Abandon => own && head,
        ReportCommand::Take | ReportCommand::Release => {
            relations.turn && matches!(function, Function::Staff | Function::Head)
        }
        ReportCommand::Return | ReportCommand::Endorse => relations.turn && head,
        ReportCommand::HandOver => head && (own || relations.province),
        ReportCommand::Receive | ReportCommand::RefuseHandover => coordinator || relations.receiver,
        ReportCommand::Accept | ReportCommand::RetractAcceptance => coordinator,
        // Declining ends the way wherever it ends: at the terminal tier's desk, or at RI's.
        ReportCommand::Decline if status == ReportStatus::TierReview => relations.turn && head,
        ReportCommand::Decline => coordinator,
    }
}
