//! Finds what waits, in the scope of the seats that may do it. It says in SQL what the policy says of a seat that speaks or works
//! for a unit.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module of the slice; every select is of the units of the actor's own seats"
)]
use entity::{
    attendance_sheet,
    enums::{
        DelegateStanding, EventActKind, EventEvaluationState, EventStatus, ExcuseState, InvitationReply, SheetStatus,
    },
    event, event_act, event_attendance, event_delegate, event_evaluation, event_excuse, event_invitation,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{OfHost, OfUnit};
use crate::{
    authz::{
        ActingSeat, Decision, Standing,
        policy::event::{Ties, UnitAction, UnitTies, decide, decide_of_unit},
    },
    session::Actor,
};

/// The invitations about which something waits for the actor; None where no seat does it.
#[must_use]
pub fn of_units(actor: &Actor, wait: OfUnit) -> Option<Select<event_invitation::Entity>> {
    use event_invitation::Column::{EventId, Status, UnitId};
    let action = wait.action();
    let theirs = match action {
        UnitAction::Settle => {
            let hosted = event::Entity::find()
                .select_only()
                .column(event::Column::Id)
                .filter(event::Column::UnitId.is_in(some(hosts_of(actor, action))?));
            Condition::all().add(EventId.in_subquery(hosted.into_query()))
        }
        UnitAction::Read | UnitAction::Draft | UnitAction::Answer => {
            Condition::all().add(UnitId.is_in(some(units_of(actor, action))?))
        }
    };
    let wanted = event_invitation::Entity::find().filter(theirs);
    Some(match wait {
        OfUnit::Reply => wanted
            .filter(Status.eq(InvitationReply::Invited))
            .filter(EventId.in_subquery(events_in(&[EventStatus::Published]))),
        OfUnit::Submit => wanted
            .filter(Status.eq(InvitationReply::Confirmed))
            .filter(EventId.in_subquery(events_in(&[EventStatus::Ended])))
            .filter(event_invitation::Column::Id.not_in_subquery(sheets_in(&[
                SheetStatus::Submitted,
                SheetStatus::Verified,
                SheetStatus::Sealed,
            ]))),
        OfUnit::Settle => wanted
            .filter(event_invitation::Column::Id.in_subquery(sheets_in(&[SheetStatus::Submitted])))
            .filter(not_done_by(actor, EventActKind::SubmitSheet)),
        OfUnit::Evaluation => {
            let issued = event_evaluation::Entity::find()
                .select_only()
                .column(event_evaluation::Column::Id)
                .filter(
                    Expr::col((event_evaluation::Entity, event_evaluation::Column::EventId))
                        .equals((event_invitation::Entity, EventId)),
                )
                .filter(
                    Expr::col((event_evaluation::Entity, event_evaluation::Column::UnitId))
                        .equals((event_invitation::Entity, UnitId)),
                )
                .filter(event_evaluation::Column::State.eq(EventEvaluationState::Issued));
            wanted.filter(Expr::exists(issued.into_query()))
        }
        OfUnit::Excuse => {
            let asked = event_excuse::Entity::find()
                .select_only()
                .column(event_excuse::Column::InvitationId)
                .filter(event_excuse::Column::State.eq(ExcuseState::Asked))
                .filter(not_asked_by(actor));
            wanted
                .filter(event_invitation::Column::Id.in_subquery(asked.into_query()))
                .filter(EventId.in_subquery(events_in(&OPEN)))
        }
    })
}

/// The events about which something waits for the actor; None where no seat does it.
#[must_use]
pub fn of_hosts(actor: &Actor, wait: OfHost) -> Option<Select<event::Entity>> {
    let commands = |seat: &&ActingSeat| {
        let ties = Ties::default();
        decide(seat.function, wait.action(), Standing::Own, ties) == Decision::Allowed
    };
    let units = actor.seats.iter().filter(commands).map(|seat| seat.unit).collect();
    let wanted = event::Entity::find()
        .filter(event::Column::UnitId.is_in(some(units)?))
        .filter(event::Column::Status.is_in(OPEN));
    Some(match wait {
        OfHost::WalkIns => {
            let pending = event_delegate::Entity::find()
                .select_only()
                .column(event_delegate::Column::EventId)
                .filter(event_delegate::Column::Standing.eq(DelegateStanding::Pending));
            wanted.filter(event::Column::Id.in_subquery(pending.into_query()))
        }
        OfHost::Conflicts => {
            let seen_twice = event_attendance::Entity::find()
                .select_only()
                .column(event_attendance::Column::EventId)
                .filter(event_attendance::Column::Conflict.eq(true));
            wanted.filter(event::Column::Id.in_subquery(seen_twice.into_query()))
        }
        OfHost::Finalise => wanted.filter(event::Column::Status.eq(EventStatus::Ended)),
    })
}

/// By when a reply is awaited.
#[must_use]
pub fn reply_by() -> SimpleExpr {
    let until = event::Entity::find()
        .select_only()
        .column(event::Column::ReplyBy)
        .filter(
            Expr::col((event::Entity, event::Column::Id))
                .equals((event_invitation::Entity, event_invitation::Column::EventId)),
        );
    SimpleExpr::SubQuery(None, Box::new(until.into_query().into()))
}

/// While something can still be decided.
const OPEN: [EventStatus; 4] = [
    EventStatus::Published,
    EventStatus::RegistrationClosed,
    EventStatus::Running,
    EventStatus::Ended,
];

fn some(units: Vec<Uuid>) -> Option<Vec<Uuid>> {
    (!units.is_empty()).then_some(units)
}

/// The units for which a seat of the actor does something, own ones and those it keeps.
fn units_of(actor: &Actor, action: UnitAction) -> Vec<Uuid> {
    let may = |seat: &ActingSeat, custodian: bool| {
        let standing = if custodian { Standing::Outside } else { Standing::Own };
        let ties = UnitTies {
            custodian,
            ..UnitTies::default()
        };
        decide_of_unit(seat.function, action, standing, ties) == Decision::Allowed
    };
    let mut units = Vec::new();
    for seat in &actor.seats {
        if may(seat, false) {
            units.push(seat.unit);
        }
        if may(seat, true) {
            units.extend(actor.directory.kept_by(seat, actor.today));
        }
    }
    units
}

/// The units as whose a seat of the actor does something to those invited.
fn hosts_of(actor: &Actor, action: UnitAction) -> Vec<Uuid> {
    let may = |seat: &&ActingSeat| {
        let ties = UnitTies {
            host: true,
            ..UnitTies::default()
        };
        decide_of_unit(seat.function, action, Standing::Above, ties) == Decision::Allowed
    };
    actor.seats.iter().filter(may).map(|seat| seat.unit).collect()
}

fn events_in(statuses: &[EventStatus]) -> SelectStatement {
    event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::Status.is_in(statuses.iter().copied()))
        .into_query()
}

fn sheets_in(statuses: &[SheetStatus]) -> SelectStatement {
    attendance_sheet::Entity::find()
        .select_only()
        .column(attendance_sheet::Column::InvitationId)
        .filter(attendance_sheet::Column::Status.is_in(statuses.iter().copied()))
        .into_query()
}

/// That the actor did not do this to the sheet of the invitation, which has its id.
fn not_done_by(actor: &Actor, kind: EventActKind) -> SimpleExpr {
    let done = event_act::Entity::find()
        .select_only()
        .column(event_act::Column::AboutId)
        .filter(event_act::Column::Kind.eq(kind))
        .filter(event_act::Column::AccountId.eq(actor.account));
    event_invitation::Column::Id.not_in_subquery(done.into_query())
}

fn not_asked_by(actor: &Actor) -> SimpleExpr {
    let asked = event_act::Entity::find()
        .select_only()
        .column(event_act::Column::AboutId)
        .filter(event_act::Column::Kind.eq(EventActKind::AskExcuse))
        .filter(event_act::Column::AccountId.eq(actor.account));
    event_excuse::Column::Id.not_in_subquery(asked.into_query())
}
