//! National evaluations in the API: how a round has gone, as far as its reader may know.
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, dataloader::DataLoader};
use entity::{
    enums,
    evaluation::{self, CriterionFigure, Distribution, Figures, Group, SectionFigure, SectionNote},
    evaluation_entry,
};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{
    cycle::ReportCycle,
    loader::{VisibleReport, VisibleReports},
    types::Report,
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor, either},
        problem::of_field,
        scalars::{Date, DateTime},
    },
    payload,
    report::{
        catalogue,
        evaluation::{
            closing::{Close, close},
            material,
            preparing::{Edit, Open, edit, open},
            query::{self, EntryFilter},
            sight,
        },
    },
    review::{
        query::conflicts_in_force,
        recommendation::{self, graphql::Recommendation},
    },
    session::Session,
    territory::graphql::{Tier, Unit, ids},
};

/// How figures from 0 to 100 are spread, each with two places.
#[derive(SimpleObject)]
pub struct ScoreDistribution {
    /// How many figures there are.
    count: i64,
    /// The least of them.
    least: String,
    /// The most.
    most: String,
    /// Their mean.
    mean: String,
    /// The middle one, or the mean of the two in the middle.
    median: String,
    /// Their standard deviation, as the whole there is.
    deviation: String,
    /// How many lie in each tenth, from the lowest up: below 10, below 20, and so on; 100 belongs to the last.
    tenths: Vec<i64>,
}

impl From<&Distribution> for ScoreDistribution {
    fn from(given: &Distribution) -> Self {
        Self {
            count: given.count,
            least: given.least.clone(),
            most: given.most.clone(),
            mean: given.mean.clone(),
            median: given.median.clone(),
            deviation: given.deviation.clone(),
            tenths: given.tenths.clone(),
        }
    }
}

pub struct EvaluationGroup(Group);

/// What units that belong together come to.
#[Object]
impl EvaluationGroup {
    /// The tier they are of; null where they are of all.
    async fn tier(&self) -> Option<Tier> {
        self.0.tier.map(Into::into)
    }

    /// The province they lie in, itself included; null where they lie in all.
    async fn province(&self) -> Option<Unit> {
        self.0.province.map(Unit)
    }

    /// How many units were asked for a report.
    async fn expected(&self) -> i64 {
        self.0.expected
    }

    /// Of how many something came.
    async fn submitted(&self) -> i64 {
        self.0.submitted
    }

    /// Of how many it came in time.
    async fn on_time(&self) -> i64 {
        self.0.on_time
    }

    /// How many reports were accepted, and are evaluated.
    async fn evaluated(&self) -> i64 {
        self.0.evaluated
    }

    /// How many were declined.
    async fn declined(&self) -> i64 {
        self.0.declined
    }

    /// How many came and were not decided on.
    async fn pending(&self) -> i64 {
        self.0.pending
    }

    /// How the scores of the evaluated reports are spread; null where there is none, or fewer than 3 for who may not read the
    /// single reports.
    async fn scores(&self) -> Option<ScoreDistribution> {
        self.0.scores.as_ref().map(Into::into)
    }
}

pub struct EvaluationCriterion(CriterionFigure);

/// How one criterion was scored: a mean for each report, from 0 at the bottom of its scale to 100 at the top.
#[Object]
impl EvaluationCriterion {
    /// The key of the criterion in the rubric.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// What is judged.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// How the reports are spread.
    async fn scores(&self) -> ScoreDistribution {
        (&self.0.scores).into()
    }
}

pub struct EvaluationSection {
    figure: SectionFigure,
    note: Option<SectionNote>,
}

/// What the evaluated reports show on one of their sections.
#[Object]
impl EvaluationSection {
    /// The key of the section in the template; null: the reports as a whole.
    async fn key(&self) -> Option<&str> {
        self.figure.section.as_deref()
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.figure.title
    }

    /// How many findings of severity MUST there were.
    async fn must(&self) -> i64 {
        self.figure.must
    }

    /// How many of severity SHOULD.
    async fn should(&self) -> i64 {
        self.figure.should
    }

    /// How many of severity NOTE.
    async fn notes(&self) -> i64 {
        self.figure.notes
    }

