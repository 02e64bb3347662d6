//! The only door to the table of notices. What is read is read within [`Scope`]; what [`super::telling`] asks is asked for
//! nobody's eyes.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or serves the telling alone"
)]
use std::collections::{HashMap, HashSet};

use entity::{
    account, award, award_edition, award_entry, certificate, conflict, cycle,
    enums::{AwardEntryStatus, DelegateStanding, InvitationReply, ObligationStanding, ReviewSubjectType, Tier},
    event, event_delegate, notice, obligation, outbox_event, pulse, report, review_assignment, transition, unit_touch,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, prelude::Json,
};
use uuid::Uuid;

use super::{
    audience::{AwardReach, Delegate, Reach},
    kinds::{Kind, SubjectType},
};
use crate::{
    authz::{
        Decision,
        policy::{cycle::Action, identity},
    },
    award::query as award_query,
    db::newest_first,
    error::Error,
    event::query::{self as event_query, invitations_of, speakers},
    feed::query::last_number,
    identity::reach::knows,
    page::{Page, Window},
    report::{
        cycle::sight::{decision, is_visible},
        gathering,
        query::{follows, sees, sees_review},
    },
    review::{assignment::OVER, recommendation},
    session::Actor,
};

/// The pulse whose version is the number of the last event that was told.
pub const NOTICES_PULSE: &str = "notices";

/// The notices somebody may read now: the own, of what one may see at this moment. List, count and change ask by it alike.
#[derive(Clone)]
pub struct Scope(Condition);

impl Scope {
    /// The condition itself, for a write that repeats it.
    #[must_use]
    pub(super) fn condition(&self) -> Condition {
        self.0.clone()
    }
}

/// Finds the scope of an actor.
///
/// # Errors
/// The database's.
pub async fn scope(connection: &impl ConnectionTrait, actor: &Actor) -> Result<Scope, Error> {
    let told_of = notice::Entity::find()
        .select_only()
        .distinct()
        .column(notice::Column::SubjectId)
        .filter(notice::Column::AccountId.eq(actor.account))
        .filter(notice::Column::SubjectType.eq(SubjectType::Account.word()));
    let mut known: Vec<Uuid> = told_of.into_tuple().all(connection).await?;
    known.retain(|&account| knows(actor, account));
    let of_kinds = |subject: SubjectType, told: fn(Kind) -> bool| {
        let kinds = Kind::ALL
            .into_iter()
            .filter(move |kind| kind.subject() == subject && told(*kind));
        Condition::all()
            .add(notice::Column::SubjectType.eq(subject.word()))
            // Kinds this version does not know yet are for the next to tell.
            .add(notice::Column::Kind.is_in(kinds.map(Kind::event)))
    };
    let of_type = |subject| of_kinds(subject, |_any| true);
    let report = (notice::Entity, notice::Column::SubjectId);
    let of_reviews = of_kinds(SubjectType::Report, Kind::is_about_review).add(sees_review(actor, report));
    let of_findings = of_kinds(SubjectType::Report, Kind::is_followed).add(follows(actor, report));
    let of_the_rest = of_kinds(SubjectType::Report, |kind| {
        !kind.is_about_review() && !kind.is_followed()
    });
    let of_reports = of_the_rest.add(sees(actor, report));
    let of_people = of_type(SubjectType::Account).add(notice::Column::SubjectId.is_in(known));
    let rounds = its_rounds(connection, actor).await?;
    let of_rounds = of_type(SubjectType::Cycle).add(notice::Column::SubjectId.is_in(rounds.known.iter().copied()));
    let of_obligations = of_type(SubjectType::Obligation)
        .add(notice::Column::SubjectId.is_in(rounds.known))
        .add(notice::Column::UnitId.is_in(rounds.units));
    let of_gatherings = of_type(SubjectType::Handover).add(gathering::query::sees(
        actor,
        (notice::Entity, notice::Column::SubjectId),
    ));
    let of_recommendations = of_type(SubjectType::Recommendation).add(recommendation::query::sees(
        actor,
        (notice::Entity, notice::Column::SubjectId),
    ));
    let held = (notice::Entity, notice::Column::SubjectId);
    let of_whole_events = of_kinds(SubjectType::Event, Kind::is_about_whole_event).add(event_query::sees(actor, held));
    let of_their_units = of_kinds(SubjectType::Event, |kind| !kind.is_about_whole_event()).add(
        event_query::sees_of_unit(actor, held, (notice::Entity, notice::Column::UnitId)),
    );
    let edition = (notice::Entity, notice::Column::SubjectId);
    let of_editions = of_kinds(SubjectType::Award, Kind::is_about_whole_edition).add(award_query::sees(actor, edition));
    let of_jurors = of_kinds(SubjectType::Award, Kind::is_about_juror).add(award_query::judges_in(actor, edition));
    let of_entrants = of_kinds(SubjectType::Award, |kind| {
        !kind.is_about_whole_edition() && !kind.is_about_juror()
    });
    let of_entrants = of_entrants.add(award_query::sees_of_unit(
        actor,
        edition,
        (notice::Entity, notice::Column::UnitId),
    ));
    // Units are open to everybody.
    let mut seen = Condition::any()
        .add(of_reports)
        .add(of_reviews)
        .add(of_findings)
        .add(of_people)
        .add(of_rounds)
        .add(of_obligations)
        .add(of_gatherings)
        .add(of_recommendations)
        .add(of_whole_events)
        .add(of_their_units)
        .add(of_editions)
        .add(of_jurors)
        .add(of_entrants)
        .add(of_type(SubjectType::Unit));
    if decides_on_erasures(actor) {
        // Also of who holds no seat any more, and so is in nobody's reach: then no name is told.
        seen = seen.add(notice::Column::Kind.eq(Kind::ErasureProposed.event()));
    }
    let own = Condition::all().add(notice::Column::AccountId.eq(actor.account));
    Ok(Scope(own.add(seen)))
}

