//! What may follow what in the life of a report: pure, of the status, the route and the command alone.
use entity::{
    enums::{
        ReportCommand::{
            self, Abandon, Accept, AskRevision, Assign, Decline, Edit, Endorse, Evaluate, HandOver, Receive,
            RefuseHandover, Release, Reopen, RetractAcceptance, Return, SetOpenness, Start, Submit, Take, Withdraw,
        },
        ReportStatus::{
            self, Abandoned, Accepted, Declined, Draft, Endorsed, Evaluated, ExpertReview, HandedOver, Received,
            Returned, RevisionAsked, Submitted, TierReview,
        },
        Tier,
    },
    report,
    template::Route,
};
use uuid::Uuid;

/// The way one report takes: the route of its template, seen from the tier of its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Whom it passes before it is endorsed or accepted, from the next up to the last.
    endorsers: Vec<Tier>,
    /// Whether it is handed over to RI once endorsed; else the last endorser accepts it.
    to_ri: bool,
    /// Whether experts review it at RI before it is decided on.
    experts: bool,
}

impl Way {
    /// Only tiers strictly above the author's and below RI endorse; a terminal tier below RI endorses last. From the
    /// terminal tier itself, or from above it, the way leads nowhere: nobody is left to decide.
    #[must_use]
    pub fn of(route: &Route, author: Tier) -> Self {
        let to_ri = route.terminal == Tier::Ri && author > Tier::Ri;
        let within = |tier: &Tier| Tier::Ri < *tier && *tier < author && *tier >= route.terminal;
        let mut endorsers: Vec<Tier> = route
            .endorsers
            .iter()
            .copied()
            .chain([route.terminal])
            .filter(within)
            .collect();
        endorsers.sort_unstable_by(|left, right| right.cmp(left));
        endorsers.dedup();
        Self {
            endorsers,
            to_ri,
            experts: to_ri && route.experts,
        }
    }

    /// Whether anybody is there to decide at its end.
    #[must_use]
    pub fn leads_somewhere(&self) -> bool {
        self.to_ri || !self.endorsers.is_empty()
    }

    /// Whether a tier endorses on it.
    #[must_use]
    pub fn passes(&self, tier: Tier) -> bool {
        self.endorsers.contains(&tier)
    }

    fn first(&self) -> Option<Tier> {
        self.endorsers.first().copied()
    }

    /// The next endorser after one.
    fn after(&self, tier: Tier) -> Option<Tier> {
        self.endorsers.iter().copied().find(|next| *next < tier)
    }

    /// Whether experts review it before it is decided on.
    #[must_use]
    pub fn has_experts(&self) -> bool {
        self.experts
    }

    /// Where it lies while it is decided on at the end of its way.
    fn end(&self) -> Place {
        match (self.endorsers.last(), self.to_ri, self.experts) {
            (_, true, true) => Place::at(ExpertReview),
            (Some(last), false, _) => Place::before(*last),
            (_, true, false) | (None, false, _) => Place::at(Received),
        }
    }

    /// Whether that tier has the last word.
    fn ends_at(&self, tier: Tier) -> bool {
        !self.to_ri && self.endorsers.last() == Some(&tier)
    }
}

/// Where a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub status: ReportStatus,
    /// Whose turn it is; exactly while SUBMITTED or TIER_REVIEW.
    pub reviewing: Option<Tier>,
}

impl Place {
    #[must_use]
    pub fn at(status: ReportStatus) -> Self {
        Self {
            status,
            reviewing: None,
        }
    }

    /// Waiting at the desk of an endorsing tier.
    #[must_use]
    pub fn before(tier: Tier) -> Self {
        Self {
            status: Submitted,
            reviewing: Some(tier),
        }
    }
}

/// The command does not follow from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub from: ReportStatus,
    pub command: ReportCommand,
}

