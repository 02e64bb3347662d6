//! The only door to juries, their jurors and what they judge. A jury is read by its unit, by the issuer and by its jurors; what one
//! juror makes of one candidate by that juror alone, while there is no conflict of interest.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, or follows one that did"
)]
use std::collections::HashMap;

use entity::{
    award_candidate, award_category, award_edition, award_entry, award_juror, award_panel, award_revision,
    enums::{AssignmentState, AwardEditionStatus, AwardEntryStatus, AwardPanelStatus, AwardRound, ReviewSubjectType},
    review_assignment, score_draft, score_sheet,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, Iterable, JoinType, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{bars::Bars, sight::is_before};
use crate::{
    award::query::{panels_of, sees},
    db::{newest_first, newest_of_each},
    error::Error,
    page::{Page, Window},
    review::{
        assignment::{OVER, is_live},
        query::conflicts_in_force,
    },
    session::Actor,
};

/// The scope of juries, as said of the row. It says in SQL what `authz::policy::award` says of `PanelAction::Read`.
fn scope(actor: &Actor) -> Condition {
    let units = || actor.content_seats().map(|seat| seat.unit);
    let issued = award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(award_edition::Column::UnitId.is_in(units()))
        .into_query();
    let tied = Condition::any()
        .add(award_panel::Column::UnitId.is_in(units()))
        .add(award_panel::Column::EditionId.in_subquery(issued))
        .add(award_panel::Column::Id.in_subquery(panels_of(actor)));
    let edition = (award_panel::Entity, award_panel::Column::EditionId);
    Condition::all().add(tied).add(sees(actor, edition))
}

/// Which juries are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub edition: Option<Vec<Uuid>>,
    pub category: Option<Vec<Uuid>>,
    pub unit: Option<Vec<Uuid>>,
    pub round: Option<AwardRound>,
    pub status: Option<AwardPanelStatus>,
}

fn filtered(actor: &Actor, filter: &Filter) -> Select<award_panel::Entity> {
    let mut wanted = award_panel::Entity::find().filter(scope(actor));
    let named = [
        (award_panel::Column::EditionId, &filter.edition),
        (award_panel::Column::CategoryId, &filter.category),
        (award_panel::Column::UnitId, &filter.unit),
    ];
    for (column, ids) in named {
        if let Some(ids) = ids {
            wanted = wanted.filter(column.is_in(ids.iter().copied()));
        }
    }
    if let Some(round) = filter.round {
        wanted = wanted.filter(award_panel::Column::Round.eq(round));
    }
    if let Some(status) = filter.status {
        wanted = wanted.filter(award_panel::Column::Status.eq(status));
    }
    wanted
}

/// A page of the juries the actor may know of, those opened last first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    window: &Window<Uuid>,
) -> Result<Page<award_panel::Model>, Error> {
    newest_first(connection, filtered(actor, filter), award_panel::Column::Id, window).await
}

/// How many they are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64, Error> {
    Ok(filtered(actor, filter).count(connection).await?)
}

/// The juries among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<award_panel::Model>, Error> {
    Ok(award_panel::Entity::find()
        .filter(award_panel::Column::Id.is_in(ids.iter().copied()))
        .filter(scope(actor))
        .all(connection)
        .await?)
}

/// One that was shown, as a command is decided on it: nobody changes it until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn held(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<award_panel::Model>, Error> {
    let mut wanted = award_panel::Entity::find_by_id(id);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// As [`held`], by a juror: many at a time.
///
/// # Errors
/// The database's.
pub async fn shared(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<award_panel::Model>, Error> {
    let mut wanted = award_panel::Entity::find_by_id(id);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_shared();
    }
    Ok(wanted.one(connection).await?)
}