    /// How many of all of them were settled.
    async fn resolved(&self) -> i64 {
        self.figure.resolved
    }

    /// What is done well.
    async fn strengths(&self) -> &[String] {
        self.note.as_ref().map_or(&[], |note| &note.strengths)
    }

    /// What is not.
    async fn weaknesses(&self) -> &[String] {
        self.note.as_ref().map_or(&[], |note| &note.weaknesses)
    }
}

/// How an evaluation counts a unit.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::EvaluationOutcome")]
pub enum EvaluationOutcome {
    /// Its report was accepted, and is frozen by the evaluation.
    Evaluated,
    /// Its report was declined.
    Declined,
    /// Its report came, and was not decided on when the evaluation closed.
    Pending,
    /// Nothing came.
    Missing,
    /// Nothing came, and nothing had to.
    Excused,
}

#[derive(Clone)]
pub struct EvaluationEntry {
    row: evaluation_entry::Model,
    tells_score: bool,
}

/// How a closed evaluation counts one unit.
#[Object]
impl EvaluationEntry {
    /// The unit.
    async fn unit(&self) -> Unit {
        Unit(self.row.unit_id)
    }

    /// How it is counted.
    async fn outcome(&self) -> EvaluationOutcome {
        self.row.outcome.into()
    }

    /// Whether its report came in time; null where nothing came.
    async fn on_time(&self) -> Option<bool> {
        self.row.on_time
    }

    /// The report; null where there is none that you see.
    async fn report(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Report>> {
        let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
        let found = loader.load_one(VisibleReport(self.row.report_id?)).await;
        found.map(|row| row.map(Report::from)).map_err(of_field).transpose()
    }

    /// The SHA-256 of the revision that was frozen, hexadecimal; null where nothing was.
    async fn sha256(&self) -> Option<&str> {
        self.row.sha256.as_deref()
    }

    /// From how many sheets its score comes.
    async fn sheets(&self) -> i32 {
        self.row.sheets
    }

    /// The mean of what its sheets come to, from 0 to 100 with two places; null where there is none, or for who has a
    /// conflict of interest with the unit.
    async fn score(&self) -> Option<&str> {
        self.row.score.as_deref().filter(|_score| self.tells_score)
    }

    /// Whether the report was reopened since: the evaluation still counts it as it was.
    async fn reopened_since(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let Some(report) = self.row.report_id.filter(|_report| self.row.revision_id.is_some()) else {
            return Ok(false);
        };
        let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
        let found = loader.load_one(VisibleReport(report)).await.map_err(of_field)?;
        Ok(found.is_some_and(|report| report.status != enums::ReportStatus::Evaluated))
    }
}

connection!(
    EvaluationEntryConnection,
    EvaluationEntryEdge,
    EvaluationEntry,
    CountedEntries,
    "units an evaluation counts"
);

/// How many entries there are, counted when asked for.
pub struct CountedEntries(EntryFilter);

impl CountedEntries {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        query::entry_count(session.services.db.reader(), &session.actor, &self.0).await
    }
}

/// Chooses by how units are counted.
#[derive(InputObject, Clone, Debug, Default)]
pub struct EvaluationOutcomeFilter {
    /// Exactly this way.
    eq: Option<EvaluationOutcome>,
    /// Any of these ways.
    #[graphql(name = "in")]
    any: Option<Vec<EvaluationOutcome>>,
}

/// Which units an evaluation counts are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct EvaluationEntryFilter {
    /// Exactly these.
    unit: Option<IdFilter>,
    /// By how they are counted.
    outcome: Option<EvaluationOutcomeFilter>,
}

impl EvaluationEntryFilter {
    fn resolve(self, evaluation: Uuid) -> Result<EntryFilter, Error> {
        let EvaluationOutcomeFilter { eq, any } = self.outcome.unwrap_or_default();
        let outcomes = either(eq, any)?;
        Ok(EntryFilter {
            evaluation,
            unit: ids(Kind::Unit, self.unit)?,
            outcome: outcomes.map(|outcomes| outcomes.into_iter().map(Into::into).collect()),
        })
    }
}

