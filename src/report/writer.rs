//! Who writes for a unit: begins its reports and uploads what goes with them, or with what the unit asks of others.
use entity::enums::{ReportCommand, ReportStatus};
use uuid::Uuid;

use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::{
            cycle as rounds,
            report::{Action, Relations, State, decide},
        },
        which_seat,
    },
    error::{Code, Error, Refusal},
    locale::Text,
    report::cycle::sight,
    session::Actor,
    territory::tree::Unit,
};

/// The seat that writes, and the unit it writes for: the one named, or the seat's own.
///
/// # Errors
/// `Forbidden`, `NotFound` for the unit, `SeatAmbiguous`.
pub fn writing_seat(actor: &Actor, unit: Option<Uuid>, named: Option<Uuid>) -> Result<(ActingSeat, &Unit), Error> {
    seat_for(actor, unit, named, |seat, unit| writes(actor, seat, unit))
}

/// The seat that uploads, and the unit whose room it takes up: who writes for a unit, or asks for reports in its name and has
/// the letter to go with that.
///
/// # Errors
/// As [`writing_seat`].
pub fn uploading_seat(actor: &Actor, unit: Option<Uuid>, named: Option<Uuid>) -> Result<(ActingSeat, &Unit), Error> {
    seat_for(actor, unit, named, |seat, unit| match writes(actor, seat, unit) {
        Decision::Allowed => Decision::Allowed,
        refused => match sight::decision(actor, seat, rounds::Action::Manage, unit) {
            Decision::Allowed => Decision::Allowed,
            Decision::Forbidden | Decision::OwnWork | Decision::Hidden => refused,
        },
    })
}

fn writes(actor: &Actor, seat: &ActingSeat, unit: Uuid) -> Decision {
    let state = State {
        status: ReportStatus::Draft,
        submitted: false,
    };
    let action = Action::Do(ReportCommand::Start);
    decide(
        seat.function,
        action,
        actor.standing(seat, unit),
        Relations::default(),
        state,
    )
}

fn seat_for(
    actor: &Actor,
    unit: Option<Uuid>,
    named: Option<Uuid>,
    decide: impl Fn(&ActingSeat, Uuid) -> Decision,
) -> Result<(ActingSeat, &Unit), Error> {
    let verdict = which_seat(&actor.seats, named, |seat| decide(seat, unit.unwrap_or(seat.unit)));
    let seat = match verdict {
        Verdict::Granted(seat) => seat,
        Verdict::Ambiguous => return Err(Refusal::seat_ambiguous().into()),
        // Units are public, so there is nothing to hide: the caller just may not write for it.
        Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => {
            let known = unit.is_none_or(|unit| actor.directory.tree.get(unit).is_some());
            return Err(if known {
                may_not_write(unit.is_some())
            } else {
                Error::not_found("unit")
            });
        }
    };
    let unit = actor.directory.tree.get(unit.unwrap_or(seat.unit));
    Ok((seat, unit.ok_or_else(|| Error::not_found("unit"))?))
}

fn may_not_write(unit_was_named: bool) -> Error {
    let text = Text::new(
        "Jabatan Anda tidak berwenang menulis laporan unit ini.",
        "None of your seats may write a report for this unit.",
    );
    Refusal::new(Code::Forbidden, text)
        .at(unit_was_named.then_some("unit"))
        .into()
}
