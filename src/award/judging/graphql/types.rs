//! Juries in the API, with what is before them and what jurors make of it.
use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{award_candidate, award_edition, award_entry, award_juror, award_panel, enums, review_assignment};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    loader::{CandidatesOf, CountOfCandidates, DraftOf, JurorsOf, LiveOn, ScoredBy, SheetsOf, SubjectOf, VisiblePanel},
    words::{AwardPanelStatus, AwardRound, AwardScoringState},
};
use crate::{
    authz::policy::award::{Action, PanelAction},
    award::{
        graphql::{
            loader::{AwardLoader, VisibleEdition},
            types::{AwardAct, AwardCategory, AwardEdition, acts_on},
        },
        judging::{
            moderation::outliers,
            query::Subject,
            sight::{is_running, reads_progress, rubric_of},
        },
        ranking::{Outcome, Ranking},
        sight::{Case, Jury},
    },
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, cursor},
        problem::of_field,
        scalars::{DateTime, Sha256},
    },
    identity::graphql::Account,
    report::graphql::score::{ScoreDraft, ScoreSheet},
    review::{
        assignment::{Step, is_live, next},
        rubric::graphql::types::Rubric,
    },
    territory::graphql::{Seat, Unit},
};

fn loader<'a>(ctx: &Context<'a>) -> &'a DataLoader<AwardLoader> {
    ctx.data_unchecked::<DataLoader<AwardLoader>>()
}

/// A figure of an indicator.
#[derive(SimpleObject)]
pub struct AwardFigure {
    /// The key of the criterion.
    criterion: String,
    /// From 0.00 to 100.00, as it was when judging was opened.
    figure: String,
}

fn figures(candidate: &award_candidate::Model) -> Vec<AwardFigure> {
    let figures = candidate.figures.0.iter();
    let figures = figures.map(|(criterion, figure)| AwardFigure {
        criterion: criterion.clone(),
        figure: figure.clone(),
    });
    figures.collect()
}

fn person(ctx: &Context<'_>, account: Option<Uuid>) -> Option<async_graphql::Result<Account>> {
    match ctx.session() {
        Ok(session) => Account::of_record(&session.actor, account?).map(Ok),
        Err(error) => Some(Err(error.into())),
    }
}

#[derive(Clone)]
pub struct AwardPanel(pub award_panel::Model);

impl AwardPanel {
    /// One that something points to; None where the reader may not know of it.
    pub async fn visible(ctx: &Context<'_>, id: Uuid) -> Option<async_graphql::Result<Self>> {
        let found = loader(ctx).load_one(VisiblePanel(id)).await.map_err(of_field);
        found.map(|row| row.map(Self)).transpose()
    }

    async fn held(&self, ctx: &Context<'_>) -> async_graphql::Result<award_edition::Model> {
        let found = loader(ctx).load_one(VisibleEdition(self.0.edition_id)).await;
        let missing = || Error::internal("a jury whose edition is not shown");
        Ok(found.map_err(of_field)?.ok_or_else(missing)?)
    }