/// Of the rounds somebody was told of: those that person may know of now, and the units whose obligations may be read.
struct Rounds {
    known: Vec<Uuid>,
    units: Vec<Uuid>,
}

async fn its_rounds(connection: &impl ConnectionTrait, actor: &Actor) -> Result<Rounds, Error> {
    let types = [SubjectType::Cycle, SubjectType::Obligation].map(SubjectType::word);
    let told_of: Vec<(Uuid, Uuid)> = notice::Entity::find()
        .select_only()
        .distinct()
        .column(notice::Column::SubjectId)
        .column(notice::Column::UnitId)
        .filter(notice::Column::AccountId.eq(actor.account))
        .filter(notice::Column::SubjectType.is_in(types))
        .into_tuple()
        .all(connection)
        .await?;
    let owners: Vec<(Uuid, Uuid)> = cycle::Entity::find()
        .select_only()
        .column(cycle::Column::Id)
        .column(cycle::Column::OwnerId)
        .filter(cycle::Column::Id.is_in(told_of.iter().map(|(cycle, _unit)| *cycle)))
        .into_tuple()
        .all(connection)
        .await?;
    let known = owners.into_iter().filter(|(_cycle, owner)| is_visible(actor, *owner));
    let mut units: Vec<Uuid> = told_of.into_iter().map(|(_cycle, unit)| unit).collect();
    units.sort_unstable();
    units.dedup();
    units.retain(|unit| {
        let mut seats = actor.seats.iter();
        seats.any(|seat| decision(actor, seat, Action::ReadLedger, *unit) == Decision::Allowed)
    });
    Ok(Rounds {
        known: known.map(|(cycle, _owner)| cycle).collect(),
        units,
    })
}

fn decides_on_erasures(actor: &Actor) -> bool {
    let root = actor.directory.tree.root().id;
    actor.seats.iter().any(|seat| {
        let standing = actor.standing(seat, root);
        let decision = identity::decide(seat.function, identity::Action::ErasePerson, standing, Tier::Ri);
        decision == Decision::Allowed
    })
}

/// Which notices are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only those read, or only those not read yet.
    pub unread: Option<bool>,
}

fn filtered(scope: &Scope, filter: Filter) -> Select<notice::Entity> {
    let wanted = notice::Entity::find().filter(scope.condition());
    match filter.unread {
        Some(true) => wanted.filter(notice::Column::ReadAt.is_null()),
        Some(false) => wanted.filter(notice::Column::ReadAt.is_not_null()),
        None => wanted,
    }
}

