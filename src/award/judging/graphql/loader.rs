//! Loads what belongs to juries the caller has been shown, in one statement for all of a page.
use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{award_candidate, award_juror, award_panel, review_assignment, rubric, score_draft, score_sheet};
use uuid::Uuid;

use crate::{
    award::{
        graphql::loader::AwardLoader,
        judging::query::{self, Subject},
    },
    error::Error,
    page::{Page, Window},
    review::rubric::query as rubrics,
};

/// A jury, if the caller may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VisiblePanel(pub Uuid);

/// The jurors of a jury.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JurorsOf(pub Uuid);

/// What a scoring is about, by candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubjectOf(pub Uuid);

/// The sheet that is being filled in for an assignment of the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DraftOf(pub Uuid);

/// Every sheet that came of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SheetsOf(pub Uuid);

/// Who is at work, or done, on a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LiveOn(pub Uuid);

/// The rubric by which a jury scores that the caller has been shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScoredBy(pub Uuid);

/// A page of what is before a jury whose progress was shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CandidatesOf {
    pub panel: Uuid,
    /// Only those with fewer complete sheets than the rules ask for.
    pub short: bool,
    pub window: Window<Uuid>,
}

/// How many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CountOfCandidates {
    pub panel: Uuid,
    pub short: bool,
}

impl Loader<CandidatesOf> for AwardLoader {
    type Value = Page<award_candidate::Model>;
    type Error = Arc<Error>;

    /// One statement for each way of asking, which is one for a field.
    async fn load(&self, keys: &[CandidatesOf]) -> Result<HashMap<CandidatesOf, Self::Value>, Arc<Error>> {
        let mut alike: HashMap<(bool, Window<Uuid>), Vec<Uuid>> = HashMap::new();
        for key in keys {
            alike
                .entry((key.short, key.window.clone()))
                .or_default()
                .push(key.panel);
        }
        let mut found = HashMap::new();
        for ((short, window), panels) in alike {
            let pages = query::candidate_pages(self.services.db.reader(), (&panels, short), &window).await?;
            let key = |panel| CandidatesOf {
                panel,
                short,
                window: window.clone(),
            };
            found.extend(pages.into_iter().map(|(panel, page)| (key(panel), page)));
        }
        Ok(found)
    }
}

impl Loader<CountOfCandidates> for AwardLoader {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CountOfCandidates]) -> Result<HashMap<CountOfCandidates, Self::Value>, Arc<Error>> {
        let mut found = HashMap::new();
        for short in [false, true] {
            let of_these = keys.iter().filter(|key| key.short == short);
            let panels: Vec<Uuid> = of_these.map(|key| key.panel).collect();
            if panels.is_empty() {
                continue;
            }
            let counts = query::candidate_counts(self.services.db.reader(), (&panels, short)).await?;
            let counts = counts.into_iter();
            found.extend(counts.map(|(panel, count)| (CountOfCandidates { panel, short }, count)));
        }
        Ok(found)
    }
}

impl Loader<VisiblePanel> for AwardLoader {
    type Value = award_panel::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VisiblePanel]) -> Result<HashMap<VisiblePanel, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::by_ids(self.services.db.reader(), actor, &ids).await?;
        Ok(found.into_iter().map(|row| (VisiblePanel(row.id), row)).collect())
    }
}

impl Loader<JurorsOf> for AwardLoader {
    type Value = Vec<award_juror::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[JurorsOf]) -> Result<HashMap<JurorsOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<JurorsOf, Self::Value> = HashMap::new();
        for row in query::jurors(self.services.db.reader(), &ids).await? {
            found.entry(JurorsOf(row.panel_id)).or_default().push(row);
        }
        Ok(found)
    }
}

impl Loader<SubjectOf> for AwardLoader {
    type Value = Subject;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SubjectOf]) -> Result<HashMap<SubjectOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::subjects(self.services.db.reader(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, subject)| (SubjectOf(id), subject))
            .collect())
    }
}

impl Loader<DraftOf> for AwardLoader {
    type Value = score_draft::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DraftOf]) -> Result<HashMap<DraftOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::drafts(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, draft)| (DraftOf(id), draft)).collect())
    }
}

impl Loader<SheetsOf> for AwardLoader {
    type Value = Vec<score_sheet::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SheetsOf]) -> Result<HashMap<SheetsOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::sheets_of(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, sheets)| (SheetsOf(id), sheets)).collect())
    }
}

impl Loader<LiveOn> for AwardLoader {
    type Value = Vec<review_assignment::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[LiveOn]) -> Result<HashMap<LiveOn, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::live_on_candidates(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, rows)| (LiveOn(id), rows)).collect())
    }
}

impl Loader<ScoredBy> for AwardLoader {
    type Value = rubric::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ScoredBy]) -> Result<HashMap<ScoredBy, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = rubrics::scored_by(self.services.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|row| (ScoredBy(row.id), row)).collect())
    }
}
