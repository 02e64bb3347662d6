//! What a unit writes, and what it has submitted.
use async_graphql::{Context, Object, SimpleObject};
use entity::{
    draft::{self, Answers},
    revision, template,
};
use serde::Deserialize;

use crate::{
    error::Error,
    graphql::scalars::{DateTime, Sha256},
    identity::graphql::Account,
    territory::graphql::Seat,
};

/// The answer to one section.
#[derive(SimpleObject, Clone, Deserialize)]
pub struct ReportAnswer {
    /// The section's key in the template.
    key: String,
    /// The section's title.
    title: String,
    /// What the unit wrote.
    text: String,
}

pub struct ReportRevision(pub revision::Model);

/// A frozen submission: it never changes, whatever becomes of the report.
#[Object]
impl ReportRevision {
    /// Which submission of this report it is, from 1 up.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// When it was submitted.
    async fn submitted_at(&self) -> DateTime {
        DateTime(self.0.submitted_at)
    }

    /// The seat that submitted it.
    async fn submitted_from(&self) -> Seat {
        Seat(self.0.seat_id)
    }

    /// The person who submitted it; null when people of that unit are outside what you may see.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id)
    }

    /// SHA-256 over the bytes of `content`.
    async fn sha256(&self) -> Sha256 {
        Sha256(self.0.sha256.clone())
    }

    /// The submission as canonical JSON (RFC 8785): the very bytes that were hashed.
    async fn content(&self) -> &str {
        &self.0.content
    }

    /// The answers, in the order of the template.
    async fn answers(&self) -> async_graphql::Result<Vec<ReportAnswer>> {
        #[derive(Deserialize)]
        struct Content {
            sections: Vec<ReportAnswer>,
        }
        let content: Content = serde_json::from_str(&self.0.content).map_err(Error::internal)?;
        Ok(content.sections)
    }
}

/// The working text of a report. Its own unit's alone.
#[derive(SimpleObject)]
pub struct ReportDraft {
    /// One per section of the template, in order; the text is empty where nothing was written yet.
    answers: Vec<ReportAnswer>,
    /// When it was last saved.
    updated_at: DateTime,
}

impl ReportDraft {
    /// The draft as the answers to its template.
    #[must_use]
    pub fn new(template: &template::Model, draft: &draft::Model) -> Self {
        Self {
            answers: answers(template, &draft.answers),
            updated_at: DateTime(draft.updated_at),
        }
    }
}

fn answers(template: &template::Model, draft: &Answers) -> Vec<ReportAnswer> {
    let answer = |section: &template::Section| ReportAnswer {
        key: section.key.clone(),
        title: section.title.clone(),
        text: draft.0.get(&section.key).cloned().unwrap_or_default(),
    };
    template.sections.0.iter().map(answer).collect()
}
