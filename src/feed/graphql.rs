//! Following what happens, from where one has stopped.
use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, ID, Object, SimpleObject, Union, dataloader::DataLoader};
use chrono::NaiveDate;
use entity::{enums, outbox_event};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    kinds::{Kind, Subject},
    query,
};
use crate::{
    award::{graphql::types::AwardEdition, query::by_ids as editions_by_ids},
    error::Error,
    event::{graphql::types::Event, query::by_ids as events_by_ids},
    graphql::{
        context::Ask,
        id::Kind as NodeKind,
        page::{Arguments, PageInfo, cursor},
        problem::of_field,
        scalars::{Date, DateTime},
    },
    report::{
        catalogue::{self, Catalogue},
        graphql::{
            cycle::ReportCycle,
            loader::{ReportLoader, RevisionId},
            revision::ReportRevision,
            template::ReportTemplate,
            types::{Report, ReportStatus},
        },
        query::by_ids as reports_by_ids,
        template::availability::is_visible,
    },
    review::rubric::{graphql::types::Rubric, query::by_ids as rubrics_by_ids},
    session::Session,
    territory::graphql::{ChangeLoader, ChangeOf, RegionEdition, Unit, UnitChange, known_unit},
};

/// The name by which cursors of this list know each other.
const LIST: &str = "changes";

