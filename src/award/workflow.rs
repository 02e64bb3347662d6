//! What may follow what in the life of an edition and of an entry: pure.
use entity::enums::{
    AwardEditionStatus::{
        self, Announced, Closed, Draft, Judging, Nomination, Ranked, Ratified, RulesPublished, Verification, Void,
    },
    AwardEntryStatus,
};

/// What is done to an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Its rules are shown, and change no more.
    PublishRules,
    OpenNominations,
    /// No entry is taken any more.
    CloseNominations,
    /// The next round of juries begins.
    OpenJudging,
    /// What the scores come to is reckoned.
    ComputeRanking,
    Ratify,
    Announce,
    /// The time for objections is over, and all of them are decided.
    Close,
    /// It comes to nothing.
    Void,
}

impl Step {
    pub const ALL: [Self; 9] = [
        Self::PublishRules,
        Self::OpenNominations,
        Self::CloseNominations,
        Self::OpenJudging,
        Self::ComputeRanking,
        Self::Ratify,
        Self::Announce,
        Self::Close,
        Self::Void,
    ];
}

/// The step does not follow from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Where a step leads. No catch-all arm over the steps, on purpose.
///
/// # Errors
/// [`Refused`] when the step does not follow.
pub fn next(from: AwardEditionStatus, step: Step) -> Result<AwardEditionStatus, Refused> {
    let to = match step {
        Step::PublishRules if from == Draft => RulesPublished,
        Step::OpenNominations if from == RulesPublished => Nomination,
        Step::CloseNominations if from == Nomination => Verification,
        Step::OpenJudging if matches!(from, Verification | Judging) => Judging,
        Step::ComputeRanking if from == Judging => Ranked,
        // After a revocation another list is reckoned, ratified and announced beside the one everybody has read.
        Step::ComputeRanking | Step::Ratify | Step::Announce if from == Announced => Announced,
        Step::Ratify if from == Ranked => Ratified,
        Step::Announce if from == Ratified => Announced,
        Step::Close if from == Announced => Closed,
        // What was announced is revoked award by award.
        Step::Void if !matches!(from, Announced | Closed | Void) => Void,
        Step::PublishRules
        | Step::OpenNominations
        | Step::CloseNominations
        | Step::OpenJudging
        | Step::ComputeRanking
        | Step::Ratify
        | Step::Announce
        | Step::Close
        | Step::Void => return Err(Refused),
    };
    Ok(to)
}

/// Whether a step owes a reason.
#[must_use]
pub fn needs_reason(step: Step) -> bool {
    match step {
        Step::Void => true,
        Step::PublishRules
        | Step::OpenNominations
        | Step::CloseNominations
        | Step::OpenJudging
        | Step::ComputeRanking
        | Step::Ratify
        | Step::Announce
        | Step::Close => false,
    }
}

/// Whether everybody who reads the edition reads who was honoured.
#[must_use]
pub fn is_announced(status: AwardEditionStatus) -> bool {
    match status {
        Announced | Closed => true,
        Draft | RulesPublished | Nomination | Verification | Judging | Ranked | Ratified | Void => false,
    }
}

/// What is done to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryStep {
    Submit,
    /// For more to be shown.
    Return,
    /// Found to be what it says, and to be what the rules ask.
    Verify,
    /// Found not to be.
    Reject,
    /// By the jury of its province.
    Shortlist,
    PassOver,
    /// A place was reckoned.
    Rank,
    Award,
    /// What was announced has no place for it.
    LeaveOut,
    Withdraw,
    Disqualify,
}

impl EntryStep {
    pub const ALL: [Self; 11] = [
        Self::Submit,
        Self::Return,
        Self::Verify,
        Self::Reject,
        Self::Shortlist,
        Self::PassOver,
        Self::Rank,
        Self::Award,
        Self::LeaveOut,
        Self::Withdraw,
        Self::Disqualify,
    ];
}

/// Where a step of an entry leads.
///
/// # Errors
/// [`Refused`] when the step does not follow.
pub fn next_of_entry(from: AwardEntryStatus, step: EntryStep) -> Result<AwardEntryStatus, Refused> {
    use AwardEntryStatus as Is;
    let to = match step {
        EntryStep::Submit if matches!(from, Is::Draft | Is::Returned) => Is::Submitted,
        EntryStep::Return if from == Is::Submitted => Is::Returned,
        EntryStep::Verify if from == Is::Submitted => Is::Eligible,
        EntryStep::Reject if from == Is::Submitted => Is::Ineligible,
        EntryStep::Shortlist if from == Is::Eligible => Is::Shortlisted,
        EntryStep::PassOver if from == Is::Eligible => Is::NotListed,
        // Where RI judges alone there is no shortlist; an entry that got nothing can be ranked anew after a revocation.
        EntryStep::Rank if matches!(from, Is::Eligible | Is::Shortlisted | Is::Unplaced) => Is::Ranked,
        EntryStep::Award if from == Is::Ranked => Is::Awarded,
        EntryStep::LeaveOut if from == Is::Ranked => Is::Unplaced,
        EntryStep::Withdraw if is_before_judging(from) => Is::Withdrawn,
        EntryStep::Disqualify if is_judged(from) => Is::Disqualified,
        EntryStep::Submit
        | EntryStep::Return
        | EntryStep::Verify
        | EntryStep::Reject
        | EntryStep::Shortlist
        | EntryStep::PassOver
        | EntryStep::Rank
        | EntryStep::Award
        | EntryStep::LeaveOut
        | EntryStep::Withdraw
        | EntryStep::Disqualify => return Err(Refused),
    };
    Ok(to)
}