/// Where a command leads. No catch-all arm, on purpose: a new status or command must find its place here before anything
/// compiles.
///
/// # Errors
/// [`Refused`] when the command does not follow.
pub fn next(from: Place, command: ReportCommand, way: &Way) -> Result<Place, Refused> {
    let refused = Err(Refused {
        from: from.status,
        command,
    });
    match command {
        Start => refused,
        Edit if is_being_written(from.status) => Ok(from),
        Edit => refused,
        Submit => match (from.status, way.first()) {
            (Draft | Returned, Some(tier)) => Ok(Place::before(tier)),
            (Draft | Returned, None) if way.to_ri => Ok(Place::at(Endorsed)),
            (Draft | Returned, None) => refused,
            // Whoever asked gets it back: the tiers between have had their say.
            (RevisionAsked, _) => Ok(way.end()),
            (Submitted | TierReview | Endorsed | HandedOver | Received | ExpertReview, _) => refused,
            (Accepted | Evaluated | Declined | Abandoned, _) => refused,
        },
        // Once a tier has endorsed it, taking it back would undo that tier's decision.
        Withdraw => match from.status {
            Submitted if from.reviewing == way.first() => Ok(Place::at(Draft)),
            Submitted | Draft | TierReview | Returned | Endorsed => refused,
            HandedOver | Received | ExpertReview | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => {
                refused
            }
        },
        Take => match from.status {
            Submitted => Ok(Place {
                status: TierReview,
                ..from
            }),
            Draft | TierReview | Returned | Endorsed | HandedOver | Received => refused,
            ExpertReview | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        Release => match from.status {
            TierReview => Ok(Place {
                status: Submitted,
                ..from
            }),
            Draft | Submitted | Returned | Endorsed | HandedOver | Received => refused,
            ExpertReview | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        Return => match from.status {
            TierReview => Ok(Place::at(Returned)),
            Draft | Submitted | Returned | Endorsed | HandedOver | Received => refused,
            ExpertReview | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        Endorse => match (from.status, from.reviewing) {
            (TierReview, Some(tier)) => Ok(match way.after(tier) {
                Some(next) => Place::before(next),
                None if way.to_ri => Place::at(Endorsed),
                None => Place::at(Accepted),
            }),
            (TierReview, None) => refused,
            (Draft | Submitted | Returned | Endorsed | HandedOver | Received, _) => refused,
            (ExpertReview | RevisionAsked | Accepted | Evaluated | Declined | Abandoned, _) => refused,
        },
        HandOver => match from.status {
            Endorsed if way.to_ri => Ok(Place::at(HandedOver)),
            Endorsed | Draft | Submitted | TierReview | Returned | HandedOver | Received => refused,
            ExpertReview | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        Receive => match from.status {
            HandedOver => Ok(Place::at(Received)),
            Draft | Submitted | TierReview | Returned | Endorsed | Received => refused,
            ExpertReview | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        RefuseHandover => match from.status {
            HandedOver => Ok(Place::at(Endorsed)),
            Draft | Submitted | TierReview | Returned | Endorsed | Received => refused,
            ExpertReview | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        // The first experts take it into review; others join them there without moving it.
        Assign => match from.status {
            Received | ExpertReview if way.experts => Ok(Place::at(ExpertReview)),
            Received | ExpertReview | Draft | Submitted | TierReview | Returned | Endorsed => refused,
            HandedOver | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        AskRevision => match from.status {
            ExpertReview => Ok(Place::at(RevisionAsked)),
            Draft | Submitted | TierReview | Returned | Endorsed | HandedOver | Received => refused,
            RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        Accept => match from.status {
            Received if !way.experts => Ok(Place::at(Accepted)),
            ExpertReview => Ok(Place::at(Accepted)),
            Received | Draft | Submitted | TierReview | Returned | Endorsed | HandedOver => refused,
            RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        // It is declined where its way ends: at the last endorsing desk, or at RI once received or reviewed.
        Decline => match from.status {
            TierReview if from.reviewing.is_some_and(|tier| way.ends_at(tier)) => Ok(Place::at(Declined)),
            Received if !way.experts => Ok(Place::at(Declined)),
            ExpertReview => Ok(Place::at(Declined)),
            Received | TierReview | Draft | Submitted | Returned | Endorsed => refused,
            HandedOver | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        // What an endorsing tier accepted was never received, and has nowhere to go back to.
        RetractAcceptance => match from.status {
            Accepted if way.to_ri => Ok(way.end()),
            Accepted | Draft | Submitted | TierReview | Returned | Endorsed => refused,
            HandedOver | Received | ExpertReview | RevisionAsked | Evaluated | Declined | Abandoned => refused,
        },
        // What an endorsing tier accepted enters no national evaluation.
        Evaluate => match from.status {
            Accepted if way.to_ri => Ok(Place::at(Evaluated)),
            Accepted | Draft | Submitted | TierReview | Returned | Endorsed => refused,
            HandedOver | Received | ExpertReview | RevisionAsked | Evaluated | Declined | Abandoned => refused,
        },
        Reopen => match from.status {
            Accepted | Evaluated => Ok(Place::at(RevisionAsked)),
            Draft | Submitted | TierReview | Returned | Endorsed | HandedOver | Received => refused,
            ExpertReview | RevisionAsked | Declined | Abandoned => refused,
        },
        Abandon => match from.status {
            Draft | Returned => Ok(Place::at(Abandoned)),
            Submitted | TierReview | Endorsed | HandedOver | Received => refused,
            ExpertReview | RevisionAsked | Accepted | Evaluated | Declined | Abandoned => refused,
        },
        // It says who may be told of the report, not where that is.
        SetOpenness => match from.status {
            Draft | Submitted | TierReview | Returned | Endorsed | HandedOver | Received => Ok(from),
            ExpertReview | RevisionAsked | Accepted | Evaluated | Declined => Ok(from),
            Abandoned => refused,
        },
    }
}

/// Where a report may stand that was never submitted: all others came out of a submit.
pub const MAYBE_UNSUBMITTED: [ReportStatus; 2] = [Draft, Abandoned];

/// Where a report has reached RI, and experts whose portfolio covers it see it. The policy says so one by one.
pub const AT_RI: [ReportStatus; 7] = [
    HandedOver,
    Received,
    ExpertReview,
    RevisionAsked,
    Accepted,
    Evaluated,
    Declined,
];

/// Where nobody works on a report any more.
pub const AT_AN_END: [ReportStatus; 4] = [Accepted, Evaluated, Declined, Abandoned];

/// Where what a report submitted last is not in force: it was taken back, declined or given up, or never came.
pub const NOT_IN_FORCE: [ReportStatus; 3] = [Draft, Declined, Abandoned];

/// The submission of a report that is in force.
#[must_use]
pub fn revision_in_force(report: &report::Model) -> Option<Uuid> {
    report
        .revision_id
        .filter(|_revision| !NOT_IN_FORCE.contains(&report.status))
}

/// Whether a report lies with its unit, to be written.
#[must_use]
pub fn is_being_written(status: ReportStatus) -> bool {
    match status {
        Draft | Returned | RevisionAsked => true,
        Submitted | TierReview | Endorsed | HandedOver | Received | ExpertReview => false,
        Accepted | Evaluated | Declined | Abandoned => false,
    }
}

/// Whether a command has to say why.
#[must_use]
pub fn needs_reason(command: ReportCommand) -> bool {
    match command {
        Withdraw | Return | RefuseHandover | AskRevision | Decline | RetractAcceptance | Reopen | Abandon => true,
        SetOpenness => true,
        Start | Edit | Submit | Take | Release | Endorse | HandOver | Receive | Assign | Accept | Evaluate => false,
    }
}
