//! The root of the schema: it merges the slices and finds things by their global id.
use std::sync::Arc;

use async_graphql::{
    Context, EmptySubscription, ID, Interface, MergedObject, Object, SDLExportOptions, Schema, SimpleObject,
};

use super::{
    context::Ask,
    id::{self, Kind},
};
use crate::{
    access::graphql::AccessQuery,
    award::{
        computing::graphql::AwardListMutation,
        entry::graphql::{mutation::AwardEntryMutation, query::AwardEntryQuery, types::AwardEntry},
        graphql::{
            mutation::AwardEditionMutation,
            node,
            query::AwardEditionQuery,
            types::{AwardCategory, AwardEdition},
        },
        honour::graphql::{mutation::HonourMutation, objection::AwardObjection, query::HonourQuery, types::Award},
        judging::graphql::{
            mutation::AwardJudgingMutation,
            node as judging,
            query::AwardJudgingQuery,
            types::{AwardPanel, AwardScoring},
        },
    },
    certificate::{
        self,
        graphql::{Certificate, CertificateQuery},
    },
    error::Error,
    event::{
        self,
        attendance::graphql::{
            excuse::Excuse, list::AttendanceQuery, mutation::AttendanceMutation, sheet::AttendanceSheet,
        },
        certifying::graphql::CertificateMutation,
        door::graphql::{
            mutation::DoorMutation,
            query::DoorQuery,
            types::{DoorDevice, Scan},
        },
        evaluation::graphql::{EventEvaluation, EventEvaluationMutation},
        graphql::{
            invitation::{EventDelegate, EventInvitation},
            mutation::EventMutation,
            query::EventQuery,
            types::{Event, EventSession},
        },
        outcome::graphql::OutcomeMutation,
    },
    feed::{
        self,
        graphql::{Change, FeedQuery},
    },
    file::{
        self,
        graphql::{File, FileMutation, Upload},
    },
    identity::{
        self,
        graphql::{
            Account, ContactViewer, IdentityMutation, IdentityQuery, IdentityViewer, Invitation, SecondFactorViewer,
            SessionViewer,
            service_account::{AccessToken, ServiceAccount},
        },
        program,
    },
    notice::{
        self,
        graphql::{Notice, NoticeMutation, NoticeViewer},
    },
    proposal::{
        self,
        graphql::{Proposal, ProposalMutation, ProposalQuery},
    },
    report::{
        self,
        graphql::{
            completeness::CompletenessQuery,
            cycle::{ReportCycle, ReportCycleQuery},
            cycle_mutation::ReportCycleMutation,
            evaluation::{EvaluationMutation, EvaluationQuery, NationalEvaluation},
            finding::{self, Finding},
            finding_mutation::FindingMutation,
            gathering::{GatheringMutation, GatheringQuery},
            handover::HandoverSession,
            mutation::ReportMutation,
            obligation::{Obligation, ObligationQuery},
            portfolio::{PortfolioMutation, PortfolioQuery},
            query::ReportQuery,
            receipt::{Receipt, ReceiptQuery},
            review::{ReviewAssignment, ReviewQuery},
            review_mutation::ReviewMutation,
            score::ScoreMutation,
            search::ReportSearchQuery,
            stage::{ElectionStage, ElectionStageMutation, ElectionStageQuery},
            template::ReportTemplate,
            template_list::TemplateQuery,
            template_mutation::TemplateMutation,
            types::Report,
        },
    },
    review::{
        self,
        conflict::graphql::{ConflictMutation, ConflictOfInterest, ConflictQuery},
        recommendation::graphql::{Recommendation, RecommendationMutation, RecommendationQuery},
        rubric::graphql::{list::RubricQuery, mutation::RubricMutation, types::Rubric},
    },
    session::Session,
    task::graphql::TaskViewer,
    territory::{
        self,
        graphql::{
            DividingMutation, ElectionMutation, FormingMutation, RecordQuery, Region, RegionEdition, RegionMutation,
            RegionQuery, ReorganiseMutation, Seat, SeatHolder, SeatQuery, TerritoryMutation, TerritoryQuery, Unit,
            UnitChange,
        },
    },
};

