//! Who reviews a report, as the API shows it.
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, Union, dataloader::DataLoader};
use entity::{enums, review_assignment, score_sheet};

use super::{
    loader::{DraftOfAssignment, ReportLoader, RubricOf, SheetsOf, SheetsOfAssignment, VisibleReport, VisibleReports},
    score::{ScoreDraft, ScoreSheet, criteria},
    types::Report,
};
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::review::{Action, Relations, decide},
    },
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor, either},
        problem::of_field,
        scalars::{Date, DateTime},
    },
    identity::graphql::Account,
    report::{
        catalogue,
        reviewing::{
            answer::seat_that_may,
            query::{self, Filter},
        },
    },
    review::assignment::{Step, next},
    session::Session,
    territory::graphql::{Seat, ids},
};

/// Where the review by one expert stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::AssignmentState")]
pub enum ReviewAssignmentState {
    /// Assigned, and not answered.
    Assigned,
    /// Taken on.
    Acknowledged,
    /// A sheet is being filled in.
    Draft,
    /// A sheet is complete.
    Complete,
    /// Declined by the expert.
    Declined,
    /// The expert recused from it, or was recused for a conflict of interest.
    Recused,
    /// Taken away by a COORDINATOR.
    Lapsed,
}

/// What is reviewed.
#[derive(Union)]
pub enum ReviewSubject {
    /// A report.
    Report(Report),
}

#[derive(Clone)]
pub struct ReviewAssignment(pub review_assignment::Model);

impl ReviewAssignment {
    fn can(&self, session: &Session, action: Action, step: Step) -> bool {
        seat_that_may(&session.actor, &self.0, action, None).is_ok() && next(self.0.state, step).is_ok()
    }
}

