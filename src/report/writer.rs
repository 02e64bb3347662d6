//! Who writes for a unit: begins its reports and uploads what goes with them.
use entity::enums::{ReportCommand, ReportStatus};
use uuid::Uuid;

use crate::{
    authz::{
        ActingSeat, Verdict,
        policy::report::{Action, Relations, State, decide},
        which_seat,
    },
    error::{Code, Error, Refusal},
    locale::Text,
    session::Actor,
    territory::tree::Unit,
};

/// The seat that writes, and the unit it writes for: the one named, or the seat's own.
///
/// # Errors
/// `Forbidden`, `NotFound` for the unit, `SeatAmbiguous`.
pub fn writing_seat(actor: &Actor, unit: Option<Uuid>, named: Option<Uuid>) -> Result<(ActingSeat, &Unit), Error> {
    let state = State {
        status: ReportStatus::Draft,
        submitted: false,
    };
    let verdict = which_seat(&actor.seats, named, |seat| {
        let standing = actor.standing(seat, unit.unwrap_or(seat.unit));
        decide(
            seat.function,
            Action::Do(ReportCommand::Start),
            standing,
            Relations::default(),
            state,
        )
    });
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
