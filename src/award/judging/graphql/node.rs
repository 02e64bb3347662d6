//! Juries and one's own scorings, found by their global ids.
use entity::{award_panel, review_assignment};
use uuid::Uuid;

use super::types::{AwardPanel, AwardScoring};
use crate::{
    award::judging::query,
    error::Error,
    graphql::{id::Kind, root::Node},
    session::Session,
};

/// What was found, one statement per kind that was asked for.
#[derive(Default)]
pub struct Found {
    panels: Vec<award_panel::Model>,
    scorings: Vec<review_assignment::Model>,
}

impl Found {
    /// Looks for what is wanted of each kind, as far as the session may know of it.
    ///
    /// # Errors
    /// The database's.
    pub async fn load(session: &Session, wanted: impl Fn(Kind) -> Vec<Uuid>) -> Result<Self, Error> {
        let (connection, actor) = (session.services.db.reader(), &session.actor);
        let mut found = Self::default();
        let panels = wanted(Kind::AwardPanel);
        if !panels.is_empty() {
            found.panels = query::by_ids(connection, actor, &panels).await?;
        }
        let scorings = wanted(Kind::AwardScoring);
        if !scorings.is_empty() {
            found.scorings = query::scorings_by_id(connection, actor, &scorings).await?;
        }
        Ok(found)
    }

    /// One jury.
    #[must_use]
    pub fn panel(&self, id: Uuid) -> Option<Node> {
        let row = self.panels.iter().find(|row| row.id == id)?;
        Some(Node::AwardPanel(Box::new(AwardPanel(row.clone()))))
    }

    /// One of one's own scorings.
    #[must_use]
    pub fn scoring(&self, id: Uuid) -> Option<Node> {
        let row = self.scorings.iter().find(|row| row.id == id)?;
        Some(Node::AwardScoring(Box::new(AwardScoring(row.clone()))))
    }
}
