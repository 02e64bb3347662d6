//! Explaining what may be done about an edition of awards, an entry and an award.
use uuid::Uuid;

use super::{
    event::{refused, said},
    explain::{Said, refused_sight},
};
use crate::{
    authz::{
        ActingSeat,
        policy::award::{Action, EntryAction, rule, rule_of_entry},
    },
    award::{
        entry::query as entries,
        honour::query as honours,
        query,
        sight::{Case, Entrant},
    },
    error::Error,
    session::{Actor, Session},
};

/// An edition as the asker sees it, held against the seats of the person.
pub(super) async fn about_edition(
    session: &Session,
    person: &Actor,
    action: Action,
    id: Uuid,
) -> Result<Option<Said>, Error> {
    let reader = session.services.db.reader();
    let Some(row) = query::by_ids(reader, &session.actor, &[id]).await?.pop() else {
        return Ok(None);
    };
    let juror = is_oneself(session, person) && query::is_judged_by(reader, person, row.id).await?;
    let case = Case { row: &row, juror };
    let decide = |seat: &ActingSeat| case.decision(person, seat, action);
    let refusal = match action {
        Action::Read => refused_sight(person, decide),
        Action::Prepare | Action::Oversee | Action::Command => refused(person, decide),
    };
    Ok(Some(said(person, row.unit_id, decide, (rule(action), refusal))))
}

/// An entry as the asker sees it.
pub(super) async fn about_entry(
    session: &Session,
    person: &Actor,
    action: EntryAction,
    id: Uuid,
) -> Result<Option<Said>, Error> {
    let reader = session.services.db.reader();
    let Some(row) = entries::by_ids(reader, &session.actor, &[id]).await?.pop() else {
        return Ok(None);
    };
    let Some(edition) = query::by_ids(reader, &session.actor, &[row.edition_id]).await?.pop() else {
        return Ok(None);
    };
    let juror = is_oneself(session, person) && entries::is_judged_by(reader, person, row.id).await?;
    let entrant = Entrant {
        edition: &edition,
        row: &row,
        juror,
    };
    let decide = |seat: &ActingSeat| entrant.decision(person, seat, action);
    let refusal = match action {
        EntryAction::Read => refused_sight(person, decide),
        EntryAction::Draft
        | EntryAction::Submit
        | EntryAction::Withdraw
        | EntryAction::Verify
        | EntryAction::Disqualify
        | EntryAction::Object => refused(person, decide),
    };
    Ok(Some(said(
        person,
        row.unit_id,
        decide,
        (rule_of_entry(action), refusal),
    )))
}

/// An award as the asker sees it: what may be done to it hangs on its edition.
pub(super) async fn about_award(
    session: &Session,
    person: &Actor,
    action: Action,
    id: Uuid,
) -> Result<Option<Said>, Error> {
    let reader = session.services.db.reader();
    let Some(row) = honours::by_ids(reader, &session.actor, &[id]).await?.pop() else {
        return Ok(None);
    };
    about_edition(session, person, action, row.edition_id).await
}

/// Who judges is told to that person; nobody else gets it out of what would be refused.
fn is_oneself(session: &Session, person: &Actor) -> bool {
    person.account == session.actor.account
}
