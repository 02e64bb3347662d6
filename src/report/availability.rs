//! Whether a command may be carried out on a report now: the rule, the workflow and the deadline, asked in this order by
//! the command itself and by whoever shows a button.
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{ReportCommand, ReportStatus, Tier},
    report, template,
};
use uuid::Uuid;

use super::{
    finding::{self, availability::Open},
    ties::Ties,
    workflow::{self, Place, Way},
};
use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::{
            report::{Action, Relations, State, decide},
            review,
        },
        which_seat,
    },
    error::{Code, Refusal},
    locale::Text,
    session::Actor,
};

/// How long an acceptance can be retracted, hours; it is public only afterwards.
pub const RETRACTION_HOURS: i64 = 24;

/// A report with what the rules need to know about it.
pub struct Case<'a> {
    pub report: &'a report::Model,
    pub template: &'a template::Model,
    /// What ties the person who is asked about to it.
    pub ties: &'a Ties,
    /// What waits for an answer of what was found in it. Nothing but [`hangs_on_findings`] hangs on it.
    pub open: Open,
    pub now: DateTime<Utc>,
}

impl Case<'_> {
    /// What one of the actor's seats may do, by the policy alone.
    #[must_use]
    pub fn decision(&self, actor: &Actor, seat: &ActingSeat, action: Action) -> Decision {
        decide(
            seat.function,
            action,
            actor.standing(seat, self.report.unit_id),
            self.relations(actor, seat),
            self.state(),
        )
    }

    /// Whether one of the actor's seats is told what is found in the report, and of the steps of its review.
    #[must_use]
    pub fn follows(&self, actor: &Actor, seat: &ActingSeat) -> Decision {
        let relations = review::Relations {
            conflicted: self.ties.conflicted,
            at_ri: seat.unit == actor.directory.tree.root().id,
            ..review::Relations::default()
        };
        match self.decision(actor, seat, Action::Read) {
            Decision::Allowed => review::decide(seat.function, review::Action::Follow, relations),
            unseen => unseen,
        }
    }

    /// Which seat may carry the command out and where it leads.
    ///
    /// # Errors
    /// Why not: `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous` or `WrongState`.
    pub fn check(
        &self,
        actor: &Actor,
        command: ReportCommand,
        named: Option<Uuid>,
    ) -> Result<(ActingSeat, Place), Refusal> {
        let seat = match which_seat(&actor.seats, named, |seat| {
            self.decision(actor, seat, Action::Do(command))
        }) {
            Verdict::Granted(seat) => seat,
            Verdict::Ambiguous => return Err(Refusal::seat_ambiguous()),
            Verdict::Forbidden => return Err(Refusal::forbidden()),
            Verdict::OwnWork => return Err(own_work()),
            Verdict::Hidden => return Err(not_found()),
        };
        let place = workflow::next(self.place(), command, &self.way(actor)).map_err(|_refused| self.wrong_state())?;
        if self.report.status == ReportStatus::ExpertReview
            && matches!(command, ReportCommand::Accept | ReportCommand::Decline)
            && self.ties.sheets < self.template.route.quorum()
        {
            return Err(quorum_missing(self.ties.sheets, self.template.route.quorum()));
        }
        if self.open.must && goes_on(command) {
            return Err(finding::availability::still_open(self.report));
        }
        if command == ReportCommand::AskRevision && !self.open.any() {
            return Err(finding::availability::none_open());
        }
        if command == ReportCommand::RetractAcceptance && !self.is_retractable() {
            return Err(too_late_to_retract());
        }
        Ok((seat, place))
    }

    /// What ties one of the actor's seats to the report.
    #[must_use]
    pub fn relations(&self, actor: &Actor, seat: &ActingSeat) -> Relations {
        relations(self.report, self.ties, actor, seat)
    }

    /// What of its state matters to the rules.
    #[must_use]
    pub fn state(&self) -> State {
        state(self.report)
    }

    fn place(&self) -> Place {
        Place {
            status: self.report.status,
            reviewing: self.report.reviewing_tier,
        }
    }

    fn way(&self, actor: &Actor) -> Way {
        // A report's unit is always in the tree: units are marked, never removed.
        let tier = actor
            .directory
            .tree
            .get(self.report.unit_id)
            .map_or(Tier::Kecamatan, |unit| unit.tier);
        Way::of(&self.template.route, tier)
    }

    fn is_retractable(&self) -> bool {
        self.report
            .accepted_at
            .is_some_and(|at| self.now < at + Duration::hours(RETRACTION_HOURS))
    }

    /// That something does not follow from where the report stands.
    #[must_use]
    pub fn wrong_state(&self) -> Refusal {
        let (id, en) = status_words(self.report.status);
        let text = Text::new(
            format!("Laporan ini {id}; perintah tersebut tidak dapat dilakukan sekarang."),
            format!("This report is {en}; the command does not follow from there."),
        );
        Refusal::new(Code::WrongState, text)
    }
}

/// Whether a command lets a report go on that has been examined: not while something found in it waits for an answer.
#[must_use]
pub fn goes_on(command: ReportCommand) -> bool {
    match command {
        ReportCommand::Endorse | ReportCommand::Accept => true,
        ReportCommand::Start
        | ReportCommand::Edit
        | ReportCommand::Submit
        | ReportCommand::Withdraw
        | ReportCommand::Take
        | ReportCommand::Release
        | ReportCommand::Return
        | ReportCommand::HandOver
        | ReportCommand::Receive
        | ReportCommand::RefuseHandover
        | ReportCommand::Assign
        | ReportCommand::AskRevision
        | ReportCommand::Decline
        | ReportCommand::RetractAcceptance
        | ReportCommand::Evaluate
        | ReportCommand::Reopen
        | ReportCommand::Abandon
        | ReportCommand::SetOpenness => false,
    }
}

