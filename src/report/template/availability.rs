//! Whether something may be done to a template now: the rule, then where it stands, asked by the command itself and by
//! whoever shows a button.
use entity::{enums::TemplateStatus, template};
use uuid::Uuid;

use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::template::{Action, Owner, decide},
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

/// What one of the actor's seats may do to the templates of a unit, by the policy alone; hidden where there is no such unit.
#[must_use]
pub fn decision_in(actor: &Actor, seat: &ActingSeat, action: Action, owner: Uuid, status: TemplateStatus) -> Decision {
    let Some(unit) = actor.directory.tree.get(owner) else {
        return Decision::Hidden;
    };
    let owner = Owner {
        tier: unit.tier,
        ad_hoc: unit.ad_hoc,
    };
    decide(seat.function, action, actor.standing(seat, unit.id), owner, status)
}

/// What one of the actor's seats may do to a template, by the policy alone.
#[must_use]
pub fn decision(actor: &Actor, seat: &ActingSeat, action: Action, template: &template::Model) -> Decision {
    decision_in(actor, seat, action, template.owner_id, template.status)
}

/// Whether the actor may know of it.
#[must_use]
pub fn is_visible(actor: &Actor, template: &template::Model) -> bool {
    let sees = |seat: &ActingSeat| decision(actor, seat, Action::Read, template) == Decision::Allowed;
    actor.seats.iter().any(sees)
}

/// Whether the actor may know of what a unit has published.
#[must_use]
pub fn sees_published(actor: &Actor, owner: Uuid) -> bool {
    let sees = |seat: &ActingSeat| {
        decision_in(actor, seat, Action::Read, owner, TemplateStatus::Published) == Decision::Allowed
    };
    actor.seats.iter().any(sees)
}

/// Which seat may do it.
///
/// # Errors
/// Why not: `NotFound`, `Forbidden`, `SeatAmbiguous` or `WrongState`.
pub fn check(
    actor: &Actor,
    template: &template::Model,
    command: Command,
    named: Option<Uuid>,
) -> Result<ActingSeat, Refusal> {
    let verdict = which_seat(&actor.seats, named, |seat| {
        decision(actor, seat, Action::Manage, template)
    });
    let seat = match verdict {
        Verdict::Granted(seat) => seat,
        Verdict::Ambiguous => return Err(Refusal::seat_ambiguous()),
        Verdict::Forbidden | Verdict::OwnWork => return Err(forbidden()),
        Verdict::Hidden => return Err(not_found()),
    };
    let follows = match (command, template.status) {
        (Command::Edit | Command::Publish | Command::Discard, TemplateStatus::Draft)
        | (Command::Retire, TemplateStatus::Published) => true,
        (Command::Edit | Command::Publish | Command::Discard, TemplateStatus::Published | TemplateStatus::Retired)
        | (Command::Retire, TemplateStatus::Draft | TemplateStatus::Retired) => false,
    };
    if follows {
        Ok(seat)
    } else {
        Err(wrong_state(template.status))
    }
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    Refusal::new(
        Code::NotFound,
        Text::new("Templat tidak ditemukan.", "The template was not found."),
    )
}

/// That none of the actor's seats speaks for the unit.
#[must_use]
pub fn forbidden() -> Refusal {
    let text = Text::new(
        "Jabatan Anda tidak berwenang mengurus templat unit ini.",
        "None of your seats may manage the templates of this unit.",
    );
    Refusal::new(Code::Forbidden, text)
}

fn wrong_state(status: TemplateStatus) -> Refusal {
    let text = match status {
        TemplateStatus::Draft => Text::new("Templat ini masih berupa konsep.", "This template is still a draft."),
        TemplateStatus::Published => Text::new(
            "Templat ini sudah terbit dan tidak dapat diubah; buatlah versi berikutnya.",
            "This template is published and cannot change any more; make its next version.",
        ),
        TemplateStatus::Retired => Text::new(
            "Templat ini sudah tidak dipakai lagi.",
            "This template has been retired.",
        ),
    };
    Refusal::new(Code::WrongState, text)
}
