//! What may follow what in the life of a recommendation: pure.
use entity::enums::RecommendationState::{self, Answered, Closed, Open};

/// What is done to one that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Its unit says what was done.
    Answer,
    /// Whoever made it asks for more than was answered.
    Return,
    /// Whoever made it is content, or asks no more.
    Close,
}

impl Step {
    pub const ALL: [Self; 3] = [Self::Answer, Self::Return, Self::Close];
}

/// The step does not follow from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Where a step leads. No catch-all arm, on purpose.
///
/// # Errors
/// [`Refused`] when the step does not follow.
pub fn next(from: RecommendationState, step: Step) -> Result<RecommendationState, Refused> {
    match (step, from) {
        (Step::Answer, Open) => Ok(Answered),
        (Step::Return, Answered) => Ok(Open),
        (Step::Close, Open | Answered) => Ok(Closed),
        (Step::Answer, Answered | Closed) | (Step::Return, Open | Closed) | (Step::Close, Closed) => Err(Refused),
    }
}

/// Whether a step owes words: an answer is nothing but words, and whoever asks for more, or no more although nothing was
/// answered, says why.
#[must_use]
pub fn needs_text(from: RecommendationState, step: Step) -> bool {
    match (step, from) {
        (Step::Answer | Step::Return, _) | (Step::Close, Open) => true,
        (Step::Close, Answered | Closed) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_ends_closed_and_stays_so() {
        for step in Step::ALL {
            assert_eq!(next(Closed, step), Err(Refused));
        }
        for from in [Open, Answered] {
            assert_eq!(next(from, Step::Close), Ok(Closed));
        }
        assert_eq!(next(Open, Step::Answer).and_then(|to| next(to, Step::Return)), Ok(Open));
        assert_eq!(next(Answered, Step::Answer), Err(Refused));
        assert_eq!(next(Open, Step::Return), Err(Refused));
    }
}