/// Something that is to be recommended when the evaluation closes.
#[derive(SimpleObject)]
pub struct ProposedRecommendation {
    /// The unit that is to follow.
    unit: Unit,
    /// What is to be done.
    text: String,
    /// Until when an answer is awaited.
    due_on: Date,
}

/// The place of an evaluation in the chain of audit.
#[derive(SimpleObject)]
pub struct EvaluationAuditHead {
    /// The place of the link.
    position: i64,
    /// The link, hexadecimal.
    link: String,
}

pub struct NationalEvaluation {
    row: Box<evaluation::Model>,
    /// Told once for a request, while it is open: from what there is then.
    figures: OnceCell<Box<Figures>>,
}

impl From<evaluation::Model> for NationalEvaluation {
    fn from(row: evaluation::Model) -> Self {
        Self {
            row: Box::new(row),
            figures: OnceCell::new(),
        }
    }
}

impl NationalEvaluation {
    /// The figures as far as the reader may know of them: frozen, or as they stand now.
    async fn figures(&self, session: &Session) -> Result<&Figures, Error> {
        let told = self
            .figures
            .get_or_try_init(|| async {
                let actor = &session.actor;
                if let Some(figures) = &self.row.figures {
                    return Ok(Box::new(sight::readable(actor, &self.row, figures)));
                }
                let cycle = catalogue::cycle(&session.services, self.row.cycle_id).await?;
                let connection = session.services.db.reader();
                let standing = material::standing(connection, &session.services, actor, &cycle, false).await?;
                Ok::<_, Error>(Box::new(standing.figures(actor)))
            })
            .await?;
        Ok(told)
    }
}

