//! Finds whom events and awards name without an account. No scope: ADMINs of RI answer a person's request for the whole country, and
//! read of events and of entries no more than what tells one person from another, and nothing of how an entry was judged.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module; it reads the rows of people who ask to be erased"
)]
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    administrative_act, award, award_edition, award_entry,
    enums::{ActKind, AwardRecipient, ProposalStatus},
    event, event_delegate, event_speaker, named_erasure, named_erasure_entry, proposal,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, Func, LikeExpr},
};
use uuid::Uuid;

use super::{MOST, Who};
use crate::{db::like_anywhere, error::Error};

/// Somebody an event or an entry names, with what tells one from another.
#[derive(Clone, Debug)]
pub struct Found {
    pub who: Who,
    /// None: erased.
    pub name: Option<String>,
    pub title: Option<String>,
    pub has_account: bool,
    /// For whom a delegate comes; whose person is entered, or who named an outsider.
    pub unit: Option<Uuid>,
    /// What the event or the edition of awards is called.
    pub event: String,
    /// Whose it is.
    pub host: Uuid,
    /// When the event begins, or the entry was made.
    pub starts_at: DateTime<Utc>,
}

/// The name has each of the words in it, capitals of ASCII or not: the databases know no others alike.
fn named<E: EntityTrait>(select: Select<E>, name: E::Column, search: &str) -> Select<E> {
    let folded = || Expr::expr(Func::lower(Expr::col((E::default(), name))));
    search
        .split_whitespace()
        .map(|word| LikeExpr::new(like_anywhere(&word.to_ascii_lowercase())).escape('\\'))
        .fold(select, |select, pattern| select.filter(folded().like(pattern)))
}

/// Whom events and entries name so, of each the newest first; one more than are told.
pub(super) async fn by_name(connection: &impl ConnectionTrait, search: &str) -> Result<Vec<Found>, Error> {
    let surplus = u64::try_from(MOST + 1).map_err(Error::internal)?;
    let delegates = event_delegate::Entity::find()
        .filter(event_delegate::Column::AccountId.is_null())
        .order_by(event_delegate::Column::Id, Order::Desc)
        .limit(surplus);
    let delegates = named(delegates, event_delegate::Column::Name, search);
    let speakers = event_speaker::Entity::find()
        .filter(event_speaker::Column::AccountId.is_null())
        .order_by(event_speaker::Column::Id, Order::Desc)
        .limit(surplus);
    let speakers = named(speakers, event_speaker::Column::Name, search);
    let (delegates, speakers) = (delegates.all(connection).await?, speakers.all(connection).await?);
    let mut found = with_events(connection, delegates, speakers).await?;
    let entries = award_entry::Entity::find()
        .order_by(award_entry::Column::Id, Order::Desc)
        .limit(surplus);
    let entries = named(entries, award_entry::Column::Name, search)
        .all(connection)
        .await?;
    found.extend(with_editions(connection, entries).await?);
    Ok(found)
}

/// Those of these who are there, whatever their order.
pub(super) async fn by_ids(connection: &impl ConnectionTrait, people: &[Who]) -> Result<Vec<Found>, Error> {
    let ids = |of: fn(Who) -> Option<Uuid>| people.iter().filter_map(move |who| of(*who));
    let delegates = event_delegate::Entity::find()
        .filter(event_delegate::Column::Id.is_in(ids(super::delegate)))
        .all(connection)
        .await?;
    let speakers = event_speaker::Entity::find()
        .filter(event_speaker::Column::Id.is_in(ids(super::speaker)))
        .all(connection)
        .await?;
    let mut found = with_events(connection, delegates, speakers).await?;
    let entries: Vec<Uuid> = ids(super::entrant).collect();
    if !entries.is_empty() {
        let entries = award_entry::Entity::find()
            .filter(award_entry::Column::Id.is_in(entries))
            // A unit is nobody's name.
            .filter(award_entry::Column::Recipient.ne(AwardRecipient::Unit));
        found.extend(with_editions(connection, entries.all(connection).await?).await?);
    }
    Ok(found)
}

