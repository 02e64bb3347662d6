//! The only door to excuses, attendance sheets and their seals. What is said of a unit's people is read by whoever reads the
//! invitation of the unit.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or follows one that did"
)]
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    attendance_correction, attendance_seal, attendance_sheet,
    enums::{DelegateStanding, EventStatus, ExcuseState},
    event, event_attendance, event_delegate, event_excuse, event_invitation, proposal,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, sea_query::SelectStatement,
};
use uuid::Uuid;

use crate::{
    error::Error,
    event::query::{scope_of_delegates, scope_of_invitations},
    session::Actor,
};

/// The excuses among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn excuses_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<event_excuse::Model>, Error> {
    let invitations = event_invitation::Entity::find()
        .select_only()
        .column(event_invitation::Column::Id)
        .filter(scope_of_invitations(actor));
    Ok(event_excuse::Entity::find()
        .filter(event_excuse::Column::Id.is_in(ids.iter().copied()))
        .filter(event_excuse::Column::InvitationId.in_subquery(invitations.into_query()))
        .all(connection)
        .await?)
}

/// What the units of these invitations, which the caller has been shown, have asked for, the earliest first.
///
/// # Errors
/// The database's.
pub async fn excuses_of(
    connection: &impl ConnectionTrait,
    invitations: &[Uuid],
) -> Result<Vec<event_excuse::Model>, Error> {
    Ok(event_excuse::Entity::find()
        .filter(event_excuse::Column::InvitationId.is_in(invitations.iter().copied()))
        .order_by(event_excuse::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// What was granted at an event whose whole attendance the caller may read.
///
/// # Errors
/// The database's.
pub async fn granted_at(connection: &impl ConnectionTrait, event: Uuid) -> Result<Vec<event_excuse::Model>, Error> {
    Ok(event_excuse::Entity::find()
        .filter(event_excuse::Column::EventId.eq(event))
        .filter(event_excuse::Column::State.eq(ExcuseState::Granted))
        .all(connection)
        .await?)
}

/// The sheets of invitations the caller has been shown. One that nobody has written in is not there.
///
/// # Errors
/// The database's.
pub async fn sheets_of(
    connection: &impl ConnectionTrait,
    invitations: &[Uuid],
) -> Result<Vec<attendance_sheet::Model>, Error> {
    Ok(attendance_sheet::Entity::find()
        .filter(attendance_sheet::Column::InvitationId.is_in(invitations.iter().copied()))
        .all(connection)
        .await?)
}

/// The sheets among these that the actor may know of, with their invitations; also those that nobody has written in. The
/// host's own people have none before it is sealed.
///
/// # Errors
/// The database's.
pub async fn sheets_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<(event_invitation::Model, Option<attendance_sheet::Model>)>, Error> {
    let invitations = crate::event::query::invitations_by_id(connection, actor, ids).await?;
    let sheets = sheets_of(connection, ids).await?;
    let hosts: Vec<Uuid> = invitations.iter().map(|row| row.event_id).collect();
    let hosts = crate::event::query::by_ids(connection, actor, &hosts).await?;
    let of = |invitation: event_invitation::Model| {
        let sheet = sheets.iter().find(|row| row.invitation_id == invitation.id).cloned();
        let event = hosts.iter().find(|event| event.id == invitation.event_id)?;
        let is_needed = sheet.is_some() || event.unit_id != invitation.unit_id;
        is_needed.then_some((invitation, sheet))
    };
    Ok(invitations.into_iter().filter_map(of).collect())
}

/// The sheets of events whose whole attendance the caller may read.
///
/// # Errors
/// The database's.
pub async fn sheets_at(
    connection: &impl ConnectionTrait,
    events: &[Uuid],
) -> Result<Vec<attendance_sheet::Model>, Error> {
    Ok(attendance_sheet::Entity::find()
        .filter(attendance_sheet::Column::EventId.is_in(events.iter().copied()))
        .order_by(attendance_sheet::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// What the door says of the people of invitations the caller has been shown.
///
/// # Errors
/// The database's.
pub async fn door_of(
    connection: &impl ConnectionTrait,
    invitations: &[Uuid],
) -> Result<Vec<(Uuid, event_attendance::Model)>, Error> {
    let people = event_delegate::Entity::find()
        .filter(event_delegate::Column::InvitationId.is_in(invitations.iter().copied()))
        .select_only()
        .column(event_delegate::Column::Id)
        .column(event_delegate::Column::InvitationId)
        .into_tuple::<(Uuid, Uuid)>()
        .all(connection)
        .await?;
    let rows = event_attendance::Entity::find()
        .filter(event_attendance::Column::DelegateId.is_in(people.iter().map(|(person, _invitation)| *person)))
        .all(connection)
        .await?;
    let people: HashMap<Uuid, Uuid> = people.into_iter().collect();
    let of = |row: event_attendance::Model| Some((*people.get(&row.delegate_id)?, row));
    Ok(rows.into_iter().filter_map(of).collect())
}

/// What the door says at events whose whole attendance the caller may read.
///
/// # Errors
/// The database's.
pub async fn door_at(
    connection: &impl ConnectionTrait,
    events: &[Uuid],
) -> Result<Vec<event_attendance::Model>, Error> {
    Ok(event_attendance::Entity::find()
        .filter(event_attendance::Column::EventId.is_in(events.iter().copied()))
        .all(connection)
        .await?)
}

/// What keeps an event whose attendance is to be sealed from that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenMatters {
    /// People at the door of whom nobody has decided.
    pub walk_ins: u64,
    /// Codes that were seen at two doors, of which nobody has decided.
    pub conflicts: u64,
    /// Excuses of which nobody has decided.
    pub excuses: u64,
}

/// What is open at an event that the caller commands.
///
/// # Errors
/// The database's.
pub async fn open_matters(connection: &impl ConnectionTrait, event: Uuid) -> Result<OpenMatters, Error> {
    let walk_ins = event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.eq(event))
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Pending));
    let conflicts = event_attendance::Entity::find()
        .filter(event_attendance::Column::EventId.eq(event))
        .filter(event_attendance::Column::Conflict.eq(true));
    let excuses = event_excuse::Entity::find()
        .filter(event_excuse::Column::EventId.eq(event))
        .filter(event_excuse::Column::State.eq(ExcuseState::Asked));
    Ok(OpenMatters {
        walk_ins: walk_ins.count(connection).await?,
        conflicts: conflicts.count(connection).await?,
        excuses: excuses.count(connection).await?,
    })
}

/// The waves of a series that the caller commands, whoever may know of them.
///
/// # Errors
/// The database's.
pub async fn waves_of(connection: &impl ConnectionTrait, series: &[Uuid]) -> Result<Vec<event::Model>, Error> {
    Ok(event::Entity::find()
        .filter(event::Column::ParentId.is_in(series.iter().copied()))
        .order_by(event::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// The sealed versions of sheets the caller has been shown, each earliest first.
///
/// # Errors
/// The database's.
pub async fn seals_of(
    connection: &impl ConnectionTrait,
    sheets: &[Uuid],
) -> Result<Vec<attendance_seal::Model>, Error> {
    Ok(attendance_seal::Entity::find()
        .filter(attendance_seal::Column::SheetId.is_in(sheets.iter().copied()))
        .order_by(attendance_seal::Column::SheetId, Order::Asc)
        .order_by(attendance_seal::Column::Number, Order::Asc)
        .all(connection)
        .await?)
}

/// What was proposed to correct in sheets the caller has been shown, as far as the actor may see proposals, the latest first.
///
/// # Errors
/// The database's.
pub async fn corrections_of(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    sheets: &[Uuid],
) -> Result<Vec<(attendance_correction::Model, proposal::Model)>, Error> {
    let corrections = attendance_correction::Entity::find()
        .filter(attendance_correction::Column::SheetId.is_in(sheets.iter().copied()))
        .order_by(attendance_correction::Column::ProposalId, Order::Desc)
        .all(connection)
        .await?;
    let ids: Vec<Uuid> = corrections.iter().map(|row| row.proposal_id).collect();
    let proposals = crate::proposal::query::by_ids(connection, actor, &ids).await?;
    Ok(corrections
        .into_iter()
        .filter_map(|row| {
            let proposal = proposals.iter().find(|proposal| proposal.id == row.proposal_id)?;
            Some((row, proposal.clone()))
        })
        .collect())
}

/// What a proposal that is being decided on would have a sheet say.
///
/// # Errors
/// The database's.
pub async fn correction(
    connection: &impl ConnectionTrait,
    proposal: Uuid,
) -> Result<Option<attendance_correction::Model>, Error> {
    Ok(attendance_correction::Entity::find_by_id(proposal)
        .one(connection)
        .await?)
}

/// An excuse of an invitation that the caller holds, as it is decided on.
///
/// # Errors
/// The database's.
pub async fn held_excuse(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<event_excuse::Model>, Error> {
    let mut wanted = event_excuse::Entity::find_by_id(id);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// All that is known of the attendance at events, as far as the actor may read it.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The events, with the waves of series among them.
    pub events: Vec<event::Model>,
    pub sessions: Vec<entity::event_session::Model>,
    pub invitations: Vec<event_invitation::Model>,
    /// Who is expected, or was let in.
    pub people: Vec<event_delegate::Model>,
    pub door: Vec<event_attendance::Model>,
    /// Those that were granted.
    pub excuses: Vec<event_excuse::Model>,
    /// Those that are sealed.
    pub sheets: Vec<attendance_sheet::Model>,
}

/// The attendance at an event, and at its waves, that the actor may know of. None where that is none.
///
/// # Errors
/// The database's.
pub async fn gathered(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    event: Uuid,
) -> Result<Option<Gathered>, Error> {
    let mut events = crate::event::query::by_ids(connection, actor, &[event]).await?;
    if events.is_empty() {
        return Ok(None);
    }
    events.extend(crate::event::query::waves(connection, actor, &[event]).await?);
    let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
    let invited = event_invitation::Entity::find()
        .filter(event_invitation::Column::EventId.is_in(ids.iter().copied()))
        .filter(scope_of_invitations(actor));
    let people = event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.is_in(ids.iter().copied()))
        .filter(scope_of_delegates(actor));
    let invitations = invited.clone().all(connection).await?;
    let gathered = Gathered {
        events,
        invitations,
        ..Gathered::default()
    };
    with_people(connection, gathered, (invited, people)).await.map(Some)
}

/// The attendance of a unit at the events it was invited to that began within a time, as far as the actor may know of it.
///
/// # Errors
/// The database's.
pub async fn of_unit(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    unit: Uuid,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Gathered, Error> {
    let then = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::StartsAt.gte(from))
        .filter(event::Column::StartsAt.lt(until))
        .filter(event::Column::Status.is_not_in([EventStatus::Draft, EventStatus::Cancelled]));
    let invited = event_invitation::Entity::find()
        .filter(event_invitation::Column::UnitId.eq(unit))
        .filter(event_invitation::Column::EventId.in_subquery(then.into_query()))
        .filter(scope_of_invitations(actor));
    let invitations = invited.clone().all(connection).await?;
    let ids: HashSet<Uuid> = invitations.iter().map(|row| row.event_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let events = crate::event::query::by_ids(connection, actor, &ids).await?;
    let people = event_delegate::Entity::find()
        .filter(event_delegate::Column::InvitationId.in_subquery(only_ids(&invited)))
        .filter(scope_of_delegates(actor));
    let gathered = Gathered {
        events,
        invitations,
        ..Gathered::default()
    };
    with_people(connection, gathered, (invited, people)).await
}

fn only_ids(invited: &Select<event_invitation::Entity>) -> SelectStatement {
    invited
        .clone()
        .select_only()
        .column(event_invitation::Column::Id)
        .into_query()
}

/// Adds what belongs to the invitations and the people that were selected within the scope.
async fn with_people(
    connection: &impl ConnectionTrait,
    gathered: Gathered,
    (invited, people): (Select<event_invitation::Entity>, Select<event_delegate::Entity>),
) -> Result<Gathered, Error> {
    let people = people.filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected));
    let those = people.clone().select_only().column(event_delegate::Column::Id);
    let events: Vec<Uuid> = gathered.events.iter().map(|event| event.id).collect();
    Ok(Gathered {
        sessions: crate::event::query::sessions(connection, &events).await?,
        people: people
            .order_by(event_delegate::Column::Id, Order::Asc)
            .all(connection)
            .await?,
        door: event_attendance::Entity::find()
            .filter(event_attendance::Column::DelegateId.in_subquery(those.into_query()))
            .all(connection)
            .await?,
        excuses: event_excuse::Entity::find()
            .filter(event_excuse::Column::InvitationId.in_subquery(only_ids(&invited)))
            .filter(event_excuse::Column::State.eq(ExcuseState::Granted))
            .all(connection)
            .await?,
        sheets: attendance_sheet::Entity::find()
            .filter(attendance_sheet::Column::InvitationId.in_subquery(only_ids(&invited)))
            .filter(attendance_sheet::Column::Sealed.gt(0))
            .all(connection)
            .await?,
        ..gathered
    })
}

/// The next events whose attendance is sealed, by their ids: for the operator alone.
///
/// # Errors
/// The database's.
pub(super) async fn sealed_after(
    connection: &impl ConnectionTrait,
    after: Uuid,
    most: u64,
) -> Result<Vec<event::Model>, Error> {
    Ok(event::Entity::find()
        .filter(event::Column::Status.eq(EventStatus::Final))
        .filter(event::Column::Id.gt(after))
        .order_by(event::Column::Id, Order::Asc)
        .limit(most)
        .all(connection)
        .await?)
}

/// Who came to events without an invitation of the unit: for who commands them, and for the operator.
///
/// # Errors
/// The database's.
pub async fn uninvited_at(
    connection: &impl ConnectionTrait,
    events: &[Uuid],
) -> Result<Vec<event_delegate::Model>, Error> {
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.is_in(events.iter().copied()))
        .filter(event_delegate::Column::InvitationId.is_null())
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected))
        .order_by(event_delegate::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}
