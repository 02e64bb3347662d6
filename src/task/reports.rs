//! Which reports wait for the actor, told from the policy: units that stand alike to a seat are asked about once, and what
//! the policy grants becomes the units whose reports are looked for.
use std::collections::HashSet;

use entity::enums::{ReportCommand, ReportStatus, Tier};
use uuid::Uuid;

use super::kind::Kind;
use crate::{
    authz::{
        ActingSeat, Decision, Standing,
        policy::report::{Action, Relations, State, decide},
    },
    report::availability::by_the_tree,
    session::Actor,
};

/// In which status a report waits for which command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: Kind,
    pub status: ReportStatus,
    pub command: ReportCommand,
}

impl Step {
    const fn new(kind: Kind, status: ReportStatus, command: ReportCommand) -> Self {
        Self { kind, status, command }
    }

    /// The step a task of a kind waits for; None where it is about no report that was sent.
    #[must_use]
    pub fn of(kind: Kind) -> Option<Self> {
        let (status, command) = match kind {
            Kind::ReportToCorrect => (ReportStatus::Returned, ReportCommand::Edit),
            Kind::ReportToTake => (ReportStatus::Submitted, ReportCommand::Take),
            Kind::ReportToDecide => (ReportStatus::TierReview, ReportCommand::Endorse),
            Kind::ReportToHandOver => (ReportStatus::Endorsed, ReportCommand::HandOver),
            Kind::HandoverToReceive => (ReportStatus::HandedOver, ReportCommand::Receive),
            Kind::ReportToAssign => (ReportStatus::Received, ReportCommand::Assign),
            Kind::ReportToJudge => (ReportStatus::Received, ReportCommand::Accept),
            Kind::ReportToWrite
            | Kind::ReviewToDo
            | Kind::FindingToAnswer
            | Kind::FindingToSettle
            | Kind::RecommendationToAnswer
            | Kind::RecommendationToSettle
            | Kind::InvitationToAnswer
            | Kind::AttendanceToSubmit
            | Kind::AttendanceToSettle
            | Kind::ExcuseToDecide
            | Kind::WalkInsToDecide
            | Kind::CheckInConflictsToDecide
            | Kind::EventToFinalise
            | Kind::EventEvaluationToAnswer
            | Kind::AwardEntryToVerify
            | Kind::AwardEntryToCorrect
            | Kind::AwardEntryToScore
            | Kind::AwardObjectionToDecide
            | Kind::ProposalToConfirm => return None,
        };
        Some(Self::new(kind, status, command))
    }

    /// To begin a report that is not there.
    pub const START: Self = Self::new(Kind::ReportToWrite, ReportStatus::Draft, ReportCommand::Start);

    /// To go on with a draft.
    pub const EDIT: Self = Self::new(Kind::ReportToWrite, ReportStatus::Draft, ReportCommand::Edit);

    /// To write down the answer to what was found, which goes out with the next submission.
    pub const ANSWER: Self = Self::new(Kind::FindingToAnswer, ReportStatus::Returned, ReportCommand::Edit);

    /// Every status in which it waits for the command; the policy looks upon them alike.
    #[must_use]
    pub fn statuses(self) -> Vec<ReportStatus> {
        match self.kind {
            Kind::ReportToCorrect => vec![ReportStatus::Returned, ReportStatus::RevisionAsked],
            Kind::ReportToJudge => vec![ReportStatus::Received, ReportStatus::ExpertReview],
            // What was withdrawn is a draft again.
            Kind::FindingToAnswer => vec![ReportStatus::Draft, ReportStatus::Returned, ReportStatus::RevisionAsked],
            _other => vec![self.status],
        }
    }

    fn state(self) -> State {
        State {
            status: self.status,
            submitted: self.status != ReportStatus::Draft,
        }
    }

    /// At whose desk it may lie.
    fn desks(self) -> &'static [Option<Tier>] {
        match self.status {
            ReportStatus::Submitted | ReportStatus::TierReview => &[
                Some(Tier::Ri),
                Some(Tier::Provinsi),
                Some(Tier::KabupatenKota),
                Some(Tier::Kecamatan),
            ],
            _elsewhere => &[None],
        }
    }
}

