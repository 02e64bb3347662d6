//! Who may do what with an evaluation, and what of its figures somebody reads.
use entity::{
    conflict,
    enums::Function,
    evaluation,
    evaluation::{Figures, Group},
};
use uuid::Uuid;

use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::{
            evaluation::{Action, decide},
            review::{self, Relations},
        },
        which_seat,
    },
    error::{Code, Refusal},
    locale::Text,
    review::conflict::is_conflicted,
    session::Actor,
};

/// Fewer scores than so many would tell of single reports to who may not read those.
pub const SMALLEST_TOLD: i64 = 3;

fn decision(actor: &Actor, seat: &ActingSeat, action: Action, row: &evaluation::Model) -> Decision {
    let standing = actor.standing(seat, row.unit_id);
    decide(seat.function, action, standing, row.closed_at.is_some())
}

/// Whether somebody may know of it.
#[must_use]
pub fn is_visible(actor: &Actor, row: &evaluation::Model) -> bool {
    let mut seats = actor.seats.iter();
    seats.any(|seat| decision(actor, seat, Action::Read, row) == Decision::Allowed)
}

/// The seat that prepares it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`.
pub fn preparing_seat(actor: &Actor, row: &evaluation::Model, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
    match which_seat(&actor.seats, named, |seat| decision(actor, seat, Action::Prepare, row)) {
        Verdict::Granted(seat) => Ok(seat),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous()),
        Verdict::Forbidden | Verdict::OwnWork => Err(Refusal::forbidden()),
        Verdict::Hidden => Err(not_found()),
    }
}

/// Whether somebody reads what a unit, or a province as a whole, comes to.
#[must_use]
pub fn reads_unit(actor: &Actor, unit: Uuid) -> bool {
    let reads = |seat: &ActingSeat| decide(seat.function, Action::ReadUnit, actor.standing(seat, unit), true);
    actor.seats.iter().any(|seat| reads(seat) == Decision::Allowed)
}

/// Whether somebody reads what the report of a unit was scored: decided as it is, all the same not with a conflict of
/// interest, of which `declared` are those that were declared.
#[must_use]
pub fn reads_score(actor: &Actor, declared: &[conflict::Model], unit: Uuid) -> bool {
    let whose = (actor.account, unit, actor.today);
    let relations = Relations {
        decided: true,
        conflicted: coordinates(actor) && is_conflicted(&actor.directory, declared, whose),
        ..Relations::default()
    };
    let mut seats = actor.seats.iter();
    seats.any(|seat| review::decide(seat.function, review::Action::ReadResult, relations) == Decision::Allowed)
}

/// Whether a conflict of interest matters: who has no part in reviews has none with what they write themselves.
#[must_use]
pub fn coordinates(actor: &Actor) -> bool {
    let mut seats = actor.seats.iter();
    seats.any(|seat| seat.function == Function::Coordinator)
}

/// What somebody who may know of it reads of its figures: of provinces those whose reports they may read, of the country
/// everything, save scores of so few reports that they would tell of single ones.
#[must_use]
pub fn readable(actor: &Actor, row: &evaluation::Model, figures: &Figures) -> Figures {
    if reads_unit(actor, row.unit_id) {
        return figures.clone();
    }
    let told = |group: &Group| Group {
        scores: group.scores.clone().filter(|scores| scores.count >= SMALLEST_TOLD),
        ..group.clone()
    };
    let provinces = figures.provinces.iter();
    let criteria = figures.criteria.iter();
    Figures {
        all: told(&figures.all),
        tiers: figures.tiers.iter().map(told).collect(),
        provinces: provinces
            .filter(|group| group.province.is_some_and(|unit| reads_unit(actor, unit)))
            .cloned()
            .collect(),
        criteria: criteria
            .filter(|criterion| criterion.scores.count >= SMALLEST_TOLD)
            .cloned()
            .collect(),
        sections: figures.sections.clone(),
    }
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new("Evaluasi tidak ditemukan.", "The evaluation was not found.");
    Refusal::new(Code::NotFound, text)
}