/// Whether a step is one of the review by experts, and not one towards it or the word that ends it.
#[must_use]
pub fn is_of_review(command: ReportCommand) -> bool {
    matches!(command, ReportCommand::Assign | ReportCommand::AskRevision)
}

/// Whether it matters to a command what of the findings is open: it lets the report go on, or asks for answers.
#[must_use]
pub fn hangs_on_findings(command: ReportCommand) -> bool {
    goes_on(command) || command == ReportCommand::AskRevision
}

/// Whether such a command is given to a report of this status, so that it matters what is open.
#[must_use]
pub fn examines_findings(status: ReportStatus) -> bool {
    matches!(
        status,
        ReportStatus::TierReview | ReportStatus::Received | ReportStatus::ExpertReview
    )
}

fn relations(report: &report::Model, ties: &Ties, actor: &Actor, seat: &ActingSeat) -> Relations {
    Relations {
        receiver: ties.receiving.contains(&seat.seat),
        submitter: report.submitted_by == Some(actor.account),
        assigned: ties.reviewing.iter().any(|(reviewing, _lead)| *reviewing == seat.seat),
        lead: ties.reviewing.contains(&(seat.seat, true)),
        portfolio: ties.portfolio.contains(&seat.seat),
        conflicted: ties.conflicted,
        ..by_the_tree(actor, seat, report.unit_id, report.reviewing_tier)
    }
}

/// What the tree alone says about one of the actor's seats and a report of a unit that lies at the desk of a tier.
#[must_use]
pub fn by_the_tree(actor: &Actor, seat: &ActingSeat, unit: Uuid, desk: Option<Tier>) -> Relations {
    let directory = &actor.directory;
    let keeps = |unit| directory.keeps(seat, unit, actor.today);
    // A desk that was dissolved left its work, too.
    let sits_at = |tier| {
        let desk = directory.tree.superior_at(unit, tier);
        desk.is_some_and(|unit| unit.id == seat.unit || keeps(unit.id))
    };
    Relations {
        turn: desk.is_some_and(sits_at),
        province: sits_at(Tier::Provinsi),
        custodian: keeps(unit),
        ..Relations::default()
    }
}

fn state(report: &report::Model) -> State {
    State {
        status: report.status,
        submitted: report.first_submitted_at.is_some(),
    }
}

/// Whether the actor reads what is being written in a report. Nobody does so for what ties them to it.
#[must_use]
pub fn reads_draft(actor: &Actor, report: &report::Model) -> bool {
    actor.seats.iter().any(|seat| {
        let (standing, relations) = (
            actor.standing(seat, report.unit_id),
            relations(report, &Ties::default(), actor, seat),
        );
        decide(seat.function, Action::ReadDraft, standing, relations, state(report)) == Decision::Allowed
    })
}

/// A status as it is said in a sentence.
fn status_words(status: ReportStatus) -> (&'static str, &'static str) {
    match status {
        ReportStatus::Draft => ("masih berupa konsep", "still a draft"),
        ReportStatus::Submitted => (
            "sudah dikirim dan menunggu diperiksa",
            "submitted and waiting to be taken up",
        ),
        ReportStatus::TierReview => ("sedang diperiksa", "under review"),
        ReportStatus::Returned => ("dikembalikan untuk diperbaiki", "returned for correction"),
        ReportStatus::Endorsed => (
            "sudah disahkan dan menunggu diserahkan",
            "endorsed and waiting to be handed over",
        ),
        ReportStatus::HandedOver => (
            "sudah diserahkan dan menunggu diterima",
            "handed over and waiting to be received",
        ),
        ReportStatus::Received => (
            "sudah diterima dan menunggu keputusan",
            "received and waiting for the decision",
        ),
        ReportStatus::ExpertReview => ("sedang ditelaah Tenaga Ahli", "under review by experts"),
        ReportStatus::RevisionAsked => ("diminta diperbaiki", "waiting for a revision"),
        ReportStatus::Accepted => ("sudah disetujui", "accepted"),
        ReportStatus::Evaluated => ("sudah masuk evaluasi nasional", "part of the national evaluation"),
        ReportStatus::Declined => ("ditolak", "declined"),
        ReportStatus::Abandoned => ("dibatalkan", "abandoned"),
    }
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    Refusal::new(
        Code::NotFound,
        Text::new("Laporan tidak ditemukan.", "The report was not found."),
    )
}

/// That somebody else has to decide.
#[must_use]
pub fn own_work() -> Refusal {
    let text = Text::new(
        "Anda sendiri yang mengirim laporan ini; orang lain harus memutuskannya.",
        "You submitted this report yourself; somebody else has to decide on it.",
    );
    Refusal::new(Code::OwnWork, text)
}

fn quorum_missing(complete: u32, owed: u32) -> Refusal {
    let text = Text::new(
        format!("Baru {complete} dari {owed} Tenaga Ahli menyelesaikan penilaiannya."),
        format!("Only {complete} of {owed} experts have completed their sheets."),
    );
    Refusal::new(Code::QuorumMissing, text)
}

fn too_late_to_retract() -> Refusal {
    let text = Text::new(
        format!("Persetujuan hanya dapat ditarik dalam {RETRACTION_HOURS} jam."),
        format!("An acceptance can be retracted within {RETRACTION_HOURS} hours only."),
    );
    Refusal::new(Code::WrongState, text)
}
