//! Who may do what to a report.
use entity::enums::{Function, ReportCommand, ReportStatus};

use super::rule::Rule;
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
    pub const ALL: [Self; 22] = [
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
        Self::Do(ReportCommand::Assign),
        Self::Do(ReportCommand::AskRevision),
        Self::Do(ReportCommand::Accept),
        Self::Do(ReportCommand::Decline),
        Self::Do(ReportCommand::RetractAcceptance),
        Self::Do(ReportCommand::Evaluate),
        Self::Do(ReportCommand::Reopen),
        Self::Do(ReportCommand::Abandon),
        Self::Do(ReportCommand::SetOpenness),
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
    /// The report's unit is dissolved, and the seat keeps what it left.
    pub custodian: bool,
    /// The seat is assigned to review it, and its holder is the person it was assigned to.
    pub assigned: bool,
    /// The seat leads the review.
    pub lead: bool,
    /// The seat's portfolio covers it.
    pub portfolio: bool,
    /// The person has a conflict of interest with the report's unit.
    pub conflicted: bool,
}

impl Relations {
    /// Whether the seat carries on the work of a dissolved unit. Only a HEAD does.
    fn carries_on(self, function: Function) -> bool {
        self.custodian && function == Function::Head
    }
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
        Action::ReadDraft => standing == Standing::Own || relations.carries_on(function),
        Action::Do(command) => {
            if relations.submitter && judges(command) {
                return Decision::OwnWork;
            }
            // Overrides every grant on the review, and says no more than that it is not granted.
            if relations.conflicted && reviews(command) {
                return Decision::Forbidden;
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

/// Whether a seat may begin the report of a unit beneath, before there is one: whoever asks for reports may lay out their
/// drafts. They are their unit's from then on, and hidden from above until they are submitted.
#[must_use]
pub fn begins_beneath(function: Function, standing: Standing, asks: bool) -> Decision {
    let leads = matches!(function, Function::Head | Function::Coordinator);
    if asks && leads && matches!(standing, Standing::Parent | Standing::Above) {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}

/// The rule by which [`begins_beneath`] decides.
#[must_use]
pub fn rule_beneath() -> Rule {
    Rule {
        key: "report.who-asks-lays-out-drafts",
        id: "HEAD atau COORDINATOR unit yang meminta laporan, atau yang meneruskan permintaannya, dapat memulai laporan unit di bawahnya.",
        en: "The HEAD or COORDINATOR of the unit that asks for reports, or has passed that on, may begin those of the units beneath.",
    }
}

/// Whether the seat may know that the report exists.
fn sees(function: Function, standing: Standing, relations: Relations, state: State) -> bool {
    let from_the_tree = match standing {
        Standing::Own => true,
        Standing::Parent | Standing::Above => state.submitted || relations.carries_on(function),
        Standing::Below | Standing::Outside => false,
    };
    match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => from_the_tree,
        // Whoever has a conflict of interest sees nothing of the review, nor of what is reviewed.
        Function::Expert => {
            let tied = relations.assigned || (relations.portfolio && handed_over(state.status));
            !relations.conflicted && (relations.receiver || tied)
        }
        // Manages people, never content.
        Function::Admin => false,
    }
}

/// Whether it has reached RI: from then on whoever has it in the portfolio sees it.
fn handed_over(status: ReportStatus) -> bool {
    match status {
        ReportStatus::HandedOver
        | ReportStatus::Received
        | ReportStatus::ExpertReview
        | ReportStatus::RevisionAsked
        | ReportStatus::Accepted
        | ReportStatus::Evaluated
        | ReportStatus::Declined => true,
        ReportStatus::Draft
        | ReportStatus::Submitted
        | ReportStatus::TierReview
        | ReportStatus::Returned
        | ReportStatus::Endorsed
        | ReportStatus::Abandoned => false,
    }
}

/// Whether the command belongs to the review at RI, of which nobody with a conflict of interest is part.
fn reviews(command: ReportCommand) -> bool {
    match command {
        ReportCommand::Assign
        | ReportCommand::AskRevision
        | ReportCommand::Accept
        | ReportCommand::Decline
        | ReportCommand::RetractAcceptance
        | ReportCommand::Reopen => true,
        ReportCommand::Start
        | ReportCommand::Edit
        | ReportCommand::Submit
        | ReportCommand::Withdraw
        | ReportCommand::Take
        | ReportCommand::Release
        | ReportCommand::Return
        | ReportCommand::Endorse
        | ReportCommand::HandOver
        | ReportCommand::Receive
        | ReportCommand::RefuseHandover
        // It freezes what others have decided.
        | ReportCommand::Evaluate
        | ReportCommand::Abandon
        | ReportCommand::SetOpenness => false,
    }
}

/// Whether the command passes judgement on the work: then nobody does so on the own.
fn judges(command: ReportCommand) -> bool {
    match command {
        ReportCommand::Return
        | ReportCommand::Endorse
        | ReportCommand::Receive
        | ReportCommand::RefuseHandover
        | ReportCommand::Assign
        | ReportCommand::AskRevision
        | ReportCommand::Accept
        | ReportCommand::Decline
        | ReportCommand::RetractAcceptance
        | ReportCommand::Reopen => true,
        ReportCommand::Start
        | ReportCommand::Edit
        | ReportCommand::Submit
        | ReportCommand::Withdraw
        | ReportCommand::Take
        | ReportCommand::Release
        | ReportCommand::HandOver
        | ReportCommand::Evaluate
        | ReportCommand::Abandon
        | ReportCommand::SetOpenness => false,
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
    let carries_on = relations.carries_on(function);
    let writes = own && matches!(function, Function::Staff | Function::Head);
    match command {
        // What a dissolved unit left is finished; nothing new is begun for it.
        ReportCommand::Start => writes,
        ReportCommand::Edit => writes || carries_on,
        ReportCommand::Submit | ReportCommand::Withdraw | ReportCommand::Abandon => (own && head) || carries_on,
        ReportCommand::Take | ReportCommand::Release => {
            relations.turn && matches!(function, Function::Staff | Function::Head)
        }
        ReportCommand::Return | ReportCommand::Endorse => relations.turn && head,
        ReportCommand::HandOver => head && (own || relations.province || carries_on),
        ReportCommand::Receive | ReportCommand::RefuseHandover => coordinator || relations.receiver,
        ReportCommand::Assign
        | ReportCommand::Accept
        | ReportCommand::RetractAcceptance
        | ReportCommand::Evaluate
        | ReportCommand::Reopen => coordinator,
        ReportCommand::AskRevision => relations.lead && function == Function::Expert,
        // Declining ends the way wherever it ends: at the terminal tier's desk, or at RI's.
        ReportCommand::Decline if status == ReportStatus::TierReview => relations.turn && head,
        ReportCommand::Decline => coordinator,
        ReportCommand::SetOpenness => coordinator || (((own && head) || carries_on) && !is_decided(status)),
    }
}

/// Whether the last word has been said, and with it how open the report is.
fn is_decided(status: ReportStatus) -> bool {
    match status {
        ReportStatus::Accepted | ReportStatus::Evaluated | ReportStatus::Declined | ReportStatus::Abandoned => true,
        ReportStatus::Draft
        | ReportStatus::Submitted
        | ReportStatus::TierReview
        | ReportStatus::Returned
        | ReportStatus::Endorsed
        | ReportStatus::HandedOver
        | ReportStatus::Received
        | ReportStatus::ExpertReview
        | ReportStatus::RevisionAsked => false,
    }
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(function: Function, action: Action, standing: Standing, relations: Relations, state: State) -> Rule {
    match (decide(function, action, standing, relations, state), action) {
        (Decision::Allowed, Action::Read) if relations.carries_on(function) && !state.submitted => rule_of_custody(),
        (Decision::Hidden, _) | (_, Action::Read) => rule_of_sight(function),
        (Decision::OwnWork, Action::ReadDraft | Action::Do(_)) => Rule {
            key: "report.nobody-judges-own-work",
            id: "Tidak seorang pun memutuskan laporan yang dikirimnya sendiri, dari jabatan mana pun.",
            en: "Nobody decides on a report they submitted themselves, from whatever seat.",
        },
        (Decision::Allowed | Decision::Forbidden, action) if relations.carries_on(function) && continues(action) => {
            rule_of_custody()
        }
        (Decision::Allowed | Decision::Forbidden, Action::ReadDraft) => Rule {
            key: "report.draft-is-its-units",
            id: "Konsep laporan hanya dibaca oleh unit laporan itu sendiri.",
            en: "The draft of a report is read by its own unit alone.",
        },
        (Decision::Allowed | Decision::Forbidden, Action::Do(command)) => rule_of_command(command, state.status),
    }
}

/// Whether it is part of what a custodian carries on.
fn continues(action: Action) -> bool {
    match action {
        Action::ReadDraft
        | Action::Do(
            ReportCommand::Edit
            | ReportCommand::Submit
            | ReportCommand::Withdraw
            | ReportCommand::Abandon
            | ReportCommand::HandOver
            | ReportCommand::SetOpenness,
        ) => true,
        Action::Read
        | Action::Do(
            ReportCommand::Start
            | ReportCommand::Take
            | ReportCommand::Release
            | ReportCommand::Return
            | ReportCommand::Endorse
            | ReportCommand::Receive
            | ReportCommand::RefuseHandover
            | ReportCommand::Assign
            | ReportCommand::AskRevision
            | ReportCommand::Accept
            | ReportCommand::Decline
            | ReportCommand::RetractAcceptance
            | ReportCommand::Evaluate
            | ReportCommand::Reopen,
        ) => false,
    }
}

fn rule_of_custody() -> Rule {
    Rule {
        key: "report.custodian-carries-on",
        id: "Laporan unit yang sudah dibubarkan dilanjutkan oleh jabatan HEAD yang menyimpan peninggalannya.",
        en: "The report of a dissolved unit is carried on by the HEAD seat that keeps what the unit left.",
    }
}

/// Who may know of a report at all.
fn rule_of_sight(function: Function) -> Rule {
    match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => Rule {
            key: "report.seen-from-own-unit-and-above",
            id: "Laporan dilihat oleh unitnya sendiri, dan oleh unit di atasnya sejak pertama kali dikirim.",
            en: "A report is seen by its own unit, and by the units above it from its first submit on.",
        },
        Function::Expert => Rule {
            key: "report.experts-see-what-they-receive-and-review",
            id: "EXPERT melihat laporan yang diserahkan kepada jabatannya, yang ditugaskan kepadanya, dan sejak diserahkan yang termasuk portofolionya; tidak satu pun bila ada benturan kepentingan.",
            en: "An EXPERT sees the reports handed over to the own seat, those assigned for review and, once handed over, those of the own portfolio; none with a conflict of interest.",
        },
        Function::Admin => Rule {
            key: "report.admins-see-none",
            id: "ADMIN mengurus orang dan jabatan, bukan isi laporan.",
            en: "An ADMIN manages people and seats, never content.",
        },
    }
}

fn rule_of_command(command: ReportCommand, status: ReportStatus) -> Rule {
    match command {
        ReportCommand::Start | ReportCommand::Edit => Rule {
            key: "report.unit-writes",
            id: "STAFF dan HEAD unit laporan menulis laporan.",
            en: "STAFF and HEAD of the report's unit write it.",
        },
        ReportCommand::Submit | ReportCommand::Withdraw | ReportCommand::Abandon => Rule {
            key: "report.head-of-unit-answers-for-it",
            id: "Hanya HEAD unit laporan yang mengirim, menarik kembali, dan membatalkannya.",
            en: "Only the HEAD of the report's unit submits, withdraws and abandons it.",
        },
        ReportCommand::Take | ReportCommand::Release => Rule {
            key: "report.desk-takes-up",
            id: "STAFF dan HEAD unit yang mendapat giliran mengambil laporan untuk diperiksa dan melepaskannya.",
            en: "STAFF and HEAD of the unit whose turn it is take a report up and release it.",
        },
        ReportCommand::Return | ReportCommand::Endorse => Rule {
            key: "report.head-of-desk-decides",
            id: "HEAD unit yang mendapat giliran mengembalikan atau mengesahkan laporan.",
            en: "The HEAD of the unit whose turn it is returns or endorses a report.",
        },
        ReportCommand::HandOver => Rule {
            key: "report.head-hands-over",
            id: "HEAD unit laporan atau HEAD provinsinya menyerahkan laporan.",
            en: "The HEAD of the report's unit or of its province hands it over.",
        },
        ReportCommand::Receive | ReportCommand::RefuseHandover => Rule {
            key: "report.named-or-coordinator-receives",
            id: "Jabatan yang ditunjuk sebagai penerima, atau COORDINATOR, menerima atau menolak penyerahan.",
            en: "A seat named to receive, or a COORDINATOR, receives or refuses a handover.",
        },
        ReportCommand::Decline if status == ReportStatus::TierReview => Rule {
            key: "report.head-of-last-desk-declines",
            id: "Selama diperiksa, HEAD unit yang mendapat giliran menolak laporan di ujung jalurnya.",
            en: "While it is under review, the HEAD of the unit whose turn it is declines a report where its way ends.",
        },
        ReportCommand::Assign => Rule {
            key: "report.coordinator-assigns-experts",
            id: "COORDINATOR menugaskan Tenaga Ahli, kecuali ada benturan kepentingan.",
            en: "A COORDINATOR assigns experts, save with a conflict of interest.",
        },
        ReportCommand::AskRevision => Rule {
            key: "report.lead-expert-asks-revision",
            id: "Tenaga Ahli yang memimpin telaah meminta perbaikan.",
            en: "The expert who leads the review asks for a revision.",
        },
        ReportCommand::Evaluate => Rule {
            key: "report.frozen-by-the-national-evaluation",
            id: "Laporan yang sudah disetujui dibekukan ketika COORDINATOR menutup evaluasi nasional.",
            en: "An accepted report is frozen when a COORDINATOR closes the national evaluation.",
        },
        ReportCommand::Reopen => Rule {
            key: "report.two-coordinators-reopen",
            id: "Dua COORDINATOR membuka kembali laporan yang sudah disetujui: satu mengusulkan, satu mengesahkan.",
            en: "Two COORDINATORs reopen an accepted report: one proposes, the other confirms.",
        },
        ReportCommand::Accept | ReportCommand::RetractAcceptance | ReportCommand::Decline => Rule {
            key: "report.coordinator-has-the-last-word",
            id: "COORDINATOR menyetujui, menolak, dan menarik persetujuan, kecuali ada benturan kepentingan.",
            en: "A COORDINATOR accepts, declines and retracts an acceptance, save with a conflict of interest.",
        },
        ReportCommand::SetOpenness => Rule {
            key: "report.head-or-coordinator-says-how-open",
            id: "HEAD unit laporan menetapkan keterbukaan laporan sampai laporan diputuskan; COORDINATOR dapat menetapkannya kapan saja.",
            en: "The HEAD of the report's unit says how open it is until it is decided on; a COORDINATOR may at any time.",
        },
    }
}
