//! Whether something may be done to a recommendation now: the rule, then where it stands, asked by the command itself and by
//! whoever shows a button.
use entity::{enums::RecommendationState, recommendation};
use uuid::Uuid;

use super::workflow::{Refused, Step, next};
use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::recommendation::{Action, Ties, decide},
        which_seat,
    },
    error::{Code, Refusal},
    locale::Text,
    session::Actor,
};

/// A recommendation with the person whose answer to it stands.
pub struct Case<'a> {
    pub row: &'a recommendation::Model,
    pub answered_by: Option<Uuid>,
}

impl Case<'_> {
    fn decision(&self, actor: &Actor, seat: &ActingSeat, action: Action) -> Decision {
        let ties = Ties {
            issuer: seat.unit == self.row.issuer_id,
            custodian: actor.directory.keeps(seat, self.row.unit_id, actor.today),
            answered: self.answered_by == Some(actor.account),
        };
        decide(seat.function, action, actor.standing(seat, self.row.unit_id), ties)
    }

    /// The seat that may take a step, and where it leads.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`, `WrongState`.
    pub fn check(
        &self,
        actor: &Actor,
        step: Step,
        named: Option<Uuid>,
    ) -> Result<(ActingSeat, RecommendationState), Refusal> {
        let action = match step {
            Step::Answer => Action::Answer,
            Step::Return | Step::Close => Action::Settle,
        };
        let seat = match which_seat(&actor.seats, named, |seat| self.decision(actor, seat, action)) {
            Verdict::Granted(seat) => seat,
            Verdict::Ambiguous => return Err(Refusal::seat_ambiguous()),
            Verdict::Forbidden => return Err(Refusal::forbidden()),
            Verdict::OwnWork => return Err(own_answer()),
            Verdict::Hidden => return Err(not_found()),
        };
        let to = next(self.row.state, step).map_err(|Refused| wrong_state(self.row.state))?;
        Ok((seat, to))
    }
}

/// Whether the actor may know of a recommendation.
#[must_use]
pub fn is_visible(actor: &Actor, row: &recommendation::Model) -> bool {
    let case = Case { row, answered_by: None };
    let mut seats = actor.seats.iter();
    seats.any(|seat| case.decision(actor, seat, Action::Read) == Decision::Allowed)
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new("Rekomendasi tidak ditemukan.", "The recommendation was not found.");
    Refusal::new(Code::NotFound, text)
}

fn own_answer() -> Refusal {
    let text = Text::new(
        "Jawaban Anda sendiri dinilai oleh orang lain.",
        "Somebody else judges the answer you gave.",
    );
    Refusal::new(Code::OwnWork, text)
}

fn wrong_state(state: RecommendationState) -> Refusal {
    let (id, en) = match state {
        RecommendationState::Open => ("belum dijawab", "not answered yet"),
        RecommendationState::Answered => ("sudah dijawab", "answered already"),
        RecommendationState::Closed => ("sudah ditutup", "closed"),
    };
    let text = Text::new(
        format!("Rekomendasi ini {id}; perintah tersebut tidak dapat dilakukan sekarang."),
        format!("This recommendation is {en}; the command does not follow from there."),
    );
    Refusal::new(Code::WrongState, text)
}
