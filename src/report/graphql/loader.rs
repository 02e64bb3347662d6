//! Batches of what hangs on reports: one statement per kind for a whole page, however many reports it holds.
use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{
    citation, draft, finding, finding_act, obligation_act, receipt, report, review_assignment, revision, rubric,
    score_draft, score_sheet, transition,
};
use uuid::Uuid;

use crate::{
    error::Error,
    report::{finding::SUBJECT_TYPE, gathering, owed, query, receipt as receipts, reviewing, ties::Ties},
    review,
    services::Services,
    session::Actor,
};

/// Loads by report or revision id what the caller may read because the report was already shown.
pub struct ReportLoader(pub Arc<Services>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RevisionId(pub Uuid);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DraftOf(pub Uuid);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HistoryOf(pub Uuid);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HandoverOf(pub Uuid);

/// What was found in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FindingsOf(pub Uuid);

/// What was done about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FindingActsOf(pub Uuid);

/// A submission by report and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RevisionNumbered(pub Uuid, pub i32);
/// A session, with its agenda and what was done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GatheringOf(pub Uuid);

/// What was handed over in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GivenIn(pub Uuid);

/// The receipts of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReceiptsOf(pub Uuid);

/// What a submission cites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CitedBy(pub Uuid);

/// Whether a submission cites one that is no longer in force: there only if it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StaleRecap(pub Uuid);

/// What a submission is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MarkOf(pub Uuid);

/// Loads reports by id that something the caller was shown points to: those of them that the caller may see.
pub struct VisibleReports {
    pub services: Arc<Services>,
    /// None: nobody is signed in.
    pub actor: Option<Actor>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisibleReport(pub Uuid);

/// What ties the caller to a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TiesOf(pub Uuid);

/// Who reviews a report, for those who may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReviewsOf(pub Uuid);

/// The sheets in force of a report, whoever may see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SheetsOf(pub Uuid);

/// Every sheet that came of an assignment, whoever may see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SheetsOfAssignment(pub Uuid);

/// The sheet that is being filled in for an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DraftOfAssignment(pub Uuid);

/// A rubric by which a report is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RubricOf(pub Uuid);

/// Loads what hangs on obligations the caller has been shown.
pub struct LedgerLoader(pub Arc<Services>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ActsOf(pub Uuid);

/// An error that can be given to every field that waited for the batch.
type Shared = Arc<Error>;

fn rekeyed<K: std::hash::Hash + Eq, V>(found: HashMap<Uuid, V>, key: impl Fn(Uuid) -> K) -> HashMap<K, V> {
    found.into_iter().map(|(id, value)| (key(id), value)).collect()
}

impl Loader<RevisionId> for ReportLoader {
    type Value = revision::Model;
    type Error = Shared;

    async fn load(&self, keys: &[RevisionId]) -> Result<HashMap<RevisionId, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(query::revisions(self.0.db.reader(), &ids).await?, RevisionId))
    }
}

impl Loader<DraftOf> for ReportLoader {
    type Value = draft::Model;
    type Error = Shared;

    async fn load(&self, keys: &[DraftOf]) -> Result<HashMap<DraftOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(query::drafts(self.0.db.reader(), &ids).await?, DraftOf))
    }
}

impl Loader<HistoryOf> for ReportLoader {
    type Value = Vec<transition::Model>;
    type Error = Shared;

    async fn load(&self, keys: &[HistoryOf]) -> Result<HashMap<HistoryOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(query::histories(self.0.db.reader(), &ids).await?, HistoryOf))
    }
}

impl Loader<HandoverOf> for ReportLoader {
    type Value = query::Handover;
    type Error = Shared;

    async fn load(&self, keys: &[HandoverOf]) -> Result<HashMap<HandoverOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(
            query::handovers_in_force(self.0.db.reader(), &ids).await?,
            HandoverOf,
        ))
    }
}

impl Loader<FindingsOf> for ReportLoader {
    type Value = Vec<finding::Model>;
    type Error = Shared;

    async fn load(&self, keys: &[FindingsOf]) -> Result<HashMap<FindingsOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = review::finding::query::of_subjects(self.0.db.reader(), SUBJECT_TYPE, &ids).await?;
        Ok(rekeyed(found, FindingsOf))
    }
}

impl Loader<FindingActsOf> for ReportLoader {
    type Value = Vec<finding_act::Model>;
    type Error = Shared;

    async fn load(&self, keys: &[FindingActsOf]) -> Result<HashMap<FindingActsOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = review::finding::query::acts_of(self.0.db.reader(), &ids).await?;
        Ok(rekeyed(found, FindingActsOf))
    }
}

impl Loader<RevisionNumbered> for ReportLoader {
    type Value = revision::Model;
    type Error = Shared;

    async fn load(&self, keys: &[RevisionNumbered]) -> Result<HashMap<RevisionNumbered, Self::Value>, Shared> {
        let numbers: Vec<(Uuid, i32)> = keys.iter().map(|key| (key.0, key.1)).collect();
        let found = query::revisions_numbered(self.0.db.reader(), &numbers).await?;
        let keyed = found
            .into_iter()
            .map(|row| (RevisionNumbered(row.report_id, row.number), row));
        Ok(keyed.collect())
    }
}