/// A page, newest first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: Filter,
    window: &Window<Uuid>,
) -> Result<Page<notice::Model>, Error> {
    newest_first(connection, filtered(scope, filter), notice::Column::Id, window).await
}

/// How many there are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, scope: &Scope, filter: Filter) -> Result<u64, Error> {
    Ok(filtered(scope, filter).count(connection).await?)
}

/// Those among these ids that are in scope, whatever their order. Absent, foreign and hidden ones are missing alike.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<Vec<notice::Model>, Error> {
    Ok(filtered(scope, Filter::default())
        .filter(notice::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?)
}

/// Whether somebody wants copies by e-mail.
///
/// # Errors
/// The database's.
pub async fn wants_copies(connection: &impl ConnectionTrait, account: Uuid) -> Result<bool, Error> {
    let account = account::Entity::find_by_id(account).one(connection).await?;
    Ok(account.is_some_and(|account| account.email_copies))
}

/// The number of the last event that was told.
pub(super) async fn told_up_to(connection: &impl ConnectionTrait) -> Result<i64, Error> {
    let pulse = pulse::Entity::find_by_id(NOTICES_PULSE).one(connection).await?;
    let missing = || Error::internal("the pulse of notices is missing");
    pulse.map(|pulse| pulse.version).ok_or_else(missing)
}

/// Whether there are numbered events nobody was told of yet.
pub(super) async fn has_untold(connection: &impl ConnectionTrait) -> Result<bool, Error> {
    Ok(told_up_to(connection).await? < last_number(connection).await?)
}

/// The events numbered after this one, in order.
pub(super) async fn events_after(
    connection: &impl ConnectionTrait,
    number: i64,
    most: u64,
) -> Result<Vec<outbox_event::Model>, Error> {
    Ok(outbox_event::Entity::find()
        .filter(outbox_event::Column::Sequence.gt(number))
        .order_by(outbox_event::Column::Sequence, Order::Asc)
        .limit(most)
        .all(connection)
        .await?)
}

/// An event that somebody was told of.
pub(super) async fn event_of(
    connection: &impl ConnectionTrait,
    notice: &notice::Model,
) -> Result<Option<outbox_event::Model>, Error> {
    Ok(outbox_event::Entity::find_by_id(notice.event_id)
        .one(connection)
        .await?)
}