/// Reads. Everything that is not public asks who you are, and shows what you may see.
#[derive(MergedObject, Default)]
pub struct Query(
    RootQuery,
    IdentityQuery,
    TerritoryQuery,
    RecordQuery,
    RegionQuery,
    SeatQuery,
    ReportQuery,
    ReceiptQuery,
    GatheringQuery,
    ObligationQuery,
    CompletenessQuery,
    ReportSearchQuery,
    ReportCycleQuery,
    ElectionStageQuery,
    TemplateQuery,
    ReviewQuery,
    PortfolioQuery,
    ConflictQuery,
    EvaluationQuery,
    RecommendationQuery,
    EventQuery,
    AttendanceQuery,
    DoorQuery,
    CertificateQuery,
    AwardEditionQuery,
    AwardEntryQuery,
    AwardJudgingQuery,
    HonourQuery,
    RubricQuery,
    AccessQuery,
    ProposalQuery,
    FeedQuery,
);

/// Commands. Each takes one `input` and answers with its object or with `userErrors`; nothing is done by halves.
#[derive(MergedObject, Default)]
pub struct Mutation(
    IdentityMutation,
    TerritoryMutation,
    FormingMutation,
    ReorganiseMutation,
    DividingMutation,
    RegionMutation,
    ElectionMutation,
    ReportMutation,
    FindingMutation,
    GatheringMutation,
    FileMutation,
    ReportCycleMutation,
    ElectionStageMutation,
    TemplateMutation,
    ReviewMutation,
    ScoreMutation,
    PortfolioMutation,
    ConflictMutation,
    EvaluationMutation,
    RecommendationMutation,
    EventMutation,
    EventEvaluationMutation,
    AttendanceMutation,
    DoorMutation,
    CertificateMutation,
    OutcomeMutation,
    AwardEditionMutation,
    AwardListMutation,
    AwardEntryMutation,
    AwardJudgingMutation,
    HonourMutation,
    RubricMutation,
    NoticeMutation,
    ProposalMutation,
);

/// The whole API.
pub type JenjangSchema = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema. Limits are applied before execution (`document`), introspection is closed per request.
#[must_use]
pub fn schema() -> JenjangSchema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription).finish()
}

/// The schema as text: sorted, with descriptions, as it is committed.
#[must_use]
pub fn sdl(schema: &JenjangSchema) -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    schema.sdl_with_options(options)
}

/// Something with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id."))]
pub enum Node {
    AccessToken(AccessToken),
    Account(Account),
    AttendanceSheet(AttendanceSheet),
    Award(Award),
    AwardCategory(AwardCategory),
    AwardEdition(AwardEdition),
    AwardEntry(AwardEntry),
    AwardPanel(Box<AwardPanel>),
    AwardScoring(Box<AwardScoring>),
    AwardObjection(AwardObjection),
    Certificate(Box<Certificate>),
    Change(Change),
    ConflictOfInterest(ConflictOfInterest),
    DoorDevice(DoorDevice),
    ElectionStage(ElectionStage),
    Event(Event),
    EventDelegate(Box<EventDelegate>),
    EventEvaluation(EventEvaluation),
    EventInvitation(EventInvitation),
    EventSession(EventSession),
    Excuse(Excuse),
    File(File),
    Finding(Finding),
    HandoverSession(HandoverSession),
    Invitation(Invitation),
    NationalEvaluation(NationalEvaluation),
    Notice(Notice),
    Obligation(Obligation),
    Proposal(Proposal),
    Receipt(Receipt),
    Recommendation(Recommendation),
    Region(Region),
    RegionEdition(RegionEdition),
    Report(Report),
    ReportCycle(ReportCycle),
    ReportTemplate(ReportTemplate),
    ReviewAssignment(ReviewAssignment),
    Rubric(Rubric),
    Scan(Scan),
    Seat(Seat),
    SeatHolder(SeatHolder),
    ServiceAccount(ServiceAccount),
    Unit(Unit),
    UnitChange(UnitChange),
    Upload(Upload),
}

/// You: the account and the seats this request may act from, and what concerns you.
#[derive(MergedObject, Default)]
pub struct Viewer(
    IdentityViewer,
    SessionViewer,
    SecondFactorViewer,
    NoticeViewer,
    ContactViewer,
    TaskViewer,
);