/// The national evaluation of a cycle: while it is open a draft of the COORDINATORs who prepare it, told from what there is;
/// closed it is frozen, with every report it counts. Then every unit beneath reads what it says of the country, and of
/// provinces and units what lies in its own scope. As a PDF at `GET /evaluations/{id}.pdf`, once it is closed.
#[Object]
impl NationalEvaluation {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::NationalEvaluation.id(self.row.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// The cycle it evaluates.
    async fn cycle(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportCycle> {
        let session = ctx.session()?;
        let cycle = catalogue::cycle(&session.services, self.row.cycle_id).await?;
        let seen = ReportCycle::visible_to(session, &cycle);
        Ok(seen.ok_or_else(|| Error::internal("an evaluation of a round its reader does not see"))?)
    }

    /// The number it is filed under; null where it has none.
    async fn number(&self) -> Option<&str> {
        self.row.number.as_deref()
    }

    /// What it says in a few paragraphs, parted by empty lines. Empty until it is written.
    async fn summary(&self) -> &str {
        &self.row.summary
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.row.opened_at)
    }

    /// When it was closed and frozen; null while it is open.
    async fn closed_at(&self) -> Option<DateTime> {
        self.row.closed_at.map(DateTime)
    }

    /// The SHA-256 of all of it in canonical JSON, hexadecimal, which the act that closed it attests; null while it is open.
    async fn sha256(&self) -> Option<&str> {
        self.row.sha256.as_deref()
    }

    /// The last link of the chain of audit when it closed; null while it is open.
    async fn audit_head(&self) -> Option<EvaluationAuditHead> {
        let head = self.row.head_position.zip(self.row.head_link.clone());
        head.map(|(position, link)| EvaluationAuditHead { position, link })
    }

    /// What all units come to.
    async fn national(&self, ctx: &Context<'_>) -> async_graphql::Result<EvaluationGroup> {
        Ok(EvaluationGroup(self.figures(ctx.session()?).await?.all.clone()))
    }

    /// What the units of each tier come to, from the highest down.
    async fn tiers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EvaluationGroup>> {
        let figures = self.figures(ctx.session()?).await?;
        Ok(figures.tiers.iter().cloned().map(EvaluationGroup).collect())
    }

    /// What each province comes to, by their codes; those whose reports you may read.
    async fn provinces(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EvaluationGroup>> {
        let figures = self.figures(ctx.session()?).await?;
        Ok(figures.provinces.iter().cloned().map(EvaluationGroup).collect())
    }

    /// How each criterion was scored, in the order of the rubric.
    async fn criteria(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EvaluationCriterion>> {
        let figures = self.figures(ctx.session()?).await?;
        Ok(figures.criteria.iter().cloned().map(EvaluationCriterion).collect())
    }

    /// What was found in each section, in the order of the template, and what is said of it.
    async fn sections(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<EvaluationSection>> {
        let figures = self.figures(ctx.session()?).await?;
        let section = |figure: &SectionFigure| EvaluationSection {
            note: (self.row.sections.0.iter())
                .find(|note| Some(&note.section) == figure.section.as_ref())
                .cloned(),
            figure: figure.clone(),
        };
        Ok(figures.sections.iter().map(section).collect())
    }

    /// How it counts each unit whose reports you may read, by unit; none while it is open.
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<EvaluationEntryFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<EvaluationEntryConnection> {
        const LIST: &str = "evaluation-entries";
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve(self.row.id)?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Uuid>(LIST)?;
        let connection = session.services.db.reader();
        let page = query::entry_page(connection, &session.actor, &filter, &window).await?;
        let actor = &session.actor;
        let declared = if sight::coordinates(actor) {
            conflicts_in_force(connection, &[actor.account], actor.today).await?
        } else {
            Vec::new()
        };
        let page = page.map(|row| {
            let tells_score = sight::reads_score(actor, &declared, row.unit_id);
            (cursor(LIST, &row.unit_id), EvaluationEntry { row, tells_score })
        });
        Ok(EvaluationEntryConnection::new(page, CountedEntries(filter)))
    }

    /// What it is going to recommend when it closes, in order; empty once it is closed.
    async fn proposed(&self) -> Vec<ProposedRecommendation> {
        let proposed = self
            .row
            .proposed
            .0
            .iter()
            .filter(|_proposal| self.row.closed_at.is_none());
        proposed
            .map(|proposal| ProposedRecommendation {
                unit: Unit(proposal.unit),
                text: proposal.text.clone(),
                due_on: Date(proposal.due_on),
            })
            .collect()
    }

    /// What it recommended when it closed, in order, as far as you may know of it; at most 100.
    async fn recommendations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Recommendation>> {
        let session = ctx.session()?;
        let source = (enums::RecommendationSource::Evaluation, self.row.id);
        let connection = session.services.db.reader();
        let found = recommendation::query::of_source(connection, &session.actor, source).await?;
        Ok(found.into_iter().map(Recommendation).collect())
    }

    /// Whether you may write and close it now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let actor = &ctx.session()?.actor;
        Ok(self.row.closed_at.is_none() && sight::preparing_seat(actor, &self.row, None).is_ok())
    }
}

#[derive(Default)]
pub struct EvaluationQuery;

#[Object]
impl EvaluationQuery {
    /// The national evaluation of a cycle; null when there is none that you may see.
    async fn national_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cycle's global id.")] cycle: ID,
    ) -> Option<async_graphql::Result<NationalEvaluation>> {
        let (session, cycle) = match (ctx.session(), Kind::ReportCycle.uuid(&cycle)) {
            (Ok(session), Ok(cycle)) => (session, cycle),
            (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
        };
        let found = query::of_cycle(session.services.db.reader(), &session.actor, cycle).await;
        found.map(|row| row.map(Into::into)).map_err(Into::into).transpose()
    }
}

/// Which cycle is to be evaluated.
#[derive(InputObject)]
pub struct OpenEvaluationInput {
    /// The cycle: one of RI, whose reports come to RI.
    cycle: ID,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What is said of a section.
#[derive(InputObject)]
pub struct EvaluationSectionInput {
    /// The key of the section in the template.
    section: String,
    /// What is done well: at most 20 points of at most 1,000 characters.
    #[graphql(default)]
    strengths: Vec<String>,
    /// What is not; as many and as long.
    #[graphql(default)]
    weaknesses: Vec<String>,
}

/// What is to be recommended, and to whom.
#[derive(InputObject)]
pub struct ProposedRecommendationInput {
    /// The unit that is to follow: RI or any beneath.
    unit: ID,
    /// What is to be done, at most 2,000 characters.
    text: String,
    /// Until when an answer is awaited; not in the past.
    due_on: Date,
}

/// What to write of an evaluation. What is left out stays as it is.
#[derive(InputObject)]
pub struct EditEvaluationInput {
    /// The evaluation.
    evaluation: ID,
    /// The version you read.
    expected_version: i32,
    /// The number it is filed under, at most 100 characters; an empty text takes it away.
    number: Option<String>,
    /// What it says, at most 10,000 characters: paragraphs, parted by empty lines.
    summary: Option<String>,
    /// What is said of sections, each at most once: all of it.
    sections: Option<Vec<EvaluationSectionInput>>,
    /// What is to be recommended, at most 100: all of it, in order.
    recommendations: Option<Vec<ProposedRecommendationInput>>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl EditEvaluationInput {
    fn resolve(self) -> Result<Edit, Error> {
        let section = |given: EvaluationSectionInput| SectionNote {
            section: given.section,
            strengths: given.strengths,
            weaknesses: given.weaknesses,
        };
        let proposal = |given: ProposedRecommendationInput| -> Result<evaluation::Proposal, Error> {
            Ok(evaluation::Proposal {
                unit: Kind::Unit.uuid(&given.unit)?,
                text: given.text,
                due_on: given.due_on.0,
            })
        };
        let proposals = self
            .recommendations
            .map(|given| given.into_iter().map(proposal).collect::<Result<Vec<_>, Error>>());
        Ok(Edit {
            evaluation: Kind::NationalEvaluation.uuid(&self.evaluation)?,
            expected_version: self.expected_version,
            number: self.number,
            summary: self.summary,
            sections: self.sections.map(|given| given.into_iter().map(section).collect()),
            recommendations: proposals.transpose()?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// Which evaluation to close.
#[derive(InputObject)]
pub struct CloseEvaluationInput {
    /// The evaluation.
    evaluation: ID,
    /// The version you read.
    expected_version: i32,
    /// Why reports that came and were not decided on are left out, at most 2,000 characters; owed where there are any.
    reason: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

payload! {
    /// What became of `openEvaluation`.
    OpenEvaluationPayload {
        /// The evaluation, open.
        evaluation: NationalEvaluation
    }
}

payload! {
    /// What became of `editEvaluation`.
    EditEvaluationPayload {
        /// The evaluation, as it is written now.
        evaluation: NationalEvaluation
    }
}

payload! {
    /// What became of `closeEvaluation`.
    CloseEvaluationPayload {
        /// The evaluation, closed.
        evaluation: NationalEvaluation
    }
}

#[derive(Default)]
pub struct EvaluationMutation;

#[Object]
impl EvaluationMutation {
    /// Open the national evaluation of a cycle of RI. COORDINATOR. Until it is closed it tells what there is, and nobody else
    /// knows of it.
    async fn open_evaluation(
        &self,
        ctx: &Context<'_>,
        input: OpenEvaluationInput,
    ) -> async_graphql::Result<OpenEvaluationPayload> {
        let given = Open {
            cycle: Kind::ReportCycle.uuid(&input.cycle)?,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = open(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(NationalEvaluation::from))?.into())
    }

    /// Write an open evaluation: its number, its summary, what is said of sections and what is to be recommended. COORDINATOR.
    async fn edit_evaluation(
        &self,
        ctx: &Context<'_>,
        input: EditEvaluationInput,
    ) -> async_graphql::Result<EditEvaluationPayload> {
        let result = edit(ctx.session()?, &ctx.command_field(), input.resolve()?).await;
        Ok(ctx.settle(result.map(NationalEvaluation::from))?.into())
    }

    /// Close an evaluation: every accepted report of the cycle becomes EVALUATED and is frozen with its score, the figures are
    /// told for good, and its recommendations go out to their units. COORDINATOR. Not while an acceptance can still be
    /// retracted; and with a reason where reports that came are not decided on, which are left out.
    async fn close_evaluation(
        &self,
        ctx: &Context<'_>,
        input: CloseEvaluationInput,
    ) -> async_graphql::Result<CloseEvaluationPayload> {
        let given = Close {
            evaluation: Kind::NationalEvaluation.uuid(&input.evaluation)?,
            expected_version: input.expected_version,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = close(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(NationalEvaluation::from))?.into())
    }
}
