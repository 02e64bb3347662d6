//! The only door to the tables of events. An event is read by its host and those above it, once published also by the invited
//! units, those above them, and the people named in it; what of the invitations, is asked of each.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or follows one that did"
)]
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    enums::{DelegateStanding, EventStatus, InvitationReply, Tier},
    event, event_act, event_delegate, event_invitation, event_material, event_session, event_speaker,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, IntoColumnRef, LockType, SelectStatement, SimpleExpr, UnionType},
};
use uuid::Uuid;

use crate::{
    db::newest_first,
    error::Error,
    page::{Page, Window},
    session::Actor,
};

/// Which events are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub host: Option<Vec<Uuid>>,
    pub status: Option<Vec<EventStatus>>,
    /// Waves of this series.
    pub series: Option<Uuid>,
    /// To which one of these units is invited.
    pub invited: Option<Vec<Uuid>>,
    pub ends_after: Option<DateTime<Utc>>,
    pub starts_before: Option<DateTime<Utc>>,
}

/// Which invitations are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct InvitationFilter {
    pub event: Option<Uuid>,
    pub unit: Option<Vec<Uuid>>,
    pub status: Option<Vec<InvitationReply>>,
    pub tier: Option<Vec<Tier>>,
    /// Of units of these provinces, and of the provinces themselves.
    pub province: Option<Vec<Uuid>>,
}

/// The units within the actor's scope: the own ones, all beneath, and what is dissolved there.
pub(super) fn within(actor: &Actor) -> HashSet<Uuid> {
    let tree = &actor.directory.tree;
    actor
        .content_seats()
        .flat_map(|seat| tree.scope(seat.unit))
        .flat_map(|top| tree.subtree(top.id))
        .map(|unit| unit.id)
        .collect()
}

/// Whether every unit lies within the actor's scope: then no list of them is needed.
pub(super) fn reads_the_country(actor: &Actor) -> bool {
    actor.content_seats().any(|seat| seat.tier == Tier::Ri)
}

/// The scope of events, as said of the row. It says in SQL what `authz::policy::event` says of `Read`.
fn scope(actor: &Actor) -> Condition {
    let published = || event::Column::PublishedAt.is_not_null();
    let named = Condition::all()
        .add(published())
        .add(event::Column::Id.in_subquery(named_in(actor.oneself())));
    let own = event::Column::UnitId.is_in(actor.content_seats().map(|seat| seat.unit));
    let reached = if reads_the_country(actor) {
        Condition::all().add(published())
    } else {
        let within = within(actor);
        let invited = event_invitation::Entity::find()
            .select_only()
            .column(event_invitation::Column::EventId)
            .filter(event_invitation::Column::UnitId.is_in(within.iter().copied()));
        Condition::all().add(published()).add(
            Condition::any()
                .add(event::Column::UnitId.is_in(within))
                .add(event::Column::Id.in_subquery(invited.into_query())),
        )
    };
    Condition::any().add(own).add(named).add(reached)
}

/// The events whose whole attendance the actor may read. It says in SQL what `authz::policy::event` says of `ReadAttendance`.
#[must_use]
pub fn whole_attendance(actor: &Actor) -> SelectStatement {
    let published = event::Column::PublishedAt.is_not_null();
    let above = if actor.content_seats().any(|seat| seat.tier == Tier::Ri) {
        Condition::all().add(published)
    } else {
        Condition::all()
            .add(published)
            .add(event::Column::UnitId.is_in(within(actor)))
    };
    let own = event::Column::UnitId.is_in(actor.content_seats().map(|seat| seat.unit));
    event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(Condition::any().add(own).add(above))
        .into_query()
}

/// The events somebody is named in: to come, or to speak.
fn named_in(account: Option<Uuid>) -> SelectStatement {
    let mut comes = event_delegate::Entity::find()
        .select_only()
        .column(event_delegate::Column::EventId)
        .filter(event_delegate::Column::AccountId.is_in(account))
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected))
        .into_query();
    let speaks = event_speaker::Entity::find()
        .select_only()
        .column(event_speaker::Column::EventId)
        .filter(event_speaker::Column::AccountId.is_in(account))
        .into_query();
    comes.union(UnionType::Distinct, speaks).to_owned()
}