    async fn live_jurors(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<award_juror::Model>> {
        let found = loader(ctx).load_one(JurorsOf(self.0.id)).await.map_err(of_field)?;
        Ok(found.unwrap_or_default())
    }

    /// Whether the viewer reads how far it is.
    async fn reads(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let (edition, jurors) = (self.held(ctx).await?, self.live_jurors(ctx).await?);
        Ok(reads_progress(&ctx.session()?.actor, (&edition, &self.0), &jurors))
    }

    /// What it was reckoned from or came to, for who may read it.
    async fn reckoned(&self, ctx: &Context<'_>, text: Option<&String>) -> Option<async_graphql::Result<String>> {
        let text = text?;
        match self.reads(ctx).await {
            Ok(true) => Some(Ok(text.clone())),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// The jury of a category in a round. Known to its unit, to who gives the awards and to its jurors.
#[Object]
impl AwardPanel {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::AwardPanel.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The edition.
    async fn edition(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardEdition>> {
        AwardEdition::visible(ctx, self.0.edition_id).await
    }

    /// What it judges.
    async fn category(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardCategory>> {
        AwardCategory::visible(ctx, self.0.category_id).await
    }

    /// Whose jury it is.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// In which round it judges.
    async fn round(&self) -> AwardRound {
        self.0.round.into()
    }

    /// Whether it is at work.
    async fn status(&self) -> AwardPanelStatus {
        self.0.status.into()
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }

    /// When it was closed.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// Who judges, in the order they were appointed.
    async fn jurors(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardJuror>> {
        let jurors = self.live_jurors(ctx).await?;
        Ok(jurors.into_iter().map(AwardJuror).collect())
    }

    /// What is before it, and how far its jurors are. While it is open shown to who chairs it, unless that person judges in it;
    /// once it is closed also to who commands the edition. Null to everybody else.
    async fn candidates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those with fewer complete sheets than the rules ask for.", default)] short: bool,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<async_graphql::Result<AwardCandidateConnection>> {
        match self.reads(ctx).await {
            Ok(true) => {
                let arguments = Arguments {
                    first,
                    last,
                    after,
                    before,
                };
                Some(self.candidate_page(ctx, short, &arguments).await)
            }
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Of a province's round: what its shortlist was reckoned from, canonical JSON in which jurors have no names. Shown as
    /// `candidates` are; null before it is closed.
    async fn inputs(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        self.reckoned(ctx, self.0.inputs.as_ref()).await
    }

    /// Of a province's round: what it came to, canonical JSON. Shown as `candidates` are; null before it is closed.
    async fn result(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        self.reckoned(ctx, self.0.result.as_ref()).await
    }

    /// What was done to the jury, such as who was appointed and removed, the earliest first; null where you may neither chair it nor
    /// command the edition.
    async fn acts(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<AwardAct>>> {
        let edition = match self.held(ctx).await {
            Ok(edition) => edition,
            Err(error) => return Some(Err(error)),
        };
        match ctx.session() {
            Ok(session) => {
                let commands = Case::of_issuer(&edition).may(&session.actor, Action::Command);
                if !commands && !chairs(&session.actor, (&edition, &self.0)) {
                    return None;
                }
                Some(acts_on(ctx, self.0.id).await)
            }
            Err(error) => Some(Err(error.into())),
        }
    }

    /// Whether you may appoint and remove jurors, have scores looked at again, and close it now.
    async fn viewer_can_chair(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let edition = self.held(ctx).await?;
        let open =
            self.0.status == enums::AwardPanelStatus::Open && edition.status == enums::AwardEditionStatus::Judging;
        Ok(open && chairs(&ctx.session()?.actor, (&edition, &self.0)))
    }
}

fn chairs(actor: &crate::session::Actor, (edition, row): (&award_edition::Model, &award_panel::Model)) -> bool {
    let jury = Jury {
        edition,
        row,
        juror: false,
    };
    jury.may(actor, PanelAction::Chair)
}

impl AwardPanel {
    async fn candidate_page(
        &self,
        ctx: &Context<'_>,
        short: bool,
        arguments: &Arguments,
    ) -> async_graphql::Result<AwardCandidateConnection> {
        const LIST: &str = "award-candidates";
        let wanted = CandidatesOf {
            panel: self.0.id,
            short,
            window: arguments.window::<Uuid>(LIST)?,
        };
        let page = loader(ctx).load_one(wanted).await.map_err(of_field)?;
        let page = page.unwrap_or_default().map(|row| {
            let node = AwardCandidate {
                panel: self.0.clone(),
                row,
            };
            (cursor(LIST, &node.row.id), node)
        });
        let counted = CountOfCandidates {
            panel: self.0.id,
            short,
        };
        Ok(AwardCandidateConnection::new(page, CountedCandidates(counted)))
    }
}

connection!(
    AwardCandidateConnection,
    AwardCandidateEdge,
    AwardCandidate,
    CountedCandidates,
    "candidates"
);

/// How many candidates there are, counted when asked for.
pub struct CountedCandidates(CountOfCandidates);

impl CountedCandidates {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> async_graphql::Result<u64> {
        let count = loader(ctx).load_one(self.0).await.map_err(of_field)?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }
}

#[derive(Clone)]
pub struct AwardJuror(award_juror::Model);

/// Somebody who judges.
#[Object]
impl AwardJuror {
    /// The seat that was appointed.
    async fn seat(&self) -> Seat {
        Seat(self.0.seat_id)
    }

    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        person(ctx, Some(self.0.account_id))
    }

    /// When.
    async fn appointed_at(&self) -> DateTime {
        DateTime(self.0.appointed_at)
    }
}

#[derive(Clone)]
pub struct AwardCandidate {
    panel: award_panel::Model,
    row: award_candidate::Model,
}

impl AwardCandidate {
    async fn subject(&self, ctx: &Context<'_>) -> async_graphql::Result<Subject> {
        let found = loader(ctx).load_one(SubjectOf(self.row.id)).await.map_err(of_field)?;
        Ok(found.ok_or_else(|| Error::internal("a candidate without its entry"))?)
    }

    async fn entry(&self, ctx: &Context<'_>) -> async_graphql::Result<award_entry::Model> {
        Ok(self.subject(ctx).await?.entry)
    }

    /// Who is at work, or done, of one or the other.
    async fn live(&self, ctx: &Context<'_>, complete: bool) -> async_graphql::Result<Vec<review_assignment::Model>> {
        let found = loader(ctx).load_one(LiveOn(self.row.id)).await.map_err(of_field)?;
        let mut found = found.unwrap_or_default();
        found.retain(|row| (row.state == enums::AssignmentState::Complete) == complete);
        Ok(found)
    }

    async fn complete(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardSheet>> {
        let rows = self.live(ctx, true).await?;
        let keys = rows.iter().map(|row| SheetsOf(row.id));
        let mut sheets = loader(ctx).load_many(keys).await.map_err(of_field)?;
        let made = rows.into_iter().filter_map(|row| {
            let sheet = sheets.remove(&SheetsOf(row.id))?.pop()?;
            Some(AwardSheet {
                row,
                sheet: ScoreSheet(sheet),
            })
        });
        Ok(made.collect())
    }
}

/// An entry before a jury.
#[Object]
impl AwardCandidate {
    /// Whose entry it is.
    async fn unit(&self) -> Unit {
        Unit(self.row.unit_id)
    }

    /// The person who is entered, where it is one with an account.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        match self.entry(ctx).await {
            Ok(entry) => person(ctx, entry.account_id),
            Err(error) => Some(Err(error)),
        }
    }

    /// The name of the person or the outsider who is entered, where there is no account.
    async fn name(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        self.entry(ctx).await.map(|entry| entry.name).transpose()
    }

    /// What for.
    async fn title(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<String>> {
        self.entry(ctx).await.map(|entry| entry.title).transpose()
    }

    /// The figures of its indicators.
    async fn figures(&self) -> Vec<AwardFigure> {
        figures(&self.row)
    }

    /// Whether it is not judged any more: it was withdrawn or disqualified, or its round is over.
    async fn is_over(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(!is_running(&self.entry(ctx).await?, self.panel.round))
    }

    /// How many sheets are complete.
    async fn sheets_complete(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(i32::try_from(self.live(ctx, true).await?.len()).unwrap_or(i32::MAX))
    }

    /// How many are still awaited.
    async fn sheets_open(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        Ok(i32::try_from(self.live(ctx, false).await?.len()).unwrap_or(i32::MAX))
    }

    /// The complete sheets that lie further from their median than the rules allow before they are looked at again.
    async fn outliers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardOutlier>> {
        let points = self.subject(ctx).await?.category.outlier_points;
        if points.is_none() {
            return Ok(Vec::new());
        }
        let sheets = self.complete(ctx).await?;
        let totals = sheets
            .iter()
            .filter_map(|sheet| Some((sheet.row.id, sheet.sheet.0.total.parse::<Decimal>().ok()?)));
        let apart = outliers(&totals.collect::<Vec<_>>(), points).into_iter();
        let told = apart.filter_map(|outlier| {
            let of = sheets.iter().find(|sheet| sheet.row.id == outlier.assignment)?;
            Some(AwardOutlier {
                scoring: Kind::AwardScoring.id(outlier.assignment),
                juror: Seat(of.row.seat_id),
                total: outlier.total.to_string(),
                median: outlier.median.to_string(),
            })
        });
        Ok(told.collect())
    }

    /// The last complete sheet of each juror; null while the jury is open.
    async fn sheets(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Vec<AwardSheet>>> {
        if self.panel.status == enums::AwardPanelStatus::Open {
            return None;
        }
        Some(self.complete(ctx).await)
    }

    /// Whether it is on the shortlist of the province; null before the jury is closed, and of the issuer's.
    async fn listed(&self) -> Option<async_graphql::Result<bool>> {
        let text = self.panel.result.as_deref()?;
        let ranking: Result<Ranking, _> = serde_json::from_str(text);
        Some(match ranking {
            Ok(ranking) => {
                let mut listed = ranking
                    .entries
                    .iter()
                    .filter(|ranked| ranked.outcome == Outcome::Winner);
                Ok(listed.any(|ranked| ranked.entry == self.row.entry_id))
            }
            Err(error) => Err(Error::internal(error).into()),
        })
    }
}

/// A sheet that lies apart.
#[derive(SimpleObject)]
pub struct AwardOutlier {
    /// What to name to `reopenAwardScores`.
    scoring: ID,
    /// The seat of the juror.
    juror: Seat,
    /// What the sheet comes to, from 0 to 100 with two places.
    total: String,
    /// The median of all complete sheets of the candidate.
    median: String,
}

/// What one juror made of a candidate.
pub struct AwardSheet {
    row: review_assignment::Model,
    sheet: ScoreSheet,
}

/// What one juror made of a candidate.
#[Object]
impl AwardSheet {
    /// The seat of the juror.
    async fn juror(&self) -> Seat {
        Seat(self.row.seat_id)
    }

    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        person(ctx, Some(self.row.account_id))
    }

    /// The sheet.
    async fn sheet(&self) -> ScoreSheet {
        ScoreSheet(self.sheet.0.clone())
    }
}

#[derive(Clone)]
pub struct AwardScoring(pub review_assignment::Model);

impl AwardScoring {
    async fn about(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Subject>> {
        if !is_live(self.0.state) {
            return None;
        }
        let found = loader(ctx)
            .load_one(SubjectOf(self.0.subject_id))
            .await
            .map_err(of_field);
        found.transpose()
    }

    async fn can(&self, ctx: &Context<'_>, step: Step) -> async_graphql::Result<bool> {
        let Some(subject) = self.about(ctx).await.transpose()? else {
            return Ok(false);
        };
        let open = subject.panel.status == enums::AwardPanelStatus::Open;
        Ok(open && is_running(&subject.entry, subject.panel.round) && next(self.0.state, step).is_ok())
    }
}

/// What you, a juror, make of one candidate. Nobody else reads it before the jury is closed.
#[Object]
impl AwardScoring {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::AwardScoring.id(self.0.id)
    }

    /// The lock counter: hand it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// How far you are.
    async fn state(&self) -> AwardScoringState {
        self.0.state.into()
    }

    /// What you judge; null once it is over.
    async fn candidate(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardScoringCandidate>> {
        let about = self.about(ctx).await?;
        Some(about.map(|subject| AwardScoringCandidate(Box::new(subject))))
    }

    /// The sheet you are filling in; null before it was first saved, and once it is over.
    async fn draft(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ScoreDraft>> {
        let subject = match self.about(ctx).await? {
            Ok(subject) => subject,
            Err(error) => return Some(Err(error)),
        };
        let row = match loader(ctx).load_one(DraftOf(self.0.id)).await.map_err(of_field) {
            Ok(row) => row?,
            Err(error) => return Some(Err(error)),
        };
        let rubric = loader(ctx).load_one(ScoredBy(rubric_of(&subject.category)?)).await;
        let rubric = rubric.map_err(of_field).transpose()?;
        Some(rubric.map(|rubric| ScoreDraft {
            row,
            criteria: rubric.criteria,
        }))
    }

    /// Every sheet you have completed, the first one first. Only the last one counts, and only while the state is COMPLETE.
    async fn sheets(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ScoreSheet>> {
        if !is_live(self.0.state) {
            return Ok(Vec::new());
        }
        let found = loader(ctx).load_one(SheetsOf(self.0.id)).await.map_err(of_field)?;
        Ok(found.unwrap_or_default().into_iter().map(ScoreSheet).collect())
    }

    /// Why you were asked to look at your scores again, the earliest first.
    async fn acts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AwardAct>> {
        acts_on(ctx, self.0.id).await
    }

    /// Whether you may save scores now.
    async fn viewer_can_save(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Step::Save).await
    }

    /// Whether you may complete the sheet now. What is missing in it is told when it is tried.
    async fn viewer_can_complete(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Step::Complete).await
    }

    /// Whether you may recuse now.
    async fn viewer_can_recuse(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.can(ctx, Step::Recuse).await
    }
}

/// What a juror judges.
pub struct AwardScoringCandidate(Box<Subject>);

/// What a juror judges: the entry as it was submitted last, by which rubric, in which jury.
#[Object]
impl AwardScoringCandidate {
    /// The jury.
    async fn panel(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardPanel>> {
        AwardPanel::visible(ctx, self.0.panel.id).await
    }

    /// What it is entered for.
    async fn category(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardCategory>> {
        AwardCategory::visible(ctx, self.0.category.id).await
    }

    /// Whose entry it is.
    async fn unit(&self) -> Unit {
        Unit(self.0.entry.unit_id)
    }

    /// The person who is entered, where it is one with an account.
    async fn person(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        person(ctx, self.0.entry.account_id)
    }

    /// The name of the person or the outsider who is entered, where there is no account.
    async fn name(&self) -> Option<&str> {
        self.0.entry.name.as_deref()
    }

    /// What for.
    async fn title(&self) -> Option<&str> {
        self.0.entry.title.as_deref()
    }

    /// Why.
    async fn statement(&self) -> Option<&str> {
        self.0.entry.statement.as_deref()
    }

    /// All that was submitted, canonical JSON.
    async fn content(&self) -> Option<&str> {
        self.0.revision.as_ref().map(|revision| revision.content.as_str())
    }

    /// The SHA-256 of `content`.
    async fn content_sha256(&self) -> Option<Sha256> {
        self.0.revision.as_ref().map(|revision| Sha256(revision.sha256.clone()))
    }

    /// The figures of its indicators.
    async fn figures(&self) -> Vec<AwardFigure> {
        figures(&self.0.candidate)
    }

    /// By what you score.
    async fn rubric(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Rubric>> {
        let rubric = rubric_of(&self.0.category)?;
        let found = loader(ctx).load_one(ScoredBy(rubric)).await.map_err(of_field);
        found.map(|row| row.map(Rubric)).transpose()
    }
}