/// The review of one record by one expert. Known to COORDINATORs and to the experts of the same record, save with a conflict
/// of interest.
#[Object]
impl ReviewAssignment {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::ReviewAssignment.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What is reviewed; null when you may no longer see it.
    async fn subject(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReviewSubject>> {
        match self.0.subject_type {
            enums::ReviewSubjectType::Report => {
                let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
                let found = loader
                    .load_one(VisibleReport(self.0.subject_id))
                    .await
                    .map_err(of_field);
                let found = found.transpose()?;
                Some(found.map(|row| ReviewSubject::Report(Report::from(row))))
            }
            // Jurors' work is shown as `AwardScoring`, and nothing leads here to it.
            enums::ReviewSubjectType::AwardCandidate => None,
        }
    }

    /// The seat it is assigned to.
    async fn seat(&self) -> Seat {
        Seat(self.0.seat_id)
    }

    /// The person it is assigned to.
    async fn reviewer(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        match ctx.session() {
            Ok(session) => Account::of_record(&session.actor, self.0.account_id).map(Ok),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// Whether the expert leads the review: only the lead asks for a revision.
    async fn is_lead(&self) -> bool {
        self.0.lead
    }

    /// Where it stands.
    async fn state(&self) -> ReviewAssignmentState {
        self.0.state.into()
    }

    /// By when the sheet is awaited; null where no day was set.
    async fn due_on(&self) -> Option<Date> {
        self.0.due_on.map(Date)
    }

    /// When it was assigned.
    async fn assigned_at(&self) -> DateTime {
        DateTime(self.0.assigned_at)
    }

    /// When anything about it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// The sheet you are filling in; null for everybody but yourself, and before it was first saved.
    async fn draft(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ScoreDraft>> {
        score_draft(ctx, &self.0).await.transpose()
    }

    /// The last sheet the expert has completed, for whatever revision; null while there is none, and for experts who have
    /// not completed their own for what was submitted last.
    async fn sheet(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ScoreSheet>> {
        let sheets = complete_sheets(ctx, &self.0).await;
        sheets.map(|mut sheets| sheets.pop().map(ScoreSheet)).transpose()
    }

    /// Every sheet the expert has completed, the first one first; empty where `sheet` is null.
    async fn sheets(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ScoreSheet>> {
        let sheets = complete_sheets(ctx, &self.0).await?;
        Ok(sheets.into_iter().map(ScoreSheet).collect())
    }

    /// Whether you may acknowledge it now.
    async fn viewer_can_acknowledge(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.can(ctx.session()?, Action::Answer, Step::Acknowledge))
    }

    /// Whether you may decline it now.
    async fn viewer_can_decline(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.can(ctx.session()?, Action::Answer, Step::Decline))
    }

    /// Whether you may recuse from it now.
    async fn viewer_can_recuse(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.can(ctx.session()?, Action::Answer, Step::Recuse))
    }

    /// Whether you may take it away now.
    async fn viewer_can_lapse(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(self.can(ctx.session()?, Action::Direct, Step::Lapse))
    }
}

/// The sheet being filled in, for who fills it in.
async fn score_draft(
    ctx: &Context<'_>,
    row: &review_assignment::Model,
) -> Result<Option<ScoreDraft>, async_graphql::Error> {
    let session = ctx.session()?;
    if seat_that_may(&session.actor, row, Action::Score, None).is_err() {
        return Ok(None);
    }
    let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
    let visible = ctx.data_unchecked::<DataLoader<VisibleReports>>();
    let draft = loader.load_one(DraftOfAssignment(row.id)).await.map_err(of_field)?;
    let report = visible
        .load_one(VisibleReport(row.subject_id))
        .await
        .map_err(of_field)?;
    let Some((draft, report)) = draft.zip(report) else {
        return Ok(None);
    };
    let template = catalogue::template(&session.services, report.template_id).await?;
    let rubric = loader
        .load_one(RubricOf(template.route.rubric.unwrap_or_default()))
        .await;
    Ok(Some(ScoreDraft {
        row: draft,
        criteria: criteria(rubric.map_err(of_field)?)?,
    }))
}

/// What an expert has completed, for who may read it.
async fn complete_sheets(
    ctx: &Context<'_>,
    row: &review_assignment::Model,
) -> async_graphql::Result<Vec<score_sheet::Model>> {
    let session = ctx.session()?;
    let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
    let done = loader.load_one(SheetsOf(row.subject_id)).await.map_err(of_field)?;
    let completed = done
        .iter()
        .flatten()
        .any(|(assignment, _sheet)| assignment.account_id == session.actor.account);
    let reads = |seat: &ActingSeat| {
        let relations = Relations {
            own: row.account_id == session.actor.account && row.seat_id == seat.seat,
            // Whoever sees an assignment directs the review or is part of it, without a conflict of interest.
            assigned: true,
            completed,
            ..Relations::default()
        };
        decide(seat.function, Action::ReadSheet, relations) == Decision::Allowed
    };
    if !session.actor.seats.iter().any(reads) {
        return Ok(Vec::new());
    }
    let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
    let found = loader.load_one(SheetsOfAssignment(row.id)).await.map_err(of_field)?;
    Ok(found.unwrap_or_default())
}

connection!(
    ReviewAssignmentConnection,
    ReviewAssignmentEdge,
    ReviewAssignment,
    Counted,
    "review assignments"
);

/// How many a filter finds, counted when asked for.
pub struct Counted(Filter);

impl Counted {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Chooses by where assignments stand.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ReviewAssignmentStateFilter {
    /// Exactly this one.
    eq: Option<ReviewAssignmentState>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<ReviewAssignmentState>>,
}

/// Which assignments are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ReviewAssignmentFilter {
    /// By where they stand.
    state: Option<ReviewAssignmentStateFilter>,
    /// Of these reports.
    report: Option<IdFilter>,
    /// Assigned to these seats.
    reviewer: Option<IdFilter>,
    /// Of reports of these rounds.
    cycle: Option<IdFilter>,
    /// Of reports of these units and of all beneath them.
    underneath: Option<IdFilter>,
    /// Only those that are not done although they were due before today.
    #[graphql(default)]
    overdue: bool,
    /// Only your own.
    #[graphql(default)]
    own: bool,
}

impl ReviewAssignmentFilter {
    fn resolve(self, session: &Session) -> Result<Filter, Error> {
        let ReviewAssignmentStateFilter { eq, any } = self.state.unwrap_or_default();
        Ok(Filter {
            state: either(eq, any)?.map(|states| states.into_iter().map(Into::into).collect()),
            report: ids(Kind::Report, self.report)?,
            reviewer: ids(Kind::Seat, self.reviewer)?,
            cycle: ids(Kind::ReportCycle, self.cycle)?,
            underneath: ids(Kind::Unit, self.underneath)?,
            overdue_on: self.overdue.then_some(session.actor.today),
            own: self.own,
        })
    }
}

/// One report of a plan with the seats that review it.
#[derive(SimpleObject)]
pub struct ReviewPlanRow {
    /// The report.
    pub(super) report: Report,
    /// The seats that review it. Where nobody led before, or a lead was named, the first of them leads.
    pub(super) reviewers: Vec<Seat>,
}

#[derive(Default)]
pub struct ReviewQuery;

#[Object]
impl ReviewQuery {
    /// Who is assigned to review what, the latest first: for a COORDINATOR everything but the records of units there is a
    /// conflict of interest with; for an EXPERT the reviews you are part of.
    async fn review_assignments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ReviewAssignmentFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<ReviewAssignmentConnection> {
        let list = "reviewAssignments";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve(session)?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window(list)?;
        let page = query::page(session.services.db.reader(), &session.actor, &filter, &window).await?;
        let page = page.map(|row| (cursor(list, &row.id), ReviewAssignment(row)));
        Ok(ReviewAssignmentConnection::new(page, Counted(filter)))
    }
}