/// Whether the event that a column of another table names is one the actor may know of.
pub fn sees(actor: &Actor, named: impl IntoColumnRef) -> SimpleExpr {
    let seen = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(Expr::col((event::Entity, event::Column::Id)).equals(named))
        .filter(scope(actor));
    Expr::exists(seen.into_query())
}

/// Whether what columns of another table name, an event and a unit in it, is something the actor may know of: as much of the
/// units within the own scope, and of any unit where the whole attendance may be read, or where the person is who is sent.
pub fn sees_of_unit(actor: &Actor, event: impl IntoColumnRef + Clone, unit: impl IntoColumnRef + Clone) -> Condition {
    if reads_the_country(actor) {
        return Condition::all().add(sees(actor, event));
    }
    let within = within(actor);
    let hosted = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::UnitId.is_in(within.iter().copied()));
    let sent = event_delegate::Entity::find()
        .select_only()
        .column(event_delegate::Column::EventId)
        .filter(event_delegate::Column::AccountId.is_in(actor.oneself()))
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected))
        .filter(Expr::col((event_delegate::Entity, event_delegate::Column::UnitId)).equals(unit.clone()));
    Condition::all().add(sees(actor, event.clone())).add(
        Condition::any()
            .add(Expr::col(unit).is_in(within))
            .add(Expr::col(event.clone()).in_subquery(hosted.into_query()))
            .add(Expr::col(event).in_subquery(sent.into_query())),
    )
}

/// The events among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<event::Model>, Error> {
    Ok(event::Entity::find()
        .filter(event::Column::Id.is_in(ids.iter().copied()))
        .filter(scope(actor))
        .all(connection)
        .await?)
}

/// The events among those a query finds that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_subquery(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: SelectStatement,
) -> Result<Vec<Uuid>, Error> {
    Ok(event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::Id.in_subquery(ids))
        .filter(scope(actor))
        .into_tuple()
        .all(connection)
        .await?)
}

/// The invitations among those a query finds that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn invitations_by_subquery(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: SelectStatement,
) -> Result<Vec<Uuid>, Error> {
    Ok(event_invitation::Entity::find()
        .select_only()
        .column(event_invitation::Column::Id)
        .filter(event_invitation::Column::Id.in_subquery(ids))
        .filter(scope_of_invitations(actor))
        .into_tuple()
        .all(connection)
        .await?)
}

/// The sessions among these, of events that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn sessions_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<event_session::Model>, Error> {
    Ok(event_session::Entity::find()
        .filter(event_session::Column::Id.is_in(ids.iter().copied()))
        .filter(sees(actor, (event_session::Entity, event_session::Column::EventId)))
        .all(connection)
        .await?)
}

/// The delegates among these that the actor may know of: by way of their invitation, and walk-ins of units that were not
/// invited by way of the whole attendance.
///
/// # Errors
/// The database's.
pub async fn delegates_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<event_delegate::Model>, Error> {
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::Id.is_in(ids.iter().copied()))
        .filter(scope_of_delegates(actor))
        .all(connection)
        .await?)
}

/// The scope of those who come.
#[must_use]
pub fn scope_of_delegates(actor: &Actor) -> Condition {
    let invitations = event_invitation::Entity::find()
        .select_only()
        .column(event_invitation::Column::Id)
        .filter(scope_of_invitations(actor));
    let hosted = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::UnitId.is_in(within(actor)));
    Condition::any()
        .add(event_delegate::Column::InvitationId.in_subquery(invitations.into_query()))
        .add(event_delegate::Column::EventId.in_subquery(hosted.into_query()))
}