impl Loader<GatheringOf> for ReportLoader {
    type Value = gathering::query::Gathering;
    type Error = Shared;

    async fn load(&self, keys: &[GatheringOf]) -> Result<HashMap<GatheringOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = gathering::query::gatherings(self.0.db.reader(), &ids).await?;
        Ok(rekeyed(found, GatheringOf))
    }
}

impl Loader<GivenIn> for ReportLoader {
    type Value = Vec<gathering::query::Given>;
    type Error = Shared;

    async fn load(&self, keys: &[GivenIn]) -> Result<HashMap<GivenIn, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = gathering::query::given(self.0.db.reader(), &ids).await?;
        Ok(rekeyed(found, GivenIn))
    }
}

impl Loader<ReceiptsOf> for ReportLoader {
    type Value = Vec<receipt::Model>;
    type Error = Shared;

    async fn load(&self, keys: &[ReceiptsOf]) -> Result<HashMap<ReceiptsOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = receipts::query::of_reports(self.0.db.reader(), &ids).await?;
        Ok(rekeyed(found, ReceiptsOf))
    }
}

impl Loader<CitedBy> for ReportLoader {
    type Value = Vec<citation::Model>;
    type Error = Shared;

    async fn load(&self, keys: &[CitedBy]) -> Result<HashMap<CitedBy, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(query::citations(self.0.db.reader(), &ids).await?, CitedBy))
    }
}

impl Loader<StaleRecap> for ReportLoader {
    type Value = ();
    type Error = Shared;

    async fn load(&self, keys: &[StaleRecap]) -> Result<HashMap<StaleRecap, ()>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let stale = query::stale_recaps(self.0.db.reader(), &ids).await?;
        Ok(stale.into_iter().map(|id| (StaleRecap(id), ())).collect())
    }
}

impl Loader<MarkOf> for ReportLoader {
    type Value = query::Mark;
    type Error = Shared;

    async fn load(&self, keys: &[MarkOf]) -> Result<HashMap<MarkOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let marks = query::revision_marks(self.0.db.reader(), &ids).await?;
        Ok(marks.into_iter().map(|mark| (MarkOf(mark.revision), mark)).collect())
    }
}

impl Loader<VisibleReport> for VisibleReports {
    type Value = report::Model;
    type Error = Shared;

    async fn load(&self, keys: &[VisibleReport]) -> Result<HashMap<VisibleReport, Self::Value>, Shared> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::by_ids(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisibleReport(row.id), row)).collect())
    }
}

impl Loader<TiesOf> for VisibleReports {
    type Value = Ties;
    type Error = Shared;

    async fn load(&self, keys: &[TiesOf]) -> Result<HashMap<TiesOf, Self::Value>, Shared> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(
            reviewing::query::ties(self.services.db.reader(), actor, &ids).await?,
            TiesOf,
        ))
    }
}

impl Loader<ReviewsOf> for VisibleReports {
    type Value = Vec<review_assignment::Model>;
    type Error = Shared;

    async fn load(&self, keys: &[ReviewsOf]) -> Result<HashMap<ReviewsOf, Self::Value>, Shared> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(
            reviewing::query::of(self.services.db.reader(), actor, &ids).await?,
            ReviewsOf,
        ))
    }
}

impl Loader<SheetsOf> for VisibleReports {
    type Value = Vec<reviewing::query::Scored>;
    type Error = Shared;

    async fn load(&self, keys: &[SheetsOf]) -> Result<HashMap<SheetsOf, Self::Value>, Shared> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(
            reviewing::query::sheets(self.services.db.reader(), actor, &ids).await?,
            SheetsOf,
        ))
    }
}

impl Loader<SheetsOfAssignment> for ReportLoader {
    type Value = Vec<score_sheet::Model>;
    type Error = Shared;

    async fn load(&self, keys: &[SheetsOfAssignment]) -> Result<HashMap<SheetsOfAssignment, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = reviewing::query::sheets_of(self.0.db.reader(), &ids).await?;
        Ok(rekeyed(found, SheetsOfAssignment))
    }
}

impl Loader<DraftOfAssignment> for ReportLoader {
    type Value = score_draft::Model;
    type Error = Shared;

    async fn load(&self, keys: &[DraftOfAssignment]) -> Result<HashMap<DraftOfAssignment, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = reviewing::query::score_drafts(self.0.db.reader(), &ids).await?;
        let keyed = found.into_iter().map(|row| (DraftOfAssignment(row.assignment_id), row));
        Ok(keyed.collect())
    }
}

impl Loader<RubricOf> for ReportLoader {
    type Value = rubric::Model;
    type Error = Shared;

    async fn load(&self, keys: &[RubricOf]) -> Result<HashMap<RubricOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = review::rubric::query::scored_by(self.0.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|row| (RubricOf(row.id), row)).collect())
    }
}

impl Loader<ActsOf> for LedgerLoader {
    type Value = Vec<obligation_act::Model>;
    type Error = Shared;

    async fn load(&self, keys: &[ActsOf]) -> Result<HashMap<ActsOf, Self::Value>, Shared> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        Ok(rekeyed(owed::query::acts(self.0.db.reader(), &ids).await?, ActsOf))
    }
}