/// What has happened. The list grows as the API learns to tell of more: take a word you do not know for news you need not
/// act on.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Kind")]
pub enum ChangeKind {
    /// A report was started.
    ReportStarted,
    /// A report was submitted, for the first time or anew.
    ReportSubmitted,
    /// A submitted report was taken back by its unit.
    ReportWithdrawn,
    /// A report was taken up for review.
    ReportTaken,
    /// A report that had been taken up was put back.
    ReportReleased,
    /// A report was returned to its unit for correction.
    ReportReturned,
    /// A report was endorsed.
    ReportEndorsed,
    /// A report was handed over to RI.
    ReportHandedOver,
    /// A report was received at RI.
    ReportReceived,
    /// A report was refused when it was handed over.
    ReportHandoverRefused,
    /// The first experts were assigned to review a report.
    ReportReviewBegun,
    /// The experts asked for a revision of a report.
    ReportRevisionAsked,
    /// A report was accepted.
    ReportAccepted,
    /// A report was declined.
    ReportDeclined,
    /// The acceptance of a report was retracted.
    ReportAcceptanceRetracted,
    /// An accepted report was counted in a national evaluation, and is frozen as it was.
    ReportEvaluated,
    /// An accepted report was reopened.
    ReportReopened,
    /// A report was given up by its unit.
    ReportAbandoned,
    /// Something was found in a report under review, which stays at the same version; so with the four below.
    FindingsRaised,
    /// The unit of a report took note of findings.
    FindingsAcknowledged,
    /// Findings were answered in a submission.
    FindingsAnswered,
    /// A finding was settled by who had raised it.
    FindingResolved,
    /// A finding was opened again by who had raised it.
    FindingReopened,
    /// How open a report is was said anew.
    ReportOpennessSet,
    /// A version of a template was published.
    TemplatePublished,
    /// A version of a template was retired.
    TemplateRetired,
    /// A version of a rubric was published.
    RubricPublished,
    /// A version of a rubric was retired.
    RubricRetired,
    /// A cycle was opened.
    CycleOpened,
    /// What was set of a cycle was changed.
    CycleChanged,
    /// A cycle was passed on with an earlier moment, or passed on anew.
    CyclePassedOn,
    /// A cycle was closed.
    CycleClosed,
    /// An event was published and units were invited, or one that had been postponed was published again.
    EventPublished,
    /// What is said of an event was changed.
    EventChanged,
    /// An event was postponed.
    EventPostponed,
    /// An event was cancelled.
    EventCancelled,
    /// An event takes no more replies.
    EventRegistrationClosed,
    /// An event began, and its door opened.
    EventStarted,
    /// An event is over.
    EventEnded,
    /// The attendance of an event was sealed.
    EventFinalised,
    /// What came of an event was written down.
    EventOutcomeRecorded,
    /// Certificates of attendance were issued.
    EventCertificatesIssued,
    /// A unit was invited to an event that had been published before.
    UnitInvited,
    /// A unit named who comes to an event.
    InvitationConfirmed,
    /// A unit declined an invitation.
    InvitationDeclined,
    /// A unit sends somebody else to an event.
    DelegateSubstituted,
    /// Somebody came to an event who was not named.
    WalkInAdded,
    /// Somebody who was not named was admitted.
    WalkInAdmitted,
    /// Somebody who was not named was refused.
    WalkInRefused,
    /// A unit asked to be excused from an event.
    ExcuseAsked,
    /// A unit was excused from an event, or one of those it sends.
    ExcuseGranted,
    /// A unit was not excused from an event.
    ExcuseRefused,
    /// A unit submitted its attendance sheet.
    AttendanceSubmitted,
    /// The attendance sheet of a unit was verified.
    AttendanceVerified,
    /// The attendance sheet of a unit was returned for correction.
    AttendanceReturned,
    /// The sealed attendance of a unit was corrected.
    AttendanceCorrected,
    /// A unit was evaluated at the end of an event.
    EventEvaluationIssued,
    /// A unit acknowledged its evaluation.
    EventEvaluationAcknowledged,
    /// A unit objects to its evaluation.
    EventEvaluationObjectedTo,
    /// The rules of an edition of awards were published.
    AwardRulesPublished,
    /// An edition of awards takes entries.
    AwardNominationsOpened,
    /// An edition of awards takes entries no more.
    AwardNominationsClosed,
    /// An edition of awards came to nothing.
    AwardEditionVoided,
    /// It was announced who is honoured.
    AwardAnnounced,
    /// An award was revoked.
    AwardRevoked,
    /// Certificates of awards were issued.
    AwardCertificatesIssued,
    /// An edition of awards was closed.
    AwardEditionClosed,
    /// An entry for an award was submitted.
    AwardEntrySubmitted,
    /// An entry for an award was returned.
    AwardEntryReturned,
    /// An entry for an award was found eligible.
    AwardEntryVerified,
    /// An entry for an award was found ineligible.
    AwardEntryRejected,
    /// An entry for an award was withdrawn.
    AwardEntryWithdrawn,
    /// An entry for an award was disqualified.
    AwardEntryDisqualified,
    /// A unit objected to what was announced.
    AwardObjectedTo,
    /// An objection to what was announced was upheld.
    AwardObjectionUpheld,
    /// An objection to what was announced was rejected.
    AwardObjectionRejected,
    /// A unit was formed, or is to be.
    UnitFormed,
    /// A unit got another name, or is to.
    UnitRenamed,
    /// A unit was put beneath another one, or is to be.
    UnitMoved,
    /// Another unit decides on a unit in the place of its parent, or is to.
    UnitActingSuperiorSet,
    /// A unit's parent decides on it again, or is to.
    UnitActingSuperiorEnded,
    /// Others were split off a unit, or are to be.
    UnitSplit,
    /// Others became part of a unit, or are to.
    UnitMergedInto,
    /// A unit was dissolved, or is to be.
    UnitDissolved,
    /// What an earlier change did to a unit was undone.
    UnitChangeUndone,
    /// A unit keeps what dissolved units beneath it leave, or is to.
    UnitCustodyPassed,
    /// The list of regions was replaced by a new edition.
    RegionsImported,
}

/// What a step of a report wrote into the feed.
#[derive(Clone, Debug, Deserialize)]
struct Step {
    version: i32,
    from: Option<enums::ReportStatus>,
    to: enums::ReportStatus,
    revision: Option<Uuid>,
}

/// What publishing and retiring wrote into the feed.
#[derive(Clone, Debug, Deserialize)]
struct Version {
    code: String,
    version: i32,
    name: String,
}

/// What an act on a round wrote into the feed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Act {
    unit: Uuid,
    code: String,
    version: i32,
    opens_at: chrono::DateTime<chrono::Utc>,
    due_at: chrono::DateTime<chrono::Utc>,
    closed_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// What a change of a unit wrote into the feed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Touch {
    change: Uuid,
    unit: Uuid,
    code: Option<String>,
    name: Option<String>,
    above: Option<Uuid>,
    effective_on: NaiveDate,
}

/// What a new edition of the regions wrote into the feed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Edition {
    edition: Uuid,
    effective_on: NaiveDate,
    added: i32,
    renamed: i32,
    moved: i32,
    ended: i32,
}

#[derive(Clone)]
pub struct ChangedReport {
    report: Report,
    step: Step,
}