/// What events say, by event. For notices the caller has already been shown.
///
/// # Errors
/// The database's.
pub async fn payloads(connection: &impl ConnectionTrait, events: &[Uuid]) -> Result<HashMap<Uuid, Json>, Error> {
    let said: Vec<(Uuid, Json)> = outbox_event::Entity::find()
        .select_only()
        .column(outbox_event::Column::Id)
        .column(outbox_event::Column::Payload)
        .filter(outbox_event::Column::Id.is_in(events.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(said.into_iter().collect())
}

/// Reports by id.
pub(super) async fn reports(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, report::Model>, Error> {
    let found = report::Entity::find().filter(report::Column::Id.is_in(ids.iter().copied()));
    let found = found.all(connection).await?.into_iter();
    Ok(found.map(|report| (report.id, report)).collect())
}

/// Who took the steps of these reports, by report and version.
pub(super) async fn steps(
    connection: &impl ConnectionTrait,
    reports: &[Uuid],
) -> Result<HashMap<(Uuid, i32), Uuid>, Error> {
    let steps: Vec<(Uuid, i32, Uuid)> = transition::Entity::find()
        .select_only()
        .column(transition::Column::ReportId)
        .column(transition::Column::Version)
        .column(transition::Column::AccountId)
        .filter(transition::Column::ReportId.is_in(reports.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let steps = steps.into_iter();
    Ok(steps.map(|(report, version, by)| ((report, version), by)).collect())
}

/// The seats and experts that review these reports, by report.
pub(super) async fn reviewers(
    connection: &impl ConnectionTrait,
    reports: &[Uuid],
) -> Result<HashMap<Uuid, Vec<(Uuid, Uuid)>>, Error> {
    let mut by_report: HashMap<Uuid, Vec<(Uuid, Uuid)>> = HashMap::new();
    if reports.is_empty() {
        return Ok(by_report);
    }
    let found: Vec<(Uuid, Uuid, Uuid)> = review_assignment::Entity::find()
        .select_only()
        .column(review_assignment::Column::SubjectId)
        .column(review_assignment::Column::SeatId)
        .column(review_assignment::Column::AccountId)
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::Report))
        .filter(review_assignment::Column::SubjectId.is_in(reports.iter().copied()))
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .into_tuple()
        .all(connection)
        .await?;
    for (report, seat, account) in found {
        by_report.entry(report).or_default().push((seat, account));
    }
    Ok(by_report)
}

/// Who left a seat of each of these units through these changes, by change and unit.
pub(super) async fn leavers(
    connection: &impl ConnectionTrait,
    changes: &[Uuid],
    units: &[Uuid],
) -> Result<HashMap<(Uuid, Uuid), Vec<Uuid>>, Error> {
    let touches = unit_touch::Entity::find()
        .filter(unit_touch::Column::ChangeId.is_in(changes.iter().copied()))
        .filter(unit_touch::Column::UnitId.is_in(units.iter().copied()));
    let touches = touches.all(connection).await?.into_iter();
    let left = |touch: unit_touch::Model| {
        let holders = touch.details.holders_ended.iter().map(|ended| ended.account);
        ((touch.change_id, touch.unit_id), holders.collect())
    };
    Ok(touches.map(left).collect())
}

/// A unit that a round asks, with those above it by the tree of the period.
pub(super) struct Asked {
    pub unit: Uuid,
    provinsi: Option<Uuid>,
    kabupaten_kota: Option<Uuid>,
}

impl Asked {
    pub(super) fn is_beneath(&self, unit: Uuid) -> bool {
        self.unit != unit && [self.provinsi, self.kabupaten_kota].contains(&Some(unit))
    }
}

/// Whom these rounds ask.
pub(super) async fn asked(
    connection: &impl ConnectionTrait,
    cycles: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Asked>>, Error> {
    let rows: Vec<(Uuid, Uuid, Option<Uuid>, Option<Uuid>)> = obligation::Entity::find()
        .select_only()
        .column(obligation::Column::CycleId)
        .column(obligation::Column::UnitId)
        .column(obligation::Column::ProvinsiId)
        .column(obligation::Column::KabupatenKotaId)
        .filter(obligation::Column::CycleId.is_in(cycles.iter().copied()))
        .filter(obligation::Column::Standing.eq(ObligationStanding::Expected))
        .into_tuple()
        .all(connection)
        .await?;
    let mut asked: HashMap<Uuid, Vec<Asked>> = HashMap::new();
    for (cycle, unit, provinsi, kabupaten_kota) in rows {
        asked.entry(cycle).or_default().push(Asked {
            unit,
            provinsi,
            kabupaten_kota,
        });
    }
    Ok(asked)
}

/// These events that are held, with whom each reaches.
pub(super) async fn held(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (event::Model, Reach)>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = event::Entity::find().filter(event::Column::Id.is_in(ids.iter().copied()));
    let mut reached: HashMap<Uuid, Reach> = HashMap::new();
    for invitation in invitations_of(connection, ids).await? {
        let reach = reached.entry(invitation.event_id).or_default();
        if invitation.status == InvitationReply::Invited {
            reach.silent.push(invitation.unit_id);
        }
        if invitation.status != InvitationReply::Declined {
            reach.invited.push(invitation.unit_id);
        }
    }
    for speaker in speakers(connection, ids).await? {
        let reach = reached.entry(speaker.event_id).or_default();
        reach.speakers.extend(speaker.account_id);
    }
    let delegates = event_delegate::Entity::find()
        .filter(event_delegate::Column::EventId.is_in(ids.iter().copied()))
        .filter(event_delegate::Column::AccountId.is_not_null());
    let delegates = delegates.all(connection).await?;
    let certified: Vec<Uuid> = certificate::Entity::find()
        .select_only()
        .column(certificate::Column::SubjectId)
        .filter(certificate::Column::SubjectId.is_in(delegates.iter().map(|delegate| delegate.id)))
        .into_tuple()
        .all(connection)
        .await?;
    for delegate in delegates {
        let Some(account) = delegate.account_id else { continue };
        let reach = reached.entry(delegate.event_id).or_default();
        reach.delegates.push(Delegate {
            id: delegate.id,
            unit: delegate.unit_id,
            account,
            expected: delegate.standing == DelegateStanding::Expected,
            certified: certified.contains(&delegate.id),
        });
    }
    let told = rows.all(connection).await?.into_iter().map(|row| {
        let mut reach = reached.remove(&row.id).unwrap_or_default();
        reach.host = Some(row.unit_id);
        (row.id, (row, reach))
    });
    Ok(told.collect())
}

/// These editions of awards, with whom each reaches.
pub(super) async fn editions(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (award_edition::Model, AwardReach)>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut reached: HashMap<Uuid, AwardReach> = HashMap::new();
    for category in award_query::categories(connection, ids).await? {
        let tiers = &mut reached.entry(category.edition_id).or_default().tiers;
        if !tiers.contains(&category.tier) {
            tiers.push(category.tier);
        }
    }
    let entries = award_entry::Entity::find()
        .filter(award_entry::Column::EditionId.is_in(ids.iter().copied()))
        .filter(award_entry::Column::SubmittedAt.is_not_null())
        .filter(award_entry::Column::Status.ne(AwardEntryStatus::Withdrawn));
    for entry in entries.all(connection).await? {
        let reach = reached.entry(entry.edition_id).or_default();
        reach.entrants.push(entry.unit_id);
        reach.entered.extend(entry.account_id);
    }
    let awards = award::Entity::find().filter(award::Column::EditionId.is_in(ids.iter().copied()));
    for honoured in awards.all(connection).await? {
        let (units, people) = &mut reached.entry(honoured.edition_id).or_default().honoured;
        units.push(honoured.unit_id);
        people.extend(honoured.account_id);
    }
    let rows = award_edition::Entity::find().filter(award_edition::Column::Id.is_in(ids.iter().copied()));
    let told = rows.all(connection).await?.into_iter().map(|row| {
        let mut reach = reached.remove(&row.id).unwrap_or_default();
        reach.issuer = Some(row.unit_id);
        (row.id, (row, reach))
    });
    Ok(told.collect())
}

/// Whom something of an edition of awards concerns beside its unit.
#[derive(Clone, Copy, Default)]
pub(super) struct Awarded {
    /// Who entered it, of an entry.
    pub nominator: Option<Uuid>,
    /// The juror who scores, or the person who was honoured.
    pub person: Option<Uuid>,
}

/// Whom these entries, scorings and awards concern.
pub(super) async fn awarded(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Awarded>, Error> {
    let mut found: HashMap<Uuid, Awarded> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let entries = award_entry::Entity::find().filter(award_entry::Column::Id.is_in(ids.iter().copied()));
    for entry in entries.all(connection).await? {
        found.entry(entry.id).or_default().nominator = Some(entry.nominator_id);
    }
    let scorings = review_assignment::Entity::find()
        .filter(review_assignment::Column::Id.is_in(ids.iter().copied()))
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::AwardCandidate));
    for scoring in scorings.all(connection).await? {
        found.entry(scoring.id).or_default().person = Some(scoring.account_id);
    }
    let awards = award::Entity::find().filter(award::Column::Id.is_in(ids.iter().copied()));
    for honoured in awards.all(connection).await? {
        found.entry(honoured.id).or_default().person = honoured.account_id;
    }
    Ok(found)
}

/// Which of these events somebody was told of already, and who.
pub(super) async fn told_already(
    connection: &impl ConnectionTrait,
    events: &[Uuid],
) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    let told: Vec<(Uuid, Uuid)> = notice::Entity::find()
        .select_only()
        .column(notice::Column::EventId)
        .column(notice::Column::AccountId)
        .filter(notice::Column::EventId.is_in(events.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(told.into_iter().collect())
}

/// Everything that was said of conflicts of interest and not lifted.
pub(super) async fn conflicts(connection: &impl ConnectionTrait) -> Result<Vec<conflict::Model>, Error> {
    Ok(conflict::Entity::find()
        .filter(conflict::Column::LiftedAt.is_null())
        .all(connection)
        .await?)
}

/// Accounts by id.
pub(super) async fn accounts(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, account::Model>, Error> {
    let found = account::Entity::find().filter(account::Column::Id.is_in(ids.iter().copied()));
    let found = found.all(connection).await?.into_iter();
    Ok(found.map(|account| (account.id, account)).collect())
}
