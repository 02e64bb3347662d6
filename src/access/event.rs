//! Explaining what may be done about an event, and about the invitation of a unit to it.
use entity::{enums::EventActKind, event};
use uuid::Uuid;

use super::explain::{Explained, Said, refused_sight};
use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::{
            event::{Action, UnitAction, rule, rule_of_unit},
            rule::Rule,
        },
        which_seat,
    },
    error::{Code, Error},
    event::{
        query,
        sight::{Case, Guest},
    },
    session::{Actor, Session},
};

/// An event as the asker sees it, held against the seats of the person.
pub(super) async fn about_event(
    session: &Session,
    person: &Actor,
    action: Action,
    id: Uuid,
) -> Result<Option<Said>, Error> {
    let reader = session.services.db.reader();
    let Some(row) = query::by_ids(reader, &session.actor, &[id]).await?.pop() else {
        return Ok(None);
    };
    let mut reached = query::ties(reader, person, &[row.id]).await?;
    forget_of_others(session, person, &mut reached);
    let case = Case::of(&row, &reached);
    let decide = |seat: &ActingSeat| case.decision(person, seat, action);
    let refusal = match action {
        Action::Read | Action::ReadAttendance => refused_sight(person, decide),
        Action::Prepare | Action::Command | Action::KeepDoor => refused(person, decide),
    };
    Ok(Some(said(person, row.unit_id, decide, (rule(action), refusal))))
}

/// The invitation of a unit as the asker sees it.
pub(super) async fn about_invitation(
    session: &Session,
    person: &Actor,
    action: UnitAction,
    id: Uuid,
) -> Result<Option<Said>, Error> {
    let reader = session.services.db.reader();
    let Some(row) = query::invitations_by_id(reader, &session.actor, &[id]).await?.pop() else {
        return Ok(None);
    };
    let Some(event) = event_of(session, row.event_id).await? else {
        return Ok(None);
    };
    let delegates = query::delegates_of_invitations(reader, &[row.id]).await?;
    let oneself = person.account == session.actor.account;
    let acts = query::acts(reader, &[row.id]).await?;
    let mut submitting = acts.get(&row.id).into_iter().flatten();
    let submitted = submitting.rfind(|act| act.kind == EventActKind::SubmitSheet);
    let guest = Guest {
        named: oneself
            && delegates
                .iter()
                .any(|delegate| delegate.account_id == Some(person.account)),
        submitted: submitted.is_some_and(|act| act.account_id == person.account),
        ..Guest::of(&event, &row)
    };
    let decide = |seat: &ActingSeat| guest.decision(person, seat, action);
    let refusal = match action {
        UnitAction::Read => refused_sight(person, decide),
        UnitAction::Draft | UnitAction::Answer | UnitAction::Settle => refused(person, decide),
    };
    Ok(Some(said(person, row.unit_id, decide, (rule_of_unit(action), refusal))))
}

async fn event_of(session: &Session, id: Uuid) -> Result<Option<event::Model>, Error> {
    let found = query::by_ids(session.services.db.reader(), &session.actor, &[id]).await?;
    Ok(found.into_iter().next())
}

/// Whom an event names is told to that person; nobody else gets it out of what would be refused.
fn forget_of_others(session: &Session, person: &Actor, reached: &mut query::Reached) {
    if person.account != session.actor.account {
        reached.named.clear();
    }
}

pub(super) fn refused(
    person: &Actor,
    decide: impl Fn(&ActingSeat) -> Decision,
) -> Option<(Code, Option<crate::locale::Text>)> {
    let code = match which_seat(&person.seats, None, decide) {
        Verdict::Granted(_) => return None,
        Verdict::Ambiguous => Code::SeatAmbiguous,
        Verdict::OwnWork => Code::OwnWork,
        Verdict::Forbidden => Code::Forbidden,
        Verdict::Hidden => Code::NotFound,
    };
    Some((code, None))
}

pub(super) fn said(
    person: &Actor,
    unit: Uuid,
    decide: impl Fn(&ActingSeat) -> Decision,
    (rule, refusal): (Rule, Option<(Code, Option<crate::locale::Text>)>),
) -> Said {
    let seats = person.seats.iter().map(|seat| Explained {
        seat: seat.seat,
        standing: person.standing(seat, unit),
        relations: Vec::new(),
        decision: decide(seat),
        rule,
    });
    Said {
        seats: seats.collect(),
        refusal,
    }
}