/// The juries of an edition that is held.
///
/// # Errors
/// The database's.
pub async fn of_edition(connection: &impl ConnectionTrait, edition: Uuid) -> Result<Vec<award_panel::Model>, Error> {
    Ok(award_panel::Entity::find()
        .filter(award_panel::Column::EditionId.eq(edition))
        .order_by(award_panel::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// The category of a jury that was shown.
///
/// # Errors
/// The database's.
pub async fn category(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<award_category::Model>, Error> {
    Ok(award_category::Entity::find_by_id(id).one(connection).await?)
}

/// The entries of an edition that is held, of one status.
///
/// # Errors
/// The database's.
pub async fn entries_in(
    connection: &impl ConnectionTrait,
    edition: Uuid,
    status: AwardEntryStatus,
) -> Result<Vec<award_entry::Model>, Error> {
    Ok(award_entry::Entity::find()
        .filter(award_entry::Column::EditionId.eq(edition))
        .filter(award_entry::Column::Status.eq(status))
        .order_by(award_entry::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// How many entries of an edition that is held wait for somebody to verify them, or to submit them again.
///
/// # Errors
/// The database's.
pub async fn waiting(connection: &impl ConnectionTrait, edition: Uuid) -> Result<u64, Error> {
    let waiting = [AwardEntryStatus::Submitted, AwardEntryStatus::Returned];
    Ok(award_entry::Entity::find()
        .filter(award_entry::Column::EditionId.eq(edition))
        .filter(award_entry::Column::Status.is_in(waiting))
        .count(connection)
        .await?)
}

/// What stood before the juries of an edition that is held.
///
/// # Errors
/// The database's.
pub async fn candidates_of_edition(
    connection: &impl ConnectionTrait,
    edition: Uuid,
) -> Result<Vec<award_candidate::Model>, Error> {
    let panels = award_panel::Entity::find()
        .select_only()
        .column(award_panel::Column::Id)
        .filter(award_panel::Column::EditionId.eq(edition))
        .into_query();
    Ok(award_candidate::Entity::find()
        .filter(award_candidate::Column::PanelId.in_subquery(panels))
        .all(connection)
        .await?)
}

/// The jurors of juries that were shown, in the order they were appointed.
///
/// # Errors
/// The database's.
pub async fn jurors(connection: &impl ConnectionTrait, panels: &[Uuid]) -> Result<Vec<award_juror::Model>, Error> {
    Ok(award_juror::Entity::find()
        .filter(award_juror::Column::PanelId.is_in(panels.iter().copied()))
        .filter(award_juror::Column::RemovedAt.is_null())
        .order_by(award_juror::Column::Id, Order::Asc)
        .all(connection)
        .await?)
}

/// Everybody who ever was a juror of a jury that is held.
///
/// # Errors
/// The database's.
pub async fn jurors_ever(connection: &impl ConnectionTrait, panel: Uuid) -> Result<Vec<Uuid>, Error> {
    Ok(award_juror::Entity::find()
        .select_only()
        .distinct()
        .column(award_juror::Column::AccountId)
        .filter(award_juror::Column::PanelId.eq(panel))
        .order_by(award_juror::Column::AccountId, Order::Asc)
        .into_tuple()
        .all(connection)
        .await?)
}

/// A candidate with its entry.
pub type Entered = (award_candidate::Model, award_entry::Model);

/// What is before a jury that was shown, in the order of the candidates; `alone`: nobody else changes the entries meanwhile.
///
/// # Errors
/// The database's.
pub async fn candidates(connection: &impl ConnectionTrait, panel: Uuid, alone: bool) -> Result<Vec<Entered>, Error> {
    let rows = award_candidate::Entity::find()
        .filter(award_candidate::Column::PanelId.eq(panel))
        .order_by(award_candidate::Column::Id, Order::Asc)
        .all(connection)
        .await?;
    let of_panel = award_candidate::Entity::find()
        .select_only()
        .column(award_candidate::Column::EntryId)
        .filter(award_candidate::Column::PanelId.eq(panel))
        .into_query();
    let mut entries = award_entry::Entity::find()
        .filter(award_entry::Column::Id.in_subquery(of_panel))
        .order_by(award_entry::Column::Id, Order::Asc);
    if alone && connection.get_database_backend() == DatabaseBackend::Postgres {
        entries = entries.lock_exclusive();
    }
    with_entries(rows, entries.all(connection).await?)
}

fn with_entries(rows: Vec<award_candidate::Model>, entries: Vec<award_entry::Model>) -> Result<Vec<Entered>, Error> {
    let entries: HashMap<Uuid, award_entry::Model> = entries.into_iter().map(|entry| (entry.id, entry)).collect();
    let entered = rows.into_iter().map(|row| {
        let entry = entries.get(&row.entry_id).cloned();
        let entry = entry.ok_or_else(|| Error::internal("a candidate without its entry"))?;
        Ok((row, entry))
    });
    entered.collect()
}

/// That an assignment is a juror's on a candidate of a jury.
fn on_panel(panel: Uuid) -> Condition {
    let candidates = award_candidate::Entity::find()
        .select_only()
        .column(award_candidate::Column::Id)
        .filter(award_candidate::Column::PanelId.eq(panel))
        .into_query();
    Condition::all()
        .add(review_assignment::Column::SubjectType.eq(ReviewSubjectType::AwardCandidate))
        .add(review_assignment::Column::SubjectId.in_subquery(candidates))
}

/// Who is at work, or done, on the candidates of a jury that is held: locked until the transaction ends. The conflicts of interest of
/// its jurors are held before.
///
/// # Errors
/// The database's.
pub async fn live_on(connection: &impl ConnectionTrait, panel: Uuid) -> Result<Vec<review_assignment::Model>, Error> {
    let mut wanted = review_assignment::Entity::find()
        .filter(on_panel(panel))
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .order_by(review_assignment::Column::Id, Order::Asc);
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.all(connection).await?)
}

/// The last complete sheet of each assignment on the candidates of a jury that was shown, by assignment.
///
/// # Errors
/// The database's.
pub async fn last_sheets(
    connection: &impl ConnectionTrait,
    panel: Uuid,
) -> Result<HashMap<Uuid, score_sheet::Model>, Error> {
    let assignments = review_assignment::Entity::find()
        .select_only()
        .column(review_assignment::Column::Id)
        .filter(on_panel(panel))
        .into_query();
    let found = score_sheet::Entity::find()
        .filter(score_sheet::Column::AssignmentId.in_subquery(assignments))
        .order_by(score_sheet::Column::Number, Order::Asc)
        .all(connection)
        .await?;
    // The later takes the place of the earlier.
    Ok(found.into_iter().map(|sheet| (sheet.assignment_id, sheet)).collect())
}

/// Of which entries jurors have how many complete sheets, as said of the row of a candidate.
fn complete_sheets() -> SimpleExpr {
    let counted = review_assignment::Entity::find()
        .select_only()
        .column_as(review_assignment::Column::Id.count(), "sheets")
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::AwardCandidate))
        .filter(
            Expr::col((review_assignment::Entity, review_assignment::Column::SubjectId))
                .equals((award_candidate::Entity, award_candidate::Column::Id)),
        )
        .filter(review_assignment::Column::State.eq(AssignmentState::Complete));
    Expr::SubQuery(None, Box::new(counted.into_query().into()))
}

/// How many sheets the rules ask for, as said of the row of a candidate.
fn sheets_asked() -> SimpleExpr {
    let asked = award_panel::Entity::find()
        .select_only()
        .column(award_category::Column::SheetsMinimum)
        .join(
            JoinType::InnerJoin,
            award_panel::Entity::belongs_to(award_category::Entity)
                .from(award_panel::Column::CategoryId)
                .to(award_category::Column::Id)
                .into(),
        )
        .filter(
            Expr::col((award_panel::Entity, award_panel::Column::Id))
                .equals((award_candidate::Entity, award_candidate::Column::PanelId)),
        );
    Expr::SubQuery(None, Box::new(asked.into_query().into()))
}

fn candidates_wanted(panels: &[Uuid], short: bool) -> Select<award_candidate::Entity> {
    let wanted = award_candidate::Entity::find().filter(award_candidate::Column::PanelId.is_in(panels.iter().copied()));
    if short {
        wanted.filter(complete_sheets().lt(sheets_asked()))
    } else {
        wanted
    }
}

/// Pages of what is before juries whose progress was shown, by jury; `short`: only those with fewer complete sheets than the rules
/// ask for.
///
/// # Errors
/// The database's.
pub async fn candidate_pages(
    connection: &impl ConnectionTrait,
    (panels, short): (&[Uuid], bool),
    window: &Window<Uuid>,
) -> Result<HashMap<Uuid, Page<award_candidate::Model>>, Error> {
    let by = (award_candidate::Column::PanelId, award_candidate::Column::Id);
    let rows = newest_of_each(connection, candidates_wanted(panels, short), by, window).await?;
    Ok(Page::of_each(rows, |row| row.panel_id, panels, window))
}

/// How many they are of each; juries before which there is nothing are left out.
///
/// # Errors
/// The database's.
pub async fn candidate_counts(
    connection: &impl ConnectionTrait,
    (panels, short): (&[Uuid], bool),
) -> Result<HashMap<Uuid, i64>, Error> {
    let counted: Vec<(Uuid, i64)> = candidates_wanted(panels, short)
        .select_only()
        .column(award_candidate::Column::PanelId)
        .column_as(award_candidate::Column::Id.count(), "candidates")
        .group_by(award_candidate::Column::PanelId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(counted.into_iter().collect())
}

/// Whom the actor must not judge. None of a program, which judges nothing.
///
/// # Errors
/// The database's.
pub async fn bars(connection: &impl ConnectionTrait, actor: &Actor) -> Result<Bars, Error> {
    let oneself: Vec<Uuid> = actor.oneself().into_iter().collect();
    let rows = conflicts_in_force(connection, &oneself, actor.today).await?;
    Ok(Bars::of(&actor.directory, &rows, (actor.account, actor.today)))
}

/// That the juror may judge it, as said of the rows of an entry and its jury. It says in SQL what [`Bars::bar`] says.
fn unbarred(actor: &Actor, bars: &Bars) -> Condition {
    let (unit, province) = (award_entry::Column::UnitId, award_entry::Column::ProvinsiId);
    let outside =
        |column: award_entry::Column, units: &std::collections::HashSet<Uuid>| column.is_not_in(units.iter().copied());
    let nobody_else = |column: award_entry::Column| Condition::any().add(column.is_null()).add(column.ne(bars.account));
    let root = actor.directory.tree.root().id;
    let national = Condition::all()
        .add(award_panel::Column::UnitId.eq(root))
        .add(outside(unit, &bars.national))
        .add(outside(province, &bars.national));
    let local = Condition::all()
        .add(award_panel::Column::UnitId.ne(root))
        .add(outside(unit, &bars.local));
    Condition::all()
        .add(outside(unit, &bars.declared))
        .add(outside(province, &bars.declared))
        .add(nobody_else(award_entry::Column::AccountId))
        .add(nobody_else(award_entry::Column::SubmittedBy))
        .add(Condition::any().add(national).add(local))
}

/// The candidates that the actor may judge as a juror of their jury.
fn judged(actor: &Actor, bars: &Bars) -> Select<award_candidate::Entity> {
    award_candidate::Entity::find()
        .join(
            JoinType::InnerJoin,
            award_candidate::Entity::belongs_to(award_panel::Entity)
                .from(award_candidate::Column::PanelId)
                .to(award_panel::Column::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            award_candidate::Entity::belongs_to(award_entry::Entity)
                .from(award_candidate::Column::EntryId)
                .to(award_entry::Column::Id)
                .into(),
        )
        .filter(award_panel::Column::Id.in_subquery(panels_of(actor)))
        .filter(unbarred(actor, bars))
}

/// Which of one's own scorings are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct ScoringFilter {
    pub panel: Option<Vec<Uuid>>,
    pub state: Option<Vec<AssignmentState>>,
}

/// The actor's own scorings: those of a live juror, from the seat that was appointed, of entries without a conflict of interest.
fn scorings(actor: &Actor, bars: &Bars, filter: &ScoringFilter) -> Select<review_assignment::Entity> {
    let mut before = judged(actor, bars).select_only().column(award_candidate::Column::Id);
    if let Some(panels) = &filter.panel {
        before = before.filter(award_candidate::Column::PanelId.is_in(panels.iter().copied()));
    }
    let mut wanted = review_assignment::Entity::find()
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::AwardCandidate))
        .filter(review_assignment::Column::AccountId.is_in(actor.oneself()))
        .filter(review_assignment::Column::SeatId.is_in(actor.seats.iter().map(|seat| seat.seat)))
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .filter(review_assignment::Column::SubjectId.in_subquery(before.into_query()));
    if let Some(states) = &filter.state {
        wanted = wanted.filter(review_assignment::Column::State.is_in(states.iter().copied()));
    }
    wanted
}

/// Whether the actor is part of a jury that is at work.
///
/// # Errors
/// The database's.
pub async fn is_juror_at_work(connection: &impl ConnectionTrait, actor: &Actor) -> Result<bool, Error> {
    let at_work = award_panel::Entity::find()
        .filter(award_panel::Column::Status.eq(AwardPanelStatus::Open))
        .filter(award_panel::Column::Id.in_subquery(panels_of(actor)));
    Ok(at_work.count(connection).await? > 0)
}

/// The actor's own scorings that wait for a complete sheet: of juries at work, and of what is still before them.
#[must_use]
pub fn to_score(actor: &Actor, bars: &Bars) -> Select<review_assignment::Entity> {
    let open = award_edition::Entity::find()
        .select_only()
        .column(award_edition::Column::Id)
        .filter(award_edition::Column::Status.eq(AwardEditionStatus::Judging));
    let of_round = |round: AwardRound| {
        let statuses = AwardEntryStatus::iter().filter(|status| is_before(*status, round));
        Condition::all()
            .add(award_panel::Column::Round.eq(round))
            .add(award_entry::Column::Status.is_in(statuses))
    };
    let before = judged(actor, bars)
        .select_only()
        .column(award_candidate::Column::Id)
        .filter(award_panel::Column::Status.eq(AwardPanelStatus::Open))
        .filter(award_panel::Column::EditionId.in_subquery(open.into_query()))
        .filter(AwardRound::iter().fold(Condition::any(), |any, round| any.add(of_round(round))));
    let states = AssignmentState::iter().filter(|state| is_live(*state) && *state != AssignmentState::Complete);
    let filter = ScoringFilter {
        panel: None,
        state: Some(states.collect()),
    };
    scorings(actor, bars, &filter).filter(review_assignment::Column::SubjectId.in_subquery(before.into_query()))
}

/// The entries that the actor judges, without a conflict of interest: for whoever shows entries.
#[must_use]
pub fn entries_judged_by(actor: &Actor, bars: &Bars) -> SelectStatement {
    let own = scorings(actor, bars, &ScoringFilter::default())
        .select_only()
        .column(review_assignment::Column::SubjectId);
    award_candidate::Entity::find()
        .select_only()
        .column(award_candidate::Column::EntryId)
        .filter(award_candidate::Column::Id.in_subquery(own.into_query()))
        .into_query()
}

/// A page of the actor's own scorings, those assigned last first.
///
/// # Errors
/// The database's.
pub async fn scoring_page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &ScoringFilter,
    window: &Window<Uuid>,
) -> Result<Page<review_assignment::Model>, Error> {
    let bars = bars(connection, actor).await?;
    let wanted = scorings(actor, &bars, filter);
    newest_first(connection, wanted, review_assignment::Column::Id, window).await
}

/// How many they are.
///
/// # Errors
/// The database's.
pub async fn scoring_count(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    filter: &ScoringFilter,
) -> Result<u64, Error> {
    let bars = bars(connection, actor).await?;
    Ok(scorings(actor, &bars, filter).count(connection).await?)
}

/// The actor's own scorings among these.
///
/// # Errors
/// The database's.
pub async fn scorings_by_id(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<review_assignment::Model>, Error> {
    let bars = bars(connection, actor).await?;
    Ok(scorings(actor, &bars, &ScoringFilter::default())
        .filter(review_assignment::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?)
}

/// One of the actor's own, locked until the transaction ends. What is known of the actor's conflicts is held before.
///
/// # Errors
/// The database's.
pub async fn scoring_held(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<review_assignment::Model>, Error> {
    let bars = bars(connection, actor).await?;
    let mut wanted = scorings(actor, &bars, &ScoringFilter::default()).filter(review_assignment::Column::Id.eq(id));
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        wanted = wanted.lock_exclusive();
    }
    Ok(wanted.one(connection).await?)
}

/// One that the actor has given up or completed before, to be told of again.
///
/// # Errors
/// The database's.
pub async fn own_scoring(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<review_assignment::Model>, Error> {
    Ok(review_assignment::Entity::find_by_id(id)
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::AwardCandidate))
        .filter(review_assignment::Column::AccountId.is_in(actor.oneself()))
        .one(connection)
        .await?)
}

/// What a scoring is about.
#[derive(Clone, Debug)]
pub struct Subject {
    pub candidate: award_candidate::Model,
    pub entry: award_entry::Model,
    pub panel: award_panel::Model,
    pub category: award_category::Model,
    /// What was submitted last.
    pub revision: Option<award_revision::Model>,
}

/// What scorings that were shown are about, by candidate.
///
/// # Errors
/// The database's.
pub async fn subjects(connection: &impl ConnectionTrait, candidates: &[Uuid]) -> Result<HashMap<Uuid, Subject>, Error> {
    let rows = award_candidate::Entity::find()
        .filter(award_candidate::Column::Id.is_in(candidates.iter().copied()))
        .all(connection)
        .await?;
    let entries = award_entry::Entity::find()
        .filter(award_entry::Column::Id.is_in(rows.iter().map(|row| row.entry_id)))
        .all(connection)
        .await?;
    let panels = award_panel::Entity::find()
        .filter(award_panel::Column::Id.is_in(rows.iter().map(|row| row.panel_id)))
        .all(connection)
        .await?;
    let categories = award_category::Entity::find()
        .filter(award_category::Column::Id.is_in(panels.iter().map(|panel| panel.category_id)))
        .all(connection)
        .await?;
    let revisions = award_revision::Entity::find()
        .filter(award_revision::Column::Id.is_in(entries.iter().filter_map(|entry| entry.revision_id)))
        .all(connection)
        .await?;
    let about = with_entries(rows, entries)?.into_iter().map(|(candidate, entry)| {
        let missing = || Error::internal("a candidate without its jury");
        let panel = panels.iter().find(|panel| panel.id == candidate.panel_id);
        let panel = panel.cloned().ok_or_else(missing)?;
        let category = categories.iter().find(|category| category.id == panel.category_id);
        let revision = revisions.iter().find(|revision| Some(revision.id) == entry.revision_id);
        let subject = Subject {
            category: category.cloned().ok_or_else(missing)?,
            revision: revision.cloned(),
            candidate,
            entry,
            panel,
        };
        Ok((subject.candidate.id, subject))
    });
    about.collect()
}

/// The number of the last sheet that came of an assignment.
///
/// # Errors
/// The database's.
pub async fn last_number(connection: &impl ConnectionTrait, assignment: Uuid) -> Result<Option<i32>, Error> {
    Ok(score_sheet::Entity::find()
        .select_only()
        .column(score_sheet::Column::Number)
        .filter(score_sheet::Column::AssignmentId.eq(assignment))
        .order_by(score_sheet::Column::Number, Order::Desc)
        .into_tuple()
        .one(connection)
        .await?)
}

/// The sheets that are being filled in for these assignments, for who fills them in.
///
/// # Errors
/// The database's.
pub async fn drafts(
    connection: &impl ConnectionTrait,
    assignments: &[Uuid],
) -> Result<HashMap<Uuid, score_draft::Model>, Error> {
    let found = score_draft::Entity::find()
        .filter(score_draft::Column::AssignmentId.is_in(assignments.iter().copied()))
        .all(connection)
        .await?;
    Ok(found.into_iter().map(|draft| (draft.assignment_id, draft)).collect())
}

/// Every sheet that came of these assignments, the first one first; for whoever may read them.
///
/// # Errors
/// The database's.
pub async fn sheets_of(
    connection: &impl ConnectionTrait,
    assignments: &[Uuid],
) -> Result<HashMap<Uuid, Vec<score_sheet::Model>>, Error> {
    let mut by_assignment: HashMap<Uuid, Vec<score_sheet::Model>> = HashMap::new();
    let found = score_sheet::Entity::find()
        .filter(score_sheet::Column::AssignmentId.is_in(assignments.iter().copied()))
        .order_by(score_sheet::Column::Number, Order::Asc);
    for sheet in found.all(connection).await? {
        by_assignment.entry(sheet.assignment_id).or_default().push(sheet);
    }
    Ok(by_assignment)
}

/// The assignments on candidates whose progress was shown, by candidate.
///
/// # Errors
/// The database's.
pub async fn live_on_candidates(
    connection: &impl ConnectionTrait,
    candidates: &[Uuid],
) -> Result<HashMap<Uuid, Vec<review_assignment::Model>>, Error> {
    let mut by_candidate: HashMap<Uuid, Vec<review_assignment::Model>> = HashMap::new();
    let found = review_assignment::Entity::find()
        .filter(review_assignment::Column::SubjectType.eq(ReviewSubjectType::AwardCandidate))
        .filter(review_assignment::Column::SubjectId.is_in(candidates.iter().copied()))
        .filter(review_assignment::Column::State.is_not_in(OVER))
        .order_by(review_assignment::Column::Id, Order::Asc);
    for row in found.all(connection).await? {
        by_candidate.entry(row.subject_id).or_default().push(row);
    }
    Ok(by_candidate)
}