/// A step of a report, as it was when it was taken, beside the report as it is now.
#[Object]
impl ChangedReport {
    /// The report as it is now; it may have gone on since. Its unit and cycle never change.
    async fn report(&self) -> &Report {
        &self.report
    }

    /// The version this step led to: what you have stored at this version or a later one already tells of it.
    async fn version(&self) -> i32 {
        self.step.version
    }

    /// The status this step led from; null where it began the report.
    async fn status_before(&self) -> Option<ReportStatus> {
        self.step.from.map(Into::into)
    }

    /// The status this step led to.
    async fn status_after(&self) -> ReportStatus {
        self.step.to.into()
    }

    /// The submission in force after this step, as it was frozen; null where nothing had been submitted yet.
    async fn revision(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReportRevision>> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader.load_one(RevisionId(self.step.revision?)).await.map_err(of_field);
        let template = self.report.0.template_id;
        let revision = |row| ReportRevision { row, template };
        found.map(|found| found.map(revision)).transpose()
    }
}

#[derive(Clone)]
pub struct ChangedTemplate {
    template: ReportTemplate,
    told: Version,
}

/// That a version of a template was published or retired. What it asks has not changed by that.
#[Object]
impl ChangedTemplate {
    /// The version of the template as it is now.
    async fn template(&self) -> &ReportTemplate {
        &self.template
    }

    /// The stable name that all versions of the template share.
    async fn code(&self) -> &str {
        &self.told.code
    }

    /// Which version, counted from 1.
    async fn version(&self) -> i32 {
        self.told.version
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.told.name
    }
}

#[derive(Clone)]
pub struct ChangedRubric {
    rubric: Rubric,
    told: Version,
}

/// That a version of a rubric was published or retired. What it judges by has not changed by that.
#[Object]
impl ChangedRubric {
    /// The version of the rubric as it is now.
    async fn rubric(&self) -> &Rubric {
        &self.rubric
    }

    /// The stable name that all versions of the rubric share.
    async fn code(&self) -> &str {
        &self.told.code
    }

    /// Which version, counted from 1.
    async fn version(&self) -> i32 {
        self.told.version
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.told.name
    }
}

#[derive(Clone)]
pub struct ChangedCycle {
    cycle: ReportCycle,
    told: Act,
}

/// What was done to a cycle, with its moments as they were after that.
#[Object]
impl ChangedCycle {
    /// The cycle as it is now.
    async fn cycle(&self) -> &ReportCycle {
        &self.cycle
    }

    /// The unit that did it: the owner, or the one that passed it on.
    async fn by(&self) -> Unit {
        Unit(self.told.unit)
    }

    /// The stable name of the cycle.
    async fn code(&self) -> &str {
        &self.told.code
    }

    /// The version of the cycle after that; passing it on does not change it.
    async fn version(&self) -> i32 {
        self.told.version
    }

    /// When reports may be started.
    async fn opens_at(&self) -> DateTime {
        DateTime(self.told.opens_at)
    }

    /// Until when they are due; of a cycle that was passed on, for those beneath the unit that passed it on.
    async fn due_at(&self) -> DateTime {
        DateTime(self.told.due_at)
    }

    /// When it was closed; null while it was not.
    async fn closed_at(&self) -> Option<DateTime> {
        self.told.closed_at.map(DateTime)
    }
}

#[derive(Clone)]
pub struct ChangedEvent {
    event: Event,
    unit: Uuid,
}

/// Something that was done to an event, or to what concerns one unit in it.
#[Object]
impl ChangedEvent {
    /// The event as it is now.
    async fn event(&self) -> &Event {
        &self.event
    }

    /// The unit it concerns: the host, or the invited unit.
    async fn unit(&self) -> Unit {
        Unit(self.unit)
    }
}

#[derive(Clone)]
pub struct ChangedAwardEdition {
    edition: AwardEdition,
    unit: Uuid,
}

/// Something that was done to an edition of awards, or to what concerns one unit in it.
#[Object]
impl ChangedAwardEdition {
    /// The edition as it is now.
    async fn edition(&self) -> &AwardEdition {
        &self.edition
    }

    /// The unit it concerns: the issuer, or the one that entered or was honoured.
    async fn unit(&self) -> Unit {
        Unit(self.unit)
    }
}

