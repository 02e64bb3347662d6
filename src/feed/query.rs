//! Reads of the outbox. What is shown is read within the scope of `visible_to`.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or serves the sequencer alone"
)]
use entity::{
    enums::{RubricStatus, Tier},
    outbox_event, pulse,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::SimpleExpr,
};
use uuid::Uuid;

use super::{
    FEED_PULSE,
    kinds::{Kind, Subject},
};
use crate::{
    award::query as awards,
    error::Error,
    event::query as events,
    report::{
        cycle::sight::is_visible,
        query::{follows, sees},
        template::availability::sees_published,
    },
    review::rubric::availability::sees as sees_rubric,
    session::Actor,
};

/// How many events one page looks through, shown ones and others: it bounds what a page costs to who sees little of all
/// that happens.
pub const LOOKED_THROUGH: i64 = 2_000;

/// A stretch of the feed.
pub struct Stretch {
    /// In the order in which they were numbered.
    pub events: Vec<outbox_event::Model>,
    /// The last event that was looked at, shown or not, from which the next stretch goes on; None before the first event.
    pub end: Option<Uuid>,
    /// Whether anything comes after that, shown or not.
    pub has_next: bool,
}

/// The events an actor is shown at this moment: of reports those that the actor may read now, of templates, rubrics
/// and rounds those of units whose templates, rubrics and rounds the actor may know of, of events and editions of awards what
/// the actor may know of them and of the units there, of units and regions all.
fn visible_to(actor: &Actor) -> Condition {
    let of = |shown: fn(Kind) -> bool| {
        let kinds = Kind::ALL.into_iter().filter(move |kind| shown(*kind));
        outbox_event::Column::Kind.is_in(kinds.map(Kind::event))
    };
    let of_subject = |subject: Subject| {
        let kinds = Kind::ALL.into_iter().filter(move |kind| kind.subject() == subject);
        outbox_event::Column::Kind.is_in(kinds.map(Kind::event))
    };
    let is_open = |kind: Kind| match kind.subject() {
        Subject::Report
        | Subject::Template
        | Subject::Rubric
        | Subject::Cycle
        | Subject::Event
        | Subject::UnitAtEvent
        | Subject::AwardEdition
        | Subject::UnitInEdition => false,
        Subject::Unit | Subject::Regions => true,
    };
    let its_report = (outbox_event::Entity, outbox_event::Column::SubjectId);
    let of_reports = Condition::all()
        .add(of(|kind| kind.subject() == Subject::Report && !kind.is_followed()))
        .add(sees(actor, its_report));
    let of_reviews = Condition::all()
        .add(of(Kind::is_followed))
        .add(follows(actor, its_report));
    let of_templates = Condition::all()
        .add(of_subject(Subject::Template))
        .add(by_one_of(actor, |unit| sees_published(actor, unit)));
    let of_rubrics = Condition::all()
        .add(of_subject(Subject::Rubric))
        .add(by_one_of(actor, |unit| {
            sees_rubric(actor, unit, RubricStatus::Published)
        }));
    let of_cycles = Condition::all()
        .add(of_subject(Subject::Cycle))
        .add(by_one_of(actor, |unit| is_visible(actor, unit)));
    let held = (outbox_event::Entity, outbox_event::Column::SubjectId);
    let of_events = Condition::all()
        .add(of_subject(Subject::Event))
        .add(events::sees(actor, held));
    let of_units_there = Condition::all()
        .add(of_subject(Subject::UnitAtEvent))
        .add(events::sees_of_unit(
            actor,
            held,
            (outbox_event::Entity, outbox_event::Column::UnitId),
        ));
    let of_editions = Condition::all()
        .add(of_subject(Subject::AwardEdition))
        .add(awards::sees(actor, held));
    let of_entrants = Condition::all()
        .add(of_subject(Subject::UnitInEdition))
        .add(awards::sees_of_unit(
            actor,
            held,
            (outbox_event::Entity, outbox_event::Column::UnitId),
        ));
    Condition::any()
        .add(of(is_open))
        .add(of_editions)
        .add(of_entrants)
        .add(of_events)
        .add(of_units_there)
        .add(of_reports)
        .add(of_reviews)
        .add(of_templates)
        .add(of_rubrics)
        .add(of_cycles)
}

/// What was done by units in the actor's line: a unit that passes a round on is shown to fewer than its owner is.
fn by_one_of(actor: &Actor, sees: impl Fn(Uuid) -> bool) -> SimpleExpr {
    let units = actor.directory.tree.all().iter();
    // Nobody is beneath a kecamatan, so that it asks for nothing.
    let asking = units.filter(|unit| unit.tier != Tier::Kecamatan).map(|unit| unit.id);
    outbox_event::Column::UnitId.is_in(asking.filter(|unit| sees(*unit)))
}