/// What a request may cost.
#[derive(SimpleObject)]
pub struct RateLimit {
    /// What this request was counted to cost: about one per object it may answer with.
    complexity: i32,
    /// The most one request may cost; beyond it nothing runs and the answer is QUERY_TOO_COMPLEX. There is no budget
    /// across requests; only signing in is throttled.
    limit: i32,
}

/// The most ids `nodes` takes.
const MOST_NODES: usize = 100;

#[derive(Default)]
pub struct RootQuery;

#[Object]
impl RootQuery {
    /// Anything by its global id; null when there is nothing that you may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
    ) -> Option<async_graphql::Result<Node>> {
        let found = match ctx.session() {
            Ok(session) => find(session, &[id]).await,
            Err(error) => Err(error),
        };
        found
            .map(|nodes| nodes.into_iter().next().flatten())
            .map_err(Into::into)
            .transpose()
    }

    /// Several things by their global ids, in the order asked for; null where there is nothing that you may see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global ids, at most 100.")] ids: Vec<ID>,
    ) -> async_graphql::Result<Vec<Option<Node>>> {
        let session = ctx.session()?;
        if ids.len() > MOST_NODES {
            return Err(Error::bad_input(
                format!("Paling banyak {MOST_NODES} id."),
                format!("At most {MOST_NODES} ids."),
            )
            .into());
        }
        Ok(find(session, &ids).await?)
    }

    /// You; null when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        ctx.request().session.get().map(|_session| Viewer::default())
    }

    /// What this request costs and how much one may.
    async fn rate_limit(&self, ctx: &Context<'_>) -> RateLimit {
        let saturated = |number| i32::try_from(number).unwrap_or(i32::MAX);
        RateLimit {
            complexity: saturated(ctx.request().complexity),
            limit: saturated(ctx.request().complexity_limit),
        }
    }
}

