//! What may follow what in the life of a report: pure, of the status, the route and the command alone.
use entity::{
    enums::{
        ReportCommand::{
            self, Abandon, Accept, Decline, Edit, Endorse, HandOver, Receive, RefuseHandover, Release,
            RetractAcceptance, Return, Start, Submit, Take, Withdraw,
        },
        ReportStatus::{
            self, Abandoned, Accepted, Declined, Draft, Endorsed, HandedOver, Received, Returned, Submitted, TierReview,
        },
        Tier,
    },
    template::Route,
};

/// The way one report takes: the route of its template, seen from the tier of its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Whom it passes before it is endorsed or accepted, from the next up to the last.
    endorsers: Vec<Tier>,
    /// Whether it is handed over to RI once endorsed; else the last endorser accepts it.
    to_ri: bool,
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
        Self { endorsers, to_ri }
    }

    /// Whether anybody is there to decide at its end.
    #[must_use]
    pub fn leads_somewhere(&self) -> bool {
        self.to_ri || !self.endorsers.is_empty()
    }

    fn first(&self) -> Option<Tier> {
        self.endorsers.first().copied()
    }

    /// The next endorser after one.
    fn after(&self, tier: Tier) -> Option<Tier> {
        self.endorsers.iter().copied().find(|next| *next < tier)
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
    match (from.status, from.reviewing, command) {
        (Draft | Returned, _, Edit) => Ok(from),
        (Draft | Returned, _, Submit) => match way.first() {
            Some(tier) => Ok(Place::before(tier)),
            None if way.to_ri => Ok(Place::at(Endorsed)),
            None => refused,
        },
        (Draft | Returned, _, Abandon) => Ok(Place::at(Abandoned)),
        // Once a tier has endorsed it, taking it back would undo that tier's decision.
        (Submitted, tier, Withdraw) if tier == way.first() => Ok(Place::at(Draft)),
        (Submitted, _, Take) => Ok(Place {
            status: TierReview,
            ..from
        }),
        (TierReview, _, Release) => Ok(Place {
            status: Submitted,
            ..from
        }),
        (TierReview, _, Return) => Ok(Place::at(Returned)),
        (TierReview, Some(tier), Endorse) => Ok(match way.after(tier) {
            Some(next) => Place::before(next),
            None if way.to_ri => Place::at(Endorsed),
            None => Place::at(Accepted),
        }),
        (TierReview, Some(tier), Decline) if way.ends_at(tier) => Ok(Place::at(Declined)),
        (Endorsed, _, HandOver) if way.to_ri => Ok(Place::at(HandedOver)),
        (HandedOver, _, Receive) => Ok(Place::at(Received)),
        (HandedOver, _, RefuseHandover) => Ok(Place::at(Endorsed)),
        (Received, _, Accept) => Ok(Place::at(Accepted)),
        (Received, _, Decline) => Ok(Place::at(Declined)),
        // What an endorsing tier accepted was never received, and has nowhere to go back to.
        (Accepted, _, RetractAcceptance) if way.to_ri => Ok(Place::at(Received)),
        (
            Draft | Returned,
            _,
            Start | Withdraw | Take | Release | Return | Endorse | HandOver | Receive | RefuseHandover | Accept
            | Decline | RetractAcceptance,
        )
        | (
            Submitted,
            _,
            Start | Edit | Submit | Withdraw | Release | Return | Endorse | HandOver | Receive | RefuseHandover
            | Accept | Decline | RetractAcceptance | Abandon,
        )
        | (
            TierReview,
            _,
            Start | Edit | Submit | Withdraw | Take | Endorse | HandOver | Receive | RefuseHandover | Accept | Decline
            | RetractAcceptance | Abandon,
        )
        | (
            Endorsed,
            _,
            Start | Edit | Submit | Withdraw | Take | Release | Return | Endorse | HandOver | Receive | RefuseHandover
            | Accept | Decline | RetractAcceptance | Abandon,
        )
        | (
            HandedOver,
            _,
            Start | Edit | Submit | Withdraw | Take | Release | Return | Endorse | HandOver | Accept | Decline
            | RetractAcceptance | Abandon,
        )
        | (
            Received,
            _,
            Start | Edit | Submit | Withdraw | Take | Release | Return | Endorse | HandOver | Receive | RefuseHandover
            | RetractAcceptance | Abandon,
        )
        | (
            Accepted,
            _,
            Start | Edit | Submit | Withdraw | Take | Release | Return | Endorse | HandOver | Receive | RefuseHandover
            | Accept | Decline | RetractAcceptance | Abandon,
        )
        | (
            Declined | Abandoned,
            _,
            Start | Edit | Submit | Withdraw | Take | Release | Return | Endorse | HandOver | Receive | RefuseHandover
            | Accept | Decline | RetractAcceptance | Abandon,
        ) => refused,
    }
}

/// Whether a command has to say why.
#[must_use]
pub fn needs_reason(command: ReportCommand) -> bool {
    match command {
        Withdraw | Return | RefuseHandover | Decline | RetractAcceptance | Abandon => true,
        Start | Edit | Submit | Take | Release | Endorse | HandOver | Receive | Accept => false,
    }
}