fn shown(actor: &Actor) -> Select<outbox_event::Entity> {
    outbox_event::Entity::find().filter(visible_to(actor))
}

/// What comes after an event. Numbers are dense, so that a stretch of them is that many events, and everything up to the
/// last number given is there to be read.
///
/// # Errors
/// `BadInput` for an event that is not in the feed, as after a backup was restored; the database's.
pub async fn after(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    after: Option<Uuid>,
    first: usize,
) -> Result<Stretch, Error> {
    let start = match after {
        Some(event) => number_of(connection, event).await?.ok_or_else(gone)?,
        None => 0,
    };
    let last = last_number(connection).await?;
    let bound = last.min(start.saturating_add(LOOKED_THROUGH));
    let surplus = u64::try_from(first + 1).map_err(Error::internal)?;
    let mut events = shown(actor)
        .filter(outbox_event::Column::Sequence.gt(start))
        .filter(outbox_event::Column::Sequence.lte(bound))
        .order_by(outbox_event::Column::Sequence, Order::Asc)
        .limit(surplus)
        .all(connection)
        .await?;
    if events.len() > first {
        events.truncate(first);
        let end = events.last().map(|event| event.id).or(after);
        return Ok(Stretch {
            events,
            end,
            has_next: true,
        });
    }
    let end = if bound > start {
        at_number(connection, bound).await?
    } else {
        after
    };
    Ok(Stretch {
        events,
        end,
        has_next: bound < last,
    })
}

fn gone() -> Error {
    Error::bad_input(
        "Kursor ini tidak menunjuk peristiwa mana pun; mulailah lagi dari awal.",
        "This cursor points to no event; begin again from the start.",
    )
}

/// Those among these events that the actor is shown, whatever their order.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<outbox_event::Model>, Error> {
    Ok(shown(actor)
        .filter(outbox_event::Column::Id.is_in(ids.iter().copied()))
        .filter(outbox_event::Column::Sequence.is_not_null())
        .all(connection)
        .await?)
}

async fn number_of(connection: &impl ConnectionTrait, event: Uuid) -> Result<Option<i64>, Error> {
    let number: Option<Option<i64>> = outbox_event::Entity::find_by_id(event)
        .select_only()
        .column(outbox_event::Column::Sequence)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(number.flatten())
}

async fn at_number(connection: &impl ConnectionTrait, number: i64) -> Result<Option<Uuid>, Error> {
    Ok(outbox_event::Entity::find()
        .select_only()
        .column(outbox_event::Column::Id)
        .filter(outbox_event::Column::Sequence.eq(number))
        .into_tuple()
        .one(connection)
        .await?)
}

/// The number of the last event there is.
///
/// # Errors
/// The database's.
pub async fn last_number(connection: &impl ConnectionTrait) -> Result<i64, Error> {
    let pulse = pulse::Entity::find_by_id(FEED_PULSE).one(connection).await?;
    let missing = || Error::internal("the pulse of the feed is missing");
    pulse.map(|pulse| pulse.version).ok_or_else(missing)
}

/// Whether an event waits for its number.
pub(super) async fn has_unnumbered(connection: &impl ConnectionTrait) -> Result<bool, Error> {
    let first: Option<Uuid> = outbox_event::Entity::find()
        .select_only()
        .column(outbox_event::Column::Id)
        .filter(outbox_event::Column::Sequence.is_null())
        .into_tuple()
        .one(connection)
        .await?;
    Ok(first.is_some())
}

/// Where the numbers given are not all there, a sentence each.
///
/// # Errors
/// The database's.
pub async fn faults(connection: &impl ConnectionTrait) -> Result<Vec<String>, Error> {
    let given = last_number(connection).await?;
    let numbered = outbox_event::Entity::find().filter(outbox_event::Column::Sequence.is_not_null());
    let numbered = numbered.count(connection).await?;
    let greatest: Option<Option<i64>> = outbox_event::Entity::find()
        .select_only()
        .column_as(outbox_event::Column::Sequence.max(), "greatest")
        .into_tuple()
        .one(connection)
        .await?;
    let greatest = greatest.flatten().unwrap_or(0);
    // Every number is there once, by its key; so that many of them up to the last are all of them.
    let is_dense = greatest == given && i64::try_from(numbered).is_ok_and(|numbered| numbered == given);
    let fault = || format!("{numbered} events are numbered, up to {greatest}, and {given} numbers were given");
    Ok(if is_dense { Vec::new() } else { vec![fault()] })
}
