//! Whether something may be done to a rubric now: the rule, then where it stands, asked by the command itself and by whoever
//! shows a button.
use entity::{enums::RubricStatus, rubric};
use uuid::Uuid;

use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::{
            rubric::{Action, decide},
            template::Owner,
        },
        which_seat,
    },
    error::{Code, Refusal},
    locale::Text,
    session::Actor,
};

/// What is done to a version that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Edit,
    Publish,
    Discard,
    Retire,
}

/// What one of the actor's seats may do to the rubrics of a unit, by the policy alone; hidden where there is no such unit.
#[must_use]
pub fn decision_in(actor: &Actor, seat: &ActingSeat, action: Action, owner: Uuid, status: RubricStatus) -> Decision {
    let Some(unit) = actor.directory.tree.get(owner) else {
        return Decision::Hidden;
    };
    let owner = Owner {
        tier: unit.tier,
        ad_hoc: unit.ad_hoc,
    };
    decide(seat.function, action, actor.standing(seat, unit.id), owner, status)
}

/// Whether the actor may know of what a unit has in a status.
#[must_use]
pub fn sees(actor: &Actor, owner: Uuid, status: RubricStatus) -> bool {
    let sees = |seat: &ActingSeat| decision_in(actor, seat, Action::Read, owner, status) == Decision::Allowed;
    actor.seats.iter().any(sees)
}

/// Whether the actor may know of it.
#[must_use]
pub fn is_visible(actor: &Actor, rubric: &rubric::Model) -> bool {
    sees(actor, rubric.owner_id, rubric.status)
}

/// Which seat may do it.
///
/// # Errors
/// Why not: `NotFound`, `Forbidden`, `SeatAmbiguous` or `WrongState`.
pub fn check(
    actor: &Actor,
    rubric: &rubric::Model,
    command: Command,
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    let verdict = which_seat(&actor.seats, named, |seat| {
        decision_in(actor, seat, Action::Manage, rubric.owner_id, rubric.status)
    });
    let seat = match verdict {
        Verdict::Granted(seat) => seat,
        Verdict::Ambiguous => return Err(Refusal::seat_ambiguous()),
        Verdict::Forbidden | Verdict::OwnWork => return Err(forbidden()),
        Verdict::Hidden => return Err(not_found()),
    };
    let follows = match (command, rubric.status) {
        (Command::Edit | Command::Publish | Command::Discard, RubricStatus::Draft)
        | (Command::Retire, RubricStatus::Published) => true,
        (Command::Edit | Command::Publish | Command::Discard, RubricStatus::Published | RubricStatus::Retired)
        | (Command::Retire, RubricStatus::Draft | RubricStatus::Retired) => false,
    };
    if follows {
        Ok(seat)
    } else {
        Err(wrong_state(rubric.status))
    }
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new("Instrumen penilaian tidak ditemukan.", "The rubric was not found.");
    Refusal::new(Code::NotFound, text)
}

/// That none of the actor's seats speaks for the unit.
#[must_use]
pub fn forbidden() -> Refusal {
    let text = Text::new(
        "Jabatan Anda tidak berwenang mengurus instrumen penilaian unit ini.",
        "None of your seats may manage the rubrics of this unit.",
    );
    Refusal::new(Code::Forbidden, text)
}

fn wrong_state(status: RubricStatus) -> Refusal {
    let text = match status {
        RubricStatus::Draft => Text::new("Instrumen ini masih berupa konsep.", "This rubric is still a draft."),
        RubricStatus::Published => Text::new(
            "Instrumen ini sudah terbit dan tidak dapat diubah; buatlah versi berikutnya.",
            "This rubric is published and cannot change any more; make its next version.",
        ),
        RubricStatus::Retired => Text::new(
            "Instrumen ini sudah tidak dipakai lagi.",
            "This rubric has been retired.",
        ),
    };
    Refusal::new(Code::WrongState, text)
}