async fn with_editions(
    connection: &impl ConnectionTrait,
    entries: Vec<award_entry::Model>,
) -> Result<Vec<Found>, Error> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let editions = award_edition::Entity::find()
        .filter(award_edition::Column::Id.is_in(entries.iter().map(|row| row.edition_id)))
        .all(connection)
        .await?;
    let editions: HashMap<Uuid, award_edition::Model> = editions.into_iter().map(|row| (row.id, row)).collect();
    let found = entries.into_iter().filter_map(|row| {
        let edition = editions.get(&row.edition_id)?;
        Some(Found {
            who: Who::Entrant(row.id),
            name: row.name,
            title: None,
            has_account: row.account_id.is_some(),
            unit: Some(row.unit_id),
            event: edition.title.clone(),
            host: edition.unit_id,
            starts_at: row.created_at,
        })
    });
    Ok(found.collect())
}

/// What these entries were honoured with.
pub(super) async fn awards_of(connection: &impl ConnectionTrait, entries: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    Ok(award::Entity::find()
        .select_only()
        .column(award::Column::Id)
        .filter(award::Column::EntryId.is_in(entries.iter().copied()))
        .order_by(award::Column::Id, Order::Asc)
        .into_tuple()
        .all(connection)
        .await?)
}

async fn with_events(
    connection: &impl ConnectionTrait,
    delegates: Vec<event_delegate::Model>,
    speakers: Vec<event_speaker::Model>,
) -> Result<Vec<Found>, Error> {
    let at = delegates.iter().map(|row| row.event_id);
    let at = at.chain(speakers.iter().map(|row| row.event_id));
    let events = event::Entity::find()
        .filter(event::Column::Id.is_in(at))
        .all(connection)
        .await?;
    let events: HashMap<Uuid, event::Model> = events.into_iter().map(|row| (row.id, row)).collect();
    let delegates = delegates.into_iter().filter_map(|row| {
        let event = events.get(&row.event_id)?;
        Some(Found {
            who: Who::Delegate(row.id),
            name: row.name,
            title: row.title,
            has_account: row.account_id.is_some(),
            unit: Some(row.unit_id),
            event: event.title.clone(),
            host: event.unit_id,
            starts_at: event.starts_at,
        })
    });
    let speakers = speakers.into_iter().filter_map(|row| {
        let event = events.get(&row.event_id)?;
        Some(Found {
            who: Who::Speaker(row.id),
            name: row.name,
            title: row.title,
            has_account: row.account_id.is_some(),
            unit: None,
            event: event.title.clone(),
            host: event.unit_id,
            starts_at: event.starts_at,
        })
    });
    Ok(delegates.chain(speakers).collect())
}

/// Whom proposals are about, in their order.
pub(super) async fn meant(connection: &impl ConnectionTrait, proposals: &[Uuid]) -> Result<Vec<(Uuid, Who)>, Error> {
    let rows = named_erasure::Entity::find()
        .filter(named_erasure::Column::ProposalId.is_in(proposals.iter().copied()))
        .all(connection)
        .await?;
    let who = |row: named_erasure::Model| {
        let who = row.delegate_id.map(Who::Delegate).or(row.speaker_id.map(Who::Speaker));
        Some((row.proposal_id, row.position, who?))
    };
    let mut meant: Vec<(Uuid, i32, Who)> = rows.into_iter().filter_map(who).collect();
    let entered = named_erasure_entry::Entity::find()
        .filter(named_erasure_entry::Column::ProposalId.is_in(proposals.iter().copied()))
        .all(connection)
        .await?;
    let who = |row: named_erasure_entry::Model| (row.proposal_id, row.position, Who::Entrant(row.entry_id));
    meant.extend(entered.into_iter().map(who));
    meant.sort_by_key(|(proposal, position, _who)| (*proposal, *position));
    let told = meant.into_iter();
    Ok(told.map(|(proposal, _position, who)| (proposal, who)).collect())
}