/// Finds things by id: one statement per kind that is not in memory, however many there are.
async fn find(session: &Session, ids: &[ID]) -> Result<Vec<Option<Node>>, Error> {
    let ids: Vec<_> = ids.iter().map(id::parse).collect::<Result<_, _>>()?;
    let of = |wanted: Kind| {
        ids.iter()
            .filter(|(kind, _uuid)| *kind == wanted)
            .map(|(_kind, uuid)| *uuid)
            .collect::<Vec<_>>()
    };
    let (reports, gatherings) = (of(Kind::Report), of(Kind::HandoverSession));
    let invited = of(Kind::Invitation);
    let proposals = of(Kind::Proposal);
    let owed = of(Kind::Obligation);
    let connection = session.services.db.reader();
    let rows = if reports.is_empty() {
        Vec::new()
    } else {
        report::query::by_ids(connection, &session.actor, &reports).await?
    };
    let gatherings = if gatherings.is_empty() {
        Vec::new()
    } else {
        report::gathering::query::by_ids(connection, &session.actor, &gatherings).await?
    };
    let invitations = if invited.is_empty() {
        Vec::new()
    } else {
        identity::query::invitations_by_id(connection, &session.actor, &invited).await?
    };
    let owed = if owed.is_empty() {
        Vec::new()
    } else {
        report::owed::query::by_ids(connection, &session.actor, &owed).await?
    };
    let conflicts = of(Kind::ConflictOfInterest);
    let conflicts = if conflicts.is_empty() {
        Vec::new()
    } else {
        review::query::conflicts_by_id(connection, &session.actor, &conflicts).await?
    };
    let reviews = of(Kind::ReviewAssignment);
    let reviews = if reviews.is_empty() {
        Vec::new()
    } else {
        report::reviewing::query::by_ids(connection, &session.actor, &reviews).await?
    };
    let notices = of(Kind::Notice);
    let notices = if notices.is_empty() {
        Vec::new()
    } else {
        notice::graphql::by_ids(session, &notices).await?
    };
    let proposals = if proposals.is_empty() {
        Vec::new()
    } else {
        proposal::query::by_ids(connection, &session.actor, &proposals).await?
    };
    let receipts = of(Kind::Receipt);
    let receipts = if receipts.is_empty() {
        Vec::new()
    } else {
        report::receipt::query::by_ids(connection, &session.actor, &receipts).await?
    };
    let changes = of(Kind::UnitChange);
    let changes = if changes.is_empty() {
        Vec::new()
    } else {
        territory::change::query::by_ids(connection, &changes).await?
    };
    let events = of(Kind::Change);
    let events = if events.is_empty() {
        Vec::new()
    } else {
        feed::graphql::by_ids(session, &events).await?
    };
    let files = of(Kind::File);
    let files = if files.is_empty() {
        Vec::new()
    } else {
        file::query::visible(connection, &session.actor, &files).await?
    };
    let found = of(Kind::Finding);
    let found = if found.is_empty() {
        Vec::new()
    } else {
        finding::by_ids(session, &found).await?
    };
    let uploads = of(Kind::Upload);
    let uploads = if uploads.is_empty() {
        Vec::new()
    } else {
        file::query::begun(connection, &session.actor, &uploads).await?
    };
    let evaluations = of(Kind::NationalEvaluation);
    let evaluations = if evaluations.is_empty() {
        Vec::new()
    } else {
        report::evaluation::query::by_ids(connection, &session.actor, &evaluations).await?
    };
    let recommended = of(Kind::Recommendation);
    let recommended = if recommended.is_empty() {
        Vec::new()
    } else {
        review::recommendation::query::by_ids(connection, &session.actor, &recommended).await?
    };
    let events_found = of(Kind::Event);
    let events_found = if events_found.is_empty() {
        Vec::new()
    } else {
        event::query::by_ids(connection, &session.actor, &events_found).await?
    };
    let to_events = of(Kind::EventInvitation);
    let to_events = if to_events.is_empty() {
        Vec::new()
    } else {
        event::query::invitations_by_id(connection, &session.actor, &to_events).await?
    };
    let delegates = of(Kind::EventDelegate);
    let delegates = if delegates.is_empty() {
        Vec::new()
    } else {
        event::query::delegates_by_id(connection, &session.actor, &delegates).await?
    };
    let judged = of(Kind::EventEvaluation);
    let judged = if judged.is_empty() {
        Vec::new()
    } else {
        event::evaluation::query::by_ids(connection, &session.actor, &judged).await?
    };
    let sessions = of(Kind::EventSession);
    let sessions = if sessions.is_empty() {
        Vec::new()
    } else {
        event::query::sessions_by_id(connection, &session.actor, &sessions).await?
    };
    let sheets = of(Kind::AttendanceSheet);
    let sheets = if sheets.is_empty() {
        Vec::new()
    } else {
        event::attendance::query::sheets_by_id(connection, &session.actor, &sheets).await?
    };
    let excuses = of(Kind::Excuse);
    let excuses = if excuses.is_empty() {
        Vec::new()
    } else {
        event::attendance::query::excuses_by_id(connection, &session.actor, &excuses).await?
    };
    let devices = of(Kind::DoorDevice);
    let devices = if devices.is_empty() {
        Vec::new()
    } else {
        event::door::query::devices_by_id(connection, &session.actor, &devices).await?
    };
    let scans = of(Kind::Scan);
    let scans = if scans.is_empty() {
        Vec::new()
    } else {
        event::door::query::scans_by_id(connection, &session.actor, &scans).await?
    };
    let certificates = of(Kind::Certificate);
    let certificates = if certificates.is_empty() {
        Vec::new()
    } else {
        certificate::query::by_ids(connection, &session.actor, &certificates).await?
    };
    let rubrics = of(Kind::Rubric);
    let rubrics = if rubrics.is_empty() {
        Vec::new()
    } else {
        review::rubric::query::by_ids(connection, &session.actor, &rubrics).await?
    };
    let awards = node::Found::load(session, of).await?;
    let judged_by = judging::Found::load(session, of).await?;
    let (directory, catalogue) = (&session.actor.directory, session.services.catalogue.load());
    let mut nodes = Vec::with_capacity(ids.len());
    for (kind, uuid) in ids {
        nodes.push(match kind {
            Kind::AccessToken => {
                program::visible_token(&session.actor, uuid).map(|token| AccessToken(token.clone()).into())
            }
            Kind::Account => Account::visible_to(&session.actor, uuid).map(Node::from),
            Kind::Award => awards.award(uuid),
            Kind::AwardCategory => awards.category(uuid),
            Kind::AwardEdition => awards.edition(uuid),
            Kind::AwardEntry => awards.entry(uuid),
            Kind::AwardPanel => judged_by.panel(uuid),
            Kind::AwardScoring => judged_by.scoring(uuid),
            Kind::AwardObjection => awards.objection(uuid),
            Kind::Certificate => certificates
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Node::Certificate(Box::new(Certificate(row.clone())))),
            Kind::Change => events
                .iter()
                .find(|change| change.uuid() == uuid)
                .map(|change| change.clone().into()),
            Kind::ConflictOfInterest => conflicts
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| ConflictOfInterest(row.clone()).into()),
            Kind::ElectionStage => catalogue.stage(uuid).map(|row| ElectionStage(Arc::clone(row)).into()),
            Kind::Event => events_found
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Event::from(row.clone()).into()),
            Kind::EventDelegate => delegates
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Node::EventDelegate(Box::new(EventDelegate(row.clone())))),
            Kind::EventEvaluation => judged
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| EventEvaluation(row.clone()).into()),
            Kind::EventInvitation => to_events
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| EventInvitation(row.clone()).into()),
            Kind::EventSession => sessions
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| EventSession(row.clone()).into()),
            Kind::File => files
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| File::from(row.clone()).into()),
            Kind::Finding => found
                .iter()
                .find(|finding| finding.uuid() == uuid)
                .map(|finding| finding.clone().into()),
            Kind::HandoverSession => gatherings
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| HandoverSession(row.id).into()),
            Kind::Invitation => invitations
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Invitation::from(row.clone()).into()),
            Kind::NationalEvaluation => evaluations
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| NationalEvaluation::from(row.clone()).into()),
            // One's own, and found beneath `viewer` alone.
            Kind::AccountSession => None,
            // Found with its event alone, whose host writes them anew.
            Kind::EventSpeaker => None,
            Kind::AttendanceSheet => sheets
                .iter()
                .find(|(invitation, _row)| invitation.id == uuid)
                .map(|(invitation, row)| AttendanceSheet::of(invitation.clone(), row.clone()).into()),
            Kind::Excuse => excuses
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Excuse(row.clone()).into()),
            Kind::DoorDevice => devices
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| DoorDevice(row.clone()).into()),
            Kind::Scan => scans
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Scan(row.clone()).into()),
            Kind::Notice => notices
                .iter()
                .find(|notice| notice.uuid() == uuid)
                .map(|notice| notice.clone().into()),
            Kind::Obligation => owed
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Obligation::seen_by(&session.actor, &catalogue, row.clone()).into()),
            Kind::Proposal => proposals
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Proposal(row.clone()).into()),
            Kind::Receipt => {
                let row = receipts.iter().find(|row| row.id == uuid);
                row.map(|row| Receipt::of(row.clone())).transpose()?.map(Node::from)
            }
            Kind::Recommendation => recommended
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Recommendation(row.clone()).into()),
            Kind::Region => directory.region(uuid).map(|row| Region(row.id).into()),
            Kind::RegionEdition => directory.edition(uuid).map(|row| RegionEdition(row.id).into()),
            Kind::Report => rows
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Report::from(row.clone()).into()),
            Kind::ReportCycle => {
                let row = catalogue.cycle(uuid);
                row.and_then(|row| ReportCycle::visible_to(session, row))
                    .map(Node::from)
            }
            Kind::ReportTemplate => catalogue
                .template(uuid)
                .filter(|row| report::template::availability::is_visible(&session.actor, row))
                .map(|row| ReportTemplate(Arc::clone(row)).into()),
            Kind::ReviewAssignment => reviews
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| ReviewAssignment(row.clone()).into()),
            Kind::Rubric => rubrics
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Rubric(row.clone()).into()),
            Kind::Seat => directory.seat(uuid).map(|row| Seat(row.id).into()),
            Kind::SeatHolder => directory
                .holder(uuid)
                .and_then(|row| SeatHolder::visible_to(&session.actor, row))
                .map(Node::from),
            Kind::ServiceAccount => {
                program::visible(&session.actor, uuid).map(|program| ServiceAccount(program.clone()).into())
            }
            Kind::Unit => directory.tree.get(uuid).map(|row| Unit(row.id).into()),
            Kind::UnitChange => changes
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| UnitChange(row.clone()).into()),
            Kind::Upload => uploads
                .iter()
                .find(|row| row.id == uuid)
                .map(|row| Upload::from(row.clone()).into()),
        });
    }
    Ok(nodes)
}