#[derive(Clone)]
pub struct ChangedUnit(Touch);

/// What a change of the hierarchy did to a unit, as it was decided.
#[Object]
impl ChangedUnit {
    /// The unit as it is now; null for an instant, until this server knows of one that was just formed.
    async fn unit(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Unit>> {
        known_unit(ctx, Some(self.0.unit))
    }

    /// The change it was part of.
    async fn change(&self, ctx: &Context<'_>) -> async_graphql::Result<UnitChange> {
        let loader = ctx.data_unchecked::<DataLoader<ChangeLoader>>();
        let change = loader.load_one(ChangeOf(self.0.change)).await.map_err(of_field)?;
        Ok(UnitChange(change.ok_or_else(|| {
            Error::internal("an event of a change that is not on record")
        })?))
    }

    /// The first day of what was decided; it may lie ahead.
    async fn effective_on(&self) -> Date {
        Date(self.0.effective_on)
    }

    /// The official code of the unit's region then; null where only custody passes.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What the unit is called then; null where only custody passes.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The unit above it then, or its acting superior where that is what changes; null where neither matters.
    async fn above(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Unit>> {
        known_unit(ctx, self.0.above)
    }
}

#[derive(Clone)]
pub struct ChangedRegions(Edition);

/// A new edition of the list of regions.
#[Object]
impl ChangedRegions {
    /// The edition, with all its differences; null for an instant, until this server has read it.
    async fn edition(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<RegionEdition>> {
        let session = match ctx.session() {
            Ok(session) => session,
            Err(error) => return Some(Err(error.into())),
        };
        let edition = session.actor.directory.edition(self.0.edition)?;
        Some(Ok(RegionEdition(edition.id)))
    }

    /// From which day on it holds.
    async fn effective_on(&self) -> Date {
        Date(self.0.effective_on)
    }

    /// How many regions are new.
    async fn added(&self) -> i32 {
        self.0.added
    }

    /// How many got another name or kind.
    async fn renamed(&self) -> i32 {
        self.0.renamed
    }

    /// How many got another code or lie elsewhere.
    async fn moved(&self) -> i32 {
        self.0.moved
    }

    /// How many are no longer listed.
    async fn ended(&self) -> i32 {
        self.0.ended
    }
}

/// What a change is about, and what it did. More kinds of subject may come.
#[derive(Union, Clone)]
pub enum ChangeSubject {
    /// A step of a report.
    Report(ChangedReport),
    /// That a version of a template was published or retired.
    Template(ChangedTemplate),
    /// That a version of a rubric was published or retired.
    Rubric(ChangedRubric),
    /// What was done to a cycle.
    Cycle(ChangedCycle),
    /// What was done to an event.
    Event(ChangedEvent),
    /// What was done to an edition of awards.
    AwardEdition(ChangedAwardEdition),
    /// What was done to a unit.
    Unit(ChangedUnit),
    /// A new edition of the regions.
    Regions(ChangedRegions),
}

/// An event with what it says, which the reader is shown.
#[derive(Clone)]
pub struct Change {
    id: Uuid,
    kind: Kind,
    at: chrono::DateTime<chrono::Utc>,
    subject: ChangeSubject,
}

/// Something that happened. What is told of it was frozen when it happened; only what is reached through it is as it is now.
#[Object]
impl Change {
    /// The global id, which tells one that is delivered again from a new one.
    pub async fn id(&self) -> ID {
        NodeKind::Change.id(self.id)
    }

    /// What happened.
    async fn kind(&self) -> ChangeKind {
        self.kind.into()
    }

    /// When it happened. Changes come in the order in which they were entered for good, which may differ by moments.
    async fn at(&self) -> DateTime {
        DateTime(self.at)
    }

    /// What it happened to, and how.
    async fn subject(&self) -> &ChangeSubject {
        &self.subject
    }
}

impl Change {
    /// Which one it is.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.id
    }
}

/// Puts events the actor is shown together with what they are about: one statement more for all their reports, one for all
/// their rubrics, one for all their events, and one for what is in the catalogue, where there are such.
async fn told(session: &Session, events: Vec<outbox_event::Model>) -> Result<Vec<Change>, Error> {
    let shown = events
        .into_iter()
        .filter_map(|event| Some((Kind::of(&event.kind)?, event)));
    let shown: Vec<(Kind, outbox_event::Model)> = shown.collect();
    let known = Known::of(session, &shown).await?;
    let changes = shown.into_iter().filter_map(|(kind, event)| {
        let subject = match known.subject(kind, &event) {
            Told::Hidden => return None,
            Told::Subject(subject) => *subject,
            Told::Unreadable => {
                // Left out for good: an event that cannot be read must not keep all later ones from being told.
                tracing::error!(event = %event.id, kind = event.kind, "an event could not be read");
                return None;
            }
        };
        Some(Change {
            id: event.id,
            kind,
            at: event.at,
            subject,
        })
    });
    Ok(changes.collect())
}

/// What events are about, as it is now.
struct Known<'s> {
    session: &'s Session,
    reports: HashMap<Uuid, Report>,
    rubrics: HashMap<Uuid, Rubric>,
    events: HashMap<Uuid, Event>,
    editions: HashMap<Uuid, AwardEdition>,
    catalogue: Arc<Catalogue>,
}

/// What there is to tell of an event.
enum Told {
    Subject(Box<ChangeSubject>),
    /// Its subject was hidden since the event was read: then what is told of it is, too.
    Hidden,
    /// It does not say what events of its kind say.
    Unreadable,
}

impl<'s> Known<'s> {
    async fn of(session: &'s Session, events: &[(Kind, outbox_event::Model)]) -> Result<Self, Error> {
        let about = |subject: Subject| events.iter().filter(move |(kind, _event)| kind.subject() == subject);
        let ids = |subject| -> Vec<Uuid> { about(subject).map(|(_kind, event)| event.subject_id).collect() };
        let (connection, actor) = (session.services.db.reader(), &session.actor);
        let (of_reports, of_rubrics) = (ids(Subject::Report), ids(Subject::Rubric));
        let mut reports = HashMap::new();
        if !of_reports.is_empty() {
            let found = reports_by_ids(connection, actor, &of_reports).await?;
            reports.extend(found.into_iter().map(|row| (row.id, Report::from(row))));
        }
        let mut rubrics = HashMap::new();
        if !of_rubrics.is_empty() {
            let found = rubrics_by_ids(connection, actor, &of_rubrics).await?;
            rubrics.extend(found.into_iter().map(|row| (row.id, Rubric(row))));
        }
        let of_events = [ids(Subject::Event), ids(Subject::UnitAtEvent)].concat();
        let mut held = HashMap::new();
        if !of_events.is_empty() {
            let found = events_by_ids(connection, actor, &of_events).await?;
            held.extend(found.into_iter().map(|row| (row.id, Event::from(row))));
        }
        let of_editions = [ids(Subject::AwardEdition), ids(Subject::UnitInEdition)].concat();
        let mut editions = HashMap::new();
        if !of_editions.is_empty() {
            let found = editions_by_ids(connection, actor, &of_editions).await?;
            editions.extend(found.into_iter().map(|row| (row.id, AwardEdition::from(row))));
        }
        if about(Subject::Template).chain(about(Subject::Cycle)).next().is_some() {
            // Another process may have written them a moment ago.
            catalogue::confirm(&session.services).await?;
        }
        Ok(Self {
            session,
            reports,
            rubrics,
            events: held,
            editions,
            catalogue: session.services.catalogue.load(),
        })
    }