/// Whom proposals the caller has been shown are about, by proposal; those who are gone from a programme are not told.
///
/// # Errors
/// The database's.
pub async fn people_of(
    connection: &impl ConnectionTrait,
    proposals: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Found>>, Error> {
    let meant = meant(connection, proposals).await?;
    let people: Vec<Who> = meant.iter().map(|(_proposal, who)| *who).collect();
    let found = by_ids(connection, &people).await?;
    let found: HashMap<Who, Found> = found.into_iter().map(|found| (found.who, found)).collect();
    let mut of_each: HashMap<Uuid, Vec<Found>> = HashMap::new();
    for (proposal, who) in meant {
        of_each.entry(proposal).or_default().extend(found.get(&who).cloned());
    }
    Ok(of_each)
}

/// The proposals that are about any of these.
pub(super) fn proposals_on(people: &[Who]) -> Condition {
    let ids = |of: fn(Who) -> Option<Uuid>| people.iter().filter_map(move |who| of(*who));
    let at_events = named_erasure::Entity::find()
        .select_only()
        .column(named_erasure::Column::ProposalId)
        .filter(
            Condition::any()
                .add(named_erasure::Column::DelegateId.is_in(ids(super::delegate)))
                .add(named_erasure::Column::SpeakerId.is_in(ids(super::speaker))),
        );
    let entered = named_erasure_entry::Entity::find()
        .select_only()
        .column(named_erasure_entry::Column::ProposalId)
        .filter(named_erasure_entry::Column::EntryId.is_in(ids(super::entrant)));
    Condition::any()
        .add(proposal::Column::Id.in_subquery(at_events.into_query()))
        .add(proposal::Column::Id.in_subquery(entered.into_query()))
}

/// The acts by which proposals that are about any of these were rejected.
pub(super) async fn rejections_of(connection: &impl ConnectionTrait, people: &[Who]) -> Result<Vec<Uuid>, Error> {
    let proposals: Vec<Uuid> = proposal::Entity::find()
        .select_only()
        .column(proposal::Column::Id)
        .filter(proposal::Column::Status.eq(ProposalStatus::Rejected))
        .filter(proposals_on(people))
        .into_tuple()
        .all(connection)
        .await?;
    if proposals.is_empty() {
        return Ok(Vec::new());
    }
    let mut on_them = Condition::any();
    for id in proposals {
        let details = Expr::col(administrative_act::Column::Details).cast_as(Alias::new("text"));
        let told = LikeExpr::new(like_anywhere(&id.to_string())).escape('\\');
        on_them = on_them.add(details.like(told));
    }
    Ok(administrative_act::Entity::find()
        .select_only()
        .column(administrative_act::Column::Id)
        .filter(administrative_act::Column::Kind.eq(ActKind::NamedErasureRejected))
        .filter(on_them)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Keeps the editions these people are entered in as they are until the transaction ends.
pub(super) async fn hold_editions(connection: &impl ConnectionTrait, people: &[Who]) -> Result<(), Error> {
    let entries: Vec<Uuid> = people.iter().filter_map(|who| super::entrant(*who)).collect();
    if entries.is_empty() {
        return Ok(());
    }
    let entered = award_entry::Entity::find()
        .select_only()
        .column(award_entry::Column::EditionId)
        .filter(award_entry::Column::Id.is_in(entries));
    let mut editions = award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(award_edition::Column::Id.in_subquery(entered.into_query()))
        .order_by(award_edition::Column::Id, Order::Asc);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        editions = editions.lock_exclusive();
    }
    let _held: Vec<Uuid> = editions.into_tuple().all(connection).await?;
    Ok(())
}

/// Keeps the events of these people as they are until the transaction ends.
pub(super) async fn hold_events(connection: &impl ConnectionTrait, people: &[Who]) -> Result<(), Error> {
    let ids = |of: fn(Who) -> Option<Uuid>| people.iter().filter_map(move |who| of(*who));
    let of_delegates = event_delegate::Entity::find()
        .select_only()
        .column(event_delegate::Column::EventId)
        .filter(event_delegate::Column::Id.is_in(ids(super::delegate)));
    let of_speakers = event_speaker::Entity::find()
        .select_only()
        .column(event_speaker::Column::EventId)
        .filter(event_speaker::Column::Id.is_in(ids(super::speaker)));
    let mut events = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(
            Condition::any()
                .add(event::Column::Id.in_subquery(of_delegates.into_query()))
                .add(event::Column::Id.in_subquery(of_speakers.into_query())),
        )
        .order_by(event::Column::Id, Order::Asc);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        events = events.lock_exclusive();
    }
    let _held: Vec<Uuid> = events.into_tuple().all(connection).await?;
    Ok(())
}
