//! Finding reports by what they say.
use async_graphql::{Context, Object, SimpleObject, dataloader::DataLoader};

use super::{
    answer::shown,
    loader::{ReportLoader, RevisionId},
    query::{Counted, ReportFilter},
    types::Report,
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        page::{Arguments, cursor},
        problem::of_field,
    },
    report::{
        catalogue,
        query::{self, Key, Order},
        revision::answers_of,
        search::{Piece, Wanted, fragment},
    },
};

/// The name by which cursors of this list know each other.
const LIST: &str = "found reports";

/// How many answers of a report are shown with what was found in them.
const MOST_HIGHLIGHTS: usize = 3;

connection!(
    FoundReportConnection,
    FoundReportEdge,
    FoundReport,
    Counted,
    "reports that were found"
);

/// A piece of a fragment.
#[derive(SimpleObject, Clone)]
pub struct HighlightPiece {
    /// The text, as it was submitted.
    text: String,
    /// Whether it is a word that was searched for, or the word whose beginning was.
    found: bool,
}

/// Where in a submission something was found.
#[derive(SimpleObject, Clone)]
pub struct Highlight {
    /// The key of the section.
    section: String,
    /// The key of the field that was answered.
    field: String,
    /// What the field is called.
    title: String,
    /// Part of the answer around the first word that was found, in pieces: put together they are the text.
    pieces: Vec<HighlightPiece>,
}

#[derive(Clone)]
pub struct FoundReport {
    report: Report,
    wanted: Wanted,
}

/// A report that was found.
#[Object]
impl FoundReport {
    /// The report.
    async fn report(&self) -> &Report {
        &self.report
    }

    /// Where in the submission in force the words stand, at most three answers of it, in the order of the template. Empty
    /// where they were found in the names around it alone: of the unit, of the template, of the round.
    async fn highlights(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Highlight>> {
        let Some(revision) = self.report.0.revision_id else {
            return Ok(Vec::new());
        };
        let loader = ctx.data_unchecked::<DataLoader<ReportLoader>>();
        let revision = loader.load_one(RevisionId(revision)).await.map_err(of_field)?;
        let revision = revision.ok_or_else(|| Error::internal("a report without its revision"))?;
        let template = catalogue::template(&ctx.request().services, self.report.0.template_id).await?;
        let answers = shown(&template, &answers_of(&revision.content)?);
        let highlight = |answer: super::answer::ReportAnswer| {
            let pieces = fragment(&answer.text, &self.wanted)?;
            let piece = |Piece { text, found }| HighlightPiece { text, found };
            Some(Highlight {
                section: answer.section,
                field: answer.key,
                title: answer.title,
                pieces: pieces.into_iter().map(piece).collect(),
            })
        };
        Ok(answers
            .into_iter()
            .filter_map(highlight)
            .take(MOST_HIGHLIGHTS)
            .collect())
    }
}

#[derive(Default)]
pub struct ReportSearchQuery;

#[Object]
impl ReportSearchQuery {
    /// The reports you may see in which every word occurs: in what was submitted, never in a draft, or in the names of unit,
    /// template and round at that time. The latest submission comes first. A word is a run of letters and digits, whatever
    /// their case and accents, told apart by its first 100 characters; it is found as it is written, and the last one also as
    /// the beginning of a longer one. Of a submission with more different words than a long book has, the first half
    /// megabyte is found.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn search_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to search for: at least one word, at most 200 characters.")] query: String,
        #[graphql(desc = "Among which reports.")] filter: Option<ReportFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<FoundReportConnection> {
        let session = ctx.session()?;
        let filter = filter.unwrap_or_default().resolve(Some(query))?;
        if filter.words.is_empty() {
            return Err(Error::bad_input(
                "Tuliskan sedikitnya satu kata yang dicari.",
                "Write at least one word to search for.",
            )
            .into());
        }
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<Key>(LIST)?;
        let sorted = (Order::Submitted, true);
        let page = query::page(session.services.db.reader(), &session.actor, &filter, sorted, &window).await?;
        let page = page.map(|row| {
            let found = cursor(LIST, &Key::of(&row, Order::Submitted));
            let wanted = filter.words.clone();
            let report = Report::from(row);
            (found, FoundReport { report, wanted })
        });
        Ok(FoundReportConnection::new(page, Counted(filter)))
    }
}