/// One that the actor may know of, as a command is decided on it: nobody changes it until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn held(connection: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Option<event::Model>, Error> {
    let mut wanted = event::Entity::find_by_id(id).filter(scope(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// As [`held`], by a command that changes what belongs to the event but not the event: many at a time.
///
/// # Errors
/// The database's.
pub async fn shared(connection: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Option<event::Model>, Error> {
    let mut wanted = event::Entity::find_by_id(id).filter(scope(actor));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_shared();
    }
    Ok(wanted.one(connection).await?)
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<event::Entity> {
    let mut wanted = event::Entity::find().filter(scope(actor));
    if let Some(hosts) = &filter.host {
        wanted = wanted.filter(event::Column::UnitId.is_in(hosts.iter().copied()));
    }
    if let Some(statuses) = &filter.status {
        wanted = wanted.filter(event::Column::Status.is_in(statuses.iter().copied()));
    }
    if let Some(series) = filter.series {
        wanted = wanted.filter(event::Column::ParentId.eq(series));
    }
    if let Some(units) = &filter.invited {
        // Who is invited is told of those invitations alone that the actor may know of.
        let invited = event_invitation::Entity::find()
            .select_only()
            .column(event_invitation::Column::EventId)
            .filter(event_invitation::Column::UnitId.is_in(units.iter().copied()))
            .filter(scope_of_invitations(actor));
        wanted = wanted.filter(event::Column::Id.in_subquery(invited.into_query()));
    }
    if let Some(moment) = filter.ends_after {
        wanted = wanted.filter(event::Column::EndsAt.gt(moment));
    }
    if let Some(moment) = filter.starts_before {
        wanted = wanted.filter(event::Column::StartsAt.lt(moment));
    }
    wanted
}

/// A page of the events the actor may know of, those made last first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<event::Model>, Error> {
    newest_first(connection, filtered(actor, filter), event::Column::Id, window).await
}

/// How many there are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(actor, filter).count(connection).await?)
}

/// The scope of invitations. It says in SQL what `authz::policy::event` says of `UnitAction::Read`.
#[must_use]
pub fn scope_of_invitations(actor: &Actor) -> Condition {
    if reads_the_country(actor) {
        return Condition::all();
    }
    let within = within(actor);
    let hosted = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::UnitId.is_in(within.iter().copied()));
    let named = event_delegate::Entity::find()
        .select_only()
        .column(event_delegate::Column::InvitationId)
        .filter(event_delegate::Column::AccountId.is_in(actor.oneself()))
        .filter(event_delegate::Column::InvitationId.is_not_null())
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected));
    Condition::any()
        .add(event_invitation::Column::UnitId.is_in(within))
        .add(event_invitation::Column::EventId.in_subquery(hosted.into_query()))
        .add(event_invitation::Column::Id.in_subquery(named.into_query()))
}

/// The invitations among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn invitations_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<event_invitation::Model>, Error> {
    Ok(event_invitation::Entity::find()
        .filter(event_invitation::Column::Id.is_in(ids.iter().copied()))
        .filter(scope_of_invitations(actor))
        .all(connection)
        .await?)
}

