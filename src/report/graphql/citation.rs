//! What a submission or a draft rests on: submissions of units beneath, exactly as they were.
use std::collections::HashMap;

use async_graphql::{Context, Object, dataloader::DataLoader};
use entity::report;
use uuid::Uuid;

use super::{
    loader::{MarkOf, ReportLoader, RevisionId, VisibleReport, VisibleReports},
    revision::ReportRevision,
    types::Report,
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        page::{Arguments, Known, cursor},
        problem::of_field,
    },
    page::window_of,
    report::{query::Mark, workflow::revision_in_force},
};

/// A submission that is cited, of a report the viewer may see.
#[derive(Clone)]
pub struct ReportCitation {
    report: Report,
    revision: Uuid,
}

impl ReportCitation {
    fn new(row: &report::Model, revision: Uuid) -> Self {
        Self {
            report: Report::from(row.clone()),
            revision,
        }
    }

    pub(super) fn is_replaced(&self) -> bool {
        revision_in_force(&self.report.0) != Some(self.revision)
    }

    /// The submission itself.
    pub(super) async fn submission(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportRevision> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let found = loader.load_one(RevisionId(self.revision)).await.map_err(of_field)?;
        let row = found.ok_or_else(|| Error::internal("a citation without its submission"))?;
        Ok(ReportRevision {
            row,
            template: self.report.0.template_id,
        })
    }
}

/// A submission of a unit beneath on which a report rests, pinned exactly as it was.
#[Object]
impl ReportCitation {
    /// The report that is cited, as it stands today.
    async fn report(&self) -> &Report {
        &self.report
    }

    /// The submission that is cited; it never changes.
    async fn revision(&self, ctx: &Context<'_>) -> async_graphql::Result<ReportRevision> {
        self.submission(ctx).await
    }

    /// Whether it is no longer in force: submitted anew since, withdrawn, declined or given up.
    async fn is_stale(&self) -> bool {
        self.is_replaced()
    }

    /// The number of the submission in force now; null where none is.
    async fn current_revision_number(&self) -> Option<i32> {
        revision_in_force(&self.report.0).map(|_revision| self.report.0.revision_number)
    }
}

connection!(
    ReportCitationConnection,
    ReportCitationEdge,
    ReportCitation,
    Known,
    "submissions that are cited"
);

/// What is cited, as the viewer may know it.
pub(super) struct Citations {
    /// By code of the unit.
    pub shown: Vec<ReportCitation>,
    /// How many more there are, of reports the viewer may not see.
    pub hidden: usize,
}

impl Citations {
    /// The submissions cited, each with its report.
    pub async fn of(ctx: &Context<'_>, pinned: &[(Uuid, Uuid)]) -> async_graphql::Result<Self> {
        let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
        let keys = pinned.iter().map(|(_revision, report)| VisibleReport(*report));
        let visible: HashMap<_, _> = loader.load_many(keys).await.map_err(of_field)?;
        let mut shown: Vec<ReportCitation> = pinned
            .iter()
            .filter_map(|(revision, report)| {
                let row = visible.get(&VisibleReport(*report))?;
                Some(ReportCitation::new(row, *revision))
            })
            .collect();
        let hidden = pinned.len() - shown.len();
        let tree = &ctx.session()?.actor.directory.tree;
        let code = |citation: &ReportCitation| tree.get(citation.report.0.unit_id).map(|unit| unit.code.clone());
        shown.sort_by_cached_key(|citation| (code(citation), citation.revision));
        Ok(Self { shown, hidden })
    }

    /// What a draft cites.
    pub async fn of_draft(ctx: &Context<'_>, revisions: &[Uuid]) -> async_graphql::Result<Self> {
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let keys = revisions.iter().copied().map(MarkOf);
        let marks: HashMap<MarkOf, Mark> = loader.load_many(keys).await.map_err(of_field)?;
        let pinned: Vec<_> = marks.values().map(|mark| (mark.revision, mark.report)).collect();
        Self::of(ctx, &pinned).await
    }

    /// A page of what is shown.
    pub fn page(self, arguments: &Arguments) -> Result<ReportCitationConnection, Error> {
        let list = "report-citations";
        let window = arguments.window::<(usize, Uuid)>(list)?;
        let total = Known(self.shown.len());
        let keyed = self.shown.into_iter().enumerate();
        let keyed = keyed.map(|(place, citation)| ((place, citation.revision), citation));
        let keyed = keyed.map(|(key, citation)| (key, (key, citation)));
        let page = window_of(keyed, &window, false);
        Ok(ReportCitationConnection::new(
            page.map(|(key, citation)| (cursor(list, &key), citation)),
            total,
        ))
    }

    /// How many are not shown.
    pub fn hidden_count(&self) -> i32 {
        i32::try_from(self.hidden).unwrap_or(i32::MAX)
    }
}