/// Whether an entry may still be withdrawn by who entered it.
fn is_before_judging(status: AwardEntryStatus) -> bool {
    use AwardEntryStatus as Is;
    match status {
        Is::Draft | Is::Submitted | Is::Returned | Is::Eligible => true,
        Is::Ineligible
        | Is::Shortlisted
        | Is::NotListed
        | Is::Ranked
        | Is::Awarded
        | Is::Unplaced
        | Is::Withdrawn
        | Is::Disqualified => false,
    }
}

/// Whether an entry can be disqualified: it was found eligible and is not honoured. An award is revoked instead.
fn is_judged(status: AwardEntryStatus) -> bool {
    use AwardEntryStatus as Is;
    match status {
        Is::Submitted | Is::Returned | Is::Eligible | Is::Shortlisted | Is::NotListed | Is::Unplaced => true,
        // The list that was reckoned names it: it is reckoned anew first.
        Is::Ranked => false,
        Is::Draft | Is::Ineligible | Is::Awarded | Is::Withdrawn | Is::Disqualified => false,
    }
}

/// Whether a step of an entry owes a reason.
#[must_use]
pub fn entry_needs_reason(step: EntryStep) -> bool {
    match step {
        EntryStep::Return | EntryStep::Reject | EntryStep::Withdraw | EntryStep::Disqualify => true,
        EntryStep::Submit
        | EntryStep::Verify
        | EntryStep::Shortlist
        | EntryStep::PassOver
        | EntryStep::Rank
        | EntryStep::Award
        | EntryStep::LeaveOut => false,
    }
}

/// Where an entry stands as far as everybody but the issuer is told before the announcement: nothing of how it was judged.
#[must_use]
pub fn told_before_announcement(status: AwardEntryStatus) -> AwardEntryStatus {
    use AwardEntryStatus as Is;
    match status {
        Is::Shortlisted | Is::NotListed | Is::Ranked | Is::Awarded | Is::Unplaced => Is::Eligible,
        Is::Draft | Is::Submitted | Is::Returned | Is::Eligible | Is::Ineligible | Is::Withdrawn | Is::Disqualified => {
            status
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn every_edition_can_come_to_an_end() {
        for from in AwardEditionStatus::iter() {
            let mut open = vec![from];
            let mut seen = open.clone();
            while let Some(status) = open.pop() {
                for to in Step::ALL.into_iter().filter_map(|step| next(status, step).ok()) {
                    if !seen.contains(&to) {
                        seen.push(to);
                        open.push(to);
                    }
                }
            }
            assert!(seen.contains(&Closed) || seen.contains(&Void), "{from:?}");
        }
    }

    #[test]
    fn what_was_announced_is_never_taken_back_whole() {
        for from in AwardEditionStatus::iter().filter(|status| is_announced(*status)) {
            for to in Step::ALL.into_iter().filter_map(|step| next(from, step).ok()) {
                assert!(is_announced(to), "{from:?}");
            }
        }
    }

    #[test]
    fn nothing_of_the_judging_is_told_early() {
        let reached = |steps: &[EntryStep]| {
            steps
                .iter()
                .try_fold(AwardEntryStatus::Submitted, |status, step| next_of_entry(status, *step))
        };
        let judged = [
            vec![EntryStep::Verify],
            vec![EntryStep::Verify, EntryStep::Shortlist],
            vec![EntryStep::Verify, EntryStep::PassOver],
            vec![EntryStep::Verify, EntryStep::Rank],
            vec![
                EntryStep::Verify,
                EntryStep::Shortlist,
                EntryStep::Rank,
                EntryStep::Award,
            ],
            vec![EntryStep::Verify, EntryStep::Rank, EntryStep::LeaveOut],
        ];
        for steps in judged {
            let status = reached(&steps).unwrap();
            assert_eq!(
                told_before_announcement(status),
                AwardEntryStatus::Eligible,
                "{status:?}"
            );
        }
    }
}
