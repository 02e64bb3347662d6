//! Who may do what in a review, whatever is reviewed. Assigning experts and deciding on the record are commands of the
//! record, and stand with its own rules.
use entity::enums::Function;

use super::rule::Rule;
use crate::authz::Decision;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To know who is assigned to review a record.
    ReadAssignment,
    /// To take an assignment on, to decline it or to recuse from it.
    Answer,
    /// To fill in and complete the sheet of an assignment.
    Score,
    /// To read the complete sheet of an assignment.
    ReadSheet,
    /// To read what the complete sheets of a record come to.
    ReadResult,
    /// To be told on the way what is found in a record, and of the steps that its review takes.
    Follow,
    /// To take an assignment away, or to name who leads.
    Direct,
    /// To declare an own conflict of interest.
    DeclareConflict,
    /// To pin a conflict of interest on a person.
    PinConflict,
    /// To lift a conflict of interest of a person.
    LiftConflict,
    /// To know of a conflict of interest of a person.
    ReadConflict,
    /// To set the portfolio of an expert's seat.
    SetPortfolio,
    /// To know of the portfolio of an expert's seat.
    ReadPortfolio,
}

impl Action {
    pub const ALL: [Self; 13] = [
        Self::ReadAssignment,
        Self::Answer,
        Self::Score,
        Self::ReadSheet,
        Self::ReadResult,
        Self::Follow,
        Self::Direct,
        Self::DeclareConflict,
        Self::PinConflict,
        Self::LiftConflict,
        Self::ReadConflict,
        Self::SetPortfolio,
        Self::ReadPortfolio,
    ];
}

/// What ties the actor's seat to what is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// The assignment, the conflict or the portfolio is the actor's own.
    pub own: bool,
    /// The actor is assigned to review the record; of an own conflict of interest: to anything.
    pub assigned: bool,
    /// The actor has completed a sheet for what was submitted last.
    pub completed: bool,
    /// The actor has a conflict of interest with the unit of the record.
    pub conflicted: bool,
    /// The record has been decided on, and the actor's seat sees it.
    pub decided: bool,
    /// The seat sits at RI, where records are reviewed.
    pub at_ri: bool,
}

/// The rule. Experts and coordinators sit at RI; for anybody else there is no review but as a juror of awards.
#[must_use]
pub fn decide(function: Function, action: Action, relations: Relations) -> Decision {
    let coordinator = function == Function::Coordinator;
    let expert = function == Function::Expert;
    let Relations {
        own,
        assigned,
        completed,
        conflicted,
        decided,
        at_ri,
    } = relations;
    let directs = coordinator && !conflicted;
    let reviews = expert && assigned && !conflicted;
    match action {
        Action::ReadAssignment => shown(directs || reviews),
        Action::Answer | Action::Score if reviews && own => Decision::Allowed,
        Action::Answer | Action::Score => refused(directs || reviews),
        Action::ReadSheet => shown(directs || (reviews && (own || completed))),
        // What it comes to is told to everybody who sees the record, once it is decided; never by whom.
        Action::ReadResult if conflicted => Decision::Hidden,
        Action::ReadResult => shown(coordinator || (reviews && completed) || decided),
        // From the own unit, and from the desks between, one goes on seeing what that unit has to answer. At RI nothing that
        // was found is told, by whomever: what the desks found is what the experts begin with.
        Action::Follow => shown(!(conflicted && at_ri)),
        Action::Direct if directs => Decision::Allowed,
        Action::Direct => refused(reviews),
        // Whoever judges declares: jurors of awards sit anywhere, and are no ADMINs.
        Action::DeclareConflict => granted(coordinator || expert || (assigned && function != Function::Admin)),
        // Nobody else knows whose conflicts there are.
        Action::PinConflict | Action::LiftConflict if coordinator && own => Decision::OwnWork,
        Action::PinConflict => granted(coordinator),
        Action::LiftConflict if coordinator => Decision::Allowed,
        Action::LiftConflict => refused(own),
        Action::ReadConflict | Action::ReadPortfolio => shown(coordinator || own),
        Action::SetPortfolio if coordinator => Decision::Allowed,
        Action::SetPortfolio => refused(own),
    }
}

fn granted(granted: bool) -> Decision {
    if granted {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}

fn shown(shown: bool) -> Decision {
    if shown { Decision::Allowed } else { Decision::Hidden }
}

/// What is not granted is forbidden to whoever may know of it.
fn refused(known: bool) -> Decision {
    if known { Decision::Forbidden } else { Decision::Hidden }
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action) -> Rule {
    match action {
        Action::ReadAssignment | Action::Direct => Rule {
            key: "review.directed-by-coordinators",
            id: "Penugasan telaah diatur oleh COORDINATOR dan diketahui para penelaahnya, kecuali ada benturan kepentingan.",
            en: "A review is directed by COORDINATORs and known to its experts, save with a conflict of interest.",
        },
        Action::Answer | Action::Score => Rule {
            key: "review.done-by-who-is-assigned",
            id: "Hanya Tenaga Ahli yang ditugaskan yang menjawab penugasan dan menilai.",
            en: "Only the expert who is assigned answers the assignment and scores.",
        },
        Action::ReadSheet => Rule {
            key: "review.blind-until-complete",
            id: "Penelaah membaca penilaian penelaah lain setelah penilaiannya sendiri selesai; COORDINATOR membaca semuanya.",
            en: "An expert reads the sheets of the others after completing the own one; a COORDINATOR reads all.",
        },
        Action::ReadResult => Rule {
            key: "review.result-without-names",
            id: "Hasil telaah dibaca penelaah yang sudah selesai, COORDINATOR, dan setelah diputuskan siapa pun yang melihat laporannya, tanpa nama penilai.",
            en: "The result is read by experts who are done, by COORDINATORs and, once decided, by whoever sees the record; never with who scored what.",
        },
        Action::Follow => Rule {
            key: "review.not-followed-with-a-conflict",
            id: "Temuan dan langkah telaah diketahui siapa pun yang melihat laporannya; di RI tidak, bila ada benturan kepentingan.",
            en: "What is found and the steps of a review are known to whoever sees the record; at RI not with a conflict of interest.",
        },
        Action::DeclareConflict => Rule {
            key: "review.conflicts-are-declared",
            id: "Tenaga Ahli, COORDINATOR, dan siapa pun yang menilai sebagai juri penghargaan menyatakan benturan kepentingannya sendiri.",
            en: "Experts, COORDINATORs and whoever judges as a juror of awards declare their own conflicts of interest.",
        },
        Action::PinConflict | Action::LiftConflict => Rule {
            key: "review.conflicts-are-pinned-by-another",
            id: "Benturan kepentingan orang lain dicatat dan dicabut oleh COORDINATOR; tidak seorang pun mencabut miliknya sendiri.",
            en: "The conflicts of others are pinned and lifted by a COORDINATOR; nobody lifts the own ones.",
        },
        Action::ReadConflict => Rule {
            key: "review.conflicts-known-to-few",
            id: "Benturan kepentingan diketahui orangnya sendiri dan COORDINATOR.",
            en: "A conflict of interest is known to the person and to COORDINATORs.",
        },
        Action::SetPortfolio | Action::ReadPortfolio => Rule {
            key: "review.portfolios-set-by-coordinators",
            id: "Portofolio Tenaga Ahli ditetapkan COORDINATOR dan diketahui pemegang jabatannya.",
            en: "The portfolio of an expert is set by a COORDINATOR and known to who holds the seat.",
        },
    }
}