/// One invitation that the actor may know of, as a command is decided on it, with its event, which stays as it is until the
/// transaction ends.
///
/// # Errors
/// The database's.
pub async fn held_invitation(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<(event::Model, event_invitation::Model)>, Error> {
    with_event(connection, actor, id, LockType::Share).await
}

/// As [`held_invitation`], by a command that is decided on what all units have answered: one at a time.
///
/// # Errors
/// The database's.
pub async fn held_invitation_alone(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<(event::Model, event_invitation::Model)>, Error> {
    with_event(connection, actor, id, LockType::Update).await
}

async fn with_event(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
    lock: LockType,
) -> Result<Option<(event::Model, event_invitation::Model)>, Error> {
    let Some(known) = invitations_by_id(connection, actor, &[id]).await?.pop() else {
        return Ok(None);
    };
    // The event before what belongs to it: all commands take their locks in this order.
    let mut event = event::Entity::find_by_id(known.event_id);
    let mut invitation = event_invitation::Entity::find_by_id(id);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        event = event.lock(lock);
        invitation = invitation.lock_exclusive();
    }
    let event = event.one(connection).await?;
    let invitation = invitation.one(connection).await?;
    Ok(event.zip(invitation))
}

fn invitations_filtered(actor: &Actor, filter: &InvitationFilter) -> Select<event_invitation::Entity> {
    use event_invitation::Column::{EventId, ProvinsiId, Status, Tier, UnitId};
    let mut wanted = event_invitation::Entity::find().filter(scope_of_invitations(actor));
    if let Some(event) = filter.event {
        wanted = wanted.filter(EventId.eq(event));
    }
    if let Some(units) = &filter.unit {
        wanted = wanted.filter(UnitId.is_in(units.iter().copied()));
    }
    if let Some(statuses) = &filter.status {
        wanted = wanted.filter(Status.is_in(statuses.iter().copied()));
    }
    if let Some(tiers) = &filter.tier {
        wanted = wanted.filter(Tier.is_in(tiers.iter().copied()));
    }
    if let Some(provinces) = &filter.province {
        wanted = wanted.filter(ProvinsiId.is_in(provinces.iter().copied()));
    }
    wanted
}

/// A page of the invitations the actor may know of, the newest first.
///
/// # Errors
/// The database's.
pub async fn invitations(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &InvitationFilter,
    window: &Window<Uuid>,
) -> Result<Page<event_invitation::Model>, Error> {
    let wanted = invitations_filtered(actor, filter);
    newest_first(connection, wanted, event_invitation::Column::Id, window).await
}

/// How many there are.
///
/// # Errors
/// The database's.
pub async fn count_invitations(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &InvitationFilter,
) -> Result<u64, Error> {
    Ok(invitations_filtered(actor, filter).count(connection).await?)
}

/// The invitations to events the caller may read all the attendance of, or has been shown, in the order they were made.
///
/// # Errors
/// The database's.
pub async fn invitations_of(
    connection: &impl ConnectionTrait,
    events: &[Uuid],
) -> Result<Vec<event_invitation::Model>, Error> {
    Ok(event_invitation::Entity::find()
        .filter(event_invitation::Column::EventId.is_in(events.iter().copied()))
        .order_by(event_invitation::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// What the units invited to an event have answered, and how many people are expected.
#[derive(Clone, Debug, Default)]
pub struct Replies {
    pub units: HashMap<InvitationReply, i64>,
    pub delegates: u64,
}

/// What was answered to an event whose whole attendance the caller may read.
///
/// # Errors
/// The database's.
pub async fn replies(connection: &impl ConnectionTrait, event: Uuid) -> Result<Replies, Error> {
    let units: Vec<(InvitationReply, i64)> = event_invitation::Entity::find()
        .select_only()
        .column(event_invitation::Column::Status)
        .column_as(event_invitation::Column::Id.count(), "units")
        .filter(event_invitation::Column::EventId.eq(event))
        .group_by(event_invitation::Column::Status)
        .into_tuple()
        .all(connection)
        .await?;
    let delegates = event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.eq(event))
        .filter(event_delegate::Column::Standing.eq(DelegateStanding::Expected));
    Ok(Replies {
        units: units.into_iter().collect(),
        delegates: delegates.count(connection).await?,
    })
}

/// Which of these events the actor is invited to: by way of a unit within the own scope, or named in person.
///
/// # Errors
/// The database's.
pub async fn ties(connection: &impl ConnectionTrait, actor: &Actor, events: &[Uuid]) -> Result<Reached, Error> {
    let invited = event_invitation::Entity::find()
        .select_only()
        .column(event_invitation::Column::EventId)
        .column(event_invitation::Column::UnitId)
        .filter(event_invitation::Column::EventId.is_in(events.iter().copied()))
        .into_tuple::<(Uuid, Uuid)>()
        .all(connection)
        .await?;
    let named = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::Id.is_in(events.iter().copied()))
        .filter(event::Column::Id.in_subquery(named_in(actor.oneself())))
        .into_tuple::<Uuid>()
        .all(connection)
        .await?;
    let mut by_event: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
    for (event, unit) in invited {
        by_event.entry(event).or_default().insert(unit);
    }
    Ok(Reached {
        invited: by_event,
        named: named.into_iter().collect(),
    })
}

/// Whom events reach.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// The invited units by event.
    pub invited: HashMap<Uuid, HashSet<Uuid>>,
    /// The events in which the actor is named.
    pub named: HashSet<Uuid>,
}

/// Invitations nobody has answered that are to be answered within a span, and that were not reminded of; with their events. For
/// nobody's eyes.
///
/// # Errors
/// The database's.
pub(super) async fn replies_due(
    connection: &impl ConnectionTrait,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    events: u64,
) -> Result<Vec<(event_invitation::Model, event::Model)>, Error> {
    let waiting = event_invitation::Entity::find()
        .select_only()
        .column(event_invitation::Column::EventId)
        .filter(event_invitation::Column::Status.eq(InvitationReply::Invited))
        .filter(event_invitation::Column::RemindedAt.is_null());
    let due = event::Entity::find()
        .filter(event::Column::Status.eq(EventStatus::Published))
        .filter(event::Column::ReplyBy.gt(from))
        .filter(event::Column::ReplyBy.lte(to))
        .filter(event::Column::Id.in_subquery(waiting.into_query()))
        .order_by(event::Column::Id, Order::Asc)
        .limit(events);
    let due: HashMap<Uuid, event::Model> = due
        .all(connection)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let invitations = invitations_of(connection, &due.keys().copied().collect::<Vec<_>>()).await?;
    let waiting = invitations
        .into_iter()
        .filter(|invitation| invitation.status == InvitationReply::Invited && invitation.reminded_at.is_none());
    Ok(waiting
        .filter_map(|invitation| Some((invitation.clone(), due.get(&invitation.event_id)?.clone())))
        .collect())
}

/// Events that begin within a span and of which nobody was reminded. For nobody's eyes.
///
/// # Errors
/// The database's.
pub(super) async fn starting(
    connection: &impl ConnectionTrait,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    most: u64,
) -> Result<Vec<event::Model>, Error> {
    Ok(event::Entity::find()
        .filter(event::Column::Status.is_in([EventStatus::Published, EventStatus::RegistrationClosed]))
        .filter(event::Column::StartsAt.gt(from))
        .filter(event::Column::StartsAt.lte(to))
        .filter(event::Column::RemindedAt.is_null())
        .order_by(event::Column::Id, Order::Asc)
        .limit(most)
        .all(connection)
        .await?)
}

/// The sessions of events the caller has been shown, in their order.
///
/// # Errors
/// The database's.
pub async fn sessions(connection: &impl ConnectionTrait, events: &[Uuid]) -> Result<Vec<event_session::Model>, Error> {
    Ok(event_session::Entity::find()
        .filter(event_session::Column::EventId.is_in(events.iter().copied()))
        .order_by(event_session::Column::Position, Order::Asc)
        .all(connection)
        .await?)
}

/// Who opens, speaks and moderates at events the caller has been shown, in their order.
///
/// # Errors
/// The database's.
pub async fn speakers(connection: &impl ConnectionTrait, events: &[Uuid]) -> Result<Vec<event_speaker::Model>, Error> {
    Ok(event_speaker::Entity::find()
        .filter(event_speaker::Column::EventId.is_in(events.iter().copied()))
        .order_by(event_speaker::Column::Position, Order::Asc)
        .all(connection)
        .await?)
}

/// The materials of events the caller has been shown, in their order.
///
/// # Errors
/// The database's.
pub async fn materials(
    connection: &impl ConnectionTrait,
    events: &[Uuid],
) -> Result<Vec<event_material::Model>, Error> {
    Ok(event_material::Entity::find()
        .filter(event_material::Column::EventId.is_in(events.iter().copied()))
        .order_by(event_material::Column::Position, Order::Asc)
        .all(connection)
        .await?)
}

/// The waves of series the caller has been shown that the actor may know of, in their order.
///
/// # Errors
/// The database's.
pub async fn waves(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    series: &[Uuid],
) -> Result<Vec<event::Model>, Error> {
    Ok(event::Entity::find()
        .filter(event::Column::ParentId.is_in(series.iter().copied()))
        .filter(scope(actor))
        .order_by(event::Column::Wave, Order::Asc)
        .order_by(event::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// Who comes by invitations the caller has been shown, earliest named first.
///
/// # Errors
/// The database's.
pub async fn delegates_of_invitations(
    connection: &impl ConnectionTrait,
    invitations: &[Uuid],
) -> Result<Vec<event_delegate::Model>, Error> {
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::InvitationId.is_in(invitations.iter().copied()))
        .order_by(event_delegate::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// Everybody who is or was to come to an event whose whole attendance the caller may read, earliest named first.
///
/// # Errors
/// The database's.
pub async fn delegates_of_event(
    connection: &impl ConnectionTrait,
    event: Uuid,
) -> Result<Vec<event_delegate::Model>, Error> {
    Ok(event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.eq(event))
        .order_by(event_delegate::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// The acts on things the caller has been shown, each earliest first.
///
/// # Errors
/// The database's.
pub async fn acts(
    connection: &impl ConnectionTrait,
    about: &[Uuid],
) -> Result<HashMap<Uuid, Vec<event_act::Model>>, Error> {
    let found = event_act::Entity::find()
        .filter(event_act::Column::AboutId.is_in(about.iter().copied()))
        .order_by(event_act::Column::Id, Order::Asc);
    let mut by_thing: HashMap<Uuid, Vec<event_act::Model>> = HashMap::new();
    for act in found.all(connection).await? {
        by_thing.entry(act.about_id).or_default().push(act);
    }
    Ok(by_thing)
}