/// Reports that wait for one of the actor's seats.
#[derive(Clone, Debug)]
pub struct Reach {
    pub seat: Uuid,
    pub units: Units,
    /// At the desk of this tier.
    pub desk: Option<Tier>,
    /// Only those the seat is named to receive.
    pub named: bool,
    /// Only those that the actor did not submit.
    pub of_others: bool,
}

/// Whose reports.
#[derive(Clone, Debug)]
pub enum Units {
    All,
    These(Vec<Uuid>),
}

impl Units {
    #[must_use]
    pub fn holds(&self, unit: Uuid) -> bool {
        match self {
            Self::All => true,
            Self::These(units) => units.contains(&unit),
        }
    }
}

/// How units stand to the actor's seats: asked once for all kinds.
pub struct Reaches<'a> {
    actor: &'a Actor,
    seats: Vec<Seen<'a>>,
}

/// The units as they stand to one seat.
struct Seen<'a> {
    seat: &'a ActingSeat,
    alike: Vec<(Alike, Vec<Uuid>)>,
}

/// What of a unit matters to the policy, seen from a seat.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Alike {
    standing: Standing,
    /// One for each desk, and one for none.
    ties: [Relations; 5],
}

const DESKS: [Option<Tier>; 5] = [
    None,
    Some(Tier::Ri),
    Some(Tier::Provinsi),
    Some(Tier::KabupatenKota),
    Some(Tier::Kecamatan),
];

impl<'a> Reaches<'a> {
    #[must_use]
    pub fn of(actor: &'a Actor) -> Self {
        let seen = |seat: &'a ActingSeat| {
            let mut alike: Vec<(Alike, Vec<Uuid>)> = Vec::new();
            for unit in actor.directory.tree.all() {
                let stands = Alike {
                    standing: actor.standing(seat, unit.id),
                    ties: DESKS.map(|desk| by_the_tree(actor, seat, unit.id, desk)),
                };
                match alike.iter_mut().find(|(known, _units)| *known == stands) {
                    Some((_known, units)) => units.push(unit.id),
                    None => alike.push((stands, vec![unit.id])),
                }
            }
            Seen { seat, alike }
        };
        Self {
            actor,
            seats: actor.seats.iter().map(seen).collect(),
        }
    }

    /// Where reports may wait for a step of the actor's.
    #[must_use]
    pub fn to(&self, step: Step) -> Vec<Reach> {
        let mut reaches = Vec::new();
        for seen in &self.seats {
            for desk in step.desks() {
                let open = seen.units(step, *desk, Relations::default());
                let named = Relations {
                    receiver: true,
                    ..Relations::default()
                };
                let mut by_name = seen.units(step, *desk, named);
                // Who may without being named need not be.
                let anyhow: HashSet<Uuid> = open.iter().copied().collect();
                by_name.retain(|unit| !anyhow.contains(unit));
                reaches.extend(seen.reach(self.actor, (step, *desk), open, false));
                reaches.extend(seen.reach(self.actor, (step, *desk), by_name, true));
            }
        }
        reaches
    }
}

impl Seen<'_> {
    fn may(&self, step: Step, alike: &Alike, desk: Option<Tier>, beyond: Relations) -> bool {
        let place = DESKS.iter().position(|known| *known == desk).unwrap_or_default();
        let relations = Relations {
            receiver: beyond.receiver,
            submitter: beyond.submitter,
            ..alike.ties[place]
        };
        let action = Action::Do(step.command);
        decide(self.seat.function, action, alike.standing, relations, step.state()) == Decision::Allowed
    }

    fn units(&self, step: Step, desk: Option<Tier>, beyond: Relations) -> Vec<Uuid> {
        let granted = self
            .alike
            .iter()
            .filter(|(alike, _units)| self.may(step, alike, desk, beyond));
        granted.flat_map(|(_alike, units)| units.iter().copied()).collect()
    }

    fn reach(&self, actor: &Actor, (step, desk): (Step, Option<Tier>), units: Vec<Uuid>, named: bool) -> Option<Reach> {
        if units.is_empty() {
            return None;
        }
        let own = Relations {
            receiver: named,
            submitter: true,
            ..Relations::default()
        };
        let of_others = self.units(step, desk, own).len() < units.len();
        let all = units.len() == actor.directory.tree.all().len();
        Some(Reach {
            seat: self.seat.seat,
            units: if all { Units::All } else { Units::These(units) },
            desk,
            named,
            of_others,
        })
    }
}
