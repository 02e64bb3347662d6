//! The closed sets of words of juries.
use async_graphql::Enum;
use entity::enums::{self, AssignmentState};

/// Whose jury judges.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardRound")]
pub enum AwardRound {
    /// Of a province, for its own units.
    Provinsi,
    /// Of who gives the awards.
    Issuer,
}

/// Whether a jury is at work.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AwardPanelStatus")]
pub enum AwardPanelStatus {
    /// Jurors score.
    Open,
    /// No score changes any more.
    Closed,
}

/// How far a juror is with a candidate.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardScoringState {
    /// Nothing is saved yet.
    Assigned,
    /// A sheet is being filled in. One that was complete before does not count.
    Draft,
    /// The last sheet is complete, and counts.
    Complete,
    /// You recused, were recused for a conflict of interest, or are no juror any more.
    Over,
}

impl From<AssignmentState> for AwardScoringState {
    fn from(state: AssignmentState) -> Self {
        match state {
            AssignmentState::Assigned | AssignmentState::Acknowledged => Self::Assigned,
            AssignmentState::Draft => Self::Draft,
            AssignmentState::Complete => Self::Complete,
            AssignmentState::Declined | AssignmentState::Recused | AssignmentState::Lapsed => Self::Over,
        }
    }
}

impl AwardScoringState {
    /// As it is kept.
    #[must_use]
    pub fn kept(self) -> Vec<AssignmentState> {
        match self {
            Self::Assigned => vec![AssignmentState::Assigned, AssignmentState::Acknowledged],
            Self::Draft => vec![AssignmentState::Draft],
            Self::Complete => vec![AssignmentState::Complete],
            Self::Over => vec![
                AssignmentState::Declined,
                AssignmentState::Recused,
                AssignmentState::Lapsed,
            ],
        }
    }
}