    fn subject(&self, kind: Kind, event: &outbox_event::Model) -> Told {
        let (payload, id) = (&event.payload, event.subject_id);
        let subject = match kind.subject() {
            Subject::Report => {
                let Some(report) = self.reports.get(&id).cloned() else {
                    return Told::Hidden;
                };
                Step::deserialize(payload).map(|step| ChangeSubject::Report(ChangedReport { report, step }))
            }
            Subject::Template => {
                let template = self.catalogue.template(id);
                let Some(template) = template.filter(|template| is_visible(&self.session.actor, template)) else {
                    return Told::Hidden;
                };
                let template = ReportTemplate(Arc::clone(template));
                Version::deserialize(payload).map(|told| ChangeSubject::Template(ChangedTemplate { template, told }))
            }
            Subject::Rubric => {
                let Some(rubric) = self.rubrics.get(&id).cloned() else {
                    return Told::Hidden;
                };
                Version::deserialize(payload).map(|told| ChangeSubject::Rubric(ChangedRubric { rubric, told }))
            }
            Subject::Cycle => {
                let cycle = self.catalogue.cycle(id);
                let Some(cycle) = cycle.and_then(|cycle| ReportCycle::visible_to(self.session, cycle)) else {
                    return Told::Hidden;
                };
                Act::deserialize(payload).map(|told| ChangeSubject::Cycle(ChangedCycle { cycle, told }))
            }
            Subject::Event | Subject::UnitAtEvent => {
                let Some(held) = self.events.get(&id).cloned() else {
                    return Told::Hidden;
                };
                let unit = event.unit_id;
                Ok(ChangeSubject::Event(ChangedEvent { event: held, unit }))
            }
            Subject::AwardEdition | Subject::UnitInEdition => {
                let Some(edition) = self.editions.get(&id).cloned() else {
                    return Told::Hidden;
                };
                let unit = event.unit_id;
                Ok(ChangeSubject::AwardEdition(ChangedAwardEdition { edition, unit }))
            }
            Subject::Unit => Touch::deserialize(payload).map(|touch| ChangeSubject::Unit(ChangedUnit(touch))),
            Subject::Regions => {
                Edition::deserialize(payload).map(|edition| ChangeSubject::Regions(ChangedRegions(edition)))
            }
        };
        subject.map_or(Told::Unreadable, |subject| Told::Subject(Box::new(subject)))
    }
}

/// The changes among these ids that the caller is shown.
///
/// # Errors
/// The database's.
pub async fn by_ids(session: &Session, ids: &[Uuid]) -> Result<Vec<Change>, Error> {
    told(
        session,
        query::by_ids(session.services.db.reader(), &session.actor, ids).await?,
    )
    .await
}

/// A change in the feed.
#[derive(SimpleObject, Clone)]
pub struct ChangeEdge {
    /// Where it is in the feed: for `after`.
    cursor: String,
    /// The change itself.
    node: Change,
}

pub struct ChangeConnection {
    edges: Vec<ChangeEdge>,
    page_info: PageInfo,
}

/// A stretch of the feed. A page looks through a bounded number of events, most of which may not be for you: it can be
/// empty although more comes. Go on from `pageInfo.endCursor` while `pageInfo.hasNextPage`, and keep that cursor for the
/// next time.
#[Object]
impl ChangeConnection {
    /// The changes with their cursors.
    async fn edges(&self) -> &[ChangeEdge] {
        &self.edges
    }

    /// The changes alone.
    async fn nodes(&self) -> Vec<&Change> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where to go on. Other than elsewhere, `endCursor` also moves over what is not shown to you, and on a page with nothing
    /// left to look at it is the cursor you came with; it is null only before the first event of all.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }
}

#[derive(Default)]
pub struct FeedQuery;

#[Object]
impl FeedQuery {
    /// What has happened since a cursor, the earliest first: steps of the reports you may read, templates,
    /// rubrics, cycles, events and editions of awards you may know of, changes of units, new editions of regions. Each change
    /// comes at least once and in order, and none is skipped that is yours to see at the time you come by it; ask again from the last `endCursor` for what is new. What becomes visible to you only later, when
    /// your seats or the hierarchy change, is not told afterwards: list the reports again then.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what comes after this cursor; from the beginning when left out.")] after: Option<String>,
        #[graphql(desc = "How many at most, 0 to 100; 20 when left out.")] first: Option<i32>,
    ) -> async_graphql::Result<ChangeConnection> {
        let session = ctx.session()?;
        let arguments = Arguments {
            first,
            after,
            ..Arguments::default()
        };
        let window = arguments.window::<Uuid>(LIST)?;
        let connection = session.services.db.reader();
        let stretch = query::after(connection, &session.actor, window.after, window.limit).await?;
        let changes = told(session, stretch.events).await?;
        let edge = |node: Change| ChangeEdge {
            cursor: cursor(LIST, &node.id).to_string(),
            node,
        };
        let edges: Vec<ChangeEdge> = changes.into_iter().map(edge).collect();
        Ok(ChangeConnection {
            page_info: PageInfo {
                has_previous_page: window.after.is_some(),
                has_next_page: stretch.has_next,
                start_cursor: edges.first().map(|edge| edge.cursor.clone()),
                end_cursor: stretch.end.map(|event| cursor(LIST, &event).to_string()),
            },
            edges,
        })
    }
}
